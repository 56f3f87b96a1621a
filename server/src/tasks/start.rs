//! `GET /staff`: what is due, windows that run, what is announced and blocked, what came back, cases by their day.

use std::collections::HashMap;
use std::sync::Arc;

use app::tasks::{GoLive, OpenCase, OpenWindow, Returned, Start, StartPage, TaskView};
use app::ui::Link;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::authorisation::AuthorisationState;
use domain::change::ChangeState;
use domain::engagement::state::EngagementState;
use domain::gate::{RegisterFacts, Stage, evaluate_register};
use domain::id::EngagementId;
use domain::objection::ObjectionState;
use domain::role::Permission;
use domain::words;
use domain::zone::Zone;
use leptos::prelude::*;
use uuid::Uuid;

use super::{Lines, list};
use crate::AppState;
use crate::access::Staff;
use crate::changes::promise::Counting;
use crate::http::{HttpError, render};
use crate::objections::due;
use crate::register::{Judged, judge_these};
use crate::store::activations::{LineStart, list_starts};
use crate::store::authorisations::{LineStanding, list_line_standings};
use crate::store::changes::{self, Change};
use crate::store::lines::{Line, list_lines_of};
use crate::store::objections::{Listed, Running};
use crate::store::tasks::{count_tasks, list_tasks};
use crate::store::{Of, Result as StoreResult, Tx, deliveries, objections};

/// So many tasks are shown here; the list has all.
const TASKS: usize = 25;
/// So many cases and reasons are shown at most.
const CASES: usize = 20;
const REASONS: usize = 6;

/// The handler.
pub async fn page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let now = state.clock.now();
    let zone = state.publisher().zone;
    let filter = list::filter_of(&staff, TaskView::Roles);
    let task_count = count_tasks(&mut tx, &filter).await?;
    let tasks = list_tasks(&mut tx, &filter, 0).await?;
    let lines = Lines::load(&mut tx, &state, &staff).await?;
    let announced = announced(&mut tx, now).await?;
    let open: Vec<ObjectionState> = ObjectionState::ALL
        .iter()
        .copied()
        .filter(|state| state.is_open())
        .collect();
    let running = objections::list_running(&mut tx, &open).await?;
    let sees_customers = staff.may(Permission::ReadCustomers);
    let sees_register = staff.may(Permission::ReadRegister);
    let chrome = staff.chrome(&state, "Start", "/staff");
    let sections = match &chrome.frame.audience {
        app::shell::Audience::Staff(staff) => staff.sections.iter().skip(1).cloned().collect(),
        _ => Vec::new(),
    };
    let data = Start {
        name: staff.name.clone(),
        csrf: staff.csrf.clone(),
        tasks: tasks.iter().take(TASKS).map(|task| lines.line(task)).collect(),
        task_count: u64::try_from(task_count).unwrap_or(0),
        windows: if sees_register {
            windows(&announced, zone)
        } else {
            Vec::new()
        },
        go_lives: if sees_register {
            go_lives(&announced, &running, zone, now)
        } else {
            Vec::new()
        },
        returned: if sees_customers {
            returned(&mut tx).await?
        } else {
            Vec::new()
        },
        cases: if sees_customers {
            cases(&running, &Counting::load(&mut tx, zone).await?)?
        } else {
            Vec::new()
        },
        today: zone.local_date(now),
        sections,
    };
    drop(tx);
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <StartPage data/> },
    ))
}

/// A line of a change that customers were told of.
struct Announced {
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

fn change_link(change: &Change) -> Link {
    Link::new(
        format!("{}: {}", change.number, change.title),
        format!("/staff/changes/{}", change.number),
    )
}

async fn announced(tx: &mut Tx, now: DateTime<Utc>) -> StoreResult<Vec<Announced>> {
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

fn windows(announced: &[Announced], zone: Zone) -> Vec<OpenWindow> {
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

fn go_lives(announced: &[Announced], running: &[Running], zone: Zone, now: DateTime<Utc>) -> Vec<GoLive> {
    let mut blocking: HashMap<Uuid, usize> = HashMap::new();
    for case in running.iter().map(|running| &running.listed.objection) {
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

async fn returned(tx: &mut Tx) -> StoreResult<Vec<Returned>> {
    let mut rows = Vec::new();
    for (change_id, count) in deliveries::count_returned(tx).await? {
        let change = changes::get(tx, change_id).await?;
        rows.push(Returned {
            change: change_link(&change),
            count,
        });
    }
    Ok(rows)
}

/// Open cases, those with the nearest day first.
fn cases(running: &[Running], counting: &Counting) -> Result<Vec<OpenCase>, HttpError> {
    let mut cases = Vec::new();
    for case in running {
        let Listed {
            objection,
            customer,
            company,
        } = &case.listed;
        let due = due(objection.state, &case.events, &case.policy, counting)?;
        cases.push((
            due.as_ref().map(|window| window.expires_at),
            OpenCase {
                case: Link::new(
                    format!("{}: {}", objection.case_number, company.legal_name),
                    format!("/staff/objections/{}", objection.case_number),
                ),
                customer: customer.clone(),
                state: objection.state.label().to_owned(),
                due: due.map(|window| words::until(window.expires_at, window.zone)),
            },
        ));
    }
    cases.sort_by_key(|(due, _)| (due.is_none(), *due));
    Ok(cases.into_iter().take(CASES).map(|(_, case)| case).collect())
}
