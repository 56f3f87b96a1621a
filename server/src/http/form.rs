//! Posted forms as pairs of names and values. A field that is missing reads as empty, so that a form which lacks one is
//! answered like a form left blank: 422 with a message at the field.

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use app::ui::{FieldErrors, Refusal};
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{StatusCode, header};

use super::HttpError;

/// The largest form without files.
pub const LARGEST_FORM: usize = 256 * 1024;
/// The largest form with documents.
pub const LARGEST_UPLOAD: usize = 12 * 1024 * 1024;

/// The largest form with a sheet or a list to import.
pub const LARGEST_SHEET: usize = 5 * 1024 * 1024;

/// For routes that take a sheet or a list: `.route(…).layer(form::sheets())`.
pub fn sheets() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST_SHEET)
}

/// For routes that take documents: `.route(…).layer(form::uploads())`.
pub fn uploads() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST_UPLOAD)
}

/// Status and title of a page with a form: 422 and "Error: …" where something is wrong with it.
#[must_use]
pub fn outcome(errors: &FieldErrors, title: &str) -> (StatusCode, String) {
    if errors.is_empty() {
        (StatusCode::OK, title.to_owned())
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, format!("Error: {title}"))
    }
}

/// The words of a posted form while it is answered: a page that refuses it shows them, so that nobody writes them twice.
/// Put among the request's extensions, it is filled by whoever reads the form.
#[derive(Clone, Debug, Default)]
pub struct Words(Arc<Mutex<Vec<String>>>);

impl Words {
    /// What forms carry without anybody having typed it.
    const CARRIED: [&str; 3] = ["seen", "signed", "file_content"];
    /// Nobody types more characters into one field; a sheet may have more.
    const LONGEST: usize = 10_000;

    /// Keeps what somebody wrote: texts of several words. Never a password.
    fn keep(&self, pairs: &[(String, String)]) {
        let is_written = |(name, value): &&(String, String)| {
            let is_prose = value.trim().contains(char::is_whitespace) && value.len() <= Self::LONGEST;
            is_prose && !name.contains("password") && !Self::CARRIED.contains(&name.as_str())
        };
        let words = pairs.iter().filter(is_written).map(|(_, value)| value.clone());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = words.collect();
    }

    /// What was kept; nothing where no form was read.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What was posted, in the order of the form.
#[derive(Clone, Debug, Default)]
pub struct Posted(Vec<(String, String)>);

/// A posted file.
#[derive(Clone, Debug)]
pub struct PostedFile {
    /// The field it was chosen in.
    pub field: String,
    /// Its name on the other side's disk; text to show, never a path to use.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Posted {
    /// A field's value as typed, or nothing.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(field, _)| field == name)
            .map_or("", |(_, value)| value)
    }

    /// Reads the text of a field.
    ///
    /// # Errors
    /// What was typed with what is wrong, to be shown again.
    pub fn read<T>(&self, field: &str) -> Result<T, Refusal>
    where
        T: FromStr,
        T::Err: ToString,
    {
        let typed = self.text(field);
        typed.parse().map_err(|why: T::Err| Refusal {
            field: field.to_owned(),
            typed: typed.to_owned(),
            why: why.to_string(),
        })
    }

    /// All values of a field that can have several.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(field, _)| field == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    /// Whether a box was ticked.
    #[must_use]
    pub fn is_ticked(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|(field, value)| field == name && !value.is_empty())
    }

    /// All pairs.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The character that no form can type and no database takes becomes the one that says "could not be read"; parsers of
    /// texts refuse that one at its field, with what was typed kept.
    fn readable(pairs: impl Iterator<Item = (String, String)>) -> Self {
        let readable = |text: String| text.replace('\0', "\u{FFFD}");
        Self(
            pairs
                .map(|(name, value)| (readable(name), readable(value)))
                .collect(),
        )
    }

    /// The same, with its words kept for a page that refuses it.
    fn kept_in(self, words: Option<Words>) -> Self {
        if let Some(words) = words {
            words.keep(&self.0);
        }
        self
    }
}

impl From<Vec<(String, String)>> for Posted {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = HttpError;

    async fn from_request(request: Request, state: &S) -> Result<Self, HttpError> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or("");
        if !kind.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(HttpError::BadRequest("This is not a form.".to_owned()));
        }
        let words = request.extensions().get::<Words>().cloned();
        let body = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|e| too_large_or_broken(&e))?;
        Ok(Self::readable(url::form_urlencoded::parse(&body).into_owned()).kept_in(words))
    }
}

fn too_large_or_broken(rejection: &BytesRejection) -> HttpError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        HttpError::TooLarge
    } else {
        HttpError::BadRequest("The form did not arrive whole.".to_owned())
    }
}

/// A form that can carry files.
#[derive(Clone, Debug, Default)]
pub struct Uploaded {
    /// Its other fields.
    pub posted: Posted,
    /// Files that were chosen; a file field left empty is not among them.
    pub files: Vec<PostedFile>,
}

impl<S: Send + Sync> FromRequest<S> for Uploaded {
    type Rejection = HttpError;

    async fn from_request(request: Request, state: &S) -> Result<Self, HttpError> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let has_parts = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
        if !has_parts {
            return Ok(Self {
                posted: Posted::from_request(request, state).await?,
                files: Vec::new(),
            });
        }
        let broken = |e: MultipartError| {
            if e.status() == StatusCode::PAYLOAD_TOO_LARGE {
                HttpError::TooLarge
            } else {
                HttpError::BadRequest("The form did not arrive whole.".to_owned())
            }
        };
        let words = request.extensions().get::<Words>().cloned();
        let mut parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| HttpError::BadRequest("This is not a form with files.".to_owned()))?;
        let (mut pairs, mut files) = (Vec::new(), Vec::new());
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let field = part.name().unwrap_or("").to_owned();
            let file = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(broken)?;
            match file {
                None => pairs.push((field, String::from_utf8_lossy(&bytes).into_owned())),
                Some(name) if name.is_empty() && bytes.is_empty() => {}
                Some(name) => files.push(PostedFile {
                    field,
                    name,
                    bytes: bytes.to_vec(),
                }),
            }
        }
        Ok(Self {
            posted: Posted::readable(pairs.into_iter()).kept_in(words),
            files,
        })
    }
}

impl Uploaded {
    /// The file that was chosen in a field.
    #[must_use]
    pub fn file(&self, field: &str) -> Option<&PostedFile> {
        self.files.iter().find(|file| file.field == field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_field_reads_as_empty_and_a_repeated_one_as_all_its_values() {
        let posted = Posted(vec![("role".into(), "a".into()), ("role".into(), "b".into())]);
        assert_eq!(posted.text("name"), "");
        assert_eq!(posted.text("role"), "a");
        assert_eq!(posted.all("role"), ["a", "b"]);
        assert!(!posted.is_ticked("yes"));
    }

    #[test]
    fn what_somebody_wrote_is_kept_and_no_password_is() {
        let words = Words::default();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let typed = vec![
            pair("csrf", "c2VjcmV0"),
            pair("seen", "[[\"Name\",\"a b\"]]"),
            pair("reason", "Not restored\nin time"),
            pair("on", "2026-11-27"),
            pair("password", "correct horse battery"),
            pair("new_password", "correct horse battery"),
            pair("name", " Acme "),
        ];
        let posted = Posted(typed).kept_in(Some(words.clone()));
        assert_eq!(posted.text("name"), " Acme ");
        assert_eq!(words.take(), ["Not restored\nin time"]);
        assert!(words.take().is_empty());
    }
}
