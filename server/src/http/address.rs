//! What an address can hold. Bytes that are no text, and the character that no database takes, become the one that says
//! "could not be read", as in forms: nothing has it in its name, so every page answers as to any other that is unknown.

use std::collections::BTreeSet;

use axum::extract::{FromRequestParts, Request};
use axum::http::Uri;
use axum::http::request::Parts;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::de::DeserializeOwned;

use super::HttpError;

/// Makes the address of a request readable, before anybody looks at it.
#[must_use]
pub fn readable(mut request: Request) -> Request {
    if let Some(uri) = readable_uri(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

/// The address in readable form; nothing if it is readable as it is.
fn readable_uri(uri: &Uri) -> Option<Uri> {
    let path_is_readable = uri.path().split('/').all(is_readable);
    let query = uri.query().unwrap_or_default();
    if path_is_readable && !query.contains("%00") {
        return None;
    }
    let path: Vec<String> = uri.path().split('/').map(readable_segment).collect();
    let mut address = path.join("/");
    if !query.is_empty() {
        address.push('?');
        address.push_str(&query.replace("%00", "%EF%BF%BD"));
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(address.parse().ok()?);
    Uri::from_parts(parts).ok()
}

fn is_readable(segment: &str) -> bool {
    !segment.contains('%')
        || percent_decode_str(segment)
            .decode_utf8()
            .is_ok_and(|text| !text.contains('\0'))
}

fn readable_segment(segment: &str) -> String {
    if is_readable(segment) {
        return segment.to_owned();
    }
    let text = percent_decode_str(segment).decode_utf8_lossy();
    utf8_percent_encode(&text.replace('\0', "\u{FFFD}"), NON_ALPHANUMERIC).to_string()
}

/// The query of an address. Of a field that stands in it twice the first counts, as in [`super::Posted`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, HttpError> {
    let refused = || HttpError::BadRequest("The address of this page could not be read.".to_owned());
    let mut known = BTreeSet::new();
    let mut once = url::form_urlencoded::Serializer::for_suffix(String::from("/?"), 2);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if known.insert(name.clone()) {
            once.append_pair(&name, &value);
        }
    }
    let uri: Uri = once.finish().parse().map_err(|_| refused())?;
    let axum::extract::Query(asked) = axum::extract::Query::try_from_uri(&uri).map_err(|_| refused())?;
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn what_cannot_be_read_is_replaced_and_all_else_stays() {
        for (address, expected) in [
            ("/n/%ff", Some("/n/%EF%BF%BD")),
            ("/n/a%00b/object?line=1", Some("/n/a%EF%BF%BDb/object?line=1")),
            (
                "/a%2Fb/%ff?q=a%00&p=%ff",
                Some("/a%2Fb/%EF%BF%BD?q=a%EF%BF%BD&p=%ff"),
            ),
            ("/staff/register?q=%00", Some("/staff/register?q=%EF%BF%BD")),
            ("/subprocessors/bl%C3%A5b%C3%A6r?q=a+b%20c", None),
            ("/", None),
        ] {
            let found = readable_uri(&address.parse().unwrap()).map(|uri| uri.to_string());
            assert_eq!(found.as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn of_a_field_that_stands_twice_the_first_counts() {
        let asked: HashMap<String, String> = read("page=1&q=a%26b&page=2").unwrap();
        assert_eq!(
            (asked["page"].as_str(), asked["q"].as_str(), asked.len()),
            ("1", "a&b", 2)
        );
        assert!(read::<HashMap<String, u8>>("page=x").is_err());
    }
}
