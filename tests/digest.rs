//! The daily mail to staff.

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::jobs::run_due;

use crate::both;
use crate::register::text;
use crate::support::TestApp;
use crate::support::mailbox::Mailbox;
use crate::tasks::add_task;

const ANNA: &str = "anna@publisher.example";
const BEN: &str = "ben@publisher.example";

/// Runs what is due and delivers what it wrote; the mails of somebody.
async fn mails_to(app: &TestApp, mailbox: &Mailbox, address: &str) -> Vec<crate::support::mailbox::Letter> {
    run_due(&app.state).await.unwrap();
    mailbox.deliver(&app.state).await;
    mailbox.letters_to(address)
}

both! {
    async fn it_comes_once_a_day_with_what_is_due_overdue_or_new(app: TestApp) {
        let mailbox = Mailbox::start().await;
        app.signed_in_as(ANNA, &[Role::LegalEditor]).await;
        app.signed_in_as(BEN, &[Role::SecurityAssessor]).await;
        app.signed_in_as("no address", &[Role::LegalEditor]).await;
        assert_eq!(mails_to(&app, &mailbox, ANNA).await.len(), 0, "nothing is due");

        app.advance(TimeDelta::days(1));
        add_task(&app, Role::LegalEditor, "Call Landkreis Musterau", Some("2026-11-20")).await;
        add_task(&app, Role::LegalEditor, "Next year’s review", Some("2027-11-20")).await;
        let letters = mails_to(&app, &mailbox, ANNA).await;
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].subject, "2 tasks for you, 1 overdue");
        for said in ["Call Landkreis Musterau", "Overdue, it was due on Friday 20 November 2026", "Next year’s review", "New. "] {
            assert!(letters[0].text.contains(said), "{said}: {}", letters[0].text);
        }
        assert_eq!(mails_to(&app, &mailbox, ANNA).await.len(), 1, "once a day");
        assert_eq!(mailbox.count(), 1, "nobody else has anything due: {:?}", mailbox.letters());

        app.advance(TimeDelta::days(1));
        add_task(&app, Role::SecurityAssessor, "Assess Acme", None).await;
        let letters = mails_to(&app, &mailbox, ANNA).await;
        assert_eq!(letters.len(), 2);
        assert!(!letters[1].text.contains("Next year"), "far away and no longer new: {}", letters[1].text);
        let other = mails_to(&app, &mailbox, BEN).await;
        assert_eq!(other.len(), 1);
        assert!(other[0].text.contains("Assess Acme") && !other[0].text.contains("Musterau"), "{}", other[0].text);
    }

    async fn it_waits_until_eight_where_the_publisher_is(app: TestApp) {
        let mailbox = Mailbox::start().await;
        app.signed_in_as(ANNA, &[Role::LegalEditor]).await;
        // Tuesday 07:59 in Oslo, then 08:00.
        app.advance(TimeDelta::hours(21) + TimeDelta::minutes(59));
        add_task(&app, Role::LegalEditor, "Review", None).await;
        assert_eq!(mails_to(&app, &mailbox, ANNA).await.len(), 0);
        app.advance(TimeDelta::minutes(1));
        assert_eq!(mails_to(&app, &mailbox, ANNA).await.len(), 1);
    }

    async fn everybody_can_switch_it_off_and_whoever_is_disabled_gets_none(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let anna = app.signed_in_as(ANNA, &[Role::LegalEditor]).await;
        let ben = app.add_person(BEN, &[Role::LegalEditor]).await;
        let mut tx = app.state.db.write().await.unwrap();
        forenotice::store::staff::disable_staff(&mut tx, ben, app.state.clock.wall()).await.unwrap();
        tx.commit().await.unwrap();
        let off = anna.post("/staff/account/digest", &[("digest", "off")]).await;
        assert_eq!((off.status, off.location()), (303, "/staff/account"));
        assert!(text(&anna.get("/staff/account").await).contains("You get no daily mail"));
        add_task(&app, Role::LegalEditor, "Review", Some("2026-11-24")).await;
        run_due(&app.state).await.unwrap();
        mailbox.deliver(&app.state).await;
        assert_eq!(mailbox.count(), 0);
        anna.post("/staff/account/digest", &[("digest", "on")]).await;
        app.advance(TimeDelta::days(1));
        assert_eq!(mails_to(&app, &mailbox, ANNA).await.len(), 1);
        assert_eq!(mailbox.count(), 1);
    }
}
