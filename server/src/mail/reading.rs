//! A mail's bytes, read back: as its recipient would for the demo's mailbox, and without the links that are keys for staff.

use std::borrow::Cow;

use app::mailbox::{Header, MailView};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use mail_parser::MessageParser;

use super::withheld;

/// A mail's HTML may have inline styles and nothing else. It lives in an origin of its own, without scripts; a link in
/// it may, when a person presses it, lead the whole window there.
const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation";

/// Who reads a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader<'a> {
    /// Whom it was written to.
    Recipient,
    /// Staff: what its links open is not theirs.
    Staff {
        /// The address of this installation.
        site: &'a str,
    },
}

impl Reader<'_> {
    fn text<'t>(self, text: &'t str) -> Cow<'t, str> {
        match self {
            Self::Recipient => text.into(),
            Self::Staff { site } => withheld::text(text, site).into(),
        }
    }

    fn html<'t>(self, html: &'t str) -> Cow<'t, str> {
        match self {
            Self::Recipient => html.into(),
            Self::Staff { site } => withheld::html(html, site).into(),
        }
    }
}

/// The subject, decoded.
#[must_use]
pub fn subject(mime: &[u8]) -> String {
    MessageParser::default()
        .parse(mime)
        .and_then(|mail| mail.subject().map(str::to_owned))
        .unwrap_or_default()
}

/// Headers, text and links of a mail as `reader` sees them; `html_path` is where its HTML is served.
#[must_use]
pub fn view(mime: &[u8], html_path: String, reader: Reader<'_>) -> MailView {
    let head = mime
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .map_or(mime, |end| &mime[..end]);
    let head = String::from_utf8_lossy(head)
        .replace("\r\n ", " ")
        .replace("\r\n\t", " ");
    let headers = head
        .split("\r\n")
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| Header {
            name: name.to_owned(),
            value: reader.text(value).into_owned(),
        })
        .collect();
    let parsed = MessageParser::default().parse(mime);
    let text = parsed
        .as_ref()
        .and_then(|mail| mail.body_text(0))
        .unwrap_or_default()
        .replace("\r\n", "\n");
    let text = reader.text(&text).into_owned();
    MailView {
        subject: reader.text(&subject(mime)).into_owned(),
        headers,
        links: links(&text),
        text,
        html_path,
    }
}

/// The HTML part by itself, locked up.
#[must_use]
pub fn html(mime: &[u8], reader: Reader<'_>) -> Response {
    let parsed = MessageParser::default().parse(mime);
    let html = parsed
        .as_ref()
        .and_then(|mail| mail.body_html(0))
        .unwrap_or_default();
    let html = reader.html(&html);
    // Links open in the window, not in the little frame.
    let html = html.replacen("<head>", "<head><base target=\"_top\">", 1);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    (headers, Html(html)).into_response()
}

/// Addresses that stand in the text, each once, in order.
fn links(text: &str) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    for word in text.split_ascii_whitespace() {
        let link = word
            .trim_matches(|c| "<>()[],;\"'".contains(c))
            .trim_end_matches('.');
        if (link.starts_with("https://") || link.starts_with("http://"))
            && !links.iter().any(|known| known == link)
        {
            links.push(link.to_owned());
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIME: &[u8] = b"Subject: =?utf-8?b?w4Ugc2U=?=\r\nTo: a@b.example\r\nX-Long: one\r\n two\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee <https://a.example/n/x>, or\r\nhttps://a.example/n/x.\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head></head><body><script>alert(1)</script></body></html>\r\n--b--\r\n";

    #[test]
    fn a_mail_is_read_as_its_recipient_would() {
        let view = view(MIME, "/x".to_owned(), Reader::Recipient);
        assert_eq!(view.subject, "Å se");
        assert_eq!(
            view.headers[2],
            Header {
                name: "X-Long".to_owned(),
                value: "one two".to_owned()
            }
        );
        assert_eq!(view.links, ["https://a.example/n/x"]);
    }

    #[test]
    fn html_is_served_in_a_sandbox_without_scripts() {
        let response = html(MIME, Reader::Recipient);
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(
            policy.contains("default-src 'none'")
                && policy.contains("sandbox")
                && !policy.contains("allow-scripts")
        );
        assert!(!policy.contains("allow-same-origin"));
    }
}
