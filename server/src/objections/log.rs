//! `/staff/objections/new`: an objection that came by mail or by letter. A notice offers both ways, so what comes in on
//! them must close the gate as an objection on the page does.

use std::collections::{BTreeMap, BTreeSet};

use app::objections::{LogForm, LogPage, parse_logged};
use app::register::Typed;
use app::ui::{Choice, FieldErrors};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveTime;
use domain::role::Permission;
use leptos::prelude::*;
use uuid::Uuid;

use super::{Filer, NewObjection, file};
use crate::AppState;
use crate::access::Staff;
use crate::changes::ChangeError;
use crate::http::form::outcome;
use crate::http::{HttpError, Posted, render};
use crate::register::load::names_of;
use crate::store::customers::list_customers;
use crate::store::lines::list_lines;
use crate::store::{Tx, authorisations, changes, objections};

/// `GET /staff/objections/new`
pub async fn form(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::WorkObjection)?;
    let mut tx = state.db.read().await?;
    show(&state, &staff, &mut tx, Typed::default(), FieldErrors::new()).await
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    typed: Typed,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let (lines, customers) = offered(tx).await?;
    let (status, title) = outcome(&errors, "Log an objection");
    let data = LogForm {
        csrf: staff.csrf.clone(),
        typed,
        errors,
        lines,
        customers,
        place: state.publisher().zone.place(),
    };
    let chrome = staff.chrome(state, title, "/staff/objections");
    Ok(render::page(status, chrome, move || view! { <LogPage data/> }))
}

/// Lines that customers were told of, the newest change first, and the customers who were.
async fn offered(tx: &mut Tx) -> Result<(Vec<Choice>, Vec<Choice>), HttpError> {
    let (mut lines, mut told) = (Vec::new(), BTreeSet::new());
    for change in changes::list(tx).await? {
        if !change.state.is_dispatched() {
            continue;
        }
        for line in list_lines(tx, change.id).await? {
            let names = names_of(tx, BTreeSet::new(), BTreeSet::from([line.engagement_id.into()])).await?;
            let label = format!(
                "{}: {} ({})",
                change.number,
                names.of(domain::id::EngagementId::from(line.engagement_id)),
                line.change_type.label()
            );
            lines.push(Choice::new(line.id.to_string(), label));
            let all = authorisations::list_by_line(tx, line.id).await?;
            told.extend(all.into_iter().map(|authorisation| authorisation.customer_id));
        }
    }
    let names: BTreeMap<String, Uuid> = list_customers(tx)
        .await?
        .into_iter()
        .filter(|customer| told.contains(&customer.id.uuid()))
        .map(|customer| (format!("{} {}", customer.name, customer.id), customer.id.uuid()))
        .collect();
    let customers = names
        .into_iter()
        .map(|(name, id)| {
            let name = name.rsplit_once(' ').map_or(name.as_str(), |(name, _)| name);
            Choice::new(id.to_string(), name)
        })
        .collect();
    Ok((lines, customers))
}

/// `POST /staff/objections/new`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::WorkObjection)?;
    let typed = Typed::new(posted.pairs());
    let (zone, now) = (state.publisher().zone, state.clock.now());
    let mut tx = state.db.read().await?;
    let logged = match parse_logged(&typed, zone.local_date(now)) {
        Ok(logged) => logged,
        Err(errors) => return show(&state, &staff, &mut tx, typed, errors).await,
    };
    let mut errors = FieldErrors::new();
    let instant = if logged.received_at == NaiveTime::MIN {
        zone.start_of_day(logged.received_on)
    } else {
        zone.instant_of(logged.received_on.and_time(logged.received_at))
    };
    let received_at = errors.take("received_at", instant);
    if received_at.is_some_and(|at| at > now) {
        errors.add("received_at", "This hour has not come yet");
    }
    let found = authorisations::find(&mut tx, logged.line_id.uuid(), logged.customer_id.uuid()).await?;
    if found.is_none() {
        errors.add("customer", "This customer was not told of that");
    }
    let (Some(received_at), true) = (received_at, errors.is_empty()) else {
        return show(&state, &staff, &mut tx, typed, errors).await;
    };
    drop(tx);
    let filer = Filer::Logged {
        by: staff.id,
        customer_id: logged.customer_id.uuid(),
        received_at,
        channel: logged.channel,
    };
    let new = NewObjection {
        line_id: logged.line_id.uuid(),
        name: logged.name.to_string(),
        grounds: logged.grounds,
        statement: logged.statement,
        client: None,
    };
    let mut refused = FieldErrors::new();
    let id = match file(&state, filer, &new).await {
        Ok(id) => id,
        Err(ChangeError::Refused(why)) => {
            refused.add("line", why);
            let mut tx = state.db.read().await?;
            return show(&state, &staff, &mut tx, typed, refused).await;
        }
        Err(error) => return Err(error.into()),
    };
    let mut tx = state.db.read().await?;
    let case = objections::find(&mut tx, id).await?.ok_or(HttpError::NotFound)?;
    staff
        .say("Logged. The customer’s gate is closed, and its contacts get a receipt.")
        .await?;
    Ok(Redirect::to(&format!("/staff/objections/{}", case.case_number)).into_response())
}
