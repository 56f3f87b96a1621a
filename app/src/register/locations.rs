//! Where data is and from where it can be reached, as rows of a form. Without scripts a row is added by posting the
//! form; a row left empty counts as none.

use std::collections::BTreeSet;

use domain::country::Place;
use domain::engagement::{Location, LocationKind};
use domain::known::Known;
use leptos::prelude::*;

use super::sheet::{Sheet, choices};
use super::typed::{Reader, Typed};
use crate::ui::{Button, ButtonKind, HiddenField};

/// More rows than any engagement has; what is beyond was not typed by a person.
const MOST: usize = 80;

/// How many rows the form has.
fn count(typed: &Typed) -> usize {
    typed.text("rows").parse().unwrap_or(1).clamp(1, MOST)
}

/// Adds an empty row, for the button.
pub fn add_row(typed: &mut Typed) {
    let rows = count(typed) + 1;
    typed.set("rows", rows.min(MOST));
}

pub(super) fn fill(typed: &mut Typed, locations: &Known<BTreeSet<Location>>) {
    let known = locations.get();
    typed.put("rows", known.map_or(1, BTreeSet::len).max(1));
    for (number, location) in known.into_iter().flatten().enumerate() {
        let number = number + 1;
        typed.put(format!("place_{number}"), location.place.label());
        typed.put(format!("kind_{number}"), location.kind);
        typed.put_some(&format!("city_{number}"), location.city.as_ref());
        typed.put_some(&format!("region_{number}"), location.region.as_ref());
    }
}

pub(super) fn parse(read: &mut Reader, typed: &Typed) -> Known<BTreeSet<Location>> {
    let mut locations = BTreeSet::new();
    for number in 1..=count(typed) {
        let name = |field: &str| format!("{field}_{number}");
        let is_blank = ["place", "kind", "city", "region"]
            .iter()
            .all(|field| read.text(&name(field)).is_empty());
        if is_blank {
            continue;
        }
        let place = Place::find(read.text(&name("place")));
        let place = read.errors.take(name("place"), place);
        let kind = read.chosen(&name("kind"), "Choose what happens there");
        let city = read.optional(&name("city"));
        let region = read.optional(&name("region"));
        if let (Some(place), Some(kind)) = (place, kind) {
            locations.insert(Location {
                place,
                kind,
                region,
                city,
            });
        }
    }
    (!locations.is_empty()).then_some(locations).into()
}

pub(super) fn fields(sheet: &Sheet) -> Vec<AnyView> {
    let rows = count(sheet.typed);
    let mut views = vec![view! { <HiddenField name="rows" value=rows.to_string() /> }.into_any()];
    for number in 1..=rows {
        let name = |field: &str| format!("{field}_{number}");
        let cells = vec![
            sheet.text(&name("place"), "Country", ""),
            sheet.select(
                &name("kind"),
                "What happens there",
                "",
                "Choose",
                choices!(LocationKind),
            ),
            sheet.optional(&name("city"), "City", ""),
            sheet.optional(&name("region"), "Provider’s region", ""),
        ];
        views.push(
            view! {
                <fieldset class="location-row">
                    <legend>{format!("Location {number}")}</legend>
                    {cells}
                </fieldset>
            }
            .into_any(),
        );
    }
    let name = "act".to_owned();
    views.push(
        view! {
            <p>
                <Button label="Add another location" kind=ButtonKind::Secondary name=name value="add-row" />
            </p>
        }
        .into_any(),
    );
    views
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(rows: usize, pairs: &[(&str, &str)]) -> Typed {
        let mut typed = Typed::default();
        typed.put("rows", rows);
        for (name, value) in pairs {
            typed.put(*name, value);
        }
        typed
    }

    #[test]
    fn an_empty_row_counts_as_none_and_the_others_read_back() {
        let first = typed(
            3,
            &[
                ("place_1", "Germany"),
                ("kind_1", "STORAGE"),
                ("city_1", "Frankfurt"),
                ("place_3", "worldwide"),
                ("kind_3", "SUPPORT"),
            ],
        );
        let mut read = Reader::new(&first);
        let locations = parse(&mut read, &first);
        assert!(read.errors.is_empty());
        assert!(locations.is_known_and(|all| all.len() == 2));
        let mut again = Typed::default();
        fill(&mut again, &locations);
        let mut read = Reader::new(&again);
        assert_eq!(parse(&mut read, &again), locations);
    }

    #[test]
    fn a_region_is_refused_at_its_row() {
        let typed = typed(2, &[("place_2", "Europe"), ("kind_2", "STORAGE")]);
        let mut read = Reader::new(&typed);
        assert_eq!(parse(&mut read, &typed), Known::Unknown);
        assert!(
            read.errors
                .first("place_2")
                .unwrap()
                .contains("name each country, or choose worldwide")
        );
    }

    #[test]
    fn a_row_that_says_only_where_asks_what_happens_there() {
        let mut typed = typed(1, &[("place_1", "NO")]);
        let mut read = Reader::new(&typed);
        parse(&mut read, &typed);
        assert!(read.errors.first("kind_1").is_some());
        add_row(&mut typed);
        assert_eq!(count(&typed), 2);
    }
}
