//! What a dispatch needs: who follows, and what each of them is sent. Public facts only: the announced day, never the
//! window or the terms of any customer.

use app::ui::long_date;
use chrono::{DateTime, Utc};
use domain::delivery::DeliveryState;
use domain::notice::NoticeContent;
use domain::subscription::SubscriptionState;
use uuid::Uuid;

use crate::AppState;
use crate::changes::dossier::Dossier;
use crate::keys::{Keys, Purpose};
use crate::mail::messages::{Message, SubscriptionCancelled, SubscriptionChange};
use crate::mail::{List, Outgoing, Prepared, prepare};
use crate::store::deliveries::Delivery;
use crate::store::notices::Notice;
use crate::store::subscribers::{self, Follower};
use crate::store::{self, Tx};

/// Everybody who has confirmed and not left, in a fixed order.
///
/// # Errors
/// When the database is away, or an address does not open.
pub async fn list_followers(tx: &mut Tx, keys: &Keys) -> store::Result<Vec<Follower>> {
    subscribers::list_confirmed(tx, keys).await
}

/// One follower's copy of the news that a change was announced, and the delivery that keeps its evidence.
#[must_use]
pub fn change_mail(
    state: &AppState,
    dossier: &Dossier,
    notice: &Notice,
    follower: &Follower,
    now: DateTime<Utc>,
) -> (Delivery, Prepared) {
    let contents: Vec<NoticeContent> = notice
        .content
        .parts
        .iter()
        .map(|part| part.content.clone())
        .collect();
    let unsubscribe = unsubscribe_link(state, follower.id);
    let rendered = SubscriptionChange {
        publisher: &state.publisher().name,
        number: &dossier.change.number,
        title: &dossier.change.title,
        contents: &contents,
        planned: &long_date(notice.planned_on),
        has_happened: contents
            .iter()
            .all(|content| content.has_happened_by(state.publisher().zone.local_date(now))),
        link: &state.config.link(&format!("/changes/{}", dossier.change.number)),
        unsubscribe_link: &unsubscribe,
    }
    .render();
    let mail = prepare(
        state,
        &Outgoing {
            about_id: Some(notice.id),
            to_name: String::new(),
            to: follower.address.to_string(),
            list: List::Subscriber { unsubscribe },
            rendered,
        },
    );
    let delivery = Delivery {
        id: state.random.id(now),
        notice_id: notice.id,
        customer_id: None,
        contact_id: None,
        subscriber_id: Some(follower.id),
        mail_id: mail.id(),
        state: DeliveryState::Queued,
        accepted_at: None,
        bounced_at: None,
        acknowledged_at: None,
    };
    (delivery, mail)
}

/// Takes the news back from a follower it went to; nothing for somebody who has left since, or must not be written to.
///
/// # Errors
/// When the database is away, or an address does not open.
pub async fn cancelled_mail(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    subscriber_id: Uuid,
) -> store::Result<Option<Prepared>> {
    let Some(subscriber) = subscribers::find(tx, &state.keys, subscriber_id).await? else {
        return Ok(None);
    };
    let may_be_written_to = subscriber.state == SubscriptionState::Confirmed && !subscriber.is_suppressed;
    let Some(address) = subscriber.address.filter(|_| may_be_written_to) else {
        return Ok(None);
    };
    let unsubscribe = unsubscribe_link(state, subscriber_id);
    let rendered = SubscriptionCancelled {
        publisher: &state.publisher().name,
        number: &dossier.change.number,
        title: &dossier.change.title,
        link: &state.config.link(&format!("/changes/{}", dossier.change.number)),
        unsubscribe_link: &unsubscribe,
    }
    .render();
    let outgoing = Outgoing {
        // Whoever leaves before it does calls it off.
        about_id: Some(subscriber_id),
        to_name: String::new(),
        to: address.to_string(),
        list: List::Subscriber { unsubscribe },
        rendered,
    };
    Ok(Some(prepare(state, &outgoing)))
}

/// Where a subscriber leaves; works for as long as the keys do.
#[must_use]
pub fn unsubscribe_link(state: &AppState, id: Uuid) -> String {
    state.config.link(&format!(
        "/unsubscribe/{}",
        state.keys.link(Purpose::Unsubscribe, id)
    ))
}
