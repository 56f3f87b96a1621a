//! What the register knows, put into a draft: nothing is invented, and what somebody wrote is only replaced where they ask
//! for it.

use std::collections::BTreeSet;

use domain::engagement::{Chain, Location, RelationshipRole};
use domain::legal_record::{
    ClauseOptions, Clauses, LegalRecord, Mechanism, MechanismKind, SccReliance, Tia, TiaOutcome, TiaStep,
    TiaType, Transfer,
};
use domain::reference::AdequacyRegime;
use domain::text::Line;
use domain::trigger::TriggerKind;

use crate::AppState;
use crate::store::engagements::CurrentEngagement;
use crate::store::entities::{find_entity, list_entities};
use crate::store::legal_records::list_latest_records;
use crate::store::reference::reference_data;
use crate::store::{Result, Tx};

/// Fills the given steps of a draft.
pub async fn fill(
    tx: &mut Tx,
    state: &AppState,
    current: &CurrentEngagement,
    tia: &mut Tia,
    steps: &[TiaStep],
) -> Result<()> {
    let records = list_latest_records(tx, current.engagement.id).await?;
    let sets: Vec<(i64, Clauses)> = records
        .iter()
        .filter_map(|record| match &record.body {
            LegalRecord::Scc(clauses) => Some((record.number, (**clauses).clone())),
            _ => None,
        })
        .collect();
    let transfers: Vec<(i64, Transfer)> = records
        .into_iter()
        .filter_map(|record| match record.body {
            LegalRecord::Transfer(transfer) if tia.destinations.contains(&transfer.destination) => {
                Some((record.number, transfer))
            }
            _ => None,
        })
        .collect();
    for step in steps {
        match step {
            TiaStep::Checks => checks(tia),
            TiaStep::Transfer => {
                description(current, &transfers, tia);
                tia.description.exporter = exporter(tx, state, current).await?;
            }
            TiaStep::Tool => tool(tx, &transfers, &sets, tia).await?,
            _ => {}
        }
    }
    Ok(())
}

/// A new draft: the answers that choosing the kind has given, and the proposals that the person will look at.
pub async fn start(tx: &mut Tx, state: &AppState, current: &CurrentEngagement, tia: &mut Tia) -> Result<()> {
    let against = super::against::against(tx, state, &tia.destinations).await?;
    fill(tx, state, current, tia, TiaStep::ALL).await?;
    tia.identity.started_on = Some(against.today);
    tia.next_review_on = Some(against.review_by);
    tia.triggers_watched = TriggerKind::ALL.iter().copied().collect();
    if let [
        only @ (TiaOutcome::NotRequiredEea | TiaOutcome::NotRequiredAdequacy),
        ..,
    ] = tia.tia_type.outcomes()
        && matches!(tia.tia_type, TiaType::EeaNote | TiaType::AdequacyNote)
    {
        tia.outcome = Some(*only);
    }
    Ok(())
}

fn checks(tia: &mut Tia) {
    let (is_transfer, is_needed) = match tia.tia_type {
        TiaType::Full46 => (Some(true), Some(true)),
        TiaType::UkTra | TiaType::Ch => (Some(true), None),
        TiaType::AdequacyNote => (Some(true), Some(false)),
        TiaType::EeaNote | TiaType::ParentAccessNote => (Some(false), Some(false)),
    };
    tia.checks.is_transfer = is_transfer;
    tia.checks.is_needed = is_needed;
}

/// The legal entity that engages the vendor; the only one where there is one.
async fn exporter(tx: &mut Tx, state: &AppState, current: &CurrentEngagement) -> Result<Option<Line<200>>> {
    let named = match current.engagement.entity_id {
        Some(id) => find_entity(tx, id).await?.map(|entity| entity.legal_name),
        None => None,
    };
    let name = match named {
        Some(name) => name,
        None => match list_entities(tx).await?.as_slice() {
            [only] => only.legal_name.clone(),
            _ => state.publisher().name.clone(),
        },
    };
    Ok(Line::parse(&name).ok())
}

fn description(current: &CurrentEngagement, transfers: &[(i64, Transfer)], tia: &mut Tia) {
    let facts = &current.version.facts;
    let b = &mut tia.description;
    let company = &current.organisation.version.facts.legal_name;
    tia.identity.transfers = transfers.iter().map(|(number, _)| *number).collect();
    b.importer = Some(
        transfers
            .first()
            .map_or(company, |(_, transfer)| &transfer.importer)
            .clone(),
    );
    let roles = match facts.relationship_role {
        RelationshipRole::Subprocessor | RelationshipRole::AffiliateSubprocessor => {
            Some("processor to subprocessor")
        }
        _ => None,
    };
    b.roles = roles.and_then(|roles| Line::parse(roles).ok());
    b.purposes = facts.purpose.get().cloned();
    b.data_subjects = facts.data_subjects.get().cloned().unwrap_or_default();
    b.data_categories = facts.data_categories.get().cloned().unwrap_or_default();
    b.special_categories = facts.special_categories.get().and_then(|found| {
        let text = if found.is_empty() {
            "none".to_owned()
        } else {
            domain::facts::list(found.iter().map(|category| category.label()))
        };
        Line::parse(&text).ok()
    });
    let places = |is_remote: bool| -> BTreeSet<_> {
        let all: Option<&BTreeSet<Location>> = facts.locations.get();
        all.into_iter()
            .flatten()
            .filter(|location| location.kind.is_remote() == is_remote)
            .map(|location| location.place)
            .collect()
    };
    b.storage_locations = places(false);
    b.access_locations = places(true);
    if facts.chain.is_known_and(|chain| *chain == Chain::None) {
        b.chain_length = Some(1);
        b.number_of_actors = Some(2);
    }
}

async fn tool(
    tx: &mut Tx,
    transfers: &[(i64, Transfer)],
    sets: &[(i64, Clauses)],
    tia: &mut Tia,
) -> Result<()> {
    let set = |reliance: &SccReliance| {
        sets.iter()
            .find(|(number, _)| *number == reliance.clauses)
            .map(|(_, clauses)| clauses)
    };
    let c = &mut tia.tool;
    let Some((_, transfer)) = transfers.first() else {
        if matches!(tia.tia_type, TiaType::EeaNote | TiaType::ParentAccessNote) {
            c.mechanism = Some(MechanismKind::NoneRequired);
        }
        return Ok(());
    };
    c.mechanism = Some(transfer.mechanism.kind());
    match &transfer.mechanism {
        Mechanism::Scc(reliance) => {
            if let Some(set) = set(reliance) {
                clauses(set, tia);
            }
        }
        Mechanism::Adequacy(_) | Mechanism::Dpf(_) => {
            let reference = reference_data(tx).await?;
            let regime = match tia.tia_type {
                TiaType::UkTra => AdequacyRegime::Uk,
                TiaType::Ch => AdequacyRegime::Ch,
                _ => AdequacyRegime::Eu,
            };
            c.instrument = transfer.destination.country().and_then(|country| {
                let decision = reference.adequacy(country, regime).next()?;
                Line::parse(decision.instrument.as_str()).ok()
            });
            c.fallback = transfer.fallback.as_ref().and_then(set).and_then(|set| {
                let state = set.standing.state.label();
                let text = format!("{}, {}, {state}", set.version.label(), set.module.label());
                Line::parse(&text).ok()
            });
        }
        _ => {}
    }
    Ok(())
}

fn clauses(set: &Clauses, tia: &mut Tia) {
    let c = &mut tia.tool;
    c.instrument = Line::parse(set.version.label()).ok();
    c.module = Some(set.module);
    c.clause_options = Line::parse(&options(&set.options)).ok();
    c.in_force_on = set.standing.signing.in_force_on;
}

/// "9(a): option 2, general written authorisation; 17: Norway; 18: Norway": what is chosen, in the order of the clauses.
fn options(options: &ClauseOptions) -> String {
    let yes_no = |value: bool| if value { "yes" } else { "no" }.to_owned();
    let chosen = [
        ("7", options.docking.map(yes_no)),
        ("9(a)", options.clause_9.map(|option| option.label().to_owned())),
        ("11(a)", options.dispute_body.map(yes_no)),
        ("13(a)", options.clause_13.map(|option| option.label().to_owned())),
        (
            "17",
            options.governing_law.map(|country| country.label().to_owned()),
        ),
        ("18", options.forum.map(|country| country.label().to_owned())),
    ];
    let said: Vec<String> = chosen
        .into_iter()
        .filter_map(|(clause, value)| Some(format!("{clause}: {}", value?)))
        .collect();
    said.join("; ").chars().take(300).collect()
}
