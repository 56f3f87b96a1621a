//! One customer's page.

use std::collections::BTreeMap;

use app::customers::pages::CustomerPage;
use app::customers::{ConfirmationView, ContactView, CustomerView, PolicyView, RequestView};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::change::ChangeType;
use domain::id::{ContactId, StaffId};
use domain::policy::{EmergencyClause, Policy};
use domain::role::Permission;
use domain::words;
use domain::zone::Zone;
use leptos::prelude::*;

use super::signature::is_waiting;
use super::terms::{usual_terms, weakenings};
use super::{find, path};
use crate::AppState;
use crate::access::Staff;
use crate::contacts::kind_text;
use crate::http::{HttpError, render};
use crate::store::contact_requests::{ContactRequest, list_open_requests};
use crate::store::contacts::{Contact, list_active};
use crate::store::customers::{Customer, Signature, list_products_of, list_signatures};
use crate::store::endings::{Ending, list_open_endings};
use crate::store::policies::{PolicyVersion, list_policies};
use crate::store::products::list_products;
use crate::store::staff::list_staff;
use crate::store::version::Recorded;

/// Who a person is, and the publisher's zone: what dates and names on the page need.
struct Words {
    people: BTreeMap<StaffId, String>,
    zone: Zone,
    today: NaiveDate,
}

impl Words {
    fn recorded(&self, recorded: Recorded) -> String {
        let at = words::moment(recorded.at, self.zone);
        match recorded.by.and_then(|by| self.people.get(&by)) {
            Some(name) => format!("{at}, by {name}"),
            None => at,
        }
    }
}

/// `GET /staff/customers/{id}`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadCustomers)?;
    let zone = state.publisher().zone;
    let mut tx = state.db.read().await?;
    let customer = find(&mut tx, &id).await?;
    let people = list_staff(&mut tx)
        .await?
        .into_iter()
        .map(|p| (p.id.into(), p.name))
        .collect();
    let words = Words {
        people,
        zone,
        today: zone.local_date(state.clock.now()),
    };
    let held = list_products_of(&mut tx, customer.id).await?;
    let products = list_products(&mut tx).await?;
    let policies = list_policies(&mut tx, customer.id).await?;
    let contacts = list_active(&mut tx, &state.keys, customer.id).await?;
    let requests = list_open_requests(&mut tx, &state.keys, customer.id).await?;
    let signatures = list_signatures(&mut tx, customer.id).await?;
    let endings = list_open_endings(&mut tx, customer.id).await?;
    drop(tx);
    let own = path(&customer);
    let data = CustomerView {
        csrf: staff.csrf.clone(),
        facts: vec![
            (
                "Reference".to_owned(),
                Some(customer.reference.clone().unwrap_or_else(|| "none".to_owned())),
            ),
            ("Country".to_owned(), Some(customer.country.label().to_owned())),
            ("What it is".to_owned(), Some(customer.role.label().to_owned())),
            (
                "Agreement signed".to_owned(),
                Some(words::day(customer.signed_on)),
            ),
            ("Entered".to_owned(), Some(words.recorded(customer.created))),
        ],
        products: products
            .into_iter()
            .filter(|p| held.contains(&p.id))
            .map(|p| p.name)
            .collect(),
        policies: policy_views(&staff, &policies, &usual_terms(&state, Some(&customer)), &words),
        contacts: contacts
            .iter()
            .map(|contact| contact_view(contact, &own))
            .collect(),
        requests: requests
            .iter()
            .map(|request| request_view(request, &contacts, &own, zone))
            .collect(),
        confirmations: waiting(&staff, &customer, &words, (&signatures, &contacts, &endings)),
        signatures: signatures.iter().map(signature_line).collect(),
        may_edit: staff.may(Permission::EditCustomers),
        ended: customer.ended_at.map(|at| words::moment(at, zone)),
        name: customer.name.clone(),
        path: own,
    };
    let chrome = staff.chrome(&state, customer.name, "/staff/customers");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <CustomerPage data/> },
    ))
}

/// What waits for a second person.
fn waiting(
    staff: &Staff,
    customer: &Customer,
    words: &Words,
    (signatures, contacts, endings): (&[Signature], &[Contact], &[Ending]),
) -> Vec<ConfirmationView> {
    let own = path(customer);
    let may = |by: Option<StaffId>| {
        staff.may(Permission::ConfirmShortenedPolicy) && by != Some(staff.id) && customer.ended_at.is_none()
    };
    let shown = signatures.iter().filter(|signature| is_waiting(signature));
    let shown = shown.map(|signature| ConfirmationView {
        title: "What was shown at signature waits for a second person".to_owned(),
        text: signature_line(signature),
        recorded: words.recorded(signature.recorded),
        until: "Until it is confirmed it authorises nothing, and the customer is told like everybody else."
            .to_owned(),
        label: "Confirm what was shown".to_owned(),
        action: may(signature.recorded.by).then(|| format!("{own}/signatures/{}/confirm", signature.id)),
        refuse: None,
    });
    let named = |contact: &Contact| format!("{}, {}", contact.name, contact.address);
    let find = |id: Option<ContactId>| contacts.iter().find(|contact| Some(contact.id) == id);
    let ends = endings.iter().map(|ending| {
        let (old, new) = (find(ending.contact_id), find(ending.successor_id));
        let (title, text) = match (ending.contact_id, new) {
            (None, _) => ("The end of the agreement", "The agreement is to end".to_owned()),
            (_, None) => (
                "The end of a contact",
                format!("{} is to end", old.map_or("A contact".to_owned(), named)),
            ),
            (_, Some(new)) => (
                "A replaced contact",
                format!(
                    "{} is to take the place of {}",
                    named(new),
                    old.map_or("a contact".to_owned(), named)
                ),
            ),
        };
        ConfirmationView {
            title: format!("{title} waits for a second person"),
            text,
            recorded: words.recorded(Recorded::by(ending.asked_by, ending.asked_at)),
            until: "An answer, a window or a case of this customer is open. Until somebody else has confirmed it, everything stays: check with the customer first."
                .to_owned(),
            label: "I have checked it with the customer".to_owned(),
            action: may(Some(ending.asked_by)).then(|| format!("{own}/endings/{}/confirm", ending.id)),
            refuse: (customer.ended_at.is_none() && staff.may(Permission::ConfirmShortenedPolicy))
                .then(|| format!("{own}/endings/{}/refuse", ending.id)),
        }
    });
    let is_successor = |contact: &Contact| endings.iter().any(|one| one.successor_id == Some(contact.id));
    let entered = contacts
        .iter()
        .filter(|contact| contact.confirmed.is_none() && !is_successor(contact));
    let entered = entered.map(|contact| ConfirmationView {
        title: "A contact waits for a second person".to_owned(),
        text: named(contact),
        recorded: words.recorded(contact.created),
        until: "Notices go there, and it can ask, refuse and object. It can approve, opt in or take an objection back once somebody else has confirmed that it speaks for the customer."
            .to_owned(),
        label: "This contact speaks for the customer".to_owned(),
        action: may(contact.created.by)
            .then(|| format!("{own}/contacts/{}/confirm", contact.id)),
        refuse: None,
    });
    shown.chain(ends).chain(entered).collect()
}

fn contact_view(contact: &Contact, customer: &str) -> ContactView {
    ContactView {
        path: format!("{customer}/contacts/{}", contact.id),
        name: contact.name.clone(),
        address: contact.address.to_string(),
        kind: kind_text(contact),
        locale: contact.locale.label().to_owned(),
    }
}

fn request_view(request: &ContactRequest, active: &[Contact], customer: &str, zone: Zone) -> RequestView {
    let asker = active.iter().find(|contact| contact.id == request.asked_by);
    let asker = asker.map_or("a contact that has ended", |contact| contact.name.as_str());
    let place = if request.is_replacing {
        format!("Instead of {asker}")
    } else {
        format!("As well as {asker}")
    };
    RequestView {
        path: format!("{customer}/requests/{}", request.id),
        name: request.name.clone(),
        address: request.address.to_string(),
        place,
        asked: words::moment(request.asked_at, zone),
    }
}

fn signature_line(signature: &Signature) -> String {
    let list = match signature.list_version {
        Some(version) => format!("list version {version}"),
        None => "no list on record then".to_owned(),
    };
    match signature.pending_shown.len() {
        0 => list,
        count => {
            let confirmed = if is_waiting(signature) {
                ", not confirmed yet"
            } else {
                ""
            };
            format!(
                "{list}, with {}{confirmed}",
                words::count(count, "pending change", "pending changes")
            )
        }
    }
}

/// `versions` are newest first; each is compared with those before it.
fn policy_views(staff: &Staff, versions: &[PolicyVersion], usual: &Policy, words: &Words) -> Vec<PolicyView> {
    let in_force = versions
        .iter()
        .find(|version| version.is_usable(words.today))
        .map(|version| version.id);
    let view = |(at, version): (usize, &PolicyVersion)| {
        let is_waiting = version.needs_confirmation && version.confirmed.is_none();
        let earlier = versions.get(at + 1..).unwrap_or_default();
        PolicyView {
            id: version.id.to_string(),
            number: version.number,
            valid_from: words::day(version.valid_from),
            recorded: words.recorded(version.recorded),
            confirmed: version
                .confirmed
                .map(|(at, by)| words.recorded(Recorded::by(by, at))),
            is_waiting,
            is_in_force: in_force == Some(version.id),
            weakenings: weakenings(&version.policy, usual, earlier, words.today)
                .into_iter()
                .map(sentence)
                .collect(),
            terms: terms(&version.policy),
            may_confirm: staff.may(Permission::ConfirmShortenedPolicy)
                && version.recorded.by != Some(staff.id),
        }
    };
    versions.iter().enumerate().map(view).collect()
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn terms(policy: &Policy) -> Vec<(String, String)> {
    let yes_or_no = |is| if is { "yes" } else { "no" }.to_owned();
    let emergency = match policy.emergency {
        EmergencyClause::None => "not allowed".to_owned(),
        EmergencyClause::Allowed { max_days } => {
            format!(
                "allowed for {}",
                words::count(usize::from(max_days), "day", "days")
            )
        }
    };
    let raised: Vec<&str> = policy.raised.keys().copied().map(ChangeType::label).collect();
    let mut terms = vec![
        ("Authorisation", policy.model.label().to_owned()),
        ("Notice period", policy.notice_period.in_words()),
        ("Objection period", policy.objection_period.in_words()),
        ("Holidays", policy.calendar.name().to_owned()),
        ("Time zone", policy.zone.to_string()),
        ("Ends move off closed days", yes_or_no(policy.roll)),
        ("Text of the contract", policy.contract_text.label().to_owned()),
        ("An objection", policy.effect().label().to_owned()),
        ("Grounds", policy.grounds.label().to_owned()),
        ("Who may object", policy.who_may_object.label().to_owned()),
        ("A late objection is", policy.late.label().to_owned()),
        (
            "Time to confirm an objection",
            policy.acknowledgement_period.in_words(),
        ),
        ("Time to find a solution", policy.discussion_period.in_words()),
        ("Time to choose termination", policy.election_period.in_words()),
        ("Refund on termination", policy.refund.label().to_owned()),
        ("Emergency replacement", emergency),
        (
            "Every primary contact must be reached",
            yes_or_no(policy.all_contacts),
        ),
        ("Under DORA", yes_or_no(policy.dora_relevant)),
    ];
    if let Some(clause) = &policy.clause {
        terms.insert(0, ("Clause", clause.to_string()));
    }
    if !raised.is_empty() {
        terms.push(("Also noticed with a window", raised.join(", ")));
    }
    terms
        .into_iter()
        .map(|(term, value)| (term.to_owned(), value))
        .collect()
}
