//! Loading what gates G9 to G15 judge, and the whole of one engagement. The judgement itself is `domain::gate`, a pure
//! function; nothing here decides. G1 to G8 are loaded in [`crate::register`].

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::authorisation::{AuthorisationEvent, AuthorisationState};
use domain::change::ChangeState;
use domain::digest::Digest;
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

use crate::changes::standing::Told;
use crate::changes::{ChangeError, Result, dossier, scope};
use crate::register;
use crate::store::activations::Activation;
use crate::store::authorisations::{self, Authorisation};
use crate::store::changes::{self, Change, Line};
use crate::store::engagements::CurrentEngagement;
use crate::store::answers::Answer;
use crate::store::{Tx, Whom, answers, objections, policies};

fn digest(bytes: &[u8]) -> Digest {
    // A hash of another length matches nothing: the gate stays red.
    Digest::new(bytes.try_into().unwrap_or_default())
}

/// What is on file about the customers of one line: read once, however many they are.
pub struct OnFile {
    told: Told,
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
        let told = Told::load(tx, zone, change.id, whom).await?;
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
        let at_signature = matches!(standing, Standing::AuthorisedAtSignature { .. });
        let state_now = if at_signature {
            AuthorisationState::AtSignature
        } else {
            authorisation.state
        };
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
    let on_file = OnFile::load(
        tx,
        zone,
        (change, line),
        authorisations,
        few_or_everybody(&ids),
    )
    .await?;
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

/// Everything that is judged of one engagement.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The engagement.
    pub current: CurrentEngagement,
    /// Its facts for G1 to G8.
    pub register: RegisterFacts,
    /// The line that announces it, with its change.
    pub line: Option<(Change, Line)>,
    /// Each customer in scope: authorisation and facts.
    pub customers: Vec<(Authorisation, CustomerFacts)>,
    /// Customers who are concerned now and were not told: they signed, or took a product, after the dispatch (decision 10).
    pub untold: Vec<CustomerFacts>,
}

impl Judged {
    /// The decision for all customers at `t`.
    #[must_use]
    pub fn decide(&self, t: DateTime<Utc>) -> EngagementDecision {
        let told = self.customers.iter().map(|(_, facts)| facts);
        let facts: Vec<CustomerFacts> = told.chain(&self.untold).cloned().collect();
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

    /// Whether the line is live for everybody in scope.
    #[must_use]
    pub fn is_live_for_all(&self, activations: &[Activation]) -> bool {
        let line_id = self.line.as_ref().map(|(_, line)| line.id);
        let of_line: Vec<&Activation> = activations
            .iter()
            .filter(|a| a.line_id.map(Uuid::from) == line_id)
            .collect();
        let has = |id: CustomerId| of_line.iter().any(|a| a.customer_id == Some(id));
        of_line.iter().any(|a| a.customer_id.is_none())
            || (!of_line.is_empty()
                && self.untold.is_empty()
                && self.customers.iter().all(|(_, facts)| has(facts.customer_id)))
    }
}

/// Customers who are concerned by an open line now and have no authorisation for it. They have to be told first, whenever
/// they came (decision 10).
pub async fn list_untold(
    tx: &mut Tx,
    zone: Zone,
    (change, line): (&Change, &Line),
    t: DateTime<Utc>,
) -> Result<Vec<CustomerFacts>> {
    if change.state != ChangeState::Open {
        return Ok(Vec::new());
    }
    let told: HashSet<Uuid> = authorisations::list_by_line(tx, line.id)
        .await?
        .into_iter()
        .map(|a| a.customer_id)
        .collect();
    let dossier = dossier::load_change(tx, change.clone()).await?;
    let concerned = scope::concerned(tx, &dossier, zone.local_date(t)).await?;
    Ok(concerned
        .into_iter()
        .filter(|c| !told.contains(&c.customer.id.uuid()))
        .filter(|c| {
            c.lines
                .iter()
                .any(|(id, class)| *id == line.id && class.needs_authorisation())
        })
        .map(|c| CustomerFacts {
            customer_id: c.customer.id,
            model: c.policy.as_ref().map(|p| p.policy.model_for(line.notice_class)),
            authorisation: AuthorisationState::Pending,
            approval: None,
            notice: NoticeStanding::NotSent,
            required_version: 1,
            announced_at: zone.start_of_day(change.planned_on).ok(),
            objections: Vec::new(),
            allows_emergency: false,
        })
        .collect())
}

/// Loads everything that is judged of an engagement at `t`.
pub async fn load(tx: &mut Tx, zone: Zone, id: EngagementId, t: DateTime<Utc>) -> Result<Judged> {
    let register::Judged {
        current,
        facts: mut judged,
        ..
    } = register::judge(tx, id, None).await?.ok_or(ChangeError::Absent)?;
    let line = changes::find_current_line(tx, id.uuid())
        .await?
        .map(|(line, change)| (change, line));
    let mut customers = Vec::new();
    if let Some((change, line)) = &line {
        let all = authorisations::list_by_line(tx, line.id).await?;
        let facts = some_customer_facts(tx, zone, (change, line), &all, t).await?;
        customers.extend(all.into_iter().zip(facts));
    }
    let untold = match &line {
        Some((change, line)) => Box::pin(list_untold(tx, zone, (change, line), t)).await?,
        None => Vec::new(),
    };
    // Whoever is still to start is judged as a start, however many run already.
    judged.stage = Stage::Start;
    let found = Judged {
        current,
        register: judged,
        line,
        customers,
        untold,
    };
    Ok(found)
}

/// G1 to G8 of one engagement at `t`.
pub async fn decide_register(tx: &mut Tx, id: EngagementId, t: DateTime<Utc>) -> Result<Decision> {
    let facts = register::gate_facts(tx, id).await?.ok_or(ChangeError::Absent)?;
    Ok(evaluate_register(&facts, t))
}
