//! The public list of subprocessors: what its pages need, as plain data. Nothing here names a natural person.

pub mod island;
mod pages;
mod parts;

pub use pages::{HomePage, ListPage, SubprocessorPage};
pub use parts::FactTable;

use crate::ui::{Choice, FieldErrors};
use chrono::NaiveDate;
use domain::facts::FieldDiff;
use serde::Deserialize;

/// The list on one page.
#[derive(Debug, Clone)]
pub struct List {
    /// Whose list it is.
    pub publisher: String,
    /// The version of the list and the day it got it; `None` before anything was listed.
    pub version: Option<(i64, NaiveDate)>,
    /// The past day it is shown for; `None` for now.
    pub as_of: Option<NaiveDate>,
    /// Whether the register had not begun on that day, and the day it did.
    pub began_on: Option<NaiveDate>,
    /// Today in the publisher's zone.
    pub today: NaiveDate,
    /// Changes that customers were told of and that have not started.
    pub upcoming: Vec<Upcoming>,
    /// Subprocessors, by name.
    pub entries: Vec<Entry>,
    /// How many there are without the filter.
    pub total: usize,
    /// Companies that are listed for clarity and are not subprocessors.
    pub others: Vec<Group>,
    /// The filter.
    pub filter: FilterForm,
    /// What can be chosen in it.
    pub options: FilterOptions,
    /// Entries that the country filter cannot judge, because their locations are not stated.
    pub without_location: usize,
}

/// The filter as it came.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct FilterForm {
    /// A product's address name.
    #[serde(default)]
    pub product: String,
    /// A category's code.
    #[serde(default)]
    pub category: String,
    /// A country's code.
    #[serde(default)]
    pub country: String,
    /// A day, `YYYY-MM-DD`.
    #[serde(default)]
    pub as_of: String,
    /// What is wrong with it.
    #[serde(skip)]
    pub errors: FieldErrors,
}

impl FilterForm {
    /// Whether it leaves anything out.
    pub fn narrows(&self) -> bool {
        [&self.product, &self.category, &self.country]
            .iter()
            .any(|field| !field.is_empty())
    }
}

/// What can be chosen in the filter.
#[derive(Debug, Clone, Default)]
pub struct FilterOptions {
    /// Products.
    pub products: Vec<Choice>,
    /// Categories that occur.
    pub categories: Vec<Choice>,
    /// Countries that occur.
    pub countries: Vec<Choice>,
}

/// Companies of one role that are not subprocessors.
#[derive(Debug, Clone)]
pub struct Group {
    /// Their role.
    pub title: &'static str,
    /// Why they are here and not above.
    pub why: String,
    /// The companies, by name.
    pub entries: Vec<Entry>,
}

/// One row of the list. An empty text or list is not stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its address.
    pub slug: String,
    /// Legal name.
    pub name: String,
    /// The service used.
    pub service: Option<String>,
    /// Kind of service.
    pub category: Option<String>,
    /// What for.
    pub purpose: Option<String>,
    /// Places and what happens there.
    pub locations: Vec<String>,
    /// Which data.
    pub data: Vec<String>,
    /// What allows transfers.
    pub mechanisms: Vec<String>,
    /// Products it is used for, where the publisher has several.
    pub products: Vec<String>,
    /// Since when.
    pub in_use: InUse,
}

/// Since when an entry is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InUse {
    /// Since a day; `None` where it is not stated.
    Since(Option<NaiveDate>),
    /// From a day on, for one customer after the other.
    Partly(Option<NaiveDate>),
    /// No more, since this day.
    Ended(NaiveDate),
}

/// One line of an announced change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upcoming {
    /// The change's address.
    pub number: String,
    /// Legal name.
    pub name: String,
    /// What kind of change.
    pub change_type: &'static str,
    /// The company that goes when this one comes.
    pub replaces: Option<String>,
    /// What for.
    pub purpose: Option<String>,
    /// Places and what happens there.
    pub locations: Vec<String>,
    /// When customers were told.
    pub announced_on: NaiveDate,
    /// The day it starts at the earliest.
    pub planned_on: NaiveDate,
    /// Whether it has begun for some customers.
    pub begun: bool,
}

/// One fact for the public: no value is "not stated".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicFact {
    /// What it is about.
    pub term: &'static str,
    /// The value, one line each.
    pub values: Vec<String>,
}

/// One company's page.
#[derive(Debug, Clone)]
pub struct Subprocessor {
    /// Legal name.
    pub name: String,
    /// Its role in words.
    pub role: &'static str,
    /// Since when it is in use.
    pub in_use: InUse,
    /// Today in the publisher's zone.
    pub today: NaiveDate,
    /// About the company.
    pub company: Vec<PublicFact>,
    /// About what it does.
    pub processing: Vec<PublicFact>,
    /// Announced changes to it.
    pub upcoming: Vec<Upcoming>,
    /// What the list said before, newest first.
    pub history: Vec<Edition>,
}

/// What one version of the list changed about a company.
#[derive(Debug, Clone)]
pub struct Edition {
    /// The version of the list.
    pub list_version: i64,
    /// The day.
    pub on: NaiveDate,
    /// What happened in words.
    pub title: String,
    /// The change that brought it about: number.
    pub change: Option<String>,
    /// Why, where it corrects what stood here before.
    pub reason: Option<String>,
    /// The fields that differ.
    pub fields: Vec<FieldDiff>,
}
