//! What happens later does not rewrite the list of a past day.

use chrono::{DateTime, TimeDelta, Utc};
use domain::organisation::OrganisationFacts;
use domain::reference::AdequacyRegime;
use domain::role::Role;
use domain::text::Name;
use forenotice::store::listings::{ListingState, NewListing, append_listing};
use forenotice::store::organisations::append_organisation_version;
use forenotice::store::reference::{ReferenceRow, append_reference_row, list_reference_rows};
use forenotice::store::version::{NewVersion, Recorded};
use uuid::Uuid;

use super::register::{POSTBOX, id};
use super::{filled, has, has_not};
use crate::both;
use crate::support::TestApp;

/// Another row of the Union's decision about the United Kingdom, recorded at an instant.
async fn law(app: &TestApp, number: u128, status: &str, since: &str, at: &str) {
    let mut tx = app.state.db.write().await.unwrap();
    let rows = list_reference_rows(&mut tx, None).await.unwrap();
    let of_uk = |row: &&ReferenceRow| {
        row.decision()
            .unwrap()
            .is_some_and(|d| d.country.code() == "GB" && d.regime == AdequacyRegime::Eu)
    };
    let last = rows.iter().rfind(of_uk).unwrap();
    let mut body = last.body.clone();
    body["status"] = status.into();
    body["status_since"] = since.into();
    let row = ReferenceRow {
        id: Uuid::from_u128(number),
        body,
        recorded_at: at.parse().unwrap(),
        recorded_by: None,
        ..last.clone()
    };
    append_reference_row(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
}

/// The list of a day in each of its forms.
async fn list_of(app: &TestApp, day: &str) -> Vec<String> {
    let client = app.client();
    let mut texts = Vec::new();
    for form in ["", ".json", ".csv"] {
        let answer = client.get(&format!("/subprocessors{form}?as_of={day}")).await;
        assert_eq!(answer.status, 200, "{form} {day}");
        texts.push(answer.text);
    }
    texts
}

/// A company gets another legal name, and the list shows it.
async fn rename_postbox(app: &TestApp, name: &str, at: DateTime<Utc>) {
    let version = NewVersion {
        id: id(POSTBOX + 13),
        facts: OrganisationFacts::named(Name::parse(name).unwrap()),
        valid_from: None,
        recorded: Recorded::by_system(at),
        reason: None,
    };
    let row = NewListing {
        id: id(POSTBOX + 14),
        engagement_id: id(POSTBOX + 1),
        engagement_version_id: id(POSTBOX + 11),
        organisation_version_id: id(POSTBOX + 13),
        listing: ListingState::Listed,
        in_use_from: None,
        line_id: None,
        recorded_at: at,
    };
    let mut tx = app.state.db.write().await.unwrap();
    append_organisation_version(&mut tx, id(POSTBOX), 1, &version)
        .await
        .unwrap();
    append_listing(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
}

both! {
    async fn a_past_day_is_judged_by_the_law_that_was_recorded_by_its_end(app: TestApp) {
        filled(&app).await;
        app.advance(TimeDelta::days(75));
        // Recorded on the 11th as that day began in Oslo; given back two months later.
        law(&app, 1, "SUSPENDED", "2026-12-01", "2026-12-10T23:00:00Z").await;
        law(&app, 2, "IN_FORCE", "2027-02-01", "2027-02-01T09:00:00Z").await;
        let client = app.client();
        for (day, is_lost) in [
            ("2026-11-30", false),
            ("2026-12-05", false),
            ("2026-12-10", false),
            ("2026-12-11", true),
            ("2027-01-31", true),
            ("2027-02-01", false),
            ("2027-02-11", false),
        ] {
            for form in ["", ".csv"] {
                let answer = client.get(&format!("/subprocessors{form}?as_of={day}")).await;
                if is_lost {
                    has(&answer, &["None: it rested on this, which no longer applies"]);
                } else {
                    has(&answer, &["Adequacy decision (United Kingdom)"]);
                    has_not(&answer, &["no longer applies"]);
                }
            }
        }
    }

    async fn a_product_that_is_renamed_or_ended_stays_what_it_was_on_past_days(app: TestApp) {
        filled(&app).await;
        let admin = app.signed_in(Role::Admin).await;
        let before = list_of(&app, "2026-11-27").await;
        assert!(before[0].contains("value=\"vault\"") && before[1].contains("\"Flow\"") && before[2].contains("Flow"));
        let product = |number: u128| format!("/staff/settings/products/{}", Uuid::from_u128(number));
        let renamed = admin.fill(&product(3), &[("name", "Riverbed")]).await;
        assert_eq!(renamed.status, 303, "{}", renamed.text);
        let ended = admin.post(&format!("{}/end", product(4)), &[]).await;
        assert_eq!(ended.status, 303, "{}", ended.text);
        assert_eq!(list_of(&app, "2026-11-27").await, before);
        let client = app.client();
        has_not(&client.get("/subprocessors").await, &["value=\"vault\""]);
        for form in [".json", ".csv"] {
            let now = client.get(&format!("/subprocessors{form}")).await;
            has(&now, &["Riverbed"]);
            has_not(&now, &["Flow"]);
        }
    }

    async fn a_company_is_named_as_the_list_of_that_day_named_it(app: TestApp) {
        let start = filled(&app).await;
        rename_postbox(&app, "Loud Postbox Ltd", start + TimeDelta::hours(119)).await;
        let client = app.client();
        has(&client.get("/subprocessors").await, &["Takes the place of Loud Postbox Ltd."]);
        let then = client.get("/subprocessors?as_of=2026-11-26").await;
        has(&then, &["Takes the place of Quiet Postbox Ltd."]);
        has_not(&then, &["Loud"]);
    }
}
