//! Waivers: two people, two reasons, 14 days.

use chrono::TimeDelta;
use domain::role::Role;

use crate::both;
use crate::register::{ASSESSMENT, Pairs, company, contract, done, eea_note, engagement, red, text, with};
use crate::support::{Answer, Client, TestApp};

const ASKED: [(&str, &str); 3] = [
    ("kind", "SECURITY_ASSESSMENT"),
    ("last_day", "2026-12-05"),
    ("reason", "The assessor is ill; encryption was looked at"),
];

/// A vendor in Germany whose only red gate is the security assessment.
async fn vendor(editor: &Client, approver: &Client) -> String {
    let form = with(&company("Acme Hosting GmbH", "Germany"), &engagement("DE"));
    let path = editor
        .post("/staff/register/new", &form)
        .await
        .location()
        .to_owned();
    done(
        editor,
        &format!("{path}/contract"),
        &contract("Acme Hosting GmbH"),
    )
    .await;
    eea_note(editor, &path).await;
    done(approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
    path
}

/// The address of the one waiver on an engagement's page, as far as its id.
fn place(page: &Answer, path: &str) -> String {
    let rest = page
        .text
        .split(&format!("action=\"{path}/waivers/"))
        .nth(1)
        .expect("a waiver to decide on");
    format!("{path}/waivers/{}", rest.split('/').next().unwrap())
}

/// Posts a decision on the waiver at an address.
async fn decide(client: &Client, place: &str, decision: &str, reason: &str) -> Answer {
    let id = place.rsplit('/').next().unwrap();
    let field = format!("reason-{decision}-{id}");
    client
        .post(&format!("{place}/{decision}"), &[(field.as_str(), reason)])
        .await
}

/// The same, which must be taken, and the page it leads to.
async fn decided(client: &Client, place: &str, decision: &str, reason: &str) -> Answer {
    let answer = decide(client, place, decision, reason).await;
    assert_eq!(answer.status, 303, "{}", text(&answer));
    client.get(answer.location()).await
}

fn changed<'a>(other: &[(&'a str, &'a str)]) -> Pairs<'a> {
    with(&ASKED, other)
}

both! {
    async fn one_person_asks_another_grants_and_it_ends_by_itself(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = vendor(&editor, &approver).await;
        assert_eq!(red(&editor.get(&path).await), ["SECURITY_MISSING"]);
        assert!(!editor.get(&path).await.text.contains("waivers/new"), "an editor cannot ask");
        let page = done(&approver, &format!("{path}/waivers/new"), &ASKED).await;
        assert_eq!(red(&page), ["SECURITY_MISSING"], "asking changes nothing");
        assert!(text(&page).contains("You asked for it, so somebody else decides."), "{}", text(&page));
        assert!(text(&assessor.get("/staff/tasks").await).contains("Decide on a waiver for Acme Hosting GmbH"));
        assert_eq!(approver.post(&format!("{path}/waivers/new"), &ASKED).await.status, 422, "it waits already");

        let place = place(&assessor.get(&path).await, &path);
        let own = decide(&approver, &place, "grant", "I say so").await;
        assert_eq!(own.status, 403, "{}", text(&own));
        let silent = decide(&assessor, &place, "grant", " ").await;
        assert_eq!(silent.status, 422);
        assert!(text(&silent).contains("Grant this waiver") && silent.text.contains("aria-invalid"), "the page again: {}", text(&silent));
        let page = decided(&assessor, &place, "grant", "The risk is small").await;
        let said = text(&page);
        assert_eq!(red(&page), Vec::<String>::new());
        assert!(said.contains("waived until Saturday 5 December 2026, 24:00, Oslo"), "{said}");
        assert!(said.contains("G3 Security assessment : waived"), "{said}");
        assert!(!text(&assessor.get("/staff/tasks").await).contains("Decide on a waiver"), "the task is done");
        assert_eq!(decide(&assessor, &place, "grant", "Again").await.status, 409);
        assert_eq!(decide(&assessor, &place, "refuse", "After all").await.status, 409);
        let printed = crate::register::gates(&app, &["acme-hosting-gmbh-object-storage"]).await.unwrap();
        assert!(printed.contains(": waived") && !printed.contains("green"), "the command says the same: {printed}");
        assert!(printed.contains("G3 SECURITY_MISSING: no assessment is on file (waived)"), "{printed}");
        let json = crate::register::gates(&app, &["acme-hosting-gmbh-object-storage", "--json"]).await.unwrap();
        let answers: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(answers[0]["waived"][0]["code"], "SECURITY_MISSING", "{json}");
        let list = text(&editor.get("/staff/register").await);
        assert!(list.contains("1 waived") && !list.contains("Draft All green"), "{list}");
        for (gates, is_found) in [("green", false), ("red", false), ("waived", true), ("", true)] {
            let list = text(&editor.get(&format!("/staff/register?gates={gates}")).await);
            assert_eq!(list.contains("Acme Hosting GmbH Object Storage"), is_found, "{gates}: {list}");
        }

        app.advance(TimeDelta::days(13));
        let page = editor.get(&path).await;
        assert_eq!(red(&page), ["SECURITY_MISSING"], "it ended by itself");
        let said = text(&page);
        assert!(said.contains("The assessor is ill") && said.contains("Granted 23 Nov 2026"), "it is shown for ever: {said}");
        let mut tx = app.state.db.read().await.unwrap();
        assert!(forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap().is_intact());
    }

    async fn waivers_of_one_gap_run_for_14_days_in_all_until_somebody_assesses_anew(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = vendor(&editor, &approver).await;
        let new = format!("{path}/waivers/new");
        // Ten days of it, then the rest.
        done(&approver, &new, &changed(&[("last_day", "2026-12-02")])).await;
        let first = place(&assessor.get(&path).await, &path);
        decided(&assessor, &first, "grant", "The risk is small").await;
        app.advance(TimeDelta::hours(12 * 24 - 9));
        assert_eq!(red(&editor.get(&path).await), ["SECURITY_MISSING"]);
        let form = text(&approver.get(&new).await);
        assert!(form.contains("earlier waivers of the same gap counted, so 2026-12-08 at the latest"), "{form}");
        let longer = approver.post(&new, &changed(&[("last_day", "2026-12-09")])).await;
        assert_eq!(longer.status, 422);
        assert!(text(&longer).contains("together run for at most 14 days"), "{}", text(&longer));
        assert!(longer.text.contains("href=\"#last_day\"") && longer.text.contains("The assessor is ill"));
        done(&approver, &new, &changed(&[("last_day", "2026-12-08")])).await;
        let second = place(&assessor.get(&path).await, &path);
        assert_eq!(red(&decided(&assessor, &second, "grant", "A little longer").await), Vec::<String>::new());
        app.advance(TimeDelta::hours(30 * 24 + 9));
        let page = approver.get(&path).await;
        assert_eq!(red(&page), ["SECURITY_MISSING"]);
        assert!(!page.text.contains("waivers/new"), "what is left is less than this day");
        let third = approver.post(&new, &changed(&[("last_day", "2027-01-10")])).await;
        assert_eq!(third.status, 422);
        assert!(text(&third).contains("together run for at most 14 days"), "{}", text(&third));
        // Somebody assesses it, and that runs out: another gap.
        let anew = with(&ASSESSMENT, &[("assessed_on", "2027-01-04"), ("valid_to", "2027-01-06")]);
        done(&assessor, &format!("{path}/security"), &anew).await;
        app.advance(TimeDelta::days(5));
        assert_eq!(red(&approver.get(&path).await), ["SECURITY_EXPIRED"]);
        done(&approver, &new, &changed(&[("last_day", "2027-01-15")])).await;
    }

    async fn what_nobody_decided_on_in_time_is_no_task_any_more(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = vendor(&editor, &approver).await;
        done(&approver, &format!("{path}/waivers/new"), &ASKED).await;
        let asked = "Decide on a waiver for Acme Hosting GmbH";
        app.advance(TimeDelta::days(12));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        assert!(text(&assessor.get("/staff/tasks").await).contains(asked), "its last day");
        app.advance(TimeDelta::days(1));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        for client in [&assessor, &approver] {
            assert!(!text(&client.get("/staff/tasks").await).contains(asked));
        }
        assert!(text(&approver.get(&path).await).contains("not decided in time"));
    }

    async fn it_can_be_refused_and_taken_back(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let dpo = app.signed_in(Role::Dpo).await;
        let path = vendor(&editor, &approver).await;
        done(&approver, &format!("{path}/waivers/new"), &ASKED).await;
        let first = place(&dpo.get(&path).await, &path);
        let page = decided(&dpo, &first, "refuse", "Too many waivers").await;
        assert_eq!(red(&page), ["SECURITY_MISSING"]);
        done(&approver, &format!("{path}/waivers/new"), &ASKED).await;
        let second = place(&dpo.get(&path).await, &path);
        assert_ne!(first, second);
        assert_eq!(red(&decided(&dpo, &second, "grant", "Well").await), Vec::<String>::new());
        let page = decided(&approver, &second, "revoke", "It got worse").await;
        assert_eq!(red(&page), ["SECURITY_MISSING"]);
        let said = text(&page);
        for part in ["Too many waivers", "It got worse", "revoked", "refused"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert_eq!(decide(&dpo, &second, "revoke", "Again").await.status, 409);
    }

    async fn nothing_else_is_ever_waived_and_each_refusal_says_why(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = vendor(&editor, &approver).await;
        let new = format!("{path}/waivers/new");
        for (form, field, message) in [
            (changed(&[("kind", "")]), "kind", "Choose what is to be waived"),
            (changed(&[("kind", "CONTRACT")]), "kind", "Choose what is to be waived"),
            (changed(&[("kind", "DPF_FRESHNESS")]), "kind", "Nothing is red that this waiver could set aside"),
            (changed(&[("last_day", "2026-12-07")]), "last_day", "A waiver runs for at most 14 days"),
            (changed(&[("last_day", "2026-11-22")]), "last_day", "That day has passed"),
            (changed(&[("last_day", "soon")]), "last_day", "Write a day as year, month, day"),
            (changed(&[("reason", " ")]), "reason", "Write something"),
        ] {
            let answer = approver.post(&new, &form).await;
            assert_eq!(answer.status, 422, "{field}");
            assert!(text(&answer).contains(message), "{message}: {}", text(&answer));
            assert!(answer.text.contains(&format!("href=\"#{field}\"")), "the summary links to {field}");
        }
        assert_eq!(editor.post(&new, &ASKED).await.status, 403);

        let failed = with(&ASSESSMENT, &[("result", "FAILED")]);
        done(&assessor, &format!("{path}/security"), &failed).await;
        let answer = approver.post(&new, &ASKED).await;
        assert_eq!(answer.status, 422);
        assert!(text(&answer).contains("a failed one is never waived"), "{}", text(&answer));
        done(&assessor, &format!("{path}/security"), &with(&ASSESSMENT, &[("seen", "1")])).await;
        assert_eq!(approver.post(&new, &ASKED).await.status, 422, "nothing is red any more");
        assert!(!approver.get(&path).await.text.contains("waivers/new"));
    }

    async fn one_that_was_asked_for_is_not_granted_once_the_assessment_has_failed(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = vendor(&editor, &approver).await;
        done(&approver, &format!("{path}/waivers/new"), &ASKED).await;
        let place = place(&assessor.get(&path).await, &path);
        done(&assessor, &format!("{path}/security"), &with(&ASSESSMENT, &[("result", "FAILED")])).await;
        let late = decide(&assessor, &place, "grant", "Still").await;
        assert_eq!(late.status, 409);
        assert!(text(&late).contains("a failed one is never waived"), "{}", text(&late));
        app.advance(TimeDelta::days(14));
        let late = decide(&assessor, &place, "refuse", "Over").await;
        assert_eq!(late.status, 303, "it can still be refused");
    }
}
