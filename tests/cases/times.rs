//! The times of a case: talks end by themselves, an offer leaves its own time, a lapse waits for an approver.

use chrono::TimeDelta;
use domain::organisation::OrganisationFacts;
use domain::text::Name;
use forenotice::jobs::run_due;
use forenotice::store::engagements::current_by_slug;
use forenotice::store::objections;
use forenotice::store::organisations::append_organisation_version;
use forenotice::store::version::{NewVersion, Recorded};

use super::{Desk, field, newest_case};
use crate::both;
use crate::register::text;
use crate::support::TestApp;

/// An admitted case of this customer, in talks; the staff's page of it.
async fn in_talks(app: &TestApp, desk: &Desk, customer: u8) -> String {
    let (page, contact) = (desk.page_of(customer), app.client());
    let line = field(&contact.get(&format!("{page}/object")).await.text, "line");
    let fields = [
        ("line", line.as_str()),
        ("grounds", "LOCATION"),
        ("statement", "Not there."),
        ("name", "Privacy desk"),
    ];
    let filed = contact.post(&format!("{page}/object"), &fields).await;
    assert_eq!(filed.status, 303, "{}", filed.text);
    let case = newest_case(desk).await;
    for event in ["ADMIT", "DISCUSS"] {
        let answer = desk.approver.post(&case, &[("event", event)]).await;
        assert_eq!(answer.status, 303, "{event}: {}", answer.text);
    }
    case
}

async fn state_of(app: &TestApp, case: &str) -> String {
    let mut tx = app.state.db.read().await.unwrap();
    let number = case.rsplit('/').next().unwrap();
    let found = objections::find_by_case_number(&mut tx, number)
        .await
        .unwrap()
        .unwrap();
    found.state.to_string()
}

/// A text whatever its line breaks.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

both! {
    async fn talks_that_end_without_a_solution_leave_a_standing_block(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let case = in_talks(&app, &desk, 1).await;
        app.advance(TimeDelta::days(29));
        run_due(&app.state).await.unwrap();
        assert_eq!(state_of(&app, &case).await, "IN_DISCUSSION");
        app.advance(TimeDelta::days(70));
        for _ in 0..2 {
            run_due(&app.state).await.unwrap();
        }
        assert_eq!(state_of(&app, &case).await, "STANDING_BLOCK");
        assert!(desk.activate("Fjordbank").await.text.contains("CUSTOMER_EXCLUDED"));
        desk.mailbox.deliver(&app.state).await;
        let letters = desk.mailbox.letters_to("dpo@customer-01.example");
        let stands = letters.iter().filter(|l| words(&l.text).contains("Your objection stands")).count();
        assert_eq!(stands, 1);
        let mut tx = app.state.db.read().await.unwrap();
        forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap();
    }

    async fn the_start_page_names_open_cases_as_their_own_pages_do(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        assert!(!desk.approver.get("/staff").await.text.contains("Open cases"));
        let case = in_talks(&app, &desk, 1).await;
        let number = case.rsplit('/').next().unwrap();
        let start = text(&desk.approver.get("/staff").await);
        let row = format!("{number}: Kaleido Search GmbH Fjordbank In discussion ");
        let until = start.split(&row).nth(1).unwrap_or_else(|| panic!("{row}: {start}"));
        assert!(until.starts_with("Wednesday 23 December 2026"), "{until}");

        let mut tx = app.state.db.write().await.unwrap();
        let company = current_by_slug(&mut tx, "kaleido-search-gmbh").await.unwrap().unwrap().organisation;
        let renamed = NewVersion {
            id: app.state.random.id(app.state.clock.now()).into(),
            facts: OrganisationFacts { legal_name: Name::parse("Kaleido Finder GmbH").unwrap(), ..company.version.facts },
            valid_from: None,
            recorded: Recorded::by_system(app.state.clock.now()),
            reason: None,
        };
        append_organisation_version(&mut tx, company.id, company.version.number, &renamed).await.unwrap();
        tx.commit().await.unwrap();
        for page in ["/staff", &case] {
            let page = text(&desk.approver.get(page).await);
            assert!(page.contains("Kaleido Finder GmbH"), "{page}");
        }
        let start = text(&desk.approver.get("/staff").await);
        assert!(start.contains(&format!("{number}: Kaleido Finder GmbH")), "{start}");
    }

    async fn a_right_to_terminate_lapses_only_when_an_approver_confirms_it(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        // Pohjola Retail: the contract gives a right to end the service.
        let case = in_talks(&app, &desk, 4).await;
        app.advance(TimeDelta::days(28));
        let offer = desk.approver.post(&case, &[("event", "OFFER"), ("text", "Another region.")]).await;
        assert_eq!(offer.status, 303, "{}", offer.text);
        // The talks' thirty days are over; the offer's ten working days are not.
        app.advance(TimeDelta::days(7));
        run_due(&app.state).await.unwrap();
        assert_eq!(state_of(&app, &case).await, "OFFER_MADE");
        app.advance(TimeDelta::days(14));
        run_due(&app.state).await.unwrap();
        assert_eq!(state_of(&app, &case).await, "TERMINATION_OPEN");
        let lapse = [("event", "CONFIRM_LAPSE"), ("text", "The time has passed.")];
        let early = desk.approver.post(&case, &lapse).await;
        assert_eq!(early.status, 409);
        assert!(early.text.contains("can still end the service"));

        app.advance(TimeDelta::days(60));
        for _ in 0..2 {
            run_due(&app.state).await.unwrap();
        }
        assert_eq!(state_of(&app, &case).await, "TERMINATION_OPEN", "nobody has confirmed");
        assert!(desk.activate("Pohjola Retail").await.text.contains("OPEN_OBJECTION"));
        assert_eq!(desk.approver.post(&case, &lapse).await.status, 303);
        run_due(&app.state).await.unwrap();
        assert_eq!(desk.activate("Pohjola Retail").await.status, 303);
        desk.mailbox.deliver(&app.state).await;
        let letters = desk.mailbox.letters_to("dpo@customer-04.example");
        for said in ["We make you an offer", "You may end the affected service", "has passed unused"] {
            assert!(letters.iter().any(|l| words(&l.text).contains(said)), "{said}");
        }
    }
}
