use super::facts::{Fact, fact};
use super::{filters, templates};

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

templates! {
    ChangeCancelled, "change_cancelled",
    "mail/change_cancelled/subject.txt",
    "mail/change_cancelled/body.txt",
    "mail/change_cancelled/body.html"
}

impl ChangeCancelled<'_> {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("Notice", self.number),
            fact("Change", self.title),
            fact("Customer", self.customer),
        ]
    }
}
