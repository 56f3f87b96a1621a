//! One recipient's copy of a notice, and the say that goes with it: the same for a dispatch, for whoever comes later, and
//! for the next contact when a copy came back.

use chrono::{DateTime, Utc};
use domain::authorisation::AuthorisationState;
use domain::delivery::DeliveryState;

use super::letter::Letter;
use super::scope::Recipient;
use super::{ChangeError, Result};
use crate::AppState;
use crate::mail::{Outgoing, Prepared, prepare, queue_prepared};
use crate::store::authorisations::{self, Authorisation};
use crate::store::deliveries::{self, Delivery};
use crate::store::notices::Notice;
use crate::store::{self, Tx};

/// A copy, ready to be written.
pub struct Copy {
    /// Its delivery.
    pub delivery: Delivery,
    /// The mail that carries it.
    pub mail: Prepared,
}

impl Copy {
    /// The copy of a contact, with their letter in it. Touches no database.
    ///
    /// # Errors
    /// [`ChangeError::NotReady`] with what the customer would not be told.
    pub fn of(letter: &Letter<'_>, state: &AppState) -> Result<Self> {
        let (customer, contact) = (&letter.recipient.customer, letter.contact);
        let rendered = letter.render(state).map_err(|missing| ChangeError::NotReady {
            title: format!("{} would not be told everything.", customer.name),
            reasons: missing.iter().map(ToString::to_string).collect(),
        })?;
        let mail = prepare(
            state,
            &Outgoing {
                about_id: Some(letter.notice.id),
                to_name: contact.name.clone(),
                to: contact.address.to_string(),
                list: letter.list(state),
                rendered,
            },
        );
        let delivery = Delivery {
            id: letter.delivery_id,
            notice_id: letter.notice.id,
            customer_id: Some(customer.id.uuid()),
            contact_id: Some(contact.id.uuid()),
            subscriber_id: None,
            mail_id: mail.id(),
            state: DeliveryState::Queued,
            accepted_at: None,
            bounced_at: None,
            acknowledged_at: None,
        };
        Ok(Self { delivery, mail })
    }

    /// Writes the mail and its delivery.
    ///
    /// # Errors
    /// When the database is away, or this recipient has a copy already.
    pub async fn queue(&self, tx: &mut Tx, now: DateTime<Utc>) -> store::Result<()> {
        queue_prepared(tx, &self.mail).await?;
        deliveries::queue(tx, &self.delivery, now).await
    }
}

/// Opens an authorisation for every line on which the customer has a say.
pub(super) async fn open_authorisations(
    tx: &mut Tx,
    state: &AppState,
    recipient: &Recipient,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<()> {
    for (line_id, class) in recipient.lines.iter().filter(|(_, c)| c.needs_authorisation()) {
        let authorisation = Authorisation {
            id: state.random.id(now),
            line_id: *line_id,
            customer_id: recipient.customer.id.uuid(),
            policy_id: recipient.policy.id,
            model: recipient.policy.policy.model_for(*class),
            state: AuthorisationState::Pending,
            given_at: None,
            notice_expires_at: None,
            objection_expires_at: None,
        };
        authorisations::open(tx, &authorisation, notice.id, state.random.id(now), now).await?;
    }
    Ok(())
}
