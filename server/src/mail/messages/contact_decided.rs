use super::facts::{Fact, fact};
use super::{filters, templates};

/// What became of a request for another contact: to whoever asked, and to the new contact once it is one.
#[derive(Debug, Clone, Copy)]
pub struct ContactDecided<'a> {
    /// The publisher’s legal entity.
    pub publisher: &'a str,
    /// The customer.
    pub customer: &'a str,
    /// Name or function of the new contact.
    pub name: &'a str,
    /// Its address, masked.
    pub address: &'a str,
    /// Whether it was confirmed.
    pub is_confirmed: bool,
    /// Whether it takes the place of whoever asked.
    pub is_replacing: bool,
    /// Whether the reader is the new contact.
    pub is_new: bool,
    /// The page of the customer’s contacts, for the reader.
    pub link: &'a str,
}

templates! {
    ContactDecided, "contact_decided",
    "mail/contact_decided/subject.txt",
    "mail/contact_decided/body.txt",
    "mail/contact_decided/body.html"
}

impl ContactDecided<'_> {
    fn heading(&self) -> String {
        match (self.is_new, self.is_confirmed) {
            (true, _) => format!("You are told of changes for {}", self.customer),
            (false, true) => "The new contact is confirmed".to_owned(),
            (false, false) => "The new contact is not confirmed".to_owned(),
        }
    }

    fn what_now(&self) -> String {
        let Self {
            publisher, customer, ..
        } = self;
        match (self.is_new, self.is_confirmed, self.is_replacing) {
            (true, ..) => format!(
                "{customer} uses services of {publisher} under a data processing agreement, and asked that notices about subprocessors go to you. {publisher} writes to you before it adds or replaces one. Each notice says until when {customer} can object."
            ),
            (false, true, true) => {
                format!("Later notices of {publisher} for {customer} go there, and not to you any more.")
            }
            (false, true, false) => {
                format!("Later notices of {publisher} for {customer} go there as well as to you.")
            }
            (false, false, _) => format!(
                "Nothing has changed: notices of {publisher} for {customer} go on to you. If you think that this is a mistake, answer this mail."
            ),
        }
    }

    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("Customer", self.customer),
            fact("Contact", self.name),
            fact("Address", self.address),
        ]
    }
}
