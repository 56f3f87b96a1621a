//! The messages: one struct and three templates each.

/// A message as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Which message.
    pub kind: &'static str,
    /// One line.
    pub subject: String,
    /// The plain-text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// A message that can be rendered.
pub trait Message {
    /// Its subject and both bodies.
    fn render(&self) -> Rendered;
}
