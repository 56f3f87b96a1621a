//! The mails and the task of a case.

use domain::objection::ObjectionState;
use domain::role::Role;
use domain::text::Prose;

use super::Case;
use super::gate::reopen_gate;
use crate::AppState;
use crate::changes::{Result, standing};
use crate::mail::message::List;
use crate::mail::messages::{Message, ObjectionAlert, ObjectionOutcome, ObjectionReceipt};
use crate::mail::{Outgoing, Prepared, prepare, queue_prepared};
use crate::store::{Tx, contacts, staff, tasks};

/// Tells the customer the outcome, opens their gate if nothing else is open, and closes the task.
pub(super) async fn conclude(
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
    let next = next(tx, state, case).await?;
    let rendered = ObjectionOutcome {
        case_number: &case.objection.case_number,
        number: &case.change.number,
        vendor: &case.vendor,
        customer: &case.customer.name,
        publisher: &publisher.name,
        outcome,
        reason: reason.as_deref(),
        next: &next,
        link: &case.link(state),
    }
    .render();
    queue_prepared(tx, &to_contact(state, case, &contact, rendered)).await?;
    Ok(())
}

/// What the customer can do after the outcome.
async fn next(tx: &mut Tx, state: &AppState, case: &Case) -> Result<String> {
    if case.objection.state != ObjectionState::RejectedGrounds {
        return Ok("There is nothing you need to do.".to_owned());
    }
    // The rejection itself may have moved the end: it is read again.
    let (zone, now) = (state.publisher().zone, state.clock.now());
    let standing = standing::find_for(tx, zone, case.change.id, &case.authorisation, now).await?;
    let until = standing.given().map_or(String::new(), |given| {
        let window = &given.effective.objection;
        format!(" until {}", domain::words::until(window.expires_at, window.zone))
    });
    Ok(format!(
        "You can file it again with further reasons{until}. Open your case for that; nothing starts for you before that day has ended."
    ))
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

pub(super) async fn receipt(tx: &mut Tx, state: &AppState, case: &Case) -> Result<Option<Prepared>> {
    let Some(contact) = contact(tx, state, case).await? else {
        return Ok(None);
    };
    let (publisher, zone) = (state.publisher(), case.policy.zone);
    let last_day = case
        .window()
        .map(|window| domain::words::until(window.expires_at, window.zone));
    let filing = case.filings.last();
    let statement = filing.map(|f| f.statement.clone()).unwrap_or_default();
    let filed_at = filing.map_or(case.objection.submitted_at, |f| f.submitted_at);
    let rendered = ObjectionReceipt {
        case_number: &case.objection.case_number,
        number: &case.change.number,
        vendor: &case.vendor,
        customer: &case.customer.name,
        publisher: &publisher.name,
        filed_at: &domain::words::moment(filed_at, zone),
        is_in_time: case.objection.is_in_time,
        last_day: last_day.as_deref(),
        statement: &statement,
        link: &case.link(state),
    }
    .render();
    Ok(Some(to_contact(state, case, &contact, rendered)))
}

/// Mails to the legal staff.
pub(super) async fn alerts(tx: &mut Tx, state: &AppState, case: &Case) -> Result<Vec<Prepared>> {
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

pub(super) async fn open_task(tx: &mut Tx, state: &AppState, case: &Case) -> Result<()> {
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
