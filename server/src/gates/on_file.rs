//! What is on file about the customers of one line, and what gates G9 to G15 read of it at an instant.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::authorisation::{AuthorisationEvent, AuthorisationState};
use domain::digest::Digest;
use domain::evidence::Standing;
use domain::gate::{CustomerFacts, ExplicitApproval, GivenNotice, NoticeStanding, OpenCase};
use domain::id::CustomerId;
use domain::objection::ObjectionState;
use domain::policy::Policy;
use domain::zone::Zone;
use uuid::Uuid;

use crate::changes::Result;
use crate::changes::promise::Counting;
use crate::changes::standing::Told as OnRecord;
use crate::store::answers::{self, Answer};
use crate::store::authorisations::Authorisation;
use crate::store::changes::Change;
use crate::store::lines::Line;
use crate::store::{Of, Tx, objections, past, policies};

pub(super) fn digest(bytes: &[u8]) -> Digest {
    // A hash of another length matches nothing: the gate stays red.
    Digest::new(bytes.try_into().unwrap_or_default())
}

/// What is on file about the customers of one line: read once, however many they are.
pub struct OnFile {
    told: OnRecord,
    rejections: HashMap<Uuid, Vec<DateTime<Utc>>>,
    cases: HashMap<Uuid, Vec<OpenCase>>,
    /// What became of each case, and when.
    case_states: HashMap<Uuid, Vec<(DateTime<Utc>, ObjectionState)>>,
    /// What each of them answered, oldest first.
    answers: HashMap<Uuid, Vec<Answer>>,
    policies: HashMap<Uuid, Policy>,
}

impl OnFile {
    /// Reads it for these authorisations; for all of the line where that is asked for.
    pub async fn load(
        tx: &mut Tx,
        zone: Zone,
        (change, line): (&Change, &Line),
        authorisations: &[Authorisation],
        whom: Of<'_>,
    ) -> Result<Self> {
        let told = OnRecord::load(tx, zone, change.id, whom).await?;
        let mut on_file = Self {
            told,
            rejections: HashMap::new(),
            cases: HashMap::new(),
            case_states: HashMap::new(),
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
        if !on_file.cases.is_empty() {
            on_file.case_states = past::list_objection_states(tx, line.id, whom).await?;
        }
        for answer in answers::list_by_line(tx, line.id, whom).await? {
            let of = on_file.answers.entry(answer.authorisation_id).or_default();
            of.push(answer);
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

    /// Their cases as they stood at `t`; those that came in later are left out.
    fn cases_at(&self, authorisation: &Authorisation, t: DateTime<Utc>) -> Vec<OpenCase> {
        let stood = |case: &OpenCase| match self.case_states.get(&case.id.uuid()) {
            Some(states) => {
                let state = states.iter().rev().find(|(since, _)| *since <= t)?.1;
                Some(OpenCase { state, ..*case })
            }
            None => Some(*case),
        };
        self.cases(authorisation).iter().filter_map(stood).collect()
    }

    /// What gates G9 to G15 judge, of one of them, at `t`: what they were told, answered and objected later is left out. The
    /// authorisation is the one that stood then.
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
        let dispatched = || {
            let all = self.told.dispatched.iter();
            all.filter(|n| n.dispatched_at.is_some_and(|at| at <= t))
        };
        let required_version = dispatched()
            .filter(|n| n.is_material)
            .map(|n| number(n.version))
            .max()
            .unwrap_or(1);
        let announced = dispatched()
            .next_back()
            .map_or(change.planned_on, |n| n.planned_on);
        let hash = digest(&line.facts_hash);
        let notice = match &standing {
            Standing::NotSent => NoticeStanding::NotSent,
            standing => match standing.given().filter(|given| !given.provisional) {
                None => NoticeStanding::Undelivered { facts_hash: hash },
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
                self.written_approval(authorisation.id, t)
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
            objections: self.cases_at(authorisation, t),
            allows_emergency: self.policy(authorisation).is_some_and(Policy::allows_emergency),
        })
    }

    /// The customer's own last answer in writing at `t`; a state without one on file approves nothing.
    fn written_approval(&self, authorisation_id: Uuid, t: DateTime<Utc>) -> Option<ExplicitApproval> {
        let answers = self.answers.get(&authorisation_id)?;
        let answer = answers.iter().rev().find(|answer| answer.answered_at <= t)?;
        (answer.answer != AuthorisationEvent::Refuse).then(|| ExplicitApproval {
            evidence: answer.id,
            facts_hash: digest(&answer.facts_hash),
        })
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
