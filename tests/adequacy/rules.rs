//! Laws to assess, review periods and decisions about organisations: recorded, confirmed, and used where assessments ask.

use domain::role::Role;
use forenotice::store::audit::{EntryFilter, count_entries};
use forenotice::store::reference::{ADEQUACY_BODY, list_reference_rows, list_waiting_rows};
use forenotice::store::tasks::list_open_tasks;

use crate::assessments::{know_the_united_states, vendor};
use crate::both;
use crate::register::{done, text, with};
use crate::support::{Answer, Client, TestApp};

const SOURCE: [(&str, &str); 2] = [
    ("source_url", "https://www.congress.gov/"),
    ("checked_on", "2026-11-20"),
];

const LAW: [(&str, &str); 3] = [("country", "USA"), ("name", "RISAA"), ("from", "2026-11-01")];

const REVIEW: [(&str, &str); 4] = [
    ("country", "India"),
    ("months", "6"),
    ("reason", "The rules under the act are not settled"),
    ("from", "2026-11-01"),
];

async fn add(client: &Client, kind: &str, form: &[(&str, &str)]) -> Answer {
    client
        .post(&format!("/staff/adequacy/rules/add/{kind}"), &with(form, &SOURCE))
        .await
}

/// Fills the form for another row; opens the row's page.
async fn add_row(client: &Client, path: &str, changes: &[(&str, &str)]) -> Answer {
    client.fill(&format!("{path}/row"), &with(changes, &SOURCE)).await
}

/// A legal approver confirms the one row that waits; its page.
async fn confirm(app: &TestApp, approver: &Client) -> String {
    let mut tx = app.state.db.read().await.unwrap();
    let waiting = list_waiting_rows(&mut tx).await.unwrap();
    drop(tx);
    assert_eq!(waiting.len(), 1, "one row waits");
    let answer = approver
        .post(&format!("/staff/adequacy/{}/confirm", waiting[0].id), &[])
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.location().to_owned()
}

/// The page of the row of a kind about a country or an organisation that was recorded last.
async fn recorded(app: &TestApp, kind: &str, code: &str) -> String {
    let mut tx = app.state.db.read().await.unwrap();
    let rows = list_reference_rows(&mut tx, None).await.unwrap();
    let row = rows.iter().rfind(|row| row.kind == kind && row.code == code);
    format!("/staff/adequacy/rules/{}", row.unwrap().id)
}

async fn asked_to_compare(app: &TestApp) -> Vec<String> {
    let mut tx = app.state.db.read().await.unwrap();
    let tasks = list_open_tasks(&mut tx, &[Role::LegalApprover]).await.unwrap();
    let asks = tasks.into_iter().filter(|task| task.kind == "ADEQUACY_CHANGED");
    asks.map(|task| task.path).collect()
}

async fn entries(app: &TestApp, action: &str) -> i64 {
    let mut tx = app.state.db.read().await.unwrap();
    let filter = EntryFilter {
        action: Some(action.to_owned()),
        ..EntryFilter::default()
    };
    count_entries(&mut tx, &filter).await.unwrap()
}

both! {
    async fn a_law_that_is_added_is_asked_of_the_next_version_about_the_country(app: TestApp) {
        let hats = app.signed_in_as("two hats", &[Role::Admin, Role::LegalApprover]).await;
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        know_the_united_states(&editor, &approver).await;
        let next = editor.fill("/staff/countries/US", &[("notes", "Renewed"), ("act", "save")]).await;
        assert_eq!(next.status, 303, "{}", text(&next));
        let asks = async || text(&approver.get("/staff/countries/US").await).contains("Every assessment must judge RISAA: add it");

        let added = add(&hats, "law", &LAW).await;
        assert_eq!(added.status, 303, "{}", text(&added));
        assert_eq!(asked_to_compare(&app).await, [added.location()]);
        assert_eq!(entries(&app, "reference_row.added").await, 1);
        let page = text(&approver.get(added.location()).await);
        assert!(page.contains("United States: RISAA") && page.contains("does not count yet"), "{page}");
        assert!(page.contains("by Person two hats") && page.contains("Confirm this row"), "{page}");
        assert!(text(&hats.get(added.location()).await).contains("somebody else must decide"));
        let id = added.location().rsplit('/').next().unwrap();
        let own = hats.post(&format!("/staff/adequacy/{id}/confirm"), &[]).await;
        assert_eq!(own.status, 403);
        assert!(!asks().await, "it waits");

        let page = confirm(&app, &approver).await;
        assert_eq!(page, added.location());
        assert_eq!(asked_to_compare(&app).await, Vec::<String>::new());
        assert_eq!(entries(&app, "reference_row.decided").await, 1);
        assert!(asks().await);
        let refused = approver.post("/staff/countries/US/approve", &[("seen", "2")]).await;
        assert_eq!(refused.status, 409);
        let overview = text(&editor.get("/staff/adequacy").await);
        assert!(overview.contains("RISAA") && overview.contains("What assessments heed (5)"), "{overview}");
        assert!(!overview.contains("Add a law to assess"), "an editor only reads");

        // It ends by another row, which waits like the first.
        let ended = add_row(&hats, &page, &[("to", "2026-11-22")]).await;
        assert_eq!(ended.status, 303, "{}", text(&ended));
        assert!(asks().await, "the end waits");
        let page = confirm(&app, &approver).await;
        assert!(!asks().await);
        done(&approver, "/staff/countries/US/approve", &[("seen", "2")]).await;
        let history = text(&approver.get(&page).await);
        assert!(history.contains("no end") && history.contains("Sunday 22 November 2026"), "{history}");
    }

    async fn a_review_period_shortens_the_day_of_the_next_review_once_it_counts(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, &approver).await;
        let form = [("tia_type", "FULL_46"), ("destinations", "United States")];
        assert_eq!(editor.post(&format!("{path}/tia"), &form).await.status, 303);
        let latest = async |day: &str| {
            let page = text(&editor.get(&format!("{path}/tia/1/review")).await);
            assert!(page.contains(&format!("By {day} at the latest")), "{day}: {page}");
        };
        latest("Sunday 23 May 2027").await;
        let came = recorded(&app, "TIA_REVIEW_MONTHS", "US").await;
        let page = text(&admin.get(&came).await);
        assert!(page.contains("6 months") && page.contains("came with the product"), "{page}");
        let shorter = [("months", "3"), ("reason", "The appeal is decided"), ("from", "2026-11-23")];
        let added = add_row(&admin, &came, &shorter).await;
        assert_eq!(added.status, 303, "{}", text(&added));
        latest("Sunday 23 May 2027").await;
        let page = text(&approver.get("/staff/adequacy").await);
        assert!(page.contains("United States: review of assessments") && page.contains("The appeal is decided"), "{page}");
        let page = confirm(&app, &approver).await;
        latest("Tuesday 23 February 2027").await;

        // One that begins later does not count yet, and what it replaces counts until then.
        let later = [("months", "1"), ("from", "2027-01-01")];
        assert_eq!(add_row(&admin, &page, &later).await.status, 303);
        let mut page = confirm(&app, &approver).await;
        latest("Tuesday 23 February 2027").await;
        // One that is over counts no longer, and the usual period does.
        for end in [[("from", "2027-01-01"), ("to", "2027-01-31")], [("from", "2026-11-23"), ("to", "2026-11-23")]] {
            assert_eq!(add_row(&admin, &page, &end).await.status, 303);
            page = confirm(&app, &approver).await;
        }
        app.advance(chrono::TimeDelta::days(1));
        latest("Wednesday 24 November 2027").await;
    }

    async fn a_row_is_refused_at_its_fields_and_what_was_typed_stays(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        for (kind, form, field, value, message) in [
            ("law", &LAW[..], "country", "Europe", "region, not a country"),
            ("law", &LAW[..], "name", "", "Write something here"),
            ("law", &LAW[..], "name", "fisa 702", "It is recorded already, as “United States: FISA 702”"),
            ("law", &LAW[..], "to", "2026-10-31", "It would end before it begins"),
            ("review", &REVIEW[..], "months", "13", "Write a whole number from 1 to 12"),
            ("review", &REVIEW[..], "reason", "", "Write something here"),
            ("review", &REVIEW[..], "country", "US", "It is recorded already, as “United States: review of assessments”"),
            ("review", &REVIEW[..], "from", "soon", "Write a day as year, month, day"),
        ] {
            let refused = add(&admin, kind, &with(form, &[(field, value)])).await;
            assert_eq!(refused.status, 422, "{field} {value}");
            assert!(text(&refused).contains(message), "{message}: {}", text(&refused));
            assert!(refused.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", refused.text);
            assert!(refused.text.contains("https://www.congress.gov/") && refused.text.contains("2026-11-20"), "kept");
        }
        let form = with(&LAW, &[("source_url", "javascript:alert(1)"), ("checked_on", "2026-11-24")]);
        let refused = admin.post("/staff/adequacy/rules/add/law", &form).await;
        assert_eq!(refused.status, 422);
        let told = text(&refused);
        assert!(told.contains("A web address starts with https://") && told.contains("That day is still to come"), "{told}");
        assert_eq!(admin.get("/staff/adequacy/rules/add/nonsense").await.status, 404);
        let bare = admin.post("/staff/adequacy/rules/add/organisation", &[]).await;
        assert_eq!(bare.status, 422);
        assert!(text(&bare).contains("Choose what it is now"), "{}", text(&bare));
        assert_eq!(entries(&app, "reference_row.added").await, 0, "nothing was recorded");
    }

    async fn a_form_that_was_open_too_long_shows_both_sides(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        assert_eq!(add(&admin, "review", &REVIEW).await.status, 303);
        let twice = add(&admin, "review", &REVIEW).await;
        assert_eq!(twice.status, 422, "what waits is on file too");
        let page = confirm(&app, &approver).await;
        let row = format!("{page}/row");
        let open = admin.get(&row).await;
        let mine = with(&SOURCE, &[("months", "2")]);
        assert_eq!(admin.refill(&open, &row, &with(&SOURCE, &[("months", "3")])).await.status, 303);
        let waits = admin.refill(&open, &row, &mine).await;
        assert_eq!(waits.status, 422, "one after the other");
        confirm(&app, &approver).await;
        let late = admin.refill(&open, &row, &mine).await;
        assert_eq!(late.status, 409);
        let told = text(&late);
        for words in ["Somebody else saved", "6 months", "3 months", "2 months"] {
            assert!(told.contains(words), "{words}: {told}");
        }
    }

    async fn a_decision_about_an_organisation_is_corrected_by_a_row(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let epo = recorded(&app, ADEQUACY_BODY, "EPO").await;
        let page = text(&admin.get(&epo).await);
        assert!(page.contains("C(2025) 4626") && page.contains("This row was not compared with its source"), "{page}");
        let correction = [("instrument", "(EU) 2025/1382"), ("compared", "yes")];
        assert_eq!(add_row(&admin, &epo, &correction).await.status, 303);
        assert!(text(&approver.get("/staff/adequacy").await).contains("European Patent Organisation: (EU) 2025/1382"));
        let page = confirm(&app, &approver).await;
        let told = text(&approver.get(&page).await);
        assert!(told.contains("(EU) 2025/1382") && told.contains("C(2025) 4626"), "both are shown: {told}");
        assert!(!told.contains("This row was not compared with its source"), "{told}");

        let other = [
            ("code", "WIPO"),
            ("name", "World Intellectual Property Organization"),
            ("instrument", "(EU) 2026/9998"),
            ("in_force_from", "2026-11-01"),
            ("status", "IN_FORCE"),
            ("compared", "yes"),
        ];
        assert_eq!(add(&admin, "organisation", &other).await.status, 303);
        let mut tx = app.state.db.read().await.unwrap();
        let waiting = list_waiting_rows(&mut tx).await.unwrap().remove(0);
        drop(tx);
        let down = approver.post(&format!("/staff/adequacy/{}/turn-down", waiting.id), &[]).await;
        assert_eq!(down.status, 303, "{}", down.text);
        assert!(!text(&approver.get("/staff/adequacy").await).contains("World Intellectual"), "it never counts");
    }
}
