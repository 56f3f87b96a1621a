use super::facts::{Fact, fact, if_any};
use super::{filters, templates};

/// To whoever was a contact until somebody of the publisher's staff ended that: a change that nobody asked for comes to light.
#[derive(Debug, Clone, Copy)]
pub struct ContactEnded<'a> {
    /// The publisher’s legal entity.
    pub publisher: &'a str,
    /// The customer.
    pub customer: &'a str,
    /// Name or function of the contact in their place, and its address, masked; `None` where nobody took it.
    pub successor: Option<(&'a str, &'a str)>,
}

templates! {
    ContactEnded, "contact_ended",
    "mail/contact_ended/subject.txt",
    "mail/contact_ended/body.txt",
    "mail/contact_ended/body.html"
}

impl ContactEnded<'_> {
    fn heading(&self) -> String {
        format!("You are not told of changes for {} any more", self.customer)
    }

    fn what_now(&self) -> String {
        let Self {
            publisher, customer, ..
        } = self;
        let instead = match self.successor {
            Some(_) => "The contact below is written to in your place.",
            None => "The other contacts of the customer are written to.",
        };
        format!(
            "{publisher} ended your entry as a contact of {customer} for notices about subprocessors. {instead} The links in earlier notices still show you what was sent, and answer nothing."
        )
    }

    fn facts(&self) -> Vec<Fact> {
        let rows = [
            Some(fact("Customer", self.customer)),
            if_any("Contact now", self.successor.map(|(name, _)| name)),
            if_any("Address", self.successor.map(|(_, address)| address)),
        ];
        rows.into_iter().flatten().collect()
    }
}
