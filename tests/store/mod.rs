//! Every store function, on both databases.

mod activations;
mod answers;
mod append_only;
mod assessments;
mod authorisations;
mod baselines;
mod calendar_links;
mod certificates;
mod changes;
mod clause_states;
mod contact_requests;
mod contacts;
mod countries;
mod coverage;
mod covers;
mod customers;
mod deliveries;
mod demo_mails;
mod digests;
mod documents;
mod dpf_checks;
mod endings;
mod engagements;
mod entities;
mod evidence;
mod fallbacks;
pub mod fixtures;
mod gate_watches;
mod imports;
mod judged;
mod legal_records;
mod lines;
mod listings;
mod lowerings;
mod mail_events;
mod mails;
mod notices;
mod objection_lists;
mod objections;
mod organisations;
mod past;
mod policies;
mod products;
mod public_list;
mod publisher;
mod reference;
mod register_rows;
mod reminders;
mod sessions;
mod settings;
mod sign_offs;
mod staff;
mod subscribers;
mod tasks;
mod tia_states;
mod triggers;
mod vendor_notices;
mod vendor_pages;
mod waivers;

use chrono::{DateTime, TimeDelta, Utc};
use domain::engagement::EngagementFacts;
use domain::id::{EngagementId, OrganisationId, StaffId};
use domain::organisation::OrganisationFacts;
use domain::slug::Slug;
use domain::text::Name;
use forenotice::on;
use forenotice::store::engagements::{Engagement, create_engagement};
use forenotice::store::organisations::create_organisation;
use forenotice::store::version::{NewVersion, Recorded};
use forenotice::store::{Result, StoreError, Tx};
use sqlx::types::Json;
use uuid::Uuid;

use crate::support::monday;

/// A fixed id: the same number gives the same id.
pub fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

/// So many hours after the first worked example's instant.
pub fn hour(number: i64) -> DateTime<Utc> {
    monday() + TimeDelta::hours(number)
}

/// A key was taken.
pub fn is_duplicate<T>(result: &Result<T>) -> bool {
    matches!(result, Err(StoreError::Duplicate(_)))
}

/// A row was not as expected.
pub fn is_stale<T>(result: &Result<T>) -> bool {
    matches!(result, Err(StoreError::Stale(_)))
}

/// A staff account to record things with.
pub async fn staff(tx: &mut Tx, number: u128) -> StaffId {
    on!(tx, |c| sqlx::query(
        "INSERT INTO staff (id, login, display_name, password_hash, password_changed_at, roles, created_at)
         VALUES ($1, $2, 'Somebody', '-', $3, $4, $3)"
    )
    .bind(Uuid::from_u128(number))
    .bind(format!("staff-{number}"))
    .bind(monday())
    .bind(Json(["legal_editor"]))
    .execute(c)
    .await
    .map(drop))
    .unwrap();
    id(number)
}

/// A first or later version.
pub fn version<F>(number: u128, facts: F, recorded: Recorded) -> NewVersion<F> {
    NewVersion {
        id: id(number),
        facts,
        valid_from: None,
        recorded,
        reason: None,
    }
}

/// An organisation `1` of the name, recorded by the system.
pub async fn organisation(tx: &mut Tx, number: u128, name: &str) -> OrganisationId {
    let facts = OrganisationFacts::named(Name::parse(name).unwrap());
    create_organisation(
        tx,
        id(number),
        &Slug::from_name(name).unwrap(),
        &version(number + 1000, facts, Recorded::by_system(monday())),
    )
    .await
    .unwrap();
    id(number)
}

/// An engagement of an organisation, recorded by the system.
pub async fn engagement(tx: &mut Tx, number: u128, company: OrganisationId, slug: &str) -> EngagementId {
    let engagement = Engagement {
        id: id(number),
        organisation_id: company,
        entity_id: None,
        slug: Slug::parse(slug).unwrap(),
        parent_id: None,
        created_at: monday(),
        created_by: None,
    };
    let first = version(
        number + 1000,
        EngagementFacts::of(company),
        Recorded::by_system(monday()),
    );
    create_engagement(tx, &engagement, &first, Uuid::from_u128(number + 2000))
        .await
        .unwrap();
    id(number)
}
