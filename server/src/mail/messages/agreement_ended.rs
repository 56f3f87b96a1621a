use super::{filters, templates};

/// To the contacts of a customer: the publisher's staff recorded that its agreement has ended.
#[derive(Debug, Clone, Copy)]
pub struct AgreementEnded<'a> {
    /// The publisher’s legal entity.
    pub publisher: &'a str,
    /// The customer.
    pub customer: &'a str,
    /// When that was recorded.
    pub ended_at: &'a str,
}

templates! {
    AgreementEnded, "agreement_ended",
    "mail/agreement_ended/subject.txt",
    "mail/agreement_ended/body.txt",
    "mail/agreement_ended/body.html"
}

impl AgreementEnded<'_> {
    fn heading(&self) -> String {
        format!("The agreement of {} is recorded as ended", self.customer)
    }

    fn what_now(&self) -> String {
        let Self {
            publisher,
            customer,
            ended_at,
        } = self;
        format!(
            "On {ended_at}, {publisher} recorded that the data processing agreement with {customer} has ended. {customer} is told of no later change of subprocessors, and an objection or an answer that was still open holds no change any more."
        )
    }
}
