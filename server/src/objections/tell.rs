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
use crate::keys::Purpose;
use crate::mail::message::List;
use crate::mail::messages::{Message, ObjectionAlert, ObjectionOutcome, ObjectionReceipt};
use crate::mail::{Outgoing, Prepared, prepare, queue_prepared, tell_legal};
use crate::store::contacts::{self, Contact, ContactKind};
use crate::store::{Of, Tx, deliveries, staff, tasks};

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
    let readers = readers(tx, state, case).await?;
    write(tx, state, case, (outcome, reason), &readers).await
}

/// Tells everybody that an objection was withdrawn: whoever filed it, the other contacts, and the legal staff. One contact
/// alone does not take back what another one filed.
pub(super) async fn tell_withdrawn(tx: &mut Tx, state: &AppState, case: &Case, name: &str) -> Result<()> {
    let mut told = Vec::new();
    for id in [case.speaker, case.objection.contact_id].into_iter().flatten() {
        if let Some(contact) = contacts::find_contact(tx, &state.keys, id.into()).await?
            && contacts::is_current(tx, &state.keys, &contact).await?
        {
            told.push(contact);
        }
    }
    let active = contacts::list_active(tx, &state.keys, case.customer.id).await?;
    told.extend(
        active
            .into_iter()
            .filter(|contact| contact.kind == ContactKind::Primary),
    );
    let mut seen = Vec::new();
    told.retain(|contact| {
        let address = contact.address.folded();
        let is_new = !seen.contains(&address);
        seen.push(address);
        is_new
    });
    let readers = with_links(tx, state, case, told).await?;
    let customer = &case.customer.name;
    let outcome = format!("{name} withdrew the objection of {customer}.");
    write(tx, state, case, (&outcome, None), &readers).await?;
    let title = format!("{customer} withdrew its objection to {}", case.vendor);
    let text = format!(
        "Case {}, notice {}. The name given is {name}. The case holds nothing any more.",
        case.objection.case_number, case.change.number
    );
    let path = format!("/staff/objections/{}", case.objection.case_number);
    tell_legal(tx, state, case.objection.id, (&title, &text), &path).await?;
    Ok(())
}

async fn write(
    tx: &mut Tx,
    state: &AppState,
    case: &Case,
    (outcome, reason): (&str, Option<&Prose>),
    readers: &[(Contact, String)],
) -> Result<()> {
    let reason = reason.map(ToString::to_string);
    let publisher = state.publisher();
    let next = next(tx, state, case).await?;
    for (contact, link) in readers {
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
            link,
        }
        .render();
        queue_prepared(tx, &to_contact(state, case, contact, rendered)).await?;
    }
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
    let due = until(case.due()?.as_ref());
    Ok(match case.objection.state {
        S::RejectedGrounds | S::NotEntitled => {
            // The rejection itself may have moved the end: it is read again.
            let standing = standing::find_for(tx, zone, case.change.id, &case.authorisation, now).await?;
            let until = until(standing.given().map(|given| &given.effective.objection));
            format!(
                "{}{until}. Open your case for that; nothing starts for you before that day has ended.",
                if case.objection.state == S::NotEntitled {
                    "Somebody who may object for you can file it again"
                } else {
                    "You can file it again with further reasons"
                }
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

/// The kind of task of a case in which somebody has to do something; about the case.
pub(crate) const TASK: &str = "OBJECTION";

/// Who is told of a case, each with a link to it: whoever speaks for the customer, or, when they are no contact any more, the
/// primary contacts of now.
async fn readers(tx: &mut Tx, state: &AppState, case: &Case) -> Result<Vec<(Contact, String)>> {
    let mut told = Vec::new();
    if let Some(id) = case.speaker
        && let Some(contact) = contacts::find_contact(tx, &state.keys, id.into()).await?
        && contacts::is_current(tx, &state.keys, &contact).await?
    {
        told.push(contact);
    } else {
        told.extend(contacts::list_active(tx, &state.keys, case.customer.id).await?);
        told.retain(|contact| contact.kind == ContactKind::Primary);
    }
    with_links(tx, state, case, told).await
}

/// Each with a link to the case: the one of whoever filed it, or beside their own notice.
async fn with_links(
    tx: &mut Tx,
    state: &AppState,
    case: &Case,
    told: Vec<Contact>,
) -> Result<Vec<(Contact, String)>> {
    let sent =
        deliveries::list_by_customers(tx, case.change.id, Of::These(&[case.objection.customer_id])).await?;
    let link = |contact: &Contact| {
        let id = contact.id.uuid();
        if case.objection.contact_id == Some(id) {
            return case.link(state);
        }
        let own = sent.iter().rev().find(|delivery| delivery.contact_id == Some(id));
        state.config.link(&own.map_or_else(
            || format!("/changes/{}", case.change.number),
            |delivery| {
                let token = state.keys.link(Purpose::Notice, delivery.id);
                format!("/n/{token}/cases/{}", case.objection.case_number)
            },
        ))
    };
    Ok(told
        .into_iter()
        .map(|contact| (contact.clone(), link(&contact)))
        .collect())
}

fn to_contact(state: &AppState, case: &Case, contact: &Contact, rendered: crate::mail::Rendered) -> Prepared {
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
    let Some((contact, link)) = readers(tx, state, case).await?.into_iter().next() else {
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
        link: &link,
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
        due_on: case.due()?.map(|window| window.last_day),
        created_at: now,
        done: None,
    };
    tasks::open_task(tx, &task).await?;
    Ok(())
}
