//! Gates as people meet them: each reason leads to the place that puts it right, and nothing becomes active around them.

use std::collections::BTreeMap;

use app::register::place::{Places, place_of};
use app::ui::Link;
use chrono::TimeDelta;
use domain::country::Place;
use domain::engagement::state::EngagementState;
use domain::facts::FactField;
use domain::gate::{Reason, ReasonCode, Subject};
use domain::id::RecordId;
use domain::legal_record::{LegalRecord, LegalRecordKind};
use domain::role::Role;
use forenotice::gates;
use forenotice::jobs::run_due;
use forenotice::store::activations::list_activations;
use forenotice::store::engagements::{current_by_slug, list_engagement_states};
use forenotice::store::legal_records::list_records;
use forenotice::store::lines::find_announced_line;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use uuid::Uuid;

use crate::both;
use crate::facts::edit;
use crate::journey::{DRAFT, activate, clients, send};
use crate::register::text;
use crate::support::mailbox::Mailbox;
use crate::support::{Client, Kind, TestApp, fields, routes};

/// What a reason may be about, whatever its code.
fn subjects() -> Vec<Option<Subject>> {
    let mut all = vec![None];
    all.extend(
        FactField::ALL
            .iter()
            .map(|field| Some(Subject::Fact { field: *field })),
    );
    for kind in LegalRecordKind::ALL {
        for number in [1, 2] {
            let id = RecordId::from(Uuid::from_u128(number));
            all.push(Some(Subject::Record { kind: *kind, id }));
        }
        for destination in [None, Some(Place::parse("US").unwrap())] {
            all.push(Some(Subject::Absent {
                kind: *kind,
                destination,
            }));
        }
    }
    all
}

/// Whether an address of the site is one that the router knows.
fn is_known(routes: &[String], href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap();
    let parts: Vec<&str> = path.split('/').collect();
    routes.iter().any(|route| {
        let pattern: Vec<&str> = route.split('/').collect();
        pattern.len() == parts.len()
            && pattern
                .iter()
                .zip(&parts)
                .all(|(pattern, part)| pattern == part || (pattern.starts_with('{') && !part.is_empty()))
    })
}

#[tokio::test]
async fn every_reason_leads_to_a_page_that_exists() {
    let app = TestApp::start(Kind::Sqlite).await.unwrap();
    let routes = routes(&app.state);
    assert!(!is_known(&routes, "/staff/register/acme/nothing"));
    let path = "/staff/register/acme".to_owned();
    let bare = Places {
        path: path.clone(),
        ..Places::default()
    };
    let full = Places {
        path: path.clone(),
        change: Some("/staff/changes/2026-001".to_owned()),
        papers: LegalRecordKind::ALL
            .iter()
            .map(|kind| {
                let page = match kind {
                    LegalRecordKind::Contract => "contract",
                    LegalRecordKind::SecurityAssessment => "security",
                    LegalRecordKind::Transfer => "transfer/1",
                    LegalRecordKind::Scc => "scc/1",
                    LegalRecordKind::Tia => "tia/1",
                };
                (
                    *kind,
                    RecordId::from(Uuid::from_u128(1)),
                    Link::new(kind.label(), format!("{path}/{page}")),
                )
            })
            .collect(),
    };
    for code in ReasonCode::ALL {
        for subject in subjects() {
            let reason = Reason {
                subject,
                ..Reason::new(*code, "because")
            };
            for places in [&bare, &full] {
                let link = place_of(&reason, places);
                assert!(is_known(&routes, &link.href), "{code} {subject:?}: {}", link.href);
                assert!(!link.label.is_empty());
            }
        }
    }
    let about = Reason {
        subject: Some(Subject::Record {
            kind: LegalRecordKind::Transfer,
            id: RecordId::from(Uuid::from_u128(1)),
        }),
        ..Reason::new(ReasonCode::DpfScope, "because")
    };
    assert_eq!(place_of(&about, &full).href, format!("{path}/transfer/1"));
    let missing = Reason {
        subject: Some(Subject::Absent {
            kind: LegalRecordKind::Transfer,
            destination: Some(Place::parse("US").unwrap()),
        }),
        ..about
    };
    assert_eq!(place_of(&missing, &full).href, format!("{path}/transfer"));
    let fact = Reason {
        subject: Some(Subject::Fact {
            field: FactField::RegistrationCountry,
        }),
        ..missing
    };
    assert_eq!(
        place_of(&fact, &full).href,
        format!("{path}/company#registration_country")
    );
}

both! {
    async fn customers_are_counted_on_the_page_and_listed_beside_it_for_those_who_may_read_them(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        send(&app, &editor, &approver).await;
        let path = "/staff/register/kaleido-search-gmbh";
        let page = editor.get(path).await;
        let body = text(&page);
        assert!(body.contains("Gates of its customers") && body.contains("0 open"), "{body}");
        assert!(body.contains("G9 NOTICE_UNDELIVERED Notice not delivered"), "{body}");
        assert!(page.text.contains(&format!("{path}/customers")));
        let list = format!("{path}/customers");
        let found = editor.get(&format!("{list}?q=fjord")).await;
        assert!(text(&found).contains("Fjordbank") && !text(&found).contains("Saimaa"), "{}", text(&found));
        assert!(text(&found).contains("1 to 1 of 1 customers"), "{}", text(&found));
        let nobody = editor.get(&format!("{list}?q=nobody+at+all")).await;
        assert!(text(&nobody).contains("Nobody fits"));
        assert_eq!(editor.get(&format!("{list}?page=99")).await.status, 303, "there is no such page");
        // Whoever may not read customers does not learn that there are any.
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        assert_eq!(assessor.get(&list).await.status, 403);
        let page = text(&assessor.get(path).await);
        assert!(!page.contains("Gates of its customers") && !page.contains("in scope"), "{page}");
        // Links to forms are for those who may open them.
        let auditor = app.signed_in(Role::Auditor).await;
        let page = auditor.get("/staff/register/vercel").await;
        assert!(!page.text.contains("/staff/register/vercel/edit"), "{}", page.text);
    }
}

/// Something that somebody does to the engagement, or that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Rename,
    NameBack,
    Unlocate,
    LocateBack,
    Uncontract,
    ContractBack,
    Reassess,
    Assess,
    Confirm,
    Submit,
    Approve,
    Dispatch,
    Deliver,
    Days(i64),
    ActivateOne,
    ActivateAll,
    Suspend,
    Resume,
    EndTransfer,
    EditTia,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    use Act::*;
    let one = prop_oneof![
        2 => Just(Rename),
        2 => Just(NameBack),
        1 => Just(Unlocate),
        1 => Just(LocateBack),
        1 => Just(Uncontract),
        1 => Just(ContractBack),
        1 => Just(Reassess),
        1 => Just(Assess),
        1 => Just(Confirm),
        1 => Just(Submit),
        1 => Just(Approve),
        1 => Just(Dispatch),
        1 => Just(Deliver),
        2 => (1i64..60).prop_map(Days),
        5 => Just(ActivateOne),
        3 => Just(ActivateAll),
        3 => Just(Suspend),
        4 => Just(Resume),
        1 => Just(EndTransfer),
        1 => Just(EditTia),
    ];
    prop::collection::vec(one, 14..18)
}

const SLUG: &str = "kaleido-search-gmbh";
const PATH: &str = "/staff/register/kaleido-search-gmbh";

struct People {
    editor: Client,
    approver: Client,
    assessor: Client,
    operator: Client,
    mailbox: Mailbox,
}

async fn contract_with(people: &People, copy: &str) {
    let action = format!("{PATH}/contract");
    let page = people.editor.get(&action).await;
    let mut form = fields(&page.text, &action);
    form.retain(|(name, _)| name != "archived_copy");
    form.push(("archived_copy".to_owned(), copy.to_owned()));
    let pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    people.editor.post(&action, &pairs).await;
}

/// The digest of the agreement's copy, as the first version of the contract has it.
async fn first_copy(app: &TestApp) -> String {
    let mut tx = app.state.db.read().await.unwrap();
    let current = current_by_slug(&mut tx, SLUG).await.unwrap().unwrap();
    let versions = list_records(&mut tx, current.engagement.id, LegalRecordKind::Contract)
        .await
        .unwrap();
    match &versions.last().unwrap().body {
        LegalRecord::Contract(contract) => contract.archived_copy.unwrap().to_string(),
        _ => unreachable!("a contract"),
    }
}

async fn perform(app: &TestApp, people: &People, act: Act) {
    let step = async |client: &Client, name: &str| {
        let reason = format!("reason-{name}");
        client
            .post(&format!("{PATH}/{name}"), &[(reason.as_str(), "Looked at")])
            .await
    };
    let today = app
        .state
        .publisher()
        .zone
        .local_date(app.state.clock.now())
        .to_string();
    // The first version names the file that is kept.
    let copy = first_copy(app).await;
    match act {
        Act::Rename => drop(edit(app, &people.editor, SLUG, &[("service", "Another service")]).await),
        Act::NameBack => drop(edit(app, &people.editor, SLUG, &[("service", "Managed search index")]).await),
        Act::Unlocate => drop(edit(app, &people.editor, SLUG, &[("remote_access", "")]).await),
        Act::LocateBack => drop(edit(app, &people.editor, SLUG, &[("remote_access", "no")]).await),
        Act::Uncontract => contract_with(people, "").await,
        Act::ContractBack => contract_with(people, &copy).await,
        Act::Reassess => drop(step(&people.editor, "reassess").await),
        Act::Assess => drop(step(&people.editor, "assess").await),
        Act::Confirm => {
            for (person, part) in [(&people.assessor, "security"), (&people.approver, "legal")] {
                person
                    .post_seen(PATH, &format!("{PATH}/confirm-{part}"), &[])
                    .await;
            }
        }
        Act::Submit => drop(people.editor.post(&format!("{DRAFT}/submit"), &[]).await),
        Act::Approve => {
            let form = [("dispatch_on", today.as_str())];
            people
                .approver
                .post_seen(DRAFT, &format!("{DRAFT}/approve"), &form)
                .await;
        }
        Act::Dispatch => drop(people.approver.post(&format!("{DRAFT}/dispatch"), &[]).await),
        Act::Deliver => people.mailbox.deliver(&app.state).await,
        Act::Days(days) => {
            app.advance(TimeDelta::days(days));
            run_due(&app.state).await.unwrap();
        }
        Act::ActivateOne | Act::ActivateAll => {
            let page = people.operator.get(DRAFT).await.text;
            if page.contains("name=\"seen\"") {
                let whom = "Isar Logistik";
                let row = page.split("<tr").find(|row| row.contains(whom));
                let is_offered = row.is_some_and(|row| row.contains("name=\"customer\""));
                let whom = (act == Act::ActivateOne && is_offered).then_some(whom);
                activate(&people.operator, whom).await;
            }
        }
        Act::Suspend => drop(step(&people.approver, "suspend").await),
        Act::Resume => drop(step(&people.approver, "resume").await),
        Act::EndTransfer => drop(people.editor.post(&format!("{PATH}/transfer/1/end"), &[]).await),
        Act::EditTia => {
            let action = format!("{PATH}/tia/1");
            let page = people.editor.get(&action).await;
            if page.text.contains(&format!("action=\"{action}\"")) {
                people
                    .editor
                    .post_filled(&page.text, &action, &[("situation", "NONE"), ("act", "save")])
                    .await;
            }
        }
    }
}

/// Approved versions of papers, as they read.
async fn approved(app: &TestApp) -> BTreeMap<RecordId, (LegalRecord, Option<chrono::DateTime<chrono::Utc>>)> {
    let mut tx = app.state.db.read().await.unwrap();
    let id = current_by_slug(&mut tx, SLUG)
        .await
        .unwrap()
        .unwrap()
        .engagement
        .id;
    let mut found = BTreeMap::new();
    for kind in LegalRecordKind::ALL {
        for record in list_records(&mut tx, id, *kind).await.unwrap() {
            if record.approval.is_some() {
                found.insert(
                    record.id,
                    (record.body, record.approval.map(|approval| approval.at)),
                );
            }
        }
    }
    found
}

/// Does `acts` one after another; gives how often something became active.
async fn walk(acts: &[Act], is_sent_first: bool) -> usize {
    let app = TestApp::start(Kind::Sqlite).await.unwrap();
    let [editor, approver, operator] = clients(&app).await;
    let people = People {
        editor,
        approver,
        assessor: app.signed_in(Role::SecurityAssessor).await,
        operator,
        mailbox: Mailbox::start().await,
    };
    if is_sent_first {
        send(&app, &people.editor, &people.approver).await;
        people.mailbox.deliver(&app.state).await;
        app.advance(TimeDelta::days(95));
        run_due(&app.state).await.unwrap();
    }
    let zone = app.state.publisher().zone;
    let mut kept = approved(&app).await;
    let mut count = 0;
    for act in acts {
        let now = app.state.clock.now();
        let mut tx = app.state.db.read().await.unwrap();
        let before = current_by_slug(&mut tx, SLUG).await.unwrap().unwrap();
        let id = before.engagement.id;
        let active = list_activations(&mut tx, id).await.unwrap();
        let line = find_announced_line(&mut tx, id.uuid()).await.unwrap();
        let line = line.map(|(line, change)| (change, line));
        let decision = gates::load(&mut tx, zone, id, line, now)
            .await
            .unwrap()
            .decide(now);
        drop(tx);
        perform(&app, &people, *act).await;

        let mut tx = app.state.db.read().await.unwrap();
        for new in list_activations(&mut tx, id).await.unwrap() {
            if active.iter().any(|known| known.id == new.id) {
                continue;
            }
            count += 1;
            assert!(
                decision.register.allowed,
                "{act:?}: {:?}",
                decision.register.reasons
            );
            let concerned = decision
                .customers
                .iter()
                .filter(|one| new.customer_id.is_none_or(|id| id == one.customer_id));
            for one in concerned {
                assert!(one.decision.allowed, "{act:?}: {:?}", one.decision.reasons);
            }
        }
        let after = current_by_slug(&mut tx, SLUG).await.unwrap().unwrap();
        if after.state.state == EngagementState::Active && before.state.state != EngagementState::Active {
            assert!(
                matches!(act, Act::ActivateOne | Act::ActivateAll | Act::Resume),
                "{act:?} made it active"
            );
            assert!(
                decision.register.allowed,
                "{act:?}: {:?}",
                decision.register.reasons
            );
            for one in &decision.customers {
                let is_active = active
                    .iter()
                    .any(|known| known.customer_id.is_none_or(|id| id == one.customer_id));
                assert!(
                    !is_active || one.decision.allowed,
                    "{act:?}: {:?}",
                    one.decision.reasons
                );
            }
        }
        let states = list_engagement_states(&mut tx, id).await.unwrap();
        for pair in states.windows(2) {
            if pair[0].state == EngagementState::Active {
                assert!(
                    matches!(
                        pair[1].state,
                        EngagementState::Cleared | EngagementState::Suspended
                    ),
                    "{:?}",
                    pair[1].state
                );
            }
        }
        drop(tx);
        let present = approved(&app).await;
        for (id, paper) in &kept {
            assert_eq!(present.get(id), Some(paper), "{act:?} changed an approved paper");
        }
        kept = present;
    }
    let mut tx = app.state.db.read().await.unwrap();
    assert!(
        forenotice::audit::verify(&mut tx, &app.state.keys)
            .await
            .unwrap()
            .is_intact()
    );
    count
}

#[test]
fn no_path_reaches_active_with_a_red_gate_and_approved_papers_never_change() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: 6,
        failure_persistence: None,
        max_shrink_iters: 8,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let reached = std::cell::Cell::new(0);
    let turn = std::cell::Cell::new(0);
    runner
        .run(&acts(), |acts| {
            turn.set(turn.get() + 1);
            let is_sent_first = turn.get() % 3 != 0;
            reached.set(reached.get() + runtime.block_on(walk(&acts, is_sent_first)));
            Ok(())
        })
        .unwrap();
    assert!(reached.get() > 0, "some path must reach it, or nothing was shown");
}
