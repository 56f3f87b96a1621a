//! What notices are held to beyond contracts: two settings that may be left out.

use app::settings::notices::NoticesFormPage;
use app::settings::{NoticeSettings, NoticesForm};
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
use crate::changes::standing::{LATE_BOUNCE_HOURS, MINIMUM_NOTICE, notice_settings};
use crate::http::seen::{Seen, find_overtaken};
use crate::http::{HttpError, Posted, render};
use crate::store::settings::put_setting;

/// How a save stands in the log.
const CHANGED: &str = "settings.changed";

/// `GET /staff/settings/notices`
pub async fn page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.read().await?;
    let form = NoticesForm::of(notice_settings(&mut tx).await?);
    let seen = Seen::of(&form.said(), None);
    Ok(show(&state, &staff, form, FieldErrors::new(), seen))
}

fn show(state: &AppState, staff: &Staff, typed: NoticesForm, errors: FieldErrors, seen: Seen) -> Response {
    let (status, title) = seen.outcome(&errors, "What notices are held to");
    let chrome = staff.chrome(state, title, "/staff/settings");
    let data = editing(staff, typed, errors, seen);
    render::page(status, chrome, move || view! { <NoticesFormPage data/> })
}

/// `POST /staff/settings/notices`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let typed = NoticesForm {
        minimum_notice: posted.text("minimum_notice").to_owned(),
        late_bounce_hours: posted.text("late_bounce_hours").to_owned(),
    };
    let (values, errors) = typed.parse();
    let Some(values) = values else {
        return Ok(show(&state, &staff, typed, errors, Seen::kept(&posted)));
    };
    let mut tx = state.db.write().await?;
    let before = notice_settings(&mut tx).await?;
    if values == before {
        staff.say("Nothing was different.").await?;
        return Ok(Redirect::to("/staff/settings").into_response());
    }
    let subject = Subject::the("notice_settings");
    let stored = NoticesForm::of(before).said();
    let of = (subject, CHANGED);
    let found = find_overtaken(&mut tx, &state, of, posted.text("seen"), &stored, &typed.said()).await?;
    if found.is_some() {
        let seen = Seen::of(&stored, found);
        return Ok(show(&state, &staff, typed, FieldErrors::new(), seen));
    }
    // An empty text is what was never set.
    let new = NoticesForm::of(values);
    let now = state.clock.now();
    put_setting(&mut tx, MINIMUM_NOTICE, &new.minimum_notice, now).await?;
    put_setting(&mut tx, LATE_BOUNCE_HOURS, &new.late_bounce_hours, now).await?;
    let told = |settings: NoticeSettings| {
        json!({
            MINIMUM_NOTICE: settings.minimum_notice,
            LATE_BOUNCE_HOURS: settings.late_bounce_hours,
        })
    };
    let payload = json!({ "before": told(before), "after": told(values) });
    staff.record(&mut tx, &state, CHANGED, subject, payload).await?;
    tx.commit().await?;
    staff.say("What notices are held to was saved.").await?;
    Ok(Redirect::to("/staff/settings").into_response())
}
