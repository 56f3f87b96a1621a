//! Assessments under UK and Swiss law: each serves what is exported under its own law, and judges law and practice as a
//! full one does.

use domain::legal_record::{ClausesField, ClausesPart, SwissPoint};

use super::*;

/// A vendor in the United States whose data goes there by clauses and is exported under one law only, which they carry.
async fn exported_under(editor: &Client, approver: &Client, origin: &str) -> String {
    let form = with(
        &company("Acme Inc.", "USA"),
        &with(&engagement("US"), &[("service", "Speech")]),
    );
    let opened = editor.post("/staff/register/new", &form).await;
    let path = opened.location().to_owned();
    let mut carried = vec![("origins", "EEA_EFTA"), ("origins", origin)];
    if origin == "UK" {
        carried.extend([
            ("uk_kind", "ADDENDUM_B1_0"),
            ("uk_start_on", "2026-11-01"),
            ("uk_may_end", "NEITHER"),
        ]);
        let tables = ClausesField::ALL.iter().filter(|f| f.part() == ClausesPart::Uk);
        carried.extend(tables.map(|field| (field.as_str(), "See Annex I.A")));
    } else {
        carried.extend(SwissPoint::ALL.iter().map(|point| ("swiss", point.as_str())));
    }
    in_force(editor, approver, &path, &carried).await;
    let transfer = [
        ("seen", "0"),
        ("origins", origin),
        ("destination", "usa"),
        ("importer", "Acme Inc."),
        ("importer_subject", "no"),
        ("mechanism", "SCC"),
        ("scc", "1"),
    ];
    done(editor, &format!("{path}/transfer"), &transfer).await;
    path
}

/// Writes one step.
async fn write(editor: &Client, path: &str, step: &str, answers: &[(&str, &str)]) {
    let saved = editor.fill(&format!("{path}/tia/1/{step}"), answers).await;
    assert_eq!(saved.status, 303, "{step}: {}", text(&saved));
}

/// From nothing to a green gate, by an assessment of a kind alone.
async fn serves(app: &TestApp, kind: &str, origin: &str) {
    let editor = app.signed_in(Role::LegalEditor).await;
    let approver = app.signed_in(Role::LegalApprover).await;
    let path = exported_under(&editor, &approver, origin).await;
    know_the_united_states(&editor, &approver).await;
    assert_eq!(tia_codes(&editor.get(&path).await), "TIA_MISSING");
    let form = [("tia_type", kind), ("destinations", "United States")];
    let started = editor.post(&format!("{path}/tia"), &form).await;
    assert_eq!(started.location(), format!("{path}/tia/1/checks"));
    for (step, answers) in STEPS {
        let mut answers = answers.to_vec();
        match step {
            "law" => continue,
            "checks" => answers.push(("is_needed", "yes")),
            "measures" => answers.extend([
                ("measure_status_1", "IMPLEMENTED"),
                ("measure_evidence_1", "Key ceremony of 2 November"),
            ]),
            _ => {}
        }
        write(&editor, &path, step, &answers).await;
    }
    let review = format!("{path}/tia/1/review");
    let refused = editor.fill(&review, &[("act", "hand-in")]).await;
    assert_eq!(refused.status, 422, "no law was judged");
    assert!(
        text(&refused).contains("FISA 702 is not judged"),
        "{}",
        text(&refused)
    );
    let (_, law) = STEPS.iter().find(|(step, _)| *step == "law").unwrap();
    write(&editor, &path, "law", law).await;
    let handed_in = editor.fill(&review, &[("act", "hand-in")]).await;
    assert_eq!(handed_in.status, 303, "{}", text(&handed_in));
    assert_eq!(tia_codes(&editor.get(&path).await), "TIA_NOT_APPROVED");
    let page = done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
    assert_eq!(tia_codes(&page), "");
    let codes = red(&editor.get(&path).await);
    for about_transfers in ["NO_VALID_MECHANISM", "UK_INSTRUMENT_MISSING", "SCC_ANNEX"] {
        assert!(!codes.contains(&about_transfers.to_owned()), "{codes:?}");
    }
}

both! {
    async fn a_uk_risk_assessment_alone_serves_what_is_exported_under_uk_law(app: TestApp) {
        serves(&app, "UK_TRA", "UK").await;
    }

    async fn a_swiss_assessment_alone_serves_what_is_exported_under_swiss_law(app: TestApp) {
        serves(&app, "CH", "CH").await;
    }
}
