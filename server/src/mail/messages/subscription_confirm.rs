use super::{Message, Rendered, plain};

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

impl Message for SubscriptionConfirm<'_> {
    fn render(&self) -> Rendered {
        plain(
            "subscription_confirm",
            &[self.publisher, self.link, self.suppress_link, self.expires],
        )
    }
}
