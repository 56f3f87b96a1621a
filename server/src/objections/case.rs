//! One case with everything about it, and the one way in which it moves.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::authorisation::AuthorisationModel;
use domain::evidence::Standing;
use domain::id::{CustomerId, StaffId};
use domain::objection::{Actor as Party, ObjectionEvent, ObjectionState, Rules};
use domain::role::Role;
use domain::text::Prose;
use domain::window::Window;
use uuid::Uuid;

use crate::AppState;
use crate::access::Staff;
use crate::changes::promise::Counting;
use crate::changes::{ChangeError, Result, dossier, standing};
use crate::keys::Purpose;
use crate::store::authorisations::{self, Authorisation};
use crate::store::changes::{self, Change};
use crate::store::customers::{self, Customer};
use crate::store::lines::{Line, get_line};
use crate::store::objections::{self, Event, Filing, Objection};
use crate::store::{self, Tx, activations, engagements, policies};

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
    /// The contact who speaks for the customer: who filed it, unless another one acts now.
    pub speaker: Option<Uuid>,
    /// Everybody who worked on the change, on whichever version of its notice and on the papers of its lines.
    pub drafters: BTreeSet<StaffId>,
    /// The customer's terms, as frozen with the notice.
    pub policy: domain::policy::Policy,
    /// What its times are counted by.
    pub counting: Counting,
    /// Where the customer stands with the line: until when an objection is in time.
    pub standing: Standing,
    /// Whether the change has started for this customer already.
    pub has_started: bool,
}

/// Loads a case.
pub async fn load(tx: &mut Tx, state: &AppState, objection: Objection) -> Result<Case> {
    let authorisation = authorisations::get(tx, objection.authorisation_id).await?;
    let line = get_line(tx, objection.line_id).await?;
    let change = changes::get(tx, line.change_id).await?;
    let current = engagements::current(tx, line.engagement_id.into())
        .await?
        .ok_or(ChangeError::Absent)?;
    let customer = customers::find_customer(tx, CustomerId::from(objection.customer_id))
        .await?
        .ok_or(ChangeError::Absent)?;
    let drafters = dossier::everybody_who_worked_on(tx, &change).await?;
    let (zone, now) = (state.publisher().zone, state.clock.now());
    Ok(Case {
        standing: standing::find_for(tx, zone, change.id, &authorisation, now).await?,
        counting: Counting::load(tx, zone).await?,
        filings: objections::list_filings(tx, objection.id).await?,
        events: objections::list_events(tx, objection.id).await?,
        policy: policies::get_policy(tx, authorisation.policy_id).await?.policy,
        has_started: activations::has_started(tx, &line, authorisation.customer_id).await?,
        vendor: current.organisation.version.facts.legal_name.to_string(),
        speaker: objection.contact_id,
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

    /// The end of the objection window as it stands, once notice was given.
    #[must_use]
    pub fn window(&self) -> Option<&Window> {
        self.standing.given().map(|given| &given.effective.objection)
    }

    /// Whether the customer can file again after a rejection.
    #[must_use]
    pub fn may_resubmit(&self, now: DateTime<Utc>) -> bool {
        self.objection.state.is_turned_down() && is_in_time(&self.standing, now)
    }

    /// What a step is judged by at this moment.
    fn rules(&self, now: DateTime<Utc>) -> Rules<'_> {
        Rules {
            policy: &self.policy,
            drafters: &self.drafters,
            is_in_time: self.objection.is_in_time,
            // The page behind a contact's own link is the one way in.
            is_from_contact: self.objection.contact_id.is_some(),
            may_resubmit: self.may_resubmit(now),
        }
    }

    /// The steps that this member of staff can take.
    #[must_use]
    pub fn open_to(&self, staff: &Staff, now: DateTime<Utc>) -> Vec<ObjectionEvent> {
        self.objection
            .state
            .open_to(&party(staff.id, &staff.roles), &self.rules(now))
    }
}

/// Whether an objection now is in time. Where no notice is shown to have been given, no window has ended.
fn is_in_time(standing: &Standing, now: DateTime<Utc>) -> bool {
    match standing {
        Standing::NotSent | Standing::NotGiven { .. } => true,
        other => other.given().is_none_or(|given| given.in_time(now)),
    }
}

/// Whether an objection to a line now is in time for a customer. Where silence is a no, a yes can be taken back until it
/// starts: no last day ends that.
///
/// # Errors
/// When the database is away.
pub(crate) async fn is_timely(
    tx: &mut Tx,
    standing: &Standing,
    line: &Line,
    authorisation: &Authorisation,
    now: DateTime<Utc>,
) -> store::Result<bool> {
    if is_in_time(standing, now) {
        return Ok(true);
    }
    let is_taken_back = authorisation.model == AuthorisationModel::Specific;
    Ok(is_taken_back && !activations::has_started(tx, line, authorisation.customer_id).await?)
}

fn link(state: &AppState, id: Uuid) -> String {
    state.config.link(&format!(
        "/objections/{}",
        state.keys.link(Purpose::Objection, id)
    ))
}

pub(super) fn party(id: StaffId, roles: &[Role]) -> Party {
    Party::Staff {
        id,
        roles: roles.to_vec(),
    }
}

/// Takes one step of a case in the caller's transaction.
pub(super) async fn step(
    tx: &mut Tx,
    state: &AppState,
    case: &mut Case,
    what: ObjectionEvent,
    party: &Party,
    text: Option<&Prose>,
) -> Result<()> {
    let from = case.objection.state;
    let to = from.next(what, party, text, &case.rules(state.clock.now()))?;
    let (kind, id) = match party {
        Party::Customer => ("CUSTOMER", case.speaker),
        Party::Staff { id, .. } => ("STAFF", Some(id.uuid())),
        Party::System => ("SYSTEM", None),
    };
    let mut row = event(state, &case.objection, what.as_str(), Some(from), kind, id, text);
    row.to_state = to.as_str().to_owned();
    objections::advance(tx, from, to, &row).await?;
    case.objection.state = to;
    Ok(())
}

pub(super) fn event(
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
