//! The mails and the task of a case.

use domain::evidence::Standing;
use domain::objection::ObjectionState;
use domain::role::Role;
use domain::text::Prose;

use super::Case;
use super::gate::reopen_gate;
use crate::AppState;
use crate::changes::Result;
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

pub(super) async fn receipt(
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
