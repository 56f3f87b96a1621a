use super::{Message, Rendered, plain};

/// To staff: something is to be done.
#[derive(Debug, Clone, Copy)]
pub struct StaffTask<'a> {
    /// What.
    pub title: &'a str,
    /// What it is about; may have several paragraphs.
    pub text: &'a str,
    /// Where to do it.
    pub link: &'a str,
}

impl Message for StaffTask<'_> {
    fn render(&self) -> Rendered {
        plain("staff_task", &[self.title, self.text, self.link])
    }
}
