//! What went wrong, said plainly.

use super::PageHead;
use leptos::prelude::*;

/// Title, one sentence, and every reason.
#[component]
pub fn ErrorPage(title: String, text: String, reasons: Vec<String>) -> impl IntoView {
    view! {
        <PageHead title/>
        <p>{text}</p>
        {(!reasons.is_empty()).then(|| view! { <ul>{reasons.into_iter().map(|r| view! { <li>{r}</li> }).collect_view()}</ul> })}
    }
}
