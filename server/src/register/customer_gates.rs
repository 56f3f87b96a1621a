//! The seam to changes: what gates G9 to G15 read about one customer.

use chrono::{DateTime, Utc};
use domain::authorisation::AuthorisationState;
use domain::gate::CustomerFacts;
use domain::id::{CustomerId, EngagementId};
use domain::zone::Zone;

use crate::changes::Result;
use crate::gates;
use crate::store::publisher::find_publisher;
use crate::store::{Tx, authorisations, changes};

/// The facts of gates G9 to G15 for one customer; `None` when no line on this engagement concerns them.
pub async fn customer_facts(
    tx: &mut Tx,
    engagement_id: EngagementId,
    customer_id: CustomerId,
    now: DateTime<Utc>,
) -> Result<Option<CustomerFacts>> {
    let Some((line, change)) = changes::find_current_line(tx, engagement_id.uuid()).await? else {
        return Ok(None);
    };
    let zone = find_publisher(tx)
        .await?
        .map_or(Zone::UTC, |publisher| publisher.zone);
    let Some(authorisation) = authorisations::find(tx, line.id, customer_id.uuid()).await? else {
        let untold = Box::pin(gates::list_untold(tx, zone, (&change, &line), now)).await?;
        return Ok(untold.into_iter().find(|facts| facts.customer_id == customer_id));
    };
    Ok(Some(
        gates::customer_facts(tx, zone, (&change, &line), &authorisation, now).await?,
    ))
}

/// The same for every customer in scope of the line that announces an engagement.
pub async fn all_customer_facts(
    tx: &mut Tx,
    engagement_id: EngagementId,
    now: DateTime<Utc>,
) -> Result<Vec<CustomerFacts>> {
    let Some((line, change)) = changes::find_current_line(tx, engagement_id.uuid()).await? else {
        return Ok(Vec::new());
    };
    let zone = find_publisher(tx)
        .await?
        .map_or(Zone::UTC, |publisher| publisher.zone);
    let mut in_scope = authorisations::list_by_line(tx, line.id).await?;
    in_scope.retain(|authorisation| authorisation.state != AuthorisationState::NotInScope);
    let mut all = gates::some_customer_facts(tx, zone, (&change, &line), &in_scope, now).await?;
    all.extend(Box::pin(gates::list_untold(tx, zone, (&change, &line), now)).await?);
    Ok(all)
}
