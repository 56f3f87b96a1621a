use super::facts::{Fact, fact};
use super::{filters, templates};

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

templates! {
    ObjectionAlert, "objection_alert",
    "mail/objection_alert/subject.txt",
    "mail/objection_alert/body.txt",
    "mail/objection_alert/body.html"
}

impl ObjectionAlert<'_> {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("Customer", self.customer),
            fact("Objection to", self.vendor),
            fact("Notice", self.number),
            fact("Case", self.case_number),
        ]
    }
}
