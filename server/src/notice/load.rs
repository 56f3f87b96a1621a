//! Everything that a contact's page shows, from the rows and the evidence.

use app::notice::{Deadline, FormerView, NoticeLine, NoticeView};
use app::ui::{ClosedDay, WindowDrawing, long_date};
use domain::authorisation::{AuthorisationEvent, AuthorisationModel, AuthorisationState};
use domain::change::{ChangeState, NoticeClass};
use domain::evidence::{EvidenceGrade, Standing};
use domain::id::CustomerId;
use domain::notice::planned_text;
use domain::objection::ObjectionState;
use domain::policy::{Asked, Policy};
use domain::window::Windows;
use domain::words::{self, moment, until};
use domain::zone::Zone;
use uuid::Uuid;

use super::answer;
use crate::AppState;
use crate::changes::letter::planned_at;
use crate::changes::promise::Counting;
use crate::changes::review::hex;
use crate::changes::standing;
use crate::http::HttpError;
use crate::keys::Purpose;
use crate::objections::is_timely;
use crate::store::activations;
use crate::store::answers::{self, Answer};
use crate::store::authorisations::{self, Authorisation};
use crate::store::changes::{self, Change};
use crate::store::contacts;
use crate::store::customers::Customer;
use crate::store::deliveries::{self, Delivery};
use crate::store::lines::list_lines;
use crate::store::notices::{self, Notice};
use crate::store::{Tx, customers, objections, policies};

/// What stands behind a link.
pub struct Loaded {
    /// The delivery that the link names.
    pub delivery: Delivery,
    /// What the page shows.
    pub view: NoticeView,
}

/// Whose link it is.
pub struct Holder {
    /// The delivery that the link names.
    pub delivery: Delivery,
    /// The customer.
    pub customer: Customer,
    /// Whether the contact still speaks for the customer; otherwise the link only shows what was sent.
    pub is_current: bool,
    /// Whether a second person has confirmed that the contact gives the customer's word.
    pub is_confirmed: bool,
}

/// Finds whose link this is.
///
/// # Errors
/// [`HttpError::BadLink`] for whatever is not a contact's own notice.
pub async fn holder(tx: &mut Tx, state: &AppState, token: &str) -> Result<Holder, HttpError> {
    let id = state
        .keys
        .open_link(Purpose::Notice, token)
        .ok_or(HttpError::BadLink)?;
    let delivery = deliveries::find(tx, id).await?.ok_or(HttpError::BadLink)?;
    let (Some(customer_id), Some(contact_id)) = (delivery.customer_id, delivery.contact_id) else {
        return Err(HttpError::BadLink);
    };
    let customer = customers::find_customer(tx, customer_id.into())
        .await?
        .ok_or(HttpError::BadLink)?;
    let contact = contacts::find_contact(tx, &state.keys, contact_id.into())
        .await?
        .ok_or(HttpError::BadLink)?;
    Ok(Holder {
        is_current: contacts::is_current(tx, &state.keys, &contact).await?,
        is_confirmed: contacts::is_confirmed(tx, &state.keys, &contact).await?,
        delivery,
        customer,
    })
}

/// What a former contact still sees: what was sent to them, and nothing of what came after.
///
/// # Errors
/// When the database is away.
pub async fn as_sent(tx: &mut Tx, state: &AppState, holder: &Holder) -> Result<FormerView, HttpError> {
    let notice = notices::get(tx, holder.delivery.notice_id).await?;
    let change = changes::get(tx, notice.change_id).await?;
    Ok(FormerView {
        number: numbered(&change, &notice),
        title: change.title,
        customer: holder.customer.name.clone(),
        publisher: state.publisher().name.clone(),
        dispatched: dispatched_text(&notice, state.publisher().zone),
        content_hash: hex(&notice.content_hash),
        contents: notice
            .content
            .parts
            .into_iter()
            .map(|part| part.content)
            .collect(),
    })
}

fn numbered(change: &Change, notice: &Notice) -> String {
    format!("{}, version {}", change.number, notice.version)
}

fn dispatched_text(notice: &Notice, zone: Zone) -> String {
    notice
        .dispatched_at
        .map(|at| format!("dispatched {}", long_date(zone.local_date(at))))
        .unwrap_or_default()
}

/// Opens the link of a contact who still speaks for the customer.
///
/// # Errors
/// [`HttpError::BadLink`] for whatever is not a contact's own notice; 409 for a former contact.
pub async fn open(tx: &mut Tx, state: &AppState, token: &str) -> Result<Loaded, HttpError> {
    let holder = holder(tx, state, token).await?;
    if !holder.is_current {
        return Err(crate::contacts::ended(&holder.customer.name));
    }
    load(tx, state, holder, token).await
}

/// Loads what a contact's page shows.
///
/// # Errors
/// [`HttpError::BadLink`] when the notice promised this customer nothing.
pub async fn load(tx: &mut Tx, state: &AppState, holder: Holder, token: &str) -> Result<Loaded, HttpError> {
    let Holder {
        delivery,
        customer,
        is_confirmed,
        ..
    } = holder;
    let customer_id = customer.id;
    let notice = notices::get(tx, delivery.notice_id).await?;
    let change = changes::get(tx, notice.change_id).await?;
    let promises = notices::list_promises(tx, notice.id).await?;
    let promised = promises
        .into_iter()
        .find(|p| p.customer_id == customer_id.uuid())
        .ok_or(HttpError::BadLink)?;
    let policy = policies::get_policy(tx, promised.policy_id).await?.policy;
    let (now, publisher) = (state.clock.now(), state.publisher());
    let mut lines = lines(tx, state, &change, &notice, &policy, customer_id).await?;
    for case in lines.iter_mut().filter_map(|line| line.view.case.as_mut()) {
        case.2 = format!("/n/{token}/cases/{}", case.0);
    }
    let classes: Vec<NoticeClass> = lines.iter().map(|l| l.class).collect();
    let asked = policy.asked(&classes);
    let standing = match soonest(&lines) {
        Some(standing) => standing.clone(),
        None => standing::find(tx, publisher.zone, change.id, customer_id, now)
            .await
            .map_err(HttpError::from)?,
    };
    let acknowledged = deliveries::find_acknowledgement(tx, delivery.id)
        .await?
        .map(|a| format!("By {} on {}.", a.name, moment(a.acknowledged_at, policy.zone)));
    let counting = Counting::load(tx, publisher.zone).await?;
    let deadline = classes
        .iter()
        .any(|class| class.has_window())
        .then(|| deadline(state, &policy, &counting, &promised.windows, &standing));
    let earliest = standing
        .given()
        .map_or(promised.windows.engage_not_before(), |g| {
            g.effective.engage_not_before()
        });
    let planned =
        planned_at(state, &notice).map(|at| planned_text(at, publisher.zone, Some(earliest), policy.zone));
    let holds = lines.iter().any(|line| line.holds(change.state));
    let clause = policy
        .clause
        .as_ref()
        .map(|c| format!("{c} of "))
        .unwrap_or_default();
    let clause = sentence(&format!(
        "{clause}your data processing agreement with {}",
        publisher.name
    ));
    let view = NoticeView {
        number: numbered(&change, &notice),
        title: change.title.clone(),
        customer: customer.name.clone(),
        publisher: publisher.name.clone(),
        dispatched: dispatched_text(&notice, policy.zone),
        deadline,
        lines: lines.into_iter().map(|l| l.shown(&standing)).collect(),
        planned,
        rights: rights(&policy, asked, &classes, holds),
        grounds: policy.grounds_text().to_owned(),
        asked,
        legal_reference: format!("{clause}; Article 28(2) GDPR"),
        why: format!(
            "You see this because {} names you as its contact in its data processing agreement with {}.",
            customer.name, publisher.name
        ),
        content_hash: hex(&notice.content_hash),
        acknowledged,
        unconfirmed: (!is_confirmed).then(|| crate::contacts::UNCONFIRMED.to_owned()),
        cancelled: change.state == ChangeState::Cancelled,
        path: format!("/n/{token}"),
        csrf: String::new(), // the handler's
    };
    Ok(Loaded { delivery, view })
}

/// With a capital at the beginning.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// What silence means, what happens after an objection, what grounds are needed: as far as it applies.
/// An objection that cannot hold anything any more is not said to.
fn rights(policy: &Policy, asked: Asked, classes: &[NoticeClass], holds: bool) -> Vec<String> {
    let silence = policy.silence_text(classes);
    let effect = if holds {
        policy.objection_text()
    } else {
        String::new()
    };
    match asked {
        Asked::Nothing => Vec::new(),
        Asked::OptIn => vec![silence],
        Asked::Objection => [silence, effect, policy.grounds_text().to_owned()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect(),
        Asked::Approval => vec![
            silence,
            "A refusal needs no grounds.".to_owned(),
            format!(
                "You can also object with reasons. {effect}{}{}",
                if holds { " " } else { "" },
                policy.grounds_text()
            ),
        ],
    }
}

struct LoadedLine {
    view: NoticeLine,
    class: NoticeClass,
    standing: Option<Standing>,
}

impl LoadedLine {
    /// Whether an objection filed now keeps the line from starting for this customer.
    fn holds(&self, state: ChangeState) -> bool {
        state == ChangeState::Open && self.class.has_window() && !self.view.is_late && !self.view.has_started
    }

    /// The line as it is shown: with a last day of its own where that is later than the day on top.
    fn shown(self, on_top: &Standing) -> NoticeLine {
        let mut view = self.view;
        let end = |standing: &Standing| standing.given().map(|g| g.effective.objection.clone());
        if let (Some(own), Some(top)) = (self.standing.as_ref().and_then(end), end(on_top))
            && own.expires_at > top.expires_at
        {
            view.last_day = Some(until(own.expires_at, own.zone));
        }
        view
    }
}

/// The standing of the line whose objection window ends first.
fn soonest(lines: &[LoadedLine]) -> Option<&Standing> {
    lines
        .iter()
        .filter(|line| line.class.has_window())
        .filter_map(|line| line.standing.as_ref())
        .filter_map(|standing| Some((standing.given()?.effective.objection.expires_at, standing)))
        .min_by_key(|(end, _)| *end)
        .map(|(_, standing)| standing)
}

async fn lines(
    tx: &mut Tx,
    state: &AppState,
    change: &Change,
    notice: &Notice,
    policy: &Policy,
    customer_id: CustomerId,
) -> Result<Vec<LoadedLine>, HttpError> {
    let mut found = Vec::new();
    for line in list_lines(tx, change.id).await? {
        let Some(part) = notice.content.parts.iter().find(|p| p.line_id == line.id) else {
            continue;
        };
        let class = policy.class_for_all(&line.types(), line.notice_class);
        let mut view = NoticeLine {
            id: line.id.to_string(),
            content: part.content.clone(),
            standing: "For your information; this kind of change has no objection window.".to_owned(),
            asked: Asked::Nothing,
            answered: None,
            case: None,
            may_object: false,
            last_day: None,
            is_late: false,
            is_held: false,
            has_started: activations::has_started(tx, &line, customer_id.uuid()).await?,
        };
        let mut standing = None;
        if let Some(authorisation) = authorisations::find(tx, line.id, customer_id.uuid()).await? {
            let now = state.clock.now();
            let found = standing::find_for(tx, state.publisher().zone, change.id, &authorisation, now)
                .await
                .map_err(HttpError::from)?;
            view.is_late = !is_timely(tx, &found, &line, &authorisation, now).await?;
            standing = Some(found);
            let answer = answers::find_last(tx, authorisation.id).await?;
            let cases = objections::list_by_authorisation(tx, authorisation.id).await?;
            let is_blocked = cases
                .iter()
                .any(|c| c.state.is_open() && (view.is_late || c.state != ObjectionState::Late));
            let is_live = change.state.is_dispatched();
            view.standing = standing_text(&authorisation, class).to_owned();
            view.answered = answer.map(|a| answered_text(&a, policy.zone));
            view.is_held = !view.has_started && cases.iter().any(|c| c.state.blocks());
            // Where it is depends on whose page this is: filled in by the caller.
            view.case = cases.last().map(|last| {
                (
                    last.case_number.clone(),
                    last.state.label().to_lowercase(),
                    String::new(),
                )
            });
            if is_live && !is_blocked && answer::is_open(&authorisation) {
                view.asked = policy.asked(&[class]);
            }
            view.may_object = is_live && !is_blocked && may_object(authorisation.state, class);
        }
        found.push(LoadedLine {
            view,
            class,
            standing,
        });
    }
    Ok(found)
}

/// A refusal needs no objection; what needs an opt-in can be objected to once it was given.
fn may_object(state: AuthorisationState, class: NoticeClass) -> bool {
    use AuthorisationState as S;
    match state {
        S::Refused | S::Excluded | S::Terminated | S::NotInScope => false,
        state => class.has_window() || state == S::OptedIn,
    }
}

fn answered_text(answer: &Answer, zone: Zone) -> String {
    let what = match answer.answer {
        AuthorisationEvent::Refuse => "Refused",
        AuthorisationEvent::OptIn => "Opted in",
        _ => "Approved",
    };
    format!(
        "{what} by {} on {}.",
        answer.name,
        moment(answer.answered_at, zone)
    )
}

fn standing_text(authorisation: &Authorisation, class: NoticeClass) -> &'static str {
    use AuthorisationState as S;
    match (authorisation.state, authorisation.model) {
        (S::Pending | S::Requested, AuthorisationModel::Specific) if class == NoticeClass::Opt => {
            "Waiting for your opt-in; without it this is not used for you."
        }
        (S::Pending, AuthorisationModel::Specific) | (S::Requested, _) => {
            "Waiting for your written approval; without it this is not used for you."
        }
        (S::Pending | S::Notified, _) => "Your window is running.",
        (S::BySilence, _) => "Your window ended without an objection.",
        (S::Explicitly, _) => "Approved by you in writing.",
        (S::AtSignature, _) => "Shown to you with the list you signed.",
        (S::OptedIn, _) => "You opted in.",
        (S::Objected, _) => "Held for you: your objection is open.",
        (S::Refused, _) => "You refused; this is not used for you.",
        (S::Excluded, _) => "Not used for you.",
        (S::Terminated, _) => "You ended the affected service.",
        (S::Emergency, _) => "Started under your contract's emergency clause.",
        (S::Baseline, _) => "In use when the register was taken over.",
        (S::NotInScope, _) => "Does not concern you.",
    }
}

fn deadline(
    state: &AppState,
    policy: &Policy,
    counting: &Counting,
    promised: &Windows,
    standing: &Standing,
) -> Deadline {
    let now = state.clock.now();
    let given = standing.given();
    let windows = given.map_or(promised, |g| &g.effective);
    let objection = &windows.objection;
    let zone = windows.longer().zone;
    let lengthened = objection.lengthened_by();
    let note = match given {
        None => Some("This is the deadline that was promised when the notice left. It may move to a later day, never to an earlier one.".to_owned()),
        Some(g)
            if lengthened.is_none()
                && g.effective.objection.expires_at > g.windows.clone().later_of(promised.clone()).objection.expires_at =>
        {
            Some("We rejected your objection. You have until this day to file it again with further reasons.".to_owned())
        }
        Some(g) if g.provisional => Some("Until it is settled that the mail was not returned, this day may still move to a later one.".to_owned()),
        Some(_) if let Some(day) = lengthened => Some(format!(
            "{} is not a working day ({}). We recorded that after the notice had reached you, so your last day is later than it was.",
            words::day(day.date),
            day.why
        )),
        Some(g) if g.effective.objection.expires_at > promised.objection.expires_at => {
            Some("The notice reached you later than planned, so your last day is later than the mail says.".to_owned())
        }
        Some(g) if g.grade == EvidenceGrade::Acknowledged => Some("Counted from the evidence that the notice reached you.".to_owned()),
        Some(_) => None,
    };
    let closed = windows
        .closed_days(&counting.rules(policy))
        .into_iter()
        .map(|day| ClosedDay {
            date: day.date,
            name: day.why,
        })
        .collect();
    Deadline {
        last_day: until(objection.expires_at, objection.zone),
        earliest: moment(windows.engage_not_before(), zone),
        period: policy.notice_period.in_words(),
        is_over: given.is_some_and(|g| !g.in_time(now)),
        note,
        drawing: WindowDrawing {
            id: "window".to_owned(),
            title: "Your notice window".to_owned(),
            received_on: windows.notice.event_day,
            last_day: windows.notice.last_day,
            objections_until: objection.last_day,
            go_live_from: zone.local_date(windows.engage_not_before()),
            place: zone.place(),
            today: zone.local_date(now),
            closed,
            shown: None,
        },
    }
}

/// The line that a form names, if this contact may object to it.
#[must_use]
pub fn chosen_line(view: &NoticeView, text: &str) -> Option<Uuid> {
    let id: Uuid = text.parse().ok()?;
    view.lines
        .iter()
        .any(|l| l.may_object && l.id == id.to_string())
        .then_some(id)
}

/// The line that an answer is about: the one named, or the only one that waits for an answer.
#[must_use]
pub fn answered_line(view: &NoticeView, text: &str) -> Option<Uuid> {
    if text.is_empty() {
        let mut open = view.lines.iter().filter(|l| l.asked != Asked::Nothing);
        return match (open.next(), open.next()) {
            (Some(line), None) => line.id.parse().ok(),
            _ => match view.lines.as_slice() {
                [line] => line.id.parse().ok(),
                _ => None,
            },
        };
    }
    view.lines
        .iter()
        .find(|l| l.id == text)
        .and_then(|l| l.id.parse().ok())
}
