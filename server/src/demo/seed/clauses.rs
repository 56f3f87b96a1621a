//! A complete set of clauses with the invented vendor in the United States, signed and in force.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};
use domain::digest::Digest;
use domain::id::{EngagementId, RecordId, StaffId};
use domain::legal_record::{
    Clause9, Clause13, Clause17, ClauseOptions, Clauses, ClausesField as F, Frequency, LegalRecord,
    MeasureArea, Origin, SccEvent, SccModule, SccState, SccVersion, Signing,
};

use super::{People, Result, value};
use crate::AppState;
use crate::store::Tx;
use crate::store::clause_states::{NewClauseState, append_clause_state};
use crate::store::legal_records::{NewRecord, append_record};

const TEXTS: [(F, &str); 22] = [
    (F::ExporterName, "Tindra Cloud AS"),
    (F::ExporterAddress, "Eksempelgata 1\n0150 Oslo\nNorway"),
    (F::ExporterContact, "Privacy office"),
    (F::ExporterPosition, "Privacy office"),
    (F::ExporterDetails, "privacy@publisher.example"),
    (
        F::ExporterActivities,
        "Provides the platform in which customers keep and search documents.",
    ),
    (F::ExporterDpo, "Privacy office, privacy@publisher.example"),
    (F::ExporterRepresentative, "none"),
    (F::ImporterName, "Brightwave Speech Inc."),
    (
        F::ImporterAddress,
        "1 Example Way\nSan Francisco, CA 94105\nUnited States",
    ),
    (F::ImporterContact, "Privacy team"),
    (F::ImporterPosition, "Privacy team"),
    (F::ImporterDetails, "privacy@brightwave.example"),
    (
        F::ImporterActivities,
        "Turns recorded speech into text; recordings are not kept.",
    ),
    (F::DataSubjects, "Users of the customer\nContacts of the customer"),
    (
        F::DataCategories,
        "Names\nWork e-mail addresses\nContents of documents",
    ),
    (
        F::Nature,
        "Transcription of recorded meetings by automated means.",
    ),
    (
        F::Purpose,
        "Transcription of recorded meetings at the customer's request; no further processing.",
    ),
    (
        F::Retention,
        "Recordings are deleted when their transcription is handed over, at the latest after one hour.",
    ),
    (F::SubprocessingSubject, "none"),
    (F::SubprocessingNature, "none"),
    (F::SubprocessingDuration, "none"),
];

const MEASURES: [(MeasureArea, &str); 4] = [
    (
        MeasureArea::Encryption,
        "TLS 1.3 for every connection; recordings are encrypted with AES-256 with a key per customer that is discarded with the recording.",
    ),
    (
        MeasureArea::Access,
        "Staff of the importer reach no recording in normal operation; access in an incident needs two people, is limited to the case and is logged.",
    ),
    (
        MeasureArea::Logging,
        "Every request is logged without contents; logs are kept for 90 days and reviewed weekly by the importer's security team.",
    ),
    (
        MeasureArea::Assistance,
        "Requests of data subjects are forwarded to the exporter within two working days; the importer deletes on instruction and confirms in writing.",
    ),
];

/// Module 3 for exports from Norway and the Union.
fn set(authority: &str) -> Result<Clauses> {
    let mut clauses = Clauses::of(
        BTreeSet::from([Origin::Eu, Origin::EeaEfta]),
        SccVersion::V2021,
        SccModule::Three,
    );
    clauses.options = ClauseOptions {
        docking: Some(true),
        acceded_on: None,
        clause_9: Some(Clause9::General),
        clause_9_period: Some(value("30d")?),
        dispute_body: Some(false),
        clause_13: Some(Clause13::Established),
        clause_17: Some(Clause17::Chosen),
        governing_law: Some(value("NO")?),
        forum: Some(value("NO")?),
    };
    let mut texts = BTreeMap::from([(F::Authority, value(authority)?)]);
    for (field, text) in TEXTS {
        texts.insert(field, value(text)?);
    }
    clauses.texts = texts;
    clauses.is_sensitive = Some(false);
    clauses.frequency = Some(Frequency::Continuous);
    for (area, text) in MEASURES {
        clauses.measures.insert(area, value(text)?);
    }
    Ok(clauses)
}

/// Set 1 of an engagement, signed by both parties and confirmed by a second person.
pub async fn add(
    tx: &mut Tx,
    state: &AppState,
    id: EngagementId,
    people: &People,
    day: NaiveDate,
    copy: Digest,
) -> Result<()> {
    let now = state.clock.now();
    let (editor, approver): (StaffId, StaffId) = (people.editor.into(), people.approver.into());
    let record = NewRecord {
        id: RecordId::from(state.random.id(now)),
        engagement_id: id,
        number: 1,
        body: LegalRecord::Scc(Box::new(set("Datatilsynet")?)),
        valid_from: None,
        ended_on: None,
        recorded_at: now,
        recorded_by: editor,
    };
    append_record(tx, 0, &record).await?;
    let signing = Signing {
        exporter_on: Some(day - TimeDelta::days(2)),
        importer_on: Some(day - TimeDelta::days(1)),
        incorporated_by: None,
        archived_copy: Some(copy),
        in_force_on: Some(day),
    };
    let mut from = None;
    for (event, signing, by) in [
        (None, Signing::default(), editor),
        (Some(SccEvent::FillAnnexes), Signing::default(), editor),
        (Some(SccEvent::Complete), Signing::default(), editor),
        (Some(SccEvent::SignOneSide), signing.clone(), editor),
        (Some(SccEvent::SignBothSides), signing, approver),
    ] {
        let to = match (from, event) {
            (Some(from), Some(event)) => SccState::next(from, event)?,
            _ => SccState::Selected,
        };
        let step = NewClauseState {
            id: state.random.id(now),
            record_id: record.id,
            from,
            event,
            state: to,
            signing,
            happened_on: day,
            reason: None,
            recorded_at: now,
            recorded_by: by,
        };
        append_clause_state(tx, &step).await?;
        from = Some(to);
    }
    Ok(())
}
