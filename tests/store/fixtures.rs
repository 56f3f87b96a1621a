//! What store tests stand on: a register, a customer with terms and a contact, a change with a notice on its way.
//! Ids are numbers, so that a test can name them; what belongs to a thing has the next numbers.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::authorisation::{AuthorisationModel, AuthorisationState};
use domain::calendar::CalendarId;
use domain::change::{ChangeState, ChangeType, NoticeClass};
use domain::delivery::DeliveryState;
use domain::id::CustomerId;
use domain::locale::Locale;
use domain::notice::{NoticeContent, NoticeState, TransferText};
use domain::policy::{CustomerRole, Policy};
use domain::zone::Zone;
use forenotice::keys::{Keys, Sealed};
use forenotice::random::Random;
use forenotice::store::Tx;
use forenotice::store::authorisations::{self, Authorisation};
use forenotice::store::changes::{self, Change};
use forenotice::store::contacts::{Contact, ContactKind, create_contact};
use forenotice::store::customers::{Customer, create_customer};
use forenotice::store::deliveries::{self, Delivery};
use forenotice::store::lines::{Line, put_lines};
use forenotice::store::mails::{self, NewMail};
use forenotice::store::notices::{self, Content, Notice, Part};
use forenotice::store::policies::{PolicyVersion, append_policy};
use forenotice::store::version::Recorded;
use uuid::Uuid;

use super::{engagement, hour, id, organisation, staff};

/// Staff.
pub const EDITOR: u128 = 9;
/// A company with two engagements; their facts are versions 1001, 1002 and 1003.
pub const ACME: u128 = 1;
pub const HOSTING: u128 = 2;
pub const BACKUP: u128 = 3;
/// Its terms are 21, its contact is 22.
pub const CUSTOMER: u128 = 20;
pub const POLICY: u128 = 21;
pub const CONTACT: u128 = 22;
/// Its line is 31.
pub const CHANGE: u128 = 30;
pub const LINE: u128 = 31;
pub const NOTICE: u128 = 40;
/// Its mail is 51.
pub const DELIVERY: u128 = 50;
pub const MAIL: u128 = 51;
pub const AUTHORISATION: u128 = 60;

/// So many microseconds after the first instant: both databases keep all of them.
pub fn micro(number: i64) -> DateTime<Utc> {
    hour(0) + TimeDelta::microseconds(number)
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn keys() -> Keys {
    Keys::parse("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff").unwrap()
}

pub fn customer(number: u128, name: &str) -> Customer {
    Customer {
        id: id(number),
        name: name.to_owned(),
        reference: None,
        role: CustomerRole::Controller,
        country: "NO".parse().unwrap(),
        signed_on: day("2025-03-01"),
        created: Recorded::by_system(hour(0)),
        ended_at: None,
    }
}

/// Terms that hold from the day of signature on.
pub fn terms(number: u128, customer: CustomerId, version: i64) -> PolicyVersion {
    PolicyVersion {
        id: id(number),
        customer_id: customer,
        number: version,
        policy: Policy::new(CalendarId::No, "Europe/Oslo".parse::<Zone>().unwrap()),
        valid_from: day("2025-03-01"),
        recorded: Recorded::by_system(hour(0)),
        needs_confirmation: false,
        confirmed: None,
    }
}

pub fn contact(number: u128, customer: CustomerId, kind: ContactKind, rank: i64) -> Contact {
    Contact {
        id: id(number),
        customer_id: customer,
        kind,
        rank,
        name: format!("Personvernombud nr. {number}, Ærlig Bank"),
        locale: Locale::Nb,
        address: format!("contact-{number}@customer.example").parse().unwrap(),
        created: Recorded::by_system(hour(0)),
        confirmed: None,
        ended_at: None,
    }
}

/// A customer, with terms `number + 1` and a primary contact `number + 2`.
pub async fn add_customer(tx: &mut Tx, number: u128, name: &str) -> CustomerId {
    let row = customer(number, name);
    create_customer(tx, &row).await.unwrap();
    append_policy(tx, 0, &terms(number + 1, row.id, 1)).await.unwrap();
    let first = contact(number + 2, row.id, ContactKind::Primary, 1);
    create_contact(tx, &keys(), &Random::seeded(1), &first)
        .await
        .unwrap();
    row.id
}

/// Staff, and a company with two engagements.
pub async fn add_register(tx: &mut Tx) {
    staff(tx, EDITOR).await;
    let company = organisation(tx, ACME, "Acme Hosting GmbH").await;
    engagement(tx, HOSTING, company, "acme-hosting").await;
    engagement(tx, BACKUP, company, "acme-backup").await;
}

pub fn change(number: u128, name: &str) -> Change {
    Change {
        id: id(number),
        number: name.to_owned(),
        title: "Ny underleverandør: Åkerblå Drift".to_owned(),
        state: ChangeState::Draft,
        planned_on: day("2027-03-01"),
        announced_at: None,
        created_at: hour(0),
        created_by: Some(id(EDITOR)),
    }
}

pub fn line(number: u128, change: u128, position: i64, engagement: u128) -> Line {
    Line {
        id: id(number),
        change_id: id(change),
        position,
        engagement_id: id(engagement),
        replaces_engagement_id: None,
        change_type: ChangeType::NewSubprocessor,
        notice_class: NoticeClass::A,
        class_reason: None,
        engagement_version_id: id(engagement + 1000),
        organisation_version_id: id(1001),
        facts_hash: vec![7; 32],
        covers: Vec::new(),
    }
}

/// A change in draft with one line on [`HOSTING`], `number + 1`; its history begins with row `number + 2`.
pub async fn add_change(tx: &mut Tx, number: u128, name: &str) {
    changes::open(tx, &change(number, name), id(number + 2))
        .await
        .unwrap();
    let lines = [line(number + 1, number, 1, HOSTING)];
    put_lines(tx, id(number), &lines).await.unwrap();
}

/// What a notice says of one line.
pub fn content(line: u128) -> Content {
    let some = |text: &str| text.to_owned();
    let content = NoticeContent {
        change_type: ChangeType::NewSubprocessor,
        also: Vec::new(),
        occasion: None,
        differences: Vec::new(),
        legal_name: some("Åkerblå Drift ÄB"),
        registration_number: some("556677-8899"),
        address: some("Storgatan 1\n111 22 Stockholm"),
        registration_country: some("Sweden"),
        contact: some("Privacy office, privacy@drift.example"),
        replaces: None,
        service: some("Hosting"),
        purpose: some("Runs the servers."),
        responsibilities: some("Everything below the operating system."),
        data_categories: vec![some("name"), some("e-mail address")],
        data_subjects: vec![some("employees of the customer")],
        special_categories: Vec::new(),
        criminal_data: some("no"),
        locations: vec![some("Sweden, Stockholm: storage")],
        remote_access: some("no"),
        transfers: vec![TransferText {
            destination: some("United States"),
            mechanism: some("Data Privacy Framework"),
        }],
        assessments: Vec::new(),
        measures: Vec::new(),
        security: None,
        products: vec![some("Flow")],
        optional_feature: false,
        ai: None,
        parent_country: None,
        tier: 1,
        planned_on: Some(day("2027-03-01")),
    };
    Content {
        parts: vec![Part {
            line_id: id(line),
            content,
        }],
    }
}

pub fn notice(number: u128, change: u128, version: i64) -> Notice {
    Notice {
        id: id(number),
        change_id: id(change),
        version,
        state: NoticeState::Draft,
        is_material: true,
        content: content(change + 1),
        content_hash: vec![5; 32],
        planned_on: day("2027-03-01"),
        dispatch_on: None,
        approved: None,
        dispatched_at: None,
    }
}

/// A mail that is due at once and given up after three days.
pub fn mail(number: u128) -> NewMail {
    let sealed = |bytes: &[u8]| Sealed {
        key_id: "key".to_owned(),
        bytes: bytes.to_vec(),
    };
    NewMail {
        id: id(number),
        kind: "change_notice",
        about_id: None,
        message_id: format!("<{number}@publisher.example>"),
        recipient: sealed(b"recipient"),
        recipient_index: vec![1; 32],
        mime: sealed(b"mime"),
        mime_sha256: vec![2; 32],
        failed_reason: None,
        next_at: hour(0),
        give_up_at: hour(72),
        queued_at: hour(0),
    }
}

/// To a customer's contact `customer + 2`, carried by mail `number + 1`.
pub fn delivery(number: u128, notice: u128, customer: u128) -> Delivery {
    Delivery {
        id: id(number),
        notice_id: id(notice),
        customer_id: Some(id(customer)),
        contact_id: Some(id(customer + 2)),
        subscriber_id: None,
        mail_id: id(number + 1),
        state: DeliveryState::Queued,
        accepted_at: None,
        bounced_at: None,
        acknowledged_at: None,
    }
}

/// Writes a delivery and the mail that carries it.
pub async fn add_delivery(tx: &mut Tx, row: &Delivery) {
    mails::insert(tx, &mail(row.mail_id.as_u128())).await.unwrap();
    deliveries::queue(tx, row, hour(1)).await.unwrap();
}

/// Where a customer stands with a line; its terms are `customer + 1`.
pub fn authorisation(number: u128, line: u128, customer: u128) -> Authorisation {
    Authorisation {
        id: id(number),
        line_id: id(line),
        customer_id: id(customer),
        policy_id: id(customer + 1),
        model: AuthorisationModel::General,
        state: AuthorisationState::Notified,
        given_at: None,
        notice_expires_at: None,
        objection_expires_at: None,
    }
}

/// Everything up to a notice in the hands of one customer: all the constants above exist.
pub async fn add_dispatched(tx: &mut Tx) {
    add_register(tx).await;
    add_customer(tx, CUSTOMER, "Ærlig Bank ASA").await;
    add_change(tx, CHANGE, "2026-001").await;
    notices::draft(tx, &notice(NOTICE, CHANGE, 1), hour(0))
        .await
        .unwrap();
    add_delivery(tx, &delivery(DELIVERY, NOTICE, CUSTOMER)).await;
    let row = authorisation(AUTHORISATION, LINE, CUSTOMER);
    authorisations::open(tx, &row, id(NOTICE), Uuid::from_u128(AUTHORISATION + 1), hour(1))
        .await
        .unwrap();
}
