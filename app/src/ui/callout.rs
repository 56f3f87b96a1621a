//! Something to notice.

use super::{Icon, Tone};
use leptos::prelude::*;

/// A message in the flow of a page. Without a title, the tone's own word is the title.
#[component]
pub fn Callout(
    /// What it means for the reader.
    tone: Tone,
    /// The message in a few words.
    #[prop(optional, into)]
    title: Option<String>,
    /// What happened, what was kept, what next.
    children: Children,
) -> impl IntoView {
    let title = title.unwrap_or_else(|| tone.word().to_owned());
    view! {
        <div class="callout" data-tone=tone.name()>
            <Icon tone />
            <div class="callout-body">
                <p class="callout-title">{title}</p>
                {children()}
            </div>
        </div>
    }
}
