//! What one customer's contract says about notice and objection. The contract sets the periods; no law does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::authorisation::AuthorisationModel;
use crate::calendar::CalendarId;
use crate::change::{ChangeType, NoticeClass};
use crate::period::{Period, PeriodUnit};
use crate::text::Short;
use crate::window::{NoticeTerms, Terms};
use crate::word_set::words;
use crate::zone::Zone;

words! {
    /// What an objection that stays unresolved does.
    "objection effect" ObjectionEffect {
        /// The engagement never starts for this customer.
        Block = "BLOCK", "blocks the engagement for this customer";
        /// It is held until resolved; then the customer may end the affected service.
        BlockThenTerminate = "BLOCK_UNTIL_RESOLVED_THEN_TERMINATE", "holds it, then the customer may terminate";
        /// The customer may end the affected service.
        TerminateOnly = "TERMINATE_ONLY", "the customer may terminate";
    }
}

words! {
    /// Whose text the contract uses.
    "contract text" ContractText {
        /// The parties' own.
        Bespoke = "BESPOKE", "own text";
        /// The Commission's controller–processor clauses, Implementing Decision (EU) 2021/915.
        C2021915 = "2021/915", "Commission clauses 2021/915";
        /// The transfer clauses, Implementing Decision (EU) 2021/914, with their clause 9(a).
        C2021914 = "2021/914", "Commission clauses 2021/914";
    }
}

words! {
    /// What a notice asks of one customer.
    "what is asked" Asked {
        /// Nothing; it is for information.
        Nothing = "NOTHING", "for information";
        /// To object, or to stay silent.
        Objection = "OBJECTION", "you can object";
        /// A written approval; silence is a no.
        Approval = "APPROVAL", "your approval is needed";
        /// To opt in; silence is a no.
        OptIn = "OPT_IN", "only if you opt in";
    }
}

impl Asked {
    /// What silence means, for the notice.
    pub const fn silence_text(self) -> &'static str {
        match self {
            Self::Nothing => "You need not do anything.",
            Self::Objection => {
                "Under your contract, if you do not object by the last day, you authorise this subprocessor."
            }
            Self::Approval => {
                "Under your contract, we need your written approval. Without it, this subprocessor is not used for you."
            }
            Self::OptIn => {
                "This subprocessor belongs to an optional feature. Unless you opt in, it is not used for you."
            }
        }
    }

    /// Whether the customer is asked to say yes or no in writing.
    pub const fn is_answered_in_writing(self) -> bool {
        matches!(self, Self::Approval | Self::OptIn)
    }
}

words! {
    /// Whether an objection must give grounds.
    "grounds rule" GroundsRule {
        /// None are required.
        None = "NONE", "no grounds required";
        /// Reasonable grounds relating to data protection.
        ReasonableDp = "REASONABLE_DP", "reasonable data-protection grounds";
    }
}

words! {
    /// What a late objection becomes.
    "late objection rule" LateRule {
        /// It is turned down.
        Reject = "REJECT", "rejected";
        /// It is answered, and does not block.
        TreatAsConcern = "TREAT_AS_CONCERN", "answered as a concern";
    }
}

words! {
    /// Refund on termination.
    "refund" Refund {
        /// Unused prepaid fees.
        ProRata = "PRO_RATA", "pro rata";
        /// None.
        None = "NONE", "none";
    }
}

words! {
    /// Who may object.
    "who may object" WhoMayObject {
        /// Contacts named in the contract.
        NamedContacts = "NAMED_CONTACTS", "named contacts";
        /// Any verified user with the right role.
        VerifiedUsers = "VERIFIED_USERS", "any verified user with the role";
        /// Only by written letter.
        WrittenLetter = "WRITTEN_LETTER", "by letter";
    }
}

words! {
    /// What the customer itself is.
    "customer role" CustomerRole {
        /// Controller.
        Controller = "CONTROLLER", "controller";
        /// Processor, who must pass the notice on.
        Processor = "PROCESSOR", "processor";
    }
}

/// Whether the contract allows an emergency replacement before notice. The law knows none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EmergencyClause {
    /// Not allowed.
    None,
    /// Allowed, with notice on the same day.
    Allowed {
        /// Greatest number of days that the replacement may run under the clause.
        max_days: u16,
    },
}

/// One version of a customer's policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// How the customer authorises.
    pub model: AuthorisationModel,
    /// Between notice and first processing.
    pub notice_period: Period,
    /// Time to object.
    pub objection_period: Period,
    /// Whose working days.
    pub calendar: CalendarId,
    /// Where the customer is.
    pub zone: Zone,
    /// Whether an end on a closed day moves to the next working day.
    pub roll: bool,
    /// Whose text the contract uses.
    pub contract_text: ContractText,
    /// Effect as chosen; ask [`Policy::effect`].
    pub objection_effect: ObjectionEffect,
    /// Whether grounds are required.
    pub grounds: GroundsRule,
    /// Time to confirm entitlement and timeliness.
    pub acknowledgement_period: Period,
    /// Time to talk.
    pub discussion_period: Period,
    /// Time to choose termination.
    pub election_period: Period,
    /// Refund on termination.
    pub refund: Refund,
    /// What a late objection becomes.
    pub late: LateRule,
    /// Emergency replacement.
    pub emergency: EmergencyClause,
    /// Who may object.
    pub who_may_object: WhoMayObject,
    /// Whether notice is given only when every primary contact was reached.
    pub all_contacts: bool,
    /// Whether the customer is under DORA.
    pub dora_relevant: bool,
    /// What the customer itself is.
    pub customer_role: CustomerRole,
    /// The clause of the contract on subprocessors: "clause 7.2".
    pub clause: Option<Short>,
    /// Changes for which the contract raises the class of notice.
    pub raised: BTreeMap<ChangeType, NoticeClass>,
}

const fn days(n: u16) -> Period {
    Period::fixed(n, PeriodUnit::CalendarDays)
}

const fn working_days(n: u16) -> Period {
    Period::fixed(n, PeriodUnit::WorkingDays)
}

/// Least time that a rejection leaves for another, better grounded objection.
pub const RESUBMISSION_PERIOD: Period = working_days(5);
/// Time to judge the grounds of an admitted objection.
pub const JUDGEMENT_PERIOD: Period = working_days(5);
/// Time for the customer to answer an offer.
pub const OFFER_PERIOD: Period = working_days(10);
/// Time to answer a late objection.
pub const CONCERN_PERIOD: Period = working_days(10);

impl Policy {
    /// The default policy for a customer in a zone with a calendar: 30 calendar days, general authorisation, block.
    pub const fn new(calendar: CalendarId, zone: Zone) -> Self {
        Self {
            model: AuthorisationModel::General,
            notice_period: days(30),
            objection_period: days(30),
            calendar,
            zone,
            roll: true,
            contract_text: ContractText::Bespoke,
            objection_effect: ObjectionEffect::Block,
            grounds: GroundsRule::ReasonableDp,
            acknowledgement_period: working_days(2),
            discussion_period: days(30),
            election_period: days(30),
            refund: Refund::ProRata,
            late: LateRule::TreatAsConcern,
            emergency: EmergencyClause::None,
            who_may_object: WhoMayObject::NamedContacts,
            all_contacts: false,
            dora_relevant: false,
            customer_role: CustomerRole::Controller,
            clause: None,
            raised: BTreeMap::new(),
        }
    }

    /// Both periods as the windows are counted; `also` are other periods that the notice must keep, such as the
    /// publisher's minimum.
    pub fn notice_terms(&self, also: Vec<Period>) -> NoticeTerms {
        let terms = |period| Terms {
            roll: self.roll,
            ..Terms::new(period, self.calendar, self.zone)
        };
        NoticeTerms {
            notice: terms(self.notice_period),
            also,
            objection: terms(self.objection_period),
        }
    }

    /// The effect that counts: the Commission's own texts always block.
    pub const fn effect(&self) -> ObjectionEffect {
        if self.blocks_by_contract_text() {
            ObjectionEffect::Block
        } else {
            self.objection_effect
        }
    }

    /// Whether the text of the contract itself makes an objection block.
    pub const fn blocks_by_contract_text(&self) -> bool {
        !matches!(self.contract_text, ContractText::Bespoke)
    }

    /// Whether an objection may be rejected on its grounds at all.
    pub const fn may_reject_grounds(&self) -> bool {
        !self.blocks_by_contract_text() && matches!(self.grounds, GroundsRule::ReasonableDp)
    }

    /// Whether an emergency replacement is possible; never under specific authorisation.
    pub const fn allows_emergency(&self) -> bool {
        matches!(self.emergency, EmergencyClause::Allowed { .. })
            && matches!(self.model, AuthorisationModel::General)
    }

    /// The class of notice that this customer gets for a change of class `class`.
    pub fn class_for(&self, change: ChangeType, class: NoticeClass) -> NoticeClass {
        self.raised
            .get(&change)
            .map_or(class, |raised| class.stricter(*raised))
    }

    /// The same for a line on which several types of change meet: the strictest.
    pub fn class_for_all(&self, changes: &[ChangeType], class: NoticeClass) -> NoticeClass {
        changes
            .iter()
            .fold(class, |strictest, change| self.class_for(*change, strictest))
    }

    /// In what this policy, as the first one of a customer, is weaker than the `usual` one. Calendar and zone are where the
    /// customer is, and take nothing away.
    pub fn weakenings_at_first(&self, usual: &Self) -> Vec<&'static str> {
        let own = Self {
            calendar: self.calendar,
            zone: self.zone,
            ..usual.clone()
        };
        self.weakenings(&own)
    }

    /// In what this policy is weaker for the customer than `earlier`; an approver confirms such a version.
    /// Periods in different units cannot be compared, so such a change counts as weaker.
    pub fn weakenings(&self, earlier: &Self) -> Vec<&'static str> {
        let shorter = |now: Period, then: Period| now.unit() != then.unit() || now.n() < then.n();
        let rank = |effect| match effect {
            ObjectionEffect::TerminateOnly => 0,
            ObjectionEffect::BlockThenTerminate => 1,
            ObjectionEffect::Block => 2,
        };
        let ease = |who| match who {
            WhoMayObject::WrittenLetter => 0,
            WhoMayObject::NamedContacts => 1,
            WhoMayObject::VerifiedUsers => 2,
        };
        let is = |model, other| self.model == model && earlier.model == other;
        [
            (
                is(AuthorisationModel::General, AuthorisationModel::Specific),
                "general instead of specific authorisation",
            ),
            (
                shorter(self.notice_period, earlier.notice_period),
                "shorter notice period",
            ),
            (
                shorter(self.objection_period, earlier.objection_period),
                "shorter objection period",
            ),
            (earlier.roll && !self.roll, "no roll-over to a working day"),
            (self.calendar != earlier.calendar, "another calendar"),
            (self.zone != earlier.zone, "another time zone"),
            (
                rank(self.effect()) < rank(earlier.effect()),
                "weaker effect of an objection",
            ),
            (
                self.contract_text == ContractText::Bespoke && earlier.contract_text != ContractText::Bespoke,
                "own text instead of the Commission’s clauses",
            ),
            (
                self.grounds == GroundsRule::ReasonableDp && earlier.grounds == GroundsRule::None,
                "grounds required for an objection",
            ),
            (
                ease(self.who_may_object) < ease(earlier.who_may_object),
                "fewer may object, or only by letter",
            ),
            (
                self.late == LateRule::Reject && earlier.late == LateRule::TreatAsConcern,
                "late objections are rejected",
            ),
            (
                shorter(earlier.acknowledgement_period, self.acknowledgement_period),
                "more time to confirm an objection",
            ),
            (
                shorter(self.discussion_period, earlier.discussion_period),
                "shorter talks",
            ),
            (
                shorter(self.election_period, earlier.election_period),
                "less time to choose termination",
            ),
            (
                self.refund == Refund::None && earlier.refund == Refund::ProRata,
                "no refund on termination",
            ),
            (
                earlier.dora_relevant && !self.dora_relevant,
                "no longer told as under DORA",
            ),
            (
                self.customer_role == CustomerRole::Controller
                    && earlier.customer_role == CustomerRole::Processor,
                "notices are no longer marked to be passed on",
            ),
            (
                self.emergency != earlier.emergency && self.emergency != EmergencyClause::None,
                "emergency replacement allowed",
            ),
            (
                earlier.all_contacts && !self.all_contacts,
                "one reached contact is enough",
            ),
            (
                earlier
                    .raised
                    .iter()
                    .any(|(t, class)| self.class_for(*t, NoticeClass::C) < class.stricter(NoticeClass::C)),
                "lower class of notice",
            ),
        ]
        .into_iter()
        .filter_map(|(is_weaker, text)| is_weaker.then_some(text))
        .collect()
    }

    /// How a line of a class is authorised. What needs an opt-in is asked for, whatever the contract says of silence.
    pub const fn model_for(&self, class: NoticeClass) -> AuthorisationModel {
        match class {
            NoticeClass::Opt => AuthorisationModel::Specific,
            _ => self.model,
        }
    }

    /// What a notice of these classes asks of the customer.
    pub fn asked(&self, classes: &[NoticeClass]) -> Asked {
        if classes.iter().any(|class| class.has_window()) {
            match self.model {
                AuthorisationModel::General => Asked::Objection,
                AuthorisationModel::Specific => Asked::Approval,
            }
        } else if classes.contains(&NoticeClass::Opt) {
            Asked::OptIn
        } else {
            Asked::Nothing
        }
    }

    /// What silence to the end of the window means for lines of these classes, for the notice.
    pub fn silence_text(&self, classes: &[NoticeClass]) -> String {
        let asked = self.asked(classes);
        let text = asked.silence_text();
        if asked != Asked::OptIn && classes.contains(&NoticeClass::Opt) {
            return format!(
                "{text} What belongs to an optional feature is not used for you unless you opt in."
            );
        }
        text.to_owned()
    }

    /// What happens after an objection, for the notice.
    pub fn objection_text(&self) -> String {
        let held = "While your objection is open, the change does not start for you.";
        match self.effect() {
            ObjectionEffect::Block => {
                format!("{held} If we find no solution that you accept, it stays that way.")
            }
            ObjectionEffect::BlockThenTerminate | ObjectionEffect::TerminateOnly => format!(
                "{held} We have {} to find a solution together. If we find none, you may end the affected service within {}{}.",
                self.discussion_period.in_words(),
                self.election_period.in_words(),
                match self.refund {
                    Refund::ProRata => " and get prepaid fees back pro rata",
                    Refund::None => "",
                }
            ),
        }
    }

    /// What an objection must state, for the notice.
    pub const fn grounds_text(&self) -> &'static str {
        match self.grounds {
            GroundsRule::None => "You need not give grounds.",
            GroundsRule::ReasonableDp => "State your grounds relating to data protection.",
        }
    }
}

#[cfg(test)]
mod tests;
