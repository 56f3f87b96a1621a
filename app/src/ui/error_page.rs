//! What went wrong, said plainly.

use super::{Link, PageHead};
use leptos::prelude::*;

/// Title, one sentence, every reason, what had been written, and where to go from here.
#[component]
pub fn ErrorPage(
    title: String,
    text: String,
    reasons: Vec<String>,
    written: Vec<String>,
    next: Option<Link>,
) -> impl IntoView {
    let reasons = (!reasons.is_empty()).then(|| {
        let items = reasons
            .into_iter()
            .map(|reason| view! { <li>{reason}</li> })
            .collect_view();
        view! { <ul>{items}</ul> }
    });
    let written = (!written.is_empty()).then(|| {
        let texts = written
            .into_iter()
            .map(|text| view! { <blockquote class="written">{text}</blockquote> })
            .collect_view();
        view! {
            <section>
                <h2>"What you wrote"</h2>
                <p>"It was not saved. Copy it before you leave this page."</p>
                {texts}
            </section>
        }
    });
    view! {
        <PageHead title />
        <p>{text}</p>
        {reasons}
        {written}
        {next.map(|next| view! { <p><a href=next.href>{next.label}</a></p> })}
    }
}
