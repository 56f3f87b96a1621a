//! The head of a page: its title, its state, the moment it speaks for.

use leptos::prelude::*;

/// Title, a line that dates the page, and a paragraph of introduction if the page needs one.
#[component]
pub fn PageHead(
    /// The page's one `h1`.
    #[prop(into)]
    title: String,
    /// "Last updated …", "As of …".
    #[prop(optional, into)]
    dateline: Option<String>,
    /// Introduction, badges.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="page-head">
            <h1>{title}</h1>
            {dateline.map(|text| view! { <p class="dateline">{text}</p> })}
            {children.map(|children| children())}
        </header>
    }
}
