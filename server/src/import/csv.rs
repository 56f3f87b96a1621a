//! Separated values: the separator is found, quotes and line breaks in them are respected, each row keeps its line.

use super::cell::{Cell, shorten};
use super::file::Unreadable;
use super::table::{Document, Grid, Line, MAX_COLUMNS};
use super::{MAX_ROWS, header};

/// Reads separated values.
pub(super) fn read(text: &str) -> Result<Document, Unreadable> {
    let (text, lines_before, told) = separator_line(text);
    let separator = told.unwrap_or_else(|| separator(text));
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines: Vec<Line> = Vec::new();
    let mut record = ::csv::StringRecord::new();
    let (mut last_at, mut line) = (0, lines_before + 1);
    // The text is valid UTF-8 and in memory, so an error here can only be the end.
    while let Ok(true) = reader.read_record(&mut record) {
        if record.len() > MAX_COLUMNS {
            return Err(Unreadable::TooManyColumns(record.len()));
        }
        if lines.len() > MAX_ROWS + 8 {
            return Err(Unreadable::TooManyRows);
        }
        // The reader's own line numbers lag behind where lines end in CR LF, so they are counted here.
        let byte = record
            .position()
            .and_then(|p| usize::try_from(p.byte()).ok())
            .unwrap_or(last_at);
        let at = byte
            + text[byte..]
                .bytes()
                .take_while(|b| matches!(b, b'\r' | b'\n'))
                .count();
        line += text[last_at..at].matches('\n').count();
        last_at = at;
        lines.push(Line {
            line: Some(line),
            cells: record.iter().map(Cell::read).collect(),
            fault: None,
        });
    }
    if let Some(last) = lines.last_mut() {
        let raw = text.get(last_at..).unwrap_or_default();
        let swallowed = record_swallows_lines(last) && raw.matches('"').count() % 2 == 1;
        if swallowed {
            last.fault = Some("a quotation mark opened in this row is never closed; all that follows was taken for one value".to_owned());
        }
    }
    Ok(Document {
        grids: vec![Grid {
            heading: None,
            header_lines: 0,
            lines,
        }],
        ..Document::default()
    })
}

fn record_swallows_lines(line: &Line) -> bool {
    line.cells.last().is_some_and(|cell| cell.text.contains('\n'))
}

/// `sep=;` on the first line, as spreadsheets write and understand it.
fn separator_line(text: &str) -> (&str, usize, Option<u8>) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.trim_end().strip_prefix("sep=").map(str::as_bytes) {
        Some([separator]) => (rest, 1, Some(*separator)),
        Some([]) => (rest, 1, Some(b'\t')),
        _ => (text, 0, None),
    }
}

/// The separator under which a header is recognised with the most columns, else the one that splits the first
/// line into the most.
fn separator(text: &str) -> u8 {
    let mut best = (0, b',');
    for candidate in [b',', b';', b'\t', b'|'] {
        let mut reader = ::csv::ReaderBuilder::new()
            .delimiter(candidate)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut score = 0;
        for record in reader.records().map_while(Result::ok).take(8) {
            let columns: Vec<String> = record.iter().map(|value| shorten(value, 120)).collect();
            let known = if header::is_header(&columns) { 1_000 } else { 0 };
            score = score.max(known + columns.len());
        }
        if score > best.0 {
            best = (score, candidate);
        }
    }
    best.1
}
