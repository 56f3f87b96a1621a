//! What is to be done, by whom, until when; and where a working day starts.

mod list_page;
mod start_page;

use chrono::NaiveDate;

use crate::ui::{Link, address, page_number};

pub use list_page::TasksPage;
pub use start_page::StartPage;

/// One task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLine {
    /// What is to be done.
    pub title: String,
    /// Where it is done.
    pub path: String,
    /// Whose it is: "Legal editor".
    pub role: String,
    /// "Thursday 31 December 2026", where it has a last day.
    pub due: Option<String>,
    /// Whether that day has passed.
    pub is_overdue: bool,
    /// Since when it is open.
    pub since: String,
    /// Who took it, and when.
    pub taken: Option<String>,
    /// When it was done and by whom, once it is.
    pub done: Option<String>,
    /// What this person can do with it.
    pub acts: Option<TaskActs>,
}

/// What can be done with an open task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskActs {
    /// Its address, to which `/take`, `/hand-back` and, where a person closes it, `/done` are added.
    pub path: String,
    /// Who has it, as an id; empty for nobody. Posted back, so that two do not take it at once.
    pub seen: String,
    /// How it stands for this person.
    pub with: TaskWith,
    /// Whether it closes by itself, and nobody closes it by hand.
    pub closes_itself: bool,
}

/// With whom an open task is, as somebody sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskWith {
    /// With nobody.
    Nobody,
    /// With whoever looks at it.
    Me,
    /// With a colleague.
    Colleague,
}

/// A view of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TaskView {
    /// What this person took.
    Mine,
    /// What is for this person's roles and nobody else took.
    #[default]
    Roles,
    /// What is for everybody.
    Everybody,
    /// What is done.
    Done,
}

impl TaskView {
    /// All, in reading order.
    pub const ALL: [Self; 4] = [Self::Roles, Self::Mine, Self::Everybody, Self::Done];

    /// As in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Roles => "roles",
            Self::Everybody => "everybody",
            Self::Done => "done",
        }
    }

    /// For people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mine => "Taken by me",
            Self::Roles => "For my roles",
            Self::Everybody => "For everybody",
            Self::Done => "Done",
        }
    }

    /// The view that an address names; the first where it names none.
    pub fn read(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|view| view.as_str() == text)
            .unwrap_or_default()
    }
}

/// What the list is narrowed to, as in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskQuery {
    /// Which tasks.
    pub view: TaskView,
    /// Words of the title.
    pub search: String,
    /// One role, as its fixed text.
    pub role: String,
    /// `overdue` or `week`; anything else is any day.
    pub due: String,
}

impl TaskQuery {
    /// Whether anything is left out beside the view.
    pub fn is_narrow(&self) -> bool {
        [&self.search, &self.role, &self.due]
            .iter()
            .any(|value| !value.is_empty())
    }

    /// The address of a page of this list.
    pub fn href(&self, page: u64) -> String {
        let query = [
            ("view", self.view.as_str()),
            ("q", self.search.as_str()),
            ("role", &self.role),
            ("due", &self.due),
            ("page", &page_number(page)),
        ];
        address("/staff/tasks", &query)
    }
}

/// The list's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tasks {
    /// Form token.
    pub csrf: String,
    /// The view and its filter.
    pub query: TaskQuery,
    /// How many are open in each view.
    pub counts: Vec<(TaskView, u64)>,
    /// The tasks of this page.
    pub lines: Vec<TaskLine>,
    /// The page, from 1, and how many tasks fit.
    pub page: u64,
    /// How many tasks fit.
    pub total: u64,
    /// How many a page has at most.
    pub page_size: u64,
    /// Whether this person sees the tasks of all roles.
    pub sees_all: bool,
}

/// Where a working day starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Who is signed in.
    pub name: String,
    /// Form token.
    pub csrf: String,
    /// What is due for this person and their roles, the most urgent first; some of it.
    pub tasks: Vec<TaskLine>,
    /// How many there are.
    pub task_count: u64,
    /// Windows that run.
    pub windows: Vec<OpenWindow>,
    /// What is announced and has not started.
    pub go_lives: Vec<GoLive>,
    /// Notices that came back; nothing where this person may not see it.
    pub returned: Vec<Returned>,
    /// Open objections; nothing where this person may not see them.
    pub cases: Vec<OpenCase>,
    /// Today where the publisher is.
    pub today: NaiveDate,
    /// The sections that this person may see.
    pub sections: Vec<Link>,
}

/// The windows of one announced line, from the first notice to the last end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenWindow {
    /// The change.
    pub change: Link,
    /// Whom it is about.
    pub vendor: String,
    /// The day on which the first customer was reached.
    pub from: NaiveDate,
    /// The last day of the last window.
    pub to: NaiveDate,
    /// How many customers it is about.
    pub customers: i64,
    /// For how many of them all windows are over.
    pub over: i64,
    /// How many were not reached yet.
    pub unreached: i64,
}

/// An announced line that is not in use yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoLive {
    /// The change.
    pub change: Link,
    /// Whom it is about.
    pub vendor: String,
    /// The announced day.
    pub planned: String,
    /// What stands in the way; nothing, if it could start.
    pub reasons: Vec<String>,
}

/// Notices of a change that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// The change.
    pub change: Link,
    /// How many.
    pub count: i64,
}

/// A case that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    /// The case.
    pub case: Link,
    /// Whose.
    pub customer: String,
    /// Where it stands.
    pub state: String,
    /// Its last day, where a time is set.
    pub due: Option<String>,
}
