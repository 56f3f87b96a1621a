//! What a vendor told us, on the page of its engagement.

use leptos::prelude::*;

use crate::ui::{Actions, Badge, ButtonKind, ButtonLink, Cell, Column, HeadCell, Link, Row, Table, Tone};

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorNoticeRow {
    /// "Vendor notice 3", and its page.
    pub link: Link,
    /// Kind of change.
    pub kind: String,
    /// When it came.
    pub received: String,
    /// Where it stands.
    pub standing: String,
    /// What that means.
    pub tone: Tone,
}

/// The notices of one engagement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VendorNoticePart {
    /// Newest first.
    pub rows: Vec<VendorNoticeRow>,
    /// Where one is logged, for whoever may.
    pub log: Option<Link>,
    /// The page that is looked at once a day, and what is different on it.
    pub page: Option<Link>,
}

/// The section; nothing where there is nothing to show and nothing to do.
pub fn vendor_notice_section(part: VendorNoticePart) -> Option<AnyView> {
    if part.rows.is_empty() && part.log.is_none() {
        return None;
    }
    let log = part.log.map(|link| {
        view! { <Actions><ButtonLink label=link.label href=link.href kind=ButtonKind::Secondary /></Actions> }
    });
    let page = part
        .page
        .map(|link| view! { <p><a href=link.href>{link.label}</a></p> });
    let is_empty = part.rows.is_empty();
    let rows = part
        .rows
        .into_iter()
        .map(|row| {
            view! {
                <Row>
                    <HeadCell>
                        <a href=row.link.href>{row.link.label}</a>
                    </HeadCell>
                    <Cell label="Change">{row.kind}</Cell>
                    <Cell label="Received">{row.received}</Cell>
                    <Cell label="Standing">
                        <Badge tone=row.tone label=row.standing />
                    </Cell>
                </Row>
            }
        })
        .collect_view();
    let list = if is_empty {
        view! { <p class="soft">"None is logged. What it changes itself, we must pass on."</p> }.into_any()
    } else {
        view! {
            <Table
                caption="What the vendor told us of its own changes"
                hide_caption=true
                columns=["Notice", "Change", "Received", "Standing"].map(Column::new).to_vec()
            >
                {rows}
            </Table>
        }
        .into_any()
    };
    Some(
        view! {
            <section>
                <h2 id="vendor-notices">"Vendor notices"</h2>
                {list}
                {page}
                {log}
            </section>
        }
        .into_any(),
    )
}
