//! Parts of the list's pages.

use super::{Edition, Entry, InUse, PublicFact, Upcoming};
use crate::change_log::DiffTable;
use crate::ui::{
    Badge, Cell, Column, Day, Fact, Facts, HeadCell, Row, Span, Stated, StatedList, Table, Tone, long_date,
};
use chrono::NaiveDate;
use leptos::prelude::*;

/// Rows of the list as a table.
#[component]
pub fn Entries(
    /// What the table lists.
    #[prop(into)]
    caption: String,
    /// The rows.
    entries: Vec<Entry>,
    /// Whether products are worth a word: the publisher has several.
    #[prop(optional)]
    products: bool,
) -> impl IntoView {
    let columns = [
        "Company",
        "Purpose",
        "Locations",
        "Personal data",
        "Transfer mechanism",
        "In use",
    ];
    view! {
        <div class="entries">
        <Table caption hide_caption=true columns=columns.into_iter().map(Column::new).collect()>
            {entries.into_iter().map(|entry| row(entry, products)).collect_view()}
        </Table>
        </div>
    }
}

fn row(entry: Entry, products: bool) -> AnyView {
    let kind = [entry.service, entry.category]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let only = products
        .then(|| entry.products.join(", "))
        .filter(|names| !names.is_empty());
    view! {
        <Row>
            <HeadCell>
                <a href=format!("/subprocessors/{}", entry.slug)>{entry.name}</a>
                {(!kind.is_empty()).then(|| view! { <small>{kind}</small> })}
                {only.map(|names| view! { <small>{format!("For {names}")}</small> })}
            </HeadCell>
            <Cell label="Purpose"><Stated value=entry.purpose /></Cell>
            <Cell label="Locations"><StatedList values=entry.locations /></Cell>
            <Cell label="Personal data">{joined(entry.data)}</Cell>
            <Cell label="Transfer mechanism"><StatedList values=entry.mechanisms /></Cell>
            <Cell label="In use">{in_use(entry.in_use)}</Cell>
        </Row>
    }
    .into_any()
}

fn joined(values: Vec<String>) -> AnyView {
    let text = (!values.is_empty()).then(|| values.join(", "));
    view! { <Stated value=text /> }.into_any()
}

/// "since 1 March 2024": the short form, for cells.
fn in_use(in_use: InUse) -> AnyView {
    match in_use {
        InUse::Since(None) => view! { <Stated value=None /> }.into_any(),
        InUse::Since(Some(day)) => view! { "since " {short(day)} }.into_any(),
        InUse::Partly(None) => "for some customers".into_any(),
        InUse::Partly(Some(day)) => view! { "from " {short(day)} ", customer by customer" }.into_any(),
        InUse::Ended(day) => view! { "until " {short(day)} }.into_any(),
    }
}

fn short(day: NaiveDate) -> AnyView {
    view! { <time datetime=day.to_string()>{day.format("%-d %b %Y").to_string()}</time> }.into_any()
}

/// The state of an entry on its own page.
pub(super) fn standing(in_use: InUse) -> AnyView {
    let (tone, label, text) = match in_use {
        InUse::Since(None) => (Tone::Ok, "In use", "Since when is not stated".to_owned()),
        InUse::Since(Some(day)) => (Tone::Ok, "In use", format!("Since {}", long_date(day))),
        InUse::Partly(None) => (Tone::Info, "Being introduced", "For some customers".to_owned()),
        InUse::Partly(Some(day)) => (
            Tone::Info,
            "Being introduced",
            format!(
                "From {}, for each customer when their own window has ended",
                long_date(day)
            ),
        ),
        InUse::Ended(day) => (
            Tone::Plain,
            "No longer used",
            format!("Off the list since {}", long_date(day)),
        ),
    };
    view! { <p class="row"><Badge tone label /><span>{text}</span></p> }.into_any()
}

/// An announced change in short, drawn from the day it was announced to the day it may start.
#[component]
pub fn Announcement(
    /// The change.
    upcoming: Upcoming,
    /// Today in the publisher's zone.
    today: NaiveDate,
    /// Whether the page is about this company, so that its name need not be said.
    #[prop(optional)]
    on_its_page: bool,
) -> impl IntoView {
    let Upcoming {
        number,
        name,
        change_type,
        replaces,
        purpose,
        locations,
        announced_on,
        planned_on,
        begun,
    } = upcoming;
    let title = if on_its_page {
        change_type.to_owned()
    } else {
        format!("{name}: {}", lower_first(change_type))
    };
    let what = [purpose, (!locations.is_empty()).then(|| locations.join("; "))];
    view! {
        <article class="announcement">
            <h3><a href=format!("/changes/{number}")>{title}</a></h3>
            {replaces.map(|old| view! { <p>{format!("Takes the place of {old}.")}</p> })}
            <p class="announcement-start">
                {if begun { "Begun for some customers; not before " } else { "Not before " }}
                <strong><Day date=planned_on /></strong>
            </p>
            <Span
                label=format!("From the announcement to the earliest start of {name}")
                from=(announced_on, "Announced".to_owned())
                to=(planned_on, "Earliest start".to_owned())
                today
            />
            {what.into_iter().flatten().map(|text| view! { <p class="soft">{text}</p> }).collect_view()}
        </article>
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Facts for the public.
#[component]
pub fn FactTable(
    /// The facts in reading order.
    facts: Vec<PublicFact>,
) -> impl IntoView {
    view! {
        <Facts>
            {facts
                .into_iter()
                .map(|fact| view! { <Fact term=fact.term><StatedList values=fact.values /></Fact> })
                .collect_view()}
        </Facts>
    }
}

/// One step of a company's history on the list.
pub(super) fn edition(edition: Edition) -> AnyView {
    let Edition {
        list_version,
        on,
        title,
        change,
        reason,
        fields,
    } = edition;
    view! {
        <li>
            <p class="history-head">
                <strong>{title}</strong>
                <span class="soft"><Day date=on />{format!(" · list version {list_version}")}</span>
                {change.map(|number| {
                    view! { <a href=format!("/changes/{number}")>{format!("Change {number}")}</a> }
                })}
            </p>
            {reason.map(|reason| view! { <p>{reason}</p> })}
            {(!fields.is_empty()).then(|| view! { <DiffTable caption=format!("What version {list_version} changed") fields /> })}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_letter_is_lowered() {
        assert_eq!(lower_first("Location within the EEA"), "location within the EEA");
        assert_eq!(lower_first(""), "");
    }
}
