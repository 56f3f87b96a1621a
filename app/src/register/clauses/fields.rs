//! The fields of a set of clauses: which clauses, their options, and the annexes field by field; and those of its signatures.

use domain::legal_record::{
    Clause9, Clause13, Clause17, ClausesField, ClausesPart, Frequency, MeasureArea, Missing, Origin,
    SccModule, SccVersion, SwissPoint, UkEnd, UkInstrumentKind, measure_field,
};
use leptos::prelude::*;

use super::super::sheet::{Sheet, choices, part, sentence};
use super::super::typed::Typed;
use super::form::count;
use crate::ui::{Button, ButtonKind, Choice, FieldErrors, HiddenField};

/// The parts of the form in which a set is added: the rest follows on its page.
pub(super) fn first_fields(typed: &Typed, errors: &FieldErrors) -> AnyView {
    let sheet = Sheet { typed, errors };
    part("Which clauses", "", which(&sheet)).into_any()
}

fn which(sheet: &Sheet) -> Vec<AnyView> {
    vec![
        sheet.boxes("origins", "Under which law is the data exported?", "The United Kingdom and Switzerland ask for parts of their own.", choices!(Origin)),
        sheet.radio("version", "Which set", "Sets older than 2021/914 ended as safeguards on 27 December 2022: such a set can be recorded as it is, and the gate stays red (SCC_LEGACY).", choices!(SccVersion)),
        sheet.radio("module", "Module", "", choices!(SccModule)),
        sheet.tick("modified", "The text of the clauses was altered", "Clause 2 forbids that; the gate stays red."),
    ]
}

/// The parts of the form, each folded once nothing in it is missing.
pub(super) fn fields(typed: &Typed, errors: &FieldErrors, missing: &[Missing]) -> AnyView {
    let sheet = Sheet { typed, errors };
    let origins = typed.all("origins");
    let exports_from = |origin: Origin| origins.iter().any(|value| value == origin.as_str());
    let chapter = |title: &str, intro: &str, part: ClausesPart, prefix: &str, fields: Vec<AnyView>| {
        let lacks = missing
            .iter()
            .filter(|one| one.part == part && one.field.starts_with(prefix))
            .count();
        chapter(title, intro, lacks, !errors.is_empty(), fields)
    };
    let mut parts = vec![
        part("Which clauses", "", which(&sheet)),
        chapter(
            "Options of the clauses",
            "",
            ClausesPart::Options,
            "",
            option_fields(&sheet),
        ),
        chapter(
            "Annex I.A: the exporter",
            "Roles follow from the module. Where there is no officer or representative, write “none”.",
            ClausesPart::IA,
            "exporter_",
            of_part(&sheet, ClausesPart::IA, "exporter_"),
        ),
        chapter(
            "Annex I.A: the importer",
            "Exactly the legal entity of the register; the gate compares the names.",
            ClausesPart::IA,
            "importer_",
            of_part(&sheet, ClausesPart::IA, "importer_"),
        ),
        chapter(
            "Annex I.B: description of the transfer",
            "Whoever changes this in a set in force makes a new version; customers may have to be told.",
            ClausesPart::IB,
            "",
            described(&sheet),
        ),
        chapter(
            "Annex I.C: supervisory authority",
            "",
            ClausesPart::IC,
            "",
            of_part(&sheet, ClausesPart::IC, ""),
        ),
        chapter(
            "Annex II: technical and organisational measures",
            "Specific, not generic, and for this transfer. An area left empty is not claimed.",
            ClausesPart::II,
            "",
            measures(&sheet),
        ),
        chapter(
            "Annex III: subprocessors",
            "Only with option 1 of clause 9(a).",
            ClausesPart::III,
            "",
            listed(&sheet),
        ),
    ];
    if exports_from(Origin::Uk) || !typed.text("uk_kind").is_empty() {
        parts.push(chapter(
            "UK instrument",
            "The EU clauses alone do not cover data exported under UK law. Names and addresses of Table 1 are those of Annex I.A.",
            ClausesPart::Uk,
            "",
            uk_fields(&sheet),
        ));
    }
    if exports_from(Origin::Ch) || !typed.all("swiss").is_empty() {
        parts.push(chapter(
            "Swiss adaptations",
            "For data exported under the Swiss act (FADP).",
            ClausesPart::Ch,
            "",
            vec![sheet.boxes("swiss", "What the text says", "", choices!(SwissPoint))],
        ));
    }
    parts.into_any()
}

/// A part that is open while something in it is missing or wrong.
fn chapter(title: &str, intro: &str, lacks: usize, is_refused: bool, fields: Vec<AnyView>) -> AnyView {
    let title = match lacks {
        0 => format!("{title}: nothing missing"),
        lacks => format!("{title}: {lacks} missing"),
    };
    let intro = intro.to_owned();
    let is_open = lacks > 0 || is_refused;
    view! {
        <details class="form-details clauses-part" open=is_open>
            <summary>{title}</summary>
            {(!intro.is_empty()).then(|| view! { <p class="soft">{intro}</p> })}
            <div class="clauses-fields">{fields}</div>
        </details>
    }
    .into_any()
}

fn yes_no(sheet: &Sheet, name: &str, label: &str, hint: &str) -> AnyView {
    let choices = vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
    sheet.radio(name, label, hint, choices)
}

fn option_fields(sheet: &Sheet) -> Vec<AnyView> {
    vec![
        yes_no(sheet, "docking", "Clause 7: may others join (docking)?", ""),
        sheet.day("acceded_on", "Clause 7: the importer joined on", "Only where it joined a set that others had agreed."),
        sheet.radio("clause_9", "Clause 9(a): further subprocessors", "With option 1 the controller authorises each one, and Annex III lists them. Modules 2 and 3.", choices!(Clause9)),
        sheet.optional("clause_9_period", "Clause 9(a): period of notice", "30d (calendar days), 10wd (working days) or 1m (months)."),
        yes_no(sheet, "dispute_body", "Clause 11(a): may data subjects turn to an independent dispute resolution body?", ""),
        sheet.radio("clause_13", "Clause 13(a): which case names the authority?", "Modules 1 to 3.", choices!(Clause13)),
        sheet.radio("clause_17", "Clause 17: governing law, option", "Modules 2 and 3.", choices!(Clause17)),
        sheet.text("governing_law", "Clause 17: the law of", "A Member State, by code or English name; it must allow rights for third parties. Norwegian law is common practice for Norwegian exporters; have legal confirm it."),
        sheet.text("forum", "Clause 18(b): the courts of", "A Member State, by code or English name."),
    ]
}

fn of_part(sheet: &Sheet, part: ClausesPart, prefix: &str) -> Vec<AnyView> {
    ClausesField::ALL
        .iter()
        .filter(|field| field.part() == part && field.as_str().starts_with(prefix))
        .map(|field| text_field(sheet, *field))
        .collect()
}

fn text_field(sheet: &Sheet, field: ClausesField) -> AnyView {
    let hint = hint(field);
    if field.is_long() {
        sheet.area(field.as_str(), field.label(), hint, 3)
    } else {
        sheet.text(field.as_str(), field.label(), hint)
    }
}

const fn hint(field: ClausesField) -> &'static str {
    use ClausesField as F;
    match field {
        F::ExporterContact | F::ImporterContact => "A name, or a function that people can reach.",
        F::ExporterDetails | F::ImporterDetails => "Mail address, telephone number.",
        F::ExporterDpo | F::ExporterRepresentative => "Name and contact details, or “none”.",
        F::DataSubjects | F::DataCategories => "One a line.",
        F::SensitiveData | F::SensitiveSafeguards => "Only where sensitive data is transferred.",
        F::SubprocessingSubject => {
            "What further subprocessors do for the importer; “none” where there are none."
        }
        F::Authority => {
            "The exporter’s own, in most cases: Datatilsynet in Norway, Tietosuojavaltuutetun toimisto in Finland."
        }
        F::UkExporterTradingName | F::UkImporterTradingName => "“None”, if it has no other.",
        F::UkAnnexIA | F::UkAnnexIB | F::UkAnnexII => "“Annex I.A of these clauses”, for example.",
        F::UkAnnexIII => "Only where there is an Annex III.",
        _ => "",
    }
}

fn described(sheet: &Sheet) -> Vec<AnyView> {
    let mut views = Vec::new();
    for field in ClausesField::ALL.iter().filter(|f| f.part() == ClausesPart::IB) {
        if *field == ClausesField::SensitiveData {
            views.push(yes_no(
                sheet,
                "is_sensitive",
                "Is sensitive data transferred?",
                "Special categories (Article 9), criminal convictions. Must be answered, also with no.",
            ));
        }
        if *field == ClausesField::Nature {
            views.push(sheet.radio("frequency", "Frequency of the transfer", "", choices!(Frequency)));
        }
        views.push(text_field(sheet, *field));
    }
    views
}

fn measures(sheet: &Sheet) -> Vec<AnyView> {
    MeasureArea::ALL
        .iter()
        .map(|area| {
            let hint = match area {
                MeasureArea::Assistance => {
                    "How the importer helps the controller and, in Module 3, the exporter. Modules 2 and 3."
                }
                _ => "",
            };
            sheet.area(&measure_field(*area), area.label(), hint, 3)
        })
        .collect()
}

fn listed(sheet: &Sheet) -> Vec<AnyView> {
    let rows = count(sheet.typed);
    let mut views = vec![view! { <HiddenField name="listed" value=rows.to_string() /> }.into_any()];
    for number in 1..=rows {
        let name = |field: &str| format!("listed_{field}_{number}");
        let cells = vec![
            sheet.text(&name("name"), "Name", ""),
            sheet.area(&name("address"), "Address", "", 2),
            sheet.text(
                &name("contact"),
                "Contact person",
                "Name, position, contact details.",
            ),
            sheet.area(
                &name("description"),
                "Description of processing",
                "With a clear delimitation of responsibilities.",
                2,
            ),
        ];
        views.push(
            view! {
                <fieldset class="location-row">
                    <legend>{format!("Subprocessor {number}")}</legend>
                    {cells}
                </fieldset>
            }
            .into_any(),
        );
    }
    let name = "act".to_owned();
    views.push(
        view! {
            <p>
                <Button label="Add another subprocessor" kind=ButtonKind::Secondary name=name value="add-row" />
            </p>
        }
        .into_any(),
    );
    views
}

fn uk_fields(sheet: &Sheet) -> Vec<AnyView> {
    let mut views = vec![
        sheet.radio("uk_kind", "Which instrument", "", choices!(UkInstrumentKind)),
        sheet.day("uk_start_on", "Table 1: start date", ""),
    ];
    views.extend(of_part(sheet, ClausesPart::Uk, ""));
    let ends = UkEnd::ALL
        .iter()
        .map(|end| Choice::new(end.as_str(), sentence(end.label())))
        .collect();
    views.push(sheet.boxes(
        "uk_may_end",
        "Table 4: who may end it when the template changes?",
        "",
        ends,
    ));
    views
}

/// The fields in which signatures, or the incorporation by reference, are recorded.
pub(super) fn signing_fields(typed: &Typed, errors: &FieldErrors) -> Vec<AnyView> {
    let sheet = Sheet { typed, errors };
    vec![
        sheet.day("exporter_on", "Signed by the exporter on", ""),
        sheet.day("importer_on", "Signed by the importer on", ""),
        sheet.optional("incorporated_by", "Or taken in by reference: number of the clause", "“Clause 12.3 of the data processing addendum”, for example. Acceptance by reference executes the clauses; it does not fill their annexes."),
        sheet.file("archived_copy", "The signed copy, or the text that takes them in"),
        sheet.optional("archived_copy", "Its SHA-256", "Filled in from the file. Without one: the digest of a file that is kept here already. A copy that is only elsewhere does not count."),
        sheet.day("in_force_on", "In force from", ""),
    ]
}
