use super::{filters, templates};

/// To one member of staff, once a day: what is due, overdue or new for them.
#[derive(Debug, Clone, Copy)]
pub struct StaffDigest<'a> {
    /// The publisher.
    pub publisher: &'a str,
    /// The publisher's day: "Friday 27 November 2026".
    pub day: &'a str,
    /// The tasks, the most urgent first.
    pub tasks: &'a [DigestTask],
    /// How many more there are.
    pub more: usize,
    /// The list of tasks.
    pub link: &'a str,
    /// Where it is switched off.
    pub account_link: &'a str,
}

/// One task in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestTask {
    /// What is to be done.
    pub title: String,
    /// Its last day in words, if it has one.
    pub due: Option<String>,
    /// Whether that day has passed.
    pub is_overdue: bool,
    /// Whether it was opened since the last mail.
    pub is_new: bool,
    /// Where it is done.
    pub link: String,
}

impl DigestTask {
    /// "Overdue: Monday 23 November 2026", "New. No last day".
    pub fn when(&self) -> String {
        let new = if self.is_new { "New. " } else { "" };
        match (&self.due, self.is_overdue) {
            (None, _) => format!("{new}No last day"),
            (Some(day), false) => format!("{new}Until {day}"),
            (Some(day), true) => format!("{new}Overdue, it was due on {day}"),
        }
    }
}

impl StaffDigest<'_> {
    /// "3 tasks for you, 1 overdue".
    pub fn heading(&self) -> String {
        let tasks = domain::words::count(self.tasks.len() + self.more, "task", "tasks");
        match self.tasks.iter().filter(|task| task.is_overdue).count() {
            0 => format!("{tasks} for you"),
            overdue => format!("{tasks} for you, {overdue} overdue"),
        }
    }
}

templates! {
    StaffDigest, "staff_digest",
    "mail/staff_digest/subject.txt",
    "mail/staff_digest/body.txt",
    "mail/staff_digest/body.html"
}
