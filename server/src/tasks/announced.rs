//! What is announced: the lines of open changes with their windows, and what stands in the way of each.

use std::collections::HashMap;
use std::sync::Arc;

use app::tasks::{GoLive, OpenWindow};
use app::ui::Link;
use chrono::{DateTime, Utc};
use domain::authorisation::AuthorisationState;
use domain::change::ChangeState;
use domain::engagement::state::EngagementState;
use domain::gate::{RegisterFacts, Stage, evaluate_register};
use domain::id::EngagementId;
use domain::words;
use domain::zone::Zone;
use uuid::Uuid;

use crate::register::{Judged, judge_these};
use crate::store::activations::{LineStart, list_starts};
use crate::store::authorisations::{LineStanding, list_line_standings};
use crate::store::changes::{self, Change};
use crate::store::lines::{Line, list_lines_of};
use crate::store::objection_lists::Timed;
use crate::store::{Of, Result, Tx};

/// So many reasons are shown at most.
const REASONS: usize = 6;

/// A line of a change that customers were told of.
pub(super) struct Announced {
    change: Change,
    line: Line,
    /// Its engagement with what the gates read.
    judged: Arc<Judged>,
    /// Its customers, counted by where they stand.
    standings: Vec<LineStanding>,
    /// For how many of them it has started; everybody where it says so.
    live: Option<i64>,
}

impl Announced {
    fn link(&self) -> Link {
        change_link(&self.change)
    }

    fn vendor(&self) -> String {
        self.judged.facts.organisation.legal_name.to_string()
    }

    fn sum(&self, count: impl Fn(&LineStanding) -> i64) -> i64 {
        self.standings.iter().map(count).sum()
    }

    fn is_live(&self) -> bool {
        self.judged.current.state.state == EngagementState::Active
            && self
                .live
                .is_none_or(|live| live > 0 && live >= self.sum(|s| s.customers))
    }
}

pub(super) fn change_link(change: &Change) -> Link {
    Link::new(
        format!("{}: {}", change.number, change.title),
        format!("/staff/changes/{}", change.number),
    )
}

/// Every line of an open change, the one planned first before the others.
pub(super) async fn list_announced(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Announced>> {
    let mut by_line: HashMap<Uuid, Vec<LineStanding>> = HashMap::new();
    for standing in list_line_standings(tx, now).await? {
        by_line.entry(standing.line_id).or_default().push(standing);
    }
    let open = changes::list(tx).await?.into_iter();
    let open: Vec<Change> = open.filter(|change| change.state == ChangeState::Open).collect();
    let ids: Vec<Uuid> = open.iter().map(|change| change.id).collect();
    let lines = list_lines_of(tx, Of::These(&ids)).await?;
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let starts = list_starts(tx, Of::These(&ids)).await?.into_iter();
    let starts: HashMap<Uuid, LineStart> = starts.map(|start| (start.line_id.uuid(), start)).collect();
    let engaged: Vec<EngagementId> = lines.iter().map(|line| line.engagement_id.into()).collect();
    let judged = judge_these(tx, Of::These(&engaged), None).await?.into_iter();
    let judged: HashMap<Uuid, Arc<Judged>> = judged
        .map(|judged| (judged.current.engagement.id.uuid(), Arc::new(judged)))
        .collect();
    let mut lines_of: HashMap<Uuid, Vec<Line>> = HashMap::new();
    for line in lines {
        lines_of.entry(line.change_id).or_default().push(line);
    }
    let mut all = Vec::new();
    for change in open {
        for line in lines_of.remove(&change.id).unwrap_or_default() {
            let Some(judged) = judged.get(&line.engagement_id) else {
                continue;
            };
            let start = starts.get(&line.id);
            all.push(Announced {
                standings: by_line.remove(&line.id).unwrap_or_default(),
                live: match start {
                    Some(start) if start.is_for_all => None,
                    Some(start) => Some(start.customers),
                    None => Some(0),
                },
                change: change.clone(),
                line,
                judged: judged.clone(),
            });
        }
    }
    all.sort_by_key(|one| one.change.planned_on);
    Ok(all)
}

/// The windows that run for some of its customers.
pub(super) fn windows(announced: &[Announced], zone: Zone) -> Vec<OpenWindow> {
    announced
        .iter()
        .filter_map(|one| {
            let from = one.standings.iter().filter_map(|s| s.first_given_at).min()?;
            let to = one.standings.iter().filter_map(|s| s.last_end_at).max()?;
            let last_day = zone
                .local_date(to)
                .pred_opt()
                .unwrap_or_else(|| zone.local_date(to));
            let (customers, over) = (one.sum(|s| s.customers), one.sum(|s| s.over));
            (over < customers).then(|| OpenWindow {
                change: one.link(),
                vendor: one.vendor(),
                from: zone.local_date(from),
                to: last_day,
                customers,
                over,
                unreached: one.sum(|s| s.customers - s.given),
            })
        })
        .collect()
}

/// What has not started yet, and why.
pub(super) fn go_lives(
    announced: &[Announced],
    standing: &[Timed],
    zone: Zone,
    now: DateTime<Utc>,
) -> Vec<GoLive> {
    let mut blocking: HashMap<Uuid, usize> = HashMap::new();
    for case in standing.iter().map(|case| &case.listed.objection) {
        if case.state.blocks() {
            *blocking.entry(case.line_id).or_default() += 1;
        }
    }
    announced
        .iter()
        .filter(|one| !one.is_live())
        .map(|one| GoLive {
            change: one.link(),
            vendor: one.vendor(),
            planned: words::day(one.change.planned_on),
            reasons: reasons(one, blocking.get(&one.line.id).copied().unwrap_or(0), zone, now),
        })
        .collect()
}

/// What stands in the way, customers counted and never named.
fn reasons(one: &Announced, objections: usize, zone: Zone, now: DateTime<Utc>) -> Vec<String> {
    let facts = RegisterFacts {
        stage: Stage::Start,
        ..one.judged.facts.clone()
    };
    let mut reasons: Vec<String> = evaluate_register(&facts, now)
        .reasons
        .into_iter()
        .map(|reason| format!("{} {}: {}", reason.gate, reason.code.label(), reason.detail))
        .collect();
    if reasons.len() > REASONS {
        let more = reasons.len() - (REASONS - 1);
        reasons.truncate(REASONS - 1);
        reasons.push(format!("and {more} more in the register"));
    }
    let mut say = |count: i64, what: &str| {
        if count > 0 {
            let count = words::count(usize::try_from(count).unwrap_or(0), "customer", "customers");
            reasons.push(format!("{count}: {what}"));
        }
    };
    let in_state = |state: AuthorisationState| one.sum(|s| if s.state == state { s.customers } else { 0 });
    say(
        one.sum(|s| {
            if s.state == AuthorisationState::Pending {
                s.customers - s.given
            } else {
                0
            }
        }),
        "nothing shows that the notice arrived",
    );
    say(one.sum(|s| s.given - s.over), "a window is open");
    say(
        in_state(AuthorisationState::Requested),
        "written approval is missing",
    );
    say(in_state(AuthorisationState::Excluded), "excluded");
    if objections > 0 {
        reasons.push(words::count(objections, "objection stands", "objections stand"));
    }
    if zone.local_date(now) < one.change.planned_on {
        reasons.push("the announced day is still to come".to_owned());
    }
    reasons
}
