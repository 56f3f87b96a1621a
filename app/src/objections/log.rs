//! The form in which staff log an objection that came by mail or by letter.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use domain::id::{CustomerId, LineId};
use domain::objection::{Channel, Ground};
use domain::text::{Line, Prose};
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::sheet::{Sheet, choices, part};
use crate::register::typed::Reader;
use crate::ui::{Actions, Breadcrumb, Button, Choice, ErrorSummary, FieldErrors, Form, Link, PageHead};

/// An objection as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The line objected to.
    pub line_id: LineId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// Mail or letter.
    pub channel: Channel,
    /// The publisher's day on which it arrived.
    pub received_on: NaiveDate,
    /// The hour there, where somebody knows it; otherwise the beginning of the day counts, in the customer's favour.
    pub received_at: NaiveTime,
    /// Who wrote it.
    pub name: Line<120>,
    /// On what grounds.
    pub grounds: BTreeSet<Ground>,
    /// In their words.
    pub statement: Prose,
}

/// What was logged, or what is wrong with it. `today` is the publisher's day.
pub fn parse(typed: &Typed, today: NaiveDate) -> Result<Logged, FieldErrors> {
    let mut read = Reader::new(typed);
    let line_id = read.chosen::<LineId>("line", "Choose what is objected to");
    let customer_id = read.chosen::<CustomerId>("customer", "Choose the customer");
    let channel = read
        .chosen::<Channel>("channel", "Choose how it came in")
        .filter(|channel| *channel != Channel::Page);
    if channel.is_none() && read.errors.first("channel").is_none() {
        read.errors.add("channel", "Choose how it came in");
    }
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
    let name = read.required("name");
    let grounds = read.ticked::<Ground>("grounds");
    let statement = read.required("statement");
    match (
        line_id,
        customer_id,
        channel,
        received_on,
        received_at,
        name,
        statement,
    ) {
        (
            Some(line_id),
            Some(customer_id),
            Some(channel),
            Some(received_on),
            Some(received_at),
            Some(name),
            Some(statement),
        ) if read.errors.is_empty() => Ok(Logged {
            line_id,
            customer_id,
            channel,
            received_on,
            received_at,
            name,
            grounds,
            statement,
        }),
        _ => Err(read.errors),
    }
}

/// The page's data.
#[derive(Debug, Clone)]
pub struct LogForm {
    /// The form token.
    pub csrf: String,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// Lines that customers were told of, newest first.
    pub lines: Vec<Choice>,
    /// Customers who were told, by name.
    pub customers: Vec<Choice>,
    /// The publisher's place, whose hour is typed: "Oslo".
    pub place: String,
}

/// Logging an objection.
#[component]
pub fn LogPage(data: LogForm) -> impl IntoView {
    let sheet = Sheet {
        typed: &data.typed,
        errors: &data.errors,
    };
    let whom = part(
        "What it is about",
        "The gate of this customer closes at once, and its contacts get a receipt.",
        vec![
            sheet.select("customer", "Customer", "", "Choose", data.customers.clone()),
            sheet.select("line", "Objects to", "", "Choose", data.lines.clone()),
        ],
    );
    let hour = format!(
        "In {}, as 14:05. Left empty, the beginning of the day counts: doubts are the customer’s.",
        data.place
    );
    let channels = choices!(Channel)
        .into_iter()
        .filter(|choice| choice.value != Channel::Page.as_str())
        .collect();
    let what = part(
        "What came in",
        "Whether it is in time follows from when it reached you, not from when it is logged.",
        vec![
            sheet.radio("channel", "How", "", channels),
            sheet.day("received_on", "It reached us on", ""),
            sheet.optional("received_at", "At", &hour),
            sheet.text("name", "Who wrote it", ""),
            sheet.boxes(
                "grounds",
                "On what grounds",
                "As far as they are stated.",
                choices!(Ground),
            ),
            sheet.area(
                "statement",
                "In their words",
                "Word for word; it becomes part of the case.",
                8,
            ),
        ],
    );
    let trail = vec![Link::new("Objections", "/staff/objections")];
    view! {
        <Breadcrumb trail here="Log an objection" />
        <PageHead title="Log an objection" />
        <ErrorSummary errors=data.errors.clone() />
        <Form action="/staff/objections/new" csrf=data.csrf.clone()>
            {whom}
            {what}
            <Actions>
                <Button label="Log the objection" />
                <a href="/staff/objections">"Go back"</a>
            </Actions>
        </Form>
    }
}
