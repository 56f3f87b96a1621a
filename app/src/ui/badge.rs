//! A state in one word.

use super::{Icon, Tone};
use leptos::prelude::*;

/// A state: icon, word, colour.
#[component]
pub fn Badge(
    /// What the state means.
    tone: Tone,
    /// The state in one or two words.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <span class="badge" data-tone=tone.name()>
            <Icon tone />
            {label}
        </span>
    }
}
