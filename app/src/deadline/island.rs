//! Asks the server again while one types, and shows the newest answer. The server counts and draws: the browser has no
//! time-zone database, no holidays, and none of the views.

use std::time::Duration;

use gloo_net::http::Request;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use serde::Deserialize;
use web_sys::{Element, Event, FormData, HtmlFormElement, UrlSearchParams};

/// How long typing must rest before the server is asked.
const REST: Duration = Duration::from_millis(250);

/// The part of the server's reply that is shown; the rest is for machines.
#[derive(Deserialize)]
struct Shown {
    html: String,
}

/// The form and the answer among its children: what is typed into the one changes the other.
#[island]
pub fn LiveCalculator(
    /// The form, and an element with `data-answer`.
    children: Children,
) -> impl IntoView {
    let calculator = NodeRef::<html::Div>::new();
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
                // Without a reply the page stays as it is: the button below the form still works.
                let Some(shown) = fetch(&query).await else { return };
                let place = calculator
                    .get_untracked()
                    .and_then(|div| div.query_selector("[data-answer]").ok()?);
                if let Some(place) = place.filter(|_| is_newest()) {
                    place.set_inner_html(&shown.html);
                }
            });
        };
        set_timeout(send, REST);
    };
    view! { <div class="calculator" node_ref=calculator on:input=ask>{children()}</div> }
}

/// The query that the form around the event's field would send.
fn query_of(event: &Event) -> Option<String> {
    let field: Element = event.target()?.dyn_into().ok()?;
    let form: HtmlFormElement = field.closest("form").ok()??.dyn_into().ok()?;
    let values = FormData::new_with_form(&form).ok()?;
    let query = UrlSearchParams::new_with_str_sequence_sequence(&values).ok()?;
    Some(query.to_string().into())
}

async fn fetch(query: &str) -> Option<Shown> {
    Request::get(&format!("/deadline.json?{query}"))
        .send()
        .await
        .ok()?
        .json()
        .await
        .ok()
}
