//! Staff sessions: tower-sessions on our own database. The cookie holds a random id of 128 bits, the table its hash.
//!
//! tower-sessions' own expiry is not used (a browser-session cookie); what counts is in the row, by the wall clock:
//! twelve hours in all, one hour without a request. A copy of the table opens no session.

use async_trait::async_trait;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use tower::{Layer, Service};
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, Error};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};
use uuid::Uuid;

use super::HttpError;
use super::csrf::cookie;
use super::render::ErrorText;
use crate::AppState;
use crate::config::Config;
use crate::keys::{Ticket, token_hash};
use crate::store::{StoreError, sessions};

/// A session ends so long after sign-in, whatever happens.
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// A session ends after so long without a request.
pub const IDLE: TimeDelta = TimeDelta::hours(1);
/// A use is written down at most this often.
const TOUCH: TimeDelta = TimeDelta::minutes(1);
/// Under this name the session holds the staff id; the store copies it to its own column.
pub const STAFF_ID: &str = "staff_id";

/// The cookie's name: bound to this host and to https, except where people come by plain http (loopback).
#[must_use]
pub fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() {
        "__Host-forenotice"
    } else {
        "forenotice"
    }
}

/// Gives staff pages their session; all other pages have none and set no cookie.
pub async fn sessions(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/staff") {
        return next.run(request).await;
    }
    let layer = SessionManagerLayer::new(Store(state.clone()))
        .with_name(cookie_name(&state.config))
        .with_secure(state.config.is_https())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd);
    match layer.layer(next).call(request).await {
        // Without a text it is none of our errors: the session could not be written.
        Ok(response) if response.status().is_server_error() && !ErrorText::is_in(&response) => {
            HttpError::Unavailable.into_response()
        }
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Whether a request comes from a browser that is signed in as staff; for pages that are not the staff's. Not counted as use.
pub async fn is_staff(state: &AppState, headers: &HeaderMap) -> Result<bool, HttpError> {
    let Some(id) = cookie(headers, cookie_name(&state.config)).and_then(|id| id.parse::<Id>().ok()) else {
        return Ok(false);
    };
    let mut tx = state.db.read().await?;
    let found = sessions::find_session(&mut tx, &id_hash(&id), state.clock.wall(), IDLE).await?;
    let data = found.and_then(|row| serde_json::from_slice::<serde_json::Value>(&row.record).ok());
    Ok(data.is_some_and(|data| data.get(STAFF_ID).is_some_and(serde_json::Value::is_string)))
}

/// The hash under which the session with this id is stored.
#[must_use]
pub fn id_hash(id: &Id) -> [u8; 32] {
    token_hash(Ticket::Session, &id.to_string())
}

/// tower-sessions' view of the table `sessions`.
#[derive(Clone)]
struct Store(AppState);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

fn backend(error: &StoreError) -> Error {
    Error::Backend(error.to_string())
}

fn staff_id(record: &Record) -> Option<Uuid> {
    record.data.get(STAFF_ID)?.as_str()?.parse().ok()
}

impl Store {
    async fn insert(&self, record: &Record, data: &[u8]) -> Result<(), StoreError> {
        let now = self.0.clock.wall();
        let mut tx = self.0.db.write_unchained().await?;
        sessions::insert_session(
            &mut tx,
            &id_hash(&record.id),
            staff_id(record),
            data,
            now,
            now + ABSOLUTE,
        )
        .await?;
        tx.commit().await
    }

    async fn update(&self, record: &Record, data: &[u8]) -> Result<(), StoreError> {
        let mut tx = self.0.db.write_unchained().await?;
        sessions::update_session(&mut tx, &id_hash(&record.id), staff_id(record), data).await?;
        tx.commit().await
    }

    async fn find(&self, id: &Id) -> Result<Option<Vec<u8>>, StoreError> {
        let (hash, now) = (id_hash(id), self.0.clock.wall());
        let mut tx = self.0.db.read().await?;
        let Some(row) = sessions::find_session(&mut tx, &hash, now, IDLE).await? else {
            return Ok(None);
        };
        drop(tx);
        // Whoever only reads is not turned away because that cannot be written down.
        if now - row.last_seen_at >= TOUCH
            && let Err(error) = self.touch(&hash, now).await
        {
            tracing::warn!(%error, "the use of a session was not noted");
        }
        Ok(Some(row.record))
    }

    async fn touch(&self, hash: &[u8], now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.0.db.write_unchained().await?;
        sessions::touch_session(&mut tx, hash, now).await?;
        tx.commit().await
    }

    async fn remove(&self, id: &Id) -> Result<(), StoreError> {
        let mut tx = self.0.db.write_unchained().await?;
        sessions::delete_session(&mut tx, &id_hash(id)).await?;
        tx.commit().await
    }
}

fn encode(record: &Record) -> session_store::Result<Vec<u8>> {
    serde_json::to_vec(&record.data).map_err(|e| Error::Encode(e.to_string()))
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let data = encode(record)?;
        self.insert(record, &data).await.map_err(|e| backend(&e))
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let data = encode(record)?;
        self.update(record, &data).await.map_err(|e| backend(&e))
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some(data) = self.find(id).await.map_err(|e| backend(&e))? else {
            return Ok(None);
        };
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_slice(&data).map_err(|e| Error::Decode(e.to_string()))?,
            expiry_date: time::OffsetDateTime::UNIX_EPOCH,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.remove(id).await.map_err(|e| backend(&e))
    }
}
