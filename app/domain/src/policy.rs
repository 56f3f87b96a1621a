//! What one customer's contract says about notice and objection (legal-rules section 6.2). A new version for each change.

use serde::{Deserialize, Serialize};

use crate::authorisation::AuthorisationModel;
use crate::calendar::CalendarId;
use crate::locale::Locale;
use crate::period::{Period, PeriodUnit};
use crate::text::Short;
use crate::window::{NoticeTerms, Terms};
use crate::word_set::words;
use crate::zone::Zone;

words! {
    /// What an unresolved objection leads to.
    "objection effect" ObjectionEffect {
        /// The subprocessor is not engaged for this customer (the default; 2021/915 clause 7.7).
        Block = "BLOCK", "Blocks the engagement for this customer";
        /// Blocked while the parties talk; then the customer may terminate.
        BlockThenTerminate = "BLOCK_UNTIL_RESOLVED_THEN_TERMINATE", "Blocks until resolved, then the customer may terminate";
        /// The customer may terminate.
        TerminateOnly = "TERMINATE_ONLY", "The customer may terminate";
    }
}

words! {
    /// Whether an objection needs grounds.
    "grounds" GroundsRequired {
        /// None.
        None = "NONE", "No grounds needed";
        /// Reasonable grounds of data protection.
        ReasonableDp = "REASONABLE_DP", "Reasonable data protection grounds";
    }
}

words! {
    /// Which text the contract is built on.
    "contract text" ContractText {
        /// The parties' own agreement.
        Bespoke = "BESPOKE", "Own agreement";
        /// Commission clauses between controller and processor, (EU) 2021/915.
        Clauses2021915 = "SCC_2021_915", "Commission clauses 2021/915";
        /// Commission clauses for transfers, (EU) 2021/914, clause 9(a).
        Clauses2021914 = "SCC_2021_914", "Commission clauses 2021/914";
    }
}

words! {
    /// What happens with an objection after the window.
    "late objection" LateObjection {
        /// Refused.
        Reject = "REJECT", "Refused";
        /// Answered, without blocking.
        TreatAsConcern = "TREAT_AS_CONCERN", "Answered as a concern";
    }
}

words! {
    /// Which contacts must have been reached.
    "reach" ReachRule {
        /// One named contact suffices.
        Any = "ANY", "One named contact suffices";
        /// All named primary contacts.
        All = "ALL", "All named contacts";
    }
}

words! {
    /// What the customer is towards the people whose data it is.
    "customer role" CustomerRole {
        /// Decides the purposes.
        Controller = "CONTROLLER", "Controller";
        /// Works for controllers of its own, and passes notices on.
        Processor = "PROCESSOR", "Processor";
    }
}

/// One version of a customer's terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// General or specific authorisation.
    pub model: AuthorisationModel,
    /// The contract's text.
    pub contract_text: ContractText,
    /// The clause that asks for notice, as cited in mails ("clause 7 of your data processing agreement").
    pub dpa_clause: Short,
    /// Nothing goes live before this period has run.
    pub notice_period: Period,
    /// An objection is in time within this period.
    pub objection_period: Period,
    /// Whose working days and holidays.
    pub calendar: CalendarId,
    /// Where the customer's days begin and end.
    pub zone: Zone,
    /// Whether an end on a closed day moves to the next working day.
    pub roll: bool,
    /// Least number of working days in a period of two days or more.
    pub min_working_days: u8,
    /// What an unresolved objection leads to; see [`Policy::effect`].
    pub objection_effect: ObjectionEffect,
    /// Whether grounds are needed.
    pub grounds_required: GroundsRequired,
    /// What happens after the window.
    pub late_objection: LateObjection,
    /// Which contacts must have been reached.
    pub reach: ReachRule,
    /// Most days that an emergency replacement may run before notice; `None`: the contract has no such clause.
    pub emergency_days: Option<u16>,
    /// Whether DORA's rules on subcontracting apply.
    pub dora_relevant: bool,
    /// Language of notices.
    pub locale: Locale,
}

/// Why these terms cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Decision 12.
    #[error(
        "The Commission's clauses block an engagement that was objected to in time: the effect must be BLOCK"
    )]
    EffectMustBlock,
}

impl Policy {
    /// The default: 30 calendar days of notice and of objection, general authorisation, a block on objection.
    ///
    /// # Errors
    /// Only if thirty days were no period.
    pub fn standard(
        dpa_clause: Short,
        calendar: CalendarId,
        zone: Zone,
    ) -> Result<Self, crate::period::BadPeriod> {
        let thirty = Period::new(30, PeriodUnit::CalendarDays)?;
        Ok(Self {
            model: AuthorisationModel::General,
            contract_text: ContractText::Bespoke,
            dpa_clause,
            notice_period: thirty,
            objection_period: thirty,
            calendar,
            zone,
            roll: true,
            min_working_days: 2,
            objection_effect: ObjectionEffect::Block,
            grounds_required: GroundsRequired::ReasonableDp,
            late_objection: LateObjection::TreatAsConcern,
            reach: ReachRule::Any,
            emergency_days: None,
            dora_relevant: false,
            locale: Locale::En,
        })
    }

    /// Refuses terms that contradict the contract's text.
    ///
    /// # Errors
    /// When a text that forces BLOCK is paired with another effect.
    pub fn check(&self) -> Result<(), PolicyError> {
        if self.forces_block() && self.objection_effect != ObjectionEffect::Block {
            return Err(PolicyError::EffectMustBlock);
        }
        Ok(())
    }

    /// Whether the contract's text itself blocks after a timely objection.
    #[must_use]
    pub const fn forces_block(&self) -> bool {
        matches!(
            self.contract_text,
            ContractText::Clauses2021915 | ContractText::Clauses2021914
        )
    }

    /// What an unresolved objection leads to.
    #[must_use]
    pub const fn effect(&self) -> ObjectionEffect {
        if self.forces_block() {
            ObjectionEffect::Block
        } else {
            self.objection_effect
        }
    }

    /// Whether staff may reject an objection for insufficient grounds: never where the text of the contract blocks
    /// or where no grounds are needed (decision 12).
    #[must_use]
    pub const fn may_reject_grounds(&self) -> bool {
        !self.forces_block() && matches!(self.grounds_required, GroundsRequired::ReasonableDp)
    }

    /// The periods as the window engine counts them. `minimum` is the publisher's own shortest notice period.
    #[must_use]
    pub fn notice_terms(&self, minimum: Option<Period>) -> NoticeTerms {
        let notice = Terms {
            period: self.notice_period,
            calendar: self.calendar,
            zone: self.zone,
            roll: self.roll,
            min_working_days: self.min_working_days,
        };
        NoticeTerms {
            objection: notice.with_period(self.objection_period),
            notice,
            also: minimum.into_iter().collect(),
        }
    }

    /// Whether replacing `self` by `new` takes something away from the customer, so that an approver must confirm it.
    #[must_use]
    pub fn is_shortened_by(&self, new: &Self) -> bool {
        let shorter = |old: Period, new: Period| match (old.unit(), new.unit()) {
            (a, b) if a == b => new.n() < old.n(),
            _ => true,
        };
        shorter(self.notice_period, new.notice_period)
            || shorter(self.objection_period, new.objection_period)
            || (self.model == AuthorisationModel::Specific && new.model == AuthorisationModel::General)
            || (self.effect() == ObjectionEffect::Block && new.effect() != ObjectionEffect::Block)
            || (self.roll && !new.roll)
            || new.min_working_days < self.min_working_days
            || (self.emergency_days.is_none() && new.emergency_days.is_some())
            || (self.reach == ReachRule::All && new.reach == ReachRule::Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;

    fn standard() -> Policy {
        Policy::standard(
            "clause 7".parse().unwrap(),
            CalendarId::No,
            "Europe/Oslo".parse().unwrap(),
        )
        .unwrap()
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        assert_words!(
            ObjectionEffect,
            GroundsRequired,
            ContractText,
            LateObjection,
            ReachRule,
            CustomerRole
        );
    }

    #[test]
    fn the_commissions_clauses_force_a_block() {
        let mut policy = standard();
        policy.contract_text = ContractText::Clauses2021915;
        policy.objection_effect = ObjectionEffect::TerminateOnly;
        assert_eq!(policy.check(), Err(PolicyError::EffectMustBlock));
        assert_eq!(policy.effect(), ObjectionEffect::Block);
        assert!(!policy.may_reject_grounds());
    }

    #[test]
    fn grounds_cannot_be_rejected_where_none_are_needed() {
        let mut policy = standard();
        assert!(policy.may_reject_grounds());
        policy.grounds_required = GroundsRequired::None;
        assert!(!policy.may_reject_grounds());
    }

    #[test]
    fn a_shorter_period_or_a_weaker_effect_needs_confirmation_and_a_longer_one_does_not() {
        let old = standard();
        let with = |edit: &dyn Fn(&mut Policy)| {
            let mut new = standard();
            edit(&mut new);
            old.is_shortened_by(&new)
        };
        assert!(!with(&|_| ()));
        assert!(with(&|p| p.notice_period = "14d".parse().unwrap()));
        assert!(with(&|p| p.notice_period = "10wd".parse().unwrap()));
        assert!(!with(&|p| p.notice_period = "60d".parse().unwrap()));
        assert!(with(&|p| p.objection_effect = ObjectionEffect::TerminateOnly));
        assert!(with(&|p| p.roll = false));
        assert!(!with(&|p| p.model = AuthorisationModel::Specific));
    }
}
