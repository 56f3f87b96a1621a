use domain::country::Country;
use domain::country_knowledge::CountryKnowledge;
use domain::id::StaffId;
use domain::reference::RowVerdict;
use domain::text::Paragraphs;
use forenotice::store::countries::{
    CountryVersion, append_country_version, approve_country_version, country_rules, find_country_version,
    list_countries, list_country_versions, list_known_countries,
};
use forenotice::store::reference::{ReferenceRow, append_reference_row, decide_row};
use forenotice::store::version::Recorded;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{hour, id, is_duplicate, is_stale, staff};
use crate::both;
use crate::support::TestDb;

pub fn version(number: u128, code: &str, version: i64, by: StaffId) -> CountryVersion {
    CountryVersion {
        id: id(number),
        country: Country::parse(code).unwrap(),
        number: version,
        body: CountryKnowledge {
            notes: Some(Paragraphs::parse(&format!("Version {version}")).unwrap()),
            ..CountryKnowledge::default()
        },
        recorded_at: hour(version),
        recorded_by: by,
        approval: None,
    }
}

both! {
    async fn the_newest_approved_version_of_a_country_counts(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let approver = staff(&mut tx, 8).await;
        let us = Country::parse("US").unwrap();
        let first = version(50, "US", 1, editor);
        append_country_version(&mut tx, 0, &first).await.unwrap();
        assert!(is_stale(&append_country_version(&mut tx, 0, &version(51, "US", 1, editor)).await));
        append_country_version(&mut tx, 0, &version(60, "IN", 1, editor)).await.unwrap();
        assert_eq!(list_known_countries(&mut tx).await.unwrap(), [], "nothing counts before it is approved");
        approve_country_version(&mut tx, id(50), approver, hour(5)).await.unwrap();
        append_country_version(&mut tx, 1, &version(52, "US", 2, editor)).await.unwrap();
        let approved = CountryVersion { approval: Some(Recorded::by(approver, hour(5))), ..first };
        assert_eq!(list_known_countries(&mut tx).await.unwrap(), std::slice::from_ref(&approved));
        assert_eq!(find_country_version(&mut tx, id(50)).await.unwrap(), Some(approved));
        assert_eq!(find_country_version(&mut tx, id(99)).await.unwrap(), None);
        let numbers: Vec<_> = list_country_versions(&mut tx, us).await.unwrap().iter().map(|v| v.number).collect();
        assert_eq!(numbers, [2, 1]);
        let lines: Vec<_> =
            list_countries(&mut tx).await.unwrap().iter().map(|l| (l.country.to_string(), l.newest, l.approved)).collect();
        assert_eq!(lines, [("IN".to_owned(), 1, None), ("US".to_owned(), 2, Some(1))]);
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert!(is_duplicate(&approve_country_version(&mut tx, id(50), approver, hour(6)).await));
    }

    async fn rules_about_countries_are_dated_rows(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.read().await.unwrap();
        let rules = country_rules(&mut tx, "2026-11-23".parse().unwrap()).await.unwrap();
        let laws: Vec<_> = rules.laws.iter().map(|(country, law)| format!("{country} {law}")).collect();
        assert_eq!(laws, ["US FISA 702", "US EO 12333", "US CLOUD Act"]);
        let months: Vec<_> = rules.review_months.iter().map(|(country, months, _)| (country.to_string(), *months)).collect();
        assert_eq!(months, [("US".to_owned(), 6)]);
        let before = country_rules(&mut tx, "2025-10-30".parse().unwrap()).await.unwrap();
        assert_eq!((before.laws.len(), before.review_months.len()), (3, 0));
    }

    async fn a_rule_about_a_country_counts_once_it_is_confirmed_and_until_a_row_ends_it(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let (admin, approver) = (staff(&mut tx, 9).await, staff(&mut tx, 8).await);
        let row = |number: u128, kind: &str, body: Value, from: &str, to: Option<&str>| ReferenceRow {
            id: Uuid::from_u128(number),
            kind: kind.to_owned(),
            code: "US".to_owned(),
            body,
            valid_from: from.parse().unwrap(),
            valid_to: to.map(|to| to.parse().unwrap()),
            source_url: "https://www.congress.gov/".to_owned(),
            checked_on: "2026-11-20".parse().unwrap(),
            recorded_at: hour(24 * 365 + i64::try_from(number).unwrap()),
            recorded_by: Some(admin),
        };
        let law = |number, from: &str, to| row(number, "LAW_TO_ASSESS", json!({ "name": "RISAA" }), from, to);
        let months = |number, months: u32, from: &str, to| {
            let body = json!({ "months": months, "reason": "Contested" });
            row(number, "TIA_REVIEW_MONTHS", body, from, to)
        };
        let day = "2026-11-23".parse().unwrap();
        for (row, laws, review) in [
            (law(1, "2026-11-01", None), 4, Some(6)),
            (law(2, "2026-11-01", Some("2026-11-22")), 3, Some(6)),
            (months(3, 3, "2026-11-20", None), 3, Some(3)),
            (months(4, 1, "2026-11-24", None), 3, Some(3)),
            (months(5, 3, "2026-11-20", Some("2026-11-22")), 3, None),
        ] {
            let before = country_rules(&mut tx, day).await.unwrap();
            append_reference_row(&mut tx, &row).await.unwrap();
            assert_eq!(country_rules(&mut tx, day).await.unwrap(), before, "it waits: {row:?}");
            decide_row(&mut tx, row.id, RowVerdict::Confirmed, approver, row.recorded_at).await.unwrap();
            let after = country_rules(&mut tx, day).await.unwrap();
            let found = after.review_months.first().map(|(_, months, _)| *months);
            assert_eq!((after.laws.len(), found), (laws, review), "{row:?}");
        }
        let earlier = country_rules(&mut tx, "2026-11-22".parse().unwrap()).await.unwrap();
        assert_eq!((earlier.laws.len(), earlier.review_months[0].1), (4, 3), "what held before still held then");
    }
}
