//! The register over HTTP: from an empty form to green gates, and what is refused on the way.

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
use forenotice::store::tasks::{list_open_tasks, list_open_tasks_of};
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

    async fn what_is_typed_wrong_is_kept_and_said_at_its_field(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let long = "x".repeat(301);
        let rows: [(&str, &str, &str); 12] = [
            ("legal_name", "", "Write something here"),
            ("legal_name", &long, "At most 200 characters"),
            ("legal_name", "Acme\u{202e}Inc", "Character U+202E is not allowed"),
            ("service", &long, "At most 300 characters"),
            ("place_1", "EU", "is a region, not a country"),
            ("place_1", "Europe", "is a region, not a country"),
            ("place_1", "Atlantis", "is not a country"),
            ("kind_1", "", "Choose what happens there"),
            ("registration_country", "XX", "is not a country"),
            ("website", "javascript:alert(1)", "A web address starts with https://"),
            ("contact_email", "not an address", ""),
            ("tier", "0", "Write a whole number from 1 to 9"),
        ];
        for (field, value, message) in rows {
            let form = with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"));
            let answer = editor.post("/staff/register/new", &with(&form, &[(field, value)])).await;
            assert_eq!(answer.status, 422, "{field} {value}");
            let body = text(&answer);
            assert!(body.contains(message), "{field} {value}: {body}");
            assert!(answer.text.contains(&format!("href=\"#{field}\"")), "the summary links to {field}");
            assert!(answer.text.contains("Voice recordings"), "what was typed is kept");
            assert!(answer.text.contains("Error: "), "the title says so");
        }
        let null = editor.post("/staff/register/new", &[("legal_name", "a\0b"), ("role", "SUBPROCESSOR")]).await;
        assert_eq!(null.status, 422, "no keyboard types it, and it is no reason to lose the rest");
        assert!(null.text.contains("a\u{FFFD}b") && text(&null).contains("could not be read"));
        let list = editor.get("/staff/register").await;
        assert!(text(&list).contains("The register is empty"), "nothing was written");
    }

    async fn markup_in_a_name_is_text(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = named(&editor, "<script>alert(1)</script> & Sons").await;
        let page = editor.get(&path).await;
        assert!(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons"));
        assert!(!page.text.contains("<script>alert"));
    }

    async fn a_location_is_added_without_scripts_and_an_empty_one_counts_as_none(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let form = with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"));
        let more = editor.post("/staff/register/new", &with(&form, &[("act", "add-row")])).await;
        assert_eq!(more.status, 200);
        assert!(more.text.contains("id=\"place_2\"") && more.text.contains("Voice recordings"), "a row more, nothing lost");
        let two = with(&form, &[("rows", "3"), ("place_3", "worldwide"), ("kind_3", "SUPPORT"), ("remote_access", "yes")]);
        let page = done(&editor, "/staff/register/new", &two).await;
        let body = text(&page);
        assert!(body.contains("Germany: storage") && body.contains("Worldwide: support"), "{body}");
    }

    async fn a_stale_save_is_told_so_and_shows_both_sides(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let other = app.signed_in_as("second editor", &[Role::LegalEditor]).await;
        let form = with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"));
        let path = editor.post("/staff/register/new", &form).await.location().to_owned();
        let edit = format!("{path}/edit");
        let mine = with(&engagement("DE"), &[("seen", "1"), ("purpose", "Stores recordings and transcripts")]);
        let theirs = with(&engagement("DE"), &[("seen", "1"), ("data_subjects", "Callers\nAgents")]);
        done(&other, &edit, &theirs).await;
        let answer = editor.post(&edit, &mine).await;
        assert_eq!(answer.status, 409);
        let body = text(&answer);
        assert!(body.contains("Version 2 was saved on") && body.contains("second editor"), "{body}");
        assert!(body.contains("Data subjects Callers Agents; Callers"), "what they changed: {body}");
        assert!(body.contains("Purpose Stores recordings Stores recordings and transcripts"), "what saving would change: {body}");
        assert!(answer.text.contains("Stores recordings and transcripts"), "what was typed is kept");
        let invalid = editor.post(&edit, &with(&mine, &[("place_1", "EU")])).await;
        assert_eq!(invalid.status, 422);
        assert!(invalid.text.contains("name=\"seen\" value=\"1\""), "a refused form stays stale");
        let again = with(&mine, &[("seen", "2")]);
        let page = done(&editor, &edit, &again).await;
        assert!(text(&page).contains("Engagement, version 3"));
        let company_form = with(&company("Acme Hosting GmbH", "DE"), &[("seen", "0")]);
        assert_eq!(editor.post(&format!("{path}/company"), &company_form).await.status, 409);
        done(&editor, &format!("{path}/contract"), &contract("Acme Hosting GmbH")).await;
        assert_eq!(other.post(&format!("{path}/contract"), &contract("Acme")).await.status, 409);
    }

    async fn nobody_decides_on_their_own_work(app: TestApp) {
        let both = app.signed_in_as("two hats", &[Role::LegalEditor, Role::LegalApprover, Role::SecurityAssessor]).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let form = with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"));
        let path = both.post("/staff/register/new", &form).await.location().to_owned();
        done(&both, &format!("{path}/contract"), &contract("Acme Hosting GmbH")).await;
        done(&both, &format!("{path}/security"), &ASSESSMENT).await;
        eea_note(&both, &path).await;
        let own = both.post(&format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        assert_eq!(own.status, 403, "{}", text(&own));
        assert!(text(&both.get(&format!("{path}/tia/1")).await).contains("somebody else must decide"));
        let other = approver.post(&format!("{path}/tia/1/approve"), &[("seen", "0")]).await;
        assert_eq!(other.status, 409, "a version that was not read is not approved");
        done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        assert_eq!(approver.post(&format!("{path}/tia/1/approve"), &[("seen", "1")]).await.status, 409);
        done(&both, &format!("{path}/assess"), &[]).await;
        for part in ["security", "legal"] {
            let own = both.post(&format!("{path}/confirm-{part}"), &[]).await;
            assert_eq!(own.status, 409);
            assert!(text(&own).contains("somebody else must confirm them"), "{}", text(&own));
        }
        confirmed(&approver, &path, "legal").await;
    }

    async fn an_assessment_is_confirmed_by_two_people_who_read_the_same_papers(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let both = app.signed_in_as("two hats", &[Role::LegalApprover, Role::SecurityAssessor]).await;
        let path = crate::register::complete(&editor, &assessor, &approver).await;
        let (security, legal) = (format!("{path}/confirm-security"), format!("{path}/confirm-legal"));
        let early = approver.post(&legal, &[]).await;
        assert_eq!(early.status, 409, "it is a draft still");
        done(&editor, &format!("{path}/assess"), &[]).await;

        let unread = approver.post(&legal, &[]).await;
        assert_eq!(unread.status, 409);
        assert!(text(&unread).contains("read it again"), "{}", text(&unread));
        assert_eq!(approver.post(&security, &[]).await.status, 403);
        assert_eq!(assessor.post(&legal, &[]).await.status, 403);
        assert_eq!(editor.post(&legal, &[]).await.status, 403);
        // Whoever recorded the security assessment may stand by it; the legal part is read by others.
        let old = assessor.get(&path).await;
        assert_eq!(editor.fill(&format!("{path}/contract"), &[("vendor_notice_days", "30")]).await.status, 303);
        let stale = assessor.refill(&old, &security, &[]).await;
        assert_eq!(stale.status, 409, "the agreement has another version now");
        assert!(text(&stale).contains("read it again"));
        let page = confirmed(&both, &path, "security").await;
        assert!(text(&page).contains("The security part is confirmed. The legal part is confirmed by somebody else."), "{}", text(&page));
        assert!(text(&page).contains("Not now: you confirmed the other part"), "{}", text(&page));
        assert_eq!(both.post_seen(&path, &legal, &[]).await.status, 409);
        assert!(text(&assessor.get(&path).await).contains("Not now: this part is confirmed"));
        let asks = format!("Confirm the legal part of the assessment of {}", "Acme Hosting GmbH");
        assert!(text(&approver.get("/staff/tasks").await).contains(&asks), "{asks}");

        assert_eq!(open_parts(&app).await, 1);
        // A paper that changes takes it back.
        assert_eq!(editor.fill(&format!("{path}/contract"), &[("vendor_notice_days", "14")]).await.status, 303);
        let page = approver.get(&path).await;
        assert!(text(&page).contains("facts or papers have changed since, so it is confirmed again"), "{}", text(&page));
        let page = confirmed(&approver, &path, "legal").await;
        assert!(text(&page).contains("The security part was confirmed"), "{}", text(&page));
        assert_eq!(open_parts(&app).await, 1, "only the part that is missing now is asked for");
        let page = confirmed(&assessor, &path, "security").await;
        assert!(text(&page).contains("Assessed since"), "{}", text(&page));
        assert!(!text(&approver.get("/staff/tasks").await).contains(&asks));
    }

    async fn an_assessment_that_is_turned_down_comes_back_to_its_authors(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = editor.post("/staff/register/new", &with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"))).await.location().to_owned();
        let started = editor.post(&format!("{path}/tia"), &[("tia_type", "EEA_NOTE")]).await;
        assert_eq!(approver.post(&format!("{path}/tia/1/approve"), &[("seen", "1")]).await.status, 409, "a draft");
        let answer = editor.fill(started.location(), &EEA_NOTE).await;
        assert_eq!(answer.status, 303, "{}", text(&answer));
        let silent = approver.post(&format!("{path}/tia/1/reject"), &[("seen", "1")]).await;
        assert_eq!(silent.status, 422);
        assert!(text(&silent).contains("Turn version 1 down") && silent.text.contains("aria-invalid"), "{}", text(&silent));
        let page = done(&approver, &format!("{path}/tia/1/reject"), &[("seen", "1"), ("rejection", "Name the parent")]).await;
        assert!(text(&page).contains("turned down: Name the parent"), "{}", text(&page));
        assert_eq!(red(&page), ["NO_DPA", "SECURITY_MISSING", "TIA_NOT_APPROVED"]);
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_open_tasks(&mut tx, &[Role::LegalApprover]).await.unwrap(), []);
        drop(tx);
        let page = editor.get(&format!("{path}/tia/1")).await;
        assert!(text(&page).contains("The newest version was turned down Name the parent"), "{}", text(&page));
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        let answer = editor.fill(&format!("{path}/tia/1/note"), &[("decision_reason", "The parent is in Germany too"), ("act", "hand-in")]).await;
        assert_eq!(answer.status, 303, "{}", text(&answer));
        let page = approver.get(&format!("{path}/tia/1")).await;
        assert!(text(&page).contains("Version 2 is handed in") && page.text.contains("Approve version 2"), "{}", text(&page));
        done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "2")]).await;
    }

    async fn an_assessment_cannot_be_confirmed_while_a_gate_is_red(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        let early = editor.post(&format!("{path}/assess"), &[]).await;
        assert_eq!(early.status, 409);
        assert!(text(&early).contains("the purpose is unknown") && text(&early).contains("the locations are unknown"));
        done(&editor, &format!("{path}/edit"), &with(&engagement("DE"), &[("seen", "1")])).await;
        done(&editor, &format!("{path}/assess"), &[]).await;
        let red = approver.post(&format!("{path}/confirm-legal"), &[]).await;
        assert_eq!(red.status, 409);
        assert!(text(&red).contains("NO_DPA") && text(&red).contains("TIA_MISSING"), "{}", text(&red));
        assert_eq!(approver.post(&format!("{path}/suspend"), &[("reason-suspend", "x")]).await.status, 409, "no such step");
        assert_eq!(editor.post(&format!("{path}/reject"), &[]).await.status, 422, "a reason is needed");
        let page = done(&editor, &format!("{path}/reject"), &[("reason-reject", "Too risky")]).await;
        assert!(text(&page).contains("Reason: Too risky"));
        let over = editor.post(&format!("{path}/edit"), &with(&engagement("DE"), &[("seen", "2")])).await;
        assert_eq!(over.status, 409, "what is over stays as it was");
    }

    async fn the_papers_of_what_is_over_stay_as_they_were(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = complete(&editor, &assessor, &approver).await;
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        let step = format!("{path}/tia/1/note");
        let filled = editor.get(&step).await;
        in_force(&editor, &approver, &path, &[]).await;
        done(&approver, &format!("{path}/cancel"), &[("reason-cancel", "Not needed")]).await;
        for (person, action, form) in [
            (&editor, format!("{path}/tia/1/hand-in"), vec![("seen", "1")]),
            (&editor, format!("{path}/tia"), vec![("tia_type", "EEA_NOTE")]),
            (&editor, format!("{path}/tia/1/new-version"), vec![]),
            (&approver, format!("{path}/tia/1/suspend"), vec![("reason", "Late")]),
            (&approver, format!("{path}/scc/1/suspend"), vec![("reason-suspend", "Late")]),
            (&editor, format!("{path}/contract"), contract("Acme Hosting GmbH")),
        ] {
            let answer = person.post(&action, &form).await;
            assert_eq!(answer.status, 409, "{action}");
            assert!(text(&answer).contains("This engagement is over; its papers stay as they were."), "{action}: {}", text(&answer));
        }
        let answer = editor.refill(&filled, &step, &[("decision_reason", "Anew")]).await;
        assert_eq!(answer.status, 409);
    }

    async fn a_derogation_is_permitted_by_the_data_protection_officer_for_a_short_time(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let dpo = app.signed_in(Role::Dpo).await;
        let path = named(&editor, "Acme Inc.").await;
        let reason = "A single file must be handed over to a court expert in Kenya. ".repeat(4);
        let transfer = [
            ("seen", "0"),
            ("origins", "EU"),
            ("destination", "KE"),
            ("importer", "Acme Inc."),
            ("mechanism", "ART49"),
            ("derogation_reason", reason.as_str()),
        ];
        let page = done(&editor, &format!("{path}/transfer"), &transfer).await;
        assert!(red(&page).contains(&"ART49_BLOCKED".to_owned()));
        let long = dpo.post(&format!("{path}/transfer/1/permit"), &[("seen", "1"), ("expires_on", "2027-01-31")]).await;
        assert_eq!(long.status, 409);
        assert_eq!(dpo.post(&format!("{path}/transfer/1/permit"), &[("seen", "1"), ("expires_on", "soon")]).await.status, 422);
        let unread = dpo.post(&format!("{path}/transfer/1/permit"), &[("expires_on", "2026-12-01")]).await;
        assert_eq!(unread.status, 409, "which version was read?");
        let page = done(&dpo, &format!("{path}/transfer/1/permit"), &[("seen", "1"), ("expires_on", "2026-12-01")]).await;
        assert!(!red(&page).contains(&"ART49_BLOCKED".to_owned()));
        let changed = with(&transfer, &[("seen", "2"), ("derogation_reason", "Another reason")]);
        let page = done(&editor, &format!("{path}/transfer/1"), &changed).await;
        assert!(red(&page).contains(&"ART49_BLOCKED".to_owned()), "another reason needs another permission");
        let permit = [("seen", "3"), ("expires_on", "2026-12-01")];
        assert_eq!(dpo.post(&format!("{path}/transfer/1/permit"), &permit).await.status, 409, "too short a reason");
        let further = "A second file must be handed over to the same court expert in Kenya. ".repeat(4);
        let again = with(&transfer, &[("seen", "3"), ("derogation_reason", further.as_str())]);
        done(&editor, &format!("{path}/transfer/1"), &again).await;
        done(&dpo, &format!("{path}/transfer/1/permit"), &[("seen", "4"), ("expires_on", "2026-12-01")]).await;
        let elsewhere = with(&again, &[("seen", "5"), ("importer", "Acme Kenya Ltd")]);
        let page = done(&editor, &format!("{path}/transfer/1"), &elsewhere).await;
        assert!(red(&page).contains(&"ART49_BLOCKED".to_owned()), "another importer needs another permission");
    }

    async fn what_the_public_was_shown_is_corrected_with_a_reason_or_announced_first(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = complete(&editor, &assessor, &approver).await;
        let id = listed(&app, &path).await;
        let edit = format!("{path}/edit");
        let wording = [("seen", "1"), ("category", "OTHER"), ("cover_CATEGORY", "CORRECTION")];
        let wording = with(&engagement("DE"), &wording);
        let silent = editor.post(&edit, &wording).await;
        assert_eq!(silent.status, 422);
        assert!(text(&silent).contains("Say why: others were shown what you are changing"));
        let page = done(&editor, &edit, &with(&wording, &[("reason", "It was overlooked")])).await;
        let body = text(&page);
        assert!(body.contains("The public list shows it now.") && body.contains("Reason: It was overlooked"), "{body}");
        assert!(!body.contains("differ from the public list"));

        let moved = with(&wording, &[("seen", "2"), ("place_1", "France"), ("reason", "They moved")]);
        let page = done(&editor, &edit, &moved).await;
        let body = text(&page);
        assert!(body.contains("It is not published: customers must be told first"), "{body}");
        assert!(body.contains("These facts differ from the public list"), "{body}");
        assert!(page.text.contains("/staff/changes/new?engagement=acme-hosting-gmbh-object-storage"));
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_listings(&mut tx, id).await.unwrap().len(), 2, "only the correction was published");
        let tasks = list_open_tasks(&mut tx, &[Role::LegalEditor]).await.unwrap();
        let mut kinds: Vec<_> = tasks.iter().map(|task| task.kind.as_str()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["CHANGE_NEEDED", "TRIGGER_TO_JUDGE"], "the assessment is looked at too");
        drop(tx);
        let list = editor.get("/staff/register").await;
        assert!(text(&list).contains("Differs from the notice"), "{}", text(&list));

        let back = with(&wording, &[("seen", "3"), ("reason", "They did not move after all")]);
        done(&editor, &edit, &back).await;
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_listings(&mut tx, id).await.unwrap().len(), 3, "as it was announced, so it is shown");
        let tasks = list_open_tasks(&mut tx, &[Role::LegalEditor]).await.unwrap();
        let kinds: Vec<_> = tasks.iter().map(|task| task.kind.as_str()).collect();
        assert_eq!(kinds, ["TRIGGER_TO_JUDGE"; 2], "nothing is left but to say of each that it had no impact");
    }

    async fn an_engagement_in_use_is_suspended_resumed_and_ended(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = complete(&editor, &assessor, &approver).await;
        let id = listed(&app, &path).await;
        done(&approver, &format!("{path}/suspend"), &[("reason-suspend", "Breach at the vendor")]).await;
        done(&approver, &format!("{path}/resume"), &[("reason-resume", "Fixed")]).await;
        done(&approver, &format!("{path}/suspend"), &[("reason-suspend", "Again")]).await;
        app.advance(chrono::TimeDelta::days(91));
        let late = approver.post(&format!("{path}/resume"), &[("reason-resume", "Fixed")]).await;
        assert_eq!(late.status, 409);
        assert!(text(&late).contains("it rested for more than 90 days"), "{}", text(&late));
        done(&editor, &format!("{path}/offboard"), &[("reason-offboard", "Replaced")]).await;
        let page = done(&editor, &format!("{path}/remove"), &[("reason-remove", "Deletion certified")]).await;
        assert!(text(&page).contains("Removed since") && text(&page).contains("Off the list"));
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(find_listing(&mut tx, id).await.unwrap().unwrap().row.listing, ListingState::Ended);
        let verified = forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap();
        assert!(verified.is_intact(), "{verified:?}");
    }

    async fn a_refused_reason_comes_back_as_it_was_typed(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = complete(&editor, &assessor, &approver).await;
        listed(&app, &path).await;
        let long = "Breach at the vendor. ".repeat(200);
        for (typed, said) in [("", "Write something here"), (long.as_str(), "At most 4000 characters"), ("a\u{202e}b", "is not allowed")] {
            let refused = approver.post(&format!("{path}/suspend"), &[("reason-suspend", typed)]).await;
            assert_eq!(refused.status, 422);
            assert!(refused.text.contains("<title>Error: Acme Hosting GmbH"), "{}", text(&refused));
            assert!(refused.text.contains("href=\"#reason-suspend\"") && refused.text.contains("id=\"reason-suspend-error\""));
            assert!(text(&refused).contains(said), "{said}: {}", text(&refused));
            assert!(refused.text.contains(typed), "what was typed is kept");
        }
        assert!(text(&editor.get(&path).await).contains("Active since"), "nothing was changed");
        done(&approver, &format!("{path}/suspend"), &[("reason-suspend", "Breach at the vendor")]).await;
        let gone = approver.post(&format!("{path}/suspend"), &[]).await;
        assert_eq!(gone.status, 409, "whether there is such a step comes first");
    }

    async fn a_version_that_there_never_was_is_taken_for_the_newest(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let form = with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"));
        let path = editor.post("/staff/register/new", &form).await.location().to_owned();
        for (client, place) in [
            (&editor, "edit"),
            (&editor, "company"),
            (&editor, "contract"),
            (&editor, "transfer"),
            (&assessor, "security"),
            (&assessor, "certificates/new"),
        ] {
            for seen in ["9223372036854775807", "-9223372036854775808", "-1"] {
                let answer = client.post(&format!("{path}/{place}"), &[("seen", seen)]).await;
                assert_eq!(answer.status, 422, "{place} {seen}: {}", text(&answer));
            }
        }
        let answer = editor.post("/staff/countries/DE", &[("seen", "9223372036854775807")]).await;
        assert!(answer.status < 500, "{}", text(&answer));
    }

    async fn the_command_prints_the_same_reasons_as_the_page(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        let page = editor.get(&path).await;
        let json = gates(&app, &["acme-hosting-gmbh", "--json"]).await.unwrap();
        let answers: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(answers[0]["engagement"], "acme-hosting-gmbh");
        assert_eq!(answers[0]["customer"], serde_json::Value::Null);
        assert_eq!(answers[0]["at"], "2026-11-23T09:00:00Z");
        assert_eq!(answers[0]["allowed"], false);
        let codes: Vec<&str> =
            answers[0]["reasons"].as_array().unwrap().iter().map(|r| r["code"].as_str().unwrap()).collect();
        assert_eq!(codes, red(&page));
        assert_eq!(answers[0]["reasons"][0]["gate"], "G1");
        let printed = gates(&app, &[]).await.unwrap();
        assert!(printed.starts_with("acme-hosting-gmbh at 2026-11-23T09:00:00Z: RED"), "{printed}");
        assert!(gates(&app, &["nobody"]).await.unwrap_err().contains("there is no engagement"));
        assert!(gates(&app, &["--customer", "nobody"]).await.unwrap_err().contains("there is no customer"));
        assert!(gates(&app, &["--at", "yesterday"]).await.unwrap_err().starts_with("--at:"));
        app.advance(chrono::TimeDelta::days(1));
        done(&editor, &format!("{path}/company"), &with(&company("Acme Hosting GmbH", "DE"), &[("seen", "1")])).await;
        assert!(!gates(&app, &[]).await.unwrap().contains("IDENTITY_INCOMPLETE"));
        let then = gates(&app, &["--at", "2026-11-23T12:00:00Z"]).await.unwrap();
        assert!(then.contains("IDENTITY_INCOMPLETE"), "as it was recorded then: {then}");
    }

    async fn the_list_is_filtered_sorted_and_paged_by_its_address(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        drafts(&app, 52).await;
        let first = text(&editor.get("/staff/register").await);
        assert!(first.contains("1 to 50 of 52 engagements") && first.contains("Vendor 01 AS"), "{first}");
        let second = text(&editor.get("/staff/register?page=2").await);
        assert!(second.contains("51 to 52 of 52 engagements") && second.contains("Vendor 52 AS"));
        let down = text(&editor.get("/staff/register?order=down").await);
        assert!(down.contains("Vendor 52 AS") && !down.contains("Vendor 01 AS"));
        let found = text(&editor.get("/staff/register?q=vendor+07").await);
        assert!(found.contains("1 to 1 of 1 engagements"), "{found}");
        let none = text(&editor.get("/staff/register?gates=green&q=%3Cb%3E").await);
        assert!(none.contains("Nothing fits") && none.contains("Clear the filter"));
        for odd in ["page=0", "page=x", "sort=nothing", "state=NONE", "page=99"] {
            assert_eq!(editor.get(&format!("/staff/register?{odd}")).await.status, 200, "{odd}");
        }
        assert_eq!(editor.get("/staff/register/nobody").await.status, 404);
    }

    async fn a_chain_has_an_end_and_its_tiers_follow_one_another(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let above = named(&editor, "Acme Hosting GmbH").await;
        let below = named(&editor, "Deep Support Ltd").await;
        let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        let mut tx = app.state.db.read().await.unwrap();
        let above_id = current_by_slug(&mut tx, &id(&above)).await.unwrap().unwrap().engagement.id.to_string();
        let below_id = current_by_slug(&mut tx, &id(&below)).await.unwrap().unwrap().engagement.id.to_string();
        drop(tx);
        let edit = |parent: &'static str| with(&engagement("DE"), &[("seen", "1"), ("tier", parent)]);
        let mut form = edit("3");
        form.push(("parent_engagement", &above_id));
        let wrong = editor.post(&format!("{below}/edit"), &form).await;
        assert!(text(&wrong).contains("so this one is tier 2"), "{}", text(&wrong));
        let mut form = edit("2");
        form.push(("parent_engagement", &above_id));
        done(&editor, &format!("{below}/edit"), &form).await;
        let page = editor.get(&above).await;
        let tree = "Chain of subprocessors Tier 1 Acme Hosting GmbH Draft places unknown Tier 2 Deep Support Ltd: Object Storage";
        assert!(text(&page).contains(tree), "{}", text(&page));
        let mut form = edit("3");
        form.push(("parent_engagement", &below_id));
        let circle = editor.post(&format!("{above}/edit"), &form).await;
        assert_eq!(circle.status, 422);
        assert!(text(&circle).contains("a chain cannot be a circle"));
    }

    async fn an_auditor_reads_papers_and_has_no_button(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let auditor = app.signed_in(Role::Auditor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        done(&editor, &format!("{path}/contract"), &contract("Acme Hosting GmbH")).await;
        let page = auditor.get(&format!("{path}/contract")).await;
        assert_eq!(page.status, 200);
        assert!(text(&page).contains("Legal entity that signed Acme Hosting GmbH") && !page.text.contains("Save as version"));
        let page = auditor.get(&path).await;
        assert!(!text(&page).contains("What can happen next") && !text(&page).contains("Edit these facts"));
        assert_eq!(auditor.get(&format!("{path}/edit")).await.status, 403);
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
