//! The chain of subprocessors that an engagement is part of, as a tree from the one that we engage ourselves.

use domain::engagement::state::EngagementState;
use leptos::prelude::*;

use super::list_page::state_tone;
use super::sheet::sentence;
use crate::ui::{Badge, Link};

/// One engagement of the chain with those under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Its page.
    pub link: Link,
    /// 1 for one of ours, 2 for one under it, and so on.
    pub tier: u8,
    /// Where it is in its life.
    pub state: EngagementState,
    /// Its places in a few words.
    pub places: String,
    /// Whether it is the engagement of this page.
    pub is_here: bool,
    /// Its own subprocessors.
    pub below: Vec<Tier>,
}

/// The section of the engagement's page; nothing for one that stands alone.
pub(super) fn chain_section(chain: Vec<Tier>) -> Option<AnyView> {
    let is_alone = chain.iter().all(|one| one.below.is_empty());
    (!is_alone).then(|| {
        view! {
            <section>
                <h2 id="tiers">"Chain of subprocessors"</h2>
                {list(chain)}
            </section>
        }
        .into_any()
    })
}

fn list(tiers: Vec<Tier>) -> AnyView {
    let items = tiers
        .into_iter()
        .map(|one| {
            let name = if one.is_here {
                view! { <strong aria-current="true">{one.link.label}</strong> }.into_any()
            } else {
                view! { <a href=one.link.href>{one.link.label}</a> }.into_any()
            };
            let below = (!one.below.is_empty()).then(|| list(one.below));
            view! {
                <li>
                    <span class="soft">{format!("Tier {} ", one.tier)}</span>
                    {name}
                    " "
                    <Badge tone=state_tone(one.state) label=sentence(one.state.label()) />
                    <span class="soft">" " {one.places}</span>
                    {below}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="chain">{items}</ul> }.into_any()
}
