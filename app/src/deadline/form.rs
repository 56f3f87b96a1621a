//! The calculator's form: what is typed, and the question it becomes.

use chrono::{DateTime, Utc};
use domain::calendar::CalendarId;
use domain::instant;
use domain::period::Period;
use domain::window::{NoticeTerms, Terms, WindowError};
use domain::zone::Zone;
use serde::Deserialize;

use crate::ui::FieldErrors;

/// What is typed. Fields that are left out are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DeadlineForm {
    /// When the notice was received: a local time in `tz`, or with an offset.
    pub received: String,
    /// The customer's zone.
    pub tz: String,
    /// The notice period.
    pub period: String,
    /// The objection period; empty: as long as the notice period.
    pub objection: String,
    /// Whose holidays.
    pub calendar: String,
    /// The publisher's zone; empty: count in the customer's only.
    pub publisher_tz: String,
    /// Present where the contract does not move the end off closed days.
    pub no_roll: String,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineQuestion {
    /// When the notice was received.
    pub received_at: DateTime<Utc>,
    /// Both periods.
    pub terms: NoticeTerms,
    /// The publisher's zone.
    pub publisher_zone: Option<Zone>,
}

impl DeadlineForm {
    /// Whether nothing was asked yet: the page was opened without a query.
    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    /// Reads the question.
    ///
    /// # Errors
    /// What is wrong, by field.
    pub fn parse(&self) -> Result<DeadlineQuestion, FieldErrors> {
        let mut errors = FieldErrors::new();
        let zone: Option<Zone> = errors.take("tz", self.tz.trim().parse());
        // without a zone the time can still be checked
        let received = instant::parse(self.received.trim(), zone.unwrap_or(Zone::UTC));
        let received_at = errors.take("received", received);
        let period: Option<Period> = errors.take("period", self.period.trim().parse());
        let objection = match self.objection.trim() {
            "" => period,
            text => errors.take("objection", text.parse()),
        };
        let calendar: Option<CalendarId> = errors.take("calendar", self.calendar.parse());
        let publisher_zone = match self.publisher_tz.trim() {
            "" => None,
            text => errors.take("publisher_tz", text.parse()),
        };
        let asked = received_at.zip(period).zip(objection).zip(calendar).zip(zone);
        let Some(((((received_at, period), objection), calendar), zone)) =
            asked.filter(|_| errors.is_empty())
        else {
            return Err(errors);
        };
        let notice = Terms {
            roll: self.no_roll.is_empty(),
            ..Terms::new(period, calendar, zone)
        };
        let terms = NoticeTerms {
            objection: notice.with_period(objection),
            notice,
            also: Vec::new(),
        };
        Ok(DeadlineQuestion {
            received_at,
            terms,
            publisher_zone,
        })
    }

    /// The errors of a question that was read but has no answer.
    pub fn unanswered(error: &WindowError) -> FieldErrors {
        let field = match error {
            WindowError::PastData(_) => "period",
            WindowError::OtherCalendar { .. } => "calendar",
            WindowError::NoSuchTime(_) | WindowError::TooFar => "received",
        };
        FieldErrors::one(field, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> DeadlineForm {
        DeadlineForm {
            received: "2026-11-23T10:00".to_owned(),
            tz: "Europe/Oslo".to_owned(),
            period: "30d".to_owned(),
            calendar: "NO".to_owned(),
            ..DeadlineForm::default()
        }
    }

    #[test]
    fn a_filled_form_is_a_question() {
        let question = filled().parse().unwrap();
        assert_eq!(question.received_at.to_rfc3339(), "2026-11-23T09:00:00+00:00");
        assert_eq!(question.terms.objection, question.terms.notice);
        assert!(question.terms.notice.roll);
        assert_eq!(question.publisher_zone, None);
        let more = DeadlineForm {
            objection: "10wd".to_owned(),
            publisher_tz: "Europe/Helsinki".to_owned(),
            no_roll: "yes".to_owned(),
            ..filled()
        };
        let question = more.parse().unwrap();
        assert_eq!(question.terms.objection.period.to_string(), "10wd");
        assert!(!question.terms.objection.roll && !question.terms.notice.roll);
        assert_eq!(question.publisher_zone.map(Zone::name), Some("Europe/Helsinki"));
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = DeadlineForm {
            received: "yesterday".to_owned(),
            tz: "Oslo".to_owned(),
            period: "30".to_owned(),
            objection: "0d".to_owned(),
            calendar: "XX".to_owned(),
            publisher_tz: "Mars".to_owned(),
            no_roll: String::new(),
        };
        let fields: Vec<String> = wrong
            .parse()
            .unwrap_err()
            .into_iter()
            .map(|error| error.field)
            .collect();
        assert_eq!(
            fields,
            [
                "tz",
                "received",
                "period",
                "objection",
                "calendar",
                "publisher_tz"
            ]
        );
        assert!(DeadlineForm::default().parse().is_err() && DeadlineForm::default().is_blank());
    }
}
