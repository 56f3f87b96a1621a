//! Values encrypted at rest: addresses, rendered mails.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use uuid::Uuid;

use super::ring::Secret;
use super::{KeyError, Keys};
use crate::random::Random;

const NONCE: usize = 24;

/// An encrypted value as it is stored: nonce, then ciphertext with its tag; and which key made it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key that opens it.
    pub key_id: String,
    /// 24 bytes of nonce, the ciphertext, 16 bytes of tag.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({}, {} bytes)", self.key_id, self.bytes.len())
    }
}

/// The context of one field of one row. A sealed value opens only in the place it was made for, so a value
/// copied into another row or column is refused.
pub fn field(table: &str, column: &str, id: Uuid) -> String {
    format!("{table}.{column}:{id}")
}

impl Keys {
    /// Encrypts with the newest key. `context` is authenticated, not stored: see [`field`].
    pub fn seal(&self, context: &str, plain: &[u8], random: &Random) -> Sealed {
        let secret = self.newest();
        let nonce = random.bytes::<NONCE>();
        #[expect(clippy::expect_used, reason = "the cipher refuses only values over 256 GiB")]
        let ciphertext = cipher(secret)
            .encrypt(
                XNonce::from_slice(&nonce),
                Payload {
                    msg: plain,
                    aad: context.as_bytes(),
                },
            )
            .expect("a value under 256 GiB can be encrypted");
        Sealed {
            key_id: secret.id().to_owned(),
            bytes: [&nonce[..], &ciphertext].concat(),
        }
    }

    /// Decrypts with the key that `key_id` names, wherever it stands in the ring.
    pub fn open(&self, context: &str, key_id: &str, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        let secret = self.get(key_id)?;
        let altered = || KeyError::Altered(key_id.to_owned());
        let (nonce, ciphertext) = bytes.split_at_checked(NONCE).ok_or_else(altered)?;
        cipher(secret)
            .decrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: ciphertext,
                    aad: context.as_bytes(),
                },
            )
            .map_err(|_| altered())
    }

    /// [`Keys::open`] for text.
    pub fn open_text(&self, context: &str, key_id: &str, bytes: &[u8]) -> Result<String, KeyError> {
        String::from_utf8(self.open(context, key_id, bytes)?)
            .map_err(|_| KeyError::Altered(key_id.to_owned()))
    }
}

fn cipher(secret: &Secret) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&secret.derive::<32>("seal", "").into())
}
