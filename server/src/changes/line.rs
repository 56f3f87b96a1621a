//! One line of a change: written from what somebody chose and what the register says, and taken anew from it while the change
//! is a draft.

use app::ui::FieldErrors;
use domain::change::{ChangeType, Cover, NoticeClass, choose_class, is_lower, line_kinds};
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::id::{EngagementId, StaffId};
use domain::text::Prose;
use uuid::Uuid;

use super::dossier::{self, LineDossier};
use super::draft::wrong;
use super::{ChangeError, Result, fit, lowering};
use crate::AppState;
use crate::register::covers::{Chosen, Kept, Reviewed, differing};
use crate::register::{self, load::names_in};
use crate::store::Tx;
use crate::store::changes::Change;
use crate::store::engagements::{self, CurrentEngagement};
use crate::store::legal_records;
use crate::store::lines::{Line, find_unsettled_line};
use crate::store::lowerings;
use crate::store::version::Recorded;

/// What a new line says.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// What is engaged or changed.
    pub engagement_id: EngagementId,
    /// What it replaces.
    pub replaces: Option<EngagementId>,
    /// What kind of change it is; nothing: what differs from what was shown says so.
    pub change_type: Option<ChangeType>,
    /// The class, where it is raised above its default.
    pub class: Option<NoticeClass>,
    /// Which kind covers which differing field, where the form chose.
    pub chosen: Chosen,
    /// Why a kind of a lower class is right, where one is chosen.
    pub class_reason: String,
}

/// A line that can stand in a change.
///
/// # Errors
/// When the engagement is not ready, is in another change, or something of the line does not fit.
pub(super) async fn new_line(
    tx: &mut Tx,
    state: &AppState,
    by: impl Into<Option<Uuid>>,
    change: &Change,
    position: i64,
    new: NewLine,
) -> Result<Line> {
    let by = by.into();
    let now = state.clock.now();
    let current = engagements::current(tx, new.engagement_id)
        .await?
        .ok_or_else(|| wrong("engagement", "Choose a subprocessor"))?;
    if let Some((_, other)) = find_unsettled_line(tx, new.engagement_id.uuid()).await? {
        return Err(ChangeError::Refused(format!(
            "{} is in change {} already, which is {}.",
            current.organisation.version.facts.legal_name,
            other.number,
            other.state.label().to_lowercase()
        )));
    }
    if !current.version.facts.relationship_role.is_in_notice_scope() {
        return Err(ChangeError::Refused(format!(
            "{} is no subprocessor ({}), so customers are not told by a notice.",
            current.organisation.version.facts.legal_name,
            current.version.facts.relationship_role.label().to_lowercase()
        )));
    }
    let is_used = current.state.state.is_listed();
    let reviewed = if is_used {
        review(tx, state, &current, &new.chosen)
            .await?
            .filled(new.change_type)
    } else {
        Reviewed::default()
    };
    let kinds = line_kinds(&reviewed.covers);
    // A kind that was named and covers no field stands beside those that do: a failure, an order of an authority.
    let named = new.change_type.filter(|kind| {
        !kinds.as_ref().is_some_and(|kinds| kinds.types.contains(kind))
            && !reviewed.covers.iter().any(|cover| kind.covers(cover.field))
    });
    let change_type = named
        .or_else(|| kinds.as_ref().map(|kinds| kinds.leading))
        .or(new.change_type)
        .ok_or_else(|| wrong("change_type", "Choose what kind of change it is"))?;
    if let Some(why) = fit::refused_kind(change_type, &current.state, now) {
        return Err(wrong("change_type", why));
    }
    let class_reason = checked(&reviewed, &new.class_reason)?;
    check_replaced(tx, change_type, &new).await?;
    plan_notice(tx, state, by, &current).await?;
    let records = legal_records::list_latest_records(tx, new.engagement_id).await?;
    let mut line = Line {
        id: state.random.id(now),
        change_id: change.id,
        position,
        engagement_id: new.engagement_id.uuid(),
        replaces_engagement_id: new.replaces.map(Uuid::from),
        change_type,
        notice_class: change_type.default_class(),
        class_reason: None,
        engagement_version_id: current.version.id.uuid(),
        organisation_version_id: current.organisation.version.id.uuid(),
        facts_hash: dossier::facts_hash(&current, &records),
        covers: reviewed.covers,
    };
    let needed = line.needed_class();
    line.notice_class = choose_class(
        needed,
        new.class.unwrap_or(needed),
        line.adds_special_category(),
        None,
    )
    .map_err(|e| ChangeError::Refused(e.to_string()))?;
    if let (Some(by), Some(reason), Some(kinds)) = (by, class_reason, line_kinds(&line.covers))
        && kinds.is_lower()
    {
        lowering::ask(tx, state, by, (&line, &current), kinds.chosen, &reason).await?;
    }
    Ok(line)
}

/// Every differing field must be covered, and a kind of a lower class needs a reason; gives that.
fn checked(reviewed: &Reviewed, class_reason: &str) -> Result<Option<Prose>> {
    let mut errors = FieldErrors::new();
    let reason = reviewed.check(class_reason, &mut errors);
    if errors.is_empty() {
        Ok(reason)
    } else {
        Err(ChangeError::Uncovered(errors))
    }
}

/// What an engagement in use differs from what the public list shows, with what was chosen for it.
pub(super) async fn review(
    tx: &mut Tx,
    state: &AppState,
    current: &CurrentEngagement,
    chosen: &Chosen,
) -> Result<Reviewed> {
    let id = current.engagement.id;
    let (Some(base), Some(judged)) = (
        register::listed_base(tx, id).await?,
        register::judge(tx, id, None).await?,
    ) else {
        return Ok(Reviewed::default());
    };
    let names = names_in(tx, [base.engagement(), &current.version.facts]).await?;
    let today = dossier::today(state, state.clock.now());
    let kept = Kept::load(tx, current).await?;
    Ok(Reviewed::of(
        differing(&base, &judged, &names, today),
        chosen,
        &kept,
    ))
}

/// Whom a line replaces: named where the kind of change asks for it and only there, and in use.
async fn check_replaced(tx: &mut Tx, kind: ChangeType, new: &NewLine) -> Result<()> {
    let why = match (kind.names_a_replaced_one(), new.replaces) {
        (false, None) => return Ok(()),
        (true, None) => "Choose whom it replaces",
        (false, Some(_)) => "This kind of change replaces nothing",
        (true, Some(old)) if old == new.engagement_id => "An engagement cannot replace itself",
        (true, Some(old)) => match engagements::current(tx, old).await? {
            Some(old) if old.state.state.is_listed() => return Ok(()),
            Some(_) => "It is not in use, so nothing can replace it",
            None => "Choose from the list",
        },
    };
    Err(wrong("replaces", why))
}

/// Moves a new engagement from ASSESSED to NOTICE_PENDING. One that is in use already stays as it is.
pub(super) async fn plan_notice(
    tx: &mut Tx,
    state: &AppState,
    by: impl Into<Option<Uuid>>,
    current: &CurrentEngagement,
) -> Result<()> {
    let from = current.state.state;
    if from.is_listed() || from == EngagementState::NoticePending {
        return Ok(());
    }
    let Ok(to) = from.next(EngagementEvent::PlanNotice) else {
        return Err(ChangeError::NotReady {
            title: format!(
                "{} is {}; a change needs an assessed engagement.",
                current.organisation.version.facts.legal_name,
                from.label().to_lowercase()
            ),
            reasons: vec![
                "Complete the register entry until gates G1 to G8 are green, then confirm the assessment."
                    .to_owned(),
            ],
        });
    };
    let now = state.clock.now();
    let id = current.engagement.id;
    let by = Recorded {
        at: now,
        by: by.into().map(StaffId::from),
    };
    engagements::append_engagement_state(tx, state.random.id(now), id, (from, to), by, None).await?;
    Ok(())
}

/// What of a line's engagement differs now from what was shown, covered as the line or its versions chose.
pub(super) async fn covers_now(tx: &mut Tx, state: &AppState, line: &LineDossier) -> Result<Vec<Cover>> {
    if !line.current.state.state.is_listed() {
        return Ok(line.line.covers.clone());
    }
    let reviewed = review(tx, state, &line.current, &Chosen::default()).await?;
    Ok(reviewed.settled(&line.line.covers))
}

/// A line with the facts as they are now, what differs in them, and the class that follows. A class that somebody raised
/// stays; one that was lowered holds for the facts that it was asked for.
pub(super) async fn anew(
    tx: &mut Tx,
    state: &AppState,
    old: &LineDossier,
    lowerings: &[lowerings::Lowering],
) -> Result<Line> {
    let before = &old.line;
    let raised = is_lower(before.notice_class, before.needed_class()).then_some(before.notice_class);
    let mut line = Line {
        engagement_version_id: old.current.version.id.uuid(),
        organisation_version_id: old.current.organisation.version.id.uuid(),
        facts_hash: old.facts_hash(),
        ..before.clone()
    };
    line.covers = covers_now(tx, state, old).await?;
    if old.current.state.state.is_listed() {
        // A kind that covers a field follows the fields; one that was named beside them stays.
        let covers_some =
            |covers: &[Cover]| covers.iter().any(|cover| before.change_type.covers(cover.field));
        if let Some(kinds) = line_kinds(&line.covers)
            && (covers_some(&before.covers) || covers_some(&line.covers))
        {
            line.change_type = kinds.leading;
        }
    }
    (line.notice_class, line.class_reason) = lowering::class_of(lowerings, &line, &old.current, raised);
    Ok(line)
}
