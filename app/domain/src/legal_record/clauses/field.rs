//! The appendix of the clauses field by field (spec section 2.3), and the tables of the UK instruments (2.5).

use crate::word_set::words;

words! {
    /// A part of a set of clauses that has to be complete.
    "part of the clauses" ClausesPart {
        /// Options of the clauses themselves.
        Options = "OPTIONS", "Options";
        /// Parties.
        IA = "I.A", "Annex I.A (parties)";
        /// Description of the transfer.
        IB = "I.B", "Annex I.B (description of transfer)";
        /// Competent supervisory authority.
        IC = "I.C", "Annex I.C (supervisory authority)";
        /// Technical and organisational measures.
        II = "II", "Annex II (measures)";
        /// List of subprocessors; only with option 1 of clause 9(a).
        III = "III", "Annex III (subprocessors)";
        /// The UK Addendum or the IDTA.
        Uk = "UK", "UK instrument, Tables 1 to 4";
        /// The Swiss adaptations.
        Ch = "CH", "Swiss adaptations";
    }
}

words! {
    /// A field that is filled with words.
    "field of the clauses" ClausesField {
        /// I.A, exporter.
        ExporterName = "exporter_name", "Name of the exporter";
        /// I.A, exporter.
        ExporterAddress = "exporter_address", "Address of the exporter";
        /// I.A, exporter.
        ExporterContact = "exporter_contact", "Contact person of the exporter";
        /// I.A, exporter.
        ExporterPosition = "exporter_position", "Position of the exporter’s contact";
        /// I.A, exporter.
        ExporterDetails = "exporter_details", "Contact details of the exporter’s contact";
        /// I.A, exporter.
        ExporterActivities = "exporter_activities", "Exporter’s activities relevant to the data";
        /// I.A, exporter.
        ExporterDpo = "exporter_dpo", "Exporter’s data protection officer";
        /// I.A, exporter.
        ExporterRepresentative = "exporter_representative", "Exporter’s representative in the Union";
        /// I.A, importer.
        ImporterName = "importer_name", "Name of the importer";
        /// I.A, importer.
        ImporterAddress = "importer_address", "Address of the importer";
        /// I.A, importer.
        ImporterContact = "importer_contact", "Contact person of the importer";
        /// I.A, importer.
        ImporterPosition = "importer_position", "Position of the importer’s contact";
        /// I.A, importer.
        ImporterDetails = "importer_details", "Contact details of the importer’s contact";
        /// I.A, importer.
        ImporterActivities = "importer_activities", "Importer’s activities relevant to the data";
        /// I.B.
        DataSubjects = "data_subjects", "Categories of data subjects";
        /// I.B.
        DataCategories = "data_categories", "Categories of personal data";
        /// I.B; only where there is sensitive data.
        SensitiveData = "sensitive_data", "Which sensitive data";
        /// I.B, clause 8.7; only where there is sensitive data.
        SensitiveSafeguards = "sensitive_safeguards", "Restrictions and safeguards for sensitive data";
        /// I.B.
        Nature = "nature", "Nature of the processing";
        /// I.B.
        Purpose = "purpose", "Purposes of the transfer and of further processing";
        /// I.B.
        Retention = "retention", "Retention period, or the criteria for it";
        /// I.B, for transfers to (sub)processors.
        SubprocessingSubject = "subprocessing_subject", "Subprocessors: subject matter";
        /// I.B, for transfers to (sub)processors.
        SubprocessingNature = "subprocessing_nature", "Subprocessors: nature of the processing";
        /// I.B, for transfers to (sub)processors.
        SubprocessingDuration = "subprocessing_duration", "Subprocessors: duration";
        /// I.C.
        Authority = "authority", "Competent supervisory authority";
        /// UK Table 1, exporter.
        UkExporterTradingName = "uk_exporter_trading_name", "Trading name of the exporter";
        /// UK Table 1, exporter.
        UkExporterNumber = "uk_exporter_number", "Official registration number of the exporter";
        /// UK Table 1, exporter.
        UkExporterContact = "uk_exporter_contact", "Key contact of the exporter";
        /// UK Table 1, exporter.
        UkExporterSignature = "uk_exporter_signature", "Signature for the exporter: name and day";
        /// UK Table 1, importer.
        UkImporterTradingName = "uk_importer_trading_name", "Trading name of the importer";
        /// UK Table 1, importer.
        UkImporterNumber = "uk_importer_number", "Official registration number of the importer";
        /// UK Table 1, importer.
        UkImporterContact = "uk_importer_contact", "Key contact of the importer";
        /// UK Table 1, importer.
        UkImporterSignature = "uk_importer_signature", "Signature for the importer: name and day";
        /// UK Table 2.
        UkSelected = "uk_selected", "Table 2: the EU clauses that it is attached to, with date and reference";
        /// UK Table 3.
        UkAnnexIA = "uk_annex_1a", "Table 3: where Annex 1A (parties) is";
        /// UK Table 3.
        UkAnnexIB = "uk_annex_1b", "Table 3: where Annex 1B (description of transfer) is";
        /// UK Table 3.
        UkAnnexII = "uk_annex_2", "Table 3: where Annex II (measures) is";
        /// UK Table 3.
        UkAnnexIII = "uk_annex_3", "Table 3: where Annex III (subprocessors) is";
    }
}

impl ClausesField {
    /// The part it belongs to.
    pub const fn part(self) -> ClausesPart {
        match self {
            Self::ExporterName
            | Self::ExporterAddress
            | Self::ExporterContact
            | Self::ExporterPosition
            | Self::ExporterDetails
            | Self::ExporterActivities
            | Self::ExporterDpo
            | Self::ExporterRepresentative
            | Self::ImporterName
            | Self::ImporterAddress
            | Self::ImporterContact
            | Self::ImporterPosition
            | Self::ImporterDetails
            | Self::ImporterActivities => ClausesPart::IA,
            Self::DataSubjects
            | Self::DataCategories
            | Self::SensitiveData
            | Self::SensitiveSafeguards
            | Self::Nature
            | Self::Purpose
            | Self::Retention
            | Self::SubprocessingSubject
            | Self::SubprocessingNature
            | Self::SubprocessingDuration => ClausesPart::IB,
            Self::Authority => ClausesPart::IC,
            _ => ClausesPart::Uk,
        }
    }

    /// Whether the answer takes several lines.
    pub const fn is_long(self) -> bool {
        matches!(
            self,
            Self::ExporterAddress
                | Self::ImporterAddress
                | Self::ExporterActivities
                | Self::ImporterActivities
                | Self::DataSubjects
                | Self::DataCategories
                | Self::SensitiveData
                | Self::SensitiveSafeguards
                | Self::Nature
                | Self::Purpose
                | Self::Retention
                | Self::SubprocessingSubject
                | Self::SubprocessingNature
        )
    }
}
