//! The scheduled review: on its day an approved assessment becomes due, with a task. It goes on counting for the grace
//! that the settings give.

use domain::legal_record::TiaEvent;
use domain::role::Role;

use super::load::{find, tia};
use super::{TIA_REVIEW, write};
use crate::AppState;
use crate::changes::Result;
use crate::store::assessments::list_due_assessments;
use crate::store::engagements;
use crate::store::version::Recorded;

/// Lets every assessment whose day has come fall due, once.
///
/// # Errors
/// When the database is away; what was done stays done.
pub async fn fall_due(state: &AppState) -> Result<()> {
    let today = state.publisher().zone.local_date(state.clock.now());
    let mut tx = state.db.read().await?;
    let due = list_due_assessments(&mut tx, today).await?;
    drop(tx);
    if due.is_empty() {
        return Ok(());
    }
    let mut tx = state.db.write().await?;
    // Read again: somebody may have approved a new version meanwhile.
    for standing in list_due_assessments(&mut tx, today).await? {
        let (id, number) = standing.key;
        let Some(current) = engagements::current(&mut tx, id).await? else {
            continue;
        };
        let found = find(&mut tx, current, number).await?;
        let Some(record) = found
            .versions
            .iter()
            .find(|record| record.id == standing.record_id)
        else {
            continue;
        };
        let Some(Ok(next)) = tia(record).map(|tia| tia.state.next(TiaEvent::FallDue)) else {
            continue;
        };
        let by = Recorded::by_system(state.clock.now());
        let of = (standing.key, record.id);
        write::enter(&mut tx, state, of, (next, TiaEvent::FallDue), None, by).await?;
        if let Some(about) = found.about() {
            let due_on = tia(record).and_then(|tia| tia.next_review_on);
            let title = format!("Review {}: its day has come", found.name());
            let whom = (TIA_REVIEW, Role::LegalEditor);
            write::task(&mut tx, state, whom, title, found.path(), about, due_on).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
