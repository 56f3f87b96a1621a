//! A customer's case against one line: filing, withdrawing, rejecting, and what a cancelled change does to it. The gate of
//! that customer closes in the same transaction in which the objection is written.

pub mod pages;
pub mod staff_pages;

use std::collections::BTreeSet;

use axum::Router;
use axum::routing::{get, post};
use data_encoding::BASE32_NOPAD;
use domain::authorisation::{AuthorisationEvent, AuthorisationState};
use domain::evidence::Standing;
use domain::id::{CustomerId, StaffId};
use domain::objection::{Actor as Party, Ground, ObjectionEvent, ObjectionState, Rules};
use domain::role::Role;
use domain::text::Prose;
use serde_json::json;
use uuid::Uuid;

use crate::AppState;
use crate::access::Staff;
use crate::audit::{Actor, Entry, Subject, append};
use crate::changes::{ChangeError, Result, standing};
use crate::keys::Purpose;
use crate::mail::message::List;
use crate::mail::messages::{Message, ObjectionAlert, ObjectionOutcome, ObjectionReceipt};
use crate::mail::{Outgoing, Prepared, prepare, queue_prepared};
use crate::store::authorisations::{self, Authorisation};
use crate::store::changes::{self, Change};
use crate::store::customers::{self, Customer};
use crate::store::deliveries::Delivery;
use crate::store::objections::{self, Event, Filing, Objection};
use crate::store::{Tx, contacts, engagements, notices, policies, staff, tasks};

/// The customer's case page, and the staff's.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/objections/{token}", get(pages::show))
        .route("/objections/{token}/withdraw", post(pages::withdraw))
        .route("/staff/objections", get(staff_pages::list))
        .route(
            "/staff/objections/{case}",
            get(staff_pages::show).post(staff_pages::step),
        )
}

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

/// Everything about one case.
#[derive(Clone, Debug)]
pub struct Case {
    /// The case.
    pub objection: Objection,
    /// The authorisation it is about.
    pub authorisation: Authorisation,
    /// The change.
    pub change: Change,
    /// The vendor's legal name.
    pub vendor: String,
    /// The customer.
    pub customer: Customer,
    /// What was filed.
    pub filings: Vec<Filing>,
    /// What happened.
    pub events: Vec<Event>,
    /// Everybody who worked on the change.
    pub drafters: BTreeSet<StaffId>,
    /// The customer's terms, as frozen with the notice.
    pub policy: domain::policy::Policy,
}

/// Loads a case.
pub async fn load(tx: &mut Tx, objection: Objection) -> Result<Case> {
    let authorisation = authorisations::get(tx, objection.authorisation_id).await?;
    let line = changes::get_line(tx, objection.line_id).await?;
    let change = changes::get(tx, line.change_id).await?;
    let current = engagements::current(tx, line.engagement_id.into())
        .await?
        .ok_or(ChangeError::Absent)?;
    let customer = customers::find_customer(tx, CustomerId::from(objection.customer_id))
        .await?
        .ok_or(ChangeError::Absent)?;
    let mut drafters = BTreeSet::from([StaffId::from(change.created_by)]);
    for notice in notices::list_versions(tx, change.id).await? {
        drafters.extend(
            notices::list_editors(tx, notice.id)
                .await?
                .into_iter()
                .map(StaffId::from),
        );
    }
    Ok(Case {
        filings: objections::list_filings(tx, objection.id).await?,
        events: objections::list_events(tx, objection.id).await?,
        policy: policies::get_policy(tx, authorisation.policy_id).await?.policy,
        vendor: current.organisation.version.facts.legal_name.to_string(),
        objection,
        authorisation,
        change,
        customer,
        drafters,
    })
}

impl Case {
    /// The customer's own page.
    #[must_use]
    pub fn link(&self, state: &AppState) -> String {
        link(state, self.objection.id)
    }

    /// What a step is judged by at this moment. `window_ends`: when the objection window ends.
    fn rules(&self, may_resubmit: bool) -> Rules<'_> {
        Rules {
            policy: &self.policy,
            drafters: &self.drafters,
            is_in_time: self.objection.is_in_time,
            may_resubmit,
        }
    }

    /// The steps that this member of staff can take.
    #[must_use]
    pub fn open_to(&self, staff: &Staff) -> Vec<ObjectionEvent> {
        self.objection
            .state
            .open_to(&party(staff.id, &staff.roles), &self.rules(false))
    }
}

fn link(state: &AppState, id: Uuid) -> String {
    state.config.link(&format!(
        "/objections/{}",
        state.keys.link(Purpose::Objection, id)
    ))
}

fn party(id: StaffId, roles: &[Role]) -> Party {
    Party::Staff {
        id,
        roles: roles.to_vec(),
    }
}

/// A number that tells nothing of other cases: `OBJ-` and eight characters.
fn case_number(state: &AppState) -> String {
    format!("OBJ-{}", BASE32_NOPAD.encode(&state.random.bytes::<5>()))
}

/// Files an objection from a contact's own page; gives its id.
///
/// # Errors
/// When the line does not concern this customer, or the change is not open.
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
    let standing = standing::find(
        &mut tx,
        state.publisher().zone,
        change.id,
        customer_id.into(),
        now,
    )
    .await?;
    let is_in_time = match &standing {
        Standing::NotSent | Standing::NotGiven { .. } => true,
        other => other.given().is_none_or(|given| given.in_time(now)),
    };
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
    let filing = Filing {
        id: state.random.id(now),
        objection_id: objection.id,
        version: 1,
        name: new.name.clone(),
        grounds: new.grounds.clone(),
        statement: new.statement.to_string(),
        channel: "PAGE".to_owned(),
        client: new.client.clone(),
        submitted_at: now,
    };
    objections::file(&mut tx, &objection, &filing).await?;
    objections::note_event(
        &mut tx,
        &event(
            state,
            &objection,
            "SUBMIT",
            None,
            "CUSTOMER",
            Some(contact_id),
            None,
        ),
    )
    .await?;
    let mut case = load(&mut tx, objection).await?;
    // The receipt leaves at once; whether it was in time is a matter of dates, not of judgement.
    step(
        &mut tx,
        state,
        &mut case,
        ObjectionEvent::Acknowledge,
        &Party::System,
        None,
    )
    .await?;
    if is_in_time {
        close_gate(&mut tx, state, &case.authorisation).await?;
    }
    let receipt = receipt(&mut tx, state, &case, &standing).await?;
    let alerts = alerts(&mut tx, state, &case).await?;
    for mail in receipt.iter().chain(&alerts) {
        queue_prepared(&mut tx, mail).await?;
    }
    open_task(&mut tx, state, &case).await?;
    let entry = Entry {
        actor: Actor::Contact(contact_id),
        action: "objection.filed",
        subject: Subject::of("objection", case.objection.id),
        payload: json!({ "case": case.objection.case_number, "in_time": is_in_time, "grounds": filing.grounds }),
    };
    append(&mut tx, &state.keys, &state.random, now, entry).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(case.objection.id)
}

/// Takes one step of a case in the caller's transaction.
async fn step(
    tx: &mut Tx,
    state: &AppState,
    case: &mut Case,
    what: ObjectionEvent,
    party: &Party,
    text: Option<&Prose>,
) -> Result<()> {
    let from = case.objection.state;
    let to = from.next(what, party, text, &case.rules(false))?;
    let (kind, id) = match party {
        Party::Customer => ("CUSTOMER", case.objection.contact_id),
        Party::Staff { id, .. } => ("STAFF", Some(id.uuid())),
        Party::System => ("SYSTEM", None),
    };
    let mut row = event(state, &case.objection, what.as_str(), Some(from), kind, id, text);
    row.to_state = to.as_str().to_owned();
    objections::advance(tx, from, to, &row).await?;
    case.objection.state = to;
    Ok(())
}

fn event(
    state: &AppState,
    objection: &Objection,
    what: &str,
    from: Option<ObjectionState>,
    actor_kind: &str,
    actor_id: Option<Uuid>,
    text: Option<&Prose>,
) -> Event {
    let now = state.clock.now();
    Event {
        id: state.random.id(now),
        objection_id: objection.id,
        event: what.to_owned(),
        from_state: from.map(|s| s.as_str().to_owned()),
        to_state: objection.state.as_str().to_owned(),
        actor_kind: actor_kind.to_owned(),
        actor_id,
        reason: text.map(ToString::to_string),
        recorded_at: now,
    }
}

async fn move_authorisation(
    tx: &mut Tx,
    state: &AppState,
    authorisation: &Authorisation,
    events: &[AuthorisationEvent],
) -> Result<()> {
    let now = state.clock.now();
    let mut at = authorisation.state;
    for event in events {
        let Ok(to) = at.next(*event, authorisation.model) else {
            continue;
        };
        let step = authorisations::Move {
            id: state.random.id(now),
            authorisation_id: authorisation.id,
            from: at,
            to,
            by: None,
            reason: Some(event.label()),
        };
        authorisations::advance(tx, &step, now).await?;
        at = to;
    }
    Ok(())
}

/// The customer's gate closes. Somebody who objects has been notified, whatever the mail's evidence says.
async fn close_gate(tx: &mut Tx, state: &AppState, authorisation: &Authorisation) -> Result<()> {
    let first = if authorisation.state == AuthorisationState::Pending {
        AuthorisationEvent::Notify
    } else {
        AuthorisationEvent::Object
    };
    move_authorisation(tx, state, authorisation, &[first, AuthorisationEvent::Object]).await
}

/// Back to where the notice stands, once nothing of this customer is open.
async fn reopen_gate(tx: &mut Tx, state: &AppState, authorisation_id: Uuid) -> Result<()> {
    let authorisation = authorisations::get(tx, authorisation_id).await?;
    let cases = objections::list_by_authorisation(tx, authorisation_id).await?;
    if authorisation.state == AuthorisationState::Objected && !cases.iter().any(|c| c.state.blocks()) {
        move_authorisation(tx, state, &authorisation, &[AuthorisationEvent::Settle]).await?;
    }
    Ok(())
}

/// The customer takes the objection back.
///
/// # Errors
/// When the case is over.
pub async fn withdraw(state: &AppState, id: Uuid, name: &str) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let objection = objections::find(&mut tx, id).await?.ok_or(ChangeError::Absent)?;
    let mut case = load(&mut tx, objection).await?;
    let text = Prose::parse(&format!("Withdrawn by {name}")).ok();
    step(
        &mut tx,
        state,
        &mut case,
        ObjectionEvent::Withdraw,
        &Party::Customer,
        text.as_ref(),
    )
    .await?;
    conclude(&mut tx, state, &case, "You withdrew your objection.", None).await?;
    let actor = case.objection.contact_id.map_or(Actor::Visitor, Actor::Contact);
    let entry = Entry {
        actor,
        action: "objection.withdrawn",
        subject: Subject::of("objection", id),
        payload: json!({ "case": case.objection.case_number, "name": name }),
    };
    append(&mut tx, &state.keys, &state.random, now, entry).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(())
}

/// Staff takes a step: admits, rejects with reasons, finds late, answers …
///
/// # Errors
/// When the domain refuses it: wrong state, wrong person, no reason, or the contract does not allow it.
pub async fn decide(
    state: &AppState,
    staff: &Staff,
    id: Uuid,
    what: ObjectionEvent,
    text: Option<&Prose>,
) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let objection = objections::find(&mut tx, id).await?.ok_or(ChangeError::Absent)?;
    let mut case = load(&mut tx, objection).await?;
    let party = party(staff.id, &staff.roles);
    step(&mut tx, state, &mut case, what, &party, text).await?;
    if !case.objection.state.blocks() {
        let outcome = match case.objection.state {
            ObjectionState::RejectedGrounds => "We have rejected your objection, for the reasons below.",
            ObjectionState::Late => {
                "Your objection came after your last day. We will answer it; it does not hold the change."
            }
            ObjectionState::ClosedAsConcern => {
                "We have answered your objection, which came after your last day."
            }
            ObjectionState::NotEntitled => "We could not admit your objection.",
            _ => "Your case is closed.",
        };
        conclude(&mut tx, state, &case, outcome, text).await?;
    }
    let entry = Entry {
        actor: Actor::Staff(staff.id.uuid()),
        action: "objection.decided",
        subject: Subject::of("objection", id),
        payload: json!({ "case": case.objection.case_number, "event": what.as_str(), "state": case.objection.state.as_str(), "reason": text.map(ToString::to_string) }),
    };
    append(&mut tx, &state.keys, &state.random, now, entry).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(())
}

/// The cancellation of a change resolves every open case about it; called inside the cancellation's transaction.
pub async fn cancel_cases(
    tx: &mut Tx,
    state: &AppState,
    authorisation: &Authorisation,
    by: Uuid,
    reason: &str,
) -> Result<()> {
    for objection in objections::list_by_authorisation(tx, authorisation.id).await? {
        if !objection.state.is_open() {
            continue;
        }
        let mut case = load(tx, objection).await?;
        let text = Prose::parse(reason).ok();
        // Whoever cancels has been checked for it; the case follows from the cancellation.
        let party = Party::Staff {
            id: by.into(),
            roles: vec![Role::LegalApprover],
        };
        step(
            tx,
            state,
            &mut case,
            ObjectionEvent::CancelChange,
            &party,
            text.as_ref(),
        )
        .await?;
        conclude(
            tx,
            state,
            &case,
            "The change you objected to has been cancelled.",
            text.as_ref(),
        )
        .await?;
    }
    Ok(())
}

/// Tells the customer the outcome, opens their gate if nothing else is open, and closes the task.
async fn conclude(
    tx: &mut Tx,
    state: &AppState,
    case: &Case,
    outcome: &str,
    reason: Option<&Prose>,
) -> Result<()> {
    reopen_gate(tx, state, case.authorisation.id).await?;
    let now = state.clock.now();
    tasks::close_tasks_about(
        tx,
        TASK,
        case.objection.id,
        crate::store::version::Recorded::by_system(now),
    )
    .await?;
    let Some(contact) = contact(tx, state, case).await? else {
        return Ok(());
    };
    let reason = reason.map(ToString::to_string);
    let publisher = state.publisher();
    let next = match case.objection.state {
        ObjectionState::RejectedGrounds => {
            "You can file again on the page of your notice while the window is open."
        }
        _ => "There is nothing you need to do.",
    };
    let rendered = ObjectionOutcome {
        case_number: &case.objection.case_number,
        number: &case.change.number,
        vendor: &case.vendor,
        customer: &case.customer.name,
        publisher: &publisher.name,
        outcome,
        reason: reason.as_deref(),
        next,
        link: &case.link(state),
    }
    .render();
    queue_prepared(tx, &to_contact(state, case, &contact, rendered)).await?;
    Ok(())
}

const TASK: &str = "OBJECTION";

async fn contact(tx: &mut Tx, state: &AppState, case: &Case) -> Result<Option<contacts::Contact>> {
    match case.objection.contact_id {
        Some(id) => Ok(contacts::find_contact(tx, &state.keys, id.into()).await?),
        None => Ok(None),
    }
}

fn to_contact(
    state: &AppState,
    case: &Case,
    contact: &contacts::Contact,
    rendered: crate::mail::Rendered,
) -> Prepared {
    prepare(
        state,
        &Outgoing {
            about_id: Some(case.objection.id),
            to_name: contact.name.clone(),
            to: contact.address.to_string(),
            list: List::Contract {
                help: crate::changes::letter::contacts_link(state, contact.id),
            },
            rendered,
        },
    )
}

async fn receipt(
    tx: &mut Tx,
    state: &AppState,
    case: &Case,
    standing: &Standing,
) -> Result<Option<Prepared>> {
    let Some(contact) = contact(tx, state, case).await? else {
        return Ok(None);
    };
    let (publisher, zone) = (state.publisher(), case.policy.zone);
    let last_day = standing.given().map(|g| {
        let window = &g.effective.objection;
        domain::words::until(window.expires_at, window.zone)
    });
    let statement = case
        .filings
        .last()
        .map(|f| f.statement.clone())
        .unwrap_or_default();
    let rendered = ObjectionReceipt {
        case_number: &case.objection.case_number,
        number: &case.change.number,
        vendor: &case.vendor,
        customer: &case.customer.name,
        publisher: &publisher.name,
        filed_at: &domain::words::moment(case.objection.submitted_at, zone),
        is_in_time: case.objection.is_in_time,
        last_day: last_day.as_deref(),
        statement: &statement,
        link: &case.link(state),
    }
    .render();
    Ok(Some(to_contact(state, case, &contact, rendered)))
}

/// Mails to the legal staff.
async fn alerts(tx: &mut Tx, state: &AppState, case: &Case) -> Result<Vec<Prepared>> {
    let link = state
        .config
        .link(&format!("/staff/objections/{}", case.objection.case_number));
    let statement = case
        .filings
        .last()
        .map(|f| f.statement.clone())
        .unwrap_or_default();
    let mut mails = Vec::new();
    for person in staff::list_staff(tx).await? {
        let is_legal = person
            .roles
            .iter()
            .any(|r| matches!(r, Role::LegalEditor | Role::LegalApprover));
        if person.disabled_at.is_some() || !is_legal {
            continue;
        }
        let rendered = ObjectionAlert {
            case_number: &case.objection.case_number,
            number: &case.change.number,
            vendor: &case.vendor,
            customer: &case.customer.name,
            statement: &statement,
            link: &link,
        }
        .render();
        mails.push(prepare(
            state,
            &Outgoing {
                about_id: Some(case.objection.id),
                to_name: person.name.clone(),
                to: person.login.clone(),
                list: List::None,
                rendered,
            },
        ));
    }
    Ok(mails)
}

async fn open_task(tx: &mut Tx, state: &AppState, case: &Case) -> Result<()> {
    let now = state.clock.now();
    let task = tasks::Task {
        id: state.random.id(now).into(),
        kind: TASK.to_owned(),
        role: Role::LegalApprover,
        title: format!(
            "Objection {} by {} to {}",
            case.objection.case_number, case.customer.name, case.vendor
        ),
        path: format!("/staff/objections/{}", case.objection.case_number),
        about_id: Some(case.objection.id),
        due_on: None,
        created_at: now,
        done: None,
    };
    tasks::open_task(tx, &task).await?;
    Ok(())
}
