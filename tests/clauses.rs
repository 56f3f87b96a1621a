//! Sets of clauses over HTTP: from the chooser to being in force, with what is refused on the way, and what a suspension
//! or a new version does to the gates.

use chrono::TimeDelta;
use domain::legal_record::{ClausesField, ClausesPart};
use domain::role::Role;
use forenotice::store::engagements::current_by_slug;
use forenotice::store::tasks::{Task, list_open_tasks};

use crate::both;
use crate::register::{DIGEST, Pairs, company, contract, done, engagement, red, text, with};
use crate::support::{Client, TestApp};

/// The first version of a set.
pub const FIRST: [(&str, &str); 4] = [
    ("seen", "0"),
    ("origins", "EEA_EFTA"),
    ("version", "2021"),
    ("module", "THREE"),
];

const SPECIFIC: &str =
    "TLS 1.3 for every connection, AES-256 at rest, with keys that only the exporter holds and rotates.";

/// Everything that a set of Module 3 with option 2 of clause 9(a) needs; the importer as the register names it.
fn whole(importer: &'static str) -> Pairs<'static> {
    let mut form = FIRST.to_vec();
    for field in ClausesField::ALL {
        let is_conditional = matches!(
            field,
            ClausesField::SensitiveData | ClausesField::SensitiveSafeguards
        );
        if field.part() != ClausesPart::Uk && !is_conditional {
            form.push((field.as_str(), "As agreed between the parties"));
        }
    }
    let options = [
        ("importer_name", importer),
        ("docking", "yes"),
        ("clause_9", "GENERAL"),
        ("clause_9_period", "30d"),
        ("dispute_body", "no"),
        ("clause_13", "ESTABLISHED"),
        ("clause_17", "CHOSEN"),
        ("governing_law", "Norway"),
        ("forum", "Norway"),
        ("is_sensitive", "no"),
        ("frequency", "CONTINUOUS"),
        ("measure_encryption", SPECIFIC),
        ("measure_assistance", SPECIFIC),
        ("listed", "1"),
    ];
    with(&form, &options)
}

const SIGNED: [(&str, &str); 3] = [
    ("exporter_on", "2026-10-30"),
    ("importer_on", "2026-10-31"),
    ("in_force_on", "2026-11-01"),
];

/// Adds set 1 to the engagement at `path`, with nothing missing and no signature.
pub async fn ready(editor: &Client, path: &str) {
    done(editor, &format!("{path}/scc"), &FIRST).await;
    done(
        editor,
        &format!("{path}/scc/1"),
        &with(&whole("Acme Inc."), &[("seen", "1")]),
    )
    .await;
    done(editor, &format!("{path}/scc/1/complete"), &[]).await;
}

/// Adds set 1 to the engagement at `path` and lets it come into force; `also` is typed over what is needed.
pub async fn in_force(editor: &Client, approver: &Client, path: &str, also: &[(&str, &str)]) {
    done(editor, &format!("{path}/scc"), &FIRST).await;
    let form = with(&whole("Acme Inc."), &[("seen", "1")]);
    done(editor, &format!("{path}/scc/1"), &with(&form, also)).await;
    done(editor, &format!("{path}/scc/1/complete"), &[]).await;
    done(editor, &format!("{path}/scc/1/sign"), &SIGNED).await;
    done(approver, &format!("{path}/scc/1/confirm"), &[("seen", "2.1")]).await;
}

/// A vendor in a country outside the EEA, without papers; its page's address.
pub async fn vendor(editor: &Client, country: &'static str, code: &'static str) -> String {
    let form = with(&company("Acme Inc.", country), &engagement(code));
    let answer = editor.post("/staff/register/new", &form).await;
    assert_eq!(answer.status, 303, "{}", text(&answer));
    answer.location().to_owned()
}

/// A transfer that rests on set 1.
pub fn transfer(destination: &'static str) -> Pairs<'static> {
    vec![
        ("seen", "0"),
        ("origins", "EEA_EFTA"),
        ("destination", destination),
        ("importer", "Acme Inc."),
        ("importer_subject", "no"),
        ("mechanism", "SCC"),
        ("scc", "1"),
    ]
}

/// A full assessment of transfers to a country, approved.
async fn assessed(editor: &Client, approver: &Client, path: &str, country: &str) {
    crate::assessments::allowed(editor, approver, path, country).await;
    done(approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
}

async fn open_tasks(app: &TestApp) -> Vec<Task> {
    let mut tx = app.state.db.read().await.unwrap();
    list_open_tasks(&mut tx, &[Role::LegalEditor, Role::LegalApprover])
        .await
        .unwrap()
}

/// The red codes of gates G5 to G8.
fn about_transfers(codes: Vec<String>) -> Vec<String> {
    codes
        .into_iter()
        .filter(|code| {
            ![
                "NO_DPA",
                "SECURITY_MISSING",
                "DPA_WRONG_ENTITY",
                "FLOWDOWN_INCOMPLETE",
            ]
            .contains(&code.as_str())
        })
        .collect()
}

both! {
    async fn a_set_goes_from_the_chooser_into_force_and_the_gates_follow_it(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        done(&editor, &format!("{path}/contract"), &contract("Acme Inc.")).await;
        let page = editor.get(&format!("{path}/scc")).await;
        let body = text(&page);
        assert!(body.contains("Module 3 (processor to subprocessor) . We export as processor, the importer receives as processor, and it is established outside the EEA."), "{body}");
        assert!(body.contains("Module 2 (controller to processor): it is for an exporter that is a controller, and we are a processor."), "{body}");
        assert!(body.contains("Nobody has established whether the importer is itself subject to the GDPR"), "{body}");

        let missing = editor.post(&format!("{path}/transfer"), &transfer("Kenya")).await;
        assert_eq!(missing.status, 422);
        assert!(text(&missing).contains("Add a set of clauses to this engagement first"), "{}", text(&missing));

        let page = done(&editor, &format!("{path}/scc"), &FIRST).await;
        assert!(text(&page).contains("Version 1: selected"), "{}", text(&page));
        let page = done(&editor, &format!("{path}/transfer"), &transfer("Kenya")).await;
        assert_eq!(about_transfers(red(&page)), ["SCC_NOT_IN_FORCE", "SCC_ANNEX", "TIA_MISSING"]);
        assert!(page.text.contains(&format!("href=\"{path}/scc/1\"")), "the red gate leads to the set");
        assert!(text(&page).contains("To Kenya: standard contractual clauses (set 1)"));

        let page = done(&editor, &format!("{path}/scc/1/fill"), &[]).await;
        assert!(page.text.contains("Main Street 1") && page.text.contains("Voice recordings"), "from the register");
        assert!(text(&page).contains("Version 2: annexes incomplete"), "{}", text(&page));
        assert!(page.text.contains("href=\"#exporter_address\"") && page.text.contains("id=\"exporter_address\""), "what is missing links to its field");
        assert!(text(&page).contains("Transfer 1, to Kenya"));

        let early = editor.post(&format!("{path}/scc/1/complete"), &[]).await;
        assert_eq!(early.status, 409);
        assert!(text(&early).contains("SCC_ANNEX") && text(&early).contains("Annex II (measures)"), "{}", text(&early));
        let unsigned = editor.post(&format!("{path}/scc/1/sign"), &SIGNED).await;
        assert_eq!(unsigned.status, 409, "nothing is signed before it is complete");

        let form = with(&whole("Acme Inc."), &[("seen", "2")]);
        let page = done(&editor, &format!("{path}/scc/1"), &form).await;
        assert!(text(&page).contains("Nothing is missing in the text and its annexes."), "{}", text(&page));
        done(&editor, &format!("{path}/scc/1/complete"), &[]).await;
        let half = editor.post(&format!("{path}/scc/1/sign"), &[]).await;
        assert_eq!(half.status, 422);
        done(&editor, &format!("{path}/scc/1/sign"), &[("exporter_on", "2026-10-30")]).await;
        let half = approver.post(&format!("{path}/scc/1/confirm"), &[("seen", "3")]).await;
        assert_eq!(half.status, 409);
        assert!(text(&half).contains("the importer’s signature is not recorded"), "{}", text(&half));
        done(&editor, &format!("{path}/scc/1/sign"), &SIGNED).await;
        let mut tx = app.state.db.read().await.unwrap();
        let tasks = list_open_tasks(&mut tx, &[Role::LegalApprover]).await.unwrap();
        assert_eq!(tasks.iter().map(|t| (t.kind.as_str(), t.path.clone())).collect::<Vec<_>>(), [("SCC_TO_CONFIRM", format!("{path}/scc/1"))]);
        drop(tx);
        let page = done(&approver, &format!("{path}/scc/1/confirm"), &[("seen", "3.2")]).await;
        assert!(text(&page).contains("Version 3: in force from 1 Nov 2026"), "{}", text(&page));
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_open_tasks(&mut tx, &[Role::LegalApprover]).await.unwrap(), []);
        drop(tx);
        assessed(&editor, &approver, &path, "Kenya").await;
        let page = editor.get(&path).await;
        assert_eq!(about_transfers(red(&page)), Vec::<String>::new());
        let body = text(&page);
        assert!(body.contains("Transfer to Kenya: Standard contractual clauses, assessed"), "{body}");
        assert!(body.contains("1. Are all locations known? Yes"), "{body}");
        assert!(body.contains("5. Data Privacy Framework: is the company listed, active, for this data? No There is no list of certified companies for this country"), "{body}");
        let page = editor.get(&format!("{path}/transfer/1")).await;
        assert!(text(&page).contains("6. Standard contractual clauses: in force, complete, assessed? Yes"), "{}", text(&page));
        let verified = forenotice::audit::verify(&mut app.state.db.read().await.unwrap(), &app.state.keys).await.unwrap();
        assert!(verified.is_intact(), "{verified:?}");
    }

    async fn nobody_confirms_what_they_prepared(app: TestApp) {
        let both = app.signed_in_as("two hats", &[Role::LegalEditor, Role::LegalApprover]).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&both, "Kenya", "KE").await;
        done(&both, &format!("{path}/scc"), &FIRST).await;
        done(&both, &format!("{path}/scc/1"), &with(&whole("Acme Inc."), &[("seen", "1")])).await;
        done(&both, &format!("{path}/scc/1/complete"), &[]).await;
        done(&both, &format!("{path}/scc/1/sign"), &SIGNED).await;
        let own = both.post(&format!("{path}/scc/1/confirm"), &[("seen", "2")]).await;
        assert_eq!(own.status, 409);
        assert!(text(&own).contains("somebody else must confirm it"), "{}", text(&own));
        let unread = approver.post(&format!("{path}/scc/1/confirm"), &[("seen", "1")]).await;
        assert_eq!(unread.status, 409, "a version that was not read is not confirmed");
        done(&approver, &format!("{path}/scc/1/confirm"), &[("seen", "2.1")]).await;
        assert_eq!(approver.post(&format!("{path}/scc/1/confirm"), &[("seen", "2.1")]).await.status, 409, "once");
    }

    async fn confirming_says_which_version_was_read_and_waits_for_the_first_day_in_force(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        in_force(&editor, &approver, &path, &[]).await;
        let newer = with(&whole("Acme Inc."), &[("seen", "2"), ("nature", "Transcription")]);
        done(&editor, &format!("{path}/scc/1"), &newer).await;
        done(&editor, &format!("{path}/scc/1/complete"), &[]).await;
        let early = with(&SIGNED, &[("importer_on", "2026-11-24")]);
        let refused = editor.post(&format!("{path}/scc/1/sign"), &early).await;
        assert_eq!(refused.status, 422, "nobody signed tomorrow");
        assert!(text(&refused).contains("This day has not come yet"));
        done(&editor, &format!("{path}/scc/1/sign"), &with(&SIGNED, &[("in_force_on", "2026-12-01")])).await;
        let confirm = format!("{path}/scc/1/confirm");
        assert_eq!(assessor.post(&confirm, &[("seen", "3")]).await.status, 403, "a legal act");
        assert_eq!(approver.post(&confirm, &[]).await.status, 409, "which version was read?");
        let soon = approver.post(&confirm, &[("seen", "3")]).await;
        assert_eq!(soon.status, 409);
        assert!(text(&soon).contains("they are in force from Tuesday 1 December 2026 only"), "{}", text(&soon));
        let page = editor.get(&format!("{path}/scc/1")).await;
        assert!(text(&page).contains("Version 2: in force"), "it goes on counting: {}", text(&page));
        app.advance(chrono::TimeDelta::days(8));
        let page = approver.get(&format!("{path}/scc/1")).await;
        assert!(page.text.contains("name=\"seen\" value=\"3.1\""), "the button says which version it is about");
        done(&approver, &confirm, &[("seen", "3.1")]).await;
    }

    async fn module_2_and_old_sets_are_said_to_be_wrong_and_never_come_into_force(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        in_force(&editor, &approver, &path, &[("module", "TWO")]).await;
        done(&editor, &format!("{path}/transfer"), &transfer("Kenya")).await;
        assessed(&editor, &approver, &path, "Kenya").await;
        assert_eq!(about_transfers(red(&editor.get(&path).await)), ["SCC_MODULE"]);
        let page = editor.get(&format!("{path}/scc/1")).await;
        assert!(text(&page).contains("SCC_MODULE: Module 2 (controller to processor) is chosen, Module 3 (processor to subprocessor) is needed"), "{}", text(&page));

        done(&editor, &format!("{path}/scc"), &with(&FIRST, &[("version", "2010")])).await;
        let old = with(&whole("Acme Inc."), &[("seen", "1"), ("version", "2010")]);
        let page = done(&editor, &format!("{path}/scc/2"), &old).await;
        assert!(text(&page).contains("SCC_LEGACY: clauses 2010/87 ended as safeguards on 27 December 2022"), "{}", text(&page));
        let refused = editor.post(&format!("{path}/scc/2/complete"), &[]).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("SCC_LEGACY"), "{}", text(&refused));
        let page = done(&editor, &format!("{path}/transfer/1"), &with(&transfer("Kenya"), &[("seen", "1"), ("scc", "2")])).await;
        assert!(about_transfers(red(&page)).contains(&"SCC_LEGACY".to_owned()));
        let altered = with(&whole("Acme Inc."), &[("seen", "2"), ("modified", "yes")]);
        done(&editor, &format!("{path}/scc/2"), &altered).await;
        let refused = editor.post(&format!("{path}/scc/2/complete"), &[]).await;
        assert!(text(&refused).contains("clause 2 forbids"), "{}", text(&refused));
    }

    async fn annex_iii_is_asked_for_with_option_1_alone(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        done(&editor, &format!("{path}/scc"), &FIRST).await;
        let specific = with(&whole("Acme Inc."), &[("seen", "1"), ("clause_9", "SPECIFIC")]);
        let page = done(&editor, &format!("{path}/scc/1"), &specific).await;
        assert!(text(&page).contains("1 field is missing") && text(&page).contains("Annex III (subprocessors): 1 The list of subprocessors"), "{}", text(&page));
        let more = editor.post(&format!("{path}/scc/1"), &with(&specific, &[("act", "add-row"), ("seen", "2")])).await;
        assert_eq!(more.status, 200);
        assert!(more.text.contains("id=\"listed_name_2\""), "a row more without scripts");
        let listed = with(&specific, &[
            ("seen", "2"),
            ("listed_name_1", "Deep Support Ltd"),
            ("listed_address_1", "Street 1"),
            ("listed_contact_1", "Privacy office"),
        ]);
        let page = done(&editor, &format!("{path}/scc/1"), &listed).await;
        assert!(page.text.contains("href=\"#listed_description_1\""), "{}", text(&page));
        let general = with(&listed, &[("seen", "3"), ("clause_9", "GENERAL")]);
        let page = done(&editor, &format!("{path}/scc/1"), &general).await;
        assert!(text(&page).contains("Nothing is missing"), "{}", text(&page));
    }

    async fn a_suspension_turns_the_gate_red_and_starts_the_month(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        in_force(&editor, &approver, &path, &[]).await;
        done(&editor, &format!("{path}/transfer"), &transfer("Kenya")).await;
        assessed(&editor, &approver, &path, "Kenya").await;
        for typed in ["", "It cannot\u{202e}"] {
            let refused = approver.post(&format!("{path}/scc/1/suspend"), &[("reason-suspend", typed)]).await;
            assert_eq!(refused.status, 422, "a reason is needed");
            assert!(refused.text.contains("href=\"#reason-suspend\"") && refused.text.contains(typed), "{}", text(&refused));
        }
        let page = done(&approver, &format!("{path}/scc/1/suspend"), &[("reason-suspend", "It cannot follow our instructions")]).await;
        let body = text(&page);
        assert!(body.contains("Compliance must be restored by Wednesday 23 December 2026"), "{body}");
        assert!(body.contains("30 days left to restore compliance") && body.contains("It cannot follow our instructions"), "{body}");
        assert_eq!(about_transfers(red(&editor.get(&path).await)), ["SCC_NOT_IN_FORCE"]);
        let mut tx = app.state.db.read().await.unwrap();
        let tasks = list_open_tasks(&mut tx, &[Role::LegalApprover]).await.unwrap();
        assert_eq!((tasks.len(), tasks[0].kind.as_str(), tasks[0].due_on), (1, "SCC_CURE", "2026-12-23".parse().ok()));
        drop(tx);
        let list = text(&editor.get("/staff/scc").await);
        assert!(list.contains("Acme Inc.: Object Storage Set 1 Suspended Module 3 (processor to subprocessor) Nothing 30 days, until 23 Dec 2026"), "{list}");
        done(&approver, &format!("{path}/scc/1/resume"), &[("reason-resume", "It can again")]).await;
        assert_eq!(about_transfers(red(&editor.get(&path).await)), Vec::<String>::new());
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_open_tasks(&mut tx, &[Role::LegalApprover]).await.unwrap(), []);
        drop(tx);

        done(&approver, &format!("{path}/scc/1/suspend"), &[("reason-suspend", "Again")]).await;
        app.advance(TimeDelta::days(31));
        let body = text(&approver.get(&format!("{path}/scc/1")).await);
        assert!(body.contains("The month is over: the clauses may be terminated") && body.contains("The supervisory authority and, in Module 3, the controllers must be told."), "{body}");
        let page = done(&approver, &format!("{path}/scc/1/terminate"), &[("reason-terminate", "Not restored")]).await;
        assert!(text(&page).contains("Version 2: terminated"), "{}", text(&page));
        let gone = approver.post(&format!("{path}/scc/1/resume"), &[("reason-resume", "It was\nput right")]).await;
        assert_eq!(gone.status, 409, "what is terminated stays so");
        assert!(text(&gone).contains("What you wrote") && gone.text.contains("It was\nput right"), "{}", text(&gone));
    }

    async fn a_new_version_waits_while_the_one_in_force_counts(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        in_force(&editor, &approver, &path, &[]).await;
        done(&editor, &format!("{path}/transfer"), &transfer("Kenya")).await;
        assessed(&editor, &approver, &path, "Kenya").await;
        let other = with(&whole("Acme Inc."), &[("seen", "2"), ("purpose", "Something quite different"), ("nature", "")]);
        let page = done(&editor, &format!("{path}/scc/1"), &other).await;
        let body = text(&page);
        assert!(body.contains("Version 2: in force from 1 Nov 2026. Version 3 is in the making: annexes incomplete"), "{body}");
        assert!(body.contains("Annex I.B differs from the version in force"), "{body}");
        assert!(page.text.contains("/staff/changes/new?engagement=acme-inc-object-storage"), "a change is one click away");
        assert!(body.contains("Changed since the version in force"), "{body}");
        let engagement = editor.get(&path).await;
        assert_eq!(about_transfers(red(&engagement)), Vec::<String>::new());
        assert!(text(&engagement).contains("close this if customers need not be told"), "a task: {}", text(&engagement));
        let same = editor.post(&format!("{path}/scc/1"), &with(&other, &[("seen", "3")])).await;
        assert_eq!(same.status, 303);
        assert!(text(&editor.get(&format!("{path}/scc/1")).await).contains("Nothing was different"));

        let whole = with(&other, &[("seen", "3"), ("nature", "Transcription")]);
        done(&editor, &format!("{path}/scc/1"), &whole).await;
        done(&editor, &format!("{path}/scc/1/complete"), &[]).await;
        done(&editor, &format!("{path}/scc/1/sign"), &SIGNED).await;
        let edited = with(&whole, &[("seen", "4"), ("docking", "no")]);
        let page = done(&editor, &format!("{path}/scc/1"), &edited).await;
        assert!(text(&page).contains("The signatures covered the version before; this one has none."), "{}", text(&page));
        done(&editor, &format!("{path}/scc/1/complete"), &[]).await;
        done(&editor, &format!("{path}/scc/1/sign"), &SIGNED).await;
        let page = done(&approver, &format!("{path}/scc/1/confirm"), &[("seen", "5.1")]).await;
        let body = text(&page);
        assert!(body.contains("version 5: in force. Version 2 is replaced."), "{body}");
        assert!(body.contains("Version 2: superseded"), "{body}");
        assert_eq!(about_transfers(red(&editor.get(&path).await)), Vec::<String>::new());
        let open = open_tasks(&app).await;
        assert_eq!(open.iter().map(|task| task.kind.as_str()).collect::<Vec<_>>(), ["SCC_CHANGE"], "nobody has decided yet");
        done(&editor, &format!("/staff/tasks/{}/done", open[0].id), &[]).await;
        assert_eq!(open_tasks(&app).await, [], "nothing is left to do");
    }

    async fn the_question_whether_customers_are_told_goes_with_the_difference(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        in_force(&editor, &approver, &path, &[]).await;
        let other = with(&whole("Acme Inc."), &[("seen", "2"), ("purpose", "Something quite different")]);
        done(&editor, &format!("{path}/scc/1"), &other).await;
        assert_eq!(open_tasks(&app).await.len(), 1);
        done(&editor, &format!("{path}/scc/1"), &with(&whole("Acme Inc."), &[("seen", "3"), ("docking", "no")])).await;
        assert_eq!(open_tasks(&app).await, [], "the description is the agreed one again");

        // Once the other description is in force, nothing but an answer closes it.
        let other = with(&other, &[("seen", "4")]);
        done(&editor, &format!("{path}/scc/1"), &other).await;
        done(&editor, &format!("{path}/scc/1/complete"), &[]).await;
        done(&editor, &format!("{path}/scc/1/sign"), &SIGNED).await;
        app.advance(TimeDelta::minutes(1));
        done(&approver, &format!("{path}/scc/1/confirm"), &[("seen", "5.1")]).await;
        app.advance(TimeDelta::minutes(1));
        done(&editor, &format!("{path}/scc/1"), &with(&other, &[("seen", "5"), ("docking", "no")])).await;
        let open = open_tasks(&app).await;
        assert_eq!(open.iter().map(|task| task.kind.as_str()).collect::<Vec<_>>(), ["SCC_CHANGE"], "nobody has answered");

        // Of two sets, one says nothing of the other.
        done(&editor, &format!("{path}/scc"), &FIRST).await;
        done(&editor, &format!("{path}/scc/2"), &with(&whole("Acme Inc."), &[("seen", "1")])).await;
        done(&editor, &format!("{path}/scc/2/complete"), &[]).await;
        done(&editor, &format!("{path}/scc/2/sign"), &SIGNED).await;
        done(&approver, &format!("{path}/scc/2/confirm"), &[("seen", "2.1")]).await;
        done(&editor, &format!("{path}/scc/2"), &with(&whole("Acme Inc."), &[("seen", "2"), ("docking", "no")])).await;
        assert_eq!(open_tasks(&app).await.len(), 1, "the question about set 1 stays");
    }

    async fn signatures_that_somebody_recorded_meanwhile_are_shown_and_kept(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let other = app.signed_in_as("second editor", &[Role::LegalEditor]).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        ready(&editor, &path).await;
        let (set, sign) = (format!("{path}/scc/1"), format!("{path}/scc/1/sign"));
        let stale = other.get(&set).await;
        done(&editor, &sign, &SIGNED).await;
        let refused = other.refill(&stale, &sign, &[("exporter_on", "2026-10-29")]).await;
        let body = text(&refused);
        assert_eq!(refused.status, 409, "{body}");
        assert!(body.contains("The signatures were recorded on") && body.contains("What they changed"), "{body}");
        assert!(body.contains("Saturday 31 October 2026") && body.contains("Thursday 29 October 2026"), "both sides: {body}");
        assert!(refused.text.contains("value=\"2026-10-29\""), "what was typed is kept");
        assert!(editor.get(&set).await.text.contains("value=\"2026-10-31\""), "nothing was written over");
        let again = [("exporter_on", "2026-10-29"), ("importer_on", "2026-10-31"), ("in_force_on", "2026-11-01")];
        let saved = other.refill(&refused, &sign, &again).await;
        assert_eq!(saved.status, 303, "{}", text(&saved));

        let stale = other.get(&set).await;
        done(&editor, &set, &with(&whole("Acme Inc."), &[("seen", "2"), ("docking", "no")])).await;
        let refused = other.refill(&stale, &sign, &[("exporter_on", "2026-10-28")]).await;
        let body = text(&refused);
        assert_eq!(refused.status, 409, "{body}");
        assert!(body.contains("Version 3 was saved on") && body.contains("Wednesday 28 October 2026"), "{body}");
    }

    async fn clauses_taken_in_by_reference_need_the_clause_and_the_archived_text(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        done(&editor, &format!("{path}/scc"), &FIRST).await;
        done(&editor, &format!("{path}/scc/1"), &with(&whole("Acme Inc."), &[("seen", "1")])).await;
        done(&editor, &format!("{path}/scc/1/complete"), &[]).await;
        let both_ways = with(&SIGNED, &[("incorporated_by", "Clause 12.3")]);
        let refused = editor.post(&format!("{path}/scc/1/sign"), &both_ways).await;
        assert_eq!(refused.status, 422);
        assert!(text(&refused).contains("record one of the two") && refused.text.contains("Clause 12.3"), "what was typed is kept");
        let no_text = [("incorporated_by", "Clause 12.3"), ("in_force_on", "2026-11-01")];
        done(&editor, &format!("{path}/scc/1/sign"), &no_text).await;
        let refused = approver.post(&format!("{path}/scc/1/confirm"), &[("seen", "2")]).await;
        assert!(text(&refused).contains("the archived text of the agreement that takes them in is not recorded"), "{}", text(&refused));
        let file = reqwest::multipart::Part::bytes(b"%PDF-1.7\n1 0 obj\n".to_vec()).file_name("dpa.pdf");
        let form = reqwest::multipart::Form::new()
            .text("incorporated_by", "Clause 12.3")
            .text("in_force_on", "2026-11-01")
            .part("archived_copy_file", file);
        let sent = editor.send(&format!("{path}/scc/1/sign"), form).await;
        assert_eq!(sent.status, 303, "{}", text(&sent));
        let page = done(&approver, &format!("{path}/scc/1/confirm"), &[("seen", "2.2")]).await;
        assert!(text(&page).contains("dpa.pdf"), "the file is kept with the set: {}", text(&page));
        let auditor = app.signed_in(Role::Auditor).await;
        let page = auditor.get(&format!("{path}/scc/1")).await;
        assert!(text(&page).contains("Taken in by Clause 12.3") && !page.text.contains("Save as version"), "{}", text(&page));
        let by_digest = with(&no_text, &[("archived_copy", DIGEST)]);
        assert_eq!(editor.post(&format!("{path}/scc/1/sign"), &by_digest).await.status, 409, "in force is in force");
    }

    async fn exports_from_the_united_kingdom_and_switzerland_ask_for_parts_of_their_own(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        in_force(&editor, &approver, &path, &[]).await;
        let mut from_three = transfer("Kenya");
        from_three.extend([("origins", "UK"), ("origins", "CH")]);
        done(&editor, &format!("{path}/transfer"), &from_three).await;
        assessed(&editor, &approver, &path, "Kenya").await;
        let page = editor.get(&path).await;
        assert_eq!(about_transfers(red(&page)), ["UK_INSTRUMENT_MISSING", "NO_VALID_MECHANISM"]);
        let page = editor.get(&format!("{path}/scc/1")).await;
        assert!(text(&page).contains("exported from United Kingdom, which the set does not cover"), "{}", text(&page));
        assert!(!page.text.contains("id=\"uk_kind\""), "asked only where it is needed");
        let mut form = with(&whole("Acme Inc."), &[("seen", "2")]);
        form.extend([("origins", "UK"), ("origins", "CH")]);
        let page = done(&editor, &format!("{path}/scc/1"), &form).await;
        assert!(page.text.contains("id=\"uk_kind\"") && page.text.contains("href=\"#uk_kind\"") && page.text.contains("href=\"#swiss\""), "{}", text(&page));
        let mut form = with(&form, &[("seen", "3"), ("uk_kind", "ADDENDUM_B1_0"), ("uk_start_on", "2026-11-01"), ("uk_may_end", "NEITHER")]);
        form.extend([("origins", "UK"), ("origins", "EEA_EFTA")]);
        for field in ClausesField::ALL.iter().filter(|f| f.part() == ClausesPart::Uk) {
            form.push((field.as_str(), "See Annex I.A"));
        }
        for point in domain::legal_record::SwissPoint::ALL {
            form.push(("swiss", point.as_str()));
        }
        let page = done(&editor, &format!("{path}/scc/1"), &form).await;
        assert!(text(&page).contains("Nothing is missing"), "{}", text(&page));
        done(&editor, &format!("{path}/scc/1/complete"), &[]).await;
        done(&editor, &format!("{path}/scc/1/sign"), &SIGNED).await;
        done(&approver, &format!("{path}/scc/1/confirm"), &[("seen", "4.1")]).await;
        assert_eq!(about_transfers(red(&editor.get(&path).await)), Vec::<String>::new());
    }

    async fn clauses_are_revoked_only_where_adequacy_covers_the_transfer(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        in_force(&editor, &approver, &path, &[]).await;
        done(&editor, &format!("{path}/transfer"), &transfer("Kenya")).await;
        let reason = [("reason-revoke", "Adequacy")];
        let refused = approver.post(&format!("{path}/scc/1/revoke"), &reason).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("no adequacy decision covers the transfer to Kenya"), "{}", text(&refused));
        let alone = approver.post(&format!("{path}/scc/1/supersede"), &[("reason-supersede", "Another")]).await;
        assert!(text(&alone).contains("no other set of this engagement is in force"), "{}", text(&alone));
        done(&editor, &format!("{path}/transfer/1"), &with(&transfer("New Zealand"), &[("seen", "1")])).await;
        let refused = approver.post(&format!("{path}/scc/1/revoke"), &reason).await;
        assert_eq!(refused.status, 409, "nothing would allow the transfer");
        assert!(text(&refused).contains("the transfer to New Zealand rests on this set: let it rest on the adequacy decision first"), "{}", text(&refused));
        let page = text(&approver.get(&format!("{path}/scc/1")).await);
        assert!(page.contains("Not now: the transfer to New Zealand rests on this set"), "{page}");
        let moved = [("seen", "2"), ("mechanism", "ADEQUACY"), ("fallback", "1")];
        done(&editor, &format!("{path}/transfer/1"), &with(&transfer("New Zealand"), &moved)).await;
        let page = done(&approver, &format!("{path}/scc/1/revoke"), &reason).await;
        assert!(text(&page).contains("revoked, adequacy applies"), "{}", text(&page));
    }

    async fn a_set_is_replaced_by_another_once_the_transfers_name_that_one(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        in_force(&editor, &approver, &path, &[]).await;
        done(&editor, &format!("{path}/transfer"), &transfer("Kenya")).await;
        done(&editor, &format!("{path}/scc"), &FIRST).await;
        done(&editor, &format!("{path}/scc/2"), &with(&whole("Acme Inc."), &[("seen", "1")])).await;
        done(&editor, &format!("{path}/scc/2/complete"), &[]).await;
        done(&editor, &format!("{path}/scc/2/sign"), &SIGNED).await;
        done(&approver, &format!("{path}/scc/2/confirm"), &[("seen", "2.1")]).await;
        let reason = [("reason-supersede", "A new master agreement")];
        let refused = approver.post(&format!("{path}/scc/1/supersede"), &reason).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("transfer 1, to Kenya, names this set: let it name the other one first"), "{}", text(&refused));
        done(&editor, &format!("{path}/transfer/1"), &with(&transfer("Kenya"), &[("seen", "1"), ("scc", "2")])).await;
        let page = done(&approver, &format!("{path}/scc/1/supersede"), &reason).await;
        assert!(text(&page).contains("Version 2: superseded"), "{}", text(&page));
        assert!(!red(&editor.get(&path).await).contains(&"SCC_NOT_IN_FORCE".to_owned()));
    }

    async fn whoever_confirms_has_read_the_signatures_as_they_are_recorded_last(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        ready(&editor, &path).await;
        done(&editor, &format!("{path}/scc/1/sign"), &SIGNED).await;
        let (set, confirm) = (format!("{path}/scc/1"), format!("{path}/scc/1/confirm"));
        let read = approver.get(&set).await;
        done(&editor, &format!("{path}/scc/1/sign"), &with(&SIGNED, &[("importer_on", "2026-11-20"), ("in_force_on", "2026-11-21")])).await;
        let stale = approver.refill(&read, &confirm, &[]).await;
        assert_eq!(stale.status, 409, "other signatures than those that were shown");
        assert!(text(&stale).contains("The signatures were recorded anew meanwhile"), "{}", text(&stale));
        assert_eq!(approver.post(&confirm, &[("seen", "2")]).await.status, 409, "the version alone says nothing of them");
        let read = approver.get(&set).await;
        assert!(text(&read).contains("20 November 2026") || text(&read).contains("20 Nov 2026"), "{}", text(&read));
        assert_eq!(approver.refill(&read, &confirm, &[]).await.status, 303);
    }

    async fn days_that_cannot_be_are_refused_at_their_field(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        let (set, confirm) = (format!("{path}/scc/1"), format!("{path}/scc/1/confirm"));
        done(&editor, &format!("{path}/scc"), &FIRST).await;
        let mut form = with(&whole("Acme Inc."), &[("seen", "1"), ("uk_kind", "ADDENDUM_B1_0"), ("uk_start_on", "2026-12-01"), ("uk_may_end", "NEITHER")]);
        form.push(("origins", "UK"));
        for field in ClausesField::ALL.iter().filter(|f| f.part() == ClausesPart::Uk) {
            form.push((field.as_str(), "See Annex I.A"));
        }
        for (field, day) in [("acceded_on", "2026-11-24"), ("acceded_on", "2021-06-26"), ("uk_start_on", "2022-03-20")] {
            let refused = editor.post(&set, &with(&form, &[(field, day)])).await;
            assert_eq!(refused.status, 422, "{field} {day}");
            assert!(refused.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", text(&refused));
        }
        done(&editor, &set, &form).await;
        done(&editor, &format!("{set}/complete"), &[]).await;
        for (field, day) in [("in_force_on", "2026-10-30"), ("exporter_on", "2021-06-26")] {
            let refused = editor.post(&format!("{set}/sign"), &with(&SIGNED, &[(field, day)])).await;
            assert_eq!(refused.status, 422, "{field}");
            assert!(refused.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", text(&refused));
        }
        done(&editor, &format!("{set}/sign"), &SIGNED).await;
        // That the part for the UK starts later holds back what is exported from there alone.
        done(&approver, &confirm, &[("seen", "2.1")]).await;
    }

    async fn another_importer_and_law_from_outside_are_said_before_anybody_signs(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        let set = format!("{path}/scc/1");
        done(&editor, &format!("{path}/scc"), &FIRST).await;
        for country in ["US", "GB", "CH"] {
            let law = [("seen", "1"), ("governing_law", country), ("forum", country)];
            let refused = editor.post(&set, &with(&whole("Acme Inc."), &law)).await;
            assert_eq!(refused.status, 422, "{country}");
            assert!(refused.text.contains("href=\"#governing_law\"") && refused.text.contains("href=\"#forum\""), "{country}");
            assert!(text(&refused).contains("Clause 17 takes the law of a Member State or another state of the EEA"), "{}", text(&refused));
        }
        let page = done(&editor, &set, &with(&whole("Acme Holdings Ltd"), &[("seen", "1")])).await;
        let said = "Annex I.A names Acme Holdings Ltd as importer, the register says Acme Inc.";
        assert!(text(&page).contains(said), "before a transfer names the set: {}", text(&page));
        let refused = editor.post(&format!("{set}/complete"), &[]).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains(said), "{}", text(&refused));
    }

    async fn a_stale_save_of_a_set_shows_both_sides(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let other = app.signed_in_as("second editor", &[Role::LegalEditor]).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        done(&editor, &format!("{path}/scc"), &FIRST).await;
        let theirs = with(&whole("Acme Inc."), &[("seen", "1"), ("forum", "Germany")]);
        done(&other, &format!("{path}/scc/1"), &theirs).await;
        let mine = with(&whole("Acme Inc."), &[("seen", "1"), ("forum", "France")]);
        let stale = editor.post(&format!("{path}/scc/1"), &mine).await;
        assert_eq!(stale.status, 409);
        let body = text(&stale);
        assert!(body.contains("Version 2 was saved on") && body.contains("second editor"), "{body}");
        assert!(body.contains("Clause 18: courts of Germany France"), "what saving would change: {body}");
        let wrong = editor.post(&format!("{path}/scc/1"), &with(&mine, &[("forum", "Europe")])).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("name=\"seen\" value=\"1\"") && wrong.text.contains("href=\"#forum\""), "a refused form stays stale");
        done(&editor, &format!("{path}/scc/1"), &with(&mine, &[("seen", "2")])).await;
        assert_eq!(editor.get(&format!("{path}/scc/9")).await.status, 404);
        assert_eq!(editor.get(&format!("{path}/scc/x")).await.status, 404);
        assert_eq!(editor.post(&format!("{path}/scc/9/complete"), &[]).await.status, 404);
    }

    async fn a_transfer_names_papers_of_its_own_engagement(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        done(&editor, &format!("{path}/scc"), &FIRST).await;
        for (field, value) in [("scc", "2"), ("fallback", "7"), ("onward_of", "1")] {
            let form = with(&transfer("Kenya"), &[(field, value)]);
            let answer = editor.post(&format!("{path}/transfer"), &form).await;
            assert_eq!(answer.status, 422, "{field}");
            assert!(answer.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", text(&answer));
        }
        let none = editor.post(&format!("{path}/transfer"), &with(&transfer("Kenya"), &[("scc", "")])).await;
        assert!(text(&none).contains("Choose the set of clauses"), "{}", text(&none));
        done(&editor, &format!("{path}/transfer"), &transfer("Kenya")).await;
        let onward = with(&transfer("India"), &[("onward_of", "1"), ("importer_subject", "yes")]);
        done(&editor, &format!("{path}/transfer"), &onward).await;
        let auditor = app.signed_in(Role::Auditor).await;
        let page = text(&auditor.get(&format!("{path}/transfer/2")).await);
        assert!(page.contains("Goes on from Transfer 1") && page.contains("Importer subject to the GDPR itself Yes"), "{page}");
        let page = text(&editor.get(&format!("{path}/scc/1")).await);
        assert!(page.contains("The importer is itself subject to the GDPR (Article 3(2))"), "{page}");
        assert!(page.contains("Transfer 1, to Kenya") && page.contains("Transfer 2, to India"), "one set, several transfers: {page}");
    }

    async fn the_list_shows_every_set_and_is_searched(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let empty = text(&editor.get("/staff/scc").await);
        assert!(empty.contains("No set of clauses yet"), "{empty}");
        let path = vendor(&editor, "Kenya", "KE").await;
        done(&editor, &format!("{path}/scc"), &FIRST).await;
        let slug = path.rsplit('/').next().unwrap();
        let mut tx = app.state.db.read().await.unwrap();
        assert!(current_by_slug(&mut tx, slug).await.unwrap().is_some());
        drop(tx);
        let list = text(&editor.get("/staff/scc").await);
        assert!(list.contains("1 to 1 of 1 sets") && list.contains("Options, Annex I.A (parties), Annex I.B (description of transfer)"), "{list}");
        assert!(list.contains("In force") && !list.contains("Not required"), "the filter offers what a set can be: {list}");
        for (query, is_found) in [("q=acme", true), ("q=nobody", false), ("state=SELECTED", true), ("state=IN_FORCE", false), ("state=ODD&page=9", true)] {
            let page = editor.get(&format!("/staff/scc?{query}")).await;
            assert_eq!(page.status, 200);
            assert_eq!(text(&page).contains("1 to 1 of 1 sets"), is_found, "{query}");
        }
    }

    async fn an_importer_in_the_eea_needs_no_clauses_and_its_parent_is_thought_of(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let form = with(&company("Acme Inc.", "Ireland"), &engagement("IE"));
        let form = with(&form, &[("ultimate_parent_country", "USA")]);
        let path = editor.post("/staff/register/new", &form).await.location().to_owned();
        let page = text(&editor.get(&format!("{path}/scc")).await);
        assert!(page.contains("Agreement under Article 28") && page.contains("no transfer by us at this step") && page.contains("engagements of tier 2"), "{page}");
        let page = text(&editor.get(&path).await);
        assert!(page.contains("The engagement as a whole: Everything stays in the EEA") && page.contains("record a note on its access"), "{page}");
    }
}
