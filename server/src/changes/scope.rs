//! Whom a change concerns: every customer in force that uses one of its products. A customer whose products are not on
//! record is in scope; leaving somebody out is never a default.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::change::NoticeClass;
use domain::engagement::EngagementFacts;
use domain::id::{CustomerId, ProductId};
use uuid::Uuid;

use super::Result;
use super::dossier::Dossier;
use crate::keys::Keys;
use crate::store::contacts::{self, Contact, ContactKind};
use crate::store::customers::{self, Customer};
use crate::store::lines::Line;
use crate::store::policies::{self, PolicyVersion};
use crate::store::{self, Of, Tx, authorisations};

/// One customer whom a change concerns.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    /// The customer.
    pub customer: Customer,
    /// Their terms on that day.
    pub policy: PolicyVersion,
    /// The primary contacts, who are all written to.
    pub contacts: Vec<Contact>,
    /// The lines that concern them, with the class that holds for them.
    pub lines: Vec<(Uuid, NoticeClass)>,
}

impl Recipient {
    /// Whom it goes to, by their ids.
    #[must_use]
    pub fn contact_ids(&self) -> Vec<Uuid> {
        self.contacts.iter().map(|contact| contact.id.uuid()).collect()
    }

    /// Whether any line has a window for this customer.
    #[must_use]
    pub fn has_window(&self) -> bool {
        self.lines.iter().any(|(_, class)| class.has_window())
    }
}

/// Whom a change concerns, and who cannot be told yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// Those who will be told.
    pub recipients: Vec<Recipient>,
    /// What stands in the way, by customer.
    pub problems: Vec<String>,
}

impl Scope {
    /// How many contacts are written to.
    #[must_use]
    pub fn contact_count(&self) -> usize {
        self.recipients.iter().map(|r| r.contacts.len()).sum()
    }
}

/// One customer whom a change concerns on a day, told or not.
#[derive(Clone, Debug)]
pub struct Concerned {
    /// The customer.
    pub customer: Customer,
    /// Their terms on that day; none on file is a reason to stop, not to leave them out.
    pub policy: Option<PolicyVersion>,
    /// The lines that concern them, with the class that holds for them.
    pub lines: Vec<(Uuid, NoticeClass)>,
}

/// A customer in force on a day, with the products on record and the terms that may be used then.
struct InForce {
    customer: Customer,
    used: Vec<ProductId>,
    policy: Option<PolicyVersion>,
}

async fn in_force(tx: &mut Tx, day: NaiveDate) -> store::Result<Vec<InForce>> {
    let mut products: BTreeMap<CustomerId, Vec<ProductId>> = BTreeMap::new();
    for (customer, product) in customers::list_all_products(tx).await? {
        products.entry(customer).or_default().push(product);
    }
    let mut terms: HashMap<CustomerId, PolicyVersion> = HashMap::new();
    // Newest first: the first that may be used is in force.
    for version in policies::list_policies_of(tx, Of::All).await? {
        if version.is_usable(day) {
            terms.entry(version.customer_id).or_insert(version);
        }
    }
    let customers = customers::list_in_force(tx, day).await?;
    Ok(customers
        .into_iter()
        .map(|customer| InForce {
            used: products.remove(&customer.id).unwrap_or_default(),
            policy: terms.remove(&customer.id),
            customer,
        })
        .collect())
}

/// Whether a customer with these products uses an engagement for those. What is not on record leaves nobody out.
fn is_used(engagement: &EngagementFacts, used: &[ProductId]) -> bool {
    let of = &engagement.products;
    engagement.relationship_role.is_in_notice_scope()
        && (of.is_empty() || used.is_empty() || used.iter().any(|product| of.contains(product)))
}

/// The customers in force on a day, read once for any number of engagements.
pub struct Users(Vec<InForce>);

impl Users {
    /// Those on `day` (publisher's zone).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn load(tx: &mut Tx, day: NaiveDate) -> store::Result<Self> {
        Ok(Self(in_force(tx, day).await?))
    }

    /// The terms of every customer who uses an engagement, whether a change concerns it or not; none for a customer without
    /// terms on file.
    pub fn terms_of(&self, engagement: &EngagementFacts) -> impl Iterator<Item = Option<&PolicyVersion>> {
        self.0
            .iter()
            .filter(|one| is_used(engagement, &one.used))
            .map(|one| one.policy.as_ref())
    }
}

/// Everybody whom a change concerns on `day` (publisher's zone), whether they can be written to or not.
pub async fn concerned(tx: &mut Tx, dossier: &Dossier, day: NaiveDate) -> Result<Vec<Concerned>> {
    let all = in_force(tx, day).await?;
    Ok(all
        .into_iter()
        .filter_map(|one| of_customer(dossier, one.customer, &one.used, one.policy))
        .collect())
}

/// One customer, if the change concerns them.
fn of_customer(
    dossier: &Dossier,
    customer: Customer,
    used: &[ProductId],
    policy: Option<PolicyVersion>,
) -> Option<Concerned> {
    let lines: Vec<&Line> = dossier
        .lines
        .iter()
        .filter(|l| is_used(&l.current.version.facts, used))
        .map(|l| &l.line)
        .collect();
    if lines.is_empty() {
        return None;
    }
    let lines: Vec<(Uuid, NoticeClass)> = lines
        .into_iter()
        .map(|line| {
            let class = match &policy {
                Some(policy) => policy.policy.class_for_all(&line.types(), line.notice_class),
                None => line.notice_class,
            };
            (line.id, class)
        })
        .filter(|(_, class)| class.is_individual())
        .collect();
    (policy.is_none() || !lines.is_empty()).then_some(Concerned {
        customer,
        policy,
        lines,
    })
}

/// One customer as a recipient of a change on `day`, if it concerns them and they can be told.
pub async fn find_one(
    tx: &mut Tx,
    keys: &Keys,
    dossier: &Dossier,
    customer_id: CustomerId,
    day: NaiveDate,
) -> Result<Option<Recipient>> {
    let is_in_force = customers::list_in_force(tx, day)
        .await?
        .into_iter()
        .find(|customer| customer.id == customer_id);
    let Some(customer) = is_in_force else {
        return Ok(None);
    };
    let used = customers::list_products_of(tx, customer_id).await?;
    let policy = policies::find_in_force(tx, customer_id, day).await?;
    let Some(Concerned {
        customer,
        policy: Some(policy),
        lines,
    }) = of_customer(dossier, customer, &used, policy)
    else {
        return Ok(None);
    };
    let mut contacts = contacts::list_active(tx, keys, customer_id).await?;
    contacts.retain(|contact| contact.kind == ContactKind::Primary);
    Ok((!contacts.is_empty()).then_some(Recipient {
        customer,
        policy,
        contacts,
        lines,
    }))
}

/// A customer who was told of a change under `policy` and has lines on which its answer, or the end of its window, is waited
/// for: it stays a recipient for those, whatever it uses now.
pub async fn find_waited_for(
    tx: &mut Tx,
    keys: &Keys,
    dossier: &Dossier,
    customer_id: CustomerId,
    policy: PolicyVersion,
) -> Result<Option<Recipient>> {
    let Some(customer) = customers::find_customer(tx, customer_id)
        .await?
        .filter(|customer| customer.ended_at.is_none())
    else {
        return Ok(None);
    };
    let mut lines = Vec::new();
    for line in dossier.lines.iter().map(|line| &line.line) {
        let found = authorisations::find(tx, line.id, customer_id.uuid()).await?;
        if found.is_some_and(|authorisation| authorisation.state.is_waited_for()) {
            let class = policy.policy.class_for_all(&line.types(), line.notice_class);
            lines.push((line.id, class));
        }
    }
    let mut contacts = contacts::list_active(tx, keys, customer_id).await?;
    contacts.retain(|contact| contact.kind == ContactKind::Primary);
    Ok((!lines.is_empty()).then_some(Recipient {
        customer,
        policy,
        contacts,
        lines,
    }))
}

/// Finds the scope of a change on `day` (publisher's zone).
pub async fn find(tx: &mut Tx, keys: &Keys, dossier: &Dossier, day: NaiveDate) -> Result<Scope> {
    let mut contacts: BTreeMap<CustomerId, Vec<Contact>> = BTreeMap::new();
    for contact in contacts::list_all_active(tx, keys).await? {
        if contact.kind == ContactKind::Primary {
            contacts.entry(contact.customer_id).or_default().push(contact);
        }
    }
    let mut scope = Scope::default();
    for Concerned {
        customer,
        policy,
        lines,
    } in concerned(tx, dossier, day).await?
    {
        let Some(policy) = policy else {
            scope.problems.push(format!(
                "{}: no contract terms are in force on {day}",
                customer.name
            ));
            continue;
        };
        let contacts = contacts.remove(&customer.id).unwrap_or_default();
        if contacts.is_empty() {
            scope
                .problems
                .push(format!("{}: no contact to write to", customer.name));
            continue;
        }
        scope.recipients.push(Recipient {
            customer,
            policy,
            contacts,
            lines,
        });
    }
    Ok(scope)
}
