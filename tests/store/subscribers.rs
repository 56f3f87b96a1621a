//! Subscribers: rows, guards and what is not in them.

use chrono::TimeDelta;
use domain::email_address::EmailAddress;
use domain::locale::Locale;
use domain::subscription::SubscriptionState as S;
use forenotice::keys::{Keys, Ticket, new_token};
use forenotice::on;
use forenotice::store::deliveries::Delivery;
use forenotice::store::mails::{self, NewMail};
use forenotice::store::subscribers::{self, Wish, address_context, address_index};
use forenotice::store::{StoreError, Tx};
use uuid::Uuid;

use super::fixtures::{CUSTOMER, NOTICE, add_delivery, add_dispatched, delivery, mail};
use super::hour;
use crate::both;
use crate::support::TestApp;

fn wish(app: &TestApp, id: u128, address: &str) -> Wish {
    let state = &app.state;
    let address = EmailAddress::parse(address).unwrap();
    let id = Uuid::from_u128(id);
    let (_, token_hash) = new_token(Ticket::Confirm, &state.random);
    Wish {
        id,
        address: state
            .keys
            .seal(&address_context(id), address.as_str().as_bytes(), &state.random),
        address_index: address_index(&state.keys, &address),
        locale: Locale::Nb,
        token_hash,
        confirmation_id: state.random.id(hour(0)),
        now: hour(0),
        expires_at: hour(24),
    }
}

async fn state_of(tx: &mut Tx, keys: &Keys, id: Uuid) -> Option<S> {
    subscribers::find(tx, keys, id).await.unwrap().map(|s| s.state)
}

both! {
    async fn a_wish_becomes_a_subscriber_whose_address_opens_and_stands_nowhere_in_clear(app: TestApp) {
        let keys = &app.state.keys;
        let wish = wish(&app, 1, "Kari@Customer.example");
        let mut tx = app.state.db.write().await.unwrap();
        subscribers::ask(&mut tx, &wish, true).await.unwrap();
        let found = subscribers::find(&mut tx, keys, wish.id).await.unwrap().unwrap();
        assert_eq!(found.address.as_ref().unwrap().as_str(), "Kari@customer.example");
        assert_eq!((found.state, found.locale, found.is_suppressed), (S::Pending, Locale::Nb, false));
        assert!(!format!("{found:?}").contains("customer.example"));
        let (sealed, index): (Vec<u8>, Vec<u8>) = on!(&mut tx, |c| sqlx::query_as("SELECT address, address_index FROM subscribers").fetch_one(c).await).unwrap();
        for bytes in [sealed, index] {
            assert!(!String::from_utf8_lossy(&bytes).to_lowercase().contains("kari"));
        }
        let folded = address_index(keys, &EmailAddress::parse("KARI@customer.EXAMPLE").unwrap());
        assert_eq!(subscribers::find_id(&mut tx, &folded).await.unwrap(), Some(wish.id));
        assert_eq!(subscribers::list_confirmations(&mut tx, &folded).await.unwrap(), [hour(0)]);
        assert!(subscribers::list_confirmed(&mut tx, keys).await.unwrap().is_empty());
    }

    async fn a_wish_that_is_not_granted_leaves_nothing(app: TestApp) {
        let wish = wish(&app, 1, "kari@customer.example");
        let mut tx = app.state.db.write().await.unwrap();
        subscribers::ask(&mut tx, &wish, false).await.unwrap();
        subscribers::settle(&mut tx, &wish, Uuid::from_u128(9), false).await.unwrap();
        assert_eq!(subscribers::find_id(&mut tx, &wish.address_index).await.unwrap(), None);
        assert!(subscribers::list_confirmations(&mut tx, &wish.address_index).await.unwrap().is_empty());
        assert_eq!(subscribers::find_by_token(&mut tx, &wish.token_hash, hour(1)).await.unwrap(), None);
    }

    async fn a_token_is_found_until_it_is_used_or_expired(app: TestApp) {
        let wish = wish(&app, 1, "kari@customer.example");
        let mut tx = app.state.db.write().await.unwrap();
        subscribers::ask(&mut tx, &wish, true).await.unwrap();
        let just_before = hour(24) - TimeDelta::microseconds(1);
        assert_eq!(subscribers::find_by_token(&mut tx, &wish.token_hash, just_before).await.unwrap(), Some(wish.id));
        assert_eq!(subscribers::find_by_token(&mut tx, &wish.token_hash, hour(24)).await.unwrap(), None);
        assert_eq!(subscribers::use_token(&mut tx, &wish.token_hash, hour(24)).await.unwrap(), None);
        assert_eq!(subscribers::use_token(&mut tx, &wish.token_hash, just_before).await.unwrap(), Some(wish.id));
        assert_eq!(subscribers::use_token(&mut tx, &wish.token_hash, just_before).await.unwrap(), None);
        assert_eq!(subscribers::find_by_token(&mut tx, &wish.token_hash, hour(1)).await.unwrap(), None);
    }

    async fn each_step_is_taken_only_from_the_state_before_it(app: TestApp) {
        let keys = &app.state.keys;
        let first = wish(&app, 1, "kari@customer.example");
        let mut tx = app.state.db.write().await.unwrap();
        subscribers::ask(&mut tx, &first, true).await.unwrap();
        subscribers::confirm(&mut tx, first.id, hour(1)).await.unwrap();
        assert!(matches!(subscribers::confirm(&mut tx, first.id, hour(1)).await, Err(StoreError::Stale(_))));
        // Whoever follows is not set back by asking again.
        let mut again = wish(&app, 1, "kari@customer.example");
        again.locale = Locale::Sv;
        subscribers::ask(&mut tx, &again, true).await.unwrap();
        let follower = subscribers::list_confirmed(&mut tx, keys).await.unwrap().remove(0);
        assert_eq!((follower.id, follower.locale), (first.id, Locale::Nb));
        subscribers::set_locale(&mut tx, first.id, Locale::Fi).await.unwrap();

        assert!(matches!(subscribers::leave(&mut tx, first.id, S::Pending, hour(2)).await, Err(StoreError::Stale(_))));
        subscribers::leave(&mut tx, first.id, S::Confirmed, hour(2)).await.unwrap();
        let left = subscribers::find(&mut tx, keys, first.id).await.unwrap().unwrap();
        assert_eq!((left.address, left.state, left.left_at), (None, S::Left, Some(hour(2))));
        assert_eq!(subscribers::find_by_token(&mut tx, &again.token_hash, hour(2)).await.unwrap(), None);
        assert!(matches!(subscribers::set_locale(&mut tx, first.id, Locale::En).await, Err(StoreError::Stale(_))));
        // The same row comes back, pending, with the new wish's language.
        let mut back = wish(&app, 1, "kari@customer.example");
        back.locale = Locale::Sv;
        subscribers::ask(&mut tx, &back, true).await.unwrap();
        let back = subscribers::find(&mut tx, keys, first.id).await.unwrap().unwrap();
        assert_eq!((back.state, back.locale, back.confirmed_at, back.left_at), (S::Pending, Locale::Sv, None, None));
    }

    async fn a_suppressed_address_is_nobodys_to_write_to(app: TestApp) {
        let keys = &app.state.keys;
        let wish = wish(&app, 1, "kari@customer.example");
        let mut tx = app.state.db.write().await.unwrap();
        subscribers::ask(&mut tx, &wish, true).await.unwrap();
        subscribers::confirm(&mut tx, wish.id, hour(1)).await.unwrap();
        for _ in 0..2 {
            subscribers::suppress(&mut tx, wish.id, hour(2)).await.unwrap();
        }
        assert!(subscribers::is_suppressed(&mut tx, &wish.address_index).await.unwrap());
        assert!(subscribers::find(&mut tx, keys, wish.id).await.unwrap().unwrap().is_suppressed);
        assert!(subscribers::list_confirmed(&mut tx, keys).await.unwrap().is_empty());
        subscribers::allow(&mut tx, wish.id).await.unwrap();
        assert!(!subscribers::is_suppressed(&mut tx, &wish.address_index).await.unwrap());
        assert_eq!(subscribers::list_confirmed(&mut tx, keys).await.unwrap().len(), 1);
        assert!(subscribers::list_waiting_mails(&mut tx, wish.id).await.unwrap().is_empty());
    }

    async fn only_what_is_stale_is_dropped(app: TestApp) {
        let keys = &app.state.keys;
        let (late, kept) = (wish(&app, 1, "late@customer.example"), wish(&app, 2, "kari@customer.example"));
        let mut tx = app.state.db.write().await.unwrap();
        subscribers::ask(&mut tx, &late, true).await.unwrap();
        subscribers::ask(&mut tx, &kept, true).await.unwrap();
        subscribers::confirm(&mut tx, kept.id, hour(1)).await.unwrap();
        assert!(!subscribers::is_anything_stale(&mut tx, hour(23), hour(-1)).await.unwrap());
        assert_eq!(subscribers::expire_pending(&mut tx, hour(23)).await.unwrap(), 0);
        assert!(subscribers::is_anything_stale(&mut tx, hour(24), hour(-1)).await.unwrap());
        assert_eq!(subscribers::expire_pending(&mut tx, hour(24)).await.unwrap(), 1);
        assert_eq!(state_of(&mut tx, keys, late.id).await, None);
        assert_eq!(state_of(&mut tx, keys, kept.id).await, Some(S::Confirmed));
        assert!(!subscribers::is_anything_stale(&mut tx, hour(24), hour(-1)).await.unwrap());
        subscribers::forget_confirmations(&mut tx, hour(0)).await.unwrap();
        assert!(subscribers::list_confirmations(&mut tx, &kept.address_index).await.unwrap().is_empty());
    }

    async fn a_mail_belongs_to_the_subscription_that_it_was_sent_for(app: TestApp) {
        let first = wish(&app, 1, "kari@customer.example");
        let mut tx = app.state.db.write().await.unwrap();
        subscribers::ask(&mut tx, &first, true).await.unwrap();
        for (number, queued_at) in [(30, hour(0)), (31, hour(0) - TimeDelta::microseconds(1))] {
            mails::insert(&mut tx, &NewMail { queued_at, ..mail(number) }).await.unwrap();
        }
        let of_this = async |tx: &mut Tx, mail| subscribers::is_of_this_subscription(tx, first.id, Uuid::from_u128(mail)).await.unwrap();
        assert!(of_this(&mut tx, 30).await, "of the same instant");
        assert!(!of_this(&mut tx, 31).await, "sent before");
        assert!(!of_this(&mut tx, 99).await);
        subscribers::leave(&mut tx, first.id, S::Pending, hour(1)).await.unwrap();
        assert!(!of_this(&mut tx, 30).await, "has left");
        let again = Wish { now: hour(2), ..wish(&app, 1, "kari@customer.example") };
        subscribers::ask(&mut tx, &again, true).await.unwrap();
        assert!(!of_this(&mut tx, 30).await, "for the subscription before this one");
    }

    async fn mails_that_have_not_left_are_those_of_the_subscriber_alone(app: TestApp) {
        let (kari, ola) = (wish(&app, 1, "kari@customer.example"), wish(&app, 2, "ola@customer.example"));
        let mut tx = app.state.db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        for wish in [&kari, &ola] {
            subscribers::ask(&mut tx, wish, true).await.unwrap();
        }
        for (number, subscriber) in [(70, kari.id), (80, ola.id)] {
            let news = Delivery { customer_id: None, contact_id: None, subscriber_id: Some(subscriber), ..delivery(number, NOTICE, CUSTOMER) };
            add_delivery(&mut tx, &news).await;
            let confirm = NewMail { kind: "subscription_confirm", about_id: Some(subscriber), ..mail(number + 2) };
            mails::insert(&mut tx, &confirm).await.unwrap();
        }
        mails::insert(&mut tx, &NewMail { about_id: Some(kari.id), ..mail(90) }).await.unwrap();
        for (mail, subscriber) in [(72, Some(kari.id)), (82, Some(ola.id)), (71, None), (90, None), (99, None)] {
            let asked = mails::find_subscriber(&mut tx, Uuid::from_u128(mail)).await.unwrap();
            assert_eq!(asked, subscriber, "only whoever is asked to confirm");
        }

        assert!(mails::cancel(&mut tx, Uuid::from_u128(90), hour(1)).await.unwrap());
        for (state, may_be_sent) in [("QUEUED", true), ("UNKNOWN", true), ("SENDING", true), ("FAILED", true), ("ACCEPTED", false)] {
            for mail in [71, 72] {
                on!(&mut tx, |c| sqlx::query("UPDATE mails SET state = $2 WHERE id = $1")
                    .bind(Uuid::from_u128(mail))
                    .bind(state)
                    .execute(c)
                    .await
                    .map(drop))
                .unwrap();
            }
            let mut waiting = subscribers::list_waiting_mails(&mut tx, kari.id).await.unwrap();
            waiting.sort_unstable();
            let expected: &[u128] = if may_be_sent { &[71, 72] } else { &[] };
            assert_eq!(waiting.iter().map(|id| id.as_u128()).collect::<Vec<_>>(), expected, "{state}");
        }
    }

    async fn a_mail_of_a_wish_that_is_not_granted_is_taken_back_and_no_other(app: TestApp) {
        let (refused, granted) = (wish(&app, 1, "kari@customer.example"), wish(&app, 2, "ola@customer.example"));
        let mut tx = app.state.db.write().await.unwrap();
        for (wish, number, is_granted) in [(&refused, 30, false), (&granted, 31, true)] {
            subscribers::ask(&mut tx, wish, is_granted).await.unwrap();
            mails::insert(&mut tx, &mail(number)).await.unwrap();
            subscribers::settle(&mut tx, wish, Uuid::from_u128(number), is_granted).await.unwrap();
        }
        assert!(mails::find(&mut tx, Uuid::from_u128(30)).await.unwrap().is_none());
        assert!(mails::find(&mut tx, Uuid::from_u128(31)).await.unwrap().is_some());
        assert_eq!(subscribers::find_by_token(&mut tx, &granted.token_hash, hour(1)).await.unwrap(), Some(granted.id));
        assert_eq!(subscribers::list_confirmations(&mut tx, &granted.address_index).await.unwrap().len(), 1);
    }
}
