//! The chain that an engagement is part of: up to the one that we engage ourselves, and down to the last one known. Only
//! its own members are read, however large the register is. Whoever moves takes those below along.

use std::collections::BTreeSet;

use app::register::chain::Tier;
use app::ui::Link;
use domain::facts::FactField;
use domain::id::{EngagementId, VersionId};

use super::shown::settle;
use super::{load, write};
use crate::AppState;
use crate::access::Staff;
use crate::http::HttpError;
use crate::store::engagements::{CurrentEngagement, append_engagement_version, current, list_children};
use crate::store::version::{NewVersion, Recorded};
use crate::store::{Result, Tx};

/// Puts those below an engagement, all the way down, on the tiers that follow from its own. What is over stays as it was.
pub(super) async fn follow(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    above: EngagementId,
    tier: u8,
) -> std::result::Result<(), HttpError> {
    let now = state.clock.now();
    let mut seen = BTreeSet::from([above]);
    let mut next = vec![(above, tier)];
    while let Some((above, tier)) = next.pop() {
        for child in list_children(tx, above).await? {
            let Some(child) = current(tx, child.id).await?.filter(|_| seen.insert(child.id)) else {
                continue;
            };
            let (id, expected) = (child.engagement.id, tier.saturating_add(1));
            if child.state.state.is_terminal() {
                continue;
            }
            next.push((id, expected));
            if child.version.facts.tier == expected {
                continue;
            }
            let mut facts = child.version.facts.clone();
            facts.tier = expected;
            let reason = format!("The engagement above it is tier {tier} now");
            let number = child.version.number + 1;
            let payload = write::version_payload(number, &facts, &[FactField::Tier], Some(&reason));
            let new = NewVersion {
                id: VersionId::from(state.random.id(now)),
                facts,
                valid_from: None,
                recorded: Recorded::by(staff.id, now),
                reason: Some(reason),
            };
            append_engagement_version(tx, id, child.version.number, &new).await?;
            let subject = ("engagement", id.uuid());
            write::note(tx, state, staff, "engagement.revised", subject, payload).await?;
            settle(tx, state, staff, id).await?;
        }
    }
    Ok(())
}

/// The tree from the first tier, with the engagement in it.
pub(super) async fn tree(tx: &mut Tx, here: &CurrentEngagement) -> Result<Vec<Tier>> {
    let id = here.engagement.id;
    let mut root = here.clone();
    let mut seen = BTreeSet::from([id]);
    while let Some(parent) = root.version.facts.parent {
        // A circle is refused where it is typed; one that came another way ends here.
        if !seen.insert(parent) {
            break;
        }
        match current(tx, parent).await? {
            Some(above) => root = above,
            None => break,
        }
    }
    let mut seen = BTreeSet::from([root.engagement.id]);
    Ok(vec![tier(tx, root, id, &mut seen).await?])
}

async fn tier(
    tx: &mut Tx,
    one: CurrentEngagement,
    here: EngagementId,
    seen: &mut BTreeSet<EngagementId>,
) -> Result<Tier> {
    let mut below = Vec::new();
    for child in list_children(tx, one.engagement.id).await? {
        if !seen.insert(child.id) {
            continue;
        }
        if let Some(child) = current(tx, child.id).await? {
            below.push(Box::pin(tier(tx, child, here, seen)).await?);
        }
    }
    below.sort_by(|a, b| a.link.label.cmp(&b.link.label));
    let facts = &one.version.facts;
    let places: Vec<&str> = facts.places().iter().map(|place| place.label()).collect();
    Ok(Tier {
        link: Link::new(load::title(&one), load::path(&one)),
        tier: facts.tier,
        state: one.state.state,
        places: if places.is_empty() {
            "places unknown".to_owned()
        } else {
            places.join(", ")
        },
        is_here: one.engagement.id == here,
        below,
    })
}
