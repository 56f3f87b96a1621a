//! What is decided on is what was read: a lower class, a notice, and whom it goes to, on both databases.

use chrono::TimeDelta;
use domain::change::{ChangeType as T, NoticeClass as N};
use forenotice::jobs::run_due;
use forenotice::store::contacts::list_active;
use forenotice::store::customers::list_customers;

use crate::both;
use crate::detection::{in_use, line_of, open, save};
use crate::journey::{DRAFT, activate, clients, send};
use crate::latecomers::{ADDRESS, sign};
use crate::register::text;
use crate::support::mailbox::Mailbox;
use crate::support::{Answer, Client, TestApp};

fn today(app: &TestApp) -> String {
    let zone = app.state.publisher().zone;
    zone.local_date(app.state.clock.now()).to_string()
}

/// Takes the facts anew, as the form of the draft does.
async fn refresh(editor: &Client, change: &str) {
    let page = editor.get(change).await;
    let saved = editor
        .post_filled(&page.text, &format!("{change}/edit"), &[])
        .await;
    assert_eq!(saved.status, 303, "{}", text(&saved));
}

const AGREE: [(&str, &str); 2] = [("verdict", "GRANTED"), ("lowering_reason", "Looked at")];

async fn ask(editor: &Client, line: &str, class: &str) {
    let asked = [("class", class), ("class_reason", "Small enough")];
    let answer = editor.post(&format!("{line}/class"), &asked).await;
    assert_eq!(answer.status, 303, "{}", text(&answer));
}

/// The contact of a customer gets another address.
async fn replace(app: &TestApp, editor: &Client, customer: &str, name: &str, address: &str) -> Answer {
    let mut tx = app.state.db.read().await.unwrap();
    let all = list_customers(&mut tx).await.unwrap();
    let id = all.iter().find(|one| one.name == customer).unwrap().id;
    let contact = list_active(&mut tx, &app.state.keys, id)
        .await
        .unwrap()
        .remove(0)
        .id;
    drop(tx);
    let path = format!("/staff/customers/{id}/contacts/{contact}");
    let answer = editor.fill(&path, &[("name", name), ("address", address)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer
}

/// A contact of a customer ends.
async fn end(app: &TestApp, editor: &Client, customer: &str, address: &str) {
    let mut tx = app.state.db.read().await.unwrap();
    let all = list_customers(&mut tx).await.unwrap();
    let id = all.iter().find(|one| one.name == customer).unwrap().id;
    let active = list_active(&mut tx, &app.state.keys, id).await.unwrap();
    let contact = active
        .iter()
        .find(|one| one.address.to_string() == address)
        .unwrap()
        .id;
    drop(tx);
    let ended = editor
        .post(&format!("/staff/customers/{id}/contacts/{contact}/end"), &[])
        .await;
    assert_eq!(ended.status, 303, "{}", text(&ended));
}

both! {
    async fn a_lower_class_holds_only_for_the_parent_it_was_agreed_for(app: TestApp) {
        let [_, approver, _] = clients(&app).await;
        let editor = in_use(&app).await;
        let parent = |country: &'static str| [("parent", "this"), ("parent_name", "Konsern AB"), ("ultimate_parent_country", country)];
        save(&app, &editor, "company", &parent("Sweden")).await;
        let change = open(&editor).await;
        let line = line_of(&app, &change).await;
        assert_eq!((line.change_type, line.notice_class), (T::ControlChanged, N::B));
        let at = format!("{change}/lines/{}", line.id);
        ask(&editor, &at, "C").await;
        let lowering = format!("{at}/lowering");
        let agreed = approver.post_seen(&change, &lowering, &AGREE).await;
        assert_eq!(agreed.status, 303, "{}", text(&agreed));
        assert_eq!(line_of(&app, &change).await.notice_class, N::C);
        refresh(&editor, &change).await;
        assert_eq!(line_of(&app, &change).await.notice_class, N::C, "the same facts");
        assert_eq!(editor.post(&format!("{change}/submit"), &[]).await.status, 303);

        // In review another parent comes: what was agreed to is not what the register says.
        save(&app, &editor, "company", &parent("USA")).await;
        let form = [("dispatch_on", today(&app)), ("nobody", "yes".to_owned())];
        let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        let refused = approver.post_seen(&change, &format!("{change}/approve"), &form).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("the facts were changed since the notice was written"), "{}", text(&refused));
        let back = approver.post(&format!("{change}/return"), &[("reason", "Another parent")]).await;
        assert_eq!(back.status, 303, "{}", text(&back));
        refresh(&editor, &change).await;
        let line = line_of(&app, &change).await;
        assert_eq!((line.notice_class, line.class_reason), (N::A, None));
        assert!(!text(&editor.get(&change).await).contains("Lower than the facts ask for"));
    }

    async fn a_decision_on_a_lower_class_is_about_the_one_that_was_read(app: TestApp) {
        let [_, approver, _] = clients(&app).await;
        let editor = in_use(&app).await;
        save(&app, &editor, "edit", &[("place_1", "USA")]).await;
        let change = open(&editor).await;
        let at = format!("{change}/lines/{}", line_of(&app, &change).await.id);
        let lowering = format!("{at}/lowering");
        ask(&editor, &at, "B").await;
        let read = approver.get(&change).await;
        assert!(text(&read).contains("asks for class B"), "{}", text(&read));
        app.advance(TimeDelta::minutes(1));
        ask(&editor, &at, "C").await;
        let stale = approver.refill(&read, &lowering, &AGREE).await;
        assert_eq!(stale.status, 409);
        assert!(text(&stale).contains("This is not what you read") && text(&stale).contains("asks for class C"), "{}", text(&stale));
        assert_eq!(line_of(&app, &change).await.notice_class, N::A);
        assert_eq!(approver.post(&lowering, &AGREE).await.status, 409, "without saying what was read");
        let agreed = approver.refill(&stale, &lowering, &AGREE).await;
        assert_eq!(agreed.status, 303, "{}", text(&agreed));
        assert_eq!(line_of(&app, &change).await.notice_class, N::C);
    }

    async fn another_processor_is_never_told_in_a_lower_class(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let line = line_of(&app, DRAFT).await;
        let asked = [("class", "C"), ("class_reason", "Small enough")];
        let refused = editor.post(&format!("{DRAFT}/lines/{}/class", line.id), &asked).await;
        assert_eq!(refused.status, 422, "{}", text(&refused));
        assert!(text(&refused).contains("asks for prior notice of another processor"), "{}", text(&refused));
        assert_eq!(line_of(&app, DRAFT).await.notice_class, N::A);
    }

    async fn an_approval_is_of_the_notice_that_was_read(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let approve = format!("{DRAFT}/approve");
        assert_eq!(editor.post(&format!("{DRAFT}/submit"), &[]).await.status, 303);
        let read = approver.get(DRAFT).await;
        let another = app.signed_in(domain::role::Role::LegalApprover).await;
        assert_eq!(another.post(&format!("{DRAFT}/return"), &[("reason", "The day")]).await.status, 303);
        let page = editor.get(DRAFT).await;
        let moved = [("title", "Kaleido joins later"), ("planned_on", "2027-05-03")];
        assert_eq!(editor.refill(&page, &format!("{DRAFT}/edit"), &moved).await.status, 303);
        assert_eq!(editor.post(&format!("{DRAFT}/submit"), &[]).await.status, 303);

        let stale = approver.refill(&read, &approve, &[]).await;
        assert_eq!(stale.status, 409);
        for part in ["This is not what you read", "Kaleido joins later", "Monday 3 May 2027", "In review"] {
            assert!(text(&stale).contains(part), "{part}: {}", text(&stale));
        }
        assert_eq!(approver.post(&approve, &[("dispatch_on", &today(&app))]).await.status, 409, "without saying what was read");
        // Whom it goes to is part of what was read.
        replace(&app, &editor, "Fjordbank", "Privacy office", "new@customer-01.example").await;
        assert_eq!(approver.refill(&stale, &approve, &[]).await.status, 409);
        let now = approver.get(DRAFT).await;
        let approved = approver.refill(&now, &approve, &[]).await;
        assert_eq!(approved.status, 303, "{}", text(&approved));
    }

    async fn an_approval_for_a_wrong_day_comes_back_with_what_was_typed(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let approve = format!("{DRAFT}/approve");
        assert_eq!(editor.post(&format!("{DRAFT}/submit"), &[]).await.status, 303);
        let mut page = approver.get(DRAFT).await;
        for (day, why) in [
            ("2027-02-30", "Enter a day as year-month-day"),
            ("2026-11-22", "Choose today or a later day"),
            ("2027-02-21", "The notice would leave on or after the planned day"),
        ] {
            page = approver.refill(&page, &approve, &[("dispatch_on", day)]).await;
            assert_eq!(page.status, 422, "{day}");
            assert!(text(&page).contains(why), "{day}: {}", text(&page));
            for part in ["href=\"#dispatch_on\"", "id=\"dispatch_on-error\"", &format!("value=\"{day}\"")] {
                assert!(page.text.contains(part), "{day} {part}: {}", page.text);
            }
        }
        let approved = approver.refill(&page, &approve, &[("dispatch_on", &today(&app))]).await;
        assert_eq!(approved.status, 303, "the form still says what was read: {}", text(&approved));
    }

    async fn an_approval_for_nobody_is_confirmed_in_its_field(app: TestApp) {
        let [_, approver, _] = clients(&app).await;
        let editor = in_use(&app).await;
        // Another name of the same company: no customer is written to.
        save(&app, &editor, "company", &[("legal_name", "Acme Cloud GmbH"), ("former_names", "Acme Hosting GmbH")]).await;
        let contract = "/staff/register/acme-hosting-gmbh-object-storage/contract";
        assert_eq!(editor.fill(contract, &[("entity_name", "Acme Cloud GmbH")]).await.status, 303);
        let change = open(&editor).await;
        let submitted = editor.post(&format!("{change}/submit"), &[]).await;
        assert_eq!(submitted.status, 303, "{}", text(&submitted));
        let approve = format!("{change}/approve");
        let page = approver.get(&change).await;
        let tomorrow = "2026-11-24";
        let refused = approver.refill(&page, &approve, &[("dispatch_on", tomorrow)]).await;
        assert_eq!(refused.status, 422, "{}", text(&refused));
        assert!(text(&refused).contains("Confirm that there is none"), "{}", text(&refused));
        for part in ["href=\"#nobody\"", "id=\"nobody-error\"", &format!("value=\"{tomorrow}\"")] {
            assert!(refused.text.contains(part), "{part}: {}", refused.text);
        }
        let past = [("dispatch_on", "2026-11-22"), ("nobody", "yes")];
        let refused = approver.refill(&refused, &approve, &past).await;
        assert_eq!(refused.status, 422);
        // Ticked it stays.
        let approved = approver.refill(&refused, &approve, &[("dispatch_on", tomorrow)]).await;
        assert_eq!(approved.status, 303, "{}", text(&approved));
    }

    async fn a_notice_leaves_for_the_contacts_who_were_approved_and_for_no_others(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        assert_eq!(editor.post(&format!("{DRAFT}/submit"), &[]).await.status, 303);
        let approve = || async {
            let page = approver.get(DRAFT).await;
            let approved = approver.refill(&page, &format!("{DRAFT}/approve"), &[]).await;
            assert_eq!(approved.status, 303, "{}", text(&approved));
        };
        approve().await;
        let mailbox = Mailbox::start().await;
        let dispatch = format!("{DRAFT}/dispatch");
        replace(&app, &editor, "Fjordbank", "Somebody", "nobody-you-approved@elsewhere.example").await;
        let preview = approver.get(&format!("{DRAFT}/preview")).await;
        assert!(!text(&preview).contains("Fjordbank: Somebody"), "what was approved is shown: {}", text(&preview));
        let refused = approver.post(&dispatch, &[]).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("Fjordbank: it would go to other contacts than those approved"), "{}", text(&refused));
        run_due(&app.state).await.unwrap();
        mailbox.deliver(&app.state).await;
        let got = |address: &str| mailbox.letters_to(address).iter().any(|letter| letter.text.contains("Kaleido"));
        assert!(!got("nobody-you-approved@elsewhere.example"));

        // Taken back, it goes to the one that was approved; the same mailbox under another name is that one.
        end(&app, &editor, "Fjordbank", "nobody-you-approved@elsewhere.example").await;
        replace(&app, &editor, "Fjordbank", "Privacy office", "dpo@customer-01.example").await;
        let sent = approver.post(&dispatch, &[]).await;
        assert_eq!(sent.status, 303, "{}", text(&sent));
        mailbox.deliver(&app.state).await;
        assert!(got("dpo@customer-01.example") && !got("nobody-you-approved@elsewhere.example"));
    }

    async fn a_second_save_of_a_draft_is_told_what_the_first_one_changed(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let edit = format!("{DRAFT}/edit");
        let (mine, theirs) = (editor.get(DRAFT).await, editor.get(DRAFT).await);
        let first = editor.refill(&theirs, &edit, &[("planned_on", "2027-05-03")]).await;
        assert_eq!(first.status, 303, "{}", text(&first));
        let stale = editor.refill(&mine, &edit, &[("title", "Kaleido, said better")]).await;
        assert_eq!(stale.status, 409);
        let body = text(&stale);
        for part in ["Somebody else saved a version while you were editing", "2027-05-03", "Kaleido, said better"] {
            assert!(body.contains(part), "{part}: {body}");
        }
        let page = text(&editor.get(DRAFT).await);
        assert!(page.contains("Monday 3 May 2027") && !page.contains("Kaleido, said better"), "{page}");
        let kept = editor.refill(&stale, &edit, &[("planned_on", "2027-05-03")]).await;
        assert_eq!(kept.status, 303, "{}", text(&kept));
        let page = text(&editor.get(DRAFT).await);
        assert!(page.contains("Monday 3 May 2027") && page.contains("Kaleido, said better"), "{page}");
    }

    async fn what_went_live_on_the_day_of_signature_was_not_shown_by_the_list(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        let id = {
            let mut tx = app.state.db.read().await.unwrap();
            let all = list_customers(&mut tx).await.unwrap();
            all.iter().find(|one| one.name == "Landkreis Musterau").unwrap().id
        };
        assert_eq!(editor.post(&format!("/staff/customers/{id}/end"), &[]).await.status, 303);
        // Another change is open for it, so somebody else confirms.
        let page = approver.get(&format!("/staff/customers/{id}")).await.text;
        let ending = page.split("/endings/").nth(1).unwrap().split('/').next().unwrap();
        let confirmed = approver.post(&format!("/staff/customers/{id}/endings/{ending}/confirm"), &[]).await;
        assert_eq!(confirmed.status, 303, "{}", text(&confirmed));
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        app.advance(TimeDelta::days(95));
        run_due(&app.state).await.unwrap();
        let live = activate(&operator, None).await;
        assert_eq!(live.status, 303, "{}", live.text);
        assert!(text(&operator.get(DRAFT).await).contains("Closed"));
        sign(&app, &editor, None).await;
        run_due(&app.state).await.unwrap();
        mailbox.deliver(&app.state).await;
        let told = mailbox.letters_to(ADDRESS).iter().filter(|l| l.text.contains("Kaleido")).count();
        assert_eq!(told, 1, "nobody knows whether it was signed before or after");
    }
}
