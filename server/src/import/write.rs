//! Writing drafts: organisations and engagements in state DRAFT, in one transaction with the import's own row and
//! its audit entry. Nothing that is in the register already is changed.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::engagement::EngagementFacts;
use domain::id::{EngagementId, OrganisationId, StaffId, VersionId};
use domain::organisation::OrganisationFacts;
use domain::slug::Slug;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::row::Draft;
use super::{Import, facts, names};
use crate::AppState;
use crate::audit::{self, Actor, Entry, Subject};
use crate::store::engagements::{self, CurrentEngagement, Engagement};
use crate::store::imports::{self, StoredImport};
use crate::store::organisations;
use crate::store::version::{NewVersion, Recorded};
use crate::store::{StoreError, Tx};

/// Hash of a file's bytes, by which it is known again.
pub fn file_hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The very same file was taken in before.
    #[error(
        "this file was imported already, as \"{file_name}\" on {}; nothing was written",
        at.format("%Y-%m-%d %H:%M UTC")
    )]
    AlreadyImported {
        /// Its name then.
        file_name: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// No row gave a draft.
    #[error("no row of the list gives a draft; nothing was written")]
    Nothing,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The row of the list.
    pub row: usize,
    /// The name in it.
    pub name: String,
    /// The engagement: the new one, or the one that was there.
    pub engagement: String,
    /// What was done.
    pub done: Done,
}

/// What was done with a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// A new organisation with an engagement.
    Created,
    /// A new engagement of an organisation that is in the register, under its name there; what the list says about
    /// the company itself was not taken over.
    Attached(String),
    /// A new organisation although one in the register has a like name: their legal forms differ.
    CreatedBeside(String),
    /// The register has this engagement already; nothing was written for the row.
    AlreadyThere,
}

impl Outcome {
    /// The outcome in one line.
    pub fn sentence(&self) -> String {
        let Self {
            row,
            name,
            engagement,
            done,
        } = self;
        match done {
            Done::Created => format!("row {row}: {name} drafted as {engagement}"),
            Done::Attached(known) if known == name => {
                format!(
                    "row {row}: {name} is in the register; a further engagement was drafted as {engagement}"
                )
            }
            Done::Attached(known) => format!(
                "row {row}: {name} was taken for {known}, which is in the register; drafted as {engagement}: check it"
            ),
            Done::CreatedBeside(known) => format!(
                "row {row}: {name} drafted as {engagement}, beside {known}, whose legal form differs: check whether they are one"
            ),
            Done::AlreadyThere => {
                format!("row {row}: {name} is in the register as {engagement}; not drafted again")
            }
        }
    }
}

/// A list that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The id of the import.
    pub id: Uuid,
    /// What became of each draft.
    pub outcomes: Vec<Outcome>,
}

impl Written {
    /// How many drafts are new.
    pub fn drafted(&self) -> usize {
        self.outcomes
            .iter()
            .filter(|outcome| outcome.done != Done::AlreadyThere)
            .count()
    }
}

/// Who imports, when, and whether the same file may come again.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// Hash of the file.
    pub sha256: [u8; 32],
    /// Who; nobody at the command line.
    pub by: Option<StaffId>,
    /// Product time.
    pub now: DateTime<Utc>,
    /// Take a file in that was taken in before.
    pub again: bool,
}

/// Writes the drafts of an import. The transaction must come from `Db::write`; the caller commits it.
pub async fn write_drafts(
    tx: &mut Tx,
    state: &AppState,
    import: &Import,
    request: Request,
) -> Result<Written, WriteError> {
    if import.drafts.is_empty() {
        return Err(WriteError::Nothing);
    }
    if !request.again
        && let Some(before) = imports::find_import_of(tx, &request.sha256).await?
    {
        return Err(WriteError::AlreadyImported {
            file_name: before.file_name,
            at: before.recorded.at,
        });
    }
    let mut register = Register::load(tx, state, request).await?;
    let mut outcomes = Vec::with_capacity(import.drafts.len());
    for draft in &import.drafts {
        outcomes.extend(register.take(tx, draft).await?);
    }
    let id = state.random.id(request.now);
    let written = Written { id, outcomes };
    let report = json!({ "import": import, "outcomes": written.outcomes });
    let stored = StoredImport {
        id,
        file_name: import.file_name.clone(),
        sha256: request.sha256.to_vec(),
        report,
        recorded: register.recorded(),
    };
    imports::insert_import(tx, &stored).await?;
    let entry = Entry {
        actor: request
            .by
            .map_or(Actor::Operator, |staff| Actor::Staff(staff.uuid())),
        action: "list.imported",
        subject: Subject::of("import", id),
        payload: audit::change(
            &(),
            &json!({
                "file": import.file_name,
                "sha256": data_encoding::HEXLOWER.encode(&request.sha256),
                "rows": import.rows,
                "drafts": written.drafted(),
                "engagements": written.outcomes.iter().map(|o| &o.engagement).collect::<Vec<_>>(),
            }),
        ),
    };
    audit::append(tx, &state.keys, &state.random, request.now, entry).await?;
    Ok(written)
}

/// A company that drafts can be attached to.
struct Company {
    id: OrganisationId,
    name: String,
}

/// The register as far as an import needs it, kept up to date while drafts are written.
struct Register<'a> {
    state: &'a AppState,
    request: Request,
    companies: Vec<Company>,
    engagements: Vec<(String, EngagementFacts)>,
    organisation_slugs: HashSet<String>,
    engagement_slugs: HashSet<String>,
}

/// How a draft's name stands to the companies that are known.
enum Match {
    None,
    Same(usize),
    Like(usize),
}

impl<'a> Register<'a> {
    async fn load(tx: &mut Tx, state: &'a AppState, request: Request) -> Result<Self, StoreError> {
        let organisations = organisations::list_organisations(tx).await?;
        let engagements: Vec<CurrentEngagement> = engagements::list_current(tx).await?;
        let live = engagements.iter().filter(|e| !e.state.state.is_terminal());
        Ok(Self {
            state,
            request,
            engagements: live
                .map(|e| (e.engagement.slug.to_string(), e.version.facts.clone()))
                .collect(),
            engagement_slugs: engagements
                .iter()
                .map(|e| e.engagement.slug.to_string())
                .collect(),
            organisation_slugs: organisations.iter().map(|o| o.slug.to_string()).collect(),
            companies: organisations
                .into_iter()
                .map(|o| Company {
                    id: o.id,
                    name: o.version.facts.legal_name.to_string(),
                })
                .collect(),
        })
    }

    fn recorded(&self) -> Recorded {
        Recorded {
            at: self.request.now,
            by: self.request.by,
        }
    }

    fn ten_bytes(&self) -> [u8; 10] {
        self.state.random.bytes()
    }

    /// The same name but for dots and case is the same company. So is the bare name of one with a legal form,
    /// since lists often leave it out; two different legal forms are two companies.
    fn company(&self, name: &str) -> Match {
        let (whole, key) = (names::whole_key(name), names::key(name));
        if let Some(at) = self
            .companies
            .iter()
            .position(|c| names::whole_key(&c.name) == whole)
        {
            return Match::Same(at);
        }
        let alike = |c: &Company| names::key(&c.name) == key;
        let bare = |c: &Company| !names::has_legal_form(name) || !names::has_legal_form(&c.name);
        if let Some(at) = self.companies.iter().position(|c| alike(c) && bare(c)) {
            return Match::Same(at);
        }
        self.companies
            .iter()
            .position(alike)
            .map_or(Match::None, Match::Like)
    }

    /// Writes one draft; `None` only for a name that the register cannot hold, which the report says already.
    async fn take(&mut self, tx: &mut Tx, draft: &Draft) -> Result<Option<Outcome>, StoreError> {
        let mut said = Vec::new();
        let Some(company_facts) = facts::organisation(draft, &mut said) else {
            return Ok(None);
        };
        let (company, done) = match self.company(&draft.legal_name) {
            Match::Same(at) => (
                self.companies[at].id,
                Done::Attached(self.companies[at].name.clone()),
            ),
            Match::Like(at) => {
                let beside = Done::CreatedBeside(self.companies[at].name.clone());
                (self.create_organisation(tx, company_facts).await?, beside)
            }
            Match::None => (self.create_organisation(tx, company_facts).await?, Done::Created),
        };
        let facts = facts::engagement(draft, company, &mut said);
        let outcome = |engagement: String, done| {
            Some(Outcome {
                row: draft.row,
                name: draft.legal_name.clone(),
                engagement,
                done,
            })
        };
        let twin = self
            .engagements
            .iter()
            .find(|(_, known)| is_same_use(known, &facts));
        if let Some((slug, _)) = twin {
            return Ok(outcome(slug.clone(), Done::AlreadyThere));
        }
        let slug = self.create_engagement(tx, draft, facts).await?;
        Ok(outcome(slug, done))
    }

    async fn create_organisation(
        &mut self,
        tx: &mut Tx,
        facts: OrganisationFacts,
    ) -> Result<OrganisationId, StoreError> {
        let id = OrganisationId::new(self.request.now, self.ten_bytes());
        let name = facts.legal_name.to_string();
        let slug = free_slug(&mut self.organisation_slugs, &name);
        let first = NewVersion {
            id: VersionId::new(self.request.now, self.ten_bytes()),
            facts,
            valid_from: None,
            recorded: self.recorded(),
        };
        organisations::create_organisation(tx, id, &slug, &first).await?;
        self.companies.push(Company { id, name });
        Ok(id)
    }

    async fn create_engagement(
        &mut self,
        tx: &mut Tx,
        draft: &Draft,
        facts: EngagementFacts,
    ) -> Result<String, StoreError> {
        let now = self.request.now;
        let slug = free_slug(&mut self.engagement_slugs, &draft.legal_name);
        let engagement = Engagement {
            id: EngagementId::new(now, self.ten_bytes()),
            organisation_id: facts.organisation,
            entity_id: None,
            slug: slug.clone(),
            parent_id: None,
            created_at: now,
            created_by: self.request.by,
        };
        self.engagements.push((slug.to_string(), facts.clone()));
        let first = NewVersion {
            id: VersionId::new(now, self.ten_bytes()),
            facts,
            valid_from: draft.in_use_since,
            recorded: self.recorded(),
        };
        engagements::create_engagement(tx, &engagement, &first, self.state.random.id(now)).await?;
        Ok(slug.to_string())
    }
}

/// The same company used for the same thing: a list that comes again in a newer edition does not double it.
fn is_same_use(known: &EngagementFacts, drafted: &EngagementFacts) -> bool {
    known.organisation == drafted.organisation
        && known.service == drafted.service
        && known.purpose == drafted.purpose
        && known.category == drafted.category
}

fn free_slug(taken: &mut HashSet<String>, name: &str) -> Slug {
    let stem = Slug::from_name(name).or_else(|| Slug::parse("subprocessor").ok());
    let free = stem.and_then(|stem| {
        let mut candidates = std::iter::once(stem.clone()).chain((2..).map(|number| stem.numbered(number)));
        candidates.find(|slug| !taken.contains(slug.as_str()))
    });
    // `2..` ends only after four thousand million companies of one name.
    let slug = free.unwrap_or_else(|| unreachable!("a name has a free slug"));
    taken.insert(slug.to_string());
    slug
}
