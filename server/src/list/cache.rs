//! Public pages are rendered once and kept until something they show has changed.
//!
//! What is kept is right as long as (a) nothing was committed in this process since it was last checked, (b) the day
//! is the same, and (c) a second has not passed: other processes write too. Otherwise one small query compares the
//! [`Stamp`]; only a new stamp throws the pages away.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use app::list::FilterForm;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::AppState;
use crate::http::HttpError;
use crate::http::assets::Body;
use crate::store::public_list::{self, Stamp};
use crate::store::publisher::Publisher;
use crate::store::{self, Tx};

/// How long a check holds at most.
const CHECK_EVERY: Duration = Duration::from_secs(1);
/// How many pages are kept; filters and past days are many, and asking for all of them must not fill the memory.
const MOST_PAGES: usize = 256;

/// The pages of one application.
#[derive(Debug, Default)]
pub struct PageCache {
    pages: RwLock<Pages>,
    checking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Pages {
    basis: Option<Basis>,
    by_address: HashMap<String, Arc<Page>>,
}

/// What the kept pages were made of.
#[derive(Clone, Debug)]
struct Basis {
    stamp: Stamp,
    day: NaiveDate,
    publisher: Arc<Publisher>,
    commits: u64,
    checked_at: Instant,
}

#[derive(Debug)]
struct Page {
    body: Body,
    etag: HeaderValue,
    kind: HeaderValue,
}

/// A page that was just made.
pub struct Made {
    status: StatusCode,
    kind: &'static str,
    body: Bytes,
}

impl Made {
    /// A page for people.
    pub fn page(html: String) -> Self {
        Self::of("text/html; charset=utf-8", html)
    }

    /// The same with a form that was refused; it is not kept.
    pub fn refused(html: String) -> Self {
        Self {
            status: super::pages::REFUSED,
            ..Self::page(html)
        }
    }

    /// Anything else.
    pub fn of(kind: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            kind,
            body: body.into(),
        }
    }
}

/// A page by its address.
pub struct Kept(String);

impl Kept {
    /// The page at an address whose query does not matter.
    pub fn new(address: &str) -> Self {
        Self(address.to_owned())
    }

    /// The page at an address with a filter. Only what the filter knows counts: an invented parameter makes no new page.
    pub fn filtered(address: &str, form: &FilterForm) -> Self {
        let FilterForm {
            product,
            category,
            country,
            as_of,
            errors: _,
        } = form;
        Self([address, product, category, country, as_of].join("\n"))
    }

    /// Answers with the kept page, or makes it in a snapshot and keeps it.
    pub async fn answer(
        self,
        state: &AppState,
        client: &HeaderMap,
        make: impl AsyncFnOnce(&mut Tx) -> Result<Made, HttpError>,
    ) -> Result<Response, HttpError> {
        let cache = &state.pages;
        if !cache.is_fresh(state) {
            cache.check(state).await?;
        }
        if let Some(page) = cache.read(|pages| pages.by_address.get(&self.0).cloned()) {
            return Ok(page.respond(client));
        }
        let basis = cache.read(|pages| pages.basis.as_ref().map(|basis| basis.stamp.clone()));
        let day = state.today();
        let mut tx = state.db.read().await?;
        let stamp = public_list::stamp(&mut tx).await?;
        let made = make(&mut tx).await?;
        drop(tx);
        if made.status != StatusCode::OK {
            let kind = HeaderValue::from_static(made.kind);
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            return Ok((made.status, headers, made.body).into_response());
        }
        let page = Arc::new(Page::new(made));
        if basis.as_ref() == Some(&stamp) {
            cache.keep(self.0, Arc::clone(&page), &stamp, day);
        }
        Ok(page.respond(client))
    }
}

impl PageCache {
    fn read<T>(&self, ask: impl FnOnce(&Pages) -> T) -> T {
        ask(&self.pages.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether the kept pages can be served without asking the database.
    fn is_fresh(&self, state: &AppState) -> bool {
        let commits = store::commits();
        self.read(|pages| {
            pages.basis.as_ref().is_some_and(|basis| {
                basis.commits == commits
                    && basis.checked_at.elapsed() < CHECK_EVERY
                    && basis.day == state.today()
                    && Arc::ptr_eq(&basis.publisher, &state.publisher())
            })
        })
    }

    /// Asks the database once, whoever else is asking waits for the answer.
    async fn check(&self, state: &AppState) -> Result<(), HttpError> {
        let _one_at_a_time = self.checking.lock().await;
        if self.is_fresh(state) {
            return Ok(());
        }
        // Counted before the snapshot: what is committed after it makes the next request check again.
        let commits = store::commits();
        let mut tx = state.db.read().await?;
        let stamp = public_list::stamp(&mut tx).await?;
        drop(tx);
        let basis = Basis {
            stamp,
            day: state.today(),
            publisher: state.publisher(),
            commits,
            checked_at: Instant::now(),
        };
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        let holds = pages.basis.as_ref().is_some_and(|old| {
            old.stamp == basis.stamp && old.day == basis.day && old.publisher == basis.publisher
        });
        if !holds {
            pages.by_address.clear();
        }
        pages.basis = Some(basis);
        Ok(())
    }

    fn keep(&self, address: String, page: Arc<Page>, stamp: &Stamp, day: NaiveDate) {
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        if !pages
            .basis
            .as_ref()
            .is_some_and(|basis| basis.stamp == *stamp && basis.day == day)
        {
            return;
        }
        if pages.by_address.len() >= MOST_PAGES {
            pages.by_address.clear();
        }
        pages.by_address.insert(address, page);
    }
}

impl Page {
    fn new(made: Made) -> Self {
        let hash = data_encoding::BASE64URL_NOPAD.encode(&Sha256::digest(&made.body)[..12]);
        // Weak, because the same page is sent in two codings.
        let etag =
            HeaderValue::try_from(format!("W/\"{hash}\"")).unwrap_or(HeaderValue::from_static("W/\"\""));
        Self {
            body: Body::new(made.body),
            etag,
            kind: HeaderValue::from_static(made.kind),
        }
    }

    fn respond(&self, client: &HeaderMap) -> Response {
        let mut response = if self.is_known_to(client) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = self.body.respond(client);
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, self.kind.clone());
            response
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.etag.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }

    fn is_known_to(&self, client: &HeaderMap) -> bool {
        let ours = self.etag.as_bytes();
        client
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .any(|tag| {
                tag == "*" || tag.as_bytes() == ours || ours.strip_prefix(b"W/") == Some(tag.as_bytes())
            })
    }
}
