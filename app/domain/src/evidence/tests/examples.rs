//! The worked examples that need evidence: amendments, bounces, signatures, emergencies.

use super::*;

#[test]
fn e26_a_material_amendment_voids_the_first_version_and_starts_anew() {
    let told = sent("2026-12-01T10:00:00+01:00")
        .then("2026-12-01T10:00:00+01:00", A, Delivered)
        .version(2, "2026-12-15T09:55:00+01:00", true)
        .about(2, "2026-12-15T10:00:00+01:00", A, Delivered);
    let first = dates(
        "2026-12-01",
        "2026-12-31",
        "2026-12-31",
        "2027-01-01T00:00:00+01:00",
    );
    assert_eq!(told.dates("2026-12-14T10:00:00+01:00"), first);
    assert_eq!(
        told.standing("2026-12-15T09:57:00+01:00"),
        Standing::NotGiven { version: 2 }
    );
    let second = dates(
        "2026-12-15",
        "2027-01-14",
        "2027-01-14",
        "2027-01-15T00:00:00+01:00",
    );
    assert_eq!(told.dates("2026-12-15T10:00:00+01:00"), second);
    assert_eq!(told.given("2027-02-01T00:00:00Z").version, 2);
}

#[test]
fn e27_a_correction_does_not_restart() {
    let told = sent("2026-12-01T10:00:00+01:00")
        .then("2026-12-01T10:00:00+01:00", A, Delivered)
        .version(2, "2026-12-05T10:00:00+01:00", false)
        .about(2, "2026-12-05T10:00:00+01:00", A, Delivered);
    let first = dates(
        "2026-12-01",
        "2026-12-31",
        "2026-12-31",
        "2027-01-01T00:00:00+01:00",
    );
    assert_eq!(told.dates("2026-12-20T00:00:00Z"), first);
}

#[test]
fn e28_the_clock_starts_at_the_first_good_delivery() {
    let told = sent("2026-12-01T10:00:00+01:00")
        .then("2026-12-01T10:00:01+01:00", A, Accepted)
        .then("2026-12-01T10:00:09+01:00", A, Bounced)
        .then("2026-12-04T10:00:00+01:00", FALLBACK, Accepted);
    assert_eq!(
        told.standing("2026-12-03T00:00:00Z"),
        Standing::NotGiven { version: 1 }
    );
    assert!(told.given("2026-12-04T10:00:00+01:00").provisional);
    let settled = told.given("2026-12-07T10:00:00+01:00");
    assert_eq!((settled.provisional, settled.contact), (false, FALLBACK));
    let expected = dates(
        "2026-12-04",
        "2027-01-03",
        "2027-01-04",
        "2027-01-05T00:00:00+01:00",
    );
    assert_eq!(told.dates("2026-12-07T10:00:00+01:00"), expected);
}

#[test]
fn e29_objections_close_earlier_and_go_live_waits_for_both() {
    let told = sent("2026-12-01T10:00:00+01:00")
        .by(notice_terms("30d", "14d", "NO"))
        .then("2026-12-01T10:00:00+01:00", A, Delivered);
    let given = told.given("2026-12-10T00:00:00Z");
    assert_eq!(given.effective.objection.last_day, date("2026-12-15"));
    assert!(given.in_time(at("2026-12-15T23:59:59.999+01:00")));
    assert!(!given.in_time(at("2026-12-16T00:00:00+01:00")));
    assert_eq!(
        given.effective.engage_not_before(),
        at("2027-01-01T00:00:00+01:00")
    );
    let longer_objection = told.by(notice_terms("14d", "30d", "NO"));
    assert_eq!(
        longer_objection
            .given("2026-12-10T00:00:00Z")
            .effective
            .engage_not_before(),
        at("2027-01-01T00:00:00+01:00")
    );
}

#[test]
fn e33_the_later_midnight_holds_for_objections_too() {
    let mut told = sent("2026-12-01T10:00:00+01:00").by(notice_terms("30d", "30d", "FI"));
    told.publisher_zone = Some(zone("Europe/Oslo"));
    let told = told.then("2026-12-01T10:00:00+01:00", A, Delivered);
    let given = told.given("2026-12-10T00:00:00Z");
    assert_eq!(given.effective.engage_not_before(), at("2026-12-31T23:00:00Z"));
    assert!(given.in_time(at("2026-12-31T22:59:59.999Z")));
    assert!(!given.in_time(at("2026-12-31T23:00:00Z")));
}

#[test]
fn e34_the_last_millisecond_is_in_time_and_the_end_is_late() {
    let told = sent("2026-12-01T10:00:00+01:00")
        .then("2026-12-01T10:00:00+01:00", A, Delivered)
        .version(2, "2026-12-05T10:00:00+01:00", false);
    let given = told.given("2027-01-01T00:00:00+01:00");
    assert!(given.in_time(at("2026-12-31T23:59:59.999+01:00")));
    assert!(given.in_time(at("2026-12-31T23:59:59.999999+01:00")));
    assert!(!given.in_time(at("2027-01-01T00:00:00+01:00")));
    assert!(!given.is_over(at("2026-12-31T23:59:59.999999+01:00")));
    assert!(given.is_over(at("2027-01-01T00:00:00+01:00")));
}

#[test]
fn e35_signing_with_the_pending_change_shown_authorises_and_without_it_does_not() {
    let mut told = sent("2026-12-01T10:00:00+01:00");
    let signed_at = at("2026-12-20T12:00:00+01:00");
    told.signature = Some(Signature {
        at: signed_at,
        pending_shown: true,
    });
    assert_eq!(
        told.standing("2026-12-20T12:00:00+01:00"),
        Standing::AuthorisedAtSignature { at: signed_at }
    );
    assert_eq!(
        told.standing("2026-12-20T11:59:59+01:00"),
        Standing::NotGiven { version: 1 }
    );

    told.signature = Some(Signature {
        at: signed_at,
        pending_shown: false,
    });
    assert_eq!(
        told.standing("2026-12-21T00:00:00Z"),
        Standing::NotGiven { version: 1 }
    );
    let own_notice = told.clone().then("2026-12-21T10:00:00+01:00", A, Delivered);
    let expected = dates(
        "2026-12-21",
        "2027-01-20",
        "2027-01-20",
        "2027-01-21T00:00:00+01:00",
    );
    assert_eq!(own_notice.dates("2026-12-22T00:00:00Z"), expected);

    // what they signed was the first version: a material amendment afterwards is new to them
    told.signature = Some(Signature {
        at: signed_at,
        pending_shown: true,
    });
    let amended = told.version(2, "2026-12-22T10:00:00+01:00", true);
    assert_eq!(
        amended.standing("2026-12-23T00:00:00Z"),
        Standing::NotGiven { version: 2 }
    );
}

#[test]
fn e36_an_emergency_engages_at_once_and_the_windows_run_afterwards() {
    let mut told = sent("2026-12-10T09:00:00+01:00").then("2026-12-10T09:30:00+01:00", A, Delivered);
    let engaged_at = at("2026-12-10T08:00:00+01:00");
    told.emergency = Some(Emergency {
        engaged_at,
        clause: true,
    });
    let before_the_notice = told.standing("2026-12-10T08:30:00+01:00");
    assert_eq!(
        before_the_notice,
        Standing::Emergency {
            engaged_at,
            given: None
        }
    );
    let expected = dates(
        "2026-12-10",
        "2027-01-09",
        "2027-01-11",
        "2027-01-12T00:00:00+01:00",
    );
    assert_eq!(told.dates("2026-12-11T00:00:00Z"), expected);
    assert!(matches!(
        told.standing("2026-12-11T00:00:00Z"),
        Standing::Emergency { .. }
    ));
    // a customer whose contract has no such clause is where everybody is
    told.emergency = Some(Emergency {
        engaged_at,
        clause: false,
    });
    assert!(matches!(
        told.standing("2026-12-11T00:00:00Z"),
        Standing::Given(_)
    ));
}

#[test]
fn e37_deferred_is_not_delivered() {
    let told = sent("2026-12-01T10:00:00+01:00")
        .then("2026-12-01T10:00:01+01:00", A, Accepted)
        .then("2026-12-01T10:05:00+01:00", A, Deferred)
        .then("2026-12-02T10:05:00+01:00", A, Deferred)
        .then("2026-12-03T10:05:00+01:00", A, Deferred)
        .then("2026-12-03T15:00:00+01:00", A, Delivered);
    assert_eq!(
        told.standing("2026-12-03T14:00:00+01:00"),
        Standing::NotGiven { version: 1 }
    );
    let expected = dates(
        "2026-12-03",
        "2027-01-02",
        "2027-01-04",
        "2027-01-05T00:00:00+01:00",
    );
    assert_eq!(told.dates("2026-12-03T15:00:00+01:00"), expected);
}

#[test]
fn e38_one_good_contact_suffices_unless_the_contract_says_all() {
    let mut told = sent("2026-12-01T10:00:00+01:00")
        .then("2026-12-01T10:00:00+01:00", A, Delivered)
        .then("2026-12-01T10:00:00+01:00", B, Bounced);
    let expected = dates(
        "2026-12-01",
        "2026-12-31",
        "2026-12-31",
        "2027-01-01T00:00:00+01:00",
    );
    assert_eq!(told.dates("2026-12-20T00:00:00Z"), expected);
    told.reach = Reach::All(vec![A, B]);
    assert_eq!(
        told.standing("2026-12-20T00:00:00Z"),
        Standing::NotGiven { version: 1 }
    );
    let both = told.then("2026-12-08T10:00:00+01:00", B, Acknowledged);
    let given = both.given("2026-12-20T00:00:00Z");
    assert_eq!((given.at, given.contact), (at("2026-12-08T10:00:00+01:00"), B));
    assert_eq!(given.grade, EvidenceGrade::EspDelivered, "the weaker of the two");
    let mut nobody = both;
    nobody.reach = Reach::All(Vec::new());
    assert_eq!(
        nobody.standing("2026-12-20T00:00:00Z"),
        Standing::NotGiven { version: 1 }
    );
}
