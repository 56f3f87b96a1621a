//! What holds for any instant, any terms, any zone.

use chrono::{Datelike, TimeDelta};
use proptest::prelude::*;

use super::*;

fn any_terms() -> impl Strategy<Value = Terms> {
    let period = prop_oneof![
        (1u32..120).prop_map(|n| (n, PeriodUnit::CalendarDays)),
        (1u32..90).prop_map(|n| (n, PeriodUnit::WorkingDays)),
        (1u32..13).prop_map(|n| (n, PeriodUnit::Months)),
    ];
    (
        period,
        0..CalendarId::ALL.len(),
        0..chrono_tz::TZ_VARIANTS.len(),
        any::<bool>(),
    )
        .prop_map(|((n, unit), calendar, variant, roll)| Terms {
            roll,
            ..Terms::new(
                Period::new(n, unit).unwrap(),
                CalendarId::ALL[calendar],
                zone(chrono_tz::TZ_VARIANTS[variant].name()),
            )
        })
}

/// Instants from 2020 to 2037, to the microsecond.
fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    (1_577_923_200_000_000i64..2_127_600_000_000_000)
        .prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_last_day_is_worked_and_the_period_is_never_short(received in any_instant(), terms in any_terms()) {
        let calendar = calendar(terms.calendar);
        let window = compute(received, &terms, &Rules::of(calendar)).unwrap();
        if terms.roll || terms.period.unit() == PeriodUnit::WorkingDays {
            prop_assert!(calendar.is_working(window.last_day).unwrap());
        }
        let n = i64::from(terms.period.n());
        let days = (window.last_day - window.event_day).num_days();
        match terms.period.unit() {
            PeriodUnit::CalendarDays | PeriodUnit::WorkingDays => prop_assert!(days >= n),
            PeriodUnit::Months => prop_assert!(days >= 28 * n),
        }
        let worked = (1..=days)
            .filter(|day| calendar.is_working(window.event_day + TimeDelta::days(*day)).unwrap())
            .count();
        if terms.period.is_two_days_or_more() {
            prop_assert!(worked >= 2);
        }
        if terms.period.unit() == PeriodUnit::WorkingDays {
            prop_assert!(worked >= usize::from(terms.period.n()));
        }
        prop_assert!(window.nominal_last_day <= window.last_day);
        prop_assert!(received < window.opens_at && window.opens_at < window.expires_at);
        prop_assert_eq!(terms.zone.local_date(window.expires_at), window.last_day.succ_opt().unwrap());
        prop_assert!(window.in_time(window.expires_at - TimeDelta::microseconds(1)));
        prop_assert!(!window.in_time(window.expires_at));
    }

    #[test]
    fn a_later_receipt_never_ends_earlier(
        received in any_instant(), later in 0i64..5_000_000_000_000, terms in any_terms(),
        publisher in 0..chrono_tz::TZ_VARIANTS.len(),
    ) {
        let rules = Rules::of(calendar(terms.calendar)).and_in(zone(chrono_tz::TZ_VARIANTS[publisher].name()));
        let first = compute(received, &terms, &rules).unwrap();
        let second = compute(received + TimeDelta::microseconds(later), &terms, &rules).unwrap();
        prop_assert!(first.expires_at <= second.expires_at);
    }

    #[test]
    fn a_second_zone_or_period_never_shortens(
        received in any_instant(), terms in any_terms(), publisher in 0..chrono_tz::TZ_VARIANTS.len(), other in any_terms(),
    ) {
        let rules = Rules::of(calendar(terms.calendar));
        let alone = compute(received, &terms, &rules).unwrap();
        let publisher = zone(chrono_tz::TZ_VARIANTS[publisher].name());
        let both = compute(received, &terms, &rules.and_in(publisher)).unwrap();
        let there = compute(received, &Terms { zone: publisher, ..terms.clone() }, &rules).unwrap();
        prop_assert_eq!(both.expires_at, alone.expires_at.max(there.expires_at));
        let longest = compute_longest(received, &terms, &[other.period], &rules).unwrap();
        let other = compute(received, &terms.with_period(other.period), &rules).unwrap();
        prop_assert_eq!(longest.expires_at, alone.expires_at.max(other.expires_at));
    }

    #[test]
    fn the_result_depends_on_the_instant_not_on_how_it_is_written(
        received in any_instant(), offset in -12 * 60..14 * 60, terms in any_terms(),
    ) {
        let offset = chrono::FixedOffset::east_opt(offset * 60).unwrap();
        let written = received.with_timezone(&offset).to_rfc3339();
        let read: DateTime<Utc> = written.parse().unwrap();
        let rules = Rules::of(calendar(terms.calendar));
        prop_assert_eq!(compute(read, &terms, &rules).unwrap(), compute(received, &terms, &rules).unwrap());
    }

    #[test]
    fn the_latest_day_to_send_is_early_enough_and_the_next_is_not(go_live in any_instant(), terms in any_terms()) {
        let rules = Rules::of(calendar(terms.calendar));
        prop_assume!(go_live.year() > 2022);
        let latest = latest_send_for(go_live, &terms, &[], &rules).unwrap();
        prop_assert!(latest.window.expires_at <= go_live);
        let next = terms.zone.end_of_day(latest.day.succ_opt().unwrap()).unwrap();
        prop_assert!(compute(next, &terms, &rules).unwrap().expires_at > go_live);
    }

    #[test]
    fn a_window_reads_back_as_stored(received in any_instant(), terms in any_terms()) {
        let window = compute(received, &terms, &Rules::of(calendar(terms.calendar))).unwrap();
        let json = serde_json::to_string(&window).unwrap();
        prop_assert_eq!(serde_json::from_str::<Window>(&json).unwrap(), window);
    }
}
