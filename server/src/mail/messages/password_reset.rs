use super::{filters, templates};

/// A link to set a new password.
#[derive(Debug, Clone, Copy)]
pub struct PasswordReset<'a> {
    /// The publisher.
    pub publisher: &'a str,
    /// Where to set it; works once.
    pub link: &'a str,
    /// Until when the link works.
    pub expires: &'a str,
}

templates! {
    PasswordReset, "password_reset",
    "mail/password_reset/subject.txt",
    "mail/password_reset/body.txt",
    "mail/password_reset/body.html"
}
