//! Where a page lies.

use super::Link;
use leptos::prelude::*;

/// The way down to this page. `trail` holds the pages above it; `here` is the page itself and is no link.
#[component]
pub fn Breadcrumb(
    /// The pages above, from the top.
    trail: Vec<Link>,
    /// This page's own name.
    #[prop(into)]
    here: String,
) -> impl IntoView {
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol>
                {trail
                    .into_iter()
                    .map(|link| view! { <li><a href=link.href>{link.label}</a></li> })
                    .collect_view()}
                <li aria-current="page">{here}</li>
            </ol>
        </nav>
    }
}
