//! What follows when an adequacy decision falls, in one transaction: transfers that have clauses and an assessment ready
//! fall back on them; engagements of the others are suspended; notices are drafted and tasks opened. What will follow is planned first
//! and shown; only the plan that was seen is carried out.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use domain::adequacy_loss::{fall_back, lost_legs, rests_on};
use domain::change::ChangeType;
use domain::engagement::state::EngagementEvent;
use domain::id::{EngagementId, ProductId, RecordId};
use domain::legal_record::{LegalRecord, LegalRecordKind, MechanismKind, Transfer};
use domain::reference::{AdequacyDecision, ReferenceData};
use domain::trigger::Scope;
use domain::words::count;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::stop;
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::changes::afterwards::{self, Happened};
use crate::http::HttpError;
use crate::register::load::title;
use crate::register::shown::settle;
use crate::register::{Judged, judge_these};
use crate::store::assessments::list_concerned_assessments;
use crate::store::customers::{list_all_products, list_in_force};
use crate::store::fallbacks::note_fallback;
use crate::store::legal_records::{NewRecord, StoredRecord, append_record};
use crate::store::reference::reference_data;
use crate::store::tasks::open_task;
use crate::store::{self, Of, Tx};

/// One transfer that rests on the decision, and what becomes of it.
pub struct Fall {
    /// Its record.
    pub record: StoredRecord,
    /// What it says.
    pub transfer: Transfer,
    /// The same resting on its clauses, or why it cannot.
    pub answer: Result<Transfer, Vec<String>>,
}

/// One engagement with transfers that rest on the decision.
pub struct Struck {
    /// The engagement with its facts once the decision has fallen.
    pub judged: Judged,
    /// Its transfers that rest on the decision.
    pub falls: Vec<Fall>,
    /// Why customers are not told by a drafted change; `None` where one is drafted.
    pub untold: Option<String>,
}

impl Struck {
    pub(super) fn id(&self) -> EngagementId {
        self.judged.current.engagement.id
    }

    /// Whether a transfer of it is left without a mechanism.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.falls.iter().any(|fall| fall.answer.is_err())
    }

    /// Whether it is stopped.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        self.is_lost()
            && self
                .judged
                .current
                .state
                .state
                .next(EngagementEvent::Suspend)
                .is_ok()
    }
}

/// Everything that a change of status will do.
pub struct Plan {
    /// The decision as the new row has it.
    pub after: AdequacyDecision,
    /// Whether it takes the decision away.
    pub takes_away: bool,
    /// Engagements, by slug.
    pub struck: Vec<Struck>,
    /// Customers whom the drafted notices concern.
    pub customers: usize,
    /// Assessments on the country: each is to be looked at.
    pub assessments: usize,
    /// What identifies it: see [`Plan::hash`].
    seen: Uuid,
}

/// Finds everything that a decision takes with it when its status becomes that of `after`; `seen` is its latest row.
///
/// # Errors
/// When the database is away.
pub async fn plan(
    tx: &mut Tx,
    state: &AppState,
    seen: Uuid,
    before: &AdequacyDecision,
    after: AdequacyDecision,
) -> store::Result<Plan> {
    let takes_away = before.status.takes_away(after.status);
    let reference = reference_data(tx).await?.with(after.clone());
    let mut struck = Vec::new();
    if takes_away {
        for judged in judge_these(tx, Of::All, None).await? {
            if let Some(one) = strike(tx, state, judged, &after, &reference).await? {
                struck.push(one);
            }
        }
    }
    let customers = customers(tx, state, &struck).await?;
    let concerned = list_concerned_assessments(tx, Scope::Country(after.country)).await?;
    Ok(Plan {
        assessments: concerned.len(),
        after,
        takes_away,
        struck,
        customers,
        seen,
    })
}

async fn strike(
    tx: &mut Tx,
    state: &AppState,
    mut judged: Judged,
    after: &AdequacyDecision,
    reference: &ReferenceData,
) -> store::Result<Option<Struck>> {
    let now = state.clock.now();
    if judged.current.state.state.is_terminal() {
        return Ok(None);
    }
    let facts_before = judged.facts.clone();
    judged.facts.reference = reference.clone();
    let mut falls = Vec::new();
    for paper in &facts_before.transfers {
        let answer = if rests_on(&paper.body, after, reference, now) {
            fall_back(&judged.facts, paper, now)
        } else {
            match lost_legs(&facts_before, &judged.facts, &paper.body, now) {
                lost if lost.is_empty() => continue,
                lost => Err(lost),
            }
        };
        let Some(record) = judged.records.iter().find(|record| record.id == paper.id) else {
            continue;
        };
        falls.push(Fall {
            answer,
            transfer: paper.body.clone(),
            record: record.clone(),
        });
    }
    if falls.is_empty() {
        return Ok(None);
    }
    let untold = afterwards::untold(tx, &judged.current).await?;
    Ok(Some(Struck {
        judged,
        falls,
        untold,
    }))
}

/// How many customers are concerned by the engagements about which a notice is drafted.
async fn customers(tx: &mut Tx, state: &AppState, struck: &[Struck]) -> store::Result<usize> {
    let told: Vec<&BTreeSet<ProductId>> = struck
        .iter()
        .filter(|one| one.untold.is_none())
        .map(|one| &one.judged.current.version.facts.products)
        .collect();
    if told.is_empty() {
        return Ok(0);
    }
    let mut used: BTreeMap<_, BTreeSet<ProductId>> = BTreeMap::new();
    for (customer, product) in list_all_products(tx).await? {
        used.entry(customer).or_default().insert(product);
    }
    let today = state.publisher().zone.local_date(state.clock.now());
    let nothing = BTreeSet::new();
    let in_force = list_in_force(tx, today).await?;
    Ok(in_force
        .iter()
        .filter(|customer| {
            let used = used.get(&customer.id).unwrap_or(&nothing);
            let concerns =
                |of: &&BTreeSet<ProductId>| of.is_empty() || used.is_empty() || !of.is_disjoint(used);
            told.iter().any(concerns)
        })
        .count())
}

impl Plan {
    /// SHA-256 over everything that decides what will happen, in hex. Whoever confirms presents it.
    #[must_use]
    pub fn hash(&self) -> String {
        let struck: Vec<_> = self
            .struck
            .iter()
            .map(|one| {
                let falls: Vec<_> = one
                    .falls
                    .iter()
                    .map(|fall| (fall.record.id, fall.answer.is_ok()))
                    .collect();
                (one.id(), one.judged.current.state.state, falls, &one.untold)
            })
            .collect();
        let facts = (
            self.seen,
            self.after.status,
            self.after.status_since,
            struck,
            self.customers,
            self.assessments,
        );
        HEXLOWER.encode(&Sha256::digest(serde_json::to_vec(&facts).unwrap_or_default()))
    }

    fn told(&self, is_lost: bool) -> Vec<&Struck> {
        let all = self.struck.iter();
        all.filter(|one| one.untold.is_none() && one.is_lost() == is_lost)
            .collect()
    }

    /// The changes that are drafted: title, kind, class and engagements.
    fn drafts(&self) -> Vec<(String, ChangeType, Vec<&Struck>)> {
        let both = [true, false].into_iter().map(|is_lost| {
            let (title, change_type) = self.told_as(is_lost);
            (title, change_type, self.told(is_lost))
        });
        both.filter(|(.., engagements)| !engagements.is_empty()).collect()
    }

    /// As what customers are told of it, whether their transfer lost its mechanism or fell back.
    fn told_as(&self, is_lost: bool) -> (String, ChangeType) {
        let what = format!("{} {}", self.after.instrument, self.after.status.label());
        if is_lost {
            (
                format!("Transfer mechanism lost: {what}"),
                ChangeType::MechanismLost,
            )
        } else {
            (
                format!("Standard contractual clauses take over: {what}"),
                ChangeType::MechanismChangedEqual,
            )
        }
    }

    fn happened<'a>(&self, what: &'a str, change_type: ChangeType) -> Happened<'a> {
        Happened {
            what,
            change_type,
            on: self.after.status_since,
            due_on: None,
        }
    }

    /// The same in words.
    #[must_use]
    pub fn drafts_in_words(&self) -> Vec<String> {
        let drafts = self.drafts().into_iter();
        drafts
            .map(|(title, kind, engagements)| {
                let names = engagements.iter().map(|one| title_of(one));
                format!(
                    "{title} (class {}): {}",
                    kind.default_class().label(),
                    domain::facts::list(names)
                )
            })
            .collect()
    }
}

pub(super) fn title_of(one: &Struck) -> String {
    title(&one.judged.current)
}

/// What was done, in words.
pub struct Done {
    /// Transfers that rest on clauses now.
    pub fell_back: usize,
    /// Engagements that were suspended.
    pub suspended: usize,
    /// Numbers of the drafted changes.
    pub changes: Vec<String>,
}

impl Done {
    /// One sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let changes = match &self.changes[..] {
            [] => String::new(),
            numbers => format!(" Drafted: change {}.", numbers.join(", change ")),
        };
        format!(
            "{} back on clauses, {} suspended.{changes}",
            count(self.fell_back, "transfer fell", "transfers fell"),
            count(self.suspended, "engagement was", "engagements were"),
        )
    }
}

/// Carries a plan out, after its row `row` was appended in the same transaction. Everything that is due to a fall of adequacy is called
/// here, step by step; a further consequence belongs into this list.
///
/// # Errors
/// When somebody else wrote in between, or the database is away; then nothing is written.
pub async fn carry_out(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    plan: &Plan,
    row: Uuid,
) -> Result<Done, HttpError> {
    let mut done = Done {
        fell_back: 0,
        suspended: 0,
        changes: Vec::new(),
    };
    for one in &plan.struck {
        done.fell_back += transfers(tx, state, staff, (plan, row), one).await?;
        if one.is_suspended() {
            stop::suspend(tx, state, staff, plan, one).await?;
            done.suspended += 1;
        }
        if one.is_lost() {
            open_task(tx, &stop::search_for_a_mechanism(state, plan, one)).await?;
        }
    }
    done.changes = notices(tx, state, staff, plan).await?;
    for one in &plan.struck {
        let Some(why) = &one.untold else { continue };
        settle(tx, state, staff, one.id()).await?;
        let (what, change_type) = plan.told_as(one.is_lost());
        let happened = plan.happened(&what, change_type);
        afterwards::tell_otherwise(tx, state, &one.judged.current, happened, why).await?;
    }
    Ok(done)
}

/// Swaps what is ready; gives how many. One entry in the audit log per transfer.
async fn transfers(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    (plan, row): (&Plan, Uuid),
    one: &Struck,
) -> Result<usize, HttpError> {
    let now = state.clock.now();
    let mut fell_back = 0;
    for fall in &one.falls {
        let record = &fall.record;
        let mut payload = json!({
            "kind": LegalRecordKind::Transfer,
            "number": record.number,
            "destination": fall.transfer.destination,
            "before": fall.transfer.mechanism.kind(),
            "instrument": plan.after.instrument,
            "status": plan.after.status,
            "since": plan.after.status_since,
        });
        let action = match &fall.answer {
            Ok(swapped) => {
                let new = NewRecord {
                    id: RecordId::from(state.random.id(now)),
                    engagement_id: one.id(),
                    number: record.number,
                    body: LegalRecord::Transfer(swapped.clone()),
                    valid_from: Some(plan.after.status_since),
                    ended_on: None,
                    recorded_at: now,
                    recorded_by: staff.id,
                };
                append_record(tx, record.version, &new).await?;
                note_fallback(tx, new.id, row).await?;
                payload["after"] = json!(MechanismKind::Scc);
                payload["record_id"] = json!(new.id);
                payload["version"] = json!(record.version + 1);
                fell_back += 1;
                "transfer.fell_back"
            }
            Err(reasons) => {
                payload["reasons"] = json!(reasons);
                "transfer.mechanism_lost"
            }
        };
        let subject = Subject::of("engagement", one.id().uuid());
        staff.record(tx, state, action, subject, payload).await?;
    }
    Ok(fell_back)
}

/// Drafts what customers are told: one change for what was lost, one for what fell back.
async fn notices(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    plan: &Plan,
) -> Result<Vec<String>, HttpError> {
    let mut numbers = Vec::new();
    for (what, change_type, struck) in plan.drafts() {
        let engagements: Vec<_> = struck.iter().map(|one| &one.judged.current).collect();
        let happened = plan.happened(&what, change_type);
        numbers.extend(afterwards::draft(tx, state, staff.id, happened, &engagements).await?);
    }
    Ok(numbers)
}
