//! A notice that the relay refused, and that staff have sent again at once.

use chrono::TimeDelta;
use domain::delivery::DeliveryState;
use domain::evidence::Standing;
use domain::id::CustomerId;
use forenotice::changes::standing;
use forenotice::jobs::run_due;
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::store::deliveries::{self, Delivery};

use crate::both;
use crate::journey::{clients, link, send};
use crate::support::TestApp;
use crate::support::mailbox::Mailbox;

use super::recalled::notice_to;

const ADDRESS: &str = "dpo@customer-01.example";

async fn standing_of(app: &TestApp, delivery: &Delivery) -> Standing {
    let mut tx = app.state.db.read().await.unwrap();
    let notice = forenotice::store::notices::get(&mut tx, delivery.notice_id)
        .await
        .unwrap();
    let customer = CustomerId::from(delivery.customer_id.unwrap());
    let (zone, now) = (app.state.publisher().zone, app.state.clock.now());
    standing::find(&mut tx, zone, notice.change_id, customer, now)
        .await
        .unwrap()
}

both! {
    async fn what_was_refused_and_is_sent_again_at_once_starts_the_window(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        send(&app, &editor, &approver).await;
        let refusing = Mailbox::scripted(|step| match step {
            Step::Rcpt(ADDRESS) => Reaction::Reply("550 5.1.1 no such mailbox".to_owned()),
            _ => Reaction::Accept,
        })
        .await;
        refusing.deliver(&app.state).await;
        let refused = notice_to(&app, ADDRESS).await;
        assert_eq!((refused.state, refused.bounced_at), (DeliveryState::HardBounce, Some(app.state.clock.now())));
        assert!(matches!(standing_of(&app, &refused).await, Standing::NotGiven { .. }));

        app.advance(TimeDelta::seconds(25));
        let again = editor.post(&format!("/staff/mails/{}/resend", refused.mail_id), &[]).await;
        assert_eq!(again.status, 303, "{}", again.text);
        let mailbox = Mailbox::start().await;
        mailbox.deliver(&app.state).await;
        let accepted = app.state.clock.now();
        let mut tx = app.state.db.read().await.unwrap();
        let sent = deliveries::find(&mut tx, refused.id).await.unwrap().unwrap();
        drop(tx);
        assert_eq!((sent.state, sent.accepted_at), (DeliveryState::Sent, Some(accepted)));
        let Standing::Given(given) = standing_of(&app, &sent).await else { panic!("it was accepted") };
        assert!(given.provisional && given.at == accepted);

        app.advance(TimeDelta::days(7));
        run_due(&app.state).await.unwrap();
        let Standing::Given(given) = standing_of(&app, &sent).await else { panic!("nothing came back") };
        assert!(!given.provisional && given.at == accepted);
        let page = app.client().get(&link(&mailbox, ADDRESS)).await.text;
        assert!(page.contains("Your window is running."), "{page}");
    }
}
