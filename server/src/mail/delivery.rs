//! From what is known about a mail to the state of the delivery it carries, by the domain's one mapping. The only place
//! where a reply or a report moves a delivery.

use chrono::{DateTime, TimeDelta, Utc};
use domain::delivery::{DeliveryState, delivery_state};
use uuid::Uuid;

use super::standing::{Way, fold};
use super::state::MailState;
use crate::changes::standing::late_bounce;
use crate::store::attempts::list_results;
use crate::store::deliveries::{self, Delivery};
use crate::store::mail_events::{self, MailEvent};
use crate::store::mails;
use crate::store::{Result, Tx};

/// A delivery whose state is another now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// As it was.
    pub before: Delivery,
    /// As it is.
    pub after: Delivery,
}

impl Moved {
    /// Whether this is the moment from which on it will not arrive by itself.
    #[must_use]
    pub fn has_just_failed(&self) -> bool {
        self.after.state.has_failed() && !self.before.state.has_failed()
    }
}

/// Moves the delivery that the mail carries, if it carries one, after the mail came to stand as `state`, or after a
/// report came in. Replies and reports are folded from the start each time, so their order and number do not matter.
pub async fn move_delivery(
    tx: &mut Tx,
    mail_id: Uuid,
    state: MailState,
    accepted_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Option<Moved>> {
    let Some(before) = deliveries::lock_by_mail(tx, mail_id).await? else {
        return Ok(None);
    };
    let reports = mail_events::list_by_mail(tx, mail_id).await?;
    let accepted_at = accepted_at.or(before.accepted_at);
    let way = way(tx, mail_id, state, &reports, accepted_at).await?;
    let is_fallback_queued = before.state == DeliveryState::FallbackQueued;
    let reached = delivery_state(
        &way.attempts,
        before.acknowledged_at.is_some(),
        is_fallback_queued,
    );
    // What was known stays known: a mail that is sent again after a bounce has bounced until it is taken. Only bad news
    // takes back what seemed good.
    let state = if reached > before.state || reached.has_failed() {
        reached
    } else {
        before.state
    };
    let is_bounce = matches!(state, DeliveryState::HardBounce | DeliveryState::LateBounce);
    let after = Delivery {
        state,
        accepted_at,
        bounced_at: way.bounced_at.or(before.bounced_at).or(is_bounce.then_some(now)),
        ..before.clone()
    };
    if after == before {
        return Ok(None);
    }
    deliveries::advance(tx, &before, &after, now).await?;
    Ok((after.state != before.state).then_some(Moved { before, after }))
}

/// All that is known about a mail's way, given the reports.
pub(super) async fn way(
    tx: &mut Tx,
    mail_id: Uuid,
    state: MailState,
    reports: &[MailEvent],
    accepted_at: Option<DateTime<Utc>>,
) -> Result<Way> {
    let results = list_results(tx, mail_id).await?;
    let late_bounce = if reports.is_empty() {
        TimeDelta::MAX
    } else {
        late_bounce(tx).await?
    };
    Ok(fold(&results, state, reports, accepted_at, late_bounce))
}

/// Of a mail of which nobody knows whether it left: if a report says that the mail service has it, it is accepted and not sent again. Gives
/// since when.
pub(super) async fn accept_reported(tx: &mut Tx, mail_id: Uuid) -> Result<Option<DateTime<Utc>>> {
    let reports = mail_events::list_by_mail(tx, mail_id).await?;
    let Some(first) = reports.iter().find(|event| event.report.event().is_some()) else {
        return Ok(None);
    };
    let said = "no reply, but the mail service reports that it has the mail";
    let is_accepted = mails::accept_late(tx, mail_id, first.occurred_at, said).await?;
    Ok(is_accepted.then_some(first.occurred_at))
}
