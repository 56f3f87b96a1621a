//! Sheets for spreadsheets: comma-separated, every cell quoted, and no cell that a spreadsheet would run.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::HttpError;

/// A spreadsheet runs a cell that begins like a formula; an apostrophe in front makes it text.
#[must_use]
pub fn harmless(cell: &str) -> String {
    let runs = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if cell.starts_with(runs) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A sheet to download under this name.
///
/// # Errors
/// Never in practice: it is written to memory.
pub fn download<const N: usize>(
    name: &'static str,
    head: [&str; N],
    lines: impl IntoIterator<Item = Vec<String>>,
) -> Result<Response, HttpError> {
    let text = write(&head, lines).map_err(|error| HttpError::internal(&error))?;
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

fn write(head: &[&str], lines: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
    writer.write_record(head)?;
    for line in lines {
        writer.write_record(line.iter().map(|cell| harmless(cell)))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// The lines of a sheet with their numbers in the file, from 1. Commas, semicolons or tabs: whichever splits the first
/// line most. Empty lines are left out.
///
/// # Errors
/// A sentence for the person who chose the file.
pub fn read(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, &'static str> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| "This file is not text in UTF-8. Save the sheet as CSV (UTF-8)")?;
    if text.contains('\0') {
        return Err("This is not a text file. Save the sheet as CSV (UTF-8)");
    }
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or("");
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|delimiter| first.bytes().filter(|byte| byte == delimiter).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let (mut number, mut counted) = (1, 0);
    for record in reader.records() {
        let record = record.map_err(|_| "This file cannot be read as comma-separated values")?;
        // The reader's own line numbers lag behind where lines end in CR LF, so they are counted here.
        let byte = record
            .position()
            .and_then(|p| usize::try_from(p.byte()).ok())
            .unwrap_or(counted);
        let ends = text[byte..]
            .bytes()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
        number += text[counted..byte + ends].matches('\n').count() as u64;
        counted = byte + ends;
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            lines.push((number, cells));
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_starts_a_formula() {
        for cell in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1",
        ] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        assert_eq!(harmless("Kunde AS"), "Kunde AS");
    }

    #[test]
    fn a_sheet_reads_back_with_line_numbers() {
        let text = write(
            &["name", "text"],
            [
                vec!["=a".to_owned(), "b\n\"c\"; d".to_owned()],
                vec!["e".to_owned(), String::new()],
            ],
        )
        .unwrap();
        let lines = read(&text).unwrap();
        assert_eq!(lines[1], (2, vec!["'=a".to_owned(), "b\n\"c\"; d".to_owned()]));
        assert_eq!(lines[2].0, 4);
        let numbers: Vec<u64> = read(b"a;b\r\n1;2\r\n\r\n3;4\r\n")
            .unwrap()
            .iter()
            .map(|(n, _)| *n)
            .collect();
        assert_eq!(numbers, [1, 2, 4]);
        assert_eq!(read(b"a;b\n\n ; \n1;2\n").unwrap().len(), 2);
        assert!(read(b"a,b\n\xff\xfe").is_err());
        assert!(read(b"PK\x03\x04\0").is_err());
        assert_eq!(read(b"").unwrap().len(), 0);
    }
}
