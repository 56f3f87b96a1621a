//! The seam to changes: what gates G9 to G15 read about one customer.

use chrono::{DateTime, Utc};
use domain::gate::CustomerFacts;
use domain::id::{CustomerId, EngagementId};

use crate::store::{Result, Tx};

/// The facts of gates G9 to G15 for one customer; `None` when no line on this engagement concerns them.
pub async fn customer_facts(
    _tx: &mut Tx,
    _engagement_id: EngagementId,
    _customer_id: CustomerId,
    _now: DateTime<Utc>,
) -> Result<Option<CustomerFacts>> {
    Ok(None)
}
