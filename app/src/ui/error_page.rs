//! What went wrong, said plainly.

use super::{Link, PageHead};
use leptos::prelude::*;

/// Title, one sentence, every reason, and where to go from here.
#[component]
pub fn ErrorPage(title: String, text: String, reasons: Vec<String>, next: Option<Link>) -> impl IntoView {
    view! {
        <PageHead title/>
        <p>{text}</p>
        {(!reasons.is_empty()).then(|| view! { <ul>{reasons.into_iter().map(|r| view! { <li>{r}</li> }).collect_view()}</ul> })}
        {next.map(|next| view! { <p><a href=next.href>{next.label}</a></p> })}
    }
}
