//! Customers who come into scope after the dispatch (decision 10), on both databases.

use chrono::TimeDelta;
use forenotice::changes::latecomer::tell_latecomers;
use forenotice::jobs::run_due;

use crate::both;
use crate::customers::{KUNDE, terms};
use crate::fallback::{enter, put_cancelled};
use crate::journey::{DRAFT, activate, clients, send};
use crate::support::mailbox::Mailbox;
use crate::support::{Client, TestApp};

pub const ADDRESS: &str = "privacy@kunde.example";

/// A customer with terms and a contact, entered through the forms; `shown` is a pending change it saw at signature.
pub async fn sign(app: &TestApp, editor: &Client, shown: Option<&str>) {
    let today = app
        .state
        .publisher()
        .zone
        .local_date(app.state.clock.now())
        .to_string();
    let mut fields = KUNDE.to_vec();
    fields.retain(|(name, _)| *name != "signed_on");
    fields.push(("signed_on", &today));
    fields.extend(shown.map(|id| ("shown", id)));
    let added = editor.post("/staff/customers/new", &fields).await;
    assert_eq!(added.status, 303, "{}", added.text);
    let page = added.location().to_owned();
    let terms = editor
        .fill(&format!("{page}/terms"), &terms(&[("valid_from", &today)]))
        .await;
    assert_eq!(terms.status, 303, "{}", terms.text);
    enter(editor, "Kunde AS", "Privacy office", ADDRESS, "PRIMARY").await;
}

/// A second person confirms what a customer was shown.
async fn confirm(app: &TestApp, approver: &Client) {
    let mut tx = app.state.db.read().await.unwrap();
    let tasks = forenotice::store::tasks::list_open_tasks(&mut tx, &[domain::role::Role::LegalApprover])
        .await
        .unwrap();
    drop(tx);
    let task = tasks
        .iter()
        .find(|task| task.kind == "SIGNATURE_CONFIRMATION")
        .expect("a task");
    let action = format!("{}/signatures/{}/confirm", task.path, task.about_id.unwrap());
    let confirmed = approver.post(&action, &[]).await;
    assert_eq!(confirmed.status, 303, "{}", confirmed.text);
}

both! {
    async fn whoever_signs_after_the_dispatch_is_told_and_waited_for(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        app.advance(TimeDelta::days(80));
        sign(&app, &editor, None).await;

        // At once, before any job has run: the gate knows of them.
        let refused = activate(&operator, None).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("NOTICE_NOT_SENT [Kunde AS]"), "{}", refused.text);
        run_due(&app.state).await.unwrap();
        mailbox.deliver(&app.state).await;
        let letters = mailbox.letters_to(ADDRESS);
        let letter = letters.iter().find(|l| l.text.contains("Kaleido")).expect("their own notice");
        // Thirty days from Thursday 11 February 2027.
        assert!(letter.text.contains("15 March 2027"), "{}", letter.text);

        // The announced day comes, their window still runs; others may start.
        app.advance(TimeDelta::days(15));
        run_due(&app.state).await.unwrap();
        let early = activate(&operator, Some("Kunde AS")).await;
        assert_eq!(early.status, 409);
        assert!(early.text.contains("NOTICE_WINDOW_OPEN"));
        assert_eq!(activate(&operator, Some("Fjordbank")).await.status, 303);
        app.advance(TimeDelta::days(18));
        run_due(&app.state).await.unwrap();
        assert_eq!(activate(&operator, Some("Kunde AS")).await.status, 303);
        for _ in 0..3 {
            run_due(&app.state).await.unwrap();
            mailbox.deliver(&app.state).await;
        }
        let about = |l: &&crate::support::mailbox::Letter| l.text.contains("Kaleido");
        assert_eq!(mailbox.letters_to(ADDRESS).iter().filter(about).count(), 1, "once");
    }

    async fn nobody_is_told_of_a_change_that_is_cancelled_meanwhile(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        app.advance(TimeDelta::days(1));
        sign(&app, &editor, None).await;
        let mut tx = app.state.db.read().await.unwrap();
        let change = forenotice::store::changes::find_by_number(&mut tx, "2026-002").await.unwrap().unwrap();
        drop(tx);
        put_cancelled(&app).await;
        assert_eq!(tell_latecomers(&app.state, change.id).await.unwrap(), 0);
        mailbox.deliver(&app.state).await;
        assert!(!mailbox.letters_to(ADDRESS).iter().any(|l| l.text.contains("Kaleido")));
    }

    async fn whoever_was_shown_the_change_at_signature_has_authorised_it(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        app.advance(TimeDelta::days(80));
        let mut tx = app.state.db.read().await.unwrap();
        let change = forenotice::store::changes::find_by_number(&mut tx, "2026-002").await.unwrap().unwrap();
        drop(tx);
        let shown = change.id.to_string();
        assert!(editor.get("/staff/customers/new").await.text.contains(&shown), "the form offers it");
        sign(&app, &editor, Some(&shown)).await;
        confirm(&app, &approver).await;
        run_due(&app.state).await.unwrap();
        mailbox.deliver(&app.state).await;
        assert!(!mailbox.letters_to(ADDRESS).iter().any(|l| l.text.contains("Kaleido")), "shown already");
        app.advance(TimeDelta::days(15));
        run_due(&app.state).await.unwrap();
        assert!(operator.get(DRAFT).await.text.contains("Kunde AS"));
        let live = activate(&operator, Some("Kunde AS")).await;
        assert_eq!(live.status, 303, "{}", live.text);
    }
}
