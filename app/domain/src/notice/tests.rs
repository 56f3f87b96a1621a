use super::*;
use crate::approval::approve;
use crate::calendar::CalendarId;
use crate::change::NoticeClass;
use crate::country::Country;
use crate::email_address::EmailAddress;
use crate::engagement::{Location, LocationKind};
use crate::id::{OrganisationId, StaffId};
use crate::known::Known;
use crate::legal_record::{AdequacyReliance, DpfReliance, Mechanism};
use crate::organisation::{ContactPoint, ContactPointKind};
use crate::policy::Policy;
use crate::reference::EeaMembership;
use crate::text::{Line, Name, Paragraphs, Short};
use crate::web_address::WebAddress;
use crate::word_set::assert_words;
use crate::zone::Zone;
use std::collections::BTreeSet;
use uuid::Uuid;

fn organisation() -> OrganisationFacts {
    let mut facts = OrganisationFacts::named(Name::parse("Acme GmbH").unwrap());
    facts.registration_number = Known::Known(Line::parse("HRB 1").unwrap());
    facts.registration_country = Known::Known(Country::parse("DE").unwrap());
    facts.address = Known::Known(Paragraphs::parse("Street 1\n10115 Berlin").unwrap());
    facts.contact = Known::Known(ContactPoint {
        kind: ContactPointKind::Function,
        name: Short::parse("Privacy office").unwrap(),
        email: Some(EmailAddress::parse("privacy@acme.example").unwrap()),
        phone: None,
        postal: None,
    });
    facts
}

fn location(place: &str, kind: LocationKind) -> Location {
    Location {
        place: Place::parse(place).unwrap(),
        kind,
        region: None,
        city: None,
    }
}

fn engagement() -> EngagementFacts {
    let mut facts = EngagementFacts::of(OrganisationId::from(Uuid::from_u128(1)));
    facts.service = Known::Known(Short::parse("Hosting").unwrap());
    facts.purpose = Known::Known(Paragraphs::parse("Runs the product").unwrap());
    facts.responsibilities = Known::Known(Paragraphs::parse("Servers only").unwrap());
    facts.data_categories = Known::Known(BTreeSet::from([Line::parse("names").unwrap()]));
    facts.data_subjects = Known::Known(BTreeSet::from([Line::parse("employees").unwrap()]));
    facts.special_categories = Known::Known(BTreeSet::new());
    facts.locations = Known::Known(BTreeSet::from([location("DE", LocationKind::Storage)]));
    facts.remote_access = Known::Known(false);
    facts
}

fn reference() -> ReferenceData {
    let member = |code| EeaMembership {
        country: Country::parse(code).unwrap(),
        from: None,
        to: None,
    };
    ReferenceData {
        eea: vec![member("DE"), member("NO")],
        adequacy: vec![],
    }
}

fn transfer(mechanism: Mechanism) -> Transfer {
    Transfer {
        origins: BTreeSet::new(),
        destination: Place::parse("US").unwrap(),
        importer: Name::parse("Acme GmbH").unwrap(),
        mechanism,
        fallback: None,
        importer_subject_to_gdpr: Known::Unknown,
        onward_of: None,
    }
}

struct Case {
    change_type: ChangeType,
    covers: Vec<Cover>,
    organisation: OrganisationFacts,
    engagement: EngagementFacts,
    replaces: Option<&'static str>,
    transfers: Vec<Transfer>,
    planned_on: Option<NaiveDate>,
}

fn case() -> Case {
    Case {
        change_type: ChangeType::NewSubprocessor,
        covers: vec![],
        organisation: organisation(),
        engagement: engagement(),
        replaces: None,
        transfers: vec![],
        planned_on: Some("2027-02-01".parse().unwrap()),
    }
}

impl Case {
    fn compose(&self) -> Result<NoticeContent, Vec<MissingField>> {
        NoticeContent::compose(&NoticeDraft {
            change_type: self.change_type,
            covers: &self.covers,
            organisation: &self.organisation,
            engagement: &self.engagement,
            replaces: self.replaces,
            transfers: &self.transfers,
            tias: &[],
            security: None,
            products: &["Workspace".to_owned()],
            title: "A request of an authority",
            planned_on: self.planned_on,
            reference: &reference(),
            today: "2026-11-22".parse().unwrap(),
        })
    }
}

#[test]
fn words_read_back() {
    assert_words!(NoticeState, NoticeEvent, NoticeField);
}

#[test]
fn exactly_the_listed_steps_exist() {
    use NoticeEvent as E;
    use NoticeState as S;
    let steps = [
        (S::Draft, E::Submit, S::InReview),
        (S::Draft, E::Cancel, S::Cancelled),
        (S::InReview, E::ReturnToDraft, S::Draft),
        (S::Approved, E::ReturnToDraft, S::Draft),
        (S::Approved, E::Dispatch, S::Dispatching),
        (S::Dispatching, E::Open, S::Open),
        (S::Dispatching, E::Supersede, S::Superseded),
        (S::Dispatching, E::Cancel, S::Cancelled),
        (S::Open, E::Close, S::Closed),
        (S::Open, E::Supersede, S::Superseded),
        (S::Open, E::Cancel, S::Cancelled),
    ];
    let approval = approve(StaffId::from(Uuid::from_u128(2)), &BTreeSet::new()).unwrap();
    for state in S::ALL {
        for event in E::ALL {
            let expected = steps
                .iter()
                .find(|(s, e, _)| s == state && e == event)
                .map(|(_, _, to)| *to);
            assert_eq!(state.next(*event).ok(), expected, "{state} {event}");
        }
        assert_eq!(
            state.approve(approval).ok(),
            (*state == S::InReview).then_some(S::Approved),
            "{state}"
        );
    }
}

#[test]
fn a_complete_line_becomes_a_notice_that_reads_back() {
    let content = case().compose().unwrap();
    assert_eq!(content.contact, "Privacy office, privacy@acme.example");
    assert_eq!(
        content.transfers_text(),
        "None: all locations, remote access included, are in the EEA"
    );
    let json = serde_json::to_string(&content).unwrap();
    assert_eq!(serde_json::from_str::<NoticeContent>(&json).unwrap(), content);
}

#[test]
fn every_must_field_is_missed_when_it_is_not_there() {
    use NoticeField as F;
    type Removal = fn(&mut Case);
    let removals: [(F, Removal); 13] = [
        (F::RegistrationNumber, |c| {
            c.organisation.registration_number = Known::Unknown;
        }),
        (F::Address, |c| c.organisation.address = Known::Unknown),
        (F::Contact, |c| c.organisation.contact = Known::Unknown),
        (F::Replaced, |c| c.change_type = ChangeType::Replacement),
        (F::Processing, |c| c.engagement.purpose = Known::Unknown),
        (F::Responsibilities, |c| {
            c.engagement.responsibilities = Known::Unknown;
        }),
        (F::DataCategories, |c| {
            c.engagement.data_categories = Known::Known(BTreeSet::new());
        }),
        (F::DataSubjects, |c| c.engagement.data_subjects = Known::Unknown),
        (F::SpecialCategories, |c| {
            c.engagement.special_categories = Known::Unknown;
        }),
        (F::Locations, |c| c.engagement.locations = Known::Unknown),
        (F::RemoteAccess, |c| c.engagement.remote_access = Known::Unknown),
        (F::PlannedOn, |c| c.planned_on = None),
        (F::Mechanism, |c| {
            c.engagement.locations = Known::Known(BTreeSet::from([location("US", LocationKind::Storage)]));
        }),
    ];
    for (field, remove) in removals {
        let mut case = case();
        remove(&mut case);
        let missing = case.compose().unwrap_err();
        assert_eq!(
            missing.iter().map(|m| m.field).collect::<Vec<_>>(),
            [field],
            "{missing:?}"
        );
    }
    let mut empty = case();
    empty.organisation = OrganisationFacts::named(Name::parse("Acme GmbH").unwrap());
    empty.engagement = EngagementFacts::of(OrganisationId::from(Uuid::from_u128(1)));
    assert_eq!(empty.compose().unwrap_err().len(), 11, "all of them at once");
}

#[test]
fn an_end_or_a_harm_is_told_whatever_is_on_file() {
    for change_type in ChangeType::ALL {
        let mut bare = case();
        bare.change_type = *change_type;
        bare.replaces = Some("Old Ltd");
        bare.organisation = OrganisationFacts::named(Name::parse("Acme GmbH").unwrap());
        bare.engagement = EngagementFacts::of(OrganisationId::from(Uuid::from_u128(1)));
        assert_eq!(
            bare.compose().is_ok(),
            change_type.needs_no_papers(),
            "{change_type}"
        );
        bare.planned_on = None;
        assert!(bare.compose().is_err(), "{change_type}: the day is always said");
    }
    let told: Vec<_> = ChangeType::ALL.iter().filter(|t| t.needs_no_papers()).collect();
    assert_eq!(told.len(), 6, "{told:?}");
    // Nothing that needs an authorisation gets around its papers.
    assert!(told.iter().all(|t| !t.default_class().needs_authorisation()));
}

#[test]
fn a_harm_carries_no_difference_around_its_papers() {
    let mut harm = case();
    harm.change_type = ChangeType::GovAccessNotice;
    harm.engagement.locations = Known::Known(BTreeSet::from([location("US", LocationKind::Processing)]));
    // What is told says what is not there.
    assert_eq!(
        harm.compose().unwrap().transfers_text(),
        "United States: no mechanism is on file"
    );
    let moved = Cover {
        field: FactField::Locations,
        before: "Germany: storage".to_owned(),
        after: "United States: processing".to_owned(),
        change_type: ChangeType::Correction,
        needed: NoticeClass::A,
        class: NoticeClass::C,
        adds_special_category: false,
    };
    harm.covers = vec![moved.clone()];
    let missing: Vec<_> = harm.compose().unwrap_err().iter().map(|gap| gap.field).collect();
    assert_eq!(missing, [NoticeField::Mechanism]);
    harm.change_type = ChangeType::MechanismLost;
    assert!(harm.compose().is_ok(), "that there is none is what it tells");
    harm.change_type = ChangeType::GovAccessNotice;
    harm.covers = vec![Cover {
        needed: NoticeClass::C,
        ..moved
    }];
    assert!(harm.compose().is_ok(), "nobody waits for a window");
    harm.engagement.locations = Known::Unknown;
    harm.engagement.data_subjects = Known::Unknown;
    let told = harm.compose().unwrap();
    assert_eq!(
        told.transfers_text(),
        "Places not on file: whether a mechanism is needed is not known"
    );
    assert_eq!(
        (told.locations, told.data_subjects),
        (vec!["unknown".to_owned()], vec!["unknown".to_owned()])
    );
}

#[test]
fn nothing_outside_the_eea_goes_without_a_mechanism() {
    let mut outside = case();
    outside.engagement.remote_access = Known::Known(true);
    outside.engagement.locations = Known::Known(BTreeSet::from([
        location("DE", LocationKind::Storage),
        location("US", LocationKind::RemoteAccess),
    ]));
    outside.transfers = vec![transfer(Mechanism::NoneRequired)];
    let missing = outside.compose().unwrap_err();
    assert_eq!(
        missing[0].to_string(),
        "Transfer mechanism: United States is outside the EEA, and no mechanism is named for it"
    );

    outside.transfers = vec![transfer(Mechanism::Dpf(DpfReliance::default()))];
    assert_eq!(
        outside.compose().unwrap().transfers_text(),
        "United States: Data Privacy Framework"
    );

    // Of a lost mechanism nobody may say that it allows anything.
    outside.change_type = ChangeType::MechanismLost;
    assert_eq!(
        outside.compose().unwrap().transfers_text(),
        "United States: none; it rested on this, which no longer applies: Data Privacy Framework"
    );

    let mut american = case();
    american.organisation.registration_country = Known::Known(Country::parse("US").unwrap());
    assert_eq!(american.compose().unwrap_err()[0].field, NoticeField::Mechanism);
    american.transfers = vec![transfer(Mechanism::Adequacy(AdequacyReliance::default()))];
    assert!(american.compose().is_ok());
}

fn part(policy: &Policy, link: bool, contents: &[NoticeContent]) -> Result<CustomerPart, Vec<MissingField>> {
    let link_address = WebAddress::parse("https://forenotice.example/n/token").unwrap();
    let reply_to = EmailAddress::parse("privacy@publisher.example").unwrap();
    CustomerPart::compose(&CustomerDraft {
        number: "N-1",
        version: 1,
        customer: "Nordlys AS",
        publisher: "Publisher AS",
        policy,
        windows: None,
        dispatch_on: "2026-11-22".parse().ok(),
        classes: &[],
        planned_at: None,
        publisher_zone: Zone::UTC,
        link: link.then_some(&link_address),
        reply_to: Some(&reply_to),
        contents,
    })
}

#[test]
fn a_customer_is_told_how_to_object_and_why_they_are_written_to() {
    let policy = Policy {
        clause: Some(Short::parse("clause 7.2").unwrap()),
        ..Policy::new(CalendarId::No, Zone::UTC)
    };
    let part = part(&policy, true, &[]).unwrap();
    assert_eq!(
        part.legal_reference,
        "clause 7.2 of your data processing agreement with Publisher AS; Article 28(2) GDPR"
    );
    assert_eq!(
        part.why,
        "You get this because Nordlys AS names you as its contact in its data processing agreement with Publisher AS."
    );
    assert_eq!(part.number, "N-1, version 1");
}

#[test]
fn a_customer_part_without_a_way_to_object_is_refused() {
    let policy = Policy::new(CalendarId::No, Zone::UTC);
    assert_eq!(
        part(&policy, false, &[]).unwrap_err()[0].field,
        NoticeField::HowToObject
    );
}

#[test]
fn a_customer_under_dora_learns_where_the_parent_is() {
    let policy = Policy {
        dora_relevant: true,
        ..Policy::new(CalendarId::No, Zone::UTC)
    };
    let mut content = case().compose().unwrap();
    assert_eq!(
        part(&policy, true, std::slice::from_ref(&content)).unwrap_err()[0].field,
        NoticeField::ParentCountry
    );
    content.parent_country = Some("Germany".to_owned());
    assert!(part(&policy, true, &[content]).is_ok());
}

#[test]
fn the_announced_day_is_the_same_day_for_everybody() {
    let (oslo, dublin): (Zone, Zone) = ("Europe/Oslo".parse().unwrap(), "Europe/Dublin".parse().unwrap());
    let planned = oslo.start_of_day("2027-02-10".parse().unwrap()).unwrap();
    let told = |earliest: Option<&str>, zone| {
        planned_text(planned, oslo, earliest.map(|at| at.parse().unwrap()), zone)
    };
    let announced = "Wednesday 10 February 2027, 00:00, Oslo";
    assert_eq!(told(None, dublin), announced);
    assert_eq!(told(Some("2027-01-05T00:00:00Z"), dublin), announced);
    assert_eq!(
        told(Some("2027-02-10T00:00:00Z"), dublin),
        "Wednesday 10 February 2027, 00:00, Dublin",
        "an hour after it is midnight in Oslo"
    );
    assert_eq!(
        told(Some("2027-03-01T00:00:00Z"), dublin),
        "Monday 1 March 2027, 00:00, Dublin"
    );
}

#[test]
fn what_has_happened_says_what_and_plans_nothing() {
    let happened = Case {
        change_type: ChangeType::GovAccessNotice,
        planned_on: "2026-11-20".parse().ok(),
        ..case()
    };
    let content = happened.compose().unwrap();
    assert_eq!(content.occasion.as_deref(), Some("A request of an authority"));
    let (eve, day) = ("2026-11-19".parse().unwrap(), "2026-11-20".parse().unwrap());
    assert_eq!(
        (content.has_happened_by(eve), content.has_happened_by(day)),
        (false, true)
    );
    // What starts is planned, whenever its day comes.
    let planned = case().compose().unwrap();
    let day = planned.planned_on.unwrap();
    assert_eq!(
        (planned.occasion.clone(), planned.has_happened_by(day)),
        (None, false)
    );
    // A notice for information has a date, too.
    let part = part(&Policy::new(CalendarId::No, Zone::UTC), true, &[content]).unwrap();
    assert_eq!(part.notice_on, "2026-11-22".parse().ok());
}

#[test]
fn what_no_field_of_the_register_says_the_title_says() {
    let chain = Case {
        change_type: ChangeType::Tier2Change,
        ..case()
    };
    let told = chain.compose().unwrap();
    assert_eq!(told.occasion.as_deref(), Some("A request of an authority"));
    let ending = Case {
        change_type: ChangeType::Removal,
        ..case()
    };
    assert_eq!(ending.compose().unwrap().occasion, None, "that it ends says all");
}
