//! Whom an approved notice goes to: the contacts who were approved with it. An approval of one address is none of another.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::Result;
use super::scope::Scope;
use crate::keys::Keys;
use crate::store::Tx;
use crate::store::contacts::{Contact, find_contact};
use crate::store::notices::Promise;

/// The contacts to whom a notice was promised, also those that have ended since.
pub(super) async fn approved(tx: &mut Tx, keys: &Keys, promise: &Promise) -> Result<Vec<Contact>> {
    let mut contacts = Vec::new();
    for id in &promise.contacts {
        contacts.extend(find_contact(tx, keys, (*id).into()).await?);
    }
    Ok(contacts)
}

fn addresses(contacts: &[Contact]) -> BTreeSet<String> {
    contacts.iter().map(|contact| contact.address.folded()).collect()
}

/// Names of customers for whom it would go to other addresses than those that were approved. A contact whose name alone
/// was corrected is still the same mailbox.
pub(super) async fn redirected(
    tx: &mut Tx,
    keys: &Keys,
    scope: &Scope,
    promises: &[Promise],
) -> Result<Vec<String>> {
    let promised: BTreeMap<Uuid, &Promise> = promises.iter().map(|p| (p.customer_id, p)).collect();
    let mut found = Vec::new();
    for recipient in &scope.recipients {
        let Some(promise) = promised.get(&recipient.customer.id.uuid()) else {
            continue;
        };
        if promise.contacts == recipient.contact_ids() {
            continue;
        }
        let before = approved(tx, keys, promise).await?;
        if addresses(&before) != addresses(&recipient.contacts) {
            found.push(recipient.customer.name.clone());
        }
    }
    Ok(found)
}
