//! The calendar of staff: an address of its own, without a session.

use domain::role::Role;

use crate::both;
use crate::register::text;
use crate::support::people::PASSWORD;
use crate::support::{Client, TestApp};
use crate::tasks::add_task;

/// Makes a new address; its path.
async fn make(client: &Client) -> String {
    let page = client.post("/staff/account/calendar", &[]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let link = page.text.split("http://forenotice.test").nth(1).unwrap();
    link.split('<').next().unwrap().to_owned()
}

both! {
    async fn the_days_of_due_tasks_are_read_with_the_address_alone(app: TestApp) {
        let assessor = app.signed_in_as("anna", &[Role::SecurityAssessor]).await;
        add_task(&app, Role::SecurityAssessor, "Assess Acme; again, please", Some("2026-12-31")).await;
        add_task(&app, Role::SecurityAssessor, "Some day", None).await;
        add_task(&app, Role::LegalEditor, "Call Landkreis Musterau", Some("2026-12-30")).await;
        let path = make(&assessor).await;
        assert!(path.starts_with("/calendar/staff/") && path.ends_with(".ics") && path.len() > 60, "{path}");
        assert!(text(&assessor.get("/staff/account").await).contains("Your calendar has an address since"));
        assert!(!assessor.get("/staff/account").await.text.contains(&path), "it is shown once");

        let calendar = app.client().get(&path).await;
        assert_eq!(calendar.status, 200);
        let header = |name: &str| calendar.headers[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "text/calendar; charset=utf-8");
        assert_eq!(header("cache-control"), "no-store");
        assert!(!calendar.headers.contains_key("set-cookie"), "no session");
        assert!(calendar.text.contains("SUMMARY:Assess Acme\\; again\\, please\r\n"), "{}", calendar.text);
        assert!(calendar.text.contains("DTSTART;VALUE=DATE:20261231\r\n"));
        assert!(!calendar.text.contains("Musterau") && !calendar.text.contains("Some day"), "{}", calendar.text);
        assert_eq!(app.client().get(&path).await.text, calendar.text, "ids and stamps stay the same");
    }

    async fn an_unknown_a_revoked_and_a_foreign_address_are_answered_alike(app: TestApp) {
        let anna = app.signed_in_as("anna", &[Role::Auditor]).await;
        let visitor = app.client();
        let first = make(&anna).await;
        let second = make(&anna).await;
        let unknown = visitor.get("/calendar/staff/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics").await;
        assert_eq!(unknown.status, 404);
        let same = |path: String| {
            let (visitor, expected) = (app.client(), text(&unknown));
            async move {
                let answer = visitor.get(&path).await;
                assert_eq!((answer.status, text(&answer)), (404, expected), "{path}");
            }
        };
        same(first).await;
        same(second.trim_end_matches(".ics").to_owned()).await;
        assert_eq!(visitor.get(&second).await.status, 200);
        assert_eq!(anna.post("/staff/account/calendar/revoke", &[]).await.status, 303);
        same(second).await;

        let third = make(&anna).await;
        let form = [("current_password", PASSWORD), ("new_password", "quiet lantern over water"), ("again", "quiet lantern over water")];
        assert_eq!(anna.post("/staff/account/password", &form).await.status, 303);
        same(third).await;

        let fourth = make(&anna).await;
        let mut tx = app.state.db.write().await.unwrap();
        let id = forenotice::store::staff::find_staff_by_login(&mut tx, "anna").await.unwrap().unwrap().id;
        forenotice::store::staff::disable_staff(&mut tx, id, app.state.clock.wall()).await.unwrap();
        tx.commit().await.unwrap();
        same(fourth).await;
    }

    async fn the_address_of_a_disabled_account_stays_dead_when_the_account_is_enabled(app: TestApp) {
        let anna = app.signed_in_as("anna", &[Role::Auditor]).await;
        let admin = app.signed_in(Role::Admin).await;
        let path = make(&anna).await;
        let mut tx = app.state.db.read().await.unwrap();
        let id = forenotice::store::staff::find_staff_by_login(&mut tx, "anna").await.unwrap().unwrap().id;
        drop(tx);
        for step in ["disable", "enable"] {
            assert_eq!(admin.post(&format!("/staff/people/{id}/{step}"), &[]).await.status, 303);
            assert_eq!(app.client().get(&path).await.status, 404, "{step}");
        }
    }

    async fn guessing_addresses_is_slowed_down(app: TestApp) {
        let visitor = app.client();
        let mut status = 0;
        for number in 0..80 {
            status = visitor.get(&format!("/calendar/staff/{number}.ics")).await.status;
            if status == 429 {
                break;
            }
        }
        assert_eq!(status, 429);
    }
}
