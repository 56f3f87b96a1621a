//! Brevo's reports: one JSON object, or an array of them. Names and fields as Brevo documents them and as they were seen;
//! the `date` fields are local time of some zone and are not read (decision 2).

use chrono::{DateTime, Utc};
use domain::report::Report;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use uuid::Uuid;

/// More reports than ever come in one call.
const MOST: usize = 1000;
/// From here on a number of seconds is one of milliseconds.
const MILLISECONDS: i64 = 1_000_000_000_000;
/// Instants outside these years (in seconds) are nonsense: 2000 and 2200.
const PLAUSIBLE: std::ops::Range<i64> = 946_684_800..7_258_118_400;

/// One report as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// What it says.
    pub report: Report,
    /// Its text, byte for byte.
    pub raw: Vec<u8>,
    /// The same with its fields in one order, for the digest.
    pub canonical: String,
    /// `X-Mailin-custom`: absent, or what stood there.
    pub custom: Option<String>,
    /// `message-id`: what Brevo calls the mail.
    pub relay_id: Option<String>,
    /// When it happened.
    pub at: Option<DateTime<Utc>>,
}

impl Incoming {
    /// The mail that it says it is about.
    pub fn mail_id(&self) -> Option<Uuid> {
        self.custom.as_deref().and_then(|text| text.trim().parse().ok())
    }

    fn malformed(raw: &[u8]) -> Self {
        Self {
            report: Report::Malformed,
            raw: raw.to_vec(),
            canonical: String::from_utf8_lossy(raw).into_owned(),
            custom: None,
            relay_id: None,
            at: None,
        }
    }
}

/// Reads a body. What is not a report is one that is malformed; opens and clicks are left out.
pub fn read(body: &[u8]) -> Vec<Incoming> {
    let Ok(whole) = serde_json::from_slice::<&RawValue>(body) else {
        return vec![Incoming::malformed(body)];
    };
    if !whole.get().starts_with('[') {
        return one(whole).into_iter().collect();
    }
    match serde_json::from_str::<Vec<&RawValue>>(whole.get()) {
        Ok(all) if all.len() <= MOST => all.into_iter().filter_map(one).collect(),
        _ => vec![Incoming::malformed(body)],
    }
}

fn one(raw: &RawValue) -> Option<Incoming> {
    let Ok(fields) = serde_json::from_str::<Map<String, Value>>(raw.get()) else {
        return Some(Incoming::malformed(raw.get().as_bytes()));
    };
    let Some(name) = fields.get("event").and_then(Value::as_str) else {
        return Some(Incoming::malformed(raw.get().as_bytes()));
    };
    Some(Incoming {
        report: report(name)?,
        raw: raw.get().as_bytes().to_vec(),
        custom: find(&fields, "x-mailin-custom").map(str::to_owned),
        relay_id: find(&fields, "message-id").and_then(name_of_mail),
        at: ["ts_epoch", "ts_event", "ts"]
            .into_iter()
            .find_map(|field| fields.get(field).and_then(instant)),
        canonical: Value::Object(fields).to_string(),
    })
}

/// What the word in `event` means; none for opens and clicks. They are made by scanners and proxies too, show nothing,
/// and tell more about a person than we want to keep.
fn report(name: &str) -> Option<Report> {
    Some(match name {
        "request" | "requests" | "sent" => Report::Request,
        "deferred" => Report::Deferred,
        "delivered" => Report::Delivered,
        "soft_bounce" => Report::SoftBounce,
        "hard_bounce" => Report::HardBounce,
        "invalid_email" | "invalid" => Report::InvalidAddress,
        "blocked" => Report::Blocked,
        "error" => Report::Error,
        "spam" | "complaint" => Report::Complaint,
        "unsubscribed" | "unsubscribe" => Report::Unsubscribed,
        "opened" | "unique_opened" | "proxy_open" | "unique_proxy_open" | "click" => return None,
        _ => Report::Other,
    })
}

/// A text field; Brevo writes header names in more than one way.
fn find<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .and_then(|(_, value)| value.as_str())
        .filter(|text| !text.trim().is_empty())
}

fn name_of_mail(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() <= 998 && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// Seconds or milliseconds since 1970, UTC.
fn instant(value: &Value) -> Option<DateTime<Utc>> {
    let number = value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))?;
    let at = if number > MILLISECONDS {
        DateTime::from_timestamp_millis(number)
    } else {
        DateTime::from_timestamp(number, 0)
    };
    at.filter(|at| PLAUSIBLE.contains(&at.timestamp()))
}

/// The mail service's own words in a report that was kept.
#[must_use]
pub fn reason(raw: &[u8]) -> String {
    let fields: Map<String, Value> = serde_json::from_slice(raw).unwrap_or_default();
    let words = fields.get("reason").and_then(Value::as_str).unwrap_or_default();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
