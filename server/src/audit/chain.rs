//! What is hashed and signed, byte for byte. Equal on both databases; changing anything here breaks every chain
//! there is, so a change needs a new version word and code that still verifies the old one.

use chrono::{DateTime, SecondsFormat, Utc};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::store::audit::{AuditRow, CheckpointRow};

/// What the first row follows.
pub const GENESIS: [u8; 32] = [0; 32];

/// Feeds columns so that no two different rows give the same bytes: absent is `0`; a value is `1`, its length in
/// eight bytes, and itself.
struct Columns(Sha256);

impl Columns {
    fn of(kind: &str) -> Self {
        let mut columns = Self(Sha256::new());
        columns.put(Some(kind.as_bytes()));
        columns
    }

    fn put(&mut self, value: Option<&[u8]>) {
        match value {
            None => self.0.update([0]),
            Some(value) => {
                self.0.update([1]);
                self.0.update((value.len() as u64).to_be_bytes());
                self.0.update(value);
            }
        }
    }

    fn hash(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The hash of a row: over every column but the hash itself, in the order of the table. Integers and instants
/// (microseconds since 1970) are eight bytes, big-endian; ids are their sixteen bytes; text is UTF-8.
#[must_use]
pub fn row_hash(row: &AuditRow) -> [u8; 32] {
    let mut columns = Columns::of("forenotice/audit/row/v1");
    columns.put(Some(&row.seq.to_be_bytes()));
    columns.put(Some(&row.recorded_at.timestamp_micros().to_be_bytes()));
    columns.put(Some(row.actor_kind.as_bytes()));
    columns.put(row.actor_id.as_ref().map(|id| &id.as_bytes()[..]));
    columns.put(Some(row.action.as_bytes()));
    columns.put(Some(row.subject_kind.as_bytes()));
    columns.put(row.subject_id.as_ref().map(|id| &id.as_bytes()[..]));
    columns.put(Some(&row.payload_digest));
    columns.put(Some(&row.prev_hash));
    columns.hash()
}

/// The digest that stands in the chain for a payload. The salt keeps a purged payload from being guessed.
#[must_use]
pub fn payload_digest(salt: &[u8], body: &str) -> [u8; 32] {
    let mut columns = Columns::of("forenotice/audit/payload/v1");
    columns.put(Some(salt));
    columns.put(Some(body.as_bytes()));
    columns.hash()
}

/// The text that is signed as the head. Text, so that anybody can check it with `openssl pkeyutl -verify`.
pub(super) fn head_text(count: i64, hash: &[u8]) -> String {
    format!("forenotice audit head v1\n{count}\n{}\n", HEXLOWER.encode(hash))
}

/// The text that is signed as a checkpoint.
pub(super) fn checkpoint_text(row: &CheckpointRow) -> String {
    let hash = HEXLOWER.encode(&row.hash);
    format!(
        "forenotice audit checkpoint v1\n{}\n{}\n{hash}\n{}\n",
        row.day,
        row.count,
        instant(row.created_at)
    )
}

/// An instant as it stands in signed text and in published JSON: UTC, microseconds, `Z`.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use uuid::Uuid;

    use super::*;

    fn row() -> AuditRow {
        AuditRow {
            seq: 7,
            recorded_at: Utc.with_ymd_and_hms(2026, 5, 1, 8, 0, 0).unwrap(),
            actor_kind: "staff".into(),
            actor_id: Some(Uuid::from_u128(1)),
            action: "notice.approved".into(),
            subject_kind: "notice".into(),
            subject_id: None,
            payload_digest: vec![1; 32],
            prev_hash: vec![2; 32],
            hash: Vec::new(),
        }
    }

    #[test]
    fn the_hash_of_a_row_never_changes_between_releases() {
        assert_eq!(
            HEXLOWER.encode(&row_hash(&row())),
            "529f97356468d5e78189121a8fca76d4bf5951ee58eb131797cdbe4f56bfd004"
        );
        assert_eq!(
            HEXLOWER.encode(&payload_digest(&[3; 16], "{\"after\":1}")),
            "2e67ea8343ca7cf21569f3a583efdd03e65dbe6078cc4f2d81b2ca6e35c45bc0"
        );
    }

    #[test]
    fn text_cannot_move_from_one_column_to_the_next() {
        let moved = AuditRow {
            action: "notice.approvednotice".into(),
            subject_kind: String::new(),
            ..row()
        };
        assert_ne!(row_hash(&moved), row_hash(&row()));
        let absent = AuditRow {
            actor_id: None,
            subject_id: Some(Uuid::from_u128(1)),
            ..row()
        };
        assert_ne!(row_hash(&absent), row_hash(&row()));
    }
}
