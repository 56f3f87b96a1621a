use domain::country::Country;
use domain::reference::{AdequacyRegime, AdequacyScope, AdequacyStatus};
use forenotice::store::reference::{ReferenceRow, append_reference_row, list_reference_rows, reference_data};
use uuid::Uuid;

use super::hour;
use crate::both;
use crate::support::TestDb;

fn country(code: &str) -> Country {
    Country::parse(code).unwrap()
}

both! {
    async fn the_register_starts_with_the_eea_and_the_adequacy_decisions(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.read().await.unwrap();
        let reference = reference_data(&mut tx).await.unwrap();
        let today = "2026-11-23".parse().unwrap();

        let members: Vec<String> = reference.eea_countries(today).keys().map(|c| c.code().to_owned()).collect();
        let states = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK";
        let parts = ["AX", "GF", "GP", "MF", "MQ", "RE", "YT"];
        let mut expected: Vec<&str> = states.split(' ').chain(parts).collect();
        expected.sort_unstable();
        assert_eq!(members, expected);
        assert_eq!(states.split(' ').count(), 30);
        for outside in ["GB", "CH", "SJ", "FO", "GL", "GI", "SM", "MC", "VA", "NC", "PF", "PM", "WF", "BL", "TF"] {
            assert!(!reference.is_eea(country(outside), today), "{outside}");
        }
        assert!(reference.is_eea(country("GB"), "2020-12-31".parse().unwrap()));

        let adequate: Vec<&str> = reference.adequacy.iter().map(|d| d.country.code()).collect();
        assert_eq!(
            adequate.join(" "),
            "AD AR BR CA CH FO GB GG IL IM JE JP KR NZ US UY"
        );
        let of = |code| reference.adequacy(country(code), AdequacyRegime::Eu).next().unwrap().clone();
        assert_eq!(of("US").scope, AdequacyScope::ListedEntities);
        assert_eq!(of("CA").scope, AdequacyScope::Partial);
        assert!(of("CA").scope_question.is_some());
        assert_eq!(of("GB").sunset_on, Some("2031-12-27".parse().unwrap()));
        assert!(!of("BR").applies_in_efta);
        assert!(reference.adequacy.iter().all(|d| d.is_in_force(today)));
    }

    async fn a_change_of_law_is_a_new_row_that_wins(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let rows = list_reference_rows(&mut tx).await.unwrap();
        let us = rows.iter().find(|row| row.kind == "ADEQUACY" && row.code == "US").unwrap();
        let mut body = us.body.clone();
        body["status"] = "ANNULLED".into();
        body["status_since"] = "2027-03-01".into();
        let annulled = ReferenceRow {
            id: Uuid::from_u128(1),
            body,
            recorded_at: hour(0),
            ..us.clone()
        };
        append_reference_row(&mut tx, &annulled).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert!(list_reference_rows(&mut tx).await.unwrap().contains(&annulled));
        let reference = reference_data(&mut tx).await.unwrap();
        let decisions: Vec<_> = reference.adequacy(country("US"), AdequacyRegime::Eu).collect();
        assert_eq!(decisions.len(), 1);
        assert_eq!(decisions[0].status, AdequacyStatus::Annulled);
        assert!(decisions[0].is_in_force("2027-02-28".parse().unwrap()));
        assert!(!decisions[0].is_in_force("2027-03-01".parse().unwrap()));
    }
}
