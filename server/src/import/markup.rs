//! HTML inside a cell, read as text: lines where a browser would break them, links collected, scripts dropped.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::{Html, Node, node::Element};

use super::cell::{Cell, Link, MAX_CELL};

/// A document with more elements is refused: the parser's time grows faster than the input.
const MAX_TAGS: usize = 200_000;
const MAX_DEPTH: usize = 256;
const MAX_FORMATTING: usize = 16;

/// Tags that may stand in a cell; `<name@example.org>` is none of them.
const KNOWN: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "label",
    "li",
    "mark",
    "nobr",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "script",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "wbr",
];
const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];
/// Elements that are closed by what follows them, or hold nothing.
const SHALLOW: &[&str] = &[
    "area", "base", "br", "col", "dd", "dt", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "source", "tbody", "td", "tfoot", "th", "thead", "tr", "wbr",
];

/// Is there a tag or a character reference in it?
pub(super) fn is_markup(raw: &str) -> bool {
    tags(raw).any(|(name, _)| KNOWN.contains(&name.as_str())) || has_reference(raw)
}

fn has_reference(raw: &str) -> bool {
    raw.match_indices('&').any(|(at, _)| {
        let rest = &raw[at + 1..];
        rest.find(';').is_some_and(|end| {
            (1..=10).contains(&end)
                && rest.as_bytes()[..end]
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || *b == b'#')
        })
    })
}

/// Names of the tags in a text, each with whether it closes.
fn tags(raw: &str) -> impl Iterator<Item = (String, bool)> + '_ {
    raw.match_indices('<')
        .filter_map(|(at, _)| tag_name(&raw[at + 1..]))
}

fn tag_name(after: &str) -> Option<(String, bool)> {
    let (rest, closes) = after
        .strip_prefix('/')
        .map_or((after, false), |rest| (rest, true));
    let end = rest.bytes().take(12).position(|b| !b.is_ascii_alphanumeric())?;
    let next = rest.as_bytes()[end];
    let name = rest[..end].to_ascii_lowercase();
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && (next == b'>' || next == b'/' || next.is_ascii_whitespace());
    is_tag.then_some((name, closes))
}

/// Deep or endless nesting, which would take the parser minutes or all memory.
pub(crate) fn is_hostile(raw: &str) -> bool {
    let (mut count, mut depth, mut formatting) = (0_usize, 0_usize, 0_usize);
    for (name, closes) in tags(raw) {
        count += 1;
        let shift = |n: usize| if closes { n.saturating_sub(1) } else { n + 1 };
        if FORMATTING.contains(&name.as_str()) {
            formatting = shift(formatting);
        } else if !SHALLOW.contains(&name.as_str()) {
            depth = shift(depth);
        }
        if count > MAX_TAGS || depth > MAX_DEPTH || formatting > MAX_FORMATTING {
            return true;
        }
    }
    false
}

/// A cell whose raw text holds HTML.
pub(super) fn cell(raw: &str) -> Cell {
    if raw.len() > 8 * MAX_CELL || is_hostile(raw) {
        return Cell::plain(raw, Vec::new());
    }
    let fragment = Html::parse_fragment(&without_unknown_tags(raw));
    read(*fragment.root_element())
}

/// `<` that starts no known tag is a sign like any other.
fn without_unknown_tags(raw: &str) -> String {
    let mut clean = String::with_capacity(raw.len() + 16);
    for (index, piece) in raw.split('<').enumerate() {
        if index > 0 {
            let known = tag_name(piece).is_some_and(|(name, _)| KNOWN.contains(&name.as_str()));
            clean.push_str(if known { "<" } else { "&lt;" });
        }
        clean.push_str(piece);
    }
    clean
}

/// Text and links below a node.
pub(super) fn read(node: NodeRef<'_, Node>) -> Cell {
    let mut text = String::new();
    let mut links = Vec::new();
    let mut open_links: Vec<(String, usize)> = Vec::new();
    let mut silent = 0_usize;
    for edge in node.traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(run) if silent == 0 => push_run(&mut text, run),
                Node::Element(element) if is_silent(element) => silent += 1,
                Node::Element(element) => {
                    if breaks_line(element) {
                        text.push('\n');
                    }
                    if let Some(href) = element.attr("href").filter(|_| element.name() == "a") {
                        open_links.push((href.trim().to_owned(), text.len()));
                    }
                }
                _ => {}
            },
            Edge::Close(node) => {
                let Node::Element(element) = node.value() else {
                    continue;
                };
                if is_silent(element) {
                    silent = silent.saturating_sub(1);
                    continue;
                }
                if element.name() == "a"
                    && element.attr("href").is_some()
                    && let Some((href, start)) = open_links.pop()
                    && silent == 0
                {
                    let text = text.get(start..).unwrap_or_default().trim().to_owned();
                    links.push(Link { href, text });
                }
                if breaks_line(element) && element.name() != "br" {
                    text.push('\n');
                }
            }
        }
    }
    Cell::plain(&text, links)
}

/// Line ends in the source are blanks to a reader of the page.
pub(crate) fn push_run(text: &mut String, run: &str) {
    text.extend(run.chars().map(|c| if c.is_whitespace() { ' ' } else { c }));
}

pub(crate) fn is_silent(element: &Element) -> bool {
    matches!(
        element.name(),
        "script" | "style" | "template" | "head" | "svg" | "noscript" | "select" | "button"
    )
}

pub(crate) fn breaks_line(element: &Element) -> bool {
    matches!(
        element.name(),
        "address"
            | "article"
            | "blockquote"
            | "br"
            | "caption"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "footer"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tr"
            | "ul"
    )
}
