//! What was different on a vendor's page.

use domain::vendor_page::PageLine;
use leptos::prelude::*;

use crate::ui::{Actions, Breadcrumb, ButtonLink, Empty, Fact, Facts, Link, PageHead};

/// Lines that stayed are shown so many around what is different.
const AROUND: usize = 2;
/// So many lines are shown of one day.
const MOST: usize = 400;

/// The page's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorPageView {
    /// The engagement.
    pub back: Link,
    /// Where the address is written down.
    pub contract: String,
    /// The address that is looked at once a day.
    pub address: Option<String>,
    /// The last look, and what it found.
    pub last: Option<String>,
    /// When the oldest text that is compared here was read.
    pub first: Option<String>,
    /// When it was different, the SHA-256 of its text then, and line by line how; newest first.
    pub changes: Vec<(String, String, Vec<PageLine>)>,
    /// Where a vendor notice is logged, for whoever may.
    pub log: Option<String>,
}

/// A vendor's page of changes.
#[component]
pub fn VendorPagePage(data: VendorPageView) -> impl IntoView {
    let trail = vec![Link::new("Register", "/staff/register"), data.back];
    let address = match data.address {
        Some(address) => {
            view! { <a href=address.clone() rel="noopener noreferrer">{address.clone()}</a> }.into_any()
        }
        None => view! { "None: " <a href=data.contract>"the contract names no page"</a> }.into_any(),
    };
    let has_changes = !data.changes.is_empty();
    let log = data
        .log
        .filter(|_| has_changes)
        .map(|href| view! { <Actions><ButtonLink label="Log a vendor notice" href=href /></Actions> });
    let changes = data
        .changes
        .into_iter()
        .map(|(when, sha256, lines)| {
            view! {
                <section>
                    <h2>{when}</h2>
                    <ul class="page-lines" role="list">{differing(lines)}</ul>
                    <p class="soft">"SHA-256 of its text: " <code>{sha256}</code></p>
                </section>
            }
        })
        .collect_view();
    let none = (!has_changes).then(|| {
        view! {
            <Empty title="Nothing was different so far">
                <p>"The page is read once a day. What is different on it is shown here, with a task to look at it."</p>
            </Empty>
        }
    });
    view! {
        <Breadcrumb trail here="Page of changes" />
        <PageHead title="Page of changes">
            <p class="soft">
                "What was different on the vendor’s page, line by line. Where it concerns customers, it is logged as a vendor notice and forwarded."
            </p>
        </PageHead>
        <Facts>
            <Fact term="Looked at once a day">{address}</Fact>
            {data.last.map(|text| view! { <Fact term="Last look">{text}</Fact> })}
            {data.first.map(|text| view! { <Fact term="Earliest text shown here">{text}</Fact> })}
        </Facts>
        {log}
        {none}
        {changes}
    }
}

/// What is different, with the lines around it; a gap stands for the others.
fn differing(lines: Vec<PageLine>) -> Vec<AnyView> {
    let mut is_near = vec![false; lines.len()];
    for (at, line) in lines.iter().enumerate() {
        if !matches!(line, PageLine::Same(_)) {
            let around = at.saturating_sub(AROUND)..(at + AROUND + 1).min(lines.len());
            is_near[around].fill(true);
        }
    }
    let mut views = Vec::new();
    let mut is_gap = false;
    for (line, is_near) in lines.into_iter().zip(is_near) {
        if views.len() == MOST {
            views.push(view! { <li class="soft">"And more lines than are shown here."</li> }.into_any());
            break;
        }
        if is_near {
            is_gap = false;
            views.push(one(line));
        } else if !is_gap {
            is_gap = true;
            views.push(view! { <li class="soft">"…"</li> }.into_any());
        }
    }
    views
}

fn one(line: PageLine) -> AnyView {
    match line {
        PageLine::Same(text) => view! { <li>{text}</li> }.into_any(),
        PageLine::Gone(text) => view! { <li><del>{text}</del></li> }.into_any(),
        PageLine::New(text) => view! { <li><ins>{text}</ins></li> }.into_any(),
    }
}
