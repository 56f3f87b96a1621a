//! Transfer impact assessments over HTTP: the guided steps, knowledge about countries, events, reviews, exports.

mod handed_out;
mod refused;
mod reviews;
mod variants;

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
