//! What an importer tells the publisher under the clauses is forwarded to the customers concerned.

use domain::change::{ChangeState, ChangeType, NoticeClass};

use super::loss::{changes_since, count_changes, open_tasks, words};
use super::vendors::{EARLY, READY, add, current};
use crate::both;
use crate::journey::clients;
use crate::support::TestApp;
use crate::support::mailbox::Mailbox;

const REQUEST: &str = "An authority asked Readywing for recordings of three accounts";

both! {
    async fn a_request_of_an_authority_is_drafted_as_a_notice_and_reaches_customers(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        add(&app, READY).await;
        let before = count_changes(&app).await;
        let company = current(&app, READY).await.organisation.id.to_string();
        let mut event = vec![
            ("kind", "GOVERNMENT_REQUEST"),
            ("description", REQUEST),
            ("occurred_on", "2026-11-20"),
            ("scope", "COUNTRY"),
            ("country", "United States"),
        ];
        let refused = editor.post("/staff/triggers/new", &event).await;
        assert_eq!(refused.status, 422, "one importer wrote, not a country");
        assert!(refused.text.contains("Choose the company or the engagement whose importer wrote"), "{}", refused.text);
        event.retain(|(name, _)| !["scope", "country"].contains(name));
        event.extend([("scope", "ORGANISATION"), ("organisation", company.as_str())]);
        let recorded = editor.post("/staff/triggers/new", &event).await;
        assert_eq!(recorded.status, 303, "{}", recorded.text);

        let [(change, lines)] = changes_since(&app, before).await.try_into().unwrap();
        let page = editor.get(recorded.location()).await.text;
        assert!(page.contains(&format!("Change {} is drafted", change.number)), "{page}");
        assert_eq!((change.title.as_str(), change.state), (REQUEST, ChangeState::Draft));
        assert_eq!(
            lines.iter().map(|line| (line.change_type, line.notice_class)).collect::<Vec<_>>(),
            [(ChangeType::GovAccessNotice, NoticeClass::D)]
        );
        assert_eq!(open_tasks(&app, "NOTICE_DRAFTED").await, 1);

        let mailbox = Mailbox::start().await;
        let path = format!("/staff/changes/{}", change.number);
        for (client, step, form) in [
            (&editor, "submit", vec![]),
            (&approver, "approve", vec![("dispatch_on", "2026-11-23")]),
            (&approver, "dispatch", vec![]),
        ] {
            let answer = client.post_seen(&path, &format!("{path}/{step}"), &form).await;
            assert_eq!(answer.status, 303, "{step}: {}", answer.text);
        }
        mailbox.deliver(&app.state).await;
        let letters = mailbox.letters_to("dpo@customer-07.example");
        let letter = letters.iter().find(|letter| letter.text.contains("Readywing Inc.")).unwrap();
        assert!(words(&letter.text).contains(REQUEST) && words(&letter.text).contains("Government access"), "{}", letter.text);
    }

    async fn nobody_is_told_of_a_vendor_that_is_not_in_use_and_a_busy_one_gets_a_task(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        for vendor in [READY, EARLY] {
            add(&app, vendor).await;
        }
        let id = current(&app, READY).await.engagement.id.to_string();
        let open = [("title", "More data"), ("planned_on", "2027-06-01"), ("engagement", id.as_str()), ("change_type", "DATA_CATEGORY_ADDED")];
        assert_eq!(editor.post("/staff/changes", &open).await.status, 303);
        let before = count_changes(&app).await;
        for vendor in [READY, EARLY] {
            let engagement = current(&app, vendor).await.engagement.id.to_string();
            let event = [
                ("kind", "IMPORTER_NOTICE"),
                ("description", "A new law on access to speech"),
                ("occurred_on", "2026-11-20"),
                ("scope", "ENGAGEMENT"),
                ("engagement", engagement.as_str()),
            ];
            let recorded = editor.post("/staff/triggers/new", &event).await;
            assert_eq!(recorded.status, 303, "{}", recorded.text);
        }
        assert_eq!(count_changes(&app).await, before);
        assert_eq!(open_tasks(&app, "CUSTOMERS_UNTOLD").await, 1, "of the one that is in use");
    }
}
