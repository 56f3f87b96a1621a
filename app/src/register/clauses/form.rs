//! The form for a set of clauses as it is posted, read and filled again. What is left empty is missing, which the page lists;
//! it is no error, so that a set can be filled over days.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::legal_record::{
    Clause9, Clause13, Clause17, ClauseOptions, Clauses, ClausesField, Frequency, ListedSubprocessor,
    MeasureArea, Origin, SccModule, SccVersion, Signing, SwissPoint, UkEnd, UkInstrument, UkInstrumentKind,
    measure_field,
};
use domain::text::{Line, Prose};

use super::super::typed::{Reader, Typed};
use crate::ui::{FieldErrors, Said};

/// More subprocessors than any Annex III that is filled by hand.
const MOST: usize = 60;

/// How many subprocessors the form has room for.
pub(super) fn count(typed: &Typed) -> usize {
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
pub fn parse(typed: &Typed, today: NaiveDate) -> Result<Clauses, FieldErrors> {
    let mut read = Reader::new(typed);
    let origins: BTreeSet<Origin> = read.ticked("origins");
    let version: Option<SccVersion> = read.chosen("version", "Choose which clauses");
    let module: Option<SccModule> = read.chosen("module", "Choose the module");
    let options = options(&mut read, version, today);
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

/// Says at its field that a day is before what it is about could be used.
fn require_usable(
    read: &mut Reader,
    name: &str,
    day: Option<NaiveDate>,
    first: Option<NaiveDate>,
    what: &str,
) {
    if let (Some(day), Some(first)) = (day, first)
        && day < first
    {
        let why = format!("{what} can be used from {} only", domain::words::day(first));
        read.errors.add(name, why);
    }
}

fn options(read: &mut Reader, version: Option<SccVersion>, today: NaiveDate) -> ClauseOptions {
    let docking = read.yes_no("docking").into_option();
    let acceded_on = read.past_day("acceded_on", today);
    if let Some(version) = version {
        let what = format!("The clauses {}", version.label());
        require_usable(read, "acceded_on", acceded_on, version.usable_from(), &what);
    }
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
    let start_on = read.day("uk_start_on");
    require_usable(read, "uk_start_on", start_on, kind.usable_from(), kind.label());
    Some(UkInstrument {
        kind,
        start_on,
        may_end,
    })
}

/// How a set is executed, as typed; both ways together are refused, because one of them would be untrue.
pub fn signing(typed: &Typed, version: SccVersion, today: NaiveDate) -> Result<Signing, FieldErrors> {
    let mut read = Reader::new(typed);
    let signing = Signing {
        exporter_on: read.past_day("exporter_on", today),
        importer_on: read.past_day("importer_on", today),
        incorporated_by: read.optional("incorporated_by"),
        archived_copy: read.optional("archived_copy"),
        in_force_on: read.day("in_force_on"),
    };
    for (field, why) in signing.contradicted(version) {
        read.errors.add(field, why);
    }
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

/// What is recorded of signatures, as people read it.
pub fn said_signing(signing: &Signing) -> Said {
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, domain::words::day);
    Said::of([
        ("Signed by the exporter on", day(signing.exporter_on)),
        ("Signed by the importer on", day(signing.importer_on)),
        (
            "Taken in by reference",
            signing
                .incorporated_by
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
        ),
        (
            "Archived copy (SHA-256)",
            signing
                .archived_copy
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
        ),
        ("In force from", day(signing.in_force_on)),
    ])
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

    fn today() -> NaiveDate {
        "2026-11-01".parse().unwrap()
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
        let clauses = parse(&typed(&pairs), today()).unwrap();
        assert_eq!(clauses.subprocessors.len(), 1, "an empty row counts as none");
        assert_eq!(parse(&typed_from(&clauses), today()).unwrap(), clauses);
    }

    #[test]
    fn what_is_left_empty_is_missing_and_no_error() {
        let clauses = parse(&typed(&FIRST), today()).unwrap();
        assert!(clauses.is_blank());
        let errors = parse(&typed(&FIRST[..2]), today()).unwrap_err();
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
            let errors = parse(&typed(&pairs), today()).unwrap_err();
            assert!(errors.first(field).is_some(), "{field}");
        }
        let neither = [
            ("uk_kind", "IDTA_A1_0"),
            ("uk_may_end", "NEITHER"),
            ("uk_may_end", "IMPORTER"),
        ];
        let errors = parse(&typed(&[FIRST.as_slice(), &neither].concat()), today()).unwrap_err();
        assert!(errors.first("uk_may_end").is_some());
    }

    #[test]
    fn clauses_are_signed_or_taken_in_and_not_both() {
        let signing = |typed: &Typed| signing(typed, SccVersion::V2021, today());
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
        for in_force_on in ["2026-10-30", "2021-06-26"] {
            let before = [("exporter_on", "2026-10-31"), ("in_force_on", in_force_on)];
            let errors = signing(&typed(&before)).unwrap_err();
            assert!(errors.first("in_force_on").is_some(), "{in_force_on}");
        }
    }

    #[test]
    fn nobody_joins_tomorrow_and_nothing_begins_before_it_could_be_used() {
        for (field, day) in [
            ("acceded_on", "2026-11-02"),
            ("acceded_on", "2021-06-26"),
            ("uk_start_on", "2022-03-20"),
        ] {
            let mut pairs = FIRST.to_vec();
            pairs.extend([("docking", "yes"), ("uk_kind", "IDTA_A1_0"), (field, day)]);
            let errors = parse(&typed(&pairs), today()).unwrap_err();
            assert!(
                errors.first(field).is_some() && errors.len() == 1,
                "{field} {day}"
            );
        }
    }
}
