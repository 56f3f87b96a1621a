//! What a new password must be: long, and not one that everybody tries first. No rules about kinds of characters.

/// A password that may be set. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

/// Why a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Shorter than twelve characters.
    #[error("At least 12 characters; a few words in a row are easy to remember")]
    TooShort,
    /// Longer than 256 characters.
    #[error("At most 256 characters")]
    TooLong,
    /// In everybody's list, or made in a way that every list knows.
    #[error("This password is one of the first that are tried. Choose words that do not belong together")]
    Common,
    /// Made of the sign-in name.
    #[error("The password must not be made of the sign-in name")]
    LikeLogin,
}

/// Shortest password, in characters.
pub const SHORTEST: usize = 12;
/// Longest password, in characters.
pub const LONGEST: usize = 256;

/// The commonest passwords of twelve and more characters, and the words that common ones are made of.
const COMMON: &str = include_str!("common_passwords.txt");

impl NewPassword {
    /// Reads a new password for the person who signs in with `login`. Nothing is trimmed: spaces count.
    pub fn parse(text: &str, login: &str) -> Result<Self, BadPassword> {
        let length = text.chars().count();
        if length < SHORTEST {
            return Err(BadPassword::TooShort);
        }
        if length > LONGEST {
            return Err(BadPassword::TooLong);
        }
        let folded = text.to_lowercase();
        let rest = |word: &str| folded.replace(word, "").chars().count();
        let login = login.to_lowercase();
        let local = login.split('@').next().unwrap_or("");
        if [login.as_str(), local]
            .into_iter()
            .any(|word| word.len() >= 4 && rest(word) < 6 && folded.contains(word))
        {
            return Err(BadPassword::LikeLogin);
        }
        if is_common(&folded) {
            return Err(BadPassword::Common);
        }
        Ok(Self(text.to_owned()))
    }

    /// The password, to be hashed.
    pub fn into_text(self) -> String {
        self.0
    }
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword")
    }
}

/// In the list; or of fewer than five different characters; or a run along the keyboard; or a listed word, once or
/// repeated, with digits and signs around it.
fn is_common(folded: &str) -> bool {
    let mut different: Vec<char> = folded.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < 5 || is_run(folded) {
        return true;
    }
    let core = folded.trim_matches(|c: char| !c.is_alphabetic());
    let unleeted: String = core.chars().map(unleet).collect();
    let repeats = |text: &str, word: &str| text.len() > word.len() && text.replace(word, "").is_empty();
    [folded, core, unleeted.as_str()]
        .into_iter()
        .any(|text| words().any(|word| text == word || repeats(text, word)))
}

fn words() -> impl Iterator<Item = &'static str> {
    COMMON
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn unleet(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Whether the text is cut from rows of keys, the alphabet or the digits, forwards or backwards, joined at most twice.
fn is_run(folded: &str) -> bool {
    const ROWS: [&str; 6] = [
        "01234567890123456789",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertzuiop",
    ];
    let follows = |a: char, b: char| {
        ROWS.iter().any(|row| {
            let pair: String = [a, b].iter().collect();
            let back: String = [b, a].iter().collect();
            row.contains(&pair) || row.contains(&back)
        })
    };
    let characters: Vec<char> = folded.chars().collect();
    characters
        .windows(2)
        .filter(|pair| !follows(pair[0], pair[1]))
        .count()
        <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_and_no_kind_of_character_is_asked_for() {
        for good in [
            "correct horse battery staple",
            "fjord lamp onion",
            "aaa bbb ccc ddd eee",
            "тихий ветер над рекой",
            "kvelden faller 7",
            &"long words ".repeat(20),
        ] {
            assert!(
                NewPassword::parse(good, "anna@publisher.example").is_ok(),
                "{good}"
            );
        }
        assert_eq!(
            NewPassword::parse("fjord lamp", "anna"),
            Err(BadPassword::TooShort)
        );
        assert_eq!(
            NewPassword::parse(&"long words ".repeat(24), "anna"),
            Err(BadPassword::TooLong)
        );
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for bad in [
            "123456789012",
            "qwertyuiop123",
            "passwordpassword",
            "Password12345",
            "P@ssw0rd!!!!",
            "iloveyou2026!",
            "aaaaaaaaaaaa",
            "abcdefghijkl",
            "1q2w3e4r5t6y",
            "administrator",
            "ababababababab",
            "letmeinletmein",
            "0987654321098",
        ] {
            assert_eq!(NewPassword::parse(bad, "anna"), Err(BadPassword::Common), "{bad}");
        }
    }

    #[test]
    fn a_password_made_of_the_sign_in_name_is_refused() {
        for bad in [
            "anna.berg@publisher.example",
            "Anna.Berg2026",
            "anna.berganna.berg",
        ] {
            assert_eq!(
                NewPassword::parse(bad, "anna.berg@publisher.example"),
                Err(BadPassword::LikeLogin),
                "{bad}"
            );
        }
    }
}
