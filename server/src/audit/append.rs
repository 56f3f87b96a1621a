//! Adding to the chain, and purging payloads from beside it. Always inside the transaction of the thing itself,
//! which must come from `Db::write`: it admits one writer at a time, so two entries never want the same place.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::chain::{GENESIS, head_text, payload_digest, row_hash};
use super::entry::{Actor, Entry, Subject};
use crate::keys::Keys;
use crate::random::Random;
use crate::store::audit::{self as rows, AuditRow, Head};
use crate::store::register_rows::forget_counts;
use crate::store::{Result, StoreError, Tx};

/// The action of a row that says which payloads were purged.
pub(super) const PAYLOADS_PURGED: &str = "audit.payloads_purged";

/// Appends one entry and signs the new head; gives its place in the chain.
pub async fn append(
    tx: &mut Tx,
    keys: &Keys,
    random: &Random,
    now: DateTime<Utc>,
    entry: Entry,
) -> Result<i64> {
    append_all(tx, keys, random, now, vec![entry]).await
}

/// Appends entries in order and signs once; gives the place of the last.
///
/// The old head's signature is checked first. Otherwise whoever rewrote the chain and could not sign it would
/// only have to wait until the next entry signed it for them.
pub async fn append_all(
    tx: &mut Tx,
    keys: &Keys,
    random: &Random,
    now: DateTime<Utc>,
    entries: Vec<Entry>,
) -> Result<i64> {
    let old = trusted_head(tx, keys).await?;
    let (mut seq, mut hash) = old
        .as_ref()
        .map_or((0, GENESIS.to_vec()), |head| (head.count, head.hash.clone()));
    if entries.is_empty() {
        return Ok(seq);
    }
    for entry in entries {
        seq += 1;
        let salt = random.bytes::<16>();
        let body = entry.payload.to_string();
        let mut row = AuditRow {
            seq,
            recorded_at: now,
            actor_kind: entry.actor.kind().to_owned(),
            actor_id: entry.actor.id(),
            action: entry.action.to_owned(),
            subject_kind: entry.subject.kind.to_owned(),
            subject_id: entry.subject.id,
            payload_digest: payload_digest(&salt, &body).to_vec(),
            prev_hash: hash,
            hash: Vec::new(),
        };
        row.hash = row_hash(&row).to_vec();
        rows::insert_entry(tx, &row, &salt, &body).await?;
        forget_counts(tx, &row.subject_kind, row.subject_id).await?;
        hash = row.hash;
    }
    let signature = keys.sign(head_text(seq, &hash).as_bytes());
    let head = Head {
        count: seq,
        hash,
        key_id: signature.key_id,
        signature: signature.bytes.to_vec(),
    };
    rows::put_head(tx, old.as_ref(), &head).await?;
    Ok(seq)
}

/// The head as we signed it; none only while the log is empty.
pub(super) async fn trusted_head(tx: &mut Tx, keys: &Keys) -> Result<Option<Head>> {
    let forged = |column, found: &str| {
        tracing::error!(
            column,
            found,
            "the audit log was altered: nothing is written until it is restored"
        );
        StoreError::Inconsistent {
            table: "audit_head",
            column,
            found: found.to_owned(),
        }
    };
    let Some(head) = rows::find_head(tx).await? else {
        return match rows::find_last_seq(tx).await? {
            None => Ok(None),
            Some(last) => Err(forged("count", &format!("no head over {last} entries"))),
        };
    };
    match keys.is_signature(
        &head.key_id,
        head_text(head.count, &head.hash).as_bytes(),
        &head.signature,
    ) {
        Ok(true) => Ok(Some(head)),
        Ok(false) => Err(forged("signature", "a signature that does not fit")),
        Err(error) => Err(forged("key_id", &error.to_string())),
    }
}

/// Deletes the payloads of entries recorded before `until` and appends the row that says so; the chain keeps
/// their digests. Rows that tell of a purge keep theirs, since verification reads them. Gives how many went.
pub async fn purge_payloads(
    tx: &mut Tx,
    keys: &Keys,
    random: &Random,
    now: DateTime<Utc>,
    actor: Actor,
    until: DateTime<Utc>,
) -> Result<usize> {
    let purged = rows::delete_payloads(tx, until, PAYLOADS_PURGED).await?;
    if !purged.is_empty() {
        let payload = json!({ "until": super::chain::instant(until), "purged": ranges(&purged) });
        let subject = Subject::the("audit");
        append(
            tx,
            keys,
            random,
            now,
            Entry {
                actor,
                action: PAYLOADS_PURGED,
                subject,
                payload,
            },
        )
        .await?;
    }
    Ok(purged.len())
}

/// `[1, 2, 3, 7]` as `[[1, 3], [7, 7]]`.
fn ranges(seqs: &[i64]) -> Vec<[i64; 2]> {
    let mut ranges: Vec<[i64; 2]> = Vec::new();
    for seq in seqs {
        match ranges.last_mut() {
            Some([_, last]) if *last + 1 == *seq => *last = *seq,
            _ => ranges.push([*seq, *seq]),
        }
    }
    ranges
}

/// The ranges in a purge row's payload.
pub(super) fn purged_ranges(body: &str) -> Vec<[i64; 2]> {
    serde_json::from_str::<Value>(body)
        .ok()
        .and_then(|body| serde_json::from_value(body["purged"].clone()).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purged_places_are_written_as_ranges_and_read_back() {
        let written = json!({ "purged": ranges(&[1, 2, 3, 7, 9, 10]) }).to_string();
        assert_eq!(purged_ranges(&written), [[1, 3], [7, 7], [9, 10]]);
        assert!(purged_ranges("{}").is_empty());
    }
}
