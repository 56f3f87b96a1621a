//! Typed ids. An id of one kind can never be passed where another kind is meant.
//!
//! Ids are UUID version 7, so that they sort by the time they were made. Time and randomness are passed in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A UUID version 7 from an instant (milliseconds count, earlier than 1970 counts as 1970) and ten random bytes.
pub fn uuid_v7(now: DateTime<Utc>, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! ids {
    ($( $(#[$meta:meta])* $name:ident; )+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: `now` in UTC, `random` from the one source of randomness.
            pub fn new(now: DateTime<Utc>, random: [u8; 10]) -> Self {
                Self(uuid_v7(now, random))
            }

            /// The plain UUID, as stored.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A person with a staff account, or the product itself where it acts alone.
    StaffId;
    /// A legal entity of the publisher.
    EntityId;
    /// A product of the publisher.
    ProductId;
    /// A customer: a company with a data processing agreement.
    CustomerId;
    /// A named contact of a customer.
    ContactId;
    /// Someone who follows the public list.
    SubscriberId;
    /// A company that the publisher uses.
    OrganisationId;
    /// One use of an organisation; roles, facts and gates attach here.
    EngagementId;
    /// One version of the facts of an organisation or engagement.
    VersionId;
    /// A legal record: contract, security assessment, transfer or TIA.
    RecordId;
    /// A change: one or more lines that are announced together.
    ChangeId;
    /// One line of a change: one engagement.
    LineId;
    /// One version of a notice.
    NoticeId;
    /// One notice version for one contact.
    DeliveryId;
    /// A mail in the queue.
    MailId;
    /// One try at handing a mail over.
    AttemptId;
    /// A customer's authorisation for one line.
    AuthorisationId;
    /// An objection to one line.
    ObjectionId;
    /// The act of starting an engagement for a customer, with its stored decision.
    ActivationId;
    /// A waiver of a gate, granted by two people.
    WaiverId;
    /// A task for staff.
    TaskId;
    /// A file that is kept as evidence.
    DocumentId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_version_7_uuid_that_sorts_by_time_and_reads_back() {
        let early = DateTime::from_timestamp_millis(1_700_000_000_000).unwrap();
        let late = DateTime::from_timestamp_millis(1_700_000_000_001).unwrap();
        let a = CustomerId::new(early, [0xff; 10]);
        let b = CustomerId::new(late, [0; 10]);
        assert!(a < b);
        assert_eq!(a.uuid().get_version_num(), 7);
        assert_eq!(a.uuid().get_variant(), uuid::Variant::RFC4122);
        assert_eq!(a.to_string().parse::<CustomerId>().unwrap(), a);
        assert_eq!(
            serde_json::from_str::<CustomerId>(&serde_json::to_string(&a).unwrap()).unwrap(),
            a
        );
        assert!("not an id".parse::<CustomerId>().is_err());
    }
}
