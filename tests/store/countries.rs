use domain::country::Country;
use domain::country_knowledge::CountryKnowledge;
use domain::id::StaffId;
use domain::text::Paragraphs;
use forenotice::store::countries::{
    CountryVersion, append_country_version, approve_country_version, country_rules, find_country_version,
    list_countries, list_country_versions, list_known_countries,
};
use forenotice::store::version::Recorded;

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
}
