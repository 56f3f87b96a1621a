//! The form for a set of clauses: which clauses, their options, and the annexes field by field. What is left empty is
//! missing, which the page lists; it is no error, so that a set can be filled over days.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::legal_record::{
    Clause9, Clause13, Clause17, ClauseOptions, Clauses, ClausesField, ClausesPart, Frequency,
    ListedSubprocessor, MeasureArea, Missing, Origin, SccModule, SccVersion, Signing, SwissPoint, UkEnd,
    UkInstrument, UkInstrumentKind, measure_field,
};
use domain::text::{Line, Prose};
use leptos::prelude::*;

use super::super::sheet::{Sheet, choices, part, sentence};
use super::super::typed::{Reader, Typed};
use crate::ui::{Button, ButtonKind, Choice, FieldErrors, HiddenField};

/// More subprocessors than any Annex III that is filled by hand.
const MOST: usize = 60;

fn count(typed: &Typed) -> usize {
    typed.text("listed").parse().unwrap_or(1).clamp(1, MOST)
}

/// Adds an empty subprocessor, for the button.
pub fn add_row(typed: &mut Typed) {
    let rows = count(typed) + 1;
    typed.set("listed", rows.min(MOST));
}

/// The fields filled from a version.
pub fn typed_from(clauses: &Clauses) -> Typed {
    let mut typed = Typed::default();
    let yes_no = |answer: bool| if answer { "yes" } else { "no" };
    clauses
        .origins
        .iter()
        .for_each(|origin| typed.put("origins", origin));
    typed.put("version", clauses.version);
    typed.put("module", clauses.module);
    if clauses.modified {
        typed.put("modified", "yes");
    }
    let o = &clauses.options;
    typed.put_some("docking", o.docking.map(yes_no).as_ref());
    typed.put_some("acceded_on", o.acceded_on.as_ref());
    typed.put_some("clause_9", o.clause_9.as_ref());
    typed.put_some("clause_9_period", o.clause_9_period.as_ref());
    typed.put_some("dispute_body", o.dispute_body.map(yes_no).as_ref());
    typed.put_some("clause_13", o.clause_13.as_ref());
    typed.put_some("clause_17", o.clause_17.as_ref());
    typed.put_some("governing_law", o.governing_law.map(|c| c.label()).as_ref());
    typed.put_some("forum", o.forum.map(|c| c.label()).as_ref());
    for (field, text) in &clauses.texts {
        typed.put(field.as_str(), text);
    }
    typed.put_some("is_sensitive", clauses.is_sensitive.map(yes_no).as_ref());
    typed.put_some("frequency", clauses.frequency.as_ref());
    for (area, text) in &clauses.measures {
        typed.put(measure_field(*area), text);
    }
    typed.put("listed", clauses.subprocessors.len().max(1));
    for (at, listed) in clauses.subprocessors.iter().enumerate() {
        let name = |field: &str| format!("listed_{field}_{}", at + 1);
        typed.put_some(&name("name"), listed.name.as_ref());
        typed.put_some(&name("address"), listed.address.as_ref());
        typed.put_some(&name("contact"), listed.contact.as_ref());
        typed.put_some(&name("description"), listed.description.as_ref());
    }
    if let Some(uk) = &clauses.uk {
        typed.put("uk_kind", uk.kind);
        typed.put_some("uk_start_on", uk.start_on.as_ref());
        uk.may_end.iter().for_each(|end| typed.put("uk_may_end", end));
    }
    clauses.swiss.iter().for_each(|point| typed.put("swiss", point));
    typed
}

/// The set that was typed, or what is wrong with it.
pub fn parse(typed: &Typed) -> Result<Clauses, FieldErrors> {
    let mut read = Reader::new(typed);
    let origins: BTreeSet<Origin> = read.ticked("origins");
    let version: Option<SccVersion> = read.chosen("version", "Choose which clauses");
    let module: Option<SccModule> = read.chosen("module", "Choose the module");
    let options = options(&mut read);
    let texts = texts(&mut read);
    let measures = MeasureArea::ALL
        .iter()
        .filter_map(|area| Some((*area, read.optional(&measure_field(*area))?)))
        .collect();
    let subprocessors = subprocessors(&mut read, typed);
    let frequency: Option<Frequency> = read.optional("frequency");
    let uk = uk(&mut read);
    let swiss: BTreeSet<SwissPoint> = read.ticked("swiss");
    match (version, module) {
        (Some(version), Some(module)) if read.errors.is_empty() => Ok(Clauses {
            modified: read.is_ticked("modified"),
            options,
            texts,
            is_sensitive: read.yes_no("is_sensitive").into_option(),
            frequency,
            measures,
            subprocessors,
            uk,
            swiss,
            ..Clauses::of(origins, version, module)
        }),
        _ => Err(read.errors),
    }
}

fn options(read: &mut Reader) -> ClauseOptions {
    let docking = read.yes_no("docking").into_option();
    let acceded_on = read.day("acceded_on");
    if acceded_on.is_some() && docking != Some(true) {
        read.errors.add(
            "acceded_on",
            "Nobody can have joined a set in which clause 7 is left out",
        );
    }
    ClauseOptions {
        docking,
        acceded_on,
        clause_9: read.optional::<Clause9>("clause_9"),
        clause_9_period: read.optional("clause_9_period"),
        dispute_body: read.yes_no("dispute_body").into_option(),
        clause_13: read.optional::<Clause13>("clause_13"),
        clause_17: read.optional::<Clause17>("clause_17"),
        governing_law: read.country("governing_law").into_option(),
        forum: read.country("forum").into_option(),
    }
}

fn texts(read: &mut Reader) -> BTreeMap<ClausesField, Prose> {
    let mut texts = BTreeMap::new();
    for field in ClausesField::ALL {
        let text = if field.is_long() {
            read.optional::<Prose>(field.as_str())
        } else {
            let line = read.optional::<Line<500>>(field.as_str());
            line.and_then(|line| Prose::parse(line.as_str()).ok())
        };
        texts.extend(text.map(|text| (*field, text)));
    }
    texts
}

fn subprocessors(read: &mut Reader, typed: &Typed) -> Vec<ListedSubprocessor> {
    (1..=count(typed))
        .map(|number| {
            let name = |field: &str| format!("listed_{field}_{number}");
            ListedSubprocessor {
                name: read.optional(&name("name")),
                address: read.optional(&name("address")),
                contact: read.optional(&name("contact")),
                description: read.optional(&name("description")),
            }
        })
        .filter(|listed| *listed != ListedSubprocessor::default())
        .collect()
}

fn uk(read: &mut Reader) -> Option<UkInstrument> {
    let kind: UkInstrumentKind = read.optional("uk_kind")?;
    let may_end: BTreeSet<UkEnd> = read.ticked("uk_may_end");
    if may_end.contains(&UkEnd::Neither) && may_end.len() > 1 {
        read.errors
            .add("uk_may_end", "“Neither party” cannot go together with a party");
    }
    Some(UkInstrument {
        kind,
        start_on: read.day("uk_start_on"),
        may_end,
    })
}

/// How a version is executed, as typed; both ways together are refused, because one of them would be untrue.
pub fn signing(typed: &Typed, today: NaiveDate) -> Result<Signing, FieldErrors> {
    let mut read = Reader::new(typed);
    let signing = Signing {
        exporter_on: read.past_day("exporter_on", today),
        importer_on: read.past_day("importer_on", today),
        incorporated_by: read.optional("incorporated_by"),
        archived_copy: read.optional("archived_copy"),
        in_force_on: read.day("in_force_on"),
    };
    let is_signed = signing.exporter_on.is_some() || signing.importer_on.is_some();
    if is_signed && signing.incorporated_by.is_some() {
        read.errors.add(
            "incorporated_by",
            "Either the parties signed the clauses, or another agreement takes them in: record one of the two",
        );
    }
    if !is_signed && signing.incorporated_by.is_none() && read.errors.is_empty() {
        read.errors.add(
            "exporter_on",
            "Record a signature, or the clause that takes the clauses in",
        );
    }
    if read.errors.is_empty() {
        Ok(signing)
    } else {
        Err(read.errors)
    }
}

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

/// The signing fields filled from what is recorded.
pub fn typed_from_signing(signing: &Signing) -> Typed {
    let mut typed = Typed::default();
    typed.put_some("exporter_on", signing.exporter_on.as_ref());
    typed.put_some("importer_on", signing.importer_on.as_ref());
    typed.put_some("incorporated_by", signing.incorporated_by.as_ref());
    typed.put_some("archived_copy", signing.archived_copy.as_ref());
    typed.put_some("in_force_on", signing.in_force_on.as_ref());
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        Typed::new(&pairs)
    }

    const FIRST: [(&str, &str); 3] = [("origins", "EU"), ("version", "2021"), ("module", "THREE")];

    #[test]
    fn a_set_that_was_typed_fills_the_form_with_the_same() {
        let mut pairs = FIRST.to_vec();
        for field in ClausesField::ALL {
            pairs.push((field.as_str(), "Something"));
        }
        pairs.extend([
            ("docking", "yes"),
            ("acceded_on", "2026-03-01"),
            ("clause_9", "SPECIFIC"),
            ("clause_9_period", "30d"),
            ("dispute_body", "yes"),
            ("clause_13", "ESTABLISHED"),
            ("clause_17", "EXPORTERS"),
            ("governing_law", "Norway"),
            ("forum", "NO"),
            ("is_sensitive", "yes"),
            ("frequency", "CONTINUOUS"),
            ("measure_encryption", "AES"),
            ("listed", "2"),
            ("listed_name_2", "Deep Support Ltd"),
            ("uk_kind", "IDTA_A1_0"),
            ("uk_start_on", "2026-01-01"),
            ("uk_may_end", "IMPORTER"),
            ("swiss", "FORUM"),
            ("modified", "yes"),
        ]);
        let clauses = parse(&typed(&pairs)).unwrap();
        assert_eq!(clauses.subprocessors.len(), 1, "an empty row counts as none");
        assert_eq!(parse(&typed_from(&clauses)).unwrap(), clauses);
    }

    #[test]
    fn what_is_left_empty_is_missing_and_no_error() {
        let clauses = parse(&typed(&FIRST)).unwrap();
        assert!(clauses.is_blank());
        let errors = parse(&typed(&FIRST[..2])).unwrap_err();
        assert_eq!(errors.first("module").as_deref(), Some("Choose the module"));
    }

    #[test]
    fn what_is_typed_wrong_is_said_at_its_field() {
        for (field, value) in [
            ("governing_law", "Europe"),
            ("clause_9_period", "soon"),
            ("exporter_name", "two\nlines"),
            ("frequency", "SOMETIMES"),
            ("acceded_on", "2026-03-01"),
        ] {
            let mut pairs = FIRST.to_vec();
            pairs.push((field, value));
            let errors = parse(&typed(&pairs)).unwrap_err();
            assert!(errors.first(field).is_some(), "{field}");
        }
        let neither = [
            ("uk_kind", "IDTA_A1_0"),
            ("uk_may_end", "NEITHER"),
            ("uk_may_end", "IMPORTER"),
        ];
        let errors = parse(&typed(&[FIRST.as_slice(), &neither].concat())).unwrap_err();
        assert!(errors.first("uk_may_end").is_some());
    }

    #[test]
    fn clauses_are_signed_or_taken_in_and_not_both() {
        let today = "2026-11-01".parse().unwrap();
        let signing = |typed: &Typed| signing(typed, today);
        let signed = signing(&typed(&[("exporter_on", "2026-11-01")])).unwrap();
        assert_eq!(signing(&typed_from_signing(&signed)).unwrap(), signed);
        let early = signing(&typed(&[("importer_on", "2026-11-02")])).unwrap_err();
        assert_eq!(
            early.first("importer_on").as_deref(),
            Some("This day has not come yet")
        );
        let both = [("exporter_on", "2026-11-01"), ("incorporated_by", "Clause 12.3")];
        assert!(
            signing(&typed(&both))
                .unwrap_err()
                .first("incorporated_by")
                .is_some()
        );
        assert!(signing(&typed(&[])).unwrap_err().first("exporter_on").is_some());
    }
}
