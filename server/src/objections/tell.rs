//! The mails and the task of a case.

use domain::authorisation::AuthorisationState;
use domain::objection::ObjectionState;
use domain::policy::Refund;
use domain::role::Role;
use domain::text::Prose;
use domain::window::Window;

use super::Case;
use super::gate::reopen_gate;
use crate::AppState;
use crate::changes::{Result, standing};
use crate::mail::message::List;
use crate::mail::messages::{Message, ObjectionAlert, ObjectionOutcome, ObjectionReceipt};
use crate::mail::{Outgoing, Prepared, prepare, queue_prepared};
use crate::store::{Tx, contacts, staff, tasks};

/// A case that holds nothing any more: opens the customer's gate if nothing else is open, tells them, and settles the task.
pub(super) async fn conclude(
    tx: &mut Tx,
    state: &AppState,
    case: &Case,
    outcome: &str,
    reason: Option<&Prose>,
) -> Result<()> {
    reopen_gate(tx, state, case.authorisation.id).await?;
    tell(tx, state, case, outcome, reason).await?;
    keep_task(tx, state, case).await
}

/// Tells whoever filed the case what happened, why, and what they can do now.
pub(super) async fn tell(
    tx: &mut Tx,
    state: &AppState,
    case: &Case,
    outcome: &str,
    reason: Option<&Prose>,
) -> Result<()> {
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
        is_open: case.objection.state.is_open() && case.objection.state != ObjectionState::StandingBlock,
        outcome,
        reason: reason.as_deref(),
        next: &next,
        link: &case.link(state),
    }
    .render();
    queue_prepared(tx, &to_contact(state, case, &contact, rendered)).await?;
    Ok(())
}

/// What happens now, and what the customer can do.
async fn next(tx: &mut Tx, state: &AppState, case: &Case) -> Result<String> {
    use ObjectionState as S;
    let (zone, now) = (state.publisher().zone, state.clock.now());
    let until = |window: Option<&Window>| {
        window.map_or(String::new(), |w| {
            format!(" until {}", domain::words::until(w.expires_at, w.zone))
        })
    };
    let due = until(case.due(zone)?.as_ref());
    Ok(match case.objection.state {
        S::RejectedGrounds => {
            // The rejection itself may have moved the end: it is read again.
            let standing = standing::find_for(tx, zone, case.change.id, &case.authorisation, now).await?;
            let until = until(standing.given().map(|given| &given.effective.objection));
            format!(
                "You can file it again with further reasons{until}. Open your case for that; nothing starts for you before that day has ended."
            )
        }
        S::InDiscussion => {
            format!("We look for a solution together{due}. Your objection keeps holding the change.")
        }
        S::InfoRequested => {
            "Please answer this mail and quote the case. Your objection keeps holding the change.".to_owned()
        }
        S::OfferMade => format!(
            "Please answer this mail{due} and quote the case. Your objection keeps holding the change meanwhile."
        ),
        S::StandingBlock => {
            "The subprocessor stays closed for you. There is nothing you need to do.".to_owned()
        }
        S::TerminationOpen => format!(
            "You may end the affected service{due}{}. To do so, answer this mail and quote the case. If you do not, the change may start for you after that.",
            match case.policy.refund {
                Refund::ProRata => " and get prepaid fees back pro rata",
                Refund::None => "",
            }
        ),
        S::Late => format!("We answer what you wrote{due}."),
        // Who was excluded before stays excluded: another notice would have to ask again.
        S::Withdrawn | S::Lapsed if case.authorisation.state != AuthorisationState::Excluded => {
            "The change may start for you once your windows have ended and every other condition is met."
                .to_owned()
        }
        _ => "There is nothing you need to do.".to_owned(),
    })
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

/// The task of a case, with the day on which its present time ends; closed when nobody has to do anything.
pub(super) async fn keep_task(tx: &mut Tx, state: &AppState, case: &Case) -> Result<()> {
    let now = state.clock.now();
    let done = crate::store::version::Recorded::by_system(now);
    tasks::close_tasks_about(tx, TASK, case.objection.id, done).await?;
    if !case.objection.state.is_open() || case.objection.state == ObjectionState::StandingBlock {
        return Ok(());
    }
    let zone = state.publisher().zone;
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
        due_on: case.due(zone)?.map(|window| window.last_day),
        created_at: now,
        done: None,
    };
    tasks::open_task(tx, &task).await?;
    Ok(())
}
