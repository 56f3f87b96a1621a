//! The times of a case: talks end by themselves, an offer leaves its own time, a lapse waits for an approver.

use chrono::TimeDelta;
use forenotice::jobs::run_due;
use forenotice::store::objections;

use super::{Desk, field};
use crate::both;
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
    let mut tx = app.state.db.read().await.unwrap();
    let number = objections::list(&mut tx).await.unwrap().remove(0).case_number;
    let case = format!("/staff/objections/{number}");
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
