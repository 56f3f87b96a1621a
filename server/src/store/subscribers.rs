//! Subscribers of the public list, their single-use tokens, the confirmations they were sent, and who must never be
//! written to. Addresses are sealed; they are found by a keyed index. Whoever has left has no address here any more,
//! only the index, under which a later wish to follow again finds its row.

use std::fmt;

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use domain::locale::Locale;
use domain::subscription::SubscriptionState;
use uuid::Uuid;

use super::{Result, StoreError, Tx, expect_one, parsed};
use crate::keys::{Keys, Sealed, field};

/// The purpose under which subscribers' addresses are indexed. Not that of contacts: the two lists cannot be joined.
const ADDRESS_INDEX: &str = "subscriber";

/// The blind index of an address; equal for spellings that differ only in case.
#[must_use]
pub fn address_index(keys: &Keys, address: &EmailAddress) -> Vec<u8> {
    keys.blind_index(ADDRESS_INDEX, &address.folded())
}

/// Where a subscriber's sealed address belongs.
#[must_use]
pub fn address_context(id: Uuid) -> String {
    field("subscribers", "address", id)
}

/// Somebody who asked to follow the list.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Its id.
    pub id: Uuid,
    /// Where mails go; gone once left.
    pub address: Option<EmailAddress>,
    /// Language of mails.
    pub locale: Locale,
    /// Where it is.
    pub state: SubscriptionState,
    /// When the owner of the address confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub left_at: Option<DateTime<Utc>>,
    /// Whether the owner of the address asked never to be written to.
    pub is_suppressed: bool,
}

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

// Addresses stay out of logs, also where somebody prints a whole value.
impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subscriber({}, {}, {})", self.id, self.state, self.locale)
    }
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Follower({}, {})", self.id, self.locale)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    address_key_id: String,
    address: Vec<u8>,
    locale: String,
    state: String,
    confirmed_at: Option<DateTime<Utc>>,
    left_at: Option<DateTime<Utc>>,
    is_suppressed: bool,
}

impl Row {
    fn open(self, keys: &Keys) -> Result<Subscriber> {
        let address = (!self.address.is_empty())
            .then(|| self.open_address(keys))
            .transpose()?;
        Ok(Subscriber {
            id: self.id,
            address,
            locale: parsed("subscribers", "locale", &self.locale)?,
            state: parsed("subscribers", "state", &self.state)?,
            confirmed_at: self.confirmed_at,
            left_at: self.left_at,
            is_suppressed: self.is_suppressed,
        })
    }

    fn open_address(&self, keys: &Keys) -> Result<EmailAddress> {
        let unreadable = || StoreError::Inconsistent {
            table: "subscribers",
            column: "address",
            found: format!("subscriber {}", self.id),
        };
        let text = keys
            .open_text(&address_context(self.id), &self.address_key_id, &self.address)
            .map_err(|_| unreadable())?;
        text.parse().map_err(|_| unreadable())
    }
}

/// A subscriber by its id.
pub async fn find(tx: &mut Tx, keys: &Keys, id: Uuid) -> Result<Option<Subscriber>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT s.id, s.address_key_id, s.address, s.locale, s.state, s.confirmed_at, s.left_at,
             (x.address_index IS NOT NULL) AS is_suppressed
             FROM subscribers s LEFT JOIN suppressions x ON x.address_index = s.address_index WHERE s.id = $1",
        )
        .bind(id)
        .fetch_optional(c)
        .await
    })?;
    row.map(|row| row.open(keys)).transpose()
}

/// The subscriber with an address, whatever its state.
pub async fn find_id(tx: &mut Tx, address_index: &[u8]) -> Result<Option<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT id FROM subscribers WHERE address_index = $1")
            .bind(address_index)
            .fetch_optional(c)
            .await
    })?)
}

/// Everybody who has confirmed, has not left, and may be written to; in a fixed order.
pub async fn list_confirmed(tx: &mut Tx, keys: &Keys) -> Result<Vec<Follower>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT s.id, s.address_key_id, s.address, s.locale, s.state, s.confirmed_at, s.left_at, FALSE AS is_suppressed
             FROM subscribers s LEFT JOIN suppressions x ON x.address_index = s.address_index
             WHERE s.state = 'CONFIRMED' AND x.address_index IS NULL ORDER BY s.id",
        )
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|row| {
            Ok(Follower {
                address: row.open_address(keys)?,
                id: row.id,
                locale: parsed("subscribers", "locale", &row.locale)?,
            })
        })
        .collect()
}

/// Whether the owner of this address asked never to be written to.
pub async fn is_suppressed(tx: &mut Tx, address_index: &[u8]) -> Result<bool> {
    let found: Option<i64> = on!(tx, |c| {
        sqlx::query_scalar("SELECT CAST(1 AS BIGINT) FROM suppressions WHERE address_index = $1")
            .bind(address_index)
            .fetch_optional(c)
            .await
    })?;
    Ok(found.is_some())
}

/// When confirmations went to this address.
pub async fn list_confirmations(tx: &mut Tx, address_index: &[u8]) -> Result<Vec<DateTime<Utc>>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT requested_at FROM confirmation_requests WHERE address_index = $1")
            .bind(address_index)
            .fetch_all(c)
            .await
    })?)
}

/// Somebody's wish to follow, as it is written.
#[derive(Clone)]
pub struct Wish {
    /// The subscriber: the one who has the address, or a new one.
    pub id: Uuid,
    /// The address, sealed for that subscriber.
    pub address: Sealed,
    /// Its blind index.
    pub address_index: Vec<u8>,
    /// Language of mails, for somebody new.
    pub locale: Locale,
    /// Hash of the token in the confirmation.
    pub token_hash: [u8; 32],
    /// Id of the row that counts the confirmation.
    pub confirmation_id: Uuid,
    /// Now.
    pub now: DateTime<Utc>,
    /// When the token expires.
    pub expires_at: DateTime<Utc>,
}

/// Writes a wish: somebody unknown, or who has left, becomes pending; everybody gets a new token and a confirmation
/// counted. Where it is not granted, the same statements run and nothing of them stays.
pub async fn ask(tx: &mut Tx, wish: &Wish, is_granted: bool) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO subscribers (id, address_key_id, address, address_index, locale, state, created_at)
             SELECT $1, $2, $3, $4, $5, 'PENDING', $6 WHERE $7
             ON CONFLICT (address_index) DO UPDATE SET address_key_id = excluded.address_key_id, address = excluded.address,
             locale = excluded.locale, state = 'PENDING', created_at = excluded.created_at, confirmed_at = NULL, left_at = NULL
             WHERE subscribers.state = 'LEFT'",
        )
        .bind(wish.id)
        .bind(&wish.address.key_id)
        .bind(&wish.address.bytes)
        .bind(&wish.address_index)
        .bind(wish.locale.as_str())
        .bind(wish.now)
        .bind(is_granted)
        .execute(c)
        .await
        .map(drop)
    })?;
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO subscription_tokens (token_hash, subscriber_id, purpose, created_at, expires_at)
             SELECT $1, $2, 'CONFIRM', $3, $4 WHERE $5",
        )
        .bind(&wish.token_hash[..])
        .bind(wish.id)
        .bind(wish.now)
        .bind(wish.expires_at)
        .bind(is_granted)
        .execute(c)
        .await
        .map(drop)
    })?;
    on!(tx, |c| {
        sqlx::query("INSERT INTO confirmation_requests (id, address_index, requested_at) VALUES ($1, $2, $3)")
            .bind(wish.confirmation_id)
            .bind(&wish.address_index)
            .bind(wish.now)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Takes back the mail and the count of a wish that is not granted. For one that is, the same statements find nothing.
pub async fn settle(tx: &mut Tx, wish: &Wish, mail_id: Uuid, is_granted: bool) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM mails WHERE id = $1 AND NOT $2")
            .bind(mail_id)
            .bind(is_granted)
            .execute(c)
            .await
            .map(drop)
    })?;
    on!(tx, |c| {
        sqlx::query("DELETE FROM confirmation_requests WHERE id = $1 AND NOT $2")
            .bind(wish.confirmation_id)
            .bind(is_granted)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Whose unused, unexpired confirmation token this is. Looking uses nothing up.
pub async fn find_by_token(tx: &mut Tx, hash: &[u8; 32], now: DateTime<Utc>) -> Result<Option<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT subscriber_id FROM subscription_tokens
             WHERE token_hash = $1 AND purpose = 'CONFIRM' AND used_at IS NULL AND expires_at > $2",
        )
        .bind(&hash[..])
        .bind(now)
        .fetch_optional(c)
        .await
    })?)
}

/// Uses a confirmation token up, and says whose it was. Nobody's: unknown, used or expired.
pub async fn use_token(tx: &mut Tx, hash: &[u8; 32], now: DateTime<Utc>) -> Result<Option<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "UPDATE subscription_tokens SET used_at = $2
             WHERE token_hash = $1 AND purpose = 'CONFIRM' AND used_at IS NULL AND expires_at > $2 RETURNING subscriber_id",
        )
        .bind(&hash[..])
        .bind(now)
        .fetch_optional(c)
        .await
    })?)
}

/// Confirms a pending subscription.
pub async fn confirm(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE subscribers SET state = 'CONFIRMED', confirmed_at = $2 WHERE id = $1 AND state = 'PENDING'")
            .bind(id)
            .bind(now)
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This subscription")
}

/// Ends a subscription that was `from`: the address goes, and so do tokens that could bring it back.
pub async fn leave(tx: &mut Tx, id: Uuid, from: SubscriptionState, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query(
            "UPDATE subscribers SET state = 'LEFT', left_at = $3, address_key_id = '', address = $4
             WHERE id = $1 AND state = $2",
        )
        .bind(id)
        .bind(from.as_str())
        .bind(now)
        .bind(Vec::<u8>::new())
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This subscription")?;
    on!(tx, |c| {
        sqlx::query("DELETE FROM subscription_tokens WHERE subscriber_id = $1")
            .bind(id)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Changes the language of mails.
pub async fn set_locale(tx: &mut Tx, id: Uuid, locale: Locale) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE subscribers SET locale = $2 WHERE id = $1 AND state <> 'LEFT'")
            .bind(id)
            .bind(locale.as_str())
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This subscription")
}

/// Notes that the address of this subscriber must never be written to.
pub async fn suppress(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO suppressions (address_index, created_at) SELECT address_index, $2 FROM subscribers WHERE id = $1
             ON CONFLICT (address_index) DO NOTHING",
        )
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Takes [`suppress`] back.
pub async fn allow(tx: &mut Tx, id: Uuid) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "DELETE FROM suppressions WHERE address_index = (SELECT address_index FROM subscribers WHERE id = $1)",
        )
        .bind(id)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Mails to this subscriber that may be sent yet, for the first time or again, also by somebody's hand: news of changes and
/// confirmations.
pub async fn list_waiting_mails(tx: &mut Tx, id: Uuid) -> Result<Vec<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT m.id FROM mails m JOIN deliveries d ON d.mail_id = m.id WHERE d.subscriber_id = $1
               AND m.state IN ('QUEUED', 'UNKNOWN', 'SENDING', 'FAILED')
             UNION SELECT id FROM mails WHERE about_id = $1 AND state IN ('QUEUED', 'UNKNOWN', 'SENDING', 'FAILED')",
        )
        .bind(id)
        .fetch_all(c)
        .await
    })?)
}

/// Whether a mail was sent for the subscription as it is now, and not for one that ended before.
pub async fn is_of_this_subscription(tx: &mut Tx, id: Uuid, mail_id: Uuid) -> Result<bool> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM subscribers s, mails m
             WHERE s.id = $1 AND m.id = $2 AND s.state <> 'LEFT' AND m.queued_at >= s.created_at)",
        )
        .bind(id)
        .bind(mail_id)
        .fetch_one(c)
        .await
    })?)
}

const STALE_PENDING: &str = "state = 'PENDING' AND NOT EXISTS (SELECT 1 FROM subscription_tokens t
     WHERE t.subscriber_id = subscribers.id AND t.used_at IS NULL AND t.expires_at > $1)";

/// Whether [`expire_pending`] or [`forget_confirmations`] would find anything.
pub async fn is_anything_stale(tx: &mut Tx, now: DateTime<Utc>, counted_from: DateTime<Utc>) -> Result<bool> {
    let found: Option<i64> = on!(tx, |c| {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT CAST(1 AS BIGINT) WHERE EXISTS (SELECT 1 FROM subscribers WHERE {STALE_PENDING})
             OR EXISTS (SELECT 1 FROM subscription_tokens WHERE expires_at <= $1)
             OR EXISTS (SELECT 1 FROM confirmation_requests WHERE requested_at <= $2)"
        )))
        .bind(now)
        .bind(counted_from)
        .fetch_optional(c)
        .await
    })?;
    Ok(found.is_some())
}

/// Ends pending subscriptions whose last token has expired, and deletes every row of them that no evidence hangs on:
/// an address that was never confirmed leaves nothing behind. Gives how many ended.
pub async fn expire_pending(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64> {
    let ended = on!(tx, |c| {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE subscribers SET state = 'LEFT', left_at = $1, address_key_id = '', address = $2 WHERE {STALE_PENDING}"
        )))
        .bind(now)
        .bind(Vec::<u8>::new())
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    on!(tx, |c| {
        sqlx::query(
            "DELETE FROM subscription_tokens WHERE expires_at <= $1
             OR subscriber_id IN (SELECT id FROM subscribers WHERE state = 'LEFT')",
        )
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    on!(tx, |c| {
        sqlx::query(
            "DELETE FROM subscribers WHERE state = 'LEFT' AND confirmed_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.subscriber_id = subscribers.id)
             AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address_index = subscribers.address_index)",
        )
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(ended)
}

/// Forgets confirmations that no limit counts any more.
pub async fn forget_confirmations(tx: &mut Tx, counted_from: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM confirmation_requests WHERE requested_at <= $1")
            .bind(counted_from)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}
