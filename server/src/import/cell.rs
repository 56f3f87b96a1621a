//! One cell of a table: text with its lines, and the links in it.

use super::markup;

/// A longer cell is cut, and the cut is reported.
pub(super) const MAX_CELL: usize = 10_000;

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
