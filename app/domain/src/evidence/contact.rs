//! What the evidence says about one contact: since when they have the notice, and how well that is shown.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Evidence, EvidenceGrade, EvidenceKind, Given, Story};
use crate::window::{WindowError, Windows};

/// How far the mail service's clock may be behind ours.
const CLOCK_DIFFERENCE: TimeDelta = TimeDelta::seconds(60);

/// The question: at which instant, in which story, with which windows promised.
pub(super) struct Asked<'a> {
    pub t: DateTime<Utc>,
    pub story: &'a Story<'a>,
    pub promised: Option<&'a Windows>,
}

impl Asked<'_> {
    /// The earliest evidence for this contact that nothing has refuted. `evidence` is sorted by time.
    pub(super) fn reached(
        &self,
        contact: Uuid,
        evidence: &[&Evidence],
    ) -> Result<Option<Given>, WindowError> {
        let own: Vec<&Evidence> = evidence
            .iter()
            .copied()
            .filter(|one| one.contact == contact)
            .collect();
        for (index, one) in own.iter().enumerate() {
            let others = || {
                own[..index]
                    .iter()
                    .filter(|other| is_report_of(one, other))
                    .chain(&own[index + 1..])
            };
            if let Some(given) = self.given_by(one, others().copied())? {
                return Ok(Some(given));
            }
        }
        Ok(None)
    }

    /// What one piece of evidence amounts to, given the others that came after it.
    fn given_by<'e>(
        &self,
        one: &Evidence,
        others: impl Iterator<Item = &'e Evidence>,
    ) -> Result<Option<Given>, WindowError> {
        let mut grade = match one.kind {
            EvidenceKind::Accepted => EvidenceGrade::RelayUnrefuted,
            EvidenceKind::Delivered | EvidenceKind::Complained => EvidenceGrade::EspDelivered,
            EvidenceKind::Acknowledged => EvidenceGrade::Acknowledged,
            EvidenceKind::Deferred
            | EvidenceKind::Bounced
            | EvidenceKind::Suppressed
            | EvidenceKind::Refused => return Ok(None),
        };
        let windows = self.story.terms.windows(one.at, &self.story.rules)?;
        let effective = match self.promised {
            Some(promised) => promised.clone().later_of(windows.clone()),
            None => windows.clone(),
        };

        let settles_at = one.at + self.story.late_bounce;
        let end = match one.kind {
            EvidenceKind::Accepted => effective.engage_not_before().max(settles_at),
            _ => effective.engage_not_before(),
        };
        for next in others.filter(|next| next.version == one.version && next.at < end) {
            if refutes(one.kind, next.kind) {
                return Ok(None);
            }
            if next.kind == EvidenceKind::Acknowledged {
                grade = EvidenceGrade::Acknowledged;
            }
        }
        let provisional = grade == EvidenceGrade::RelayUnrefuted && self.t < settles_at;
        Ok(Some(Given {
            version: one.version,
            at: one.at,
            grade,
            contact: one.contact,
            provisional,
            windows,
            effective,
        }))
    }
}

/// Whether an acceptance by our clock and a bounce stamped just before it by the mail service's clock are one story. A
/// refusal is by our clock too: what was accepted after it was sent again.
fn is_report_of(acceptance: &Evidence, report: &Evidence) -> bool {
    acceptance.kind == EvidenceKind::Accepted
        && matches!(report.kind, EvidenceKind::Bounced | EvidenceKind::Suppressed)
        && acceptance.at - report.at <= CLOCK_DIFFERENCE
}

/// Whether something later, inside the window, takes away what the earlier evidence seemed to show.
fn refutes(earlier: EvidenceKind, later: EvidenceKind) -> bool {
    match earlier {
        // the recipient's server had not taken it yet, or took it only then
        EvidenceKind::Accepted => matches!(
            later,
            EvidenceKind::Bounced
                | EvidenceKind::Refused
                | EvidenceKind::Suppressed
                | EvidenceKind::Deferred
                | EvidenceKind::Delivered
        ),
        EvidenceKind::Delivered | EvidenceKind::Complained => {
            matches!(later, EvidenceKind::Bounced | EvidenceKind::Refused)
        }
        // a person has read it: no bounce can undo that
        _ => false,
    }
}
