//! The form for a correction of one day.

use chrono::NaiveDate;
use domain::calendar::{Calendar, CalendarId, Counted, Override};
use domain::text::Line;

use crate::adequacy::{Source, finish, source};
use crate::register::Typed;
use crate::register::typed::Reader;
use crate::ui::FieldErrors;

/// A correction of a day of a calendar; `present` gives a calendar as it counts now. One that changes nothing is refused.
///
/// # Errors
/// What is wrong, by field.
pub fn parse(
    typed: &Typed,
    today: NaiveDate,
    present: impl Fn(CalendarId) -> Calendar,
) -> Result<((CalendarId, Override), Source), FieldErrors> {
    let mut read = Reader::new(typed);
    let calendar: Option<CalendarId> = read.chosen("calendar", "Choose a calendar");
    let date = read.required_day("date");
    let counted: Option<Counted> = read.chosen("counted", "Choose what the day counts as");
    let reason: Option<Line<200>> = read.required("reason");
    if let (Some(calendar), Some(date)) = (calendar, date) {
        let present = present(calendar);
        match present.why_closed_by_table(date) {
            Err(outside) => read.errors.add("date", outside.to_string()),
            Ok(by_table) => {
                if let Some(why) = counted.and_then(|counted| no_change(&present, date, by_table, counted)) {
                    read.errors.add("counted", why);
                }
            }
        }
    }
    let source = source(&mut read, today);
    let parts = calendar.zip(date).zip(counted).zip(reason);
    let row = parts.map(|(((calendar, date), counted), reason)| {
        let day = Override {
            date,
            working: counted.working(),
            reason: reason.to_string(),
        };
        (calendar, day)
    });
    finish(read, row, source)
}

/// Why a correction would say nothing new.
fn no_change(
    present: &Calendar,
    date: NaiveDate,
    by_table: Option<&str>,
    counted: Counted,
) -> Option<String> {
    let own = present.override_of(date).and_then(|own| own.working);
    let table = by_table.map_or_else(|| "worked".to_owned(), |why| format!("not worked ({why})"));
    match (own, counted.working()) {
        (None, None) => Some(format!("The day counts as the table says already: {table}")),
        (Some(own), Some(wanted)) if own == wanted => {
            Some(format!("It is recorded as {} already", counted.label()))
        }
        (own, Some(wanted)) if wanted == by_table.is_none() => Some(if own.is_none() {
            format!("The table says so already: {table}")
        } else {
            format!("The table itself says {table}: choose “as the table says”")
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use domain::calendar::HolidayTable;

    fn norway(overrides: &[(&str, bool)]) -> Calendar {
        let christmas = BTreeMap::from([("2026-12-25".parse().unwrap(), "Christmas Day".to_owned())]);
        let table = HolidayTable {
            source: String::new(),
            version: "holidays-1".to_owned(),
            first_year: 2020,
            last_year: 2040,
            calendars: CalendarId::ALL
                .into_iter()
                .map(|id| (id, christmas.clone()))
                .collect(),
        };
        let norway = table.into_calendars().unwrap().remove(&CalendarId::No).unwrap();
        norway.with_overrides(overrides.iter().map(|(day, working)| Override {
            date: day.parse().unwrap(),
            working: Some(*working),
            reason: "Before".to_owned(),
        }))
    }

    fn typed(otherwise: &[(&str, &str)]) -> Typed {
        let all = [
            ("calendar", "NO"),
            ("date", "2026-12-24"),
            ("counted", "NOT_WORKED"),
            ("reason", "Office closed"),
            ("source_url", "https://publisher.example/calendar"),
            ("checked_on", "2026-11-23"),
        ];
        let mut typed = Typed::new(&[]);
        for (name, value) in all {
            typed.put(name, value);
        }
        for (name, value) in otherwise {
            typed.set(name, value);
        }
        typed
    }

    fn read(otherwise: &[(&str, &str)], before: &[(&str, bool)]) -> Result<Override, Vec<(String, String)>> {
        let today = "2026-11-23".parse().unwrap();
        parse(&typed(otherwise), today, |_| norway(before))
            .map(|((_, day), _)| day)
            .map_err(|errors| {
                let all = errors.iter();
                all.map(|error| (error.field.clone(), error.message.clone()))
                    .collect()
            })
    }

    #[test]
    fn a_correction_is_read_whole_and_every_gap_is_said_at_its_field() {
        let day = read(&[], &[]).unwrap();
        assert_eq!(day.date, "2026-12-24".parse().unwrap());
        assert_eq!((day.working, day.reason.as_str()), (Some(false), "Office closed"));
        for (field, wrong) in [
            ("calendar", "XX"),
            ("date", ""),
            ("date", "2041-01-02"),
            ("counted", ""),
            ("reason", " "),
            ("source_url", ""),
            ("checked_on", "2026-11-24"),
        ] {
            let errors = read(&[(field, wrong)], &[]).unwrap_err();
            let fields: Vec<&str> = errors.iter().map(|(field, _)| field.as_str()).collect();
            assert_eq!(fields, [field], "{wrong:?}");
        }
        assert_eq!(
            read(&[("date", "2041-01-02")], &[]).unwrap_err()[0].1,
            "Holidays of NO are known for 2020 to 2040 only, and 2041-01-02 is outside"
        );
    }

    #[test]
    fn a_correction_that_changes_nothing_is_refused_with_the_reason() {
        let closed = [("2026-12-24", false)];
        for (day, counted, before, why) in [
            (
                "2026-12-24",
                "WORKED",
                &[][..],
                "The table says so already: worked",
            ),
            (
                "2026-12-25",
                "NOT_WORKED",
                &[],
                "The table says so already: not worked (Christmas Day)",
            ),
            (
                "2026-11-28",
                "AS_TABLE",
                &[],
                "The day counts as the table says already: not worked (Saturday)",
            ),
            (
                "2026-12-24",
                "NOT_WORKED",
                &closed,
                "It is recorded as not worked already",
            ),
            (
                "2026-12-24",
                "WORKED",
                &closed,
                "The table itself says worked: choose “as the table says”",
            ),
        ] {
            let errors = read(&[("date", day), ("counted", counted)], before).unwrap_err();
            assert_eq!(
                errors,
                [("counted".to_owned(), why.to_owned())],
                "{day} {counted}"
            );
        }
        assert_eq!(read(&[("counted", "AS_TABLE")], &closed).unwrap().working, None);
    }
}
