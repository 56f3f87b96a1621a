//! The blind index: finding an encrypted value without decrypting every row.
//!
//! An index must stay equal when a new secret is added, or every row would have to be rewritten in the same
//! instant. So it hangs on the *oldest* secret of the ring. Rotation puts a new secret in front and changes
//! no index. The oldest may leave the ring only after the indexes have been rewritten; the database remembers
//! [`Keys::index_id`], and the server does not start when it is no longer the last of the ring (`guard`), because an
//! index that silently changed would let the same address subscribe twice and an unsubscribed one be written to.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::Keys;

impl Keys {
    /// 32 bytes that are equal for equal values of one purpose, and tell nothing without the key. The caller
    /// has brought `value` to its one spelling (an address in lower case).
    pub fn blind_index(&self, purpose: &str, value: &str) -> Vec<u8> {
        let key = self.oldest().derive::<64>("blind index", purpose);
        let mut mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&key.into());
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// Id of the secret that the blind index hangs on.
    pub fn index_id(&self) -> &str {
        self.oldest().id()
    }
}
