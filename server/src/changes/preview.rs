//! The preview: exactly what each recipient gets, but for the links that are theirs alone.

use app::changes::{Preview, PreviewPage};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::role::Permission;
use leptos::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

use super::letter::Letter;
use super::promise::Counting;
use super::{dossier, recipients, scope, standing};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Query, render};
use crate::mail::{Rendered, withheld};
use crate::store::notices;

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
    let mut scope = scope::find(&mut tx, &state.keys, &dossier, day).await?;
    let promises = notices::list_promises(&mut tx, notice.id).await?;
    // Once it is approved, these are the contacts who were approved with it.
    for recipient in &mut scope.recipients {
        let of = promises
            .iter()
            .find(|p| p.customer_id == recipient.customer.id.uuid());
        if let Some(promise) = of.filter(|p| !p.contacts.is_empty()) {
            recipient.contacts = recipients::approved(&mut tx, &state.keys, promise).await?;
        }
    }
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
        None => Counting::load(&mut tx, state.publisher().zone)
            .await?
            .windows(&recipient.policy.policy, day, minimum)
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
    // The links work, or will: they are the contact's own.
    let site = state.config.url.as_str();
    let shown = Rendered {
        text: withheld::text(&rendered.text, site),
        html: withheld::html(&rendered.html, site),
        ..rendered
    };
    Ok((list, at, shown))
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
