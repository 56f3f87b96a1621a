//! The demo's data: an invented publisher, its customers and staff; the subprocessors that two published security papers
//! name, with what the papers say and nothing else; three invented vendors, documented in full, to walk with.
//!
//! It is written once, into an empty database, through the same use cases that staff use.

mod assessments;
mod clauses;
mod customers;
mod publisher;
mod register;
mod vendors;

use std::error::Error;
use std::str::FromStr;

use chrono::TimeDelta;
use domain::change::ChangeType;
use domain::id::EngagementId;
use uuid::Uuid;

use crate::AppState;
use crate::changes::{dispatch, draft, line as change_line, review};
use crate::register::covers::Chosen;
use crate::store::engagements;
use crate::store::staff::list_staff;

/// Whatever goes wrong is a bug in the data: it is shown at start.
pub type SeedError = Box<dyn Error + Send + Sync>;
type Result<T> = std::result::Result<T, SeedError>;

/// Parses a value of the domain out of the demo's own text.
fn value<T: FromStr<Err: Error + Send + Sync + 'static>>(text: &str) -> Result<T> {
    text.parse()
        .map_err(|e| format!("demo data “{text}”: {e}").into())
}

/// Fills an empty database; does nothing where there are people already.
///
/// # Errors
/// When the data contradicts the rules.
pub async fn seed(state: &AppState) -> Result<()> {
    let mut tx = state.db.read().await?;
    let has_people = !list_staff(&mut tx).await?.is_empty();
    drop(tx);
    if has_people {
        return Ok(());
    }
    let people = publisher::people(state).await?;
    let products = publisher::publisher(state).await?;
    state.refresh_publisher().await?;
    customers::customers(state, &people, &products).await?;
    register::register(state, &people, &products).await?;
    customers::signatures(state, &people).await?;
    assessments::united_states(state, &people).await?;
    let walk = vendors::kaleido(state, &people, &products).await?;
    let open = vendors::brightwave(state, &people, &products).await?;
    changes(state, &people, walk, open).await?;
    let next = vendors::lokivuo(state, &people, &products).await?;
    replacement(state, &people, next).await
}

/// Who did what: approver and author are two people in the demo too.
pub struct People {
    /// Legal editor.
    pub editor: Uuid,
    /// Legal approver.
    pub approver: Uuid,
    /// Security assessor.
    pub assessor: Uuid,
}

/// One change that runs, one that is still a draft.
async fn changes(state: &AppState, people: &People, walk: EngagementId, open: EngagementId) -> Result<()> {
    let now = state.clock.now();
    let today = state.publisher().zone.local_date(now);
    let line = |engagement_id| change_line::NewLine {
        engagement_id,
        replaces: None,
        change_type: Some(ChangeType::NewSubprocessor),
        class: None,
        chosen: Chosen::default(),
        class_reason: String::new(),
    };
    let title = "Brightwave Speech Inc. joins for transcription";
    let number = draft::open(
        state,
        people.editor,
        title,
        today + TimeDelta::days(75),
        line(open),
    )
    .await?;
    review::submit(state, people.editor, &number).await?;
    let read = review::read(state, &number).await?;
    Box::pin(review::approve(
        state,
        people.approver,
        &number,
        &read,
        today,
        false,
    ))
    .await?;
    dispatch::dispatch(state, people.approver, &number).await?;
    let title = "Kaleido Search GmbH joins for search in documents";
    draft::open(
        state,
        people.editor,
        title,
        today + TimeDelta::days(90),
        line(walk),
    )
    .await?;
    Ok(())
}

/// One change that waits for the approver: a replacement.
async fn replacement(state: &AppState, people: &People, next: EngagementId) -> Result<()> {
    let now = state.clock.now();
    let today = state.publisher().zone.local_date(now);
    let mut tx = state.db.read().await?;
    let axiom = engagements::find_engagement_by_slug(&mut tx, "axiom")
        .await?
        .ok_or("demo data: no Axiom")?;
    drop(tx);
    let line = change_line::NewLine {
        engagement_id: next,
        replaces: Some(axiom.id),
        change_type: Some(ChangeType::Replacement),
        class: None,
        chosen: Chosen::default(),
        class_reason: String::new(),
    };
    let title = "Lokivuo Oy replaces Axiom for logs";
    let planned = today + TimeDelta::days(120);
    let number = draft::open(state, people.editor, title, planned, line).await?;
    review::submit(state, people.editor, &number).await?;
    Ok(())
}
