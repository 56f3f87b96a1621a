//! Standard contractual clauses as part of the transfer form: once as the mechanism, once as the fallback.

use domain::legal_record::{Annex, Clause9, Scc, SccModule, SccState, SccVersion};
use leptos::prelude::*;

use super::sheet::{Sheet, choices};
use super::typed::{Reader, Typed};

pub(super) fn fill(typed: &mut Typed, of: &str, scc: &Scc) {
    typed.put(format!("{of}_version"), scc.version);
    typed.put(format!("{of}_module"), scc.module);
    typed.put(format!("{of}_state"), scc.state);
    typed.put(format!("{of}_clause_9"), scc.clause_9);
    for annex in &scc.complete_annexes {
        typed.put(format!("{of}_annexes"), annex);
    }
    if scc.modified {
        typed.put(format!("{of}_modified"), "yes");
    }
    typed.put_some(&format!("{of}_in_force_on"), scc.in_force_on.as_ref());
    typed.put_some(&format!("{of}_archived_copy"), scc.archived_copy.as_ref());
}

pub(super) fn parse(read: &mut Reader, of: &str) -> Option<Scc> {
    let name = |field: &str| format!("{of}_{field}");
    let version: Option<SccVersion> = read.chosen(&name("version"), "Choose which clauses");
    let module: Option<SccModule> = read.chosen(&name("module"), "Choose the module");
    let state: Option<SccState> = read.chosen(&name("state"), "Choose how far they are");
    let clause_9: Option<Clause9> = read.chosen(&name("clause_9"), "Choose the option");
    let complete_annexes = read.ticked(&name("annexes"));
    let in_force_on = read.day(&name("in_force_on"));
    if state == Some(SccState::InForce)
        && in_force_on.is_none()
        && read.errors.first(&name("in_force_on")).is_none()
    {
        read.errors
            .add(name("in_force_on"), "Say since when the clauses are in force");
    }
    Some(Scc {
        archived_copy: read.optional(&name("archived_copy")),
        modified: read.is_ticked(&name("modified")),
        version: version?,
        module: module?,
        state: state?,
        clause_9: clause_9?,
        complete_annexes,
        in_force_on,
    })
}

pub(super) fn fields(sheet: &Sheet, of: &str) -> Vec<AnyView> {
    let name = |field: &str| format!("{of}_{field}");
    vec![
        sheet.select(&name("version"), "Which clauses", "Older sets than 2021/914 ended on 27 December 2022.", "Choose", choices!(SccVersion)),
        sheet.select(&name("module"), "Module", "We process for our customers, so a subprocessor outside the EEA needs Module 3.", "Choose", choices!(SccModule)),
        sheet.select(&name("state"), "How far are they?", "Only clauses in force open the gate. Clauses taken in by reference count as signed once the text is archived.", "Choose", choices!(SccState)),
        sheet.select(&name("clause_9"), "Clause 9(a)", "", "Choose", choices!(Clause9)),
        sheet.boxes(&name("annexes"), "Annexes that are complete", "Annex III only with option 1 of clause 9(a).", choices!(Annex)),
        sheet.tick(&name("modified"), "The text of the clauses was altered", "Clause 2 forbids that; the gate stays red."),
        sheet.day(&name("in_force_on"), "In force from", ""),
        sheet.optional(&name("archived_copy"), "SHA-256 of the archived text", ""),
    ]
}
