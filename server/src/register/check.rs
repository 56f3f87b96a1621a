//! What a form refers to must be there, and a chain must have an end.

use app::ui::FieldErrors;
use chrono::NaiveDate;
use domain::engagement::EngagementFacts;
use domain::id::EngagementId;

use crate::store::engagements::{CurrentEngagement, list_current};
use crate::store::organisations::find_organisation;
use crate::store::products::list_products;
use crate::store::{Result, Tx};

/// Longer chains than this were not typed by a person.
const LONGEST_CHAIN: usize = 9;

/// What is wrong with the products, the company and the place in the chain of `itself`.
pub(super) async fn references(
    tx: &mut Tx,
    itself: Option<EngagementId>,
    facts: &EngagementFacts,
) -> Result<FieldErrors> {
    let mut errors = FieldErrors::new();
    let products = list_products(tx).await?;
    if !facts
        .products
        .iter()
        .all(|id| products.iter().any(|product| product.id == *id))
    {
        errors.add("products", "One of these products does not exist any more");
    }
    if itself.is_some() && find_organisation(tx, facts.organisation).await?.is_none() {
        errors.add("organisation", "Choose a company of the register");
    }
    let all = list_current(tx).await?;
    if let Some(parent) = facts.parent {
        place_in_chain(&all, itself, parent, facts.tier, &mut errors);
    }
    if let Some(itself) = itself
        && usize::from(facts.tier) + depth_below(&all, itself, LONGEST_CHAIN) > LONGEST_CHAIN
    {
        errors.add(
            "tier",
            format!("The chain below would go on past tier {LONGEST_CHAIN}"),
        );
    }
    Ok(errors)
}

fn find(all: &[CurrentEngagement], id: EngagementId) -> Option<&CurrentEngagement> {
    all.iter().find(|one| one.engagement.id == id)
}

/// The engagement above is there, goes on, is one tier up, and is not below this one.
fn place_in_chain(
    all: &[CurrentEngagement],
    itself: Option<EngagementId>,
    parent: EngagementId,
    tier: u8,
    errors: &mut FieldErrors,
) {
    // One that ended after this was recorded stays on file as what it was.
    let recorded = itself
        .and_then(|id| find(all, id))
        .and_then(|one| one.version.facts.parent);
    match find(all, parent) {
        None => errors.add("parent_engagement", "Choose an engagement of the register"),
        Some(above) if above.state.state.is_terminal() && recorded != Some(parent) => errors.add(
            "parent_engagement",
            "That engagement is over: nothing new can be below it",
        ),
        Some(above) => {
            let expected = above.version.facts.tier.saturating_add(1);
            if tier != expected {
                errors.add(
                    "tier",
                    format!(
                        "The engagement above is tier {}, so this one is tier {expected}",
                        expected - 1
                    ),
                );
            }
        }
    }
    let mut next = Some(parent);
    for _ in 0..LONGEST_CHAIN {
        if next.is_some() && next == itself {
            errors.add(
                "parent_engagement",
                "That is below this one already: a chain cannot be a circle",
            );
            break;
        }
        next = next
            .and_then(|id| find(all, id))
            .and_then(|one| one.version.facts.parent);
    }
}

/// How many tiers there are below an engagement, counted no further than to `most`.
fn depth_below(all: &[CurrentEngagement], id: EngagementId, most: usize) -> usize {
    if most == 0 {
        return 0;
    }
    all.iter()
        .filter(|one| one.version.facts.parent == Some(id) && !one.state.state.is_terminal())
        .map(|one| 1 + depth_below(all, one.engagement.id, most - 1))
        .max()
        .unwrap_or(0)
}

/// A version that is true since a day cannot be true only from tomorrow: what comes later is announced by a change.
pub(super) fn valid_from(typed: &str, today: NaiveDate, errors: &mut FieldErrors) -> Option<NaiveDate> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    match typed.parse::<NaiveDate>() {
        Ok(day) if day <= today => Some(day),
        Ok(_) => {
            errors.add(
                "valid_from",
                "That day is still to come; what is going to change is announced by a change",
            );
            None
        }
        Err(_) => {
            errors.add("valid_from", "Write a day as year, month, day: 2026-12-31");
            None
        }
    }
}
