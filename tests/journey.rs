//! The main job over HTTP, on both databases, with a clock that the test moves and a real SMTP server.

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::demo::seed;
use forenotice::store::{activations, audit};

use crate::both;
use crate::facts::current;
use crate::support::mailbox::Mailbox;
use crate::support::{Answer, Client, TestApp};

/// The change that the seed leaves as a draft.
pub const DRAFT: &str = "/staff/changes/2026-002";

pub async fn clients(app: &TestApp) -> [Client; 3] {
    seed::seed(&app.state).await.unwrap();
    let sign_in = async |login: &str| {
        let client = app.client();
        let answer = client
            .sign_in(
                &format!("{login}@publisher.example"),
                forenotice::access::DEMO_PASSWORD,
            )
            .await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        client
    };
    [
        sign_in("legal-editor").await,
        sign_in("legal-approver").await,
        sign_in("operator").await,
    ]
}

/// Hands in, approves for today, sends.
pub async fn send(app: &TestApp, editor: &Client, approver: &Client) {
    assert_eq!(editor.post(&format!("{DRAFT}/submit"), &[]).await.status, 303);
    let today = app
        .state
        .publisher()
        .zone
        .local_date(app.state.clock.now())
        .to_string();
    let day = [("dispatch_on", today.as_str())];
    assert_eq!(
        editor.post(&format!("{DRAFT}/approve"), &day).await.status,
        403,
        "the editor has no such role"
    );
    let approved = approver.post_seen(DRAFT, &format!("{DRAFT}/approve"), &day).await;
    assert_eq!(approved.status, 303, "{}", approved.text);
    let sent = approver.post(&format!("{DRAFT}/dispatch"), &[]).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
}

/// The path of the contact's own page, out of the mail as received.
pub fn link(mailbox: &Mailbox, address: &str) -> String {
    let letters = mailbox.letters_to(address);
    let letter = letters
        .iter()
        .find(|l| l.text.contains("Kaleido"))
        .expect("a mail about Kaleido");
    let site = "http://forenotice.test";
    let links = letter.links(&format!("{site}/n/"));
    links.first().expect("a link").trim_start_matches(site).to_owned()
}

/// What the activation form of the change's page posts.
fn activation(page: &str, customer: Option<&str>) -> Vec<(String, String)> {
    let value = |name: &str| {
        let at = page
            .find(&format!("name=\"{name}\""))
            .unwrap_or_else(|| panic!("no field {name}"));
        page[at..]
            .split("value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let mut fields = vec![
        ("engagement".to_owned(), value("engagement")),
        ("seen".to_owned(), value("seen")),
    ];
    if let Some(name) = customer {
        let row = page
            .split("<tr")
            .find(|row| row.contains(name))
            .expect("the customer's row");
        let id = row
            .split("name=\"customer\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        fields.push(("customer".to_owned(), id.to_owned()));
    }
    fields
}

pub async fn activate(operator: &Client, customer: Option<&str>) -> Answer {
    activate_by(operator, DRAFT, customer).await
}

/// Posts what the page of a change offers to activate.
pub async fn activate_by(operator: &Client, change: &str, customer: Option<&str>) -> Answer {
    let page = operator.get(change).await;
    let fields = activation(&page.text, customer);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    operator.post(&format!("{change}/activate"), &fields).await
}

/// That one attempt to activate Kaleido was refused, and is kept: as a decision with these reasons, and in the audit log.
pub async fn assert_refusal_is_kept(app: &TestApp, reasons: &[&str]) {
    let id = current(app, "kaleido-search-gmbh").await.engagement.id;
    let mut tx = app.state.db.read().await.unwrap();
    let mut decisions = activations::list_decisions(&mut tx, id).await.unwrap();
    decisions.retain(|decision| decision.purpose == "ACTIVATE");
    let [decision] = &decisions[..] else {
        panic!("not one decision: {decisions:?}")
    };
    assert!(!decision.is_allowed);
    let because = decision.result["refused_because"].to_string();
    for reason in reasons {
        assert!(because.contains(*reason), "{reason} is missing: {because}");
    }
    let filter = audit::EntryFilter {
        action: Some("engagement.activation_refused".to_owned()),
        ..audit::EntryFilter::default()
    };
    let entries = audit::list_entries(&mut tx, &filter, 10).await.unwrap();
    let [entry] = &entries[..] else {
        panic!("not one entry: {entries:?}")
    };
    assert_eq!(
        (entry.actor_kind.as_str(), entry.subject_id),
        ("staff", Some(id.uuid()))
    );
    let body = entry.body.as_deref().unwrap();
    assert!(body.contains(&decision.id.to_string()), "{body}");
}

both! {
    async fn nothing_goes_live_before_its_time_and_everything_after_it(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;

        // A GET changes nothing; a POST with a name acknowledges.
        let contact = app.client();
        let page = link(&mailbox, "dpo@customer-01.example");
        for _ in 0..3 {
            assert!(contact.get(&page).await.text.contains("I have read this notice"));
        }
        let empty = contact.post(&format!("{page}/acknowledge"), &[("name", "")]).await;
        assert_eq!(empty.status, 422);
        assert_eq!(contact.post(&format!("{page}/acknowledge"), &[("name", "Privacy desk")]).await.status, 303);
        assert!(contact.get(&page).await.text.contains("By Privacy desk"));

        // An objection closes that customer's gate at once, and is mailed to them and to staff.
        let theirs = link(&mailbox, "dpo@customer-05.example");
        let form = contact.get(&format!("{theirs}/object")).await;
        let line = form.text.split("name=\"line\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let filed = contact
            .post(
                &format!("{theirs}/object"),
                &[("line", &line), ("grounds", "LOCATION"), ("statement", "Where exactly?"), ("name", "Privacy desk")],
            )
            .await;
        assert_eq!(filed.status, 303, "{}", filed.text);
        let case = filed.location().to_owned();
        mailbox.deliver(&app.state).await;
        assert!(mailbox.letters_to("dpo@customer-05.example").iter().any(|l| l.subject.contains("OBJ-")));
        assert!(mailbox.letters_to("legal-approver@publisher.example").iter().any(|l| l.subject.contains("OBJ-")));

        // Too early: refused with every reason, and nothing changes.
        let refused = activate(&operator, None).await;
        assert_eq!(refused.status, 409);
        let codes = ["NOTICE_WINDOW_OPEN", "OPEN_OBJECTION", "SPECIFIC_AUTH_MISSING", "BEFORE_ANNOUNCED_DATE"];
        for code in codes {
            assert!(refused.text.contains(code), "{code} is missing");
        }
        assert_refusal_is_kept(&app, &codes).await;
        assert!(!operator.get("/subprocessors.json").await.text.contains("\"Kaleido Search GmbH\",\"listing\""));
        let form = activation(&operator.get(DRAFT).await.text, None);
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let by_editor = editor.post(&format!("{DRAFT}/activate"), &form).await;
        assert_eq!(by_editor.status, 403, "an editor activates nothing");

        // After the planned day: one customer is open, the objector is not, silence is no for the specific model.
        app.advance(TimeDelta::days(95));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        let closed = activate(&operator, Some("Isar Logistik")).await;
        assert_eq!(closed.status, 409);
        assert!(closed.text.contains("OPEN_OBJECTION"));
        let silent = activate(&operator, Some("Landkreis Musterau")).await;
        assert_eq!(silent.status, 409);
        assert!(silent.text.contains("SPECIFIC_AUTH_MISSING"));
        let live = activate(&operator, Some("Fjordbank")).await;
        assert_eq!(live.status, 303, "{}", live.text);
        assert!(app.client().get("/subprocessors").await.text.contains("Kaleido Search GmbH"));

        // The customer withdraws; only then are they open.
        assert_eq!(contact.post(&format!("{case}/withdraw"), &[("name", "Privacy desk")]).await.status, 303);
        assert_eq!(activate(&operator, Some("Isar Logistik")).await.status, 303);

        let mut tx = app.state.db.read().await.unwrap();
        let verification = forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap();
        assert!(verification.is_intact());
        assert!(audit::find_head(&mut tx).await.unwrap().unwrap().count > 5);
    }

    async fn an_approval_by_somebody_who_edited_is_refused(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        assert_eq!(editor.post(&format!("{DRAFT}/submit"), &[]).await.status, 303);
        // The same person with both roles is still the same person.
        let mut tx = app.state.db.write().await.unwrap();
        let person = forenotice::store::staff::find_staff_by_login(&mut tx, "legal-editor@publisher.example").await.unwrap().unwrap();
        let roles = [Role::LegalEditor, Role::LegalApprover];
        forenotice::store::staff::set_name_and_roles(&mut tx, person.id, &person.name, &roles).await.unwrap();
        tx.commit().await.unwrap();
        let today = app.state.publisher().zone.local_date(app.state.clock.now()).to_string();
        // Their own page has no such form, so they post what the approver's carries: nothing else is wrong with it.
        let action = format!("{DRAFT}/approve");
        assert!(!editor.get(DRAFT).await.text.contains(&action));
        let page = approver.get(DRAFT).await;
        let form = [("dispatch_on", today.as_str())];
        let answer = editor.post_filled(&page.text, &action, &form).await;
        assert_eq!(answer.status, 409, "{}", answer.text);
        assert!(answer.text.contains("You worked on this yourself"), "{}", answer.text);
        let approved = approver.post_filled(&page.text, &action, &form).await;
        assert_eq!(approved.status, 303, "{}", approved.text);
    }

    async fn a_stale_view_of_the_facts_activates_nothing(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        send(&app, &editor, &approver).await;
        let page = operator.get(DRAFT).await;
        let mut fields = activation(&page.text, None);
        fields[1].1 = "00".repeat(32);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let answer = operator.post(&format!("{DRAFT}/activate"), &fields).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text.contains("not those that you saw"));
        // The page of another change activates nothing of this one.
        for other in ["2026-001", "9999-999"] {
            let answer = operator.post(&format!("/staff/changes/{other}/activate"), &fields).await;
            assert_eq!(answer.status, 404, "{other}");
        }
    }

    async fn a_cancelled_change_tells_everyone_and_resolves_the_case(app: TestApp) {
        let mailbox = Mailbox::start().await;
        for follower in ["kari@reader.example", "gone@reader.example"] {
            crate::subscriptions::follow(&app, &mailbox, follower).await;
        }
        let [editor, approver, _] = clients(&app).await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let news = mailbox.letters_to("gone@reader.example").pop().unwrap();
        let leave = news.links("http://forenotice.test/unsubscribe/").remove(0);
        let leave = leave.trim_start_matches("http://forenotice.test");
        assert_eq!(app.client().post(leave, &[]).await.status, 200);
        let contact = app.client();
        let theirs = link(&mailbox, "dpo@customer-05.example");
        let form = contact.get(&format!("{theirs}/object")).await;
        let line = form.text.split("name=\"line\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let fields = [("line", line.as_str()), ("statement", "No."), ("name", "Privacy desk")];
        let filed = contact.post(&format!("{theirs}/object"), &fields).await;
        assert_eq!(filed.status, 303, "this customer needs no grounds: {}", filed.text);
        let case = filed.location().to_owned();
        assert_eq!(approver.post(&format!("{DRAFT}/cancel"), &[("reason", "")]).await.status, 422);
        let cancelled = approver.post(&format!("{DRAFT}/cancel"), &[("reason", "We found another way.")]).await;
        assert_eq!(cancelled.status, 303, "{}", cancelled.text);
        mailbox.deliver(&app.state).await;
        let letters = mailbox.letters_to("dpo@customer-01.example");
        assert!(letters.iter().any(|l| l.text.contains("We found another way.")));
        let news = mailbox.letters_to("kari@reader.example").pop().unwrap();
        assert!(news.subject.starts_with("Cancelled:") && news.headers.contains("List-Unsubscribe-Post"), "{}", news.subject);
        assert!(!news.text.contains("We found another way."), "the reason was written for customers");
        let last = mailbox.letters_to("gone@reader.example").pop().unwrap();
        assert!(!last.subject.starts_with("Cancelled:"), "whoever has left is not written to");
        assert!(contact.get(&case).await.text.contains("change cancelled"));
    }

    async fn a_link_of_another_kind_or_a_broken_one_opens_nothing(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let page = link(&mailbox, "dpo@customer-01.example");
        let token = page.rsplit('/').next().unwrap().to_owned();
        let anybody = app.client();
        let known = anybody.get(&page).await;
        assert_eq!(known.status, 200);
        assert_eq!(known.headers["cache-control"], "no-store");
        for path in [format!("/objections/{token}"), format!("/n/{token}x"), "/n/AAAA".to_owned(), format!("/subscription/{token}")] {
            assert_eq!(anybody.get(&path).await.status, 404, "{path}");
        }
        for path in [format!("/objections/{token}"), "/n/AAAA".to_owned(), "/n/AAAA/object".to_owned(), "/contacts/AAAA".to_owned()] {
            let page = anybody.get(&path).await;
            assert!(page.text.contains("This link is not valid"), "{path}: {}", page.text);
            let contact = app.state.publisher().contact.clone();
            assert!(contact.contains('@'));
            let asks = format!("<a href=\"mailto:{contact}\">Write to {contact}</a>");
            assert!(page.text.contains(&asks), "whom to ask for a new one, {path}: {}", page.text);
        }
        assert!(!known.text.contains("Havnekraft"), "no other customer is named");
    }
}
