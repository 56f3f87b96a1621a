//! Transfer impact assessments over HTTP: the guided steps, knowledge about countries, events, reviews, exports.

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::jobs;
use forenotice::store::engagements::current_by_slug;
use forenotice::store::tasks::list_open_tasks;

use crate::both;
use crate::clauses::in_force;
use crate::register::{company, done, eea_note, engagement, red, text, with};
use crate::support::{Answer, Client, TestApp, forms};

/// What a complete version about the United States says.
const UNITED_STATES: [(&str, &str); 23] = [
    ("law_rows", "3"),
    ("law_name_1", "FISA 702"),
    ("law_citation_1", "50 U.S.C. 1881a"),
    (
        "law_applies_to_1",
        "Providers of electronic communication services",
    ),
    ("law_name_2", "EO 12333"),
    ("law_citation_2", "Executive Order 12333"),
    ("law_applies_to_2", "Intelligence agencies"),
    ("law_name_3", "CLOUD Act"),
    ("law_citation_3", "18 U.S.C. 2713"),
    ("law_applies_to_3", "Providers within the jurisdiction"),
    ("source_rows", "2"),
    ("source_title_1", "The statute"),
    ("source_kind_1", "LAW"),
    ("source_title_2", "Opinion of our lawyers"),
    ("source_kind_2", "COUNSEL"),
    ("grade_A", "PARTLY"),
    ("grade_A_reason", "Published in part"),
    ("grade_B", "PARTLY"),
    ("grade_B_reason", "Executive Order 14086"),
    ("grade_C", "NOT_MET"),
    ("grade_C_reason", "The board has no quorum"),
    ("grade_D", "PARTLY"),
    ("grade_D_reason", "The review court hears complaints"),
];

/// Writes and approves the first version about the United States.
pub async fn know_the_united_states(editor: &Client, approver: &Client) {
    let path = "/staff/countries/US";
    done(editor, path, &with(&UNITED_STATES, &[("seen", "0")])).await;
    done(approver, &format!("{path}/approve"), &[("seen", "1")]).await;
}

/// What a person writes in each step of a full assessment, beside what the register fills in.
const STEPS: [(&str, &[(&str, &str)]); 6] = [
    (
        "checks",
        &[
            ("responsible", "Privacy office"),
            ("scope", "Speech, without onward transfers"),
            ("is_compliant", "yes"),
            ("act", "next"),
        ],
    ),
    (
        "transfer",
        &[
            ("importer_contributed", "yes"),
            ("recipient_type", "private company"),
            ("sector", "software"),
            ("transmission_channels", "TLS over the internet"),
            ("access_locations", "United States"),
            ("format", "PLAINTEXT"),
            ("volume", "20 hours a day"),
            ("frequency", "continuous"),
            ("retention", "none"),
            ("act", "next"),
        ],
    ),
    ("tool", &[("act", "next")]),
    (
        "law",
        &[
            ("law_US_1_applies", "MAYBE"),
            ("law_US_1_reason", "It may count as a provider"),
            ("law_US_2_applies", "NO"),
            ("law_US_2_reason", "It obliges nobody"),
            ("law_US_3_applies", "YES"),
            ("law_US_3_reason", "It is a company of the United States"),
            ("situation", "III"),
            ("act", "next"),
        ],
    ),
    (
        "measures",
        &[
            ("measure_text_1", "Encryption with keys in Oslo"),
            ("measure_kind_1", "TECHNICAL"),
            ("measure_gap_1", "Production of stored data"),
            ("act", "next"),
        ],
    ),
    (
        "conclusion",
        &[
            ("outcome", "ALLOWED_WITH_MEASURES"),
            ("decision_reason", "Nothing is kept that a law could reach"),
            ("residual_risk", "Low"),
            ("act", "next"),
        ],
    ),
];

/// Writes a full assessment of the transfer to the United States step by step and hands it in.
pub async fn full(editor: &Client, path: &str, status: &str) -> Answer {
    let form = [("tia_type", "FULL_46"), ("destinations", "United States")];
    let started = editor.post(&format!("{path}/tia"), &form).await;
    assert_eq!(
        started.location(),
        format!("{path}/tia/1/checks"),
        "{}",
        text(&started)
    );
    for (step, answers) in STEPS {
        let mut answers = answers.to_vec();
        if step == "measures" {
            answers.push(("measure_status_1", status));
            if status != "PLANNED" {
                answers.push(("measure_evidence_1", "Key ceremony of 2 November"));
            }
        }
        let saved = editor.fill(&format!("{path}/tia/1/{step}"), &answers).await;
        assert_eq!(saved.status, 303, "{step}: {}", text(&saved));
    }
    let summary = [
        ("customer_summary", "Encrypted; keys stay in Oslo."),
        ("act", "hand-in"),
    ];
    let handed_in = editor.fill(&format!("{path}/tia/1/review"), &summary).await;
    assert_eq!(handed_in.status, 303, "{}", text(&handed_in));
    editor.get(handed_in.location()).await
}

/// A country of which somebody found no law that matters, and a full assessment that allows transfers to it, handed in.
pub async fn allowed(editor: &Client, approver: &Client, path: &str, country: &str) {
    let found = editor.get(&format!("/staff/countries?country={country}")).await;
    let page = found.location().to_owned();
    if !text(&editor.get(&page).await).contains("Version 1 counts") {
        let known: Vec<_> = UNITED_STATES
            .into_iter()
            .filter(|(name, _)| !name.starts_with("law_"))
            .collect();
        done(editor, &page, &with(&known, &[("seen", "0")])).await;
        done(approver, &format!("{page}/approve"), &[("seen", "1")]).await;
    }
    let form = [("tia_type", "FULL_46"), ("destinations", country)];
    editor.post(&format!("{path}/tia"), &form).await;
    for (step, answers) in STEPS {
        let answers = match step {
            "law" => vec![("situation", "NONE"), ("act", "next")],
            "measures" => vec![("act", "next")],
            "transfer" => with(answers, &[("access_locations", country)]),
            "conclusion" => with(answers, &[("outcome", "ALLOWED")]),
            _ => answers.to_vec(),
        };
        let saved = editor.fill(&format!("{path}/tia/1/{step}"), &answers).await;
        assert_eq!(saved.status, 303, "{step}: {}", text(&saved));
    }
    let handed_in = editor
        .fill(&format!("{path}/tia/1/review"), &[("act", "hand-in")])
        .await;
    assert_eq!(handed_in.status, 303, "{}", text(&handed_in));
}

/// A vendor in the United States whose data goes there by clauses.
pub async fn vendor(editor: &Client, approver: &Client) -> String {
    let form = with(
        &company("Acme Inc.", "USA"),
        &with(&engagement("US"), &[("service", "Speech")]),
    );
    let path = editor
        .post("/staff/register/new", &form)
        .await
        .location()
        .to_owned();
    in_force(editor, approver, &path, &[]).await;
    let transfer = [
        ("seen", "0"),
        ("origins", "EEA_EFTA"),
        ("destination", "usa"),
        ("importer", "Acme Inc."),
        ("importer_subject", "no"),
        ("mechanism", "SCC"),
        ("scc", "1"),
    ];
    done(editor, &format!("{path}/transfer"), &transfer).await;
    path
}

/// The same with its assessment approved.
pub async fn assessed(editor: &Client, approver: &Client) -> String {
    let path = vendor(editor, approver).await;
    know_the_united_states(editor, approver).await;
    full(editor, &path, "IMPLEMENTED").await;
    done(approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
    path
}

/// The id of the engagement at a path.
pub async fn engagement_id(app: &TestApp, path: &str) -> String {
    let slug = path.rsplit('/').next().unwrap();
    let mut tx = app.state.db.read().await.unwrap();
    let current = current_by_slug(&mut tx, slug).await.unwrap().unwrap();
    current.engagement.id.to_string()
}

/// Hands the draft in as the button on the overview does; opens the engagement's page.
pub async fn hand_in(client: &Client, path: &str) -> Answer {
    let page = client.get(&format!("{path}/tia/1")).await;
    let seen = forms::fields(&page.text, &format!("{path}/tia/1/discard"))
        .into_iter()
        .find(|(name, _)| name == "seen")
        .map(|(_, value)| value)
        .unwrap();
    done(client, &format!("{path}/tia/1/hand-in"), &[("seen", &seen)]).await
}

pub fn tia_codes(page: &Answer) -> String {
    let codes: Vec<String> = red(page)
        .into_iter()
        .filter(|code| code.starts_with("TIA") || code.starts_with("MEASURE"))
        .collect();
    codes.join(" ")
}

async fn open_kinds(app: &TestApp, role: Role) -> Vec<String> {
    let mut tx = app.state.db.read().await.unwrap();
    let tasks = list_open_tasks(&mut tx, &[role]).await.unwrap();
    tasks.into_iter().map(|task| task.kind).collect()
}

both! {
    async fn an_assessment_is_left_and_resumed_and_says_what_is_missing(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, &approver).await;
        let first = editor.get(&format!("{path}/tia")).await;
        assert!(first.text.contains("United States</textarea>"), "the destination of the transfer is proposed");
        let form = [("tia_type", "FULL_46"), ("destinations", "United States")];
        let started = editor.post(&format!("{path}/tia"), &form).await;
        let tool = text(&editor.get(&format!("{path}/tia/1/tool")).await);
        assert!(tool.contains("Identify the tool complete"), "clauses, module and dates come from the register: {tool}");
        let overview = editor.get(&format!("{path}/tia/1")).await;
        let told = text(&overview);
        assert!(told.contains("Before you start 3 missing") && told.contains("Re-evaluate complete"), "{told}");
        assert!(told.contains("Nothing approved is known about United States"), "{told}");
        assert!(overview.text.contains(&format!("{path}/tia/1/checks#responsible")), "each missing thing is linked");
        assert!(!told.contains("Hand in for review"), "nothing that lacks something is handed in");
        assert_eq!(tia_codes(&editor.get(&path).await), "TIA_MISSING", "a draft counts for nothing");

        let answers = [("responsible", "Privacy office"), ("scope", "Speech"), ("is_compliant", "yes"), ("act", "next")];
        let saved = editor.fill(started.location(), &answers).await;
        assert_eq!(saved.location(), format!("{path}/tia/1/transfer"));
        let other = app.signed_in_as("second editor", &[Role::LegalEditor]).await;
        let resumed = other.get(&format!("{path}/tia/1/checks")).await;
        assert!(resumed.text.contains("value=\"Privacy office\""), "somebody else goes on where it was left");
        let early = editor.post(&format!("{path}/tia/1/hand-in"), &[("seen", "2")]).await;
        assert_eq!(early.status, 409);
        assert!(text(&early).contains("Choose what it came to"), "{}", text(&early));
        let wrong = editor.fill(&format!("{path}/tia/1/transfer"), &[("storage_locations", "Europe"), ("volume", "much")]).await;
        assert_eq!(wrong.status, 422);
        assert!(text(&wrong).contains("is a region, not a country") && wrong.text.contains("value=\"much\""), "{}", text(&wrong));

        know_the_united_states(&editor, &approver).await;
        for (step, answers) in STEPS {
            let mut answers = answers.to_vec();
            if step == "measures" {
                answers.push(("measure_status_1", "PLANNED"));
            }
            assert_eq!(editor.fill(&format!("{path}/tia/1/{step}"), &answers).await.status, 303, "{step}");
        }
        let page = editor.fill(&format!("{path}/tia/1/review"), &[("act", "next")]).await;
        let told = editor.get(page.location()).await;
        assert!(text(&told).contains("Hand in for review"), "{}", text(&told));
        let page = hand_in(&editor, &path).await;
        assert_eq!(tia_codes(&page), "TIA_NOT_APPROVED");
        assert_eq!(open_kinds(&app, Role::LegalApprover).await, ["TIA_TO_APPROVE"]);
        let own = editor.post(&format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        assert_eq!(own.status, 403);
        let read = text(&approver.get(&format!("{path}/tia/1")).await);
        assert!(read.contains("Version 1 is handed in") && read.contains("20 hours a day"), "{read}");
        done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        assert_eq!(open_kinds(&app, Role::LegalApprover).await, Vec::<String>::new());
        assert_eq!(editor.get(&format!("{path}/tia/1/checks")).await.location(), format!("{path}/tia/1"));
    }

    async fn an_author_never_approves_whatever_roles_they_hold(app: TestApp) {
        let both = app.signed_in_as("two hats", &[Role::LegalEditor, Role::LegalApprover]).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&both, &approver).await;
        done(&both, "/staff/countries/US", &with(&UNITED_STATES, &[("seen", "0")])).await;
        assert_eq!(both.post("/staff/countries/US/approve", &[("seen", "1")]).await.status, 403);
        assert!(text(&both.get("/staff/countries/US").await).contains("somebody else must decide"));
        done(&approver, "/staff/countries/US/approve", &[("seen", "1")]).await;
        assert_eq!(approver.post("/staff/countries/US/approve", &[("seen", "1")]).await.status, 409);
        full(&both, &path, "IMPLEMENTED").await;
        assert_eq!(both.post(&format!("{path}/tia/1/approve"), &[("seen", "1")]).await.status, 403);
        assert_eq!(both.post(&format!("{path}/tia/1/reject"), &[("seen", "1"), ("rejection", "x")]).await.status, 403);
        done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        // Whoever approved the first version may write the second, and then not approve it.
        done(&both, &format!("{path}/tia/1/new-version"), &[]).await;
        let again = [("residual_risk", "Low, as seen in practice"), ("act", "save")];
        assert_eq!(both.fill(&format!("{path}/tia/1/conclusion"), &again).await.status, 303);
        hand_in(&both, &path).await;
        let page = approver.get(&format!("{path}/tia/1")).await;
        assert!(text(&page).contains("Risk that is left Low Low, as seen in practice"), "the difference is shown: {}", text(&page));
        assert_eq!(both.post(&format!("{path}/tia/1/approve"), &[("seen", "2")]).await.status, 403);
        done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "2")]).await;
        let page = text(&approver.get(&format!("{path}/tia/1")).await);
        assert!(page.contains("Superseded") && page.contains("Version 2 was approved."), "{page}");
        let first = editor_json(&approver, &format!("{path}/tia/1/v/1.json")).await;
        assert_eq!(first["assessment"]["conclusion"]["residual_risk"], "Low", "an approved version stays what it was");
        assert_eq!(first["assessment"]["state"], "SUPERSEDED");
    }

    async fn a_stale_save_of_a_draft_shows_both_sides(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let other = app.signed_in_as("second editor", &[Role::LegalEditor]).await;
        let path = vendor(&editor, &approver).await;
        let form = [("tia_type", "FULL_46"), ("destinations", "United States")];
        let step = editor.post(&format!("{path}/tia"), &form).await.location().to_owned();
        let page = editor.get(&step).await;
        assert_eq!(other.fill(&step, &[("scope", "Speech and text"), ("act", "save")]).await.status, 303);
        let mine = editor.refill(&page, &step, &[("responsible", "Legal"), ("act", "save")]).await;
        assert_eq!(mine.status, 409);
        let told = text(&mine);
        assert!(told.contains("The draft was saved on") && told.contains("second editor"), "{told}");
        assert!(told.contains("onward transfers included? Speech and text"), "what they changed: {told}");
        assert!(mine.text.contains("value=\"Legal\""), "what was typed is kept");
        let again = editor.refill(&mine, &step, &[("scope", "Speech and text"), ("act", "save")]).await;
        assert_eq!(again.status, 303, "{}", text(&again));
        let page = editor.get(&step).await;
        assert!(page.text.contains("value=\"Legal\"") && page.text.contains("Speech and text"), "nothing is lost");
        assert_eq!(other.post(&format!("{path}/tia/1/discard"), &[("seen", "2")]).await.status, 409);
        let gone = other.post(&format!("{path}/tia/1/discard"), &[("seen", "3")]).await;
        assert_eq!(gone.location(), path);
        assert_eq!(editor.get(&format!("{path}/tia/1")).await.status, 404, "an assessment that was never handed in is gone");
        let late = editor.refill(&page, &step, &[("act", "save")]).await;
        assert_eq!(late.status, 404);
    }

    async fn what_cannot_be_concluded_is_refused_at_its_field(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, &approver).await;
        know_the_united_states(&editor, &approver).await;
        let form = [("tia_type", "FULL_46"), ("destinations", "United States")];
        editor.post(&format!("{path}/tia"), &form).await;
        for (step, answers) in STEPS {
            let answers = match step {
                "conclusion" => with(answers, &[("outcome", "ALLOWED")]),
                "measures" => with(&[("act", "next")], &[]),
                _ => answers.to_vec(),
            };
            assert_eq!(editor.fill(&format!("{path}/tia/1/{step}"), &answers).await.status, 303, "{step}");
        }
        let refused = editor.fill(&format!("{path}/tia/1/review"), &[("act", "hand-in")]).await;
        assert_eq!(refused.status, 422);
        assert!(text(&refused).contains("Show why the law will not be applied to this transfer"), "{}", text(&refused));
        let late = editor.fill(&format!("{path}/tia/1/review"), &[("next_review_on", "2027-05-24"), ("act", "hand-in")]).await;
        assert!(text(&late).contains("It is reviewed again by Sunday 23 May 2027 at the latest"), "six months for the United States: {}", text(&late));
        let contractual = [("measure_text_1", "Duty to challenge"), ("measure_kind_1", "CONTRACTUAL"), ("measure_gap_1", "Requests"), ("measure_status_1", "PLANNED"), ("act", "save")];
        editor.fill(&format!("{path}/tia/1/measures"), &contractual).await;
        editor.fill(&format!("{path}/tia/1/law"), &[("situation", "II"), ("act", "save")]).await;
        editor.fill(&format!("{path}/tia/1/conclusion"), &[("outcome", "ALLOWED_WITH_MEASURES"), ("act", "save")]).await;
        let refused = editor.fill(&format!("{path}/tia/1/review"), &[("act", "hand-in")]).await;
        assert!(text(&refused).contains("measures alone do not cure situation (i) or (ii)"), "{}", text(&refused));
        let claimed = [("measure_kind_1", "TECHNICAL"), ("measure_status_1", "VERIFIED"), ("act", "save")];
        editor.fill(&format!("{path}/tia/1/measures"), &claimed).await;
        let told = text(&editor.get(&format!("{path}/tia/1")).await);
        assert!(told.contains("Measure 1: Say who checked it") && told.contains("Measure 1: Say what shows that it is in place"), "{told}");
        let relied = [("experience_US_relied", "yes"), ("experience_US_requests", "0"), ("act", "save")];
        editor.fill(&format!("{path}/tia/1/law"), &relied).await;
        let told = text(&editor.get(&format!("{path}/tia/1")).await);
        assert!(told.contains("counts only with its number of requests, a documented period"), "{told}");
    }

    async fn a_newer_version_about_a_country_opens_a_review_of_what_rests_on_the_older_one(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = assessed(&editor, &approver).await;
        assert_eq!(tia_codes(&editor.get(&path).await), "");
        let note = editor.post("/staff/register/new", &with(&company("Nord AS", "NO"), &engagement("NO"))).await.location().to_owned();
        eea_note(&editor, &note).await;
        let newer = [("notes", "Section 702 was renewed"), ("act", "save")];
        let saved = editor.fill("/staff/countries/US", &newer).await;
        assert_eq!(saved.status, 303, "{}", text(&saved));
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, Vec::<String>::new(), "nothing happens before it is approved");
        let page = done(&approver, "/staff/countries/US/approve", &[("seen", "2")]).await;
        assert!(text(&page).contains("1 assessment rests on an older version: an event was recorded for them."), "{}", text(&page));
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, ["TRIGGER_TO_JUDGE"]);
        let event = editor.get("/staff/triggers/1").await;
        let told = text(&event);
        assert!(told.contains("law of the destination changed") && told.contains("Acme Inc.: Speech, assessment 1"), "{told}");
        assert!(told.contains("To be looked at until Monday 30 November 2026"), "five working days: {told}");
        let slug = path.rsplit('/').next().unwrap();
        let answer = format!("/staff/triggers/1/{slug}/1");
        let silent = editor.post(&answer, &[("triage-0", "NO_IMPACT")]).await;
        assert_eq!(silent.status, 422, "no impact needs a reason");
        assert_eq!(tia_codes(&editor.get(&path).await), "", "until then it counts");
        done(&editor, &answer, &[("triage-0", "REVIEW"), ("reason-0", "The scope of the law is wider")]).await;
        assert_eq!(editor.post(&answer, &[("triage-0", "NO_IMPACT"), ("reason-0", "x")]).await.status, 409);
        assert!(text(&editor.get("/staff/triggers").await).contains("Closed"));
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, ["TIA_REVIEW"]);
        let page = editor.get(&path).await;
        assert_eq!(tia_codes(&page), "TIA_NOT_APPROVED", "nothing new starts on it");
        assert!(text(&page).contains("under review after an event"), "{}", text(&page));

        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        let told = text(&editor.get(&format!("{path}/tia/1")).await);
        assert!(told.contains("Take over version 2 of what is known about United States"), "{told}");
        let law = editor.fill(&format!("{path}/tia/1/law"), &[("act", "save")]).await;
        assert_eq!(law.status, 303, "{}", text(&law));
        hand_in(&editor, &path).await;
        let page = done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "2")]).await;
        assert_eq!(tia_codes(&page), "");
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, Vec::<String>::new());
    }

    async fn a_version_that_was_overtaken_by_law_is_not_approved(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, &approver).await;
        know_the_united_states(&editor, &approver).await;
        full(&editor, &path, "IMPLEMENTED").await;
        editor.fill("/staff/countries/US", &[("notes", "Changed"), ("act", "save")]).await;
        done(&approver, "/staff/countries/US/approve", &[("seen", "2")]).await;
        let refused = approver.post(&format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("Take over version 2"), "{}", text(&refused));
        assert!(text(&approver.get(&format!("{path}/tia/1")).await).contains("It cannot be approved as it is"));
        done(&approver, &format!("{path}/tia/1/reject"), &[("seen", "1"), ("rejection", "The law changed")]).await;
    }

    async fn a_country_without_all_its_laws_and_guarantees_does_not_count(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let half = with(&UNITED_STATES, &[("seen", "0"), ("law_rows", "1"), ("grade_C", ""), ("grade_C_reason", "")]);
        let half: Vec<_> = half.into_iter().filter(|(name, _)| !name.starts_with("law_") || name.ends_with("_1") || *name == "law_rows").collect();
        let page = done(&editor, "/staff/countries/US", &half).await;
        let told = text(&page);
        assert!(told.contains("Every assessment must judge EO 12333: add it") && told.contains("Judge guarantee C"), "{told}");
        let refused = approver.post("/staff/countries/US/approve", &[("seen", "1")]).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("Every assessment must judge CLOUD Act"));
        let row = editor.fill("/staff/countries/US", &[("act", "add-law")]).await;
        assert!(row.status == 200 && row.text.contains("id=\"law_name_2\"") && row.text.contains("Published in part"), "{}", row.status);
        let broken = editor.fill("/staff/countries/US", &[("law_citation_1", ""), ("act", "save")]).await;
        assert_eq!(broken.status, 422);
        let stale = editor.post("/staff/countries/US", &with(&UNITED_STATES, &[("seen", "0")])).await;
        assert_eq!(stale.status, 409);
        assert!(text(&stale).contains("Version 1 was saved on") && text(&stale).contains("EO 12333"), "{}", text(&stale));
        assert_eq!(editor.get("/staff/countries?country=us").await.location(), "/staff/countries/US");
        assert_eq!(editor.get("/staff/countries?country=Europe").await.status, 422);
        assert_eq!(editor.get("/staff/countries/XX").await.status, 404);
        let list = text(&editor.get("/staff/countries").await);
        assert!(list.contains("United States") && list.contains("Nothing is approved yet"), "{list}");
    }

    async fn an_importers_notice_puts_everything_of_it_under_review_at_once(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = assessed(&editor, &approver).await;
        let engagement = engagement_id(&app, &path).await;
        let event = [
            ("kind", "IMPORTER_NOTICE"),
            ("description", "A request of an authority for recordings"),
            ("occurred_on", "2026-11-23"),
            ("scope", "ENGAGEMENT"),
            ("engagement", engagement.as_str()),
        ];
        for (field, value, message) in [
            ("kind", "", "Choose what happened"),
            ("engagement", "acme", "Choose which"),
            ("occurred_on", "2026-11-24", "This day has not come yet"),
            ("source", "javascript:alert(1)", "A web address starts with https://"),
            ("kind", "TRANSFER_CHANGED", "Say when it takes effect"),
        ] {
            let refused = editor.post("/staff/triggers/new", &with(&event, &[(field, value)])).await;
            assert_eq!(refused.status, 422, "{field} {value}");
            assert!(text(&refused).contains(message) && refused.text.contains("for recordings"), "{}", text(&refused));
        }
        let page = done(&editor, "/staff/triggers/new", &event).await;
        let told = text(&page);
        assert!(told.contains("To be looked at until Tuesday 24 November 2026"), "{told}");
        assert!(told.contains("To be reviewed: An event of this kind is always reviewed."), "{told}");
        let kinds = open_kinds(&app, Role::LegalEditor).await;
        assert_eq!(kinds, ["TIA_REVIEW"], "it is not in use, so no customer is told");
        assert_eq!(tia_codes(&editor.get(&path).await), "TIA_NOT_APPROVED");
        assert_eq!(editor.post(&format!("{path}/tia/1/suspend"), &[("reason", "x")]).await.status, 403);
        let silent = approver.post(&format!("{path}/tia/1/suspend"), &[("reason", "")]).await;
        assert_eq!(silent.status, 422);
        assert!(text(&silent).contains("Suspend this assessment") && silent.text.contains("aria-invalid"), "{}", text(&silent));
        let page = done(&approver, &format!("{path}/tia/1/suspend"), &[("reason", "Recordings were handed over")]).await;
        assert!(text(&page).contains("Suspended") && text(&page).contains("Recordings were handed over"), "{}", text(&page));
        assert_eq!(approver.post(&format!("{path}/tia/1/suspend"), &[("reason", "Again")]).await.status, 409, "there is no such step");
    }

    async fn a_measure_that_is_lost_suspends_until_a_new_version_is_approved(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = assessed(&editor, &approver).await;
        let at = format!("{path}/tia/1/measures/1");
        let bare = editor.post(&at, &[("status", "VERIFIED")]).await;
        assert_eq!(bare.status, 422);
        assert!(text(&bare).contains("Say who checked it, by function"), "{}", text(&bare));
        let checked = [("status", "VERIFIED"), ("evidence", "Report 7"), ("verified_by", "Security office"), ("verified_on", "2026-11-20")];
        let page = done(&editor, &at, &checked).await;
        assert!(text(&page).contains("Verified, checked by Security office"), "{}", text(&page));
        assert_eq!(editor.post(&format!("{path}/tia/1/measures/7"), &checked).await.status, 404);
        let page = done(&editor, &at, &[("status", "PLANNED")]).await;
        assert!(text(&page).contains("The assessment is suspended until a new version is approved."), "{}", text(&page));
        assert_eq!(tia_codes(&editor.get(&path).await), "TIA_NEGATIVE MEASURE_OPEN");
        let first = editor_json(&editor, &format!("{path}/tia/1/v/1.json")).await;
        assert_eq!(first["assessment"]["measures"][0]["status"], "IMPLEMENTED", "the version stays what it was");
        assert_eq!(first["measures_since"][1]["standing"]["status"], "PLANNED");
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        let copied = editor.get(&format!("{path}/tia/1/measures")).await;
        assert!(copied.text.contains("value=\"PLANNED\" selected"), "the copy starts from measures as they are now");
        let fixed = [("measure_status_1", "IMPLEMENTED"), ("measure_evidence_1", "New keys"), ("act", "save")];
        editor.fill(&format!("{path}/tia/1/measures"), &fixed).await;
        hand_in(&editor, &path).await;
        let page = done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "2")]).await;
        assert_eq!(tia_codes(&page), "");
    }

    async fn the_day_of_review_comes_by_itself_and_the_grace_ends(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = assessed(&editor, &approver).await;
        app.advance(TimeDelta::days(180));
        jobs::run_due(&app.state).await.unwrap();
        assert!(text(&editor.get(&format!("{path}/tia/1")).await).contains("Approved"), "not before its day");
        app.advance(TimeDelta::days(1));
        jobs::run_due(&app.state).await.unwrap();
        jobs::run_due(&app.state).await.unwrap();
        let page = editor.get(&format!("{path}/tia/1")).await;
        assert!(text(&page).contains("Review due"), "{}", text(&page));
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, ["TIA_REVIEW"]);
        assert_eq!(tia_codes(&editor.get(&path).await), "", "within the grace it counts");
        app.advance(TimeDelta::days(31));
        assert_eq!(tia_codes(&editor.get(&path).await), "TIA_OVERDUE");
        let list = text(&editor.get("/staff/assessments?state=REVIEW_DUE").await);
        assert!(list.contains("Acme Inc., assessment 1 Full assessment United States Review due Allowed with measures") && list.contains("Overdue"), "{list}");
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        let copied = editor.get(&format!("{path}/tia/1/review")).await;
        assert!(copied.text.contains("value=\"2027-12-23\""), "the next day of review is proposed");
        hand_in(&editor, &path).await;
        let page = done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "2")]).await;
        assert_eq!(tia_codes(&page), "");
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, Vec::<String>::new());
    }

    async fn what_is_handed_out_is_redacted_and_who_got_it_is_kept(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let auditor = app.signed_in(Role::Auditor).await;
        let path = assessed(&editor, &approver).await;
        let own = format!("{path}/tia/1/v/1");
        let whole = text(&auditor.get(&own).await);
        for part in ["A Identity", "B The transfer", "D Law and practice", "Key ceremony of 2 November", "Opinion of our lawyers", "legal_approver", "20 hours a day", "Version 1"] {
            assert!(whole.to_lowercase().contains(&part.to_lowercase()), "{part}: {whole}");
        }
        let redacted = auditor.get(&format!("{own}?redacted=yes")).await;
        let told = text(&redacted);
        for secret in ["Key ceremony", "Opinion of our lawyers", "legal_editor", "legal_approver"] {
            assert!(!told.contains(secret), "{secret}: {told}");
        }
        assert!(told.contains("Encrypted; keys stay in Oslo.") && told.contains("FISA 702"), "{told}");
        let json = editor_json(&auditor, &format!("{own}.json")).await;
        assert_eq!(json["assessment"]["tia_type"], "FULL_46");
        assert_eq!(json["countries"][0]["knowledge"]["laws"][0]["name"], "FISA 702");
        let json = editor_json(&auditor, &format!("{own}.json?redacted=yes")).await;
        let plain = json.to_string();
        assert!(!plain.contains("Key ceremony") && !plain.contains("COUNSEL") && json.get("handed_in_by").is_none(), "{plain}");
        assert_eq!(json["assessment"]["authors"], serde_json::json!([]));
        for odd in ["2", "0", "x", "1.xml"] {
            assert_eq!(auditor.get(&format!("{path}/tia/1/v/{odd}")).await.status, 404, "{odd}");
        }

        let share = format!("{path}/tia/1/share");
        let refused = editor.post(&share, &[("recipient", ""), ("disclosed_on", "2026-11-24")]).await;
        assert_eq!(refused.status, 422);
        assert!(text(&refused).contains("Choose who it was") && text(&refused).contains("This day has not come yet"), "{}", text(&refused));
        let nobody = [("recipient", "01930000-0000-7000-8000-000000000000"), ("disclosed_on", "2026-11-23")];
        assert_eq!(editor.post(&share, &nobody).await.status, 422);
        let page = done(&editor, &share, &[("recipient", "IMPORTER"), ("disclosed_on", "2026-11-20"), ("note", "By mail")]).await;
        assert!(text(&page).contains("Friday 20 November 2026, version 1: The importer acknowledged it: By mail"), "{}", text(&page));
        let mut tx = app.state.db.read().await.unwrap();
        let verified = forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap();
        assert!(verified.is_intact(), "{verified:?}");
    }

    async fn assessments_are_listed_filtered_and_paged(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        assert!(text(&editor.get("/staff/assessments").await).contains("There are no assessments yet"));
        for number in 1..=51 {
            let name = format!("Vendor {number:02} AS");
            let answer = editor.post("/staff/register/new", &[("legal_name", name.as_str()), ("role", "SUBPROCESSOR")]).await;
            let form = if number == 1 { [("tia_type", "FULL_46"), ("destinations", "India")] } else { [("tia_type", "EEA_NOTE"), ("destinations", "")] };
            let started = editor.post(&format!("{}/tia", answer.location()), &form).await;
            assert_eq!(started.status, 303);
        }
        let first = text(&editor.get("/staff/assessments").await);
        assert!(first.contains("1 to 50 of 51 assessments"), "{first}");
        assert!(text(&editor.get("/staff/assessments?page=2").await).contains("51 to 51 of 51 assessments"));
        let found = text(&editor.get("/staff/assessments?q=vendor+07").await);
        assert!(found.contains("1 to 1 of 1 assessments") && found.contains("None outside the EEA"), "{found}");
        let india = text(&editor.get("/staff/assessments?to=india").await);
        assert!(india.contains("Vendor 01 AS, assessment 1") && india.contains("1 to 1 of 1"), "{india}");
        assert!(text(&editor.get("/staff/assessments?to=Europe").await).contains("is a region, not a country"));
        assert!(text(&editor.get("/staff/assessments?q=%25").await).contains("Nothing fits"));
        for odd in ["page=0", "page=x", "state=NONE", "page=99", "outcome=%27"] {
            assert_eq!(editor.get(&format!("/staff/assessments?{odd}")).await.status, 200, "{odd}");
        }
    }
}

async fn editor_json(client: &Client, path: &str) -> serde_json::Value {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    assert!(
        answer.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("application/json")
    );
    serde_json::from_str(&answer.text).unwrap()
}
