//! Loading what gates G9 to G15 judge, and the whole of one engagement. The judgement itself is `domain::gate`, a pure
//! function; nothing here decides. G1 to G8 are loaded in [`crate::register`]. Pages, the command, approvals and activations
//! all ask here, so that each of them gives the same reasons.

mod on_file;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::authorisation::AuthorisationState;
use domain::change::ChangeState;
use domain::engagement::state::EngagementState;
use domain::gate::{
    CustomerFacts, Decision, EngagementDecision, NoticeStanding, ReasonCode, RegisterFacts, Stage,
    evaluate_engagement, evaluate_register,
};
use domain::id::{CustomerId, EngagementId};
use domain::words::moment;
use domain::zone::Zone;
use uuid::Uuid;

pub use on_file::OnFile;

use crate::changes::{ChangeError, Result, dossier, scope};
use crate::register;
use crate::store::activations::Activation;
use crate::store::authorisations::{self, Authorisation};
use crate::store::changes::Change;
use crate::store::engagements::CurrentEngagement;
use crate::store::lines::Line;
use crate::store::{Of, Tx, customers, listings, past};
use on_file::digest;

/// What gates G9 to G15 judge, of one customer and one line.
pub async fn customer_facts(
    tx: &mut Tx,
    zone: Zone,
    (change, line): (&Change, &Line),
    authorisation: &Authorisation,
    t: DateTime<Utc>,
) -> Result<CustomerFacts> {
    let one = std::slice::from_ref(authorisation);
    let mut all = some_customer_facts(tx, zone, (change, line), one, t).await?;
    all.pop().ok_or(ChangeError::Absent)
}

/// The same of some customers of one line, in their order.
pub async fn some_customer_facts(
    tx: &mut Tx,
    zone: Zone,
    (change, line): (&Change, &Line),
    authorisations: &[Authorisation],
    t: DateTime<Utc>,
) -> Result<Vec<CustomerFacts>> {
    let ids: Vec<Uuid> = authorisations.iter().map(|a| a.customer_id).collect();
    let on_file = OnFile::load(tx, zone, (change, line), authorisations, few_or_everybody(&ids)).await?;
    authorisations
        .iter()
        .map(|authorisation| on_file.facts(zone, (change, line), authorisation, t))
        .collect()
}

/// A few by their ids. Of more it is quicker to read everything of the change and leave the rest out.
#[must_use]
pub fn few_or_everybody(ids: &[Uuid]) -> Of<'_> {
    if ids.len() <= 200 { Of::These(ids) } else { Of::All }
}

/// Everything that is judged of one engagement.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The engagement.
    pub current: CurrentEngagement,
    /// Its facts for G1 to G8.
    pub register: RegisterFacts,
    /// The line that is judged, with its change.
    pub line: Option<(Change, Line)>,
    /// Its customers.
    pub told: Told,
}

/// The customers of one line.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Each customer in scope whose agreement is in force: authorisation and facts.
    pub customers: Vec<(Authorisation, CustomerFacts)>,
    /// Customers who were told and whose agreement has ended since: nothing starts for them, and nobody waits for them.
    pub gone: Vec<Authorisation>,
    /// Customers who are concerned now and were not told: they signed, or took a product, after the dispatch (decision 10).
    pub untold: Vec<CustomerFacts>,
}

impl Told {
    /// What gates G9 to G15 judge, of everybody who counts.
    pub fn facts(&self) -> impl Iterator<Item = &CustomerFacts> {
        self.customers.iter().map(|(_, facts)| facts).chain(&self.untold)
    }
}

impl Judged {
    /// The decision for all customers at `t`.
    #[must_use]
    pub fn decide(&self, t: DateTime<Utc>) -> EngagementDecision {
        let facts: Vec<CustomerFacts> = self.told.facts().cloned().collect();
        let is_confirmed = self
            .line
            .as_ref()
            .is_some_and(|(change, _)| change.state.is_dispatched());
        let mut decision = evaluate_engagement(&self.register, &facts, is_confirmed, t);
        // With nobody in scope there is no customer whose gates would say so.
        if let (Some((change, line)), true) = (&self.line, facts.is_empty()) {
            if digest(&line.facts_hash) != self.register.facts_hash {
                decision.refuse(
                    ReasonCode::NoticeFactsMismatch,
                    "the facts are not those that were announced",
                );
            }
            let zone = self.register.zone;
            match zone.start_of_day(change.planned_on) {
                Ok(announced) if t >= announced => {}
                Ok(announced) => decision.refuse(
                    ReasonCode::BeforeAnnouncedDate,
                    format!("announced for {}", moment(announced, zone)),
                ),
                Err(_) => decision.refuse(ReasonCode::BeforeAnnouncedDate, "no date was announced"),
            }
        }
        decision
    }

    /// Whether the line is live for everybody in scope for whom it ever will be.
    #[must_use]
    pub fn is_live_for_all(&self, activations: &[Activation]) -> bool {
        let Some((_, line)) = &self.line else {
            return false;
        };
        let has = |id: CustomerId| activations.iter().any(|a| a.covers(line.id, id));
        activations
            .iter()
            .any(|a| a.line_id.map(Uuid::from) == Some(line.id))
            && self.told.untold.is_empty()
            && self
                .told
                .customers
                .iter()
                .all(|(authorisation, facts)| authorisation.state.is_left_out() || has(facts.customer_id))
    }
}

/// Customers who are concerned by a line now and have no authorisation for it. They have to be told first, whenever they
/// came (decision 10). Once the change is closed the public list shows it: whoever signed with that list knows of it.
pub async fn list_untold(
    tx: &mut Tx,
    zone: Zone,
    (change, line): (&Change, &Line),
    t: DateTime<Utc>,
) -> Result<Vec<CustomerFacts>> {
    let told = authorisations::list_by_line(tx, line.id).await?;
    list_untold_beside(tx, zone, (change, line), &told, t).await
}

/// The same, where these were told.
async fn list_untold_beside(
    tx: &mut Tx,
    zone: Zone,
    (change, line): (&Change, &Line),
    told: &[Authorisation],
    t: DateTime<Utc>,
) -> Result<Vec<CustomerFacts>> {
    if !matches!(change.state, ChangeState::Open | ChangeState::Closed) {
        return Ok(Vec::new());
    }
    let told: HashSet<Uuid> = told.iter().map(|a| a.customer_id).collect();
    let dossier = dossier::load_change(tx, change.clone()).await?;
    let is_over = change.state == ChangeState::Closed;
    let is_used = |state: EngagementState| state.is_listed() && !state.is_ending();
    let found = dossier.lines.iter().find(|l| l.line.id == line.id);
    if is_over && !found.is_some_and(|l| is_used(l.current.state.state)) {
        return Ok(Vec::new());
    }
    let concerned = scope::concerned(tx, &dossier, zone.local_date(t)).await?;
    let mut untold = Vec::new();
    for one in concerned {
        let has_say = one
            .lines
            .iter()
            .any(|(id, class)| *id == line.id && class.needs_authorisation());
        if !has_say
            || one.customer.created.at > t
            || told.contains(&one.customer.id.uuid())
            || (is_over && has_signed_with_it(tx, line.id, one.customer.id).await?)
        {
            continue;
        }
        untold.push(CustomerFacts {
            customer_id: one.customer.id,
            model: one.policy.as_ref().map(|p| p.policy.model_for(line.notice_class)),
            authorisation: AuthorisationState::Pending,
            approval: None,
            notice: NoticeStanding::NotSent,
            required_version: 1,
            announced_at: zone.start_of_day(change.planned_on).ok(),
            objections: Vec::new(),
            allows_emergency: false,
        });
    }
    Ok(untold)
}

/// Whether the list that a customer signed with showed what a line brought about.
async fn has_signed_with_it(tx: &mut Tx, line_id: Uuid, customer_id: CustomerId) -> Result<bool> {
    let Some(first) = listings::find_first_version(tx, line_id).await? else {
        return Ok(false);
    };
    Ok(customers::list_signatures(tx, customer_id)
        .await?
        .iter()
        .any(|signature| signature.list_version.is_some_and(|shown| shown >= first)))
}

/// The customers of a line at `t`, of whom these were told.
async fn told(
    tx: &mut Tx,
    zone: Zone,
    (change, line): (&Change, &Line),
    authorisations: Vec<Authorisation>,
    t: DateTime<Utc>,
) -> Result<Told> {
    let mut told = Told {
        untold: Box::pin(list_untold_beside(tx, zone, (change, line), &authorisations, t)).await?,
        ..Told::default()
    };
    let ended: HashSet<Uuid> = customers::list_customers(tx)
        .await?
        .into_iter()
        .filter(|customer| customer.ended_at.is_some_and(|at| at <= t))
        .map(|customer| customer.id.uuid())
        .collect();
    let (gone, here): (Vec<_>, Vec<_>) = authorisations
        .into_iter()
        .partition(|authorisation| ended.contains(&authorisation.customer_id));
    told.gone = gone;
    let facts = some_customer_facts(tx, zone, (change, line), &here, t).await?;
    told.customers = here.into_iter().zip(facts).collect();
    Ok(told)
}

/// Loads everything that is judged of an engagement at `t`, and of the customers of one line on it.
pub async fn load(
    tx: &mut Tx,
    zone: Zone,
    id: EngagementId,
    line: Option<(Change, Line)>,
    t: DateTime<Utc>,
) -> Result<Judged> {
    let judged = start(tx, id, None).await?.ok_or(ChangeError::Absent)?;
    let told = match &line {
        Some((change, line)) => {
            let all = authorisations::list_by_line(tx, line.id).await?;
            told(tx, zone, (change, line), all, t).await?
        }
        None => Told::default(),
    };
    Ok(Judged {
        current: judged.current,
        register: judged.facts,
        line,
        told,
    })
}

/// The same of the line by which customers were last told of an engagement, with everything as it was recorded at `t`, which
/// has passed: what was told, answered, objected or decided later does not count. The publisher's settings, customers'
/// terms and products are those of now. `None` where the engagement was not on file yet.
pub async fn load_as_of(
    tx: &mut Tx,
    zone: Zone,
    id: EngagementId,
    t: DateTime<Utc>,
) -> Result<Option<Judged>> {
    let Some(judged) = start(tx, id, Some(t)).await? else {
        return Ok(None);
    };
    let found = past::find_announced_line_as_of(tx, id.uuid(), t).await?;
    let line = found.map(|(line, change)| (change, line));
    let told = match &line {
        Some((change, line)) => {
            let states = past::list_authorisation_states_as_of(tx, line.id, t).await?;
            let all = authorisations::list_by_line(tx, line.id).await?.into_iter();
            let stood = |one: Authorisation| {
                let state = *states.get(&one.id)?;
                Some(Authorisation { state, ..one })
            };
            told(tx, zone, (change, line), all.filter_map(stood).collect(), t).await?
        }
        None => Told::default(),
    };
    Ok(Some(Judged {
        current: judged.current,
        register: judged.facts,
        line,
        told,
    }))
}

/// G1 to G8 of an engagement as they are judged for customers, now or as recorded at an instant: whoever is still to start
/// is judged as a start, however many run already.
pub async fn start(
    tx: &mut Tx,
    id: EngagementId,
    at: Option<DateTime<Utc>>,
) -> Result<Option<register::Judged>> {
    let mut judged = register::judge(tx, id, at).await?;
    if let Some(judged) = &mut judged {
        judged.facts.stage = Stage::Start;
    }
    Ok(judged)
}

/// G1 to G8 of one engagement at `t`.
pub async fn decide_register(tx: &mut Tx, id: EngagementId, t: DateTime<Utc>) -> Result<Decision> {
    let facts = register::gate_facts(tx, id).await?.ok_or(ChangeError::Absent)?;
    Ok(evaluate_register(&facts, t))
}
