//! What is known of the law and practice of countries: its form, how it is shown, the list.

pub mod knowledge;
mod pages;
pub mod rows;

pub use pages::{CountriesPage, CountryLine, CountryPage, CountryVersionLine, CountryView};
