//! Subscribers of the public list. Addresses are sealed; they are found by a keyed index.

use std::fmt;

use domain::email_address::EmailAddress;
use domain::locale::Locale;
use uuid::Uuid;

use super::{Result, StoreError, Tx, parsed};
use crate::keys::{Keys, field};

/// Somebody who gets the mails about changes.
#[derive(Clone, PartialEq, Eq)]
pub struct Follower {
    /// The subscriber's id.
    pub id: Uuid,
    /// Where mails go.
    pub address: EmailAddress,
    /// Language of mails.
    pub locale: Locale,
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Follower({}, {})", self.id, self.locale)
    }
}

/// Where a subscriber's sealed address belongs.
fn context(id: Uuid) -> String {
    field("subscribers", "address", id)
}

#[derive(sqlx::FromRow)]
struct FollowerRow {
    id: Uuid,
    address_key_id: String,
    address: Vec<u8>,
    locale: String,
}

/// Everybody who has confirmed, has not left, and may be written to.
pub async fn list_confirmed(tx: &mut Tx, keys: &Keys) -> Result<Vec<Follower>> {
    let rows: Vec<FollowerRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT s.id, s.address_key_id, s.address, s.locale FROM subscribers s
             LEFT JOIN suppressions x ON x.address_index = s.address_index
             WHERE s.state = 'CONFIRMED' AND x.address_index IS NULL ORDER BY s.id",
        )
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|row| {
            let unreadable = || StoreError::Inconsistent {
                table: "subscribers",
                column: "address",
                found: format!("subscriber {}", row.id),
            };
            let address = keys
                .open_text(&context(row.id), &row.address_key_id, &row.address)
                .map_err(|_| unreadable())?;
            Ok(Follower {
                id: row.id,
                address: address.parse().map_err(|_| unreadable())?,
                locale: parsed("subscribers", "locale", &row.locale)?,
            })
        })
        .collect()
}
