//! Where a customer stands with a change, read from the evidence each time it is asked (decision 2).

use chrono::{DateTime, TimeDelta, Utc};
use domain::delivery::DeliveryState;
use domain::evidence::{
    Evidence, EvidenceKind, NoticeVersion, Reach, Signature, Standing, Story, standing_at,
};
use domain::id::CustomerId;
use domain::period::Period;
use domain::report::Report;
use domain::zone::Zone;
use uuid::Uuid;

use super::{Result, promise};
use crate::mail::webhook;
use crate::store::authorisations::Authorisation;
use crate::store::deliveries::{self, Delivery};
use crate::store::notices::{self, Notice, Promise};
use crate::store::policies;
use crate::store::{self, Tx, customers, mail_events, objections, settings};

/// How long after an acceptance a bounce may still come, where nothing reports bounces (decision 2).
const LATE_BOUNCE_WITHOUT_WEBHOOKS: TimeDelta = TimeDelta::days(6);
/// The same where the mail service reports them (decision 2).
const LATE_BOUNCE_WITH_WEBHOOKS: TimeDelta = TimeDelta::hours(72);

/// The late-bounce period: a setting in hours, or what fits how this installation hears of bounces.
pub async fn late_bounce(tx: &mut Tx) -> store::Result<TimeDelta> {
    let hours = settings::find_setting(tx, "late_bounce_hours").await?;
    if let Some(hours) = hours
        .and_then(|text| text.parse().ok())
        .and_then(TimeDelta::try_hours)
    {
        return Ok(hours);
    }
    Ok(if webhook::is_reporting(tx).await? {
        LATE_BOUNCE_WITH_WEBHOOKS
    } else {
        LATE_BOUNCE_WITHOUT_WEBHOOKS
    })
}

/// The publisher's own shortest notice period: a setting such as `30d`.
pub async fn minimum_notice(tx: &mut Tx) -> Result<Option<Period>> {
    Ok(settings::find_setting(tx, "minimum_notice")
        .await?
        .and_then(|text| text.parse().ok()))
}

/// What a delivery proves, and what was reported of its mail.
fn evidence(
    delivery: &Delivery,
    reports: &[(Uuid, Report, DateTime<Utc>)],
    version: u32,
    found: &mut Vec<Evidence>,
) {
    let Some(contact) = delivery.contact_id else {
        return;
    };
    let own = reports.iter().filter(|(id, ..)| *id == delivery.id);
    found.extend(own.filter_map(|(_, report, at)| {
        report.evidence().map(|kind| Evidence {
            at: *at,
            version,
            contact,
            kind,
        })
    }));
    let events = [
        (delivery.accepted_at, EvidenceKind::Accepted),
        (delivery.bounced_at, EvidenceKind::Bounced),
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
/// window of a line asks here: what a rejected objection leaves is counted in.
pub async fn find_for(
    tx: &mut Tx,
    publisher_zone: Zone,
    change_id: Uuid,
    authorisation: &Authorisation,
    t: DateTime<Utc>,
) -> Result<Standing> {
    let rejections = objections::list_rejections(tx, authorisation.id).await?;
    let customer_id = CustomerId::from(authorisation.customer_id);
    told(tx, publisher_zone, (change_id, customer_id), &rejections, t).await
}

/// Where one customer stands with one change at `t`, whatever became of single lines.
pub async fn find(
    tx: &mut Tx,
    publisher_zone: Zone,
    change_id: Uuid,
    customer_id: CustomerId,
    t: DateTime<Utc>,
) -> Result<Standing> {
    told(tx, publisher_zone, (change_id, customer_id), &[], t).await
}

async fn told(
    tx: &mut Tx,
    publisher_zone: Zone,
    (change_id, customer_id): (Uuid, CustomerId),
    rejections: &[DateTime<Utc>],
    t: DateTime<Utc>,
) -> Result<Standing> {
    let dispatched: Vec<Notice> = notices::list_versions(tx, change_id)
        .await?
        .into_iter()
        .filter(|n| n.dispatched_at.is_some())
        .collect();
    let mut versions = Vec::new();
    let mut found = Vec::new();
    let mut policy_id = None;
    let sent = deliveries::list_by_customer(tx, change_id, customer_id.uuid()).await?;
    let reports = mail_events::list_by_customer(tx, change_id, customer_id.uuid()).await?;
    for notice in &dispatched {
        let promises = notices::list_promises(tx, notice.id).await?;
        let Some(promise) = promises
            .into_iter()
            .find(|p: &Promise| p.customer_id == customer_id.uuid())
        else {
            continue;
        };
        let number = u32::try_from(notice.version).unwrap_or(u32::MAX);
        policy_id = Some(promise.policy_id);
        versions.push(NoticeVersion {
            version: number,
            dispatched_at: notice.dispatched_at.unwrap_or(t),
            restarts: notice.is_material,
            promised: Some(promise.windows),
        });
        sent.iter()
            .filter(|d| d.notice_id == notice.id)
            .for_each(|d| evidence(d, &reports, number, &mut found));
    }
    let Some(policy_id) = policy_id else {
        return Ok(Standing::NotSent);
    };
    let policy = policies::get_policy(tx, policy_id).await?.policy;
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
    let signature = match versions.first() {
        Some(first) => shown_at_signature(tx, publisher_zone, (change_id, customer_id), first, t).await?,
        None => None,
    };
    let terms = policy.notice_terms(minimum_notice(tx).await?.into_iter().collect());
    Ok(standing_at(
        t,
        &Story {
            versions: &versions,
            evidence: &found,
            reach: &reach,
            late_bounce: late_bounce(tx).await?,
            signature,
            emergency: None,
            rejections,
            terms: &terms,
            rules: promise::rules(&policy, publisher_zone),
        },
    )?)
}

/// The signature by which the change is authorised: it was confirmed, and it is no older than the announcement.
async fn shown_at_signature(
    tx: &mut Tx,
    zone: Zone,
    (change_id, customer_id): (Uuid, CustomerId),
    first: &NoticeVersion,
    t: DateTime<Utc>,
) -> Result<Option<Signature>> {
    let announced_on = zone.local_date(first.dispatched_at);
    let signatures = customers::list_signatures(tx, customer_id).await?;
    let found = signatures
        .iter()
        .rev()
        .find(|s| s.authorises(change_id, announced_on, t));
    Ok(found.map(|signature| Signature {
        // Only the day is on record. On the day of the announcement it was after it.
        at: zone
            .start_of_day(signature.signed_on)
            .map_or(first.dispatched_at, |day| day.max(first.dispatched_at)),
        pending_shown: true,
    }))
}
