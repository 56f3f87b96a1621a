//! What holds for any evidence in any order.

use proptest::prelude::*;

use super::*;

fn any_evidence() -> impl Strategy<Value = Vec<Evidence>> {
    let kinds = [
        Accepted,
        Deferred,
        Delivered,
        Bounced,
        Suppressed,
        Refused,
        Complained,
        Acknowledged,
    ];
    let one =
        (0i64..40 * 24 * 60, 0usize..3, 0..kinds.len()).prop_map(move |(minutes, contact, kind)| Evidence {
            at: at("2026-12-01T10:00:00Z") + TimeDelta::minutes(minutes),
            version: 1,
            contact: [A, B, FALLBACK][contact],
            kind: kinds[kind],
        });
    proptest::collection::vec(one, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn notice_is_given_by_positive_evidence_only(evidence in any_evidence(), day in 0i64..80, all in any::<bool>()) {
        let mut told = sent("2026-12-01T10:00:00Z");
        told.evidence = evidence;
        told.reach = if all { Reach::All(vec![A, B]) } else { Reach::Any };
        let t = at("2026-12-01T10:00:00Z") + TimeDelta::days(day);
        let standing = told.standing_at(t);

        let mut backwards = told.clone();
        backwards.evidence.reverse();
        prop_assert_eq!(
            backwards.standing_at(t).given().map(|given| given.effective.engage_not_before()),
            standing.given().map(|given| given.effective.engage_not_before())
        );

        if let Some(given) = standing.given() {
            // Of several at the same instant one at least speaks for it.
            let mut reasons = told.evidence.iter().filter(|one| one.at == given.at && one.contact == given.contact);
            prop_assert!(reasons.any(|one| !matches!(one.kind, Deferred | Bounced | Suppressed | Refused)));
            prop_assert!(given.at <= t);
        } else {
            // a bounce more never helps
            let mut worse = told.clone();
            worse.evidence.push(Evidence { at: t, version: 1, contact: A, kind: Bounced });
            prop_assert!(worse.standing_at(t).given().is_none());
        }
    }

    #[test]
    fn more_bad_news_never_brings_the_end_forward(evidence in any_evidence(), minute in 0i64..40 * 24 * 60, which in 0usize..4) {
        let mut told = sent("2026-12-01T10:00:00Z");
        told.evidence = evidence;
        let t = at("2027-03-01T00:00:00Z");
        let before = told.standing_at(t).given().map(|given| given.effective.engage_not_before());
        let bad = at("2026-12-01T10:00:00Z") + TimeDelta::minutes(minute);
        let kind = [Bounced, Suppressed, Deferred, Refused][which];
        told.evidence.push(Evidence { at: bad, version: 1, contact: A, kind });
        let after = told.standing_at(t).given().map(|given| given.effective.engage_not_before());
        match (before, after) {
            (Some(before), Some(after)) => prop_assert!(after >= before),
            (None, after) => prop_assert!(after.is_none()),
            (Some(_), None) => {}
        }
    }
}
