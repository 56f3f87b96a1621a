//! Data in, view out.

use domain::calendar::{CalendarId, Counted};
use leptos::prelude::*;

use super::{CalendarsView, OverrideForm, OverrideRow};
use crate::adequacy::{heads, provenance, source_fields};
use crate::register::sheet::{Sheet, choices, part};
use crate::settings::pages::calendar_choices;
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonLink, Cell, Empty, ErrorSummary, Form, HeadCell, Link,
    PageHead, Row, Table, Tone,
};

const PAGE: &str = "/staff/calendars";
const NEW: &str = "/staff/calendars/new";

/// All corrections.
#[component]
pub fn CalendarsPage(data: CalendarsView) -> impl IntoView {
    let CalendarsView {
        table,
        calendars,
        may_add,
    } = data;
    let add = may_add.then(|| {
        view! {
            <Actions>
                <ButtonLink label="Correct a day" href=NEW />
            </Actions>
        }
    });
    let rows = if calendars.is_empty() {
        view! {
            <Empty title="No day is corrected">
                <p>"Every day counts as the table of holidays says."</p>
            </Empty>
        }
        .into_any()
    } else {
        calendars
            .into_iter()
            .map(|(calendar, rows)| calendar_part(calendar, rows))
            .collect_view()
            .into_any()
    };
    view! {
        <PageHead title="Calendars" dateline=format!("Table of holidays: {table}")>
            <p class="soft">
                "Windows and deadlines count working days by a table of holidays that came with the product. A correction makes a day worked or not worked, whatever the table says; the last row about a day counts, and the rows before stay on file."
            </p>
            <p class="soft">
                "What was recorded when a notice arrived counts both ways. Recorded later, a day that is made not worked lengthens the windows that are still open. Nothing ever shortens a window, and one that has ended does not change."
            </p>
        </PageHead>
        {add}
        {rows}
    }
}

fn calendar_part(calendar: CalendarId, rows: Vec<OverrideRow>) -> AnyView {
    let rows = rows.into_iter().map(override_row).collect_view();
    view! {
        <section>
            <h2>{calendar.name()}</h2>
            <Table
                caption=format!("Corrected days: {}", calendar.name())
                hide_caption=true
                columns=heads(&["Day", "Counts as", "Reason", "Row"])
            >
                {rows}
            </Table>
        </section>
    }
    .into_any()
}

fn override_row(row: OverrideRow) -> AnyView {
    let OverrideRow {
        day,
        counted,
        reason,
        provenance: from,
        counts,
    } = row;
    let replaced = (!counts).then(|| {
        view! {
            " "
            <Badge tone=Tone::Plain label="replaced by a later row" />
        }
    });
    view! {
        <Row>
            <HeadCell>{day}</HeadCell>
            <Cell label="Counts as">{counted.label()} {replaced}</Cell>
            <Cell label="Reason">{reason}</Cell>
            <Cell label="Row">{provenance(from)}</Cell>
        </Row>
    }
    .into_any()
}

/// The form for a correction.
#[component]
pub fn NewOverridePage(data: OverrideForm) -> impl IntoView {
    let OverrideForm { csrf, typed, errors } = data;
    let fields = {
        let sheet = Sheet {
            typed: &typed,
            errors: &errors,
        };
        let which = part(
            "Which day",
            "",
            vec![
                sheet.select("calendar", "Calendar", "", "Choose", calendar_choices()),
                sheet.day("date", "Day", ""),
                sheet.radio("counted", "What does the day count as?", "", choices!(Counted)),
                sheet.text(
                    "reason",
                    "Reason",
                    "Shown to customers beside the days of their windows: “National day of mourning”.",
                ),
            ],
        );
        vec![which, source_fields(&sheet, false)]
    };
    view! {
        <Breadcrumb trail=vec![Link::new("Calendars", PAGE)] here="Correct a day" />
        <PageHead title="Correct a day">
            <p class="soft">
                "A day that is made not worked lengthens the windows that are open now; one that is made worked counts for notices that arrive from now on. A legal approver gets a task to compare the row with its source."
            </p>
        </PageHead>
        <ErrorSummary errors=errors />
        <Form action=NEW csrf>
            {fields}
            <Actions>
                <Button label="Add this row" />
                <a href=PAGE>"Go back"</a>
            </Actions>
        </Form>
    }
}
