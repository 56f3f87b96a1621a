//! All vendor notices.

use leptos::prelude::*;

use crate::ui::{
    Actions, Badge, Button, ButtonKind, ButtonLink, Cell, Column, Empty, Filter, HeadCell, InputKind, Link,
    ListPart, PageHead, Pager, Row, Table, TextField, Tone,
};

/// One notice in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorNoticeLine {
    /// "Vendor notice 3", and its page.
    pub link: Link,
    /// Vendor and service.
    pub vendor: String,
    /// Kind of change.
    pub kind: String,
    /// When it came.
    pub received: String,
    /// Until when the vendor takes objections.
    pub window: String,
    /// Where it stands.
    pub standing: String,
    /// What that means.
    pub tone: Tone,
}

/// The page's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorNoticeList {
    /// The rows of this page, open ones first.
    pub rows: Vec<VendorNoticeLine>,
    /// Which of them.
    pub part: ListPart,
    /// What was searched for.
    pub search: String,
    /// Whether this person may log one.
    pub may_log: bool,
}

/// All vendor notices, open ones first.
#[component]
pub fn VendorNoticeListPage(data: VendorNoticeList) -> impl IntoView {
    let VendorNoticeList {
        rows,
        part,
        search,
        may_log,
    } = data;
    let is_searched = !search.trim().is_empty();
    let has_some = is_searched || part.total > 0;
    let log = may_log.then(|| {
        view! { <Actions><ButtonLink label="Log a vendor notice" href="/staff/vendor-notices/new" /></Actions> }
    });
    let filter = has_some.then(|| {
        view! {
            <Filter action="/staff/vendor-notices" label="Search vendor notices">
                <TextField name="q" label="Vendor, number or words" kind=InputKind::Search value=search optional=true />
                <Actions>
                    <Button label="Search" kind=ButtonKind::Secondary />
                </Actions>
            </Filter>
        }
    });
    view! {
        <PageHead title="Vendor notices">
            <p class="soft">
                "What vendors told us of their own changes. Each is forwarded to customers within two working days, or closed with a reason."
            </p>
            {log}
        </PageHead>
        {filter}
        {table(rows, part, has_some)}
    }
}

fn table(rows: Vec<VendorNoticeLine>, part: ListPart, has_some: bool) -> AnyView {
    if rows.is_empty() && has_some {
        return view! {
            <Empty title="Nothing found">
                <p>
                    <a href="/staff/vendor-notices">"Show all vendor notices"</a>
                </p>
            </Empty>
        }
        .into_any();
    }
    if rows.is_empty() {
        return view! {
            <Empty title="No vendor notice is logged">
                <p>"A mail, a feed or a portal tells us that a vendor changes something, such as its own subprocessors: log it here, and it reaches the customers whom it concerns."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = rows
        .into_iter()
        .map(|line| {
            view! {
                <Row>
                    <HeadCell>
                        <a href=line.link.href>{line.link.label}</a>
                    </HeadCell>
                    <Cell label="Vendor">{line.vendor}</Cell>
                    <Cell label="Change">{line.kind}</Cell>
                    <Cell label="Received">{line.received}</Cell>
                    <Cell label="Vendor’s window">{line.window}</Cell>
                    <Cell label="Standing">
                        <Badge tone=line.tone label=line.standing />
                    </Cell>
                </Row>
            }
        })
        .collect_view();
    let columns = [
        "Notice",
        "Vendor",
        "Change",
        "Received",
        "Vendor’s window",
        "Standing",
    ];
    let ListPart {
        from,
        to,
        total,
        previous,
        next,
    } = part;
    view! {
        <Table
            caption="Vendor notices, open ones first"
            hide_caption=true
            columns=columns.map(Column::new).to_vec()
        >
            {rows}
        </Table>
        <Pager noun="vendor notices" from to total previous next />
    }
    .into_any()
}
