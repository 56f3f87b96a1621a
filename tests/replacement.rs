//! A replacement from approval to the day on which the old subprocessor leaves the list, on both databases.

use chrono::TimeDelta;
use forenotice::jobs::run_due;

use crate::both;
use crate::journey::{activate_by, clients};
use crate::support::TestApp;
use crate::support::mailbox::Mailbox;

/// The change that the seed leaves for the approver: Lokivuo Oy replaces Axiom.
const CHANGE: &str = "/staff/changes/2026-003";
/// The customer of the seed who has to approve in writing.
const SPECIFIC: &str = "dpo@customer-07.example";

both! {
    async fn the_old_one_stays_on_the_list_until_its_end_is_confirmed(app: TestApp) {
        let [_, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        let today = app.state.publisher().zone.local_date(app.state.clock.now());
        let approved = approver.post_seen(CHANGE, &format!("{CHANGE}/approve"), &[("dispatch_on", &today.to_string())]).await;
        assert_eq!(approved.status, 303, "{}", approved.text);
        assert_eq!(approver.post(&format!("{CHANGE}/dispatch"), &[]).await.status, 303);
        mailbox.deliver(&app.state).await;
        let letters = mailbox.letters_to(SPECIFIC);
        let letter = letters.iter().find(|l| l.text.contains("Lokivuo Oy")).expect("a mail about the replacement");
        assert!(letter.text.contains("Replaces: Axiom"), "both are named: {}", letter.text);

        // Live for some: the old one is still needed, and the list shows both.
        app.advance(TimeDelta::days(125));
        run_due(&app.state).await.unwrap();
        assert_eq!(activate_by(&operator, CHANGE, None).await.status, 409);
        let page = operator.get(CHANGE).await.text;
        let ready: Vec<&str> = page
            .split("<tr")
            .filter(|row| row.contains("name=\"customer\""))
            .filter_map(|row| row.split("scope=\"row\"").nth(1)?.split('>').nth(1)?.split('<').next())
            .collect();
        assert!(ready.len() >= 12, "{ready:?}");
        let live = activate_by(&operator, CHANGE, Some("Fjordbank")).await;
        assert_eq!(live.status, 303, "{}", live.text);
        let listed = app.client().get("/subprocessors").await.text;
        assert!(listed.contains("Lokivuo Oy") && listed.contains("Axiom"));
        assert!(operator.get("/staff/register/axiom").await.text.contains("Active since"));

        // The last customer approves in writing: live for everybody, and the old one is being ended.
        let site = "http://forenotice.test";
        let link = letter.links(&format!("{site}/n/")).first().expect("a link").trim_start_matches(site).to_owned();
        let answer = app.client().post(&format!("{link}/approve"), &[("name", "Data protection officer")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let live = activate_by(&operator, CHANGE, None).await;
        assert_eq!(live.status, 303, "{}", live.text);
        assert!(operator.get("/staff/register/axiom").await.text.contains("Offboarding since"));
        assert!(operator.get(CHANGE).await.text.contains("Closed"));
        assert!(app.client().get("/subprocessors").await.text.contains("Axiom"), "it still holds data");

        // The day after, its end is confirmed.
        let both = app.state.publisher().zone.local_date(app.state.clock.now());
        app.advance(TimeDelta::days(1));
        let ended = operator.post("/staff/register/axiom/remove", &[("reason-remove", "Deletion is certified.")]).await;
        assert_eq!(ended.status, 303, "{}", ended.text);
        let listed = app.client().get("/subprocessors").await.text;
        assert!(listed.contains("Lokivuo Oy") && !listed.contains("/subprocessors/axiom\""), "it has left the list");
        let then = app.client().get(&format!("/subprocessors?as_of={both}")).await.text;
        assert!(then.contains("/subprocessors/axiom\""), "the list of the day before still has it");
        let before = app.client().get(&format!("/subprocessors?as_of={today}")).await.text;
        assert!(before.contains("Axiom") && !before.contains("/subprocessors/lokivuo-oy\""));
    }
}
