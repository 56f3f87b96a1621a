//! The closed sets of words in a set of clauses.

use chrono::NaiveDate;

use crate::word_set::words;

words! {
    /// Which set of standard contractual clauses.
    "SCC version" SccVersion {
        /// Implementing Decision (EU) 2021/914.
        V2021 = "2021", "2021/914";
        /// Decision 2010/87/EU; ended as a safeguard on 27 December 2022.
        V2010 = "2010", "2010/87";
        /// Decision 2004/915/EC; ended likewise.
        V2004 = "2004", "2004/915";
        /// Decision 2001/497/EC; ended likewise.
        V2001 = "2001", "2001/497";
    }
}

impl SccVersion {
    /// The first day on which the set could be used: nobody signed it earlier, and it was in force nowhere. For 2021/914
    /// that is the twentieth day after its publication on 7 June 2021 (Article 4(1) of the decision). What never comes into
    /// force any more needs none.
    pub const fn usable_from(self) -> Option<NaiveDate> {
        match self {
            Self::V2021 => NaiveDate::from_ymd_opt(2021, 6, 27),
            Self::V2010 | Self::V2004 | Self::V2001 => None,
        }
    }
}

words! {
    /// What a party is for the data in question.
    "role of a party" PartyRole {
        /// Decides purposes and means.
        Controller = "CONTROLLER", "controller";
        /// Acts for a controller.
        Processor = "PROCESSOR", "processor";
    }
}

words! {
    /// Module of the 2021 clauses, by who exports to whom.
    "SCC module" SccModule {
        /// Controller to controller.
        One = "ONE", "Module 1 (controller to controller)";
        /// Controller to processor.
        Two = "TWO", "Module 2 (controller to processor)";
        /// Processor to subprocessor.
        Three = "THREE", "Module 3 (processor to subprocessor)";
        /// Processor to controller.
        Four = "FOUR", "Module 4 (processor to controller)";
    }
}

impl SccModule {
    /// The module for an exporter and an importer (Decision (EU) 2021/914).
    pub const fn between(exporter: PartyRole, importer: PartyRole) -> Self {
        match (exporter, importer) {
            (PartyRole::Controller, PartyRole::Controller) => Self::One,
            (PartyRole::Controller, PartyRole::Processor) => Self::Two,
            (PartyRole::Processor, PartyRole::Processor) => Self::Three,
            (PartyRole::Processor, PartyRole::Controller) => Self::Four,
        }
    }

    /// Roles of exporter and importer; Annex I.A states them.
    pub const fn roles(self) -> (PartyRole, PartyRole) {
        match self {
            Self::One => (PartyRole::Controller, PartyRole::Controller),
            Self::Two => (PartyRole::Controller, PartyRole::Processor),
            Self::Three => (PartyRole::Processor, PartyRole::Processor),
            Self::Four => (PartyRole::Processor, PartyRole::Controller),
        }
    }

    /// Whether the importer is a processor, so that clause 9 on subprocessors applies.
    pub const fn has_clause_9(self) -> bool {
        matches!(self, Self::Two | Self::Three)
    }

    /// Whether Annexes I.C and II and clause 13 apply.
    pub const fn has_authority(self) -> bool {
        !matches!(self, Self::Four)
    }
}

words! {
    /// Option chosen in clause 9(a).
    "clause 9 option" Clause9 {
        /// Option 1: the controller authorises each subprocessor; Annex III is mandatory.
        Specific = "SPECIFIC", "option 1, specific prior authorisation";
        /// Option 2: general written authorisation.
        General = "GENERAL", "option 2, general written authorisation";
    }
}

words! {
    /// Which case of clause 13(a) names the supervisory authority.
    "case of clause 13" Clause13 {
        /// The exporter is established in a Member State.
        Established = "ESTABLISHED", "the exporter is established in a Member State";
        /// It is not, and has a representative there.
        Representative = "REPRESENTATIVE", "the exporter has a representative in a Member State";
        /// It has neither; the data subjects are there.
        DataSubjects = "DATA_SUBJECTS", "the data subjects are in a Member State";
    }
}

words! {
    /// Option chosen in clause 17, modules 2 and 3.
    "clause 17 option" Clause17 {
        /// The law of one named Member State.
        Chosen = "CHOSEN", "option 1, a chosen Member State’s law";
        /// The law of the Member State where the exporter is.
        Exporters = "EXPORTERS", "option 2, the law where the exporter is established";
    }
}

words! {
    /// How often data is transferred (Annex I.B).
    "frequency of a transfer" Frequency {
        /// Once.
        OneOff = "ONE_OFF", "one-off";
        /// Again and again.
        Continuous = "CONTINUOUS", "continuous";
    }
}

words! {
    /// What a measure in Annex II is about, after the examples that the annex itself gives.
    "area of measures" MeasureArea {
        /// Pseudonymisation and encryption.
        Encryption = "ENCRYPTION", "Pseudonymisation and encryption";
        /// Confidentiality, integrity, availability and resilience.
        Resilience = "RESILIENCE", "Confidentiality, integrity, availability, resilience";
        /// Restoring access after an incident.
        Restoration = "RESTORATION", "Restoring access after an incident";
        /// Testing and evaluating the measures.
        Testing = "TESTING", "Regular testing of the measures";
        /// Identification and authorisation of users.
        Access = "ACCESS", "Identification and authorisation of users";
        /// In transmission.
        Transmission = "TRANSMISSION", "Protection in transmission";
        /// In storage.
        Storage = "STORAGE", "Protection in storage";
        /// Buildings.
        Physical = "PHYSICAL", "Physical security";
        /// Logging.
        Logging = "LOGGING", "Logging of events";
        /// Configuration and governance.
        Governance = "GOVERNANCE", "Configuration, governance, certification";
        /// Minimisation, quality, limited retention.
        Minimisation = "MINIMISATION", "Minimisation, quality, limited retention";
        /// Erasure and portability.
        Erasure = "ERASURE", "Erasure and portability";
        /// How the importer assists the controller and, in Module 3, the exporter.
        Assistance = "ASSISTANCE", "Assistance to the controller and the exporter";
    }
}

words! {
    /// Instruments for transfers under the UK GDPR.
    "UK instrument" UkInstrumentKind {
        /// International Data Transfer Addendum B1.0 to the EU clauses.
        Addendum = "ADDENDUM_B1_0", "UK Addendum B1.0";
        /// International Data Transfer Agreement A1.0.
        Idta = "IDTA_A1_0", "IDTA A1.0";
    }
}

impl UkInstrumentKind {
    /// The first day on which it could be used: both were issued under section 119A of the Data Protection Act 2018 and are
    /// in force since 21 March 2022.
    pub const fn usable_from(self) -> Option<NaiveDate> {
        match self {
            Self::Addendum => NaiveDate::from_ymd_opt(2022, 3, 21),
            Self::Idta => NaiveDate::from_ymd_opt(2022, 3, 21),
        }
    }
}

words! {
    /// Who may end the UK instrument when the template changes (Table 4).
    "party that may end" UkEnd {
        /// The importer.
        Importer = "IMPORTER", "importer";
        /// The exporter.
        Exporter = "EXPORTER", "exporter";
        /// Neither.
        Neither = "NEITHER", "neither party";
    }
}

words! {
    /// What the Swiss authority asks to be adapted in the EU clauses for exports under the Swiss act.
    "Swiss adaptation" SwissPoint {
        /// The Swiss authority is competent.
        Authority = "AUTHORITY", "Annex I.C names the FDPIC";
        /// Clause 17.
        Law = "LAW", "clause 17 chooses Swiss law, or a law with rights for third parties";
        /// Clause 18.
        Forum = "FORUM", "clause 18(b) names a forum";
        /// Clause 18(c).
        DataSubjects = "DATA_SUBJECTS", "“Member State” does not keep data subjects in Switzerland from suing there";
        /// The act behind the references.
        References = "REFERENCES", "references to the GDPR are read as references to the FADP";
    }
}
