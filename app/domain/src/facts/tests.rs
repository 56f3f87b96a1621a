use super::*;
use crate::engagement::{AiRetention, AiTerms, LocationKind};
use crate::id::{OrganisationId, ProductId};
use crate::text::{Line, Name, Paragraphs, Short};
use crate::word_set::assert_words;
use std::collections::BTreeSet;

fn organisation() -> OrganisationFacts {
    OrganisationFacts::named(Name::parse("Acme Hosting GmbH").unwrap())
}

fn engagement() -> EngagementFacts {
    EngagementFacts::of(OrganisationId::from(Uuid::from_u128(1)))
}

fn location(place: &str) -> Location {
    Location {
        place: Place::parse(place).unwrap(),
        kind: LocationKind::Storage,
        region: None,
        city: None,
    }
}

fn json(organisation: &OrganisationFacts, engagement: &EngagementFacts, class: MechanismClass) -> String {
    let mechanisms = BTreeMap::from([(Place::parse("US").unwrap(), class)]);
    serde_json::to_string(&noticed_facts(organisation, engagement, &mechanisms)).unwrap()
}

#[test]
fn words_read_back() {
    assert_words!(FactField);
}

#[test]
fn equal_facts_differ_in_nothing() {
    assert!(diff_organisation(&organisation(), &organisation()).is_empty());
    assert!(diff_engagement(&engagement(), &engagement(), &Names::default()).is_empty());
}

#[test]
fn a_difference_reads_like_a_sentence_of_the_page() {
    let mut later = engagement();
    let product = ProductId::from(Uuid::from_u128(9));
    let mut names = Names::default();
    names.insert(product, "Workspace");
    later.products = BTreeSet::from([product]);
    later.locations = Known::Known(BTreeSet::from([location("SE"), location("DE")]));
    later.ai_terms = Known::Known(Some(AiTerms {
        training: Known::Known(false),
        retention: Known::Known(AiRetention::Days(30)),
    }));
    later.special_categories = Known::Known(BTreeSet::new());
    let found: Vec<_> = diff_engagement(&engagement(), &later, &names)
        .into_iter()
        .map(|d| (d.label, d.before, d.after))
        .collect();
    let row = |label, before: &str, after: &str| (label, before.to_owned(), after.to_owned());
    assert_eq!(
        found,
        [
            row("Special categories", "unknown", "none"),
            row("Products", "all products", "Workspace"),
            row("Training on customers’ data", "unknown", "no"),
            row("Retention by the AI provider", "unknown", "30 days"),
            row("Locations", "unknown", "Germany: storage; Sweden: storage"),
        ]
    );
}

#[test]
fn the_bound_facts_have_one_written_form() {
    let mut facts = engagement();
    facts.purpose = Known::Known(Paragraphs::parse("Hosting").unwrap());
    facts.locations = Known::Known(BTreeSet::from([location("SE"), location("DE")]));
    facts.data_categories = Known::Known(BTreeSet::from([
        Line::parse("names").unwrap(),
        Line::parse("mail").unwrap(),
    ]));
    facts.products = BTreeSet::from([ProductId::from(Uuid::from_u128(9))]);
    facts.ai_terms = Known::Known(Some(AiTerms {
        training: Known::Known(false),
        retention: Known::Known(AiRetention::Days(30)),
    }));
    assert_eq!(
        json(&organisation(), &facts, MechanismClass::Safeguards),
        r#"{"form":3,"entity":{"legal_name":"Acme Hosting GmbH","registration_number":"UNKNOWN","registration_country":"UNKNOWN"},"purpose":{"KNOWN":"Hosting"},"locations":{"KNOWN":[{"place":"DE","kind":"STORAGE","region":null,"city":null},{"place":"SE","kind":"STORAGE","region":null,"city":null}]},"remote_access":"UNKNOWN","data_categories":{"KNOWN":["mail","names"]},"data_subjects":"UNKNOWN","special_categories":"UNKNOWN","criminal_data":"UNKNOWN","mechanisms":[{"destination":"US","class":"SAFEGUARDS"}],"relationship_role":"SUBPROCESSOR","service":"UNKNOWN","responsibilities":"UNKNOWN","products":["00000000-0000-0000-0000-000000000009"],"optional_feature":false,"ai_terms":{"KNOWN":{"training":{"KNOWN":false},"retention":{"KNOWN":"30"}}},"chain":"UNKNOWN","segregable":false}"#
    );
}

#[test]
fn material_facts_are_bound_and_corrections_are_not() {
    let base = json(&organisation(), &engagement(), MechanismClass::Safeguards);
    let engagement_edits: [fn(&mut EngagementFacts); 14] = [
        |f| f.purpose = Known::Known(Paragraphs::parse("Other").unwrap()),
        |f| f.locations = Known::Known(BTreeSet::from([location("US")])),
        |f| f.remote_access = Known::Known(true),
        |f| f.data_categories = Known::Known(BTreeSet::from([Line::parse("health").unwrap()])),
        |f| f.data_subjects = Known::Known(BTreeSet::from([Line::parse("patients").unwrap()])),
        |f| f.special_categories = Known::Known(BTreeSet::from([SpecialCategory::Health])),
        |f| f.relationship_role = RelationshipRole::OwnProcessor,
        |f| f.service = Known::Known(Short::parse("Search").unwrap()),
        |f| f.responsibilities = Known::Known(Paragraphs::parse("All of it").unwrap()),
        |f| f.products = BTreeSet::from([ProductId::from(Uuid::from_u128(9))]),
        |f| f.optional_feature = true,
        |f| f.ai_terms = Known::Known(None),
        |f| f.chain = Known::Known(Chain::Recorded),
        |f| f.segregable = true,
    ];
    for edit in engagement_edits {
        let mut facts = engagement();
        edit(&mut facts);
        assert_ne!(json(&organisation(), &facts, MechanismClass::Safeguards), base);
    }
    assert_ne!(
        json(&organisation(), &engagement(), MechanismClass::Derogation),
        base
    );
    let mut renamed = organisation();
    renamed.legal_name = Name::parse("Acme Hosting Inc.").unwrap();
    assert_ne!(json(&renamed, &engagement(), MechanismClass::Safeguards), base);

    let mut corrected = organisation();
    corrected.address = Known::Known(Paragraphs::parse("New street 1").unwrap());
    assert_eq!(json(&corrected, &engagement(), MechanismClass::Safeguards), base);
}
