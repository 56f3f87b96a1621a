use super::facts::{Fact, fact, if_any};
use super::{filters, templates};

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

templates! {
    ObjectionReceipt, "objection_receipt",
    "mail/objection_receipt/subject.txt",
    "mail/objection_receipt/body.txt",
    "mail/objection_receipt/body.html"
}

impl ObjectionReceipt<'_> {
    fn facts(&self) -> Vec<Fact> {
        let received = if self.is_in_time {
            "Received in time"
        } else {
            "Received after the last day"
        };
        let rows = [
            Some(fact("Case", self.case_number)),
            Some(fact("Notice", self.number)),
            Some(fact("Objection to", self.vendor)),
            Some(fact("Customer", self.customer)),
            Some(fact(received, self.filed_at)),
            if_any("Last day to object", self.last_day),
        ];
        rows.into_iter().flatten().collect()
    }
}
