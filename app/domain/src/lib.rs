//! The vocabulary of prior notice, in reading order: values, then what the register holds, then what happens to it.
//!
//! Everything here is pure. Time, randomness, calendars and legal reference data are arguments; nothing reads,
//! sends or stores. Closed sets of words have one fixed text (`as_str`) and one text for people (`label`).
#![warn(missing_docs)]

// How things are written.
pub mod text; // texts of one line or several
pub mod transition; // what a state machine says when a step does not exist
pub mod word_set; // closed sets of words
pub mod words; // days and instants as people read them

// Values.
pub mod country; // countries, and places where data is
pub mod digest; // SHA-256 digests
pub mod email_address; // addresses that the product writes to
pub mod id; // typed ids
pub mod known; // facts that may not be known yet
pub mod locale; // languages
pub mod slug; // the readable part of page addresses
pub mod web_address; // links

// Time.
pub mod calendar; // working days
pub mod evidence; // whether notice was given, and since when
pub mod instant; // instants as people write them
pub mod period; // 30 calendar days, 10 working days, 1 month
pub mod window; // when a window opens and ends
pub mod zone; // time zones

// People.
pub mod approval; // author and approver are two people
pub mod role; // who may do what

// What the register holds.
pub mod adequacy_loss; // what an adequacy decision that falls takes with it
pub mod certificate; // what others certified of an organisation
pub mod country_knowledge; // law and practice of a country, version by version
pub mod document; // which files are kept as evidence
pub mod dpf; // looks at the list of certified companies
pub mod engagement; // one use of an organisation, and its life
pub mod facts; // what versions differ in, and what a notice binds
pub mod legal_record; // contract, security assessment, transfer, clauses, TIA
pub mod organisation; // a company that the publisher uses
pub mod questionnaire; // what is asked about security
pub mod reference; // the EEA, adequacy decisions and what assessments heed, with dates

// What happens to it.
pub mod authorisation; // whether a customer has authorised a line
pub mod change; // what is about to be different
pub mod delivery; // a notice on its way to one contact
pub mod gate; // may an engagement start for a customer now
pub mod notice; // what customers are told
pub mod objection; // a customer's case against a line
pub mod policy; // what a customer's contract says
pub mod reminder; // when somebody is reminded of a dated fact
pub mod report; // what a mail service reports of a mail
pub mod subscription; // following the public list
pub mod trigger; // what opens a review of an assessment, and until when
pub mod vendor_notice; // what a vendor told us of its own changes
pub mod vendor_page; // what is different on a vendor's page of changes
