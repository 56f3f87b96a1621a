//! What a vendor told us of its own changes: until when that is passed on, what can become of it, and whether customers have
//! longer to object than the vendor leaves us (legal-rules §1.6, §7 row `TIER2_CHANGE`, R13).
//!
//! What a vendor said stays as it was written down. What became of it are steps. It is forwarded once: again only where the
//! change that was drafted from it is cancelled, because then nobody is told by it.

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::{Calendar, PastData};
use crate::change::ChangeType;
use crate::digest::Digest;
use crate::id::ChangeId;
use crate::legal_record::NoticeChannel;
use crate::period::Period;
use crate::text::{Prose, Short};
use crate::trigger::working_days_after;
use crate::window::Windows;
use crate::word_set::words;
use crate::zone::Zone;

/// What the vendor said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorNotice {
    /// When it reached the publisher.
    pub received_at: DateTime<Utc>,
    /// How it came.
    pub channel: NoticeChannel,
    /// The last day on which the vendor takes our objection, in the publisher's zone; none where it states none.
    pub window_ends_on: Option<NaiveDate>,
    /// What kind of change it is to customers.
    pub change_type: ChangeType,
    /// What it says, in words.
    pub description: Prose,
    /// SHA-256 of the raw copy, which is kept among the documents.
    pub raw_copy: Option<Digest>,
    /// Who looks after it here: a function, not a person's name.
    pub owner: Short,
}

impl VendorNotice {
    /// Working days of the publisher in which it is forwarded (§7).
    pub const FORWARD_WITHIN: u8 = 2;

    /// Whether vendors tell of changes of this kind. What starts an engagement is our own decision, a correction our own
    /// mistake, and what is told under clauses 14(e) and 15.1 is recorded as an event.
    pub const fn is_told_by_vendors(kind: ChangeType) -> bool {
        !kind.starts_engagement()
            && !matches!(
                kind,
                ChangeType::Correction | ChangeType::LawChangeNotice | ChangeType::GovAccessNotice
            )
    }

    /// The last day for forwarding it, by the publisher's calendar and zone; the day of receipt is not counted.
    ///
    /// # Errors
    /// When the count runs into years without holiday data.
    pub fn forward_due(&self, zone: Zone, calendar: &Calendar) -> Result<NaiveDate, PastData> {
        working_days_after(zone.local_date(self.received_at), Self::FORWARD_WITHIN, calendar)
    }

    /// The day for which the change to customers is planned at first, in the publisher's zone: what has happened, on the day
    /// of receipt; anything else once the vendor's window is over, and never before it can have been told by `due_on`.
    pub fn planned_on(&self, zone: Zone, today: NaiveDate, due_on: NaiveDate) -> NaiveDate {
        if self.change_type.is_told_afterwards() {
            return zone.local_date(self.received_at).min(today);
        }
        let told = self.change_type.default_class().earliest(due_on.max(today));
        let after = self.window_ends_on.and_then(|day| day.succ_opt());
        after.map_or(told, |after| after.max(told))
    }
}

words! {
    /// What can become of a vendor's notice.
    "step" VendorNoticeStep {
        /// A change to customers was drafted from it.
        Forwarded = "FORWARDED", "forwarded";
        /// We objected to the vendor.
        Objected = "OBJECTED", "objected to";
        /// It was decided that we do not object.
        NotObjected = "NOT_OBJECTED", "not objected to";
        /// It concerns no customer, or customers are told otherwise.
        Closed = "CLOSED", "closed";
    }
}

/// A step with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VendorNoticeEvent {
    /// A change to customers was drafted from it.
    Forwarded {
        /// The change.
        change: ChangeId,
    },
    /// We objected to the vendor.
    Objected {
        /// The publisher's day on which we did.
        on: NaiveDate,
        /// Under which the vendor or we find it again.
        reference: Short,
    },
    /// We do not object.
    NotObjected {
        /// Why.
        reason: Prose,
    },
    /// It is not forwarded.
    Closed {
        /// Why.
        reason: Prose,
    },
}

impl VendorNoticeEvent {
    /// Which step it is.
    pub const fn step(&self) -> VendorNoticeStep {
        match self {
            Self::Forwarded { .. } => VendorNoticeStep::Forwarded,
            Self::Objected { .. } => VendorNoticeStep::Objected,
            Self::NotObjected { .. } => VendorNoticeStep::NotObjected,
            Self::Closed { .. } => VendorNoticeStep::Closed,
        }
    }
}

/// Whether customers are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    /// Nobody has decided.
    #[default]
    Open,
    /// A change was drafted.
    Forwarded,
    /// They are not.
    Closed,
}

/// What we say to the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OurObjection {
    /// Nobody has decided.
    #[default]
    Undecided,
    /// We objected.
    Filed,
    /// We do not.
    None,
}

/// Where a vendor's notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VendorNoticeStanding {
    /// Towards customers.
    pub outcome: Outcome,
    /// Towards the vendor.
    pub objection: OurObjection,
}

/// Why a step is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VendorNoticeRefused {
    /// It is forwarded once.
    #[error("It was forwarded already")]
    Forwarded,
    /// It was closed.
    #[error("It was closed already")]
    Closed,
    /// The vendor has our objection.
    #[error("Our objection was recorded already")]
    Objected,
    /// The same was decided before.
    #[error("It was decided already that we do not object")]
    NotObjected,
}

impl VendorNoticeStanding {
    /// Where it stands after these steps, in any order.
    pub fn after(steps: impl IntoIterator<Item = VendorNoticeStep>) -> Self {
        steps.into_iter().fold(Self::default(), Self::with)
    }

    const fn with(self, step: VendorNoticeStep) -> Self {
        match (step, self.objection) {
            (VendorNoticeStep::Forwarded, _) => Self {
                outcome: Outcome::Forwarded,
                ..self
            },
            (VendorNoticeStep::Closed, _) => Self {
                outcome: Outcome::Closed,
                ..self
            },
            (VendorNoticeStep::Objected, _) => Self {
                objection: OurObjection::Filed,
                ..self
            },
            // Whoever objects after all has objected.
            (VendorNoticeStep::NotObjected, OurObjection::Filed) => self,
            (VendorNoticeStep::NotObjected, _) => Self {
                objection: OurObjection::None,
                ..self
            },
        }
    }

    /// Where it stands once a step was taken. It is forwarded or closed, once; objecting is another matter and open as long as
    /// nobody has objected.
    ///
    /// # Errors
    /// When that was decided before.
    pub const fn take(self, step: VendorNoticeStep) -> Result<Self, VendorNoticeRefused> {
        match (step, self.outcome, self.objection) {
            (VendorNoticeStep::Forwarded | VendorNoticeStep::Closed, Outcome::Forwarded, _) => {
                Err(VendorNoticeRefused::Forwarded)
            }
            (VendorNoticeStep::Forwarded | VendorNoticeStep::Closed, Outcome::Closed, _) => {
                Err(VendorNoticeRefused::Closed)
            }
            (VendorNoticeStep::Objected | VendorNoticeStep::NotObjected, _, OurObjection::Filed) => {
                Err(VendorNoticeRefused::Objected)
            }
            (VendorNoticeStep::NotObjected, _, OurObjection::None) => Err(VendorNoticeRefused::NotObjected),
            _ => Ok(self.with(step)),
        }
    }

    /// Whether it waits to be forwarded or closed.
    pub const fn is_open(self) -> bool {
        matches!(self.outcome, Outcome::Open)
    }

    /// Whether somebody has to decide if we object. What concerns no customer needs no decision.
    pub const fn needs_decision(self) -> bool {
        matches!(self.objection, OurObjection::Undecided) && !matches!(self.outcome, Outcome::Closed)
    }
}

/// Customers whose time ends after the vendor's: what some of them object to could no longer be objected to by us (R13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    /// The last day that the vendor leaves us.
    pub vendor_until: NaiveDate,
    /// How many customers have longer.
    pub customers: usize,
    /// Of how many.
    pub of: usize,
    /// The longest of their periods.
    pub longest: Period,
    /// Its last day, in the zone that decided.
    pub until: NaiveDate,
    /// The last day on which one of them may object, where that is after the vendor's.
    pub objects_until: Option<NaiveDate>,
}

/// Compares the vendor's window with the windows of a notice given to every customer in scope, each with how many customers
/// have it. Days are compared, each where it ends: where the vendor's day ends is on no record.
pub fn alert(vendor_until: NaiveDate, given: &[(Windows, usize)]) -> Option<Alert> {
    let longer = given
        .iter()
        .filter(|(windows, _)| windows.longer().last_day > vendor_until);
    let (longest, _) = longer
        .clone()
        .max_by_key(|(windows, _)| windows.longer().last_day)?;
    let objecting = given.iter().map(|(windows, _)| windows.objection.last_day);
    Some(Alert {
        vendor_until,
        customers: longer.map(|(_, customers)| customers).sum(),
        of: given.iter().map(|(_, customers)| customers).sum(),
        longest: longest.longer().terms.period,
        until: longest.longer().last_day,
        objects_until: objecting.max().filter(|day| *day > vendor_until),
    })
}

#[cfg(test)]
mod tests;
