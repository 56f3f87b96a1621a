//! The register over HTTP: from an empty form to green gates, and what is refused on the way.

mod decisions;
mod forms;
mod listed;

use domain::engagement::EngagementFacts;
use domain::engagement::state::EngagementState;
use domain::id::{EngagementId, OrganisationId};
use domain::organisation::OrganisationFacts;
use domain::role::Role;
use domain::slug::Slug;
use domain::text::Name;
use forenotice::register::gates_command::{self, GatesArgs};
use forenotice::store::engagements::{
    Engagement, append_engagement_state, create_engagement, current_by_slug,
};
use forenotice::store::listings::{ListingState, NewListing, append_listing, find_listing, list_listings};
use forenotice::store::organisations::create_organisation;
use forenotice::store::tasks::{Task, list_open_tasks, list_open_tasks_of, open_task};
use forenotice::store::version::{NewVersion, Recorded};

use crate::both;
use crate::clauses::in_force;
use crate::support::{Answer, Client, TestApp};

pub(crate) type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// The digest of a file that is kept: see [`crate::support::people::archived`].
pub(crate) const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// A company about which everything is known.
pub(crate) fn company(legal_name: &'static str, country: &'static str) -> Pairs<'static> {
    vec![
        ("legal_name", legal_name),
        ("registration_number", "HRB 4711"),
        ("registration_country", country),
        ("address", "Main Street 1\n10115 Somewhere"),
        ("parent", "none"),
        ("ultimate_parent_country", country),
        ("contact_kind", "FUNCTION"),
        ("contact_name", "Privacy office"),
        ("contact_email", "privacy@acme.example"),
        ("dpo", "none"),
        ("representative", "none"),
    ]
}

/// How many tasks ask for a part of an assessment.
async fn open_parts(app: &TestApp) -> usize {
    let mut tx = app.state.db.read().await.unwrap();
    let asked = list_open_tasks_of(&mut tx, "ASSESSMENT_PART_MISSING").await;
    asked.unwrap().len()
}

/// Confirms one part of an assessment as its page offers it; gives the page after it.
pub(crate) async fn confirmed(person: &Client, path: &str, part: &str) -> Answer {
    let answer = person
        .post_seen(path, &format!("{path}/confirm-{part}"), &[])
        .await;
    assert_eq!(answer.status, 303, "{}", text(&answer));
    person.get(path).await
}

/// An engagement about which everything is known, in one country.
pub(crate) fn engagement(country: &'static str) -> Pairs<'static> {
    vec![
        ("role", "SUBPROCESSOR"),
        ("category", "INFRASTRUCTURE"),
        ("service", "Object Storage"),
        ("purpose", "Stores recordings"),
        ("responsibilities", "Keeps the files; nothing else"),
        ("data_subjects", "Callers"),
        ("data_categories", "Voice recordings\nTelephone numbers"),
        ("special", "none"),
        ("criminal_data", "no"),
        ("ai", "none"),
        ("rows", "1"),
        ("place_1", country),
        ("kind_1", "STORAGE"),
        ("remote_access", "no"),
        ("tier", "1"),
        ("chain", "NONE"),
    ]
}

pub(crate) fn contract(entity: &'static str) -> Pairs<'static> {
    let mut form = vec![
        ("seen", "0"),
        ("entity_name", entity),
        ("effective_on", "2026-01-01"),
        ("own_purpose", "NONE"),
        ("archived_copy", DIGEST),
        ("retrieved_on", "2026-11-01"),
    ];
    for term in domain::legal_record::FlowDown::ALL {
        form.push(("flow_down", term.as_str()));
    }
    form
}

pub(crate) const ASSESSMENT: [(&str, &str); 4] = [
    ("seen", "0"),
    ("result", "PASSED"),
    ("assessed_on", "2026-11-01"),
    ("valid_to", "2027-10-31"),
];

/// What a person adds to an EEA note that the register has filled in.
pub(crate) const EEA_NOTE: [(&str, &str); 6] = [
    ("responsible", "Privacy office"),
    ("scope", "All data of this engagement"),
    ("is_compliant", "yes"),
    ("importer_contributed", "yes"),
    ("decision_reason", "Company, storage and support are in the EEA"),
    ("act", "hand-in"),
];

/// Starts an assessment, fills it in and hands it in as its first version; opens the engagement's page.
pub(crate) async fn eea_note(editor: &Client, path: &str) -> Answer {
    let started = editor
        .post(&format!("{path}/tia"), &[("tia_type", "EEA_NOTE")])
        .await;
    assert_eq!(
        started.location(),
        format!("{path}/tia/1/note"),
        "{}",
        text(&started)
    );
    let answer = editor.fill(started.location(), &EEA_NOTE).await;
    assert_eq!(answer.status, 303, "{}", text(&answer));
    editor.get(answer.location()).await
}

pub(crate) fn with<'a>(form: &[(&'a str, &'a str)], other: &[(&'a str, &'a str)]) -> Pairs<'a> {
    let mut all: Pairs = form
        .iter()
        .filter(|(name, _)| other.iter().all(|(n, _)| n != name))
        .copied()
        .collect();
    all.extend(other);
    all
}

/// Posts a form that must be taken, and opens the page it leads to.
pub(crate) async fn done(client: &Client, path: &str, form: &[(&str, &str)]) -> Answer {
    let answer = client.post_confirmed(path, form).await;
    assert_eq!(answer.status, 303, "{path}: {}", text(&answer));
    let page = client.get(answer.location()).await;
    assert_eq!(page.status, 200, "{path}");
    page
}

/// The page as a reader hears it.
pub(crate) fn text(answer: &Answer) -> String {
    let main = answer.text.split("<main").nth(1).unwrap_or(&answer.text);
    let mut text = String::new();
    let mut is_tag = true;
    for letter in main.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                text.push(' ');
            }
            _ if !is_tag => text.push(letter),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The codes of the red gates on an engagement's page.
pub(crate) fn red(page: &Answer) -> Vec<String> {
    page.text
        .split("<code>")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .map(str::to_owned)
        .collect()
}

/// A draft of which only the name is known, added by `editor`; its page's address.
pub(crate) async fn named(editor: &Client, name: &str) -> String {
    let answer = editor
        .post(
            "/staff/register/new",
            &[("legal_name", name), ("role", "SUBPROCESSOR")],
        )
        .await;
    assert_eq!(answer.status, 303, "{}", text(&answer));
    answer.location().to_owned()
}

/// A vendor in Germany with all its papers, assessed and not yet confirmed.
pub(crate) async fn complete(editor: &Client, assessor: &Client, approver: &Client) -> String {
    let form = with(&company("Acme Hosting GmbH", "Germany"), &engagement("DE"));
    let answer = editor.post("/staff/register/new", &form).await;
    let path = answer.location().to_owned();
    assert_eq!(
        path,
        "/staff/register/acme-hosting-gmbh-object-storage",
        "{}",
        text(&answer)
    );
    done(
        editor,
        &format!("{path}/contract"),
        &contract("Acme Hosting GmbH"),
    )
    .await;
    done(assessor, &format!("{path}/security"), &ASSESSMENT).await;
    eea_note(editor, &path).await;
    done(approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
    path
}

both! {
    async fn a_vendor_goes_from_red_to_green_through_the_pages(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        assert_eq!(path, "/staff/register/acme-hosting-gmbh");
        let page = editor.get(&path).await;
        assert_eq!(
            red(&page),
            [
                "IDENTITY_INCOMPLETE", "NO_DPA", "SECURITY_MISSING", "TRANSFER_UNDETERMINED", "TRANSFER_UNDETERMINED",
                "TRANSFER_UNDETERMINED", "CHAIN_INCOMPLETE", "TIA_MISSING"
            ]
        );
        assert!(text(&page).contains("Unknown"), "what nobody has established is shown");

        let page = done(&editor, &format!("{path}/company"), &with(&company("Acme Hosting GmbH", "Germany"), &[("seen", "1")])).await;
        assert!(!red(&page).contains(&"IDENTITY_INCOMPLETE".to_owned()));
        assert!(text(&page).contains("Registration number unknown HRB 4711"), "the difference is shown: {}", text(&page));
        let facts = with(&engagement("DE"), &[("seen", "1")]);
        let page = done(&editor, &format!("{path}/edit"), &facts).await;
        assert_eq!(red(&page), ["NO_DPA", "SECURITY_MISSING", "TIA_MISSING"]);
        assert!(text(&page).contains("Version 2 was saved."));
        let page = done(&editor, &format!("{path}/contract"), &contract("Acme Hosting GmbH")).await;
        assert_eq!(red(&page), ["SECURITY_MISSING", "TIA_MISSING"]);
        let page = done(&assessor, &format!("{path}/security"), &ASSESSMENT).await;
        assert_eq!(red(&page), ["TIA_MISSING"]);
        let page = eea_note(&editor, &path).await;
        assert_eq!(red(&page), ["TIA_NOT_APPROVED"]);
        let page = done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        assert_eq!(red(&page), Vec::<String>::new());
        assert!(text(&page).contains("All of gates G1 to G8 are green"));

        done(&editor, &format!("{path}/assess"), &[]).await;
        let page = confirmed(&assessor, &path, "security").await;
        assert!(text(&page).contains("The legal part is not confirmed yet."), "{}", text(&page));
        let page = confirmed(&approver, &path, "legal").await;
        assert!(text(&page).contains("Assessed since"), "{}", text(&page));
        let list = editor.get("/staff/register").await;
        assert!(text(&list).contains("Acme Hosting GmbH Object Storage Subprocessor Assessed All green"), "{}", text(&list));
    }

    async fn a_vendor_in_the_united_states_needs_the_framework_and_something_to_fall_back_on(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let form = with(&company("Acme Inc.", "USA"), &with(&engagement("US"), &[("service", "Speech")]));
        let path = editor.post("/staff/register/new", &form).await.location().to_owned();
        done(&editor, &format!("{path}/contract"), &contract("Acme Inc.")).await;
        let codes = |page: &Answer| red(page).join(" ");
        assert_eq!(codes(&editor.get(&path).await), "SECURITY_MISSING NO_VALID_MECHANISM TIA_MISSING");

        let mut transfer = vec![
            ("seen", "0"),
            ("origins", "EEA_EFTA"),
            ("destination", "usa"),
            ("importer", "Acme Inc."),
            ("mechanism", "DPF"),
            ("dpf_non_hr_data", "yes"),
        ];
        let page = done(&editor, &format!("{path}/transfer"), &transfer).await;
        assert_eq!(codes(&page), "SECURITY_MISSING DPF_NOT_ACTIVE TIA_MISSING FALLBACK_MISSING");
        let look = [
            ("entity", "Acme Inc."),
            ("checked_on", "2026-11-20"),
            ("eu_us_status", "ACTIVE"),
            ("eu_us_covers_non_hr", "yes"),
        ];
        done(&editor, &format!("{path}/dpf/new"), &look).await;
        let page = editor.get(&path).await;
        assert_eq!(codes(&page), "SECURITY_MISSING TIA_MISSING FALLBACK_MISSING");
        assert!(text(&page).contains("To United States: Data Privacy Framework"), "{}", text(&page));

        in_force(&editor, &approver, &path, &[]).await;
        transfer = with(&transfer, &[("seen", "1"), ("fallback", "1")]);
        done(&editor, &format!("{path}/transfer/1"), &transfer).await;
        crate::assessments::know_the_united_states(&editor, &approver).await;
        crate::assessments::full(&editor, &path, "PLANNED").await;
        let page = done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        assert_eq!(codes(&page), "SECURITY_MISSING MEASURE_OPEN");
        let moved = [("status", "IMPLEMENTED"), ("evidence", "Key ceremony of 2 November")];
        done(&editor, &format!("{path}/tia/1/measures/1"), &moved).await;
        let page = editor.get(&path).await;
        assert_eq!(codes(&page), "SECURITY_MISSING", "a measure moves on without a new assessment");

        // Looks at the list and how far measures are have no version, and are read all the same.
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        done(&assessor, &format!("{path}/security"), &ASSESSMENT).await;
        done(&editor, &format!("{path}/assess"), &[]).await;
        let taken_back = "facts or papers have changed since, so it is confirmed again";
        let (measure, other) = (format!("{path}/tia/1/measures/1"), [("status", "IMPLEMENTED"), ("evidence", "Key ceremony of 9 November")]);
        for by_look in [true, false] {
            let page = confirmed(&assessor, &path, "security").await;
            assert!(!text(&page).contains(taken_back), "{}", text(&page));
            if by_look {
                done(&editor, &format!("{path}/dpf/new"), &with(&look, &[("checked_on", "2026-11-21")])).await;
            } else {
                done(&editor, &measure, &other).await;
            }
            let page = approver.get(&path).await;
            assert!(text(&page).contains(taken_back), "{by_look}: {}", text(&page));
        }

        assert!(page.text.contains(&format!("{path}/transfer/1")), "the paper is linked");
        done(&editor, &format!("{path}/dpf/new"), &with(&look, &[("entity", "Acme Holdings Inc."), ("checked_on", "2026-11-22")])).await;
        let page = editor.get(&path).await;
        assert!(page.text.contains(&format!("{path}/dpf")), "the list is linked");
        assert_eq!(codes(&page), "DPF_SCOPE");
        let page = done(&editor, &format!("{path}/transfer/1/end"), &[]).await;
        assert_eq!(codes(&page), "NO_VALID_MECHANISM");
        assert_eq!(editor.post(&format!("{path}/transfer/1/end"), &[]).await.status, 409);
    }
}

/// So many drafts of which only the name is known: "Vendor 01 AS", "Vendor 02 AS" …
pub async fn drafts(app: &TestApp, count: u32) {
    let now = app.state.clock.now();
    let recorded = Recorded::by_system(now);
    let mut tx = app.state.db.write().await.unwrap();
    for number in 1..=count {
        let name: Name = format!("Vendor {number:02} AS").parse().unwrap();
        let slug = Slug::from_name(name.as_str()).unwrap();
        let company = OrganisationId::from(app.state.random.id(now));
        let facts = OrganisationFacts::named(name);
        let first = NewVersion {
            id: app.state.random.id(now).into(),
            facts,
            valid_from: None,
            recorded,
            reason: None,
        };
        create_organisation(&mut tx, company, &slug, &first)
            .await
            .unwrap();
        let engagement = Engagement {
            id: app.state.random.id(now).into(),
            organisation_id: company,
            entity_id: None,
            slug,
            parent_id: None,
            created_at: now,
            created_by: None,
        };
        let facts = EngagementFacts::of(company);
        let first = NewVersion {
            id: app.state.random.id(now).into(),
            facts,
            valid_from: None,
            recorded,
            reason: None,
        };
        create_engagement(&mut tx, &engagement, &first, app.state.random.id(now))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

/// Puts an engagement on the public list as in use, as an activation would.
pub(crate) async fn listed(app: &TestApp, path: &str) -> EngagementId {
    let mut tx = app.state.db.write().await.unwrap();
    let current = current_by_slug(&mut tx, path.rsplit('/').next().unwrap())
        .await
        .unwrap()
        .unwrap();
    let now = app.state.clock.now();
    let id = current.engagement.id;
    let step = (EngagementState::Draft, EngagementState::Active);
    append_engagement_state(
        &mut tx,
        app.state.random.id(now),
        id,
        step,
        Recorded::by_system(now),
        None,
    )
    .await
    .unwrap();
    let listing = NewListing {
        id: app.state.random.id(now),
        engagement_id: id,
        engagement_version_id: current.version.id,
        organisation_version_id: current.organisation.version.id,
        listing: ListingState::Listed,
        in_use_from: None,
        line_id: None,
        recorded_at: now,
    };
    append_listing(&mut tx, &listing).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// `forenotice gates` with these arguments: what it prints, or its one line of refusal.
pub(crate) async fn gates(app: &TestApp, args: &[&str]) -> Result<String, String> {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: GatesArgs,
    }
    let line = <Line as clap::Parser>::try_parse_from(["gates"].iter().chain(args)).unwrap();
    let mut out = Vec::new();
    gates_command::run(&app.state, &line.args, &mut out)
        .await
        .map_err(|e| e.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}
