//! Taking over what is in use already: an approver attests since when, no notice is claimed, red gates are kept as
//! findings with tasks, and the public list shows it at once. The mark stays for ever.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::approval::approve;
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::gate::{Gate, Reason, RegisterFacts, Stage, evaluate_register};
use domain::id::{EngagementId, StaffId, TaskId};
use domain::role::Role;
use serde_json::json;

use crate::AppState;
use crate::audit::{self, Actor, Entry, Subject};
use crate::register::{self, Judged};
use crate::store::baselines::{self, Baseline};
use crate::store::engagements::{self, CurrentEngagement};
use crate::store::listings::{self, ListingState, NewListing};
use crate::store::organisations::{Organisation, list_organisation_versions};
use crate::store::tasks::{self, Task};
use crate::store::version::Recorded;
use crate::store::{Of, StoreError, Tx};

/// Kind of the tasks that a baseline opens.
pub const BASELINE_FINDING: &str = "BASELINE_FINDING";
/// No list is older than this; an earlier year is a slip of the pen.
const EARLIEST_YEAR: i32 = 1990;

/// A draft that could be adopted.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The draft.
    pub current: CurrentEngagement,
    /// What is red about it.
    pub findings: Vec<Reason>,
    /// Why it cannot be adopted now.
    pub refused: Option<String>,
}

/// What an approver attests about one engagement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Which.
    pub engagement_id: EngagementId,
    /// Since when it is in use.
    pub in_use_since: NaiveDate,
}

/// Why nothing was adopted.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// There is no such engagement.
    #[error("there is no such draft")]
    Absent,
    /// It is no draft any more.
    #[error("{0} is no draft any more")]
    NotADraft(String),
    /// A change speaks of it, so it is about to start and not in use.
    #[error("{0} is part of a change: customers are told before it starts, so it cannot be adopted")]
    InChange(String),
    /// Customers are being told of the same company: it is about to start, or to change.
    #[error("{0}")]
    BeingAnnounced(String),
    /// The day lies in the future, or before anything could be in use.
    #[error("{0}: {1} is not a day since which it can be in use")]
    BadDay(String, NaiveDate),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Companies that customers are being told of, or are about to be: nothing of theirs is adopted around the notice.
struct Announced(Vec<CurrentEngagement>);

impl Announced {
    async fn load(tx: &mut Tx, all: &[&CurrentEngagement]) -> Result<Self, StoreError> {
        use EngagementState as S;
        let under_way = baselines::list_engagements_under_way(tx).await?;
        let is_announced = |one: &CurrentEngagement| {
            under_way.contains(&one.engagement.id)
                || matches!(one.state.state, S::NoticePending | S::NoticeOpen | S::Cleared)
        };
        Ok(Self(
            all.iter()
                .filter(|one| is_announced(one))
                .map(|one| (*one).clone())
                .collect(),
        ))
    }

    /// Why a draft is not adopted: a company that is the same, by its entry, its name or its number in a register.
    fn refuses(&self, draft: &CurrentEngagement) -> Option<String> {
        let mine = &draft.organisation;
        let is_same = |other: &Organisation| {
            let (a, b) = (&mine.version.facts, &other.version.facts);
            let is_numbered = a.registration_number.is_known()
                && a.registration_number == b.registration_number
                && (a.registration_country == b.registration_country
                    || !a.registration_country.is_known()
                    || !b.registration_country.is_known());
            other.id == mine.id
                || a.legal_name.as_str().to_lowercase() == b.legal_name.as_str().to_lowercase()
                || is_numbered
        };
        let found = self
            .0
            .iter()
            .filter(|one| one.engagement.id != draft.engagement.id)
            .find(|one| is_same(&one.organisation))?;
        Some(format!(
            "{}: a change that is not over speaks of {} ({}), so customers are told first; nothing of that company is adopted meanwhile",
            mine.version.facts.legal_name, found.organisation.version.facts.legal_name, found.engagement.slug
        ))
    }
}

/// Drafts that no change speaks of, with their findings, by name.
pub async fn list_candidates(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Candidate>, StoreError> {
    let in_changes = baselines::list_engagements_in_changes(tx).await?;
    let all = register::judge_these(tx, Of::All, None).await?;
    let everything: Vec<&CurrentEngagement> = all.iter().map(|judged| &judged.current).collect();
    let announced = Announced::load(tx, &everything).await?;
    let drafts = all
        .into_iter()
        .filter(|j| j.current.state.state == EngagementState::Draft);
    let mut candidates: Vec<Candidate> = drafts
        .filter(|judged| !in_changes.contains(&judged.current.engagement.id))
        .map(|judged| Candidate {
            findings: findings(&judged, now),
            refused: announced.refuses(&judged.current),
            current: judged.current,
        })
        .collect();
    candidates.sort_by_cached_key(|c| {
        c.current
            .organisation
            .version
            .facts
            .legal_name
            .as_str()
            .to_lowercase()
    });
    Ok(candidates)
}

/// What an approver adopted.
#[derive(Clone, Debug, Default)]
pub struct Adopted {
    /// In use from now on.
    pub baselines: Vec<Baseline>,
    /// Names of those left as they were: the approver wrote some of it.
    pub own_work: Vec<String>,
}

/// Adopts drafts as baseline, all or none; only those that `by` worked on are left to somebody else. The transaction must
/// come from `Db::write`; the caller commits it.
pub async fn adopt(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    now: DateTime<Utc>,
    attestations: &[Attestation],
) -> Result<Adopted, AdoptError> {
    let today = state.publisher().zone.local_date(now);
    let in_changes = baselines::list_engagements_in_changes(tx).await?;
    let mut register: HashMap<EngagementId, Judged> = register::judge_these(tx, Of::All, None)
        .await?
        .into_iter()
        .map(|j| (j.current.engagement.id, j))
        .collect();
    let everything: Vec<&CurrentEngagement> = register.values().map(|judged| &judged.current).collect();
    let announced = Announced::load(tx, &everything).await?;
    let mut adopted = Adopted::default();
    let mut entries = Vec::with_capacity(attestations.len());
    for attestation in attestations {
        let id = attestation.engagement_id;
        let judged = register.remove(&id).ok_or(AdoptError::Absent)?;
        let current = &judged.current;
        let name = current.organisation.version.facts.legal_name.to_string();
        if in_changes.contains(&id) {
            return Err(AdoptError::InChange(name));
        }
        if let Some(why) = announced.refuses(current) {
            return Err(AdoptError::BeingAnnounced(why));
        }
        if !is_possible(attestation.in_use_since, today) {
            return Err(AdoptError::BadDay(name, attestation.in_use_since));
        }
        if approve(by, &authors(tx, current).await?).is_err() {
            adopted.own_work.push(name);
            continue;
        }
        let from = current.state.state;
        let to = from
            .next(EngagementEvent::AdoptBaseline)
            .map_err(|_| AdoptError::NotADraft(name.clone()))?;
        let baseline = Baseline {
            engagement_id: id,
            in_use_since: attestation.in_use_since,
            attested_at: now,
            attested_by: by,
            findings: findings(&judged, now),
        };
        baselines::insert_baseline(tx, &baseline).await?;
        let reason = format!("in use since {}", baseline.in_use_since);
        let (row_id, recorded) = (state.random.id(now), Recorded::by(by, now));
        engagements::append_engagement_state(tx, row_id, id, (from, to), recorded, Some(&reason)).await?;
        listings::append_listing(tx, &listing(state, current, &baseline)).await?;
        for task in tasks_of(state, current, &name, &baseline) {
            tasks::open_task(tx, &task).await?;
        }
        entries.push(entry(current, &name, &baseline));
        adopted.baselines.push(baseline);
    }
    audit::append_all(tx, &state.keys, &state.random, now, entries).await?;
    Ok(adopted)
}

/// Whoever wrote a version of the engagement or its company.
async fn authors(tx: &mut Tx, current: &CurrentEngagement) -> Result<BTreeSet<StaffId>, StoreError> {
    let engagement = engagements::list_engagement_versions(tx, current.engagement.id).await?;
    let company = list_organisation_versions(tx, current.version.facts.organisation).await?;
    let of_engagement = engagement.iter().filter_map(|version| version.recorded.by);
    let of_company = company.iter().filter_map(|version| version.recorded.by);
    Ok(of_engagement.chain(of_company).collect())
}

/// What gates G1 to G8 say of something that runs already.
fn findings(judged: &Judged, now: DateTime<Utc>) -> Vec<Reason> {
    let facts = RegisterFacts {
        stage: Stage::Running,
        ..judged.facts.clone()
    };
    evaluate_register(&facts, now).reasons
}

/// Whether something can be in use since that day.
pub fn is_possible(since: NaiveDate, today: NaiveDate) -> bool {
    use chrono::Datelike;
    since <= today && since.year() >= EARLIEST_YEAR
}

fn listing(state: &AppState, current: &CurrentEngagement, baseline: &Baseline) -> NewListing {
    NewListing {
        id: state.random.id(baseline.attested_at),
        engagement_id: baseline.engagement_id,
        engagement_version_id: current.version.id,
        organisation_version_id: current.organisation.version.id,
        listing: ListingState::Listed,
        in_use_from: Some(baseline.in_use_since),
        line_id: None,
        recorded_at: baseline.attested_at,
    }
}

/// Who can close a finding of this gate.
fn responsible(gate: Gate) -> Role {
    match gate {
        Gate::G3 => Role::SecurityAssessor,
        _ => Role::LegalEditor,
    }
}

/// One task per role that has something to close.
fn tasks_of(state: &AppState, current: &CurrentEngagement, name: &str, baseline: &Baseline) -> Vec<Task> {
    let mut by_role: BTreeMap<Role, Vec<&Reason>> = BTreeMap::new();
    for finding in &baseline.findings {
        by_role
            .entry(responsible(finding.gate))
            .or_default()
            .push(finding);
    }
    let tasks = by_role.into_iter().map(|(role, findings)| {
        let mut codes: Vec<&str> = findings.iter().map(|f| f.code.label()).collect();
        codes.dedup();
        Task {
            id: TaskId::new(baseline.attested_at, state.random.bytes()),
            kind: BASELINE_FINDING.to_owned(),
            role,
            title: format!("{name} was adopted as it was; put right: {}", codes.join(", ")),
            path: format!("/staff/register/{}", current.engagement.slug),
            about_id: Some(baseline.engagement_id.uuid()),
            due_on: None,
            created_at: baseline.attested_at,
            done: None,
        }
    });
    tasks.collect()
}

fn entry(current: &CurrentEngagement, name: &str, baseline: &Baseline) -> Entry {
    let after = json!({
        "organisation": name,
        "slug": current.engagement.slug,
        "state": EngagementState::Active,
        "in_use_since": baseline.in_use_since,
        "findings": baseline.findings,
        "notice_claimed": false,
    });
    Entry {
        actor: Actor::Staff(baseline.attested_by.uuid()),
        action: "engagement.adopted",
        subject: Subject::of("engagement", baseline.engagement_id.uuid()),
        payload: audit::change(&json!({ "state": current.state.state }), &after),
    }
}
