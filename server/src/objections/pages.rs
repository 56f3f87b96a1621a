//! The case page for the customer: behind a link of its own for whoever filed it, and behind every present contact's own notice.

use app::objections::{CaseEvent, CasePage, CaseView, FormerCasePage};
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
use crate::http::{Chrome, HttpError, Sender, Visitor, render};
use crate::keys::Purpose;
use crate::notice;
use crate::store::{Of, contacts, deliveries, objections};
use domain::objection::{Channel, ObjectionEvent, ObjectionState};

/// A case as plain data. `for_customer` leaves out who on the publisher's side acted.
pub(super) fn view(state: &AppState, case: &Case, path: String, csrf: String) -> CaseView {
    let due = case.due().ok().flatten();
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
        channel: filing
            .and_then(|f| f.channel.parse::<Channel>().ok())
            .filter(|channel| *channel != Channel::Page)
            .map(Channel::label),
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

/// A case as one contact reads it.
struct Opened {
    case: Case,
    /// Where this page is.
    path: String,
    /// The contact whose link it is.
    speaker: Option<Uuid>,
    /// The reader's own notice, where a rejected case is filed again.
    notice: Option<String>,
    /// Whether the reader still is a contact of the customer.
    is_current: bool,
}

/// Opens the link that whoever filed a case got by mail.
async fn opened(state: &AppState, token: &str) -> Result<Opened, HttpError> {
    let id: Uuid = state
        .keys
        .open_link(Purpose::Objection, token)
        .ok_or(HttpError::BadLink)?;
    let mut tx = state.db.read().await?;
    let objection = objections::find(&mut tx, id).await?.ok_or(HttpError::BadLink)?;
    let case = super::load(&mut tx, state, objection).await?;
    let speaker = case.objection.contact_id;
    let is_current = match speaker {
        Some(id) => {
            let contact = contacts::find_contact(&mut tx, &state.keys, id.into())
                .await?
                .ok_or(HttpError::BadLink)?;
            contacts::is_current(&mut tx, &state.keys, &contact).await?
        }
        None => true,
    };
    let sent =
        deliveries::list_by_customers(&mut tx, case.change.id, Of::These(&[case.objection.customer_id]))
            .await?;
    let own = sent.iter().rev().find(|delivery| delivery.contact_id == speaker);
    Ok(Opened {
        path: format!("/objections/{token}"),
        notice: own.map(|delivery| format!("/n/{}", state.keys.link(Purpose::Notice, delivery.id))),
        case,
        speaker,
        is_current,
    })
}

/// Opens a case of the customer from a contact's own notice.
async fn opened_beside(state: &AppState, token: &str, number: &str) -> Result<Opened, HttpError> {
    let mut tx = state.db.read().await?;
    let holder = notice::holder(&mut tx, state, token).await?;
    let objection = objections::find_by_case_number(&mut tx, number)
        .await?
        .filter(|objection| objection.customer_id == holder.customer.id.uuid())
        .ok_or(HttpError::BadLink)?;
    Ok(Opened {
        case: super::load(&mut tx, state, objection).await?,
        path: format!("/n/{token}/cases/{number}"),
        speaker: holder.delivery.contact_id,
        notice: Some(format!("/n/{token}")),
        is_current: holder.is_current,
    })
}

impl Opened {
    fn page(self, state: &AppState, visitor: &Visitor) -> Response {
        let chrome = visitor.chrome(state, format!("Objection {}", self.case.objection.case_number));
        if !self.is_current {
            let (number, customer) = (self.case.objection.case_number, self.case.customer.name);
            return render::page(
                StatusCode::OK,
                chrome,
                move || view! { <FormerCasePage number customer/> },
            );
        }
        let mut case = view(state, &self.case, self.path, visitor.csrf.value());
        let line = self.case.objection.line_id;
        case.file_again = case
            .file_again
            .and(self.notice)
            .map(|notice| format!("{notice}/object?line={line}"));
        render::page(
            StatusCode::OK,
            chrome,
            move || view! { <CasePage case name=String::new() errors=FieldErrors::new()/> },
        )
    }

    async fn withdraw(self, state: &AppState, sender: &Sender, form: &Posted) -> Result<Response, HttpError> {
        if !self.is_current {
            return Err(crate::contacts::ended(&self.case.customer.name));
        }
        let mut errors = FieldErrors::new();
        let typed = form.text("name").to_owned();
        let Some(name) = errors.take("name", Line::<120>::parse(&typed)) else {
            let case = view(state, &self.case, self.path, sender.csrf.value());
            let chrome = Chrome::contact(state, format!("Error: Objection {}", case.number));
            return Ok(render::page(
                StatusCode::UNPROCESSABLE_ENTITY,
                chrome,
                move || view! { <CasePage case name=typed errors/> },
            ));
        };
        crate::contacts::require_confirmed(state, self.speaker).await?;
        super::withdraw(state, self.case.objection.id, self.speaker, name.as_ref()).await?;
        Ok(Redirect::to(&self.path).into_response())
    }
}

/// GET `/objections/{token}`.
pub async fn show(
    State(state): State<AppState>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, HttpError> {
    Ok(opened(&state, &token).await?.page(&state, &visitor))
}

/// GET `/n/{token}/cases/{number}`.
pub async fn show_beside(
    State(state): State<AppState>,
    Path((token, number)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, HttpError> {
    Ok(opened_beside(&state, &token, &number)
        .await?
        .page(&state, &visitor))
}

/// POST `/objections/{token}/withdraw`.
pub async fn withdraw(
    State(state): State<AppState>,
    Path(token): Path<String>,
    sender: Sender,
    form: Posted,
) -> Result<Response, HttpError> {
    opened(&state, &token)
        .await?
        .withdraw(&state, &sender, &form)
        .await
}

/// POST `/n/{token}/cases/{number}/withdraw`.
pub async fn withdraw_beside(
    State(state): State<AppState>,
    Path((token, number)): Path<(String, String)>,
    sender: Sender,
    form: Posted,
) -> Result<Response, HttpError> {
    opened_beside(&state, &token, &number)
        .await?
        .withdraw(&state, &sender, &form)
        .await
}
