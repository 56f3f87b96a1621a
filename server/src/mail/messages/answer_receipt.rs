use super::facts::{Fact, fact};
use super::{filters, templates};

/// What a contact answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// A written approval.
    Approved,
    /// An opt-in.
    OptedIn,
    /// No.
    Refused,
}

/// To whoever approved, opted in or refused, and to the customer's other contacts: what was recorded, and what follows.
#[derive(Debug, Clone, Copy)]
pub struct AnswerReceipt<'a> {
    /// Number of the notice.
    pub number: &'a str,
    /// The subprocessor.
    pub vendor: &'a str,
    /// The customer.
    pub customer: &'a str,
    /// The publisher’s legal entity.
    pub publisher: &'a str,
    /// What was answered.
    pub answer: Given,
    /// Who answered.
    pub name: &'a str,
    /// When.
    pub answered_at: &'a str,
    /// The notice’s page.
    pub link: &'a str,
    /// Whether the reader answered.
    pub is_reader: bool,
}

templates! {
    AnswerReceipt, "answer_receipt",
    "mail/answer_receipt/subject.txt",
    "mail/answer_receipt/body.txt",
    "mail/answer_receipt/body.html"
}

impl AnswerReceipt<'_> {
    fn heading(&self) -> String {
        let what = match self.answer {
            Given::Approved => "approval",
            Given::OptedIn => "opt-in",
            Given::Refused => "refusal",
        };
        if self.is_reader {
            format!("Your {what} is recorded")
        } else {
            format!("The {what} of {} is recorded", self.customer)
        }
    }

    /// Why the reader gets this.
    fn why(&self) -> String {
        if self.is_reader {
            "You get this because the notice was answered from your link. If you did not do that, answer this mail at once.".to_owned()
        } else {
            format!(
                "You get this because you are a contact of {}, and another one answered the notice. If that should not have happened, answer this mail at once.",
                self.customer
            )
        }
    }

    fn short(&self) -> &'static str {
        match self.answer {
            Given::Approved => "Approved",
            Given::OptedIn => "Opted in",
            Given::Refused => "Refused",
        }
    }

    /// What follows, no more than the record says.
    fn follows(&self) -> &'static str {
        match self.answer {
            Given::Approved | Given::OptedIn => {
                "It may start for you no earlier than the day that the notice names, and only with the facts that the notice states. Until it starts, you can still object."
            }
            Given::Refused => "It is not used for you. There is nothing more you need to do.",
        }
    }

    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("Answer", self.short()),
            fact("Subprocessor", self.vendor),
            fact("Notice", self.number),
            fact("Customer", self.customer),
            fact("Answered by", self.name),
            fact("Answered at", self.answered_at),
        ]
    }
}
