//! The mail with the day's checkpoint.

use askama::Template;

use super::Checkpoint;
use crate::mail::{Message, Rendered};

/// To whoever keeps checkpoints outside this installation.
#[derive(Debug, Clone)]
pub struct CheckpointMail {
    /// The publisher's name.
    pub publisher: String,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Where the newest one is published.
    pub address: String,
}

#[derive(Template)]
#[template(path = "mail/audit_checkpoint/subject.txt")]
struct Subject<'a> {
    day: &'a str,
    count: i64,
}

#[derive(Template)]
#[template(path = "mail/audit_checkpoint/body.txt")]
struct Text<'a> {
    publisher: &'a str,
    count: i64,
    document: &'a str,
    address: &'a str,
}

#[derive(Template)]
#[template(path = "mail/audit_checkpoint/body.html")]
struct Html<'a> {
    publisher: &'a str,
    day: &'a str,
    count: i64,
    document: &'a str,
    address: &'a str,
}

impl Message for CheckpointMail {
    fn render(&self) -> Rendered {
        let Self {
            publisher,
            checkpoint,
            address,
        } = self;
        let (day, count) = (&checkpoint.day.to_string(), checkpoint.count);
        let document = &serde_json::to_string_pretty(checkpoint).unwrap_or_default();
        // Writing to a string cannot fail, and the templates call nothing that can.
        let subject = Subject { day, count }.render().unwrap_or_default();
        Rendered {
            kind: "audit_checkpoint",
            subject: subject.trim().to_owned(),
            text: Text {
                publisher,
                count,
                document,
                address,
            }
            .render()
            .unwrap_or_default(),
            html: Html {
                publisher,
                day,
                count,
                document,
                address,
            }
            .render()
            .unwrap_or_default(),
        }
    }
}
