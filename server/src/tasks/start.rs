//! `GET /staff`: what is due, windows that run, what is announced and blocked, what came back, cases by their day.

use std::collections::HashMap;

use app::tasks::{OpenCase, Returned, Start, StartPage, TaskView};
use app::ui::Link;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::EngagementId;
use domain::objection::ObjectionState;
use domain::role::Permission;
use domain::text::Name;
use domain::words;
use domain::zone::Zone;
use leptos::prelude::*;

use super::announced::{change_link, go_lives, list_announced, windows};
use super::{Lines, list};
use crate::AppState;
use crate::access::Staff;
use crate::changes::promise::Counting;
use crate::http::{HttpError, render};
use crate::objections::find_due;
use crate::store::engagements::list_current_of;
use crate::store::objection_lists::{Listed, Timed, list_in_states};
use crate::store::tasks::{count_tasks, list_tasks};
use crate::store::{Of, Result as StoreResult, Tx, changes, deliveries};

/// So many tasks are shown here; the list has all.
const TASKS: usize = 25;
/// So many cases are shown at most.
const CASES: usize = 20;

/// The handler.
pub async fn page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let now = state.clock.now();
    let zone = state.publisher().zone;
    let filter = list::filter_of(&staff, TaskView::Roles);
    let task_count = count_tasks(&mut tx, &filter).await?;
    let tasks = list_tasks(&mut tx, &filter, 0).await?;
    let lines = Lines::load(&mut tx, &state, &staff).await?;
    let sees_customers = staff.may(Permission::ReadCustomers);
    let sees_register = staff.may(Permission::ReadRegister);
    let (mut announced, mut standing) = (Vec::new(), Vec::new());
    if sees_register {
        announced = list_announced(&mut tx, now).await?;
    }
    if sees_register || sees_customers {
        let is_open = |state: &ObjectionState| state.is_open();
        let open: Vec<ObjectionState> = ObjectionState::ALL.iter().copied().filter(is_open).collect();
        standing = list_in_states(&mut tx, &open).await?;
    }
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
        windows: windows(&announced, zone),
        go_lives: go_lives(&announced, &standing, zone, now),
        returned: if sees_customers {
            returned(&mut tx).await?
        } else {
            Vec::new()
        },
        cases: if sees_customers {
            cases(&mut tx, &standing, zone).await?
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
async fn cases(tx: &mut Tx, standing: &[Timed], zone: Zone) -> Result<Vec<OpenCase>, HttpError> {
    let counting = Counting::load(tx, zone).await?;
    let engaged: Vec<EngagementId> = standing.iter().map(|case| case.engagement_id).collect();
    let vendors: HashMap<EngagementId, Name> = list_current_of(tx, Of::These(&engaged), None)
        .await?
        .into_iter()
        .map(|one| (one.engagement.id, one.organisation.version.facts.legal_name))
        .collect();
    let mut cases = Vec::new();
    for case in standing {
        let Listed {
            objection,
            customer,
            company,
        } = &case.listed;
        let vendor = vendors.get(&case.engagement_id).unwrap_or(&company.legal_name);
        let due = find_due(objection.state, &case.events, &case.policy, &counting)?;
        cases.push((
            due.as_ref().map(|window| window.expires_at),
            OpenCase {
                case: Link::new(
                    format!("{}: {vendor}", objection.case_number),
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
