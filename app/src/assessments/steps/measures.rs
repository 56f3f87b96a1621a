//! Step 4: supplementary measures (part E).

use chrono::NaiveDate;
use domain::legal_record::{Measure, MeasureKind, MeasureStanding, MeasureStatus, Tia};
use leptos::prelude::*;

use crate::countries::rows;
use crate::register::Typed;
use crate::register::sheet::{Sheet, choices, part};
use crate::register::typed::Reader;
use crate::ui::HiddenField;

pub fn fill(tia: &Tia, typed: &mut Typed) {
    typed.put("measure_rows", tia.measures.len().max(1));
    for (at, measure) in tia.measures.iter().enumerate() {
        let at = at + 1;
        typed.put(format!("measure_number_{at}"), measure.number);
        typed.put(format!("measure_text_{at}"), &measure.text);
        typed.put(format!("measure_kind_{at}"), measure.kind);
        typed.put_some(&format!("measure_gap_{at}"), measure.gap.as_ref());
        typed.put(format!("measure_status_{at}"), measure.standing.status);
        typed.put_some(
            &format!("measure_verified_by_{at}"),
            measure.standing.verified_by.as_ref(),
        );
        typed.put_some(
            &format!("measure_verified_on_{at}"),
            measure.standing.verified_on.as_ref(),
        );
        typed.put_some(
            &format!("measure_evidence_{at}"),
            measure.standing.evidence.as_ref(),
        );
    }
}

pub fn read(read: &mut Reader, tia: &mut Tia, typed: &Typed, today: NaiveDate) {
    let mut measures = Vec::new();
    for at in 1..=rows::count(typed, "measure") {
        let name = |field: &str| format!("measure_{field}_{at}");
        let is_empty = ["text", "kind", "gap", "status", "evidence"]
            .iter()
            .all(|field| read.text(&name(field)).is_empty());
        if is_empty {
            continue;
        }
        let text = read.required(&name("text"));
        let kind: Option<MeasureKind> = read.chosen(&name("kind"), "Choose the kind of measure");
        let status: Option<MeasureStatus> = read.chosen(&name("status"), "Choose how far it is");
        let gap = read.optional(&name("gap"));
        let verified_by = read.optional(&name("verified_by"));
        let verified_on = read.past_day(&name("verified_on"), today);
        let evidence = read.optional(&name("evidence"));
        if let (Some(text), Some(kind), Some(status)) = (text, kind, status) {
            measures.push(Measure {
                number: known_number(read.text(&name("number")), tia),
                kind,
                text,
                gap,
                standing: MeasureStanding {
                    status,
                    verified_by,
                    verified_on,
                    evidence,
                },
            });
        }
    }
    tia.measures = measures;
    tia.number_measures();
}

/// The number that a measure has already; a new one gets the next.
fn known_number(text: &str, tia: &Tia) -> u16 {
    let number = text.parse().unwrap_or(0);
    if tia.measures.iter().any(|measure| measure.number == number) {
        number
    } else {
        0
    }
}

/// What the EDPB says of measures (Recommendations 01/2020, annex 2).
const WHAT_COUNTS: [(&str, &str); 5] = [
    ("No transfer, or processing in the EEA only", "removes the issue"),
    (
        "Encryption with keys in the EEA only; the importer never has plaintext",
        "works, for backup and storage",
    ),
    (
        "Pseudonymisation, with what identifies people kept in the EEA",
        "works if it is hard to undo",
    ),
    (
        "The importer needs the data in the clear, and problematic law applies in practice",
        "the EDPB sees no technical measure that works",
    ),
    (
        "Transparency reports, duties to challenge, policies",
        "help, and never cure alone",
    ),
];

pub fn fields(sheet: &Sheet) -> AnyView {
    let count = WHAT_COUNTS
        .iter()
        .map(|(what, verdict)| view! { <li>{*what} ": " <strong>{*verdict}</strong></li> })
        .collect_view();
    let mut views = vec![
        view! {
            <details class="form-details">
                <summary>"What counts"</summary>
                <ul>{count}</ul>
            </details>
        }
        .into_any(),
    ];
    for at in 1..=rows::count(sheet.typed, "measure") {
        let name = |field: &str| format!("measure_{field}_{at}");
        let cells = vec![
            sheet.text(&name("text"), "Measure", ""),
            sheet.select(&name("kind"), "Kind", "", "Choose", choices!(MeasureKind)),
            sheet.text(&name("gap"), "Gap that it closes", ""),
            sheet.select(&name("status"), "How far", "", "Choose", choices!(MeasureStatus)),
            sheet.text(&name("evidence"), "What shows that it is in place", ""),
            sheet.text(&name("verified_by"), "Checked by", "A function."),
            sheet.day(&name("verified_on"), "Checked on", ""),
        ];
        let number = sheet.typed.text(&name("number")).to_owned();
        views.push(
            view! {
                <fieldset class="measure-row">
                    <legend>{format!("Measure {at}")}</legend>
                    <HiddenField name=name("number") value=number />
                    {cells}
                </fieldset>
            }
            .into_any(),
        );
    }
    views.push(rows::more(sheet.typed, "measure", "Add another measure"));
    part(
        "Supplementary measures",
        "Where law or practice falls short. Leave the first one empty if none is needed.",
        views,
    )
}
