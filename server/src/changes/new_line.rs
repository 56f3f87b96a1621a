//! Opening a change, adding lines to one, and taking them out.

use app::changes::{ChangeForm, NewChangePage};
use app::ui::{Choice, FieldErrors};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{NaiveDate, TimeDelta};
use domain::change::{ChangeType, LoweringVerdict, NoticeClass, line_kinds};
use domain::engagement::state::EngagementState;
use domain::id::EngagementId;
use domain::period::PeriodUnit;
use domain::role::Permission;
use domain::text::{Line, Prose};
use leptos::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

use super::draft;
use super::line::{self, NewLine};
use super::pages::{back, change_page, parse_day, unread};
use super::{ChangeError, dossier, lowering};
use crate::AppState;
use crate::access::Staff;
use crate::http::form::Posted;
use crate::http::{HttpError, Query, render};
use crate::register::covers::{CLASS_REASON, Chosen, Kept, Reviewed};
use crate::store::engagements::CurrentEngagement;
use crate::store::policies::list_policies_of;
use crate::store::{Of, Tx, changes, engagements};

/// What differs about the chosen engagement, if it is in use; and the engagement.
async fn differing(
    tx: &mut Tx,
    state: &AppState,
    form: &ChangeForm,
    chosen: &Chosen,
) -> Result<(Option<CurrentEngagement>, Reviewed), HttpError> {
    let Ok(id) = form.engagement.parse::<EngagementId>() else {
        return Ok((None, Reviewed::default()));
    };
    let Some(current) = engagements::current(tx, id).await? else {
        return Ok((None, Reviewed::default()));
    };
    let reviewed = if current.state.state.is_listed() {
        line::review(tx, state, &current, chosen).await?
    } else {
        Reviewed::default()
    };
    Ok((Some(current), reviewed))
}

async fn new_page(
    state: &AppState,
    staff: &Staff,
    number: Option<String>,
    form: ChangeForm,
    reviewed: Reviewed,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let (mut ready, mut old) = (Vec::new(), Vec::new());
    for current in engagements::list_current(&mut tx).await? {
        if !current.version.facts.relationship_role.is_in_notice_scope() {
            continue;
        }
        let service = current.version.facts.service.print(ToString::to_string);
        let label = format!("{} – {service}", current.organisation.version.facts.legal_name);
        let choice = Choice::new(current.engagement.id.to_string(), label);
        let at = current.state.state;
        if at.is_listed() {
            old.push(choice.clone());
        }
        if at.is_listed() || matches!(at, EngagementState::Assessed | EngagementState::NoticePending) {
            ready.push(choice);
        }
    }
    let types = ChangeType::ALL
        .iter()
        .map(|t| Choice::new(t.as_str(), t.label()))
        .collect();
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let (action, path) = match &number {
        None => ("/staff/changes".to_owned(), "/staff/changes/new".to_owned()),
        Some(n) => (format!("/staff/changes/{n}/lines"), format!("/staff/changes/{n}")),
    };
    let review = reviewed.view(&form.class_reason);
    let csrf = staff.csrf.clone();
    Ok(render::page(
        status,
        staff.chrome(state, "New change", &path),
        move || {
            view! { <NewChangePage action number form review engagements=ready replaceable=old types errors csrf/> }
        },
    ))
}

/// A day that leaves room: the longest notice period of anybody, two weeks more, and never a past day.
async fn suggested_day(tx: &mut Tx, today: NaiveDate) -> Result<NaiveDate, HttpError> {
    let periods = list_policies_of(tx, Of::All).await?;
    let longest = periods
        .iter()
        .filter(|version| version.is_usable(today))
        .map(|version| {
            let period = version.policy.notice_period;
            let days = match period.unit() {
                PeriodUnit::CalendarDays => 1.0,
                PeriodUnit::WorkingDays => 1.5,
                PeriodUnit::Months => 31.0,
            };
            (f64::from(period.n()) * days).ceil() as i64
        })
        .max();
    Ok(today + TimeDelta::days(longest.unwrap_or(30) + 14))
}

/// GET `/staff/changes/new?engagement=`, the slug of the engagement to begin with. What differs about it fills the form.
pub async fn new_form(
    State(state): State<AppState>,
    staff: Staff,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let mut form = ChangeForm::default();
    let mut reviewed = Reviewed::default();
    if let Some(slug) = query.get("engagement") {
        let mut tx = state.db.read().await?;
        if let Some(found) = engagements::find_engagement_by_slug(&mut tx, slug).await? {
            form.engagement = found.id.to_string();
            let (current, differing) = differing(&mut tx, &state, &form, &Chosen::default()).await?;
            reviewed = differing.filled(None);
            if let Some(current) = current {
                let today = dossier::today(&state, state.clock.now());
                form.planned_on = suggested_day(&mut tx, today).await?.to_string();
                form.class_reason = Kept::load(&mut tx, &current).await?.reason.unwrap_or_default();
                prefill(&mut form, &current, &reviewed);
            }
        }
    } else {
        ChangeType::NewSubprocessor
            .as_str()
            .clone_into(&mut form.change_type);
    }
    new_page(&state, &staff, None, form, reviewed, FieldErrors::new()).await
}

/// Title and kind as far as they follow from the engagement.
fn prefill(form: &mut ChangeForm, current: &CurrentEngagement, reviewed: &Reviewed) {
    let name = &current.organisation.version.facts.legal_name;
    let kinds = line_kinds(&reviewed.covers);
    let what = match &kinds {
        Some(kinds) => {
            let labels: Vec<&str> = kinds.types.iter().map(|kind| kind.label()).collect();
            format!("{name}: {}", labels.join(", "))
        }
        None if current.state.state.is_listed() => return,
        None => {
            let kind = if current.version.facts.optional_feature {
                ChangeType::NewForOptionalFeature
            } else {
                ChangeType::NewSubprocessor
            };
            kind.as_str().clone_into(&mut form.change_type);
            format!("{name} joins as subprocessor")
        }
    };
    form.title = what.chars().take(200).collect();
}

fn change_form(posted: &Posted) -> ChangeForm {
    ChangeForm {
        title: posted.text("title").to_owned(),
        planned_on: posted.text("planned_on").to_owned(),
        engagement: posted.text("engagement").to_owned(),
        replaces: posted.text("replaces").to_owned(),
        change_type: posted.text("change_type").to_owned(),
        class_reason: posted.text(CLASS_REASON).to_owned(),
    }
}

fn parse_line(errors: &mut FieldErrors, form: &ChangeForm, posted: &Posted) -> Option<NewLine> {
    let engagement = form.engagement.parse::<Uuid>().ok();
    if engagement.is_none() {
        errors.add("engagement", "Choose a subprocessor");
    }
    let change_type = match form.change_type.as_str() {
        "" => Some(None),
        text => errors.take("change_type", text.parse::<ChangeType>()).map(Some),
    };
    let replaces = if form.replaces.is_empty() {
        Some(None)
    } else {
        let id = form.replaces.parse::<Uuid>().ok();
        if id.is_none() {
            errors.add("replaces", "Choose from the list");
        }
        id.map(Some)
    };
    if let (Some(Some(kind)), Some(None)) = (change_type, replaces)
        && kind.names_a_replaced_one()
    {
        errors.add("replaces", "Choose whom it replaces");
    }
    Some(NewLine {
        engagement_id: EngagementId::from(engagement?),
        replaces: replaces?.map(EngagementId::from),
        change_type: change_type?,
        class: None,
        chosen: Chosen::read(posted.pairs()),
        class_reason: form.class_reason.clone(),
    })
}

/// The form again with what is wrong, and with what differs about the engagement that was chosen.
async fn again(
    state: &AppState,
    staff: &Staff,
    number: Option<String>,
    form: ChangeForm,
    posted: &Posted,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let chosen = Chosen::read(posted.pairs());
    let (_, reviewed) = differing(&mut tx, state, &form, &chosen).await?;
    drop(tx);
    new_page(state, staff, number, form, reviewed, errors).await
}

/// What is wrong at a field, if that is what it is.
fn at_field(error: ChangeError, errors: &mut FieldErrors) -> Result<(), ChangeError> {
    match error {
        ChangeError::Field { field, why } => errors.add(field, why),
        ChangeError::Uncovered(found) => errors.extend(found),
        other => return Err(other),
    }
    Ok(())
}

/// POST `/staff/changes`.
pub async fn open(
    State(state): State<AppState>,
    staff: Staff,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let form = change_form(&posted);
    let mut errors = FieldErrors::new();
    let title = errors.take("title", Line::<200>::parse(&form.title));
    let planned_on = parse_day(&mut errors, "planned_on", &form.planned_on);
    let line = parse_line(&mut errors, &form, &posted);
    let (Some(title), Some(planned_on), Some(line), true) = (title, planned_on, line, errors.is_empty())
    else {
        return again(&state, &staff, None, form, &posted, errors).await;
    };
    let opened = draft::open(&state, staff.id.uuid(), title.as_ref(), planned_on, line).await;
    let number = match opened {
        Ok(number) => number,
        Err(error) => {
            at_field(error, &mut errors)?;
            return again(&state, &staff, None, form, &posted, errors).await;
        }
    };
    staff.say(format!("Change {number} is open as a draft.")).await?;
    Ok(Redirect::to(&format!("/staff/changes/{number}")).into_response())
}

/// GET `/staff/changes/{number}/lines/new`.
pub async fn line_form(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let mut tx = state.db.read().await?;
    let change = changes::find_by_number(&mut tx, &number).await?;
    drop(tx);
    let number = change.ok_or(HttpError::NotFound)?.number;
    new_page(
        &state,
        &staff,
        Some(number),
        ChangeForm::default(),
        Reviewed::default(),
        FieldErrors::new(),
    )
    .await
}

/// POST `/staff/changes/{number}/lines`.
pub async fn add_line(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let form = change_form(&posted);
    let mut errors = FieldErrors::new();
    let line = parse_line(&mut errors, &form, &posted);
    let (Some(line), true) = (line, errors.is_empty()) else {
        return again(&state, &staff, Some(number), form, &posted, errors).await;
    };
    if let Err(error) = draft::add_line(&state, staff.id.uuid(), &number, line).await {
        at_field(error, &mut errors)?;
        return again(&state, &staff, Some(number), form, &posted, errors).await;
    }
    back(&staff, &number, "The line is added.").await
}

/// POST `/staff/changes/{number}/lines/{id}/remove`.
pub async fn remove_line(
    State(state): State<AppState>,
    staff: Staff,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let id = id.parse::<Uuid>().map_err(|_| HttpError::NotFound)?;
    draft::remove_line(&state, staff.id.uuid(), &number, id).await?;
    back(&staff, &number, "The line is removed.").await
}

/// POST `/staff/changes/{number}/lines/{id}/class`.
pub async fn choose_class(
    State(state): State<AppState>,
    staff: Staff,
    Path((number, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let id = id.parse::<Uuid>().map_err(|_| HttpError::NotFound)?;
    let mut errors = FieldErrors::new();
    let Ok(class) = posted.text("class").parse::<NoticeClass>() else {
        errors.add("class", "Choose a class");
        return change_page(&state, &staff, &number, "", errors).await;
    };
    let reason = posted.text(CLASS_REASON);
    let is_asked = match lowering::choose(&state, staff.id.uuid(), &number, id, class, reason).await {
        Ok(is_asked) => is_asked,
        Err(error) => {
            at_field(error, &mut errors)?;
            return change_page(&state, &staff, &number, "", errors).await;
        }
    };
    let said = if is_asked {
        "Asked. A legal approver who did not work on it decides; until then the class stays."
    } else {
        "The class is chosen."
    };
    back(&staff, &number, said).await
}

/// POST `/staff/changes/{number}/lines/{id}/lowering`.
pub async fn decide_lowering(
    State(state): State<AppState>,
    staff: Staff,
    Path((number, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::LowerNoticeClass)?;
    let id = id.parse::<Uuid>().map_err(|_| HttpError::NotFound)?;
    let mut errors = FieldErrors::new();
    let verdict = errors.take("verdict", posted.text("verdict").parse::<LoweringVerdict>());
    let reason = errors.take("lowering_reason", Prose::parse(posted.text("lowering_reason")));
    let (Some(verdict), Some(reason)) = (verdict, reason) else {
        return change_page(&state, &staff, &number, "", errors).await;
    };
    let read = posted.text("seen").parse().ok();
    let decided = lowering::decide(&state, staff.id.uuid(), &number, (id, read), verdict, &reason).await;
    if let Err(error) = decided {
        return unread(&state, &staff, &number, error).await;
    }
    let said = match verdict {
        LoweringVerdict::Granted => "Agreed: the lower class holds for these facts.",
        LoweringVerdict::Refused => "Refused: the class stays as the facts ask for it.",
    };
    back(&staff, &number, said).await
}
