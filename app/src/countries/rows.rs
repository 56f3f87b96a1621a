//! Rows of a form that can be repeated: how many there are, and a button for another one, without scripts.

use chrono::NaiveDate;
use domain::country_knowledge::{Source, SourceKind};
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::typed::Reader;
use crate::ui::{Button, ButtonKind, HiddenField};

/// More rows than any form needs.
const MOST: usize = 40;

/// How many rows `prefix` has.
pub fn count(typed: &Typed, prefix: &str) -> usize {
    typed
        .text(&format!("{prefix}_rows"))
        .parse()
        .unwrap_or(1)
        .clamp(1, MOST)
}

/// Adds the row that a button asked for; tells whether it was such a button.
pub fn add(typed: &mut Typed) -> bool {
    let Some(prefix) = typed.text("act").strip_prefix("add-").map(str::to_owned) else {
        return false;
    };
    let rows = count(typed, &prefix) + 1;
    typed.set(&format!("{prefix}_rows"), rows.min(MOST));
    true
}

/// The button for another row, and how many there are.
pub fn more(typed: &Typed, prefix: &str, label: &str) -> AnyView {
    let (name, rows) = (format!("{prefix}_rows"), count(typed, prefix).to_string());
    let (act, value, label) = ("act".to_owned(), format!("add-{prefix}"), label.to_owned());
    view! {
        <HiddenField name=name value=rows />
        <p>
            <Button label=label kind=ButtonKind::Secondary name=act value=value />
        </p>
    }
    .into_any()
}

/// Fills rows of sources.
pub fn fill_sources(typed: &mut Typed, prefix: &str, sources: &[Source]) {
    typed.put(format!("{prefix}_rows"), sources.len().max(1));
    for (at, source) in sources.iter().enumerate() {
        let at = at + 1;
        typed.put(format!("{prefix}_title_{at}"), &source.title);
        typed.put_some(&format!("{prefix}_url_{at}"), source.url.as_ref());
        typed.put_some(&format!("{prefix}_date_{at}"), source.date.as_ref());
        typed.put(format!("{prefix}_kind_{at}"), source.kind);
    }
}

/// Reads rows of sources; an empty row is none. A source is of a day that has come.
pub(crate) fn read_sources(read: &mut Reader, prefix: &str, today: NaiveDate) -> Vec<Source> {
    let mut sources = Vec::new();
    for at in 1..=MOST {
        let name = |field: &str| format!("{prefix}_{field}_{at}");
        let is_empty = ["title", "url", "date", "kind"]
            .iter()
            .all(|field| read.text(&name(field)).is_empty());
        if is_empty {
            continue;
        }
        let title = read.required(&name("title"));
        let url = read.optional(&name("url"));
        let date = read.past_day(&name("date"), today);
        let kind: Option<SourceKind> = read.chosen(&name("kind"), "Choose what kind of source it is");
        if let (Some(title), Some(kind)) = (title, kind) {
            sources.push(Source {
                title,
                url,
                date,
                kind,
            });
        }
    }
    sources
}
