use super::{Message, Rendered, plain};

/// To whoever acknowledged a notice: that it was recorded.
#[derive(Debug, Clone, Copy)]
pub struct AcknowledgementReceipt<'a> {
    /// Number of the notice.
    pub number: &'a str,
    /// The customer.
    pub customer: &'a str,
    /// The publisher’s legal entity.
    pub publisher: &'a str,
    /// Who acknowledged it.
    pub name: &'a str,
    /// When.
    pub acknowledged_at: &'a str,
    /// The notice’s page.
    pub link: &'a str,
}

impl Message for AcknowledgementReceipt<'_> {
    fn render(&self) -> Rendered {
        plain(
            "acknowledgement_receipt",
            &[
                self.number,
                self.customer,
                self.publisher,
                self.name,
                self.acknowledged_at,
                self.link,
            ],
        )
    }
}
