use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{MissingField, NoticeContent, NoticeField};
use crate::change::NoticeClass;
use crate::email_address::EmailAddress;
use crate::policy::{Asked, Policy};
use crate::web_address::WebAddress;
use crate::window::Windows;
use crate::words;
use crate::zone::Zone;

/// What one customer's part is composed from.
#[derive(Debug, Clone, Copy)]
pub struct CustomerDraft<'a> {
    /// Number of the notice, as people quote it.
    pub number: &'a str,
    /// Version of the notice, from 1.
    pub version: u32,
    /// The customer's name.
    pub customer: &'a str,
    /// The publisher's legal entity that the customer has its contract with.
    pub publisher: &'a str,
    /// The customer's policy.
    pub policy: &'a Policy,
    /// The windows promised for delivery on the day of dispatch; `None` when the class of change has none.
    pub windows: Option<&'a Windows>,
    /// The day of dispatch, in the publisher's zone: the notice date where no window starts with it.
    pub dispatch_on: Option<NaiveDate>,
    /// The classes of the lines that concern the customer.
    pub classes: &'a [NoticeClass],
    /// The planned start as an instant: the beginning of the planned day in the publisher's zone.
    pub planned_at: Option<DateTime<Utc>>,
    /// The publisher's zone: the announced day is its day, the same for every customer.
    pub publisher_zone: Zone,
    /// The page on which to object.
    pub link: Option<&'a WebAddress>,
    /// The address to which an objection may be mailed.
    pub reply_to: Option<&'a EmailAddress>,
    /// What is said of the lines, for what some customers must be told beside.
    pub contents: &'a [NoticeContent],
}

/// One customer's dates and rights, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerPart {
    /// Number and version: "N-2026-014, version 1".
    pub number: String,
    /// The customer.
    pub customer: String,
    /// The publisher's legal entity.
    pub publisher: String,
    /// Day of the notice: in the customer's zone where a window starts with it, otherwise in the publisher's.
    pub notice_on: Option<NaiveDate>,
    /// "30 calendar days".
    pub notice_period: String,
    /// "30 calendar days".
    pub objection_period: String,
    /// Last day to object: "Thursday 31 December 2026, 24:00, Oslo".
    pub last_day: Option<String>,
    /// The earliest start for this customer.
    pub earliest: Option<String>,
    /// The planned start: never before the earliest.
    pub planned: Option<String>,
    /// What is asked of the customer.
    pub asked: Asked,
    /// What silence means.
    pub silence: String,
    /// What happens after an objection.
    pub after_objection: String,
    /// What an objection must state.
    pub grounds: String,
    /// Where to object.
    pub link: String,
    /// Where to mail an objection.
    pub reply_to: String,
    /// Contract clause and law.
    pub legal_reference: String,
    /// Why this person gets the mail.
    pub why: String,
}

impl CustomerPart {
    /// The part, or everything that is missing for it.
    pub fn compose(draft: &CustomerDraft<'_>) -> Result<Self, Vec<MissingField>> {
        let missing = missing(draft);
        let (Some(link), Some(reply_to), []) = (draft.link, draft.reply_to, missing.as_slice()) else {
            return Err(missing);
        };
        let policy = draft.policy;
        let zone: Zone = policy.zone;
        let clause = policy
            .clause
            .as_ref()
            .map(|clause| format!("{clause} of "))
            .unwrap_or_default();
        let earliest = draft.windows.map(Windows::engage_not_before);
        let planned = draft
            .planned_at
            .map(|planned| planned_text(planned, draft.publisher_zone, earliest, zone));
        Ok(Self {
            number: format!("{}, version {}", draft.number, draft.version),
            customer: draft.customer.to_owned(),
            publisher: draft.publisher.to_owned(),
            notice_on: draft.windows.map(|w| w.notice.event_day).or(draft.dispatch_on),
            notice_period: policy.notice_period.in_words(),
            objection_period: policy.objection_period.in_words(),
            last_day: draft
                .windows
                .map(|w| words::until(w.objection.expires_at, w.objection.zone)),
            earliest: earliest.map(|at| words::moment(at, zone)),
            planned,
            asked: policy.asked(draft.classes),
            silence: policy.silence_text(draft.classes),
            after_objection: policy.objection_text(),
            grounds: policy.grounds_text().to_owned(),
            link: link.to_string(),
            reply_to: reply_to.to_string(),
            legal_reference: format!(
                "{clause}your data processing agreement with {}; Article 28(2) GDPR",
                draft.publisher
            ),
            why: format!(
                "You get this because {} names you as its contact in its data processing agreement with {}.",
                draft.customer, draft.publisher
            ),
        })
    }
}

/// The planned start in words: the announced day as the publisher announced it to everybody; where a customer's own
/// earliest start comes later, that one, in the customer's zone.
pub fn planned_text(
    planned: DateTime<Utc>,
    publisher_zone: Zone,
    earliest: Option<DateTime<Utc>>,
    zone: Zone,
) -> String {
    match earliest {
        Some(earliest) if earliest > planned => words::moment(earliest, zone),
        _ => words::moment(planned, publisher_zone),
    }
}

fn missing(draft: &CustomerDraft<'_>) -> Vec<MissingField> {
    use NoticeField as F;
    let mut found = Vec::new();
    let has_window = draft.classes.iter().any(|class| class.has_window());
    let mut require = |holds: bool, field: NoticeField, detail: &str| {
        if !holds {
            found.push(MissingField {
                field,
                detail: detail.to_owned(),
            });
        }
    };
    require(
        !draft.number.trim().is_empty() && draft.version > 0,
        F::Number,
        "the notice has no number",
    );
    require(
        !has_window || draft.windows.is_some(),
        F::Window,
        "the customer’s last day is not computed",
    );
    require(
        !has_window || draft.planned_at.is_some(),
        F::PlannedOn,
        "choose a day",
    );
    require(draft.link.is_some(), F::HowToObject, "no page to object on");
    require(
        draft.reply_to.is_some(),
        F::HowToObject,
        "no address to mail an objection to",
    );
    let names_parent = draft
        .contents
        .iter()
        .filter(|c| !c.change_type.needs_no_papers())
        .all(|c| c.parent_country.is_some());
    require(
        !draft.policy.dora_relevant || names_parent,
        F::ParentCountry,
        "a customer under DORA must be told where the parent company is",
    );
    found
}
