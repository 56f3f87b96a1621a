use super::{filters, templates};

/// To staff: something is to be done, or to be known.
#[derive(Debug, Clone, Copy)]
pub struct StaffTask<'a> {
    /// What.
    pub title: &'a str,
    /// What it is about; may have several paragraphs.
    pub text: &'a str,
    /// Where to do it.
    pub link: &'a str,
}

templates! {
    StaffTask, "staff_task",
    "mail/staff_task/subject.txt",
    "mail/staff_task/body.txt",
    "mail/staff_task/body.html"
}
