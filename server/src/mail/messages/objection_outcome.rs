use super::{Message, Rendered, plain};

/// To whoever objected: what came of it.
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
    /// The outcome, as a sentence or a phrase.
    pub outcome: &'a str,
    /// Why, where a reason was given.
    pub reason: Option<&'a str>,
    /// What happens now.
    pub next: &'a str,
    /// The page of the case.
    pub link: &'a str,
}

impl Message for ObjectionOutcome<'_> {
    fn render(&self) -> Rendered {
        plain(
            "objection_outcome",
            &[
                self.case_number,
                self.number,
                self.vendor,
                self.customer,
                self.publisher,
                self.outcome,
                self.next,
                self.link,
            ],
        )
    }
}
