//! Everything that a contact's page shows, from the rows and the evidence.

use app::notice::{Deadline, NoticeLine, NoticeView};
use app::ui::{ClosedDay, WindowDrawing, long_date};
use domain::authorisation::AuthorisationState;
use domain::change::ChangeState;
use domain::evidence::{EvidenceGrade, Standing};
use domain::id::CustomerId;
use domain::policy::Policy;
use domain::window::Windows;
use domain::words::{moment, until};
use uuid::Uuid;

use crate::AppState;
use crate::changes::letter::planned_at;
use crate::changes::review::hex;
use crate::changes::{promise, standing};
use crate::http::HttpError;
use crate::keys::Purpose;
use crate::store::changes::{self, Change};
use crate::store::deliveries::{self, Delivery};
use crate::store::notices::{self, Notice};
use crate::store::{Tx, authorisations, customers, objections, policies};

/// What stands behind a link.
pub struct Loaded {
    /// The delivery that the link names.
    pub delivery: Delivery,
    /// What the page shows.
    pub view: NoticeView,
}

/// Opens a contact's link.
///
/// # Errors
/// [`HttpError::BadLink`] for whatever is not a contact's own notice.
pub async fn open(tx: &mut Tx, state: &AppState, token: &str) -> Result<Loaded, HttpError> {
    let id = state
        .keys
        .open_link(Purpose::Notice, token)
        .ok_or(HttpError::BadLink)?;
    let delivery = deliveries::find(tx, id).await?.ok_or(HttpError::BadLink)?;
    let customer_id = CustomerId::from(delivery.customer_id.ok_or(HttpError::BadLink)?);
    let notice = notices::get(tx, delivery.notice_id).await?;
    let change = changes::get(tx, notice.change_id).await?;
    let customer = customers::find_customer(tx, customer_id)
        .await?
        .ok_or(HttpError::BadLink)?;
    let promises = notices::list_promises(tx, notice.id).await?;
    let promised = promises
        .into_iter()
        .find(|p| p.customer_id == customer_id.uuid())
        .ok_or(HttpError::BadLink)?;
    let policy = policies::get_policy(tx, promised.policy_id).await?.policy;
    let (now, publisher) = (state.clock.now(), state.publisher());
    let standing = standing::find(tx, publisher.zone, change.id, customer_id, now)
        .await
        .map_err(HttpError::from)?;
    let lines = lines(tx, state, &change, &notice, customer_id).await?;
    let acknowledged = deliveries::find_acknowledgement(tx, delivery.id)
        .await?
        .map(|a| format!("By {} on {}.", a.name, moment(a.acknowledged_at, policy.zone)));
    let has_window = !lines.is_empty() && lines.iter().any(|l| l.has_window);
    let deadline = has_window
        .then(|| deadline(state, &policy, &promised.windows, &standing))
        .transpose()?;
    let earliest = standing
        .given()
        .map_or(promised.windows.engage_not_before(), |g| {
            g.effective.engage_not_before()
        });
    let planned = planned_at(state, &notice).map(|at| moment(at.max(earliest), policy.zone));
    let clause = policy
        .clause
        .as_ref()
        .map(|c| format!("{c} of "))
        .unwrap_or_default();
    let view = NoticeView {
        number: format!("{}, version {}", change.number, notice.version),
        title: change.title.clone(),
        customer: customer.name.clone(),
        publisher: publisher.name.clone(),
        dispatched: notice
            .dispatched_at
            .map(|at| format!("dispatched {}", long_date(policy.zone.local_date(at))))
            .unwrap_or_default(),
        deadline,
        lines: lines.into_iter().map(|l| l.view).collect(),
        planned,
        rights: vec![
            policy.silence_text().to_owned(),
            policy.objection_text(),
            policy.grounds_text().to_owned(),
        ],
        legal_reference: format!(
            "{clause}your data processing agreement with {}; Article 28(2) GDPR",
            publisher.name
        ),
        why: format!(
            "You see this because {} names you as its contact in its data processing agreement with {}.",
            customer.name, publisher.name
        ),
        content_hash: hex(&notice.content_hash),
        acknowledged,
        cancelled: change.state == ChangeState::Cancelled,
        path: format!("/n/{token}"),
        csrf: String::new(),
    };
    Ok(Loaded { delivery, view })
}

struct LoadedLine {
    view: NoticeLine,
    has_window: bool,
}

async fn lines(
    tx: &mut Tx,
    state: &AppState,
    change: &Change,
    notice: &Notice,
    customer_id: CustomerId,
) -> Result<Vec<LoadedLine>, HttpError> {
    let mut found = Vec::new();
    for line in changes::list_lines(tx, change.id).await? {
        let Some(part) = notice.content.parts.iter().find(|p| p.line_id == line.id) else {
            continue;
        };
        let authorisation = authorisations::find(tx, line.id, customer_id.uuid()).await?;
        let mut case = None;
        let mut blocked = false;
        if let Some(authorisation) = &authorisation {
            let cases = objections::list_by_authorisation(tx, authorisation.id).await?;
            blocked = cases.iter().any(|c| c.state.is_open());
            if let Some(last) = cases.last() {
                let link = format!("/objections/{}", state.keys.link(Purpose::Objection, last.id));
                case = Some((last.case_number.clone(), last.state.label().to_lowercase(), link));
            }
        }
        let has_window = authorisation.is_some();
        let standing = match authorisation.as_ref().map(|a| a.state) {
            None => "For your information; this kind of change has no objection window.".to_owned(),
            Some(state) => standing_text(state).to_owned(),
        };
        let is_live = matches!(
            change.state,
            ChangeState::Open | ChangeState::Dispatching | ChangeState::Closed
        );
        found.push(LoadedLine {
            view: NoticeLine {
                id: line.id.to_string(),
                content: part.content.clone(),
                standing,
                case,
                may_object: has_window && !blocked && is_live,
            },
            has_window,
        });
    }
    Ok(found)
}

fn standing_text(state: AuthorisationState) -> &'static str {
    use AuthorisationState as S;
    match state {
        S::Pending | S::Notified => "Your window is running.",
        S::Requested => "Waiting for your written approval; without it this is not used for you.",
        S::BySilence => "Your window ended without an objection.",
        S::Explicitly => "Approved by you in writing.",
        S::AtSignature => "Shown to you with the list you signed.",
        S::OptedIn => "You opted in.",
        S::Objected => "Held for you: your objection is open.",
        S::Refused | S::Excluded => "Not used for you.",
        S::Terminated => "You ended the affected service.",
        S::Emergency => "Started under your contract's emergency clause.",
        S::Baseline => "In use when the register was taken over.",
        S::NotInScope => "Does not concern you.",
    }
}

fn deadline(
    state: &AppState,
    policy: &Policy,
    promised: &Windows,
    standing: &Standing,
) -> Result<Deadline, HttpError> {
    let now = state.clock.now();
    let given = standing.given();
    let windows = given.map_or(promised, |g| &g.effective);
    let objection = &windows.objection;
    let note = match given {
        None => Some("This is the deadline that was promised when the notice left. It may move to a later day, never to an earlier one.".to_owned()),
        Some(g) if g.provisional => Some("Until it is settled that the mail was not returned, this day may still move to a later one.".to_owned()),
        Some(g) if g.effective.objection.expires_at > promised.objection.expires_at => {
            Some("The notice reached you later than planned, so your last day is later than the mail says.".to_owned())
        }
        Some(g) if g.grade == EvidenceGrade::Acknowledged => Some("Counted from the evidence that the notice reached you.".to_owned()),
        Some(_) => None,
    };
    let from = windows.notice.event_day;
    let to = windows.notice.last_day.max(objection.last_day);
    let rules = promise::rules(policy, state.publisher().zone);
    let closed = rules
        .closed_days(from, to)
        .into_iter()
        .map(|day| ClosedDay {
            date: day.date,
            name: day.why,
        })
        .collect();
    Ok(Deadline {
        last_day: until(objection.expires_at, objection.zone),
        earliest: moment(windows.engage_not_before(), policy.zone),
        period: policy.notice_period.in_words(),
        is_over: given.is_some_and(|g| !g.in_time(now)),
        note,
        drawing: WindowDrawing {
            id: "window".to_owned(),
            title: "Your notice window".to_owned(),
            received_on: from,
            last_day: windows.notice.last_day,
            objections_until: objection.last_day,
            go_live_from: policy.zone.local_date(windows.engage_not_before()),
            place: policy.zone.place(),
            today: policy.zone.local_date(now),
            closed,
            shown: None,
        },
    })
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
