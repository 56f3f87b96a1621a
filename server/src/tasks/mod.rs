//! What is to be done: where a working day starts, the list of tasks, and the steps with one. Most tasks close by
//! themselves when their cause is gone, and in no other way ([`kinds`]); what a person did elsewhere, they close by hand.
//!
//! A task is for a role. Whoever holds it can take it, so that colleagues see with whom it is; hand it back; take it over.

mod acts;
mod announced;
mod calendar;
mod kinds;
mod list;
mod start;

use app::tasks::{TaskActs, TaskLine, TaskWith};
use axum::Router;
use axum::routing::{get, post};
use domain::id::StaffId;
use domain::role::{Permission, Role};
use domain::words;
use std::collections::HashMap;

use crate::AppState;
use crate::access::Staff;
use crate::store::staff::list_staff;
use crate::store::tasks::{ListedTask, Task};
use crate::store::{Result, Tx};

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff", get(start::page))
        .route("/staff/tasks", get(list::page))
        .route("/staff/tasks/{id}/take", post(acts::take))
        .route("/staff/tasks/{id}/hand-back", post(acts::hand_back))
        .route("/staff/tasks/{id}/done", post(acts::done))
}

/// The calendar that programs fetch; it has no session.
pub fn calendar_routes() -> Router<AppState> {
    Router::new().route("/calendar/staff/{file}", get(calendar::feed))
}

/// The roles whose tasks somebody with these roles sees. Titles can name customers, so whoever may not read those sees the
/// tasks of their own roles only: what is written for a role names nothing that the role may not read.
#[must_use]
pub fn visible_roles(roles: &[Role]) -> Vec<Role> {
    if domain::role::allows(roles, Permission::ReadCustomers) {
        Role::ALL.to_vec()
    } else {
        roles.to_vec()
    }
}

fn may_act(staff: &Staff, task: &Task) -> bool {
    staff.may(Permission::CloseTask) && staff.roles.contains(&task.role)
}

/// Tasks as this person sees them.
struct Lines<'a> {
    state: &'a AppState,
    staff: &'a Staff,
    names: HashMap<StaffId, String>,
}

impl<'a> Lines<'a> {
    async fn load(tx: &mut Tx, state: &'a AppState, staff: &'a Staff) -> Result<Self> {
        let people = list_staff(tx).await?;
        Ok(Self {
            state,
            staff,
            names: people.into_iter().map(|one| (one.id.into(), one.name)).collect(),
        })
    }

    fn name(&self, id: Option<StaffId>) -> &str {
        id.and_then(|id| self.names.get(&id))
            .map_or("the system", String::as_str)
    }

    fn line(&self, listed: &ListedTask) -> TaskLine {
        let task = &listed.task;
        let zone = self.state.publisher().zone;
        let today = zone.local_date(self.state.clock.now());
        let taken_by = listed.taken.and_then(|taken| taken.by);
        let day = |at| words::short_day(zone.local_date(at));
        let with = match taken_by {
            None => TaskWith::Nobody,
            Some(id) if id == self.staff.id => TaskWith::Me,
            Some(_) => TaskWith::Colleague,
        };
        let is_open = task.done.is_none();
        TaskLine {
            title: task.title.clone(),
            path: task.path.clone(),
            role: task.role.label().to_owned(),
            due: task.due_on.map(words::day),
            is_overdue: is_open && task.due_on.is_some_and(|due| due < today),
            since: words::day(zone.local_date(task.created_at)),
            taken: listed.taken.filter(|_| is_open).map(|taken| match with {
                TaskWith::Me => format!("with you since {}", day(taken.at)),
                _ => format!("with {} since {}", self.name(taken.by), day(taken.at)),
            }),
            done: task.done.map(|done| {
                format!(
                    "{}, by {}",
                    words::short_moment(done.at, zone),
                    self.name(done.by)
                )
            }),
            acts: (is_open && may_act(self.staff, task)).then(|| TaskActs {
                path: format!("/staff/tasks/{}", task.id),
                seen: taken_by.map(|id| id.to_string()).unwrap_or_default(),
                with,
                closes_itself: kinds::closes_itself(task),
            }),
        }
    }
}
