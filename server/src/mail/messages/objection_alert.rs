use super::{Message, Rendered, plain};

/// To staff: a customer objected.
#[derive(Debug, Clone, Copy)]
pub struct ObjectionAlert<'a> {
    /// Number of the case.
    pub case_number: &'a str,
    /// Number of the notice.
    pub number: &'a str,
    /// The subprocessor objected to.
    pub vendor: &'a str,
    /// The customer.
    pub customer: &'a str,
    /// What was stated, word for word.
    pub statement: &'a str,
    /// The case, for staff.
    pub link: &'a str,
}

impl Message for ObjectionAlert<'_> {
    fn render(&self) -> Rendered {
        plain(
            "objection_alert",
            &[
                self.case_number,
                self.number,
                self.vendor,
                self.customer,
                self.statement,
                self.link,
            ],
        )
    }
}
