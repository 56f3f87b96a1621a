//! What customers or the public were shown of an engagement, and whether its facts still are that.
//!
//! An announced line binds by its hash (gate G14). The public list binds too, but what it showed as unknown may be
//! filled in: that completes the register and changes nothing about the world.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::change::{ChangeState, ChangeType, Difference, FactsVersion, NoticeClass};
use domain::country::Place;
use domain::digest::FactsHash;
use domain::engagement::{AiTerms, EngagementFacts, Location};
use domain::facts::{FactField, Names, NoticedFacts, noticed_facts};
use domain::known::Known;
use domain::legal_record::{
    LegalRecord, LegalRecordKind, MechanismKind, SecurityAssessment, Transfer, mechanism_classes,
};
use domain::organisation::OrganisationFacts;
use serde_json::json;

use super::covers;
use super::gate_facts::{Judged, judge};
use crate::AppState;
use crate::access::Staff;
use crate::audit::{Actor, Entry, Subject, append};
use crate::store::engagements::{self, CurrentEngagement};
use crate::store::legal_records::{StoredRecord, list_latest_records_of, list_records};
use crate::store::lines::{Line, find_unsettled_line, list_announced_lines};
use crate::store::listings::{ListingState, NewListing, append_listing, find_listing};
use crate::store::notices;
use crate::store::organisations::find_organisation_version;
use crate::store::tasks::{Task, close_tasks_about, list_open_tasks_of, open_task};
use crate::store::version::Recorded;
use crate::store::{Of, Result, Tx};
use domain::id::{EngagementId, TaskId, VersionId};
use domain::role::Role;

/// The kind of task that says a change must be opened.
pub const CHANGE_NEEDED: &str = "CHANGE_NEEDED";

/// One version of everything that was shown of an engagement.
#[derive(Clone, Debug)]
pub struct Base {
    organisation: OrganisationFacts,
    engagement: EngagementFacts,
    transfers: Vec<Transfer>,
    security: Option<SecurityAssessment>,
}

impl Base {
    /// The versions that a listing or a line names, with the papers of that time.
    async fn load(
        tx: &mut Tx,
        id: EngagementId,
        (engagement, organisation): (VersionId, VersionId),
        at: DateTime<Utc>,
    ) -> Result<Option<Self>> {
        let engagement = engagements::find_engagement_version(tx, engagement).await?;
        let organisation = find_organisation_version(tx, organisation).await?;
        let (Some(engagement), Some(organisation)) = (engagement, organisation) else {
            return Ok(None);
        };
        let records = list_latest_records_of(tx, Of::These(&[id]), Some(at)).await?;
        let mut base = Self {
            organisation: organisation.facts,
            engagement: engagement.facts,
            transfers: Vec::new(),
            security: None,
        };
        for record in records.into_iter().filter(|record| record.ended_on.is_none()) {
            match record.body {
                LegalRecord::Transfer(transfer) => base.transfers.push(transfer),
                LegalRecord::SecurityAssessment(security) => base.security = Some(security),
                LegalRecord::Contract(_) | LegalRecord::Scc(_) | LegalRecord::Tia(_) => {}
            }
        }
        Ok(Some(base))
    }

    /// The facts of the engagement as they were shown.
    #[must_use]
    pub fn engagement(&self) -> &EngagementFacts {
        &self.engagement
    }

    /// As a version to compare.
    #[must_use]
    pub fn version(&self) -> FactsVersion<'_> {
        FactsVersion {
            organisation: &self.organisation,
            engagement: &self.engagement,
            transfers: &self.transfers,
            security: self.security.as_ref(),
        }
    }

    /// Whether the same mechanisms for the same places are recorded now.
    fn allows(&self, records: &[StoredRecord]) -> bool {
        fn flows<'a>(transfers: impl Iterator<Item = &'a Transfer>) -> BTreeSet<(Place, MechanismKind)> {
            transfers
                .map(|transfer| (transfer.destination, transfer.mechanism.kind()))
                .collect()
        }
        flows(self.transfers.iter()) == flows(transfers_of(records))
    }

    fn noticed(&self) -> NoticedFacts {
        noticed_facts(
            &self.organisation,
            &self.engagement,
            &mechanism_classes(&self.transfers),
        )
    }
}

/// Something that was shown to others.
pub(super) enum Shown {
    /// A line of a change that is approved or under way.
    Announced {
        number: String,
        hash: FactsHash,
        line: Box<Line>,
    },
    /// The public list.
    Listed {
        base: Box<Base>,
        listing: Box<NewListing>,
    },
}

impl Shown {
    /// "the notice of change 2026-003".
    pub fn what(&self) -> String {
        match self {
            Self::Announced { number, .. } => format!("the notice of change {number}"),
            Self::Listed { .. } => "the public list".to_owned(),
        }
    }

    /// Whether the facts still are what was shown.
    pub fn agrees(&self, now: &Judged) -> bool {
        match self {
            Self::Announced { hash, .. } => *hash == now.facts.facts_hash,
            Self::Listed { base, .. } => completes(&base.noticed(), &noticed(&now.current, &now.records)),
        }
    }

    /// What was shown, to be compared field by field.
    pub async fn base(&self, tx: &mut Tx) -> Result<Option<Base>> {
        match self {
            Self::Listed { base, .. } => Ok(Some(base.as_ref().clone())),
            Self::Announced { line, .. } => {
                let versions = notices::list_versions(tx, line.change_id).await?;
                // What binds was approved; its papers are those of that moment.
                let Some((at, _)) = versions.iter().rev().find_map(|notice| notice.approved) else {
                    return Ok(None);
                };
                Base::load(
                    tx,
                    line.engagement_id.into(),
                    (
                        line.engagement_version_id.into(),
                        line.organisation_version_id.into(),
                    ),
                    at,
                )
                .await
            }
        }
    }

    /// Whether customers must be told before what the register says now may be shown or used: it is not what was shown,
    /// or something differs of which customers are told one by one, although no notice binds it: another owner, another
    /// mechanism of the same class, a security assessment that fails now.
    pub async fn needs_change(&self, tx: &mut Tx, now: &Judged, today: NaiveDate) -> Result<bool> {
        if !self.agrees(now) {
            return Ok(true);
        }
        let Some(base) = self.base(tx).await? else {
            return Ok(false);
        };
        let differences = covers::differing(&base, now, &Names::default(), today);
        if differences.is_empty() {
            return Ok(false);
        }
        let kept = covers::Kept::load(tx, &now.current).await?;
        let is_security = |difference: &Difference| difference.diff.field == FactField::Security;
        let is_failure_told =
            differences.iter().any(is_security) && is_failure_told(tx, now.current.engagement.id).await?;
        Ok(differences
            .iter()
            .filter(|difference| changes_what_was_shown(difference))
            .filter(|difference| !(is_failure_told && is_security(difference)))
            .any(|difference| kept.cover(difference).counting_class().is_individual()))
    }
}

/// Whether customers were told that security is worse since an assessment was passed last. What only tells what happened
/// makes no new list, so the list goes on saying what it said.
async fn is_failure_told(tx: &mut Tx, id: EngagementId) -> Result<bool> {
    let passed_at = list_records(tx, id, LegalRecordKind::SecurityAssessment)
        .await?
        .into_iter()
        .filter(|record| {
            matches!(&record.body, LegalRecord::SecurityAssessment(security) if security.result.is_passed())
        })
        .map(|record| record.recorded_at)
        .max();
    let announced = list_announced_lines(tx, id.uuid()).await?;
    Ok(announced.iter().any(|(line, change)| {
        line.types().contains(&ChangeType::SecurityDowngrade)
            && change
                .announced_at
                .is_some_and(|at| passed_at.is_none_or(|passed| passed < at))
    }))
}

/// Whether a difference is another answer than the one that was shown. A mechanism where none was shown completes the list
/// as far as gate G14 lets it; another one in its place, or none any more, is another answer.
fn changes_what_was_shown(difference: &Difference) -> bool {
    let is_replaced = |(kind, _): &(ChangeType, NoticeClass)| {
        matches!(
            kind,
            ChangeType::MechanismChangedEqual | ChangeType::MechanismLost
        )
    };
    difference.diff.field != FactField::Mechanism || difference.suggested.iter().any(is_replaced)
}

/// What binds an engagement now, if anything does. An announced line comes before the list, which it will change.
pub(super) async fn find_shown(tx: &mut Tx, current: &CurrentEngagement) -> Result<Option<Shown>> {
    let id = current.engagement.id;
    if let Some((line, change)) = find_unsettled_line(tx, id.uuid()).await?
        && matches!(
            change.state,
            ChangeState::Approved | ChangeState::Dispatching | ChangeState::Open
        )
        && let Ok(hash) = <[u8; 32]>::try_from(line.facts_hash.as_slice())
    {
        return Ok(Some(Shown::Announced {
            number: change.number,
            hash: FactsHash::new(hash),
            line: Box::new(line),
        }));
    }
    find_listed(tx, id).await
}

/// What the public list shows of an engagement.
async fn find_listed(tx: &mut Tx, id: EngagementId) -> Result<Option<Shown>> {
    let Some(listing) = find_listing(tx, id)
        .await?
        .filter(|listing| listing.row.listing != ListingState::Ended)
    else {
        return Ok(None);
    };
    let row = listing.row;
    let versions = (row.engagement_version_id, row.organisation_version_id);
    Ok(Base::load(tx, id, versions, row.recorded_at)
        .await?
        .map(|base| Shown::Listed {
            base: Box::new(base),
            listing: Box::new(row),
        }))
}

/// What the public list shows of an engagement, to be compared field by field: what a new change starts from.
pub async fn listed_base(tx: &mut Tx, id: EngagementId) -> Result<Option<Base>> {
    Ok(match find_listed(tx, id).await? {
        Some(Shown::Listed { base, .. }) => Some(*base),
        _ => None,
    })
}

fn transfers_of(records: &[StoredRecord]) -> impl Iterator<Item = &Transfer> {
    records.iter().filter_map(|record| match &record.body {
        LegalRecord::Transfer(transfer) if record.ended_on.is_none() => Some(transfer),
        _ => None,
    })
}

fn noticed(current: &CurrentEngagement, records: &[StoredRecord]) -> NoticedFacts {
    noticed_facts(
        &current.organisation.version.facts,
        &current.version.facts,
        &mechanism_classes(transfers_of(records)),
    )
}

/// Whether `now` says everything that `shown` said; what was unknown then may be known now.
fn completes(shown: &NoticedFacts, now: &NoticedFacts) -> bool {
    fn same<T: PartialEq>(shown: &Known<T>, now: &Known<T>) -> bool {
        !shown.is_known() || shown == now
    }
    fn same_terms(shown: &Known<Option<AiTerms>>, now: &Known<Option<AiTerms>>) -> bool {
        match (shown, now) {
            (Known::Known(Some(shown)), Known::Known(Some(now))) => {
                same(&shown.training, &now.training) && same(&shown.retention, &now.retention)
            }
            _ => same(shown, now),
        }
    }
    shown.relationship_role == now.relationship_role
        && shown.entity.legal_name == now.entity.legal_name
        && same(&shown.entity.registration_number, &now.entity.registration_number)
        && same(
            &shown.entity.registration_country,
            &now.entity.registration_country,
        )
        && same(&shown.purpose, &now.purpose)
        && same(&shown.locations, &now.locations)
        && same(&shown.remote_access, &now.remote_access)
        && same(&shown.data_categories, &now.data_categories)
        && same(&shown.data_subjects, &now.data_subjects)
        && same(&shown.special_categories, &now.special_categories)
        && same(&shown.criminal_data, &now.criminal_data)
        && same(&shown.service, &now.service)
        && same(&shown.responsibilities, &now.responsibilities)
        && same_terms(&shown.ai_terms, &now.ai_terms)
        && same(&shown.chain, &now.chain)
        && shown.products == now.products
        && shown.optional_feature == now.optional_feature
        && shown.segregable == now.segregable
        && completes_mechanisms(shown, now)
}

/// Whether every mechanism that was shown stands, and others were added only where none was said: for a place that was on
/// the list already.
fn completes_mechanisms(shown: &NoticedFacts, now: &NoticedFacts) -> bool {
    let stands = shown.mechanisms.iter().all(|one| now.mechanisms.contains(one));
    let was_shown = |place: Place| {
        let is_there = |locations: &Vec<Location>| locations.iter().any(|location| location.place == place);
        let country = &shown.entity.registration_country;
        shown.locations.get().is_none_or(is_there)
            || country
                .get()
                .is_none_or(|country| Place::Country(*country) == place)
    };
    let mut added = now
        .mechanisms
        .iter()
        .filter(|one| !shown.mechanisms.contains(one));
    stands && (shown.mechanisms.is_empty() || added.all(|one| was_shown(one.destination)))
}

/// What happened to what others were shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing: nobody was shown it, or it is as it was announced.
    None,
    /// The public list shows the correction.
    Published,
    /// A change must announce it first.
    ChangeNeeded,
}

impl Effect {
    /// What the person who saved it is told.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Published => " The public list shows it now.",
            Self::ChangeNeeded => " It is not published: customers must be told first, so open a change.",
        }
    }
}

/// After something about an engagement was written: corrects the public list, or asks for a change.
pub(crate) async fn settle(tx: &mut Tx, state: &AppState, staff: &Staff, id: EngagementId) -> Result<Effect> {
    let now = state.clock.now();
    let Some(judged) = judge(tx, id, None).await? else {
        return Ok(Effect::None);
    };
    let Some(shown) = find_shown(tx, &judged.current).await? else {
        return Ok(Effect::None);
    };
    let by = Recorded::by(staff.id, now);
    let today = state.publisher().zone.local_date(now);
    if shown.needs_change(tx, &judged, today).await? {
        let path = super::load::path(&judged.current);
        let task = Task {
            id: TaskId::from(state.random.id(now)),
            kind: CHANGE_NEEDED.to_owned(),
            role: Role::LegalEditor,
            title: format!(
                "Open a change for {}: it differs from {}",
                super::load::title(&judged.current),
                shown.what()
            ),
            path,
            about_id: Some(id.uuid()),
            due_on: None,
            created_at: now,
            done: None,
        };
        open_task(tx, &task).await?;
        return Ok(Effect::ChangeNeeded);
    }
    close_tasks_about(tx, CHANGE_NEEDED, id.uuid(), by).await?;
    let Shown::Listed { base, listing } = shown else {
        return Ok(Effect::None);
    };
    let (version, organisation) = (judged.current.version.id, judged.current.organisation.version.id);
    let is_same = (listing.engagement_version_id, listing.organisation_version_id) == (version, organisation);
    // The list shows papers as they were when it was made: another mechanism is another list.
    if is_same && base.allows(&judged.records) {
        return Ok(Effect::None);
    }
    let corrected = NewListing {
        id: state.random.id(now),
        engagement_version_id: version,
        organisation_version_id: organisation,
        recorded_at: now,
        ..*listing
    };
    let list_version = append_listing(tx, &corrected).await?;
    let entry = Entry {
        actor: Actor::Staff(staff.id.uuid()),
        action: "listing.corrected",
        subject: Subject::of("engagement", id.uuid()),
        payload: json!({ "list_version": list_version, "engagement_version_id": version, "organisation_version_id": organisation }),
    };
    append(tx, &state.keys, &state.random, now, entry).await?;
    Ok(Effect::Published)
}

/// Closes tasks that ask for a change where nothing differs any more: it is announced now, went live, or is no more.
///
/// # Errors
/// When the database is away.
pub(crate) async fn close_what_agrees(state: &AppState) -> Result<()> {
    let now = state.clock.now();
    let today = state.publisher().zone.local_date(now);
    let mut tx = state.db.read().await?;
    let mut agreeing = Vec::new();
    for id in list_open_tasks_of(&mut tx, CHANGE_NEEDED)
        .await?
        .into_iter()
        .filter_map(|task| task.about_id)
    {
        if !differs(&mut tx, id.into(), today).await? {
            agreeing.push(id);
        }
    }
    drop(tx);
    for id in agreeing {
        let mut tx = state.db.write().await?;
        // Read again under the writer's lock.
        if !differs(&mut tx, id.into(), today).await? {
            close_tasks_about(&mut tx, CHANGE_NEEDED, id, Recorded::by_system(now)).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Whether customers must be told before what the register says of an engagement may be shown.
async fn differs(tx: &mut Tx, id: EngagementId, today: NaiveDate) -> Result<bool> {
    let Some(judged) = judge(tx, id, None).await? else {
        return Ok(false);
    };
    match find_shown(tx, &judged.current).await? {
        Some(shown) => shown.needs_change(tx, &judged, today).await,
        None => Ok(false),
    }
}
