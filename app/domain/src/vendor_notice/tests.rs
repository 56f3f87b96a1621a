use uuid::Uuid;

use super::*;
use crate::calendar::tests::calendar;
use crate::calendar::{CalendarId, RecordedOverride};
use crate::policy::Policy;
use crate::window::Rules;
use crate::word_set::assert_words;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn oslo() -> Zone {
    "Europe/Oslo".parse().unwrap()
}

fn notice(received_at: &str) -> VendorNotice {
    VendorNotice {
        received_at: received_at.parse().unwrap(),
        channel: NoticeChannel::Email,
        window_ends_on: None,
        change_type: ChangeType::Tier2Change,
        description: "Cold Aisle AB keeps backups from January".parse().unwrap(),
        raw_copy: None,
        owner: "Privacy office".parse().unwrap(),
    }
}

/// The windows of a notice given at noon in Oslo on a day.
fn given(on: &str, notice: &str, objection: &str) -> Windows {
    let mut policy = Policy::new(CalendarId::No, oslo());
    policy.notice_period = notice.parse().unwrap();
    policy.objection_period = objection.parse().unwrap();
    let overrides: [RecordedOverride; 0] = [];
    let rules = Rules::of(calendar(CalendarId::No))
        .and_in(oslo())
        .corrected_by(&overrides);
    let noon = oslo().instant_of(day(on).and_hms_opt(12, 0, 0).unwrap()).unwrap();
    policy.notice_terms(Vec::new()).windows(noon, &rules).unwrap()
}

#[test]
fn words_read_back() {
    assert_words!(VendorNoticeStep);
}

#[test]
fn it_is_forwarded_within_two_working_days_of_the_publisher() {
    let calendar = calendar(CalendarId::No);
    for (received, due) in [
        ("2026-11-23T09:00:00Z", "2026-11-25"),
        // Friday: the weekend is not counted.
        ("2026-11-27T09:00:00Z", "2026-12-01"),
        // Late on Monday in UTC is Tuesday in Oslo.
        ("2026-11-23T23:30:00Z", "2026-11-26"),
        // Christmas Day and the day after it are holidays.
        ("2026-12-24T09:00:00Z", "2026-12-29"),
    ] {
        let found = notice(received).forward_due(oslo(), calendar);
        assert_eq!(found, Ok(day(due)), "{received}");
    }
    let last = calendar.years().1;
    assert!(
        notice(&format!("{last}-12-31T09:00:00Z"))
            .forward_due(oslo(), calendar)
            .is_err()
    );
}

#[test]
fn a_change_is_planned_after_the_vendors_window_and_not_before_it_can_be_told() {
    let (today, due) = (day("2026-11-24"), day("2026-11-25"));
    let planned = |change_type, window: Option<&str>| {
        let told = VendorNotice {
            change_type,
            window_ends_on: window.map(day),
            ..notice("2026-11-23T09:00:00Z")
        };
        told.planned_on(oslo(), today, due)
    };
    for (kind, window, expected) in [
        (ChangeType::Tier2Change, None, "2026-11-25"),
        (ChangeType::Tier2Change, Some("2026-12-08"), "2026-12-09"),
        (ChangeType::Tier2Change, Some("2026-11-23"), "2026-11-25"),
        // A notice with a window is given before the day.
        (ChangeType::LocationToThirdCountry, None, "2026-11-26"),
        (ChangeType::SubprocessorFailure, Some("2026-12-08"), "2026-11-23"),
    ] {
        assert_eq!(planned(kind, window), day(expected), "{kind} {window:?}");
    }
}

#[test]
fn vendors_tell_of_what_is_theirs() {
    use ChangeType as T;
    let ours = [
        T::NewSubprocessor,
        T::Replacement,
        T::NewForOptionalFeature,
        T::EmergencyReplacement,
        T::Correction,
        T::LawChangeNotice,
        T::GovAccessNotice,
    ];
    for kind in T::ALL {
        assert_eq!(
            VendorNotice::is_told_by_vendors(*kind),
            !ours.contains(kind),
            "{kind}"
        );
    }
}

#[test]
fn it_is_forwarded_or_closed_once_and_objecting_is_another_matter() {
    use VendorNoticeRefused as R;
    use VendorNoticeStep as S;
    let after = |steps: &[S]| VendorNoticeStanding::after(steps.iter().copied());
    for (before, step, refused) in [
        (vec![], S::Forwarded, None),
        (vec![], S::Closed, None),
        (vec![S::Forwarded], S::Forwarded, Some(R::Forwarded)),
        (vec![S::Forwarded], S::Closed, Some(R::Forwarded)),
        (vec![S::Closed], S::Forwarded, Some(R::Closed)),
        (vec![S::Closed], S::Closed, Some(R::Closed)),
        (vec![S::Closed], S::Objected, None),
        (vec![S::Forwarded], S::Objected, None),
        (vec![S::Objected], S::Forwarded, None),
        (vec![S::Objected], S::Objected, Some(R::Objected)),
        (vec![S::Objected], S::NotObjected, Some(R::Objected)),
        (vec![S::NotObjected], S::NotObjected, Some(R::NotObjected)),
        (vec![S::NotObjected], S::Objected, None),
    ] {
        let taken = after(&before).take(step);
        assert_eq!(taken.err(), refused, "{before:?} {step}");
        if let Ok(standing) = taken {
            let mut steps = before.clone();
            steps.push(step);
            assert_eq!(standing, after(&steps), "{steps:?}");
            steps.reverse();
            assert_eq!(standing, after(&steps), "in any order: {steps:?}");
        }
    }
    assert!(after(&[]).is_open() && after(&[]).needs_decision());
    assert!(!after(&[S::Forwarded]).is_open() && after(&[S::Forwarded]).needs_decision());
    assert!(!after(&[S::Closed]).needs_decision(), "it concerns nobody");
    assert!(!after(&[S::NotObjected]).needs_decision());
}

#[test]
fn an_event_is_its_step() {
    let change = ChangeId::from(Uuid::from_u128(1));
    let reason: Prose = "No customer uses it".parse().unwrap();
    let events = [
        VendorNoticeEvent::Forwarded { change },
        VendorNoticeEvent::Objected {
            on: day("2026-11-24"),
            reference: "Mail to the vendor".parse().unwrap(),
        },
        VendorNoticeEvent::NotObjected {
            reason: reason.clone(),
        },
        VendorNoticeEvent::Closed { reason },
    ];
    let steps: Vec<_> = events.iter().map(VendorNoticeEvent::step).collect();
    assert_eq!(steps, VendorNoticeStep::ALL);
}

#[test]
fn a_window_of_15_days_is_too_short_for_customers_with_30_or_60() {
    // Told on Monday 23 November 2026; the vendor waits until Tuesday 8 December.
    let on = "2026-11-23";
    let customers = [
        (given(on, "14d", "14d"), 2),
        (given(on, "30d", "30d"), 9),
        (given(on, "60d", "30d"), 1),
    ];
    let found = alert(day("2026-12-08"), &customers).unwrap();
    assert_eq!(
        found,
        Alert {
            vendor_until: day("2026-12-08"),
            customers: 10,
            of: 12,
            longest: "60d".parse().unwrap(),
            until: day("2027-01-22"),
            objects_until: Some(day("2026-12-23")),
        }
    );
}

#[test]
fn a_window_that_ends_on_the_same_day_is_long_enough_and_one_a_day_shorter_is_not() {
    let customers = [(given("2026-11-23", "30d", "14d"), 3)];
    assert_eq!(alert(day("2026-12-23"), &customers), None);
    let found = alert(day("2026-12-22"), &customers).unwrap();
    assert_eq!((found.customers, found.of), (3, 3));
    assert_eq!(found.objects_until, None, "they may object until 7 December only");
    assert_eq!(alert(day("2026-11-23"), &[]), None, "nobody is in scope");
}
