//! Narrows a table while one types. The rows come from the server and stay as they are; without scripts the table is
//! simply whole, and the form above it filters on the server.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::Element;

/// A search box over the rows of the table among its children.
#[island]
pub fn LiveFilter(
    /// What the rows are, plural ("subprocessors").
    noun: String,
    /// The table.
    children: Children,
) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let count = RwSignal::new(String::new());
    let narrow = move |query: String| {
        let Some(list) = list.get_untracked() else { return };
        let Ok(rows) = list.query_selector_all("tbody > tr") else {
            return;
        };
        let rows: Vec<Element> = (0..rows.length())
            .filter_map(|at| rows.get(at)?.dyn_into().ok())
            .collect();
        let mut shown = 0;
        for row in &rows {
            let fits = contains_words(&row.text_content().unwrap_or_default(), &query);
            // A row that cannot be hidden stays visible: too much is better than too little.
            let _ = row.toggle_attribute_with_force("hidden", !fits);
            shown += u32::from(fits);
        }
        count.set(if query.trim().is_empty() {
            String::new()
        } else {
            format!("{shown} of {} {noun}", rows.len())
        });
    };
    view! {
        <div class="live-filter">
            <label for="live-filter">"Find in this list"</label>
            <input
                class="control"
                id="live-filter"
                type="search"
                autocomplete="off"
                spellcheck="false"
                on:input=move |event| narrow(event_target_value(&event))
            />
            <p role="status">{move || count.get()}</p>
        </div>
        <div node_ref=list>{children()}</div>
    }
}

/// Whether every word of `query` occurs in `text`, in any order and case.
fn contains_words(text: &str, query: &str) -> bool {
    let text = text.to_lowercase();
    query
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_match_in_any_order_and_case() {
        assert!(contains_words("Lumenwerk GmbH, Germany", "germany LUMEN"));
        assert!(!contains_words("Lumenwerk GmbH, Germany", "lumen norway"));
    }

    #[test]
    fn an_empty_query_matches_everything() {
        assert!(contains_words("anything", "  "));
    }
}
