//! What the publisher's corrections of a calendar do to a window, by when they were recorded.

use proptest::prelude::*;

use super::*;
use crate::calendar::Override;

/// A correction of Norway's calendar: when it was recorded, the day, and whether it is worked.
fn row(recorded_at: &str, day: &str, working: Option<bool>) -> RecordedOverride {
    RecordedOverride {
        calendar: CalendarId::No,
        recorded_at: at(recorded_at),
        day: Override {
            date: date(day),
            working,
            reason: "Day of mourning".to_owned(),
        },
    }
}

const RECEIVED: &str = "2026-11-24T09:00:00+01:00";
const BEFORE: &str = "2026-11-01T00:00:00Z";
const INSIDE: &str = "2026-12-10T12:00:00Z";
/// The first instant after the window of 30 days, which ends on Thursday 24 December.
const END: &str = "2026-12-25T00:00:00+01:00";

/// 30 days in Norway, corrected by these rows.
fn corrected(rows: &[RecordedOverride]) -> Window {
    let rules = Rules::of(calendar(CalendarId::No)).corrected_by(rows);
    compute(at(RECEIVED), &terms("30d", "NO"), &rules).unwrap()
}

fn last_day(rows: &[RecordedOverride]) -> String {
    corrected(rows).last_day.to_string()
}

#[test]
fn what_was_known_at_receipt_counts_both_ways() {
    let (closed, worked) = (Some(false), Some(true));
    assert_eq!(last_day(&[]), "2026-12-24");
    assert_eq!(last_day(&[row(BEFORE, "2026-12-24", closed)]), "2026-12-28");
    assert_eq!(last_day(&[row(RECEIVED, "2026-12-24", closed)]), "2026-12-28");
    // Christmas Day is worked, so the end stops there
    let rows = [
        row(BEFORE, "2026-12-24", closed),
        row(BEFORE, "2026-12-25", worked),
    ];
    assert_eq!(last_day(&rows), "2026-12-25");
    assert_eq!(corrected(&rows).calendar_version, "NO holidays-0.109+2 overrides");
    assert_eq!(corrected(&rows).lengthened_by(), None);
    // and given back to the table before the receipt
    let rows = [row(BEFORE, "2026-12-24", closed), row(BEFORE, "2026-12-24", None)];
    assert_eq!(corrected(&rows), corrected(&[]));
}

#[test]
fn a_day_closed_while_a_window_is_open_lengthens_it_and_says_so() {
    let window = corrected(&[row(INSIDE, "2026-12-24", Some(false))]);
    assert_eq!(window.last_day, date("2026-12-28"));
    assert_eq!(window.lengthened_by().unwrap().date, date("2026-12-24"));
    assert_eq!(window.calendar_version, "NO holidays-0.109+1 override");
    assert_eq!(
        window.steps.last().unwrap().text,
        "Recorded Thursday 10 December 2026, 13:00, Oslo, while it was open: Thursday 24 December 2026 is closed \
         (Day of mourning). The last day was Thursday 24 December 2026 before."
    );
    let json = serde_json::to_string(&window).unwrap();
    assert_eq!(serde_json::from_str::<Window>(&json).unwrap(), window);
    // one day after the other, each while what the one before left was still open
    let rows = [
        row(INSIDE, "2026-12-24", Some(false)),
        row("2026-12-27T12:00:00Z", "2026-12-28", Some(false)),
    ];
    assert_eq!(last_day(&rows), "2026-12-29");
    assert_eq!(last_day(&rows[1..]), "2026-12-24", "its own window had ended");
    // a day that the table closes anyway, made worked before the receipt and given back inside
    let rows = [
        row(BEFORE, "2026-12-24", Some(false)),
        row(BEFORE, "2026-12-25", Some(true)),
        row(INSIDE, "2026-12-25", None),
    ];
    assert_eq!(last_day(&rows), "2026-12-28");
}

#[test]
fn a_day_made_worked_later_never_shortens() {
    let received = at("2026-11-25T09:00:00+01:00");
    let count = |rows: &[RecordedOverride]| {
        let rules = Rules::of(calendar(CalendarId::No)).corrected_by(rows);
        compute(received, &terms("30d", "NO"), &rules).unwrap()
    };
    let christmas = |recorded_at| row(recorded_at, "2026-12-25", Some(true));
    assert_eq!(count(&[christmas(BEFORE)]).last_day, date("2026-12-25"));
    assert_eq!(count(&[christmas(INSIDE)]), count(&[]));
    // nor does taking back what had lengthened it
    let rows = [
        row(INSIDE, "2026-12-24", Some(false)),
        row("2026-12-11T12:00:00Z", "2026-12-24", None),
    ];
    assert_eq!(last_day(&rows), "2026-12-28");
}

#[test]
fn a_window_that_has_ended_does_not_change() {
    let moment = TimeDelta::microseconds(1);
    let recorded = |recorded_at| RecordedOverride {
        recorded_at,
        ..row(INSIDE, "2026-12-24", Some(false))
    };
    assert_eq!(corrected(&[recorded(at(END))]), corrected(&[]));
    assert_eq!(last_day(&[recorded(at(END) - moment)]), "2026-12-28");
}

#[test]
fn a_correction_of_another_calendar_is_not_counted() {
    let other = RecordedOverride {
        calendar: CalendarId::Fi,
        ..row(BEFORE, "2026-12-24", Some(false))
    };
    assert_eq!(corrected(std::slice::from_ref(&other)), corrected(&[]));
    let rules = Rules {
        publisher_calendar: Some(calendar(CalendarId::Fi)),
        overrides: &[other],
        ..Rules::of(calendar(CalendarId::No))
    };
    let both = compute(at(RECEIVED), &terms("30d", "NO"), &rules).unwrap();
    assert_eq!(both.last_day, date("2026-12-28"));
    assert!(both.calendar_version.ends_with("FI holidays-0.109+1 override"));
}

#[test]
fn both_windows_of_a_promise_are_lengthened_and_their_closed_days_are_those_counted() {
    let terms = NoticeTerms {
        notice: terms("30d", "NO"),
        also: Vec::new(),
        objection: terms("10d", "NO"),
    };
    let plain = Rules::of(calendar(CalendarId::No));
    let promised = terms.windows(at(RECEIVED), &plain).unwrap();
    assert_eq!(promised.objection.last_day, date("2026-12-04"));
    let rows = [
        row(INSIDE, "2026-12-04", Some(false)), // the window for objections had ended
        row(INSIDE, "2026-12-24", Some(false)),
        row(END, "2026-12-28", Some(false)),
    ];
    let rules = plain.corrected_by(&rows);
    let longer = promised.clone().lengthened(&rules).unwrap();
    assert_eq!(longer.objection, promised.objection);
    // the end of the first correction lies after the instant at which the last one was recorded
    assert_eq!(longer.notice.last_day, date("2026-12-29"));
    assert_eq!(promised.clone().lengthened(&plain).unwrap(), promised);
    let closed = longer.closed_days(&rules);
    let mourning = closed.iter().filter(|day| day.why == "Day of mourning");
    assert_eq!(mourning.count(), 3);
    assert!(
        promised
            .closed_days(&plain)
            .iter()
            .all(|day| day.why != "Day of mourning")
    );
}

#[test]
fn asked_about_the_past_a_later_correction_is_not_known() {
    let rows = [row(INSIDE, "2026-12-24", Some(false))];
    let rules = Rules::of(calendar(CalendarId::No)).corrected_by(&rows);
    assert!(rules.known_at(at(BEFORE)).overrides.is_empty());
    assert_eq!(rules.known_at(at(INSIDE)).overrides.len(), 1);
}

/// Rows from before the receipt until long after the end, in the order in which they were recorded.
fn any_rows() -> impl Strategy<Value = Vec<RecordedOverride>> {
    let any = (-30i64..90, 0u64..120, prop::option::of(any::<bool>())).prop_map(|(after, day, working)| {
        RecordedOverride {
            recorded_at: at(RECEIVED) + TimeDelta::days(after),
            day: Override {
                date: date("2026-11-20") + chrono::Days::new(day),
                working,
                reason: "Any".to_owned(),
            },
            ..row(INSIDE, "2026-12-24", None)
        }
    });
    prop::collection::vec(any, 0..8).prop_map(|mut rows| {
        rows.sort_by_key(|row| row.recorded_at);
        rows
    })
}

proptest! {
    #[test]
    fn later_rows_never_shorten_and_none_recorded_after_the_end_changes_anything(
        rows in any_rows(), n in 1u32..60, unit in 0usize..3, also in 1u32..60, roll in any::<bool>(),
    ) {
        let unit = [PeriodUnit::CalendarDays, PeriodUnit::WorkingDays, PeriodUnit::Months][unit];
        let n = if unit == PeriodUnit::Months { n % 3 + 1 } else { n };
        let terms = Terms { roll, ..terms("30d", "NO").with_period(Period::new(n, unit).unwrap()) };
        let also = [Period::new(also, PeriodUnit::CalendarDays).unwrap()];
        let count = |rows: &[RecordedOverride]| {
            let rules = Rules::of(calendar(CalendarId::No)).corrected_by(rows);
            compute_longest(at(RECEIVED), &terms, &also, &rules).unwrap()
        };
        let known = rows.partition_point(|row| row.recorded_at <= at(RECEIVED));
        let mut before = count(&rows[..known]);
        for upto in known..rows.len() {
            let after = count(&rows[..=upto]);
            prop_assert!(after.expires_at >= before.expires_at);
            if rows[upto].recorded_at >= before.expires_at {
                prop_assert_eq!(&after, &before);
            }
            before = after;
        }
    }
}
