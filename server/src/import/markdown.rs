//! Markdown tables, with links and HTML in their cells; a document without any is looked at as a page.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::file::Unreadable;
use super::table::{Document, Grid, Line, MAX_COLUMNS};
use super::{MAX_ROWS, html, markup};

/// Reads a Markdown document.
pub(super) fn read(text: &str) -> Result<Document, Unreadable> {
    let mut document = Document::default();
    let mut heading = String::new();
    let (mut in_heading, mut in_table) = (false, false);
    // What is being read: the current cell or paragraph, as HTML.
    let mut run = String::new();
    let mut line = Line::default();
    let mut rows = 0_usize;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                in_heading = true;
                run.clear();
            }
            Event::End(TagEnd::Heading(_)) => {
                in_heading = false;
                heading = text_of(&run);
                document.prose.push(heading.clone());
                run.clear();
            }
            Event::Start(Tag::Table(columns)) => {
                if columns.len() > MAX_COLUMNS {
                    return Err(Unreadable::TooManyColumns(columns.len()));
                }
                in_table = true;
                run.clear();
                let heading = Some(heading.clone()).filter(|text| !text.is_empty());
                document.grids.push(Grid {
                    heading,
                    header_lines: 1,
                    lines: Vec::new(),
                });
            }
            Event::End(TagEnd::Table) => in_table = false,
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                let number = text[..range.start].matches('\n').count() + 1;
                line = Line {
                    line: Some(number),
                    cells: Vec::new(),
                    fault: None,
                };
                line.cells.reserve(8);
            }
            Event::End(end @ (TagEnd::TableHead | TagEnd::TableRow)) => {
                rows += 1;
                if rows > MAX_ROWS + 8 {
                    return Err(Unreadable::TooManyRows);
                }
                if let Some(grid) = document.grids.last_mut() {
                    let width = grid
                        .lines
                        .first()
                        .map_or(line.cells.len(), |head| head.cells.len());
                    let written = cells_written(text.get(range).unwrap_or_default());
                    if end == TagEnd::TableRow && written > width {
                        line.fault = Some(format!(
                            "the row has {written} cells and the header {width}; a bar inside a value is written \\|"
                        ));
                    }
                    grid.lines.push(std::mem::take(&mut line));
                }
            }
            Event::Start(Tag::TableCell) => run.clear(),
            Event::End(TagEnd::TableCell) => {
                line.cells.push(markup::cell(&run));
                run.clear();
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                run.push_str("<a href=\"");
                escape(&mut run, &dest_url);
                run.push_str("\">");
            }
            Event::End(TagEnd::Link) => run.push_str("</a>"),
            Event::Text(words) | Event::Code(words) => escape(&mut run, &words),
            Event::SoftBreak => run.push(' '),
            Event::HardBreak => run.push_str("<br>"),
            Event::InlineHtml(raw) | Event::Html(raw) => run.push_str(&raw),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock | TagEnd::HtmlBlock)
                if !in_table && !in_heading =>
            {
                document
                    .prose
                    .extend(markup::cell(&run).lines().map(str::to_owned));
                run.clear();
            }
            _ => {}
        }
    }
    if document.grids.is_empty() {
        return html::read(text).map_err(|error| match error {
            Unreadable::NoTable(_) => Unreadable::NoTable("Markdown"),
            other => other,
        });
    }
    Ok(document)
}

fn text_of(run: &str) -> String {
    markup::cell(run).one_line()
}

fn escape(run: &mut String, words: &str) {
    for c in words.chars() {
        match c {
            '<' => run.push_str("&lt;"),
            '>' => run.push_str("&gt;"),
            '&' => run.push_str("&amp;"),
            '"' => run.push_str("&quot;"),
            _ => run.push(c),
        }
    }
}

/// The parser drops surplus cells in silence, so they are counted in the source.
fn cells_written(raw: &str) -> usize {
    let row = raw.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let (mut cells, mut escaped, mut after_last) = (1, false, String::new());
    for c in row.chars() {
        if c == '|' && !escaped {
            cells += 1;
            after_last.clear();
        } else {
            after_last.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    if after_last.trim().is_empty() {
        cells - 1
    } else {
        cells
    }
}
