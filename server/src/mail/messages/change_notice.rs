use domain::change::ChangeType;
use domain::notice::{CustomerPart, NoticeContent};
use domain::policy::Asked;
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
        if part.asked.is_answered_in_writing() {
            sentences.push(part.silence.clone());
        }
        if let Some(planned) = self.planned_text() {
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
        match self.part.asked {
            Asked::Objection => "Acknowledge or object",
            Asked::Approval => "Approve or refuse",
            Asked::OptIn => "Opt in or decline",
            Asked::Nothing => "Open this notice",
        }
    }

    /// The words above the last day, or what stands in its place.
    fn box_label(&self) -> &'static str {
        match self.part.asked {
            Asked::Objection => "You can object until",
            Asked::Approval => "Your written approval is needed. Please answer by",
            Asked::OptIn => "Only if you opt in",
            Asked::Nothing => "For information",
        }
    }

    /// The end of the subject: what is asked, and until when.
    fn request(&self) -> String {
        let until = |text: &str, word: &str| match self.last_day() {
            Some(day) => format!("{text} {word} {day}"),
            None => text.to_owned(),
        };
        match self.part.asked {
            Asked::Objection => until("you can object", "until"),
            Asked::Approval => until("please approve or refuse", "by"),
            Asked::OptIn => "only if you opt in".to_owned(),
            Asked::Nothing => "for information".to_owned(),
        }
    }

    /// Whether everything that it tells had happened when it left.
    fn has_happened(&self) -> bool {
        let told_on = self.part.notice_on;
        told_on.is_some_and(|day| self.contents.iter().all(|content| content.has_happened_by(day)))
    }

    /// The word before the day in the subject.
    fn when(&self) -> &'static str {
        if self.has_happened() { "of" } else { "from" }
    }

    /// The planned day in words, with its hour where somebody waits for it.
    fn planned_text(&self) -> Option<&str> {
        let planned = self.part.planned.as_deref()?;
        let day = planned.split(',').next().unwrap_or(planned);
        Some(if self.has_happened() { day } else { planned })
    }

    fn has_window(&self) -> bool {
        self.part.last_day.is_some()
    }

    /// Not everything that is announced for information starts something.
    fn planned_label(&self) -> &'static str {
        if self.has_window() {
            "Planned start"
        } else if self.has_happened() {
            "Happened on"
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
            if_any(self.planned_label(), self.planned_text()),
        ];
        rows.into_iter().flatten().collect()
    }

    fn response_heading(&self) -> &'static str {
        match self.part.asked {
            Asked::Objection => "How to object",
            Asked::Approval | Asked::OptIn => "How to answer",
            Asked::Nothing => "If you have a concern",
        }
    }

    fn response(&self) -> Vec<Fact> {
        let part = self.part;
        let quoting = "quoting this notice’s number.";
        let ways = format!(
            "On the page behind the link, or by mail to {}, {quoting}",
            part.reply_to
        );
        let page = "On the page behind the link; whoever answers gives their name.";
        match part.asked {
            Asked::Nothing => vec![fact("How to tell us", ways)],
            Asked::Objection => vec![
                fact("Where", ways),
                fact("What to state", &part.grounds),
                fact("If you do not object", &part.silence),
                fact("If you object", &part.after_objection),
            ],
            Asked::Approval => vec![
                fact("Where", page),
                fact(
                    "If you approve",
                    "It starts for you no earlier than the day above. Until it starts, you can still object.",
                ),
                fact(
                    "If you refuse, or do not answer",
                    "It is not used for you. You need not say why.",
                ),
                fact("If you want to object with reasons", &part.after_objection),
                fact("Questions", format!("By mail to {}, {quoting}", part.reply_to)),
            ],
            Asked::OptIn => vec![
                fact("Where", page),
                fact(
                    "If you opt in",
                    "It starts for you no earlier than the day above. Until it starts, you can still object.",
                ),
                fact(
                    "If you decline, or do not answer",
                    "It is not used for you. You need not say why.",
                ),
                fact("Questions", format!("By mail to {}, {quoting}", part.reply_to)),
            ],
        }
    }

    fn about(&self) -> Vec<Fact> {
        vec![
            fact("Notice", &self.part.number),
            fact("Legal reference", &self.part.legal_reference),
            fact("Content, SHA-256", self.content_hash),
        ]
    }
}
