//! The handlers of a contact's pages.

use std::collections::{BTreeSet, HashMap};

use app::notice::{FormerPage, NoticePage, NoticeView, ObjectForm, ObjectPage};
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::objection::Ground;
use domain::policy::GroundsRule;
use domain::text::{Line, Prose};
use leptos::prelude::*;
use serde_json::json;

use super::answer::{self, NewAnswer};
use super::load::{self, Loaded};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::http::form::Posted;
use crate::http::{Chrome, FormToken, HttpError, Query, Sender, Visitor, render};
use crate::keys::Purpose;
use crate::mail::message::List;
use crate::mail::messages::{AcknowledgementReceipt, Message};
use crate::mail::{Outgoing, queue};
use crate::objections::{self, Filer, NewObjection};
use crate::store::deliveries::{self, Acknowledgement, Delivery};
use crate::store::{StoreError, contacts, notices};

/// The notice behind a link that may be answered.
async fn loaded(state: &AppState, token: &str, csrf: &FormToken) -> Result<Loaded, HttpError> {
    let mut tx = state.db.read().await?;
    let mut found = load::open(&mut tx, state, token).await?;
    found.view.csrf = csrf.value();
    Ok(found)
}

/// The page again, with what is wrong in the form.
fn notice_again(state: &AppState, view: NoticeView, name: String, errors: FieldErrors) -> Response {
    let chrome = Chrome::contact(state, format!("Notice {}", view.number));
    render::page(
        StatusCode::UNPROCESSABLE_ENTITY,
        chrome,
        move || view! { <NoticePage notice=view name errors/> },
    )
}

/// GET `/n/{token}`.
pub async fn show(
    State(state): State<AppState>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let holder = load::holder(&mut tx, &state, &token).await?;
    if !holder.is_current {
        let former = load::as_sent(&mut tx, &state, &holder).await?;
        let chrome = Chrome::contact(&state, format!("Notice {}", former.number));
        return Ok(render::page(
            StatusCode::OK,
            chrome,
            move || view! { <FormerPage former/> },
        ));
    }
    let Loaded { mut view, .. } = load::load(&mut tx, &state, holder, &token).await?;
    view.csrf = visitor.csrf.value();
    let chrome = visitor.chrome(&state, format!("Notice {}", view.number));
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <NoticePage notice=view name=String::new() errors=FieldErrors::new()/> },
    ))
}

/// POST `/n/{token}/acknowledge`: "I have read this notice".
pub async fn acknowledge(
    State(state): State<AppState>,
    Path(token): Path<String>,
    sender: Sender,
    form: Posted,
) -> Result<Response, HttpError> {
    let Loaded { delivery, view } = loaded(&state, &token, &sender.csrf).await?;
    let mut errors = FieldErrors::new();
    let typed = form.text("name").to_owned();
    let Some(name) = errors.take("name", Line::<120>::parse(&typed)) else {
        return Ok(notice_again(&state, view, typed, errors));
    };
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let before = deliveries::find(&mut tx, delivery.id)
        .await?
        .ok_or(HttpError::BadLink)?;
    if before.acknowledged_at.is_none() {
        let row = Acknowledgement {
            id: state.random.id(now),
            delivery_id: delivery.id,
            notice_id: delivery.notice_id,
            customer_id: delivery.customer_id.ok_or(HttpError::BadLink)?,
            name: name.to_string(),
            acknowledged_at: now,
        };
        match deliveries::acknowledge(&mut tx, &row).await {
            Ok(()) => {}
            Err(StoreError::Duplicate(_)) => {
                return Ok(Redirect::to(&format!("/n/{token}#read")).into_response());
            }
            Err(e) => return Err(e.into()),
        }
        let after = Delivery {
            state: domain::delivery::DeliveryState::Acknowledged,
            acknowledged_at: Some(now),
            ..before.clone()
        };
        deliveries::advance(&mut tx, &before, &after, now).await?;
        queue_receipt(&mut tx, &state, &view, &after, name.as_ref()).await?;
        let entry = Entry {
            actor: delivery.contact_id.map_or(Actor::Visitor, Actor::Contact),
            action: "notice.acknowledged",
            subject: Subject::of("delivery", delivery.id),
            payload: json!({ "name": name.to_string() }),
        };
        append(&mut tx, &state.keys, &state.random, now, entry).await?;
        tx.commit().await?;
        state.mail_queued.notify_one();
        crate::jobs::settle_soon(&state, delivery.notice_id).await?;
    }
    Ok(Redirect::to(&format!("/n/{token}#read")).into_response())
}

/// POST `/n/{token}/approve`: the written approval, or the opt-in.
pub async fn approve(
    State(state): State<AppState>,
    Path(token): Path<String>,
    sender: Sender,
    form: Posted,
) -> Result<Response, HttpError> {
    answer(&state, &token, &sender, &form, true).await
}

/// POST `/n/{token}/refuse`: a written no.
pub async fn refuse(
    State(state): State<AppState>,
    Path(token): Path<String>,
    sender: Sender,
    form: Posted,
) -> Result<Response, HttpError> {
    answer(&state, &token, &sender, &form, false).await
}

async fn answer(
    state: &AppState,
    token: &str,
    sender: &Sender,
    form: &Posted,
    is_yes: bool,
) -> Result<Response, HttpError> {
    let Loaded { delivery, view } = loaded(state, token, &sender.csrf).await?;
    let mut errors = FieldErrors::new();
    let typed = form.text("name").to_owned();
    let line = load::answered_line(&view, form.text("line"));
    if line.is_none() {
        errors.add("line", "Choose what you answer");
    }
    let name = errors.take("name", Line::<120>::parse(&typed));
    let (Some(line_id), Some(name)) = (line, name) else {
        return Ok(notice_again(state, view, typed, errors));
    };
    let vendor = view.lines.iter().find(|l| l.id == line_id.to_string());
    let new = NewAnswer {
        line_id,
        is_yes,
        name: name.to_string(),
        client: sender.browser.clone(),
        vendor: vendor.map(|l| l.content.legal_name.clone()).unwrap_or_default(),
    };
    if is_yes {
        crate::contacts::require_confirmed(state, delivery.contact_id).await?;
    }
    answer::answer(state, &delivery, &new).await?;
    Ok(Redirect::to(&format!("/n/{token}#answer")).into_response())
}

async fn queue_receipt(
    tx: &mut crate::store::Tx,
    state: &AppState,
    view: &NoticeView,
    delivery: &Delivery,
    name: &str,
) -> Result<(), HttpError> {
    let Some(contact) = delivery.contact_id else {
        return Ok(());
    };
    let Some(contact) = contacts::find_contact(tx, &state.keys, contact.into()).await? else {
        return Ok(());
    };
    let notice = notices::get(tx, delivery.notice_id).await?;
    let zone = notices::list_promises(tx, notice.id)
        .await?
        .into_iter()
        .find(|p| Some(p.customer_id) == delivery.customer_id)
        .map_or(state.publisher().zone, |p| p.windows.notice.terms.zone);
    let rendered = AcknowledgementReceipt {
        number: &view.number,
        customer: &view.customer,
        publisher: &view.publisher,
        name,
        acknowledged_at: &domain::words::moment(delivery.acknowledged_at.unwrap_or_default(), zone),
        link: &state
            .config
            .link(&format!("/n/{}", state.keys.link(Purpose::Notice, delivery.id))),
    }
    .render();
    let mail = Outgoing {
        about_id: Some(delivery.id),
        to_name: contact.name.clone(),
        to: contact.address.to_string(),
        list: List::Contract {
            help: crate::changes::letter::contacts_link(state, contact.id),
        },
        rendered,
    };
    queue(tx, state, &mail).await?;
    Ok(())
}

fn object_page(
    chrome: Chrome,
    status: StatusCode,
    view: NoticeView,
    form: ObjectForm,
    errors: FieldErrors,
) -> Response {
    let chrome = Chrome {
        title: format!("Object to notice {}", view.number),
        ..chrome
    };
    render::page(
        status,
        chrome,
        move || view! { <ObjectPage notice=view form errors/> },
    )
}

/// GET `/n/{token}/object`.
pub async fn object_form(
    State(state): State<AppState>,
    Path(token): Path<String>,
    visitor: Visitor,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let holder = load::holder(&mut tx, &state, &token).await?;
    if !holder.is_current {
        return Ok(Redirect::to(&format!("/n/{token}")).into_response());
    }
    let Loaded { mut view, .. } = load::load(&mut tx, &state, holder, &token).await?;
    view.csrf = visitor.csrf.value();
    if !view.lines.iter().any(|line| line.may_object) {
        return Ok(Redirect::to(&format!("/n/{token}")).into_response());
    }
    let form = ObjectForm {
        line: query.get("line").cloned().unwrap_or_default(),
        ..ObjectForm::default()
    };
    Ok(object_page(
        visitor.chrome(&state, ""),
        StatusCode::OK,
        view,
        form,
        FieldErrors::new(),
    ))
}

/// POST `/n/{token}/object`.
pub async fn object(
    State(state): State<AppState>,
    Path(token): Path<String>,
    sender: Sender,
    posted: Posted,
) -> Result<Response, HttpError> {
    let Loaded { delivery, view } = loaded(&state, &token, &sender.csrf).await?;
    let form = ObjectForm {
        line: posted.text("line").to_owned(),
        name: posted.text("name").to_owned(),
        grounds: posted.all("grounds"),
        statement: posted.text("statement").to_owned(),
    };
    let mut errors = FieldErrors::new();
    let line = load::chosen_line(&view, &form.line);
    if line.is_none() {
        errors.add("line", "Choose what you object to");
    }
    let mut grounds = BTreeSet::new();
    for text in &form.grounds {
        if let Some(ground) = errors.take("grounds", text.parse::<Ground>()) {
            grounds.insert(ground);
        }
    }
    let needs_grounds = needs_grounds(&state, &delivery).await?;
    if grounds.is_empty() && needs_grounds && errors.first("grounds").is_none() {
        errors.add(
            "grounds",
            "Choose at least one ground; your contract asks for one",
        );
    }
    let statement = errors.take("statement", Prose::parse(&form.statement));
    let name = errors.take("name", Line::<120>::parse(&form.name));
    let (Some(line_id), Some(statement), Some(name), true) = (line, statement, name, errors.is_empty())
    else {
        return Ok(object_page(
            Chrome::contact(&state, ""),
            StatusCode::UNPROCESSABLE_ENTITY,
            view,
            form,
            errors,
        ));
    };
    let new = NewObjection {
        line_id,
        name: name.to_string(),
        grounds,
        statement,
        client: sender.browser,
    };
    let id = objections::file(&state, Filer::Contact(&delivery), &new).await?;
    Ok(Redirect::to(&format!(
        "/objections/{}",
        state.keys.link(Purpose::Objection, id)
    ))
    .into_response())
}

async fn needs_grounds(state: &AppState, delivery: &Delivery) -> Result<bool, HttpError> {
    let mut tx = state.db.read().await?;
    let promise = notices::list_promises(&mut tx, delivery.notice_id)
        .await?
        .into_iter()
        .find(|p| Some(p.customer_id) == delivery.customer_id)
        .ok_or(HttpError::BadLink)?;
    let policy = crate::store::policies::get_policy(&mut tx, promise.policy_id)
        .await?
        .policy;
    Ok(policy.grounds == GroundsRule::ReasonableDp)
}
