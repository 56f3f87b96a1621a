//! `POST /staff/triggers/{number}/{slug}/{assessment}`: what somebody found out about one assessment. The answer is kept
//! for ever; the last one closes the event. Whoever answers second is shown the first answer beside their own.

use app::triggers::answer_fields;
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::role::Permission;
use domain::text::Prose;
use domain::trigger::Triage;
use serde_json::json;

use super::event::{self, Typed};
use super::{TRIGGER_TO_JUDGE, raise};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::{HttpError, Posted};
use crate::register::load;
use crate::store::assessments::list_concerned_assessments;
use crate::store::tasks::close_tasks_about;
use crate::store::trigger_pages::count_concerned;
use crate::store::triggers::{find_concerned, find_trigger, insert_triage};
use crate::store::version::Recorded;
use domain::trigger::Scope;

/// The handler.
pub async fn answer(
    State(state): State<AppState>,
    staff: Staff,
    Path((number, slug, assessment)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditTia)?;
    let mut tx = state.db.write().await?;
    let number: i64 = number.parse().map_err(|_| HttpError::NotFound)?;
    let trigger = find_trigger(&mut tx, number).await?.ok_or(HttpError::NotFound)?;
    let current = load::get(&mut tx, &slug).await?;
    let assessment: i64 = assessment.parse().map_err(|_| HttpError::NotFound)?;
    let key = (current.engagement.id, assessment);
    let one = find_concerned(&mut tx, trigger.id, key)
        .await?
        .ok_or(HttpError::NotFound)?;
    let [triage_field, reason_field] = answer_fields(current.engagement.slug.as_str(), assessment);
    let typed = |errors, is_late| Typed {
        key,
        triage: posted.text(&triage_field).to_owned(),
        reason: posted.text(&reason_field).to_owned(),
        errors,
        is_late,
    };
    if one.triage.is_some() {
        let late = typed(FieldErrors::new(), true);
        return event::show_typed(&state, &staff, &mut tx, &trigger, &one, late).await;
    }
    let mut errors = FieldErrors::new();
    let triage: Option<Triage> = posted.text(&triage_field).parse().ok();
    if triage.is_none() {
        errors.add(&triage_field, "Say whether it has an impact");
    }
    let reason: Option<Prose> = errors.take(&reason_field, posted.text(&reason_field).parse());
    let (Some(triage), Some(reason)) = (triage, reason) else {
        let refused = typed(errors, false);
        return event::show_typed(&state, &staff, &mut tx, &trigger, &one, refused).await;
    };
    let by = Recorded::by(staff.id, state.clock.now());
    insert_triage(&mut tx, trigger.id, key, (triage, reason.as_str()), by).await?;
    let standing = list_concerned_assessments(&mut tx, Scope::Engagement(current.engagement.id))
        .await?
        .into_iter()
        .find(|standing| standing.key == key);
    if let (Triage::Review, Some(standing)) = (triage, standing) {
        raise::review(&mut tx, &state, &trigger, &standing, by).await?;
    }
    if count_concerned(&mut tx, trigger.id).await?.open == 0 {
        close_tasks_about(&mut tx, TRIGGER_TO_JUDGE, trigger.id, by).await?;
    }
    let payload = json!({
        "number": trigger.number, "engagement": current.engagement.slug, "assessment": assessment, "triage": triage,
        "reason": reason.as_str(),
    });
    let subject = Subject::of("trigger", trigger.id);
    staff
        .record(&mut tx, &state, "trigger.judged", subject, payload)
        .await?;
    tx.commit().await?;
    staff
        .say(match triage {
            Triage::NoImpact => "Recorded: no impact.",
            Triage::Review => "Recorded: the assessment is under review, and there is a task for it.",
        })
        .await?;
    Ok(Redirect::to(&format!("/staff/triggers/{number}")).into_response())
}
