//! Assessments of the invented vendors, complete and approved, and what is known about the United States. The facts about
//! law and cases are those of the reference data, as checked on 5 August 2026; the grades are a demonstration.

use std::collections::{BTreeMap, BTreeSet};

use domain::country_knowledge::{CountryKnowledge, Finding, Grade, Guarantee, Law, Source, SourceKind};
use domain::id::{EngagementId, RecordId, VersionId};
use domain::legal_record::{
    Applies, CountryReference, DataFormat, LawAnswer, LegalRecord, Measure, MeasureKind, MeasureStanding,
    MeasureStatus, Practice, Situation, Tia, TiaOutcome, TiaType,
};

use super::{People, Result, value};
use crate::AppState;
use crate::assessments::{against, filled};
use crate::countries::approve_version;
use crate::store::Tx;
use crate::store::assessments::refresh;
use crate::store::countries::{CountryVersion, append_country_version, list_known_countries};
use crate::store::engagements;
use crate::store::legal_records::{NewRecord, append_record, approve_record};

/// Name, citation, and to whom it applies.
const LAWS: [(&str, &str, &str); 3] = [
    (
        "FISA 702",
        "50 U.S.C. § 1881a",
        "Electronic communication service providers (50 U.S.C. § 1881(b)(4)): telecommunications, hosting, cloud and messaging services. Targets are people outside the United States.",
    ),
    (
        "EO 12333",
        "Executive Order 12333",
        "Intelligence agencies; collection outside the United States, in transit too. It obliges no company to hand data over. Limited by Executive Order 14086.",
    ),
    (
        "CLOUD Act",
        "18 U.S.C. § 2713",
        "Providers of electronic communication or remote computing services within the jurisdiction of the United States, wherever the data is stored. It takes a warrant, order or subpoena.",
    ),
];

const GUARANTEES: [(Guarantee, Grade, &str); 4] = [
    (
        Guarantee::Rules,
        Grade::Partly,
        "Section 702 and Executive Order 14086 are published; procedures of the agencies are so in part.",
    ),
    (
        Guarantee::Proportionality,
        Grade::Partly,
        "Executive Order 14086 asks for necessity and proportionality; collection in bulk stays possible under conditions.",
    ),
    (
        Guarantee::Oversight,
        Grade::Partly,
        "A court certifies programmes each year. The Privacy and Civil Liberties Oversight Board has no quorum; on 29 June 2026 the Supreme Court decided Trump v. Slaughter on the independence of the FTC.",
    ),
    (
        Guarantee::Remedies,
        Grade::Partly,
        "The Data Protection Review Court hears complaints from the EEA; the General Court accepted it in T-553/23 (3 September 2025); the appeal C-703/25 P is pending.",
    ),
];

const NOTES: &str = "The adequacy decision (EU) 2023/1795 is in force and contested. The General Court dismissed the action in T-553/23 on 3 September 2025; the appeal C-703/25 P was lodged on 31 October 2025 and was pending on 5 August 2026. No act of the Commission on the decision was found up to that day. Section 702 was extended for short periods in 2026; court certification is reported to run to March 2027. To watch: the appeal, acts of the Commission, the renewal of Section 702, the quorum of the Oversight Board.";

fn sources() -> Result<Vec<Source>> {
    let rows = [
        (
            "Implementing Decision (EU) 2023/1795",
            "https://eur-lex.europa.eu/eli/dec_impl/2023/1795/oj",
            "2023-07-10",
            SourceKind::Law,
        ),
        (
            "Appeal in case C-703/25 P, OJ C/2025/6610",
            "https://eur-lex.europa.eu/eli/C/2025/6610/oj",
            "2025-10-31",
            SourceKind::Case,
        ),
    ];
    rows.into_iter()
        .map(|(title, url, date, kind)| {
            Ok(Source {
                title: value(title)?,
                url: Some(value(url)?),
                date: date.parse().ok(),
                kind,
            })
        })
        .collect()
}

/// What is known about the United States, written by one person and approved by another.
pub async fn united_states(state: &AppState, people: &People) -> Result<()> {
    let mut laws = Vec::new();
    for (name, citation, applies_to) in LAWS {
        laws.push(Law {
            name: value(name)?,
            citation: value(citation)?,
            applies_to: value(applies_to)?,
        });
    }
    let mut guarantees = BTreeMap::new();
    for (guarantee, grade, reason) in GUARANTEES {
        let reason = value(reason)?;
        guarantees.insert(guarantee, Finding { grade, reason });
    }
    let now = state.clock.now();
    let version = CountryVersion {
        id: VersionId::from(state.random.id(now)),
        country: value("US")?,
        number: 1,
        body: CountryKnowledge {
            laws,
            sources: sources()?,
            guarantees,
            notes: Some(value(NOTES)?),
        },
        recorded_at: now,
        recorded_by: people.editor.into(),
        approval: None,
    };
    let mut tx = state.db.write().await?;
    append_country_version(&mut tx, 0, &version).await?;
    approve_version(&mut tx, state, people.approver.into(), &version).await?;
    tx.commit().await?;
    Ok(())
}

/// Hands in and approves an assessment that is filled from the register and completed by `edit`.
async fn approved(
    tx: &mut Tx,
    state: &AppState,
    people: &People,
    id: EngagementId,
    mut tia: Tia,
    edit: impl FnOnce(&mut Tia) -> Result<()>,
) -> Result<()> {
    let current = engagements::current(tx, id)
        .await?
        .ok_or("demo data: no engagement")?;
    filled(tx, state, &current, &mut tia).await?;
    tia.checks.responsible = Some(value("Privacy office")?);
    tia.checks.is_compliant = Some(true);
    tia.identity.importer_contributed = Some(true);
    edit(&mut tia)?;
    tia.number_measures();
    let against = against(tx, state, &tia.destinations).await?;
    let body = tia
        .hand_in(&against)
        .map_err(|refused| format!("demo data: {refused:?}"))?;
    let now = state.clock.now();
    let new = NewRecord {
        id: RecordId::from(state.random.id(now)),
        engagement_id: id,
        number: 1,
        body: LegalRecord::Tia(body),
        valid_from: None,
        ended_on: None,
        recorded_at: now,
        recorded_by: people.editor.into(),
    };
    append_record(tx, 0, &new).await?;
    approve_record(tx, new.id, people.approver.into(), now).await?;
    refresh(tx, (id, 1)).await?;
    Ok(())
}

/// A note that nothing leaves the EEA.
pub async fn eea_note(tx: &mut Tx, state: &AppState, people: &People, id: EngagementId) -> Result<()> {
    let note = Tia::draft(TiaType::EeaNote, BTreeSet::new(), people.editor.into());
    approved(tx, state, people, id, note, |tia| {
        tia.checks.scope = Some(value("All data of this engagement")?);
        tia.conclusion.reason = Some(value(
            "Company, storage and support are in the EEA, and nobody outside can reach the data.",
        )?);
        tia.customer_summary = Some(value("The data stays in the EEA; no transfer takes place.")?);
        Ok(())
    })
    .await
}

/// A full assessment of a transfer to the United States, as the fallback of the Data Privacy Framework.
pub async fn transcription(tx: &mut Tx, state: &AppState, people: &People, id: EngagementId) -> Result<()> {
    let us = value("US")?;
    let known = list_known_countries(tx).await?;
    let country = known.first().ok_or("demo data: no country")?;
    let reference = CountryReference {
        id: country.id,
        number: country.number,
    };
    let tia = Tia::draft(TiaType::Full46, BTreeSet::from([us]), people.editor.into());
    approved(tx, state, people, id, tia, |tia| {
        tia.checks.scope = Some(value("Transcription of recordings; the importer uses no further subprocessor")?);
        let b = &mut tia.description;
        b.recipient_type = Some(value("private company")?);
        b.sector = Some(value("software")?);
        b.transmission_channels = vec![value("TLS over the internet")?];
        b.format = Some(DataFormat::Plaintext);
        b.volume = Some(value("about 20 hours of speech a day")?);
        b.frequency = Some(value("continuous, on working days")?);
        b.retention = Some(value("none: recordings are deleted after transcription")?);
        let answers = [Applies::Maybe, Applies::Maybe, Applies::Yes];
        let reasons = [
            "It offers a service over the internet and may count as a provider; recordings are not kept, so there is little to produce.",
            "Data in transit could be collected; it is encrypted on the way.",
            "It is a company of the United States; an order would reach what it has at that moment.",
        ];
        let mut laws = Vec::new();
        for ((name, citation, _), (applies, reason)) in LAWS.iter().zip(answers.into_iter().zip(reasons)) {
            laws.push(LawAnswer {
                name: value(name)?,
                citation: Some(value(citation)?),
                applies: Some(applies),
                reason: Some(value(reason)?),
            });
        }
        let practice = Practice {
            country: Some(reference),
            laws,
            ..Practice::default()
        };
        tia.practice.insert(us, practice);
        tia.situation = Some(Situation::Problematic);
        tia.demonstration = Some(value(
            "Recordings are processed in memory and deleted after transcription: at no time is there a store that could be searched or produced.",
        )?);
        tia.measures.push(Measure {
            number: 0,
            kind: MeasureKind::Technical,
            text: value("Recordings are encrypted in transit and not stored")?,
            gap: Some(value("Collection in transit, and production of stored data")?),
            standing: MeasureStanding {
                status: MeasureStatus::Verified,
                verified_by: Some(value("Security office")?),
                verified_on: Some(state.publisher().zone.local_date(state.clock.now())),
                evidence: Some(value("Configuration review of this demonstration")?),
            },
        });
        tia.outcome = Some(TiaOutcome::AllowedWithMeasures);
        tia.conclusion.reason = Some(value("What a law could reach is not kept.")?);
        tia.conclusion.residual_risk = Some(value(
            "Access to a recording while it is transcribed cannot be ruled out; it is unlikely.",
        )?);
        tia.customer_summary = Some(value(
            "Assessed for this demonstration: recordings are encrypted on the way and not kept.",
        )?);
        Ok(())
    })
    .await
}
