use super::facts::{Fact, fact};
use super::{filters, templates};

/// To subscribers who were sent the news of a change: it does not take place. Public facts only.
#[derive(Debug, Clone, Copy)]
pub struct SubscriptionCancelled<'a> {
    /// The publisher.
    pub publisher: &'a str,
    /// Number of the notice.
    pub number: &'a str,
    /// Title of the change.
    pub title: &'a str,
    /// The public page.
    pub link: &'a str,
    /// Where to leave.
    pub unsubscribe_link: &'a str,
}

templates! {
    SubscriptionCancelled, "subscription_cancelled",
    "mail/subscription_cancelled/subject.txt",
    "mail/subscription_cancelled/body.txt",
    "mail/subscription_cancelled/body.html"
}

impl SubscriptionCancelled<'_> {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("Change", self.number), fact("Title", self.title)]
    }
}
