//! A legal paper as label and text: to read it before deciding on it, and to see what two versions differ in.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::facts::{list, yes_no};
use domain::legal_record::{
    ChangeFeed, Contract, DpfReliance, FlowDown, LegalRecord, Mechanism, SecurityAssessment, Transfer,
};
use domain::words::day;
use leptos::prelude::*;

use super::engagement_page::Difference;
use super::sheet::sentence;
use crate::ui::{Fact, Facts, Reader, StatedList};

/// A label and what is recorded under it; nothing is unknown.
pub type Line = (String, Vec<String>);

/// Everything a paper says, in reading order.
pub fn lines(record: &LegalRecord) -> Vec<Line> {
    match record {
        LegalRecord::Contract(body) => contract(body),
        LegalRecord::SecurityAssessment(body) => security(body),
        LegalRecord::Transfer(body) => transfer(body),
        LegalRecord::Scc(body) => super::clauses::lines(body),
        LegalRecord::Tia(body) => crate::assessments::paper::lines(body),
    }
}

/// What two versions differ in.
pub fn differences(before: &LegalRecord, after: &LegalRecord) -> Vec<Difference> {
    differences_of(lines(before), lines(after))
}

/// What two lists of lines differ in.
pub(crate) fn differences_of(before: Vec<Line>, after: Vec<Line>) -> Vec<Difference> {
    let text = |lines: &[Line], label: &str| {
        lines
            .iter()
            .find(|(other, _)| other == label)
            .map_or_else(String::new, |(_, values)| list(values))
    };
    let mut labels: Vec<&String> = after.iter().map(|(label, _)| label).collect();
    labels.extend(
        before
            .iter()
            .map(|(label, _)| label)
            .filter(|label| after.iter().all(|(other, _)| other != *label)),
    );
    labels
        .into_iter()
        .map(|label| Difference {
            label: label.clone(),
            before: text(&before, label),
            after: text(&after, label),
        })
        .filter(|difference| difference.before != difference.after)
        .collect()
}

/// The lines as a list of terms.
pub fn paper_list(record: &LegalRecord) -> AnyView {
    let facts = lines(record)
        .into_iter()
        .map(|(label, values)| {
            view! {
                <Fact term=label>
                    <StatedList values=values reader=Reader::Staff />
                </Fact>
            }
        })
        .collect_view();
    view! { <Facts>{facts}</Facts> }.into_any()
}

pub(super) fn line(label: &str, value: impl Into<String>) -> Line {
    (label.to_owned(), vec![value.into()])
}

pub(super) fn optional<T: ToString>(label: &str, value: Option<&T>) -> Line {
    (
        label.to_owned(),
        value.map(ToString::to_string).into_iter().collect(),
    )
}

pub(super) fn dated(label: &str, value: Option<NaiveDate>) -> Line {
    (label.to_owned(), value.map(day).into_iter().collect())
}

pub(super) fn said(label: &str, value: bool) -> Line {
    line(label, sentence(&yes_no(value)))
}

pub(super) fn labels<T>(items: &BTreeSet<T>, label: impl Fn(&T) -> &'static str) -> Vec<String> {
    items.iter().map(|item| sentence(label(item))).collect()
}

fn contract(contract: &Contract) -> Vec<Line> {
    let absent: Vec<String> = FlowDown::ALL
        .iter()
        .filter(|term| !contract.flow_down.contains(term))
        .map(|term| sentence(term.label()))
        .collect();
    let mut lines = vec![
        line("Legal entity that signed", contract.entity_name.as_str()),
        optional("Title or reference", contract.reference.as_ref()),
        dated("Signed on", contract.signed_on),
        dated("In force from", contract.effective_on),
    ];
    if let Some(invoice) = &contract.invoice_entity_name {
        lines.push(line("Legal entity on the invoice", invoice.as_str()));
    }
    if contract.ends_on.is_some() {
        lines.push(dated("Ends on", contract.ends_on));
    }
    lines.push((
        "It passes on".to_owned(),
        labels(&contract.flow_down, |term| term.label()),
    ));
    if !absent.is_empty() {
        lines.push(("It does not pass on".to_owned(), absent));
    }
    lines.extend([
        line(
            "Use for purposes of its own",
            sentence(contract.own_purpose.label()),
        ),
        optional(
            "Days of notice of its own changes",
            contract.vendor_notice_days.as_ref(),
        ),
        change_feed(contract.change_feed.as_ref()),
        optional("SHA-256 of the archived copy", contract.archived_copy.as_ref()),
        dated("Retrieved on", contract.retrieved_on),
    ]);
    lines
}

fn change_feed(feed: Option<&ChangeFeed>) -> Line {
    let text = feed.map(|feed| {
        let tested = feed.tested_on.map_or_else(
            || "never seen to work".to_owned(),
            |tested| format!("last seen to work on {}", day(tested)),
        );
        let page = feed
            .page
            .as_ref()
            .map_or_else(String::new, |page| format!(", read once a day: {page}"));
        format!(
            "{}, looked after by {}, {tested}{page}",
            sentence(feed.channel.label()),
            feed.owner
        )
    });
    optional("Subscription to its own changes", text.as_ref())
}

fn security(assessment: &SecurityAssessment) -> Vec<Line> {
    let mut lines = vec![line("Result", sentence(assessment.result.label()))];
    if assessment.conditions.is_some() {
        lines.push(optional("Conditions", assessment.conditions.as_ref()));
    }
    lines.extend([
        line("Assessed on", day(assessment.assessed_on)),
        line("Counts until", day(assessment.valid_to)),
        optional("Guarantees", assessment.guarantees.as_ref()),
        optional("What was looked at", assessment.summary.as_ref()),
    ]);
    if !assessment.evidence.is_empty() {
        let files = assessment.evidence.iter().map(ToString::to_string).collect();
        lines.push(("SHA-256 of its files".to_owned(), files));
    }
    for (question, given) in assessment.answers.iter().flat_map(|answers| &answers.given) {
        let answer = sentence(given.answer.label());
        let text = given
            .text
            .as_ref()
            .map_or(answer.clone(), |text| format!("{answer}: {text}"));
        lines.push(line(question.label(), text));
    }
    lines
}

fn transfer(transfer: &Transfer) -> Vec<Line> {
    let mut lines = vec![
        (
            "Exported under the law of".to_owned(),
            labels(&transfer.origins, |origin| origin.label()),
        ),
        line("Destination", transfer.destination.label()),
        line("Importing legal entity", transfer.importer.as_str()),
        (
            "Importer subject to the GDPR itself".to_owned(),
            transfer
                .importer_subject_to_gdpr
                .get()
                .map(|yes| sentence(&yes_no(*yes)))
                .into_iter()
                .collect(),
        ),
        line("What allows it", sentence(transfer.mechanism.kind().label())),
    ];
    if let Some(number) = transfer.onward_of {
        lines.push(line("Goes on from", format!("Transfer {number}")));
    }
    match &transfer.mechanism {
        Mechanism::NoneRequired => {}
        Mechanism::Adequacy(adequacy) => lines.extend([
            optional("Decision relied on", adequacy.reference.as_ref()),
            (
                "Importer within its scope".to_owned(),
                adequacy
                    .in_scope
                    .map(|yes| sentence(&yes_no(yes)))
                    .into_iter()
                    .collect(),
            ),
            optional("What shows that", adequacy.scope_evidence.as_ref()),
        ]),
        Mechanism::Dpf(reliance) => lines.extend(framework(reliance)),
        Mechanism::Scc(reliance) => lines.push(line("Clauses", format!("Set {}", reliance.clauses))),
        Mechanism::Bcr(bcr) => lines.extend([
            line("Rules", bcr.kind.label()),
            optional("Approval of the rules", bcr.approval.as_ref()),
            said("They cover this transfer", bcr.covers_transfer),
        ]),
        Mechanism::Other46(other) => {
            lines.extend([
                line("Safeguard", sentence(other.kind.label())),
                optional("Its reference", other.approval.as_ref()),
            ]);
        }
        Mechanism::Art49(derogation) => lines.extend([
            optional("Reason for the derogation", derogation.reason.as_ref()),
            dated("Permitted on", derogation.permitted_on),
            dated("Permitted until", derogation.expires_on),
        ]),
    }
    if let Some(reliance) = &transfer.fallback {
        lines.push(line("Clauses in reserve", format!("Set {}", reliance.clauses)));
    }
    lines
}

fn framework(reliance: &DpfReliance) -> Vec<Line> {
    let data: Vec<String> = [
        (reliance.non_hr_data, "Non-HR data"),
        (reliance.hr_data, "HR data"),
    ]
    .into_iter()
    .filter(|(is_sent, _)| *is_sent)
    .map(|(_, label)| label.to_owned())
    .collect();
    vec![("Data transferred".to_owned(), data)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::legal_record::OwnPurpose;
    use domain::text::Name;

    #[test]
    fn two_versions_differ_in_what_was_changed_and_nothing_else() {
        let before = Contract {
            entity_name: Name::parse("Acme GmbH").unwrap(),
            invoice_entity_name: None,
            reference: None,
            effective_on: None,
            ends_on: None,
            flow_down: BTreeSet::new(),
            own_purpose: OwnPurpose::None,
            archived_copy: None,
            retrieved_on: None,
            vendor_notice_days: None,
            signed_on: None,
            change_feed: None,
        };
        let after = Contract {
            ends_on: "2027-01-31".parse().ok(),
            vendor_notice_days: Some(14),
            ..before.clone()
        };
        let found = differences(
            &LegalRecord::Contract(before.clone()),
            &LegalRecord::Contract(after),
        );
        let found: Vec<_> = found
            .iter()
            .map(|d| (d.label.as_str(), d.before.as_str(), d.after.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("Ends on", "", "Sunday 31 January 2027"),
                ("Days of notice of its own changes", "none", "14"),
            ]
        );
        let same = LegalRecord::Contract(before);
        assert_eq!(differences(&same, &same), []);
    }
}
