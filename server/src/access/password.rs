//! Password hashes: argon2id, off the async threads, a few at a time, and as slow for an unknown account as for a known one.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::http::HttpError;
use crate::random::Random;

/// What is compared where there is no account: a hash of nothing, with today's cost.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmUhIQ$SfnYGi8BOk0LvTLLaSLfvj0WKEStuZPnzGqOoBnwPLk";
/// A password waits at most so long for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Hashes and checks passwords. Each takes 19 MiB and a core, so no more run at once than there are cores.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Semaphore>);

#[derive(Debug, thiserror::Error)]
#[error("password hashing failed: {0}")]
struct Failed(String);

fn failed(error: &impl ToString) -> HttpError {
    HttpError::internal(&Failed(error.to_string()))
}

/// OWASP's minimum of 2026: 19 MiB, two passes, one lane.
fn argon2() -> Result<Argon2<'static>, argon2::Error> {
    Ok(Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(19_456, 2, 1, None)?,
    ))
}

/// Hashes on the calling thread; for the command line and demo data.
///
/// # Errors
/// Never in practice: the parameters are fixed and tested.
pub fn hash_now(password: &str, random: &Random) -> Result<String, String> {
    let salt = SaltString::encode_b64(&random.bytes::<16>()).map_err(|e| e.to_string())?;
    let hash = argon2()
        .map_err(|e| e.to_string())?
        .hash_password(password.as_bytes(), &salt)
        .map_err(|e| e.to_string())?;
    Ok(hash.to_string())
}

fn is_right(password: &str, hash: &str) -> Result<bool, String> {
    let hash = PasswordHash::new(hash).map_err(|e| e.to_string())?;
    let argon2 = argon2().map_err(|e| e.to_string())?;
    Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok())
}

impl Passwords {
    /// As many at once as there are cores.
    #[must_use]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self(Arc::new(Semaphore::new(cores)))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> Result<T, HttpError> {
        let turn = tokio::time::timeout(PATIENCE, self.0.clone().acquire_owned())
            .await
            .map_err(|_| HttpError::Unavailable)?
            .map_err(|e| failed(&e))?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(|e| failed(&e))?.map_err(|e| failed(&e))
    }

    /// A new hash.
    ///
    /// # Errors
    /// 503 when too many are waiting.
    pub async fn hash(&self, password: String, random: &Random) -> Result<String, HttpError> {
        let random = random.clone();
        self.run(move || hash_now(&password, &random)).await
    }

    /// Whether the password belongs to the hash. Without a hash, or where none was set yet, it takes as long and is wrong.
    ///
    /// # Errors
    /// 503 when too many are waiting.
    pub async fn is_right(&self, password: String, hash: Option<String>) -> Result<bool, HttpError> {
        let hash = hash.filter(|hash| hash.starts_with('$'));
        self.run(move || {
            let is_known = hash.is_some();
            let right = is_right(&password, hash.as_deref().unwrap_or(NOBODY))?;
            Ok(right && is_known)
        })
        .await
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hash = hash_now("correct horse battery", &Random::seeded(1)).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(is_right("correct horse battery", &hash).unwrap());
        assert!(!is_right("correct horse battery ", &hash).unwrap());
    }

    #[tokio::test]
    async fn nobody_costs_as_much_as_somebody_and_is_never_right() {
        let params = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        let somebody = hash_now("x", &Random::seeded(1)).unwrap();
        assert_eq!(params(NOBODY), params(&somebody));
        let lengths = |hash: &str| hash.split('$').map(str::len).collect::<Vec<_>>();
        assert_eq!(lengths(NOBODY), lengths(&somebody));
        assert!(!Passwords::new().is_right(String::new(), None).await.unwrap());
    }
}
