//! What every expression in a template goes through, so that no value can leave the place it stands in: not its line,
//! not its element, not its reading direction.

use std::fmt::{Result, Write};

use askama::filters::Escaper;

use super::super::message::is_forbidden;

/// For text and subjects: a value stays on its line. Values with lines of their own go through a filter that says how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain;

/// For HTML: no markup, and no invisible characters either.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Markup;

impl Escaper for Plain {
    fn write_escaped_str<W: Write>(&self, mut to: W, text: &str) -> Result {
        text.chars().try_for_each(|c| to.write_char(visible(c)))
    }
}

impl Escaper for Markup {
    fn write_escaped_str<W: Write>(&self, mut to: W, text: &str) -> Result {
        text.chars().try_for_each(|c| match visible(c) {
            '&' => to.write_str("&amp;"),
            '<' => to.write_str("&lt;"),
            '>' => to.write_str("&gt;"),
            '"' => to.write_str("&quot;"),
            '\'' => to.write_str("&#39;"),
            c => to.write_char(c),
        })
    }
}

fn visible(c: char) -> char {
    if is_forbidden(c) { ' ' } else { c }
}

/// The lines of a value that may have several, without those that are empty.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', '\u{2028}', '\u{2029}'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(by: impl Escaper, text: &str) -> String {
        let mut out = String::new();
        by.write_escaped_str(&mut out, text).unwrap();
        out
    }

    #[test]
    fn a_value_keeps_its_line_and_its_direction() {
        assert_eq!(escaped(Plain, "a\r\nBcc: b\u{202E}\0<c>"), "a  Bcc: b  <c>");
    }

    #[test]
    fn a_value_is_no_markup() {
        assert_eq!(
            escaped(Markup, "<a href='x' title=\"&\">\u{8}"),
            "&lt;a href=&#39;x&#39; title=&quot;&amp;&quot;&gt; "
        );
    }

    #[test]
    fn empty_lines_are_left_out() {
        assert_eq!(
            lines(" one\r\n\r\n two \rthree\u{2028}").collect::<Vec<_>>(),
            ["one", "two", "three"]
        );
    }
}
