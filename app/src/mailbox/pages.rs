//! Data in, view out.

use super::{MailLine, MailView, MailboxList};
use crate::ui::{
    Breadcrumb, Button, Cell, Column, Empty, Fact, Facts, Filter, HeadCell, Link, PageHead, Row, Table,
    TextField,
};
use leptos::prelude::*;

/// All mails, newest first.
#[component]
pub fn ListPage(data: MailboxList) -> impl IntoView {
    let MailboxList { words, lines } = data;
    let is_narrowed = !words.is_empty();
    view! {
        <PageHead title="Mailbox of this demonstration">
            <p>
                "Every mail that leaves here is caught by a relay of the demonstration's own and shown as its recipient would get it. "
                "Nothing reaches the outside world."
            </p>
        </PageHead>
        <Filter action="/mailbox" label="Filter the mails">
            <TextField name="q" label="Recipient or subject" value=words />
            <Button label="Find" />
        </Filter>
        {if lines.is_empty() { nothing(is_narrowed) } else { table(lines) }}
    }
}

fn nothing(is_narrowed: bool) -> AnyView {
    if is_narrowed {
        view! { <Empty title="No mail like this"><p><a href="/mailbox">"Show all mails"</a></p></Empty> }
            .into_any()
    } else {
        view! {
            <Empty title="No mail yet">
                <p>"Dispatch a change, subscribe to the list, or ask for a new password: the mail arrives here."</p>
            </Empty>
        }
        .into_any()
    }
}

fn table(lines: Vec<MailLine>) -> AnyView {
    let columns = vec![Column::new("Subject"), Column::new("To"), Column::new("Received")];
    let rows = lines
        .into_iter()
        .map(|line| {
            view! {
                <Row>
                    <HeadCell><a href=line.path>{line.subject}</a></HeadCell>
                    <Cell label="To">{line.to}</Cell>
                    <Cell label="Received">{line.received}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! { <Table caption="Mails, newest first" hide_caption=true columns>{rows}</Table> }.into_any()
}

/// One mail.
#[component]
pub fn MailPage(
    /// Its content.
    data: MailView,
    /// Its recipient.
    to: String,
    /// When it came.
    received: String,
    /// Where its bytes are shown.
    source: String,
) -> impl IntoView {
    view! {
        <Breadcrumb trail=vec![Link::new("Mailbox", "/mailbox")] here=data.subject.clone() />
        <PageHead title=data.subject.clone() dateline=format!("To {to}, {received}") />
        <Letter data />
        <p><a href=source>"The mail as it came over the wire"</a></p>
    }
}

/// A mail as its recipient reads it: links, HTML, text, headers.
#[component]
pub fn Letter(data: MailView) -> impl IntoView {
    let MailView {
        subject,
        headers,
        text,
        links,
        html_path,
    } = data;
    let has_links = !links.is_empty();
    let links = links
        .into_iter()
        .map(|link| {
            let href = link.clone();
            view! { <li><a href=href>{link}</a></li> }
        })
        .collect_view();
    let headers = headers
        .into_iter()
        .map(|header| view! { <Fact term=header.name><code>{header.value}</code></Fact> })
        .collect_view();
    view! {
        <section class="letter" aria-labelledby="letter-html">
            <h2 id="letter-html">"As most programs show it"</h2>
            <iframe
                class="letter-frame"
                src=html_path
                title=format!("HTML of “{subject}”")
                sandbox="allow-top-navigation-by-user-activation"
            ></iframe>
        </section>
        {has_links
            .then(|| {
                view! {
                    <section aria-labelledby="letter-links">
                        <h2 id="letter-links">"Its links"</h2>
                        <ul class="letter-links">{links}</ul>
                    </section>
                }
            })}
        <section aria-labelledby="letter-text">
            <h2 id="letter-text">"As plain text"</h2>
            <pre class="letter-text">{text}</pre>
        </section>
        <details class="letter-headers">
            <summary>"Headers"</summary>
            <Facts>{headers}</Facts>
        </details>
    }
}
