//! The messages: one struct and three templates each.

mod acknowledgement_receipt;
mod change_cancelled;
mod change_notice;
mod objection_alert;
mod objection_outcome;
mod objection_receipt;
mod password_reset;
mod staff_task;
mod subscription_change;
mod subscription_confirm;

pub use acknowledgement_receipt::AcknowledgementReceipt;
pub use change_cancelled::ChangeCancelled;
pub use change_notice::ChangeNotice;
pub use objection_alert::ObjectionAlert;
pub use objection_outcome::ObjectionOutcome;
pub use objection_receipt::ObjectionReceipt;
pub use password_reset::PasswordReset;
pub use staff_task::StaffTask;
pub use subscription_change::SubscriptionChange;
pub use subscription_confirm::SubscriptionConfirm;

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

fn plain(kind: &'static str, fields: &[&str]) -> Rendered {
    let text = fields.join("\n");
    let subject: String = fields
        .first()
        .unwrap_or(&kind)
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let html = text.replace('&', "&amp;").replace('<', "&lt;");
    Rendered {
        kind,
        subject,
        text,
        html: format!("<pre>{html}</pre>"),
    }
}
