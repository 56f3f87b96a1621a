//! What an import would write, decided against the register without touching it. A preview shows the plan; writing
//! carries it out.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::engagement::EngagementFacts;
use domain::id::{EngagementId, OrganisationId, StaffId, VersionId};
use domain::organisation::OrganisationFacts;
use domain::slug::Slug;
use serde::{Deserialize, Serialize};

use super::row::Draft;
use super::{Import, facts, names};
use crate::random::Random;
use crate::store::engagements::{self, Engagement};
use crate::store::organisations;
use crate::store::version::{NewVersion, Recorded};
use crate::store::{StoreError, Tx};

/// What becomes of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The row of the list.
    pub row: usize,
    /// The name in it.
    pub name: String,
    /// The engagement, by its slug: the new one, or the one that was there.
    pub engagement: String,
    /// What is done.
    pub done: Done,
}

/// What is done with a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// A new organisation with an engagement.
    Created,
    /// A new engagement of an organisation that is in the register, under its name there; what the list says about
    /// the company itself is not taken over.
    Attached(String),
    /// A new organisation although one in the register has a like name: their legal forms differ.
    CreatedBeside(String),
    /// The register has this engagement already; nothing is written for the row.
    AlreadyThere,
}

impl Outcome {
    /// Whether a new engagement comes of it.
    pub fn is_new(&self) -> bool {
        self.done != Done::AlreadyThere
    }

    /// Whether somebody should look at it.
    pub fn needs_a_look(&self) -> bool {
        match &self.done {
            Done::Created | Done::AlreadyThere => false,
            Done::Attached(known) => *known != self.name,
            Done::CreatedBeside(_) => true,
        }
    }

    /// What is done, in one line.
    pub fn sentence(&self) -> String {
        let slug = &self.engagement;
        match &self.done {
            Done::Created => format!("New draft: {slug}"),
            Done::Attached(known) if *known == self.name => {
                format!(
                    "New draft {slug}, a further engagement of a company that is in the register; its entry there was not changed"
                )
            }
            Done::Attached(known) => {
                format!(
                    "New draft {slug}, of {known}, which is in the register and was taken for the same company: check it"
                )
            }
            Done::CreatedBeside(known) => {
                format!(
                    "New draft {slug}, beside {known}, whose legal form differs: check whether they are one company"
                )
            }
            Done::AlreadyThere => format!("In the register already as {slug}; not drafted again"),
        }
    }
}

/// Everything that is to be written, in order.
pub struct Plan {
    /// What becomes of each draft.
    pub outcomes: Vec<Outcome>,
    pub(super) organisations: Vec<(OrganisationId, Slug, NewVersion<OrganisationFacts>)>,
    pub(super) engagements: Vec<(Engagement, NewVersion<EngagementFacts>)>,
}

/// Where plans get their ids and their date from.
#[derive(Clone, Copy)]
pub struct Author<'a> {
    /// The source of randomness.
    pub random: &'a Random,
    /// Product time.
    pub now: DateTime<Utc>,
    /// Who imports; nobody at the command line.
    pub by: Option<StaffId>,
}

impl Author<'_> {
    fn ten_bytes(&self) -> [u8; 10] {
        self.random.bytes()
    }

    /// When and by whom.
    pub(super) fn recorded(&self) -> Recorded {
        Recorded {
            at: self.now,
            by: self.by,
        }
    }

    fn version<F>(&self, facts: F, valid_from: Option<NaiveDate>) -> NewVersion<F> {
        let id = VersionId::new(self.now, self.ten_bytes());
        NewVersion {
            id,
            facts,
            valid_from,
            reason: None,
            recorded: self.recorded(),
        }
    }
}

/// Decides what becomes of every draft. Reads only.
pub async fn plan(tx: &mut Tx, import: &Import, author: Author<'_>) -> Result<Plan, StoreError> {
    let mut register = Register::load(tx, author).await?;
    for draft in &import.drafts {
        register.take(draft);
    }
    Ok(register.plan)
}

/// A company that drafts can be attached to.
struct Company {
    id: OrganisationId,
    name: String,
    whole_key: String,
    key: String,
    has_form: bool,
}

impl Company {
    fn new(id: OrganisationId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            whole_key: names::whole_key(name),
            key: names::key(name),
            has_form: names::has_legal_form(name),
        }
    }
}

/// How a draft's name stands to the companies that are known.
enum Match {
    None,
    Same(usize),
    Like(usize),
}

/// The register as far as an import needs it, with what the plan adds.
struct Register<'a> {
    author: Author<'a>,
    companies: Vec<Company>,
    engagements: Vec<(String, EngagementFacts)>,
    organisation_slugs: HashSet<String>,
    engagement_slugs: HashSet<String>,
    plan: Plan,
}

impl<'a> Register<'a> {
    async fn load(tx: &mut Tx, author: Author<'a>) -> Result<Self, StoreError> {
        let organisations = organisations::list_organisations(tx).await?;
        let engagements = engagements::list_current(tx).await?;
        let live = engagements.iter().filter(|e| !e.state.state.is_terminal());
        Ok(Self {
            author,
            engagements: live
                .map(|e| (e.engagement.slug.to_string(), e.version.facts.clone()))
                .collect(),
            engagement_slugs: engagements
                .iter()
                .map(|e| e.engagement.slug.to_string())
                .collect(),
            organisation_slugs: organisations.iter().map(|o| o.slug.to_string()).collect(),
            companies: organisations
                .iter()
                .map(|o| Company::new(o.id, o.version.facts.legal_name.as_str()))
                .collect(),
            plan: Plan {
                outcomes: Vec::new(),
                organisations: Vec::new(),
                engagements: Vec::new(),
            },
        })
    }

    /// The same name but for dots and case is the same company. So is the bare name of one with a legal form, since
    /// lists often leave it out; two different legal forms are two companies.
    fn company(&self, name: &str) -> Match {
        let wanted = Company::new(OrganisationId::from(uuid::Uuid::nil()), name);
        if let Some(at) = self
            .companies
            .iter()
            .position(|c| c.whole_key == wanted.whole_key)
        {
            return Match::Same(at);
        }
        let alike = |c: &Company| c.key == wanted.key;
        if let Some(at) = self
            .companies
            .iter()
            .position(|c| alike(c) && !(wanted.has_form && c.has_form))
        {
            return Match::Same(at);
        }
        self.companies
            .iter()
            .position(alike)
            .map_or(Match::None, Match::Like)
    }

    /// Plans one draft. What does not fit the register was said when the list was read.
    fn take(&mut self, draft: &Draft) {
        let mut said = Vec::new();
        let Some(company_facts) = facts::organisation(draft, &mut said) else {
            return;
        };
        let (company, done) = match self.company(&draft.legal_name) {
            Match::Same(at) => (
                self.companies[at].id,
                Done::Attached(self.companies[at].name.clone()),
            ),
            Match::Like(at) => {
                let beside = Done::CreatedBeside(self.companies[at].name.clone());
                (self.add_organisation(company_facts), beside)
            }
            Match::None => (self.add_organisation(company_facts), Done::Created),
        };
        let facts = facts::engagement(draft, company, &mut said);
        let twin = self
            .engagements
            .iter()
            .find(|(_, known)| is_same_use(known, &facts))
            .map(|(slug, _)| slug.clone());
        let (engagement, done) = match twin {
            Some(slug) => (slug, Done::AlreadyThere),
            None => (self.add_engagement(draft, facts), done),
        };
        self.plan.outcomes.push(Outcome {
            row: draft.row,
            name: draft.legal_name.clone(),
            engagement,
            done,
        });
    }

    fn add_organisation(&mut self, facts: OrganisationFacts) -> OrganisationId {
        let id = OrganisationId::new(self.author.now, self.author.ten_bytes());
        let slug = free_slug(&mut self.organisation_slugs, facts.legal_name.as_str(), id.uuid());
        self.companies.push(Company::new(id, facts.legal_name.as_str()));
        self.plan
            .organisations
            .push((id, slug, self.author.version(facts, None)));
        id
    }

    fn add_engagement(&mut self, draft: &Draft, facts: EngagementFacts) -> String {
        let id = EngagementId::new(self.author.now, self.author.ten_bytes());
        let slug = free_slug(&mut self.engagement_slugs, &draft.legal_name, id.uuid());
        let engagement = Engagement {
            id,
            organisation_id: facts.organisation,
            entity_id: None,
            slug: slug.clone(),
            parent_id: None,
            created_at: self.author.now,
            created_by: self.author.by,
        };
        self.engagements.push((slug.to_string(), facts.clone()));
        self.plan
            .engagements
            .push((engagement, self.author.version(facts, draft.in_use_since)));
        slug.to_string()
    }
}

/// The same company used for the same thing: a list that comes again in a newer edition does not double it.
fn is_same_use(known: &EngagementFacts, drafted: &EngagementFacts) -> bool {
    known.organisation == drafted.organisation
        && known.service == drafted.service
        && known.purpose == drafted.purpose
        && known.category == drafted.category
}

/// The name's slug, numbered when it is taken; the id's digits for a name that has none.
fn free_slug(taken: &mut HashSet<String>, name: &str, id: uuid::Uuid) -> Slug {
    let of_id = || Slug::from_name(&id.simple().to_string());
    let stem = Slug::from_name(name).or_else(of_id);
    let slug = stem.and_then(|stem| {
        let mut candidates = std::iter::once(stem.clone()).chain((2..).map(|number| stem.numbered(number)));
        candidates.find(|slug| !taken.contains(slug.as_str()))
    });
    // Digits always make a slug, and the numbers do not run out.
    let slug = slug.unwrap_or_else(|| unreachable!("a name without a free slug"));
    taken.insert(slug.to_string());
    slug
}
