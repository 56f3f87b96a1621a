//! Steps 5 and 6: implement and conclude (part F); review and disclosure (parts H and I).

use domain::legal_record::{Tia, TiaType};
use domain::trigger::TriggerKind;
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::sheet::{Sheet, choices, part, sentence};
use crate::register::typed::Reader;
use crate::ui::Choice;

use super::put_lines;

pub fn fill(tia: &Tia, typed: &mut Typed) {
    typed.put_some("outcome", tia.outcome.as_ref());
    typed.put_some("decision_reason", tia.conclusion.reason.as_ref());
    typed.put_some("residual_risk", tia.conclusion.residual_risk.as_ref());
    put_lines(typed, "conditions", &tia.conclusion.conditions);
}

pub fn read(read: &mut Reader, tia: &mut Tia) {
    tia.outcome = read.optional("outcome");
    tia.conclusion.reason = read.optional("decision_reason");
    tia.conclusion.residual_risk = read.optional("residual_risk");
    tia.conclusion.conditions = read.lines("conditions");
}

pub fn fields(sheet: &Sheet, tia_type: TiaType) -> AnyView {
    let outcomes = tia_type
        .outcomes()
        .iter()
        .map(|outcome| Choice::new(outcome.as_str(), sentence(outcome.label())))
        .collect();
    part(
        "Conclusion",
        "",
        vec![
            sheet.radio(
                "outcome",
                "What it came to",
                "With measures: allowed once every measure is in place. A gate stays red until then.",
                outcomes,
            ),
            sheet.area("decision_reason", "Reason for the outcome", "", 4),
            sheet.area("residual_risk", "Risk that is left", "", 3),
            sheet.area(
                "conditions",
                "Conditions and steps to take",
                "One a line: who does what until when.",
                3,
            ),
        ],
    )
}

pub fn fill_review(tia: &Tia, typed: &mut Typed) {
    typed.put_some("next_review_on", tia.next_review_on.as_ref());
    for kind in &tia.triggers_watched {
        typed.put("triggers_watched", kind);
    }
    typed.put_some("customer_summary", tia.customer_summary.as_ref());
    typed.put_some("redaction_notes", tia.redaction_notes.as_ref());
}

pub fn read_review(read: &mut Reader, tia: &mut Tia) {
    tia.next_review_on = read.day("next_review_on");
    tia.triggers_watched = read.ticked("triggers_watched");
    tia.customer_summary = read.optional("customer_summary");
    tia.redaction_notes = read.optional("redaction_notes");
}

/// `latest` says until when it must be reviewed again.
pub fn review_fields(sheet: &Sheet, latest: &str) -> AnyView {
    vec![
        part("Review", "", vec![
            sheet.day("next_review_on", "Reviewed again on", latest),
            sheet.boxes("triggers_watched", "Events that are watched", "Each opens a review before that day.", choices!(TriggerKind)),
        ]),
        part("What others get", "", vec![
            sheet.area("customer_summary", "What customers are told", "One or two sentences that may be published. Name nobody, and no secret of the importer.", 2),
            sheet.area("redaction_notes", "What the redacted export leaves out", "Names, sources of counsel and evidence are left out by themselves. Say what else was kept out of the text, and why.", 2),
        ]),
    ]
    .into_any()
}
