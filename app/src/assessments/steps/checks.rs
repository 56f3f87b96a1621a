//! The five questions that come first.

use domain::legal_record::{Check, Tia, TiaType};
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::sheet::{Sheet, part};
use crate::register::typed::Reader;

use super::put_yes_no;

pub fn fill(tia: &Tia, typed: &mut Typed) {
    put_yes_no(typed, "is_transfer", tia.checks.is_transfer);
    put_yes_no(typed, "is_needed", tia.checks.is_needed);
    typed.put_some("responsible", tia.checks.responsible.as_ref());
    typed.put_some("scope", tia.checks.scope.as_ref());
    put_yes_no(typed, "is_compliant", tia.checks.is_compliant);
}

pub fn read(read: &mut Reader, tia: &mut Tia) {
    tia.checks.is_transfer = read.yes_no("is_transfer").into_option();
    tia.checks.is_needed = read.yes_no("is_needed").into_option();
    tia.checks.responsible = read.optional("responsible");
    tia.checks.scope = read.optional("scope");
    tia.checks.is_compliant = read.yes_no("is_compliant").into_option();
}

pub fn fields(sheet: &Sheet, tia_type: TiaType) -> AnyView {
    let intro = match tia_type {
        TiaType::Full46 | TiaType::UkTra | TiaType::Ch => {
            "If one of these answers does not fit, another kind of assessment does, or something else comes first."
        }
        _ => "A note still answers the five questions: they are why it can be short.",
    };
    let name = |check: Check| (check.as_str(), check.label());
    let (transfer, needed, responsible) = (
        name(Check::Transfer),
        name(Check::Needed),
        name(Check::Responsible),
    );
    let (scope, compliant) = (name(Check::Scope), name(Check::Compliant));
    part("Before you start", intro, vec![
        sheet.yes_no(transfer.0, transfer.1, "Data leaves the EEA, or can be reached from outside: support and remote access count."),
        sheet.yes_no(needed.0, needed.1, "Needed where the transfer rests on Article 46. Not where adequacy covers it, or nothing is transferred."),
        sheet.text(responsible.0, responsible.1, "A function or department: the exporter is responsible, and the importer helps (clause 14(c))."),
        sheet.area(scope.0, scope.1, "Which flows, which products, which recipients after the importer.", 3),
        sheet.yes_no(compliant.0, compliant.1, "Legal basis, minimisation, information, agreement under Article 28."),
    ])
}
