//! The messages: one struct and three templates each, in `templates/mail/<message>/`.
//!
//! To add one: a struct with what it says in `messages/<message>.rs`, [`templates!`] with the three paths, the templates,
//! and a sample in the tests, which check every message alike. Text and HTML carry the same facts and the same links.
//! Whatever a value holds, it stays where the template put it: see [`escape`].

mod acknowledgement_receipt;
mod agreement_ended;
mod answer_receipt;
mod audit_checkpoint;
mod change_cancelled;
mod change_notice;
mod contact_decided;
mod contact_ended;
mod contact_requested;
mod contacts_changed;
mod escape;
mod facts;
mod filters;
mod layout;
mod objection_alert;
mod objection_outcome;
mod objection_receipt;
mod password_reset;
mod staff_digest;
mod staff_task;
mod subscription_cancelled;
mod subscription_change;
mod subscription_confirm;

pub(crate) use escape::{Markup, Plain, lines};

pub use acknowledgement_receipt::AcknowledgementReceipt;
pub use agreement_ended::AgreementEnded;
pub use answer_receipt::{AnswerReceipt, Given};
pub use audit_checkpoint::AuditCheckpoint;
pub use change_cancelled::ChangeCancelled;
pub use change_notice::ChangeNotice;
pub use contact_decided::ContactDecided;
pub use contact_ended::ContactEnded;
pub use contact_requested::ContactRequested;
pub use contacts_changed::ContactsChanged;
pub use objection_alert::ObjectionAlert;
pub use objection_outcome::ObjectionOutcome;
pub use objection_receipt::ObjectionReceipt;
pub use password_reset::PasswordReset;
pub use staff_digest::{DigestTask, StaffDigest};
pub use staff_task::StaffTask;
pub use subscription_cancelled::SubscriptionCancelled;
pub use subscription_change::SubscriptionChange;
pub use subscription_confirm::SubscriptionConfirm;

use askama::Template;

/// Gives a message its three templates. askama wants a type for each; all see the struct as `message`.
macro_rules! templates {
    ($message:ident, $kind:literal, $subject:tt, $text:tt, $html:tt) => {
        #[derive(askama::Template)]
        #[template(path = $subject)]
        struct Subject<'a> {
            message: &'a $message<'a>,
        }

        #[derive(askama::Template)]
        #[template(path = $text)]
        struct Text<'a> {
            message: &'a $message<'a>,
        }

        #[derive(askama::Template)]
        #[template(path = $html)]
        struct Html<'a> {
            message: &'a $message<'a>,
        }

        impl $crate::mail::messages::Message for $message<'_> {
            fn render(&self) -> $crate::mail::messages::Rendered {
                $crate::mail::messages::fill(
                    $kind,
                    &Subject { message: self },
                    &Text { message: self },
                    &Html { message: self },
                )
            }
        }
    };
}
use templates;

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

fn fill(kind: &'static str, subject: &impl Template, text: &impl Template, html: &impl Template) -> Rendered {
    Rendered {
        kind,
        subject: one_line(&filled(subject)),
        text: layout::lay_out(&filled(text)),
        html: tight(&filled(html)),
    }
}

#[expect(
    clippy::expect_used,
    reason = "writing to a String cannot fail, and no template reads anything that can"
)]
fn filled(template: &impl Template) -> String {
    template.render().expect("a template is written to memory")
}

fn one_line(subject: &str) -> String {
    subject.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without the empty lines that template tags leave behind.
fn tight(html: &str) -> String {
    let lines = html.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.fold(String::with_capacity(html.len()), |out, line| out + line + "\n")
}

#[cfg(test)]
mod tests;
