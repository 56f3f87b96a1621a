//! A file as text: what kind of document it is, and why it may be none that can be read.

use serde::{Deserialize, Serialize};

use super::table::MAX_COLUMNS;
use super::{MAX_BYTES, MAX_ROWS};

/// What kind of document a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Values separated by comma, semicolon, tab or bar.
    Csv,
    /// An array of objects.
    Json,
    /// A Markdown document with a table.
    Markdown,
    /// A page with a table.
    Html,
}

impl Format {
    /// Its name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
        }
    }

    /// By the end of the file's name, else by what the text looks like.
    pub(super) fn of(file_name: &str, text: &str) -> Self {
        let end = file_name
            .rsplit_once('.')
            .map(|(_, end)| end.to_ascii_lowercase())
            .unwrap_or_default();
        match end.as_str() {
            "csv" | "tsv" | "tab" => return Self::Csv,
            "json" => return Self::Json,
            "md" | "markdown" | "mdx" => return Self::Markdown,
            "html" | "htm" | "xhtml" => return Self::Html,
            _ => {}
        }
        let start = text.trim_start();
        if start.starts_with(['{', '[']) {
            Self::Json
        } else if start.starts_with('<') || text.to_ascii_lowercase().contains("<table") {
            Self::Html
        } else if text.lines().any(is_delimiter_line) {
            Self::Markdown
        } else {
            Self::Csv
        }
    }
}

/// `| --- | :-: |`, the line under a Markdown table's header.
fn is_delimiter_line(line: &str) -> bool {
    line.contains("--")
        && line.contains('|')
        && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

/// Why a document as a whole gives nothing.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unreadable {
    /// Over [`MAX_BYTES`].
    #[error("the file has {0} bytes; at most {max} are read", max = MAX_BYTES)]
    TooLarge(usize),
    /// Over [`MAX_ROWS`].
    #[error("the list has more than {max} rows", max = MAX_ROWS)]
    TooManyRows,
    /// Over [`MAX_COLUMNS`].
    #[error("a row has {0} columns; at most {max} are read", max = MAX_COLUMNS)]
    TooManyColumns(usize),
    /// Nothing but blanks.
    #[error("the file is empty")]
    Empty,
    /// A kind of file that is known and not read.
    #[error("this is {0}; save the list as CSV (UTF-8), JSON, Markdown or HTML")]
    Kind(&'static str),
    /// Bytes that are not UTF-8; guessing the encoding would garble names.
    #[error(
        "line {line} is not UTF-8 text (byte 0x{byte:02X}); save the file as \"CSV UTF-8\" and try again"
    )]
    Encoding {
        /// Line of the first such byte.
        line: usize,
        /// The byte.
        byte: u8,
    },
    /// The JSON parser's own message.
    #[error("not valid JSON: {0}")]
    Json(String),
    /// JSON of another shape.
    #[error("{0}")]
    Shape(String),
    /// No table in the document.
    #[error("there is no table in this {0} document")]
    NoTable(&'static str),
    /// Tables, but none with a column for the name.
    #[error(
        "no column can be taken for the company's name; found: {0}. \
         Call it \"Name\", \"Legal name\", \"Company\", \"Vendor\" or \"Subprocessor\""
    )]
    NoName(String),
}

/// The text of a file: UTF-8, or UTF-16 with its mark as spreadsheets write it.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge(bytes.len()));
    }
    let kind = match bytes {
        [b'P', b'K', 3, 4, ..] => Some("a spreadsheet or archive (zip)"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF"),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some("an old Office document"),
        [0x1F, 0x8B, ..] => Some("a compressed file (gzip)"),
        _ => None,
    };
    if let Some(kind) = kind {
        return Err(Unreadable::Kind(kind));
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest)?,
        _ => utf8(bytes)?,
    };
    if text.contains('\0') {
        return Err(Unreadable::Kind("a binary file"));
    }
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    Ok(text)
}

fn utf8(bytes: &[u8]) -> Result<String, Unreadable> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let at = error.valid_up_to();
        let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
        Unreadable::Encoding {
            line,
            byte: bytes.get(at).copied().unwrap_or_default(),
        }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Unreadable> {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units)
        .collect::<Result<String, _>>()
        .map_err(|_| Unreadable::Kind("UTF-16 text with broken characters"))
}
