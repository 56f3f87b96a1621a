use domain::notice::NoticeContent;

use super::facts::{Fact, fact, of_public_line};
use super::{filters, templates};

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
    /// Whether that is the day on which it happened: nothing is planned any more.
    pub has_happened: bool,
    /// The public page.
    pub link: &'a str,
    /// Where to leave.
    pub unsubscribe_link: &'a str,
}

templates! {
    SubscriptionChange, "subscription_change",
    "mail/subscription_change/subject.txt",
    "mail/subscription_change/body.txt",
    "mail/subscription_change/body.html"
}

impl SubscriptionChange<'_> {
    fn summary(&self) -> Vec<Fact> {
        vec![fact("Change", self.number), fact(self.when(), self.planned)]
    }

    fn when(&self) -> &'static str {
        if self.has_happened {
            "Happened on"
        } else {
            "Planned for"
        }
    }

    fn facts(&self, content: &NoticeContent) -> Vec<Fact> {
        of_public_line(content)
    }
}
