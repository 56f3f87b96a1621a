//! The publisher's corrections of calendars: recorded through the form, counted by when they were recorded.

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::jobs::run_due;
use forenotice::store::audit::{EntryFilter, list_entries};
use forenotice::store::reference::list_calendar_rows;
use forenotice::store::tasks::list_open_tasks;

use crate::both;
use crate::cases::Desk;
use crate::support::{Answer, Client, TestApp};

const NEW: &str = "/staff/calendars/new";

/// Records that a day counts as something from now on, with its source.
async fn correct(app: &TestApp, admin: &Client, calendar: &str, date: &str, counted: &str) -> Answer {
    let today = app.state.clock.now().date_naive().to_string();
    let form = [
        ("calendar", calendar),
        ("date", date),
        ("counted", counted),
        ("reason", "National day of mourning"),
        ("source_url", "https://government.example/mourning"),
        ("checked_on", &today),
    ];
    admin.post(NEW, &form).await
}

/// The same where nothing is wrong with it.
async fn corrected(app: &TestApp, admin: &Client, calendar: &str, date: &str, counted: &str) {
    let answer = correct(app, admin, calendar, date, counted).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
}

both! {
    async fn a_correction_known_before_dispatch_moves_the_promised_day_either_way(app: TestApp) {
        let desk = Desk::seeded(&app).await;
        let admin = app.signed_in(Role::Admin).await;
        // Thirty days end on Wednesday 23 December, ten German working days on Monday 7 December.
        corrected(&app, &admin, "NO", "2026-12-23", "NOT_WORKED").await;
        corrected(&app, &admin, "DE", "2026-11-28", "WORKED").await;
        desk.send(&app).await;
        for (customer, last_day) in [(1, "Thursday 24 December 2026, 24:00"), (6, "Friday 4 December 2026, 24:00")] {
            let letter = desk.letter_to(customer);
            assert!(letter.text.contains(last_day), "{customer}: {}", letter.text);
            let page = app.client().get(&desk.page_of(customer)).await.text;
            assert!(page.contains(last_day), "{customer}: {page}");
            assert!(!page.contains("We recorded that after"), "it was known: {page}");
        }
    }

    async fn a_day_closed_while_a_window_is_open_lengthens_it_and_the_gate_stays_closed(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let admin = app.signed_in(Role::Admin).await;
        let contact = app.client();
        assert!(contact.get(&desk.page_of(1)).await.text.contains("Wednesday 23 December 2026, 24:00"));
        app.advance(TimeDelta::days(7));
        corrected(&app, &admin, "NO", "2026-12-23", "NOT_WORKED").await;
        // What is made worked later shortens nothing: neither ten German working days, nor what has become longer.
        corrected(&app, &admin, "DE", "2026-12-05", "WORKED").await;
        app.advance(TimeDelta::hours(1));
        let page = contact.get(&desk.page_of(1)).await.text;
        assert!(page.contains("Thursday 24 December 2026, 24:00"), "{page}");
        assert!(page.contains("Wednesday 23 December 2026 is not a working day (National day of mourning)"), "{page}");
        assert!(contact.get(&desk.page_of(6)).await.text.contains("Monday 7 December 2026, 24:00"));
        assert!(desk.letter_to(1).text.contains("Wednesday 23 December 2026, 24:00"), "the mail stays as it was sent");
        corrected(&app, &admin, "NO", "2026-12-23", "AS_TABLE").await;
        app.advance(TimeDelta::hours(1));
        assert!(contact.get(&desk.page_of(1)).await.text.contains("Thursday 24 December 2026, 24:00"));

        // Thursday 24 December, noon in Oslo.
        app.advance(TimeDelta::hours(24 * 24));
        run_due(&app.state).await.unwrap();
        let refused = desk.activate("Fjordbank").await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("NOTICE_WINDOW_OPEN"), "{}", refused.text);
        app.advance(TimeDelta::days(1));
        run_due(&app.state).await.unwrap();
        let refused = desk.activate("Fjordbank").await;
        assert_eq!(refused.status, 409);
        assert!(!refused.text.contains("NOTICE_WINDOW_OPEN"), "only the announced day is left: {}", refused.text);
    }

    async fn a_day_closed_after_a_window_has_ended_changes_nothing(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let admin = app.signed_in(Role::Admin).await;
        // Thursday 24 December: the last day was the day before.
        app.advance(TimeDelta::days(31));
        corrected(&app, &admin, "NO", "2026-12-23", "NOT_WORKED").await;
        app.advance(TimeDelta::hours(1));
        let page = app.client().get(&desk.page_of(1)).await.text;
        assert!(page.contains("Wednesday 23 December 2026, 24:00"), "{page}");
        assert!(!page.contains("Thursday 24 December 2026, 24:00"), "{page}");
        run_due(&app.state).await.unwrap();
        let refused = desk.activate("Fjordbank").await;
        assert!(!refused.text.contains("NOTICE_WINDOW_OPEN"), "{}", refused.text);
    }

    async fn the_calculator_and_deadlines_of_events_count_by_it(app: TestApp) {
        let desk = Desk::seeded(&app).await;
        let admin = app.signed_in(Role::Admin).await;
        let question = "/deadline?received=2026-11-23T10:00&tz=Europe/Oslo&period=30d&calendar=NO&publisher_tz=&objection=";
        assert!(app.client().get(question).await.text.contains("Wednesday 23 December 2026, 24:00"));
        corrected(&app, &admin, "NO", "2026-12-23", "NOT_WORKED").await;
        corrected(&app, &admin, "NO", "2026-11-26", "NOT_WORKED").await;
        let answer = app.client().get(question).await.text;
        assert!(answer.contains("Thursday 24 December 2026, 24:00"), "{answer}");
        assert!(answer.contains("+2 overrides") && answer.contains("National day of mourning"), "{answer}");
        let event = [
            ("kind", "LAW_CHANGED"),
            ("description", "A law was changed"),
            ("occurred_on", "2026-11-23"),
            ("scope", "COUNTRY"),
            ("country", "United States"),
        ];
        let recorded = desk.editor.post("/staff/triggers/new", &event).await;
        assert_eq!(recorded.status, 303, "{}", recorded.text);
        // Five working days after Monday 23 November, the Thursday not counted.
        let page = desk.editor.get(recorded.location()).await.text;
        assert!(page.contains("Tuesday 1 December 2026"), "{page}");
    }

    async fn a_correction_is_recorded_with_its_source_shown_audited_and_told_to_an_approver(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let auditor = app.signed_in(Role::Auditor).await;
        let empty = auditor.get("/staff/calendars").await;
        assert_eq!(empty.status, 200);
        assert!(empty.text.contains("No day is corrected") && !empty.text.contains("Correct a day"), "{}", empty.text);
        assert_eq!(auditor.get(NEW).await.status, 403);
        assert_eq!(correct(&app, &auditor, "NO", "2026-12-23", "NOT_WORKED").await.status, 403);

        corrected(&app, &admin, "NO", "2026-12-23", "NOT_WORKED").await;
        corrected(&app, &admin, "NO", "2026-12-23", "AS_TABLE").await;
        corrected(&app, &admin, "SE", "2026-12-31", "WORKED").await;
        let page = auditor.get("/staff/calendars").await.text;
        for words in [
            "Wednesday 23 December 2026", "as the table says", "replaced by a later row", "National day of mourning",
            "https://government.example/mourning", "by Person admin", "Sweden (with the eves)",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let newest = page.find("as the table says").unwrap();
        assert!(newest < page.find("replaced by a later row").unwrap(), "newest first");
        assert!(admin.get("/staff/settings").await.text.contains("href=\"/staff/calendars\""));

        let mut tx = app.state.db.read().await.unwrap();
        let rows = list_calendar_rows(&mut tx).await.unwrap();
        assert_eq!(rows.len(), 3, "nothing is overwritten");
        assert!(rows.iter().all(|row| row.recorded_by.is_some()));
        let filter = EntryFilter { action: Some("reference_row.added".to_owned()), ..EntryFilter::default() };
        assert_eq!(list_entries(&mut tx, &filter, 10).await.unwrap().len(), 3);
        let tasks = list_open_tasks(&mut tx, &[Role::LegalApprover]).await.unwrap();
        let told: Vec<_> = tasks.iter().filter(|task| task.path == "/staff/calendars").collect();
        assert_eq!(told.len(), 3);
        assert!(told[0].title.contains("December 2026 in the calendar of "), "{}", told[0].title);
    }

    async fn what_is_wrong_is_said_at_its_field(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let blank = admin.post(NEW, &[]).await;
        assert_eq!(blank.status, 422);
        for field in ["calendar", "date", "counted", "reason", "source_url", "checked_on"] {
            assert!(blank.text.contains(&format!("href=\"#{field}")), "{field}: {}", blank.text);
        }
        for (date, counted, words) in [
            ("2041-01-02", "NOT_WORKED", "Holidays of NO are known for 2020 to 2040 only"),
            ("2026-12-25", "NOT_WORKED", "The table says so already: not worked (Christmas Day)"),
            ("2026-12-23", "AS_TABLE", "The day counts as the table says already: worked"),
        ] {
            let answer = correct(&app, &admin, "NO", date, counted).await;
            assert_eq!(answer.status, 422, "{date} {counted}");
            assert!(answer.text.contains(words), "{words}: {}", answer.text);
            assert!(answer.text.contains(date), "what was typed is kept");
        }
        corrected(&app, &admin, "NO", "2026-12-23", "NOT_WORKED").await;
        let again = correct(&app, &admin, "NO", "2026-12-23", "NOT_WORKED").await;
        assert!(again.text.contains("It is recorded as not worked already"), "{}", again.text);
    }
}
