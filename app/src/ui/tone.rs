//! What a message or state means for the reader.

/// The meaning of a callout or badge. Each has its own icon and word, so that colour never stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Neutral: a state that asks nothing of anybody.
    #[default]
    Plain,
    /// Worth knowing.
    Info,
    /// Done, or allowed.
    Ok,
    /// Needs attention before long.
    Warn,
    /// Blocked, failed, or cannot be taken back.
    Danger,
}

impl Tone {
    /// The value of `data-tone`, which the style sheet reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Info => "info",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Danger => "danger",
        }
    }

    /// The word said in front of a callout that has no title of its own.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "Note",
            Self::Info => "Information",
            Self::Ok => "Done",
            Self::Warn => "Attention",
            Self::Danger => "Problem",
        }
    }
}
