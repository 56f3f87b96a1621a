//! What an importer told us is forwarded to the customers whose data it handles: Module 3 asks the exporter for that
//! (clauses 14(e) and 15.1(a)). The notice is drafted here; people hand it in, approve and send it.

use domain::id::StaffId;
use domain::trigger::Scope;

use crate::AppState;
use crate::changes::Result;
use crate::changes::afterwards::{self, Happened};
use crate::store::Tx;
use crate::store::engagements::{CurrentEngagement, list_current};
use crate::store::triggers::{Trigger, list_concerned};

/// Drafts the notice of an event that customers must hear of; gives the number of its change. An event of another kind is
/// forwarded to nobody.
///
/// # Errors
/// When the database is away.
pub async fn forward(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    trigger: &Trigger,
) -> Result<Option<String>> {
    let Some(change_type) = trigger.kind.forwarded_as() else {
        return Ok(None);
    };
    let happened = Happened {
        what: &trigger.description,
        change_type,
        on: trigger.occurred_on,
        due_on: trigger.due_on,
    };
    let concerned = concerned(tx, trigger).await?;
    let mut told = Vec::new();
    for current in &concerned {
        match afterwards::untold(tx, current).await? {
            None => told.push(current),
            Some(why) => afterwards::tell_otherwise(tx, state, current, happened, &why).await?,
        }
    }
    if told.is_empty() {
        return Ok(None);
    }
    afterwards::draft(tx, state, by, happened, &told).await
}

/// The engagements of the importer: those that the event names, and those with an assessment that it concerns.
async fn concerned(tx: &mut Tx, trigger: &Trigger) -> Result<Vec<CurrentEngagement>> {
    let assessed = list_concerned(tx, trigger.id).await?;
    let mut all = list_current(tx).await?;
    all.retain(|current| {
        let id = current.engagement.id;
        assessed.iter().any(|one| one.key.0 == id)
            || match trigger.scope {
                Scope::Organisation(company) => current.organisation.id == company,
                Scope::Engagement(named) => id == named,
                Scope::Country(_) | Scope::Instrument(_) => false,
            }
    });
    Ok(all)
}
