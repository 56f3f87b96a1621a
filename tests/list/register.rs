//! A small register with one of everything that the public pages show: full and empty facts, companies that are not
//! subprocessors, changes announced, begun, in effect and cancelled, and natural persons who must not appear.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::change::{ChangeState, ChangeType, NoticeClass};
use domain::country::Place;
use domain::email_address::EmailAddress;
use domain::engagement::{
    AiRetention, AiTerms, Category, Chain, EngagementFacts, Location, LocationKind, RelationshipRole,
};
use domain::id::{EngagementId, OrganisationId};
use domain::known::Known;
use domain::legal_record::{AdequacyReliance, LegalRecord, Mechanism, Origin, Transfer};
use domain::organisation::{ContactPoint, ContactPointKind, OrganisationFacts};
use domain::slug::Slug;
use domain::text::{Line, Name, Paragraphs, Short};
use forenotice::store::changes::{self, Change, Move};
use forenotice::store::engagements::{Engagement, append_engagement_version, create_engagement};
use forenotice::store::legal_records::{NewRecord, append_record};
use forenotice::store::lines::{Line as ChangeLine, put_lines};
use forenotice::store::listings::{ListingState, NewListing, append_listing};
use forenotice::store::organisations::create_organisation;
use forenotice::store::reference::{ReferenceRow, append_reference_row};
use forenotice::store::version::{NewVersion, Recorded};
use forenotice::store::{Tx, entities, products, staff};
use uuid::Uuid;

/// Ids are numbers, so that a test can name them.
pub fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

pub const EDITOR: u128 = 1;
pub const HOSTING: u128 = 100;
pub const MODELS: u128 = 200;
pub const POSTBOX: u128 = 300;
pub const VISITS: u128 = 400;
pub const CARDS: u128 = 500;
pub const SEARCH: u128 = 600;
pub const VOICE: u128 = 700;

/// Writes facts and rows at instants that go forward from a start.
pub struct Writer<'a> {
    tx: &'a mut Tx,
    start: DateTime<Utc>,
}

static NEXT: AtomicU64 = AtomicU64::new(9_000_000);

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn line<const MAX: usize>(text: &str) -> Line<MAX> {
    Line::parse(text).unwrap()
}

fn set<const MAX: usize>(texts: &[&str]) -> Known<BTreeSet<Line<MAX>>> {
    Known::Known(texts.iter().map(|text| line(text)).collect())
}

pub fn location(place: &str, kind: LocationKind, region: Option<&str>, city: Option<&str>) -> Location {
    Location {
        place: Place::parse(place).unwrap(),
        kind,
        region: region.map(line),
        city: city.map(line),
    }
}

impl<'a> Writer<'a> {
    pub fn new(tx: &'a mut Tx, start: DateTime<Utc>) -> Self {
        Self { tx, start }
    }

    fn at(&self, hours: i64) -> DateTime<Utc> {
        self.start + TimeDelta::hours(hours)
    }

    fn fresh<T: From<Uuid>>(&self) -> T {
        id(u128::from(NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    /// Staff, an entity, two products, and the EEA as far as it is needed.
    pub async fn ground(&mut self) {
        let at = self.at(0);
        let row = staff::StaffRow {
            id: id(EDITOR),
            login: "list.editor".to_owned(),
            name: "Legal editor".to_owned(),
            password_hash: "-".to_owned(),
            password_changed_at: at,
            roles: Vec::new(),
            created_at: at,
            disabled_at: None,
        };
        staff::insert_staff(self.tx, &row).await.unwrap();
        let entity = entities::Entity {
            id: id(2),
            legal_name: "Fjordsky Systems AS".to_owned(),
            registration_number: None,
            country: "NO".parse().unwrap(),
            address: None,
            contact: None,
            created_at: at,
            ended_at: None,
        };
        entities::create_entity(self.tx, &entity).await.unwrap();
        for (number, name, slug) in [(3, "Flow", "flow"), (4, "Vault", "vault")] {
            let product = products::Product {
                id: id(number),
                entity_id: id(2),
                name: name.to_owned(),
                slug: slug.to_owned(),
                created_at: at,
                ended_at: None,
            };
            products::create_product(self.tx, &product).await.unwrap();
        }
        for code in ["NO", "DE", "IE", "FI", "NL", "FR"] {
            let row = ReferenceRow {
                id: self.fresh(),
                kind: "EEA_MEMBER".to_owned(),
                code: code.to_owned(),
                body: serde_json::json!({}),
                valid_from: day("1994-01-01"),
                valid_to: None,
                source_url: "https://eur-lex.europa.eu/".to_owned(),
                checked_on: day("2026-11-01"),
                recorded_at: at,
                recorded_by: None,
            };
            append_reference_row(self.tx, &row).await.unwrap();
        }
    }

    /// A company and an engagement of it: ids `number` and `number + 1`, versions `number + 10` and `number + 11`.
    pub async fn engagement(
        &mut self,
        number: u128,
        slug: &str,
        company: OrganisationFacts,
        facts: EngagementFacts,
    ) {
        let recorded = Recorded::by_system(self.at(0));
        let version = NewVersion {
            id: id(number + 10),
            facts: company,
            valid_from: None,
            recorded,
            reason: None,
        };
        let slug = Slug::parse(slug).unwrap();
        create_organisation(self.tx, id(number), &slug, &version)
            .await
            .unwrap();
        let engagement = Engagement {
            id: id(number + 1),
            organisation_id: id(number),
            entity_id: None,
            slug,
            parent_id: None,
            created_at: self.at(0),
            created_by: None,
        };
        let version = NewVersion {
            id: id(number + 11),
            facts,
            valid_from: None,
            recorded,
            reason: None,
        };
        let state = self.fresh();
        create_engagement(self.tx, &engagement, &version, state)
            .await
            .unwrap();
    }

    /// Another version of an engagement's facts, `number + 12`.
    pub async fn another_version(&mut self, number: u128, facts: EngagementFacts, hours: i64) {
        let version = NewVersion {
            id: id(number + 12),
            facts,
            valid_from: None,
            recorded: Recorded::by_system(self.at(hours)),
            reason: None,
        };
        append_engagement_version(self.tx, id(number + 1), 1, &version)
            .await
            .unwrap();
    }

    /// A row of the list with a version of the facts.
    pub async fn list(
        &mut self,
        number: u128,
        version: u128,
        state: ListingState,
        line: Option<u128>,
        hours: i64,
    ) {
        let row = NewListing {
            id: self.fresh(),
            engagement_id: id(number + 1),
            engagement_version_id: id(number + version),
            organisation_version_id: id(number + 10),
            listing: state,
            in_use_from: Some(day("2024-03-01")).filter(|_| number != POSTBOX),
            line_id: line.map(id),
            recorded_at: self.at(hours),
        };
        append_listing(self.tx, &row).await.unwrap();
    }

    /// A change with one line, announced, and moved to `state` later.
    pub async fn change(
        &mut self,
        number: u128,
        title: &str,
        line: ChangeLine,
        announced: i64,
        state: ChangeState,
        moved: i64,
    ) {
        let change = Change {
            id: id(number),
            number: format!("2026-{number:03}"),
            title: title.to_owned(),
            state: ChangeState::Draft,
            planned_on: day("2027-01-04"),
            announced_at: None,
            created_at: self.at(0),
            created_by: Some(id(EDITOR)),
        };
        let history = self.fresh();
        changes::open(self.tx, &change, history).await.unwrap();
        put_lines(self.tx, change.id, &[line]).await.unwrap();
        let mut from = ChangeState::Draft;
        for (to, hours) in [
            (ChangeState::Dispatching, announced),
            (ChangeState::Open, announced),
            (state, moved),
        ] {
            if from == to {
                continue;
            }
            let step = Move {
                id: self.fresh(),
                change_id: change.id,
                from,
                to,
                by: None,
                reason: None,
            };
            let at = self.at(hours);
            changes::advance(self.tx, &step, at).await.unwrap();
            from = to;
        }
        let at = self.at(announced);
        changes::announce(self.tx, change.id, at).await.unwrap();
    }

    /// A transfer of an engagement to a country that an adequacy decision covers.
    pub async fn adequacy(&mut self, number: u128, destination: &str, hours: i64) {
        let record = NewRecord {
            id: self.fresh(),
            engagement_id: id(number + 1),
            number: 1,
            body: LegalRecord::Transfer(Transfer {
                origins: BTreeSet::from([Origin::EeaEfta]),
                destination: Place::parse(destination).unwrap(),
                importer: Name::parse("Quiet Postbox Ltd").unwrap(),
                mechanism: Mechanism::Adequacy(AdequacyReliance::default()),
                fallback: None,
                importer_subject_to_gdpr: Known::Unknown,
                onward_of: None,
            }),
            valid_from: None,
            ended_on: None,
            recorded_at: self.at(hours),
            recorded_by: id(EDITOR),
        };
        append_record(self.tx, 0, &record).await.unwrap();
    }
}

/// The line of a change on an engagement.
pub fn change_line(line: u128, change: u128, number: u128, version: u128, kind: ChangeType) -> ChangeLine {
    ChangeLine {
        id: id(line),
        change_id: id(change),
        position: 1,
        engagement_id: id(number + 1),
        replaces_engagement_id: None,
        change_type: kind,
        notice_class: kind.default_class(),
        class_reason: None,
        engagement_version_id: id(number + version),
        organisation_version_id: id(number + 10),
        facts_hash: vec![0; 32],
        covers: Vec::new(),
    }
}

fn contact(kind: ContactPointKind, name: &str, email: &str) -> ContactPoint {
    ContactPoint {
        kind,
        name: Short::parse(name).unwrap(),
        email: Some(EmailAddress::parse(email).unwrap()),
        phone: None,
        postal: None,
    }
}

fn named(name: &str) -> OrganisationFacts {
    OrganisationFacts::named(Name::parse(name).unwrap())
}

fn facts_of(number: u128, category: Category, purpose: &str) -> EngagementFacts {
    let mut facts = EngagementFacts::of(OrganisationId::from(Uuid::from_u128(number)));
    facts.category = Known::Known(category);
    facts.purpose = Known::Known(Paragraphs::parse(purpose).unwrap());
    facts
}

pub fn hosting() -> EngagementFacts {
    let mut facts = facts_of(
        HOSTING,
        Category::Infrastructure,
        "Servers and databases of the whole platform",
    );
    facts.service = Known::Known(Short::parse("Nordhus Cloud").unwrap());
    facts.responsibilities =
        Known::Known(Paragraphs::parse("Runs the machines; does not look into the data.").unwrap());
    facts.data_subjects = set(&["customers’ staff", "customers’ clients"]);
    facts.data_categories = set(&["account data", "content that customers store"]);
    facts.special_categories = Known::Known(BTreeSet::new());
    facts.criminal_data = Known::Known(false);
    facts.products = BTreeSet::from([id(3), id(4)]);
    facts.ai_terms = Known::Known(None);
    facts.locations = Known::Known(BTreeSet::from([location(
        "NO",
        LocationKind::Storage,
        Some("no-east-1"),
        Some("Oslo"),
    )]));
    facts.remote_access = Known::Known(false);
    facts.chain = Known::Known(Chain::None);
    facts
}

/// The same with a second place.
pub fn hosting_in_two_places() -> EngagementFacts {
    let mut facts = hosting();
    facts.locations = Known::Known(BTreeSet::from([
        location("NO", LocationKind::Storage, Some("no-east-1"), Some("Oslo")),
        location("FI", LocationKind::Storage, Some("fi-south-2"), Some("Hamina")),
    ]));
    facts
}

fn models() -> EngagementFacts {
    let mut facts = facts_of(
        MODELS,
        Category::Ai,
        "Drafts answers from documents that customers choose",
    );
    facts.data_categories = set(&["content that customers submit"]);
    facts.products = BTreeSet::from([id(3)]);
    facts.ai_terms = Known::Known(Some(AiTerms {
        training: Known::Known(false),
        retention: Known::Known(AiRetention::Zero),
    }));
    facts.locations = Known::Known(BTreeSet::from([
        location("DE", LocationKind::Processing, None, Some("Frankfurt am Main")),
        location("US", LocationKind::Support, None, None),
    ]));
    facts
}

fn search() -> EngagementFacts {
    let mut facts = facts_of(
        SEARCH,
        Category::Infrastructure,
        "Search index over documents that customers upload",
    );
    facts.data_categories = set(&["content that customers store"]);
    facts.locations = Known::Known(BTreeSet::from([location(
        "NL",
        LocationKind::Processing,
        None,
        Some("Amsterdam"),
    )]));
    facts
}

/// Everything, in the order in which it happened. Hours count from `start`: 0 the list begins, 48 a place is added,
/// 72 a change is announced, 96 another one, 100 that one is cancelled.
pub async fn write(tx: &mut Tx, start: DateTime<Utc>) {
    let mut w = Writer::new(tx, start);
    w.ground().await;

    let mut company = named("Nordhus Hosting AS");
    company.registration_number = Known::Known(line("999 888 777"));
    company.registration_country = Known::Known("NO".parse().unwrap());
    company.address = Known::Known(Paragraphs::parse("Fjordgata 1\n0150 Oslo").unwrap());
    company.parent = Known::Known(None);
    company.contact = Known::Known(contact(
        ContactPointKind::Function,
        "Privacy office",
        "privacy@nordhus.example",
    ));
    company.dpo = Known::Known(Some(contact(
        ContactPointKind::Person,
        "Kari Nordmann",
        "kari@nordhus.example",
    )));
    w.engagement(HOSTING, "nordhus-hosting", company, hosting()).await;

    let mut company = named("Lumenwerk GmbH");
    company.contact = Known::Known(contact(
        ContactPointKind::Person,
        "Ola Nordmann",
        "ola@lumenwerk.example",
    ));
    w.engagement(MODELS, "lumenwerk", company, models()).await;

    let mut postbox = EngagementFacts::of(id(POSTBOX));
    postbox.service = Known::Known(Short::parse("Mail delivery").unwrap());
    w.engagement(POSTBOX, "quiet-postbox", named("Quiet Postbox Ltd"), postbox)
        .await;

    let mut visits = facts_of(VISITS, Category::Observability, "Counts visits to our website");
    visits.relationship_role = RelationshipRole::OwnProcessor;
    w.engagement(VISITS, "clicktally", named("Clicktally SAS"), visits)
        .await;

    let mut cards = facts_of(CARDS, Category::Payments, "Takes card payments");
    cards.relationship_role = RelationshipRole::IndependentController;
    w.engagement(CARDS, "cardrail", named("Cardrail Payments plc"), cards)
        .await;

    w.engagement(SEARCH, "fathom-search", named("Fathom Search B.V."), search())
        .await;
    let voice = facts_of(VOICE, Category::Ai, "Reads answers aloud");
    w.engagement(VOICE, "tonika", named("Tonika Oy"), voice).await;

    for number in [HOSTING, MODELS, POSTBOX, VISITS, CARDS] {
        w.list(number, 11, ListingState::Listed, None, 0).await;
    }
    // A mechanism is recorded, and shown by the list that this makes.
    w.adequacy(POSTBOX, "GB", 24).await;
    w.list(POSTBOX, 11, ListingState::Listed, None, 24).await;

    // A place is added and settled at once.
    w.another_version(HOSTING, hosting_in_two_places(), 30).await;
    let moved = ChangeLine {
        notice_class: NoticeClass::C,
        ..change_line(8001, 1, HOSTING, 12, ChangeType::LocationWithinEea)
    };
    w.change(
        1,
        "Nordhus Hosting AS: a second place in Finland",
        moved,
        36,
        ChangeState::Closed,
        48,
    )
    .await;
    w.list(HOSTING, 12, ListingState::Listed, Some(8001), 48).await;

    // Announced and running.
    let search = change_line(8002, 2, SEARCH, 11, ChangeType::Replacement);
    let search = ChangeLine {
        replaces_engagement_id: Some(EngagementId::from(Uuid::from_u128(POSTBOX + 1)).uuid()),
        ..search
    };
    w.change(
        2,
        "Fathom Search B.V. takes over from Quiet Postbox Ltd",
        search,
        72,
        ChangeState::Open,
        72,
    )
    .await;

    // Announced, then cancelled.
    let voice = change_line(8003, 3, VOICE, 11, ChangeType::NewSubprocessor);
    w.change(
        3,
        "Tonika Oy reads answers aloud",
        voice,
        96,
        ChangeState::Cancelled,
        100,
    )
    .await;
}
