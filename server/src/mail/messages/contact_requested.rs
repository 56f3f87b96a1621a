use super::facts::{Fact, fact};
use super::{filters, templates};

/// To the contact whose link was used: somebody else is to be written to, and what happens now.
#[derive(Debug, Clone, Copy)]
pub struct ContactRequested<'a> {
    /// The publisher’s legal entity.
    pub publisher: &'a str,
    /// The customer.
    pub customer: &'a str,
    /// Name or function of the new contact.
    pub name: &'a str,
    /// Its address, masked.
    pub address: &'a str,
    /// Whether it takes the reader’s place.
    pub is_replacing: bool,
    /// The page of the customer’s contacts.
    pub link: &'a str,
}

templates! {
    ContactRequested, "contact_requested",
    "mail/contact_requested/subject.txt",
    "mail/contact_requested/body.txt",
    "mail/contact_requested/body.html"
}

impl ContactRequested<'_> {
    fn facts(&self) -> Vec<Fact> {
        let place = if self.is_replacing {
            "instead of you"
        } else {
            "as well as you"
        };
        vec![
            fact("Customer", self.customer),
            fact("New contact", self.name),
            fact("Address", self.address),
            fact("Written to", place),
        ]
    }
}
