//! Reading the chain again and naming the first thing that does not fit.
//!
//! [`Verifier`] is fed rows in order and knows no database, so that a database, a backup file and a test verify
//! by the same code. It never stops at the first fault: an earlier one can show later (a payload that no purge explains).

use std::collections::BTreeSet;
use std::fmt;

use super::append::{PAYLOADS_PURGED, purged_ranges};
use super::chain::{GENESIS, checkpoint_text, head_text, payload_digest, row_hash};
use crate::keys::{KeyError, Keys};
use crate::store::audit::{self as rows, CheckpointRow, FoundEntry, Head};
use crate::store::{Result, StoreError, Tx};

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Entries read.
    pub count: i64,
    /// Hash of the last entry.
    pub hash: Vec<u8>,
    /// Payloads that were purged by a row of the log.
    pub purged: usize,
    /// Checkpoints that fit.
    pub checkpoints: usize,
    /// Checkpoints whose key is no longer in the ring: their place in the chain fits, their signature was not checked.
    pub unchecked: usize,
    /// The first thing that does not fit.
    pub first_break: Option<Break>,
}

impl Verification {
    /// True if nothing was found.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.first_break.is_none()
    }
}

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The first row concerned.
    pub seq: i64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// In which way the log does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A column holds what this program never writes.
    Unreadable,
    /// The row's hash is not that of its columns.
    Changed,
    /// The row is not there though a later one is.
    Removed,
    /// The row does not follow the one before it: inserted, swapped, or the one before was replaced.
    Misplaced,
    /// The payload is not the one that was recorded.
    PayloadChanged,
    /// The payload is gone and no purge is recorded.
    PayloadRemoved,
    /// Rows up to this one are missing at the end.
    CutOff(i64),
    /// The signed head does not know this row.
    Added,
    /// There are rows and no signed head.
    NoHead,
    /// There is no row at all, though this table has rows that are never written without one.
    Emptied(&'static str),
    /// A value of this table is none that this program writes.
    TableUnreadable(&'static str),
    /// The head's signature does not fit.
    HeadForged,
    /// The head is signed by a key that is not in the ring.
    HeadKeyUnknown(String),
    /// The rows fit each other up to this one but not the signed head: some were rewritten.
    Rewritten(i64),
    /// The signature of the checkpoint of this day does not fit.
    CheckpointForged(String),
    /// The rows up to this one fit each other but not the checkpoint of this day.
    CheckpointDiffers(i64, String),
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seq = self.seq;
        match &self.fault {
            Fault::Unreadable => write!(f, "row {seq} holds a value that was never written by Forenotice"),
            Fault::Changed => write!(f, "row {seq} was changed"),
            Fault::Removed => write!(f, "row {seq} was removed"),
            Fault::Misplaced => {
                write!(
                    f,
                    "row {seq} does not follow row {}: one was inserted, swapped or replaced",
                    seq - 1
                )
            }
            Fault::PayloadChanged => write!(f, "row {seq}: its payload was changed"),
            Fault::PayloadRemoved => {
                write!(f, "row {seq}: its payload was removed, and no purge is recorded")
            }
            Fault::CutOff(last) => write!(f, "rows {seq} to {last} were cut off at the end"),
            Fault::Added => write!(f, "row {seq} was added after the signed head"),
            Fault::NoHead => write!(f, "row {seq}: the signed head is missing"),
            Fault::Emptied(table) => write!(
                f,
                "the log is empty although there are rows in {table}: every one of its own was removed"
            ),
            Fault::TableUnreadable(table) => {
                write!(
                    f,
                    "row {seq}: {table} holds a value that was never written by Forenotice"
                )
            }
            Fault::HeadForged => write!(f, "row {seq}: the head over it has a signature that does not fit"),
            Fault::HeadKeyUnknown(key) => {
                write!(
                    f,
                    "row {seq}: the head over it is signed by key {key}, which is not among the secret keys"
                )
            }
            Fault::Rewritten(last) => {
                write!(
                    f,
                    "rows {seq} to {last}: at least one was rewritten; the signed head does not fit"
                )
            }
            Fault::CheckpointForged(day) => {
                write!(
                    f,
                    "row {seq}: the checkpoint of {day} over it has a signature that does not fit"
                )
            }
            Fault::CheckpointDiffers(last, day) => {
                write!(
                    f,
                    "rows {seq} to {last}: at least one was rewritten; the checkpoint of {day} does not fit"
                )
            }
        }
    }
}

/// Takes in rows in the order of `seq`, then the head.
pub struct Verifier<'a> {
    keys: &'a Keys,
    checkpoints: Vec<CheckpointRow>,
    next_checkpoint: usize,
    /// Up to here a checkpoint of ours fits: nothing before it can have been rewritten.
    vouched: i64,
    count: i64,
    hash: Vec<u8>,
    without_payload: BTreeSet<i64>,
    purged: usize,
    fitting: usize,
    unchecked: usize,
    first_break: Option<Break>,
    /// A table beside the log that has rows.
    filled: Option<&'static str>,
}

impl<'a> Verifier<'a> {
    /// With the checkpoints to compare: those of the database, and one from outside if there is one.
    #[must_use]
    pub fn new(keys: &'a Keys, mut checkpoints: Vec<CheckpointRow>) -> Self {
        checkpoints.sort_by_key(|checkpoint| (checkpoint.count, checkpoint.day));
        let mut verifier = Self {
            keys,
            checkpoints,
            next_checkpoint: 0,
            vouched: 0,
            count: 0,
            hash: GENESIS.to_vec(),
            without_payload: BTreeSet::new(),
            purged: 0,
            fitting: 0,
            unchecked: 0,
            first_break: None,
            filled: None,
        };
        verifier.pass_checkpoints();
        verifier
    }

    /// Where the log is: beside this one of [`rows::LOGGED_TABLES`], which has rows.
    pub fn beside(&mut self, table: &'static str) {
        self.filled = Some(table);
    }

    /// The next row.
    pub fn row(&mut self, found: FoundEntry) {
        let seq = found.seq;
        let expected = self.count + 1;
        let Ok(row) = found.row else {
            self.fault(seq, Fault::Unreadable);
            // The chain cannot be followed through it; the next row's own hash still can be checked.
            self.count = seq;
            self.hash.clear();
            return;
        };
        if seq > expected {
            self.fault(expected, Fault::Removed);
        } else if seq < expected {
            self.fault(seq, Fault::Misplaced);
        }
        if row.recorded_at.timestamp_subsec_nanos() % 1000 != 0 || row_hash(&row)[..] != row.hash[..] {
            self.fault(seq, Fault::Changed);
        } else if row.prev_hash != self.hash {
            self.fault(seq, Fault::Misplaced);
        }
        match found.payload {
            None => {
                self.without_payload.insert(seq);
            }
            Some((salt, body)) if payload_digest(&salt, &body)[..] != row.payload_digest[..] => {
                self.fault(seq, Fault::PayloadChanged);
            }
            Some((_, body)) if row.action == PAYLOADS_PURGED => {
                for [first, last] in purged_ranges(&body) {
                    let before = self.without_payload.len();
                    self.without_payload.retain(|seq| !(first..=last).contains(seq));
                    self.purged += before - self.without_payload.len();
                }
            }
            Some(_) => {}
        }
        self.count = seq;
        self.hash = row.hash;
        self.pass_checkpoints();
    }

    /// Compares every checkpoint that the chain has reached.
    fn pass_checkpoints(&mut self) {
        while let Some(checkpoint) = self.checkpoints.get(self.next_checkpoint).cloned() {
            if checkpoint.count > self.count {
                return;
            }
            self.next_checkpoint += 1;
            let (day, first) = (checkpoint.day.to_string(), self.vouched + 1);
            match signature_fits(self.keys, &checkpoint) {
                Ok(false) => self.fault(checkpoint.count.max(1), Fault::CheckpointForged(day)),
                _ if checkpoint.count != self.count || checkpoint.hash != self.hash => {
                    // A fault already found in these rows says more than the range does.
                    if self.first_break.is_none() {
                        self.fault(first, Fault::CheckpointDiffers(checkpoint.count, day));
                    }
                }
                Ok(true) => {
                    self.vouched = checkpoint.count;
                    self.fitting += 1;
                }
                Err(_) => self.unchecked += 1,
            }
        }
    }

    /// The head, and the verdict.
    #[must_use]
    pub fn finish(mut self, head: Option<&Head>) -> Verification {
        if let Some(seq) = self.without_payload.first().copied() {
            self.fault(seq, Fault::PayloadRemoved);
        }
        let (count, vouched) = (self.count, self.vouched);
        if let Some(beyond) = self.checkpoints.get(self.next_checkpoint..).and_then(<[_]>::last) {
            let last = beyond.count;
            self.fault(count + 1, Fault::CutOff(last));
        }
        match head {
            None if count == 0 => {
                if let Some(table) = self.filled {
                    self.fault(1, Fault::Emptied(table));
                }
            }
            None => self.fault(count, Fault::NoHead),
            Some(head) => {
                let text = head_text(head.count, &head.hash);
                match self
                    .keys
                    .is_signature(&head.key_id, text.as_bytes(), &head.signature)
                {
                    Ok(true) if head.count > count => self.fault(count + 1, Fault::CutOff(head.count)),
                    Ok(true) if head.count < count => self.fault(head.count + 1, Fault::Added),
                    Ok(true) if head.hash != self.hash && self.first_break.is_none() => {
                        self.fault(vouched + 1, Fault::Rewritten(count));
                    }
                    Ok(true) => {}
                    Ok(false) => self.fault(head.count.max(1), Fault::HeadForged),
                    Err(_) => self.fault(head.count.max(1), Fault::HeadKeyUnknown(head.key_id.clone())),
                }
            }
        }
        Verification {
            count,
            hash: self.hash,
            purged: self.purged,
            checkpoints: self.fitting,
            unchecked: self.unchecked,
            first_break: self.first_break,
        }
    }

    /// Keeps the fault if none is known at an earlier row, nor at the same one.
    fn fault(&mut self, seq: i64, fault: Fault) {
        if self.first_break.as_ref().is_none_or(|first| seq < first.seq) {
            self.first_break = Some(Break { seq, fault });
        }
    }
}

/// Whether we signed this checkpoint.
pub(super) fn signature_fits(keys: &Keys, row: &CheckpointRow) -> Result<bool, KeyError> {
    keys.is_signature(&row.key_id, checkpoint_text(row).as_bytes(), &row.signature)
}

/// Verifies the log of a database.
pub async fn verify(tx: &mut Tx, keys: &Keys) -> Result<Verification> {
    verify_with(tx, keys, None).await
}

/// [`verify`], compared with a checkpoint from outside as well.
pub async fn verify_with(tx: &mut Tx, keys: &Keys, outside: Option<CheckpointRow>) -> Result<Verification> {
    const BATCH: i64 = 1000;
    let found = rows::list_checkpoints(tx).await?;
    let is_readable = found.iter().all(std::result::Result::is_ok);
    let checkpoints = found.into_iter().flatten().chain(outside).collect();
    let mut verifier = Verifier::new(keys, checkpoints);
    let mut after = i64::MIN;
    loop {
        let found = rows::list_chain(tx, after, BATCH).await?;
        let Some(last) = found.last() else { break };
        after = last.seq;
        for entry in found {
            verifier.row(entry);
        }
    }
    if let Some(table) = rows::find_filled(tx).await? {
        verifier.beside(table);
    }
    let last = verifier.count.max(1);
    if !is_readable {
        verifier.fault(last, Fault::TableUnreadable("audit_checkpoints"));
    }
    let head = match rows::find_head(tx).await {
        Err(StoreError::Other(sqlx::Error::ColumnDecode { .. })) => {
            verifier.fault(last, Fault::TableUnreadable("audit_head"));
            None
        }
        head => head?,
    };
    Ok(verifier.finish(head.as_ref()))
}

#[cfg(test)]
mod tests;
