use super::facts::{Fact, fact};
use super::{filters, templates};

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

templates! {
    AcknowledgementReceipt, "acknowledgement_receipt",
    "mail/acknowledgement_receipt/subject.txt",
    "mail/acknowledgement_receipt/body.txt",
    "mail/acknowledgement_receipt/body.html"
}

impl AcknowledgementReceipt<'_> {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("Notice", self.number),
            fact("Customer", self.customer),
            fact("Acknowledged by", self.name),
            fact("Acknowledged at", self.acknowledged_at),
        ]
    }
}
