//! The form for what is known about an engagement.

use std::collections::BTreeSet;

use domain::engagement::{
    AiRetention, AiTerms, Category, Chain, EngagementFacts, RelationshipRole, SpecialCategory,
};
use domain::facts::FactField;
use domain::id::OrganisationId;
use domain::known::Known;
use domain::text::Line;
use leptos::prelude::*;

use super::locations;
use super::sheet::{Sheet, choices, folded, part};
use super::typed::{Reader, Typed};
use crate::ui::{Choice, FieldErrors};

/// What can be chosen beside closed sets of words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EngagementChoices {
    /// Products of the publisher: id and name.
    pub products: Vec<Choice>,
    /// Companies in the register: id and legal name.
    pub companies: Vec<Choice>,
    /// Other engagements, for the chain: id, company and service.
    pub engagements: Vec<Choice>,
    /// Legal entities of the publisher: id and name.
    pub entities: Vec<Choice>,
}

/// The fields filled from a version.
pub fn typed_from(facts: &EngagementFacts) -> Typed {
    let mut typed = Typed::default();
    typed.put("organisation", facts.organisation);
    typed.put("role", facts.relationship_role);
    typed.put_known("category", &facts.category);
    typed.put_known("service", &facts.service);
    typed.put_known("purpose", &facts.purpose);
    typed.put_known("responsibilities", &facts.responsibilities);
    typed.put("data_subjects", lines(&facts.data_subjects));
    typed.put("data_categories", lines(&facts.data_categories));
    match facts.special_categories.get() {
        None => typed.put("special", ""),
        Some(set) if set.is_empty() => typed.put("special", "none"),
        Some(set) => {
            typed.put("special", "these");
            set.iter().for_each(|one| typed.put("special_categories", one));
        }
    }
    put_yes_no(&mut typed, "criminal_data", facts.criminal_data);
    facts.products.iter().for_each(|id| typed.put("products", id));
    if facts.optional_feature {
        typed.put("optional_feature", "yes");
    }
    if facts.segregable {
        typed.put("segregable", "yes");
    }
    match facts.ai_terms {
        Known::Unknown => typed.put("ai", ""),
        Known::Known(None) => typed.put("ai", "none"),
        Known::Known(Some(terms)) => {
            typed.put("ai", "this");
            put_yes_no(&mut typed, "ai_training", terms.training);
            typed.put_known("ai_retention", &terms.retention);
        }
    }
    locations::fill(&mut typed, &facts.locations);
    put_yes_no(&mut typed, "remote_access", facts.remote_access);
    typed.put("tier", facts.tier);
    typed.put_some("parent_engagement", facts.parent.as_ref());
    typed.put_known("chain", &facts.chain);
    if let Known::Known(countries) = &facts.ict_jurisdiction {
        let names: Vec<&str> = countries.iter().map(|country| country.label()).collect();
        typed.put("ict_jurisdiction", names.join("\n"));
    }
    typed
}

fn lines(set: &Known<BTreeSet<Line<120>>>) -> String {
    set.get()
        .map(|set| set.iter().map(Line::as_str).collect::<Vec<_>>().join("\n"))
        .unwrap_or_default()
}

fn put_yes_no(typed: &mut Typed, name: &str, fact: Known<bool>) {
    typed.put(name, fact.get().map_or("", |yes| if *yes { "yes" } else { "no" }));
}

/// The facts that were typed about an engagement of `organisation`, or what is wrong with them.
pub fn parse(typed: &Typed, organisation: OrganisationId) -> Result<EngagementFacts, FieldErrors> {
    let mut read = Reader::new(typed);
    let role = read.chosen("role", "Choose the role");
    let facts = EngagementFacts {
        organisation,
        relationship_role: role.unwrap_or(RelationshipRole::Subprocessor),
        category: read.known::<Category>("category"),
        service: read.known("service"),
        purpose: read.known("purpose"),
        responsibilities: read.known("responsibilities"),
        data_subjects: read.known_lines("data_subjects"),
        data_categories: read.known_lines("data_categories"),
        special_categories: special(&mut read),
        criminal_data: read.yes_no("criminal_data"),
        products: read.ticked("products"),
        optional_feature: read.is_ticked("optional_feature"),
        segregable: read.is_ticked("segregable"),
        ai_terms: ai_terms(&mut read),
        locations: locations::parse(&mut read, typed),
        remote_access: read.yes_no("remote_access"),
        tier: tier(&mut read),
        parent: read.optional("parent_engagement"),
        chain: read.known::<Chain>("chain"),
        ict_jurisdiction: read.known_countries("ict_jurisdiction"),
    };
    if read.errors.is_empty() {
        for (fact, message) in facts.contradictions() {
            read.errors.add(field_of(fact), message);
        }
    }
    if read.errors.is_empty() {
        Ok(facts)
    } else {
        Err(read.errors)
    }
}

fn special(read: &mut Reader) -> Known<BTreeSet<SpecialCategory>> {
    match read.text("special") {
        "none" => Known::Known(BTreeSet::new()),
        "these" => {
            let set: BTreeSet<SpecialCategory> = read.ticked("special_categories");
            if set.is_empty() && read.errors.first("special_categories").is_none() {
                read.errors.add(
                    "special_categories",
                    "Tick the special categories, or answer “None”",
                );
            }
            Known::Known(set)
        }
        _ => Known::Unknown,
    }
}

fn ai_terms(read: &mut Reader) -> Known<Option<AiTerms>> {
    match read.text("ai") {
        "none" => Known::Known(None),
        "this" => {
            let retention = match read.text("ai_retention") {
                "0" | "zero" => Known::Known(AiRetention::Zero),
                _ => read.known("ai_retention"),
            };
            Known::Known(Some(AiTerms {
                training: read.yes_no("ai_training"),
                retention,
            }))
        }
        _ => Known::Unknown,
    }
}

fn tier(read: &mut Reader) -> u8 {
    read.number("tier", 1, 9)
        .and_then(|tier| u8::try_from(tier).ok())
        .unwrap_or(1)
}

/// The form's field for a fact.
fn field_of(fact: FactField) -> &'static str {
    match fact {
        FactField::Tier => "tier",
        FactField::ParentEngagement => "parent_engagement",
        FactField::Locations => "place_1",
        FactField::RemoteAccess => "remote_access",
        _ => "service",
    }
}

/// The parts of the form.
pub fn fields(typed: &Typed, errors: &FieldErrors, offered: EngagementChoices) -> AnyView {
    let sheet = Sheet { typed, errors };
    let EngagementChoices {
        products,
        engagements,
        ..
    } = offered;
    vec![
        part("The service", "", service_fields(&sheet, products)),
        part(
            "The data",
            "Notices name all of it, so write it as a customer would understand it.",
            data_fields(&sheet),
        ),
        part(
            "Where the data is, and who can reach it",
            "Every place where data is kept or processed, and every place from which it can be reached, support staff included. A service “hosted in Frankfurt” whose support works in the United States has both. For a worldwide edge network write “worldwide”.",
            place_fields(&sheet),
        ),
        part(
            "Artificial intelligence",
            "",
            vec![
                sheet.radio("ai", "Does it use customers’ data with AI?", "", vec![
                    Choice::new("", "Unknown"),
                    Choice::new("none", "No AI is involved"),
                    Choice::new("this", "Yes, on these terms:"),
                ]),
                sheet.yes_no("ai_training", "May it train models on the data?", ""),
                sheet.optional("ai_retention", "How many days does it keep inputs and outputs?", "0 if it keeps nothing. Leave empty while unknown."),
            ],
        ),
        part(
            "Data Act",
            "Providers of cloud services say under whose law their infrastructure stands (Regulation (EU) 2023/2854, Article 28). The public page shows it where it is known.",
            vec![sheet.area(
                "ict_jurisdiction",
                "Jurisdiction of the infrastructure",
                "One country a line: that of the servers, not of the company. “EU” and “Europe” are no countries.",
                3,
            )],
        ),
        part(
            "The chain",
            "Customers are owed the whole chain, so its own subprocessors are recorded as engagements below this one.",
            vec![
                sheet.radio("chain", "Its own subprocessors", "", vec![
                    Choice::new("", "Unknown"),
                    Choice::new("NONE", "It uses none for this service"),
                    Choice::new("RECORDED", "It uses some, and each is recorded here under this one"),
                ]),
                sheet.number("tier", "Tier", "1 if we engage it ourselves, 2 if a subprocessor of ours does, and so on."),
                sheet.select("parent_engagement", "Subprocessor of", "From tier 2 on.", "We engage it ourselves", engagements),
            ],
        ),
    ]
    .into_any()
}

fn service_fields(sheet: &Sheet, products: Vec<Choice>) -> Vec<AnyView> {
    let mut views = vec![
        sheet.radio(
            "role",
            "What is the company here?",
            "The same company may have another role in another engagement.",
            roles(),
        ),
        sheet.select("category", "Category", "", "Unknown", choices!(Category)),
        sheet.text(
            "service",
            "Name of the service",
            "What we use of it: “Acme Object Storage”. Leave empty while unknown.",
        ),
        sheet.area(
            "purpose",
            "Purpose",
            "What we use it for, in one or two sentences.",
            3,
        ),
        sheet.area(
            "responsibilities",
            "Responsibilities",
            "What exactly it does, told apart from what our other subprocessors do.",
            3,
        ),
    ];
    if !products.is_empty() {
        views.push(sheet.boxes(
            "products",
            "For which of our products?",
            "None ticked means: for all of them.",
            products,
        ));
    }
    views.push(sheet.tick(
        "optional_feature",
        "Only customers who switch a feature on are affected",
        "",
    ));
    views.push(sheet.tick(
        "segregable",
        "It can be switched on customer by customer",
        "Then one customer’s objection or longer notice period does not hold back the others.",
    ));
    views
}

fn roles() -> Vec<Choice> {
    RelationshipRole::ALL
        .iter()
        .map(|role| {
            Choice::new(role.as_str(), role.label()).hint(match role {
                RelationshipRole::Subprocessor => "Processes our customers’ personal data for us. Customers are told before it starts or changes.",
                RelationshipRole::AffiliateSubprocessor => "The same, by a company of our own group.",
                RelationshipRole::OwnProcessor => "Processes data for which we decide ourselves: our website, our newsletter, our staff. Customers are not notified.",
                RelationshipRole::IndependentController => "Decides for itself what the data is for, like a payment network. Listed apart.",
                RelationshipRole::JointController => "Decides together with us.",
                RelationshipRole::NoPersonalData => "Never touches personal data.",
                RelationshipRole::SoftwareOnly => "We run its software ourselves; it has no access.",
            })
        })
        .collect()
}

fn data_fields(sheet: &Sheet) -> Vec<AnyView> {
    vec![
        sheet.area("data_subjects", "Whose data", "One group a line: “Users of our customers”, “Callers”. Leave empty while unknown.", 3),
        sheet.area("data_categories", "Which data", "One category a line: “Names and e-mail addresses”, “Voice recordings”. Leave empty while unknown.", 4),
        sheet.radio("special", "Special categories of data (Article 9 GDPR)", "", vec![
            Choice::new("", "Unknown"),
            Choice::new("none", "None"),
            Choice::new("these", "These:"),
        ]),
        folded("Which special categories", sheet.typed.text("special") == "these", vec![
            sheet.boxes("special_categories", "Tick each of them", "", choices!(SpecialCategory)),
        ]),
        sheet.yes_no("criminal_data", "Data on criminal convictions (Article 10 GDPR)", ""),
    ]
}

fn place_fields(sheet: &Sheet) -> Vec<AnyView> {
    let mut views = locations::fields(sheet);
    views.push(sheet.yes_no(
        "remote_access",
        "Can data be reached from anywhere else than where it is kept?",
        "By support staff, administrators or a parent company. If yes, add those places above.",
    ));
    views
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::country::Place;
    use domain::engagement::{Location, LocationKind};
    use domain::id::ProductId;

    fn company() -> OrganisationId {
        "00000000-0000-7000-8000-000000000001".parse().unwrap()
    }

    #[test]
    fn a_form_left_blank_invents_nothing() {
        let mut typed = Typed::default();
        typed.put("role", "SUBPROCESSOR");
        assert_eq!(parse(&typed, company()).unwrap(), EngagementFacts::of(company()));
    }

    #[test]
    fn what_is_shown_reads_back_as_it_was() {
        let mut facts = EngagementFacts::of(company());
        assert_eq!(parse(&typed_from(&facts), company()).unwrap(), facts);
        facts.relationship_role = RelationshipRole::OwnProcessor;
        facts.category = Known::Known(Category::Ai);
        facts.service = Known::Known(Line::parse("Speech").unwrap());
        facts.data_subjects = Known::Known(BTreeSet::from([Line::parse("Callers").unwrap()]));
        facts.special_categories = Known::Known(BTreeSet::from([SpecialCategory::Health]));
        facts.criminal_data = Known::Known(false);
        facts.products = BTreeSet::from(["00000000-0000-7000-8000-000000000007"
            .parse::<ProductId>()
            .unwrap()]);
        facts.segregable = true;
        facts.ai_terms = Known::Known(Some(AiTerms {
            training: Known::Known(false),
            retention: Known::Known(AiRetention::Zero),
        }));
        facts.locations = Known::Known(BTreeSet::from([Location {
            place: Place::Worldwide,
            kind: LocationKind::Support,
            region: None,
            city: None,
        }]));
        facts.remote_access = Known::Known(true);
        facts.chain = Known::Known(Chain::None);
        assert_eq!(parse(&typed_from(&facts), company()).unwrap(), facts);
    }

    #[test]
    fn contradictions_are_shown_at_their_field() {
        let mut typed = Typed::default();
        typed.put("role", "SUBPROCESSOR");
        typed.put("tier", "2");
        typed.put("special", "these");
        let errors = parse(&typed, company()).unwrap_err();
        assert!(errors.first("special_categories").is_some());
        typed.set("special", "none");
        let errors = parse(&typed, company()).unwrap_err();
        assert!(errors.first("parent_engagement").is_some());
    }
}
