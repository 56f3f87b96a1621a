//! Notices of a change that was cancelled: what may be sent yet is called off, also where nobody knows whether it has left.

use domain::delivery::DeliveryState;
use domain::role::Role;
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::mail::state::MailState;
use forenotice::store::contacts::find_contact;
use forenotice::store::deliveries::{Delivery, list_by_notice};
use forenotice::store::{changes, notices};

use super::{find, outcomes, wait};
use crate::both;
use crate::journey::{DRAFT, clients, send};
use crate::support::TestApp;
use crate::support::mailbox::Mailbox;

const ADDRESS: &str = "dpo@customer-01.example";
const REASON: &str = "We found another way.";

/// The delivery of the draft's notice to a contact.
pub async fn notice_to(app: &TestApp, address: &str) -> Delivery {
    let number = DRAFT.rsplit('/').next().unwrap();
    let mut tx = app.state.db.read().await.unwrap();
    let change = changes::find_by_number(&mut tx, number).await.unwrap().unwrap();
    let notice = notices::list_versions(&mut tx, change.id)
        .await
        .unwrap()
        .pop()
        .unwrap();
    for delivery in list_by_notice(&mut tx, notice.id).await.unwrap() {
        let Some(contact) = delivery.contact_id else {
            continue;
        };
        let contact = find_contact(&mut tx, &app.state.keys, contact.into())
            .await
            .unwrap()
            .unwrap();
        if contact.address.as_str() == address {
            return delivery;
        }
    }
    panic!("no notice to {address}");
}

both! {
    async fn a_notice_in_doubt_is_not_sent_after_its_change_is_cancelled_and_its_reader_is_told(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        send(&app, &editor, &approver).await;
        // The relay takes it and falls silent: whether it did, nobody knows.
        let silent = Mailbox::scripted(|step| match step {
            Step::Dot(mail) if mail.to == [ADDRESS] => Reaction::TakeAndDrop,
            _ => Reaction::Accept,
        })
        .await;
        silent.deliver(&app.state).await;
        let sent = notice_to(&app, ADDRESS).await;
        assert_eq!(sent.state, DeliveryState::Unknown);
        assert_eq!(find(&app.state, sent.mail_id).await.state, MailState::Unknown);

        let cancelled = approver.post(&format!("{DRAFT}/cancel"), &[("reason", REASON)]).await;
        assert_eq!(cancelled.status, 303, "{}", cancelled.text);
        let mailbox = Mailbox::start().await;
        wait(&app.state, 3600);
        mailbox.deliver(&app.state).await;
        assert_eq!(find(&app.state, sent.mail_id).await.state, MailState::Cancelled);
        assert_eq!(outcomes(&app.state, sent.mail_id).await, ["UNKNOWN"], "no second try");
        assert_eq!(notice_to(&app, ADDRESS).await.state, DeliveryState::Unknown, "it may have arrived");
        let letters = mailbox.letters_to(ADDRESS);
        let told = letters.iter().filter(|letter| letter.text.contains(REASON)).count();
        assert_eq!(told, 1, "whoever may have it is told that it does not happen");
        assert!(letters.iter().all(|l| !l.text.contains("Kaleido") || l.text.contains(REASON)), "{letters:?}");
        // An hour without a click signs out.
        let reader = app.signed_in(Role::LegalEditor).await;
        let page = reader.get(DRAFT).await.text;
        assert!(page.contains("Not known whether it left") && !page.contains("will be tried again"), "{page}");
    }
}
