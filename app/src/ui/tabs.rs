//! Views of one thing, each with its own address.

use super::Link;
use leptos::prelude::*;

/// One view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Its name and address.
    pub link: Link,
    /// How many there are in it, where that helps.
    pub count: Option<u64>,
    /// Whether it is the one shown.
    pub current: bool,
}

/// Links between the views of one thing.
#[component]
pub fn Tabs(
    /// What the views are of, for screen readers.
    #[prop(into)]
    label: String,
    /// The views in order.
    tabs: Vec<Tab>,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=label>
            <ul role="list">
                {tabs
                    .into_iter()
                    .map(|tab| {
                        view! {
                            <li>
                                <a href=tab.link.href aria-current=tab.current.then_some("page")>
                                    {tab.link.label}
                                    {tab.count.map(|count| view! { <span class="soft">{count}</span> })}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </nav>
    }
}
