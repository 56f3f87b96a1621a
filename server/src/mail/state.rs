//! The states of a mail on its way to the relay. What a crash in each means:
//!
//! - `QUEUED`: nothing was sent; it will be.
//! - `SENDING`: written before DATA. Found so after a crash, nobody knows; it becomes `UNKNOWN`.
//! - `UNKNOWN`: it may have been taken or not. After a wait it is sent again, with the same Message-ID.
//! - `ACCEPTED`: the relay said 250 to the dot, and that is committed.
//! - `FAILED`: given up or refused for good; staff see it with its reason and can send it again.
//! - `CANCELLED`: what it said was withdrawn before it left, or while nobody knew whether it had; it is not sent again.

use std::fmt;
use std::str::FromStr;

use super::outcome::Verdict;

/// Where a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailState {
    /// Waits for its time.
    Queued,
    /// In a worker's hands.
    Sending,
    /// Taken by the relay.
    Accepted,
    /// Sent, but nobody knows whether it was taken.
    Unknown,
    /// Given up.
    Failed,
    /// Withdrawn.
    Cancelled,
}

impl MailState {
    /// All of them, in the order staff see them.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Sending,
        Self::Unknown,
        Self::Failed,
        Self::Accepted,
        Self::Cancelled,
    ];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Sending => "SENDING",
            Self::Accepted => "ACCEPTED",
            Self::Unknown => "UNKNOWN",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl fmt::Display for MailState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MailState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

/// What is written down about an attempt; rows are only added, the last one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The relay's verdict.
    Relay(Verdict),
    /// The mail could not be built, opened or put on the wire: no attempt can succeed.
    Poison,
    /// A member of staff had it sent again; attempts before this no longer count.
    Resent,
}

impl AttemptOutcome {
    const ALL: [Self; 8] = [
        Self::Relay(Verdict::Accepted),
        Self::Relay(Verdict::Transient),
        Self::Relay(Verdict::Permanent),
        Self::Relay(Verdict::Configuration),
        Self::Relay(Verdict::RelayDown),
        Self::Relay(Verdict::Unknown),
        Self::Poison,
        Self::Resent,
    ];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Relay(Verdict::Accepted) => "ACCEPTED",
            Self::Relay(Verdict::Transient) => "TRANSIENT",
            Self::Relay(Verdict::Permanent) => "PERMANENT",
            Self::Relay(Verdict::Configuration) => "CONFIGURATION",
            Self::Relay(Verdict::RelayDown) => "RELAY_DOWN",
            Self::Relay(Verdict::Unknown) => "UNKNOWN",
            Self::Poison => "POISON",
            Self::Resent => "RESENT",
        }
    }
}

impl FromStr for AttemptOutcome {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back() {
        for state in MailState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        for outcome in AttemptOutcome::ALL {
            assert_eq!(outcome.as_str().parse(), Ok(outcome));
        }
        assert_eq!("queued".parse::<MailState>(), Err(()));
    }
}
