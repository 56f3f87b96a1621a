//! Newer and older pages of a long list.

use leptos::prelude::*;

/// Which part of a list is shown, and links to its neighbours.
#[component]
pub fn Pager(
    /// What is listed, plural ("changes").
    #[prop(into)]
    noun: String,
    /// Number of the first one shown, from 1.
    from: u64,
    /// Number of the last one shown.
    to: u64,
    /// How many there are.
    total: u64,
    /// Address of the page before.
    #[prop(default = None)]
    previous: Option<String>,
    /// Address of the page after.
    #[prop(default = None)]
    next: Option<String>,
) -> impl IntoView {
    view! {
        <nav class="pager" aria-label=format!("Pages of {noun}")>
            <p>{format!("{from} to {to} of {total} {noun}")}</p>
            <ul role="list">
                {previous.map(|href| view! { <li><a href=href rel="prev">"← Previous page"</a></li> })}
                {next.map(|href| view! { <li><a href=href rel="next">"Next page →"</a></li> })}
            </ul>
        </nav>
    }
}
