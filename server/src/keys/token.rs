//! Single-use tokens: 256 random bits in the link, only a hash in the database. A copy of the database opens
//! nothing, and a used token's row is gone or marked.

use sha2::{Digest, Sha256};

use crate::random::Random;

/// What a single-use token is for. The kind is part of the hash, so one kind never works as another even if
/// two tables shared a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ticket {
    /// `/subscribe/confirm/{token}`: the second half of the double opt-in.
    Confirm,
    /// A new password without the old one.
    PasswordReset,
    /// A first password for an account that an admin made.
    Invitation,
    /// The portal's sign-in link.
    MagicLink,
    /// `/calendar/staff/{token}.ics`: works until it is replaced or revoked.
    StaffCalendar,
    /// A session, where the cookie holds the token and the row its hash.
    Session,
}

impl Ticket {
    fn label(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::PasswordReset => "password reset",
            Self::Invitation => "invitation",
            Self::MagicLink => "magic link",
            Self::StaffCalendar => "staff calendar",
            Self::Session => "session",
        }
    }
}

/// A new token (43 characters, for the link) and its hash (for the row).
pub fn new_token(ticket: Ticket, random: &Random) -> (String, [u8; 32]) {
    let token = data_encoding::BASE64URL_NOPAD.encode(&random.bytes::<32>());
    let hash = token_hash(ticket, &token);
    (token, hash)
}

/// The hash under which a token's row is found. Any text has one, so an odd token is simply not found.
pub fn token_hash(ticket: Ticket, token: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"forenotice/v1/token/");
    hash.update(ticket.label());
    hash.update([0]);
    hash.update(token);
    hash.finalize().into()
}
