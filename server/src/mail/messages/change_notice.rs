use domain::notice::{CustomerPart, NoticeContent};

use super::{Message, Rendered, plain};

/// A notice of a change, with one customer’s own dates and rights.
#[derive(Debug, Clone, Copy)]
pub struct ChangeNotice<'a> {
    /// This customer’s dates and rights.
    pub part: &'a CustomerPart,
    /// What is said of each line that concerns the customer.
    pub contents: &'a [NoticeContent],
    /// SHA-256 over the content of the notice, in hex.
    pub content_hash: &'a str,
    /// Where the contact can be changed.
    pub contacts_link: &'a str,
    /// Whether the customer is itself a processor, and may pass this on to its controllers.
    pub is_forwardable: bool,
}

impl Message for ChangeNotice<'_> {
    fn render(&self) -> Rendered {
        plain(
            "change_notice",
            &[
                &self.part.number,
                &self.part.link,
                self.part.last_day.as_deref().unwrap_or_default(),
                self.content_hash,
                self.contacts_link,
            ],
        )
    }
}
