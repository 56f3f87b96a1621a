use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::bcr::Bcr;
use crate::country::{Country, Place};
use crate::digest::Digest;
use crate::id::StaffId;
use crate::known::Known;
use crate::reference::{AdequacyRegime, EftaState};
use crate::text::{Line, Name, Paragraphs};
use crate::word_set::words;

words! {
    /// Under which law the data is exported.
    "origin" Origin {
        /// A Member State of the Union.
        Eu = "EU", "European Union";
        /// Iceland, Liechtenstein or Norway.
        EeaEfta = "EEA_EFTA", "EEA EFTA state";
        /// The United Kingdom.
        Uk = "UK", "United Kingdom";
        /// Switzerland.
        Ch = "CH", "Switzerland";
    }
}

impl Origin {
    /// Under which law somebody established in a country exports; `None` where it is none of these.
    pub fn of(country: Country, is_eea: bool) -> Option<Self> {
        match country.code() {
            code if code.parse::<EftaState>().is_ok() => Some(Self::EeaEfta),
            "GB" => Some(Self::Uk),
            "CH" => Some(Self::Ch),
            _ => is_eea.then_some(Self::Eu),
        }
    }
}

words! {
    /// By what a transfer is allowed (GDPR Chapter V).
    "transfer mechanism" MechanismKind {
        /// Nothing leaves the EEA.
        NoneRequired = "NONE_REQUIRED", "none required";
        /// An adequacy decision (Article 45).
        Adequacy = "ADEQUACY", "adequacy decision";
        /// The data privacy framework: adequacy of listed companies in the United States.
        Dpf = "DPF", "Data Privacy Framework";
        /// Standard contractual clauses (Article 46(2)(c)).
        Scc = "SCC", "standard contractual clauses";
        /// Binding corporate rules (Article 46(2)(b)).
        Bcr = "BCR", "binding corporate rules";
        /// A code of conduct, certification, or a safeguard approved by an authority (Article 46).
        Other46 = "OTHER_46", "other safeguard under Article 46";
        /// A derogation (Article 49).
        Art49 = "ART49", "derogation under Article 49";
    }
}

words! {
    /// Mechanisms by strength, strongest first. A change within a class is no weakening.
    "class of mechanism" MechanismClass {
        /// No transfer.
        NoTransfer = "NO_TRANSFER", "no transfer";
        /// Adequacy of a country.
        Adequacy = "ADEQUACY", "adequacy";
        /// DPF, clauses, rules: each equal to the other.
        Safeguards = "SAFEGUARDS", "safeguards";
        /// A derogation.
        Derogation = "DEROGATION", "derogation";
    }
}

impl MechanismKind {
    /// Its class.
    pub const fn class(self) -> MechanismClass {
        match self {
            Self::NoneRequired => MechanismClass::NoTransfer,
            Self::Adequacy => MechanismClass::Adequacy,
            Self::Dpf | Self::Scc | Self::Bcr | Self::Other46 => MechanismClass::Safeguards,
            Self::Art49 => MechanismClass::Derogation,
        }
    }
}

/// The mechanism with what is needed to judge it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mechanism", content = "details")]
pub enum Mechanism {
    /// See [`MechanismKind::NoneRequired`].
    #[serde(rename = "NONE_REQUIRED")]
    NoneRequired,
    /// See [`MechanismKind::Adequacy`].
    #[serde(rename = "ADEQUACY")]
    Adequacy(AdequacyReliance),
    /// See [`MechanismKind::Dpf`].
    #[serde(rename = "DPF")]
    Dpf(DpfReliance),
    /// See [`MechanismKind::Scc`].
    #[serde(rename = "SCC")]
    Scc(SccReliance),
    /// See [`MechanismKind::Bcr`].
    #[serde(rename = "BCR")]
    Bcr(Bcr),
    /// See [`MechanismKind::Other46`].
    #[serde(rename = "OTHER_46")]
    Other46(OtherSafeguard),
    /// See [`MechanismKind::Art49`].
    #[serde(rename = "ART49")]
    Art49(Derogation),
}

impl Mechanism {
    /// Its kind.
    pub const fn kind(&self) -> MechanismKind {
        match self {
            Self::NoneRequired => MechanismKind::NoneRequired,
            Self::Adequacy(_) => MechanismKind::Adequacy,
            Self::Dpf(_) => MechanismKind::Dpf,
            Self::Scc(_) => MechanismKind::Scc,
            Self::Bcr(_) => MechanismKind::Bcr,
            Self::Other46(_) => MechanismKind::Other46,
            Self::Art49(_) => MechanismKind::Art49,
        }
    }
}

/// One flow of data to one destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Under which laws the data is exported.
    pub origins: BTreeSet<Origin>,
    /// Where it goes, or from where it is reached.
    pub destination: Place,
    /// The importing legal entity.
    pub importer: Name,
    /// Whether the importer is itself subject to the GDPR for this processing (Article 3(2)).
    pub importer_subject_to_gdpr: Known<bool>,
    /// The number of the transfer that this one goes on from, where it is an onward transfer.
    pub onward_of: Option<i64>,
    /// What allows it.
    pub mechanism: Mechanism,
    /// Clauses that take over when the data privacy framework falls, or that carry the UK and Swiss parts.
    pub fallback: Option<SccReliance>,
}

impl Transfer {
    /// The clauses that it names: those it rests on, or those in reserve.
    pub const fn clauses(&self) -> Option<&SccReliance> {
        match &self.mechanism {
            Mechanism::Scc(reliance) => Some(reliance),
            _ => self.fallback.as_ref(),
        }
    }

    /// The regimes that judge it; one without recorded origins is judged as exported from the Union.
    pub fn regimes(&self) -> BTreeSet<AdequacyRegime> {
        let of = |origin: &Origin| AdequacyRegime::of(*origin);
        let regimes: BTreeSet<_> = self.origins.iter().map(of).collect();
        if regimes.is_empty() {
            BTreeSet::from([AdequacyRegime::Eu])
        } else {
            regimes
        }
    }

    /// The permission under Article 49 that it carries.
    pub const fn permission(&self) -> Option<&Derogation> {
        match &self.mechanism {
            Mechanism::Art49(derogation) if derogation.permitted_by.is_some() => Some(derogation),
            _ => None,
        }
    }

    /// The same transfer without a permission under Article 49: what somebody wrote, and nobody has decided on.
    pub fn unpermitted(&self) -> Self {
        let mut written = self.clone();
        if let Mechanism::Art49(derogation) = &mut written.mechanism {
            *derogation = Derogation::asked(derogation.reason.take());
        }
        written
    }

    /// Whether both ask for a derogation for the same flow and the same reason. What was permitted once is not permitted
    /// again: the permission ends by itself, and a further one needs a reason of its own.
    pub fn asks_the_same_as(&self, other: &Self) -> bool {
        let (Mechanism::Art49(mine), Mechanism::Art49(theirs)) = (&self.mechanism, &other.mechanism) else {
            return false;
        };
        let words = |derogation: &Derogation| -> Option<String> {
            let reason = derogation.reason.as_ref()?.as_str();
            Some(reason.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        words(mine) == words(theirs)
            && self.origins == other.origins
            && self.destination == other.destination
            && self.importer == other.importer
    }

    /// The same transfer resting on the clauses in reserve, which are used up with it; `None` where there are none. Whether
    /// they are good enough is not asked here: see [`crate::adequacy_loss`].
    pub fn fall_back(&self) -> Option<Self> {
        let clauses = self.fallback.clone()?;
        Some(Self {
            mechanism: Mechanism::Scc(clauses),
            fallback: None,
            ..self.clone()
        })
    }
}

/// Reliance on a set of clauses of the same engagement; the set is a paper of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SccReliance {
    /// The number of the set.
    pub clauses: i64,
}

/// Reliance on an adequacy decision; the decision itself is reference data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdequacyReliance {
    /// The instrument relied on: "(EU) 2026/179".
    pub reference: Option<Line<120>>,
    /// Whether the importer is within its scope; asked where the scope is partial.
    pub in_scope: Option<bool>,
    /// What shows that.
    pub scope_evidence: Option<Line<300>>,
    /// The questions that were answered so, as the decisions asked them then: another question needs another answer.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub asked: BTreeSet<String>,
}

words! {
    /// The three rows of the list of certified companies.
    "framework" DpfFramework {
        /// EU-U.S.
        EuUs = "EU_US", "EU-U.S. DPF";
        /// UK Extension, which needs the first.
        UkExtension = "UK_EXT", "UK Extension to the EU-U.S. DPF";
        /// Swiss-U.S.
        ChUs = "CH_US", "Swiss-U.S. DPF";
    }
}

words! {
    /// What the list says about a company.
    "DPF status" DpfStatus {
        /// Active.
        Active = "ACTIVE", "active";
        /// Active, re-certification under review.
        ActiveRecertReview = "ACTIVE_RECERT_REVIEW", "active, re-certification under review";
        /// Lapsed.
        InactiveLapsed = "INACTIVE_LAPSED", "inactive, lapsed";
        /// Withdrawn.
        InactiveWithdrawn = "INACTIVE_WITHDRAWN", "inactive, withdrawn";
        /// Removed.
        Removed = "REMOVED", "removed";
        /// Not on the list.
        NotListed = "NOT_LISTED", "not listed";
    }
}

impl DpfStatus {
    /// Whether new transfers may rest on it.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Active | Self::ActiveRecertReview)
    }
}

/// One look at the list of certified companies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DpfCheck {
    /// The company exactly as listed.
    pub entity_as_listed: Name,
    /// Status found.
    pub status: DpfStatus,
    /// Whether the certificate covers data other than human resources.
    pub covers_non_hr: bool,
    /// Whether it covers human-resources data.
    pub covers_hr: bool,
    /// Other companies that the list says it covers.
    pub covered_entities: Option<Paragraphs<4000>>,
    /// Day on which the next certification is due.
    pub next_certification_due: Option<NaiveDate>,
    /// Day of the look.
    pub checked_on: NaiveDate,
    /// Who looked.
    pub checked_by: StaffId,
    /// SHA-256 of the page as seen.
    pub page: Option<Digest>,
}

/// Reliance on the data privacy framework.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DpfReliance {
    /// Whether human-resources data is transferred.
    pub hr_data: bool,
    /// Whether other data is transferred.
    pub non_hr_data: bool,
    /// The latest look at each row of the list. It is recorded with the company, not with the transfer, and filled in
    /// when facts are put together for the gates.
    #[serde(skip)]
    pub checks: BTreeMap<DpfFramework, DpfCheck>,
}

words! {
    /// Safeguards other than clauses and rules.
    "safeguard" OtherSafeguardKind {
        /// Between public bodies (46(2)(a)).
        PublicInstrument = "46_2_A", "instrument between public bodies";
        /// Clauses of an authority (46(2)(d)).
        AuthorityClauses = "46_2_D", "clauses of a supervisory authority";
        /// Code of conduct (46(2)(e)).
        Code = "46_2_E", "code of conduct";
        /// Certification (46(2)(f)).
        Certification = "46_2_F", "certification";
        /// Ad hoc clauses (46(3)(a)); need approval.
        AdHocClauses = "46_3_A", "ad hoc clauses";
        /// Administrative arrangement (46(3)(b)); needs approval.
        Arrangement = "46_3_B", "administrative arrangement";
    }
}

impl OtherSafeguardKind {
    /// Whether an authority must have approved it.
    pub const fn needs_approval(self) -> bool {
        matches!(self, Self::AdHocClauses | Self::Arrangement)
    }
}

/// A safeguard other than clauses and rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherSafeguard {
    /// Which.
    pub kind: OtherSafeguardKind,
    /// Reference of the code, certificate or approval.
    pub approval: Option<Line<300>>,
}

/// A transfer under Article 49 that the data protection officer permits for a limited time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derogation {
    /// Who permitted it; `None` until somebody does.
    pub permitted_by: Option<StaffId>,
    /// Day of the permission.
    pub permitted_on: Option<NaiveDate>,
    /// Last day, at most 30 days after.
    pub expires_on: Option<NaiveDate>,
    /// Why, in a paragraph at least.
    pub reason: Option<Paragraphs<4000>>,
}

impl Derogation {
    /// Greatest time between permission and expiry, in days.
    pub const LONGEST: i64 = 30;
    /// Least length of the reason, in characters: a paragraph.
    pub const SHORTEST_REASON: usize = 200;

    /// One that nobody has permitted.
    pub const fn asked(reason: Option<Paragraphs<4000>>) -> Self {
        Self {
            permitted_by: None,
            permitted_on: None,
            expires_on: None,
            reason,
        }
    }

    /// Whether it permits the transfer on a day.
    pub fn permits(&self, day: NaiveDate) -> bool {
        let (Some(_), Some(from), Some(to), Some(reason)) = (
            self.permitted_by,
            self.permitted_on,
            self.expires_on,
            &self.reason,
        ) else {
            return false;
        };
        from <= day
            && day <= to
            && (to - from).num_days() <= Self::LONGEST
            && reason.as_str().chars().count() >= Self::SHORTEST_REASON
    }
}
