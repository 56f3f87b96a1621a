//! The form in which staff log what a vendor told us.

use chrono::{Months, NaiveDate, NaiveTime};
use domain::change::ChangeType;
use domain::id::EngagementId;
use domain::legal_record::NoticeChannel;
use domain::text::{Prose, Short};
use domain::vendor_notice::VendorNotice;
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::sheet::{Sheet, choices, part};
use crate::register::typed::Reader;
use crate::ui::{Actions, Breadcrumb, Button, Choice, ErrorSummary, FieldErrors, Form, Link, PageHead};

/// The field of the raw copy; the file itself is in `raw_copy_file`.
pub const RAW_COPY: &str = "raw_copy";

/// How far ahead a window ends at most.
const FARTHEST: Months = Months::new(60);

/// A vendor's notice as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Whose vendor it is.
    pub engagement_id: EngagementId,
    /// How it came.
    pub channel: NoticeChannel,
    /// The publisher's day on which it arrived.
    pub received_on: NaiveDate,
    /// The hour there, where somebody knows it; otherwise the beginning of the day counts.
    pub received_at: NaiveTime,
    /// The last day on which the vendor takes an objection, where it states one.
    pub window_ends_on: Option<NaiveDate>,
    /// What kind of change it is to customers.
    pub change_type: ChangeType,
    /// What it says.
    pub description: Prose,
    /// Who looks after it; empty is whoever the contract names.
    pub owner: Option<Short>,
}

/// What was logged, or what is wrong with it. `today` is the publisher's day.
pub fn parse(typed: &Typed, today: NaiveDate) -> Result<Logged, FieldErrors> {
    let mut read = Reader::new(typed);
    let engagement_id = read.chosen::<EngagementId>("engagement", "Choose whose notice it is");
    let channel = read.chosen::<NoticeChannel>("channel", "Choose how it came");
    let received_on = read.required_day("received_on");
    if received_on.is_some_and(|day| day > today) {
        read.errors.add("received_on", "This day has not come yet");
    }
    let received_at = match read.text("received_at") {
        "" => Some(NaiveTime::MIN),
        text => {
            let time = NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| "Write the hour as 14:05");
            read.errors.take("received_at", time)
        }
    };
    let owner = read.optional("owner");
    let change_type = read
        .chosen::<ChangeType>("change_type", "Choose what kind of change it is")
        .filter(|kind| VendorNotice::is_told_by_vendors(*kind));
    if change_type.is_none() && read.errors.first("change_type").is_none() {
        read.errors.add("change_type", "Choose what kind of change it is");
    }
    let description = read.required("description");
    let window_ends_on = read.day("window_ends_on");
    check_window(&mut read, window_ends_on, received_on);
    match (
        engagement_id,
        channel,
        received_on,
        received_at,
        change_type,
        description,
    ) {
        (
            Some(engagement_id),
            Some(channel),
            Some(received_on),
            Some(received_at),
            Some(change_type),
            Some(description),
        ) if read.errors.is_empty() => Ok(Logged {
            engagement_id,
            channel,
            received_on,
            received_at,
            window_ends_on,
            change_type,
            description,
            owner,
        }),
        _ => Err(read.errors),
    }
}

/// A window ends after the notice came, and not so far away that it must be a slip of the pen.
fn check_window(read: &mut Reader, ends_on: Option<NaiveDate>, received_on: Option<NaiveDate>) {
    let (Some(ends_on), Some(received_on)) = (ends_on, received_on) else {
        return;
    };
    if ends_on < received_on {
        read.errors.add(
            "window_ends_on",
            "This is before the notice came. Where its window was over already, write the day on which it came",
        );
    } else if received_on
        .checked_add_months(FARTHEST)
        .is_none_or(|last| ends_on > last)
    {
        read.errors.add("window_ends_on", "Write a day within five years");
    }
}

/// The page's data.
#[derive(Debug, Clone)]
pub struct LogVendorNotice {
    /// The form token.
    pub csrf: String,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// Engagements that are not over.
    pub engagements: Vec<Choice>,
    /// Days of notice that the chosen one's contract gives, where they are known.
    pub contract_days: Option<u16>,
    /// The publisher's place, whose hour is typed: "Oslo".
    pub place: String,
    /// Where somebody came from.
    pub back: Link,
}

fn kinds() -> Vec<Choice> {
    ChangeType::ALL
        .iter()
        .filter(|kind| VendorNotice::is_told_by_vendors(**kind))
        .map(|kind| Choice::new(kind.as_str(), kind.label()))
        .collect()
}

/// Logging what a vendor told us.
#[component]
pub fn LogVendorNoticePage(data: LogVendorNotice) -> impl IntoView {
    let sheet = Sheet {
        typed: &data.typed,
        errors: &data.errors,
    };
    let hour = format!(
        "In {}, as 14:05. Left empty, the beginning of the day counts.",
        data.place
    );
    let window = match data.contract_days {
        Some(days) => format!(
            "The day that the notice names; where it names none, the last of the {days} days that the vendor gives under the contract. Without a day nobody is warned that customers have longer."
        ),
        None => "The day that the notice names. Left empty, nobody is warned that customers have longer."
            .to_owned(),
    };
    let came = part(
        "How it came",
        "",
        vec![
            sheet.select("engagement", "Vendor", "", "Choose", data.engagements.clone()),
            sheet.radio("channel", "By", "", choices!(NoticeChannel)),
            sheet.day("received_on", "It reached us on", ""),
            sheet.optional("received_at", "At", &hour),
        ],
    );
    let whose = part(
        "Who looks after it",
        "",
        vec![sheet.optional(
            "owner",
            "Owner",
            "A function, such as “Privacy office”. Left empty, whoever the contract names for its notices.",
        )],
    );
    let says = part(
        "What it says",
        "It stays as it is written down here. It is forwarded to customers within two working days, or closed with a reason.",
        vec![
            sheet.select("change_type", "Kind of change", "", "Choose", kinds()),
            sheet.area(
                "description",
                "In words",
                "What changes, and from when. Its first 200 characters become the title of the change that customers are told of.",
                5,
            ),
            sheet.day("window_ends_on", "The vendor takes objections until", &window),
            sheet.file(RAW_COPY, "The notice as it came"),
        ],
    );
    let trail = vec![Link::new("Vendor notices", "/staff/vendor-notices")];
    view! {
        <Breadcrumb trail here="Log a vendor notice" />
        <PageHead title="Log a vendor notice" />
        <ErrorSummary errors=data.errors.clone() />
        <Form action="/staff/vendor-notices/new" csrf=data.csrf.clone() files=true>
            {came}
            {whose}
            {says}
            <Actions>
                <Button label="Log the notice" />
                <a href=data.back.href.clone()>"Go back"</a>
            </Actions>
        </Form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(instead: &[(&str, &str)]) -> Typed {
        let mut typed = Typed::default();
        for (name, value) in [
            ("engagement", "01930000-0000-7000-8000-000000000001"),
            ("channel", "EMAIL"),
            ("received_on", "2026-11-23"),
            ("received_at", ""),
            ("change_type", "TIER2_CHANGE"),
            ("description", "Cold Aisle AB keeps backups"),
            ("window_ends_on", "2026-12-08"),
        ] {
            typed.put(name, value);
        }
        for (name, value) in instead {
            typed.set(name, value);
        }
        typed
    }

    fn today() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    #[test]
    fn what_is_typed_is_read() {
        let logged = parse(&typed(&[("received_at", "09:30")]), today()).unwrap();
        assert_eq!(logged.channel, NoticeChannel::Email);
        assert_eq!(logged.received_at.to_string(), "09:30:00");
        assert_eq!(logged.window_ends_on, "2026-12-08".parse().ok());
        assert_eq!(logged.owner, None);
        let none = parse(&typed(&[("window_ends_on", "")]), today()).unwrap();
        assert_eq!(
            (none.window_ends_on, none.received_at),
            (None, NaiveTime::MIN),
            "the vendor states none"
        );
    }

    #[test]
    fn each_field_is_refused_where_it_stands() {
        for (field, value) in [
            ("engagement", ""),
            ("channel", "PIGEON"),
            ("received_on", "2026-11-24"),
            ("received_on", "yesterday"),
            ("received_at", "25:00"),
            ("window_ends_on", "2026-11-22"),
            ("window_ends_on", "2062-12-08"),
            ("window_ends_on", "soon"),
            ("change_type", ""),
            ("change_type", "NEW_SUBPROCESSOR"),
            ("change_type", "GOV_ACCESS_NOTICE"),
            ("description", " "),
            ("owner", "a\nb"),
        ] {
            let errors = parse(&typed(&[(field, value)]), today()).unwrap_err();
            assert_eq!(errors.len(), 1, "{field} {value}: {errors:?}");
            assert!(errors.first(field).is_some(), "{field} {value}: {errors:?}");
        }
    }
}
