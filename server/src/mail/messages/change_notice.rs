use domain::change::ChangeType;
use domain::notice::{CustomerPart, NoticeContent};
use domain::words;

use super::facts::{Fact, fact, if_any, of_line};
use super::{filters, templates};

/// A notice of a change, with one customer’s own dates and rights.
#[derive(Debug, Clone, Copy)]
pub struct ChangeNotice<'a> {
    /// This customer’s dates and rights.
    pub part: &'a CustomerPart,
    /// What is said of each line that concerns the customer.
    pub contents: &'a [NoticeContent],
    /// SHA-256 over the content of the notice, in hex.
    pub content_hash: &'a str,
    /// Where the contact can be changed.
    pub contacts_link: &'a str,
    /// Whether the customer is itself a processor, and may pass this on to its controllers.
    pub is_forwardable: bool,
}

templates! {
    ChangeNotice, "change_notice",
    "mail/change_notice/subject.txt",
    "mail/change_notice/body.txt",
    "mail/change_notice/body.html"
}

impl ChangeNotice<'_> {
    /// The number without "version 1", which nobody quotes.
    fn short_number(&self) -> &str {
        self.part
            .number
            .strip_suffix(", version 1")
            .unwrap_or(&self.part.number)
    }

    /// Who it is about, short enough that the deadline behind it is not cut off.
    fn subject_names(&self) -> String {
        let Some(first) = self.contents.first() else {
            return "change of subprocessors".to_owned();
        };
        let mut names: String = first.legal_name.chars().take(90).collect();
        if !matches!(first.change_type, ChangeType::NewSubprocessor) {
            names = format!("{names} ({})", first.change_type.label());
        }
        match self.contents.len() {
            1 => names,
            n => format!("{names} and {} more", n - 1),
        }
    }

    /// "1 March 2027" of "Monday 1 March 2027, 00:00, Oslo".
    fn planned_day(&self) -> Option<&str> {
        let day = self.part.planned.as_deref()?.split(',').next()?;
        Some(day.split_once(' ').map_or(day, |(_weekday, date)| date))
    }

    /// "Thursday 31 December 2026" where it ends at 24:00, otherwise with the time.
    fn last_day(&self) -> Option<&str> {
        let last_day = self.part.last_day.as_deref()?;
        Some(last_day.split_once(", 24:00").map_or(last_day, |(day, _)| day))
    }

    fn heading(&self) -> String {
        match self.contents {
            [line] => format!("{}: {}", line.change_type.label(), line.legal_name),
            lines => words::count(lines.len(), "change of subprocessors", "changes of subprocessors"),
        }
    }

    /// What stands under the last day.
    fn deadline_sentences(&self) -> Vec<String> {
        let part = self.part;
        let mut sentences = Vec::new();
        if let Some(planned) = &part.planned {
            sentences.push(format!("{}: {planned}.", self.planned_label()));
        }
        if let Some(earliest) = &part.earliest {
            sentences.push(format!(
                "Not before {earliest}. If this reached you later, the day moves: the link shows the day that holds."
            ));
        }
        sentences
    }

    fn link_label(&self) -> &'static str {
        if self.has_window() {
            "Acknowledge or object"
        } else {
            "Open this notice"
        }
    }

    fn has_window(&self) -> bool {
        self.part.last_day.is_some()
    }

    /// Not everything that is announced for information starts something.
    fn planned_label(&self) -> &'static str {
        if self.has_window() {
            "Planned start"
        } else {
            "Planned for"
        }
    }

    fn facts(&self, content: &NoticeContent) -> Vec<Fact> {
        of_line(content)
    }

    fn dates(&self) -> Vec<Fact> {
        let part = self.part;
        let periods = self.has_window();
        let rows = [
            if_any("Notice date", part.notice_on.map(words::day)),
            periods.then(|| fact("Notice period", &part.notice_period)),
            periods.then(|| fact("Objection period", &part.objection_period)),
            if_any("Last day to object", part.last_day.as_deref()),
            if_any("Earliest start", part.earliest.as_deref()),
            if_any(self.planned_label(), part.planned.as_deref()),
        ];
        rows.into_iter().flatten().collect()
    }

    fn response_heading(&self) -> &'static str {
        if self.has_window() {
            "How to object"
        } else {
            "If you have a concern"
        }
    }

    fn response(&self) -> Vec<Fact> {
        let part = self.part;
        let ways = format!(
            "On the page behind the link, or by mail to {}, quoting this notice’s number.",
            part.reply_to
        );
        if !self.has_window() {
            return vec![fact("How to tell us", ways)];
        }
        vec![
            fact("Where", ways),
            fact("What to state", &part.grounds),
            fact("If you do not object", &part.silence),
            fact("If you object", &part.after_objection),
        ]
    }

    fn about(&self) -> Vec<Fact> {
        vec![
            fact("Notice", &self.part.number),
            fact("Legal reference", &self.part.legal_reference),
            fact("Content, SHA-256", self.content_hash),
        ]
    }
}
