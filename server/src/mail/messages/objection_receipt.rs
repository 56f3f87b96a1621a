use super::{Message, Rendered, plain};

/// To whoever objected: it was received, and when.
#[derive(Debug, Clone, Copy)]
pub struct ObjectionReceipt<'a> {
    /// Number of the case.
    pub case_number: &'a str,
    /// Number of the notice.
    pub number: &'a str,
    /// The subprocessor objected to.
    pub vendor: &'a str,
    /// The customer.
    pub customer: &'a str,
    /// The publisher’s legal entity.
    pub publisher: &'a str,
    /// When it was received.
    pub filed_at: &'a str,
    /// Whether it came within the window.
    pub is_in_time: bool,
    /// The last day to object, where there is one.
    pub last_day: Option<&'a str>,
    /// What was stated, word for word.
    pub statement: &'a str,
    /// The page of the case.
    pub link: &'a str,
}

impl Message for ObjectionReceipt<'_> {
    fn render(&self) -> Rendered {
        plain(
            "objection_receipt",
            &[
                self.case_number,
                self.number,
                self.vendor,
                self.customer,
                self.publisher,
                self.filed_at,
                self.statement,
                self.link,
            ],
        )
    }
}
