//! Whether a customer was given notice, read from the evidence alone. Nobody can set it: stored are acceptances,
//! bounces, reports and acknowledgements, and this fold says at any instant what they amount to.
//!
//! - An acknowledgement counts at once. So does a report that the recipient's own server took the mail.
//! - A bare acceptance by the relay counts only after the late-bounce period has passed without a bounce, and then from
//!   the acceptance on; until then it is provisional. An acknowledgement by the same contact settles it earlier.
//! - A bounce while the window is open voids what came before it. After the end it changes nothing.
//! - A refusal by the relay takes nothing from an acceptance that came after it: the mail was sent again.
//! - A report of delay says that the relay's acceptance was not the recipient's: what was accepted before no longer counts.
//! - A rejected objection leaves at least five working days to file it again; the objection window ends no earlier.
//! - A material amendment voids all evidence for earlier versions. A correction voids none.

mod contact;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::policy::RESUBMISSION_PERIOD;
use crate::window::{self, NoticeTerms, Rules, WindowError, Windows};
use crate::word_set::words;

words! {
    /// How good the evidence is, in rising order.
    "evidence grade" EvidenceGrade {
        /// The relay took the mail and no bounce came back.
        RelayUnrefuted = "RELAY_UNREFUTED", "accepted by the relay, no bounce came back";
        /// The mail service reports that the recipient's server took it.
        EspDelivered = "ESP_DELIVERED", "delivered to the recipient’s mail server";
        /// A person said that they have read it.
        Acknowledged = "ACKNOWLEDGED", "acknowledged by the recipient";
    }
}

/// What happened to one contact's copy. In the order in which events of the same instant are read: bad news last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EvidenceKind {
    /// The relay answered 250 to the final dot.
    Accepted,
    /// A report that the recipient's server has taken it.
    Delivered,
    /// The recipient marked it as spam: it had arrived.
    Complained,
    /// The contact acknowledged the notice.
    Acknowledged,
    /// A report that the recipient's server has not taken it yet.
    Deferred,
    /// The mail service did not send it.
    Suppressed,
    /// A report that it came back.
    Bounced,
    /// The relay refused it for good, or it was given up: known by our own clock, without a report.
    Refused,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// When it happened, by the event's own clock.
    pub at: DateTime<Utc>,
    /// The notice version it is about.
    pub version: u32,
    /// The contact whose copy it is about.
    pub contact: Uuid,
    /// What happened.
    pub kind: EvidenceKind,
}

/// One dispatched version of a notice, as far as one customer is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeVersion {
    /// Its number, from 1.
    pub version: u32,
    /// When it was dispatched.
    pub dispatched_at: DateTime<Utc>,
    /// Whether it restarts this customer's clock: a material amendment that affects them.
    pub restarts: bool,
    /// The windows that the mail itself promised, computed for delivery on the day of dispatch.
    pub promised: Option<Windows>,
}

/// Which contacts must have been reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// One contact named in the contract suffices.
    Any,
    /// The contract says all of these.
    All(Vec<Uuid>),
}

/// A customer signed while the change was pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the pending change was shown with the list that they signed.
    pub pending_shown: bool,
}

/// A vendor was engaged at once, before any window ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// When.
    pub engaged_at: DateTime<Utc>,
    /// Whether this customer's contract has a clause for it. Without one this customer is not affected.
    pub clause: bool,
}

/// Everything known about one change and one customer.
#[derive(Debug, Clone, Copy)]
pub struct Story<'a> {
    /// The versions dispatched to this customer.
    pub versions: &'a [NoticeVersion],
    /// The evidence, in any order.
    pub evidence: &'a [Evidence],
    /// Which contacts must have been reached.
    pub reach: &'a Reach,
    /// How long after an acceptance a bounce may still come.
    pub late_bounce: TimeDelta,
    /// The customer's signature, if it came after the dispatch.
    pub signature: Option<Signature>,
    /// An emergency engagement.
    pub emergency: Option<Emergency>,
    /// When objections of the customer were rejected on their grounds: each leaves [`RESUBMISSION_PERIOD`].
    pub rejections: &'a [DateTime<Utc>],
    /// The customer's periods.
    pub terms: &'a NoticeTerms,
    /// What counting needs.
    pub rules: Rules<'a>,
}

/// Notice was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The version that the evidence is about.
    pub version: u32,
    /// Since when: where a contract names all contacts, since the last of them was reached.
    pub at: DateTime<Utc>,
    /// How good the evidence is.
    pub grade: EvidenceGrade,
    /// The contact it rests on.
    pub contact: Uuid,
    /// Whether a late bounce may still void it. Nothing may start on provisional evidence.
    pub provisional: bool,
    /// The windows by the evidence alone.
    pub windows: Windows,
    /// The windows that hold: of each the later of promised and evidence, both with the days that were closed while they were
    /// open; for objections also what a rejection leaves.
    /// These are shown everywhere.
    pub effective: Windows,
}

impl Given {
    /// Whether an objection at `submitted_at` is in time. While the evidence is provisional every one is.
    pub fn in_time(&self, submitted_at: DateTime<Utc>) -> bool {
        self.provisional || self.effective.objection.in_time(submitted_at)
    }

    /// Whether both windows have ended at `t`, on evidence that is settled.
    pub fn is_over(&self, t: DateTime<Utc>) -> bool {
        !self.provisional && t >= self.effective.engage_not_before()
    }
}

/// Where one customer stands with one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// No notice was dispatched to them.
    NotSent,
    /// A notice was dispatched, and nothing shows that it arrived.
    NotGiven {
        /// The version from which on evidence counts.
        version: u32,
    },
    /// Notice was given.
    Given(Box<Given>),
    /// They signed with the pending change before them: authorised by the contract, no window of their own.
    AuthorisedAtSignature {
        /// When they signed.
        at: DateTime<Utc>,
    },
    /// The vendor was engaged under the contract's emergency clause; notice and windows run afterwards.
    Emergency {
        /// When.
        engaged_at: DateTime<Utc>,
        /// The notice, once given.
        given: Option<Box<Given>>,
    },
}

impl Standing {
    /// The notice given, if any.
    pub fn given(&self) -> Option<&Given> {
        match self {
            Self::Given(given)
            | Self::Emergency {
                given: Some(given), ..
            } => Some(given),
            _ => None,
        }
    }
}

/// Says where the customer stands at `t`. Evidence, versions and corrections of calendars after `t` are ignored, so that the
/// past can be asked.
pub fn standing_at(t: DateTime<Utc>, story: &Story<'_>) -> Result<Standing, WindowError> {
    let story = &Story {
        rules: story.rules.known_at(t),
        ..*story
    };
    let emergency = story
        .emergency
        .filter(|emergency| emergency.clause && emergency.engaged_at <= t);
    let standing = ordinary_standing(t, story)?;
    Ok(match emergency {
        None => standing,
        Some(Emergency { engaged_at, .. }) => Standing::Emergency {
            engaged_at,
            given: match standing {
                Standing::Given(given) => Some(given),
                _ => None,
            },
        },
    })
}

fn ordinary_standing(t: DateTime<Utc>, story: &Story<'_>) -> Result<Standing, WindowError> {
    let dispatched = || story.versions.iter().filter(|version| version.dispatched_at <= t);
    let restart = dispatched()
        .filter(|version| version.restarts)
        .max_by_key(|version| version.version);
    let Some(base) = restart.or_else(|| dispatched().min_by_key(|version| version.version)) else {
        return Ok(Standing::NotSent);
    };
    if let Some(signature) = story.signature
        && signature.pending_shown
        && (base.dispatched_at..=t).contains(&signature.at)
    {
        return Ok(Standing::AuthorisedAtSignature { at: signature.at });
    }
    let promised = dispatched()
        .filter(|version| version.version >= base.version)
        .filter_map(|version| version.promised.clone())
        .reduce(Windows::later_of)
        .map(|promised| promised.lengthened(&story.rules))
        .transpose()?;
    Ok(match given(t, story, base.version, promised.as_ref())? {
        Some(given) => Standing::Given(Box::new(leave_time_to_resubmit(t, story, given)?)),
        None => Standing::NotGiven {
            version: base.version,
        },
    })
}

/// A rejection near the end leaves time for a better grounded objection, counted like every other period of the customer.
fn leave_time_to_resubmit(
    t: DateTime<Utc>,
    story: &Story<'_>,
    mut given: Given,
) -> Result<Given, WindowError> {
    let terms = story.terms.objection.with_period(RESUBMISSION_PERIOD);
    for rejected_at in story.rejections.iter().filter(|at| **at <= t) {
        let again = window::compute(*rejected_at, &terms, &story.rules)?;
        given.effective.objection = given.effective.objection.later_of(again);
    }
    Ok(given)
}

/// The notice given to the customer: by the first contact reached, or by the last where all must be.
fn given(
    t: DateTime<Utc>,
    story: &Story<'_>,
    since_version: u32,
    promised: Option<&Windows>,
) -> Result<Option<Given>, WindowError> {
    let mut evidence: Vec<&Evidence> = story
        .evidence
        .iter()
        .filter(|evidence| evidence.at <= t && evidence.version >= since_version)
        .collect();
    evidence.sort_by_key(|evidence| (evidence.at, evidence.kind));

    let asked = contact::Asked { t, story, promised };
    let order = |given: &Given| (given.effective.engage_not_before(), given.provisional, given.at);
    match story.reach {
        Reach::Any => {
            let mut contacts: Vec<Uuid> = evidence.iter().map(|evidence| evidence.contact).collect();
            contacts.sort_unstable();
            contacts.dedup();
            let reached = contacts
                .into_iter()
                .map(|contact| asked.reached(contact, &evidence));
            let reached: Vec<Option<Given>> = reached.collect::<Result<_, _>>()?;
            Ok(reached.into_iter().flatten().min_by_key(order))
        }
        Reach::All(contacts) => {
            let reached = contacts.iter().map(|contact| asked.reached(*contact, &evidence));
            let reached: Option<Vec<Given>> = reached.collect::<Result<Option<_>, _>>()?;
            let reached = reached.unwrap_or_default();
            let provisional = reached.iter().any(|given| given.provisional);
            let grade = reached.iter().map(|given| given.grade).min();
            let last = reached.into_iter().max_by_key(order);
            Ok(last.zip(grade).map(|(last, grade)| Given {
                provisional,
                grade,
                ..last
            }))
        }
    }
}

#[cfg(test)]
mod tests;
