//! Values that forms and sheets write the same way.

use domain::period::Period;

/// A period as people write it: `30d`, `10wd`, `1m`, in either case and with spaces; a number alone is days.
pub fn period(text: &str) -> Result<Period, String> {
    let compact: String = text.split_whitespace().collect::<String>().to_lowercase();
    let text = if !compact.is_empty() && compact.bytes().all(|b| b.is_ascii_digit()) {
        format!("{compact}d")
    } else {
        compact
    };
    text.parse::<Period>().map_err(|error| {
        let error = error.to_string();
        let mut letters = error.chars();
        letters.next().map_or(String::new(), |first| {
            first.to_uppercase().chain(letters).collect()
        })
    })
}

/// A word of a closed set, or what to do about it.
pub fn word<T: std::str::FromStr>(text: &str, hint: &'static str) -> Result<T, &'static str> {
    text.trim().parse().map_err(|_| hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_read_as_people_write_it() {
        for (text, period_text) in [("30d", "30d"), (" 30 ", "30d"), ("10 WD", "10wd"), ("1m", "1m")] {
            assert_eq!(period(text).unwrap().to_string(), period_text);
        }
        for bad in ["", "0d", "x", "30 days", "-1", "4000d"] {
            let message = period(bad).unwrap_err();
            assert!(message.chars().next().unwrap().is_uppercase(), "{message}");
        }
    }
}
