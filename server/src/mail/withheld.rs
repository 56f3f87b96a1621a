//! Links that are keys stay between the mail and its recipient: whoever has one acts as that contact, subscriber or
//! account. What staff is shown of a mail has words in their place.
//!
//! A link of ours is shown only where everybody may go anyway, or where one has to sign in. So a link of a new kind is
//! withheld until somebody says here that it opens nothing.

use crate::keys::TOKEN_CHARACTERS;

/// What stands where a link was.
pub const WORDS: &str = "[link, only in the mail itself]";

/// Pages of ours that open nothing by being known: public, or behind the sign-in.
const OPEN_TO_ALL: [&str; 9] = [
    "/subprocessors",
    "/subprocessors.json",
    "/subprocessors.csv",
    "/changes",
    "/feed.atom",
    "/deadline",
    "/subscribe",
    "/.well-known",
    "/staff",
];
/// Parts of those that do open something.
const EXCEPT: [&str; 3] = ["/subscribe/confirm", "/subscribe/suppress", "/staff/reset"];

/// The text without its links that are keys. `site` is the address of this installation.
#[must_use]
pub fn text(text: &str, site: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (word, is_word) in words(text) {
        out.push_str(if is_word && is_key(word, site) {
            WORDS
        } else {
            word
        });
    }
    out
}

/// HTML without them: an address that is shown becomes words, one that is followed is taken out.
#[must_use]
pub fn html(html: &str, site: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for (word, is_word) in words(html) {
        if !is_word || !is_key(word, site) {
            out.push_str(word);
            continue;
        }
        if out.ends_with("href=\"") {
            out.truncate(out.len() - "href=\"".len());
            out.push_str("title=\"");
        }
        out.push_str(WORDS);
    }
    out
}

/// What ends an address in a mail's text, HTML or header.
fn is_boundary(c: char) -> bool {
    c.is_whitespace() || "<>\"'()[],;".contains(c)
}

/// The text in pieces, each with whether it is a word or what stands between words.
fn words(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_word = !is_boundary(rest.chars().next()?);
        let end = rest
            .find(|c: char| is_boundary(c) == is_word)
            .unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some((piece, is_word))
    })
}

fn is_key(word: &str, site: &str) -> bool {
    let site = site.trim_end_matches('/');
    // The scheme and the host may be written in any case.
    let ours = word
        .match_indices("://")
        .filter_map(|(at, _)| {
            word.get(
                word[..at]
                    .rfind(|c: char| !c.is_ascii_alphabetic())
                    .map_or(0, |b| b + 1)..,
            )
        })
        .find_map(|address| {
            let head = address.get(..site.len())?;
            head.eq_ignore_ascii_case(site).then(|| &address[site.len()..])
        })
        .is_some_and(|path| !is_open_to_all(path));
    ours || holds_token(word)
}

/// Whether a path of ours, with what follows it, opens nothing.
fn is_open_to_all(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_end_matches(['.', '/', ':', '!']);
    let is_under = |area: &str| {
        path.strip_prefix(area)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    path.is_empty()
        || (OPEN_TO_ALL.iter().any(|area| is_under(area))
            && !EXCEPT.iter().any(|area| is_under(area))
            && !path.contains(['%', '\\'])
            && !path.contains("/../"))
}

/// Whether a part of an address is as long as our tokens and made of their characters: also on another site, for
/// links from before this one moved.
fn holds_token(word: &str) -> bool {
    word.contains('/')
        && word
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
            .any(|part| part.len() == TOKEN_CHARACTERS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Keys, Purpose, Ticket, new_token};
    use crate::random::Random;
    use uuid::Uuid;

    const SITE: &str = "https://forenotice.example";

    fn keys() -> Keys {
        Keys::from_secrets(&[(0..32).collect()]).unwrap()
    }

    #[test]
    fn every_link_and_every_token_that_our_keys_make_is_withheld_on_any_site() {
        let mut tokens: Vec<String> = Purpose::ALL
            .iter()
            .map(|purpose| keys().link(*purpose, Uuid::from_u128(7)))
            .collect();
        tokens.push(new_token(Ticket::PasswordReset, &Random::seeded(1)).0);
        for token in tokens {
            for site in [SITE, "http://old.example:8080", "HTTPS://Forenotice.Example"] {
                let link = format!("{site}/anything/{token}/more?x=1");
                for around in ["{}", "<{}>", "See {}.", "({}),", "a\n{}\nb", "={}"] {
                    let shown = text(&around.replace("{}", &link), SITE);
                    assert!(!shown.contains(&token) && shown.contains(WORDS), "{shown}");
                }
                let shown = html(
                    &format!("<a class=\"b\" href=\"{link}\">Go</a><p>{link}</p>"),
                    SITE,
                );
                assert_eq!(
                    shown,
                    format!("<a class=\"b\" title=\"{WORDS}\">Go</a><p>{WORDS}</p>")
                );
            }
        }
    }

    #[test]
    fn a_link_of_ours_is_shown_only_where_it_opens_nothing() {
        for open in [
            "",
            "/",
            "/changes/2026-003",
            "/subprocessors/kaleido-search-gmbh?as_of=2026-01-01",
            "/staff/objections/OBJ-7KQ2M9XD",
            "/.well-known/forenotice-audit.json",
            "/subscribe",
        ] {
            let link = format!("{SITE}{open}");
            assert_eq!(text(&link, SITE), link);
        }
        for key in [
            "/n/short",
            "/objections/x/withdraw",
            "/staff/reset/x",
            "/subscribe/confirm/x",
            "/subscribe/suppress/x",
            "/something-new/x",
            "/staff/x/../reset/y",
            "/staff/%72eset/y",
        ] {
            assert_eq!(text(&format!("{SITE}{key}"), SITE), WORDS, "{key}");
        }
    }

    #[test]
    fn what_is_no_link_stays_as_it_was() {
        let hash = "3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a";
        for plain in [
            "Hello, “Åse”!\n  one\ttwo",
            hash,
            "Message-ID <d.0197f3c2a1b07c2e8d4f6a5b4c3d2e1f@acme.example>",
            "https://elsewhere.example/a/page?x=1",
            "mailto:privacy@acme.example",
        ] {
            assert_eq!(text(plain, SITE), plain);
            assert_eq!(html(plain, SITE), plain);
        }
    }
}
