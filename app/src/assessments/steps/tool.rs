//! Step 2: identify the tool (part C).

use domain::legal_record::{MechanismKind, SccModule, Tia, TiaType};
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::sheet::{Sheet, choices, part};
use crate::register::typed::Reader;

pub fn fill(tia: &Tia, typed: &mut Typed) {
    typed.put_some("mechanism", tia.tool.mechanism.as_ref());
    typed.put_some("instrument", tia.tool.instrument.as_ref());
    typed.put_some("module", tia.tool.module.as_ref());
    typed.put_some("clause_options", tia.tool.clause_options.as_ref());
    typed.put_some("in_force_on", tia.tool.in_force_on.as_ref());
    typed.put_some("fallback", tia.tool.fallback.as_ref());
}

pub fn read(read: &mut Reader, tia: &mut Tia) {
    tia.tool.mechanism = read.optional("mechanism");
    let misfit = |mechanism| tia.tia_type.misfit(mechanism);
    if let Some(why) = tia.tool.mechanism.and_then(misfit) {
        read.errors.add("mechanism", why);
    }
    tia.tool.instrument = read.optional("instrument");
    tia.tool.module = read.optional("module");
    tia.tool.clause_options = read.optional("clause_options");
    tia.tool.in_force_on = read.day("in_force_on");
    tia.tool.fallback = read.optional("fallback");
}

pub fn fields(sheet: &Sheet, tia_type: TiaType) -> AnyView {
    let mechanism = sheet.radio(
        "mechanism",
        "What allows the transfer?",
        "",
        choices!(MechanismKind),
    );
    let fields = if matches!(tia_type, TiaType::EeaNote | TiaType::ParentAccessNote) {
        vec![mechanism]
    } else {
        vec![
            mechanism,
            sheet.text(
                "instrument",
                "Instrument and version",
                "For example: 2021/914, (EU) 2023/1795.",
            ),
            sheet.select(
                "module",
                "Module",
                "For clauses.",
                "No clauses",
                choices!(SccModule),
            ),
            sheet.text(
                "clause_options",
                "Options taken in the clauses",
                "7, 9(a), 11, 13, 17 and 18.",
            ),
            sheet.day("in_force_on", "In force since", ""),
            sheet.text(
                "fallback",
                "What takes over when it falls",
                "For the Data Privacy Framework: clauses that stand ready.",
            ),
        ]
    };
    part(
        "The transfer tool",
        "As the register has it; put it right there first if it is wrong.",
        fields,
    )
}
