use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::facts::RegisterFacts;
use super::{Decision, ReasonCode};
use crate::dpf::frameworks_of;
use crate::id::{EngagementId, StaffId, WaiverId};
use crate::legal_record::{AssessmentResult, Mechanism};
use crate::text::Prose;
use crate::word_set::words;
use crate::zone::Zone;

words! {
    /// What may be waived. Nothing else ever is.
    "waiver" WaiverKind {
        /// A missing or expired security assessment (G3). A failed one is not missing.
        SecurityAssessment = "SECURITY_ASSESSMENT", "security assessment";
        /// The age of the look at the list of certified companies (G5).
        DpfFreshness = "DPF_FRESHNESS", "age of the DPF check";
    }
}

words! {
    /// What can happen to a waiver.
    "waiver event" WaiverEvent {
        /// One person asks for it.
        Asked = "ASKED", "asked for";
        /// Another one grants it.
        Granted = "GRANTED", "granted";
        /// Another one does not.
        Refused = "REFUSED", "refused";
        /// It is taken back before its end.
        Revoked = "REVOKED", "revoked";
    }
}

impl WaiverKind {
    /// Whether it can be asked for, or granted, now: something red must be there for it to set aside, an assessment that
    /// failed is never set aside, and earlier waivers must have [left](Self::left) some time.
    pub fn check(self, facts: &RegisterFacts, decision: &Decision) -> Result<(), WaiverRefused> {
        let failed = |body: &crate::legal_record::SecurityAssessment| body.result == AssessmentResult::Failed;
        if self == Self::SecurityAssessment && facts.security.as_ref().is_some_and(|s| failed(&s.body)) {
            return Err(WaiverRefused::Failed);
        }
        if !decision.reasons.iter().any(|reason| self.covers(reason.code)) {
            return Err(WaiverRefused::NothingRed);
        }
        if self.left(facts, decision.at) > TimeDelta::zero() {
            Ok(())
        } else {
            Err(WaiverRefused::UsedUp)
        }
    }

    /// For how long this may still be set aside. "At most 14 days" is read as 14 days of one gap: all waivers of it are
    /// added up, whether the next one follows at once or weeks later, so that no row of waivers takes the place of an
    /// assessment or of a look at the list. A gap ends with an assessment, or a look, of a day after the waiver was
    /// granted; what falls due after that can be waived anew.
    pub fn left(self, facts: &RegisterFacts, now: DateTime<Utc>) -> TimeDelta {
        let last = self.last_look(facts);
        let is_of_this_gap = |waiver: &&Waiver| {
            let granted_on = facts.zone.local_date(waiver.granted_at);
            waiver.kind == self && waiver.granted_at <= now && last.is_none_or(|last| granted_on > last)
        };
        let used = facts.waivers.iter().filter(is_of_this_gap);
        let used: TimeDelta = used.map(|waiver| waiver.until - waiver.granted_at).sum();
        (Waiver::LONGEST - used).max(TimeDelta::zero())
    }

    /// Whether one that is granted now may run to that end.
    pub fn check_end(
        self,
        facts: &RegisterFacts,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), WaiverRefused> {
        if until - now <= self.left(facts, now) {
            Ok(())
        } else {
            Err(WaiverRefused::UsedUp)
        }
    }

    /// The day of the assessment on file; of looks at the list, that of the oldest one which a transfer rests on.
    fn last_look(self, facts: &RegisterFacts) -> Option<NaiveDate> {
        match self {
            Self::SecurityAssessment => facts.security.as_ref().map(|paper| paper.body.assessed_on),
            Self::DpfFreshness => {
                let looks = facts.transfers.iter().flat_map(|paper| {
                    let needed = frameworks_of(&paper.body);
                    let checks = match &paper.body.mechanism {
                        Mechanism::Dpf(reliance) => Some(&reliance.checks),
                        _ => None,
                    };
                    let checks = checks.into_iter().flatten();
                    checks.filter(move |(framework, _)| needed.contains(framework))
                });
                looks.map(|(_, look)| look.checked_on).min()
            }
        }
    }

    /// Whether it sets a reason aside.
    pub const fn covers(self, code: ReasonCode) -> bool {
        match self {
            Self::SecurityAssessment => {
                matches!(code, ReasonCode::SecurityMissing | ReasonCode::SecurityExpired)
            }
            Self::DpfFreshness => matches!(code, ReasonCode::DpfCheckStale),
        }
    }
}

/// A reason set aside for at most 14 days by two people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// Its id.
    pub id: WaiverId,
    /// What it waives.
    pub kind: WaiverKind,
    /// The first of two people.
    pub by: StaffId,
    /// The second.
    pub and_by: StaffId,
    /// When it was granted.
    pub granted_at: DateTime<Utc>,
    /// Until when, exclusive.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: Prose,
}

/// Why a waiver was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WaiverRefused {
    /// The same person twice.
    #[error("A waiver needs two people")]
    OnePerson,
    /// Longer than 14 days, or over before it begins.
    #[error("A waiver runs for at most 14 days")]
    TooLong,
    /// Its last day has passed.
    #[error("That day has passed")]
    Over,
    /// No reason is red that it could set aside.
    #[error("Nothing is red that this waiver could set aside")]
    NothingRed,
    /// The assessment failed.
    #[error("The security assessment failed; a failed one is never waived")]
    Failed,
    /// Earlier waivers of the same gap leave less time, or none.
    #[error(
        "All waivers of it together run for at most 14 days, until somebody assesses or looks anew; earlier ones count"
    )]
    UsedUp,
    /// Granted, refused or revoked already.
    #[error("This was decided on already")]
    Decided,
}

impl Waiver {
    /// Greatest length.
    pub const LONGEST: TimeDelta = TimeDelta::days(14);

    /// Whether it keeps the rules: two people, at most 14 days.
    pub fn check(&self) -> Result<(), WaiverRefused> {
        if self.by == self.and_by {
            return Err(WaiverRefused::OnePerson);
        }
        let length = self.until - self.granted_at;
        if length <= TimeDelta::zero() || length > Self::LONGEST {
            return Err(WaiverRefused::TooLong);
        }
        Ok(())
    }

    /// Whether it sets `code` aside at `t`. A waiver that breaks the rules sets nothing aside.
    pub fn applies(&self, code: ReasonCode, t: DateTime<Utc>) -> bool {
        self.check().is_ok() && self.kind.covers(code) && self.granted_at <= t && t < self.until
    }
}

/// The end of a waiver through its last day in the publisher's zone, if that is still to come and within
/// [`Waiver::LONGEST`] from now.
pub fn end_of(last_day: NaiveDate, zone: Zone, now: DateTime<Utc>) -> Result<DateTime<Utc>, WaiverRefused> {
    let next = last_day.succ_opt().ok_or(WaiverRefused::TooLong)?;
    let end = zone.start_of_day(next).map_err(|_| WaiverRefused::TooLong)?;
    if end <= now {
        Err(WaiverRefused::Over)
    } else if end - now > Waiver::LONGEST {
        Err(WaiverRefused::TooLong)
    } else {
        Ok(end)
    }
}

/// One thing that happened to a waiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverStep {
    /// Which waiver: the id of what was asked for.
    pub request: WaiverId,
    /// Of which engagement.
    pub engagement: EngagementId,
    /// What it waives.
    pub kind: WaiverKind,
    /// What happened.
    pub event: WaiverEvent,
    /// Until when, exclusive: as asked for.
    pub until: DateTime<Utc>,
    /// Why this happened.
    pub reason: Prose,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

/// A waiver with all that happened to it, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverFile {
    /// What was asked for.
    pub asked: WaiverStep,
    /// What happened since.
    pub later: Vec<WaiverStep>,
}

impl WaiverFile {
    /// Puts the steps of several waivers together; the newest waiver comes first.
    pub fn all(mut steps: Vec<WaiverStep>) -> Vec<Self> {
        // What happened at the same instant happened in the order of a waiver's life.
        steps.sort_by_key(|step| (step.at, step.event));
        let mut files: Vec<Self> = Vec::new();
        for step in steps {
            match files.iter_mut().find(|file| file.asked.request == step.request) {
                Some(file) => file.later.push(step),
                None if step.event == WaiverEvent::Asked => files.push(Self {
                    asked: step,
                    later: Vec::new(),
                }),
                None => {}
            }
        }
        files.reverse();
        files
    }

    /// What happened last.
    pub fn last(&self) -> &WaiverStep {
        self.later.last().unwrap_or(&self.asked)
    }

    /// Whether somebody must still decide on it.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.later.is_empty() && now < self.asked.until
    }

    /// Whether it sets reasons aside now.
    pub fn is_running(&self, now: DateTime<Utc>) -> bool {
        self.granted()
            .is_some_and(|waiver| waiver.granted_at <= now && now < waiver.until)
    }

    /// The waiver once it was granted; a revocation ends it. `None` when it never was.
    pub fn granted(&self) -> Option<Waiver> {
        let granted = self
            .later
            .iter()
            .find(|step| step.event == WaiverEvent::Granted)?;
        let revoked = self.later.iter().find(|step| step.event == WaiverEvent::Revoked);
        Some(Waiver {
            id: self.asked.request,
            kind: self.asked.kind,
            by: self.asked.by,
            and_by: granted.by,
            granted_at: granted.at,
            until: revoked.map_or(self.asked.until, |step| step.at.min(self.asked.until)),
            reason: self.asked.reason.clone(),
        })
    }

    /// The next step by `by`, or why there is none: who asked for it cannot grant it, and nothing happens twice.
    pub fn step(
        &self,
        event: WaiverEvent,
        by: StaffId,
        reason: Prose,
        now: DateTime<Utc>,
    ) -> Result<WaiverStep, WaiverRefused> {
        match event {
            WaiverEvent::Granted | WaiverEvent::Refused => {
                if !self.later.is_empty() {
                    return Err(WaiverRefused::Decided);
                }
                if by == self.asked.by {
                    return Err(WaiverRefused::OnePerson);
                }
                if event == WaiverEvent::Granted {
                    if self.asked.until <= now {
                        return Err(WaiverRefused::Over);
                    }
                    if self.asked.until - now > Waiver::LONGEST {
                        return Err(WaiverRefused::TooLong);
                    }
                }
            }
            WaiverEvent::Revoked => {
                if !self.is_running(now) {
                    return Err(WaiverRefused::Decided);
                }
            }
            WaiverEvent::Asked => return Err(WaiverRefused::Decided),
        }
        Ok(WaiverStep {
            event,
            by,
            reason,
            at: now,
            ..self.asked.clone()
        })
    }
}
