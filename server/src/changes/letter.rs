//! What one contact is sent: the notice's frozen content, and that customer's own dates and rights. The preview and the
//! dispatch use the same function, so what was approved is what leaves.

use chrono::{DateTime, Utc};
use domain::change::NoticeClass;
use domain::id::ContactId;
use domain::notice::{CustomerDraft, CustomerPart, MissingField, NoticeContent};
use domain::policy::CustomerRole;
use domain::window::Windows;
use uuid::Uuid;

use super::dossier::Dossier;
use super::review::hex;
use super::scope::Recipient;
use crate::AppState;
use crate::keys::Purpose;
use crate::mail::message::List;
use crate::mail::messages::{ChangeNotice, Message, Rendered};
use crate::store::contacts::Contact;
use crate::store::notices::Notice;

/// A contact's copy of a notice.
pub struct Letter<'a> {
    /// The change.
    pub dossier: &'a Dossier,
    /// The notice version.
    pub notice: &'a Notice,
    /// The customer.
    pub recipient: &'a Recipient,
    /// The contact.
    pub contact: &'a Contact,
    /// The windows promised to this customer.
    pub windows: &'a Windows,
    /// The delivery, whose link the mail carries.
    pub delivery_id: Uuid,
}

/// The beginning of the planned day in the publisher's zone.
#[must_use]
pub fn planned_at(state: &AppState, notice: &Notice) -> Option<DateTime<Utc>> {
    state.publisher().zone.start_of_day(notice.planned_on).ok()
}

impl Letter<'_> {
    /// The address of the contact's own page.
    #[must_use]
    pub fn link(&self, state: &AppState) -> String {
        state.config.link(&format!(
            "/n/{}",
            state.keys.link(Purpose::Notice, self.delivery_id)
        ))
    }

    /// Subject and both bodies.
    ///
    /// # Errors
    /// With what this customer would not be told.
    pub fn render(&self, state: &AppState) -> Result<Rendered, Vec<MissingField>> {
        let contents: Vec<NoticeContent> = self
            .notice
            .content
            .parts
            .iter()
            .filter(|part| self.recipient.lines.iter().any(|(id, _)| *id == part.line_id))
            .map(|part| part.content.clone())
            .collect();
        let classes: Vec<NoticeClass> = self.recipient.lines.iter().map(|(_, class)| *class).collect();
        let publisher = state.publisher();
        let link = self.link(state).parse().ok();
        let reply_to = bare_address(&state.config.mail_reply_to).parse().ok();
        let part = CustomerPart::compose(&CustomerDraft {
            number: &self.dossier.change.number,
            version: u32::try_from(self.notice.version).unwrap_or(u32::MAX),
            customer: &self.recipient.customer.name,
            publisher: &publisher.name,
            policy: &self.recipient.policy.policy,
            windows: self.recipient.has_window().then_some(self.windows),
            dispatch_on: self.notice.dispatch_on,
            classes: &classes,
            planned_at: planned_at(state, self.notice),
            publisher_zone: publisher.zone,
            link: link.as_ref(),
            reply_to: reply_to.as_ref(),
            contents: &contents,
        })?;
        let hash = hex(&self.notice.content_hash);
        Ok(ChangeNotice {
            part: &part,
            contents: &contents,
            content_hash: &hash,
            contacts_link: &contacts_link(state, self.contact.id),
            is_forwardable: self.recipient.customer.role == CustomerRole::Processor,
        }
        .render())
    }

    /// The headers of a contract mail: where the contact can be changed; nothing to unsubscribe from.
    #[must_use]
    pub fn list(&self, state: &AppState) -> List {
        List::Contract {
            help: contacts_link(state, self.contact.id),
        }
    }
}

/// The page behind `List-Help`, where a contact names another address.
#[must_use]
pub fn contacts_link(state: &AppState, id: ContactId) -> String {
    state.config.link(&format!(
        "/contacts/{}",
        state.keys.link(Purpose::Contacts, id.uuid())
    ))
}

/// The address in `Name <address>`.
#[must_use]
pub fn bare_address(mailbox: &str) -> &str {
    mailbox
        .rsplit_once('<')
        .map_or(mailbox, |(_, rest)| rest.trim_end_matches('>'))
        .trim()
}
