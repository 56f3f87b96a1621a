//! Takes mail addresses, passwords in addresses of servers, and tokens out of a text.

use std::borrow::Cow;

/// Runs of this length in the alphabet of our tokens are taken for one. Ours have 43.
const TOKEN: usize = 40;

/// The text without anything that looks like a mail address (`[address]`) or like a token (`[token]`). Ids (UUIDs) and
/// hashes (hex) stay: they name rows, and open nothing.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    if !text.contains('@') && !has_token(text) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(ends_word).unwrap_or(rest.len());
        if end == 0 {
            let end = rest.find(|c| !ends_word(c)).unwrap_or(rest.len());
            masked.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let word = &rest[..end];
        if word.contains('@') {
            masked.push_str("[address]");
        } else {
            mask_tokens(word, &mut masked);
        }
        rest = &rest[end..];
    }
    Cow::Owned(masked)
}

/// What cannot be inside an address as it is written in a log line.
fn ends_word(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\'' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | ',' | ';' | '=' | '\\'
        )
}

fn is_token_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn is_token(run: &str) -> bool {
    run.len() >= TOKEN && !run.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn has_token(text: &str) -> bool {
    text.split(|c| !is_token_letter(c)).any(is_token)
}

fn mask_tokens(word: &str, masked: &mut String) {
    let mut rest = word;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_token_letter(c)).unwrap_or(rest.len());
        masked.push_str(if is_token(&rest[..end]) {
            "[token]"
        } else {
            &rest[..end]
        });
        rest = &rest[end..];
        let end = rest.find(is_token_letter).unwrap_or(rest.len());
        masked.push_str(&rest[..end]);
        rest = &rest[end..];
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_and_tokens_go_and_the_rest_stays() {
        let token = "AZ-_".repeat(10) + "abc";
        let hash = "0f".repeat(32);
        for (text, expected) in [
            ("nothing here".to_owned(), "nothing here".to_owned()),
            (
                "550 <anna@kunde.example>: unknown".into(),
                "550 <[address]>: unknown".into(),
            ),
            (
                "{\"to\":\"å.ø+x@kunde.example\"}".into(),
                "{\"to\":\"[address]\"}".into(),
            ),
            (
                "postgres://forenotice:secret@db:5432/x refused".into(),
                "[address] refused".into(),
            ),
            (format!("GET /n/{token}?x=1"), "GET /n/[token]?x=1".into()),
            (
                format!("hash {hash} of 0192f3a1-7c1e-7000-8000-000000000001"),
                format!("hash {hash} of 0192f3a1-7c1e-7000-8000-000000000001"),
            ),
            (
                "forenotice::operation::log a.b@c.example,d@e.example\n".into(),
                "forenotice::operation::log [address],[address]\n".into(),
            ),
        ] {
            assert_eq!(mask(&text), expected);
        }
    }

    proptest! {
        #[test]
        fn no_address_and_no_token_survives(
            before in "[ -~æøå]{0,20}", local in "[a-z.+]{1,10}", domain in "[a-z]{1,10}",
            token in "[A-Za-z0-9_-]{42}[G-Z]", after in "[ -~æøå]{0,20}",
        ) {
            let text = format!("{before} {local}@{domain}.example /n/{token} {after}");
            let masked = mask(&text).into_owned();
            let address = format!("{local}@{domain}.example");
            prop_assert!(!masked.contains(&address) && !masked.contains(&token), "{}", masked);
        }
    }
}
