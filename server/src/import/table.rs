//! Any input as one table of named columns whose rows keep their number.
//!
//! A reader (csv, json, markdown, html) gives a [`Document`]: grids of cells, and the text around them. Here the
//! grids that have a recognisable header become one [`Table`].

use serde::Serialize;

use super::{MAX_BYTES, MAX_ROWS, Problem, Severity, mapping, markup};

/// More columns than this is no list of subprocessors.
pub(super) const MAX_COLUMNS: usize = 64;
/// A longer cell is cut, and the cut is reported.
pub(super) const MAX_CELL: usize = 10_000;
/// Column that carries the heading of each table when several were joined.
pub(super) const HEADING_COLUMN: &str = "heading above the table";

/// What kind of document a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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

/// An address a cell points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub href: String,
    pub text: String,
}

/// One cell: its text with lines kept, and the links in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub text: String,
    pub links: Vec<Link>,
    /// The text was longer than [`MAX_CELL`].
    pub cut: bool,
}

impl Cell {
    /// A cell of text that may hold HTML.
    pub fn read(raw: &str) -> Self {
        if markup::is_markup(raw) {
            markup::cell(raw)
        } else {
            Self::plain(raw, Vec::new())
        }
    }

    /// A cell of plain text; addresses in it are collected beside the links already known.
    pub fn plain(raw: &str, mut links: Vec<Link>) -> Self {
        let text = tidy(raw);
        for word in text.split_whitespace() {
            let Some(at) = word.find("https://").or_else(|| word.find("http://")) else {
                continue;
            };
            let href = word[at..].trim_end_matches(['.', ',', ';', ')', ']', '>', '"', '\'']);
            if links.iter().all(|link| link.href != href) {
                links.push(Link {
                    href: href.to_owned(),
                    text: String::new(),
                });
            }
        }
        let cut = text.chars().count() > MAX_CELL;
        let text = if cut {
            text.chars().take(MAX_CELL).collect()
        } else {
            text
        };
        Self { text, links, cut }
    }

    /// The lines with content.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|line| !line.is_empty())
    }

    /// All lines on one.
    pub fn one_line(&self) -> String {
        self.lines().collect::<Vec<_>>().join(" ")
    }

    /// Says nothing: empty, or one of the ways to write "not known".
    pub fn is_blank(&self) -> bool {
        let text = self
            .text
            .trim_matches(|c: char| c.is_whitespace() || c == '.')
            .to_lowercase();
        self.links.is_empty()
            && matches!(
                text.as_str(),
                "" | "-"
                    | "--"
                    | "–"
                    | "—"
                    | "?"
                    | "n/a"
                    | "na"
                    | "n.a"
                    | "none"
                    | "null"
                    | "nil"
                    | "tbd"
                    | "tbc"
                    | "unknown"
                    | "not applicable"
                    | "not available"
                    | "to be determined"
            )
    }
}

/// Blanks to one space, lines trimmed, empty lines dropped; control and invisible characters removed, because
/// they could make a name look like another.
fn tidy(raw: &str) -> String {
    let mut lines = Vec::new();
    for line in raw.split(['\n', '\r', '\u{0b}', '\u{0c}', '\u{85}', '\u{2028}', '\u{2029}']) {
        let line: String = line
            .chars()
            .filter(|c| c.is_whitespace() || !is_invisible(*c))
            .collect();
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines.join("\n")
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Text for a message: one line, at most `max` characters.
pub(super) fn shorten(text: &str, max: usize) -> String {
    let line = tidy(text).replace('\n', " / ");
    if line.chars().count() <= max {
        return line;
    }
    line.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// A row of a grid before anybody knows which one is the header.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// Line in the file, where the format has lines.
    pub line: Option<usize>,
    pub cells: Vec<Cell>,
    /// Why the row cannot be trusted.
    pub fault: Option<String>,
}

/// Rows of cells as they stand in the document.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    pub heading: Option<String>,
    /// How many of the first lines are marked up as header; 0 where the format has no such mark.
    pub header_lines: usize,
    pub lines: Vec<Line>,
}

/// Everything a reader found.
#[derive(Debug, Clone, Default)]
pub(super) struct Document {
    pub grids: Vec<Grid>,
    /// Lines of text outside the tables.
    pub prose: Vec<String>,
    pub problems: Vec<Problem>,
}

/// A row of the list.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Counted from 1 over all rows with content.
    pub number: usize,
    pub line: Option<usize>,
    pub cells: Vec<Cell>,
    pub fault: Option<String>,
}

/// One table of named columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
    pub prose: Vec<String>,
}

impl Table {
    /// The cells of one column.
    pub fn column(&self, index: usize) -> impl Iterator<Item = &Cell> {
        self.rows.iter().filter_map(move |row| row.cells.get(index))
    }
}

impl Document {
    /// Joins the grids with a recognisable header; the others are reported.
    pub fn into_one_table(self) -> Result<(Table, Vec<Problem>), Unreadable> {
        let Self {
            grids,
            prose,
            mut problems,
        } = self;
        let mut tables = Vec::new();
        let mut headers_seen = Vec::new();
        let alone = grids.len() == 1;
        for (index, grid) in grids.into_iter().enumerate() {
            let heading = grid.heading.clone();
            match grid.into_table(alone) {
                Ok(table) => tables.push((heading, table)),
                Err(columns) => headers_seen.push((index + 1, heading, columns)),
            }
        }
        if tables.is_empty() {
            let found = headers_seen
                .iter()
                .map(|(_, _, columns)| columns.as_str())
                .collect::<Vec<_>>()
                .join(" / ");
            return Err(if found.is_empty() {
                Unreadable::Empty
            } else {
                Unreadable::NoName(shorten(&found, 300))
            });
        }
        for (number, heading, columns) in headers_seen {
            let place = heading.map_or_else(
                || format!("table {number}"),
                |text| format!("the table under \"{text}\""),
            );
            problems.push(Problem::whole(
                Severity::Note,
                &columns,
                format!("{place} is no list of companies and was left out"),
            ));
        }
        let mut table = join(tables)?;
        table.prose = prose;
        if table.rows.len() > MAX_ROWS {
            return Err(Unreadable::TooManyRows);
        }
        Ok((table, problems))
    }
}

impl Grid {
    /// The grid with its header taken off, or what its first line says when none is recognisable. Beside other
    /// tables a column for the name is not enough.
    fn into_table(self, alone: bool) -> Result<Table, String> {
        let names_of = |line: &Line| line.cells.iter().map(Cell::one_line).collect::<Vec<_>>();
        let (header, columns) = if self.header_lines > 0 {
            let columns = merged_header(&self.lines[..self.header_lines.min(self.lines.len())]);
            (self.header_lines - 1, columns)
        } else {
            let candidates = self
                .lines
                .iter()
                .take(8)
                .enumerate()
                .map(|(at, line)| (at, names_of(line)));
            let found = candidates
                .clone()
                .find(|(_, columns)| mapping::is_header(columns));
            // A list of names alone still counts when its only header line says so.
            found
                .or_else(|| candidates.into_iter().next())
                .unwrap_or_default()
        };
        if !(mapping::is_header(&columns) || alone && mapping::has_name(&columns)) {
            return Err(columns
                .iter()
                .filter(|c| !c.is_empty())
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", "));
        }
        let width = columns.len();
        let rows = self
            .lines
            .into_iter()
            .skip(header + 1)
            .filter_map(|line| Row::of(line, width));
        Ok(Table {
            rows: rows.collect(),
            columns: distinct(columns),
            prose: Vec::new(),
        })
    }
}

impl Row {
    /// `None` where nothing stands in the row.
    fn of(line: Line, width: usize) -> Option<Self> {
        let Line {
            line,
            mut cells,
            mut fault,
        } = line;
        if cells
            .iter()
            .all(|cell| cell.text.is_empty() && cell.links.is_empty())
        {
            return None;
        }
        let surplus = cells
            .iter()
            .skip(width)
            .filter(|cell| !cell.text.is_empty())
            .count();
        if surplus > 0 && fault.is_none() {
            fault = Some(format!(
                "the row has {} cells and the header {width}; a separator inside a value must be quoted",
                cells.len()
            ));
        }
        cells.resize(width, Cell::default());
        Some(Self {
            number: 0,
            line,
            cells,
            fault,
        })
    }
}

/// Header lines stacked on each other: "Location" over "Country" is "Location: Country".
fn merged_header(lines: &[Line]) -> Vec<String> {
    let width = lines.iter().map(|line| line.cells.len()).max().unwrap_or(0);
    (0..width)
        .map(|column| {
            let mut parts: Vec<String> = Vec::new();
            for line in lines {
                let text = line.cells.get(column).map(Cell::one_line).unwrap_or_default();
                if !text.is_empty() && parts.last() != Some(&text) {
                    parts.push(text);
                }
            }
            parts.join(": ")
        })
        .collect()
}

/// Columns without a name, or with the same one, get a name that can be pointed at.
fn distinct(columns: Vec<String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for (index, column) in columns.into_iter().enumerate() {
        let name = if column.is_empty() {
            format!("column {}", index + 1)
        } else {
            shorten(&column, 120)
        };
        let times = seen
            .iter()
            .filter(|s| **s == name || s.starts_with(&format!("{name} (")))
            .count();
        seen.push(if times == 0 {
            name
        } else {
            format!("{name} ({})", times + 1)
        });
    }
    seen
}

/// Several tables under one set of columns; each row remembers the heading it stood under.
fn join(tables: Vec<(Option<String>, Table)>) -> Result<Table, Unreadable> {
    let several = tables.len() > 1 && tables.iter().any(|(heading, _)| heading.is_some());
    let mut columns: Vec<String> = Vec::new();
    for column in tables.iter().flat_map(|(_, table)| &table.columns) {
        if !columns.iter().any(|known| known.eq_ignore_ascii_case(column)) {
            columns.push(column.clone());
        }
    }
    if several {
        columns.push(HEADING_COLUMN.to_owned());
    }
    if columns.len() > MAX_COLUMNS {
        return Err(Unreadable::TooManyColumns(columns.len()));
    }
    let mut rows = Vec::new();
    for (heading, table) in tables {
        let places: Vec<Option<usize>> = table
            .columns
            .iter()
            .map(|column| {
                columns
                    .iter()
                    .position(|known| known.eq_ignore_ascii_case(column))
            })
            .collect();
        for row in table.rows {
            let mut cells = vec![Cell::default(); columns.len()];
            for (cell, place) in row.cells.into_iter().zip(&places) {
                if let Some(slot) = place.and_then(|at| cells.get_mut(at)) {
                    *slot = cell;
                }
            }
            if several && let Some(last) = cells.last_mut() {
                *last = Cell::plain(heading.as_deref().unwrap_or_default(), Vec::new());
            }
            rows.push(Row {
                number: rows.len() + 1,
                cells,
                ..row
            });
        }
    }
    Ok(Table {
        columns,
        rows,
        prose: Vec::new(),
    })
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
