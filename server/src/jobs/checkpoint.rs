//! Once a day: a signed checkpoint of the audit log, published, and mailed to the publisher's mailbox if anything was
//! recorded since the last one.

use crate::AppState;
use crate::audit::make_checkpoint;
use crate::mail::messages::{AuditCheckpoint, Message};
use crate::mail::{List, Outgoing, queue};
use crate::store::Result;
use crate::store::audit::{find_head, find_last_checkpoint};

/// Makes today's checkpoint (the publisher's today) unless it is there or nothing was ever recorded.
pub async fn run(state: &AppState) -> Result<()> {
    let publisher = state.publisher();
    let now = state.clock.now();
    let today = publisher.zone.local_date(now);
    let mut tx = state.db.read().await?;
    let last = find_last_checkpoint(&mut tx).await?;
    let is_empty = find_head(&mut tx).await?.is_none();
    drop(tx);
    if is_empty || last.as_ref().is_some_and(|last| last.day >= today) {
        return Ok(());
    }
    let mut tx = state.db.write().await?;
    let Some(checkpoint) = make_checkpoint(&mut tx, &state.keys, today, now).await? else {
        return Ok(());
    };
    let is_new = last.is_none_or(|last| last.count < checkpoint.count);
    if is_new && publisher.contact.contains('@') {
        // Plain text and numbers: writing them as JSON cannot fail.
        let document = serde_json::to_string_pretty(&checkpoint).unwrap_or_default();
        let message = AuditCheckpoint {
            publisher: &publisher.name,
            day: &checkpoint.day.to_string(),
            count: checkpoint.count,
            document: &document,
            link: &state.config.link("/.well-known/forenotice-audit.json"),
        };
        let mail = Outgoing {
            about_id: None,
            to_name: String::new(),
            to: publisher.contact.clone(),
            list: List::None,
            rendered: message.render(),
        };
        queue(&mut tx, state, &mail).await?;
    }
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(())
}
