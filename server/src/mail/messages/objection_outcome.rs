use super::facts::{Fact, fact};
use super::{filters, templates};

/// To whoever objected: a step in the case, or what came of it.
#[derive(Debug, Clone, Copy)]
pub struct ObjectionOutcome<'a> {
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
    /// Whether the case goes on.
    pub is_open: bool,
    /// The outcome or the news, as a sentence or a phrase.
    pub outcome: &'a str,
    /// Why, where a reason was given.
    pub reason: Option<&'a str>,
    /// What happens now.
    pub next: &'a str,
    /// The page of the case.
    pub link: &'a str,
}

templates! {
    ObjectionOutcome, "objection_outcome",
    "mail/objection_outcome/subject.txt",
    "mail/objection_outcome/body.txt",
    "mail/objection_outcome/body.html"
}

impl ObjectionOutcome<'_> {
    fn heading(&self) -> &'static str {
        if self.is_open {
            "News of your objection"
        } else {
            "The outcome of your objection"
        }
    }

    fn facts(&self) -> Vec<Fact> {
        vec![
            fact(if self.is_open { "News" } else { "Outcome" }, self.outcome),
            fact("Case", self.case_number),
            fact("Notice", self.number),
            fact("Objection to", self.vendor),
            fact("Customer", self.customer),
        ]
    }
}
