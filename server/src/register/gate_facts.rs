//! What the gates read about an engagement: loaded in one place, so that the page, the command, an approval and an
//! activation all judge the same facts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::digest::FactsHash;
use domain::engagement::EngagementFacts;
use domain::facts::noticed_facts;
use domain::gate::{GateSettings, RegisterFacts, Stage, Waiver, WaiverFile, WaiverStep};
use domain::id::{EngagementId, StaffId};
use domain::legal_record::{LegalRecord, Recorded, Transfer, mechanism_classes};
use domain::organisation::OrganisationFacts;
use domain::reference::ReferenceData;
use domain::zone::Zone;
use sha2::{Digest, Sha256};

use crate::store::engagements::{self, CurrentEngagement};
use crate::store::legal_records::{self, StoredRecord};
use crate::store::organisations;
use crate::store::publisher::find_publisher;
use crate::store::reference::reference_data;
use crate::store::settings::find_setting;
use crate::store::waivers::list_waiver_steps;
use crate::store::{Result, Tx, parsed};

/// Everybody who wrote what is on file about an engagement: its versions, those of its company, and its legal records.
/// Whoever approved an assessment has not written it.
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
    for record in records {
        match &record.body {
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

/// The same as they were recorded at an instant.
pub async fn gate_facts_as_of(
    tx: &mut Tx,
    id: EngagementId,
    at: DateTime<Utc>,
) -> Result<Option<RegisterFacts>> {
    Ok(judge(tx, id, Some(at)).await?.map(|judged| judged.facts))
}

/// The same with the engagement and its records.
pub async fn judge(tx: &mut Tx, id: EngagementId, at: Option<DateTime<Utc>>) -> Result<Option<Judged>> {
    let current = match at {
        None => engagements::current(tx, id).await?,
        Some(at) => engagements::as_of(tx, id, at).await?,
    };
    let Some(current) = current else { return Ok(None) };
    let records = match at {
        None => legal_records::list_latest_records(tx, id).await?,
        Some(at) => legal_records::list_records_as_of(tx, id, at).await?,
    };
    let below = engagements::list_children(tx, id).await?.len();
    let is_baseline = engagements::list_baselines(tx).await?.contains(&id);
    let waivers = granted(list_waiver_steps(tx, Some(id), at).await?);
    let around = Around::load(tx).await?;
    let mut judged = around.put_together(current, records, below, is_baseline);
    judged.facts.waivers = waivers;
    Ok(Some(judged))
}

/// The same for every engagement, by slug, in as many reads as for one.
pub async fn judge_all(tx: &mut Tx) -> Result<Vec<Judged>> {
    let all = engagements::list_current(tx).await?;
    let mut records: HashMap<EngagementId, Vec<StoredRecord>> = HashMap::new();
    for record in legal_records::list_all_latest_records(tx, None).await? {
        records.entry(record.engagement_id).or_default().push(record);
    }
    let mut below: HashMap<EngagementId, usize> = HashMap::new();
    for parent in all.iter().filter_map(|one| one.engagement.parent_id) {
        *below.entry(parent).or_default() += 1;
    }
    let baselines = engagements::list_baselines(tx).await?;
    let mut waivers: HashMap<EngagementId, Vec<WaiverStep>> = HashMap::new();
    for step in list_waiver_steps(tx, None, None).await? {
        waivers.entry(step.engagement).or_default().push(step);
    }
    let around = Around::load(tx).await?;
    Ok(all
        .into_iter()
        .map(|current| {
            let id = current.engagement.id;
            let records = records.remove(&id).unwrap_or_default();
            let below = below.get(&id).copied().unwrap_or(0);
            let mut judged = around.put_together(current, records, below, baselines.contains(&id));
            judged.facts.waivers = granted(waivers.remove(&id).unwrap_or_default());
            judged
        })
        .collect())
}

/// The waivers that two people granted, as far as they were not taken back.
fn granted(steps: Vec<WaiverStep>) -> Vec<Waiver> {
    WaiverFile::all(steps)
        .iter()
        .filter_map(WaiverFile::granted)
        .collect()
}

/// What is the same for every engagement.
struct Around {
    reference: ReferenceData,
    settings: GateSettings,
    zone: Zone,
}

impl Around {
    async fn load(tx: &mut Tx) -> Result<Self> {
        let mut settings = GateSettings::default();
        if let Some(text) = find_setting(tx, "dpf_requires_fallback").await? {
            settings.dpf_requires_fallback = parsed("settings", "dpf_requires_fallback", &text)?;
        }
        if let Some(text) = find_setting(tx, "tia_grace_days").await? {
            settings.tia_grace_days = parsed("settings", "tia_grace_days", &text)?;
        }
        Ok(Self {
            reference: reference_data(tx).await?,
            settings,
            zone: find_publisher(tx)
                .await?
                .map_or(Zone::UTC, |publisher| publisher.zone),
        })
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
            waivers: Vec::new(),
            reference: self.reference.clone(),
            settings: self.settings,
            zone: self.zone,
        };
        for record in &records {
            let id = record.id;
            match record.body.clone() {
                LegalRecord::Contract(body) => facts.contract = Some(Recorded { id, body }),
                LegalRecord::SecurityAssessment(body) => facts.security = Some(Recorded { id, body }),
                LegalRecord::Transfer(body) => facts.transfers.push(Recorded { id, body }),
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
