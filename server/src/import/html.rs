//! A page with tables: every table as a grid with spanned cells filled in, and the text around them.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::{Html, Node};

use super::cell::Cell;
use super::file::Unreadable;
use super::markup;
use super::table::{Document, Grid, Line, MAX_COLUMNS};
use super::{MAX_BYTES, MAX_ROWS};

/// Tables inside tables inside tables … are layout, not lists.
const MAX_NESTING: usize = 8;
const MAX_TABLES: usize = 200;

/// Reads a page.
pub(super) fn read(text: &str) -> Result<Document, Unreadable> {
    if markup::is_hostile(text) {
        return Err(Unreadable::Shape(
            "the page has too many or too deeply nested elements".to_owned(),
        ));
    }
    let page = Html::parse_document(text);
    let mut document = Document::default();
    let mut prose = String::new();
    let mut heading = String::new();
    let (mut inside, mut silent, mut in_heading, mut tables) = (0_usize, 0_usize, false, 0_usize);
    for edge in page.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(run) if silent == 0 && inside == 0 => {
                    markup::push_run(&mut prose, run);
                    if in_heading {
                        markup::push_run(&mut heading, run);
                    }
                }
                Node::Element(element) if markup::is_silent(element) => silent += 1,
                Node::Element(element) if element.name() == "table" => {
                    inside += 1;
                    if inside <= MAX_NESTING && tables < MAX_TABLES {
                        tables += 1;
                        let above = Some(Cell::plain(&heading, Vec::new()).one_line());
                        read_table(node, above.filter(|text| !text.is_empty()), &mut document)?;
                    }
                }
                Node::Element(element) if inside == 0 => {
                    if is_heading(element.name()) {
                        in_heading = true;
                        heading.clear();
                    }
                    if markup::breaks_line(element) {
                        prose.push('\n');
                    }
                }
                _ => {}
            },
            Edge::Close(node) => {
                let Node::Element(element) = node.value() else {
                    continue;
                };
                match element.name() {
                    _ if markup::is_silent(element) => silent = silent.saturating_sub(1),
                    "table" => inside = inside.saturating_sub(1),
                    name => {
                        in_heading = in_heading && !is_heading(name);
                        if markup::breaks_line(element) && inside == 0 {
                            prose.push('\n');
                        }
                    }
                }
            }
        }
    }
    if document.grids.is_empty() {
        return Err(Unreadable::NoTable("HTML"));
    }
    document
        .prose
        .extend(Cell::plain(&prose, Vec::new()).lines().map(str::to_owned));
    Ok(document)
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// A row as it stands in the source.
struct SourceRow {
    cells: Vec<SourceCell>,
    in_head: bool,
}

struct SourceCell {
    cell: Cell,
    is_header: bool,
    columns: usize,
    /// 0 reaches to the end of the table.
    rows: usize,
}

/// One table; a row that is a single cell over the whole width starts a new part under that heading.
fn read_table(
    table: NodeRef<'_, Node>,
    above: Option<String>,
    document: &mut Document,
) -> Result<(), Unreadable> {
    let (rows, caption) = source_rows(table)?;
    let width = rows
        .iter()
        .map(|row| row.cells.iter().map(|c| c.columns).sum::<usize>())
        .max()
        .unwrap_or(0);
    if width > MAX_COLUMNS {
        return Err(Unreadable::TooManyColumns(width));
    }
    let spans_all = |row: &SourceRow| width > 1 && row.cells.len() == 1 && row.cells[0].columns >= width;
    let is_head = |row: &SourceRow| row.in_head || row.cells.iter().all(|cell| cell.is_header);
    let mut heading = caption.or(above);
    let mut header: Vec<Line> = Vec::new();
    let mut body: Vec<Line> = Vec::new();
    let mut filled = Filled::default();
    let (mut in_header, mut header_lines) = (true, 0);
    for row in rows {
        if spans_all(&row) {
            let text = row
                .cells
                .into_iter()
                .map(|c| c.cell.one_line())
                .collect::<String>();
            document.prose.push(text.clone());
            if !body.is_empty() {
                document.grids.push(grid(
                    heading.take(),
                    header_lines,
                    &header,
                    std::mem::take(&mut body),
                ));
            }
            heading = Some(text).filter(|text| !text.is_empty()).or(heading);
            continue;
        }
        // Without marked header cells the first row is a candidate like any other (`Grid::into_table`).
        let head = in_header && is_head(&row) && row.cells.len() > 1;
        let line = filled.line(row, width)?;
        if head {
            header_lines += 1;
            header.push(line);
        } else {
            in_header = false;
            body.push(line);
        }
    }
    if !body.is_empty() || !header.is_empty() {
        document.grids.push(grid(heading, header_lines, &header, body));
    }
    Ok(())
}

fn grid(heading: Option<String>, header_lines: usize, header: &[Line], body: Vec<Line>) -> Grid {
    Grid {
        heading,
        header_lines,
        lines: header.iter().cloned().chain(body).collect(),
    }
}

fn source_rows(table: NodeRef<'_, Node>) -> Result<(Vec<SourceRow>, Option<String>), Unreadable> {
    let mut rows = Vec::new();
    let mut caption = None;
    let (mut nested, mut in_head) = (0_usize, false);
    for edge in table.traverse().skip(1) {
        match edge {
            Edge::Open(node) => {
                let Node::Element(element) = node.value() else {
                    continue;
                };
                match element.name() {
                    "table" => nested += 1,
                    _ if nested > 0 => {}
                    "thead" => in_head = true,
                    "caption" => {
                        caption = Some(markup::read(node).one_line()).filter(|text| !text.is_empty());
                    }
                    "tr" => {
                        if rows.len() > MAX_ROWS + 8 {
                            return Err(Unreadable::TooManyRows);
                        }
                        rows.push(SourceRow {
                            cells: source_cells(node),
                            in_head,
                        });
                    }
                    _ => {}
                }
            }
            Edge::Close(node) => {
                let Node::Element(element) = node.value() else {
                    continue;
                };
                match element.name() {
                    "table" => nested = nested.saturating_sub(1),
                    "thead" if nested == 0 => in_head = false,
                    _ => {}
                }
            }
        }
    }
    Ok((
        rows.into_iter().filter(|row| !row.cells.is_empty()).collect(),
        caption,
    ))
}

fn source_cells(row: NodeRef<'_, Node>) -> Vec<SourceCell> {
    let cells = row.children().filter_map(|node| match node.value() {
        Node::Element(element) if matches!(element.name(), "td" | "th") => {
            let span = |name: &str| element.attr(name).and_then(|n| n.trim().parse::<usize>().ok());
            Some(SourceCell {
                cell: markup::read(node),
                is_header: element.name() == "th",
                columns: span("colspan").unwrap_or(1).clamp(1, MAX_COLUMNS),
                rows: span("rowspan").unwrap_or(1).min(MAX_ROWS),
            })
        }
        _ => None,
    });
    cells.take(MAX_COLUMNS + 1).collect()
}

/// Cells that reach down into the rows below, and how much text was copied for it.
#[derive(Default)]
struct Filled {
    /// By column: the cell and how many rows it still covers.
    reaching: Vec<Option<(Cell, usize)>>,
    copied: usize,
}

impl Filled {
    fn line(&mut self, row: SourceRow, width: usize) -> Result<Line, Unreadable> {
        self.reaching.resize(width, None);
        let mut cells = Vec::with_capacity(width);
        let mut own = row.cells.into_iter();
        while cells.len() < width {
            let at = cells.len();
            if let Some((cell, left)) = self.reaching[at].take() {
                self.copied += cell.text.len();
                if left > 1 {
                    self.reaching[at] = Some((cell.clone(), left - 1));
                }
                cells.push(cell);
                continue;
            }
            let Some(SourceCell {
                cell, columns, rows, ..
            }) = own.next()
            else {
                break;
            };
            for column in at..(at + columns).min(width) {
                if column > at {
                    self.copied += cell.text.len();
                }
                if rows != 1 {
                    let left = if rows == 0 { MAX_ROWS } else { rows - 1 };
                    self.reaching[column] = Some((cell.clone(), left));
                }
                cells.push(cell.clone());
            }
        }
        // A row that spanning cells push past the table's width keeps what stands there: it is reported.
        cells.extend(own.map(|c| c.cell));
        if self.copied > 2 * MAX_BYTES {
            return Err(Unreadable::TooLarge(self.copied));
        }
        Ok(Line {
            line: None,
            cells,
            fault: None,
        })
    }
}
