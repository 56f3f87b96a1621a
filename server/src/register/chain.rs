//! The chain that an engagement is part of: up to the one that we engage ourselves, and down to the last one known. Only
//! its own members are read, however large the register is.

use std::collections::BTreeSet;

use app::register::chain::Tier;
use app::ui::Link;
use domain::id::EngagementId;

use super::load;
use crate::store::engagements::{CurrentEngagement, current, list_children};
use crate::store::{Result, Tx};

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
