//! Any input as one table of named columns whose rows keep their number.
//!
//! A reader (csv, json, markdown, html) gives a [`Document`]: grids of cells, and the text around them. Here the
//! grids that have a recognisable header become one [`Table`].

use super::cell::{Cell, shorten};
use super::file::Unreadable;
use super::{MAX_ROWS, Problem, Severity, header};

/// More columns than this is no list of subprocessors.
pub(super) const MAX_COLUMNS: usize = 64;
/// Column that carries the heading of each table when several were joined.
pub(super) const HEADING_COLUMN: &str = "heading above the table";

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
            let found = candidates.clone().find(|(_, columns)| header::is_header(columns));
            // A list of names alone still counts when its only header line says so.
            found
                .or_else(|| candidates.into_iter().next())
                .unwrap_or_default()
        };
        if !(header::is_header(&columns) || alone && header::has_name(&columns)) {
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
