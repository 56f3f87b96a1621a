//! Asks the server again while one types, and shows the newest answer. The server counts: the browser has no time-zone
//! database and no holidays.

use std::time::Duration;

use gloo_net::http::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use serde::{Deserialize, Serialize};
use web_sys::{Element, Event, FormData, HtmlFormElement, UrlSearchParams};

use super::{Answer, AnswerView};
use crate::ui::FieldErrors;

/// How long typing must rest before the server is asked.
const REST: Duration = Duration::from_millis(250);

/// What the server says to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The answer.
    Answer(Box<Answer>),
    /// Why there is none.
    Errors(FieldErrors),
}

/// The form among its children, and the answer below it.
#[island]
pub fn LiveCalculator(
    /// The answer that the server gave with the page.
    answer: Option<Answer>,
    /// The form.
    children: Children,
) -> impl IntoView {
    let answer = RwSignal::new(answer);
    let errors = RwSignal::new(FieldErrors::new());
    let newest = StoredValue::new(0_u64);

    let ask = move |event: Event| {
        let Some(query) = query_of(&event) else { return };
        let number = newest.get_value() + 1;
        newest.set_value(number);
        let is_newest = move || newest.try_get_value() == Some(number);
        let send = move || {
            if !is_newest() {
                return;
            }
            spawn_local(async move {
                // Without an answer the page stays as it is: the button below the form still works.
                match fetch(&query).await {
                    Some(Reply::Answer(found)) if is_newest() => {
                        errors.set(FieldErrors::new());
                        answer.set(Some(*found));
                    }
                    Some(Reply::Errors(found)) if is_newest() => errors.set(found),
                    _ => {}
                }
            });
        };
        set_timeout(send, REST);
    };

    view! {
        <div class="deadline-question" on:input=ask>{children()}</div>
        <ul class="deadline-errors" role="status">
            {move || {
                errors.get().into_iter().map(|error| view! { <li>{error.message}</li> }).collect_view()
            }}
        </ul>
        <div data-stale=move || (!errors.get().is_empty()).then_some("")>
            {move || answer.get().map(|answer| view! { <AnswerView answer/> })}
        </div>
    }
}

/// The query that the form around the event's field would send.
fn query_of(event: &Event) -> Option<String> {
    let field: Element = event.target()?.dyn_into().ok()?;
    let form: HtmlFormElement = field.closest("form").ok()??.dyn_into().ok()?;
    let values = FormData::new_with_form(&form).ok()?;
    let query = UrlSearchParams::new_with_str_sequence_sequence(&values).ok()?;
    Some(query.to_string().into())
}

async fn fetch(query: &str) -> Option<Reply> {
    Request::get(&format!("/deadline.json?{query}"))
        .send()
        .await
        .ok()?
        .json()
        .await
        .ok()
}
