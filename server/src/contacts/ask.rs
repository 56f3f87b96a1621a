//! Asking for somebody else.

use app::contacts::{AskForm, Asked};
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::role::Role;
use serde_json::json;

use super::ended;
use super::page::{ASKED, Found, load, show};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::changes::letter::contacts_link;
use crate::http::{Chrome, HttpError, Posted, Sender};
use crate::mail::messages::{ContactRequested, Message};
use crate::mail::{List, Outgoing, queue};
use crate::store::Tx;
use crate::store::contact_requests::{ContactRequest, RequestState, create_request};
use crate::store::tasks::{Task, open_task};

/// Kind of the task that a request opens, about the request.
pub const REQUEST_TASK: &str = "CONTACT_REQUEST";
/// So many requests of one customer may wait at once.
const MOST_WAITING: usize = 3;

/// POST `/contacts/{token}`
pub async fn ask(
    State(state): State<AppState>,
    Path(token): Path<String>,
    sender: Sender,
    posted: Posted,
) -> Result<Response, HttpError> {
    let typed = AskForm {
        name: posted.text("name").to_owned(),
        address: posted.text("address").to_owned(),
        place: posted.text("place").to_owned(),
        locale: posted.text("locale").to_owned(),
    };
    let mut tx = state.db.write().await?;
    let found = load(&mut tx, &state, &token).await?;
    if !found.is_current {
        return Err(ended(&found.customer.name));
    }
    let (asked, mut errors) = typed.parse();
    if let Some(asked) = &asked {
        check(&found, asked, &mut errors);
    }
    let (Some(asked), true) = (asked, errors.is_empty()) else {
        let chrome = Chrome::contact(&state, "");
        let around = (chrome, &sender.csrf);
        return Ok(show(&state, around, &token, found, false, (typed, errors)));
    };
    write(&mut tx, &state, &found, &asked).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(Redirect::to(&format!("/contacts/{token}?{ASKED}")).into_response())
}

/// What only the database knows to be wrong.
fn check(found: &Found, asked: &Asked, errors: &mut FieldErrors) {
    let address = asked.address.folded();
    if found.active.iter().any(|c| c.address.folded() == address) {
        errors.add("address", "Notices go to this address already");
    } else if found.waiting.iter().any(|r| r.address.folded() == address) {
        errors.add(
            "address",
            "This address was asked for already; it waits to be confirmed",
        );
    } else if found.waiting.len() >= MOST_WAITING {
        errors.add(
            "address",
            format!("{MOST_WAITING} requests wait already; ask again once they are decided"),
        );
    }
}

async fn write(tx: &mut Tx, state: &AppState, found: &Found, asked: &Asked) -> Result<(), HttpError> {
    let now = state.clock.now();
    let request = ContactRequest {
        id: state.random.id(now),
        customer_id: found.customer.id,
        asked_by: found.reader.id,
        is_replacing: asked.is_replacing,
        name: asked.name.to_string(),
        locale: asked.locale,
        address: asked.address.clone(),
        asked_at: now,
        state: RequestState::Open,
    };
    create_request(tx, &state.keys, &state.random, &request).await?;
    let task = Task {
        id: state.random.id(now).into(),
        kind: REQUEST_TASK.to_owned(),
        role: Role::LegalEditor,
        title: format!(
            "{} asks for another contact: confirm it or not",
            found.customer.name
        ),
        path: format!("/staff/customers/{}", found.customer.id),
        about_id: Some(request.id),
        due_on: None,
        created_at: now,
        done: None,
    };
    open_task(tx, &task).await?;
    let entry = Entry {
        actor: Actor::Contact(found.reader.id.uuid()),
        action: "contact.requested",
        subject: Subject::of("contact_request", request.id),
        payload: json!({ "customer_id": found.customer.id, "is_replacing": request.is_replacing }),
    };
    append(tx, &state.keys, &state.random, now, entry).await?;
    // The one who was written to so far hears of it at once, so that a request from a stray link is seen.
    let link = contacts_link(state, found.reader.id);
    let rendered = ContactRequested {
        publisher: &state.publisher().name,
        customer: &found.customer.name,
        name: &request.name,
        address: &request.address.masked(),
        is_replacing: request.is_replacing,
        link: &link,
    }
    .render();
    let mail = Outgoing {
        about_id: Some(request.id),
        to_name: found.reader.name.clone(),
        to: found.reader.address.to_string(),
        list: List::Contract { help: link },
        rendered,
    };
    queue(tx, state, &mail).await?;
    Ok(())
}
