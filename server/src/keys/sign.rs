//! Signatures that a stranger can verify: the head of the audit log, checkpoints, evidence packs.
//!
//! Each secret of the ring has its Ed25519 key, derived like every other key, so there is one thing to back
//! up. The newest signs; the public keys of all are published, so what an older one signed stays verifiable.

use std::fmt;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};

use super::ring::Secret;
use super::{KeyError, Keys};

/// A public key and the id of the secret it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Id of the secret.
    pub key_id: String,
    /// The Ed25519 public key.
    pub bytes: [u8; 32],
}

/// A signature and the id of the key that made it.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// Id of the secret.
    pub key_id: String,
    /// The Ed25519 signature.
    pub bytes: [u8; 64],
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Signature({}, {})",
            self.key_id,
            data_encoding::HEXLOWER.encode(&self.bytes)
        )
    }
}

impl PublicKey {
    /// Whether this key made the signature over exactly these bytes. Weak keys and loose encodings are refused.
    pub fn is_signature(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = ed25519_dalek::Signature::from_slice(signature) else {
            return false;
        };
        VerifyingKey::from_bytes(&self.bytes).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
    }
}

impl Keys {
    /// Signs with the newest key. The caller begins `message` with a word of its own kind, so that no signed
    /// thing can pass as another.
    pub fn sign(&self, message: &[u8]) -> Signature {
        let secret = self.newest();
        Signature {
            key_id: secret.id().to_owned(),
            bytes: signing_key(secret).sign(message).to_bytes(),
        }
    }

    /// Whether the key that `key_id` names made the signature. A key that is not in the ring is an error, not
    /// a bad signature.
    pub fn is_signature(&self, key_id: &str, message: &[u8], signature: &[u8]) -> Result<bool, KeyError> {
        Ok(public_key(self.get(key_id)?).is_signature(message, signature))
    }

    /// The public keys of the ring, newest first.
    pub fn public_keys(&self) -> Vec<PublicKey> {
        self.ring().iter().map(public_key).collect()
    }
}

fn signing_key(secret: &Secret) -> SigningKey {
    SigningKey::from_bytes(&secret.derive::<32>("sign", ""))
}

fn public_key(secret: &Secret) -> PublicKey {
    PublicKey {
        key_id: secret.id().to_owned(),
        bytes: signing_key(secret).verifying_key().to_bytes(),
    }
}
