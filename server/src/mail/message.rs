//! From a subject and two bodies to the bytes that go over the wire, and every guard in between.
//!
//! lettre does the encoding; what it lets through or panics on is stopped here: names and subjects with control
//! characters are refused before the builder sees them, bodies are brought to CRLF and sent as quoted-printable,
//! a panic in the builder is one mail's failure, and the finished bytes are checked again by [`check_wire`].
//! A mail is built once and kept as built; every retry sends the same bytes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use uuid::Uuid;

/// Longest line that RFC 5322 allows, without its CRLF.
const MAX_LINE: usize = 998;
/// Longest subject, in characters; longer ones are cut, visibly.
const MAX_SUBJECT: usize = 300;

/// Who all mails come from, read from `MAIL_FROM` and `MAIL_REPLY_TO`.
#[derive(Debug, Clone)]
pub struct Sender {
    from: Mailbox,
    reply_to: Mailbox,
}

/// Headers that depend on why somebody gets a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum List {
    /// A receipt, a reset: nothing to leave.
    None,
    /// A contract notice cannot be unsubscribed; it says where to change the contact.
    Contract {
        /// `/contacts/{token}`, absolute.
        help: String,
    },
    /// A subscriber leaves with one click (RFC 8058).
    Subscriber {
        /// `/unsubscribe/{token}`, absolute.
        unsubscribe: String,
    },
}

/// Everything one mail is made of.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Id of the row in `mails`; the Message-ID and the correlation header are made of it.
    pub id: Uuid,
    /// What stands in the `Date` header.
    pub date: DateTime<Utc>,
    /// Name of the recipient, or nothing.
    pub to_name: &'a str,
    /// Address of the recipient.
    pub to: &'a str,
    /// One line.
    pub subject: &'a str,
    /// The plain-text part.
    pub text: &'a str,
    /// The HTML part.
    pub html: &'a str,
    /// Headers of lists.
    pub list: &'a List,
}

/// A finished mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mime {
    /// With angle brackets; the same on every attempt.
    pub message_id: String,
    /// What goes after DATA, without dot-stuffing.
    pub bytes: Vec<u8>,
}

/// Why a mail cannot be built. None of these goes away by trying again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// An address that cannot be written to, or a setting that is none.
    #[error("{0} is not an address that can be written to")]
    Address(&'static str),
    /// A control character, or one that reorders text, where only one line of text may stand.
    #[error("{field} holds the forbidden character U+{character:04X}")]
    Forbidden {
        /// Which part of the mail.
        field: &'static str,
        /// The first such character.
        character: u32,
    },
    /// A link in a header that is not a plain absolute address.
    #[error("a link for the headers is not an absolute address in ASCII")]
    Link,
    /// The builder refused or panicked.
    #[error("the mail could not be put together: {0}")]
    Builder(String),
    /// The finished bytes break a rule of SMTP.
    #[error("the finished mail breaks a rule: {0}")]
    Wire(&'static str),
}

impl Sender {
    /// Reads the two settings; each is `address` or `Name <address>`.
    ///
    /// # Errors
    /// Names the setting that is not an address.
    pub fn parse(mail_from: &str, mail_reply_to: &str) -> Result<Self, BuildError> {
        Ok(Self {
            from: sender("MAIL_FROM", mail_from)?,
            reply_to: sender("MAIL_REPLY_TO", mail_reply_to)?,
        })
    }

    /// The envelope sender.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.from.email
    }

    /// `<d.{mail id}@domain of MAIL_FROM>`.
    #[must_use]
    pub fn message_id(&self, mail_id: Uuid) -> String {
        format!("<d.{}@{}>", mail_id.simple(), self.from.email.domain())
    }
}

/// Reads an address to write to, by the same rules as everywhere.
///
/// # Errors
/// When it is none; the text is not repeated, because errors are logged.
pub fn recipient(address: &str) -> Result<Address, BuildError> {
    let refused = || BuildError::Address("the recipient");
    let address = in_ascii(address).ok_or_else(refused)?;
    let address = EmailAddress::parse(address.as_ref()).map_err(|_| refused())?;
    Address::new(address.local(), address.domain()).map_err(|_| refused())
}

/// An address in the form that every relay takes: a domain with letters outside ASCII travels as `xn--`.
fn in_ascii(address: &str) -> Option<Address> {
    let (local, domain) = address.rsplit_once('@')?;
    let domain = match url::Host::parse(domain) {
        Ok(url::Host::Domain(domain)) => domain,
        Err(_) if domain.is_ascii() => domain.to_owned(),
        _ => return None,
    };
    let is_plain = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_graphic() && !b"\"<>()[],;:\\".contains(&b))
    };
    if is_plain(local) && is_plain(&domain) {
        Address::new(local, domain).ok()
    } else {
        None
    }
}

/// Reads a setting that is an address, or a name with one. A sender may be at a host without a dot.
///
/// # Errors
/// When it is none; the text is not repeated.
pub fn sender(setting: &'static str, text: &str) -> Result<Mailbox, BuildError> {
    one_line(setting, text)?;
    let refused = BuildError::Address(setting);
    let mailbox: Mailbox = text.trim().parse().map_err(|_| refused.clone())?;
    let email = in_ascii(mailbox.email.as_ref()).ok_or(refused)?;
    Ok(Mailbox::new(
        mailbox.name.filter(|name| !name.trim().is_empty()),
        email,
    ))
}

/// Builds the mail and checks what came out.
///
/// # Errors
/// See [`BuildError`]; the mail is then failed for good and shown to staff.
pub fn build(sender: &Sender, letter: &Letter<'_>) -> Result<Mime, BuildError> {
    one_line("the recipient's name", letter.to_name)?;
    one_line("the subject", letter.subject)?;
    let message_id = sender.message_id(letter.id);
    let bytes = catch_unwind(AssertUnwindSafe(|| assemble(sender, letter, &message_id)))
        .unwrap_or_else(|_| Err(BuildError::Builder("the builder panicked".to_owned())))?;
    check_wire(&bytes)?;
    check_headers(&bytes)?;
    Ok(Mime { message_id, bytes })
}

fn assemble(sender: &Sender, letter: &Letter<'_>, message_id: &str) -> Result<Vec<u8>, BuildError> {
    let to_name = letter.to_name.trim();
    let to = Mailbox::new(
        (!to_name.is_empty()).then(|| to_name.to_owned()),
        recipient(letter.to)?,
    );
    let mut builder = Message::builder()
        .date(letter.date.into())
        .from(sender.from.clone())
        .reply_to(sender.reply_to.clone())
        .to(to)
        .subject(cut(letter.subject))
        .message_id(Some(message_id.to_owned()))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("X-Auto-Response-Suppress", "All".to_owned()))
        .raw_header(header("X-Mailin-custom", letter.id.simple().to_string()));
    match letter.list {
        List::None => {}
        List::Contract { help } => builder = builder.raw_header(header("List-Help", bracketed(help)?)),
        List::Subscriber { unsubscribe } => {
            builder = builder
                .raw_header(header("List-Unsubscribe", bracketed(unsubscribe)?))
                .raw_header(header(
                    "List-Unsubscribe-Post",
                    "List-Unsubscribe=One-Click".to_owned(),
                ));
        }
    }
    let parts = MultiPart::alternative()
        // Quoted-printable writes every = of a body as =3D, so this cannot occur in one.
        .boundary(format!("=_{}", letter.id.simple()))
        .singlepart(part(ContentType::TEXT_PLAIN, letter.text)?)
        .singlepart(part(ContentType::TEXT_HTML, letter.html)?);
    let message = builder
        .multipart(parts)
        .map_err(|e| BuildError::Builder(e.to_string()))?;
    Ok(message.formatted())
}

fn part(kind: ContentType, text: &str) -> Result<SinglePart, BuildError> {
    let body = Body::new_with_encoding(with_crlf(text), ContentTransferEncoding::QuotedPrintable)
        .map_err(|_| BuildError::Builder("a body could not be encoded".to_owned()))?;
    Ok(SinglePart::builder().header(kind).body(body))
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// `<link>`, refusing anything that could end the brackets or the line.
fn bracketed(link: &str) -> Result<String, BuildError> {
    let is_plain = link
        .bytes()
        .all(|b| b.is_ascii_graphic() && !b"<>\",".contains(&b));
    if is_plain && link.len() < 900 && (link.starts_with("https://") || link.starts_with("http://")) {
        Ok(format!("<{link}>"))
    } else {
        Err(BuildError::Link)
    }
}

/// Every line break as CRLF, and no other control character but the tabulator.
fn with_crlf(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 30 + 2);
    for line in text.replace("\r\n", "\n").split(['\n', '\r']) {
        out.extend(line.chars().map(|c| {
            if c.is_control() && c != '\t' {
                '\u{FFFD}'
            } else {
                c
            }
        }));
        out.push_str("\r\n");
    }
    // `split` gives one piece more than there are line ends; a text that ended its last line keeps one.
    if text.ends_with(['\n', '\r']) || text.is_empty() {
        out.truncate(out.len() - 2);
    }
    out
}

fn cut(subject: &str) -> String {
    let subject = subject.trim();
    if subject.chars().count() <= MAX_SUBJECT {
        return subject.to_owned();
    }
    subject.chars().take(MAX_SUBJECT - 1).chain(['…']).collect()
}

/// Control characters, line separators, and the invisible marks that reorder text.
pub(super) fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn one_line(field: &'static str, text: &str) -> Result<(), BuildError> {
    match text.chars().find(|c| is_forbidden(*c)) {
        None => Ok(()),
        Some(character) => Err(BuildError::Forbidden {
            field,
            character: u32::from(character),
        }),
    }
}

/// The last look before DATA, at queueing and again at every attempt: ASCII without NUL, every CR before an LF and
/// every LF after a CR, no line over 998 bytes. A bare CR or LF is what lets a body smuggle SMTP commands.
///
/// # Errors
/// Says which rule is broken.
pub fn check_wire(bytes: &[u8]) -> Result<(), BuildError> {
    if !bytes.ends_with(b"\r\n") {
        return Err(BuildError::Wire("it does not end with a line end"));
    }
    let mut line = 0_usize;
    let mut previous = b'\n';
    for &byte in bytes {
        match (previous, byte) {
            (b'\r', b'\n') => line = 0,
            (b'\r', _) => return Err(BuildError::Wire("it has a bare CR")),
            (_, b'\n') => return Err(BuildError::Wire("it has a bare LF")),
            (_, b'\r') => {}
            (_, 0 | 0x80..) => return Err(BuildError::Wire("it has a byte that is not text in ASCII")),
            _ => line += 1,
        }
        if line > MAX_LINE {
            return Err(BuildError::Wire("it has a line over 998 bytes"));
        }
        previous = byte;
    }
    Ok(())
}

/// Headers a mail of ours may have, each at most once.
const HEADERS: [&str; 14] = [
    "Date",
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Mailin-custom",
    "List-Help",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Content-Type",
];

/// A second net under the encoder: whatever the input was, no header came in but ours.
fn check_headers(bytes: &[u8]) -> Result<(), BuildError> {
    let mut seen = [false; HEADERS.len()];
    for line in bytes.split(|b| *b == b'\n') {
        match line {
            b"\r" => return Ok(()),
            [b' ' | b'\t', ..] => continue,
            _ => {}
        }
        let name = line.split(|b| *b == b':').next().unwrap_or_default();
        let at = HEADERS
            .iter()
            .position(|known| known.as_bytes().eq_ignore_ascii_case(name));
        match at.map(|at| std::mem::replace(&mut seen[at], true)) {
            Some(false) => {}
            Some(true) => return Err(BuildError::Wire("a header stands in it twice")),
            None => return Err(BuildError::Wire("it has a header that is not ours")),
        }
    }
    Err(BuildError::Wire("its headers do not end"))
}

#[cfg(test)]
mod tests;
