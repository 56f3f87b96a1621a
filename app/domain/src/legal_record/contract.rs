use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::text::{Line, Name, Short};
use crate::web_address::WebAddress;
use crate::word_set::words;

words! {
    /// What the contract passes on to the subprocessor (GDPR Article 28(3) and (4), SCC clause 9).
    "contract term" FlowDown {
        /// In writing; electronic form counts.
        Written = "WRITTEN", "in writing";
        /// Signed by the legal entity in the register, which is also the one on the invoice.
        SignedByEntity = "SIGNED_BY_CONTRACTING_ENTITY", "signed by the contracting entity";
        /// Only documented instructions.
        InstructionsOnly = "INSTRUCTIONS_ONLY", "documented instructions only";
        /// Confidentiality.
        Confidentiality = "CONFIDENTIALITY", "confidentiality";
        /// Security measures attached.
        SecurityMeasures = "SECURITY_MEASURES_ATTACHED", "security measures attached";
        /// A rule on its own subprocessors, with days of notice.
        Subprocessing = "SUBPROCESSING_RULE_AND_NOTICE_DAYS", "rule and notice for further subprocessors";
        /// Help with data subjects' requests.
        DataSubjectRequests = "DSR_ASSISTANCE", "help with data subjects’ requests";
        /// Notice of breaches.
        BreachNotice = "BREACH_NOTICE_TERMS", "notice of breaches";
        /// Deletion or return at the end.
        DeletionOrReturn = "DELETION_OR_RETURN", "deletion or return";
        /// Audits and information.
        Audit = "AUDIT_AND_INFORMATION", "audit and information";
        /// The exporter may step in when the importer vanishes (SCC clause 9(e)).
        ThirdPartyBeneficiary = "THIRD_PARTY_BENEFICIARY_CLAUSE", "third-party beneficiary clause";
    }
}

words! {
    /// Whether the contract lets the organisation use data for its own purposes.
    "own purpose" OwnPurpose {
        /// It does not.
        None = "NONE", "none";
        /// It does, and legal has reviewed it.
        Reviewed = "REVIEWED", "reviewed";
        /// It does, or nobody has looked.
        Unreviewed = "UNREVIEWED", "not reviewed";
    }
}

words! {
    /// How the organisation tells us of its own changes (legal-rules §1.6).
    "channel" NoticeChannel {
        /// A mail to an address of ours.
        Email = "EMAIL", "e-mail";
        /// A feed that we read.
        Feed = "RSS", "RSS or Atom feed";
        /// Its portal.
        Portal = "PORTAL", "its portal";
        /// A page that somebody must look at.
        PolledPage = "POLLED_PAGE", "a page that we look at";
    }
}

/// Our subscription to the organisation's own notices of changes. Without one its changes reach nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeFeed {
    /// How it tells.
    pub channel: NoticeChannel,
    /// Who looks after it: a function, not a person's name.
    pub owner: Short,
    /// Day on which it was last seen to work.
    pub tested_on: Option<NaiveDate>,
    /// The page that is looked at once a day, where the channel is such a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<WebAddress>,
}

impl ChangeFeed {
    /// Days after which a test is repeated.
    pub const TEST_EVERY: TimeDelta = TimeDelta::days(365);
    /// Days that the first test may wait.
    pub const FIRST_TEST: TimeDelta = TimeDelta::days(30);

    /// The last day for the next test; a feed that was never tested counts from the day it was recorded.
    pub fn test_due(&self, recorded_on: NaiveDate) -> Option<NaiveDate> {
        match self.tested_on {
            Some(tested) => tested.checked_add_signed(Self::TEST_EVERY),
            None => recorded_on.checked_add_signed(Self::FIRST_TEST),
        }
    }
}

/// The subprocessor agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// The legal entity that signed, exactly as written on the agreement.
    pub entity_name: Name,
    /// The legal entity on the invoice, where known.
    pub invoice_entity_name: Option<Name>,
    /// Reference or title of the agreement.
    pub reference: Option<Line<300>>,
    /// First day on which it is in force.
    pub effective_on: Option<NaiveDate>,
    /// Last day on which it is in force, where it ends.
    pub ends_on: Option<NaiveDate>,
    /// What it passes on.
    pub flow_down: BTreeSet<FlowDown>,
    /// Use for its own purposes.
    pub own_purpose: OwnPurpose,
    /// SHA-256 of the archived copy; a link is no evidence.
    pub archived_copy: Option<Digest>,
    /// Day on which that copy was retrieved.
    pub retrieved_on: Option<NaiveDate>,
    /// Days of notice that the organisation gives of its own changes.
    pub vendor_notice_days: Option<u16>,
    /// Day of the last signature.
    #[serde(default)]
    pub signed_on: Option<NaiveDate>,
    /// Our subscription to its own notices of changes.
    #[serde(default)]
    pub change_feed: Option<ChangeFeed>,
}

impl Contract {
    /// Whether it is in force on a day.
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.effective_on.is_some_and(|from| from <= day) && self.ends_on.is_none_or(|to| day <= to)
    }

    /// What is missing for the terms to be complete, in plain English.
    pub fn missing_terms(&self) -> Vec<&'static str> {
        let mut missing: Vec<_> = FlowDown::ALL
            .iter()
            .filter(|item| !self.flow_down.contains(item))
            .map(|item| item.label())
            .collect();
        if self.own_purpose == OwnPurpose::Unreviewed {
            missing.push("review of use for its own purposes");
        }
        if self.archived_copy.is_none() {
            missing.push("archived copy");
        }
        if self.retrieved_on.is_none() {
            missing.push("day on which the copy was retrieved");
        }
        missing
    }
}
