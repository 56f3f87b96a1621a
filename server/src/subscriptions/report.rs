//! A subscription that ends because the mail service reports that its mails are not wanted or cannot arrive. Contract
//! notices never end this way (legal-rules §8.2); their contacts get a task instead.

use domain::report::Report;
use serde_json::json;
use uuid::Uuid;

use super::withdraw;
use crate::AppState;
use crate::audit::{self, Actor, Entry, Subject};
use crate::store::{Result, Tx, subscribers};

/// Ends the subscription that the mail was sent for, if it goes on. Whoever marked it as spam is never written to
/// again: that is a "do not write to me". A report about a mail of an earlier subscription does nothing to a new one.
///
/// # Errors
/// When the database is away.
pub async fn end_by_report(
    tx: &mut Tx,
    state: &AppState,
    subscriber_id: Uuid,
    mail_id: Uuid,
    report: Report,
    has_complained: bool,
) -> Result<()> {
    if !subscribers::is_of_this_subscription(tx, subscriber_id, mail_id).await? {
        return Ok(());
    }
    let Some(subscriber) = subscribers::find(tx, &state.keys, subscriber_id).await? else {
        return Ok(());
    };
    if !withdraw(tx, state, &subscriber).await? {
        return Ok(());
    }
    let now = state.clock.now();
    if has_complained {
        subscribers::suppress(tx, subscriber_id, now).await?;
    }
    let entry = Entry {
        actor: Actor::System,
        action: "subscription.ended_by_report",
        subject: Subject::of("subscription", subscriber_id),
        payload: json!({ "report": report, "suppressed": has_complained }),
    };
    audit::append(tx, &state.keys, &state.random, now, entry)
        .await
        .map(drop)
}
