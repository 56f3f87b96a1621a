//! The verifier on logs in memory, with every kind of edit that somebody with the database in hand could make.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::store::audit::{AuditRow, Unreadable};

#[derive(Clone)]
struct Log {
    keys: Keys,
    entries: Vec<FoundEntry>,
    head: Option<Head>,
    checkpoints: Vec<CheckpointRow>,
}

fn ring(byte: u8) -> Keys {
    Keys::from_secrets(&[(0..32).map(|at| at ^ byte).collect()]).unwrap()
}

fn start() -> DateTime<Utc> {
    "2026-05-01T08:00:00.000001Z".parse().unwrap()
}

fn head(keys: &Keys, count: i64, hash: &[u8]) -> Head {
    let signature = keys.sign(head_text(count, hash).as_bytes());
    Head {
        count,
        hash: hash.to_vec(),
        key_id: signature.key_id,
        signature: signature.bytes.to_vec(),
    }
}

fn checkpoint(keys: &Keys, day: u64, count: i64, hash: &[u8]) -> CheckpointRow {
    let day = NaiveDate::default().checked_add_days(Days::new(day)).unwrap();
    let mut row = CheckpointRow {
        day,
        count,
        hash: hash.to_vec(),
        key_id: String::new(),
        signature: Vec::new(),
        created_at: start(),
    };
    let signature = keys.sign(checkpoint_text(&row).as_bytes());
    row.key_id = signature.key_id;
    row.signature = signature.bytes.to_vec();
    row
}

/// Rows as they are, chained anew from the place `from` (an index) on.
fn rechain(entries: &mut [FoundEntry], from: usize) {
    for at in from..entries.len() {
        let prev = match at {
            0 => GENESIS.to_vec(),
            _ => entries[at - 1].row.as_ref().unwrap().hash.clone(),
        };
        let (salt, body) = entries[at].payload.clone().unwrap();
        let row = entries[at].row.as_mut().unwrap();
        row.prev_hash = prev;
        row.payload_digest = payload_digest(&salt, &body).to_vec();
        row.hash = row_hash(row).to_vec();
    }
}

impl Log {
    /// `count` entries, with a checkpoint after every third.
    fn of(count: i64) -> Self {
        let keys = ring(1);
        let mut entries: Vec<FoundEntry> = (1..=count)
            .map(|seq| FoundEntry {
                seq,
                row: Ok(AuditRow {
                    seq,
                    recorded_at: start() + TimeDelta::minutes(seq),
                    actor_kind: "staff".into(),
                    actor_id: (seq % 2 == 0).then(|| Uuid::from_u128(7)),
                    action: "notice.approved".into(),
                    subject_kind: "notice".into(),
                    subject_id: Some(Uuid::from_u128(9)),
                    payload_digest: Vec::new(),
                    prev_hash: Vec::new(),
                    hash: Vec::new(),
                }),
                payload: Some((vec![seq as u8; 16], format!("{{\"after\":{seq}}}"))),
            })
            .collect();
        rechain(&mut entries, 0);
        let hash_at = |seq: i64| entries[seq as usize - 1].row.as_ref().unwrap().hash.clone();
        let checkpoints = (3..=count)
            .step_by(3)
            .map(|seq| checkpoint(&keys, seq as u64, seq, &hash_at(seq)))
            .collect();
        let head = (count > 0).then(|| head(&keys, count, &hash_at(count)));
        Self {
            keys,
            entries,
            head,
            checkpoints,
        }
    }

    fn verify(&self) -> Verification {
        let mut verifier = Verifier::new(&self.keys, self.checkpoints.clone());
        for entry in self.entries.clone() {
            verifier.row(entry);
        }
        verifier.finish(self.head.as_ref())
    }

    fn first(&self) -> String {
        self.verify()
            .first_break
            .map(|first| first.to_string())
            .unwrap_or_default()
    }

    fn row(&mut self, seq: usize) -> &mut AuditRow {
        self.entries[seq - 1].row.as_mut().unwrap()
    }

    fn last_hash(&self) -> Vec<u8> {
        self.entries.last().unwrap().row.as_ref().unwrap().hash.clone()
    }

    /// Numbers the rows from 1 again, as somebody hiding a gap would.
    fn renumber(&mut self) {
        for (at, entry) in self.entries.iter_mut().enumerate() {
            entry.seq = at as i64 + 1;
            entry.row.as_mut().unwrap().seq = entry.seq;
        }
    }
}

#[test]
fn an_untouched_log_is_intact() {
    for count in 0..=7 {
        let verification = Log::of(count).verify();
        assert!(verification.is_intact(), "{verification:?}");
        assert_eq!(
            (verification.count, verification.checkpoints),
            (count, count as usize / 3)
        );
    }
}

#[test]
fn the_first_broken_row_is_named() {
    type Edit = fn(&mut Log);
    let edits: [(&str, Edit, &str); 18] = [
        (
            "a changed row",
            |log| log.row(5).action = "x".into(),
            "row 5 was changed",
        ),
        (
            "a changed instant",
            |log| log.row(5).recorded_at += TimeDelta::nanoseconds(1),
            "row 5 was changed",
        ),
        (
            "a removed row",
            |log| drop(log.entries.remove(4)),
            "row 5 was removed",
        ),
        (
            "a removed row, the gap hidden",
            |log| {
                log.entries.remove(4);
                log.renumber();
            },
            "row 5 was changed",
        ),
        (
            "two swapped rows",
            |log| {
                log.entries.swap(4, 5);
                log.renumber();
            },
            "row 5 was changed",
        ),
        (
            "two swapped rows, hashed anew",
            |log| {
                log.entries.swap(4, 5);
                log.renumber();
                for seq in 5..=6 {
                    let row = log.row(seq);
                    row.hash = row_hash(row).to_vec();
                }
            },
            "row 5 does not follow row 4: one was inserted, swapped or replaced",
        ),
        (
            "an inserted row",
            |log| {
                let copy = log.entries[3].clone();
                log.entries.insert(4, copy);
                log.renumber();
            },
            "row 5 was changed",
        ),
        (
            "a cut-off tail",
            |log| log.entries.truncate(6),
            "rows 7 to 8 were cut off at the end",
        ),
        (
            "a cut-off tail, the head with it",
            |log| {
                log.entries.truncate(5);
                log.head = Some(head(&log.keys, 5, &log.last_hash()));
            },
            "rows 6 to 6 were cut off at the end",
        ),
        (
            "a row added without the head",
            |log| {
                let mut copy = log.entries[7].clone();
                copy.seq = 9;
                copy.row.as_mut().unwrap().seq = 9;
                log.entries.push(copy);
                rechain(&mut log.entries, 8);
            },
            "row 9 was added after the signed head",
        ),
        (
            "a changed payload",
            |log| log.entries[4].payload.as_mut().unwrap().1.push(' '),
            "row 5: its payload was changed",
        ),
        (
            "a removed payload",
            |log| log.entries[4].payload = None,
            "row 5: its payload was removed, and no purge is recorded",
        ),
        (
            "a lost head",
            |log| log.head = None,
            "row 8: the signed head is missing",
        ),
        (
            "a head of another key",
            |log| log.head = Some(head(&ring(2), 8, &log.last_hash())),
            "which is not among the secret keys",
        ),
        (
            "the whole rest rewritten, unsigned",
            |log| {
                log.row(7).action = "x".into();
                rechain(&mut log.entries, 6);
            },
            "rows 7 to 8: at least one was rewritten; the signed head does not fit",
        ),
        (
            "the whole rest rewritten, with a made-up head",
            |log| {
                log.row(7).action = "x".into();
                rechain(&mut log.entries, 6);
                log.head.as_mut().unwrap().hash = log.last_hash();
            },
            "row 8: the head over it has a signature that does not fit",
        ),
        (
            "rewritten before a checkpoint",
            |log| {
                log.row(5).action = "x".into();
                rechain(&mut log.entries, 4);
            },
            "rows 4 to 6: at least one was rewritten; the checkpoint of 1970-01-07 does not fit",
        ),
        (
            "a checkpoint rewritten",
            |log| log.checkpoints[0].count = 2,
            "row 2: the checkpoint of 1970-01-04 over it has a signature that does not fit",
        ),
    ];
    for (name, edit, expected) in edits {
        let mut log = Log::of(8);
        edit(&mut log);
        let first = log.first();
        assert!(first.ends_with(expected), "{name}: {first:?}");
    }
}

#[test]
fn an_unreadable_row_is_named_and_the_rest_still_read() {
    let mut log = Log::of(8);
    log.entries[4].row = Err(Unreadable);
    assert_eq!(
        log.first(),
        "row 5 holds a value that was never written by Forenotice"
    );
    log.row(2).action = "x".into();
    assert_eq!(log.first(), "row 2 was changed");
}

#[test]
fn a_recorded_purge_explains_a_missing_payload_and_no_other() {
    let mut log = Log::of(8);
    log.row(8).action = PAYLOADS_PURGED.into();
    log.entries[7].payload = Some((vec![1; 16], "{\"purged\":[[2,3]]}".into()));
    rechain(&mut log.entries, 7);
    log.head = Some(head(&log.keys, 8, &log.last_hash()));
    log.entries[1].payload = None;
    log.entries[2].payload = None;
    let verification = log.verify();
    assert!(
        verification.is_intact() && verification.purged == 2,
        "{verification:?}"
    );
    log.entries[3].payload = None;
    assert_eq!(
        log.first(),
        "row 4: its payload was removed, and no purge is recorded"
    );
}

#[test]
fn a_checkpoint_of_a_key_long_gone_is_compared_but_not_counted_as_checked() {
    let mut log = Log::of(8);
    let hash = log.entries[3].row.as_ref().unwrap().hash.clone();
    log.checkpoints.push(checkpoint(&ring(9), 99, 4, &hash));
    let verification = log.verify();
    assert!(verification.is_intact(), "{verification:?}");
    assert_eq!((verification.checkpoints, verification.unchecked), (2, 1));
    log.checkpoints.push(checkpoint(&ring(9), 100, 5, &hash));
    assert!(log.first().contains("the checkpoint of 1970-04-11 does not fit"));
}

/// One random edit, at a random row. Returns false if it happened to change nothing.
fn edit(log: &mut Log, kind: u8, at: usize, to: usize, byte: u8, text: String) -> bool {
    let before = format!("{:?} {:?} {:?}", log.entries, log.head, log.checkpoints);
    let (at, to) = (at % log.entries.len(), to % log.entries.len());
    let row = log.entries[at].row.as_mut().unwrap();
    let flip = |bytes: &mut Vec<u8>| {
        let place = to % bytes.len();
        bytes[place] ^= byte;
    };
    match kind {
        0 => row.action = text,
        1 => row.actor_kind = text,
        2 => row.subject_kind = text,
        3 => row.actor_id = Some(Uuid::from_u128(byte.into())),
        4 => row.actor_id = None,
        5 => row.subject_id = None,
        6 => row.recorded_at += TimeDelta::microseconds(byte.into()),
        7 => flip(&mut row.payload_digest),
        8 => flip(&mut row.prev_hash),
        9 => flip(&mut row.hash),
        10 => flip(&mut log.entries[at].payload.as_mut().unwrap().0),
        11 => log.entries[at].payload.as_mut().unwrap().1 = text,
        12 => log.entries[at].payload = None,
        13 => drop(log.entries.remove(at)),
        14 => log.entries.truncate(at),
        15 => {
            log.entries.swap(at, to);
            log.renumber();
        }
        16 => {
            let copy = log.entries[at].clone();
            log.entries.insert(to, copy);
            log.renumber();
        }
        17 => {
            // The strongest edit without the key: change, and make everything after it fit again.
            row.action = text;
            rechain(&mut log.entries, at);
        }
        18 => flip(&mut log.head.as_mut().unwrap().hash),
        19 => flip(&mut log.head.as_mut().unwrap().signature),
        20 => log.head.as_mut().unwrap().count += i64::from(byte),
        21 => log.head = None,
        22 => log.entries[at].row = Err(Unreadable),
        _ => flip(&mut log.checkpoints[to % 2].hash),
    }
    before != format!("{:?} {:?} {:?}", log.entries, log.head, log.checkpoints)
}

proptest! {
    #[test]
    fn any_random_edit_is_found(
        kind in 0u8..24, at: usize, to: usize, byte: u8, text in "[a-z.]{0,12}", count in 6i64..12,
    ) {
        let mut log = Log::of(count);
        let is_edited = edit(&mut log, kind, at, to, byte, text);
        prop_assert_eq!(!log.verify().is_intact(), is_edited, "{:?}", log.verify());
    }

    #[test]
    fn two_random_edits_do_not_hide_each_other(
        first in (0u8..24, any::<usize>(), any::<usize>(), any::<u8>(), "[a-z.]{0,12}"),
        second in (0u8..14, any::<usize>(), any::<usize>(), 1u8.., "[a-z.]{0,12}"),
    ) {
        let untouched = Log::of(9);
        let mut log = untouched.clone();
        edit(&mut log, first.0, first.1, first.2, first.3, first.4);
        if log.entries.iter().all(|entry| entry.row.is_ok() && entry.payload.is_some()) && !log.entries.is_empty() {
            edit(&mut log, second.0, second.1, second.2, second.3, second.4);
        }
        let is_edited = format!("{:?} {:?} {:?}", log.entries, log.head, log.checkpoints)
            != format!("{:?} {:?} {:?}", untouched.entries, untouched.head, untouched.checkpoints);
        prop_assert_eq!(!log.verify().is_intact(), is_edited);
    }
}
