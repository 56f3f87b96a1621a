//! An objection comes in.

use std::collections::BTreeSet;

use data_encoding::BASE32_NOPAD;
use domain::objection::{Actor as Party, Ground, ObjectionEvent, ObjectionState};
use domain::text::Prose;
use serde_json::json;
use uuid::Uuid;

use super::case::{Case, event, is_timely, load, step};
use super::gate::close_gate;
use super::tell::{alerts, keep_task, receipt};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::changes::{ChangeError, Result, standing};
use crate::mail::queue_prepared;
use crate::store::deliveries::Delivery;
use crate::store::objections::{self, Filing, Objection};
use crate::store::{Tx, authorisations, changes};

/// What a contact files.
#[derive(Clone, Debug)]
pub struct NewObjection {
    /// The line objected to.
    pub line_id: Uuid,
    /// Who files, as typed.
    pub name: String,
    /// Why.
    pub grounds: BTreeSet<Ground>,
    /// In their words.
    pub statement: Prose,
    /// Browser and address, as evidence.
    pub client: Option<String>,
}

/// Why a late one is found late, for the history of the case.
const LATE: &str = "It came after the last day to object. It is answered, and does not hold the change.";

/// A number that tells nothing of other cases: `OBJ-` and eight characters.
fn case_number(state: &AppState) -> String {
    format!("OBJ-{}", BASE32_NOPAD.encode(&state.random.bytes::<5>()))
}

/// Files an objection from a contact's own page; gives its id. While time remains after a rejection, it is the next version
/// of the rejected case; otherwise a case of its own.
///
/// # Errors
/// When the line does not concern this customer, the change is not open, or an objection is.
pub async fn file(state: &AppState, delivery: &Delivery, new: &NewObjection) -> Result<Uuid> {
    let now = state.clock.now();
    let (Some(customer_id), Some(contact_id)) = (delivery.customer_id, delivery.contact_id) else {
        return Err(ChangeError::Absent);
    };
    let mut tx = state.db.write().await?;
    let authorisation = authorisations::find(&mut tx, new.line_id, customer_id)
        .await?
        .ok_or(ChangeError::Absent)?;
    let line = changes::get_line(&mut tx, new.line_id).await?;
    let change = changes::get(&mut tx, line.change_id).await?;
    if !change.state.is_dispatched() {
        return Err(ChangeError::Refused(format!(
            "This change is {}.",
            change.state.label().to_lowercase()
        )));
    }
    let standing =
        standing::find_for(&mut tx, state.publisher().zone, change.id, &authorisation, now).await?;
    let is_in_time = is_timely(&mut tx, &standing, &line, &authorisation, now).await?;
    let mut cases = objections::list_by_authorisation(&mut tx, authorisation.id).await?;
    // One that came late holds nothing: it does not keep another from being filed in time.
    let is_in_the_way =
        |case: &Objection| case.state.is_open() && !(is_in_time && case.state == ObjectionState::Late);
    if cases.iter().any(is_in_the_way) {
        return Err(ChangeError::Refused("An objection is open already.".to_owned()));
    }
    let last = cases.pop();
    let last = match last {
        Some(objection) => Some(load(&mut tx, state, objection).await?),
        None => None,
    };
    let (mut case, filing, action) = match last.filter(|case| case.may_resubmit(now)) {
        Some(case) => {
            let case = Case {
                speaker: Some(contact_id),
                ..case
            };
            let (case, filing) = again(&mut tx, state, case, new).await?;
            (case, filing, "objection.filed_again")
        }
        None => {
            let objection = Objection {
                id: state.random.id(now),
                case_number: case_number(state),
                authorisation_id: authorisation.id,
                line_id: line.id,
                customer_id,
                contact_id: Some(contact_id),
                notice_id: delivery.notice_id,
                state: ObjectionState::Submitted,
                submitted_at: now,
                is_in_time,
            };
            let (case, filing) = first(&mut tx, state, objection, new).await?;
            (case, filing, "objection.filed")
        }
    };
    // The receipt leaves at once; whether it was in time is a matter of dates, not of judgement.
    let what = ObjectionEvent::Acknowledge;
    step(&mut tx, state, &mut case, what, &Party::System, None).await?;
    if case.objection.is_in_time {
        close_gate(&mut tx, state, &case.authorisation).await?;
    } else {
        // Answered, not blocking (legal-rules §11 no. 4).
        let (what, why) = (ObjectionEvent::FindLate, Prose::parse(LATE).ok());
        step(&mut tx, state, &mut case, what, &Party::System, why.as_ref()).await?;
    }
    let mut case = load(&mut tx, state, case.objection).await?;
    case.speaker = Some(contact_id);
    let receipt = receipt(&mut tx, state, &case).await?;
    let alerts = alerts(&mut tx, state, &case).await?;
    for mail in receipt.iter().chain(&alerts) {
        queue_prepared(&mut tx, mail).await?;
    }
    keep_task(&mut tx, state, &case).await?;
    let entry = Entry {
        actor: Actor::Contact(contact_id),
        action,
        subject: Subject::of("objection", case.objection.id),
        payload: json!({
            "case": case.objection.case_number,
            "version": filing.version,
            "in_time": case.objection.is_in_time,
            "grounds": filing.grounds,
        }),
    };
    append(&mut tx, &state.keys, &state.random, now, entry).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(case.objection.id)
}

fn filing(state: &AppState, objection: &Objection, version: i64, new: &NewObjection) -> Filing {
    let now = state.clock.now();
    Filing {
        id: state.random.id(now),
        objection_id: objection.id,
        version,
        name: new.name.clone(),
        grounds: new.grounds.clone(),
        statement: new.statement.to_string(),
        channel: "PAGE".to_owned(),
        client: new.client.clone(),
        submitted_at: now,
    }
}

/// A case with its first version.
async fn first(
    tx: &mut Tx,
    state: &AppState,
    objection: Objection,
    new: &NewObjection,
) -> Result<(Case, Filing)> {
    let filing = filing(state, &objection, 1, new);
    objections::file(tx, &objection, &filing).await?;
    let by = objection.contact_id;
    let submitted = event(state, &objection, "SUBMIT", None, "CUSTOMER", by, None);
    objections::note_event(tx, &submitted).await?;
    Ok((load(tx, state, objection).await?, filing))
}

/// The next version of a rejected case.
async fn again(tx: &mut Tx, state: &AppState, mut case: Case, new: &NewObjection) -> Result<(Case, Filing)> {
    let version = case.filings.last().map_or(1, |last| last.version + 1);
    let filing = filing(state, &case.objection, version, new);
    let (what, text) = (ObjectionEvent::Resubmit, Some(&new.statement));
    step(tx, state, &mut case, what, &Party::Customer, text).await?;
    objections::add_filing(tx, &filing).await?;
    Ok((load(tx, state, case.objection).await?, filing))
}
