//! The place that turns a red gate green: for every reason there is one.

use domain::facts::FactField;
use domain::gate::{Gate, Reason, ReasonCode, Subject};
use domain::id::RecordId;
use domain::legal_record::LegalRecordKind;

use super::sheet::sentence;
use crate::ui::Link;

/// What is known of an engagement when a place is looked for.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The engagement's page.
    pub path: String,
    /// The page of the change that announces it, if one does.
    pub change: Option<String>,
    /// Its papers that are on file: kind, version that counts, what it is called, its page.
    pub papers: Vec<(LegalRecordKind, RecordId, Link)>,
}

/// Where a reason is put right.
pub fn place_of(reason: &Reason, places: &Places) -> Link {
    let path = &places.path;
    if is_about_the_list(reason) {
        return Link::new("Data Privacy Framework list", format!("{path}/dpf"));
    }
    match reason.subject {
        Some(Subject::Fact { field }) => {
            let (form, anchor) = field_of(field);
            Link::new(
                format!("Edit: {}", field.label().to_lowercase()),
                format!("{path}/{form}#{anchor}"),
            )
        }
        Some(Subject::Record { kind, id }) => {
            let of_kind = || places.papers.iter().filter(|(of, ..)| *of == kind);
            of_kind()
                .find(|(_, record, _)| *record == id)
                .or_else(|| of_kind().next())
                .map_or_else(|| absent(path, kind), |(_, _, link)| link.clone())
        }
        Some(Subject::Absent { kind, destination }) => {
            let link = absent(path, kind);
            match destination {
                Some(place) => Link::new(format!("{}: {}", link.label, place.label()), link.href),
                None => link,
            }
        }
        None => without_subject(reason, places),
    }
}

/// Whether another look at the list of certified companies puts it right, rather than another version of the transfer.
fn is_about_the_list(reason: &Reason) -> bool {
    match reason.code {
        ReasonCode::DpfNotActive | ReasonCode::DpfCheckStale => true,
        ReasonCode::DpfScope => {
            reason.detail.contains("is listed") || reason.detail.contains("certificate does")
        }
        _ => false,
    }
}

/// Whether a link leads to a form that only those may open who edit the register.
pub fn is_for_editors(reason: &Reason) -> bool {
    matches!(reason.subject, Some(Subject::Fact { .. }))
}

fn absent(path: &str, kind: LegalRecordKind) -> Link {
    let place = match kind {
        LegalRecordKind::Contract => "contract",
        LegalRecordKind::SecurityAssessment => "security",
        LegalRecordKind::Transfer => "transfer",
        LegalRecordKind::Scc => "scc",
        LegalRecordKind::Tia => "tia",
    };
    Link::new(
        format!("Add: {}", kind.label().to_lowercase()),
        format!("{path}/{place}"),
    )
}

/// The form that holds a fact, and the field to begin with.
fn field_of(field: FactField) -> (&'static str, &'static str) {
    use FactField as F;
    if field.is_about_company() {
        let anchor = match field {
            F::RegistrationNumber => "registration_number",
            F::RegistrationCountry => "registration_country",
            F::Address => "address",
            F::Contact => "contact_name",
            _ => "legal_name",
        };
        return ("company", anchor);
    }
    let anchor = match field {
        F::Locations => "place_1",
        F::RemoteAccess => "remote_access",
        F::Tier => "tier",
        F::ParentEngagement => "parent_engagement",
        F::Chain => "chain",
        _ => "service",
    };
    ("edit", anchor)
}

/// Notice and customers; and reasons that were kept before they said what they are about.
fn without_subject(reason: &Reason, places: &Places) -> Link {
    let path = &places.path;
    let kind = match reason.gate {
        Gate::G1 => return Link::new("Edit the company", format!("{path}/company")),
        Gate::G4 => return Link::new("Edit these facts", format!("{path}/edit")),
        Gate::G2 => LegalRecordKind::Contract,
        Gate::G3 => LegalRecordKind::SecurityAssessment,
        Gate::G5 => LegalRecordKind::Transfer,
        Gate::G6 => LegalRecordKind::Scc,
        Gate::G7 | Gate::G8 => LegalRecordKind::Tia,
        Gate::G12 => return Link::new("Objections", "/staff/objections"),
        Gate::G9 | Gate::G10 | Gate::G11 | Gate::G13 | Gate::G14 | Gate::G15 => {
            let slug = path.rsplit('/').next().unwrap_or_default();
            return match &places.change {
                Some(change) => Link::new("The change that announces it", change.clone()),
                None => Link::new("Open a change", format!("/staff/changes/new?engagement={slug}")),
            };
        }
    };
    places
        .papers
        .iter()
        .find(|(of, ..)| *of == kind)
        .map_or_else(|| absent(path, kind), |(_, _, link)| link.clone())
}

/// What a paper is called among its kind: "Transfer 2".
pub fn paper_name(kind: LegalRecordKind, number: Option<i64>) -> String {
    let name = match kind {
        LegalRecordKind::Scc => "Set of clauses".to_owned(),
        LegalRecordKind::Tia => "Assessment of transfers".to_owned(),
        kind => sentence(kind.label()),
    };
    number.map_or(name.clone(), |number| format!("{name} {number}"))
}
