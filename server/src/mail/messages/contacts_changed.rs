use super::facts::{Fact, fact, if_any};
use super::{filters, templates};

/// To the other contacts of a customer: the publisher's staff entered one, ended one, or put one in the place of another.
#[derive(Debug, Clone, Copy)]
pub struct ContactsChanged<'a> {
    /// The publisher’s legal entity.
    pub publisher: &'a str,
    /// The customer.
    pub customer: &'a str,
    /// Name or function of the contact that ended, and its address, masked.
    pub ended: Option<(&'a str, &'a str)>,
    /// The same of the contact that was entered.
    pub entered: Option<(&'a str, &'a str)>,
    /// The page of the customer’s contacts, for the reader.
    pub link: &'a str,
}

templates! {
    ContactsChanged, "contacts_changed",
    "mail/contacts_changed/subject.txt",
    "mail/contacts_changed/body.txt",
    "mail/contacts_changed/body.html"
}

impl ContactsChanged<'_> {
    fn heading(&self) -> String {
        format!("Who is told of changes for {} is different now", self.customer)
    }

    fn what_now(&self) -> String {
        let Self {
            publisher, customer, ..
        } = self;
        let what = match (self.ended, self.entered) {
            (None, _) => "entered a further contact",
            (_, None) => "ended a contact",
            _ => "put a contact in the place of another one",
        };
        format!("{publisher} {what} of {customer} for notices about subprocessors. Notices go on to you.")
    }

    fn facts(&self) -> Vec<Fact> {
        let line = |(name, address): (&str, &str)| format!("{name}\n{address}");
        let rows = [
            Some(fact("Customer", self.customer)),
            if_any("Entered", self.entered.map(line)),
            if_any("Ended", self.ended.map(line)),
        ];
        rows.into_iter().flatten().collect()
    }
}
