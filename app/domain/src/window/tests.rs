use chrono::TimeDelta;

use super::*;
use crate::calendar::CalendarId;
use crate::calendar::tests::{calendar, date};
use crate::period::PeriodUnit;

pub(crate) fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

/// An instant, in RFC 3339 with any offset.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Terms with the usual zone of their calendar.
pub(crate) fn terms(period: &str, calendar: &str) -> Terms {
    let zone_name = if calendar.starts_with("FI") {
        "Europe/Helsinki"
    } else {
        "Europe/Oslo"
    };
    Terms::new(
        period.parse().unwrap(),
        calendar.parse().unwrap(),
        zone(zone_name),
    )
}

/// The lines of a table, split at blanks; lines that start with # say something to the reader.
pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let rows = table
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|line| line.split_whitespace().collect())
}

fn window(received: &str, terms: &Terms) -> Window {
    compute(at(received), terms, &Rules::of(calendar(terms.calendar))).unwrap()
}

#[test]
fn an_end_stays_on_a_closed_day_where_the_contract_says_so() {
    // E30
    let terms = Terms {
        roll: false,
        ..terms("30d", "NO")
    };
    let window = window("2027-01-07T09:00:00+01:00", &terms);
    assert_eq!(window.last_day, date("2027-02-06"));
    assert_eq!(window.expires_at, at("2027-02-07T00:00:00+01:00"));
    assert!(
        window
            .steps
            .iter()
            .any(|step| matches!(step.kind, StepKind::Kept { .. }))
    );
}

#[test]
fn two_working_days_bind_without_roll_over_but_not_for_a_single_day() {
    let stay = Terms {
        roll: false,
        ..terms("3d", "NO")
    };
    assert_eq!(
        window("2026-12-24T12:00:00+01:00", &stay).last_day,
        date("2026-12-29")
    );
    let one_day = Terms {
        roll: false,
        ..terms("1d", "NO")
    };
    assert_eq!(
        window("2026-12-24T12:00:00+01:00", &one_day).last_day,
        date("2026-12-25")
    );
    let one_day_rolled = terms("1d", "NO");
    assert_eq!(
        window("2026-12-24T12:00:00+01:00", &one_day_rolled).last_day,
        date("2026-12-28")
    );
    let none_asked = Terms {
        min_working_days: 0,
        ..terms("3d", "NO")
    };
    assert_eq!(
        window("2026-12-24T12:00:00+01:00", &none_asked).last_day,
        date("2026-12-28")
    );
}

#[test]
fn the_later_of_two_zones_decides() {
    // E33: the customer in Finland, the publisher in Norway
    let finland = terms("30d", "FI");
    let rules = Rules::of(calendar(CalendarId::Fi)).and_in(zone("Europe/Oslo"));
    let window = compute(at("2026-12-01T10:00:00+02:00"), &finland, &rules).unwrap();
    assert_eq!(
        (window.last_day, window.zone),
        (date("2026-12-31"), zone("Europe/Oslo"))
    );
    assert_eq!(window.expires_at, at("2026-12-31T23:00:00Z"));
    assert!(
        window.in_time(at("2026-12-31T22:30:00Z")),
        "after midnight in Finland, before midnight in Norway"
    );

    // The whole count is made in both: in Tokyo it is already the next day, which moves the end past New Year.
    let norway = terms("30d", "NO");
    let rules = Rules::of(calendar(CalendarId::No)).and_in(zone("Asia/Tokyo"));
    let window = compute(at("2026-12-01T16:00:00Z"), &norway, &rules).unwrap();
    assert_eq!(
        (window.event_day, window.last_day),
        (date("2026-12-02"), date("2027-01-04"))
    );
    assert_eq!(window.zone, zone("Asia/Tokyo"));
    assert_eq!(window.expires_at, at("2027-01-04T15:00:00Z"));
}

#[test]
fn a_day_is_worked_only_if_both_calendars_work_where_both_are_asked() {
    let finland = terms("30d", "FI-NO-EVES");
    let both = Rules {
        publisher_calendar: Some(calendar(CalendarId::Fi)),
        ..Rules::of(calendar(CalendarId::FiNoEves))
    };
    let window = compute(at("2027-05-26T09:00:00Z"), &finland, &both).unwrap();
    assert_eq!(window.last_day, date("2027-06-28"));
    assert_eq!(
        window.calendar_version,
        "FI-NO-EVES holidays-0.109; FI holidays-0.109"
    );
}

#[test]
fn minimum_and_contract_are_compared_by_the_date_they_give() {
    let received = at("2026-12-17T12:00:00+01:00");
    let rules = Rules::of(calendar(CalendarId::No));
    let ten_working_days = terms("10wd", "NO");
    let thirty: Period = "30d".parse().unwrap();
    let month: Period = "1m".parse().unwrap();
    let longest = compute_longest(received, &ten_working_days, &[thirty], &rules).unwrap();
    assert_eq!(
        (longest.terms.period, longest.last_day),
        (thirty, date("2027-01-18"))
    );
    let longest = compute_longest(received, &ten_working_days, &["14d".parse().unwrap()], &rules).unwrap();
    assert_eq!(
        (longest.terms.period.to_string().as_str(), longest.last_day),
        ("10wd", date("2027-01-04"))
    );
    // a month is longer than 30 days in December and shorter in February
    let december = compute_longest(
        at("2026-12-01T12:00:00+01:00"),
        &terms("30d", "NO"),
        &[month],
        &rules,
    )
    .unwrap();
    assert_eq!(
        (december.terms.period, december.last_day),
        (month, date("2027-01-04"))
    );
    let february = compute_longest(
        at("2027-02-01T12:00:00+01:00"),
        &terms("30d", "NO"),
        &[month],
        &rules,
    )
    .unwrap();
    assert_eq!(february.terms.period, thirty);
    assert_eq!(february.last_day, date("2027-03-03"));
    let compared = february
        .steps
        .iter()
        .filter(|step| matches!(step.kind, StepKind::ComparedPeriods { .. }));
    assert_eq!(compared.count(), 1);
}

#[test]
fn the_latest_day_to_send_is_found_by_trying() {
    // E32
    let rules = Rules::of(calendar(CalendarId::No));
    let norway = terms("30d", "NO");
    let go_live = at("2027-02-01T00:00:00+01:00");
    let latest = latest_send_for(go_live, &norway, &[], &rules).unwrap();
    assert_eq!(latest.day, date("2026-12-30"));
    assert_eq!(latest.window.last_day, date("2027-01-29"));
    let a_day_later = window("2026-12-31T10:00:00+01:00", &norway);
    assert_eq!(a_day_later.expires_at, at("2027-02-02T00:00:00+01:00"));
    let latest = latest_send_for(go_live, &terms("10wd", "NO"), &["30d".parse().unwrap()], &rules).unwrap();
    assert_eq!(latest.day, date("2026-12-30"));
}

#[test]
fn nothing_is_computed_beyond_the_holidays_we_know() {
    let norway = terms("30d", "NO");
    let rules = Rules::of(calendar(CalendarId::No));
    assert!(matches!(
        compute(at("2040-12-20T10:00:00Z"), &norway, &rules),
        Err(WindowError::PastData(_))
    ));
    assert!(matches!(
        compute(at("2019-11-20T10:00:00Z"), &norway, &rules),
        Err(WindowError::PastData(_))
    ));
    let late = latest_send_for(at("2041-02-01T00:00:00Z"), &norway, &[], &rules);
    assert!(matches!(late, Err(WindowError::PastData(_))));
    let last = latest_send_for(at("2041-01-01T00:00:00+01:00"), &norway, &[], &rules).unwrap();
    assert_eq!(last.window.last_day, date("2040-12-31"));
    let early = latest_send_for(at("2020-01-20T00:00:00Z"), &norway, &[], &rules);
    assert!(matches!(early, Err(WindowError::PastData(_))));
    let other = compute(
        at("2026-12-01T10:00:00Z"),
        &norway,
        &Rules::of(calendar(CalendarId::Fi)),
    );
    assert!(matches!(other, Err(WindowError::OtherCalendar { .. })));
    assert!(compute(DateTime::<Utc>::MAX_UTC, &norway, &rules).is_err());
    assert!(compute(DateTime::<Utc>::MIN_UTC, &norway, &rules).is_err());
}

#[test]
fn an_objection_is_in_time_until_the_last_moment_before_the_end() {
    // E34
    let window = window("2026-12-01T10:00:00+01:00", &terms("30d", "NO"));
    let end = at("2027-01-01T00:00:00+01:00");
    assert!(window.in_time(at("2026-12-31T23:59:59.999+01:00")));
    assert!(window.in_time(end - TimeDelta::milliseconds(1)));
    assert!(window.in_time(end - TimeDelta::microseconds(1)));
    assert!(!window.in_time(end));
    assert!(!window.in_time(end + TimeDelta::microseconds(1)));
    assert!(!window.in_time(end + TimeDelta::milliseconds(1)));
    assert_eq!(window.days_left(at("2026-12-01T10:00:00+01:00")), 30);
    assert_eq!(window.days_left(end - TimeDelta::microseconds(1)), 0);
    assert_eq!(window.days_left(end), -1);
}

#[test]
fn a_moment_before_midnight_belongs_to_the_day_before() {
    let norway = terms("30d", "NO");
    let midnight = at("2026-11-24T00:00:00+01:00");
    let rules = Rules::of(calendar(CalendarId::No));
    for step in [TimeDelta::milliseconds(1), TimeDelta::microseconds(1)] {
        assert_eq!(
            compute(midnight - step, &norway, &rules).unwrap().event_day,
            date("2026-11-23")
        );
        assert_eq!(
            compute(midnight + step, &norway, &rules).unwrap().event_day,
            date("2026-11-24")
        );
    }
    assert_eq!(
        compute(midnight, &norway, &rules).unwrap().event_day,
        date("2026-11-24")
    );
}

/// Received, where, period, opens, expires.
const CHANGING_CLOCKS: &str = "
    # clocks jump over midnight at the end, and at the start
    2026-08-06T12:00:00Z America/Santiago  30d 2026-08-07T04:00:00Z 2026-09-08T03:00:00Z
    2026-09-05T12:00:00Z America/Santiago  30d 2026-09-06T04:00:00Z 2026-10-06T03:00:00Z
    2027-03-30T12:00:00Z Africa/Cairo      30d 2027-03-30T22:00:00Z 2027-04-29T22:00:00Z
    # midnight comes twice
    2026-10-01T12:00:00Z America/Havana    30d 2026-10-02T04:00:00Z 2026-11-03T05:00:00Z
    2026-10-31T12:00:00Z America/Havana    30d 2026-11-01T04:00:00Z 2026-12-01T05:00:00Z
    # no change of clocks at all, and offsets that are no whole hours
    2026-12-01T23:30:00Z Asia/Tokyo        30d 2026-12-02T15:00:00Z 2027-01-01T15:00:00Z
    2026-12-01T18:20:00Z Asia/Kathmandu    30d 2026-12-02T18:15:00Z 2027-01-01T18:15:00Z
    2026-12-01T18:10:00Z Asia/Kathmandu    30d 2026-12-01T18:15:00Z 2026-12-31T18:15:00Z
    2026-12-01T20:00:00Z Asia/Kolkata      1m  2026-12-02T18:30:00Z 2027-01-04T18:30:00Z
";

#[test]
fn days_have_23_and_25_hours_and_sometimes_no_midnight() {
    for row in rows(CHANGING_CLOCKS) {
        let [received, zone_name, period, opens_at, expires_at] = row[..] else {
            panic!("{row:?}")
        };
        let terms = Terms::new(period.parse().unwrap(), CalendarId::Weekend, zone(zone_name));
        let window = window(received, &terms);
        assert_eq!(window.opens_at, at(opens_at), "{received} {zone_name} opens");
        assert_eq!(
            window.expires_at,
            at(expires_at),
            "{received} {zone_name} expires"
        );
    }
    // 30 days with the clocks going forward are an hour short of 720
    let spring = window("2027-03-01T10:00:00+01:00", &terms("30d", "NO"));
    assert_eq!(spring.expires_at - spring.opens_at, TimeDelta::hours(719));
    let autumn = window("2026-10-02T10:00:00+02:00", &terms("31d", "NO"));
    assert_eq!(autumn.expires_at - autumn.opens_at, TimeDelta::hours(31 * 24 + 1));
}

#[test]
fn every_calendar_moves_the_end_off_its_own_holidays() {
    for (id, received, last_day) in [
        ("NO", "2027-04-06T12:00:00Z", "2027-05-07"), // Ascension Day
        ("FI", "2026-12-07T12:00:00Z", "2027-01-07"), // Epiphany
        ("FI-NO-EVES", "2026-12-07T12:00:00Z", "2027-01-07"), // Epiphany
        ("SE", "2026-12-01T12:00:00Z", "2027-01-04"), // New Year's Eve, then New Year and a weekend
        ("DK", "2027-04-17T12:00:00Z", "2027-05-18"), // Whit Monday
        ("DE", "2028-09-03T12:00:00Z", "2028-10-04"), // Unity Day
        ("FR", "2027-06-14T12:00:00Z", "2027-07-15"), // National Day
        ("IE", "2027-02-15T12:00:00Z", "2027-03-18"), // Saint Patrick's Day
        ("NL", "2027-03-28T12:00:00Z", "2027-04-28"), // King's Day
        ("WEEKEND", "2026-11-25T12:00:00Z", "2026-12-25"), // no holidays
        ("WEEKEND", "2026-11-26T12:00:00Z", "2026-12-28"), // Saturday
    ] {
        let window = window(
            received,
            &Terms::new("30d".parse().unwrap(), id.parse().unwrap(), zone("Europe/Berlin")),
        );
        assert_eq!(window.last_day, date(last_day), "{id}");
    }
}

#[test]
fn months_end_on_the_same_day_or_on_the_last_one() {
    for (received, period, nominal) in [
        ("2026-12-31T12:00:00Z", "2m", "2027-02-28"),
        ("2027-12-31T12:00:00Z", "2m", "2028-02-29"),
        ("2028-02-29T12:00:00Z", "12m", "2029-02-28"),
        ("2028-02-29T12:00:00Z", "48m", "2032-02-29"),
        ("2027-02-28T12:00:00Z", "1m", "2027-03-28"),
        ("2027-03-31T12:00:00Z", "1m", "2027-04-30"),
    ] {
        assert_eq!(
            window(received, &terms(period, "NO")).nominal_last_day,
            date(nominal),
            "{received} {period}"
        );
    }
}

#[test]
fn the_arithmetic_can_be_read() {
    let text = |window: Window| window.steps.into_iter().map(|step| step.text).collect::<Vec<_>>();
    assert_eq!(
        text(window("2026-12-01T23:30:00Z", &terms("30d", "NO"))),
        [
            "Received Wednesday 2 December 2026, 00:30, Oslo. That day is not counted.",
            "30 calendar days after it: Friday 1 January 2027.",
            "Closed: Friday 1 January 2027 (New Year's Day), Saturday 2 January 2027, Sunday 3 January 2027. \
             The next working day is Monday 4 January 2027.",
            "Ends Monday 4 January 2027, 24:00, Oslo, which is 2027-01-04T23:00:00Z.",
        ]
    );
    assert_eq!(
        text(window("2026-12-24T12:00:00+01:00", &terms("3d", "NO")))[3],
        "Only 1 working day so far, and a period of two days or more has at least 2: \
         extended to Tuesday 29 December 2026."
    );
    assert_eq!(
        text(window("2027-01-31T12:00:00+01:00", &terms("1m", "NO")))[1..3],
        [
            "1 month after it: Sunday 28 February 2027. That month has no day 31, so its last day counts.",
            "Not a working day. The next one is Monday 1 March 2027.",
        ]
    );
    assert_eq!(
        text(window("2026-12-17T12:00:00+01:00", &terms("10wd", "NO")))[1],
        "10 working days after it: Monday 4 January 2027. Not counted, beside weekends: \
         Friday 25 December 2026 (Christmas Day), Friday 1 January 2027 (New Year's Day)."
    );
    let rules = Rules::of(calendar(CalendarId::Fi)).and_in(zone("Europe/Oslo"));
    let two_zones = compute(at("2026-12-01T10:00:00+02:00"), &terms("30d", "FI"), &rules).unwrap();
    assert_eq!(
        text(two_zones)[3],
        "Counted in Europe/Helsinki it ends Thursday 31 December 2026, 24:00, Helsinki, which is \
         2026-12-31T22:00:00Z: earlier. The count in Europe/Oslo holds."
    );
}

#[test]
fn a_frozen_window_reads_back_as_it_was() {
    let rules = Rules::of(calendar(CalendarId::Fi)).and_in(zone("Europe/Oslo"));
    for period in ["3d", "10wd", "1m", "30d"] {
        for roll in [true, false] {
            let terms = Terms {
                roll,
                ..terms(period, "FI")
            };
            let window = compute_longest(
                at("2026-12-24T10:00:00.123456Z"),
                &terms,
                &["2m".parse().unwrap()],
                &rules,
            )
            .unwrap();
            let json = serde_json::to_string(&window).unwrap();
            assert_eq!(serde_json::from_str::<Window>(&json).unwrap(), window);
        }
    }
    let window = window("2026-11-23T09:00:00Z", &terms("30d", "NO"));
    let json = serde_json::to_value(&window).unwrap();
    assert_eq!(json["expires_at"], "2026-12-23T23:00:00Z");
    assert_eq!(json["terms"]["period"], "30d");
    assert_eq!(json["rule_set"], "EU_CONSERVATIVE/1");
    assert_eq!(json["calendar_version"], "NO holidays-0.109");
    assert_eq!(json["tzdb_version"], crate::zone::TZDB_VERSION);
}

mod corrections;
mod examples;
mod properties;
