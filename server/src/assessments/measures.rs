//! `POST …/tia/{number}/measures/{measure}`: how far a measure of the version that counts is. No new assessment is needed
//! for that; one that turns out not to be in place suspends the assessment until a new version is approved.

use app::assessments::{MoveForm, parse_standing, said_standing};
use app::register::Typed;
use app::register::form_page::Overtaken;
use app::ui::{FieldErrors, Said};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::legal_record::{Measure, MeasureStanding, MeasureStatus};
use domain::role::Permission;
use domain::text::Prose;
use domain::trigger::{Scope, TriggerKind};
use serde_json::json;

use super::load::{self, Assessment, tia};
use super::overview::{self, Back};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::seen::both_sides;
use crate::http::{HttpError, Posted};
use crate::register::load::People;
use crate::store::assessments::{Draft, save_draft};
use crate::store::tia_states::{MeasureMove, append_measure_move, list_measure_moves};
use crate::store::version::Recorded;
use crate::store::{self, Of, Tx};
use crate::triggers::{self, Event};

/// A draft that was begun before says the same of the measure, unless somebody wrote something else there. Whoever says how
/// far the measure is has written that part of the draft.
async fn carry_over(tx: &mut Tx, draft: &Draft, before: &Measure, moved: &MeasureMove) -> store::Result<()> {
    let mut next = Draft {
        revision: draft.revision + 1,
        changed_at: moved.recorded_at,
        changed_by: moved.recorded_by,
        ..draft.clone()
    };
    let copied = next
        .body
        .measures
        .iter_mut()
        .find(|one| one.number == before.number && one.standing == before.standing);
    let Some(copied) = copied else { return Ok(()) };
    copied.standing = moved.standing.clone();
    next.body.authors.insert(moved.recorded_by);
    save_draft(tx, &next).await
}

/// What somebody else recorded of a measure since the form was opened that carries `seen`, if anybody did.
async fn find_overtaken(
    state: &AppState,
    tx: &mut Tx,
    found: &Assessment,
    before: &Measure,
    seen: &str,
    mine: &MeasureStanding,
) -> Result<Option<Overtaken>, HttpError> {
    let (stored, mine) = (said_standing(&before.standing), said_standing(mine));
    let base: Option<Said> = serde_json::from_str(seen).ok();
    if seen.is_empty() || base.as_ref() == Some(&stored) || mine == stored {
        return Ok(None);
    }
    let people = People::load(tx, state).await?;
    let moves = list_measure_moves(tx, Of::These(&[found.current.engagement.id]), None).await?;
    let last = moves
        .iter()
        .rfind(|moved| moved.number == found.number && moved.measure == before.number);
    let by = match last {
        Some(moved) => format!(
            "It was recorded on {}",
            people.by(Recorded::by(moved.recorded_by, moved.recorded_at))
        ),
        None => "Another version was approved meanwhile".to_owned(),
    };
    Ok(Some(both_sides(by, base.as_ref(), &stored, &mine)))
}

/// The handler.
pub async fn record(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number, measure)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditTia)?;
    let mut tx = state.db.write().await?;
    let found = load::get_open(&mut tx, &slug, &number).await?;
    let measure: u16 = measure.parse().map_err(|_| HttpError::NotFound)?;
    let standing = found.in_force(&mut tx).await?.ok_or_else(|| {
        HttpError::conflict("Nothing of it is approved: measures of a draft are edited in the draft.")
    })?;
    let before = tia(&standing)
        .and_then(|tia| tia.measures.iter().find(|one| one.number == measure))
        .cloned()
        .ok_or(HttpError::NotFound)?;
    let typed = Typed::new(posted.pairs());
    let today = state.publisher().zone.local_date(state.clock.now());
    let judged = match parse_standing(&typed, today) {
        Ok(standing) => {
            let seen = typed.text("seen");
            match find_overtaken(&state, &mut tx, &found, &before, seen, &standing).await? {
                None => Ok(standing),
                Some(overtaken) => Err((FieldErrors::new(), Some(overtaken))),
            }
        }
        Err(errors) => Err((errors, None)),
    };
    let now = match judged {
        Ok(standing) => standing,
        Err((errors, overtaken)) => {
            let status = match overtaken {
                Some(_) => StatusCode::CONFLICT,
                None => StatusCode::UNPROCESSABLE_ENTITY,
            };
            let moving = MoveForm {
                measure,
                typed,
                errors,
                overtaken,
            };
            let back = Back {
                moving,
                ..Back::default()
            };
            return overview::show(&state, &staff, &mut tx, &found, status, back).await;
        }
    };
    let moved = MeasureMove {
        id: state.random.id(state.clock.now()),
        engagement_id: found.current.engagement.id,
        number: found.number,
        version: found.newest().map_or(0, |newest| newest.version),
        measure,
        standing: now.clone(),
        recorded_at: state.clock.now(),
        recorded_by: staff.id,
    };
    append_measure_move(&mut tx, &moved).await?;
    if let Some(draft) = &found.draft {
        carry_over(&mut tx, draft, &before, &moved).await?;
    }
    let payload = json!({
        "number": found.number, "measure": measure, "from": before.standing.status, "to": now.status, "id": moved.id,
    });
    let subject = Subject::of("engagement", found.current.engagement.id.uuid());
    staff
        .record(&mut tx, &state, "measure.moved", subject, payload)
        .await?;
    let was_in_place = before.standing.status >= MeasureStatus::Implemented;
    let is_lost = was_in_place && now.status < MeasureStatus::Implemented;
    if is_lost {
        let text = format!("Measure {measure} is not in place any more: {}", before.text);
        let description: Prose = text.parse().map_err(|_| HttpError::NotFound)?;
        let event = Event {
            kind: TriggerKind::MeasureIneffective,
            scope: Scope::Engagement(found.current.engagement.id),
            description,
            source: None,
            occurred_on: today,
            takes_effect_on: None,
        };
        triggers::raise_for(&mut tx, &state, Some(staff.id), &event, &[found.key()]).await?;
    }
    tx.commit().await?;
    staff
        .say(if is_lost {
            "Recorded. The assessment is suspended until a new version is approved."
        } else {
            "Recorded."
        })
        .await?;
    Ok(Redirect::to(&format!("{}#measures", found.path())).into_response())
}
