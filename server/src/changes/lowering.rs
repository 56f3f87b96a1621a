//! The class of a line: raised freely while its change is a draft, lowered only when somebody who did not work on it
//! agrees (legal-rules §7). Until then the line has the class that the facts ask for.

use domain::approval;
use domain::change::{
    ChangeState, Lowering as Agreed, LoweringBasis, LoweringVerdict, NoticeClass, choose_class, is_lower,
};
use domain::digest::FactsHash;
use domain::id::StaffId;
use domain::text::Prose;
use serde_json::json;
use uuid::Uuid;

use super::dossier::{self, Dossier, LineDossier};
use super::{ChangeError, Result, draft};
use crate::AppState;
use crate::store::Tx;
use crate::store::engagements::CurrentEngagement;
use crate::store::lines::{Line, put_lines};
use crate::store::lowerings::{Lowering, LoweringDecision, ask_lowering, decide_lowering, list_lowerings};

fn wrong(field: &'static str, why: impl Into<String>) -> ChangeError {
    ChangeError::Field {
        field,
        why: why.into(),
    }
}

fn facts_hash(line: &Line) -> FactsHash {
    FactsHash::new(line.facts_hash.as_slice().try_into().unwrap_or_default())
}

/// A line as it stands, with its company as it is now.
fn basis(line: &Line, current: &CurrentEngagement) -> LoweringBasis {
    LoweringBasis::of(
        line.id.into(),
        (line.change_type, line.needed_class()),
        &line.covers,
        &current.organisation.version.facts,
        facts_hash(line),
    )
}

/// The lowering of a line that counts now: the last one, if it was asked for the line as it stands.
#[must_use]
pub fn of_line<'a>(all: &'a [Lowering], line: &Line, current: &CurrentEngagement) -> Option<&'a Lowering> {
    let basis = basis(line, current);
    all.iter()
        .rfind(|lowering| {
            lowering
                .basis
                .as_ref()
                .is_some_and(|asked| asked.line == basis.line)
        })
        .filter(|lowering| lowering.basis.as_ref() == Some(&basis))
}

fn granted<'a>(all: &'a [Lowering], line: &Line, current: &CurrentEngagement) -> Option<&'a Lowering> {
    of_line(all, line, current).filter(|lowering| {
        lowering
            .decision
            .as_ref()
            .is_some_and(|decision| decision.verdict == LoweringVerdict::Granted)
    })
}

/// Whether somebody agreed to the class that a line has, as it stands.
pub(super) fn is_granted(all: &[Lowering], line: &Line, current: &CurrentEngagement) -> bool {
    granted(all, line, current).is_some_and(|lowering| lowering.class == line.notice_class)
}

/// The class of a line whose facts ask for `needed`: as raised by somebody, or as lowered with another's agreement.
pub(super) fn class_of(
    all: &[Lowering],
    line: &Line,
    current: &CurrentEngagement,
    raised: Option<NoticeClass>,
) -> (NoticeClass, Option<String>) {
    let needed = line.needed_class();
    if let Some(granted) = granted(all, line, current) {
        return (granted.class, Some(granted.reason.clone()));
    }
    let raised = raised.filter(|class| !is_lower(needed, *class));
    (raised.unwrap_or(needed), None)
}

/// Writes down that `by` asks for a class below the one that the facts ask for.
pub(super) async fn ask(
    tx: &mut Tx,
    state: &AppState,
    by: Uuid,
    (line, current): (&Line, &CurrentEngagement),
    class: NoticeClass,
    reason: &Prose,
) -> Result<()> {
    if !class.needs_authorisation() && line.types().iter().any(|kind| kind.is_always_asked()) {
        return Err(ChangeError::Field {
            field: "class",
            why: "Article 28(2) GDPR asks for prior notice of another processor: it is never told in a lower class".to_owned(),
        });
    }
    let now = state.clock.now();
    let lowering = Lowering {
        id: state.random.id(now),
        change_id: line.change_id,
        engagement_id: line.engagement_id.into(),
        class,
        reason: reason.to_string(),
        facts_hash: facts_hash(line),
        basis: Some(basis(line, current)),
        asked_at: now,
        asked_by: by.into(),
        decision: None,
    };
    ask_lowering(tx, &lowering).await?;
    Ok(())
}

fn find(dossier: &Dossier, id: Uuid) -> Result<&LineDossier> {
    dossier
        .lines
        .iter()
        .find(|line| line.line.id == id)
        .ok_or(ChangeError::Absent)
}

async fn put(tx: &mut Tx, dossier: &Dossier, changed: Line) -> Result<()> {
    let lines: Vec<Line> = dossier
        .lines
        .iter()
        .map(|line| {
            if line.line.id == changed.id {
                changed.clone()
            } else {
                line.line.clone()
            }
        })
        .collect();
    put_lines(tx, dossier.change.id, &lines).await?;
    Ok(())
}

/// Chooses the class of a line of a draft: at once where it is raised, as a question to somebody else where it is lowered.
/// Says whether it has to be agreed to.
///
/// # Errors
/// When the change is no draft, the reason is missing, or the rules allow no lower class at all.
pub async fn choose(
    state: &AppState,
    by: Uuid,
    number: &str,
    line_id: Uuid,
    class: NoticeClass,
    reason: &str,
) -> Result<bool> {
    let mut tx = state.db.write().await?;
    let dossier = draft::editable(&mut tx, number).await?;
    let found = find(&dossier, line_id)?;
    let line = &found.line;
    let needed = line.needed_class();
    let is_lower = is_lower(needed, class);
    if is_lower {
        if line.adds_special_category() && !class.needs_authorisation() {
            return Err(wrong(
                "class",
                "Special categories of data always need notice with a window",
            ));
        }
        let reason: Prose = reason
            .parse()
            .map_err(|_| wrong("class_reason", "Say why a lower class is right"))?;
        ask(&mut tx, state, by, (line, &found.current), class, &reason).await?;
    } else {
        choose_class(needed, class, line.adds_special_category(), None)
            .map_err(|refused| wrong("class", refused.to_string()))?;
        let raised = Line {
            notice_class: class,
            class_reason: None,
            ..line.clone()
        };
        put(&mut tx, &dossier, raised).await?;
    }
    let payload = json!({
        "position": line.position, "engagement": line.engagement_id, "before": line.notice_class, "needed": needed,
        "class": class, "asked": is_lower, "reason": reason,
    });
    let action = if is_lower {
        "change.lowering_asked"
    } else {
        "change.class_chosen"
    };
    draft::note(&mut tx, state, by, action, &dossier, payload).await?;
    tx.commit().await?;
    Ok(is_lower)
}

/// Agrees to a lower class, or refuses it. `read` is the question that the person read.
///
/// # Errors
/// When something else is asked now or nothing is, it was decided, the facts have moved, or this person worked on it.
pub async fn decide(
    state: &AppState,
    by: Uuid,
    number: &str,
    (line_id, read): (Uuid, Option<Uuid>),
    verdict: LoweringVerdict,
    reason: &Prose,
) -> Result<()> {
    let mut tx = state.db.write().await?;
    let dossier = dossier::load(&mut tx, number).await?;
    if !matches!(dossier.change.state, ChangeState::Draft | ChangeState::InReview) {
        return Err(ChangeError::Refused(
            "The class is settled once the notice is approved.".to_owned(),
        ));
    }
    let found = find(&dossier, line_id)?;
    let line = found.line.clone();
    let all = list_lowerings(&mut tx, dossier.change.id).await?;
    let asked = of_line(&all, &line, &found.current)
        .filter(|lowering| lowering.decision.is_none())
        .ok_or_else(|| {
            ChangeError::Refused(
                "Nobody asks for a lower class of this line any more. Look at it again.".to_owned(),
            )
        })?;
    let mut authors = dossier.authors.clone();
    authors.insert(asked.asked_by);
    let approval = approval::approve(StaffId::from(by), &authors)
        .map_err(|why| ChangeError::Refused(format!("{why}.")))?;
    if read != Some(asked.id) {
        return Err(ChangeError::Unread(
            "The lower class that is asked for is not the one that you read. Read what is asked now, then decide".to_owned(),
        ));
    }
    let decision = LoweringDecision {
        verdict,
        reason: reason.to_string(),
        at: state.clock.now(),
        by: by.into(),
    };
    decide_lowering(&mut tx, asked.id, &decision).await?;
    if verdict == LoweringVerdict::Granted {
        let agreed = Agreed {
            approval,
            reason: reason.clone(),
        };
        let class = choose_class(
            line.needed_class(),
            asked.class,
            line.adds_special_category(),
            Some(&agreed),
        )
        .map_err(|refused| ChangeError::Refused(format!("{refused}.")))?;
        let lowered = Line {
            notice_class: class,
            class_reason: Some(asked.reason.clone()),
            ..line.clone()
        };
        put(&mut tx, &dossier, lowered).await?;
    }
    let payload = json!({
        "lowering": asked.id, "engagement": line.engagement_id, "verdict": verdict, "class": asked.class,
        "needed": line.needed_class(), "reason": reason.as_str(),
    });
    draft::note(&mut tx, state, by, "change.lowering_decided", &dossier, payload).await?;
    tx.commit().await?;
    Ok(())
}
