//! What was typed into a form, and how it becomes values of the domain: empty is unknown, never a default.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use chrono::NaiveDate;
use domain::country::{Country, CountryError};
use domain::known::Known;
use domain::text::Line;

use crate::ui::FieldErrors;

/// Names and values as typed, in the order of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    /// From posted pairs.
    pub fn new(pairs: &[(String, String)]) -> Self {
        Self(pairs.to_vec())
    }

    /// A field's value as typed, or nothing.
    pub fn text(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(field, _)| field == name)
            .map_or("", |(_, value)| value)
    }

    /// All values of a field that can have several.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(field, _)| field == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    /// Whether a box was ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// Fills a field.
    pub fn put(&mut self, name: impl Into<String>, value: impl ToString) {
        self.0.push((name.into(), value.to_string()));
    }

    /// Fills a field with a fact, or leaves it empty.
    pub fn put_known<T: ToString>(&mut self, name: &str, value: &Known<T>) {
        if let Some(value) = value.get() {
            self.put(name, value.to_string());
        }
    }

    /// Fills a field with a value, or leaves it empty.
    pub fn put_some<T: ToString>(&mut self, name: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.put(name, value.to_string());
        }
    }

    /// Replaces a field.
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.0.retain(|(field, _)| field != name);
        self.put(name, value);
    }

    /// Empties a field.
    pub fn clear(&mut self, name: &str) {
        self.0.retain(|(field, _)| field != name);
    }

    /// Takes one value of a field out again.
    pub fn remove(&mut self, name: &str, value: &str) {
        self.0.retain(|(field, kept)| field != name || kept != value);
    }

    /// The pairs.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

/// Reads values out of what was typed and collects what is wrong with it.
pub(crate) struct Reader<'a> {
    typed: &'a Typed,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl<'a> Reader<'a> {
    pub fn new(typed: &'a Typed) -> Self {
        Self {
            typed,
            errors: FieldErrors::new(),
        }
    }

    pub fn text(&self, name: &str) -> &'a str {
        self.typed.text(name).trim()
    }

    pub fn all(&self, name: &str) -> Vec<String> {
        self.typed.all(name)
    }

    pub fn is_ticked(&self, name: &str) -> bool {
        self.typed.is_ticked(name)
    }

    /// A value that must be there; the parser says what is missing.
    pub fn required<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        self.errors.take(name, self.text(name).parse())
    }

    /// A value that may be left empty.
    pub fn optional<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        match self.text(name) {
            "" => None,
            text => self.errors.take(name, text.parse()),
        }
    }

    /// A fact: empty is unknown.
    pub fn known<T: FromStr<Err: Display>>(&mut self, name: &str) -> Known<T> {
        self.optional(name).into()
    }

    /// A closed set of words whose first answer is "choose one".
    pub fn chosen<T: FromStr>(&mut self, name: &str, ask: &str) -> Option<T> {
        let found = self.text(name).parse().ok();
        if found.is_none() {
            self.errors.add(name, ask);
        }
        found
    }

    /// Every ticked box of a group.
    pub fn ticked<T: FromStr<Err: Display> + Ord>(&mut self, name: &str) -> BTreeSet<T> {
        self.typed
            .all(name)
            .iter()
            .filter_map(|value| self.errors.take(name, value.parse()))
            .collect()
    }

    /// "yes", "no", or unknown.
    pub fn yes_no(&self, name: &str) -> Known<bool> {
        match self.text(name) {
            "yes" => Known::Known(true),
            "no" => Known::Known(false),
            _ => Known::Unknown,
        }
    }

    /// One entry a line; no line is unknown.
    pub fn lines<const MAX: usize>(&mut self, name: &str) -> Vec<Line<MAX>> {
        self.typed
            .text(name)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .filter_map(|line| self.errors.take(name, Line::parse(line)))
            .collect()
    }

    /// One entry a line, as a fact.
    pub fn known_lines<const MAX: usize>(&mut self, name: &str) -> Known<BTreeSet<Line<MAX>>> {
        let lines: BTreeSet<_> = self.lines(name).into_iter().collect();
        (!lines.is_empty()).then_some(lines).into()
    }

    /// A country by code or English name; empty is unknown.
    pub fn country(&mut self, name: &str) -> Known<Country> {
        match Country::find(self.text(name)) {
            Err(CountryError::Empty) => Known::Unknown,
            found => self.errors.take(name, found).into(),
        }
    }

    /// One country a line, by code or English name, as a fact; no line is unknown.
    pub fn known_countries(&mut self, name: &str) -> Known<BTreeSet<Country>> {
        let countries: BTreeSet<Country> = self
            .typed
            .text(name)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .filter_map(|line| self.errors.take(name, Country::find(line)))
            .collect();
        (!countries.is_empty()).then_some(countries).into()
    }

    /// A day that may be left empty.
    pub fn day(&mut self, name: &str) -> Option<NaiveDate> {
        match self.text(name) {
            "" => None,
            text => self.errors.take(name, day(text)),
        }
    }

    /// A day that may be left empty, and has come where it is there.
    pub fn past_day(&mut self, name: &str, today: NaiveDate) -> Option<NaiveDate> {
        let day = self.day(name);
        self.require_past(name, day, today);
        day
    }

    /// The same where it must be there.
    pub fn required_past_day(&mut self, name: &str, today: NaiveDate) -> Option<NaiveDate> {
        let day = self.required_day(name);
        self.require_past(name, day, today);
        day
    }

    fn require_past(&mut self, name: &str, day: Option<NaiveDate>, today: NaiveDate) {
        if day.is_some_and(|day| day > today) {
            self.errors.add(name, "This day has not come yet");
        }
    }

    /// A day that must be there.
    pub fn required_day(&mut self, name: &str) -> Option<NaiveDate> {
        self.errors.take(name, day(self.text(name)))
    }

    /// A whole number that may be left empty.
    pub fn number(&mut self, name: &str, least: u16, most: u16) -> Option<u16> {
        match self.text(name) {
            "" => None,
            text => match text.parse() {
                Ok(number) if (least..=most).contains(&number) => Some(number),
                _ => {
                    self.errors
                        .add(name, format!("Write a whole number from {least} to {most}"));
                    None
                }
            },
        }
    }
}

fn day(text: &str) -> Result<NaiveDate, &'static str> {
    let plausible = NaiveDate::from_ymd_opt(1950, 1, 1)..NaiveDate::from_ymd_opt(2150, 1, 1);
    match text.parse::<NaiveDate>() {
        Ok(day) if plausible.contains(&Some(day)) => Ok(day),
        _ => Err("Write a day as year, month, day: 2026-12-31"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::text::Name;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        Typed::new(&pairs)
    }

    #[test]
    fn empty_is_unknown_and_a_region_is_refused_with_the_reason() {
        let typed = typed(&[("a", " "), ("b", "EU"), ("c", "norway"), ("d", "us")]);
        let mut read = Reader::new(&typed);
        assert_eq!(read.known::<Name>("a"), Known::Unknown);
        assert_eq!(read.country("a"), Known::Unknown);
        assert_eq!(read.country("b"), Known::Unknown);
        assert!(read.errors.first("b").unwrap().contains("region, not a country"));
        assert!(read.country("c").is_known_and(|c| c.code() == "NO"));
        assert!(read.country("d").is_known_and(|c| c.code() == "US"));
        assert_eq!(read.errors.len(), 1);
    }

    #[test]
    fn several_countries_are_countries_each() {
        let typed = typed(&[
            ("a", "Norway\n\n de \n"),
            ("b", "DE\nEurope"),
            ("c", "DE\nworldwide"),
            ("d", " \n"),
        ]);
        let mut read = Reader::new(&typed);
        let codes: Vec<_> = read
            .known_countries("a")
            .get()
            .unwrap()
            .iter()
            .map(|c| c.code().to_owned())
            .collect();
        assert_eq!(codes, ["DE", "NO"]);
        read.known_countries("b");
        assert!(read.errors.first("b").unwrap().contains("region, not a country"));
        read.known_countries("c");
        assert!(read.errors.first("c").is_some(), "nobody's law holds worldwide");
        assert_eq!(read.known_countries("d"), Known::Unknown);
    }

    #[test]
    fn days_and_numbers_are_plausible_or_refused() {
        let typed = typed(&[
            ("a", "2026-02-30"),
            ("b", "0026-01-01"),
            ("c", "2026-12-31"),
            ("d", "400"),
        ]);
        let mut read = Reader::new(&typed);
        assert_eq!((read.day("a"), read.day("b")), (None, None));
        assert_eq!(read.day("c"), "2026-12-31".parse().ok());
        assert_eq!(read.number("d", 0, 365), None);
        assert_eq!(read.errors.len(), 3);
        assert_eq!(read.required_day("none"), None);
    }
}
