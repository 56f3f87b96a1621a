//! The command says what the pages say, whatever state an engagement is in; of the past it says what was known then.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::jobs::run_due;
use forenotice::store::engagements::list_current;

use crate::both;
use crate::cases::{Desk, object};
use crate::facts::current;
use crate::journey::activate;
use crate::register::{gates as command, text};
use crate::support::{Answer, Client, TestApp};

const KALEIDO: &str = "kaleido-search-gmbh";

/// The codes in a part of a page.
fn codes(html: &str) -> Vec<String> {
    html.split("<code>")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .map(|code| code.rsplit(' ').next().unwrap().to_owned())
        .collect()
}

/// The list of gates G1 to G8 on an engagement's page.
fn register_part(page: &Answer) -> String {
    let start = page.text.find("id=\"gates\"").expect("the gates");
    page.text[start..].split("</section>").next().unwrap().to_owned()
}

/// Customer and codes on the page that lists them: what closes it for everybody, then what is their own.
async fn customers_of(client: &Client, slug: &str) -> BTreeMap<String, Vec<String>> {
    let page = client.get(&format!("/staff/register/{slug}/customers")).await;
    assert_eq!(page.status, 200);
    let (head, table) = page.text.split_once("<table").unwrap_or((&page.text, ""));
    let everybody = codes(head);
    table
        .split("<tr")
        .skip(2)
        .map(|row| {
            let name = row.split("<a href=\"/staff/customers/").nth(1).unwrap();
            let name = name.split('>').nth(1).unwrap().split('<').next().unwrap();
            let all = everybody.iter().cloned().chain(codes(row));
            (name.replace("&amp;", "&"), all.collect())
        })
        .collect()
}

/// Customer and codes as the command gives them; nobody for gates G1 to G8 alone.
async fn said(app: &TestApp, slug: &str, at: Option<&str>) -> BTreeMap<Option<String>, Vec<String>> {
    let mut args = vec![slug, "--json"];
    args.extend(at.into_iter().flat_map(|at| ["--at", at]));
    let printed = command(app, &args).await.unwrap();
    let answers: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let answers = answers.as_array().unwrap().iter();
    answers
        .map(|answer| {
            let reasons = answer["reasons"].as_array().unwrap().iter();
            let codes: Vec<String> = reasons
                .map(|reason| reason["code"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(answer["allowed"].as_bool().unwrap(), codes.is_empty());
            (answer["customer"].as_str().map(str::to_owned), codes)
        })
        .collect()
}

/// Holds the command against the pages of every engagement; gives the codes that close something for a customer.
async fn compare(app: &TestApp, client: &Client) -> BTreeSet<String> {
    let mut tx = app.state.db.read().await.unwrap();
    let all = list_current(&mut tx).await.unwrap();
    drop(tx);
    assert!(all.len() > 10);
    let mut closed = BTreeSet::new();
    for one in all {
        let slug = one.engagement.slug.to_string();
        let mut said = said(app, &slug, None).await;
        let page = client.get(&format!("/staff/register/{slug}")).await;
        assert_eq!(
            codes(&register_part(&page)),
            said.remove(&None).unwrap(),
            "{slug}"
        );
        let said: BTreeMap<String, Vec<String>> = said
            .into_iter()
            .map(|(customer, codes)| (customer.unwrap(), codes))
            .collect();
        assert_eq!(customers_of(client, &slug).await, said, "{slug}");
        if !said.is_empty() {
            let open = said.values().filter(|codes| codes.is_empty()).count();
            let counted = format!(
                "{} in scope: {open} open, {} closed",
                said.len(),
                said.len() - open
            );
            assert!(text(&page).contains(&counted), "{slug}: {counted}");
        }
        closed.extend(said.into_values().flatten());
    }
    closed
}

fn own(said: &BTreeMap<Option<String>, Vec<String>>, customer: &str) -> Vec<String> {
    let found = said
        .iter()
        .find(|(name, _)| name.as_ref().is_some_and(|name| name.contains(customer)));
    found.map(|(_, codes)| codes.clone()).expect("the customer")
}

fn has(said: &BTreeMap<Option<String>, Vec<String>>, customer: &str, code: &str) -> bool {
    own(said, customer).iter().any(|one| one == code)
}

both! {
    async fn the_command_says_of_the_demo_what_its_pages_say(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let closed = compare(&app, &desk.editor).await;
        assert!(closed.contains("NOTICE_WINDOW_OPEN") && closed.contains("SPECIFIC_AUTH_MISSING"), "{closed:?}");

        // In use for one customer, and an event has put its assessment under review.
        app.advance(TimeDelta::days(95));
        run_due(&app.state).await.unwrap();
        let live = activate(&desk.operator, Some("Isar Logistik")).await;
        assert_eq!(live.status, 303, "{}", live.text);
        compare(&app, &desk.editor).await;
        let id = current(&app, KALEIDO).await.engagement.id.to_string();
        let event = [
            ("kind", "IMPORTER_NOTICE"),
            ("description", "A request of an authority"),
            ("occurred_on", "2026-11-23"),
            ("scope", "ENGAGEMENT"),
            ("engagement", id.as_str()),
        ];
        let raised = desk.editor.post("/staff/triggers/new", &event).await;
        assert_eq!(raised.status, 303, "{}", raised.text);
        assert!(compare(&app, &desk.editor).await.contains("TIA_NOT_APPROVED"), "nothing new starts on it");
        let told = said(&app, KALEIDO, None).await;
        assert!(!told[&None].contains(&"TIA_NOT_APPROVED".to_owned()), "what runs goes on");
        let refused = activate(&desk.operator, Some("Fjordbank")).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("TIA_NOT_APPROVED"), "{}", refused.text);
        assert!(has(&told, "Fjordbank", "TIA_NOT_APPROVED"), "as the activation says: {told:?}");
        let page = text(&desk.editor.get(&format!("/staff/register/{KALEIDO}")).await);
        assert!(page.contains("G7 TIA_NOT_APPROVED TIA not approved"), "{page}");

        let stop = [("reason-suspend", "Looked at")];
        assert_eq!(desk.approver.post(&format!("/staff/register/{KALEIDO}/suspend"), &stop).await.status, 303);
        let told = said(&app, KALEIDO, None).await;
        assert!(told[&None].contains(&"TIA_NOT_APPROVED".to_owned()), "it is to start again");
        compare(&app, &desk.editor).await;
    }

    async fn of_the_past_it_says_what_was_known_then(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        app.advance(TimeDelta::days(1));
        let contact = app.client();
        let fjordbank = desk.page_of(1);
        let filed = object(&contact, &fjordbank, "Not there.").await;
        app.advance(TimeDelta::days(1));
        let name = [("name", "Privacy desk")];
        assert_eq!(contact.post(&format!("{}/withdraw", filed.location()), &name).await.status, 303);
        app.advance(TimeDelta::days(93));
        run_due(&app.state).await.unwrap();
        let approve = format!("{}/approve", desk.page_of(7));
        assert_eq!(contact.post(&approve, &name).await.status, 303);
        assert_eq!(activate(&desk.operator, Some("Isar Logistik")).await.status, 303);
        app.advance(TimeDelta::hours(1));

        let now = said(&app, KALEIDO, None).await;
        assert_eq!(own(&now, "Landkreis Musterau"), Vec::<String>::new());
        let before = said(&app, KALEIDO, Some("2027-02-26T08:59:59Z")).await;
        assert_eq!(own(&before, "Landkreis Musterau"), ["SPECIFIC_AUTH_MISSING"], "the approval came later");
        for (at, is_open) in [
            ("2026-11-24T08:59:59Z", false),
            ("2026-11-24T09:00:00Z", true),
            ("2026-11-25T08:59:59Z", true),
            ("2026-11-25T09:00:00Z", false),
        ] {
            let then = said(&app, KALEIDO, Some(at)).await;
            assert_eq!(has(&then, "Fjordbank", "OPEN_OBJECTION"), is_open, "{at}: {then:?}");
            assert!(has(&then, "Fjordbank", "OBJECTION_WINDOW_OPEN"), "{at}");
            assert!(has(&then, "Landkreis Musterau", "SPECIFIC_AUTH_MISSING"), "{at}");
            assert_eq!(then.len(), now.len(), "{at}: the same customers");
        }
        let one = ["--customer", "Landkreis Musterau", "--at", "2027-02-26T08:59:59Z"];
        let printed = command(&app, &[&[KALEIDO][..], &one].concat()).await.unwrap();
        assert!(printed.contains("SPECIFIC_AUTH_MISSING"), "{printed}");
        let first = said(&app, KALEIDO, Some("2026-11-23T09:00:00Z")).await;
        assert!(has(&first, "Fjordbank", "NOTICE_UNDELIVERED"), "{first:?}");
        // Whoever was told later was not told then.
        let editor = app.signed_in(Role::LegalEditor).await;
        crate::latecomers::sign(&app, &editor, None).await;
        let then = said(&app, KALEIDO, Some("2026-11-25T09:00:00Z")).await;
        assert_eq!(then.len(), first.len(), "{then:?}");
    }
}
