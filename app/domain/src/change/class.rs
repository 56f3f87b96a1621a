use chrono::NaiveDate;

use crate::approval::Approval;
use crate::facts::FactField;
use crate::text::Prose;
use crate::word_set::words;

words! {
    /// How customers learn of a change, least strict first.
    "notice class" NoticeClass {
        /// Register and public page only.
        C = "C", "C: list and public page only";
        /// Individual information, no window.
        B = "B", "B: individual information";
        /// Immediate notice of harm or of a lost mechanism.
        D = "D", "D: immediate notice";
        /// Individual notice with a window to object.
        A = "A", "A: notice with a window to object";
        /// The customer's opt-in is the authorisation.
        Opt = "OPT", "OPT: only after opt-in";
    }
}

impl NoticeClass {
    /// Whether a window runs before the change may start.
    pub const fn has_window(self) -> bool {
        matches!(self, Self::A)
    }

    /// Whether nothing may start without the customer's authorisation, by silence or in writing.
    pub const fn needs_authorisation(self) -> bool {
        matches!(self, Self::A | Self::Opt)
    }

    /// The first day for which it can be planned when it leaves on `dispatch`: what needs no authorisation may be told and
    /// happen on one day, everything else is told before.
    pub fn earliest(self, dispatch: NaiveDate) -> NaiveDate {
        if self.needs_authorisation() {
            dispatch.succ_opt().unwrap_or(NaiveDate::MAX)
        } else {
            dispatch
        }
    }

    /// Whether each customer is written to.
    pub const fn is_individual(self) -> bool {
        !matches!(self, Self::C)
    }

    /// The stricter of two.
    pub fn stricter(self, other: Self) -> Self {
        self.max(other)
    }
}

words! {
    /// What changes.
    "type of change" ChangeType {
        /// A subprocessor is added.
        NewSubprocessor = "NEW_SUBPROCESSOR", "New subprocessor";
        /// One takes another's place.
        Replacement = "REPLACEMENT", "Replacement";
        /// One is added for a feature that customers switch on.
        NewForOptionalFeature = "NEW_FOR_OPTIONAL_FEATURE", "New for an optional feature";
        /// One is no longer used.
        Removal = "REMOVAL", "Removal";
        /// Another place inside the EEA.
        LocationWithinEea = "LOCATION_WITHIN_EEA", "Location within the EEA";
        /// To, or between, third countries; also new remote access from one.
        LocationToThirdCountry = "LOCATION_TO_THIRD_COUNTRY", "Location in a third country";
        /// Back to the EEA.
        LocationBackToEea = "LOCATION_BACK_TO_EEA", "Location back to the EEA";
        /// It does more.
        PurposeOrServiceWidened = "PURPOSE_OR_SERVICE_WIDENED", "Purpose or service widened";
        /// It does less.
        PurposeNarrowed = "PURPOSE_NARROWED", "Purpose narrowed";
        /// More data, or more people's.
        DataCategoryAdded = "DATA_CATEGORY_ADDED", "Data category added";
        /// Training switched on, or data kept longer.
        AiTermsWorsened = "AI_TERMS_WORSENED", "AI terms worsened";
        /// Another mechanism of the same strength.
        MechanismChangedEqual = "MECHANISM_CHANGED_EQUAL", "Transfer mechanism changed";
        /// The mechanism fell away.
        MechanismLost = "MECHANISM_LOST", "Transfer mechanism lost";
        /// Another legal entity contracts.
        LegalEntityChanged = "LEGAL_ENTITY_CHANGED", "Legal entity changed";
        /// Merger with universal succession.
        MergerUniversalSuccession = "MERGER_UNIVERSAL_SUCCESSION", "Merger";
        /// Another owner of the same entity.
        ControlChanged = "CONTROL_CHANGED", "Control changed";
        /// Another name of the same entity.
        NameChanged = "NAME_CHANGED", "Name changed";
        /// Another address or contact.
        AddressOrContactChanged = "ADDRESS_OR_CONTACT_CHANGED", "Address or contact changed";
        /// A change in its own chain.
        Tier2Change = "TIER2_CHANGE", "Change further down the chain";
        /// A certification lost, or a breach.
        SecurityDowngrade = "SECURITY_DOWNGRADE", "Security downgrade";
        /// It failed its obligations.
        SubprocessorFailure = "SUBPROCESSOR_FAILURE", "Failure of a subprocessor";
        /// Law at the destination changed (SCC clause 14(e)).
        LawChangeNotice = "LAW_CHANGE_NOTICE", "Change of law";
        /// An authority asked for data (SCC clause 15.1).
        GovAccessNotice = "GOV_ACCESS_NOTICE", "Government access";
        /// The register said something wrong, or did not know.
        Correction = "CORRECTION", "Correction";
        /// Replacement before notice, where the contract allows it.
        EmergencyReplacement = "EMERGENCY_REPLACEMENT", "Emergency replacement";
    }
}

impl ChangeType {
    /// Its class unless somebody chooses another.
    pub const fn default_class(self) -> NoticeClass {
        use NoticeClass as N;
        match self {
            Self::NewSubprocessor
            | Self::Replacement
            | Self::LocationToThirdCountry
            | Self::PurposeOrServiceWidened
            | Self::DataCategoryAdded
            | Self::AiTermsWorsened
            | Self::LegalEntityChanged
            | Self::MergerUniversalSuccession
            | Self::EmergencyReplacement => N::A,
            Self::NewForOptionalFeature => N::Opt,
            Self::LocationWithinEea
            | Self::MechanismChangedEqual
            | Self::ControlChanged
            | Self::Tier2Change
            | Self::SecurityDowngrade => N::B,
            Self::MechanismLost
            | Self::SubprocessorFailure
            | Self::LawChangeNotice
            | Self::GovAccessNotice => N::D,
            Self::Removal
            | Self::LocationBackToEea
            | Self::PurposeNarrowed
            | Self::NameChanged
            | Self::AddressOrContactChanged
            | Self::Correction => N::C,
        }
    }

    /// Whether the engagement starts with it, so that it goes through every gate.
    pub const fn starts_engagement(self) -> bool {
        matches!(
            self,
            Self::NewSubprocessor
                | Self::Replacement
                | Self::NewForOptionalFeature
                | Self::EmergencyReplacement
        )
    }

    /// Whether it is told once it has happened, because nobody decided on it, or because it weakens nothing: then there is no
    /// day to wait for, and the planned day is the day on which it happened.
    pub const fn is_told_afterwards(self) -> bool {
        matches!(self.default_class(), NoticeClass::D) || matches!(self, Self::MechanismChangedEqual)
    }

    /// Whether it is told afterwards and the planned day, if there is one, has come by a day.
    pub fn has_happened(self, planned_on: Option<NaiveDate>, day: NaiveDate) -> bool {
        self.is_told_afterwards() && planned_on.is_some_and(|planned| planned <= day)
    }

    /// Whether it only tells what happened: nothing starts, so nothing is activated, and it is over once its day has come.
    pub const fn is_information(self) -> bool {
        matches!(
            self,
            Self::MechanismLost
                | Self::SecurityDowngrade
                | Self::SubprocessorFailure
                | Self::LawChangeNotice
                | Self::GovAccessNotice
        )
    }

    /// Whether the engagement ends with it: no paper has to be in order for that.
    pub const fn ends_engagement(self) -> bool {
        matches!(self, Self::Removal)
    }

    /// Whether it is told whatever is on file: that something ends, or what has happened, waits for nothing.
    pub const fn needs_no_papers(self) -> bool {
        self.ends_engagement() || self.is_information()
    }

    /// Whether another engagement ends with it.
    pub const fn names_a_replaced_one(self) -> bool {
        matches!(self, Self::Replacement | Self::EmergencyReplacement)
    }

    /// Whether a difference in this field is explained by it.
    pub const fn covers(self, field: FactField) -> bool {
        use FactField as F;
        match self {
            Self::NewSubprocessor
            | Self::Replacement
            | Self::NewForOptionalFeature
            | Self::EmergencyReplacement
            | Self::Correction => true,
            Self::LocationWithinEea => matches!(field, F::Locations | F::RemoteAccess),
            Self::LocationToThirdCountry | Self::LocationBackToEea => {
                matches!(field, F::Locations | F::RemoteAccess | F::Mechanism)
            }
            Self::PurposeOrServiceWidened | Self::PurposeNarrowed => matches!(
                field,
                F::Purpose
                    | F::Service
                    | F::Category
                    | F::Responsibilities
                    | F::Products
                    | F::OptionalFeature
                    | F::RelationshipRole
                    | F::DataSubjects
                    | F::DataCategories
                    | F::SpecialCategories
                    | F::CriminalData
            ),
            Self::DataCategoryAdded => {
                matches!(
                    field,
                    F::DataSubjects | F::DataCategories | F::SpecialCategories | F::CriminalData
                )
            }
            Self::AiTermsWorsened => matches!(field, F::AiTraining | F::AiRetention),
            Self::MechanismChangedEqual | Self::MechanismLost => matches!(field, F::Mechanism),
            Self::LegalEntityChanged | Self::MergerUniversalSuccession => matches!(
                field,
                F::Organisation
                    | F::LegalName
                    | F::FormerNames
                    | F::RegistrationNumber
                    | F::RegistrationCountry
                    | F::Address
                    | F::Contact
                    | F::Dpo
                    | F::EuRepresentative
                    | F::Parent
                    | F::UltimateParentCountry
                    | F::Website
            ),
            Self::ControlChanged => matches!(field, F::Parent | F::UltimateParentCountry),
            Self::NameChanged => matches!(field, F::LegalName | F::FormerNames | F::Website),
            Self::AddressOrContactChanged => {
                matches!(
                    field,
                    F::Address | F::Contact | F::Dpo | F::EuRepresentative | F::Website
                )
            }
            Self::Tier2Change => matches!(field, F::Chain | F::Tier | F::ParentEngagement),
            Self::SecurityDowngrade => matches!(field, F::Security),
            Self::Removal | Self::SubprocessorFailure | Self::LawChangeNotice | Self::GovAccessNotice => {
                false
            }
        }
    }
}

words! {
    /// What somebody else says to a lower class that was asked for.
    "verdict on a lower class" LoweringVerdict {
        /// It holds.
        Granted = "GRANTED", "granted";
        /// The default holds.
        Refused = "REFUSED", "refused";
    }
}

/// Someone other than the authors lowers a class, with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lowering {
    /// Proof that the approver is no author.
    pub approval: Approval,
    /// Why the lower class is right.
    pub reason: Prose,
}

/// Why a class was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClassRefused {
    /// Lower than the default without an approver's reason.
    #[error("A class below the default needs somebody else’s approval, with a reason")]
    NeedsApproval,
    /// Special categories of data always get a window.
    #[error("Special categories of data always need notice with a window")]
    SpecialCategory,
    /// Another class would delay what must be told at once.
    #[error("This must be told at once; another class needs somebody else’s approval, with a reason")]
    MustBeImmediate,
}

/// Whether `chosen` gives customers less than `needed`: a lower class, or a later word of what must be told at once.
pub const fn is_lower(needed: NoticeClass, chosen: NoticeClass) -> bool {
    (chosen as u8) < (needed as u8) || (matches!(needed, NoticeClass::D) && !matches!(chosen, NoticeClass::D))
}

/// The class of a line: raised freely, lowered only by an approver with a reason.
pub fn choose_class(
    default: NoticeClass,
    chosen: NoticeClass,
    adds_special_category: bool,
    lowering: Option<&Lowering>,
) -> Result<NoticeClass, ClassRefused> {
    if adds_special_category && !matches!(chosen, NoticeClass::A | NoticeClass::Opt) {
        return Err(ClassRefused::SpecialCategory);
    }
    if chosen == default || lowering.is_some() {
        return Ok(chosen);
    }
    if default == NoticeClass::D {
        return Err(ClassRefused::MustBeImmediate);
    }
    if is_lower(default, chosen) {
        Err(ClassRefused::NeedsApproval)
    } else {
        Ok(chosen)
    }
}
