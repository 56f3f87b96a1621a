//! A customer's written answer where silence is a no: approve, opt in or refuse (GDPR Article 28(2), specific prior
//! authorisation). It is given once; a later yes or no to the same notice is refused, and an objection takes an approval back.

use domain::authorisation::{AuthorisationEvent, AuthorisationModel, AuthorisationState};
use domain::change::NoticeClass;
use domain::role::Role;
use domain::words::moment;
use domain::zone::Zone;
use serde_json::json;
use uuid::Uuid;

use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::changes::letter::contacts_link;
use crate::changes::review::hex;
use crate::changes::{ChangeError, Result};
use crate::keys::Purpose;
use crate::mail::message::List;
use crate::mail::messages::{AnswerReceipt, Given, Message};
use crate::mail::{Outgoing, queue, tell_legal};
use crate::store::answers::{self, Answer};
use crate::store::authorisations::{self, Authorisation};
use crate::store::changes::{self, Change};
use crate::store::contacts::{Contact, ContactKind};
use crate::store::deliveries::{self, Delivery};
use crate::store::lines::get_line;
use crate::store::{Of, Tx, contacts, customers, objections, policies, tasks};

/// A yes or a no, as posted.
#[derive(Clone, Debug)]
pub struct NewAnswer {
    /// The line that is answered.
    pub line_id: Uuid,
    /// Yes or no; whether a yes approves or opts in, the line says.
    pub is_yes: bool,
    /// Who answers, as typed.
    pub name: String,
    /// The browser, as evidence.
    pub client: Option<String>,
    /// The vendor's name as the notice gives it.
    pub vendor: String,
}

/// Whether an answer is waited for.
#[must_use]
pub fn is_open(authorisation: &Authorisation) -> bool {
    authorisation.model == AuthorisationModel::Specific
        && matches!(
            authorisation.state,
            AuthorisationState::Pending | AuthorisationState::Requested
        )
}

/// Records an answer. The same answer again changes nothing.
///
/// # Errors
/// When the other answer was given before, an objection is open, the change is not open, or the contract asks for none.
pub async fn answer(state: &AppState, delivery: &Delivery, new: &NewAnswer) -> Result<()> {
    let now = state.clock.now();
    let customer_id = delivery.customer_id.ok_or(ChangeError::Absent)?;
    let mut tx = state.db.write().await?;
    let before = authorisations::find(&mut tx, new.line_id, customer_id)
        .await?
        .ok_or(ChangeError::Absent)?;
    let line = get_line(&mut tx, new.line_id).await?;
    let change = changes::get(&mut tx, line.change_id).await?;
    let policy = policies::get_policy(&mut tx, before.policy_id).await?.policy;
    let event = match policy.class_for_all(&line.types(), line.notice_class) {
        _ if !new.is_yes => AuthorisationEvent::Refuse,
        NoticeClass::Opt => AuthorisationEvent::OptIn,
        _ => AuthorisationEvent::Approve,
    };
    let last = answers::find_last(&mut tx, before.id).await?;
    if !is_open(&before) {
        return already(&before, last.as_ref(), event, policy.zone);
    }
    check_open(&mut tx, &change, &before).await?;
    let to = advance(&mut tx, state, &before, event).await?;
    let row = Answer {
        id: state.random.id(now),
        authorisation_id: before.id,
        delivery_id: delivery.id,
        notice_id: delivery.notice_id,
        answer: event,
        name: new.name.clone(),
        client: new.client.clone(),
        facts_hash: line.facts_hash,
        answered_at: now,
    };
    answers::append(&mut tx, &row).await?;
    let customer = customers::find_customer(&mut tx, customer_id.into())
        .await?
        .ok_or(ChangeError::Absent)?
        .name;
    let told = Told {
        change: &change,
        customer: &customer,
        vendor: &new.vendor,
    };
    receipts(&mut tx, state, delivery, &told, &row, policy.zone).await?;
    alert(&mut tx, state, &told, &row).await?;
    let entry = Entry {
        actor: delivery.contact_id.map_or(Actor::Visitor, Actor::Contact),
        action: match event {
            AuthorisationEvent::Refuse => "authorisation.refused",
            AuthorisationEvent::OptIn => "authorisation.opted_in",
            _ => "authorisation.approved",
        },
        subject: Subject::of("authorisation", before.id),
        payload: json!({ "answer": row.id, "name": row.name, "state": to.as_str(), "facts_hash": hex(&row.facts_hash) }),
    };
    append(&mut tx, &state.keys, &state.random, now, entry).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(())
}

/// The answer was given before, or none is asked for.
fn already(
    authorisation: &Authorisation,
    last: Option<&Answer>,
    event: AuthorisationEvent,
    zone: Zone,
) -> Result<()> {
    use AuthorisationState as S;
    let is_decided = matches!(authorisation.state, S::Explicitly | S::OptedIn | S::Refused);
    match last {
        Some(last) if is_decided && last.answer == event => Ok(()),
        Some(last) if is_decided => {
            let at = moment(last.answered_at, zone);
            let (what, next) = match last.answer {
                AuthorisationEvent::Refuse => (
                    "refused",
                    "If you want it after all, answer the mail of the notice.",
                ),
                _ => (
                    "approved",
                    "Until it starts, you can object to it on the page of the notice.",
                ),
            };
            Err(ChangeError::NotReady {
                title: "You have answered this already. Nothing was changed.".to_owned(),
                reasons: vec![format!("{} {what} it on {at}. {next}", last.name)],
            })
        }
        _ if authorisation.state == S::Objected => Err(ChangeError::Refused(HELD.to_owned())),
        _ => Err(ChangeError::Refused(
            "No written approval is asked for here. Nothing was changed.".to_owned(),
        )),
    }
}

const HELD: &str = "An objection of yours is open. Withdraw it before you answer. Nothing was changed.";

async fn check_open(tx: &mut Tx, change: &Change, authorisation: &Authorisation) -> Result<()> {
    if !change.state.is_dispatched() {
        return Err(ChangeError::Refused(format!(
            "This change is {}. Nothing was changed.",
            change.state.label().to_lowercase()
        )));
    }
    let cases = objections::list_by_authorisation(tx, authorisation.id).await?;
    if cases.iter().any(|case| case.state.blocks()) {
        return Err(ChangeError::Refused(HELD.to_owned()));
    }
    Ok(())
}

/// Whoever answers has been notified, whatever the mail's evidence says; then the answer itself.
async fn advance(
    tx: &mut Tx,
    state: &AppState,
    before: &Authorisation,
    event: AuthorisationEvent,
) -> Result<AuthorisationState> {
    let now = state.clock.now();
    let mut at = before.state;
    let first = (at == AuthorisationState::Pending).then_some(AuthorisationEvent::Notify);
    for event in first.into_iter().chain([event]) {
        let to = at.next(event, before.model)?;
        let step = authorisations::Move {
            id: state.random.id(now),
            authorisation_id: before.id,
            from: at,
            to,
            by: None,
            reason: Some(event.label()),
        };
        authorisations::advance(tx, &step, now).await?;
        at = to;
    }
    Ok(at)
}

/// What the mails say.
struct Told<'a> {
    change: &'a Change,
    customer: &'a str,
    vendor: &'a str,
}

/// To whoever answered, and to the customer's other contacts: nobody answers behind their back.
async fn receipts(
    tx: &mut Tx,
    state: &AppState,
    delivery: &Delivery,
    told: &Told<'_>,
    row: &Answer,
    zone: Zone,
) -> Result<()> {
    let (Some(contact), Some(customer_id)) = (delivery.contact_id, delivery.customer_id) else {
        return Ok(());
    };
    let Some(contact) = contacts::find_contact(tx, &state.keys, contact.into()).await? else {
        return Ok(());
    };
    let own = format!("/n/{}", state.keys.link(Purpose::Notice, delivery.id));
    receipt(tx, state, &contact, told, row, (zone, &own, true)).await?;
    let sent = deliveries::list_by_customers(tx, told.change.id, Of::These(&[customer_id])).await?;
    for other in contacts::list_active(tx, &state.keys, customer_id.into()).await? {
        let theirs = sent
            .iter()
            .rev()
            .find(|one| one.contact_id == Some(other.id.uuid()));
        let is_told = other.kind == ContactKind::Primary || theirs.is_some();
        if !is_told || other.address.folded() == contact.address.folded() {
            continue;
        }
        let link = theirs.map_or_else(
            || format!("/changes/{}", told.change.number),
            |one| format!("/n/{}", state.keys.link(Purpose::Notice, one.id)),
        );
        receipt(tx, state, &other, told, row, (zone, &link, false)).await?;
    }
    Ok(())
}

async fn receipt(
    tx: &mut Tx,
    state: &AppState,
    contact: &Contact,
    told: &Told<'_>,
    row: &Answer,
    (zone, link, is_reader): (Zone, &str, bool),
) -> Result<()> {
    let rendered = AnswerReceipt {
        number: &told.change.number,
        vendor: told.vendor,
        customer: told.customer,
        publisher: &state.publisher().name,
        answer: match row.answer {
            AuthorisationEvent::Refuse => Given::Refused,
            AuthorisationEvent::OptIn => Given::OptedIn,
            _ => Given::Approved,
        },
        name: &row.name,
        answered_at: &moment(row.answered_at, zone),
        link: &state.config.link(link),
        is_reader,
    }
    .render();
    let mail = Outgoing {
        about_id: Some(row.delivery_id),
        to_name: contact.name.clone(),
        to: contact.address.to_string(),
        list: List::Contract {
            help: contacts_link(state, contact.id),
        },
        rendered,
    };
    queue(tx, state, &mail).await?;
    Ok(())
}

/// The legal staff hear of every answer; a refusal is a task, too.
async fn alert(tx: &mut Tx, state: &AppState, told: &Told<'_>, row: &Answer) -> Result<()> {
    let path = format!("/staff/changes/{}", told.change.number);
    let (what, follows) = match row.answer {
        AuthorisationEvent::Refuse => ("refused", "The gates stay closed for this customer."),
        AuthorisationEvent::OptIn => ("opted in to", "Until it starts, the customer can still object."),
        _ => ("approved", "Until it starts, the customer can still object."),
    };
    let title = format!("{} {what} {}", told.customer, told.vendor);
    if row.answer == AuthorisationEvent::Refuse {
        let task = tasks::Task {
            id: state.random.id(row.answered_at).into(),
            kind: "REFUSAL".to_owned(),
            role: Role::LegalEditor,
            title: title.clone(),
            path: path.clone(),
            about_id: Some(row.authorisation_id),
            due_on: None,
            created_at: row.answered_at,
            done: None,
        };
        tasks::open_task(tx, &task).await?;
    }
    let text = format!(
        "{} {what} {} in writing (notice {}); the name given is {}. {follows}",
        told.customer, told.vendor, told.change.number, row.name
    );
    tell_legal(tx, state, row.id, (&title, &text), &path).await?;
    Ok(())
}
