//! Every secret of the installation, and everything that is made from one.
//!
//! A ring holds one or more *secrets*, newest first. Nothing uses a secret directly: HKDF-SHA256 derives an
//! own key for each purpose from it, so that a value of one kind can never pass as another. The newest
//! secret seals, links and signs; every secret of the ring still opens what it made. The *oldest* secret keys
//! the blind index, so adding a new secret in front leaves every stored index valid (see [`index`]).
//!
//! Here belongs: key material, sealing, blind index, links, single-use tokens, signatures.
//! Not here: who may do what.

mod guard;
mod index;
mod link;
mod ring;
mod seal;
mod sign;
mod source;
#[cfg(test)]
mod tests;
mod token;

pub use link::Purpose;
pub use ring::Keys;
pub use seal::{Sealed, field};
pub use sign::{PublicKey, Signature};
pub use source::KEY_FILE;
pub use token::{Ticket, new_token, token_hash};

/// Length of every token in a link of ours, whichever kind it is: 32 bytes in base64url.
pub const TOKEN_CHARACTERS: usize = 43;

/// Why a key could not be had or did not fit. Never carries key material.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The list had no key in it.
    #[error("FORENOTICE_SECRET_KEYS holds no key")]
    Empty,
    /// The key at this place (from 1) is neither hex nor base64url.
    #[error("FORENOTICE_SECRET_KEYS: key {0} is neither hex nor base64url")]
    Malformed(usize),
    /// The key at this place (from 1) has fewer than 32 bytes, or is one byte repeated.
    #[error("FORENOTICE_SECRET_KEYS: key {0} is weaker than 32 random bytes")]
    Weak(usize),
    /// The key at this place (from 1) stands in the list twice.
    #[error("FORENOTICE_SECRET_KEYS: key {0} stands in the list twice")]
    Repeated(usize),
    /// The key file could not be read or made.
    #[error("key file {path}: {cause}")]
    File {
        /// Where the file is or should be.
        path: std::path::PathBuf,
        /// What the system, or the content, said.
        cause: String,
    },
    /// A value names a key that is not in the ring: it was removed too early.
    #[error("key {0} is needed and not among FORENOTICE_SECRET_KEYS")]
    Unknown(String),
    /// The blind index hangs on this key, and it is not the last of the ring.
    #[error("FORENOTICE_SECRET_KEYS: key {0} must stay the last in the list (newest first)")]
    Order(String),
    /// A sealed value does not open: altered, or moved from another row.
    #[error("a value sealed with key {0} was altered or belongs elsewhere")]
    Altered(String),
}
