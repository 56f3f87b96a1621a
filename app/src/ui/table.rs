//! Real tables, which become cards on a phone. The roles are spelled out because some browsers drop a table's
//! meaning once its rows are displayed as blocks.

use leptos::prelude::*;

/// One column's head.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    label: String,
    number: bool,
    sort: Option<(String, Option<Order>)>,
}

/// The order a table is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Ascending,
    Descending,
}

impl Column {
    /// A column of text.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    /// A column of numbers, which align right.
    #[must_use]
    pub fn number(mut self) -> Self {
        self.number = true;
        self
    }

    /// Sortable by a link; `ascending` tells the present order, if this column sets it.
    #[must_use]
    pub fn sorted_by(mut self, href: impl Into<String>, ascending: Option<bool>) -> Self {
        let order = ascending.map(|up| if up { Order::Ascending } else { Order::Descending });
        self.sort = Some((href.into(), order));
        self
    }

    fn head(self) -> AnyView {
        let class = self.number.then_some("number");
        match self.sort {
            None => view! { <th role="columnheader" scope="col" class=class>{self.label}</th> }.into_any(),
            Some((href, order)) => {
                let (sort, mark) = match order {
                    Some(Order::Ascending) => (Some("ascending"), " ↑"),
                    Some(Order::Descending) => (Some("descending"), " ↓"),
                    None => (None, ""),
                };
                view! {
                    <th role="columnheader" scope="col" class=class aria-sort=sort>
                        <a href=href>{self.label}</a>
                        <span aria-hidden="true">{mark}</span>
                    </th>
                }
                .into_any()
            }
        }
    }
}

/// A table with a caption (which may be visually hidden when a heading above says the same).
#[component]
pub fn Table(
    /// What the table lists.
    #[prop(into)]
    caption: String,
    /// Whether the caption is seen or only read out.
    #[prop(optional)]
    hide_caption: bool,
    /// The heads, in order.
    columns: Vec<Column>,
    /// `Row`s.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table class="table" role="table">
                <caption class=hide_caption.then_some("visually-hidden")>{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">{columns.into_iter().map(Column::head).collect_view()}</tr>
                </thead>
                <tbody role="rowgroup">{children()}</tbody>
            </table>
        </div>
    }
}

/// One row: a `HeadCell` and `Cell`s.
#[component]
pub fn Row(children: Children) -> impl IntoView {
    view! { <tr role="row">{children()}</tr> }
}

/// The first cell: the thing's name, usually a link.
#[component]
pub fn HeadCell(children: Children) -> impl IntoView {
    view! { <th role="rowheader" scope="row">{children()}</th> }
}

/// A cell. Its label is the column's head, shown beside the value on a phone.
#[component]
pub fn Cell(
    /// The column's head.
    #[prop(into)]
    label: String,
    /// Whether it aligns right.
    #[prop(optional)]
    number: bool,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! {
        <td role="cell" data-label=label class=number.then_some("number")>
            <div>{children()}</div>
        </td>
    }
}
