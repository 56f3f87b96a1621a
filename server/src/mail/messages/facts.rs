//! The rows of the fact tables. Text and HTML are filled from the same rows, so they say the same.

use domain::facts::list;
use domain::notice::NoticeContent;

use super::escape::lines;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// One or more lines.
    pub value: String,
}

impl Fact {
    /// The lines of the value.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        lines(&self.value)
    }
}

/// A row.
pub(super) fn fact(label: &'static str, value: impl Into<String>) -> Fact {
    Fact {
        label,
        value: value.into(),
    }
}

/// A row, if there is anything to say.
pub(super) fn if_any(label: &'static str, value: Option<impl Into<String>>) -> Option<Fact> {
    value.map(|value| fact(label, value))
}

/// Everything a notice says of one line.
pub(super) fn of_line(content: &NoticeContent) -> Vec<Fact> {
    let c = content;
    let rows = [
        Some(fact("Change", c.kinds().join("\n"))),
        if_any(
            if c.change_type.is_information() {
                "What happened"
            } else {
                "What changes"
            },
            c.occasion.as_deref(),
        ),
        if_some("Before and after", &c.differences_text()),
        if_any("Replaces", c.replaces.as_deref()),
        Some(fact("Legal name", &c.legal_name)),
        Some(fact("Registration number", &c.registration_number)),
        Some(fact(
            "Registered address",
            format!("{}\n{}", c.address, c.registration_country),
        )),
        Some(fact("Contact point", &c.contact)),
        Some(fact("Service", &c.service)),
        Some(fact("Purpose", &c.purpose)),
        Some(fact("Responsibilities", &c.responsibilities)),
        Some(fact("Data categories", list(&c.data_categories))),
        Some(fact("Data subjects", list(&c.data_subjects))),
        Some(fact("Special categories", list(&c.special_categories))),
        Some(fact("Criminal convictions", &c.criminal_data)),
        Some(fact("Locations", c.locations.join("\n"))),
        Some(fact("Remote access", &c.remote_access)),
        Some(fact("Transfers outside the EEA", transfers(c))),
        if_some("Transfer impact assessment", &c.assessments),
        if_some("Supplementary measures", &c.measures),
        if_any("Security", c.security.as_deref()),
        if_some("Products", &c.products),
        c.optional_feature
            .then(|| fact("Optional feature", "yes: only for customers who switch it on")),
        if_any("AI", c.ai.as_deref()),
        if_any("Ultimate parent company in", c.parent_country.as_deref()),
        Some(fact("Place in the chain", tier(c.tier))),
    ];
    rows.into_iter().flatten().collect()
}

/// What anybody may know of one line: no contact, no assessment, nobody's terms.
pub(super) fn of_public_line(content: &NoticeContent) -> Vec<Fact> {
    let c = content;
    let rows = [
        Some(fact("Change", c.kinds().join("\n"))),
        if_any("Replaces", c.replaces.as_deref()),
        Some(fact("Country", &c.registration_country)),
        Some(fact("Service", &c.service)),
        Some(fact("Purpose", &c.purpose)),
        Some(fact("Data categories", list(&c.data_categories))),
        Some(fact("Data subjects", list(&c.data_subjects))),
        Some(fact("Locations", c.locations.join("\n"))),
        Some(fact("Transfers outside the EEA", transfers(c))),
        if_some("Products", &c.products),
    ];
    rows.into_iter().flatten().collect()
}

fn if_some(label: &'static str, items: &[String]) -> Option<Fact> {
    (!items.is_empty()).then(|| fact(label, items.join("\n")))
}

fn transfers(content: &NoticeContent) -> String {
    if content.transfers.is_empty() {
        return content.transfers_text();
    }
    let texts: Vec<String> = content
        .transfers
        .iter()
        .map(|t| format!("{}: {}", t.destination, t.mechanism))
        .collect();
    texts.join("\n")
}

fn tier(tier: u8) -> String {
    match tier {
        0 | 1 => "engaged directly".to_owned(),
        n => format!("tier {n}: engaged by another subprocessor"),
    }
}
