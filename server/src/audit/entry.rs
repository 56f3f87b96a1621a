//! One thing that was done, before it has a place in the chain.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in member of staff.
    Staff(Uuid),
    /// A customer's contact, through a signed link.
    Contact(Uuid),
    /// A subscriber, through a link of theirs.
    Subscriber(Uuid),
    /// Somebody without a name here: a visitor of the public pages.
    Visitor,
    /// A job or the mailer.
    System,
    /// Somebody at the command line of the server.
    Operator,
}

impl Actor {
    /// The word in the column.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Staff(_) => "staff",
            Self::Contact(_) => "contact",
            Self::Subscriber(_) => "subscriber",
            Self::Visitor => "visitor",
            Self::System => "system",
            Self::Operator => "operator",
        }
    }

    /// The id, if this actor has one.
    #[must_use]
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::Staff(id) | Self::Contact(id) | Self::Subscriber(id) => Some(id),
            Self::Visitor | Self::System | Self::Operator => None,
        }
    }
}

/// What it was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The product's word for it: `change`, `notice`, `customer`, `engagement`, …
    pub kind: &'static str,
    /// Which one.
    pub id: Option<Uuid>,
}

impl Subject {
    /// One thing.
    #[must_use]
    pub fn of(kind: &'static str, id: Uuid) -> Self {
        Self { kind, id: Some(id) }
    }

    /// Something there is only one of: `settings`, `database`.
    #[must_use]
    pub fn the(kind: &'static str) -> Self {
        Self { kind, id: None }
    }
}

/// An entry for the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Who.
    pub actor: Actor,
    /// What, as `noun.participle`: `notice.approved`, `engagement.activated`, `engagement.activation_refused`.
    pub action: &'static str,
    /// To what.
    pub subject: Subject,
    /// The details: see [`change`]. Never an address, a token or a secret; those stay encrypted in their own tables.
    pub payload: Value,
}

/// The usual payload: how it was before and after. `()` stands for "was not there" or "is no more".
pub fn change(before: &impl Serialize, after: &impl Serialize) -> Value {
    json!({ "before": before, "after": after })
}
