//! The public list and change log over HTTP.

mod mechanism;
mod past;
pub mod register;

use chrono::{DateTime, TimeDelta, Utc};
use domain::calendar::CalendarId;
use forenotice::store::listings::ListingState;
use forenotice::store::publisher::{Publisher, put_publisher};
use register::{MODELS, SEARCH, Writer};

use crate::both;
use crate::support::{Answer, TestApp, monday};

/// An application with the register, 120 hours after the list began.
async fn filled(app: &TestApp) -> DateTime<Utc> {
    let start = monday();
    let mut tx = app.state.db.write().await.unwrap();
    let publisher = Publisher {
        name: "Fjordsky Systems".to_owned(),
        zone: "Europe/Oslo".parse().unwrap(),
        calendar: CalendarId::No,
        contact: "privacy@fjordsky.example".to_owned(),
    };
    put_publisher(&mut tx, &publisher, start).await.unwrap();
    register::write(&mut tx, start).await;
    tx.commit().await.unwrap();
    app.state.refresh_publisher().await.unwrap();
    app.advance(TimeDelta::hours(120));
    start
}

/// Adds to the register at so many hours.
async fn later(app: &TestApp, start: DateTime<Utc>, write: impl AsyncFnOnce(&mut Writer<'_>)) {
    let mut tx = app.state.db.write().await.unwrap();
    write(&mut Writer::new(&mut tx, start)).await;
    tx.commit().await.unwrap();
}

fn has(answer: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(
            answer.text.contains(text),
            "“{text}” is missing in\n{}",
            answer.text
        );
    }
}

fn has_not(answer: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(!answer.text.contains(text), "“{text}” stands in\n{}", answer.text);
    }
}

both! {
    async fn the_list_shows_what_is_in_use_and_what_is_announced(app: TestApp) {
        filled(&app).await;
        let answer = app.client().get("/subprocessors").await;
        assert_eq!(answer.status, 200);
        has(&answer, &[
            "Last updated Wednesday 25 November 2026 · list version 7",
            "Fathom Search B.V.: replacement",
            "Takes the place of Quiet Postbox Ltd.",
            "Monday 4 January 2027",
            "In use: 3",
            "Oslo, Norway (no-east-1): storage",
            "Adequacy decision (United Kingdom)",
            "None required: all locations are in the EEA",
            "Processors for our own data",
            "Independent controllers",
        ]);
        // Unknown facts are not stated, and red is for staff.
        has(&answer, &["<span class=\"not-stated\">not stated</span>"]);
        has_not(&answer, &["Unknown", "Tonika", "class=\"unknown\""]);
    }

    async fn no_public_page_names_a_natural_person(app: TestApp) {
        filled(&app).await;
        let client = app.client();
        for path in [
            "/", "/subprocessors", "/subprocessors/nordhus-hosting", "/subprocessors/lumenwerk", "/changes", "/changes/2026-001",
            "/changes/2026-002", "/subprocessors.json", "/.well-known/subprocessors.json", "/subprocessors.csv", "/feed.atom",
        ] {
            let answer = client.get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            has_not(&answer, &["Kari", "kari@", "Ola Nordmann", "ola@", "Legal editor"]);
        }
        has(&client.get("/subprocessors/nordhus-hosting").await, &["Privacy office, privacy@nordhus.example"]);
    }

    async fn the_list_of_a_past_day_is_what_the_page_said_at_its_end(app: TestApp) {
        let start = filled(&app).await;
        let client = app.client();
        let first = client.get("/subprocessors?as_of=2026-11-23").await;
        has(&first, &["As it stood at the end of Monday 23 November 2026 · list version 5", "no-east-1", "No change is announced"]);
        has_not(&first, &["Hamina", "Fathom", "Adequacy"]);
        // The mechanism was recorded on the 24th, the second place listed on the 25th.
        has(&client.get("/subprocessors?as_of=2026-11-24").await, &["Adequacy decision", "location within the EEA"]);
        let third = client.get("/subprocessors?as_of=2026-11-25").await;
        has(&third, &["Hamina", "list version 7", "No change is announced"]);
        // Both were announced by the 27th; by its end one of them was cancelled.
        let fourth = client.get("/subprocessors?as_of=2026-11-26").await;
        has(&fourth, &["Fathom Search B.V.: replacement"]);
        has_not(&fourth, &["Tonika"]);
        has_not(&client.get("/subprocessors?as_of=2026-11-27").await, &["Tonika"]);
        // Ending something later changes nothing about the past.
        later(&app, start, async |w| w.list(MODELS, 11, ListingState::Ended, None, 119).await).await;
        has_not(&client.get("/subprocessors").await, &["Lumenwerk"]);
        has(&client.get("/subprocessors?as_of=2026-11-23").await, &["Lumenwerk"]);
        has(&client.get("/subprocessors/lumenwerk").await, &["No longer used"]);
    }

    async fn a_later_day_is_refused_and_a_day_before_the_register_is_not_recorded(app: TestApp) {
        filled(&app).await;
        let client = app.client();
        let later = client.get("/subprocessors?as_of=2026-11-29").await;
        assert_eq!(later.status, 422);
        has(&later, &["There is a problem", "href=\"#as_of\"", "Choose a day that has passed", "value=\"2026-11-29\""]);
        let wrong = client.get("/subprocessors?as_of=2026-02-30").await;
        assert_eq!(wrong.status, 422);
        has(&wrong, &["value=\"2026-02-30\"", "type=\"text\""]);
        assert_eq!(client.get("/subprocessors.json?as_of=2026-11-29").await.status, 422);
        for format in ["", ".json", ".csv"] {
            for day in ["-4713-01-01", "0000-01-01", "-262143-01-01", "%00"] {
                let answer = client.get(&format!("/subprocessors{format}?as_of={day}")).await;
                assert_eq!(answer.status, 422, "{format} {day}");
            }
            assert_eq!(client.get(&format!("/subprocessors{format}?as_of=0001-01-01")).await.status, 200, "{format}");
        }
        assert_eq!(client.get("/subprocessors/%00").await.status, 404);
        let before = client.get("/subprocessors?as_of=2026-11-22").await;
        assert_eq!(before.status, 200);
        has(&before, &["Not recorded", "Monday 23 November 2026"]);
        has_not(&before, &["Nordhus", "No change is announced"]);
        // Today is now.
        has(&client.get("/subprocessors?as_of=2026-11-28").await, &["Last updated"]);
    }

    async fn the_filter_keeps_what_fits_and_says_what_it_cannot_judge(app: TestApp) {
        filled(&app).await;
        let client = app.client();
        let germany = client.get("/subprocessors?country=DE").await;
        has(&germany, &["In use: 1 of 3", "Lumenwerk", "One company is left out"]);
        has_not(&germany, &["href=\"/subprocessors/nordhus-hosting\""]);
        has(&client.get("/subprocessors?category=AI").await, &["In use: 1 of 3", "<option value=\"AI\" selected"]);
        // Quiet Postbox names no product, so it may serve all of them.
        has(&client.get("/subprocessors?product=vault").await, &["In use: 2 of 3", "Quiet Postbox"]);
        has(&client.get("/subprocessors?country=SE&category=AI").await, &["No subprocessor fits this filter"]);
        for bad in ["product=nothing", "category=NOTHING", "country=EU", "country=XX"] {
            assert_eq!(client.get(&format!("/subprocessors?{bad}")).await.status, 422, "{bad}");
        }
    }

    async fn machines_get_the_same_rows(app: TestApp) {
        filled(&app).await;
        let client = app.client();
        let answer = client.get("/subprocessors.json").await;
        assert_eq!(answer.headers["content-type"], "application/json");
        let list: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(list["list_version"], 7);
        assert_eq!(list["schema_version"], "1");
        assert_eq!(list["recorded_since"], "2026-11-23");
        assert_eq!(list["entries"].as_array().unwrap().len(), 5);
        let hosting = list["entries"].as_array().unwrap().iter().find(|e| e["id"] == "nordhus-hosting").unwrap();
        assert_eq!(hosting["locations"].as_array().unwrap().len(), 2);
        assert_eq!(hosting["registration_number"], "999 888 777");
        let postbox = list["entries"].as_array().unwrap().iter().find(|e| e["id"] == "quiet-postbox").unwrap();
        assert_eq!(postbox["purpose"], serde_json::Value::Null);
        assert_eq!(postbox["transfers"][0]["mechanism"], "ADEQUACY");
        let pending = &list["pending_changes"][0];
        assert_eq!(pending["change_type"], "REPLACEMENT");
        assert_eq!(pending["replaces"], "Quiet Postbox Ltd");
        assert_eq!(pending["notice_date"], "2026-11-26");
        assert_eq!(pending["earliest_engagement"], "2027-01-04");
        assert_eq!(client.get("/.well-known/subprocessors.json").await.text, answer.text);
        let csv = client.get("/subprocessors.csv").await.text;
        assert_eq!(csv.lines().count(), 6);
        assert!(csv.starts_with("id,legal_name,role,"));
        let feed = client.get("/feed.atom").await.text;
        for text in ["Fathom Search B.V. takes over", "Cancelled: Tonika", "urn:uuid:", "http://forenotice.test/changes/2026-002"] {
            assert!(feed.contains(text), "{text} is missing in {feed}");
        }
    }

    async fn a_change_shows_before_and_after_and_what_became_of_it(app: TestApp) {
        filled(&app).await;
        let client = app.client();
        let log = client.get("/changes").await;
        has(&log, &["2026-001", "2026-002", "2026-003", "In effect", "Announced", "Cancelled", "1 to 3 of 3 changes"]);
        let moved = client.get("/changes/2026-001").await;
        has(&moved, &["In effect since", "Wednesday 25 November 2026", "<del>Oslo, Norway (no-east-1): storage</del>", "Hamina"]);
        // Nobody is said to have been written to about what is only published.
        has(&moved, &[">Published<", "published here and in the feed"]);
        has_not(&moved, &["Announced to customers", "were written to", "deadline of your own"]);
        let search = client.get("/changes/2026-002").await;
        has(&search, &["Announced to customers", "If it concerns a service that you use", "with a deadline of your own"]);
        has(&search, &["Announced", "taking the place of ", "href=\"/subprocessors/quiet-postbox\"", "privacy@fjordsky.example", "Amsterdam"]);
        has_not(&search, &["href=\"/subprocessors/fathom-search\""]);
        has(&client.get("/changes/2026-003").await, &["It does not happen; whoever was told of it was told so."]);
        for unknown in ["/changes/2026-009", "/changes/x", "/changes?page=2", "/subprocessors/tonika", "/subprocessors/nobody"] {
            assert_eq!(client.get(unknown).await.status, 404, "{unknown}");
        }
    }

    async fn the_history_of_a_company_says_what_each_version_changed(app: TestApp) {
        let start = filled(&app).await;
        let client = app.client();
        let page = client.get("/subprocessors/nordhus-hosting").await;
        has(&page, &["Location within the EEA", "list version 7", "First listed", "list version 1", "href=\"/changes/2026-001\""]);
        assert!(page.text.find("list version 7") < page.text.find("list version 1"));
        assert_eq!(client.get("/subprocessors/fathom-search").await.status, 404);
        later(&app, start, async |w| w.list(SEARCH, 11, ListingState::Partial, Some(8002), 118).await).await;
        has(&client.get("/subprocessors/fathom-search").await, &["Being introduced", "Introduced for some customers"]);
        has(&client.get("/subprocessors").await, &["Begun for some customers; not before", "In use: 4"]);
        has(&client.get("/changes/2026-002").await, &["Begun"]);
        later(&app, start, async |w| w.list(SEARCH, 11, ListingState::Listed, Some(8002), 119).await).await;
        has(&client.get("/subprocessors").await, &["No change is announced"]);
        has(&client.get("/changes/2026-002").await, &["In effect since", "Saturday 28 November 2026"]);
    }

    async fn a_page_is_kept_until_something_it_shows_has_changed(app: TestApp) {
        let start = filled(&app).await;
        let client = app.client();
        let first = client.get("/subprocessors").await;
        let etag = first.headers["etag"].to_str().unwrap().to_owned();
        assert_eq!(first.headers["cache-control"], "no-cache");
        let again = client.http.get(format!("{}/subprocessors", app.address)).header("if-none-match", &etag).send().await.unwrap();
        assert_eq!(again.status(), 304);
        assert_eq!(again.headers()["etag"].to_str().unwrap(), etag);
        // An invented parameter is the same page; a refused form is not kept.
        assert_eq!(client.get("/subprocessors?invented=1").await.headers["etag"].to_str().unwrap(), etag);
        assert_eq!(client.get("/subprocessors?country=EU").await.headers["cache-control"], "no-store");
        later(&app, start, async |w| w.list(MODELS, 11, ListingState::Ended, None, 119).await).await;
        let changed = client.http.get(format!("{}/subprocessors", app.address)).header("if-none-match", &etag).send().await.unwrap();
        assert_eq!(changed.status(), 200);
        assert_ne!(changed.headers()["etag"].to_str().unwrap(), etag);
        // The next day the same list is another page: days are counted on it.
        let today = client.get("/subprocessors").await;
        app.advance(TimeDelta::days(1));
        assert_ne!(client.get("/subprocessors").await.headers["etag"], today.headers["etag"]);
    }

    async fn an_empty_register_says_what_to_do(app: TestApp) {
        let client = app.client();
        has(&client.get("/subprocessors").await, &["Nothing has been listed yet", "No subprocessors are listed"]);
        has(&client.get("/").await, &["No company is listed yet."]);
        has(&client.get("/changes").await, &["No change has been announced yet"]);
        assert_eq!(client.get("/subprocessors.json").await.status, 200);
        assert_eq!(client.get("/feed.atom").await.status, 200);
        assert_eq!(client.get("/subprocessors?as_of=2026-11-01").await.status, 200);
    }

    async fn style_fonts_and_icon_are_served_for_ever_under_their_hash(app: TestApp) {
        let client = app.client();
        let page = client.get("/subprocessors").await;
        let at = page.text.find("/assets/main.").unwrap();
        let address = page.text[at..].split('"').next().unwrap();
        let sheet = client.get(address).await;
        assert_eq!(sheet.headers["content-type"], "text/css; charset=utf-8");
        assert!(sheet.headers["cache-control"].to_str().unwrap().contains("immutable"));
        for (start, _) in sheet.text.match_indices("url(\"/fonts/") {
            let font = sheet.text[start + 5..].split('"').next().unwrap();
            assert_eq!(client.get(font).await.headers["content-type"], "font/woff2", "{font}");
        }
        assert_eq!(client.get("/favicon.svg").await.headers["content-type"], "image/svg+xml");
        assert_eq!(client.get("/assets/main.000000000000.css").await.status, 404);
        assert_eq!(client.get("/islands.js").await.status, 404);
    }
}
