//! The contact cell: mailboxes of a function, persons' addresses (which are never published), telephone, postal lines.

use serde::{Deserialize, Serialize};

use super::cell::Cell;

/// Addresses of an organisation, nothing added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The first address of a function, such as privacy@.
    pub mailbox: Option<String>,
    /// Further ones.
    pub other_mailboxes: Vec<String>,
    /// Addresses that may be a person's; they do not belong on a public page.
    pub personal_addresses: Vec<String>,
    /// Telephone numbers.
    pub phones: Vec<String>,
    /// What is left, line by line as written: mostly the postal address.
    pub postal: Vec<String>,
}

/// A mailbox whose name holds one of these belongs to a function.
const FUNCTIONS: &[&str] = &[
    "privacy",
    "legal",
    "dpo",
    "gdpr",
    "security",
    "support",
    "info",
    "contact",
    "notice",
    "compliance",
    "dataprotection",
    "datenschutz",
    "personvern",
    "tietosuoja",
    "dataskydd",
    "help",
    "hello",
    "office",
    "abuse",
    "trust",
    "admin",
    "service",
    "team",
    "subprocessor",
    "mail",
    "sales",
    "risk",
    "infosec",
    "ciso",
    "data",
    "post",
    "kontakt",
];

impl Contact {
    /// Says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Every e-mail address in it.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &String> {
        self.mailbox
            .iter()
            .chain(&self.other_mailboxes)
            .chain(&self.personal_addresses)
    }

    /// Takes in one cell.
    pub(super) fn read(&mut self, cell: &Cell) {
        let mailto = cell.links.iter().filter_map(|l| l.href.strip_prefix("mailto:"));
        for address in mailto
            .map(|a| a.split('?').next().unwrap_or(a))
            .filter(|a| is_address(a))
        {
            self.add(address);
        }
        for line in cell.lines() {
            let mut rest = Vec::new();
            for word in line.split(' ') {
                let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
                if is_address(bare) {
                    self.add(bare);
                } else if !word.contains("://") {
                    rest.push(word);
                }
            }
            let rest = rest.join(" ");
            let rest = rest.trim_matches([' ', ';', ',', '<', '>', '(', ')']).trim();
            let label = rest.trim_end_matches([':', ';', ',']).to_lowercase();
            if rest.is_empty()
                || matches!(
                    label.as_str(),
                    "email" | "e-mail" | "mail" | "contact" | "or" | "and"
                )
            {
                continue;
            }
            if is_phone(rest) {
                self.phones.push(rest.to_owned());
            } else {
                self.postal.push(rest.to_owned());
            }
        }
    }

    fn add(&mut self, address: &str) {
        if self.addresses().any(|known| known.eq_ignore_ascii_case(address)) {
            return;
        }
        let address = address.to_owned();
        if !is_function(&address) {
            self.personal_addresses.push(address);
        } else if self.mailbox.is_none() {
            self.mailbox = Some(address);
        } else {
            self.other_mailboxes.push(address);
        }
    }
}

fn is_address(word: &str) -> bool {
    let Some((local, host)) = word.split_once('@') else {
        return false;
    };
    !local.is_empty()
        && local
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._%+-'".contains(c))
        && host.contains('.')
        && !host.contains("..")
        && host
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        && host
            .rsplit('.')
            .next()
            .is_some_and(|end| end.len() >= 2 && end.chars().all(char::is_alphabetic))
}

/// privacy@, aws-EU-privacy@, legalprivacy@, but not ann.privacy-smith@.
fn is_function(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = local.split(['.', '-', '_', '+']).collect();
    let holds = |word: &str| {
        FUNCTIONS
            .iter()
            .any(|f| if f.len() < 5 { word == *f } else { word.contains(f) })
    };
    let whole = words.concat();
    words.last().is_some_and(|word| holds(word))
        || words.first().is_some_and(|word| holds(word))
        || FUNCTIONS.contains(&whole.as_str())
}

fn is_phone(text: &str) -> bool {
    let text = text.to_lowercase();
    let text = ["tel.", "tel:", "tel", "phone:", "phone", "t:"]
        .iter()
        .fold(text.as_str(), |t, p| t.strip_prefix(p).unwrap_or(t))
        .trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 7
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || " +-().\u{a0}/".contains(c))
}
