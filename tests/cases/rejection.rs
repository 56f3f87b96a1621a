//! A rejected objection near the end of the window leaves five working days to file it again.

use chrono::TimeDelta;

use super::{DRAFT, Desk, newest_case, object};
use crate::both;
use crate::support::TestApp;

/// Fjordbank: Norway, thirty days, general authorisation, grounds are required. Told on Monday 23 November 2026.
const CUSTOMER: u8 = 1;

async fn reject(desk: &Desk, case: &str) {
    let admit = desk.approver.post(case, &[("event", "ADMIT")]).await;
    assert_eq!(admit.status, 303, "{}", admit.text);
    let form = [
        ("event", "REJECT_GROUNDS"),
        ("text", "The place is in the notice already."),
    ];
    let rejected = desk.approver.post(case, &form).await;
    assert_eq!(rejected.status, 303, "{}", rejected.text);
}

both! {
    async fn a_late_rejection_moves_the_end_everywhere(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let page = desk.page_of(CUSTOMER);
        let contact = app.client();
        contact.post(&format!("{page}/acknowledge"), &[("name", "Privacy desk")]).await;
        assert!(contact.get(&page).await.text.contains("Wednesday 23 December 2026, 24:00, Oslo"));

        // Tuesday 22 December; worked days that follow: 23, 24, 28, 29 and 30 December.
        app.advance(TimeDelta::days(29));
        let filed = object(&contact, &page, "Where exactly?").await;
        let case = newest_case(&desk).await;
        reject(&desk, &case).await;
        let end = "Wednesday 30 December 2026, 24:00, Oslo";
        desk.mailbox.deliver(&app.state).await;
        let letters = desk.mailbox.letters_to("dpo@customer-01.example");
        let outcome = letters.iter().find(|l| l.subject.starts_with("Outcome")).unwrap();
        assert!(outcome.text.split_whitespace().collect::<Vec<_>>().join(" ").contains(end), "{}", outcome.text);
        for path in [&page, filed.location()] {
            assert!(contact.get(path).await.text.contains(end), "{path}");
        }
        assert!(desk.operator.get(DRAFT).await.text.contains(end));

        // Past the first end the gate stays closed, and the case can be filed again: its next version.
        app.advance(TimeDelta::days(7));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        assert!(desk.activate("Fjordbank").await.text.contains("OBJECTION_WINDOW_OPEN"));
        assert!(contact.get(filed.location()).await.text.contains("File it again"));
        let again = object(&contact, &page, "The region is not named.").await;
        assert_eq!(again.location(), filed.location());
        let shown = contact.get(filed.location()).await.text;
        assert!(shown.contains("The region is not named.") && shown.contains("Filed again"));
        assert!(desk.activate("Fjordbank").await.text.contains("OPEN_OBJECTION"));

        // Rejected on Tuesday 29 December: 30 and 31 December, 4, 5 and 6 January.
        reject(&desk, &case).await;
        assert!(contact.get(&page).await.text.contains("Wednesday 6 January 2027, 24:00, Oslo"));
        app.advance(TimeDelta::days(8));
        assert!(desk.activate("Fjordbank").await.text.contains("OBJECTION_WINDOW_OPEN"));

        // Thursday 7 January is too late: a case of its own, after the last day.
        app.advance(TimeDelta::days(1));
        let gates = desk.activate("Fjordbank").await.text;
        assert!(!gates.contains("OBJECTION_WINDOW_OPEN") && gates.contains("BEFORE_ANNOUNCED_DATE"));
        assert!(contact.get(&format!("{page}/object")).await.text.contains("Your last day has passed"));
        let late = object(&contact, &page, "Once more.").await;
        assert_ne!(late.location(), filed.location());
        assert!(contact.get(late.location()).await.text.contains("after the last day"));
        let admit = desk.approver.post(&newest_case(&desk).await, &[("event", "ADMIT")]).await;
        assert_eq!(admit.status, 409, "a late one is not admitted");

        let mut tx = app.state.db.read().await.unwrap();
        forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap();
    }

    async fn a_rejection_early_in_the_window_changes_no_date(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let page = desk.page_of(CUSTOMER);
        let contact = app.client();
        contact.post(&format!("{page}/acknowledge"), &[("name", "Privacy desk")]).await;
        object(&contact, &page, "Where exactly?").await;
        reject(&desk, &newest_case(&desk).await).await;
        let shown = contact.get(&page).await.text;
        assert!(shown.contains("Wednesday 23 December 2026, 24:00, Oslo") && shown.contains("Object again"));
        assert!(!shown.contains("We rejected your objection."));
    }
}
