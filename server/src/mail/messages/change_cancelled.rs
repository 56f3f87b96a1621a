use super::{Message, Rendered, plain};

/// A change that was announced will not happen.
#[derive(Debug, Clone, Copy)]
pub struct ChangeCancelled<'a> {
    /// Number of the notice.
    pub number: &'a str,
    /// Title of the change.
    pub title: &'a str,
    /// The publisher’s legal entity.
    pub publisher: &'a str,
    /// The customer.
    pub customer: &'a str,
    /// Why it was cancelled.
    pub reason: &'a str,
    /// The notice’s page.
    pub link: &'a str,
}

impl Message for ChangeCancelled<'_> {
    fn render(&self) -> Rendered {
        plain(
            "change_cancelled",
            &[
                self.number,
                self.title,
                self.publisher,
                self.customer,
                self.reason,
                self.link,
            ],
        )
    }
}
