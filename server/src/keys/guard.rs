//! Notices at start that a key was taken out too early, before anything is written with the others.
//!
//! The database remembers the ids of all secrets that were ever used on it, and which one the blind index hangs on.

use chrono::{DateTime, Utc};

use super::{KeyError, Keys};
use crate::store::settings::{find_setting, put_setting};
use crate::store::{Result, Tx};

const INDEX: &str = "keys_index";
const USED: &str = "keys_used";

impl Keys {
    /// Fails if the ring lacks a secret that this database needs, or has them in another order; else remembers the ring.
    pub async fn guard(&self, tx: &mut Tx, now: DateTime<Utc>) -> Result<std::result::Result<(), KeyError>> {
        let used = find_setting(tx, USED).await?.unwrap_or_default();
        let mut used: Vec<String> = used.split_whitespace().map(str::to_owned).collect();
        if let Some(lost) = used
            .iter()
            .find(|id| self.ids().all(|known| known != id.as_str()))
        {
            return Ok(Err(KeyError::Unknown(lost.clone())));
        }
        match find_setting(tx, INDEX).await? {
            None => put_setting(tx, INDEX, self.index_id(), now).await?,
            Some(index) if index != self.index_id() => return Ok(Err(KeyError::Order(index))),
            Some(_) => {}
        }
        let new: Vec<&str> = self
            .ids()
            .filter(|id| used.iter().all(|known| known != id))
            .collect();
        if !new.is_empty() {
            used.extend(new.into_iter().map(str::to_owned));
            put_setting(tx, USED, &used.join(" "), now).await?;
        }
        Ok(Ok(()))
    }
}
