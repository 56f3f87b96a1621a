//! What the register knows goes into the annexes of a set, where they are still empty. People correct it; nothing that was
//! written is replaced.

use domain::id::EntityId;
use domain::known::Known;
use domain::legal_record::{Clause13, Clauses, ClausesField};
use domain::organisation::ContactPoint;

use crate::store::engagements::CurrentEngagement;
use crate::store::entities::{Entity, list_entities};
use crate::store::{Result, Tx};

/// The legal entity of ours that exports: the engagement's own, or the only one there is.
async fn exporter(tx: &mut Tx, id: Option<EntityId>) -> Result<Option<Entity>> {
    let entities: Vec<Entity> = list_entities(tx)
        .await?
        .into_iter()
        .filter(|entity| entity.ended_at.is_none())
        .collect();
    Ok(match id {
        Some(id) => entities.into_iter().find(|entity| entity.id == id),
        None if entities.len() == 1 => entities.into_iter().next(),
        None => None,
    })
}

/// Fills empty fields with what the register knows.
pub(super) async fn fill(tx: &mut Tx, current: &CurrentEngagement, clauses: &mut Clauses) -> Result<()> {
    use ClausesField as F;
    let mut put = |field: ClausesField, text: Option<String>| {
        if let Some(text) = text.and_then(|text| text.parse().ok()) {
            clauses.texts.entry(field).or_insert(text);
        }
    };
    if let Some(entity) = exporter(tx, current.engagement.entity_id).await? {
        put(F::ExporterName, Some(entity.legal_name));
        put(F::ExporterAddress, entity.address);
        put(F::ExporterDetails, entity.contact);
    }
    let company = &current.organisation.version.facts;
    put(F::ImporterName, Some(company.legal_name.to_string()));
    put(F::ImporterAddress, company.address.get().map(ToString::to_string));
    let contact = company.contact.get();
    put(
        F::ImporterContact,
        contact.map(|contact| contact.name.to_string()),
    );
    put(F::ImporterDetails, contact.and_then(details));
    let facts = &current.version.facts;
    let lines = |set: &Known<std::collections::BTreeSet<domain::text::Line<120>>>| {
        set.get()
            .map(|set| set.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    };
    put(F::DataSubjects, lines(&facts.data_subjects));
    put(F::DataCategories, lines(&facts.data_categories));
    put(F::Nature, facts.service.get().map(ToString::to_string));
    put(F::Purpose, facts.purpose.get().map(ToString::to_string));
    put(
        F::ImporterActivities,
        facts.responsibilities.get().map(ToString::to_string),
    );
    if let Known::Known(special) = &facts.special_categories {
        clauses.is_sensitive.get_or_insert(!special.is_empty());
        if !special.is_empty() {
            let named = domain::facts::list(special.iter().map(|category| category.label()));
            if let Ok(named) = named.parse() {
                clauses.texts.entry(F::SensitiveData).or_insert(named);
            }
        }
    }
    clauses.options.clause_13.get_or_insert(Clause13::Established);
    Ok(())
}

/// What a contact can be reached by.
fn details(contact: &ContactPoint) -> Option<String> {
    let parts: Vec<String> = [
        contact.email.as_ref().map(ToString::to_string),
        contact.phone.as_ref().map(ToString::to_string),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
