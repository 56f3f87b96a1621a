use super::{filters, templates};

/// Asks whether an address really wants to hear of changes. Holds no text that a visitor typed.
#[derive(Debug, Clone, Copy)]
pub struct SubscriptionConfirm<'a> {
    /// The publisher.
    pub publisher: &'a str,
    /// Where to confirm.
    pub link: &'a str,
    /// Where to ask never to be written to again.
    pub suppress_link: &'a str,
    /// Until when the link works.
    pub expires: &'a str,
}

templates! {
    SubscriptionConfirm, "subscription_confirm",
    "mail/subscription_confirm/subject.txt",
    "mail/subscription_confirm/body.txt",
    "mail/subscription_confirm/body.html"
}
