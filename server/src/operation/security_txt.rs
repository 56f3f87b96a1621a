//! `/.well-known/security.txt` (RFC 9116): whom to tell about a hole.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::AppState;

/// Dated anew on each request: an installation that answers is one whose contact still holds.
pub async fn security_txt(State(state): State<AppState>) -> impl IntoResponse {
    let publisher = state.publisher();
    let contact = if publisher.contact.is_empty() {
        &state.config.mail_reply_to
    } else {
        &publisher.contact
    };
    let canonical = state.config.link("/.well-known/security.txt");
    (
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        text(contact, &canonical, state.clock.wall()),
    )
}

/// `Expires` is 90 days ahead; the RFC advises less than a year.
fn text(contact: &str, canonical: &str, wall: DateTime<Utc>) -> String {
    let expires = (wall + TimeDelta::days(90)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let contact = address(contact);
    format!("Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\nCanonical: {canonical}\n")
}

/// The contact as a URI: an address on the web as it is, a mailbox (with or without a name before it) as `mailto:`.
fn address(contact: &str) -> String {
    let contact = contact.trim();
    if contact.contains("://") {
        return contact.to_owned();
    }
    let mailbox = contact
        .rsplit_once('<')
        .map_or(contact, |(_, rest)| rest.trim_end_matches('>'));
    format!("mailto:{mailbox}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_required_fields_are_there_and_the_date_is_ahead() {
        let wall = "2026-05-01T08:00:00.123456Z".parse().unwrap();
        assert_eq!(
            text(
                "Privacy <privacy@acme.example>",
                "https://acme.example/.well-known/security.txt",
                wall
            ),
            "Contact: mailto:privacy@acme.example\nExpires: 2026-07-30T08:00:00Z\nPreferred-Languages: en\nCanonical: https://acme.example/.well-known/security.txt\n"
        );
        assert_eq!(
            address("https://acme.example/security"),
            "https://acme.example/security"
        );
    }
}
