//! The audit log: who did what to what, chained so that a change afterwards shows.
//!
//! Each row carries the SHA-256 of all its columns and of the row before it. A row's payload (before and after)
//! lies in a side table that retention may purge; the chain holds its salted digest. After every append the
//! *head* (count and last hash) is signed with Ed25519, and once a day a signed *checkpoint* is stored and published.
//! What this cannot show by itself: a copy of the whole database rolled back to an earlier, then complete, state.
//! Only a checkpoint kept elsewhere shows that.
//!
//! Here belongs: the chain, appending, verifying, checkpoints, the page and the command for them.
//! Not here: the evidence of single features, which is in their own append-only tables.

mod append;
mod chain;
mod checkpoint;
pub mod command;
mod entry;
mod pages;
mod publish;
mod verify;

use axum::Router;
use axum::routing::get;

use crate::AppState;

pub use append::{append, append_all, purge_payloads};
pub use chain::{GENESIS, payload_digest, row_hash};
pub use checkpoint::{Checkpoint, make_checkpoint, published};
pub use entry::{Actor, Entry, Subject, change};
pub use publish::publish;
pub use verify::{Break, Fault, Verification, Verifier, verify, verify_with};

/// The addresses of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/.well-known/forenotice-audit.json", get(publish))
        .route("/staff/audit", get(pages::list))
        .route("/staff/audit/verification", get(pages::verification))
}
