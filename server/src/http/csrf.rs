//! No other site may post for our people.
//!
//! Every request that may change something is judged before its handler runs: by `Sec-Fetch-Site`, where the browser
//! sends it; else by `Origin`; and where both are missing, by a form token that is bound to the session, or, for people
//! without one, to a cookie of its own (signed double submit). Posts that come from programs, not pages, are exempt:
//! one-click unsubscribing (RFC 8058; its token is the proof) and webhooks (their secret is).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::ui::form::CSRF_FIELD;
use axum::body::{Body, Bytes};
use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;

use super::{HttpError, session};
use crate::AppState;
use crate::config::Config;
use crate::keys::Keys;

/// The largest body that is read here in search of a token.
const LARGEST: usize = super::form::LARGEST_UPLOAD;

/// The hidden value for forms of people without a session. Asking for it sets a cookie, so ask only where a form
/// is shown: `async fn page(form: FormToken) { … form.value() … }`.
#[derive(Clone, Debug)]
pub struct FormToken(Arc<Issued>);

#[derive(Debug)]
struct Issued {
    value: String,
    is_used: AtomicBool,
}

impl FormToken {
    /// The value for `<Form csrf=…>`.
    #[must_use]
    pub fn value(&self) -> String {
        self.0.is_used.store(true, Ordering::Relaxed);
        self.0.value.clone()
    }
}

impl FromRequestParts<AppState> for FormToken {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, HttpError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| HttpError::Internal("no form token".to_owned()))
    }
}

/// The form token that is bound to `holder`: a session's cookie, or the form cookie of people without one.
#[must_use]
pub fn token(keys: &Keys, holder: &str) -> String {
    BASE64URL_NOPAD.encode(&keys.mac("form", holder.as_bytes()))
}

/// The middleware.
pub async fn guard(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if is_unsafe(request.method()) && !is_exempt(request.uri().path()) {
        request = match judge(&state, request).await {
            Ok(request) => request,
            Err(refusal) => return refusal.into_response(),
        };
    }
    let name = form_cookie_name(&state.config);
    let known = cookie(request.headers(), name).map(str::to_owned);
    let holder = known
        .clone()
        .unwrap_or_else(|| BASE64URL_NOPAD.encode(&state.random.bytes::<16>()));
    let issued = FormToken(Arc::new(Issued {
        value: token(&state.keys, &holder),
        is_used: AtomicBool::new(false),
    }));
    request.extensions_mut().insert(issued.clone());
    let mut response = next.run(request).await;
    if known.is_none() && issued.0.is_used.load(Ordering::Relaxed) {
        let secure = if state.config.is_https() { "; Secure" } else { "" };
        let cookie = format!("{name}={holder}; Path=/; HttpOnly; SameSite=Lax{secure}");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_exempt(path: &str) -> bool {
    path.starts_with("/webhooks/")
        || path
            .strip_prefix("/unsubscribe/")
            .is_some_and(|rest| !rest.contains('/'))
}

fn form_cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-form" } else { "form" }
}

/// A cookie's value; of several with one name the first.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(found, _)| *found == name))
        .map(|(_, value)| value)
        .filter(|value| !value.is_empty())
}

fn refused(config: &Config) -> HttpError {
    HttpError::Forbidden(format!(
        "This form was sent from another site, or the page was open for too long. Nothing was changed. Open the page again at {} and repeat what you did.",
        config.link("/")
    ))
}

/// Lets a request through, or says no.
async fn judge(state: &AppState, request: Request) -> Result<Request, HttpError> {
    let headers = request.headers();
    if let Some(site) = headers.get("sec-fetch-site") {
        return match site.as_bytes() {
            b"same-origin" | b"none" => Ok(request),
            _ => Err(refused(&state.config)),
        };
    }
    if let Some(origin) = headers.get(header::ORIGIN) {
        let ours = state.config.url.origin().ascii_serialization();
        return if origin.as_bytes() == ours.as_bytes() {
            Ok(request)
        } else {
            Err(refused(&state.config))
        };
    }
    by_token(state, request).await
}

/// Reads the body for its token and hands the request on whole.
async fn by_token(state: &AppState, request: Request) -> Result<Request, HttpError> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LARGEST)
        .await
        .map_err(|_| HttpError::TooLarge)?;
    let given = posted_token(&parts, body.clone()).await.unwrap_or_default();
    let given = BASE64URL_NOPAD.decode(given.as_bytes()).unwrap_or_default();
    let names = [
        session::cookie_name(&state.config),
        form_cookie_name(&state.config),
    ];
    let is_ours = names
        .into_iter()
        .filter_map(|name| cookie(&parts.headers, name))
        .any(|holder| state.keys.is_mac("form", holder.as_bytes(), &given));
    if is_ours {
        Ok(Request::from_parts(parts, Body::from(body)))
    } else {
        Err(refused(&state.config))
    }
}

async fn posted_token(parts: &Parts, body: Bytes) -> Option<String> {
    let kind = parts.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    if kind.starts_with("application/x-www-form-urlencoded") {
        return url::form_urlencoded::parse(&body)
            .find(|(name, _)| name == CSRF_FIELD)
            .map(|(_, value)| value.into_owned());
    }
    if !kind.starts_with("multipart/form-data") {
        return None;
    }
    let mut copy = Request::new(Body::from(body));
    copy.headers_mut().insert(
        header::CONTENT_TYPE,
        parts.headers.get(header::CONTENT_TYPE)?.clone(),
    );
    let mut fields = Multipart::from_request(copy, &()).await.ok()?;
    while let Some(field) = fields.next_field().await.ok()? {
        if field.name() == Some(CSRF_FIELD) {
            return field.text().await.ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_click_unsubscribing_and_webhooks_are_exempt() {
        assert!(is_exempt("/unsubscribe/abc"));
        assert!(is_exempt("/webhooks/brevo"));
        for path in [
            "/unsubscribe",
            "/unsubscribe/abc/undo",
            "/webhooks",
            "/staff/sign-in",
            "/n/abc",
            "/subscribe",
        ] {
            assert!(!is_exempt(path), "{path}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("xform=1; form=2; form=3; empty="),
        );
        assert_eq!(cookie(&headers, "form"), Some("2"));
        assert_eq!(cookie(&headers, "orm"), None);
        assert_eq!(cookie(&headers, "empty"), None);
    }
}
