//! A set of clauses as label and text.

use domain::facts::yes_no;
use domain::legal_record::{Clauses, ClausesField, ClausesPart};
use domain::words::day;

use super::super::paper::{Line, dated, labels, line, optional, said};
use super::super::sheet::sentence;

/// Everything it says, in reading order; what is empty is unknown. Where it stands is added by its page.
pub fn lines(clauses: &Clauses) -> Vec<Line> {
    let o = &clauses.options;
    let answer = |label: &str, answer: Option<bool>| -> Line {
        let text = answer.map(|yes| sentence(&yes_no(yes)));
        (label.to_owned(), text.into_iter().collect())
    };
    let word = |label: &str, word: Option<&'static str>| -> Line {
        (label.to_owned(), word.map(sentence).into_iter().collect())
    };
    let (exporter, importer) = clauses.module.roles();
    let mut lines = vec![
        (
            "Exported under the law of".to_owned(),
            labels(&clauses.origins, |origin| origin.label()),
        ),
        line(
            "Clauses",
            format!("{}, {}", clauses.version.label(), clauses.module.label()),
        ),
        line(
            "Roles",
            format!("Exporter: {}; importer: {}", exporter.label(), importer.label()),
        ),
    ];
    if clauses.modified {
        lines.push(said("Text altered", true));
    }
    lines.push(answer("Clause 7: others may join", o.docking));
    lines.extend(
        o.acceded_on
            .map(|joined| line("Clause 7: joined on", day(joined))),
    );
    lines.extend([
        word("Clause 9(a)", o.clause_9.map(|c| c.label())),
        optional(
            "Clause 9(a): period",
            o.clause_9_period.map(|p| p.in_words()).as_ref(),
        ),
        answer("Clause 11(a): dispute resolution body", o.dispute_body),
        word("Clause 13(a)", o.clause_13.map(|c| c.label())),
        word("Clause 17", o.clause_17.map(|c| c.label())),
        optional("Clause 17: law of", o.governing_law.map(|c| c.label()).as_ref()),
        optional("Clause 18: courts of", o.forum.map(|c| c.label()).as_ref()),
    ]);
    let has_uk = clauses.uk.is_some();
    for field in ClausesField::ALL
        .iter()
        .filter(|f| has_uk || f.part() != ClausesPart::Uk)
    {
        if *field == ClausesField::SensitiveData {
            lines.push(answer("Sensitive data", clauses.is_sensitive));
        }
        if *field == ClausesField::Nature {
            lines.push(word("Frequency", clauses.frequency.map(|f| f.label())));
        }
        let is_asked = !matches!(
            field,
            ClausesField::SensitiveData | ClausesField::SensitiveSafeguards
        ) || clauses.is_sensitive == Some(true);
        if is_asked || clauses.texts.contains_key(field) {
            lines.push(optional(field.label(), clauses.texts.get(field)));
        }
    }
    for (area, text) in &clauses.measures {
        lines.push(line(area.label(), text.as_str()));
    }
    let empty = || "not filled".to_owned();
    for (at, listed) in clauses.subprocessors.iter().enumerate() {
        let text = [
            listed.name.as_ref().map_or_else(empty, ToString::to_string),
            listed
                .address
                .as_ref()
                .map_or_else(empty, |a| a.as_str().replace('\n', ", ")),
            listed.contact.as_ref().map_or_else(empty, ToString::to_string),
            listed
                .description
                .as_ref()
                .map_or_else(empty, ToString::to_string),
        ];
        lines.push(line(&format!("Subprocessor {}", at + 1), text.join("; ")));
    }
    if let Some(uk) = &clauses.uk {
        lines.push(line("UK instrument", uk.kind.label()));
        lines.push((
            "UK instrument: start date".to_owned(),
            uk.start_on.map(day).into_iter().collect(),
        ));
        lines.push((
            "May end it when the template changes".to_owned(),
            labels(&uk.may_end, |end| end.label()),
        ));
    }
    if !clauses.swiss.is_empty() {
        lines.push((
            "Swiss adaptations".to_owned(),
            labels(&clauses.swiss, |point| point.label()),
        ));
    }
    let signing = &clauses.standing.signing;
    if clauses.standing.state.was_agreed() || *signing != domain::legal_record::Signing::default() {
        match &signing.incorporated_by {
            Some(clause) => lines.push(line("Taken in by", clause.as_str())),
            None => lines.extend([
                dated("Signed by the exporter", signing.exporter_on),
                dated("Signed by the importer", signing.importer_on),
            ]),
        }
        lines.push(optional(
            "SHA-256 of the archived text",
            signing.archived_copy.as_ref(),
        ));
        lines.push(dated("In force from", signing.in_force_on));
    }
    lines
}
