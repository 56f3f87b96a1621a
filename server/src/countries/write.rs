//! Approving a version, and what follows from it.

use domain::country::{Country, Place};
use domain::id::StaffId;
use domain::legal_record::LegalRecord;
use domain::trigger::{Scope, TriggerKind};

use crate::AppState;
use crate::store::assessments::{Key, list_concerned_assessments};
use crate::store::countries::{CountryVersion, approve_country_version};
use crate::store::legal_records::find_record;
use crate::store::{Result, Tx};
use crate::triggers::{Event, raise_for};

/// Keeps the approval of a version; every assessment that rests on an older one is looked at. The caller has seen to it
/// that the approver is no author and that nothing is missing.
///
/// # Errors
/// When the database is away, or the version was approved already.
pub async fn approve_version(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    version: &CountryVersion,
) -> Result<usize> {
    approve_country_version(tx, version.id, by, state.clock.now()).await?;
    let older = older(tx, version.country, version).await?;
    if older.is_empty() {
        return Ok(0);
    }
    let text = format!(
        "Version {} of what is known about {} counts now; these assessments rest on an older one.",
        version.number,
        version.country.label()
    );
    let Ok(description) = text.parse() else {
        return Ok(0);
    };
    let event = Event {
        kind: TriggerKind::LawChanged,
        scope: Scope::Country(version.country),
        description,
        source: None,
        occurred_on: state.publisher().zone.local_date(state.clock.now()),
        takes_effect_on: None,
    };
    raise_for(tx, state, Some(by), &event, &older).await?;
    Ok(older.len())
}

/// The assessments that rest on another version about this country.
async fn older(tx: &mut Tx, country: Country, version: &CountryVersion) -> Result<Vec<Key>> {
    let mut older = Vec::new();
    for standing in list_concerned_assessments(tx, Scope::Country(country)).await? {
        let Some(record) = find_record(tx, standing.record_id).await? else {
            continue;
        };
        if let LegalRecord::Tia(tia) = &record.body
            && let Some(practice) = tia.practice.get(&Place::Country(country))
            && practice.country.is_some_and(|rests_on| rests_on.id != version.id)
        {
            older.push(standing.key);
        }
    }
    Ok(older)
}
