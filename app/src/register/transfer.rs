//! The form for one flow of data to one destination.

use domain::country::Place;
use domain::legal_record::{
    AdequacyReliance, Bcr, BcrKind, Derogation, Mechanism, MechanismKind, Origin, OtherSafeguard,
    OtherSafeguardKind, Transfer, UkInstrument, UkInstrumentKind,
};
use leptos::prelude::*;

use super::sheet::{Sheet, choices, folded, part};
use super::typed::{Reader, Typed};
use super::{clauses, framework};
use crate::ui::{Choice, FieldErrors};

/// The fields filled from a version.
pub fn typed_from(transfer: &Transfer) -> Typed {
    let mut typed = Typed::default();
    transfer
        .origins
        .iter()
        .for_each(|origin| typed.put("origins", origin));
    typed.put("destination", transfer.destination.label());
    typed.put("importer", &transfer.importer);
    typed.put("mechanism", transfer.mechanism.kind());
    match &transfer.mechanism {
        Mechanism::NoneRequired => {}
        Mechanism::Adequacy(adequacy) => {
            typed.put_some("adequacy_reference", adequacy.reference.as_ref());
            let answer = adequacy.in_scope.map_or("", |yes| if yes { "yes" } else { "no" });
            typed.put("adequacy_in_scope", answer);
            typed.put_some("adequacy_evidence", adequacy.scope_evidence.as_ref());
        }
        Mechanism::Dpf(reliance) => framework::fill(&mut typed, reliance),
        Mechanism::Scc(scc) => clauses::fill(&mut typed, "scc", scc),
        Mechanism::Bcr(bcr) => {
            typed.put("bcr_kind", bcr.kind);
            typed.put_some("bcr_approval", bcr.approval.as_ref());
            if bcr.covers_transfer {
                typed.put("bcr_covers", "yes");
            }
        }
        Mechanism::Other46(other) => {
            typed.put("other_kind", other.kind);
            typed.put_some("other_approval", other.approval.as_ref());
        }
        Mechanism::Art49(derogation) => typed.put_some("derogation_reason", derogation.reason.as_ref()),
    }
    if let Some(scc) = &transfer.fallback {
        typed.put("has_fallback", "yes");
        clauses::fill(&mut typed, "fallback", scc);
    }
    if let Some(uk) = &transfer.uk {
        typed.put("uk_kind", uk.kind);
        typed.put("uk_in_force_on", uk.in_force_on);
        if uk.tables_complete {
            typed.put("uk_tables", "yes");
        }
    }
    if transfer.swiss_adaptations {
        typed.put("swiss_adaptations", "yes");
    }
    typed
}

/// The transfer that was typed on top of an earlier version, or what is wrong with it. A permission under Article 49
/// is never typed: it is the data protection officer's, and falls when the reason changes.
pub fn parse(typed: &Typed, before: Option<&Transfer>) -> Result<Transfer, FieldErrors> {
    let mut read = Reader::new(typed);
    let origins = read.ticked::<Origin>("origins");
    if origins.is_empty() {
        read.errors.add("origins", "Tick where the data comes from");
    }
    let destination = Place::find(read.text("destination"));
    let destination = read.errors.take("destination", destination);
    let importer = read.required("importer");
    let mechanism = mechanism(&mut read, before);
    let fallback = read
        .is_ticked("has_fallback")
        .then(|| clauses::parse(&mut read, "fallback"))
        .flatten();
    let uk = uk(&mut read);
    match (destination, importer, mechanism) {
        (Some(destination), Some(importer), Some(mechanism)) if read.errors.is_empty() => Ok(Transfer {
            origins,
            destination,
            importer,
            mechanism,
            fallback,
            uk,
            swiss_adaptations: read.is_ticked("swiss_adaptations"),
        }),
        _ => Err(read.errors),
    }
}

fn mechanism(read: &mut Reader, before: Option<&Transfer>) -> Option<Mechanism> {
    let before = before.map(|transfer| &transfer.mechanism);
    Some(
        match read.chosen("mechanism", "Choose what allows the transfer")? {
            MechanismKind::NoneRequired => Mechanism::NoneRequired,
            MechanismKind::Adequacy => Mechanism::Adequacy(AdequacyReliance {
                reference: read.optional("adequacy_reference"),
                in_scope: read.yes_no("adequacy_in_scope").into_option(),
                scope_evidence: read.optional("adequacy_evidence"),
            }),
            MechanismKind::Dpf => Mechanism::Dpf(framework::parse(read)),
            MechanismKind::Scc => Mechanism::Scc(clauses::parse(read, "scc")?),
            MechanismKind::Bcr => Mechanism::Bcr(Bcr {
                kind: read.chosen::<BcrKind>("bcr_kind", "Choose whose data the rules cover")?,
                approval: read.optional("bcr_approval"),
                covers_transfer: read.is_ticked("bcr_covers"),
            }),
            MechanismKind::Other46 => Mechanism::Other46(OtherSafeguard {
                kind: read.chosen::<OtherSafeguardKind>("other_kind", "Choose which safeguard")?,
                approval: read.optional("other_approval"),
            }),
            MechanismKind::Art49 => {
                let reason = read.optional("derogation_reason");
                match before {
                    Some(Mechanism::Art49(derogation)) if derogation.reason == reason => {
                        Mechanism::Art49(derogation.clone())
                    }
                    _ => Mechanism::Art49(Derogation {
                        permitted_by: None,
                        permitted_on: None,
                        expires_on: None,
                        reason,
                    }),
                }
            }
        },
    )
}

fn uk(read: &mut Reader) -> Option<UkInstrument> {
    if read.text("uk_kind").is_empty() {
        return None;
    }
    let kind: Option<UkInstrumentKind> = read.chosen("uk_kind", "Choose the instrument");
    let in_force_on = read.required_day("uk_in_force_on");
    Some(UkInstrument {
        kind: kind?,
        in_force_on: in_force_on?,
        tables_complete: read.is_ticked("uk_tables"),
    })
}

/// The parts of the form.
pub fn fields(typed: &Typed, errors: &FieldErrors) -> AnyView {
    let sheet = Sheet { typed, errors };
    vec![
        part(
            "The transfer",
            "One flow of data to one country. Being able to reach data from there is a transfer to it.",
            vec![
                sheet.boxes("origins", "Under which law is the data exported?", "", choices!(Origin)),
                sheet.text("destination", "Destination", "A two-letter code or an English name, or “worldwide”. “EU” and “Europe” are regions, not countries."),
                sheet.text("importer", "Importing legal entity", "Exactly as in the contract or on the list it is certified under."),
                sheet.radio("mechanism", "What allows it?", "In this order: an adequacy decision, safeguards such as clauses, and a derogation only for a single occasion.", mechanisms()),
            ],
        ),
        folded("If an adequacy decision", typed.text("mechanism") == "ADEQUACY", vec![
            sheet.optional("adequacy_reference", "Decision relied on", "“(EU) 2026/179”, for example."),
            sheet.yes_no("adequacy_in_scope", "Is the importer within its scope?", "Asked where the decision covers only some: Brazil, Canada, Israel, Japan, Korea."),
            sheet.optional("adequacy_evidence", "What shows that?", ""),
        ]),
        folded("If the Data Privacy Framework (United States)", typed.text("mechanism") == "DPF", framework::fields(&sheet)),
        folded("If standard contractual clauses", typed.text("mechanism") == "SCC", clauses::fields(&sheet, "scc")),
        folded("If binding corporate rules", typed.text("mechanism") == "BCR", vec![
            sheet.radio("bcr_kind", "Whose data do they cover?", "Rules for controllers (BCR-C) do not cover what the group processes for us.", choices!(BcrKind)),
            sheet.optional("bcr_approval", "Approval by a supervisory authority", ""),
            sheet.tick("bcr_covers", "They cover this transfer", ""),
        ]),
        folded("If another safeguard under Article 46", typed.text("mechanism") == "OTHER_46", vec![
            sheet.select("other_kind", "Which", "", "Choose", choices!(OtherSafeguardKind)),
            sheet.optional("other_approval", "Reference of the code, certificate or approval", ""),
        ]),
        folded("If a derogation under Article 49", typed.text("mechanism") == "ART49", vec![
            sheet.area("derogation_reason", "Reason", "A paragraph at least (200 characters). The transfer stays blocked until the data protection officer permits it, for 30 days at most.", 6),
        ]),
        folded("Fallback: clauses that take over when the Data Privacy Framework falls", typed.is_ticked("has_fallback") || typed.text("mechanism") == "DPF", {
            let mut views = vec![sheet.tick("has_fallback", "There are such clauses", "")];
            views.extend(clauses::fields(&sheet, "fallback"));
            views
        }),
        folded("The leg from the United Kingdom or Switzerland", !typed.text("uk_kind").is_empty() || typed.is_ticked("swiss_adaptations"), vec![
            sheet.select("uk_kind", "UK instrument", "The EU clauses alone do not cover data exported under UK law.", "None", choices!(UkInstrumentKind)),
            sheet.day("uk_in_force_on", "In force from", ""),
            sheet.tick("uk_tables", "Its tables are filled", ""),
            sheet.tick("swiss_adaptations", "The clauses carry the Swiss adaptations", ""),
        ]),
    ]
    .into_any()
}

fn mechanisms() -> Vec<Choice> {
    choices!(MechanismKind)
}
