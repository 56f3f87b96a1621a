//! What staff see of mail, and the demo's mailbox.

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::mail::state::MailState;
use forenotice::mail::{self, outbox};

use super::{find, outcomes, outgoing, queue, wait};
use crate::both;
use crate::support::mailbox::{Mailbox, relay};
use crate::support::{Kind, TestApp, TestDb, config};

async fn refusing() -> Mailbox {
    Mailbox::scripted(|s| match s {
        Step::Rcpt(to) if to.starts_with("gone") => {
            Reaction::Reply("550 5.1.1 no <b>such</b> mailbox".to_owned())
        }
        _ => Reaction::Accept,
    })
    .await
}

both! {
    async fn a_failed_mail_is_shown_with_its_reason_and_sent_again_by_a_button(app: TestApp) {
        let id = queue(&app.state, "gone@customer.example").await;
        queue(&app.state, "kari@customer.example").await;
        refusing().await.deliver(&app.state).await;

        let client = app.signed_in(Role::LegalEditor).await;
        let page = client.get("/staff/mails").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("gone@customer.example"));
        assert!(page.text.contains("550 5.1.1 no &lt;b&gt;such&lt;/b&gt; mailbox"));
        assert!(page.text.contains("Send again"));
        assert!(!page.text.contains("kari@customer.example"), "an accepted mail is nothing to look at");
        assert!(!page.text.contains("resume"), "the queue runs");

        app.advance(TimeDelta::minutes(1));
        let answer = client.post(&format!("/staff/mails/{id}/resend"), &[]).await;
        assert_eq!((answer.status, answer.location()), (303, "/staff/mails"));
        assert!(client.get("/staff/mails").await.text.contains("on its way again"));
        let mailbox = Mailbox::start().await;
        mailbox.deliver(&app.state).await;
        assert_eq!(find(&app.state, id).await.state, MailState::Accepted);
        let one = client.get(&format!("/staff/mails/{id}")).await;
        assert!(one.text.contains("sent again by Person legal_editor"), "{}", one.text);

        // Once is enough.
        let answer = client.post(&format!("/staff/mails/{id}/resend"), &[]).await;
        assert_eq!(answer.status, 409);
        assert_eq!(outcomes(&app.state, id).await, ["PERMANENT", "RESENT", "ACCEPTED"]);
    }

    async fn a_stopped_queue_is_said_and_started_again_by_a_button(app: TestApp) {
        queue(&app.state, "kari@customer.example").await;
        outbox::drain(&app.state, &relay("smtp://127.0.0.1:1")).await.unwrap();
        let client = app.signed_in(Role::Operator).await;
        let page = client.get("/staff/mails").await;
        // These settings name no relay, which is the first thing to say.
        assert!(page.text.contains("No relay is configured"));
        let answer = client.post("/staff/mails/resume", &[]).await;
        assert_eq!(answer.status, 303);
        let mailbox = Mailbox::start().await;
        mailbox.deliver(&app.state).await;
        assert_eq!(mailbox.count(), 1);
    }

    async fn a_mail_in_doubt_and_a_possible_duplicate_are_shown(app: TestApp) {
        let mailbox = Mailbox::scripted(|s| if matches!(s, Step::Dot(_)) { Reaction::TakeAndDrop } else { Reaction::Accept }).await;
        queue(&app.state, "kari@customer.example").await;
        mailbox.deliver(&app.state).await;
        let client = app.signed_in(Role::Auditor).await;
        let page = client.get("/staff/mails").await;
        assert!(page.text.contains("Unknown") && page.text.contains("Next attempt"));
        assert!(!page.text.contains("Send again"), "an auditor changes nothing");
        wait(&app.state, 61);
        Mailbox::start().await.deliver(&app.state).await;
        assert!(client.get("/staff/mails").await.text.contains("May have arrived twice"));
    }

    async fn a_mails_html_is_locked_up(app: TestApp) {
        let mut tx = app.state.db.write_unchained().await.unwrap();
        let mut hostile = outgoing("kari@customer.example");
        hostile.rendered.html = "<html><head></head><body><script>alert(1)</script><img src=x onerror=alert(2)></body></html>".to_owned();
        hostile.rendered.text = "<script>alert(3)</script> javascript:alert(4)".to_owned();
        let id = mail::queue(&mut tx, &app.state, &hostile).await.unwrap();
        tx.commit().await.unwrap();
        let client = app.signed_in(Role::Operator).await;
        let page = client.get(&format!("/staff/mails/{id}")).await;
        assert!(page.text.contains("&lt;script&gt;alert(3)") && !page.text.contains("<script>alert"));
        assert!(!page.text.contains("href=\"javascript:"));
        assert!(page.text.contains("sandbox=\"allow-top-navigation-by-user-activation\""));
        let html = client.get(&format!("/staff/mails/{id}/html")).await;
        let policy = html.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("; sandbox ") && !policy.contains("script"));
    }

    async fn outside_the_demo_there_is_no_mailbox(app: TestApp) {
        for path in ["/mailbox", "/mailbox/01930000-0000-7000-8000-000000000000", "/mailbox/x/html"] {
            assert_eq!(app.client().get(path).await.status, 404);
        }
    }
}

async fn demo(kind: Kind) -> Option<TestApp> {
    let db = TestDb::start(kind).await?;
    let mut config = config(&db);
    config.is_demo = true;
    Some(TestApp::start_with(db, config).await)
}

async fn in_the_demo_every_mail_lands_in_the_mailbox(app: TestApp) {
    let running = mail::start(&app.state).await.unwrap().unwrap();
    let id = queue(&app.state, "kari@customer.example").await;
    let gone = queue(&app.state, "gone@customer.example").await;
    app.state.mail_queued.notify_one();
    for (id, end) in [(id, MailState::Accepted), (gone, MailState::Failed)] {
        while find(&app.state, id).await.state != end {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
    running.stop().await;

    let client = app.client();
    let list = client.get("/mailbox").await;
    assert!(list.text.contains("A test") && list.text.contains("kari@customer.example"));
    assert!(!list.text.contains("gone@customer.example"));
    assert!(
        client
            .get("/mailbox?q=nobody")
            .await
            .text
            .contains("No mail like this")
    );
    assert!(
        client
            .get("/mailbox?q=100%25")
            .await
            .text
            .contains("No mail like this"),
        "% is no wildcard"
    );
    assert!(client.get("/mailbox?q=KARI").await.text.contains("A test"));
    let at = list
        .text
        .find("/mailbox/")
        .map(|at| &list.text[at..at + 9 + 36])
        .unwrap();
    let page = client.get(at).await;
    assert!(
        page.text.contains("Message-ID") && page.text.contains("<pre class=\"letter-text\">Hello"),
        "{}",
        page.text
    );
    let html = client.get(&format!("{at}/html")).await;
    assert!(html.text.contains("<p>Hello</p>"));
    assert!(
        html.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("sandbox")
    );
    assert!(
        client
            .get(&format!("{at}/source"))
            .await
            .text
            .contains("X-Mailin-custom: ")
    );
    assert_eq!(client.get("/mailbox/x").await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_demo_on_sqlite() {
    in_the_demo_every_mail_lands_in_the_mailbox(demo(Kind::Sqlite).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_demo_on_postgres() {
    if let Some(app) = demo(Kind::Postgres).await {
        in_the_demo_every_mail_lands_in_the_mailbox(app).await;
    }
}
