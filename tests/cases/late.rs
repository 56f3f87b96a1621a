//! A late objection is answered and holds nothing (legal-rules §11 no. 4), and no page says otherwise.

use chrono::TimeDelta;

use super::{DRAFT, Desk, newest_case, object};
use crate::both;
use crate::support::TestApp;

const HELD: &str = "the change does not start for you";

both! {
    async fn a_late_objection_is_answered_and_does_not_block(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let (page, contact) = (desk.page_of(1), app.client());
        contact.post(&format!("{page}/acknowledge"), &[("name", "Privacy desk")]).await;
        assert!(contact.get(&format!("{page}/object")).await.text.contains(HELD), "in time it holds");

        // Everything but this customer's objection is green.
        app.advance(TimeDelta::days(130));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        for path in [page.clone(), format!("{page}/object")] {
            let shown = contact.get(&path).await.text;
            assert!(!shown.contains(HELD) && !shown.contains("keeps this change from starting"), "{path}: {shown}");
        }
        let filed = object(&contact, &page, "We object all the same.").await;
        let case = contact.get(filed.location()).await.text;
        assert!(case.contains("after the last day") && case.contains("does not hold the change"));
        assert!(!contact.get(&page).await.text.contains("keeps this change from starting"));
        let gates = desk.operator.get(DRAFT).await.text;
        assert!(!gates.contains("OPEN_OBJECTION"), "{gates}");
        let live = desk.activate("Fjordbank").await;
        assert_eq!(live.status, 303, "{}", live.text);

        // It still waits for its answer.
        let number = newest_case(&desk).await;
        let answer = [("event", "ANSWER_CONCERN"), ("text", "The data stays in Norway.")];
        assert_eq!(desk.approver.post(&number, &answer).await.status, 303);
        desk.mailbox.deliver(&app.state).await;
        let letters = desk.mailbox.letters_to("dpo@customer-01.example");
        assert!(letters.iter().any(|l| l.text.contains("The data stays in Norway.")));
    }

    async fn the_form_on_a_change_that_has_started_promises_no_hold(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let (page, contact) = (desk.page_of(1), app.client());
        contact.post(&format!("{page}/acknowledge"), &[("name", "Privacy desk")]).await;
        app.advance(TimeDelta::days(130));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        assert_eq!(desk.activate("Fjordbank").await.status, 303);
        let form = contact.get(&format!("{page}/object")).await.text;
        assert!(form.contains("has started for you already") && form.contains("State your grounds"), "{form}");
        assert!(!form.contains(HELD));
        assert!(!contact.get(&page).await.text.contains(HELD));
    }
}
