//! The form for a security assessment.

use domain::id::StaffId;
use domain::legal_record::{AssessmentResult, SecurityAssessment};
use leptos::prelude::*;

use super::sheet::{Sheet, choices, part};
use super::typed::{Reader, Typed};
use crate::ui::FieldErrors;

/// The fields filled from a version.
pub fn typed_from(assessment: &SecurityAssessment) -> Typed {
    let mut typed = Typed::default();
    typed.put("result", assessment.result);
    typed.put("assessed_on", assessment.assessed_on);
    typed.put("valid_to", assessment.valid_to);
    typed.put_some("guarantees", assessment.guarantees.as_ref());
    typed.put_some("summary", assessment.summary.as_ref());
    typed
}

/// The assessment that `assessor` typed, or what is wrong with it.
pub fn parse(typed: &Typed, assessor: StaffId) -> Result<SecurityAssessment, FieldErrors> {
    let mut read = Reader::new(typed);
    let result = read.chosen("result", "Choose the result");
    let assessed_on = read.required_day("assessed_on");
    let valid_to = read.required_day("valid_to");
    let guarantees = read.optional("guarantees");
    let summary = read.optional("summary");
    if let (Some(from), Some(to)) = (assessed_on, valid_to) {
        if to < from {
            read.errors.add("valid_to", "It would expire before it was made");
        } else if (to - from).num_days() > 3 * 366 {
            read.errors
                .add("valid_to", "An assessment counts for three years at most");
        }
    }
    match (result, assessed_on, valid_to) {
        (Some(result), Some(assessed_on), Some(valid_to)) if read.errors.is_empty() => {
            Ok(SecurityAssessment {
                result,
                assessor,
                assessed_on,
                valid_to,
                guarantees,
                summary,
            })
        }
        _ => Err(read.errors),
    }
}

/// The parts of the form.
pub fn fields(typed: &Typed, errors: &FieldErrors) -> AnyView {
    let sheet = Sheet { typed, errors };
    part(
        "The assessment",
        "",
        vec![
            sheet.radio("result", "Result", "", choices!(AssessmentResult)),
            sheet.day("assessed_on", "Assessed on", ""),
            sheet.day(
                "valid_to",
                "Counts until",
                "The last day. After it the gate is red until somebody assesses again.",
            ),
            sheet.area(
                "guarantees",
                "Guarantees",
                "Certificates and measures in some sentences. Customers read this in notices.",
                3,
            ),
            sheet.area(
                "summary",
                "What was looked at",
                "For staff and auditors; conditions, if there are any.",
                5,
            ),
        ],
    )
}
