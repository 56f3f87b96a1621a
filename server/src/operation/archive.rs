//! The backup file: one format for both databases, readable with any text tool.
//!
//! JSON, one value a line. First a header; then for each table a line with its name and columns, and its rows as arrays;
//! last a manifest with the number of rows of each table, the SHA-256 of everything before it, and a signature over that.
//! Text, days, instants and documents are strings, numbers and truths numbers, ids and bytes `{"b": base64url}`:
//! the form in which SQLite keeps them, so a backup of either database restores into either.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Document, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::keys::Keys;
use crate::store::archive::{Kind, Table, Value};

const FORMAT: &str = "forenotice-backup/1";

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Which format the rest has.
    pub format: String,
    /// When it was made, by the wall clock.
    pub created_at: DateTime<Utc>,
    /// The newest migration of the database it was made from.
    pub schema: i64,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// SHA-256 of all lines before this one, hex.
    pub sha256: String,
    /// Which key signed.
    pub key_id: String,
    /// Ed25519 over [`signed_text`], base64url.
    pub signature: String,
}

#[derive(Serialize, Deserialize)]
struct TableLine {
    table: String,
    columns: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct ManifestLine {
    manifest: Manifest,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is something else.
    #[error("this is not a Forenotice backup")]
    Foreign,
    /// A line is none that a backup has.
    #[error("line {0} cannot be read")]
    Line(u64),
    /// It ends before its manifest.
    #[error("it is cut off after line {0}")]
    CutOff(u64),
    /// There is more after the manifest.
    #[error("something follows its manifest")]
    Longer,
    /// The content is not what the manifest says.
    #[error("its content was altered ({0})")]
    Altered(&'static str),
    /// The signing key is not among ours.
    #[error(transparent)]
    Key(#[from] crate::keys::KeyError),
}

/// What the manifest's signature is over.
fn signed_text(sha256: &str) -> String {
    format!("forenotice backup v1\n{sha256}\n")
}

/// Writes a backup.
pub struct Writer<W> {
    out: W,
    hash: Sha256,
    rows: BTreeMap<String, u64>,
    table: String,
}

impl<W: Write> Writer<W> {
    /// Begins with the header.
    pub fn new(out: W, created_at: DateTime<Utc>, schema: i64) -> io::Result<Self> {
        let mut writer = Self {
            out,
            hash: Sha256::new(),
            rows: BTreeMap::new(),
            table: String::new(),
        };
        writer.line(&json!(Header {
            format: FORMAT.to_owned(),
            created_at,
            schema
        }))?;
        Ok(writer)
    }

    fn line(&mut self, document: &Document) -> io::Result<()> {
        let mut text = document.to_string();
        text.push('\n');
        self.hash.update(&text);
        self.out.write_all(text.as_bytes())
    }

    /// Begins a table.
    pub fn table(&mut self, table: &Table) -> io::Result<()> {
        table.name.clone_into(&mut self.table);
        self.rows.insert(table.name.clone(), 0);
        let columns = table.columns.iter().map(|column| column.name.clone()).collect();
        self.line(&json!(TableLine {
            table: table.name.clone(),
            columns
        }))
    }

    /// A row of the table that was begun last.
    pub fn row(&mut self, values: Vec<Value>) -> io::Result<()> {
        if let Some(count) = self.rows.get_mut(&self.table) {
            *count += 1;
        }
        self.line(&Document::Array(values.into_iter().map(portable).collect()))
    }

    /// Ends with the manifest.
    pub fn finish(mut self, keys: &Keys) -> io::Result<(W, Manifest)> {
        let sha256 = HEXLOWER.encode(&self.hash.finalize());
        let signature = keys.sign(signed_text(&sha256).as_bytes());
        let manifest = Manifest {
            rows: self.rows,
            sha256,
            key_id: signature.key_id,
            signature: BASE64URL_NOPAD.encode(&signature.bytes),
        };
        writeln!(
            self.out,
            "{}",
            json!(ManifestLine {
                manifest: manifest.clone()
            })
        )?;
        Ok((self.out, manifest))
    }
}

/// What comes next in a backup.
#[derive(Debug)]
pub enum Line {
    /// A table begins: its name and columns.
    Table(String, Vec<String>),
    /// A row of it.
    Row(Vec<Document>),
    /// The end; everything before it is as it was written.
    End(Manifest),
}

/// Reads a backup line by line. Only after [`Line::End`] is it known to be whole and ours.
pub struct Reader<'a, R> {
    input: R,
    keys: &'a Keys,
    hash: Sha256,
    rows: BTreeMap<String, u64>,
    table: String,
    width: usize,
    number: u64,
    /// The first line.
    pub header: Header,
}

impl<'a, R: BufRead> Reader<'a, R> {
    /// Reads the header.
    pub fn new(input: R, keys: &'a Keys) -> Result<Self, ArchiveError> {
        let header = Header {
            format: String::new(),
            created_at: DateTime::default(),
            schema: 0,
        };
        let mut reader = Self {
            input,
            keys,
            hash: Sha256::new(),
            rows: BTreeMap::new(),
            table: String::new(),
            width: 0,
            number: 0,
            header,
        };
        let (text, document) = reader.take()?.ok_or(ArchiveError::Foreign)?;
        reader.hash.update(&text);
        reader.header = serde_json::from_value(document).map_err(|_| ArchiveError::Foreign)?;
        if reader.header.format == FORMAT {
            Ok(reader)
        } else {
            Err(ArchiveError::Foreign)
        }
    }

    /// One line as text and as JSON; none at the end of the file.
    fn take(&mut self) -> Result<Option<(Vec<u8>, Document)>, ArchiveError> {
        let mut text = Vec::new();
        self.input.read_until(b'\n', &mut text)?;
        if text.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        let wrong = match (self.number, text.ends_with(b"\n")) {
            (1, _) => ArchiveError::Foreign,
            (number, true) => ArchiveError::Line(number),
            (number, false) => ArchiveError::CutOff(number - 1),
        };
        if !text.ends_with(b"\n") {
            return Err(wrong);
        }
        serde_json::from_slice(&text)
            .map(|document| Some((text, document)))
            .map_err(|_| wrong)
    }

    /// The next line.
    pub fn next_line(&mut self) -> Result<Line, ArchiveError> {
        let (text, document) = self.take()?.ok_or(ArchiveError::CutOff(self.number))?;
        match document {
            Document::Array(row) => {
                self.hash.update(&text);
                let count = self
                    .rows
                    .get_mut(&self.table)
                    .ok_or(ArchiveError::Line(self.number))?;
                if row.len() != self.width {
                    return Err(ArchiveError::Line(self.number));
                }
                *count += 1;
                Ok(Line::Row(row))
            }
            document if document.get("table").is_some() => {
                self.hash.update(&text);
                let line: TableLine =
                    serde_json::from_value(document).map_err(|_| ArchiveError::Line(self.number))?;
                if self.rows.insert(line.table.clone(), 0).is_some() {
                    return Err(ArchiveError::Line(self.number));
                }
                self.table.clone_from(&line.table);
                self.width = line.columns.len();
                Ok(Line::Table(line.table, line.columns))
            }
            document => {
                let line: ManifestLine =
                    serde_json::from_value(document).map_err(|_| ArchiveError::Line(self.number))?;
                self.check(&line.manifest)?;
                Ok(Line::End(line.manifest))
            }
        }
    }

    fn check(&mut self, manifest: &Manifest) -> Result<(), ArchiveError> {
        if manifest.sha256 != HEXLOWER.encode(&self.hash.clone().finalize()) {
            return Err(ArchiveError::Altered("its SHA-256 does not fit"));
        }
        if manifest.rows != self.rows {
            return Err(ArchiveError::Altered("its counts do not fit"));
        }
        let signature = BASE64URL_NOPAD
            .decode(manifest.signature.as_bytes())
            .unwrap_or_default();
        if !self.keys.is_signature(
            &manifest.key_id,
            signed_text(&manifest.sha256).as_bytes(),
            &signature,
        )? {
            return Err(ArchiveError::Altered("its signature does not fit"));
        }
        let mut rest = Vec::new();
        self.input.read_until(b'\n', &mut rest)?;
        if rest.is_empty() {
            Ok(())
        } else {
            Err(ArchiveError::Longer)
        }
    }

    /// The number of the line read last.
    pub fn number(&self) -> u64 {
        self.number
    }
}

/// A value in the form of the file.
fn portable(value: Value) -> Document {
    let bytes = |bytes: &[u8]| json!({ "b": BASE64URL_NOPAD.encode(bytes) });
    match value {
        Value::Null => Document::Null,
        Value::Text(text) => Document::String(text),
        Value::Integer(number) => number.into(),
        Value::Bytes(value) => bytes(&value),
        Value::Uuid(id) => bytes(id.as_bytes()),
        // As sqlx writes it into SQLite: text that sorts like the instants it stands for.
        Value::Instant(at) => at.to_rfc3339_opts(SecondsFormat::AutoSi, false).into(),
        Value::Date(day) => day.to_string().into(),
        Value::Json(document) => document.to_string().into(),
        Value::Truth(truth) => i64::from(truth).into(),
    }
}

/// A value of the file for a column of this kind; none if it does not fit.
#[must_use]
pub fn fitting(document: Document, kind: Kind) -> Option<Value> {
    let document = match (document, kind) {
        (Document::Null, _) => return Some(Value::Null),
        (Document::Number(number), Kind::Integer) => return number.as_i64().map(Value::Integer),
        (Document::Number(number), Kind::Truth) => {
            return match number.as_i64() {
                Some(0) => Some(Value::Truth(false)),
                Some(1) => Some(Value::Truth(true)),
                _ => None,
            };
        }
        (document, _) => document,
    };
    if let Some(encoded) = document.get("b").and_then(Document::as_str) {
        let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes()).ok()?;
        return match kind {
            Kind::Bytes => Some(Value::Bytes(bytes)),
            Kind::Uuid => Uuid::from_slice(&bytes).ok().map(Value::Uuid),
            _ => None,
        };
    }
    let Document::String(text) = document else {
        return None;
    };
    match kind {
        Kind::Text => Some(Value::Text(text)),
        Kind::Instant => text.parse().ok().map(Value::Instant),
        Kind::Date => text.parse().ok().map(Value::Date),
        Kind::Json => serde_json::from_str(&text).ok().map(Value::Json),
        Kind::Integer | Kind::Truth | Kind::Bytes | Kind::Uuid => None,
    }
}

#[cfg(test)]
mod tests;
