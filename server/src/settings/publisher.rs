//! The publisher itself.

use app::settings::PublisherForm;
use app::settings::pages::PublisherFormPage;
use app::ui::{FieldErrors, Said};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::change::ChangeState;
use domain::role::Permission;
use leptos::prelude::*;

use super::{editing, publisher_form};
use crate::AppState;
use crate::access::Staff;
use crate::audit::{Subject, change};
use crate::http::seen::{Seen, find_overtaken};
use crate::http::{HttpError, Posted, render};
use crate::store::publisher::{Publisher, find_publisher, put_publisher};
use crate::store::{self, Tx, changes};

/// How a save stands in the log.
const CHANGED: &str = "publisher.changed";

/// `GET /staff/settings/publisher`
pub async fn page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.read().await?;
    let known = find_publisher(&mut tx).await?;
    let seen = Seen::of(&said(known.as_ref()), None);
    let form = known.as_ref().map_or_else(
        || PublisherForm {
            zone: state.config.time_zone.to_string(),
            ..PublisherForm::default()
        },
        publisher_form,
    );
    Ok(show(&state, &staff, form, FieldErrors::new(), seen))
}

/// What is on file; nothing before it was described.
fn said(known: Option<&Publisher>) -> Said {
    known
        .map(|publisher| publisher_form(publisher).said())
        .unwrap_or_default()
}

fn show(state: &AppState, staff: &Staff, typed: PublisherForm, errors: FieldErrors, seen: Seen) -> Response {
    let (status, title) = seen.outcome(&errors, "The publisher");
    let chrome = staff.chrome(state, title, "/staff/settings");
    let data = editing(staff, typed, errors, seen);
    render::page(status, chrome, move || view! { <PublisherFormPage data/> })
}

/// Whether days were approved or announced that are still to come: they are days in the publisher's zone.
async fn is_announced(tx: &mut Tx) -> store::Result<bool> {
    use ChangeState as S;
    let all = changes::list(tx).await?;
    Ok(all
        .iter()
        .any(|change| matches!(change.state, S::Approved | S::Dispatching | S::Open)))
}

/// `POST /staff/settings/publisher`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let typed = PublisherForm {
        name: posted.text("name").to_owned(),
        zone: posted.text("zone").to_owned(),
        calendar: posted.text("calendar").to_owned(),
        contact: posted.text("contact").to_owned(),
    };
    let (values, errors) = typed.parse();
    let Some(values) = values else {
        return Ok(show(&state, &staff, typed, errors, Seen::kept(&posted)));
    };
    let publisher = Publisher {
        name: values.name.to_string(),
        zone: values.zone,
        calendar: values.calendar,
        contact: values.contact.to_string(),
    };
    let mut tx = state.db.write().await?;
    let before = find_publisher(&mut tx).await?;
    let subject = Subject::the("publisher");
    let stored = said(before.as_ref());
    let of = (subject, CHANGED);
    let found = find_overtaken(&mut tx, &state, of, posted.text("seen"), &stored, &typed.said()).await?;
    if found.is_some() {
        let seen = Seen::of(&stored, found);
        return Ok(show(&state, &staff, typed, FieldErrors::new(), seen));
    }
    let moves = before
        .as_ref()
        .is_some_and(|before| before.zone != publisher.zone);
    if moves && is_announced(&mut tx).await? {
        let mut errors = FieldErrors::new();
        let why = "A change is under way whose days were announced in the present zone: it can be changed once that is over";
        errors.add("zone", why);
        return Ok(show(&state, &staff, typed, errors, Seen::kept(&posted)));
    }
    put_publisher(&mut tx, &publisher, state.clock.now()).await?;
    let summary = |p: &Publisher| (p.name.clone(), p.zone.to_string(), p.calendar, p.contact.clone());
    let payload = change(&before.as_ref().map(summary), &summary(&publisher));
    staff.record(&mut tx, &state, CHANGED, subject, payload).await?;
    tx.commit().await?;
    state.refresh_publisher().await?;
    staff.say("The publisher was saved.").await?;
    Ok(Redirect::to("/staff/settings").into_response())
}
