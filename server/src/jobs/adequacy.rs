//! Dates of law and of the list of certified companies, as tasks: an adequacy decision that ends (180, 90 and 30 days
//! before, and once it has) or is to be reviewed (90 days before), a certification that is due (30 days before), a look that
//! grows old (7 days before), a go-live that rests on the list (7 days before). Each is opened once, and closed when its
//! cause is gone. The gates turn red by themselves.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use domain::dpf::{BEFORE_CERTIFICATION, BEFORE_GO_LIVE, BEFORE_STALE, counts_until, frameworks_of};
use domain::engagement::state::EngagementState;
use domain::gate::{Stage, evaluate_register};
use domain::id::{EngagementId, OrganisationId, TaskId};
use domain::legal_record::{DpfFramework, LegalRecord};
use domain::reference::{AdequacyDecision, AdequacyStatus, ReferenceData};
use domain::role::Role;
use domain::words::{day, short_day};
use domain::zone::Zone;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::AppState;
use crate::adequacy::stop::MECHANISM_SOUGHT;
use crate::changes::Result;
use crate::changes::afterwards::NOTICE_DRAFTED;
use crate::register::judge;
use crate::register::load::{path, title};
use crate::store::dpf_checks::{LatestChecks, latest_checks};
use crate::store::engagements::{CurrentEngagement, list_current};
use crate::store::legal_records::list_latest_records_of;
use crate::store::lines::list_lines;
use crate::store::reference::{ReferenceRow, list_reference_rows, reference_data_of};
use crate::store::tasks::{Task, close_task, list_open_tasks, list_tasks_about, open_task};
use crate::store::version::Recorded;
use crate::store::{self, Of, Tx, changes};

/// Days before the last day of a decision at which somebody is told, the kind of the task beside each.
const SUNSET: [(i64, &str); 3] = [
    (30, "ADEQUACY_SUNSET_30"),
    (90, "ADEQUACY_SUNSET_90"),
    (180, "ADEQUACY_SUNSET_180"),
];
/// The last day has passed: what follows is carried out.
const ENDED: &str = "ADEQUACY_ENDED";
/// A decision is reviewed soon, or was to be.
const REVIEW: &str = "ADEQUACY_REVIEW";
/// Days before that at which somebody is told.
const BEFORE_REVIEW: u64 = 90;
const CERTIFICATION: &str = "DPF_CERTIFICATION";
const CHECK_DUE: &str = "DPF_CHECK_DUE";
const BEFORE_START: &str = "DPF_BEFORE_GO_LIVE";

/// Kinds that only this job opens, and closes once nothing is due any more.
pub const KINDS: [&str; 8] = [
    SUNSET[0].1,
    SUNSET[1].1,
    SUNSET[2].1,
    ENDED,
    REVIEW,
    CERTIFICATION,
    CHECK_DUE,
    BEFORE_START,
];

/// Opens what is due and closes what is not any more. Writes only when there is something to write.
///
/// # Errors
/// When the database is away.
pub async fn run(state: &AppState) -> Result<()> {
    let mut tx = state.db.read().await?;
    let (due, gone) = find(&mut tx, state).await?;
    drop(tx);
    if due.is_empty() && gone.is_empty() {
        return Ok(());
    }
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    for task in due {
        open_task(&mut tx, &task).await?;
    }
    for id in gone {
        match close_task(&mut tx, id, Recorded::by_system(now)).await {
            // It was closed meanwhile.
            Ok(()) | Err(store::StoreError::Stale(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn find(tx: &mut Tx, state: &AppState) -> Result<(Vec<Task>, Vec<TaskId>)> {
    let rows = list_reference_rows(tx, None).await?;
    let mut wanted = sunsets(state, &rows)?;
    wanted.extend(reviews(state, &rows)?);
    wanted.extend(looks(tx, state).await?);
    let mut due = Vec::new();
    for task in &wanted {
        let Some(about) = task.about_id else { continue };
        // Each is given once: what was closed is not opened a second time.
        let earlier = list_tasks_about(tx, about).await?;
        if earlier.iter().all(|other| other.kind != task.kind) {
            due.push(task.clone());
        }
    }
    let mut gone = Vec::new();
    for task in list_open_tasks(tx, Role::ALL).await? {
        let is_wanted = wanted
            .iter()
            .any(|one| (&one.kind, one.about_id) == (&task.kind, task.about_id));
        let is_gone = match task.kind.as_str() {
            kind if KINDS.contains(&kind) => !is_wanted,
            MECHANISM_SOUGHT => has_a_mechanism(tx, state, task.about_id).await?,
            NOTICE_DRAFTED => is_handed_in(tx, task.about_id).await?,
            _ => false,
        };
        gone.extend(is_gone.then_some(task.id));
    }
    Ok((due, gone))
}

/// Whether an engagement is over, or no transfer of it is without a mechanism any more.
async fn has_a_mechanism(tx: &mut Tx, state: &AppState, id: Option<Uuid>) -> Result<bool> {
    let Some(id) = id else { return Ok(true) };
    let Some(judged) = judge(tx, EngagementId::from(id), None).await? else {
        return Ok(true);
    };
    let decision = evaluate_register(&judged.facts, state.clock.now());
    let mut reasons = decision.reasons.iter();
    Ok(judged.current.state.state.is_terminal() || !reasons.any(|reason| reason.code.is_loss_of_mechanism()))
}

async fn is_handed_in(tx: &mut Tx, change: Option<Uuid>) -> Result<bool> {
    let Some(change) = change else { return Ok(true) };
    Ok(!changes::get(tx, change).await?.state.is_editable())
}

/// A task of this job about something that may not have an id of its own.
fn task(
    state: &AppState,
    kind: &str,
    role: Role,
    about: Uuid,
    due: NaiveDate,
    title: String,
    path: String,
) -> Task {
    let now = state.clock.now();
    Task {
        id: TaskId::from(state.random.id(now)),
        kind: kind.to_owned(),
        role,
        title,
        path,
        about_id: Some(about),
        due_on: Some(due),
        created_at: now,
        done: None,
    }
}

/// An id for "this decision, with that day": it stays while other rows are added, and changes with the day.
fn with_day(decision: &AdequacyDecision, day: NaiveDate) -> Uuid {
    let (country, regime, instrument) = decision.key();
    let text = format!("{}|{regime}|{instrument}|{day}", country.code());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
    Uuid::from_bytes(bytes)
}

fn sunsets(state: &AppState, rows: &[ReferenceRow]) -> Result<Vec<Task>> {
    let today = Zone::BRUSSELS.local_date(state.clock.now());
    let reference: ReferenceData = reference_data_of(rows)?;
    let mut wanted = Vec::new();
    for decision in &reference.adequacy {
        let (AdequacyStatus::InForce, Some(last)) = (decision.status, decision.sunset_on) else {
            continue;
        };
        let Some(row) = latest_row(rows, decision)? else {
            continue;
        };
        let what = format!("{}, {}", decision.country.label(), decision.instrument);
        let left = (last - today).num_days();
        let next = if left < 0 {
            let since = last.succ_opt().unwrap_or(last);
            let path = format!("/staff/adequacy/{row}/status?status=EXPIRED&since={since}");
            let title = format!("{what} ended on {}: carry out what follows", short_day(last));
            Some((ENDED, title, path))
        } else {
            SUNSET.iter().find(|(days, _)| left <= *days).map(|(_, kind)| {
                let title = format!(
                    "{what} ends on {}: is it extended, or what takes its place?",
                    day(last)
                );
                (*kind, title, format!("/staff/adequacy/{row}"))
            })
        };
        wanted.extend(next.map(|(kind, title, path)| {
            task(
                state,
                kind,
                Role::LegalApprover,
                with_day(decision, last),
                last,
                title,
                path,
            )
        }));
    }
    Ok(wanted)
}

/// Decisions in force whose next review is near or was due; another row of the decision, with what came of it, ends that.
fn reviews(state: &AppState, rows: &[ReferenceRow]) -> Result<Vec<Task>> {
    let today = Zone::BRUSSELS.local_date(state.clock.now());
    let reference: ReferenceData = reference_data_of(rows)?;
    let mut wanted = Vec::new();
    for decision in &reference.adequacy {
        let Some(by) = decision.next_review_on else {
            continue;
        };
        if !decision.is_in_force(today) || !is_within(Some(by), BEFORE_REVIEW, today) {
            continue;
        }
        let Some(row) = latest_row(rows, decision)? else {
            continue;
        };
        let title = format!(
            "{}, {} is to be reviewed by {}: record what came of it, and the next review",
            decision.country.label(),
            decision.instrument,
            day(by)
        );
        wanted.push(task(
            state,
            REVIEW,
            Role::LegalApprover,
            with_day(decision, by),
            by,
            title,
            format!("/staff/adequacy/{row}"),
        ));
    }
    Ok(wanted)
}

fn latest_row(rows: &[ReferenceRow], decision: &AdequacyDecision) -> store::Result<Option<Uuid>> {
    let mut latest = None;
    for row in rows.iter().filter(|row| row.code == decision.country.code()) {
        if row.decision()?.is_some_and(|other| other.key() == decision.key()) {
            latest = Some(row.id);
        }
    }
    Ok(latest)
}

/// What is due about the list of certified companies. Looks at the register only where a date is near.
async fn looks(tx: &mut Tx, state: &AppState) -> Result<Vec<Task>> {
    let today = state.publisher().zone.local_date(state.clock.now());
    let checks = latest_checks(tx, Of::All, None).await?;
    let soon = starting_soon(tx, today).await?;
    let is_near = checks.values().flat_map(BTreeMap::values).any(|stored| {
        is_within(stored.check.next_certification_due, BEFORE_CERTIFICATION, today)
            || is_within(counts_until(&stored.check, Stage::Running), BEFORE_STALE, today)
    });
    if !is_near && soon.is_empty() {
        return Ok(Vec::new());
    }
    let resting = resting(tx).await?;
    let mut wanted = growing_old(state, &resting, &checks, today);
    for (line, engagement, planned_on) in soon {
        wanted.extend(before_start(
            state, &resting, &checks, line, engagement, planned_on,
        ));
    }
    Ok(wanted)
}

/// Whether a day is at most so many days away, or has passed.
fn is_within(date: Option<NaiveDate>, days: u64, today: NaiveDate) -> bool {
    date.is_some_and(|date| {
        today
            .checked_add_days(Days::new(days))
            .is_none_or(|near| date <= near)
    })
}

/// Lines of changes under way with which an engagement starts within a week: line, engagement and planned day.
async fn starting_soon(tx: &mut Tx, today: NaiveDate) -> Result<Vec<(Uuid, Uuid, NaiveDate)>> {
    let mut soon = Vec::new();
    for change in changes::list(tx).await? {
        if change.state.is_terminal() || !is_within(Some(change.planned_on), BEFORE_GO_LIVE, today) {
            continue;
        }
        for line in list_lines(tx, change.id).await? {
            if line.change_type.starts_engagement() {
                soon.push((line.id, line.engagement_id, change.planned_on));
            }
        }
    }
    Ok(soon)
}

/// An engagement that is not over, and the rows of the list on which its transfers rest.
struct Resting {
    current: CurrentEngagement,
    frameworks: BTreeSet<DpfFramework>,
}

async fn resting(tx: &mut Tx) -> Result<Vec<Resting>> {
    let mut frameworks: BTreeMap<EngagementId, BTreeSet<DpfFramework>> = BTreeMap::new();
    for record in list_latest_records_of(tx, Of::All, None).await? {
        if let LegalRecord::Transfer(transfer) = &record.body {
            let of = frameworks_of(transfer);
            frameworks.entry(record.engagement_id).or_default().extend(of);
        }
    }
    let all = list_current(tx).await?.into_iter();
    Ok(all
        .filter(|current| !current.state.state.is_terminal())
        .filter_map(|current| {
            let frameworks = frameworks.remove(&current.engagement.id)?;
            (!frameworks.is_empty()).then_some(Resting { current, frameworks })
        })
        .collect())
}

fn list_path(current: &CurrentEngagement) -> String {
    format!("{}/dpf", path(current))
}

/// Certifications that are due, and looks that will soon be too old for something in use.
fn growing_old(state: &AppState, resting: &[Resting], checks: &LatestChecks, today: NaiveDate) -> Vec<Task> {
    let mut wanted = Vec::new();
    let mut companies: BTreeMap<OrganisationId, Vec<&Resting>> = BTreeMap::new();
    for one in resting {
        companies
            .entry(one.current.organisation.id)
            .or_default()
            .push(one);
    }
    for (company, engagements) in companies {
        for (framework, stored) in checks.get(&company).into_iter().flatten() {
            let relying: Vec<_> = engagements
                .iter()
                .filter(|one| one.frameworks.contains(framework))
                .collect();
            let Some(first) = relying.first().filter(|_| stored.check.status.is_active()) else {
                continue;
            };
            let name = &first.current.organisation.version.facts.legal_name;
            if let Some(due) = stored.check.next_certification_due
                && is_within(Some(due), BEFORE_CERTIFICATION, today)
            {
                let title = format!(
                    "{name}: the certification ({}) is due on {}; look whether it was renewed",
                    framework.label(),
                    short_day(due)
                );
                let path = list_path(&first.current);
                wanted.push(task(
                    state,
                    CERTIFICATION,
                    Role::LegalEditor,
                    stored.id,
                    due,
                    title,
                    path,
                ));
            }
            let in_use = relying.iter().find(|one| one.current.state.state.is_in_use());
            if let (Some(one), Some(last)) = (in_use, counts_until(&stored.check, Stage::Running))
                && is_within(Some(last), BEFORE_STALE, today)
            {
                let title = format!(
                    "{name}: the last look at the list ({}) counts until {}; look again",
                    framework.label(),
                    short_day(last)
                );
                let path = list_path(&one.current);
                wanted.push(task(
                    state,
                    CHECK_DUE,
                    Role::LegalEditor,
                    stored.id,
                    last,
                    title,
                    path,
                ));
            }
        }
    }
    wanted
}

/// A week before it starts, somebody looks again, unless that was done within this week.
fn before_start(
    state: &AppState,
    resting: &[Resting],
    checks: &LatestChecks,
    line: Uuid,
    engagement: Uuid,
    planned_on: NaiveDate,
) -> Option<Task> {
    let one = resting
        .iter()
        .find(|one| one.current.engagement.id.uuid() == engagement)?;
    let is_waiting = matches!(
        one.current.state.state,
        EngagementState::NoticePending | EngagementState::NoticeOpen | EngagementState::Cleared
    );
    let from = planned_on.checked_sub_days(Days::new(BEFORE_GO_LIVE))?;
    let latest = checks.get(&one.current.organisation.id);
    let is_fresh = |framework: &DpfFramework| {
        latest
            .and_then(|all| all.get(framework))
            .is_some_and(|stored| stored.check.checked_on >= from)
    };
    if !is_waiting || one.frameworks.iter().all(is_fresh) {
        return None;
    }
    let title = format!(
        "{} is to go live on {} and rests on the Data Privacy Framework: look at the list again",
        title(&one.current),
        short_day(planned_on)
    );
    let path = list_path(&one.current);
    Some(task(
        state,
        BEFORE_START,
        Role::LegalEditor,
        line,
        planned_on,
        title,
        path,
    ))
}
