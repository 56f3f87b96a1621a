//! Nothing here yet, or nothing found.

use leptos::prelude::*;

/// Says that there is nothing, why, and what to do first.
#[component]
pub fn Empty(
    /// What there is none of ("No objections").
    #[prop(into)]
    title: String,
    /// What to do first, or a link that clears the filter.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            {children()}
        </div>
    }
}
