use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::authorisation::{AuthorisationModel, AuthorisationState};
use crate::country::Country;
use crate::digest::FactsHash;
use crate::engagement::EngagementFacts;
use crate::evidence::EvidenceGrade;
use crate::id::{CustomerId, EngagementId, ObjectionId, RecordId};
use crate::legal_record::{Clauses, Contract, Recorded, SecurityAssessment, Tia, Transfer};
use crate::objection::ObjectionState;
use crate::organisation::OrganisationFacts;
use crate::reference::{EftaState, ReferenceData};
use crate::zone::Zone;

use super::waiver::Waiver;

/// Whether the engagement is about to start, or runs already; some papers may be older while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// About to start, or to resume.
    Start,
    /// In use; asked by the daily job.
    Running,
}

/// The publisher's settings that gates read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateSettings {
    /// Whether reliance on the data privacy framework needs clauses and a full assessment in reserve.
    pub dpf_requires_fallback: bool,
    /// Days by which a review of an assessment may be late.
    pub tia_grace_days: u16,
}

impl Default for GateSettings {
    fn default() -> Self {
        Self {
            dpf_requires_fallback: true,
            tia_grace_days: 30,
        }
    }
}

/// What is on file about an engagement; for gates G1 to G8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterFacts {
    /// Which engagement.
    pub engagement_id: EngagementId,
    /// Its organisation.
    pub organisation: OrganisationFacts,
    /// Its facts, as they are now.
    pub engagement: EngagementFacts,
    /// Hash of the part of the facts that notices bind, as they are now.
    pub facts_hash: FactsHash,
    /// Whether it was in use before the register and adopted as it was.
    pub is_baseline: bool,
    /// Number of engagements recorded under it.
    pub recorded_subprocessors: usize,
    /// Whether it starts or runs.
    pub stage: Stage,
    /// The agreement.
    pub contract: Option<Recorded<Contract>>,
    /// The latest security assessment.
    pub security: Option<Recorded<SecurityAssessment>>,
    /// The current version of each transfer.
    pub transfers: Vec<Recorded<Transfer>>,
    /// The version that counts of each set of clauses, by the number that transfers name it by.
    pub clauses: BTreeMap<i64, Recorded<Clauses>>,
    /// The current version of each assessment.
    pub tias: Vec<Recorded<Tia>>,
    /// Assessments of a transfer that the register describes otherwise since, as long as nobody has said what that means to
    /// them.
    pub described_otherwise: BTreeSet<RecordId>,
    /// Waivers, current or not.
    pub waivers: Vec<Waiver>,
    /// The EEA and adequacy.
    pub reference: ReferenceData,
    /// Settings.
    pub settings: GateSettings,
    /// The country of the legal entity that engages, where it is known which one that is.
    pub exporter: Option<Country>,
    /// The EEA EFTA states from which the publisher exports; none: it is not known from which.
    pub efta_exporters: BTreeSet<EftaState>,
    /// The publisher's zone: dates without a zone are read there, adequacy in Brussels.
    pub zone: Zone,
}

impl RegisterFacts {
    /// The country of the exporter in sets of clauses with this organisation, where it is known: ours, unless a vendor of ours
    /// engages it.
    pub fn clauses_exporter(&self) -> Option<Country> {
        self.exporter.filter(|_| self.engagement.parent.is_none())
    }
}

/// How the notice to a customer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeStanding {
    /// None was dispatched to them.
    NotSent,
    /// Dispatched, and nothing settled shows that it arrived.
    Undelivered {
        /// The facts it speaks of.
        facts_hash: FactsHash,
    },
    /// Given; the evidence is settled.
    Given(GivenNotice),
}

/// A notice that was given, with its windows as computed and kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenNotice {
    /// The delivery, or whatever shows it.
    pub evidence: Uuid,
    /// Since when.
    pub given_at: DateTime<Utc>,
    /// How good the evidence is.
    pub grade: EvidenceGrade,
    /// End of the notice window, exclusive.
    pub notice_expires_at: DateTime<Utc>,
    /// End of the objection window, exclusive; later where a rejection left time to file again.
    pub objection_expires_at: DateTime<Utc>,
    /// Hash of the facts in that notice.
    pub facts_hash: FactsHash,
    /// Its version, from 1.
    pub notice_version: u32,
}

/// A written approval, or a signature under a list that showed the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExplicitApproval {
    /// The record of it.
    pub evidence: Uuid,
    /// Hash of the facts that were approved.
    pub facts_hash: FactsHash,
}

/// One objection of the customer to this line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenCase {
    /// Which.
    pub id: ObjectionId,
    /// Where it is.
    pub state: ObjectionState,
}

/// What is on file about one customer and one line; for gates G9 to G15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerFacts {
    /// Which customer.
    pub customer_id: CustomerId,
    /// How they authorise; `None` when it is not on file, which counts as specific.
    pub model: Option<AuthorisationModel>,
    /// Where their authorisation is.
    pub authorisation: AuthorisationState,
    /// Their approval in writing or by signature.
    pub approval: Option<ExplicitApproval>,
    /// How their notice stands.
    pub notice: NoticeStanding,
    /// The version from which on notice counts: the last one that restarted their windows.
    pub required_version: u32,
    /// The start that was announced: the beginning of that day in the publisher's zone.
    pub announced_at: Option<DateTime<Utc>>,
    /// All their objections to this line, whatever their state.
    pub objections: Vec<OpenCase>,
    /// Whether their contract has an emergency clause.
    pub allows_emergency: bool,
}

/// Everything about one engagement and one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The register.
    pub register: RegisterFacts,
    /// The customer.
    pub customer: CustomerFacts,
}
