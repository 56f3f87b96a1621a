//! What the mail service reported of mails.

use chrono::{DateTime, Utc};
use domain::report::Report;
use forenotice::keys::Sealed;
use forenotice::store::mail_events::{self, MailEvent, ReportOf};
use forenotice::store::mails::{self, NewMail};
use forenotice::store::notices;
use forenotice::store::{Of, Tx};

use super::fixtures::{
    CHANGE, CUSTOMER, DELIVERY, MAIL, NOTICE, add_change, add_customer, add_delivery, add_dispatched,
    delivery, mail, micro, notice,
};
use super::{hour, id};
use crate::both;
use crate::support::TestDb;

fn report(number: u128, mail: Option<u128>, occurred_at: DateTime<Utc>, report: Report) -> MailEvent {
    MailEvent {
        id: id(number),
        digest: number.to_be_bytes().to_vec(),
        report,
        mail_id: mail.map(id),
        relay_id: Some(format!("relay-{number}")),
        occurred_at,
        received_at: micro(777),
        payload: Sealed {
            key_id: "key".to_owned(),
            bytes: vec![0, 255, 3],
        },
    }
}

async fn add(tx: &mut Tx, rows: &[&MailEvent]) {
    for row in rows {
        assert!(mail_events::insert(tx, row).await.unwrap());
    }
}

both! {
    async fn a_report_is_kept_once_and_listed_as_it_happened(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        for number in [1, 2] {
            mails::insert(&mut tx, &mail(number)).await.unwrap();
        }
        let bounced = report(13, Some(1), micro(2), Report::HardBounce);
        let delivered = MailEvent { relay_id: None, ..report(14, Some(1), micro(1), Report::Delivered) };
        let same_instant = report(12, Some(1), micro(2), Report::Complaint);
        let lost = report(16, None, micro(3), Report::Malformed);
        add(&mut tx, &[&bounced, &delivered, &same_instant, &report(15, Some(2), micro(0), Report::Request), &lost]).await;
        let again = MailEvent { id: id(20), ..bounced.clone() };
        assert!(!mail_events::insert(&mut tx, &again).await.unwrap(), "the same content");
        assert_eq!(mail_events::list_by_mail(&mut tx, id(1)).await.unwrap(), [delivered, same_instant, bounced]);
        assert_eq!(mail_events::list_by_mail(&mut tx, id(99)).await.unwrap(), []);
        assert_eq!(mail_events::count_unmatched(&mut tx).await.unwrap(), 1);
    }

    async fn a_customers_reports_are_those_of_its_own_mails_about_the_change(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        add_change(&mut tx, 200, "2026-002").await;
        notices::draft(&mut tx, &notice(41, CHANGE, 2), hour(0)).await.unwrap();
        notices::draft(&mut tx, &notice(42, 200, 1), hour(0)).await.unwrap();
        for row in [delivery(70, 41, CUSTOMER), delivery(72, NOTICE, 120), delivery(74, 42, CUSTOMER)] {
            add_delivery(&mut tx, &row).await;
        }
        for (number, mail, at, kind) in [
            (300, MAIL, micro(3), Report::HardBounce),
            (301, 71, micro(2), Report::Deferred),
            (302, MAIL, micro(1), Report::Delivered),
            (303, 73, micro(0), Report::Delivered),
            (304, 75, micro(0), Report::Delivered),
        ] {
            add(&mut tx, &[&report(number, Some(mail), at, kind)]).await;
        }
        let of = |customer, delivery, report, at| ReportOf { customer_id: id(customer), delivery_id: id(delivery), report, at };
        let mine = mail_events::list_by_customers(&mut tx, id(CHANGE), Of::These(&[id(CUSTOMER)])).await.unwrap();
        let expected = [
            of(CUSTOMER, DELIVERY, Report::Delivered, micro(1)),
            of(CUSTOMER, 70, Report::Deferred, micro(2)),
            of(CUSTOMER, DELIVERY, Report::HardBounce, micro(3)),
        ];
        assert_eq!(mine, expected);
        let everybody = mail_events::list_by_customers(&mut tx, id(CHANGE), Of::All).await.unwrap();
        assert_eq!(everybody[0], of(120, 72, Report::Delivered, micro(0)));
        assert_eq!(everybody[1..], expected);
    }

    async fn a_mail_is_found_by_every_name_that_it_ever_had(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        for (number, queued_at) in [(1, micro(1)), (2, micro(2))] {
            mails::insert(&mut tx, &NewMail { queued_at, ..mail(number) }).await.unwrap();
        }
        let lost = report(12, None, hour(1), Report::Request);
        add(&mut tx, &[&report(10, Some(2), hour(1), Report::Request), &report(11, Some(2), hour(1), Report::Delivered), &lost]).await;
        assert_eq!(mail_events::find_mail(&mut tx, id(2)).await.unwrap(), Some((id(2), micro(2))));
        assert_eq!(mail_events::find_mail(&mut tx, id(10)).await.unwrap(), None);
        for (name, found) in [
            ("<1@publisher.example>", Some((id(1), micro(1)))),
            ("relay-10", Some((id(2), micro(2)))),
            ("relay-11", Some((id(2), micro(2)))),
            ("relay-12", None),
            ("relay-1", None),
        ] {
            assert_eq!(mail_events::find_mail_by_relay_id(&mut tx, name).await.unwrap(), found, "{name}");
        }
    }
}
