//! Dates in a list, read only where the order of day and month leaves no doubt.

use chrono::NaiveDate;

use super::{Problem, Severity};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Words that make a line beside the table one about the list's own date.
const LABELS: &[&str] = &[
    "date",
    "updated",
    "effective",
    "as of",
    "revised",
    "version",
    "valid from",
    "last change",
    "modified",
];

/// The first date in a text.
pub(super) fn read(text: &str) -> Option<NaiveDate> {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '*' | '(' | ')' | ';' | '|' | '_'))
        .map(|word| word.trim_matches(['.', ':']).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    (0..words.len()).find_map(|at| numeric(&words[at]).or_else(|| spelled(words.get(at..at + 3)?)))
}

/// 2024-08-19, 2024/08/19, 19.08.2024, a timestamp's day; 08/19/2024 only as one of the two can be no month.
fn numeric(word: &str) -> Option<NaiveDate> {
    let word = word.split('t').next().unwrap_or(word);
    for separator in ['-', '/', '.'] {
        let parts: Vec<&str> = word.split(separator).collect();
        let [a, b, c] = parts[..] else { continue };
        if !parts
            .iter()
            .all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
        {
            continue;
        }
        let number = |part: &str| part.parse::<u32>().ok();
        let (first, second, third) = (number(a)?, number(b)?, number(c)?);
        let day = |year: u32, month, day| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
        return if a.len() == 4 {
            day(first, second, third)
        } else if c.len() != 4 {
            None
        } else if separator == '.' || first > 12 || first == second {
            day(third, second, first)
        } else if second > 12 {
            day(third, first, second)
        } else {
            None
        };
    }
    None
}

/// "August 19 2024" or "19th August 2024", commas already gone.
fn spelled(words: &[String]) -> Option<NaiveDate> {
    let [a, b, year] = words else { return None };
    let year: i32 = year.parse().ok().filter(|year| (1990..=2200).contains(year))?;
    let (month, day) = month(a).zip(day(b)).or_else(|| month(b).zip(day(a)))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

fn month(word: &str) -> Option<u32> {
    let at = MONTHS
        .iter()
        .position(|month| *month == word || word.len() >= 3 && word != "may" && month.starts_with(word));
    u32::try_from(at? + 1).ok()
}

fn day(word: &str) -> Option<u32> {
    word.trim_end_matches(|c: char| c.is_ascii_alphabetic())
        .parse()
        .ok()
        .filter(|day| (1..=31).contains(day))
}

/// The date the document gives itself in a short line beside the table.
pub(super) fn list_date(prose: &[String]) -> (Option<NaiveDate>, Vec<Problem>) {
    let mut found: Option<NaiveDate> = None;
    let mut problems = Vec::new();
    for line in prose.iter().filter(|line| line.chars().count() <= 160) {
        let lower = line.to_lowercase();
        if !LABELS.iter().any(|label| lower.contains(label)) {
            continue;
        }
        match read(line) {
            Some(date) if found.is_none() => found = Some(date),
            Some(date) if found == Some(date) => {}
            Some(_) => {
                let reason = "a second date beside the list; the first one was recorded as the list's date";
                problems.push(Problem::whole(Severity::Warning, line, reason));
            }
            None if lower.bytes().filter(u8::is_ascii_digit).count() >= 4 => {
                let reason = "looks like the date of the list, but day and month cannot be told for certain";
                problems.push(Problem::whole(Severity::Warning, line, reason));
            }
            None => {}
        }
    }
    (found, problems)
}
