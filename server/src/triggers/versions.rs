//! Events and versions of an assessment: one that was handed in before an event does not answer it, and one that was handed
//! in since does.

use chrono::{DateTime, Utc};
use domain::id::StaffId;
use domain::trigger::Triage;
use serde_json::json;

use super::TRIGGER_TO_JUDGE;
use crate::AppState;
use crate::access::record;
use crate::audit::{Actor, Subject};
use crate::store::assessments::Key;
use crate::store::tasks::close_tasks_about;
use crate::store::triggers::{Trigger, insert_triage, list_concerned, list_triggers_of};
use crate::store::version::Recorded;
use crate::store::{Result, Tx};

/// The answer about one assessment.
async fn answered(tx: &mut Tx, trigger: &Trigger, key: Key) -> Result<Option<Triage>> {
    let concerned = list_concerned(tx, trigger.id).await?;
    let one = concerned.into_iter().find(|one| one.key == key);
    Ok(one.and_then(|one| one.triage).map(|(triage, ..)| triage))
}

/// The events since a version was handed in of which nobody said that they have no impact, one sentence each: that version
/// did not know of them.
///
/// # Errors
/// When the database is away.
pub(crate) async fn overtaking(tx: &mut Tx, key: Key, handed_in: DateTime<Utc>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for trigger in list_triggers_of(tx, key).await? {
        if trigger.raised.at <= handed_in {
            continue;
        }
        let what = format!("Event {} ({})", trigger.number, trigger.kind.label());
        match answered(tx, &trigger, key).await? {
            Some(Triage::NoImpact) => {}
            None => found.push(format!(
                "{what} came after this version was handed in: say first whether it has an impact"
            )),
            Some(Triage::Review) => found.push(format!(
                "{what} came after this version was handed in and asks for a review: turn it down, and hand in one that says what the event means"
            )),
        }
    }
    Ok(found)
}

/// A version that was handed in since is the answer to every event that nobody has judged for its assessment.
///
/// # Errors
/// When the database is away, or the log's head is not what was signed.
pub(crate) async fn answer_by_version(
    tx: &mut Tx,
    state: &AppState,
    key: Key,
    (version, handed_in): (i64, DateTime<Utc>),
    by: StaffId,
) -> Result<()> {
    let decided = Recorded::by(by, state.clock.now());
    for trigger in list_triggers_of(tx, key).await? {
        if trigger.raised.at > handed_in || answered(tx, &trigger, key).await?.is_some() {
            continue;
        }
        let reason = format!("Version {version}, handed in since, was approved.");
        insert_triage(tx, trigger.id, key, (Triage::Review, &reason), decided).await?;
        let concerned = list_concerned(tx, trigger.id).await?;
        if concerned.iter().all(|one| one.triage.is_some()) {
            close_tasks_about(tx, TRIGGER_TO_JUDGE, trigger.id, decided).await?;
        }
        let payload = json!({
            "number": trigger.number, "engagement": key.0, "assessment": key.1, "triage": Triage::Review,
            "reason": reason,
        });
        let (actor, subject) = (Actor::Staff(by.uuid()), Subject::of("trigger", trigger.id));
        record(tx, state, actor, "trigger.judged", subject, payload).await?;
    }
    Ok(())
}
