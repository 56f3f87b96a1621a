//! What the gates read about an engagement: loaded in one place, so that the page, the command, an approval and an
//! activation all judge the same facts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::country::Country;
use domain::digest::FactsHash;
use domain::engagement::EngagementFacts;
use domain::facts::noticed_facts;
use domain::gate::{GateSettings, RegisterFacts, Stage, Waiver, WaiverFile, WaiverStep};
use domain::id::{EngagementId, OrganisationId, RecordId, StaffId};
use domain::legal_record::{LegalRecord, LegalRecordKind, Mechanism, Recorded, Transfer, mechanism_classes};
use domain::organisation::OrganisationFacts;
use domain::reference::{EftaState, ReferenceData};
use domain::trigger::TriggerKind;
use domain::zone::Zone;
use sha2::{Digest, Sha256};

use crate::store::assessments::Key;
use crate::store::baselines::list_baselines;
use crate::store::dpf_checks::{self, LatestChecks, latest_checks};
use crate::store::engagements::{self, CurrentEngagement};
use crate::store::entities::{Entity, list_entities};
use crate::store::fallbacks::list_fallbacks;
use crate::store::legal_records::{self, StoredRecord};
use crate::store::organisations;
use crate::store::publisher::find_publisher;
use crate::store::reference::{reference_data, reference_data_as_of};
use crate::store::settings::find_setting;
use crate::store::tia_states::list_measure_moves;
use crate::store::triggers::list_waiting;
use crate::store::waivers::list_waiver_steps;
use crate::store::{Of, Result, Tx, parsed};

/// Name of the setting: whether reliance on the Data Privacy Framework needs clauses and an assessment in reserve.
pub const DPF_REQUIRES_FALLBACK: &str = "dpf_requires_fallback";
/// Name of the setting: days by which a review of an assessment may be late.
pub const TIA_GRACE_DAYS: &str = "tia_grace_days";

/// Everybody who wrote what is on file about an engagement: its versions, those of its company, its legal records, and looks
/// at the list of certified companies where a transfer rests on them. Whoever approved an assessment has not written it, and
/// nobody a transfer that fell back: its authors are those of the version before.
pub async fn authors(
    tx: &mut Tx,
    current: &CurrentEngagement,
    records: &[StoredRecord],
) -> Result<BTreeSet<StaffId>> {
    let mut authors = BTreeSet::new();
    for version in engagements::list_engagement_versions(tx, current.engagement.id).await? {
        authors.extend(version.recorded.by);
    }
    for version in organisations::list_organisation_versions(tx, current.organisation.id).await? {
        authors.extend(version.recorded.by);
    }
    let rests_on_the_list = |record: &StoredRecord| matches!(&record.body, LegalRecord::Transfer(transfer) if matches!(transfer.mechanism, Mechanism::Dpf(_)));
    if records.iter().any(rests_on_the_list) {
        for check in dpf_checks::list_checks(tx, current.organisation.id).await? {
            authors.insert(check.recorded_by);
        }
    }
    for moved in list_measure_moves(tx, Of::These(&[current.engagement.id]), None).await? {
        authors.insert(moved.recorded_by);
    }
    let fallbacks = list_fallbacks(tx, current.engagement.id).await?;
    for record in records {
        match &record.body {
            LegalRecord::Transfer(_) if fallbacks.contains(&record.id) => {
                authors.extend(written_before(tx, record, &fallbacks).await?);
            }
            LegalRecord::Tia(tia) => {
                authors.extend(&tia.authors);
                if tia.approver != Some(record.recorded_by) {
                    authors.insert(record.recorded_by);
                }
            }
            _ => {
                authors.insert(record.recorded_by);
            }
        }
    }
    Ok(authors)
}

/// Who wrote the last version of a transfer that somebody wrote.
async fn written_before(
    tx: &mut Tx,
    record: &StoredRecord,
    fallbacks: &BTreeSet<RecordId>,
) -> Result<Option<StaffId>> {
    let kind = LegalRecordKind::Transfer;
    let versions = legal_records::list_record_versions(tx, record.engagement_id, kind, record.number).await?;
    let written = versions
        .into_iter()
        .find(|version| !fallbacks.contains(&version.id));
    Ok(written.map(|version| version.recorded_by))
}

/// An engagement with its legal records and what the gates make of them.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The engagement, its company and its state.
    pub current: CurrentEngagement,
    /// The legal records that count.
    pub records: Vec<StoredRecord>,
    /// The facts of gates G1 to G8.
    pub facts: RegisterFacts,
}

/// The facts of gates G1 to G8 as they are now; `None` when there is no such engagement. Load them in the transaction
/// that writes what follows from them.
pub async fn gate_facts(tx: &mut Tx, id: EngagementId) -> Result<Option<RegisterFacts>> {
    Ok(judge(tx, id, None).await?.map(|judged| judged.facts))
}

/// The same with the engagement and its records.
pub async fn judge(tx: &mut Tx, id: EngagementId, at: Option<DateTime<Utc>>) -> Result<Option<Judged>> {
    Ok(judge_these(tx, Of::These(&[id]), at).await?.pop())
}

/// The same for engagements, by slug, in as many reads as for one; without those that were not recorded yet.
pub async fn judge_these(
    tx: &mut Tx,
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<Judged>> {
    let all = engagements::list_current_of(tx, of, at).await?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let mut records: HashMap<EngagementId, Vec<StoredRecord>> = HashMap::new();
    for record in legal_records::list_latest_records_of(tx, of, at).await? {
        records.entry(record.engagement_id).or_default().push(record);
    }
    let below = engagements::count_below(tx, of, at).await?;
    let adopted: HashSet<EngagementId> = list_baselines(tx, of)
        .await?
        .into_iter()
        .filter(|baseline| at.is_none_or(|at| baseline.attested_at <= at))
        .map(|baseline| baseline.engagement_id)
        .collect();
    let mut waivers: HashMap<EngagementId, Vec<WaiverStep>> = HashMap::new();
    for step in list_waiver_steps(tx, of, at).await? {
        waivers.entry(step.engagement).or_default().push(step);
    }
    let companies: BTreeSet<OrganisationId> = all.iter().map(|one| one.organisation.id).collect();
    let companies: Vec<OrganisationId> = companies.into_iter().collect();
    let around = Around::load(tx, of.others(&companies), at).await?;
    let waiting: HashSet<Key> = list_waiting(tx, TriggerKind::TransferChanged, of, at)
        .await?
        .into_iter()
        .collect();
    Ok(all
        .into_iter()
        .map(|current| {
            let id = current.engagement.id;
            let records = records.remove(&id).unwrap_or_default();
            let below = below.get(&id).copied().unwrap_or(0);
            let mut judged = around.put_together(current, records, below, adopted.contains(&id));
            judged.facts.waivers = granted(waivers.remove(&id).unwrap_or_default());
            judged.facts.described_otherwise = described_otherwise(&judged.records, &waiting);
            judged
        })
        .collect())
}

/// The assessments of which nobody has said yet what it means to them that the register describes the transfer otherwise.
fn described_otherwise(records: &[StoredRecord], waiting: &HashSet<Key>) -> BTreeSet<RecordId> {
    let waits = |record: &&StoredRecord| {
        matches!(record.body, LegalRecord::Tia(_)) && waiting.contains(&(record.engagement_id, record.number))
    };
    records.iter().filter(waits).map(|record| record.id).collect()
}

/// The waivers that two people granted, as far as they were not taken back.
fn granted(steps: Vec<WaiverStep>) -> Vec<Waiver> {
    WaiverFile::all(steps)
        .iter()
        .filter_map(WaiverFile::granted)
        .collect()
}

/// What the publisher has set; the stricter default where nothing was set.
pub async fn gate_settings(tx: &mut Tx) -> Result<GateSettings> {
    let mut settings = GateSettings::default();
    if let Some(text) = find_setting(tx, DPF_REQUIRES_FALLBACK).await? {
        settings.dpf_requires_fallback = parsed("settings", DPF_REQUIRES_FALLBACK, &text)?;
    }
    if let Some(text) = find_setting(tx, TIA_GRACE_DAYS).await? {
        settings.tia_grace_days = parsed("settings", TIA_GRACE_DAYS, &text)?;
    }
    Ok(settings)
}

/// The legal entities that may be the one which engages: that which was said, or all of them where none was.
fn engaging<'a>(entities: &'a [Entity], current: &CurrentEngagement) -> impl Iterator<Item = &'a Entity> {
    let said = current.engagement.entity_id;
    entities
        .iter()
        .filter(move |entity| said.map_or(entity.ended_at.is_none(), |id| id == entity.id))
}

/// The country of the entity that engages, where only one can be it.
pub(super) fn exporter(entities: &[Entity], current: &CurrentEngagement) -> Option<Country> {
    let mut engaging = engaging(entities, current);
    let first = engaging.next()?;
    engaging.next().is_none().then_some(first.country)
}

/// What is the same for every engagement.
struct Around {
    reference: ReferenceData,
    settings: GateSettings,
    zone: Zone,
    /// The publisher's legal entities.
    entities: Vec<Entity>,
    /// Looks at the list of certified companies.
    checks: LatestChecks,
}

impl Around {
    /// For companies, now or as recorded at an instant.
    async fn load(tx: &mut Tx, of: Of<'_, OrganisationId>, at: Option<DateTime<Utc>>) -> Result<Self> {
        let settings = gate_settings(tx).await?;
        Ok(Self {
            reference: match at {
                None => reference_data(tx).await?,
                Some(at) => reference_data_as_of(tx, at).await?,
            },
            settings,
            zone: find_publisher(tx)
                .await?
                .map_or(Zone::UTC, |publisher| publisher.zone),
            entities: list_entities(tx).await?,
            checks: latest_checks(tx, of, at).await?,
        })
    }

    /// The EFTA states that export to this engagement.
    fn exporters(&self, current: &CurrentEngagement) -> BTreeSet<EftaState> {
        engaging(&self.entities, current)
            .filter_map(|entity| entity.country.code().parse().ok())
            .collect()
    }

    /// A transfer as the gates read it: with the latest looks at its importer's entry in the list.
    fn with_checks(&self, importer: OrganisationId, mut transfer: Transfer) -> Transfer {
        if let (Mechanism::Dpf(reliance), Some(checks)) =
            (&mut transfer.mechanism, self.checks.get(&importer))
        {
            let looks = checks
                .iter()
                .map(|(framework, stored)| (*framework, stored.check.clone()));
            reliance.checks = looks.collect();
        }
        transfer
    }

    fn put_together(
        &self,
        current: CurrentEngagement,
        records: Vec<StoredRecord>,
        recorded_subprocessors: usize,
        is_baseline: bool,
    ) -> Judged {
        let organisation = current.organisation.version.facts.clone();
        let engagement = current.version.facts.clone();
        let mut facts = RegisterFacts {
            engagement_id: current.engagement.id,
            facts_hash: noticed_hash(&organisation, &engagement, &records),
            organisation,
            engagement,
            is_baseline,
            recorded_subprocessors,
            stage: if current.state.state.is_in_use() {
                Stage::Running
            } else {
                Stage::Start
            },
            contract: None,
            security: None,
            transfers: Vec::new(),
            clauses: BTreeMap::new(),
            tias: Vec::new(),
            described_otherwise: BTreeSet::new(),
            waivers: Vec::new(),
            reference: self.reference.clone(),
            settings: self.settings,
            exporter: exporter(&self.entities, &current),
            efta_exporters: self.exporters(&current),
            zone: self.zone,
        };
        for record in &records {
            let id = record.id;
            match record.body.clone() {
                LegalRecord::Contract(body) => facts.contract = Some(Recorded { id, body }),
                LegalRecord::SecurityAssessment(body) => facts.security = Some(Recorded { id, body }),
                LegalRecord::Transfer(body) => {
                    let body = self.with_checks(current.organisation.id, body);
                    facts.transfers.push(Recorded { id, body });
                }
                LegalRecord::Scc(body) => {
                    facts.clauses.insert(record.number, Recorded { id, body: *body });
                }
                LegalRecord::Tia(body) => facts.tias.push(Recorded { id, body }),
            }
        }
        Judged {
            current,
            records,
            facts,
        }
    }
}

/// The hash of the facts that a notice binds (gate G14): SHA-256 of their canonical JSON.
#[must_use]
pub fn noticed_hash(
    organisation: &OrganisationFacts,
    engagement: &EngagementFacts,
    records: &[StoredRecord],
) -> FactsHash {
    let transfers: Vec<&Transfer> = records
        .iter()
        .filter_map(|record| match &record.body {
            LegalRecord::Transfer(transfer) if record.ended_on.is_none() => Some(transfer),
            _ => None,
        })
        .collect();
    let facts = noticed_facts(organisation, engagement, &mechanism_classes(transfers));
    // Strings, numbers and words in structs always serialise.
    let json = serde_json::to_vec(&facts).unwrap_or_default();
    FactsHash::new(Sha256::digest(json).into())
}
