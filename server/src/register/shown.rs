//! What customers or the public were shown of an engagement, and whether its facts still are that.
//!
//! An announced line binds by its hash (gate G14). The public list binds too, but what it showed as unknown may be
//! filled in: that completes the register and changes nothing about the world.

use domain::change::ChangeState;
use domain::digest::FactsHash;
use domain::engagement::AiTerms;
use domain::facts::{NoticedFacts, noticed_facts};
use domain::known::Known;
use domain::legal_record::{LegalRecord, mechanism_classes};
use serde_json::json;

use super::gate_facts::{Judged, judge};
use crate::AppState;
use crate::access::Staff;
use crate::audit::{Actor, Entry, Subject, append};
use crate::store::changes::find_current_line;
use crate::store::engagements::{self, CurrentEngagement};
use crate::store::legal_records::{StoredRecord, list_records_as_of};
use crate::store::listings::{ListingState, NewListing, append_listing, find_listing};
use crate::store::organisations::find_organisation_version;
use crate::store::tasks::{Task, close_tasks_about, open_task};
use crate::store::version::Recorded;
use crate::store::{Result, Tx};
use domain::id::{EngagementId, TaskId};
use domain::role::Role;

/// The kind of task that says a change must be opened.
const CHANGE_NEEDED: &str = "CHANGE_NEEDED";

/// Something that was shown to others.
pub(super) enum Shown {
    /// A line of a change that is approved or under way.
    Announced { number: String, hash: FactsHash },
    /// The public list.
    Listed {
        facts: Box<NoticedFacts>,
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
            Self::Listed { facts, .. } => completes(facts, &noticed(&now.current, &now.records)),
        }
    }
}

/// What binds an engagement now, if anything does. An announced line comes before the list, which it will change.
pub(super) async fn find_shown(tx: &mut Tx, current: &CurrentEngagement) -> Result<Option<Shown>> {
    let id = current.engagement.id;
    if let Some((line, change)) = find_current_line(tx, id.uuid()).await?
        && matches!(
            change.state,
            ChangeState::Approved | ChangeState::Dispatching | ChangeState::Open
        )
        && let Ok(hash) = <[u8; 32]>::try_from(line.facts_hash)
    {
        return Ok(Some(Shown::Announced {
            number: change.number,
            hash: FactsHash::new(hash),
        }));
    }
    let Some(listing) = find_listing(tx, id)
        .await?
        .filter(|listing| listing.row.listing != ListingState::Ended)
    else {
        return Ok(None);
    };
    let engagement = engagements::find_engagement_version(tx, listing.row.engagement_version_id).await?;
    let organisation = find_organisation_version(tx, listing.row.organisation_version_id).await?;
    let (Some(engagement), Some(organisation)) = (engagement, organisation) else {
        return Ok(None);
    };
    let records = list_records_as_of(tx, id, listing.row.recorded_at).await?;
    let mut then = current.clone();
    then.version = engagement;
    then.organisation.version = organisation;
    Ok(Some(Shown::Listed {
        facts: Box::new(noticed(&then, &records)),
        listing: Box::new(listing.row),
    }))
}

fn noticed(current: &CurrentEngagement, records: &[StoredRecord]) -> NoticedFacts {
    let transfers = records.iter().filter_map(|record| match &record.body {
        LegalRecord::Transfer(transfer) if record.ended_on.is_none() => Some(transfer),
        _ => None,
    });
    noticed_facts(
        &current.organisation.version.facts,
        &current.version.facts,
        &mechanism_classes(transfers),
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
        && shown
            .mechanisms
            .iter()
            .all(|mechanism| now.mechanisms.contains(mechanism))
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
    if !shown.agrees(&judged) {
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
    let Shown::Listed { listing, .. } = shown else {
        return Ok(Effect::None);
    };
    let (version, organisation) = (judged.current.version.id, judged.current.organisation.version.id);
    if (listing.engagement_version_id, listing.organisation_version_id) == (version, organisation) {
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
