//! The ring: secrets and the keys derived from each.

use std::fmt;
use std::sync::Arc;

use hkdf::Hkdf;
use sha2::Sha256;

use super::KeyError;

/// All keys of this installation. Cheap to clone; prints only key ids.
#[derive(Clone)]
pub struct Keys {
    ring: Arc<[Secret]>,
}

/// One secret and its id.
pub(super) struct Secret {
    id: String,
    prk: Hkdf<Sha256>,
}

impl Secret {
    pub(super) fn new(material: &[u8]) -> Self {
        let prk = Hkdf::<Sha256>::new(Some(b"forenotice/v1"), material);
        let mut secret = Self {
            id: String::new(),
            prk,
        };
        secret.id = data_encoding::HEXLOWER.encode(&secret.derive::<8>("key id", ""));
        secret
    }

    /// Sixteen hex digits that name the secret without telling anything about it.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The key for one purpose. `kind` is the sort of use, `detail` tells uses of one sort apart; the length
    /// in front keeps (`a`, `bc`) and (`ab`, `c`) different.
    pub(super) fn derive<const N: usize>(&self, kind: &str, detail: &str) -> [u8; N] {
        let mut key = [0; N];
        let length = (kind.len() as u64).to_be_bytes();
        #[expect(
            clippy::expect_used,
            reason = "HKDF refuses only more than 8160 bytes; the callers ask for 8 to 64"
        )]
        self.prk
            .expand_multi_info(&[&length, kind.as_bytes(), detail.as_bytes()], &mut key)
            .expect("HKDF gives up to 8160 bytes");
        key
    }
}

impl Keys {
    /// A ring from raw secrets, newest first, each at least 32 bytes.
    pub fn from_secrets(secrets: &[Vec<u8>]) -> Result<Self, KeyError> {
        let mut ring: Vec<Secret> = Vec::with_capacity(secrets.len());
        for (at, material) in secrets.iter().enumerate() {
            let is_one_byte = material.iter().all(|byte| Some(byte) == material.first());
            if material.len() < 32 || is_one_byte {
                return Err(KeyError::Weak(at + 1));
            }
            let secret = Secret::new(material);
            if ring.iter().any(|other| other.id == secret.id) {
                return Err(KeyError::Repeated(at + 1));
            }
            ring.push(secret);
        }
        if ring.is_empty() {
            Err(KeyError::Empty)
        } else {
            Ok(Self { ring: ring.into() })
        }
    }

    /// The secrets, newest first; never empty.
    pub(super) fn ring(&self) -> &[Secret] {
        &self.ring
    }

    /// The secret that new values are made with.
    pub(super) fn newest(&self) -> &Secret {
        &self.ring[0]
    }

    /// The secret behind the blind index.
    pub(super) fn oldest(&self) -> &Secret {
        &self.ring[self.ring.len() - 1]
    }

    pub(super) fn get(&self, id: &str) -> Result<&Secret, KeyError> {
        self.ring
            .iter()
            .find(|secret| secret.id == id)
            .ok_or_else(|| KeyError::Unknown(id.to_owned()))
    }

    /// Ids of all secrets in the ring, newest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ring.iter().map(Secret::id)
    }

    /// Id of the secret that new values are made with.
    pub fn id(&self) -> &str {
        self.newest().id()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys")
            .field(&self.ids().collect::<Vec<_>>())
            .finish()
    }
}
