//! What the gates say about an engagement that is in use: its papers as they are on file, gates G1 to G8.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::digest::Digest;
use domain::facts::noticed_facts;
use domain::gate::{GateSettings, Reason, RegisterFacts, Stage, evaluate_register};
use domain::id::EngagementId;
use domain::legal_record::{LegalRecord, Recorded, Transfer, mechanism_classes};
use domain::reference::ReferenceData;
use domain::zone::Zone;
use sha2::{Digest as _, Sha256};

use crate::store::engagements::{self, CurrentEngagement};
use crate::store::legal_records::{self, StoredRecord};
use crate::store::{Result, Tx, reference};

/// All papers and reference data, read once for many engagements.
pub(super) struct Papers {
    records: HashMap<EngagementId, Vec<StoredRecord>>,
    children: HashMap<EngagementId, usize>,
    reference: ReferenceData,
    zone: Zone,
}

impl Papers {
    /// Reads them as they are now.
    pub async fn load(tx: &mut Tx, zone: Zone) -> Result<Self> {
        let mut records: HashMap<EngagementId, Vec<StoredRecord>> = HashMap::new();
        for record in legal_records::list_all_latest_records(tx, None).await? {
            records.entry(record.engagement_id).or_default().push(record);
        }
        let mut children = HashMap::new();
        for engagement in engagements::list_current(tx).await? {
            if let Some(parent) = engagement.version.facts.parent {
                *children.entry(parent).or_insert(0) += 1;
            }
        }
        Ok(Self {
            records,
            children,
            reference: reference::reference_data(tx).await?,
            zone,
        })
    }

    /// Every red gate that looks at the register alone.
    pub fn findings(&self, current: &CurrentEngagement, now: DateTime<Utc>) -> Vec<Reason> {
        evaluate_register(&self.facts(current), now).reasons
    }

    fn facts(&self, current: &CurrentEngagement) -> RegisterFacts {
        let id = current.engagement.id;
        let mut facts = RegisterFacts {
            engagement_id: id,
            organisation: current.organisation.version.facts.clone(),
            engagement: current.version.facts.clone(),
            facts_hash: Digest::new([0; 32]),
            is_baseline: true,
            recorded_subprocessors: self.children.get(&id).copied().unwrap_or(0),
            stage: Stage::Running,
            contract: None,
            security: None,
            transfers: Vec::new(),
            tias: Vec::new(),
            waivers: Vec::new(),
            reference: self.reference.clone(),
            settings: GateSettings::default(),
            zone: self.zone,
        };
        for record in self.records.get(&id).into_iter().flatten() {
            let id = record.id;
            match record.body.clone() {
                LegalRecord::Contract(body) => facts.contract = Some(Recorded { id, body }),
                LegalRecord::SecurityAssessment(body) => facts.security = Some(Recorded { id, body }),
                LegalRecord::Transfer(body) => facts.transfers.push(Recorded { id, body }),
                LegalRecord::Tia(body) => facts.tias.push(Recorded { id, body }),
            }
        }
        facts.facts_hash = hash(&facts);
        facts
    }
}

fn hash(facts: &RegisterFacts) -> Digest {
    let transfers: Vec<&Transfer> = facts.transfers.iter().map(|t| &t.body).collect();
    let classes = mechanism_classes(transfers.iter().copied());
    let noticed = noticed_facts(&facts.organisation, &facts.engagement, &classes);
    // Plain structs of strings and numbers always serialise.
    Digest::new(Sha256::digest(serde_json::to_vec(&noticed).unwrap_or_default()).into())
}
