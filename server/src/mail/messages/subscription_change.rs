use domain::notice::NoticeContent;

use super::{Message, Rendered, plain};

/// To subscribers: a change was announced. Public facts only; nobody’s terms or dates.
#[derive(Debug, Clone, Copy)]
pub struct SubscriptionChange<'a> {
    /// The publisher.
    pub publisher: &'a str,
    /// Number of the notice.
    pub number: &'a str,
    /// Title of the change.
    pub title: &'a str,
    /// What is said of each line.
    pub contents: &'a [NoticeContent],
    /// The planned day.
    pub planned: &'a str,
    /// The public page.
    pub link: &'a str,
    /// Where to leave.
    pub unsubscribe_link: &'a str,
}

impl Message for SubscriptionChange<'_> {
    fn render(&self) -> Rendered {
        plain(
            "subscription_change",
            &[
                self.publisher,
                self.number,
                self.title,
                self.planned,
                self.link,
                self.unsubscribe_link,
            ],
        )
    }
}
