//! What a notice lacks (§1.4).

use super::{MissingField, NoticeDraft, NoticeField, places_outside};
use crate::change::{ChangeType, Cover, NoticeClass};
use crate::legal_record::MechanismKind;

/// What must be said of whatever starts or changes. That something ends needs only its name and the day, and what is told
/// of harm says what is known: neither waits for papers, unless it also tells of a difference for which customers get a window.
pub(super) fn missing(draft: &NoticeDraft<'_>) -> Vec<MissingField> {
    use NoticeField as F;
    let (o, e) = (draft.organisation, draft.engagement);
    let mut found = Vec::new();
    let opens_window = |cover: &Cover| cover.counting_class() == NoticeClass::A;
    if draft.change_type.needs_no_papers() && !draft.covers.iter().any(opens_window) {
        if draft.planned_on.is_none() {
            found.push(MissingField {
                field: F::PlannedOn,
                detail: "choose a day".to_owned(),
            });
        }
        return found;
    }
    let mut require = |holds: bool, field: NoticeField, detail: &str| {
        if !holds {
            found.push(MissingField {
                field,
                detail: detail.to_owned(),
            });
        }
    };
    require(o.registration_number.is_known(), F::RegistrationNumber, "unknown");
    require(o.address.is_known(), F::Address, "unknown");
    require(
        o.registration_country.is_known(),
        F::Address,
        "the country of registration is unknown",
    );
    require(
        o.contact.is_known_and(|c| c.is_reachable()),
        F::Contact,
        "unknown, or it cannot be reached",
    );
    require(
        !draft.change_type.names_a_replaced_one() || draft.replaces.is_some(),
        F::Replaced,
        "name who is replaced",
    );
    require(
        e.service.is_known() && e.purpose.is_known(),
        F::Processing,
        "service or purpose is unknown",
    );
    require(e.responsibilities.is_known(), F::Responsibilities, "unknown");
    require(
        e.data_categories.is_known_and(|s| !s.is_empty()),
        F::DataCategories,
        "unknown",
    );
    require(
        e.data_subjects.is_known_and(|s| !s.is_empty()),
        F::DataSubjects,
        "unknown",
    );
    require(
        e.special_categories.is_known(),
        F::SpecialCategories,
        "answer yes or no",
    );
    require(
        e.locations.is_known_and(|s| !s.is_empty()),
        F::Locations,
        "unknown",
    );
    require(e.remote_access.is_known(), F::RemoteAccess, "answer yes or no");
    for (field, detail) in e.contradictions() {
        require(false, F::Locations, &format!("{}: {detail}", field.label()));
    }
    require(draft.planned_on.is_some(), F::PlannedOn, "choose a day");
    for place in places_outside(o, e, draft.reference, draft.today) {
        let named = draft
            .transfers
            .iter()
            .any(|t| t.destination == place && t.mechanism.kind() != MechanismKind::NoneRequired);
        // That there is none is what such a notice tells.
        let named = named || draft.change_type == ChangeType::MechanismLost;
        require(
            named,
            F::Mechanism,
            &format!(
                "{} is outside the EEA, and no mechanism is named for it",
                place.label()
            ),
        );
    }
    found
}
