//! What one attempt to send came to, judged by the phase of the conversation and the relay's reply.
//!
//! The table is the law here: who is to blame decides what happens next. Only a 250 to the final dot is success;
//! silence after the dot is not failure, because the relay may have taken the mail.

/// Where in the conversation something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Name look-up, connection, TLS, greeting, EHLO.
    Connect,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA and the body, up to the dot.
    Data,
    /// The dot was, or may have been, sent.
    Final,
}

/// What went wrong on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The relay answered with this code.
    Reply {
        /// Three digits.
        code: u16,
        /// The text, on one line.
        text: String,
    },
    /// No answer, no connection, a broken certificate, or an answer that is none.
    Silence(String),
    /// The relay cannot take this mail at all (it lacks an extension the address needs).
    Unfit(String),
}

/// The verdict on one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 250 to the final dot: the relay has taken responsibility. Not "delivered".
    Accepted,
    /// Not now; try again later. Counts as an attempt.
    Transient,
    /// Never, for this recipient or this mail.
    Permanent,
    /// Our key or our sender is refused. Stops the queue; no mail is to blame.
    Configuration,
    /// The relay is away. Pauses the queue; no mail is to blame.
    RelayDown,
    /// The dot was sent and nothing came back: it may have been taken or not.
    Unknown,
}

/// What one attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Who is to blame, and so what happens next.
    pub verdict: Verdict,
    /// How far the conversation came.
    pub phase: Phase,
    /// The relay's code, if it gave one.
    pub code: Option<u16>,
    /// What the relay said with its code, or what happened instead; one line.
    pub said: String,
}

/// Judges a failure.
#[must_use]
pub fn judge(phase: Phase, failure: Failure) -> Outcome {
    match failure {
        Failure::Reply { code, text } => Outcome {
            verdict: judge_reply(phase, code),
            phase,
            code: Some(code),
            said: format!("{code} {text}"),
        },
        Failure::Silence(said) => Outcome {
            verdict: judge_silence(phase),
            phase,
            code: None,
            said,
        },
        Failure::Unfit(said) => Outcome {
            verdict: Verdict::Permanent,
            phase,
            code: None,
            said,
        },
    }
}

fn judge_silence(phase: Phase) -> Verdict {
    match phase {
        // Before the first command about this recipient: the relay's trouble.
        Phase::Connect | Phase::Auth | Phase::Sender => Verdict::RelayDown,
        // From RCPT on, a relay that hangs up may do so because of this very mail, so it counts.
        Phase::Recipient | Phase::Data => Verdict::Transient,
        Phase::Final => Verdict::Unknown,
    }
}

fn judge_reply(phase: Phase, code: u16) -> Verdict {
    match (phase, code) {
        (Phase::Connect, _) | (Phase::Auth, 400..500) => Verdict::RelayDown,
        (Phase::Auth, _) | (_, 530 | 534 | 535 | 538) | (Phase::Sender, 500..600) => Verdict::Configuration,
        (Phase::Recipient, 552) => Verdict::Transient,
        (_, 500..600) => Verdict::Permanent,
        (_, 400..500) => Verdict::Transient,
        // No answer to what was sent: out of step, and after the dot that leaves the mail in doubt.
        (Phase::Final, _) => Verdict::Unknown,
        _ => Verdict::Transient,
    }
}

#[cfg(test)]
mod tests {
    use super::Phase::{Auth, Connect, Data, Final, Recipient, Sender};
    use super::*;

    #[test]
    fn the_table_of_replies() {
        use Verdict::{Configuration, Permanent, RelayDown, Transient, Unknown};
        for (phase, code, expected) in [
            (Connect, 421, RelayDown),
            (Connect, 454, RelayDown),
            (Connect, 554, RelayDown),
            (Auth, 421, RelayDown),
            (Auth, 454, RelayDown),
            (Auth, 530, Configuration),
            (Auth, 534, Configuration),
            (Auth, 535, Configuration),
            (Sender, 550, Configuration),
            (Sender, 553, Configuration),
            (Sender, 421, Transient),
            (Sender, 451, Transient),
            (Recipient, 421, Transient),
            (Recipient, 450, Transient),
            (Recipient, 452, Transient),
            (Recipient, 552, Transient),
            (Recipient, 550, Permanent),
            (Recipient, 551, Permanent),
            (Recipient, 553, Permanent),
            (Recipient, 530, Configuration),
            (Data, 451, Transient),
            (Data, 554, Permanent),
            (Data, 250, Transient),
            (Final, 451, Transient),
            (Final, 552, Permanent),
            (Final, 554, Permanent),
            (Final, 251, Unknown),
            (Final, 354, Unknown),
        ] {
            let outcome = judge(
                phase,
                Failure::Reply {
                    code,
                    text: "text".to_owned(),
                },
            );
            assert_eq!(
                (outcome.verdict, outcome.code),
                (expected, Some(code)),
                "{phase:?} {code}"
            );
            assert_eq!(outcome.said, format!("{code} text"));
        }
    }

    #[test]
    fn the_table_of_silence() {
        for (phase, expected) in [
            (Connect, Verdict::RelayDown),
            (Auth, Verdict::RelayDown),
            (Sender, Verdict::RelayDown),
            (Recipient, Verdict::Transient),
            (Data, Verdict::Transient),
            (Final, Verdict::Unknown),
        ] {
            assert_eq!(
                judge(phase, Failure::Silence("gone".to_owned())).verdict,
                expected,
                "{phase:?}"
            );
        }
    }
}
