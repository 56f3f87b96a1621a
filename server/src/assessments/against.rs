//! What an assessment is held against: the knowledge about countries that counts, and until when it is reviewed again.

use std::collections::{BTreeMap, BTreeSet};

use app::assessments::steps::Around;
use app::ui::Choice;
use chrono::Months;
use domain::country::Place;
use domain::legal_record::{Against, CountryReference, KnownCountry, LegalRecord, LegalRecordKind};
use domain::words::day;

use crate::AppState;
use crate::register::page::summary;
use crate::store::countries::{country_rules, list_known_countries};
use crate::store::engagements::CurrentEngagement;
use crate::store::legal_records::list_latest_records;
use crate::store::reference::reference_data;
use crate::store::settings::find_setting;
use crate::store::{Result, Tx, parsed};

/// Months until an assessment is reviewed again, where no rule about a destination asks for less.
const REVIEW_MONTHS: u32 = 12;

/// For assessments on these destinations, today.
pub async fn against(tx: &mut Tx, state: &AppState, destinations: &BTreeSet<Place>) -> Result<Against> {
    let today = state.publisher().zone.local_date(state.clock.now());
    let rules = country_rules(tx, today).await?;
    let usual = match find_setting(tx, "tia_review_months").await? {
        Some(text) => parsed("settings", "tia_review_months", &text)?,
        None => REVIEW_MONTHS,
    };
    let months = rules
        .review_months
        .iter()
        .filter(|(country, _, _)| destinations.contains(&Place::Country(*country)))
        .map(|(_, months, _)| *months)
        .fold(usual, u32::min);
    let countries = list_known_countries(tx)
        .await?
        .into_iter()
        .map(|version| {
            let known = KnownCountry {
                reference: CountryReference {
                    id: version.id,
                    number: version.number,
                },
                laws: version.body.laws.iter().map(|law| law.name.clone()).collect(),
            };
            (version.country, known)
        })
        .collect();
    let inside = reference_data(tx).await?.eea_countries(today);
    Ok(Against {
        today,
        review_by: today.checked_add_months(Months::new(months)).unwrap_or(today),
        countries,
        inside: inside.into_keys().collect(),
    })
}

/// What the forms need beside the draft.
pub async fn around(tx: &mut Tx, current: &CurrentEngagement, against: &Against) -> Result<Around> {
    let known: BTreeMap<_, _> = list_known_countries(tx)
        .await?
        .into_iter()
        .map(|version| {
            let reference = CountryReference {
                id: version.id,
                number: version.number,
            };
            (version.country, (reference, version.body))
        })
        .collect();
    let transfers = list_latest_records(tx, current.engagement.id)
        .await?
        .iter()
        .filter(|record| record.body.kind() == LegalRecordKind::Transfer)
        .map(|record| Choice::new(record.number.to_string(), summary(record)))
        .collect();
    Ok(Around {
        known,
        transfers,
        latest_review: format!("By {} at the latest.", day(against.review_by)),
        today: against.today,
    })
}

/// Where the engagement's data goes, as its transfers say.
pub async fn destinations(tx: &mut Tx, current: &CurrentEngagement) -> Result<BTreeSet<Place>> {
    Ok(list_latest_records(tx, current.engagement.id)
        .await?
        .iter()
        .filter_map(|record| match &record.body {
            LegalRecord::Transfer(transfer) => Some(transfer.destination),
            _ => None,
        })
        .collect())
}
