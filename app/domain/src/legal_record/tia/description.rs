//! Part B: the transfer and its circumstances (clause 14(b)(i)).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::country::Place;
use crate::text::{Line, Name, Paragraphs};
use crate::word_set::words;

words! {
    /// In what form the importer has the data.
    "format of the data" DataFormat {
        /// In the clear.
        Plaintext = "PLAINTEXT", "in the clear";
        /// Pseudonymised; what identifies people stays in the EEA.
        Pseudonymised = "PSEUDONYMISED", "pseudonymised, identifiers kept in the EEA";
        /// Encrypted, and the importer never has a key.
        EncryptedImporterNoKey = "ENCRYPTED_IMPORTER_NO_KEY", "encrypted, importer has no key";
    }
}

/// The transfer and its circumstances. What is empty is not established yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The exporting legal entity.
    pub exporter: Option<Name>,
    /// The importing legal entity.
    pub importer: Option<Name>,
    /// Their roles: "processor to subprocessor".
    pub roles: Option<Line<200>>,
    /// Who gets the data from the importer, and where; empty where the chain ends with the importer.
    pub onward_transfers: Vec<Line<300>>,
    /// Companies in the chain, the importer included: 1 where it ends there.
    pub chain_length: Option<u16>,
    /// How many companies take part in the processing.
    pub number_of_actors: Option<u16>,
    /// How the data travels.
    pub transmission_channels: Vec<Line<200>>,
    /// What kind of recipient it is.
    pub recipient_type: Option<Line<200>>,
    /// What for.
    pub purposes: Option<Paragraphs<2000>>,
    /// Whose data.
    pub data_subjects: BTreeSet<Line<120>>,
    /// Which data.
    pub data_categories: BTreeSet<Line<120>>,
    /// Which special categories, or that there are none.
    pub special_categories: Option<Line<300>>,
    /// In what form the importer has it.
    pub format: Option<DataFormat>,
    /// Economic sector.
    pub sector: Option<Line<120>>,
    /// Where it is stored.
    pub storage_locations: BTreeSet<Place>,
    /// From where it is reached.
    pub access_locations: BTreeSet<Place>,
    /// How much.
    pub volume: Option<Line<300>>,
    /// How often.
    pub frequency: Option<Line<300>>,
    /// How long the importer keeps it.
    pub retention: Option<Line<300>>,
}
