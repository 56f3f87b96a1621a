//! `POST /staff/adequacy/{id}/confirm` and `…/turn-down`: what somebody else says of a row that a person recorded. The gates
//! read it from its confirmation on.

use std::collections::BTreeSet;

use app::adequacy::{WaitingRow, differences, lines, rule_differences, rule_title};
use app::register::engagement_page::Difference;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::approval::approve as by_another;
use domain::country::Country;
use domain::id::StaffId;
use domain::reference::RowVerdict;
use domain::role::Permission;
use domain::trigger::Scope;
use domain::words::{day, short_day};
use serde_json::json;
use uuid::Uuid;

use super::rules::RuleFile;
use super::{ADEQUACY_CHANGED, File, provenance};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::HttpError;
use crate::register::load::People;
use crate::store::reference::{ReferenceRow, decide_row, list_reference_rows, list_waiting_rows};
use crate::store::tasks::close_tasks_about;
use crate::store::version::Recorded;
use crate::store::{Tx, parsed};
use crate::triggers::adequacy_changed;

/// Whoever recorded a row does not decide on it.
fn authors(row: &ReferenceRow) -> BTreeSet<StaffId> {
    row.recorded_by.into_iter().collect()
}

/// A row that waits, for people: what it says, or what it changes in the row that counts.
pub(super) async fn waiting_row(
    tx: &mut Tx,
    staff: &Staff,
    people: &People,
    row: &ReferenceRow,
) -> Result<WaitingRow, HttpError> {
    let (title, says) = match row.decision()? {
        Some(decision) => {
            let file = File::get(tx, &row.id.to_string()).await?;
            let says = if file.rows.is_empty() {
                let difference = |(label, text): (&str, String)| Difference {
                    label: label.to_owned(),
                    before: "nothing".to_owned(),
                    after: text,
                };
                lines(&decision).into_iter().map(difference).collect()
            } else {
                differences(&file.now, &decision)
            };
            (file.title(), says)
        }
        None => match row.rule()? {
            Some(rule) => {
                let file = RuleFile::get(tx, &row.id.to_string()).await?;
                let before = (!file.rows.is_empty()).then_some(&file.now);
                (rule_title(&rule), rule_differences(before, &rule))
            }
            None => membership(tx, row).await?,
        },
    };
    let may_decide = if staff.may(Permission::ChangeAdequacyStatus) {
        by_another(staff.id, &authors(row))
            .map(drop)
            .map_err(|why| format!("{why}."))
    } else {
        Err("A legal approver or the data protection officer decides.".to_owned())
    };
    let not_compared = match row.organisation_decision()? {
        Some(decision) => decision.not_compared,
        None => row.decision()?.and_then(|decision| decision.not_compared),
    };
    Ok(WaitingRow {
        path: format!("/staff/adequacy/{}", row.id),
        title,
        says,
        provenance: provenance(row, people, not_compared.map(|why| why.to_string())),
        may_decide,
    })
}

/// What a row about the EEA says, beside what counts since the same day.
async fn membership(tx: &mut Tx, row: &ReferenceRow) -> Result<(String, Vec<Difference>), HttpError> {
    let country: Country = parsed("reference_rows", "code", &row.code)?;
    let said = |row: Option<&ReferenceRow>| {
        row.map_or_else(
            || "no member".to_owned(),
            |row| {
                let last = row.valid_to.map_or_else(|| "no end".to_owned(), short_day);
                format!("member from {}, {last}", short_day(row.valid_from))
            },
        )
    };
    let counting = list_reference_rows(tx, None).await?;
    let same = counting.iter().rfind(|other| {
        (&other.kind, &other.code, other.valid_from) == (&row.kind, &row.code, row.valid_from)
    });
    let says = Difference {
        label: "Membership".to_owned(),
        before: said(same),
        after: said(Some(row)),
    };
    Ok((format!("European Economic Area: {}", country.label()), vec![says]))
}

/// `POST …/confirm`
pub async fn confirm(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    decide(&state, &staff, &id, RowVerdict::Confirmed).await
}

/// `POST …/turn-down`
pub async fn turn_down(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    decide(&state, &staff, &id, RowVerdict::TurnedDown).await
}

async fn decide(
    state: &AppState,
    staff: &Staff,
    id: &str,
    verdict: RowVerdict,
) -> Result<Response, HttpError> {
    staff.require(Permission::ChangeAdequacyStatus)?;
    let id: Uuid = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.db.write().await?;
    let row = list_waiting_rows(&mut tx)
        .await?
        .into_iter()
        .find(|row| row.id == id);
    let row =
        row.ok_or_else(|| HttpError::conflict("No such row waits: somebody may have decided on it."))?;
    by_another(staff.id, &authors(&row)).map_err(|why| HttpError::Forbidden(format!("{why}.")))?;
    let is_confirmed = verdict == RowVerdict::Confirmed;
    if is_confirmed && is_overtaken(&mut tx, &row).await? {
        return Err(HttpError::conflict(
            "Another row about the same has come to count since this one was recorded: turn this one down.",
        ));
    }
    let is_new = match row.decision()? {
        Some(_) => File::get(&mut tx, &row.id.to_string()).await?.rows.is_empty(),
        None => false,
    };
    let now = state.clock.now().max(row.recorded_at);
    decide_row(&mut tx, row.id, verdict, staff.id, now).await?;
    let payload = json!({ "kind": row.kind, "code": row.code, "verdict": verdict });
    let subject = Subject::of("reference_row", row.id);
    staff
        .record(&mut tx, state, "reference_row.decided", subject, payload)
        .await?;
    close_tasks_about(&mut tx, ADEQUACY_CHANGED, row.id, Recorded::by(staff.id, now)).await?;
    if is_confirmed && is_new {
        announce(&mut tx, state, staff, &row).await?;
    }
    tx.commit().await?;
    staff
        .say(if is_confirmed {
            "The row is confirmed: it counts from now on, for the days that it names."
        } else {
            "The row was turned down. It never counts."
        })
        .await?;
    let to = match row.decision()? {
        Some(_) if is_confirmed => format!("/staff/adequacy/{}", row.id),
        None if is_confirmed && row.rule()?.is_some() => format!("/staff/adequacy/rules/{}", row.id),
        _ => "/staff/adequacy".to_owned(),
    };
    Ok(Redirect::to(&to).into_response())
}

/// Whether something about the same counts that was recorded later.
async fn is_overtaken(tx: &mut Tx, row: &ReferenceRow) -> Result<bool, HttpError> {
    let key = row.decision()?.map(|decision| decision.key());
    let rule = row.rule()?.map(|rule| rule.key());
    for other in list_reference_rows(tx, None).await? {
        let is_same = match (&key, &rule) {
            (Some(key), _) => other.decision()?.is_some_and(|decision| decision.key() == *key),
            (None, Some(key)) => other.rule()?.is_some_and(|rule| rule.key() == *key),
            (None, None) => (&other.kind, &other.code) == (&row.kind, &row.code),
        };
        if is_same && other.recorded_at >= row.recorded_at {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A decision that counts now is a change of adequacy for every assessment on its country.
async fn announce(tx: &mut Tx, state: &AppState, staff: &Staff, row: &ReferenceRow) -> Result<(), HttpError> {
    let Some(decision) = row.decision()? else {
        return Ok(());
    };
    let what = format!(
        "{}, {}: in force from {}",
        decision.country.label(),
        decision.instrument,
        day(decision.in_force_from)
    );
    let scope = Scope::Country(decision.country);
    let source = row.source_url.parse().ok();
    adequacy_changed(
        tx,
        state,
        staff.id,
        scope,
        (&what, source),
        decision.in_force_from,
    )
    .await?;
    Ok(())
}
