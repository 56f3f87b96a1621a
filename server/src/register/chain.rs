//! The chain that an engagement is part of: up to the one that we engage ourselves, and down to the last one known.

use std::collections::{BTreeSet, HashMap};

use app::register::chain::Tier;
use app::ui::Link;
use domain::id::EngagementId;

use super::load;
use crate::store::engagements::{CurrentEngagement, list_current};
use crate::store::{Result, Tx};

/// The tree from the first tier, with the engagement in it.
pub(super) async fn tree(tx: &mut Tx, here: EngagementId) -> Result<Vec<Tier>> {
    let all = list_current(tx).await?;
    let by_id: HashMap<EngagementId, &CurrentEngagement> =
        all.iter().map(|one| (one.engagement.id, one)).collect();
    let mut below: HashMap<EngagementId, Vec<EngagementId>> = HashMap::new();
    for one in &all {
        if let Some(parent) = one.version.facts.parent {
            below.entry(parent).or_default().push(one.engagement.id);
        }
    }
    let mut root = here;
    let mut seen = BTreeSet::from([here]);
    while let Some(parent) = by_id.get(&root).and_then(|one| one.version.facts.parent) {
        // A circle is refused where it is typed; one that came another way ends here.
        if !by_id.contains_key(&parent) || !seen.insert(parent) {
            break;
        }
        root = parent;
    }
    let mut seen = BTreeSet::new();
    Ok(tier(root, here, &by_id, &below, &mut seen).into_iter().collect())
}

fn tier(
    id: EngagementId,
    here: EngagementId,
    by_id: &HashMap<EngagementId, &CurrentEngagement>,
    below: &HashMap<EngagementId, Vec<EngagementId>>,
    seen: &mut BTreeSet<EngagementId>,
) -> Option<Tier> {
    let current = by_id.get(&id)?;
    if !seen.insert(id) {
        return None;
    }
    let places: Vec<&str> = current
        .version
        .facts
        .places()
        .iter()
        .map(|place| place.label())
        .collect();
    let mut children: Vec<Tier> = below
        .get(&id)
        .into_iter()
        .flatten()
        .filter_map(|child| tier(*child, here, by_id, below, seen))
        .collect();
    children.sort_by(|a, b| a.link.label.cmp(&b.link.label));
    Some(Tier {
        link: Link::new(load::title(current), load::path(current)),
        tier: current.version.facts.tier,
        state: current.state.state,
        places: if places.is_empty() {
            "places unknown".to_owned()
        } else {
            places.join(", ")
        },
        is_here: id == here,
        below: children,
    })
}
