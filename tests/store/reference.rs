use domain::calendar::CalendarId;
use domain::country::Country;
use domain::reference::rule::Says;
use domain::reference::{
    AdequacyRegime, AdequacyScope, AdequacyStatus, EftaState, EftaStatus, ReferenceData, RowVerdict,
};
use forenotice::store::reference::{
    ADEQUACY, ADEQUACY_BODY, CALENDAR_OVERRIDE, EEA_MEMBER, ReferenceRow, append_reference_row, decide_row,
    find_reference_row, list_calendar_overrides, list_calendar_rows, list_reference_rows, list_waiting_rows,
    reference_data, reference_data_as_of,
};
use serde_json::json;
use uuid::Uuid;

use super::{hour, staff};
use crate::both;
use crate::support::TestDb;

fn country(code: &str) -> Country {
    Country::parse(code).unwrap()
}

/// The countries with a decision under a regime, as codes.
fn adequate(reference: &ReferenceData, regime: AdequacyRegime) -> String {
    let of = reference.adequacy.iter().filter(|d| d.regime == regime);
    of.map(|d| d.country.code()).collect::<Vec<_>>().join(" ")
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

        assert_eq!(
            adequate(&reference, AdequacyRegime::Eu),
            "AD AR BR CA CH FO GB GG IL IM JE JP KR NZ US UY"
        );
        // Three tables, each its own: the Swiss one has Gibraltar and Monaco and lacks Japan, Korea and Brazil.
        assert_eq!(adequate(&reference, AdequacyRegime::Uk), "AD AR CA CH GG GI IL IM JE JP KR NZ US UY");
        assert_eq!(adequate(&reference, AdequacyRegime::Ch), "AD AR CA FO GB GG GI IL IM JE MC NZ US UY");
        let of = |code, regime| reference.adequacy(country(code), regime).next().unwrap().clone();
        let eu = AdequacyRegime::Eu;
        assert_eq!(of("US", eu).scope, AdequacyScope::ListedEntities);
        assert_eq!(of("CA", eu).scope, AdequacyScope::Partial);
        assert!(of("CA", eu).scope_question.is_some());
        assert_eq!(of("GB", eu).sunset_on, Some("2031-12-27".parse().unwrap()));
        for state in EftaState::ALL {
            assert_eq!(of("BR", eu).efta_status(*state), EftaStatus::NotYet);
            assert_eq!(of("US", eu).efta_status(*state), EftaStatus::Applies);
        }
        assert!(reference.adequacy.iter().all(|d| d.is_in_force(today)));
        for (regime, from) in [(AdequacyRegime::Uk, "2023-10-12"), (AdequacyRegime::Ch, "2024-09-15")] {
            let decision = of("US", regime);
            assert_eq!((decision.scope, decision.in_force_from), (AdequacyScope::ListedEntities, from.parse().unwrap()));
        }
        for decision in &reference.adequacy {
            assert_eq!(decision.scope == AdequacyScope::Full, decision.scope_question.is_none(), "{decision:?}");
        }
        // What nobody compared with its source says so.
        assert!(of("JP", eu).not_compared.is_some());
        assert_eq!(of("US", AdequacyRegime::Uk).not_compared, None);
    }

    async fn the_first_rows_still_say_that_the_efta_states_do_not_apply_a_decision(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.read().await.unwrap();
        let rows = list_reference_rows(&mut tx, None).await.unwrap();
        let brazil: Vec<_> = rows.iter().filter(|row| row.kind == ADEQUACY && row.code == "BR").collect();
        assert_eq!(brazil.len(), 2, "the row of the first migration, and the one that took its place");
        for row in brazil {
            let decision = row.decision().unwrap().unwrap();
            assert_eq!(decision.efta_status(EftaState::Iceland), EftaStatus::NotYet);
            assert_eq!((row.recorded_by, find_reference_row(&mut tx, row.id).await.unwrap().as_ref()), (None, Some(row)));
        }
        assert_eq!(find_reference_row(&mut tx, Uuid::from_u128(1)).await.unwrap(), None);
    }

    async fn an_organisation_is_no_country_and_opens_no_gate(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.read().await.unwrap();
        let rows = list_reference_rows(&mut tx, None).await.unwrap();
        let [epo] = &rows.iter().filter(|row| row.kind == ADEQUACY_BODY).collect::<Vec<_>>()[..] else {
            panic!("one decision about an organisation")
        };
        assert_eq!(epo.decision().unwrap(), None);
        let decision = epo.organisation_decision().unwrap().unwrap();
        assert_eq!(decision.name.as_str(), "European Patent Organisation");
        assert!(decision.not_compared.is_some());
        let rule = epo.rule().unwrap().unwrap();
        assert_eq!(rule.says, Says::Organisation("EPO".parse().unwrap(), decision));
    }

    async fn a_row_about_what_assessments_heed_is_read_or_named_as_broken(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.read().await.unwrap();
        let rows = list_reference_rows(&mut tx, None).await.unwrap();
        let months = rows.iter().find(|row| row.kind == "TIA_REVIEW_MONTHS").unwrap();
        let rule = months.rule().unwrap().unwrap();
        assert_eq!((rule.code(), rule.from, rule.to), ("US", months.valid_from, None));
        let broken = ReferenceRow { body: json!({ "months": 13, "reason": "Too long" }), ..months.clone() };
        assert!(broken.rule().is_err());
        let nowhere = ReferenceRow { code: "XX".to_owned(), ..months.clone() };
        assert!(nowhere.rule().is_err());
        assert_eq!(rows.iter().find(|row| row.kind == EEA_MEMBER).unwrap().rule().unwrap(), None);
    }

    async fn a_change_of_law_is_a_new_row_that_wins_from_when_it_was_recorded(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let admin = staff(&mut tx, 9).await;
        let rows = list_reference_rows(&mut tx, None).await.unwrap();
        let of_us = |row: &&ReferenceRow| {
            row.decision().unwrap().is_some_and(|d| d.country.code() == "US" && d.regime == AdequacyRegime::Eu)
        };
        let us = rows.iter().rfind(of_us).unwrap();
        let mut body = us.body.clone();
        body["status"] = "ANNULLED".into();
        body["status_since"] = "2027-03-01".into();
        let annulled = ReferenceRow {
            id: Uuid::from_u128(1),
            body,
            recorded_at: hour(24 * 100),
            recorded_by: Some(admin),
            ..us.clone()
        };
        append_reference_row(&mut tx, &annulled).await.unwrap();
        // Nobody else has confirmed it yet.
        assert!(!list_reference_rows(&mut tx, None).await.unwrap().contains(&annulled));
        assert_eq!(list_waiting_rows(&mut tx).await.unwrap(), std::slice::from_ref(&annulled));
        let approver = staff(&mut tx, 8).await;
        let confirmed = hour(24 * 101);
        decide_row(&mut tx, annulled.id, RowVerdict::Confirmed, approver, confirmed).await.unwrap();
        assert_eq!(list_waiting_rows(&mut tx).await.unwrap(), []);
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert!(list_reference_rows(&mut tx, None).await.unwrap().contains(&annulled));
        let before = hour(24 * 101 - 1);
        assert!(!list_reference_rows(&mut tx, Some(before)).await.unwrap().contains(&annulled));
        let reference = reference_data(&mut tx).await.unwrap();
        let decisions: Vec<_> = reference.adequacy(country("US"), AdequacyRegime::Eu).collect();
        assert_eq!(decisions.len(), 1);
        assert_eq!(decisions[0].status, AdequacyStatus::Annulled);
        assert!(decisions[0].is_in_force("2027-02-28".parse().unwrap()));
        assert!(!decisions[0].is_in_force("2027-03-01".parse().unwrap()));
        // As it was known before, nothing had happened.
        let then = reference_data_as_of(&mut tx, before).await.unwrap();
        assert!(then.is_adequate(country("US"), AdequacyRegime::Eu, "2027-03-01".parse().unwrap()));
        let now = reference_data_as_of(&mut tx, confirmed).await.unwrap();
        assert_eq!(now, reference);
    }

    async fn a_row_that_is_turned_down_never_counts(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let (admin, approver) = (staff(&mut tx, 9).await, staff(&mut tx, 8).await);
        let rows = list_reference_rows(&mut tx, None).await.unwrap();
        let member = rows.iter().find(|row| row.kind == EEA_MEMBER).unwrap();
        let china = ReferenceRow {
            id: Uuid::from_u128(1),
            code: "CN".to_owned(),
            recorded_at: hour(1),
            recorded_by: Some(admin),
            ..member.clone()
        };
        append_reference_row(&mut tx, &china).await.unwrap();
        decide_row(&mut tx, china.id, RowVerdict::TurnedDown, approver, hour(2)).await.unwrap();
        assert_eq!(list_waiting_rows(&mut tx).await.unwrap(), []);
        let reference = reference_data(&mut tx).await.unwrap();
        assert!(!reference.is_eea(country("CN"), "2026-11-23".parse().unwrap()));
    }

    async fn a_membership_gets_its_last_day_by_another_row(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let rows = list_reference_rows(&mut tx, None).await.unwrap();
        let member = rows.iter().find(|row| row.kind == EEA_MEMBER && row.code == "SE").unwrap();
        let ended = ReferenceRow {
            id: Uuid::from_u128(1),
            valid_to: "2030-12-31".parse().ok(),
            recorded_at: hour(24 * 100),
            ..member.clone()
        };
        append_reference_row(&mut tx, &ended).await.unwrap();
        let reference = reference_data(&mut tx).await.unwrap();
        assert!(reference.is_eea(country("SE"), "2030-12-31".parse().unwrap()));
        assert!(!reference.is_eea(country("SE"), "2031-01-01".parse().unwrap()));
    }

    async fn corrections_of_calendars_come_in_the_order_in_which_they_were_recorded(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let admin = staff(&mut tx, 9).await;
        assert!(list_calendar_overrides(&mut tx).await.unwrap().is_empty());
        let row = |id: u128, code: &str, at: i64, working: Option<bool>| ReferenceRow {
            id: Uuid::from_u128(id),
            kind: CALENDAR_OVERRIDE.to_owned(),
            code: code.to_owned(),
            body: json!({ "date": "2026-12-23", "working": working, "reason": "Mourning" }),
            valid_from: "2026-12-23".parse().unwrap(),
            valid_to: None,
            source_url: "https://publisher.example/".to_owned(),
            checked_on: "2026-11-23".parse().unwrap(),
            recorded_at: hour(at),
            recorded_by: Some(admin),
        };
        let given_back = row(1, "NO", 2, None);
        let closed = row(2, "NO", 1, Some(false));
        let other = row(3, "FI-NO-EVES", 1, Some(true));
        for row in [&given_back, &closed, &other] {
            append_reference_row(&mut tx, row).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(list_calendar_rows(&mut tx).await.unwrap(), [closed, other, given_back]);
        let said: Vec<_> = list_calendar_overrides(&mut tx)
            .await
            .unwrap()
            .into_iter()
            .map(|row| (row.calendar, row.recorded_at, row.day.working))
            .collect();
        assert_eq!(
            said,
            [
                (CalendarId::No, hour(1), Some(false)),
                (CalendarId::FiNoEves, hour(1), Some(true)),
                (CalendarId::No, hour(2), None),
            ]
        );
        // Whoever reads the law reads past them.
        assert!(!reference_data(&mut tx).await.unwrap().eea.is_empty());
    }
}
