//! Writing the plan of an import: organisations and engagements in state DRAFT, in one transaction with the import's
//! own row and its audit entry. Nothing that is in the register already is changed.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Import;
use super::plan::{Author, Outcome, plan};
use crate::AppState;
use crate::audit::{self, Actor, Entry, Subject};
use crate::store::imports::{self, StoredImport};
use crate::store::{StoreError, Tx, engagements, organisations};

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
        self.outcomes.iter().filter(|outcome| outcome.is_new()).count()
    }
}

/// The file, and whether it may come a second time.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Hash of its bytes.
    pub sha256: [u8; 32],
    /// Take it in although it was taken in before.
    pub again: bool,
}

/// Writes the drafts of an import. The transaction must come from `Db::write`; the caller commits it.
pub async fn write_drafts(
    tx: &mut Tx,
    state: &AppState,
    import: &Import,
    source: Source,
    author: Author<'_>,
) -> Result<Written, WriteError> {
    if import.drafts.is_empty() {
        return Err(WriteError::Nothing);
    }
    if !source.again
        && let Some(before) = imports::find_import_of(tx, &source.sha256).await?
    {
        return Err(WriteError::AlreadyImported {
            file_name: before.file_name,
            at: before.recorded.at,
        });
    }
    let plan = plan(tx, import, author).await?;
    for (id, slug, first) in &plan.organisations {
        organisations::create_organisation(tx, *id, slug, first).await?;
    }
    for (engagement, first) in &plan.engagements {
        engagements::create_engagement(tx, engagement, first, state.random.id(author.now)).await?;
    }
    let written = Written {
        id: state.random.id(author.now),
        outcomes: plan.outcomes,
    };
    let stored = StoredImport {
        id: written.id,
        file_name: import.file_name.clone(),
        sha256: source.sha256.to_vec(),
        report: json!({ "import": import, "outcomes": written.outcomes }),
        recorded: author.recorded(),
    };
    imports::insert_import(tx, &stored).await?;
    audit::append(
        tx,
        &state.keys,
        &state.random,
        author.now,
        entry(&stored, import, &written),
    )
    .await?;
    Ok(written)
}

fn entry(stored: &StoredImport, import: &Import, written: &Written) -> Entry {
    let engagements: Vec<&str> = written
        .outcomes
        .iter()
        .filter(|o| o.is_new())
        .map(|o| o.engagement.as_str())
        .collect();
    let after = json!({
        "file": import.file_name,
        "sha256": data_encoding::HEXLOWER.encode(&stored.sha256),
        "rows": import.rows,
        "drafts": written.drafted(),
        "engagements": engagements,
    });
    Entry {
        actor: stored
            .recorded
            .by
            .map_or(Actor::Operator, |staff| Actor::Staff(staff.uuid())),
        action: "list.imported",
        subject: Subject::of("import", stored.id),
        payload: audit::change(&(), &after),
    }
}
