//! The way through the decision table for transfer mechanisms, as a path to read: row after row, until one holds.

use domain::gate::{MechanismPath, MechanismRow};
use leptos::prelude::*;

use super::sheet::sentence;
use crate::ui::{Icon, Tone};

/// The question that a row asks.
const fn question(row: MechanismRow) -> &'static str {
    match row {
        MechanismRow::Undetermined => "Are all locations known?",
        MechanismRow::NoneRequired => "Does everything stay in the EEA?",
        MechanismRow::AdequacyFull => "Is there an adequacy decision for everybody there?",
        MechanismRow::AdequacyPartial => {
            "Is there one with limits, and is the importer shown to be within them?"
        }
        MechanismRow::Dpf => "Data Privacy Framework: is the company listed, active, for this data?",
        MechanismRow::Scc => "Standard contractual clauses: in force, complete, assessed?",
        MechanismRow::Bcr => "Binding corporate rules for processors: approved, assessed?",
        MechanismRow::Other46 => "Another safeguard under Article 46: approved, assessed?",
        MechanismRow::Art49 => "Is a derogation under Article 49 permitted?",
        MechanismRow::Nothing => "Is there anything else?",
    }
}

/// The ways, each under its subject.
pub fn paths_part(paths: Vec<MechanismPath>) -> Option<AnyView> {
    (!paths.is_empty()).then(|| {
        let paths = paths.into_iter().map(path_view).collect_view();
        view! {
            <section>
                <h2 id="mechanisms">"What allows the transfers"</h2>
                <p class="soft">
                    "The rows of the decision table from the top; the first that holds is the mechanism. The gates judge each row in the same way."
                </p>
                {paths}
            </section>
        }
        .into_any()
    })
}

/// One way.
pub fn path_view(path: MechanismPath) -> AnyView {
    let matched = path.matched;
    let is_blocked = matched.is_blocked();
    let agrees = path.agrees();
    let recorded = path.recorded;
    let summary = format!(
        "{}: {}",
        path.subject,
        if is_blocked {
            format!("blocked ({})", matched.as_str())
        } else {
            matched.label().to_owned()
        }
    );
    let rows = path
        .passed_over
        .into_iter()
        .map(|passed| {
            // The first row blocks; passing it is good.
            let is_first = passed.row == MechanismRow::Undetermined;
            let (tone, answer) = if is_first {
                (Tone::Ok, "yes")
            } else {
                (Tone::Plain, "no")
            };
            row_view(passed.row, tone, answer, passed.reasons)
        })
        .collect_view();
    let (tone, answer) = match matched {
        MechanismRow::Undetermined | MechanismRow::Nothing => (Tone::Danger, "no"),
        _ => (Tone::Ok, "yes"),
    };
    let last = row_view(matched, tone, answer, path.because);
    let notes = path
        .notes
        .into_iter()
        .map(|note| view! { <p class="soft">{format!("{}.", sentence(&note))}</p> })
        .collect_view();
    let compared = recorded.filter(|_| !agrees).map(|kind| {
        let text = if is_blocked {
            format!("Recorded is: {}. It does not hold as it is.", kind.label())
        } else {
            format!(
                "Recorded is: {}. The table gives another row; record that one, or note why not.",
                kind.label()
            )
        };
        view! { <p>{text}</p> }
    });
    view! {
        <details class="form-details mechanism" open=is_blocked || !agrees>
            <summary>{summary}</summary>
            <ol class="mechanism-path" role="list">
                {rows}
                {last}
            </ol>
            {compared}
            {notes}
        </details>
    }
    .into_any()
}

fn row_view(row: MechanismRow, tone: Tone, answer: &'static str, reasons: Vec<String>) -> AnyView {
    let reasons = reasons
        .into_iter()
        .map(|reason| view! { <li>{sentence(&reason)}</li> })
        .collect_view();
    view! {
        <li data-tone=tone.name()>
            <Icon tone />
            <div>
                <p>
                    {format!("{}. {} ", row.number(), question(row))}
                    <strong>{sentence(answer)}</strong>
                </p>
                <ul role="list">{reasons}</ul>
            </div>
        </li>
    }
    .into_any()
}
