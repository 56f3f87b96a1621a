//! An objection comes in.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use domain::id::StaffId;
use domain::objection::{Actor as Party, Channel, Ground, ObjectionEvent, ObjectionState};
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
use crate::store::changes::Change;
use crate::store::deliveries::{self, Delivery};
use crate::store::lines::get_line;
use crate::store::objections::{self, Filing, Objection};
use crate::store::{Of, Tx, authorisations, changes, notices};

/// Who files, and how it came in.
#[derive(Clone, Copy, Debug)]
pub enum Filer<'a> {
    /// A contact, on the page behind the link in their notice.
    Contact(&'a Delivery),
    /// A customer who wrote, as staff logs it.
    Logged {
        /// Who logs it.
        by: StaffId,
        /// Whose objection it is.
        customer_id: Uuid,
        /// When it reached the publisher; whether it was in time is judged by that.
        received_at: DateTime<Utc>,
        /// Mail or letter.
        channel: Channel,
    },
}

impl Filer<'_> {
    const fn channel(&self) -> Channel {
        match self {
            Self::Contact(_) => Channel::Page,
            Self::Logged { channel, .. } => *channel,
        }
    }

    fn contact(&self) -> Option<Uuid> {
        match self {
            Self::Contact(delivery) => delivery.contact_id,
            Self::Logged { .. } => None,
        }
    }
}

/// What a customer files.
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
    /// The browser, as evidence.
    pub client: Option<String>,
}

/// Why a late one is found late, for the history of the case.
const LATE: &str = "It came after the last day to object. It is answered, and does not hold the change.";

/// A number that tells nothing of other cases: `OBJ-` and eight characters.
fn case_number(state: &AppState) -> String {
    format!("OBJ-{}", BASE32_NOPAD.encode(&state.random.bytes::<5>()))
}

/// Files an objection; gives its id. While time remains after a rejection, it is the next version of the rejected case;
/// otherwise a case of its own.
///
/// # Errors
/// When the line does not concern this customer, the change is not open, or an objection is.
pub async fn file(state: &AppState, filer: Filer<'_>, new: &NewObjection) -> Result<Uuid> {
    let (customer_id, at) = match filer {
        Filer::Contact(delivery) if delivery.contact_id.is_none() => return Err(ChangeError::Absent),
        Filer::Contact(delivery) => (
            delivery.customer_id.ok_or(ChangeError::Absent)?,
            state.clock.now(),
        ),
        Filer::Logged {
            customer_id,
            received_at,
            ..
        } => (customer_id, received_at),
    };
    let contact_id = filer.contact();
    let mut tx = state.db.write().await?;
    let authorisation = authorisations::find(&mut tx, new.line_id, customer_id)
        .await?
        .ok_or(ChangeError::Absent)?;
    let line = get_line(&mut tx, new.line_id).await?;
    let change = changes::get(&mut tx, line.change_id).await?;
    if !change.state.is_dispatched() {
        return Err(ChangeError::Refused(format!(
            "This change is {}.",
            change.state.label().to_lowercase()
        )));
    }
    let standing = standing::find_for(
        &mut tx,
        state.publisher().zone,
        change.id,
        &authorisation,
        state.clock.now(),
    )
    .await?;
    let is_in_time = is_timely(&mut tx, &standing, &line, &authorisation, at).await?;
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
    let sent = (filer.channel(), at);
    let (mut case, filing, action) = match last.filter(|case| case.may_resubmit(at)) {
        Some(case) => {
            let case = Case {
                speaker: contact_id,
                ..case
            };
            let (case, filing) = again(&mut tx, state, case, new, sent).await?;
            (case, filing, "objection.filed_again")
        }
        None => {
            let objection = Objection {
                id: state.random.id(state.clock.now()),
                case_number: case_number(state),
                authorisation_id: authorisation.id,
                line_id: line.id,
                customer_id,
                contact_id,
                notice_id: notice_of(&mut tx, filer, &change, customer_id).await?,
                state: ObjectionState::Submitted,
                submitted_at: at,
                is_in_time,
            };
            let (case, filing) = first(&mut tx, state, objection, new, sent).await?;
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
    case.speaker = contact_id;
    let receipt = receipt(&mut tx, state, &case).await?;
    let alerts = alerts(&mut tx, state, &case).await?;
    for mail in receipt.iter().chain(&alerts) {
        queue_prepared(&mut tx, mail).await?;
    }
    keep_task(&mut tx, state, &case).await?;
    let entry = Entry {
        actor: match filer {
            Filer::Contact(_) => contact_id.map_or(Actor::Visitor, Actor::Contact),
            Filer::Logged { by, .. } => Actor::Staff(by.uuid()),
        },
        action,
        subject: Subject::of("objection", case.objection.id),
        payload: json!({
            "case": case.objection.case_number,
            "version": filing.version,
            "in_time": case.objection.is_in_time,
            "grounds": filing.grounds,
            "channel": filing.channel,
            "received_at": at,
        }),
    };
    append(&mut tx, &state.keys, &state.random, state.clock.now(), entry).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(case.objection.id)
}

/// The notice that is answered: the one whose link was followed, or the last one that the customer was sent.
async fn notice_of(tx: &mut Tx, filer: Filer<'_>, change: &Change, customer_id: Uuid) -> Result<Uuid> {
    if let Filer::Contact(delivery) = filer {
        return Ok(delivery.notice_id);
    }
    let sent = deliveries::list_by_customers(tx, change.id, Of::These(&[customer_id])).await?;
    let last = sent.last().map(|delivery| delivery.notice_id);
    let dispatched = notices::list_versions(tx, change.id).await?;
    let newest = dispatched
        .into_iter()
        .filter(|notice| notice.dispatched_at.is_some())
        .max_by_key(|notice| notice.version)
        .map(|notice| notice.id);
    last.or(newest).ok_or(ChangeError::Absent)
}

fn filing(
    state: &AppState,
    objection: &Objection,
    version: i64,
    new: &NewObjection,
    (channel, at): (Channel, DateTime<Utc>),
) -> Filing {
    Filing {
        id: state.random.id(state.clock.now()),
        objection_id: objection.id,
        version,
        name: new.name.clone(),
        grounds: new.grounds.clone(),
        statement: new.statement.to_string(),
        channel: channel.as_str().to_owned(),
        client: new.client.clone(),
        submitted_at: at,
    }
}

/// A case with its first version.
async fn first(
    tx: &mut Tx,
    state: &AppState,
    objection: Objection,
    new: &NewObjection,
    sent: (Channel, DateTime<Utc>),
) -> Result<(Case, Filing)> {
    let filing = filing(state, &objection, 1, new, sent);
    objections::file(tx, &objection, &filing).await?;
    let by = objection.contact_id;
    let submitted = event(state, &objection, "SUBMIT", None, "CUSTOMER", by, None);
    objections::note_event(tx, &submitted).await?;
    Ok((load(tx, state, objection).await?, filing))
}

/// The next version of a rejected case.
async fn again(
    tx: &mut Tx,
    state: &AppState,
    mut case: Case,
    new: &NewObjection,
    sent: (Channel, DateTime<Utc>),
) -> Result<(Case, Filing)> {
    let version = case.filings.last().map_or(1, |last| last.version + 1);
    let filing = filing(state, &case.objection, version, new, sent);
    let (what, text) = (ObjectionEvent::Resubmit, Some(&new.statement));
    step(tx, state, &mut case, what, &Party::Customer, text).await?;
    objections::add_filing(tx, &filing).await?;
    Ok((load(tx, state, case.objection).await?, filing))
}
