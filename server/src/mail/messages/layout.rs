//! The plain-text part as it is read: 72 columns, continuation lines indented, links whole.

use std::fmt::Write as _;

/// Widest line, in characters; only a single word (a link) may be wider.
pub(super) const WIDTH: usize = 72;

/// Begins a line that is passed on as it stands. No value can hold it: escaping takes control characters out.
pub(super) const VERBATIM: char = '\u{C}';

/// A rendered template, laid out: long lines wrapped under their own beginning, blank lines never doubled.
pub(super) fn lay_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut is_blank = true;
    for line in text.lines().map(str::trim_end) {
        if let Some(line) = line.strip_prefix(VERBATIM) {
            out.push_str(line);
            out.push('\n');
            is_blank = false;
        } else if line.is_empty() {
            if !is_blank {
                out.push('\n');
            }
            is_blank = true;
        } else {
            let lead = line.len() - line.trim_start_matches([' ', '>']).len();
            wrap(&mut out, &line[..lead], &line[..lead], &line[lead..]);
            is_blank = false;
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// Words up to [`WIDTH`], the first line after `first`, the others after `rest`. Prefixes are ASCII.
pub(super) fn wrap(out: &mut String, first: &str, rest: &str, text: &str) {
    let mut width = first.len();
    let mut is_start = true;
    out.push_str(first);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !is_start && width + 1 + length > WIDTH {
            let _ = write!(out, "\n{rest}");
            (width, is_start) = (rest.len(), true);
        }
        if !is_start {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
        is_start = false;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_breaks_between_words_and_keeps_its_beginning() {
        let laid = lay_out(&format!("\n\n> {}\n\n\n\nend  \n\n", "word ".repeat(40)));
        let lines: Vec<&str> = laid.lines().collect();
        assert_eq!(lines.len(), 5);
        assert!(
            lines[..3]
                .iter()
                .all(|l| l.starts_with("> word") && l.len() <= WIDTH),
            "{lines:?}"
        );
        assert_eq!(lines[3..], ["", "end"]);
    }

    #[test]
    fn a_link_stays_whole() {
        let link = format!("https://forenotice.example/n/{}", "a".repeat(90));
        assert_eq!(lay_out(&format!("See {link} now")), format!("See\n{link}\nnow\n"));
    }
}
