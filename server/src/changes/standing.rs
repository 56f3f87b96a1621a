//! Where a customer stands with a change, read from the evidence each time it is asked (decision 2).

use std::collections::HashMap;

use app::settings::NoticeSettings;
use chrono::{DateTime, TimeDelta, Utc};
use domain::delivery::DeliveryState;
use domain::evidence::{
    Evidence, EvidenceKind, NoticeVersion, Reach, Signature as Signed, Standing, Story, standing_at,
};
use domain::id::CustomerId;
use domain::period::Period;
use domain::policy::Policy;
use domain::zone::Zone;
use uuid::Uuid;

use super::Result;
use super::promise::Counting;
use crate::mail::webhook;
use crate::store::authorisations::Authorisation;
use crate::store::customers::Signature;
use crate::store::deliveries::{self, Delivery};
use crate::store::mail_events::ReportOf;
use crate::store::notices::{self, Notice, Promise};
use crate::store::policies;
use crate::store::{self, Of, Tx, customers, mail_events, objections, settings};

/// How long after an acceptance a bounce may still come, where nothing reports bounces (decision 2).
const LATE_BOUNCE_WITHOUT_WEBHOOKS: TimeDelta = TimeDelta::days(6);
/// The same where the mail service reports them (decision 2).
const LATE_BOUNCE_WITH_WEBHOOKS: TimeDelta = TimeDelta::hours(72);

/// The setting with the late-bounce period, in hours; empty where nothing is set.
pub const LATE_BOUNCE_HOURS: &str = "late_bounce_hours";
/// The setting with the publisher's own shortest notice period, such as `30d`; empty where nothing is set.
pub const MINIMUM_NOTICE: &str = "minimum_notice";

/// What is set for notices.
pub async fn notice_settings(tx: &mut Tx) -> store::Result<NoticeSettings> {
    let hours = settings::find_setting(tx, LATE_BOUNCE_HOURS).await?;
    let minimum = settings::find_setting(tx, MINIMUM_NOTICE).await?;
    Ok(NoticeSettings {
        minimum_notice: minimum.and_then(|text| text.parse().ok()),
        late_bounce_hours: hours.and_then(|text| text.parse().ok()),
    })
}

/// The late-bounce period: as it is set, or what fits how this installation hears of bounces.
pub async fn late_bounce(tx: &mut Tx) -> store::Result<TimeDelta> {
    if let Some(hours) = notice_settings(tx).await?.late_bounce_hours {
        return Ok(TimeDelta::hours(hours.into()));
    }
    Ok(if webhook::is_reporting(tx).await? {
        LATE_BOUNCE_WITH_WEBHOOKS
    } else {
        LATE_BOUNCE_WITHOUT_WEBHOOKS
    })
}

/// The publisher's own shortest notice period, if it has one.
pub async fn minimum_notice(tx: &mut Tx) -> Result<Option<Period>> {
    Ok(notice_settings(tx).await?.minimum_notice)
}

/// What a delivery proves, and what was reported of its mail.
fn evidence(delivery: &Delivery, reports: &[ReportOf], version: u32, found: &mut Vec<Evidence>) {
    let Some(contact) = delivery.contact_id else {
        return;
    };
    let own = reports.iter().filter(|report| report.delivery_id == delivery.id);
    // The first bounce that was reported stands there too, and is found among the reports.
    let refused_at = delivery.bounced_at.filter(|at| {
        own.clone()
            .all(|one| one.at != *at || one.report.evidence() != Some(EvidenceKind::Bounced))
    });
    found.extend(own.filter_map(|one| {
        one.report.evidence().map(|kind| Evidence {
            at: one.at,
            version,
            contact,
            kind,
        })
    }));
    let events = [
        (delivery.accepted_at, EvidenceKind::Accepted),
        (refused_at, EvidenceKind::Refused),
        (delivery.acknowledged_at, EvidenceKind::Acknowledged),
    ];
    found.extend(events.into_iter().filter_map(|(at, kind)| {
        at.map(|at| Evidence {
            at,
            version,
            contact,
            kind,
        })
    }));
}

/// Where one customer stands with one line of a change at `t`. Every page, gate and job that shows or judges the objection
/// window of a line asks here, or [`Told`] for many: what a rejected objection leaves is counted in.
pub async fn find_for(
    tx: &mut Tx,
    publisher_zone: Zone,
    change_id: Uuid,
    authorisation: &Authorisation,
    t: DateTime<Utc>,
) -> Result<Standing> {
    let customer = [authorisation.customer_id];
    let whom = Of::These(&customer);
    let told = Told::load(tx, publisher_zone, change_id, whom).await?;
    let rejections: Vec<DateTime<Utc>> = objections::list_rejections(tx, authorisation.line_id, whom)
        .await?
        .into_iter()
        .map(|(_, at)| at)
        .collect();
    told.standing(authorisation.customer_id, &rejections, t)
}

/// Where one customer stands with one change at `t`, whatever became of single lines.
pub async fn find(
    tx: &mut Tx,
    publisher_zone: Zone,
    change_id: Uuid,
    customer_id: CustomerId,
    t: DateTime<Utc>,
) -> Result<Standing> {
    let customer = [customer_id.uuid()];
    let told = Told::load(tx, publisher_zone, change_id, Of::These(&customer)).await?;
    told.standing(customer[0], &[], t)
}

/// What is on file about the notices of one change and those who were told: read once, however many they are.
pub struct Told {
    /// What their windows are counted by.
    pub counting: Counting,
    /// The versions that were dispatched, oldest first.
    pub dispatched: Vec<Notice>,
    promises: HashMap<(Uuid, Uuid), Promise>,
    sent: HashMap<Uuid, Vec<Delivery>>,
    reports: HashMap<Uuid, Vec<ReportOf>>,
    policies: HashMap<Uuid, Policy>,
    signatures: HashMap<Uuid, Vec<Signature>>,
    late_bounce: TimeDelta,
    minimum: Option<Period>,
}

impl Told {
    /// Reads it, of everybody or of some.
    pub async fn load(tx: &mut Tx, zone: Zone, change_id: Uuid, whom: Of<'_>) -> Result<Self> {
        let dispatched: Vec<Notice> = notices::list_versions(tx, change_id)
            .await?
            .into_iter()
            .filter(|n| n.dispatched_at.is_some())
            .collect();
        let mut told = Self {
            counting: Counting::load(tx, zone).await?,
            promises: HashMap::new(),
            sent: HashMap::new(),
            reports: HashMap::new(),
            policies: HashMap::new(),
            signatures: HashMap::new(),
            late_bounce: late_bounce(tx).await?,
            minimum: minimum_notice(tx).await?,
            dispatched,
        };
        if told.dispatched.is_empty() {
            return Ok(told);
        }
        for notice in &told.dispatched {
            let promised = notices::list_promises_to(tx, notice.id, whom).await?;
            told.promises
                .extend(promised.into_iter().map(|p| ((notice.id, p.customer_id), p)));
        }
        for delivery in deliveries::list_by_customers(tx, change_id, whom).await? {
            if let Some(customer) = delivery.customer_id {
                told.sent.entry(customer).or_default().push(delivery);
            }
        }
        for report in mail_events::list_by_customers(tx, change_id, whom).await? {
            told.reports.entry(report.customer_id).or_default().push(report);
        }
        for version in policies::list_promised(tx, change_id, whom).await? {
            told.policies.insert(version.id, version.policy);
        }
        for signature in customers::list_signatures_of(tx, whom).await? {
            let customer = signature.customer_id.uuid();
            told.signatures.entry(customer).or_default().push(signature);
        }
        Ok(told)
    }

    /// The terms that were promised.
    #[must_use]
    pub fn policy(&self, id: Uuid) -> Option<&Policy> {
        self.policies.get(&id)
    }

    /// Where one of them stands at `t`; `rejections` are those of the line in question.
    ///
    /// # Errors
    /// When a window runs into years without holiday data.
    pub fn standing(
        &self,
        customer_id: Uuid,
        rejections: &[DateTime<Utc>],
        t: DateTime<Utc>,
    ) -> Result<Standing> {
        let mut versions = Vec::new();
        let mut found = Vec::new();
        let mut policy_id = None;
        let sent = self.sent.get(&customer_id).map_or(&[][..], Vec::as_slice);
        let reports = self.reports.get(&customer_id).map_or(&[][..], Vec::as_slice);
        for notice in &self.dispatched {
            let Some(promise) = self.promises.get(&(notice.id, customer_id)) else {
                continue;
            };
            let number = u32::try_from(notice.version).unwrap_or(u32::MAX);
            policy_id = Some(promise.policy_id);
            versions.push(NoticeVersion {
                version: number,
                dispatched_at: notice.dispatched_at.unwrap_or(t),
                restarts: notice.is_material,
                promised: Some(promise.windows.clone()),
            });
            sent.iter()
                .filter(|d| d.notice_id == notice.id)
                .for_each(|d| evidence(d, reports, number, &mut found));
        }
        let Some(policy) = policy_id.and_then(|id| self.policies.get(&id)) else {
            return Ok(Standing::NotSent);
        };
        // Where a contract says "all contacts", a fallback stands in for whoever could not be reached.
        let mut contacts: Vec<Uuid> = sent
            .iter()
            .filter(|d| d.state != DeliveryState::FallbackQueued)
            .filter_map(|d| d.contact_id)
            .collect();
        contacts.sort_unstable();
        contacts.dedup();
        let reach = if policy.all_contacts {
            Reach::All(contacts)
        } else {
            Reach::Any
        };
        let change_id = self.dispatched.first().map(|notice| notice.change_id);
        let signed = self.signatures.get(&customer_id).map_or(&[][..], Vec::as_slice);
        let signature = match (versions.first(), change_id) {
            (Some(first), Some(change_id)) => {
                shown_at_signature(signed, self.counting.zone(), change_id, first, t)
            }
            _ => None,
        };
        let terms = policy.notice_terms(self.minimum.into_iter().collect());
        Ok(standing_at(
            t,
            &Story {
                versions: &versions,
                evidence: &found,
                reach: &reach,
                late_bounce: self.late_bounce,
                signature,
                emergency: None,
                rejections,
                terms: &terms,
                rules: self.counting.rules(policy),
            },
        )?)
    }
}

/// The signature by which the change is authorised: it was confirmed, and it is no older than the announcement.
fn shown_at_signature(
    signatures: &[Signature],
    zone: Zone,
    change_id: Uuid,
    first: &NoticeVersion,
    t: DateTime<Utc>,
) -> Option<Signed> {
    let announced_on = zone.local_date(first.dispatched_at);
    let found = signatures
        .iter()
        .rev()
        .find(|s| s.authorises(change_id, announced_on, t));
    found.map(|signature| Signed {
        // Only the day is on record. On the day of the announcement it was after it.
        at: zone
            .start_of_day(signature.signed_on)
            .map_or(first.dispatched_at, |day| day.max(first.dispatched_at)),
        pending_shown: true,
    })
}
