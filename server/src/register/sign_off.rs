//! Confirming an assessment: security's part and the legal part, by two people who read the same papers. Once both stand the
//! engagement is assessed.

use std::collections::BTreeSet;

use app::register::state_step::StateStep;
use app::ui::ButtonKind;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use domain::approval::approve;
use domain::digest::Digest;
use domain::engagement::sign_off::{AssessmentPart, SignOff, sign_off, standing};
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::gate::{Decision, evaluate_register};
use domain::id::{StaffId, TaskId};
use domain::legal_record::{LegalRecordKind, Mechanism};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::gate_facts::{Judged, authors, judge};
use super::load::{self, People};
use super::states;
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::{HttpError, Posted};
use crate::store::sign_offs::{append_sign_off, list_sign_offs};
use crate::store::tasks::{Task, close_tasks_about, open_task};
use crate::store::version::Recorded;
use crate::store::{Result as StoreResult, Tx};

/// The kind of task that asks for the other part, about an engagement.
pub(crate) const PART_MISSING: &str = "ASSESSMENT_PART_MISSING";

/// How long the other part may wait.
const TIME_TO_CONFIRM: TimeDelta = TimeDelta::days(7);

/// What stands of an assessment, and what is needed to go on with it.
pub(super) struct Parts {
    /// Digest of what is read now.
    papers: Digest,
    /// What was confirmed of just that.
    standing: Vec<SignOff>,
    /// What was confirmed of something else since the assessment began.
    outdated: Vec<SignOff>,
    /// Who wrote what security confirms.
    security_authors: BTreeSet<StaffId>,
    /// Who wrote what legal confirms.
    legal_authors: BTreeSet<StaffId>,
}

impl Parts {
    /// Of an engagement that is being assessed; nothing of any other.
    pub(super) async fn load(tx: &mut Tx, judged: &Judged) -> StoreResult<Option<Self>> {
        let current = &judged.current;
        if current.state.state != EngagementState::Assessing {
            return Ok(None);
        }
        let papers = papers(judged);
        let all = list_sign_offs(tx, current.engagement.id).await?;
        let since = current.state.recorded.at;
        let standing = standing(&all, papers, since);
        let outdated = all
            .into_iter()
            .filter(|one| one.at >= since && one.papers != papers);
        // An assessor's own finding is what this part is about; the legal part is read by somebody else.
        let mut others = judged.records.clone();
        others.retain(|record| record.body.kind() != LegalRecordKind::SecurityAssessment);
        Ok(Some(Self {
            papers,
            outdated: outdated.collect(),
            standing,
            security_authors: authors(tx, current, &others).await?,
            legal_authors: authors(tx, current, &judged.records).await?,
        }))
    }

    /// Every reason why a person cannot confirm a part.
    fn refusals(&self, part: AssessmentPart, by: StaffId, decision: &Decision) -> Vec<String> {
        let mut reasons = states::red(decision);
        let authors = match part {
            AssessmentPart::Security => &self.security_authors,
            AssessmentPart::Legal => &self.legal_authors,
        };
        if approve(by, authors).is_err() {
            reasons.push(
                "you wrote facts or papers of it yourself, so somebody else must confirm them".to_owned(),
            );
        }
        if let Err(refused) = sign_off(part, by, &self.standing) {
            reasons.push(refused.to_string());
        }
        reasons
    }

    /// The parts as buttons, for whoever may confirm them.
    pub(super) fn steps(&self, staff: &Staff, judged: &Judged, decision: &Decision) -> Vec<StateStep> {
        let parts = AssessmentPart::ALL.iter().copied();
        parts
            .filter(|part| staff.may(part.permission()))
            .map(|part| {
                let refusals = self.refusals(part, staff.id, decision);
                StateStep {
                    label: label(part),
                    action: format!("{}/confirm-{}", load::path(&judged.current), part.label()),
                    explanation: explanation(part).to_owned(),
                    refused: (!refusals.is_empty()).then(|| refusals.join("; ")),
                    needs_reason: false,
                    kind: ButtonKind::Primary,
                    seen: Some(self.papers.to_string()),
                    typed: String::new(),
                    error: None,
                }
            })
            .collect()
    }

    /// What was confirmed and what is missing, in sentences.
    pub(super) fn words(&self, people: &People) -> Vec<String> {
        let by = |one: &SignOff| people.by(Recorded::by(one.by, one.at));
        let parts = AssessmentPart::ALL.iter().map(|part| {
            let said = |all: &[SignOff]| all.iter().rev().find(|one| one.part == *part).map(by);
            let part = part.label();
            match (said(&self.standing), said(&self.outdated)) {
                (Some(by), _) => format!("The {part} part is confirmed, {by}."),
                (None, Some(by)) => {
                    format!("The {part} part was confirmed, {by}; facts or papers have changed since, so it is confirmed again.")
                }
                (None, None) => format!("The {part} part is not confirmed yet."),
            }
        });
        parts.collect()
    }
}

fn label(part: AssessmentPart) -> String {
    format!("Confirm the {} part", part.label())
}

const fn explanation(part: AssessmentPart) -> &'static str {
    match part {
        AssessmentPart::Security => {
            "Says that it is secure enough for this data, and that gates G1 to G8 are green. The legal part is confirmed by somebody else; with both it is assessed, and a change can announce it."
        }
        AssessmentPart::Legal => {
            "Says that contract, transfers and their assessments hold, and that gates G1 to G8 are green. Whoever wrote facts or papers of it cannot confirm it. The security part is confirmed by somebody else; with both it is assessed, and a change can announce it."
        }
    }
}

/// Digest of everything that is read before a part is confirmed: the versions of company, engagement and papers, what the list
/// of certified companies says of the importers, and how far the measures of assessments are. Those two have no version.
#[must_use]
pub fn papers(judged: &Judged) -> Digest {
    let current = &judged.current;
    let mut records: Vec<_> = judged.records.iter().map(|record| record.id).collect();
    records.sort_unstable();
    let looks: Vec<_> = judged
        .facts
        .transfers
        .iter()
        .filter_map(|one| match &one.body.mechanism {
            Mechanism::Dpf(reliance) => Some((one.id, &reliance.checks)),
            _ => None,
        })
        .collect();
    let tias = judged.facts.tias.iter();
    let measures: Vec<_> = tias.map(|one| (one.id, &one.body.measures)).collect();
    let versions = (current.organisation.version.id, current.version.id);
    let read = (versions, records, looks, measures);
    // Ids, words and numbers always serialise.
    Digest::new(Sha256::digest(serde_json::to_vec(&read).unwrap_or_default()).into())
}

async fn confirm(
    state: AppState,
    staff: Staff,
    slug: String,
    posted: Posted,
    part: AssessmentPart,
) -> Result<Response, HttpError> {
    staff.require(part.permission())?;
    let mut tx = state.db.write().await?;
    let found = load::get(&mut tx, &slug).await?;
    let judged = judge(&mut tx, found.engagement.id, None)
        .await?
        .ok_or(HttpError::NotFound)?;
    let (now, event) = (state.clock.now(), EngagementEvent::ConfirmAssessment);
    let from = judged.current.state.state;
    let to = states::after(from, event)?;
    let decision = evaluate_register(&judged.facts, now);
    let parts = Parts::load(&mut tx, &judged).await?.ok_or(HttpError::NotFound)?;
    let mut reasons = parts.refusals(part, staff.id, &decision);
    if posted.text("seen") != parts.papers.to_string() {
        reasons.push("facts or papers were changed since the page was opened: read it again".to_owned());
    }
    if !reasons.is_empty() {
        let title = format!("“{}” is not possible now.", label(part));
        return Err(HttpError::Conflict { title, reasons });
    }
    let signed = SignOff {
        part,
        papers: parts.papers,
        at: now,
        by: staff.id,
    };
    let id = judged.current.engagement.id;
    append_sign_off(&mut tx, state.random.id(now), id, &signed).await?;
    let payload = json!({ "part": part, "papers": parts.papers });
    let subject = Subject::of("engagement", id.uuid());
    staff
        .record(
            &mut tx,
            &state,
            "engagement.assessment_part_confirmed",
            subject,
            payload,
        )
        .await?;
    let is_complete = sign_off(part, staff.id, &parts.standing).is_ok_and(|complete| complete);
    let said = if is_complete {
        states::write(
            &state,
            &mut tx,
            &staff,
            &judged,
            (from, to),
            event,
            None,
            &decision,
        )
        .await?;
        format!("{}: {}.", load::title(&judged.current), to.label().to_lowercase())
    } else {
        // What was asked for before this part was given may be this part.
        let by = Recorded::by(staff.id, now);
        close_tasks_about(&mut tx, PART_MISSING, id.uuid(), by).await?;
        open_task(&mut tx, &missing(&state, &judged, part.other())).await?;
        format!(
            "The {} part is confirmed. The {} part is confirmed by somebody else.",
            part.label(),
            part.other().label()
        )
    };
    tx.commit().await?;
    staff.say(said).await?;
    Ok(Redirect::to(&load::path(&judged.current)).into_response())
}

/// A task: one part is confirmed, the other is not.
fn missing(state: &AppState, judged: &Judged, part: AssessmentPart) -> Task {
    let now = state.clock.now();
    Task {
        id: TaskId::from(state.random.id(now)),
        kind: PART_MISSING.to_owned(),
        role: part.role(),
        title: format!(
            "Confirm the {} part of the assessment of {}",
            part.label(),
            load::title(&judged.current)
        ),
        path: load::path(&judged.current),
        about_id: Some(judged.current.engagement.id.uuid()),
        due_on: Some(state.publisher().zone.local_date(now) + TIME_TO_CONFIRM),
        created_at: now,
        done: None,
    }
}

/// `POST /staff/register/{slug}/confirm-security`
pub async fn security(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    confirm(state, staff, slug, posted, AssessmentPart::Security).await
}

/// `POST /staff/register/{slug}/confirm-legal`
pub async fn legal(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    confirm(state, staff, slug, posted, AssessmentPart::Legal).await
}
