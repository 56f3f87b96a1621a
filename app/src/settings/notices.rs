//! What every notice is held to, whatever a contract says: the publisher's shortest period, and how long bounces are waited for.

use domain::period::{Period, PeriodUnit};
use leptos::prelude::*;

use super::{Editing, optional};
use crate::register::form_page::overtaken_callout;
use crate::ui::{
    Actions, Breadcrumb, Button, ButtonKind, ButtonLink, ErrorSummary, Fact, Facts, FieldErrors, Form,
    HiddenField, InputKind, Link, PageHead, Said, TextField, Width,
};

/// What is set for notices; where nothing is, contracts and the mail service decide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoticeSettings {
    /// The publisher's own shortest notice period.
    pub minimum_notice: Option<Period>,
    /// Hours after an acceptance in which a bounce still counts.
    pub late_bounce_hours: Option<u16>,
}

/// The same, as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoticesForm {
    /// `30d`, or nothing.
    pub minimum_notice: String,
    /// Hours, or nothing.
    pub late_bounce_hours: String,
}

impl NoticesForm {
    /// The shortest and the longest late-bounce period, in hours: mail servers report most bounces within a day and none
    /// after two weeks.
    pub const LATE_BOUNCE: std::ops::RangeInclusive<u16> = 24..=336;

    /// The form as it is set.
    pub fn of(settings: NoticeSettings) -> Self {
        let typed = |set: Option<String>| set.unwrap_or_default();
        Self {
            minimum_notice: typed(settings.minimum_notice.map(|period| period.to_string())),
            late_bounce_hours: typed(settings.late_bounce_hours.map(|hours| hours.to_string())),
        }
    }

    /// As people read it.
    pub fn said(&self) -> Said {
        Said::of([
            (
                "Shortest notice period for every customer",
                self.minimum_notice.trim().to_owned(),
            ),
            (
                "Hours in which a bounce still counts",
                self.late_bounce_hours.trim().to_owned(),
            ),
        ])
    }

    /// Reads the form, or says what is wrong.
    pub fn parse(&self) -> (Option<NoticeSettings>, FieldErrors) {
        let mut errors = FieldErrors::new();
        let minimum = errors.take("minimum_notice", optional(&self.minimum_notice, minimum));
        let hours = errors.take("late_bounce_hours", optional(&self.late_bounce_hours, hours));
        let values = minimum
            .zip(hours)
            .map(|(minimum_notice, late_bounce_hours)| NoticeSettings {
                minimum_notice,
                late_bounce_hours,
            });
        (values, errors)
    }
}

/// A year at most.
fn minimum(text: &str) -> Result<Period, String> {
    let period: Period = text
        .trim()
        .parse()
        .map_err(|error: domain::period::BadPeriod| error.to_string())?;
    let longest = match period.unit() {
        PeriodUnit::CalendarDays => 365,
        PeriodUnit::WorkingDays => 250,
        PeriodUnit::Months => 12,
    };
    if period.n() <= longest {
        Ok(period)
    } else {
        Err("At most a year: 365d, 250wd or 12m".to_owned())
    }
}

fn hours(text: &str) -> Result<u16, String> {
    let hours = text.trim().parse().ok();
    let range = NoticesForm::LATE_BOUNCE;
    hours
        .filter(|hours| range.contains(hours))
        .ok_or_else(|| format!("Write a whole number from {} to {}", range.start(), range.end()))
}

/// What is set, on the start page of the settings.
pub(super) fn notice_facts(settings: NoticeSettings) -> AnyView {
    let minimum = settings.minimum_notice.map_or_else(
        || "None: each contract decides".to_owned(),
        |period| period.in_words(),
    );
    let hours = settings.late_bounce_hours.map_or_else(
        || "72 hours where the mail service reports bounces, else 6 days".to_owned(),
        |hours| domain::words::count(usize::from(hours), "hour", "hours"),
    );
    view! {
        <h2>"Notices"</h2>
        <Facts>
            <Fact term="Shortest notice period for every customer">{minimum}</Fact>
            <Fact term="A bounce is waited for">{hours}</Fact>
        </Facts>
        <Actions>
            <ButtonLink
                label="Change what notices are held to"
                href="/staff/settings/notices"
                kind=ButtonKind::Secondary
            />
        </Actions>
    }
    .into_any()
}

/// The form.
#[component]
pub fn NoticesFormPage(data: Editing<NoticesForm>) -> impl IntoView {
    let Editing {
        csrf,
        form,
        errors,
        seen,
        overtaken,
        ..
    } = data;
    let range = NoticesForm::LATE_BOUNCE;
    let trail = vec![Link::new("Settings", "/staff/settings")];
    view! {
        <Breadcrumb trail here="Notices" />
        <PageHead title="What notices are held to">
            <p>
                "Both count at once, also for windows that are open. No window ends before the day that its customer was promised."
            </p>
        </PageHead>
        <ErrorSummary errors=errors.clone() />
        {overtaken.map(overtaken_callout)}
        <Form action="/staff/settings/notices" csrf>
            <HiddenField name="seen" value=seen />
            <TextField
                name="minimum_notice"
                label="Shortest notice period for every customer"
                hint="For example 30d, 20wd or 1m; a year at most. Where a contract asks for longer, the contract holds."
                value=form.minimum_notice
                error=errors.first("minimum_notice")
                width=Width::Tiny
                optional=true
            />
            <TextField
                name="late_bounce_hours"
                label="Hours in which a bounce still counts"
                hint=format!(
                    "{} to {}, from the moment the relay took the mail. Empty: 72 hours where the mail service reports bounces, else 6 days.",
                    range.start(),
                    range.end(),
                )
                kind=InputKind::Number
                value=form.late_bounce_hours
                error=errors.first("late_bounce_hours")
                width=Width::Tiny
                optional=true
            />
            <Actions>
                <Button label="Save" />
                <a href="/staff/settings">"Go back"</a>
            </Actions>
        </Form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_notices_are_held_to_reads_back_and_is_limited() {
        let form = |minimum: &str, hours: &str| NoticesForm {
            minimum_notice: minimum.into(),
            late_bounce_hours: hours.into(),
        };
        assert_eq!(form("", " ").parse().0, Some(NoticeSettings::default()));
        let set = form(" 30d ", "96").parse().0.unwrap();
        assert_eq!(set.late_bounce_hours, Some(96));
        assert_eq!(NoticesForm::of(set).parse().0, Some(set));
        for wrong in ["30", "0d", "366d", "251wd", "13m", "-1d", "ten"] {
            assert_eq!(
                form(wrong, "").parse().1.first("late_bounce_hours"),
                None,
                "{wrong}"
            );
            assert!(
                form(wrong, "").parse().1.first("minimum_notice").is_some(),
                "{wrong}"
            );
        }
        for wrong in ["23", "337", "-1", "1.5", "x", "99999"] {
            assert!(
                form("", wrong).parse().1.first("late_bounce_hours").is_some(),
                "{wrong}"
            );
        }
    }
}
