//! Daily checkpoints: what a stranger keeps, to hold the log against later.

use chrono::{DateTime, NaiveDate, Utc};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::append::trusted_head;
use super::chain::{GENESIS, checkpoint_text, instant};
use crate::keys::Keys;
use crate::store::audit::{self as rows, CheckpointRow};
use crate::store::{Result, Tx};

/// A checkpoint as it is published and mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The publisher's day on which it was made.
    pub day: NaiveDate,
    /// Entries in the log then.
    pub count: i64,
    /// Hash of the last of them, hex.
    pub hash: String,
    /// When it was made, UTC to the microsecond.
    pub created_at: String,
    /// Which key signed it.
    pub key_id: String,
    /// Ed25519 over the text in `signed`, base64url.
    pub signature: String,
    /// The signed text, so that it can be checked without our program; ignored when read back.
    #[serde(default)]
    pub signed: String,
}

impl From<&CheckpointRow> for Checkpoint {
    fn from(row: &CheckpointRow) -> Self {
        Self {
            day: row.day,
            count: row.count,
            hash: HEXLOWER.encode(&row.hash),
            created_at: instant(row.created_at),
            key_id: row.key_id.clone(),
            signature: BASE64URL_NOPAD.encode(&row.signature),
            signed: checkpoint_text(row),
        }
    }
}

impl Checkpoint {
    /// From a file: a checkpoint alone, or the published document with one in it.
    pub fn parse(text: &str) -> Option<CheckpointRow> {
        let document: Value = serde_json::from_str(text).ok()?;
        let inner = document.get("checkpoint").unwrap_or(&document);
        let checkpoint: Self = serde_json::from_value(inner.clone()).ok()?;
        Some(CheckpointRow {
            day: checkpoint.day,
            count: checkpoint.count,
            hash: HEXLOWER.decode(checkpoint.hash.as_bytes()).ok()?,
            key_id: checkpoint.key_id,
            signature: BASE64URL_NOPAD.decode(checkpoint.signature.as_bytes()).ok()?,
            created_at: checkpoint.created_at.parse().ok()?,
        })
    }
}

/// Signs and stores the checkpoint of `day` (the publisher's); none if that day has one. The caller mails it.
pub async fn make_checkpoint(
    tx: &mut Tx,
    keys: &Keys,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<Checkpoint>> {
    if rows::has_checkpoint(tx, day).await? {
        return Ok(None);
    }
    let head = trusted_head(tx, keys).await?;
    let (count, hash) = head.map_or((0, GENESIS.to_vec()), |head| (head.count, head.hash));
    let mut row = CheckpointRow {
        day,
        count,
        hash,
        key_id: String::new(),
        signature: Vec::new(),
        created_at: now,
    };
    let signature = keys.sign(checkpoint_text(&row).as_bytes());
    row.key_id = signature.key_id;
    row.signature = signature.bytes.to_vec();
    rows::insert_checkpoint(tx, &row).await?;
    Ok(Some(Checkpoint::from(&row)))
}

/// The document at `/.well-known/forenotice-audit.json`.
#[must_use]
pub fn published(keys: &Keys, latest: Option<&CheckpointRow>) -> Value {
    let public_keys: Vec<Value> = keys
        .public_keys()
        .iter()
        .map(|key| {
            json!({ "key_id": key.key_id, "algorithm": "Ed25519", "public_key": BASE64URL_NOPAD.encode(&key.bytes) })
        })
        .collect();
    json!({
        "format": "forenotice-audit/1",
        "about": "Keep this file. `forenotice audit verify --checkpoint FILE` on the publisher's side shows whether the log was rewritten or cut since. The signature is Ed25519 over the text in `signed`.",
        "public_keys": public_keys,
        "checkpoint": latest.map(Checkpoint::from),
    })
}
