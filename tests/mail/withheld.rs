//! Staff reads every mail and gets no link out of one that opens what is somebody else's.

use std::time::Duration;

use domain::role::Role;
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::store::mails;

use crate::both;
use crate::cases::Desk;
use crate::support::TestApp;
use crate::support::mailbox::Mailbox;

const WORDS: &str = "[link, only in the mail itself]";
/// Every part of our addresses behind which a token stands.
const KEYS: [&str; 8] = [
    "/n/",
    "/objections/",
    "/contacts/",
    "/staff/reset/",
    "/subscribe/confirm/",
    "/subscribe/suppress/",
    "/subscription/",
    "/unsubscribe/",
];

/// Whether a link with a token stands in the text.
fn key_in(text: &str) -> Option<&'static str> {
    KEYS.into_iter().find(|key| {
        let areas = text.match_indices(key);
        areas.map(|(at, found)| &text[at + found.len()..]).any(|rest| {
            let token = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
                .unwrap_or(rest.len());
            token == 43
        })
    })
}

/// A relay that takes nothing, and says why.
async fn refusing() -> Mailbox {
    Mailbox::scripted(|step| match step {
        Step::Rcpt(_) => Reaction::Reply("550 5.1.1 see http://forenotice.test/n/short".to_owned()),
        _ => Reaction::Accept,
    })
    .await
}

async fn newest(app: &TestApp, kind: &str) -> String {
    let mut tx = app.state.db.read().await.unwrap();
    let all = mails::list_troubled(&mut tx, 200).await.unwrap();
    let found = all.iter().find(|mail| mail.kind == kind);
    format!("/staff/mails/{}", found.unwrap_or_else(|| panic!("no {kind}")).id)
}

both! {
    async fn nobody_takes_over_an_account_by_reading_the_mail_with_its_link(app: TestApp) {
        app.add_person("approver@publisher.example", &[Role::LegalApprover]).await;
        let visitor = app.client();
        let asked = visitor.post("/staff/reset", &[("login", "approver@publisher.example")]).await;
        assert_eq!(asked.status, 200);
        // It is written after the answer; nothing delivers it, so it waits.
        let mailbox = refusing().await;
        for _ in 0..200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            mailbox.deliver(&app.state).await;
            let mut tx = app.state.db.read().await.unwrap();
            if !mails::list_troubled(&mut tx, 200).await.unwrap().is_empty() {
                break;
            }
        }
        let path = newest(&app, "password_reset").await;
        for role in [Role::LegalEditor, Role::Auditor, Role::Operator] {
            let client = app.signed_in(role).await;
            for page in [path.clone(), format!("{path}/html"), "/staff/mails".to_owned()] {
                let shown = client.get(&page).await;
                assert_eq!(shown.status, 200, "{page}");
                assert_eq!(key_in(&shown.text), None, "{role} {page}: {}", shown.text);
            }
            assert!(client.get(&path).await.text.contains(WORDS));
            assert!(client.get(&format!("{path}/html")).await.text.contains(WORDS));
        }
    }

    async fn no_mail_to_a_customer_or_follower_shows_staff_a_link_that_is_a_key(app: TestApp) {
        let refusing = refusing().await;
        assert_eq!(app.client().post("/subscribe", &[("email", "kari@follower.example")]).await.status, 303);
        refusing.deliver(&app.state).await;
        let desk = Desk::seeded(&app).await;
        let today = app.state.publisher().zone.local_date(app.state.clock.now()).to_string();
        for (client, step, form) in [
            (&desk.editor, "submit", vec![]),
            (&desk.approver, "approve", vec![("dispatch_on", today.as_str())]),
        ] {
            assert_eq!(client.post_seen("/staff/changes/2026-002", &format!("/staff/changes/2026-002/{step}"), &form).await.status, 303, "{step}");
        }
        // What will be sent is shown before it is: with the contact's own page in words too.
        for page in ["/staff/changes/2026-002/preview", "/staff/changes/2026-002/preview.html"] {
            let shown = desk.approver.get(page).await;
            assert!(shown.text.contains(WORDS), "{page}");
            assert_eq!(key_in(&shown.text), None, "{page}");
        }
        assert_eq!(desk.approver.post("/staff/changes/2026-002/dispatch", &[]).await.status, 303);
        refusing.deliver(&app.state).await;
        let auditor = app.signed_in(Role::Auditor).await;
        for kind in ["change_notice", "subscription_confirm"] {
            let path = newest(&app, kind).await;
            for page in [path.clone(), format!("{path}/html")] {
                let shown = auditor.get(&page).await;
                assert!(shown.text.contains(WORDS), "{page}");
                assert_eq!(key_in(&shown.text), None, "{kind}: {}", shown.text);
            }
            assert!(!auditor.get(&path).await.text.contains("/n/short"), "nor one that a relay quotes");
        }
    }
}
