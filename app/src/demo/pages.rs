//! The visible clock.

use crate::ui::{
    Actions, Button, ButtonKind, DateField, ErrorSummary, FieldErrors, Form, PageHead, long_date,
};
use chrono::NaiveDate;
use leptos::prelude::*;

/// Product time, and the buttons that move it.
#[component]
pub fn ClockPage(
    /// Product time in words.
    today: String,
    /// The first day that can be chosen.
    tomorrow: NaiveDate,
    /// The day that was typed.
    until: String,
    /// What is wrong with it.
    errors: FieldErrors,
) -> impl IntoView {
    view! {
        <PageHead title="The clock of this demonstration" dateline=today/>
        <ErrorSummary errors=errors.clone()/>
        <p>
            "Windows take weeks. Here you can move time forward and watch them end: mails settle, windows close, gates turn green. "
            "Time never moves backwards. A real installation has no such clock."
        </p>
        <Form action="/demo/clock" csrf="">
            <Actions>
                <Button label="One day on" name="days" value="1" kind=ButtonKind::Secondary/>
                <Button label="One week on" name="days" value="7" kind=ButtonKind::Secondary/>
                <Button label="31 days on" name="days" value="31" kind=ButtonKind::Secondary/>
            </Actions>
        </Form>
        <Form action="/demo/clock" csrf="">
            <DateField
                name="until" label="Or to the morning of a day" value=until error=errors.first("until")
                hint=format!("{} at the earliest", long_date(tomorrow))
            />
            <Actions><Button label="Move the clock"/></Actions>
        </Form>
    }
}
