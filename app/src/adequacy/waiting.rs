//! Rows that wait: what each says, and the two answers to it.

use leptos::prelude::*;

use super::WaitingRow;
use super::pages::provenance;
use crate::register::engagement_page::diff_list;
use crate::ui::{Actions, Button, ButtonKind, Form};

/// All of them; nothing where none waits.
pub(super) fn waiting_part(csrf: &str, rows: Vec<WaitingRow>) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let rows = rows.into_iter().map(|row| waiting_row(csrf, row)).collect_view();
    Some(
        view! {
            <section id="waiting">
                <h2>"Waiting to be confirmed"</h2>
                <p class="soft">
                    "These rows do not count yet. Somebody who did not record a row compares it with its source, and confirms it or turns it down."
                </p>
                {rows}
            </section>
        }
        .into_any(),
    )
}

fn waiting_row(csrf: &str, row: WaitingRow) -> AnyView {
    let WaitingRow {
        path,
        title,
        says,
        provenance: from,
        may_decide,
    } = row;
    let act = match may_decide {
        Ok(()) => {
            let (confirm, turn_down) = (format!("{path}/confirm"), format!("{path}/turn-down"));
            let (first, second) = (csrf.to_owned(), csrf.to_owned());
            view! {
                <Form action=confirm csrf=first>
                    <Actions>
                        <Button label="Confirm this row" />
                    </Actions>
                </Form>
                <Form action=turn_down csrf=second>
                    <Actions>
                        <Button label="Turn it down" kind=ButtonKind::Secondary />
                    </Actions>
                </Form>
            }
            .into_any()
        }
        Err(why) => view! { <p>{why}</p> }.into_any(),
    };
    view! {
        <h3>{title}</h3>
        {diff_list(says)}
        <p>{provenance(from)}</p>
        {act}
    }
    .into_any()
}
