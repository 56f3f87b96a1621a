use super::{Message, Rendered, plain};

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

impl Message for PasswordReset<'_> {
    fn render(&self) -> Rendered {
        plain("password_reset", &[self.publisher, self.link, self.expires])
    }
}
