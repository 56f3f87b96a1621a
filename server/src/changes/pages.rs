//! The staff's handlers for changes: parse, call the step, redirect.

use app::changes::{ChangeForm, ChangePage, ChangeRow, ChangesPage, NewChangePage, Preview, PreviewPage};
use app::ui::{Choice, FieldErrors, long_date};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::change::ChangeType;
use domain::engagement::state::EngagementState;
use domain::id::{CustomerId, EngagementId};
use domain::role::Permission;
use domain::text::{Line, Prose};
use leptos::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

use super::activate::{self, Request};
use super::draft::{self, NewLine};
use super::letter::Letter;
use super::{cancel, dispatch, dossier, load_view, promise, review, scope, standing};
use crate::AppState;
use crate::access::Staff;
use crate::http::form::Posted;
use crate::http::{HttpError, render};
use crate::mail::Rendered;
use crate::store::{changes, engagements, notices};

/// GET `/staff/changes`.
pub async fn list(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let mut rows = Vec::new();
    for change in changes::list(&mut tx).await? {
        let mut vendors = Vec::new();
        for line in changes::list_lines(&mut tx, change.id).await? {
            if let Some(current) = engagements::current(&mut tx, line.engagement_id.into()).await? {
                vendors.push(current.organisation.version.facts.legal_name.to_string());
            }
        }
        rows.push(ChangeRow {
            number: change.number,
            title: change.title,
            state: change.state.label().to_owned(),
            planned: long_date(change.planned_on),
            vendors: vendors.join(", "),
        });
    }
    let may_open = staff.may(Permission::DraftChange);
    let chrome = staff.chrome(&state, "Changes", "/staff/changes");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <ChangesPage changes=rows may_open/> },
    ))
}

async fn new_page(
    state: &AppState,
    staff: &Staff,
    number: Option<String>,
    form: ChangeForm,
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
    let csrf = staff.csrf.clone();
    Ok(render::page(
        status,
        staff.chrome(state, "New change", &path),
        move || {
            view! { <NewChangePage action number form engagements=ready replaceable=old types errors csrf/> }
        },
    ))
}

/// GET `/staff/changes/new?engagement=`, the slug of the engagement to begin with.
pub async fn new_form(
    State(state): State<AppState>,
    staff: Staff,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let engagement = match query.get("engagement") {
        Some(slug) => {
            let mut tx = state.db.read().await?;
            let found = engagements::find_engagement_by_slug(&mut tx, slug).await?;
            found.map(|engagement| engagement.id.to_string())
        }
        None => None,
    };
    let form = ChangeForm {
        engagement: engagement.unwrap_or_default(),
        change_type: ChangeType::NewSubprocessor.as_str().to_owned(),
        ..ChangeForm::default()
    };
    new_page(&state, &staff, None, form, FieldErrors::new()).await
}

fn change_form(posted: &Posted) -> ChangeForm {
    ChangeForm {
        title: posted.text("title").to_owned(),
        planned_on: posted.text("planned_on").to_owned(),
        engagement: posted.text("engagement").to_owned(),
        replaces: posted.text("replaces").to_owned(),
        change_type: posted.text("change_type").to_owned(),
    }
}

fn parse_day(errors: &mut FieldErrors, field: &str, text: &str) -> Option<NaiveDate> {
    let day = text.trim().parse::<NaiveDate>();
    if day.is_err() {
        errors.add(field, "Enter a day as year-month-day, for example 2027-03-01");
    }
    day.ok()
}

fn parse_line(errors: &mut FieldErrors, form: &ChangeForm) -> Option<NewLine> {
    let engagement = form.engagement.parse::<Uuid>().ok();
    if engagement.is_none() {
        errors.add("engagement", "Choose a subprocessor");
    }
    let change_type = errors.take("change_type", form.change_type.parse::<ChangeType>());
    let replaces = if form.replaces.is_empty() {
        Some(None)
    } else {
        let id = form.replaces.parse::<Uuid>().ok();
        if id.is_none() {
            errors.add("replaces", "Choose from the list");
        }
        id.map(Some)
    };
    if let (Some(kind), Some(None)) = (change_type, replaces)
        && kind.names_a_replaced_one()
    {
        errors.add("replaces", "Choose whom it replaces");
    }
    Some(NewLine {
        engagement_id: EngagementId::from(engagement?),
        replaces: replaces?.map(EngagementId::from),
        change_type: change_type?,
        class: None,
    })
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
    if planned_on.is_some_and(|day| day <= dossier::today(&state, state.clock.now())) {
        errors.add("planned_on", "Choose a day in the future");
    }
    let line = parse_line(&mut errors, &form);
    let (Some(title), Some(planned_on), Some(line), true) = (title, planned_on, line, errors.is_empty())
    else {
        return new_page(&state, &staff, None, form, errors).await;
    };
    let number = draft::open(&state, staff.id.uuid(), title.as_ref(), planned_on, line).await?;
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
    let line = parse_line(&mut errors, &form);
    let (Some(line), true) = (line, errors.is_empty()) else {
        return new_page(&state, &staff, Some(number), form, errors).await;
    };
    draft::add_line(&state, staff.id.uuid(), &number, line).await?;
    back(&staff, &number, "The line is added.").await
}

async fn back(staff: &Staff, number: &str, said: impl Into<String>) -> Result<Response, HttpError> {
    staff.say(said).await?;
    Ok(Redirect::to(&format!("/staff/changes/{number}")).into_response())
}

async fn change_page(
    state: &AppState,
    staff: &Staff,
    number: &str,
    reason: &str,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let mut change = load_view::load(&mut tx, state, staff, number).await?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    change.errors = errors;
    change.reason = reason.to_owned();
    let chrome = staff.chrome(
        state,
        format!("Change {number}"),
        &format!("/staff/changes/{number}"),
    );
    Ok(render::page(
        status,
        chrome,
        move || view! { <ChangePage change/> },
    ))
}

/// GET `/staff/changes/{number}`.
pub async fn show(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    change_page(&state, &staff, &number, "", FieldErrors::new()).await
}

/// POST `/staff/changes/{number}/edit`.
pub async fn edit(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let mut errors = FieldErrors::new();
    let title = errors.take("title", Line::<200>::parse(posted.text("title")));
    let planned_on = parse_day(&mut errors, "planned_on", posted.text("planned_on"));
    let (Some(title), Some(planned_on)) = (title, planned_on) else {
        return change_page(&state, &staff, &number, "", errors).await;
    };
    draft::revise(&state, staff.id.uuid(), &number, title.as_ref(), planned_on).await?;
    back(&staff, &number, "Saved, with the facts as they are now.").await
}

/// POST `/staff/changes/{number}/submit`.
pub async fn submit(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    review::submit(&state, staff.id.uuid(), &number).await?;
    back(&staff, &number, "Handed in. Somebody else approves it.").await
}

/// POST `/staff/changes/{number}/approve`.
pub async fn approve(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ApproveNotice)?;
    let mut errors = FieldErrors::new();
    let Some(day) = parse_day(&mut errors, "dispatch_on", posted.text("dispatch_on")) else {
        return change_page(&state, &staff, &number, "", errors).await;
    };
    review::approve(&state, staff.id.uuid(), &number, day, posted.is_ticked("nobody")).await?;
    back(
        &staff,
        &number,
        format!("Approved for dispatch on {}.", long_date(day)),
    )
    .await
}

fn reason(errors: &mut FieldErrors, posted: &Posted) -> Option<Prose> {
    errors.take("reason", Prose::parse(posted.text("reason")))
}

/// POST `/staff/changes/{number}/return`.
pub async fn return_to_draft(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReturnToDraft)?;
    let mut errors = FieldErrors::new();
    let Some(why) = reason(&mut errors, &posted) else {
        return change_page(&state, &staff, &number, posted.text("reason"), errors).await;
    };
    review::return_to_draft(&state, staff.id.uuid(), &number, why.as_str()).await?;
    back(&staff, &number, "Returned to draft; the approval is dropped.").await
}

/// POST `/staff/changes/{number}/dispatch`.
pub async fn send(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::DispatchNotice)?;
    let done = dispatch::dispatch(&state, staff.id.uuid(), &number).await?;
    let said = format!(
        "On its way to {} contacts of {} customers and {} subscribers.",
        done.contacts, done.customers, done.subscribers
    );
    back(&staff, &number, said).await
}

/// POST `/staff/changes/{number}/cancel`.
pub async fn cancel(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::CancelChange)?;
    let mut errors = FieldErrors::new();
    let Some(why) = reason(&mut errors, &posted) else {
        return change_page(&state, &staff, &number, posted.text("reason"), errors).await;
    };
    let told = cancel::cancel(&state, staff.id.uuid(), &number, why.as_str()).await?;
    back(&staff, &number, format!("Cancelled. {told} contacts are told.")).await
}

/// POST `/staff/changes/{number}/activate`.
pub async fn go_live(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::Activate)?;
    let bad = || HttpError::BadRequest("This form is not ours.".to_owned());
    let engagement: Uuid = posted.text("engagement").parse().map_err(|_| bad())?;
    let customer = match posted.text("customer") {
        "" => None,
        id => Some(CustomerId::from(id.parse::<Uuid>().map_err(|_| bad())?)),
    };
    let request = Request {
        engagement_id: engagement.into(),
        customer_id: customer,
        seen: posted.text("seen").to_owned(),
    };
    activate::activate(&state, staff.id.uuid(), &request).await?;
    back(
        &staff,
        &number,
        "Active. The decision is kept with everything it rests on.",
    )
    .await
}

/// What one recipient gets: `?to=CUSTOMER.CONTACT`, the first one without it.
async fn rendered(
    state: &AppState,
    number: &str,
    to: Option<&str>,
) -> Result<(Vec<(String, String)>, usize, Rendered), HttpError> {
    let now = state.clock.now();
    let today = dossier::today(state, now);
    let mut tx = state.db.read().await?;
    let dossier = dossier::load(&mut tx, number).await?;
    let notice = dossier.notice().ok_or(HttpError::NotFound)?.clone();
    let day = notice.dispatch_on.unwrap_or(today);
    let scope = scope::find(&mut tx, &state.keys, &dossier, day).await?;
    let promises = notices::list_promises(&mut tx, notice.id).await?;
    let minimum = standing::minimum_notice(&mut tx).await?;
    let mut all = Vec::new();
    for recipient in &scope.recipients {
        for contact in &recipient.contacts {
            all.push((recipient, contact));
        }
    }
    let list: Vec<(String, String)> = all
        .iter()
        .map(|(r, c)| (c.id.to_string(), format!("{}: {}", r.customer.name, c.name)))
        .collect();
    let at = to
        .and_then(|id| list.iter().position(|(known, _)| known == id))
        .unwrap_or(0);
    let Some((recipient, contact)) = all.get(at) else {
        return Err(HttpError::conflict(
            "Nobody is in scope of this change, so there is nothing to preview.",
        ));
    };
    let windows = match promises
        .iter()
        .find(|p| p.customer_id == recipient.customer.id.uuid())
    {
        Some(promise) => promise.windows.clone(),
        None => promise::windows(&recipient.policy.policy, day, state.publisher().zone, minimum)
            .map_err(|e| HttpError::conflict(e.to_string()))?,
    };
    let letter = Letter {
        dossier: &dossier,
        notice: &notice,
        recipient,
        contact,
        windows: &windows,
        delivery_id: Uuid::nil(),
    };
    let rendered = letter.render(state).map_err(|missing| HttpError::Conflict {
        title: "The notice does not say everything yet.".to_owned(),
        reasons: missing.iter().map(ToString::to_string).collect(),
    })?;
    Ok((list, at, rendered))
}

/// GET `/staff/changes/{number}/preview`.
pub async fn preview(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadCustomers)?;
    let (list, at, mail) = rendered(&state, &number, query.get("to").map(String::as_str)).await?;
    let path = format!("/staff/changes/{number}/preview");
    let html = list
        .get(at)
        .map(|(id, _)| format!("{path}.html?to={id}"))
        .unwrap_or_default();
    let recipients = list
        .into_iter()
        .enumerate()
        .map(|(n, (id, label))| (format!("{path}?to={id}"), label, n == at))
        .collect();
    let preview = Preview {
        number: number.clone(),
        recipients,
        subject: mail.subject,
        text: mail.text,
        html,
    };
    let chrome = staff.chrome(&state, format!("Preview of {number}"), &path);
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <PreviewPage preview/> },
    ))
}

/// GET `/staff/changes/{number}/preview.html`: the HTML part alone, for the sandboxed frame.
pub async fn preview_html(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadCustomers)?;
    let (_, _, mail) = rendered(&state, &number, query.get("to").map(String::as_str)).await?;
    let mut response = axum::response::Html(mail.html).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(crate::http::headers::FRAMED_MAIL_POLICY),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
