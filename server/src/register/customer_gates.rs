//! The seam to changes: what gates G9 to G15 read about one customer.

use chrono::{DateTime, Utc};
use domain::authorisation::AuthorisationState;
use domain::gate::CustomerFacts;
use domain::id::{CustomerId, EngagementId};
use domain::zone::Zone;

use crate::changes::Result;
use crate::gates;
use crate::store::publisher::find_publisher;
use crate::store::{Tx, changes};

/// The facts of gates G9 to G15 for one customer; `None` when no line on this engagement concerns them.
pub async fn customer_facts(
    tx: &mut Tx,
    engagement_id: EngagementId,
    customer_id: CustomerId,
    now: DateTime<Utc>,
) -> Result<Option<CustomerFacts>> {
    let all = told(tx, engagement_id, now).await?;
    Ok(all
        .facts()
        .find(|facts| facts.customer_id == customer_id)
        .cloned())
}

/// The same for every customer in scope of the line that announced an engagement.
pub async fn all_customer_facts(
    tx: &mut Tx,
    engagement_id: EngagementId,
    now: DateTime<Utc>,
) -> Result<Vec<CustomerFacts>> {
    let all = told(tx, engagement_id, now).await?;
    Ok(all
        .facts()
        .filter(|facts| facts.authorisation != AuthorisationState::NotInScope)
        .cloned()
        .collect())
}

async fn told(tx: &mut Tx, engagement_id: EngagementId, now: DateTime<Utc>) -> Result<gates::Told> {
    let Some((line, change)) = changes::find_announced_line(tx, engagement_id.uuid()).await? else {
        return Ok(gates::Told::default());
    };
    let zone = find_publisher(tx)
        .await?
        .map_or(Zone::UTC, |publisher| publisher.zone);
    Box::pin(gates::told(tx, zone, (&change, &line), now)).await
}
