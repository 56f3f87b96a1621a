//! Loading what gates G9 to G15 judge, and the whole of one engagement. The judgement itself is `domain::gate`, a pure
//! function; nothing here decides. G1 to G8 are loaded in [`crate::register`].

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::authorisation::{AuthorisationEvent, AuthorisationState};
use domain::change::ChangeState;
use domain::digest::Digest;
use domain::engagement::state::EngagementState;
use domain::evidence::Standing;
use domain::gate::{
    CustomerFacts, Decision, EngagementDecision, ExplicitApproval, GivenNotice, NoticeStanding, OpenCase,
    ReasonCode, RegisterFacts, Stage, evaluate_engagement, evaluate_register,
};
use domain::id::{CustomerId, EngagementId};
use domain::policy::Policy;
use domain::words::moment;
use domain::zone::Zone;
use uuid::Uuid;

use crate::changes::promise::Counting;
use crate::changes::standing::Told as OnRecord;
use crate::changes::{ChangeError, Result, dossier, scope};
use crate::register;
use crate::store::activations::Activation;
use crate::store::answers::Answer;
use crate::store::authorisations::{self, Authorisation};
use crate::store::changes::{Change, Line};
use crate::store::engagements::CurrentEngagement;
use crate::store::{Tx, Whom, answers, customers, listings, objections, policies};

fn digest(bytes: &[u8]) -> Digest {
    // A hash of another length matches nothing: the gate stays red.
    Digest::new(bytes.try_into().unwrap_or_default())
}

/// What is on file about the customers of one line: read once, however many they are.
pub struct OnFile {
    told: OnRecord,
    rejections: HashMap<Uuid, Vec<DateTime<Utc>>>,
    cases: HashMap<Uuid, Vec<OpenCase>>,
    answers: HashMap<Uuid, Answer>,
    policies: HashMap<Uuid, Policy>,
}

impl OnFile {
    /// Reads it for these authorisations; for all of the line where they are `Everybody`'s.
    pub async fn load(
        tx: &mut Tx,
        zone: Zone,
        (change, line): (&Change, &Line),
        authorisations: &[Authorisation],
        whom: Whom<'_>,
    ) -> Result<Self> {
        let told = OnRecord::load(tx, zone, change.id, whom).await?;
        let mut on_file = Self {
            told,
            rejections: HashMap::new(),
            cases: HashMap::new(),
            answers: HashMap::new(),
            policies: HashMap::new(),
        };
        for (authorisation, at) in objections::list_rejections(tx, line.id, whom).await? {
            on_file.rejections.entry(authorisation).or_default().push(at);
        }
        for case in objections::list_by_line(tx, line.id, whom).await? {
            on_file
                .cases
                .entry(case.authorisation_id)
                .or_default()
                .push(OpenCase {
                    id: case.id.into(),
                    state: case.state,
                });
        }
        for answer in answers::list_last(tx, line.id, whom).await? {
            on_file.answers.insert(answer.authorisation_id, answer);
        }
        // An authorisation has the terms that were promised; should it have others, those count for it.
        for authorisation in authorisations {
            let id = authorisation.policy_id;
            if on_file.told.policy(id).is_none() && !on_file.policies.contains_key(&id) {
                let policy = policies::get_policy(tx, id).await?.policy;
                on_file.policies.insert(id, policy);
            }
        }
        Ok(on_file)
    }

    /// Where one of them stands.
    ///
    /// # Errors
    /// When a window runs into years without holiday data.
    pub fn standing(&self, authorisation: &Authorisation, t: DateTime<Utc>) -> Result<Standing> {
        let rejections = self.rejections.get(&authorisation.id);
        self.told.standing(
            authorisation.customer_id,
            rejections.map_or(&[][..], Vec::as_slice),
            t,
        )
    }

    /// The terms that hold for one of them.
    #[must_use]
    pub fn policy(&self, authorisation: &Authorisation) -> Option<&Policy> {
        let id = authorisation.policy_id;
        self.told.policy(id).or_else(|| self.policies.get(&id))
    }

    /// What their windows are counted by.
    #[must_use]
    pub const fn counting(&self) -> &Counting {
        &self.told.counting
    }

    /// Their cases, oldest first.
    #[must_use]
    pub fn cases(&self, authorisation: &Authorisation) -> &[OpenCase] {
        self.cases.get(&authorisation.id).map_or(&[][..], Vec::as_slice)
    }

    /// What gates G9 to G15 judge, of one of them.
    ///
    /// # Errors
    /// When a window runs into years without holiday data.
    pub fn facts(
        &self,
        zone: Zone,
        (change, line): (&Change, &Line),
        authorisation: &Authorisation,
        t: DateTime<Utc>,
    ) -> Result<CustomerFacts> {
        let standing = self.standing(authorisation, t)?;
        let number = |v: i64| u32::try_from(v).unwrap_or(u32::MAX);
        let dispatched = &self.told.dispatched;
        let required_version = dispatched
            .iter()
            .filter(|n| n.is_material)
            .map(|n| number(n.version))
            .max()
            .unwrap_or(1);
        let announced = dispatched.last().map_or(change.planned_on, |n| n.planned_on);
        let hash = digest(&line.facts_hash);
        let notice = match &standing {
            Standing::NotSent => NoticeStanding::NotSent,
            standing => match standing.given().filter(|given| !given.provisional) {
                None => NoticeStanding::Undelivered,
                Some(given) => NoticeStanding::Given(GivenNotice {
                    evidence: given.contact,
                    given_at: given.at,
                    grade: given.grade,
                    notice_expires_at: given.effective.notice.expires_at,
                    objection_expires_at: given.effective.objection.expires_at,
                    facts_hash: hash,
                    notice_version: given.version,
                }),
            },
        };
        let state_now = state_now(&standing, authorisation.state);
        let approval = match state_now {
            AuthorisationState::AtSignature => Some(ExplicitApproval {
                evidence: authorisation.id,
                facts_hash: hash,
            }),
            AuthorisationState::Explicitly | AuthorisationState::OptedIn => {
                self.written_approval(authorisation.id)
            }
            _ => None,
        };
        Ok(CustomerFacts {
            customer_id: CustomerId::from(authorisation.customer_id),
            model: Some(authorisation.model),
            authorisation: state_now,
            approval,
            notice,
            required_version,
            announced_at: zone.start_of_day(announced).ok(),
            objections: self.cases(authorisation).to_vec(),
            allows_emergency: self.policy(authorisation).is_some_and(Policy::allows_emergency),
        })
    }

    /// The customer's own answer in writing; a state without one on file approves nothing.
    fn written_approval(&self, authorisation_id: Uuid) -> Option<ExplicitApproval> {
        let answer = self.answers.get(&authorisation_id)?;
        (answer.answer != AuthorisationEvent::Refuse).then(|| ExplicitApproval {
            evidence: answer.id,
            facts_hash: digest(&answer.facts_hash),
        })
    }
}

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

/// Named one by one while they are few; then everything of the change is read in one go.
#[must_use]
pub fn few_or_everybody(ids: &[Uuid]) -> Whom<'_> {
    if ids.len() <= 200 {
        Whom::These(ids)
    } else {
        Whom::Everybody
    }
}

/// A signature that showed the change authorises it, unless the customer has said otherwise since.
fn state_now(standing: &Standing, state: AuthorisationState) -> AuthorisationState {
    use AuthorisationState as S;
    match (standing, state) {
        (Standing::AuthorisedAtSignature { .. }, S::Pending | S::Notified | S::Requested) => S::AtSignature,
        _ => state,
    }
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
    if !matches!(change.state, ChangeState::Open | ChangeState::Closed) {
        return Ok(Vec::new());
    }
    let told: HashSet<Uuid> = authorisations::list_by_line(tx, line.id)
        .await?
        .into_iter()
        .map(|a| a.customer_id)
        .collect();
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

/// The customers of a line at `t`: the one place that the page, the command, an activation and a resumption ask.
pub async fn told(
    tx: &mut Tx,
    zone: Zone,
    (change, line): (&Change, &Line),
    t: DateTime<Utc>,
) -> Result<Told> {
    let ended: HashSet<Uuid> = customers::list_customers(tx)
        .await?
        .into_iter()
        .filter(|customer| customer.ended_at.is_some_and(|at| at <= t))
        .map(|customer| customer.id.uuid())
        .collect();
    let mut told = Told::default();
    let (gone, here) = authorisations::list_by_line(tx, line.id)
        .await?
        .into_iter()
        .partition(|authorisation| ended.contains(&authorisation.customer_id));
    let here: Vec<Authorisation> = here;
    told.gone = gone;
    let facts = some_customer_facts(tx, zone, (change, line), &here, t).await?;
    told.customers = here.into_iter().zip(facts).collect();
    told.untold = Box::pin(list_untold(tx, zone, (change, line), t)).await?;
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
    let register::Judged {
        current,
        facts: mut judged,
        ..
    } = register::judge(tx, id, None).await?.ok_or(ChangeError::Absent)?;
    let told = match &line {
        Some((change, line)) => told(tx, zone, (change, line), t).await?,
        None => Told::default(),
    };
    // Whoever is still to start is judged as a start, however many run already.
    judged.stage = Stage::Start;
    Ok(Judged {
        current,
        register: judged,
        line,
        told,
    })
}

/// G1 to G8 of one engagement at `t`.
pub async fn decide_register(tx: &mut Tx, id: EngagementId, t: DateTime<Utc>) -> Result<Decision> {
    let facts = register::gate_facts(tx, id).await?.ok_or(ChangeError::Absent)?;
    Ok(evaluate_register(&facts, t))
}
