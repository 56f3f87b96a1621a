//! A page as its reader sees it: its visible text, one line where a browser begins one, blanks drawn together.

use ego_tree::iter::Edge;
use scraper::{Html, Node};

use crate::import::markup;

/// The most characters that are kept of a page.
const MOST: usize = 500_000;

/// The visible text of HTML; none where it is nested so deeply that reading it would take too long.
pub(super) fn of_html(html: &str) -> Option<String> {
    if markup::is_hostile(html) {
        return None;
    }
    let page = Html::parse_document(html);
    let (mut text, mut silent) = (String::new(), 0_usize);
    for edge in page.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(run) if silent == 0 => markup::push_run(&mut text, run),
                Node::Element(element) if markup::is_silent(element) => silent += 1,
                Node::Element(element) if markup::breaks_line(element) => text.push('\n'),
                Node::Element(element) if matches!(element.name(), "td" | "th") => text.push(' '),
                _ => {}
            },
            Edge::Close(node) => match node.value() {
                Node::Element(element) if markup::is_silent(element) => silent = silent.saturating_sub(1),
                Node::Element(element) if markup::breaks_line(element) => text.push('\n'),
                _ => {}
            },
        }
    }
    Some(of_plain(&text))
}

/// The same of plain text.
pub(super) fn of_plain(text: &str) -> String {
    let mut clean = String::with_capacity(text.len().min(MOST));
    let mut left = MOST;
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        let line: String = words.join(" ").replace('\0', "\u{FFFD}");
        let line: String = line.chars().take(left).collect();
        left -= line.chars().count();
        if !clean.is_empty() {
            clean.push('\n');
        }
        clean.push_str(&line);
        if left == 0 {
            break;
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_sees_is_text_and_nothing_else() {
        let html = "<!doctype html><head><title>T</title><style>p{}</style></head><body><h1>Our  sub-\n processors</h1>
            <script>var a = 'x';</script><table><tr><td>Acme</td><td>Germany</td></tr></table><p>A &amp; B<br>C</p><!-- c --></body>";
        assert_eq!(
            of_html(html).unwrap(),
            "Our sub- processors\nAcme Germany\nA & B\nC"
        );
        assert_eq!(of_html("").unwrap(), "");
        assert_eq!(of_html(&"<div>".repeat(10_000)), None);
    }

    #[test]
    fn blanks_and_empty_lines_make_no_difference() {
        assert_eq!(of_plain("a  b\r\n\r\n\tc\n"), of_plain("a b\nc"));
        assert_eq!(of_plain(&"é".repeat(MOST + 5)).chars().count(), MOST);
    }
}
