//! A draft as facts of the register. What the list does not say is unknown there too.

use std::collections::BTreeSet;

use domain::email_address::EmailAddress;
use domain::engagement::{EngagementFacts, Location, LocationKind};
use domain::id::OrganisationId;
use domain::known::Known;
use domain::organisation::{ContactPoint, ContactPointKind, OrganisationFacts};
use domain::text::{Line, Name, Paragraphs, Short};
use domain::web_address::WebAddress;

use super::row::Draft;
use super::{Problem, Severity, link::LinkKind};

/// A value of the list as a value of the register; one that does not fit is reported and stays unknown.
struct Fitting<'a> {
    row: usize,
    problems: &'a mut Vec<Problem>,
}

impl Fitting<'_> {
    fn fit<T, E: ToString>(
        &mut self,
        what: &str,
        text: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let reason = format!("{what} left unknown: {}", error.to_string());
                self.problems.push(Problem::new(
                    Severity::Warning,
                    Some(self.row),
                    None,
                    text,
                    reason,
                ));
                None
            }
        }
    }

    fn known<T, E: ToString>(
        &mut self,
        what: &str,
        text: Option<&str>,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Known<T> {
        text.and_then(|text| self.fit(what, text, parse)).into()
    }

    fn set(&mut self, what: &str, entries: &[String]) -> Known<BTreeSet<Line<120>>> {
        let lines: BTreeSet<Line<120>> = entries
            .iter()
            .flat_map(|e| pieces(e))
            .filter_map(|e| self.fit(what, &e, Line::parse))
            .collect();
        Some(lines).filter(|lines| !lines.is_empty()).into()
    }
}

/// Says what of the drafts will not fit into the register, so that a preview shows all that writing does.
pub(super) fn check(drafts: &[Draft], problems: &mut Vec<Problem>) {
    let nobody = OrganisationId::from(uuid::Uuid::nil());
    for draft in drafts {
        organisation(draft, problems);
        engagement(draft, nobody, problems);
    }
    if drafts
        .iter()
        .flat_map(|draft| &draft.locations)
        .any(|location| location.kind.is_none())
    {
        let reason = "the list does not say what happens at its locations; they are taken as places of processing, \
                      which storage is too, and whether data is reached from elsewhere stays unknown";
        problems.push(Problem::whole(Severity::Note, "", reason));
    }
}

/// "Contact: e-mail, telephone" stays one entry while it fits, else it is one per element under the same label.
fn pieces(entry: &str) -> Vec<String> {
    match entry.split_once(": ") {
        Some((label, elements)) if entry.chars().count() > 120 => elements
            .split(", ")
            .map(|element| format!("{label}: {element}"))
            .collect(),
        _ => vec![entry.to_owned()],
    }
}

/// What a draft says about the company. `None` when its name cannot be a name.
pub(super) fn organisation(draft: &Draft, problems: &mut Vec<Problem>) -> Option<OrganisationFacts> {
    let mut fitting = Fitting {
        row: draft.row,
        problems,
    };
    let name = fitting.fit("the row is", &draft.legal_name, Name::parse)?;
    let mut facts = OrganisationFacts::named(name);
    facts.registration_number = fitting.known(
        "registration number",
        draft.registration_number.as_deref(),
        Line::parse,
    );
    facts.registration_country = draft.registration_country.into();
    let address = Some(draft.address.join("\n")).filter(|text| !text.is_empty());
    facts.address = fitting.known("address", address.as_deref(), Paragraphs::parse);
    facts.contact = contact(draft, &mut fitting).into();
    let website = draft.links.iter().find(|link| link.kind == LinkKind::Website);
    facts.website = website.and_then(|link| fitting.fit("website", &link.url, WebAddress::parse));
    Some(facts)
}

/// The contact point: the mailbox of a function, else a person's address, which no public page shows.
fn contact(draft: &Draft, fitting: &mut Fitting<'_>) -> Option<ContactPoint> {
    let contact = &draft.contact;
    let (kind, address) = match (&contact.mailbox, contact.personal_addresses.first()) {
        (None, Some(address)) => (ContactPointKind::Person, Some(address)),
        (mailbox, _) => (ContactPointKind::Function, mailbox.as_ref()),
    };
    let email = address.and_then(|address| fitting.fit("contact's address", address, EmailAddress::parse));
    let phone = contact
        .phones
        .first()
        .and_then(|phone| fitting.fit("telephone", phone, Line::parse));
    let postal = Some(contact.postal.join("\n")).filter(|text| !text.is_empty());
    let postal = postal.and_then(|text| fitting.fit("postal address", &text, Paragraphs::parse));
    if email.is_none() && phone.is_none() && postal.is_none() {
        return None;
    }
    let name = email.as_ref().map_or("Contact", EmailAddress::as_str);
    let name = fitting.fit("contact", name, Short::parse)?;
    Some(ContactPoint {
        kind,
        name,
        email,
        phone,
        postal,
    })
}

/// What a draft says about the use of the company.
pub(super) fn engagement(
    draft: &Draft,
    organisation: OrganisationId,
    problems: &mut Vec<Problem>,
) -> EngagementFacts {
    let locations = locations(draft, problems);
    let mut fitting = Fitting {
        row: draft.row,
        problems,
    };
    let mut facts = EngagementFacts::of(organisation);
    facts.category = draft.category.into();
    facts.service = fitting.known("service", draft.service.as_deref(), Short::parse);
    facts.purpose = fitting.known("purpose", draft.purpose.as_deref(), Paragraphs::parse);
    facts.data_subjects = fitting.set("data subjects", &draft.data_subjects);
    facts.data_categories = fitting.set("data categories", &draft.data_categories);
    facts.locations = locations;
    facts
}

/// Locations are known only when every word of the cell was understood: a list with a gap would make a gate green.
/// A place without a kind is one of processing, which storage is too (GDPR Article 4(2)).
fn locations(draft: &Draft, problems: &mut Vec<Problem>) -> Known<BTreeSet<Location>> {
    if draft.locations.is_empty() {
        return Known::Unknown;
    }
    let mut say = |value: &str, reason: &str| {
        problems.push(Problem::new(
            Severity::Warning,
            Some(draft.row),
            None,
            value,
            reason,
        ));
    };
    if !draft.unknown_locations.is_empty() {
        let understood: Vec<&str> = draft.locations.iter().map(|l| l.as_written.as_str()).collect();
        say(
            &understood.join("; "),
            "understood, but locations stay unknown until the rest of the cell is settled",
        );
        return Known::Unknown;
    }
    let mut all = BTreeSet::new();
    for location in &draft.locations {
        let region = location
            .region
            .as_deref()
            .and_then(|text| match Line::parse(text) {
                Ok(region) => Some(region),
                Err(_) => {
                    say(text, "too long for a region and left out; the country was taken");
                    None
                }
            });
        let kind = location.kind.unwrap_or(LocationKind::Processing);
        all.insert(Location {
            place: location.place,
            kind,
            region,
            city: None,
        });
    }
    Known::Known(all)
}
