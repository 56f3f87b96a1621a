//! The import as text for a terminal.

use std::fmt::{self, Display};

use super::{Draft, Import, Problem, Severity};

impl Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "unreadable",
        })
    }
}

impl Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}, {} columns, {}",
            self.file_name,
            self.format.name(),
            self.mapping.len(),
            rows(self.rows)
        )?;
        match self.list_date {
            Some(date) => writeln!(f, ", dated {date}")?,
            None => writeln!(f, ", not dated")?,
        }
        writeln!(f, "\nColumns")?;
        let width = self
            .mapping
            .iter()
            .map(|m| m.column.chars().count())
            .max()
            .unwrap_or(0);
        for m in &self.mapping {
            let field = m
                .field
                .map_or_else(|| "(left out)".to_owned(), |field| field.to_string());
            writeln!(f, "  {:width$}  → {field:24} {}", m.column, m.why)?;
        }
        for problem in self.problems.iter().filter(|p| p.row.is_none()) {
            write_problem(f, problem)?;
        }
        writeln!(f, "\nRows")?;
        let mut drafts = self.drafts.iter().peekable();
        for row in 1..=self.rows {
            match drafts.next_if(|draft| draft.row == row) {
                Some(draft) => write_draft(f, draft)?,
                None => writeln!(f, "  {row}  (no draft)")?,
            }
            for problem in self.problems_of(row) {
                write_problem(f, problem)?;
            }
        }
        writeln!(f, "\n{}", self.summary())
    }
}

impl Import {
    /// The counts in one line.
    pub fn summary(&self) -> String {
        format!(
            "{}: {}, {}, {}, {} unreadable",
            rows(self.rows),
            counted(self.drafts.len(), "draft"),
            counted(self.count(Severity::Warning), "warning"),
            counted(self.count(Severity::Note), "note"),
            self.unreadable(),
        )
    }
}

fn rows(count: usize) -> String {
    counted(count, "row")
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn write_problem(f: &mut fmt::Formatter<'_>, problem: &Problem) -> fmt::Result {
    write!(f, "     {}: ", problem.severity)?;
    if let Some(column) = &problem.column {
        write!(f, "{column}: ")?;
    }
    if !problem.value.is_empty() {
        write!(f, "\"{}\" – ", problem.value)?;
    }
    writeln!(f, "{}", problem.reason)
}

fn write_draft(f: &mut fmt::Formatter<'_>, draft: &Draft) -> fmt::Result {
    writeln!(f, "  {}  {}", draft.row, draft.legal_name)?;
    let mut unknown: Vec<&str> = Vec::new();
    let mut line = |f: &mut fmt::Formatter<'_>, name: &'static str, value: String| {
        if value.is_empty() {
            unknown.push(name);
            return Ok(());
        }
        writeln!(f, "     {name:16} {value}")
    };
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    line(
        f,
        "category",
        draft.category.map(|c| c.to_string()).unwrap_or_default(),
    )?;
    line(f, "service", optional(&draft.service))?;
    line(f, "purpose", optional(&draft.purpose))?;
    let places = draft.locations.iter().map(|l| {
        let region = l.region.as_ref().map(|r| format!(" ({r})")).unwrap_or_default();
        let kind = l.kind.map(|k| format!(" [{}]", k.label())).unwrap_or_default();
        format!("{}{region}{kind}", l.place)
    });
    let not_understood = draft.unknown_locations.iter().map(|text| format!("? \"{text}\""));
    line(
        f,
        "locations",
        places.chain(not_understood).collect::<Vec<_>>().join("; "),
    )?;
    line(f, "data", draft.data_categories.join("; "))?;
    line(f, "data subjects", draft.data_subjects.join("; "))?;
    line(f, "mailbox", optional(&draft.contact.mailbox))?;
    let postal = draft.address.iter().chain(&draft.contact.postal);
    line(
        f,
        "postal address",
        postal.map(String::as_str).collect::<Vec<_>>().join(", "),
    )?;
    let links = draft.links.iter().map(|link| link.url.as_str());
    line(f, "links", links.collect::<Vec<_>>().join(" "))?;
    line(
        f,
        "in use since",
        draft.in_use_since.map(|d| d.to_string()).unwrap_or_default(),
    )?;
    if unknown.is_empty() {
        Ok(())
    } else {
        writeln!(f, "     unknown: {}", unknown.join(", "))
    }
}
