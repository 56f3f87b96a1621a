//! Customers, their terms and contacts, one by one and from a sheet: over HTTP, on both databases.

use domain::id::CustomerId;
use domain::policy::CustomerRole;
use domain::role::Role;
use forenotice::store::contacts::list_active;
use forenotice::store::customers::{Customer, list_customers, list_products_of, list_signatures};
use forenotice::store::policies::{find_in_force, list_policies};
use forenotice::store::tasks::list_open_tasks;

use crate::both;
use crate::support::{Answer, Client, TestApp, monday};

pub const KUNDE: [(&str, &str); 5] = [
    ("name", "Kunde AS"),
    ("reference", "K-1"),
    ("country", "NO"),
    ("role", "CONTROLLER"),
    ("signed_on", "2025-03-01"),
];

async fn customers(app: &TestApp) -> Vec<Customer> {
    let mut tx = app.state.db.read().await.unwrap();
    list_customers(&mut tx).await.unwrap()
}

/// Adds a customer through the form and gives its path and id.
async fn added(app: &TestApp, editor: &Client) -> (String, CustomerId) {
    let answer = editor.post("/staff/customers/new", &KUNDE).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    (answer.location().to_owned(), customers(app).await[0].id)
}

/// The terms' form as the page shows it, with other values.
pub fn terms<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("valid_from", "2025-03-01"),
        ("model", "GENERAL"),
        ("notice_period", "30d"),
        ("objection_period", ""),
        ("calendar", "NO"),
        ("zone", "Europe/Oslo"),
        ("roll", "yes"),
        ("contract_text", "BESPOKE"),
        ("objection_effect", "BLOCK"),
        ("grounds", "REASONABLE_DP"),
        ("emergency_days", ""),
        ("clause", "clause 7.2"),
        ("acknowledgement_period", "2wd"),
        ("discussion_period", "30d"),
        ("election_period", "30d"),
        ("refund", "PRO_RATA"),
        ("late", "TREAT_AS_CONCERN"),
        ("who_may_object", "NAMED_CONTACTS"),
    ];
    let value = |name: &str, value| {
        other
            .iter()
            .find(|(other, _)| *other == name)
            .map_or(value, |(_, other)| *other)
    };
    usual
        .into_iter()
        .map(|(name, text)| (name, value(name, text)))
        .collect()
}

const ANNA: [(&str, &str); 5] = [
    ("name", "Anna Berg"),
    ("address", "Anna.Berg@kunde.example"),
    ("kind", "PRIMARY"),
    ("rank", "1"),
    ("locale", "nb"),
];

async fn upload(client: &Client, path: &str, sheet: &str) -> Answer {
    let part = reqwest::multipart::Part::bytes(sheet.as_bytes().to_vec()).file_name("customers.csv");
    let form = reqwest::multipart::Form::new().part("sheet", part);
    client.send(path, form).await
}

async fn confirm(client: &Client, text: &str) -> Answer {
    let form = reqwest::multipart::Form::new().text("text", text.to_owned());
    client.send("/staff/customers/sheet/confirm", form).await
}

both! {
    async fn a_customer_gets_facts_terms_and_contacts(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        assert!(editor.get("/staff/customers").await.text.contains("No customers"));
        let (path, id) = added(&app, &editor).await;
        let page = editor.get(&path).await;
        assert_eq!(page.status, 200);
        for text in ["Nobody to write to", "No terms", "no list on record then", "Saturday 1 March 2025"] {
            assert!(page.text.contains(text), "{text}");
        }
        assert!(editor.get(&format!("{path}/terms")).await.text.contains("value=\"2025-03-01\""));
        let answer = editor.fill(&format!("{path}/terms"), &terms(&[])).await;
        assert_eq!((answer.status, answer.location()), (303, path.as_str()));
        assert_eq!(editor.post(&format!("{path}/contacts/new"), &ANNA).await.status, 303);
        let page = editor.get(&path).await;
        for text in ["clause 7.2", "30 calendar days", "In force", "Anna.Berg@kunde.example", "Norsk bokm"] {
            assert!(page.text.contains(text), "{text}");
        }
        assert!(editor.get("/staff/customers").await.text.contains("Complete"));
        assert!(editor.get("/staff/customers?q=k-1").await.text.contains("Kunde AS"));
        assert!(editor.get("/staff/customers?q=nobody").await.text.contains("Nothing found"));

        let mut tx = app.state.db.read().await.unwrap();
        let day = monday().date_naive();
        let version = find_in_force(&mut tx, id, day).await.unwrap().unwrap();
        assert_eq!(version.policy.objection_period.to_string(), "30d");
        let contacts = list_active(&mut tx, &app.state.keys, id).await.unwrap();
        assert_eq!(contacts[0].address.as_str(), "Anna.Berg@kunde.example");
        assert_eq!(list_signatures(&mut tx, id).await.unwrap().len(), 1);
    }

    async fn a_customer_form_with_mistakes_is_kept_and_says_what_is_wrong(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let typed = [("name", ""), ("country", "EU"), ("role", "BOSS"), ("signed_on", "2030-01-01"), ("reference", "kept")];
        let answer = editor.post("/staff/customers/new", &typed).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("There are 4 problems") && answer.text.contains("value=\"kept\""));
        assert!(answer.text.contains("This day has not come yet"));
        assert!(customers(&app).await.is_empty());
        let chosen = [&KUNDE[..], &[("products", "00000000-0000-7000-8000-000000000001")]].concat();
        assert_eq!(editor.post("/staff/customers/new", &chosen).await.status, 422, "not a product of ours");
        added(&app, &editor).await;
        let again = [("name", "KUNDE as"), ("reference", "K-1"), ("country", "NO"), ("role", "PROCESSOR"), ("signed_on", "2025-03-01")];
        let answer = editor.post("/staff/customers/new", &again).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("There is a customer with this name already"));
        assert!(answer.text.contains("Kunde AS has this reference already"));
    }

    async fn terms_that_take_something_away_hold_only_after_somebody_else_confirmed_them(app: TestApp) {
        let editor = app.signed_in_as("editor", &[Role::LegalEditor, Role::LegalApprover]).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let (path, id) = added(&app, &editor).await;
        let period = |app: &TestApp| {
            let state = app.state.clone();
            async move {
                let mut tx = state.db.read().await.unwrap();
                let version = find_in_force(&mut tx, id, monday().date_naive()).await.unwrap();
                version.map(|version| version.policy.notice_period.to_string())
            }
        };
        editor.fill(&format!("{path}/terms"), &terms(&[])).await;
        let nothing_new = editor.fill(&format!("{path}/terms"), &terms(&[])).await;
        assert_eq!(nothing_new.status, 422);
        let shorter = terms(&[("notice_period", "14d"), ("valid_from", "2026-01-01")]);
        assert_eq!(editor.fill(&format!("{path}/terms"), &shorter).await.status, 303);
        assert_eq!(period(&app).await.as_deref(), Some("30d"), "the terms before hold");
        let page = editor.get(&path).await;
        assert!(page.text.contains("Waits for a confirmation") && page.text.contains("Shorter notice period"));
        assert!(!page.text.contains("I have read the contract"), "who entered them cannot confirm them");
        let mut tx = app.state.db.read().await.unwrap();
        let waiting = list_policies(&mut tx, id).await.unwrap()[0].id;
        assert_eq!(list_open_tasks(&mut tx, &[Role::LegalApprover]).await.unwrap().len(), 1);
        drop(tx);
        let confirm = format!("{path}/terms/{waiting}/confirm");
        let own = editor.post(&confirm, &[]).await;
        assert_eq!(own.status, 409);
        assert!(own.text.contains("You worked on this yourself"));
        // Entering the same again does not get round it.
        let again = terms(&[("notice_period", "14d"), ("valid_from", "2026-01-02")]);
        editor.fill(&format!("{path}/terms"), &again).await;
        assert_eq!(period(&app).await.as_deref(), Some("30d"));
        assert!(approver.get(&path).await.text.contains("I have read the contract"));
        assert_eq!(approver.post(&confirm, &[]).await.status, 303);
        assert_eq!(period(&app).await.as_deref(), Some("14d"));
        assert_eq!(approver.post(&confirm, &[]).await.status, 409);
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_open_tasks(&mut tx, &[Role::LegalApprover]).await.unwrap().len(), 1, "the second still waits");
        drop(tx);
        let longer = terms(&[("notice_period", "60d"), ("valid_from", "2026-02-01")]);
        editor.fill(&format!("{path}/terms"), &longer).await;
        assert_eq!(period(&app).await.as_deref(), Some("60d"), "more for the customer holds at once");
    }

    async fn first_terms_below_the_usual_ones_and_a_role_that_is_lost_wait_for_somebody_else(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let (path, id) = added(&app, &editor).await;
        let in_force = |app: &TestApp| {
            let state = app.state.clone();
            async move {
                let mut tx = state.db.read().await.unwrap();
                find_in_force(&mut tx, id, monday().date_naive()).await.unwrap()
            }
        };
        let confirm_newest = async || {
            let mut tx = app.state.db.read().await.unwrap();
            let newest = list_policies(&mut tx, id).await.unwrap().remove(0);
            drop(tx);
            let confirmed = approver.post(&format!("{path}/terms/{}/confirm", newest.id), &[]).await;
            assert_eq!(confirmed.status, 303, "{}", confirmed.text);
        };
        // Another calendar and zone are where the customer is; a day of notice is less than usual.
        let weak = terms(&[("notice_period", "1d"), ("calendar", "DE"), ("zone", "Europe/Berlin"), ("objection_effect", "TERMINATE_ONLY")]);
        assert_eq!(editor.post(&format!("{path}/terms"), &weak).await.status, 303);
        let page = editor.get(&path).await.text;
        assert!(page.contains("Waits for a confirmation") && page.contains("Shorter notice period") && !page.contains("Another calendar"));
        assert_eq!(in_force(&app).await, None);
        confirm_newest().await;
        assert!(in_force(&app).await.is_some());

        // It becomes a processor at once; a controller again only by two people.
        let at = format!("{path}/edit");
        let edit = |role: &'static str| {
            let mut form = KUNDE.to_vec();
            form.retain(|(name, _)| *name != "role");
            form.push(("role", role));
            form
        };
        assert_eq!(editor.post_seen(&at, &at, &edit("PROCESSOR")).await.status, 303);
        assert_eq!(customers(&app).await[0].role, CustomerRole::Processor);
        for _ in 0..2 {
            assert_eq!(editor.post_seen(&at, &at, &edit("CONTROLLER")).await.status, 303);
            assert_eq!(customers(&app).await[0].role, CustomerRole::Processor, "until somebody else has confirmed it");
        }
        assert!(editor.get(&path).await.text.contains("Notices are no longer marked to be passed on"));
        confirm_newest().await;
        assert_eq!(customers(&app).await[0].role, CustomerRole::Controller);
        assert_eq!(in_force(&app).await.unwrap().policy.customer_role, CustomerRole::Controller);
    }

    async fn terms_with_mistakes_are_kept_and_say_what_is_wrong(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let (path, id) = added(&app, &editor).await;
        let bad = terms(&[("notice_period", "0d"), ("zone", "Mars/Base"), ("valid_from", "soon"), ("clause", "kept as typed")]);
        let answer = editor.fill(&format!("{path}/terms"), &bad).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("There are 3 problems") && answer.text.contains("value=\"kept as typed\""));
        assert!(answer.text.contains("A period in calendar days must be from 1 to"));
        let mut tx = app.state.db.read().await.unwrap();
        assert!(list_policies(&mut tx, id).await.unwrap().is_empty());
    }

    async fn a_contact_is_replaced_and_the_last_primary_stays(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let (path, id) = added(&app, &editor).await;
        editor.post(&format!("{path}/contacts/new"), &ANNA).await;
        let contacts = |app: &TestApp| {
            let state = app.state.clone();
            async move {
                let mut tx = state.db.read().await.unwrap();
                list_active(&mut tx, &state.keys, id).await.unwrap()
            }
        };
        let anna = format!("{path}/contacts/{}", contacts(&app).await[0].id);
        assert!(editor.get(&anna).await.text.contains("value=\"Anna.Berg@kunde.example\""));
        let answer = editor.post(&format!("{anna}/end"), &[]).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text.contains("last primary contact"));
        let demoted = [("name", "Anna Berg"), ("address", "anna.berg@kunde.example"), ("kind", "FALLBACK"), ("rank", "1"), ("locale", "nb")];
        assert_eq!(editor.post(&anna, &demoted).await.status, 422);
        let twice = [("name", "Again"), ("address", "ANNA.BERG@kunde.example"), ("kind", "FALLBACK"), ("locale", "nb")];
        assert_eq!(editor.post(&format!("{path}/contacts/new"), &twice).await.status, 422, "one mailbox, one contact");
        let hostile = [("name", "A\r\nBcc: x@evil.example"), ("address", "\"a b\"@kunde.example"), ("kind", "PRIMARY"), ("locale", "nb")];
        let answer = editor.post(&format!("{path}/contacts/new"), &hostile).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("There are 2 problems"));

        let bo = [("name", "Bo"), ("address", "bo@kunde.example"), ("kind", "PRIMARY"), ("rank", "2"), ("locale", "en")];
        editor.post(&format!("{path}/contacts/new"), &bo).await;
        assert_eq!(editor.post(&anna, &demoted).await.status, 303);
        let now = contacts(&app).await;
        assert_eq!(now.iter().map(|c| (c.name.as_str(), c.kind.as_str())).collect::<Vec<_>>(), [("Bo", "PRIMARY"), ("Anna Berg", "FALLBACK")]);
        assert_eq!(editor.get(&anna).await.status, 404, "the old one has ended");
        let anna = format!("{path}/contacts/{}", now[1].id);
        assert_eq!(editor.post(&format!("{anna}/end"), &[]).await.status, 303);
        assert_eq!(contacts(&app).await.len(), 1);
        // No address is in the audit log.
        let mut tx = app.state.db.read().await.unwrap();
        let bodies: Vec<String> = forenotice::on!(&mut tx, |c| {
            sqlx::query_scalar("SELECT CAST(body AS TEXT) FROM audit_payloads").fetch_all(c).await
        }).unwrap();
        assert!(bodies.len() >= 5);
        assert!(bodies.iter().all(|body| !body.contains("kunde.example")), "{bodies:?}");
    }

    async fn a_second_save_of_facts_or_terms_is_told_so_with_both_versions(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let other = app.signed_in_as("other", &[Role::LegalEditor]).await;
        let (path, id) = added(&app, &editor).await;
        let (edit, own) = (format!("{path}/edit"), format!("{path}/terms"));
        assert_eq!(editor.fill(&own, &terms(&[])).await.status, 303);
        for (form, theirs, mine, shown) in [
            (&edit, ("country", "SE"), ("reference", "K-2"), ["Sweden", "K-2"]),
            (&own, ("notice_period", "60d"), ("clause", "clause 8"), ["60d", "clause 8"]),
        ] {
            let page = editor.get(form).await;
            assert_eq!(other.fill(form, &[theirs]).await.status, 303, "{form}");
            let stale = editor.refill(&page, form, &[mine]).await;
            assert_eq!(stale.status, 409, "{form}");
            for part in ["Somebody else saved a version while you were editing", "by Person other", shown[0], shown[1]] {
                assert!(stale.text.contains(part), "{form} {part}: {}", stale.text);
            }
            let saved = editor.refill(&stale, form, &[theirs]).await;
            assert_eq!(saved.status, 303, "once it was shown: {form} {}", saved.text);
        }
        let customer = customers(&app).await.remove(0);
        assert_eq!((customer.country.code(), customer.reference.as_deref()), ("SE", Some("K-2")), "both are kept");
        let mut tx = app.state.db.read().await.unwrap();
        let newest = list_policies(&mut tx, id).await.unwrap().remove(0);
        assert_eq!((newest.number, newest.policy.notice_period.to_string()), (3, "60d".to_owned()));
        assert_eq!(newest.policy.clause.map(|clause| clause.to_string()).as_deref(), Some("clause 8"));
    }

    async fn an_ended_agreement_is_changed_no_more(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let (path, id) = added(&app, &editor).await;
        let edited = [("name", "Kunde ASA"), ("country", "SE"), ("role", "PROCESSOR"), ("signed_on", "2025-03-02")];
        assert_eq!(editor.fill(&format!("{path}/edit"), &edited).await.status, 303);
        assert!(editor.get(&path).await.text.contains("Sweden"));
        assert!(editor.get(&format!("{path}/end")).await.text.contains("End the agreement with Kunde ASA"));
        assert_eq!(editor.post(&format!("{path}/end"), &[]).await.status, 303);
        assert_eq!(editor.post(&format!("{path}/end"), &[]).await.status, 409);
        let page = editor.get(&path).await;
        assert!(page.text.contains("Agreement ended") && !page.text.contains("Add a contact"));
        for step in ["edit", "terms", "contacts/new"] {
            assert_eq!(editor.post(&format!("{path}/{step}"), &KUNDE).await.status, 409, "{step}");
        }
        let mut tx = app.state.db.read().await.unwrap();
        let day = monday().date_naive();
        assert!(forenotice::store::customers::list_in_force(&mut tx, day).await.unwrap().is_empty());
        assert!(list_products_of(&mut tx, id).await.unwrap().is_empty());
    }

    async fn a_sheet_is_shown_first_and_then_written_line_by_line_whole_or_not_at_all(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        added(&app, &editor).await;
        let sheet = "\u{feff}Customer;Country;Signed on;Period;Contacts;Fallback;Products;Mood\r\n\
            Aksje AS;Norway;2025-01-31;14;Anna <anna@aksje.example>;office@aksje.example;;good\r\n\
            Kunde AS;NO;2025-01-31;30d;a@kunde.example;;;\r\n\
            Bolag AB;EU;2025-01-31;10wd;b@bolag.example;;;\r\n\
            ;;;;;;;\r\n\
            Firma GmbH;DE;31.01.2025;10wd;no address;;Nothing;\r\n\
            Oy Yhtiö;Finland;2024-02-29;10wd;y@yhtio.example;;;\r\n\
            oy yhtiö;Finland;2024-02-29;10wd;z@yhtio.example;;;\r\n";
        let page = upload(&editor, "/staff/customers/sheet", sheet).await;
        assert_eq!(page.status, 200, "{}", page.text);
        for text in ["2 customers can be added", "4 lines cannot be read", "Mood", "Line 3", "There is a customer with this name already"] {
            assert!(page.text.contains(text), "{text}");
        }
        assert!(page.text.contains("Add 2 customers and leave out 4 lines"));
        for (line, column) in [("Line 4", "country"), ("Line 6", "signed_on"), ("Line 6", "primary_contacts"), ("Line 8", "name")] {
            let row = page.text.match_indices(line).any(|(at, _)| page.text[at..].chars().take(200).collect::<String>().contains(column));
            assert!(row, "{line} {column}");
        }
        assert_eq!(customers(&app).await.len(), 1, "nothing is written before it is confirmed");
        let answer = confirm(&editor, sheet).await;
        assert_eq!((answer.status, answer.location()), (303, "/staff/customers"), "{}", answer.text);
        let all = customers(&app).await;
        assert_eq!(all.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["Aksje AS", "Kunde AS", "Oy Yhtiö"]);
        let mut tx = app.state.db.read().await.unwrap();
        let contacts = list_active(&mut tx, &app.state.keys, all[0].id).await.unwrap();
        assert_eq!(contacts.iter().map(|c| (c.name.as_str(), c.kind.as_str())).collect::<Vec<_>>(), [("Anna", "PRIMARY"), ("Aksje AS", "FALLBACK")]);
        let version = list_policies(&mut tx, all[0].id).await.unwrap().remove(0);
        assert_eq!((version.policy.notice_period.to_string(), version.number), ("14d".to_owned(), 1));
        assert!(version.needs_confirmation, "shorter than the usual period");
        assert_eq!(find_in_force(&mut tx, all[0].id, monday().date_naive()).await.unwrap(), None);
        drop(tx);
        assert_eq!(confirm(&editor, sheet).await.status, 409, "all of it is there now");
    }

    async fn a_sheet_that_is_none_is_refused_with_a_reason(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        for (sheet, reason) in [
            ("", "no customer"),
            ("name,country\n", "no customer"),
            ("name,country\nA,NO\n", "This column is missing"),
            ("PK\0\0", "not a text file"),
            ("name,name,country,signed_on,period,contact\nA,A,NO,2025-01-01,30d,a@a.example\n", "more than once"),
        ] {
            let answer = upload(&editor, "/staff/customers/sheet", sheet).await;
            assert_eq!(answer.status, 422, "{sheet}");
            assert!(answer.text.contains(reason), "{sheet}: {reason}");
        }
        let nothing = editor.send("/staff/customers/sheet", reqwest::multipart::Form::new().text("x", "y")).await;
        assert_eq!(nothing.status, 422);
        assert!(nothing.text.contains("Choose a file"));
        let large = "x".repeat(6 * 1024 * 1024);
        assert_eq!(upload(&editor, "/staff/customers/sheet", &large).await.status, 413);
        assert!(customers(&app).await.is_empty());
    }

    async fn what_is_downloaded_can_be_added_elsewhere_and_runs_in_no_spreadsheet(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let sheet = "name,country,signed_on,period,contact,reference,role,tz,language\n\
            '=HYPERLINK(1),NO,2025-01-31,1m,\"+Anna <anna@a.example>; Bo <bo@a.example>\",@ref,processor,Europe/Berlin,fi\n";
        upload(&editor, "/staff/customers/sheet", sheet).await;
        assert_eq!(confirm(&editor, sheet).await.status, 303);
        let file = editor.get("/staff/customers/sheet.csv").await;
        assert_eq!(file.status, 200);
        assert_eq!(file.headers["content-disposition"], "attachment; filename=\"customers.csv\"");
        assert!(file.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
        let line = file.text.lines().nth(1).unwrap();
        assert!(line.starts_with("\"'=HYPERLINK(1)\",\"'@ref\",\"NO\",\"PROCESSOR\",\"2025-01-31\""), "{line}");
        assert!(line.contains("\"'+Anna <anna@a.example>; Bo <bo@a.example>\""), "{line}");
        let (path, _) = (format!("/staff/customers/{}", customers(&app).await[0].id), ());
        editor.post(&path, &[]).await;
        let other = TestApp::start(app.db.kind).await.unwrap();
        let editor = other.signed_in(Role::LegalEditor).await;
        let answer = confirm(&editor, &file.text).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let again = editor.get("/staff/customers/sheet.csv").await;
        assert_eq!(again.text, file.text);
    }

    async fn a_reader_sees_and_cannot_touch(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let (path, _) = added(&app, &editor).await;
        let auditor = app.signed_in(Role::Auditor).await;
        let page = auditor.get(&path).await;
        assert_eq!(page.status, 200);
        for word in ["Add a contact", "Change these facts", "Enter new terms"] {
            assert!(!page.text.contains(word), "{word}");
        }
        assert!(!auditor.get("/staff/customers").await.text.contains("Add a customer"));
        assert_eq!(auditor.get("/staff/customers/sheet.csv").await.status, 200);
        assert_eq!(app.signed_in(Role::Admin).await.get(&path).await.status, 403, "an admin sees no customer");
        assert_eq!(editor.get("/staff/customers/00000000-0000-7000-8000-000000000000").await.status, 404);
        assert_eq!(editor.get("/staff/customers/nonsense").await.status, 404);
    }
}
