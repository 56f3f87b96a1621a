//! What differs from what others were shown: the kinds of change that are proposed, what saving waits for, and the line of a
//! change that carries it, on both databases.

use chrono::TimeDelta;
use domain::change::{ChangeType as T, NoticeClass as N};
use domain::facts::FactField as F;
use domain::role::Role;
use forenotice::jobs::run_due;
use forenotice::store::changes;
use forenotice::store::covers::find_covers;
use forenotice::store::engagements::{CurrentEngagement, current_by_slug};
use forenotice::store::lines::{Line, list_lines};
use forenotice::store::listings::{ListingState, NewListing, append_listing, list_listings};
use forenotice::store::policies::{append_policy, list_policies};
use forenotice::store::tasks::{Task, list_open_tasks};
use forenotice::store::{authorisations, customers};

use crate::both;
use crate::journey::{activate_by, clients};
use crate::register::{
    ASSESSMENT, Pairs, company, complete, contract, done, engagement, listed, red, text, with,
};
use crate::support::mailbox::Mailbox;
use crate::support::{Answer, Client, TestApp, fields};

const SLUG: &str = "acme-hosting-gmbh-object-storage";
const PATH: &str = "/staff/register/acme-hosting-gmbh-object-storage";
const WHY: (&str, &str) = ("reason", "They told us");

/// A vendor in Germany of which everything is known, with all papers, on the public list.
pub async fn in_use(app: &TestApp) -> Client {
    let editor = app.signed_in(Role::LegalEditor).await;
    let assessor = app.signed_in(Role::SecurityAssessor).await;
    let approver = app.signed_in_as("paper approver", &[Role::LegalApprover]).await;
    assert_eq!(complete(&editor, &assessor, &approver).await, PATH);
    listed(app, PATH).await;
    editor
}

async fn current(app: &TestApp) -> CurrentEngagement {
    let mut tx = app.state.db.read().await.unwrap();
    current_by_slug(&mut tx, SLUG).await.unwrap().unwrap()
}

/// Puts what the register says now on the public list, as an activation would.
async fn list_again(app: &TestApp) {
    let current = current(app).await;
    let now = app.state.clock.now();
    let mut tx = app.state.db.write().await.unwrap();
    let listing = NewListing {
        id: app.state.random.id(now),
        engagement_id: current.engagement.id,
        engagement_version_id: current.version.id,
        organisation_version_id: current.organisation.version.id,
        listing: ListingState::Listed,
        in_use_from: None,
        line_id: None,
        recorded_at: now,
    };
    append_listing(&mut tx, &listing).await.unwrap();
    tx.commit().await.unwrap();
}

async fn times_published(app: &TestApp) -> usize {
    let id = current(app).await.engagement.id;
    let mut tx = app.state.db.read().await.unwrap();
    list_listings(&mut tx, id).await.unwrap().len()
}

/// The form with these values instead, on the present version.
async fn form<'a>(
    app: &TestApp,
    place: &str,
    instead: &[(&'a str, &'a str)],
) -> (String, Vec<(String, String)>) {
    let now = current(app).await;
    let (base, seen): (Pairs, i64) = match place {
        "edit" => (engagement("DE"), now.version.number),
        _ => (
            company("Acme Hosting GmbH", "Germany"),
            now.organisation.version.number,
        ),
    };
    let mut form: Vec<(String, String)> = with(&with(&base, &[WHY]), instead)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    form.push(("seen".to_owned(), seen.to_string()));
    (format!("{PATH}/{place}"), form)
}

async fn post(app: &TestApp, editor: &Client, place: &str, instead: &[(&str, &str)]) -> Answer {
    let (path, form) = form(app, place, instead).await;
    let pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    editor.post(&path, &pairs).await
}

/// Saves, confirming what is proposed; gives the engagement's page.
pub async fn save(app: &TestApp, editor: &Client, place: &str, instead: &[(&str, &str)]) -> Answer {
    let (path, form) = form(app, place, instead).await;
    let pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    done(editor, &path, &pairs).await
}

/// Field, type and class of what was said of the present version.
async fn said(app: &TestApp, place: &str) -> Vec<(F, T, N)> {
    let now = current(app).await;
    let version = match place {
        "edit" => now.version.id,
        _ => now.organisation.version.id,
    };
    let mut tx = app.state.db.read().await.unwrap();
    let found = find_covers(&mut tx, version).await.unwrap();
    found.map_or_else(Vec::new, |found| {
        found
            .covers
            .iter()
            .map(|cover| (cover.field, cover.change_type, cover.class))
            .collect()
    })
}

pub async fn line_of(app: &TestApp, change: &str) -> Line {
    let number = change.rsplit('/').next().unwrap();
    let mut tx = app.state.db.read().await.unwrap();
    let change = changes::find_by_number(&mut tx, number).await.unwrap().unwrap();
    list_lines(&mut tx, change.id).await.unwrap().remove(0)
}

/// Opens the change that the engagement's page leads to, as the page fills it.
pub async fn open(editor: &Client) -> String {
    let page = editor.get(&format!("/staff/changes/new?engagement={SLUG}")).await;
    assert_eq!(page.status, 200);
    let opened = editor.post_filled(&page.text, "/staff/changes", &[]).await;
    assert_eq!(opened.status, 303, "{}", text(&opened));
    opened.location().to_owned()
}

async fn is_change_needed(app: &TestApp) -> bool {
    let id = current(app).await.engagement.id.uuid();
    let mut tx = app.state.db.read().await.unwrap();
    let tasks = list_open_tasks(&mut tx, &[Role::LegalEditor]).await.unwrap();
    let asks = |task: &Task| task.kind == "CHANGE_NEEDED" && task.about_id == Some(id);
    tasks.iter().any(asks)
}

fn today(app: &TestApp) -> String {
    let zone = app.state.publisher().zone;
    zone.local_date(app.state.clock.now()).to_string()
}

async fn steps(app: &TestApp, change: &str, editor: &Client, approver: &Client) {
    let day = today(app);
    for (client, step, form) in [
        (editor, "submit", vec![]),
        (
            approver,
            "approve",
            vec![("dispatch_on", day.as_str()), ("nobody", "yes")],
        ),
        (approver, "dispatch", vec![]),
    ] {
        let answer = client.post_seen(change, &format!("{change}/{step}"), &form).await;
        assert_eq!(answer.status, 303, "{step}: {}", text(&answer));
    }
}

both! {
    async fn every_kind_of_difference_proposes_its_type_and_class(app: TestApp) {
        let editor = in_use(&app).await;
        type Case = (&'static str, &'static [(&'static str, &'static str)], &'static [(F, T, N)]);
        let cases: &[Case] = &[
            ("edit", &[("place_1", "US")], &[(F::Locations, T::LocationToThirdCountry, N::A)]),
            ("edit", &[("place_1", "Worldwide")], &[(F::Locations, T::LocationToThirdCountry, N::A)]),
            ("edit", &[("place_1", "Sweden")], &[(F::Locations, T::LocationWithinEea, N::B)]),
            (
                "edit",
                &[("data_categories", "Voice recordings\nTelephone numbers\nAddresses")],
                &[(F::DataCategories, T::DataCategoryAdded, N::A)],
            ),
            ("edit", &[("data_categories", "Voice recordings")], &[(F::DataCategories, T::PurposeNarrowed, N::C)]),
            (
                "edit",
                &[("special", "these"), ("special_categories", "HEALTH")],
                &[(F::SpecialCategories, T::DataCategoryAdded, N::A)],
            ),
            (
                "edit",
                &[("ai", "this"), ("ai_training", "yes"), ("ai_retention", "30")],
                &[(F::AiTraining, T::AiTermsWorsened, N::A), (F::AiRetention, T::AiTermsWorsened, N::A)],
            ),
            ("edit", &[("purpose", "Stores recordings and reads them")], &[(F::Purpose, T::PurposeOrServiceWidened, N::A)]),
            ("edit", &[("chain", "RECORDED")], &[(F::Chain, T::Tier2Change, N::B)]),
            ("edit", &[("segregable", "yes")], &[(F::Segregable, T::Correction, N::C)]),
            ("company", &[("legal_name", "Acme Cloud GmbH")], &[(F::LegalName, T::NameChanged, N::C)]),
            (
                "company",
                &[("legal_name", "Other Cloud GmbH"), ("registration_number", "HRB 9")],
                &[(F::LegalName, T::LegalEntityChanged, N::A), (F::RegistrationNumber, T::LegalEntityChanged, N::A)],
            ),
            ("company", &[("address", "Side Street 2")], &[(F::Address, T::AddressOrContactChanged, N::C)]),
            ("company", &[("ultimate_parent_country", "Sweden")], &[(F::UltimateParentCountry, T::ControlChanged, N::B)]),
            (
                "company",
                &[("parent", "this"), ("parent_name", "Acme Holding Inc."), ("ultimate_parent_country", "USA")],
                &[(F::Parent, T::ControlChanged, N::A), (F::UltimateParentCountry, T::ControlChanged, N::A)],
            ),
        ];
        for (place, instead, expected) in cases {
            let before = current(&app).await;
            let asked = post(&app, &editor, place, instead).await;
            assert_eq!(asked.status, 422, "{instead:?}");
            let body = text(&asked);
            for (field, kind, _) in *expected {
                assert!(body.contains(&format!("{}: say what kind of change this is", field.label())), "{instead:?} {body}");
                assert!(body.contains(kind.label()), "{instead:?} proposes {kind}");
            }
            for (_, typed) in *instead {
                assert!(asked.text.contains(typed.split('\n').next().unwrap()), "{typed} is kept");
            }
            assert_eq!(current(&app).await.version.number, before.version.number, "nothing was saved");
            let page = save(&app, &editor, place, instead).await;
            assert_eq!(said(&app, place).await, *expected, "{instead:?}");
            let class = expected.iter().map(|(.., class)| *class).max().unwrap();
            let is_pending = text(&page).contains("These facts differ from the public list");
            // Of what has class B or higher customers are told one by one, whether a notice binds it or not.
            if class >= N::B {
                assert!(is_pending, "{instead:?}: {}", text(&page));
            }
            if is_pending {
                // Back to what was shown: nothing differs, so nothing is asked.
                let back = post(&app, &editor, place, &[]).await;
                assert_eq!(back.status, 303, "{instead:?}: {}", text(&back));
            } else {
                // It was published at once, so the way back is a difference too.
                save(&app, &editor, place, &[]).await;
            }
            let page = editor.get(PATH).await;
            assert!(!text(&page).contains("These facts differ"), "{instead:?}");
        }
    }

    async fn a_place_that_is_given_up_is_back_in_the_eea_and_what_nobody_knew_is_a_correction(app: TestApp) {
        let editor = in_use(&app).await;
        let two = [("rows", "2"), ("place_2", "USA"), ("kind_2", "SUPPORT"), ("remote_access", "yes")];
        save(&app, &editor, "edit", &two).await;
        list_again(&app).await;
        save(&app, &editor, "edit", &[]).await;
        assert_eq!(
            said(&app, "edit").await,
            [(F::Locations, T::LocationBackToEea, N::C), (F::RemoteAccess, T::LocationBackToEea, N::C)]
        );
        let unknown = [("criminal_data", ""), ("responsibilities", "")];
        save(&app, &editor, "edit", &unknown).await;
        list_again(&app).await;
        let published = times_published(&app).await;
        let page = save(&app, &editor, "edit", &[]).await;
        assert_eq!(
            said(&app, "edit").await,
            [(F::Responsibilities, T::Correction, N::C), (F::CriminalData, T::Correction, N::C)]
        );
        assert!(text(&page).contains("The public list shows it now."), "{}", text(&page));
        assert_eq!(times_published(&app).await, published + 1);
    }

    async fn saving_waits_until_every_field_is_covered_by_a_type_that_fits(app: TestApp) {
        let editor = in_use(&app).await;
        let moved = [("place_1", "USA"), ("purpose", "Stores and copies recordings")];
        for cover in [
            &[("cover_LOCATIONS", "LOCATION_TO_THIRD_COUNTRY")][..],
            &[("cover_LOCATIONS", "LOCATION_TO_THIRD_COUNTRY"), ("cover_PURPOSE", "")],
            &[("cover_LOCATIONS", "LOCATION_TO_THIRD_COUNTRY"), ("cover_PURPOSE", "NAME_CHANGED")],
            &[("cover_LOCATIONS", "LOCATION_TO_THIRD_COUNTRY"), ("cover_PURPOSE", "NEW_SUBPROCESSOR")],
            &[("cover_LOCATIONS", "LOCATION_TO_THIRD_COUNTRY"), ("cover_PURPOSE", "nonsense")],
        ] {
            let answer = post(&app, &editor, "edit", &[&moved[..], cover].concat()).await;
            assert_eq!(answer.status, 422, "{cover:?}");
            let body = text(&answer);
            assert!(body.contains("Purpose: say what kind of change this is"), "{cover:?}: {body}");
            assert!(!body.contains("Locations: say what kind"), "{cover:?}: {body}");
            assert!(answer.text.contains("Stores and copies recordings"), "what was typed is kept");
            assert!(body.contains("Purpose Stores recordings Stores and copies recordings"), "before and after: {body}");
        }
        assert_eq!(current(&app).await.version.number, 1);
        // What was chosen stays chosen while something else has to be put right.
        let broken = [("place_1", "Europe"), ("cover_PURPOSE", "PURPOSE_NARROWED")];
        let answer = post(&app, &editor, "edit", &broken).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("name=\"cover_PURPOSE\" value=\"PURPOSE_NARROWED\""), "{}", answer.text);
        // It is the person who says whether a purpose became narrower.
        let narrower = [("purpose", "Stores some recordings"), ("cover_PURPOSE", "PURPOSE_NARROWED")];
        assert_eq!(post(&app, &editor, "edit", &narrower).await.status, 303);
        assert_eq!(said(&app, "edit").await, [(F::Purpose, T::PurposeNarrowed, N::C)]);
        // The same difference is not asked about twice; what comes on top is.
        let more = [("purpose", "Stores some recordings"), ("data_subjects", "Callers\nAgents")];
        let answer = post(&app, &editor, "edit", &more).await;
        let body = text(&answer);
        assert!(body.contains("Data subjects: say what kind") && !body.contains("Purpose: say what kind"), "{body}");
    }

    async fn a_stale_save_shows_both_sides_and_keeps_what_was_chosen(app: TestApp) {
        let editor = in_use(&app).await;
        let other = app.signed_in_as("second editor", &[Role::LegalEditor]).await;
        let (path, stale) = form(&app, "edit", &[("place_1", "USA"), ("cover_LOCATIONS", "LOCATION_TO_THIRD_COUNTRY")]).await;
        save(&app, &other, "edit", &[("data_subjects", "Callers\nAgents")]).await;
        let pairs: Vec<(&str, &str)> = stale.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let answer = editor.post(&path, &pairs).await;
        assert_eq!(answer.status, 409);
        let body = text(&answer);
        assert!(body.contains("Data subjects Callers Agents; Callers"), "{body}");
        assert!(body.contains("Locations Germany: storage United States: storage"), "{body}");
        assert!(answer.text.contains("name=\"cover_LOCATIONS\" value=\"LOCATION_TO_THIRD_COUNTRY\""));
        // Saved over theirs knowingly: only what differs from what was shown is to be covered.
        let again = [("place_1", "USA"), ("cover_LOCATIONS", "LOCATION_TO_THIRD_COUNTRY")];
        assert_eq!(post(&app, &editor, "edit", &again).await.status, 303);
        assert_eq!(said(&app, "edit").await, [(F::Locations, T::LocationToThirdCountry, N::A)]);
    }

    async fn several_differences_are_one_line_of_the_strictest_class(app: TestApp) {
        let [_, approver, _] = clients(&app).await;
        let editor = in_use(&app).await;
        let several = [
            ("place_1", "Sweden"),
            ("data_categories", "Voice recordings\nTelephone numbers\nAddresses"),
            ("purpose", "Stores some recordings"),
            ("cover_PURPOSE", "PURPOSE_NARROWED"),
            ("cover_LOCATIONS", "LOCATION_WITHIN_EEA"),
            ("cover_DATA_CATEGORIES", "DATA_CATEGORY_ADDED"),
        ];
        assert_eq!(post(&app, &editor, "edit", &several).await.status, 303);
        save(&app, &editor, "company", &[("ultimate_parent_country", "Sweden")]).await;
        let page = editor.get(PATH).await;
        let body = text(&page);
        assert!(body.contains("Locations Germany: storage Sweden: storage Location within the EEA B"), "{body}");
        assert!(page.text.contains(&format!("/staff/changes/new?engagement={SLUG}")), "one click opens the change");

        let change = open(&editor).await;
        let line = line_of(&app, &change).await;
        assert_eq!(line.change_type, T::DataCategoryAdded);
        assert_eq!(line.notice_class, N::A);
        let types: std::collections::BTreeSet<T> = line.types().into_iter().collect();
        assert_eq!(
            types,
            [T::LocationWithinEea, T::PurposeNarrowed, T::DataCategoryAdded, T::ControlChanged].into()
        );
        assert_eq!(line.covers.len(), 4);
        let body = text(&editor.get(&change).await);
        assert!(body.contains("Acme Hosting GmbH: Data category added"), "the title follows: {body}");
        assert!(body.contains("Purpose Stores recordings Stores some recordings Purpose narrowed C"), "{body}");
        assert!(body.contains("assessment of transfers: a new version"), "the papers that follow: {body}");
        let body = text(&editor.get(PATH).await);
        assert!(body.contains("Change 2026-004"), "the engagement leads to the change: {body}");

        // The customers read each kind of change, and what was and will be.
        let mailbox = Mailbox::start().await;
        steps(&app, &change, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let letters = mailbox.letters_to("dpo@customer-01.example");
        let letter = letters.iter().find(|l| l.text.contains("Acme Hosting")).expect("the notice");
        for part in ["Data category added", "Location within the EEA", "Germany: storage", "Sweden: storage"] {
            assert!(letter.text.contains(part), "{part}: {}", letter.text);
        }
    }

    async fn a_draft_follows_the_register_and_a_change_needs_every_field_covered(app: TestApp) {
        clients(&app).await;
        let editor = in_use(&app).await;
        save(&app, &editor, "edit", &[("place_1", "Sweden")]).await;
        let change = open(&editor).await;
        assert_eq!(line_of(&app, &change).await.notice_class, N::B);
        save(&app, &editor, "edit", &[("place_1", "USA")]).await;
        let page = editor.get(&change).await;
        let edited = editor.post_filled(&page.text, &format!("{change}/edit"), &[]).await;
        assert_eq!(edited.status, 303, "{}", text(&edited));
        let line = line_of(&app, &change).await;
        assert_eq!((line.change_type, line.notice_class), (T::LocationToThirdCountry, N::A));

        // Another change, opened by hand with a type that leaves something open.
        let cancelled = app.signed_in(Role::LegalApprover).await.post(&format!("{change}/cancel"), &[("reason", "Anew")]).await;
        assert_eq!(cancelled.status, 303, "{}", text(&cancelled));
        let mut tx = app.state.db.write().await.unwrap();
        let now = app.state.clock.now();
        let before = current_by_slug(&mut tx, SLUG).await.unwrap().unwrap();
        let mut facts = before.version.facts.clone();
        facts.purpose = domain::known::Known::Known("Stores everything".parse().unwrap());
        let unsaid = forenotice::store::version::NewVersion {
            id: app.state.random.id(now).into(),
            facts,
            valid_from: None,
            recorded: forenotice::store::version::Recorded::by_system(now),
            reason: None,
        };
        forenotice::store::engagements::append_engagement_version(&mut tx, before.engagement.id, before.version.number, &unsaid)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let id = before.engagement.id.to_string();
        let by_hand = [
            ("title", "Something"),
            ("planned_on", "2027-06-01"),
            ("engagement", id.as_str()),
            ("change_type", "LOCATION_TO_THIRD_COUNTRY"),
            ("replaces", ""),
        ];
        let answer = editor.post("/staff/changes", &by_hand).await;
        assert_eq!(answer.status, 422);
        let body = text(&answer);
        assert!(body.contains("Purpose: say what kind of change this is") && !body.contains("Locations: say what"), "{body}");
        let answer = editor.post_filled(&answer.text, "/staff/changes", &[("cover_PURPOSE", "PURPOSE_OR_SERVICE_WIDENED")]).await;
        assert_eq!(answer.status, 303, "{}", text(&answer));
    }

    async fn a_lower_class_counts_only_once_somebody_else_agreed(app: TestApp) {
        let [_, approver, _] = clients(&app).await;
        let editor = in_use(&app).await;
        let two_hats = app.signed_in_as("two hats", &[Role::LegalEditor, Role::LegalApprover]).await;
        let lower = [("place_1", "USA"), ("cover_LOCATIONS", "CORRECTION")];
        let silent = post(&app, &editor, "edit", &lower).await;
        assert_eq!(silent.status, 422);
        assert!(
            text(&silent).contains("“Correction” is class C, the facts ask for class A. Say why that is right"),
            "{}",
            text(&silent)
        );
        let reasoned = [&lower[..], &[("class_reason", "It was always there; the entry was wrong.")]].concat();
        assert_eq!(post(&app, &two_hats, "edit", &reasoned).await.status, 303);
        let page = editor.get(PATH).await;
        assert!(text(&page).contains("These facts differ from the public list"), "until then it counts as the facts ask for");

        let change = open(&editor).await;
        let line = line_of(&app, &change).await;
        assert_eq!((line.change_type, line.notice_class, line.needed_class()), (T::Correction, N::A, N::A));
        let lowering = format!("{change}/lines/{}/lowering", line.id);
        let agree = [("verdict", "GRANTED"), ("lowering_reason", "The contract of 2024 says so.")];
        assert_eq!(editor.post(&lowering, &agree).await.status, 403, "an editor has no such role");
        let own = two_hats.post(&lowering, &agree).await;
        assert_eq!(own.status, 409, "whoever worked on it does not decide");
        assert!(text(&two_hats.get(&change).await).contains("somebody else must decide on the lower class"));
        assert_eq!(line_of(&app, &change).await.notice_class, N::A);
        let page = approver.get(&change).await;
        assert!(text(&page).contains("asks for class C: It was always there"), "{}", text(&page));
        assert_eq!(approver.post(&lowering, &[("verdict", "GRANTED")]).await.status, 422, "a reason is needed");
        assert_eq!(approver.post_seen(&change, &lowering, &agree).await.status, 303);
        let line = line_of(&app, &change).await;
        assert_eq!(line.notice_class, N::C);
        assert_eq!(line.class_reason.as_deref(), Some("It was always there; the entry was wrong."));
        assert_eq!(approver.post(&lowering, &agree).await.status, 409, "once");
        assert!(text(&approver.get(&change).await).contains("agreed: The contract of 2024 says so."));

        // Handing in takes the facts anew: the same facts, so it holds; others, and it is gone.
        let page = editor.get(&change).await;
        let edit = format!("{change}/edit");
        assert_eq!(editor.post_filled(&page.text, &edit, &[]).await.status, 303);
        assert_eq!(line_of(&app, &change).await.notice_class, N::C);
        let more = [&reasoned[..], &[("data_subjects", "Callers\nAgents"), ("cover_DATA_SUBJECTS", "DATA_CATEGORY_ADDED")]].concat();
        assert_eq!(post(&app, &editor, "edit", &more).await.status, 303);
        assert_eq!(editor.post_filled(&page.text, &edit, &[]).await.status, 303);
        assert_eq!(line_of(&app, &change).await.notice_class, N::A);

        // Asked for on the page of the change, and refused; raised again freely.
        let line = line_of(&app, &change).await;
        let class = format!("{change}/lines/{}/class", line.id);
        assert_eq!(editor.post(&class, &[("class", "B")]).await.status, 422, "a reason is needed");
        assert_eq!(editor.post(&class, &[("class", "")]).await.status, 422);
        assert_eq!(editor.post(&class, &[("class", "B"), ("class_reason", "Small")]).await.status, 303);
        assert_eq!(line_of(&app, &change).await.notice_class, N::A, "only asked");
        let refuse = [("verdict", "REFUSED"), ("lowering_reason", "It is not small.")];
        assert_eq!(approver.post_seen(&change, &lowering, &refuse).await.status, 303);
        assert_eq!(line_of(&app, &change).await.notice_class, N::A);
        let auditor = app.signed_in(Role::Auditor).await;
        let log = auditor.get("/staff/audit").await.text;
        assert!(log.contains("change.lowering_asked") && log.contains("change.lowering_decided"));
    }

    async fn special_categories_always_get_a_window_and_a_class_is_raised_freely(app: TestApp) {
        clients(&app).await;
        let editor = in_use(&app).await;
        save(&app, &editor, "edit", &[("special", "these"), ("special_categories", "HEALTH")]).await;
        let change = open(&editor).await;
        let class = format!("{change}/lines/{}/class", line_of(&app, &change).await.id);
        let lower = editor.post(&class, &[("class", "B"), ("class_reason", "It is little")]).await;
        assert_eq!(lower.status, 422);
        assert!(text(&lower).contains("Special categories of data always need notice with a window"), "{}", text(&lower));
        assert_eq!(line_of(&app, &change).await.notice_class, N::A);

        let cancelled = app.signed_in(Role::LegalApprover).await.post(&format!("{change}/cancel"), &[("reason", "Anew")]).await;
        assert_eq!(cancelled.status, 303, "{}", text(&cancelled));
        save(&app, &editor, "edit", &[("place_1", "Sweden")]).await;
        let change = open(&editor).await;
        let class = format!("{change}/lines/{}/class", line_of(&app, &change).await.id);
        assert_eq!(editor.post(&class, &[("class", "A")]).await.status, 303);
        assert_eq!(line_of(&app, &change).await.notice_class, N::A);
        let page = editor.get(&change).await;
        assert_eq!(editor.post_filled(&page.text, &format!("{change}/edit"), &[]).await.status, 303);
        assert_eq!(line_of(&app, &change).await.notice_class, N::A, "what was raised stays raised");
    }

    async fn a_change_of_name_needs_no_window_and_goes_its_way_to_the_list(app: TestApp) {
        let [_, approver, operator] = clients(&app).await;
        let editor = in_use(&app).await;
        save(&app, &editor, "company", &[("legal_name", "Acme Cloud GmbH"), ("former_names", "Acme Hosting GmbH")]).await;
        assert_eq!(
            said(&app, "company").await,
            [(F::LegalName, T::NameChanged, N::C), (F::FormerNames, T::NameChanged, N::C)]
        );
        let page = editor.get(&format!("{PATH}/contract")).await;
        let action = format!("{PATH}/contract");
        let mut form = fields(&page.text, &action);
        form.retain(|(name, _)| name != "entity_name");
        form.push(("entity_name".to_owned(), "Acme Cloud GmbH".to_owned()));
        let pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        done(&editor, &action, &pairs).await;
        assert_eq!(red(&editor.get(PATH).await).iter().filter(|code| code.starts_with("DPA")).count(), 0);
        assert!(is_change_needed(&app).await);
        let change = open(&editor).await;
        assert_eq!(line_of(&app, &change).await.notice_class, N::C);
        steps(&app, &change, &editor, &approver).await;
        let early = activate_by(&operator, &change, None).await;
        assert_eq!(early.status, 409);
        assert!(early.text.contains("BEFORE_ANNOUNCED_DATE"), "{}", text(&early));
        app.advance(chrono::TimeDelta::days(120));
        let unjudged = activate_by(&operator, &change, None).await;
        assert!(unjudged.text.contains("TIA_NOT_APPROVED"), "its importer is described otherwise: {}", text(&unjudged));
        let (choice, reason) = (format!("triage-{SLUG}-1"), format!("reason-{SLUG}-1"));
        let answer = [(choice.as_str(), "NO_IMPACT"), (reason.as_str(), "The same company under another name")];
        done(&editor, &format!("/staff/triggers/1/{SLUG}/1"), &answer).await;
        let live = activate_by(&operator, &change, None).await;
        assert_eq!(live.status, 303, "{}", text(&live));
        assert!(app.client().get("/subprocessors").await.text.contains("Acme Cloud GmbH"));
        assert!(!text(&editor.get(PATH).await).contains("These facts differ"));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        assert!(!is_change_needed(&app).await, "nothing differs any more");
    }

    async fn what_customers_were_told_of_security_is_not_asked_for_again(app: TestApp) {
        let editor = in_use(&app).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let assessor = app.signed_in_as("second assessor", &[Role::SecurityAssessor]).await;
        app.advance(TimeDelta::minutes(1));
        let failed = with(&ASSESSMENT, &[("seen", "1"), ("result", "FAILED")]);
        let page = done(&assessor, &format!("{PATH}/security"), &failed).await;
        assert!(text(&page).contains("It is not published: customers must be told first"), "{}", text(&page));
        assert!(is_change_needed(&app).await);
        app.advance(TimeDelta::minutes(1));
        let change = open(&editor).await;
        let line = line_of(&app, &change).await;
        assert_eq!((line.change_type, line.notice_class), (T::SecurityDowngrade, N::B));
        steps(&app, &change, &editor, &approver).await;
        run_due(&app.state).await.unwrap();
        assert!(!is_change_needed(&app).await, "they were told");
        let page = done(&editor, &format!("{PATH}/contract"), &with(&contract("Acme Hosting GmbH"), &[("seen", "1"), ("reference", "DPA 2")])).await;
        assert!(!text(&page).contains("customers must be told first"), "{}", text(&page));
        app.advance(TimeDelta::minutes(1));
        let again = with(&failed, &[("seen", "2"), ("summary", "Nothing was mended")]);
        done(&assessor, &format!("{PATH}/security"), &again).await;
        assert!(!is_change_needed(&app).await, "no worse than they know");
        app.advance(TimeDelta::days(45));
        run_due(&app.state).await.unwrap();
        let closed = text(&approver.get(&change).await);
        assert!(closed.contains("Closed"), "{closed}");
        for (seen, result) in [("3", "PASSED"), ("4", "FAILED")] {
            app.advance(TimeDelta::minutes(1));
            done(&assessor, &format!("{PATH}/security"), &with(&failed, &[("seen", seen), ("result", result)])).await;
        }
        assert!(is_change_needed(&app).await, "it fails anew");
    }

    async fn a_contract_raises_the_class_for_its_customer_alone(app: TestApp) {
        let [_, approver, _] = clients(&app).await;
        let mut tx = app.state.db.write().await.unwrap();
        let all = customers::list_customers(&mut tx).await.unwrap();
        let strict = all.iter().find(|customer| customer.name.contains("Fjordbank")).unwrap().clone();
        let mut terms = list_policies(&mut tx, strict.id).await.unwrap().remove(0);
        let seen = terms.number;
        terms.id = app.state.random.id(app.state.clock.now());
        terms.policy.raised.insert(T::LocationWithinEea, N::A);
        append_policy(&mut tx, seen, &terms).await.unwrap();
        tx.commit().await.unwrap();
        let editor = in_use(&app).await;
        save(&app, &editor, "edit", &[("place_1", "Sweden")]).await;
        // The kind that raises it is one of two on the line, and not the leading one.
        save(&app, &editor, "company", &[("ultimate_parent_country", "Sweden")]).await;
        let change = open(&editor).await;
        let line = line_of(&app, &change).await;
        assert_eq!(line.notice_class, N::B);
        steps(&app, &change, &editor, &approver).await;
        let mut tx = app.state.db.read().await.unwrap();
        let asked = authorisations::list_by_line(&mut tx, line.id).await.unwrap();
        let whom: Vec<_> = asked.iter().map(|authorisation| authorisation.customer_id).collect();
        assert_eq!(whom, [strict.id.uuid()]);
    }
}
