//! The filter of the list, parsed once for the page and the machine formats.

use std::collections::BTreeSet;

use app::list::{FilterForm, FilterOptions};
use app::ui::{Choice, FieldErrors};
use chrono::{Datelike, NaiveDate};
use domain::country::Place;
use domain::engagement::{Category, EngagementFacts};
use domain::id::ProductId;

use super::Register;

/// What is left out. Nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    product: Option<ProductId>,
    category: Option<Category>,
    place: Option<Place>,
}

impl Filter {
    /// Reads the form; a product must exist, a category and a country must be words that we know.
    pub fn parse(form: &FilterForm, register: &Register) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let product = (!form.product.is_empty()).then(|| register.product_by_slug(&form.product));
        if product == Some(None) {
            errors.add("product", "Choose a product from the list");
        }
        let category = (!form.category.is_empty()).then(|| form.category.parse::<Category>());
        if let Some(Err(_)) = &category {
            errors.add("category", "Choose a category from the list");
        }
        let place = (!form.country.is_empty()).then(|| Place::parse(&form.country));
        if let Some(Err(error)) = &place {
            errors.add("country", error);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self {
            product: product.flatten(),
            category: category.and_then(Result::ok),
            place: place.and_then(Result::ok),
        })
    }

    /// Whether these facts stay. Without named products an engagement serves all of them; worldwide includes every country.
    pub fn keeps(&self, facts: &EngagementFacts) -> bool {
        self.keeps_but_for_place(facts)
            && self.place.is_none_or(|place| {
                let places = facts.places();
                places.contains(&place) || places.contains(&Place::Worldwide)
            })
    }

    /// Whether only the country leaves these facts out, and their locations are not stated: they may be there.
    pub fn cannot_judge(&self, facts: &EngagementFacts) -> bool {
        self.place.is_some() && facts.places().is_empty() && self.keeps_but_for_place(facts)
    }

    fn keeps_but_for_place(&self, facts: &EngagementFacts) -> bool {
        self.product
            .is_none_or(|id| facts.products.is_empty() || facts.products.contains(&id))
            && self
                .category
                .is_none_or(|category| facts.category.is_known_and(|is| *is == category))
    }
}

/// The day that a form asks for: `None` for now. Later than `today` is refused, and a year that is not of our era, which no
/// database of ours could compare with.
pub fn parse_day(text: &str, today: NaiveDate) -> Result<Option<NaiveDate>, FieldErrors> {
    match text.parse::<NaiveDate>() {
        _ if text.is_empty() => Ok(None),
        Ok(day) if day == today => Ok(None),
        Ok(day) if day < today && day.year() > 0 => Ok(Some(day)),
        Ok(day) if day > today => Err(FieldErrors::one(
            "as_of",
            "Choose a day that has passed: nobody knows the list of a later one",
        )),
        _ => Err(FieldErrors::one(
            "as_of",
            "Write the day as year-month-day, for example 2026-03-31",
        )),
    }
}

/// What can be chosen: what occurs in the register.
pub fn options(register: &Register) -> FilterOptions {
    let listed = || register.listed().map(|shown| &shown.engagement);
    let categories: BTreeSet<Category> = listed()
        .filter_map(|facts| facts.category.get().copied())
        .collect();
    let places: BTreeSet<Place> = listed().flat_map(EngagementFacts::places).collect();
    let mut countries: Vec<Choice> = places
        .into_iter()
        .map(|place| Choice::new(place.code(), place.label()))
        .collect();
    countries.sort_by(|a, b| a.label.cmp(&b.label));
    FilterOptions {
        products: register
            .products()
            .map(|product| Choice::new(&product.slug, &product.name))
            .collect(),
        categories: categories
            .into_iter()
            .map(|c| Choice::new(c.as_str(), c.label()))
            .collect(),
        countries,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_past_day_is_read_today_is_now_and_a_later_one_refused() {
        let today = date("2026-11-23");
        assert_eq!(parse_day("", today).unwrap(), None);
        assert_eq!(parse_day("2026-11-23", today).unwrap(), None);
        assert_eq!(parse_day("2026-11-22", today).unwrap(), Some(date("2026-11-22")));
        assert!(parse_day("2026-11-24", today).is_err());
        assert!(parse_day("yesterday", today).is_err());
        assert!(parse_day("2026-02-30", today).is_err());
        assert_eq!(parse_day("0001-01-01", today).unwrap(), Some(date("0001-01-01")));
        for before in ["0000-12-31", "-4713-01-01", "-262143-01-01"] {
            assert!(parse_day(before, today).is_err(), "{before}");
        }
    }
}
