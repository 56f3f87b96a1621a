//! How the plain-text templates write values that are more than a word in a line. What comes out is ready as it stands.

use std::fmt::Display;

use askama::filters::{Escaper, Safe};
use askama::{Result, Values};

use super::escape::{Plain, lines};
use super::facts::Fact;
use super::layout::{VERBATIM, WIDTH, wrap};

/// A heading with a rule under it.
pub fn underlined<T: Display>(text: T, _: &dyn Values) -> Result<Safe<String>> {
    let mut out = String::new();
    wrap(&mut out, "", "", &clean(&text.to_string())?);
    let width = out
        .lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0)
        .min(WIDTH);
    out.push_str(&"-".repeat(width));
    Ok(Safe(out))
}

/// Somebody else's words, every line marked as such.
pub fn quoted<T: Display>(text: T, _: &dyn Values) -> Result<Safe<String>> {
    prefixed(&text.to_string(), "> ", "")
}

/// A text that keeps its paragraphs.
pub fn kept<T: Display>(text: T, _: &dyn Values) -> Result<Safe<String>> {
    prefixed(&text.to_string(), "", "\n")
}

/// Lines for a program to read: neither wrapped nor moved.
pub fn verbatim<T: Display>(text: T, _: &dyn Values) -> Result<Safe<String>> {
    let mut out = String::new();
    for line in text.to_string().lines() {
        out.push(VERBATIM);
        out.push_str(&clean(line)?);
        out.push('\n');
    }
    Ok(Safe(out))
}

/// `Label: value`, a fact a line, what does not fit indented.
pub fn facts<T: AsRef<[Fact]>>(rows: T, _: &dyn Values) -> Result<Safe<String>> {
    let mut out = String::new();
    for fact in rows.as_ref() {
        let values: Vec<String> = fact.lines().map(clean).collect::<Result<_>>()?;
        if let [value] = values.as_slice() {
            wrap(&mut out, "", "    ", &format!("{}: {value}", fact.label));
        } else {
            wrap(&mut out, "", "    ", &format!("{}:", fact.label));
            for value in &values {
                wrap(&mut out, "    ", "    ", value);
            }
        }
    }
    Ok(Safe(out))
}

fn prefixed(text: &str, prefix: &str, between: &str) -> Result<Safe<String>> {
    let mut out = String::new();
    for line in lines(text) {
        if !out.is_empty() {
            out.push_str(between);
        }
        wrap(&mut out, prefix, prefix, &clean(line)?);
    }
    Ok(Safe(out))
}

fn clean(text: &str) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    Plain.write_escaped_str(&mut out, text)?;
    Ok(out)
}
