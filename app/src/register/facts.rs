//! Facts as label and text; what nobody has established has no text and is shown red.

use domain::engagement::{AiTerms, EngagementFacts};
use domain::facts::{FactField, Names, list, retention_text, yes_no};
use domain::known::Known;
use domain::organisation::{ContactPoint, OrganisationFacts};
use leptos::prelude::*;

use super::sheet::sentence;
use crate::ui::{Fact, Facts, Reader, StatedList};

type Line = (FactField, Vec<String>);

/// What is known about a company, in reading order.
pub fn company_lines(facts: &OrganisationFacts) -> Vec<Line> {
    use FactField as F;
    let or_none = |contact: &Option<ContactPoint>| {
        contact
            .as_ref()
            .map_or_else(|| "None".to_owned(), ContactPoint::line)
    };
    let mut lines = vec![(F::LegalName, vec![facts.legal_name.to_string()])];
    if !facts.former_names.is_empty() {
        lines.push((F::FormerNames, texts(&facts.former_names)));
    }
    lines.extend([
        (
            F::RegistrationNumber,
            one(&facts.registration_number, ToString::to_string),
        ),
        (
            F::RegistrationCountry,
            one(&facts.registration_country, |c| c.label().to_owned()),
        ),
        (
            F::Address,
            one(&facts.address, |a| a.as_str().replace('\n', ", ")),
        ),
        (
            F::Parent,
            one(&facts.parent, |parent| {
                parent
                    .as_ref()
                    .map_or_else(|| "None".to_owned(), ToString::to_string)
            }),
        ),
        (
            F::UltimateParentCountry,
            one(&facts.ultimate_parent_country, |c| c.label().to_owned()),
        ),
        (F::Contact, one(&facts.contact, ContactPoint::line)),
        (F::Dpo, one(&facts.dpo, or_none)),
        (F::EuRepresentative, one(&facts.eu_representative, or_none)),
    ]);
    if let Some(website) = &facts.website {
        lines.push((F::Website, vec![website.to_string()]));
    }
    lines
}

/// What is known about an engagement, in reading order.
pub fn engagement_lines(facts: &EngagementFacts, names: &Names) -> Vec<Line> {
    use FactField as F;
    let products = if facts.products.is_empty() {
        vec!["All of them".to_owned()]
    } else {
        facts.products.iter().map(|id| names.of(*id)).collect()
    };
    let mut lines = vec![
        (
            F::RelationshipRole,
            vec![facts.relationship_role.label().to_owned()],
        ),
        (F::Category, one(&facts.category, |c| c.label().to_owned())),
        (F::Service, one(&facts.service, ToString::to_string)),
        (F::Purpose, one(&facts.purpose, ToString::to_string)),
        (
            F::Responsibilities,
            one(&facts.responsibilities, ToString::to_string),
        ),
        (F::Products, products),
        (F::DataSubjects, many(&facts.data_subjects)),
        (F::DataCategories, many(&facts.data_categories)),
        (
            F::SpecialCategories,
            one(&facts.special_categories, |set| {
                sentence(&list(set.iter().map(|c| c.label())))
            }),
        ),
        (
            F::CriminalData,
            one(&facts.criminal_data, |b| sentence(&yes_no(*b))),
        ),
        (F::Locations, many(&facts.locations)),
        (
            F::RemoteAccess,
            one(&facts.remote_access, |b| sentence(&yes_no(*b))),
        ),
    ];
    lines.extend(ai_lines(&facts.ai_terms));
    lines.push((F::Chain, one(&facts.chain, |c| sentence(c.label()))));
    lines.push((
        F::IctJurisdiction,
        one(&facts.ict_jurisdiction, |all| {
            list(all.iter().map(|country| country.label()))
        }),
    ));
    if let Some(parent) = facts.parent {
        lines.push((F::Tier, vec![facts.tier.to_string()]));
        lines.push((F::ParentEngagement, vec![names.of(parent)]));
    }
    lines.push((
        F::OptionalFeature,
        vec![sentence(&yes_no(facts.optional_feature))],
    ));
    lines.push((F::Segregable, vec![sentence(&yes_no(facts.segregable))]));
    lines
}

fn ai_lines(terms: &Known<Option<AiTerms>>) -> Vec<Line> {
    match terms {
        Known::Unknown => vec![
            (FactField::AiTraining, Vec::new()),
            (FactField::AiRetention, Vec::new()),
        ],
        Known::Known(None) => vec![(FactField::AiTraining, vec!["No AI is involved".to_owned()])],
        Known::Known(Some(terms)) => vec![
            (
                FactField::AiTraining,
                one(&terms.training, |b| sentence(&yes_no(*b))),
            ),
            (
                FactField::AiRetention,
                one(&terms.retention, |r| sentence(&retention_text(*r))),
            ),
        ],
    }
}

fn one<T>(known: &Known<T>, print: impl FnOnce(&T) -> String) -> Vec<String> {
    known.get().map(print).into_iter().collect()
}

fn many<T: ToString>(known: &Known<std::collections::BTreeSet<T>>) -> Vec<String> {
    known
        .get()
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect()
}

fn texts<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

/// The lines as a list of terms.
pub fn fact_list(lines: Vec<Line>) -> AnyView {
    let lines = lines
        .into_iter()
        .map(|(field, values)| {
            view! {
                <Fact term=field.label()>
                    <StatedList values=values reader=Reader::Staff />
                </Fact>
            }
        })
        .collect_view();
    view! { <Facts>{lines}</Facts> }.into_any()
}
