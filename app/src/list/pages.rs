//! The pages of the list.

use super::island::LiveFilter;
use super::parts::{Announcement, Entries, edition, standing};
use super::{FactTable, FilterForm, FilterOptions, Group, List, Subprocessor, Upcoming};
use crate::ui::{
    Actions, Breadcrumb, Button, ButtonKind, ButtonLink, Callout, DateField, Day, Empty, ErrorSummary,
    Filter, Link, PageHead, Select, Tone, long_date,
};
use chrono::NaiveDate;
use leptos::prelude::*;

/// `/subprocessors`: what is announced, what is in use, what it was on another day.
#[component]
pub fn ListPage(
    /// The list.
    list: List,
) -> impl IntoView {
    let List {
        publisher,
        version,
        as_of,
        began_on,
        today,
        upcoming,
        entries,
        total,
        others,
        filter,
        options,
        without_location,
    } = list;
    let dateline = match (as_of, version) {
        (Some(day), Some((number, _))) => format!(
            "As it stood at the end of {} · list version {number}",
            long_date(day)
        ),
        (Some(day), None) => format!("As it stood at the end of {}", long_date(day)),
        (None, Some((number, on))) => format!("Last updated {} · list version {number}", long_date(on)),
        (None, None) => "Nothing has been listed yet".to_owned(),
    };
    let narrowed = filter.narrows() && filter.errors.is_empty();
    let shown = entries.len();
    let several_products = options.products.len() > 1;
    let errors = filter.errors.clone();
    view! {
        <PageHead title="Subprocessors" dateline>
            <p class="lead">
                {format!(
                    "{publisher} uses these companies to process personal data on behalf of its customers. Customers are told before one is added or replaced; their contract sets how long before.",
                )}
            </p>
        </PageHead>
        <ErrorSummary errors />
        {as_of.map(|day| past_day(day, began_on))}
        {began_on.is_none().then(|| view! { {announcements(upcoming, today, as_of)} })}
        {filter_form(filter, options, today)}
        {began_on
            .is_none()
            .then(|| {
                view! {
                    <h2 id="list">{heading(shown, total, narrowed)}</h2>
                    {(without_location > 0).then(|| unjudged(without_location))}
                    {if entries.is_empty() {
                        nothing(narrowed)
                    } else {
                        view! {
                            <LiveFilter noun="subprocessors".to_owned()>
                                <Entries caption="Subprocessors" entries products=several_products />
                            </LiveFilter>
                        }
                        .into_any()
                    }}
                    {others.into_iter().map(group).collect_view()}
                }
            })}
        {elsewhere(as_of)}
    }
}

fn past_day(day: NaiveDate, began_on: Option<NaiveDate>) -> AnyView {
    match began_on {
        Some(began) => view! {
            <Callout tone=Tone::Warn title="Not recorded">
                <p>
                    "This register began on "<Day date=began />
                    ". What was used on "<Day date=day />" was not recorded here. "
                    <a href="/subprocessors">"See the list as it is today"</a>"."
                </p>
            </Callout>
        }
        .into_any(),
        None => view! {
            <Callout tone=Tone::Info title="You are reading a past day">
                <p>
                    "This is what the page said at the end of "<Day date=day />", not what it says now. "
                    <a href="/subprocessors">"See the list as it is today"</a>"."
                </p>
            </Callout>
        }
        .into_any(),
    }
}

fn announcements(upcoming: Vec<Upcoming>, today: NaiveDate, as_of: Option<NaiveDate>) -> AnyView {
    let today = as_of.unwrap_or(today);
    let none = upcoming.is_empty();
    view! {
        <section aria-labelledby="upcoming">
            <h2 id="upcoming">"Announced changes"</h2>
            {none.then(|| view! { <p>"No change is announced."</p> })}
            <div class="announcements">
                {upcoming
                    .into_iter()
                    .map(|upcoming| view! { <Announcement upcoming today /> })
                    .collect_view()}
            </div>
        </section>
    }
    .into_any()
}

fn filter_form(filter: FilterForm, options: FilterOptions, today: NaiveDate) -> AnyView {
    let FilterForm {
        product,
        category,
        country,
        as_of,
        errors,
    } = filter;
    let several = options.products.len() > 1;
    view! {
        <Filter action="/subprocessors#list" label="Filter the list">
            <div class="field-row">
                {several.then(|| {
                    let error = errors.first("product");
                    view! {
                        <Select name="product" label="Product" prompt="All products" choices=options.products value=product error />
                    }
                })}
                <Select
                    name="category"
                    label="Category"
                    prompt="All categories"
                    choices=options.categories
                    value=category
                    error=errors.first("category")
                />
                <Select
                    name="country"
                    label="Country"
                    prompt="All countries"
                    choices=options.countries
                    value=country
                    error=errors.first("country")
                />
                <DateField
                    name="as_of"
                    label="On the day"
                    value=as_of
                    max=Some(today)
                    error=errors.first("as_of")
                />
                <Actions>
                    <Button label="Show" kind=ButtonKind::Secondary />
                    <a href="/subprocessors">"Clear"</a>
                </Actions>
            </div>
        </Filter>
    }
    .into_any()
}

fn heading(shown: usize, total: usize, narrowed: bool) -> String {
    if narrowed {
        format!("In use: {shown} of {total}")
    } else {
        format!("In use: {total}")
    }
}

fn unjudged(count: usize) -> AnyView {
    let text = if count == 1 {
        "One company is left out because its locations are not stated."
    } else {
        "Some companies are left out because their locations are not stated."
    };
    view! {
        <Callout tone=Tone::Info title=text>
            <p>"They may process data in this country. "<a href="/subprocessors">"Show all"</a>"."</p>
        </Callout>
    }
    .into_any()
}

fn nothing(narrowed: bool) -> AnyView {
    if narrowed {
        view! {
            <Empty title="No subprocessor fits this filter">
                <p><a href="/subprocessors">"Show all of them"</a>"."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty title="No subprocessors are listed">
                <p>
                    "Either none is in use or the register is being set up. "
                    <a href="/subscribe">"Be told by mail when that changes"</a>"."
                </p>
            </Empty>
        }
        .into_any()
    }
}

fn group(group: Group) -> AnyView {
    view! {
        <section class="other-group">
            <h2>{group.title}</h2>
            <p>{group.why}</p>
            <Entries caption=group.title entries=group.entries />
        </section>
    }
    .into_any()
}

fn elsewhere(as_of: Option<NaiveDate>) -> AnyView {
    let query = as_of.map(|day| format!("?as_of={day}")).unwrap_or_default();
    view! {
        <section class="no-print">
            <h2>"Keep up with this list"</h2>
            <ul>
                <li><a href="/subscribe">"Get a mail"</a>" before something changes"</li>
                <li><a href="/changes">"All changes so far"</a></li>
                <li>
                    "The same for machines: "<a href=format!("/subprocessors.json{query}")>"JSON"</a>", "
                    <a href=format!("/subprocessors.csv{query}")>"CSV"</a>", "<a href="/feed.atom">"Atom feed"</a>
                </li>
            </ul>
            <p class="soft">
                "A customer’s own deadline stands in the notice we sent to the contacts named in the contract. This page names no customer and no customer’s terms."
            </p>
        </section>
    }
    .into_any()
}

/// `/subprocessors/{slug}`: one company, what it does, and how that changed.
#[component]
pub fn SubprocessorPage(
    /// The company.
    subprocessor: Subprocessor,
) -> impl IntoView {
    let Subprocessor {
        name,
        role,
        in_use,
        today,
        company,
        processing,
        upcoming,
        history,
    } = subprocessor;
    view! {
        <Breadcrumb trail=vec![Link::new("Subprocessors", "/subprocessors")] here=name.clone() />
        <PageHead title=name dateline=role>{standing(in_use)}</PageHead>
        {(!upcoming.is_empty())
            .then(|| {
                view! {
                    <section>
                        <h2>"Announced"</h2>
                        <div class="announcements">
                            {upcoming
                                .into_iter()
                                .map(|upcoming| view! { <Announcement upcoming today on_its_page=true /> })
                                .collect_view()}
                        </div>
                    </section>
                }
            })}
        <section>
            <h2>"What it does"</h2>
            <FactTable facts=processing />
        </section>
        <section>
            <h2>"The company"</h2>
            <FactTable facts=company />
        </section>
        <section>
            <h2>"History on this list"</h2>
            <ol class="history" reversed=true>{history.into_iter().map(edition).collect_view()}</ol>
        </section>
    }
}

/// `/`: what this is, and where to go.
#[component]
pub fn HomePage(
    /// Whose register it is.
    publisher: String,
    /// How many subprocessors are in use.
    in_use: usize,
    /// The version of the list and the day it got it.
    version: Option<(i64, NaiveDate)>,
    /// Announced changes.
    upcoming: Vec<Upcoming>,
    /// Today in the publisher's zone.
    today: NaiveDate,
) -> impl IntoView {
    let count = match in_use {
        0 => "No company is listed yet.".to_owned(),
        1 => "One company is in use.".to_owned(),
        count => format!("{count} companies are in use."),
    };
    view! {
        <PageHead title=format!("The subprocessors of {publisher}")>
            <p class="lead">
                "Companies that process our customers’ personal data on our behalf. We tell every customer before one is added or replaced, early enough to object."
            </p>
        </PageHead>
        <div class="columns">
            <div>
                <p>
                    {count}
                    {version.map(|(number, on)| view! { " Last updated "<Day date=on />{format!(", list version {number}.")} })}
                </p>
                <Actions>
                    <ButtonLink label="See the list" href="/subprocessors" />
                    <ButtonLink label="Be told of changes" href="/subscribe" kind=ButtonKind::Secondary />
                </Actions>
                {announcements(upcoming, today, None)}
            </div>
            <div>
                <h2>"If you are a customer"</h2>
                <p>
                    "The contacts named in your contract get a notice of their own, with your deadline in it. Open the link in that mail to read, acknowledge or object. Your contract sets the period."
                </p>
                <h2>"Another day"</h2>
                <form method="get" action="/subprocessors" aria-label="The list on another day">
                    <DateField name="as_of" label="The list as it stood on" max=Some(today) />
                    <Button label="Show that day" kind=ButtonKind::Secondary />
                </form>
                <h2>"Archive"</h2>
                <p><a href="/changes">"All changes so far"</a>", with before and after."</p>
            </div>
        </div>
    }
}
