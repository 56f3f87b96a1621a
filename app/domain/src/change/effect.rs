//! What a type of change means beside the notice (legal-rules §7): whether the law itself asks for it, and which papers
//! follow it.

use super::class::ChangeType;
use crate::word_set::words;

words! {
    /// Whether Article 28(2) itself speaks of it: an addition or replacement of a processor.
    "trigger" Trigger {
        /// Another processor.
        Yes = "YES", "yes: another processor";
        /// Arguable.
        Arguable = "ARGUABLE", "arguable";
        /// Not by its words; the instructions or the contract ask for it.
        NotLiterally = "NOT_LITERALLY", "not by its words";
        /// No.
        No = "NO", "no";
    }
}

words! {
    /// What becomes of the standard contractual clauses and their annexes.
    "effect on the clauses" SccEffect {
        /// Nothing.
        None = "NONE", "nothing";
        /// New clauses with all annexes.
        New = "NEW", "new clauses";
        /// The parties: Annex I.A.
        AnnexIA = "I.A", "Annex I.A";
        /// The transfer: Annex I.B.
        AnnexIB = "I.B", "Annex I.B";
        /// The measures: Annex II.
        AnnexII = "II", "Annex II";
        /// Whatever concerns the place or the instrument.
        Update = "UPDATE", "update";
        /// Those of the vendor with its own subprocessor.
        Vendors = "VENDORS", "the vendor’s own";
        /// They end.
        End = "END", "end";
    }
}

words! {
    /// What becomes of the transfer impact assessment.
    "effect on the assessment" TiaEffect {
        /// Nothing.
        None = "NONE", "nothing";
        /// A new one.
        New = "NEW", "a new one";
        /// A new version.
        NewVersion = "NEW_VERSION", "a new version";
        /// A light look.
        Light = "LIGHT", "a light look";
        /// An update.
        Update = "UPDATE", "an update";
        /// A review.
        Review = "REVIEW", "a review";
        /// A review is triggered (legal-rules §4.5).
        Trigger = "TRIGGER", "a review is triggered";
        /// It is closed.
        Close = "CLOSE", "it is closed";
    }
}

impl ChangeType {
    /// Whether Article 28(2) itself speaks of it.
    pub const fn trigger(self) -> Trigger {
        match self {
            Self::NewSubprocessor
            | Self::Replacement
            | Self::NewForOptionalFeature
            | Self::LegalEntityChanged
            | Self::Tier2Change
            | Self::EmergencyReplacement => Trigger::Yes,
            Self::PurposeOrServiceWidened | Self::MergerUniversalSuccession => Trigger::Arguable,
            Self::LocationToThirdCountry | Self::DataCategoryAdded | Self::AiTermsWorsened => {
                Trigger::NotLiterally
            }
            Self::Removal
            | Self::LocationWithinEea
            | Self::LocationBackToEea
            | Self::PurposeNarrowed
            | Self::MechanismChangedEqual
            | Self::MechanismLost
            | Self::ControlChanged
            | Self::NameChanged
            | Self::AddressOrContactChanged
            | Self::SecurityDowngrade
            | Self::SubprocessorFailure
            | Self::LawChangeNotice
            | Self::GovAccessNotice
            | Self::Correction => Trigger::No,
        }
    }

    /// Whether customers must always be able to object before it happens: Article 28(2) itself asks for prior notice of
    /// another processor, so no class below that is ever right.
    pub fn is_always_asked(self) -> bool {
        self.trigger() == Trigger::Yes && self.default_class().needs_authorisation()
    }

    /// What becomes of the clauses.
    pub const fn scc_effect(self) -> SccEffect {
        match self {
            Self::NewSubprocessor
            | Self::Replacement
            | Self::NewForOptionalFeature
            | Self::EmergencyReplacement => SccEffect::New,
            Self::Removal | Self::LocationBackToEea => SccEffect::End,
            Self::LocationToThirdCountry | Self::MechanismChangedEqual => SccEffect::Update,
            Self::LocationWithinEea
            | Self::PurposeOrServiceWidened
            | Self::PurposeNarrowed
            | Self::DataCategoryAdded => SccEffect::AnnexIB,
            Self::LegalEntityChanged
            | Self::MergerUniversalSuccession
            | Self::NameChanged
            | Self::AddressOrContactChanged => SccEffect::AnnexIA,
            Self::SecurityDowngrade => SccEffect::AnnexII,
            Self::Tier2Change => SccEffect::Vendors,
            Self::AiTermsWorsened
            | Self::MechanismLost
            | Self::ControlChanged
            | Self::SubprocessorFailure
            | Self::LawChangeNotice
            | Self::GovAccessNotice
            | Self::Correction => SccEffect::None,
        }
    }

    /// What becomes of the transfer impact assessment.
    pub const fn tia_effect(self) -> TiaEffect {
        match self {
            Self::NewSubprocessor
            | Self::Replacement
            | Self::NewForOptionalFeature
            | Self::LegalEntityChanged
            | Self::EmergencyReplacement => TiaEffect::New,
            Self::LocationToThirdCountry
            | Self::PurposeOrServiceWidened
            | Self::DataCategoryAdded
            | Self::AiTermsWorsened => TiaEffect::NewVersion,
            Self::LocationWithinEea => TiaEffect::Light,
            Self::MechanismChangedEqual => TiaEffect::Update,
            Self::MergerUniversalSuccession | Self::Tier2Change => TiaEffect::Review,
            Self::MechanismLost
            | Self::ControlChanged
            | Self::SecurityDowngrade
            | Self::LawChangeNotice
            | Self::GovAccessNotice => TiaEffect::Trigger,
            Self::Removal | Self::LocationBackToEea => TiaEffect::Close,
            Self::PurposeNarrowed
            | Self::NameChanged
            | Self::AddressOrContactChanged
            | Self::SubprocessorFailure
            | Self::Correction => TiaEffect::None,
        }
    }

    /// The papers that follow it, for people: "Annex I.B of the clauses; a new version of the assessment of transfers".
    pub fn papers(self) -> Option<String> {
        let clauses = match self.scc_effect() {
            SccEffect::None => None,
            effect => Some(format!("clauses: {}", effect.label())),
        };
        let assessment = match self.tia_effect() {
            TiaEffect::None => None,
            effect => Some(format!("assessment of transfers: {}", effect.label())),
        };
        let parts: Vec<String> = clauses.into_iter().chain(assessment).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
