//! What happens when a notice comes back, on both databases: the next contact, with a copy and a deadline of their own.

use chrono::TimeDelta;
use forenotice::changes::fallback::{Fallback, write_to_next};
use forenotice::jobs::run_due;
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::on;

use crate::both;
use crate::journey::{DRAFT, activate, clients, link, send};
use crate::mail::recalled::notice_to;
use crate::support::mailbox::{Letter, Mailbox};
use crate::support::{Client, TestApp};

const PRIMARY: &str = "dpo@customer-01.example";
const FALLBACK: &str = "legal@customer-01.example";

/// A relay that refuses these recipients for good.
async fn refusing(refused: &'static [&'static str]) -> Mailbox {
    Mailbox::scripted(move |step| match step {
        Step::Rcpt(to) if refused.contains(&to) => Reaction::Reply("550 5.1.1 no such mailbox".to_owned()),
        _ => Reaction::Accept,
    })
    .await
}

/// The notices about the change of this test; the seed has an earlier one under way.
fn notices(mailbox: &Mailbox, address: &str) -> Vec<Letter> {
    let letters = mailbox.letters_to(address);
    letters
        .into_iter()
        .filter(|l| l.text.contains("Kaleido"))
        .collect()
}

/// The page of a customer, by its name.
pub async fn customer_page(staff: &Client, name: &str) -> String {
    let list = staff.get("/staff/customers").await.text;
    let at = list
        .find(&format!(">{name}"))
        .unwrap_or_else(|| panic!("no customer {name}"));
    let href = list[..at].rfind("href=\"").expect("a link") + 6;
    list[href..].split('"').next().expect("an address").to_owned()
}

pub async fn enter(editor: &Client, customer: &str, name: &str, address: &str, kind: &str) {
    let page = customer_page(editor, customer).await;
    let fields = [
        ("name", name),
        ("address", address),
        ("kind", kind),
        ("rank", "1"),
        ("locale", "en"),
    ];
    let answer = editor.post(&format!("{page}/contacts/new"), &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
}

/// Cancels the draft's change, and nothing else: as a job finds it that began before.
pub async fn put_cancelled(app: &TestApp) {
    let mut tx = app.state.db.write().await.unwrap();
    on!(&mut tx, |c| sqlx::query(
        "UPDATE changes SET state = 'CANCELLED' WHERE number = '2026-002'"
    )
    .execute(c)
    .await
    .map(drop))
    .unwrap();
    tx.commit().await.unwrap();
}

both! {
    async fn a_notice_that_came_back_goes_to_the_next_contact_with_a_later_deadline(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        enter(&editor, "Fjordbank", "Legal department", FALLBACK, "FALLBACK").await;
        let mailbox = refusing(&[PRIMARY]).await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        assert!(notices(&mailbox, FALLBACK).is_empty(), "a fallback is written to only when a notice came back");

        // Three days pass before anybody looks: the copy states the days that hold for it, not those of the first one.
        app.advance(TimeDelta::days(3));
        run_due(&app.state).await.unwrap();
        mailbox.deliver(&app.state).await;
        let letters = notices(&mailbox, FALLBACK);
        assert_eq!(letters.len(), 1);
        // Monday 23 November + 30 days is 23 December; from Thursday 26 November it is Saturday 26, so Monday 28.
        let promised = "Monday 28 December 2026";
        assert!(letters[0].text.contains(promised), "{}", letters[0].text);
        assert!(!letters[0].text.contains("23 December 2026"));
        let page = app.client().get(&link(&mailbox, FALLBACK)).await;
        assert!(page.text.contains("28 December 2026"), "the page says the same");

        // Once is enough, however often the jobs run.
        for _ in 0..3 {
            run_due(&app.state).await.unwrap();
            mailbox.deliver(&app.state).await;
        }
        assert_eq!(notices(&mailbox, FALLBACK).len(), 1);
        let change = approver.get(DRAFT).await.text;
        assert!(change.contains("next contact is written to"), "staff see what became of the first copy");

        // The first copy's day has passed, the second one's has not: the gate waits for the second.
        app.advance(TimeDelta::days(29));
        run_due(&app.state).await.unwrap();
        let early = activate(&operator, Some("Fjordbank")).await;
        assert_eq!(early.status, 409);
        assert!(early.text.contains("NOTICE_WINDOW_OPEN"), "{}", early.text);
        app.advance(TimeDelta::days(63));
        run_due(&app.state).await.unwrap();
        let live = activate(&operator, Some("Fjordbank")).await;
        assert_eq!(live.status, 303, "{}", live.text);
    }

    async fn with_nobody_left_staff_are_told_and_a_new_contact_is_written_to_at_once(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let mailbox = refusing(&[PRIMARY, FALLBACK]).await;
        enter(&editor, "Fjordbank", "Legal department", FALLBACK, "FALLBACK").await;
        send(&app, &editor, &approver).await;
        for _ in 0..3 {
            mailbox.deliver(&app.state).await;
            run_due(&app.state).await.unwrap();
        }
        let tasks = editor.get("/staff").await.text;
        let titles = tasks.matches(">Notice 2026-002 came back, and Fjordbank").count();
        assert_eq!(titles, 1, "{tasks}");
        for said in ["Open windows", "Announced and not in use yet", "nothing shows that the notice arrived", "Undelivered notices"] {
            assert!(tasks.contains(said), "where the day starts says “{said}”: {tasks}");
        }

        // The same address under another name is not another contact.
        let third = "office@customer-01.example";
        enter(&editor, "Fjordbank", "Office", third, "PRIMARY").await;
        run_due(&app.state).await.unwrap();
        mailbox.deliver(&app.state).await;
        assert_eq!(notices(&mailbox, third).len(), 1);
        let tasks = editor.get("/staff").await.text;
        assert!(!tasks.contains("Notice 2026-002 came back, and Fjordbank"), "the task is done");
    }

    async fn a_cancelled_change_is_not_sent_to_anybody_else(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        enter(&editor, "Fjordbank", "Legal department", FALLBACK, "FALLBACK").await;
        let mailbox = refusing(&[PRIMARY]).await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let cancelled = approver.post(&format!("{DRAFT}/cancel"), &[("reason", "Another way was found.")]).await;
        assert_eq!(cancelled.status, 303);
        run_due(&app.state).await.unwrap();
        mailbox.deliver(&app.state).await;
        assert!(notices(&mailbox, FALLBACK).is_empty());
    }

    async fn a_change_that_is_cancelled_meanwhile_is_sent_to_nobody_else(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        enter(&editor, "Fjordbank", "Legal department", FALLBACK, "FALLBACK").await;
        let mailbox = refusing(&[PRIMARY]).await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let returned = notice_to(&app, PRIMARY).await.id;
        put_cancelled(&app).await;
        assert_eq!(write_to_next(&app.state, returned).await.unwrap(), Fallback::NotNeeded);
        mailbox.deliver(&app.state).await;
        assert!(notices(&mailbox, FALLBACK).is_empty());
    }
}
