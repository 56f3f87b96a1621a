//! Where silence is a no: the customer approves, opts in or refuses in writing.

use chrono::TimeDelta;

use super::{DRAFT, Desk, field};
use crate::both;
use crate::support::TestApp;

/// The customer of the seed with specific authorisation: Landkreis Musterau.
const SPECIFIC: u8 = 7;
/// One with general authorisation: Fjordbank.
const GENERAL: u8 = 1;

both! {
    async fn a_written_approval_opens_the_gate_and_silence_never_does(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let page = desk.page_of(SPECIFIC);
        let mail = desk.letter_to(SPECIFIC);
        assert!(mail.subject.contains("please approve or refuse by"), "{}", mail.subject);
        assert!(mail.text.contains("Approve or refuse:") && !mail.text.contains("you authorise this"));
        let contact = app.client();
        for path in [&page, &format!("{page}/approve"), &format!("{page}/refuse")] {
            contact.get(path).await;
        }
        let shown = contact.get(&page).await.text;
        assert!(shown.contains("Approve in writing") && shown.contains(">Refuse<"));
        assert!(shown.contains("without it this is not used for you"));

        // Windows end; silence is a no, and the page still asks.
        app.advance(TimeDelta::days(95));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        let refused = desk.activate("Landkreis Musterau").await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("SPECIFIC_AUTH_MISSING"));

        let unnamed = contact.post(&format!("{page}/approve"), &[("name", " ")]).await;
        assert_eq!(unnamed.status, 422);
        assert!(contact.get(&page).await.text.contains("Approve in writing"), "nothing was written");
        let name = [("name", "Data protection officer")];
        assert_eq!(contact.post(&format!("{page}/approve"), &name).await.status, 303);
        let shown = contact.get(&page).await.text;
        assert!(shown.contains("Approved by Data protection officer on"));
        assert!(!shown.contains("Approve in writing"));

        // The same again changes nothing; the opposite is refused and says what to do.
        assert_eq!(contact.post(&format!("{page}/approve"), &name).await.status, 303);
        let other = contact.post(&format!("{page}/refuse"), &name).await;
        assert_eq!(other.status, 409);
        assert!(other.text.contains("You have answered this already") && other.text.contains("you can object"));
        desk.mailbox.deliver(&app.state).await;
        let receipts = desk.mailbox.letters_to("dpo@customer-07.example");
        assert_eq!(receipts.iter().filter(|l| l.subject.starts_with("Approved:")).count(), 1);
        assert_eq!(desk.activate("Landkreis Musterau").await.status, 303);

        let mut tx = app.state.db.read().await.unwrap();
        forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap();
    }

    async fn a_refusal_keeps_the_customer_closed_and_tells_staff(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let page = desk.page_of(SPECIFIC);
        let contact = app.client();
        let name = [("name", "Data protection officer")];
        assert_eq!(contact.post(&format!("{page}/refuse"), &name).await.status, 303);
        let shown = contact.get(&page).await.text;
        assert!(shown.contains("You refused; this is not used for you."));
        assert!(!shown.contains("Approve in writing") && !shown.contains("Object to this"));
        let other = contact.post(&format!("{page}/approve"), &name).await;
        assert_eq!(other.status, 409);
        assert!(other.text.contains("refused it on"));
        desk.mailbox.deliver(&app.state).await;
        let staff = desk.mailbox.letters_to("legal-editor@publisher.example");
        assert!(staff.iter().any(|l| l.subject.contains("Landkreis Musterau refused Kaleido")));
        assert!(desk.mailbox.letters_to("dpo@customer-07.example").iter().any(|l| l.subject.starts_with("Refused:")));

        app.advance(TimeDelta::days(95));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        let closed = desk.activate("Landkreis Musterau").await;
        assert_eq!(closed.status, 409);
        assert!(closed.text.contains("CUSTOMER_EXCLUDED"));
    }

    async fn an_objection_takes_an_approval_back(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let page = desk.page_of(SPECIFIC);
        let contact = app.client();
        let name = ("name", "Data protection officer");
        assert_eq!(contact.post(&format!("{page}/approve"), &[name]).await.status, 303);
        let form = contact.get(&format!("{page}/object")).await.text;
        let line = field(&form, "line");
        let filed = contact
            .post(&format!("{page}/object"), &[("line", &line), ("grounds", "LOCATION"), ("statement", "Not there."), name])
            .await;
        assert_eq!(filed.status, 303, "{}", filed.text);
        let held = contact.post(&format!("{page}/approve"), &[name]).await;
        assert_eq!(held.status, 409);
        assert!(held.text.contains("objection of yours is open"));
        // Withdrawn, the question is open again: the old approval does not come back by itself.
        assert_eq!(contact.post(&format!("{}/withdraw", filed.location()), &[name]).await.status, 303);
        assert!(contact.get(&page).await.text.contains("Approve in writing"));
        app.advance(TimeDelta::days(95));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        assert!(desk.activate("Landkreis Musterau").await.text.contains("SPECIFIC_AUTH_MISSING"));
        assert_eq!(contact.post(&format!("{page}/approve"), &[name]).await.status, 303);
        assert_eq!(desk.activate("Landkreis Musterau").await.status, 303);
    }

    async fn nobody_is_asked_for_an_approval_that_the_contract_does_not_need(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let page = desk.page_of(GENERAL);
        let contact = app.client();
        assert!(!contact.get(&page).await.text.contains("Approve in writing"));
        let answer = contact.post(&format!("{page}/approve"), &[("name", "Somebody")]).await;
        assert_eq!(answer.status, 409);
        let foreign = contact.post("/n/AAAA/approve", &[("name", "Somebody")]).await;
        assert_eq!(foreign.status, 404);
        desk.approver.post(&format!("{DRAFT}/cancel"), &[("reason", "We found another way.")]).await;
        let late = contact.post(&format!("{}/approve", desk.page_of(SPECIFIC)), &[("name", "Somebody")]).await;
        assert_eq!(late.status, 409);
        assert!(late.text.contains("cancelled"));
    }
}
