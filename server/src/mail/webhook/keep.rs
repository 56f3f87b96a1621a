//! Writing reports down, before they have any effect: one short transaction, no state looked at.

use std::collections::BTreeSet;

use chrono::DateTime;
use uuid::Uuid;

use super::brevo::Incoming;
use crate::AppState;
use crate::keys::field;
use crate::store::mail_events::{self, MailEvent};
use crate::store::{Result, Tx};

/// Keeps every report that is not there yet, and gives the mails that any of them is about, old or new.
pub async fn keep(state: &AppState, reports: &[Incoming]) -> Result<BTreeSet<Uuid>> {
    let mut mails = BTreeSet::new();
    if reports.is_empty() {
        return Ok(mails);
    }
    let mut tx = state.db.write_unchained().await?;
    for report in reports {
        let event = event(&mut tx, state, report).await?;
        mail_events::insert(&mut tx, &event).await?;
        mails.extend(event.mail_id);
    }
    tx.commit().await?;
    Ok(mails)
}

async fn event(tx: &mut Tx, state: &AppState, report: &Incoming) -> Result<MailEvent> {
    let received_at = state.clock.now();
    // The correlation header is ours. Only a report without it is looked up by name: another sender's header is no match.
    let found = match (&report.custom, &report.relay_id) {
        (Some(_), _) => match report.mail_id() {
            Some(id) => mail_events::find_mail(tx, id).await?,
            None => None,
        },
        (None, Some(relay_id)) => mail_events::find_mail_by_relay_id(tx, relay_id).await?,
        (None, None) => None,
    };
    // Two clocks: what happened to a mail happened after it was queued and before it was reported.
    let earliest = found.map_or(DateTime::UNIX_EPOCH, |(_, queued_at)| queued_at);
    let occurred_at = report.at.unwrap_or(received_at).min(received_at).max(earliest);
    let id = state.random.id(received_at);
    let context = field("mail_events", "payload", id);
    Ok(MailEvent {
        id,
        digest: state.keys.blind_index("mail event", &report.canonical),
        report: report.report,
        mail_id: found.map(|(mail_id, _)| mail_id),
        relay_id: report.relay_id.clone(),
        occurred_at,
        received_at,
        payload: state.keys.seal(&context, &report.raw, &state.random),
    })
}
