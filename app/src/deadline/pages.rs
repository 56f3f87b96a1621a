//! The calculator's page.

use domain::calendar::CalendarId;
use leptos::prelude::*;

use super::{Answer, DeadlineForm, LiveCalculator};
use crate::ui::{
    Actions, Button, Callout, Checkbox, Choice, DateField, ErrorSummary, Fact, Facts, FieldErrors, PageHead,
    Select, TextField, Timeline, Tone, Width,
};

/// The calculator: a form that gets, and the answer below it. Works without scripts; with them the answer follows the typing.
#[component]
pub fn DeadlinePage(
    /// What was typed, or the usual terms.
    form: DeadlineForm,
    /// What is wrong with it.
    errors: FieldErrors,
    /// The answer, if there is one.
    answer: Option<Answer>,
    /// Time zones to suggest.
    zones: Vec<&'static str>,
) -> impl IntoView {
    let calendars = CalendarId::ALL
        .map(|id| Choice::new(id.as_str(), id.name()))
        .to_vec();
    view! {
        <PageHead title="When does a notice window end?">
            <p class="lead">
                "Your contract sets the period. This calculator counts it the way every notice here is counted: the day of receipt is not "
                "counted, an end on a closed day moves to the next working day, and two days or more hold at least two working days."
            </p>
        </PageHead>
        <ErrorSummary errors=errors.clone()/>
        <LiveCalculator>
            <form class="deadline-form keep-in-print" method="get" action="/deadline" novalidate=true>
                <DateField
                    name="received" label="Notice received" value=form.received error=errors.first("received") time=true
                    hint="Date and time on the clocks of the time zone below"
                />
                <TextField
                    name="tz" label="Time zone of the customer" value=form.tz error=errors.first("tz") list="zones"
                    hint="For example Europe/Oslo"
                />
                <TextField
                    name="period" label="Notice period" value=form.period error=errors.first("period") width=Width::Tiny
                    hint="30d calendar days, 10wd working days, 1m months"
                />
                <TextField
                    name="objection" label="Objection period" value=form.objection error=errors.first("objection") width=Width::Tiny
                    hint="Written the same way; empty if it is the notice period" optional=true
                />
                <Select
                    name="calendar" label="Holidays" value=form.calendar error=errors.first("calendar") choices=calendars
                    hint="Usually those of the country whose law governs the contract"
                />
                <TextField
                    name="publisher_tz" label="Time zone of the publisher" value=form.publisher_tz error=errors.first("publisher_tz")
                    list="zones" hint="Counted there too; the later end holds" optional=true
                />
                <Checkbox
                    name="no_roll" label="The contract says that the end does not move off closed days" checked=!form.no_roll.is_empty()
                />
                <datalist id="zones">
                    {zones.into_iter().map(|zone| view! { <option value=zone></option> }).collect_view()}
                </datalist>
                <Actions><Button label="Work it out"/></Actions>
            </form>
            // what changes while one types is read out, without moving the focus
            <div data-answer="" aria-live="polite">
                <AnswerArea answer errors=FieldErrors::new()/>
            </div>
        </LiveCalculator>
    }
}

/// What stands below the form: the answer, or why there is none.
#[component]
pub fn AnswerArea(
    /// What was found.
    answer: Option<Answer>,
    /// What is wrong with the question; on the page itself the fields say it.
    errors: FieldErrors,
) -> impl IntoView {
    view! {
        {(!errors.is_empty())
            .then(|| {
                view! {
                    <Callout tone=Tone::Warn title="No answer yet">
                        <ul>{items(errors.into_iter().map(|error| error.message).collect())}</ul>
                    </Callout>
                }
            })}
        {answer.map(|answer| view! { <AnswerView answer/> })}
    }
}

/// The answer: the dates, the drawing, the arithmetic.
#[component]
fn AnswerView(
    /// What was found.
    answer: Answer,
) -> impl IntoView {
    let objection_steps = (!answer.objection_steps.is_empty()).then(|| {
        view! {
            <h3>"How the objection window was counted"</h3>
            <ol>{items(answer.objection_steps)}</ol>
        }
    });
    view! {
        <section class="deadline-answer" aria-labelledby="answer">
            <h2 id="answer">{format!("Ends {}", answer.last_day)}</h2>
            <Timeline drawing=answer.drawing/>
            <Facts>
                <Fact term="Last day of notice">{answer.last_day}</Fact>
                <Fact term="Objections in time until">{answer.objections_until}</Fact>
                <Fact term="Go-live not before">
                    <time datetime=answer.go_live_at.clone()>{answer.go_live_from}</time>
                    " ("{answer.go_live_at}")"
                </Fact>
            </Facts>
            <h3>"How it was counted"</h3>
            <ol>{items(answer.steps)}</ol>
            {objection_steps}
            <p class="small soft">"Counted by "{answer.versions}"."</p>
        </section>
    }
}

fn items(texts: Vec<String>) -> AnyView {
    texts
        .into_iter()
        .map(|text| view! { <li>{text}</li> })
        .collect_view()
        .into_any()
}
