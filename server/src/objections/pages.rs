//! The case page for the customer, behind a link of its own.

use app::objections::{CaseEvent, CasePage, CaseView};
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::text::Line;
use leptos::prelude::*;
use uuid::Uuid;

use super::Case;
use crate::AppState;
use crate::http::form::Posted;
use crate::http::{Chrome, FormToken, HttpError, Sender, render};
use crate::keys::Purpose;
use crate::store::{Whom, deliveries, objections};
use domain::objection::{ObjectionEvent, ObjectionState};

/// A case as plain data. `for_customer` leaves out who on the publisher's side acted.
pub(super) fn view(state: &AppState, case: &Case, path: String, csrf: String) -> CaseView {
    let due = case.due(state.publisher().zone).ok().flatten();
    let now = state.clock.now();
    let zone = case.policy.zone;
    let filing = case.filings.last();
    CaseView {
        number: case.objection.case_number.clone(),
        notice: case.change.number.clone(),
        vendor: case.vendor.clone(),
        customer: case.customer.name.clone(),
        state: case.objection.state.label().to_owned(),
        blocks: case.objection.state.blocks(),
        in_time: case.objection.is_in_time,
        has_started: case.has_started,
        filed: domain::words::moment(
            filing.map_or(case.objection.submitted_at, |f| f.submitted_at),
            zone,
        ),
        version: filing.map_or(1, |f| f.version),
        last_day: case.window().map(|w| domain::words::until(w.expires_at, w.zone)),
        file_again: case.may_resubmit(now).then(String::new),
        name: filing.map(|f| f.name.clone()).unwrap_or_default(),
        grounds: filing
            .map(|f| f.grounds.iter().map(|g| g.label().to_owned()).collect())
            .unwrap_or_default(),
        statement: filing.map(|f| f.statement.clone()).unwrap_or_default(),
        events: case
            .events
            .iter()
            .map(|event| CaseEvent {
                at: domain::words::moment(event.recorded_at, zone),
                who: match event.actor_kind.as_str() {
                    "CUSTOMER" => case.customer.name.clone(),
                    "STAFF" => "the publisher".to_owned(),
                    _ => "automatic".to_owned(),
                },
                what: what(&event.event),
                text: event.reason.clone(),
            })
            .collect(),
        due: due.map(|w| domain::words::until(w.expires_at, w.zone)),
        may_withdraw: case.objection.state.is_open() && case.objection.state != ObjectionState::StandingBlock,
        path,
        csrf,
        steps: Vec::new(),
        no_steps: None,
    }
}

/// An event as it happened, in words.
fn what(event: &str) -> String {
    use ObjectionEvent as E;
    let text = match event.parse::<E>() {
        Ok(E::Acknowledge) => "Receipt sent",
        Ok(E::Admit) => "Admitted",
        Ok(E::FindLate) => "Found late",
        Ok(E::FindNotEntitled) => "Found not entitled",
        Ok(E::RejectGrounds) => "Rejected with reasons",
        Ok(E::Resubmit) => "Filed again",
        Ok(E::Discuss) => "Talks started",
        Ok(E::RequestInfo) => "Information requested",
        Ok(E::GiveInfo) => "Information given",
        Ok(E::Offer) => "Offer made",
        Ok(E::Accept) => "Offer accepted",
        Ok(E::Decline) => "Offer declined",
        Ok(E::Withdraw) => "Withdrawn",
        Ok(E::CancelChange) => "Change cancelled",
        Ok(E::DiscussionEnds) => "Time for talks ended",
        Ok(E::ApplyPolicy) => "Contract applied",
        Ok(E::Terminate) => "Service ended",
        Ok(E::ConfirmLapse) => "Lapse confirmed",
        Ok(E::AnswerConcern) => "Answered",
        Err(_) => "Filed",
    };
    text.to_owned()
}

async fn opened(state: &AppState, token: &str) -> Result<Case, HttpError> {
    let id: Uuid = state
        .keys
        .open_link(Purpose::Objection, token)
        .ok_or(HttpError::BadLink)?;
    let mut tx = state.db.read().await?;
    let objection = objections::find(&mut tx, id).await?.ok_or(HttpError::BadLink)?;
    Ok(super::load(&mut tx, state, objection).await?)
}

fn page(state: &AppState, status: StatusCode, case: CaseView, name: String, errors: FieldErrors) -> Response {
    let chrome = Chrome::contact(state, format!("Objection {}", case.number));
    render::page(status, chrome, move || view! { <CasePage case name errors/> })
}

/// The form of the contact's own notice, for the next version of a rejected case.
async fn file_again(state: &AppState, case: &Case) -> Result<Option<String>, HttpError> {
    let mut tx = state.db.read().await?;
    let sent = deliveries::list_by_customers(
        &mut tx,
        case.change.id,
        Whom::These(&[case.objection.customer_id]),
    ).await?;
    let own = sent
        .iter()
        .rev()
        .find(|d| d.contact_id == case.objection.contact_id);
    Ok(own.map(|delivery| {
        let token = state.keys.link(Purpose::Notice, delivery.id);
        format!("/n/{token}/object?line={}", case.objection.line_id)
    }))
}

/// GET `/objections/{token}`.
pub async fn show(
    State(state): State<AppState>,
    Path(token): Path<String>,
    csrf: FormToken,
) -> Result<Response, HttpError> {
    let case = opened(&state, &token).await?;
    let mut view = view(&state, &case, format!("/objections/{token}"), csrf.value());
    if view.file_again.is_some() {
        view.file_again = file_again(&state, &case).await?;
    }
    Ok(page(
        &state,
        StatusCode::OK,
        view,
        String::new(),
        FieldErrors::new(),
    ))
}

/// POST `/objections/{token}/withdraw`.
pub async fn withdraw(
    State(state): State<AppState>,
    Path(token): Path<String>,
    sender: Sender,
    form: Posted,
) -> Result<Response, HttpError> {
    let case = opened(&state, &token).await?;
    let mut errors = FieldErrors::new();
    let typed = form.text("name").to_owned();
    let Some(name) = errors.take("name", Line::<120>::parse(&typed)) else {
        let view = view(&state, &case, format!("/objections/{token}"), sender.csrf.value());
        return Ok(page(
            &state,
            StatusCode::UNPROCESSABLE_ENTITY,
            view,
            typed,
            errors,
        ));
    };
    super::withdraw(&state, case.objection.id, name.as_ref()).await?;
    Ok(Redirect::to(&format!("/objections/{token}")).into_response())
}
