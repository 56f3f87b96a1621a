//! What the gates ask beyond the law: two settings, each with a stricter default.

use app::settings::GatesForm;
use app::settings::gates::GatesFormPage;
use app::ui::FieldErrors;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::role::Permission;
use leptos::prelude::*;
use serde_json::json;

use super::editing;
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::seen::{Seen, find_overtaken};
use crate::http::{HttpError, Posted, render};
use crate::register::{DPF_REQUIRES_FALLBACK, TIA_GRACE_DAYS, gate_settings};
use crate::store::settings::put_setting;

/// How a save stands in the log.
const CHANGED: &str = "settings.changed";

/// `GET /staff/settings/gates`
pub async fn page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.read().await?;
    let form = GatesForm::of(gate_settings(&mut tx).await?);
    let seen = Seen::of(&form.said(), None);
    Ok(show(&state, &staff, form, FieldErrors::new(), seen))
}

fn show(state: &AppState, staff: &Staff, typed: GatesForm, errors: FieldErrors, seen: Seen) -> Response {
    let (status, title) = seen.outcome(&errors, "What the gates ask");
    let chrome = staff.chrome(state, title, "/staff/settings");
    let data = editing(staff, typed, errors, seen);
    render::page(status, chrome, move || view! { <GatesFormPage data/> })
}

/// `POST /staff/settings/gates`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let typed = GatesForm {
        dpf_requires_fallback: posted.text("dpf_requires_fallback").to_owned(),
        tia_grace_days: posted.text("tia_grace_days").to_owned(),
    };
    let (values, errors) = typed.parse();
    let Some(values) = values else {
        return Ok(show(&state, &staff, typed, errors, Seen::kept(&posted)));
    };
    let mut tx = state.db.write().await?;
    let before = gate_settings(&mut tx).await?;
    if values == before {
        staff.say("Nothing was different.").await?;
        return Ok(Redirect::to("/staff/settings").into_response());
    }
    let subject = Subject::the("settings");
    let stored = GatesForm::of(before).said();
    let of = (subject, CHANGED);
    let found = find_overtaken(&mut tx, &state, of, posted.text("seen"), &stored, &typed.said()).await?;
    if found.is_some() {
        let seen = Seen::of(&stored, found);
        return Ok(show(&state, &staff, typed, FieldErrors::new(), seen));
    }
    let now = state.clock.now();
    let fallback = values.dpf_requires_fallback.to_string();
    put_setting(&mut tx, DPF_REQUIRES_FALLBACK, &fallback, now).await?;
    let grace = values.tia_grace_days.to_string();
    put_setting(&mut tx, TIA_GRACE_DAYS, &grace, now).await?;
    let told = |settings: domain::gate::GateSettings| {
        json!({
            DPF_REQUIRES_FALLBACK: settings.dpf_requires_fallback,
            TIA_GRACE_DAYS: settings.tia_grace_days,
        })
    };
    let payload = json!({ "before": told(before), "after": told(values) });
    staff.record(&mut tx, &state, CHANGED, subject, payload).await?;
    tx.commit().await?;
    staff.say("What the gates ask was saved.").await?;
    Ok(Redirect::to("/staff/settings").into_response())
}
