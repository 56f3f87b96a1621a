//! `/staff/register/{slug}/scc`: another set of clauses for an engagement.

use app::register::Typed;
use app::register::clauses::page::{NewClausesPage, NewClausesView};
use app::register::clauses::parse;
use app::ui::{FieldErrors, Link};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::gate::RegisterFacts;
use domain::legal_record::{Instrument, LegalRecordKind, SccVersion};
use domain::role::Permission;
use leptos::prelude::*;

use super::super::gate_facts::gate_facts;
use super::super::load;
use super::super::record_page;
use super::super::records::{self, File};
use super::edit::{append, placed};
use super::page::choice;
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Posted, render, seen};
use crate::store::Tx;
use crate::store::engagements::CurrentEngagement;
use crate::store::reference::reference_data;

/// `GET …/scc`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let file = records::find(&mut tx, &slug, LegalRecordKind::Scc, None).await?;
    show_new(&state, &staff, &mut tx, &file, None, None).await
}

async fn show_new(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    typed: Option<(Typed, FieldErrors)>,
    added: Option<Link>,
) -> Result<Response, HttpError> {
    let facts = facts_of(tx, &file.current).await?;
    let choice = choice(state, &facts);
    let (typed, errors) = typed.unwrap_or_else(|| {
        let mut typed = Typed::default();
        typed.put("version", SccVersion::V2021);
        if let Instrument::Module(module) = choice.instrument {
            typed.put("module", module);
        }
        for origin in facts.transfers.iter().flat_map(|transfer| &transfer.body.origins) {
            typed.put("origins", origin);
        }
        (typed, FieldErrors::new())
    });
    let adding = seen::adding(&typed, file.number, added);
    let (status, title) = seen::outcome(&adding, &errors, "Add a set of clauses");
    let data = NewClausesView {
        csrf: staff.csrf.clone(),
        path: format!("{}/scc", load::path(&file.current)),
        back: Link::new(load::title(&file.current), load::path(&file.current)),
        choice,
        typed,
        errors,
        others: record_page::others(tx, file).await?,
        may_edit: staff.may(Permission::EditRegister) && !file.current.state.state.is_terminal(),
        adding,
    };
    let chrome = staff.chrome(state, title, "/staff/scc");
    Ok(render::page(
        status,
        chrome,
        move || view! { <NewClausesPage data/> },
    ))
}

async fn facts_of(tx: &mut Tx, current: &CurrentEngagement) -> Result<RegisterFacts, HttpError> {
    gate_facts(tx, current.engagement.id)
        .await?
        .ok_or(HttpError::NotFound)
}

/// `POST …/scc`
pub async fn add(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let file = records::find(&mut tx, &slug, LegalRecordKind::Scc, None).await?;
    load::still_open(&file.current)?;
    let today = state.publisher().zone.local_date(state.clock.now());
    let reference = reference_data(&mut tx).await?;
    let clauses = match parse(&typed, today).and_then(|clauses| placed(clauses, &reference, today)) {
        Ok(clauses) => clauses,
        Err(errors) => return show_new(&state, &staff, &mut tx, &file, Some((typed, errors)), None).await,
    };
    if let Some(added) = file.added_since(&typed) {
        let typed = Some((typed, FieldErrors::new()));
        return show_new(&state, &staff, &mut tx, &file, typed, Some(added)).await;
    }
    append(&state, &staff, &mut tx, &file, clauses).await?;
    tx.commit().await?;
    staff
        .say(format!("Set of clauses {} was added.", file.number))
        .await?;
    let path = format!("{}/scc/{}", load::path(&file.current), file.number);
    Ok(Redirect::to(&path).into_response())
}
