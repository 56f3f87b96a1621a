//! A dozen invented customers of every kind: periods, calendars, models, a processor, an address that bounces.

use chrono::TimeDelta;
use domain::authorisation::AuthorisationModel;
use domain::calendar::CalendarId;
use domain::id::{CustomerId, ProductId};
use domain::locale::Locale;
use domain::policy::{ContractText, CustomerRole, GroundsRule, ObjectionEffect, Policy};
use uuid::Uuid;

use super::{People, Result, value};
use crate::AppState;
use crate::store::contacts::{Contact, ContactKind, create_contact};
use crate::store::customers::{
    Customer, Signature, create_customer, list_in_force, note_signature, put_products,
};
use crate::store::policies::{PolicyVersion, append_policy};
use crate::store::public_list::list_version;
use crate::store::version::Recorded;

/// Name, country, zone, calendar, period, what is special.
type Line = (
    &'static str,
    &'static str,
    &'static str,
    CalendarId,
    &'static str,
    Special,
);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Special {
    None,
    Specific,
    Processor,
    Bounces,
    Clauses,
    NoGrounds,
    Terminate,
    TwoContacts,
    Dora,
}

const CUSTOMERS: [Line; 12] = [
    (
        "Fjordbank",
        "NO",
        "Europe/Oslo",
        CalendarId::No,
        "30d",
        Special::Dora,
    ),
    (
        "Havnekraft",
        "NO",
        "Europe/Oslo",
        CalendarId::No,
        "60d",
        Special::TwoContacts,
    ),
    (
        "Saimaa Care",
        "FI",
        "Europe/Helsinki",
        CalendarId::Fi,
        "30d",
        Special::Clauses,
    ),
    (
        "Pohjola Retail",
        "FI",
        "Europe/Helsinki",
        CalendarId::FiNoEves,
        "14d",
        Special::Terminate,
    ),
    (
        "Isar Logistik",
        "DE",
        "Europe/Berlin",
        CalendarId::De,
        "30d",
        Special::NoGrounds,
    ),
    (
        "Elbe Medizintechnik",
        "DE",
        "Europe/Berlin",
        CalendarId::De,
        "10wd",
        Special::None,
    ),
    (
        "Landkreis Musterau",
        "DE",
        "Europe/Berlin",
        CalendarId::De,
        "60d",
        Special::Specific,
    ),
    (
        "Agence Lumière",
        "FR",
        "Europe/Paris",
        CalendarId::Fr,
        "30d",
        Special::Processor,
    ),
    (
        "Mälar Energi Demo",
        "SE",
        "Europe/Stockholm",
        CalendarId::Se,
        "1m",
        Special::None,
    ),
    (
        "Øresund Foods",
        "DK",
        "Europe/Copenhagen",
        CalendarId::Dk,
        "30d",
        Special::Bounces,
    ),
    (
        "Liffey Software",
        "IE",
        "Europe/Dublin",
        CalendarId::Ie,
        "14d",
        Special::None,
    ),
    (
        "Polder Verzekeringen",
        "NL",
        "Europe/Amsterdam",
        CalendarId::Nl,
        "30d",
        Special::None,
    ),
];

/// How many days ago each customer signed: most before the register was kept, the last three with its list before them.
const SIGNED_DAYS_AGO: [i64; 12] = [1210, 980, 871, 803, 655, 512, 448, 377, 214, 33, 19, 5];

/// Writes the customers.
pub async fn customers(state: &AppState, people: &People, products: &[ProductId]) -> Result<()> {
    let now = state.clock.now();
    let by = Recorded::by(people.editor.into(), now);
    let today = state.publisher().zone.local_date(now);
    let mut tx = state.db.write().await?;
    for (at, line) in CUSTOMERS.iter().enumerate() {
        let (name, country, zone, calendar, period, special) = *line;
        let id = CustomerId::from(state.random.id(now));
        let signed_on = today - TimeDelta::days(SIGNED_DAYS_AGO[at]);
        let mut policy = Policy::new(calendar, value(zone)?);
        policy.notice_period = value(period)?;
        policy.objection_period = value(period)?;
        policy.clause = Some(value("clause 7.4")?);
        match special {
            Special::Specific => policy.model = AuthorisationModel::Specific,
            Special::Processor => policy.customer_role = CustomerRole::Processor,
            Special::Clauses => policy.contract_text = ContractText::C2021915,
            Special::NoGrounds => policy.grounds = GroundsRule::None,
            Special::Terminate => policy.objection_effect = ObjectionEffect::BlockThenTerminate,
            Special::Dora => policy.dora_relevant = true,
            Special::None | Special::Bounces | Special::TwoContacts => {}
        }
        let customer = Customer {
            id,
            name: name.to_owned(),
            reference: Some(format!("C-{:03}", at + 1)),
            role: policy.customer_role,
            country: value(country)?,
            signed_on,
            created: by,
            ended_at: None,
        };
        create_customer(&mut tx, &customer).await?;
        let used = if at % 4 == 3 { &products[..1] } else { products };
        put_products(&mut tx, id, used).await?;
        let version = PolicyVersion {
            id: state.random.id(now),
            customer_id: id,
            number: 1,
            policy,
            valid_from: signed_on,
            recorded: by,
            needs_confirmation: false,
            confirmed: None,
        };
        append_policy(&mut tx, 0, &version).await?;
        let domain = format!("customer-{:02}.example", at + 1);
        let first = if special == Special::Bounces {
            "gone"
        } else {
            "dpo"
        };
        let mut addresses = vec![(
            ContactKind::Primary,
            "Data protection office",
            format!("{first}@{domain}"),
        )];
        if special == Special::TwoContacts {
            addresses.push((
                ContactKind::Primary,
                "Legal department",
                format!("legal@{domain}"),
            ));
        }
        if special == Special::Bounces {
            addresses.push((
                ContactKind::Fallback,
                "Managing office",
                format!("office@{domain}"),
            ));
        }
        for (rank, (kind, name, address)) in addresses.into_iter().enumerate() {
            let contact = Contact {
                id: Uuid::into(state.random.id(now)),
                customer_id: id,
                kind,
                rank: i64::try_from(rank)? + 1,
                name: name.to_owned(),
                locale: Locale::En,
                address: value(&address)?,
                created: by,
                confirmed: Some(Recorded::by(people.approver.into(), now)),
                ended_at: None,
            };
            create_contact(&mut tx, &state.keys, &state.random, &contact).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// What each of them was shown at signature: the version of the list on that day, or nothing where none was on record.
pub async fn signatures(state: &AppState, people: &People) -> Result<()> {
    let (now, zone) = (state.clock.now(), state.publisher().zone);
    let today = zone.local_date(now);
    let mut tx = state.db.write().await?;
    for customer in list_in_force(&mut tx, today).await? {
        let evening = zone.end_of_day(customer.signed_on)?;
        let signature = Signature {
            id: state.random.id(now),
            customer_id: customer.id,
            signed_on: customer.signed_on,
            list_version: list_version(&mut tx, Some(evening))
                .await?
                .map(|(version, _)| version),
            pending_shown: Vec::new(),
            recorded: Recorded::by(people.editor.into(), now),
            confirmed: None,
        };
        note_signature(&mut tx, &signature).await?;
    }
    tx.commit().await?;
    Ok(())
}
