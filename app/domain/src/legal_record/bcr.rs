use serde::{Deserialize, Serialize};

use crate::text::Line;
use crate::word_set::words;

words! {
    /// Whose data binding corporate rules cover.
    "kind of BCR" BcrKind {
        /// For controllers: do not cover what the group processes for customers.
        Controller = "C", "BCR-C";
        /// For processors.
        Processor = "P", "BCR-P";
    }
}

/// Binding corporate rules of the importer's group (GDPR Article 47).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bcr {
    /// Kind.
    pub kind: BcrKind,
    /// Approval by a supervisory authority.
    pub approval: Option<Line<300>>,
    /// Whether they cover this transfer.
    pub covers_transfer: bool,
}
