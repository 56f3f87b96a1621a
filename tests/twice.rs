//! Forms that add one of several, sent twice: by a second press, or from the page that the way back leads to.

use domain::role::Role;
use forenotice::store::engagements::current_by_slug;

use crate::assessments::engagement_id;
use crate::both;
use crate::certificates::ISO;
use crate::clauses::FIRST;
use crate::register::{engagement, named, text, with};
use crate::support::{Answer, Client, TestApp};

/// Fills the form of a page and sends it twice: the second time it is refused, names `first`, and keeps what was typed. Sent
/// again from there, it adds another one, as somebody means who has read that; gives the answer to that.
async fn sent_twice(client: &Client, place: &str, typed: &[(&str, &str)], first: &str) -> Answer {
    let page = client.get(place).await;
    assert_eq!(page.status, 200, "{place}: {}", text(&page));
    let added = client.refill(&page, place, typed).await;
    assert_eq!(added.status, 303, "{place}: {}", text(&added));
    assert_eq!(client.get(first).await.status, 200, "{first}");
    let again = client.refill(&page, place, typed).await;
    assert_eq!(again.status, 409, "{place}: {}", text(&again));
    assert!(
        text(&again).contains("was added meanwhile"),
        "{place}: {}",
        text(&again)
    );
    assert!(
        again.text.contains(&format!("href=\"{first}\"")),
        "{place}: it leads to the first one"
    );
    let other = client.refill(&again, place, &[]).await;
    assert_eq!(
        other.status,
        303,
        "{place}: what was typed is kept: {}",
        text(&other)
    );
    other
}

/// The id of the company whose engagement is at a path.
async fn company_id(app: &TestApp, path: &str) -> String {
    let slug = path.rsplit('/').next().unwrap();
    let mut tx = app.state.db.read().await.unwrap();
    let current = current_by_slug(&mut tx, slug).await.unwrap().unwrap();
    current.organisation.id.to_string()
}

both! {
    async fn a_form_that_is_sent_twice_adds_one_record(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = named(&editor, "Acme Inc.").await;
        let reason = "A single file must be handed over to a court expert, on one day, for one hearing. ".repeat(3);
        let transfer = [
            ("origins", "EU"),
            ("destination", "KE"),
            ("importer", "Acme Inc."),
            ("mechanism", "ART49"),
            ("derogation_reason", reason.trim()),
        ];
        let id = engagement_id(&app, &path).await;
        let event = [
            ("kind", "PUBLICATION"),
            ("description", "Guidance on transfers"),
            ("occurred_on", "2026-11-23"),
            ("scope", "ENGAGEMENT"),
            ("engagement", id.as_str()),
        ];
        type Fields<'a> = &'a [(&'a str, &'a str)];
        let forms: [(&Client, String, Fields, String); 5] = [
            (&editor, format!("{path}/transfer"), &transfer, format!("{path}/transfer/1")),
            (&editor, format!("{path}/scc"), &FIRST, format!("{path}/scc/1")),
            (&editor, format!("{path}/tia"), &[("tia_type", "EEA_NOTE"), ("destinations", "")], format!("{path}/tia/1")),
            (&assessor, format!("{path}/certificates/new"), &ISO, format!("{path}/certificates/1")),
            (&editor, "/staff/triggers/new".to_owned(), &event, "/staff/triggers/1".to_owned()),
        ];
        for (client, place, typed, first) in forms {
            sent_twice(client, &place, typed, &first).await;
            let (second, third) = (first.replace("/1", "/2"), first.replace("/1", "/3"));
            assert_eq!(client.get(&second).await.status, 200, "{second}");
            assert_eq!(client.get(&third).await.status, 404, "{third}");
        }
    }

    async fn a_form_with_mistakes_goes_on_counting_on_what_it_counted_on(app: TestApp) {
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let editor = app.signed_in(Role::LegalEditor).await;
        let place = format!("{}/certificates/new", named(&editor, "Acme Inc.").await);
        let page = assessor.get(&place).await;
        assert_eq!(assessor.refill(&page, &place, &ISO).await.status, 303);
        let wrong = assessor.refill(&page, &place, &with(&ISO, &[("issuer", "")])).await;
        assert_eq!(wrong.status, 422);
        assert!(!text(&wrong).contains("was added meanwhile"), "{}", text(&wrong));
        assert_eq!(assessor.refill(&wrong, &place, &ISO).await.status, 409);
    }

    async fn an_engagement_of_a_company_of_the_register_is_added_once(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = named(&editor, "Acme Inc.").await;
        let company = company_id(&app, &path).await;
        let storage = with(&engagement("DE"), &[("organisation", company.as_str())]);
        let first = "/staff/register/acme-inc-object-storage";
        let other = sent_twice(&editor, "/staff/register/new", &storage, first).await;
        assert_eq!(other.location(), format!("{first}-2"));

        // What is added for another company meanwhile holds nobody up.
        let page = editor.get("/staff/register/new").await;
        named(&editor, "Basement Racks AS").await;
        let speech = with(&storage, &[("service", "Speech")]);
        let added = editor.refill(&page, "/staff/register/new", &speech).await;
        assert_eq!(added.location(), "/staff/register/acme-inc-speech", "{}", text(&added));
    }
}
