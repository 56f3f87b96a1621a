//! Facts that may be unknown. Nothing is invented: the public reads "not stated", staff see it red, because a gate is.

use super::{Icon, Tone};
use leptos::prelude::*;

/// For whom a fact is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reader {
    /// Anybody.
    #[default]
    Public,
    /// Signed-in staff, who can do something about it.
    Staff,
}

/// A fact, or the fact that it is missing.
#[component]
pub fn Stated(
    /// The fact; `None` or blank is unknown.
    value: Option<String>,
    /// Who reads it.
    #[prop(optional)]
    reader: Reader,
) -> impl IntoView {
    match value.filter(|value| !value.trim().is_empty()) {
        Some(value) => value.into_any(),
        None => missing(reader),
    }
}

/// A list of facts on one line each, or the fact that there is none.
#[component]
pub fn StatedList(
    /// The facts; none is unknown.
    values: Vec<String>,
    /// Who reads them.
    #[prop(optional)]
    reader: Reader,
) -> impl IntoView {
    match values.len() {
        0 => missing(reader),
        1 => values.into_iter().collect_view().into_any(),
        _ => view! {
            <ul role="list">
                {values.into_iter().map(|value| view! { <li>{value}</li> }).collect_view()}
            </ul>
        }
        .into_any(),
    }
}

fn missing(reader: Reader) -> AnyView {
    match reader {
        Reader::Public => view! { <span class="not-stated">"not stated"</span> }.into_any(),
        Reader::Staff => view! {
            <span class="unknown">
                <Icon tone=Tone::Danger />
                "Unknown"
            </span>
        }
        .into_any(),
    }
}
