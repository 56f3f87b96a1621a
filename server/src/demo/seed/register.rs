//! The subprocessors that the two papers name, as baseline: what the papers say, and unknown where they are silent.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::engagement::{
    AiRetention, AiTerms, Category, EngagementFacts, Location, LocationKind, RelationshipRole,
};
use domain::id::{EngagementId, OrganisationId, ProductId, VersionId};
use domain::known::Known;
use domain::organisation::OrganisationFacts;
use domain::slug::Slug;

use super::{People, Result, value};
use crate::AppState;
use crate::import::adoption::{Attestation, adopt};
use crate::store::Tx;
use crate::store::engagements::{Engagement, create_engagement};
use crate::store::organisations::create_organisation;
use crate::store::version::{NewVersion, Recorded};

/// One entry as the papers have it.
struct Entry {
    name: &'static str,
    role: RelationshipRole,
    category: Category,
    service: &'static str,
    purpose: &'static str,
    place: Option<(&'static str, &'static str, LocationKind)>,
    zero_retention: bool,
}

const fn entry(
    name: &'static str,
    category: Category,
    service: &'static str,
    purpose: &'static str,
) -> Entry {
    Entry {
        name,
        role: RelationshipRole::Subprocessor,
        category,
        service,
        purpose,
        place: None,
        zero_retention: false,
    }
}

fn entries() -> Vec<Entry> {
    let own = |mut e: Entry| {
        e.role = RelationshipRole::OwnProcessor;
        e
    };
    let ai = |mut e: Entry| {
        e.zero_retention = true;
        e
    };
    let mut aws = entry(
        "Amazon Web Services",
        Category::Infrastructure,
        "Cloud hosting in region eu-central-1",
        "Hosting of the platform and storage of customer data",
    );
    aws.place = Some(("DE", "Frankfurt, eu-central-1", LocationKind::Storage));
    vec![
        aws,
        entry(
            "Vercel",
            Category::Infrastructure,
            "Edge network",
            "Delivery of the application",
        ),
        entry(
            "Convex",
            Category::Infrastructure,
            "Backend data infrastructure",
            "Backend data infrastructure of the platform",
        ),
        entry(
            "Clerk",
            Category::Authentication,
            "User authentication",
            "Sign-in, session management and token-based access",
        ),
        entry(
            "Axiom",
            Category::Observability,
            "Activity log",
            "Logging and monitoring for security events and anomalies",
        ),
        ai(entry(
            "OpenAI",
            Category::Ai,
            "AI model API",
            "AI model inference",
        )),
        ai(entry(
            "Anthropic",
            Category::Ai,
            "AI model API",
            "AI model inference",
        )),
        ai(entry(
            "ElevenLabs",
            Category::Ai,
            "Voice API",
            "Speech-to-text and text-to-speech",
        )),
        own(entry(
            "Brevo",
            Category::Email,
            "E-mail delivery",
            "Delivery of the publisher's own mail",
        )),
        own(entry(
            "Microsoft Clarity",
            Category::Observability,
            "Usability analytics",
            "Usability analytics of the publisher's website",
        )),
    ]
}

/// Writes an organisation with its engagement in state DRAFT.
pub async fn create(
    tx: &mut Tx,
    state: &AppState,
    organisation: &OrganisationFacts,
    facts: EngagementFacts,
    by: Recorded,
) -> Result<EngagementId> {
    let now = by.at;
    let name = organisation.legal_name.as_str();
    let slug = Slug::from_name(name).ok_or_else(|| format!("no slug for {name}"))?;
    let version = || VersionId::from(state.random.id(now));
    let first = NewVersion {
        id: version(),
        facts: organisation.clone(),
        valid_from: None,
        recorded: by,
        reason: None,
    };
    create_organisation(tx, facts.organisation, &slug, &first).await?;
    let engagement = Engagement {
        id: state.random.id(now).into(),
        organisation_id: facts.organisation,
        entity_id: None,
        slug,
        parent_id: None,
        created_at: now,
        created_by: by.by,
    };
    let first = NewVersion {
        id: version(),
        facts,
        valid_from: None,
        recorded: by,
        reason: None,
    };
    create_engagement(tx, &engagement, &first, state.random.id(now)).await?;
    Ok(engagement.id)
}

/// Writes the papers' list and adopts it, as of six weeks ago.
pub async fn register(state: &AppState, people: &People, products: &[ProductId]) -> Result<()> {
    let adopted_at = state.clock.now() - TimeDelta::days(42);
    let by = Recorded::by(people.editor.into(), adopted_at);
    let in_use_since = state.publisher().zone.local_date(adopted_at) - TimeDelta::days(200);
    let mut tx = state.db.write().await?;
    let mut attestations = Vec::new();
    for entry in entries() {
        let organisation = OrganisationFacts::named(value(entry.name)?);
        let mut facts = EngagementFacts::of(OrganisationId::from(state.random.id(adopted_at)));
        facts.relationship_role = entry.role;
        facts.category = Known::Known(entry.category);
        facts.service = Known::Known(value(entry.service)?);
        facts.purpose = Known::Known(value(entry.purpose)?);
        if entry.role == RelationshipRole::Subprocessor {
            facts.products = products.iter().copied().collect();
        }
        if entry.zero_retention {
            let terms = AiTerms {
                training: Known::Known(false),
                retention: Known::Known(AiRetention::Zero),
            };
            facts.ai_terms = Known::Known(Some(terms));
        }
        if let Some((country, region, kind)) = entry.place {
            let location = Location {
                place: value(country)?,
                kind,
                region: Some(value(region)?),
                city: None,
            };
            facts.locations = Known::Known(BTreeSet::from([location]));
        }
        let engagement_id = create(&mut tx, state, &organisation, facts, by).await?;
        attestations.push(Attestation {
            engagement_id,
            in_use_since,
        });
    }
    adopt(&mut tx, state, people.approver.into(), adopted_at, &attestations).await?;
    tx.commit().await?;
    Ok(())
}
