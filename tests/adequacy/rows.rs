//! Reading and adding rows, and what a last day does by itself.

use chrono::{TimeDelta, Utc};
use domain::country::Country;
use domain::reference::{AdequacyRegime, ReferenceData};
use domain::role::Role;
use forenotice::jobs::run_due;
use forenotice::store::reference::{
    list_reference_rows, list_waiting_rows, reference_data, reference_data_as_of,
};
use forenotice::store::tasks::{Task, close_task, list_open_tasks};
use forenotice::store::version::Recorded;

use super::loss::{decision, done};
use super::vendors::{Vendor, add};
use crate::both;
use crate::journey::clients;
use crate::support::{Client, TestApp};

const KENYA: [(&str, &str); 11] = [
    ("country", "Kenya"),
    ("regime", "EU"),
    ("instrument", "(EU) 2026/9999"),
    ("in_force_from", "2026-11-01"),
    ("scope", "FULL"),
    ("efta_no", "NOT_YET"),
    ("efta_is", "APPLIES"),
    ("efta_li", "APPLIES"),
    (
        "source_url",
        "https://eur-lex.europa.eu/eli/dec_impl/2026/9999/oj",
    ),
    ("checked_on", "2026-11-20"),
    ("compared", "yes"),
];

/// The fields of another row, as the page fills them, with a source.
const ROW: [(&str, &str); 7] = [
    ("scope", "FULL"),
    ("efta_no", "APPLIES"),
    ("efta_is", "APPLIES"),
    ("efta_li", "APPLIES"),
    ("source_url", "https://eur-lex.europa.eu/"),
    ("checked_on", "2026-11-20"),
    ("compared", "yes"),
];

async fn tasks(app: &TestApp, prefix: &str) -> Vec<Task> {
    let mut tx = app.state.db.read().await.unwrap();
    let mut tasks = list_open_tasks(&mut tx, Role::ALL).await.unwrap();
    tasks.retain(|task| task.kind.starts_with(prefix));
    tasks
}

async fn kinds(app: &TestApp) -> Vec<String> {
    run_due(&app.state).await.unwrap();
    let of_uk = |task: &Task| task.title.starts_with("United Kingdom");
    let mut kinds: Vec<_> = tasks(app, "ADEQUACY_")
        .await
        .into_iter()
        .filter(of_uk)
        .map(|task| task.kind)
        .collect();
    kinds.sort();
    kinds
}

/// Moves the clock to a moment.
fn travel(app: &TestApp, to: &str) {
    let to: chrono::DateTime<Utc> = to.parse().unwrap();
    app.advance(to - app.state.clock.now());
}

async fn add_row(client: &Client, path: &str, seen: &str, other: &[(&str, &str)]) -> crate::support::Answer {
    let mut form: Vec<_> = ROW
        .iter()
        .filter(|(name, _)| other.iter().all(|(n, _)| n != name))
        .copied()
        .collect();
    form.extend(other);
    form.push(("seen", seen));
    client.post(&format!("{path}/row"), &form).await
}

/// A legal approver confirms every row that waits.
async fn confirm(app: &TestApp, approver: &Client) {
    let mut tx = app.state.db.read().await.unwrap();
    let waiting = list_waiting_rows(&mut tx).await.unwrap();
    drop(tx);
    assert!(!waiting.is_empty(), "a row waits");
    for row in waiting {
        let answer = approver
            .post(&format!("/staff/adequacy/{}/confirm", row.id), &[])
            .await;
        assert_eq!(answer.status, 303, "{}", answer.text);
    }
}

async fn law(app: &TestApp, at: Option<chrono::DateTime<Utc>>) -> ReferenceData {
    let mut tx = app.state.db.read().await.unwrap();
    match at {
        Some(at) => reference_data_as_of(&mut tx, at).await.unwrap(),
        None => reference_data(&mut tx).await.unwrap(),
    }
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

both! {
    async fn the_three_tables_stand_apart_and_say_what_nobody_compared(app: TestApp) {
        let auditor = app.signed_in(Role::Auditor).await;
        let page = auditor.get("/staff/adequacy").await;
        assert_eq!(page.status, 200);
        for words in [
            "European Union", "United Kingdom", "Switzerland", "European Economic Area", "European Patent Organisation",
            "SI 2023/1028", "(EU) 2023/1795", "Norway: not yet; Iceland: not yet; Liechtenstein: not yet",
            "in force until 27 Dec 2031", "came with the product", "not compared", "Åland Islands",
            "which is no statement about the law",
        ] {
            assert!(page.text.contains(words), "{words}");
        }
        assert!(!page.text.contains("Add a decision"), "an auditor only reads");
        let path = decision(&app, "GB", "EU").await;
        let page = auditor.get(&path).await;
        assert!(page.text.contains("This row was not compared with its source"), "{}", page.text);
        assert_eq!(auditor.get("/staff/adequacy/nonsense").await.status, 404);
    }

    async fn a_decision_is_added_with_its_source_and_a_legal_approver_is_told(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let answer = admin.post("/staff/adequacy/new", &KENYA[..8]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("href=\"#source_url\"") && answer.text.contains("(EU) 2026/9999"), "kept and said");
        let answer = admin.post("/staff/adequacy/new", &KENYA).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let page = admin.get(answer.location()).await.text;
        assert!(page.contains("Kenya: (EU) 2026/9999") && page.contains("Norway: not yet"), "{page}");
        assert!(page.contains("by Person admin"), "who recorded it is shown: {page}");
        let told = tasks(&app, "ADEQUACY_CHANGED").await;
        assert_eq!(told.iter().map(|task| task.role).collect::<Vec<_>>(), [Role::LegalApprover]);
        let again = admin.post("/staff/adequacy/new", &KENYA).await;
        assert_eq!(again.status, 422);
        assert!(again.text.contains("It is recorded already"), "{}", again.text);
    }

    async fn a_decision_that_cannot_be_is_refused_at_its_field(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let wrong: [(&str, &[(&str, &str)]); 2] = [
            ("in_force_from", &[("adopted_on", "2026-11-02")]),
            ("country", &[("country", "Norway")]),
        ];
        for (field, other) in wrong {
            let answer = admin.post("/staff/adequacy/new", &crate::register::with(&KENYA, other)).await;
            assert_eq!(answer.status, 422, "{field}");
            assert!(answer.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", answer.text);
        }
        let of_the_kingdom = crate::register::with(&KENYA, &[("country", "Norway"), ("regime", "UK")]);
        assert_eq!(admin.post("/staff/adequacy/new", &of_the_kingdom).await.status, 303, "another law");
    }

    async fn a_row_is_added_and_none_is_overwritten(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = decision(&app, "GB", "EU").await;
        let form = admin.get(&format!("{path}/row")).await;
        assert!(form.text.contains("2031-12-27"), "filled from the latest row: {}", form.text);
        let seen = id(&path).to_owned();
        let answer = add_row(&admin, &path, &seen, &[("sunset_on", "2035-12-27")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let page = admin.get(answer.location()).await.text;
        assert!(page.contains("in force until 27 Dec 2031") && page.contains("Waiting to be confirmed"), "{page}");
        let second = add_row(&admin, &path, &seen, &[("sunset_on", "2036-12-27")]).await;
        assert_eq!(second.status, 422, "one after the other");
        assert!(second.text.contains("it is confirmed or turned down before another is added"), "{}", second.text);
        confirm(&app, &approver).await;
        let page = admin.get(answer.location()).await.text;
        assert!(page.contains("in force until 27 Dec 2035"), "{page}");
        assert!(page.contains("Thursday 27 December 2035") && page.contains("Saturday 27 December 2031"), "both are shown");
        let mut tx = app.state.db.read().await.unwrap();
        let rows = list_reference_rows(&mut tx, None).await.unwrap();
        drop(tx);
        assert_eq!(rows.iter().filter(|row| row.code == "GB" && row.id.to_string() == seen).count(), 1);

        // Somebody else had the old row open.
        let late = add_row(&admin, &path, &seen, &[("sunset_on", "2030-01-01")]).await;
        assert_eq!(late.status, 409);
        for words in ["Somebody else saved", "2035", "Tuesday 1 January 2030"] {
            assert!(late.text.contains(words), "{words}: {}", late.text);
        }
        assert!(admin.get(&path).await.text.contains("in force until 27 Dec 2035"));
    }

    async fn a_membership_of_the_eea_is_added_and_ended_by_rows(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let row = |country: &'static str, from: &'static str, to: &'static str| {
            [("country", country), ("from", from), ("to", to), ("source_url", "https://www.efta.int/"), ("checked_on", "2026-11-20")]
        };
        assert_eq!(admin.post("/staff/adequacy/eea", &row("Montenegro", "2026-11-01", "")).await.status, 303);
        confirm(&app, &approver).await;
        let clash = admin.post("/staff/adequacy/eea", &row("Montenegro", "2026-11-02", "")).await;
        assert_eq!(clash.status, 422);
        assert_eq!(admin.post("/staff/adequacy/eea", &row("Montenegro", "2026-11-01", "2026-11-30")).await.status, 303);
        let early = admin.post("/staff/adequacy/eea", &row("Montenegro", "2026-11-01", "2026-12-31")).await;
        assert_eq!(early.status, 422, "the row before is confirmed or turned down first");
        confirm(&app, &approver).await;
        let page = admin.get("/staff/adequacy").await.text;
        assert!(page.contains("30 Nov 2026"), "{page}");
    }

    async fn a_decision_ends_by_itself_and_tasks_say_so_in_time(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let vendor = Vendor { name: "Thameside Ltd", country: "GB", dpf: false, is_ready: false, is_in_use: true };
        add(&app, vendor).await;
        let is_red = async || editor.get(&vendor.path()).await.text.contains("ADEQUACY_EXPIRED");
        let sign_in = async || {
            // Years later nobody is signed in any more, and the session is of the wall clock: the page still opens.
            assert_eq!(editor.get("/staff").await.status, 200);
        };
        travel(&app, "2031-06-29T12:00:00Z");
        assert_eq!(kinds(&app).await, Vec::<String>::new());
        travel(&app, "2031-06-30T12:00:00Z");
        assert_eq!(kinds(&app).await, ["ADEQUACY_SUNSET_180"]);
        assert_eq!(kinds(&app).await, ["ADEQUACY_SUNSET_180"], "each once");
        let task = tasks(&app, "ADEQUACY_SUNSET").await.remove(0);
        assert_eq!((task.role, task.due_on), (Role::LegalApprover, "2031-12-27".parse().ok()));
        let mut tx = app.state.db.write().await.unwrap();
        close_task(&mut tx, task.id, Recorded::by_system(app.state.clock.now())).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(kinds(&app).await, Vec::<String>::new(), "what was done is not opened again");
        travel(&app, "2031-09-28T12:00:00Z");
        assert_eq!(kinds(&app).await, ["ADEQUACY_SUNSET_90"]);
        travel(&app, "2031-11-27T12:00:00Z");
        assert_eq!(kinds(&app).await, ["ADEQUACY_SUNSET_30"]);
        // 24:00 in Brussels is 23:00 in UTC in winter.
        travel(&app, "2031-12-27T22:59:59Z");
        assert!(!is_red().await);
        travel(&app, "2031-12-27T23:00:00Z");
        assert!(is_red().await);
        assert_eq!(kinds(&app).await, ["ADEQUACY_ENDED"]);
        sign_in().await;
        let task = tasks(&app, "ADEQUACY_ENDED").await.remove(0);
        let page = approver.get(&task.path).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("value=\"2031-12-28\""), "{}", page.text);
    }

    async fn the_next_review_of_a_decision_is_a_task_90_days_before(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let due = async || {
            run_due(&app.state).await.unwrap();
            tasks(&app, "ADEQUACY_REVIEW").await
        };
        travel(&app, "2029-10-27T12:00:00Z");
        assert_eq!(due().await, []);
        travel(&app, "2029-10-28T12:00:00Z");
        let review = due().await;
        assert_eq!(review.len(), 1, "{review:?}");
        assert_eq!((review[0].role, review[0].due_on), (Role::LegalApprover, "2030-01-26".parse().ok()));
        let title = "Brazil, (EU) 2026/179 is to be reviewed by Saturday 26 January 2030";
        assert!(review[0].title.starts_with(title), "{}", review[0].title);
        let path = decision(&app, "BR", "EU").await;
        assert_eq!(review[0].path, path, "it leads to the decision");
        assert_eq!(due().await, review, "once");

        let reviewed = [
            ("scope", "PARTIAL"),
            ("scope_question", "Is the recipient subject to the LGPD?"),
            ("next_review_on", "2034-01-26"),
        ];
        let answer = add_row(&admin, &path, id(&path), &reviewed).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        assert_eq!(due().await, review, "the row waits to be confirmed");
        confirm(&app, &approver).await;
        assert_eq!(due().await, []);
    }

    async fn what_a_person_records_counts_once_somebody_else_has_confirmed_it(app: TestApp) {
        let hats = app.signed_in_as("two hats", &[Role::Admin, Role::LegalApprover]).await;
        let [admin, editor] = [app.signed_in(Role::Admin).await, app.signed_in(Role::LegalEditor).await];
        let approver = app.signed_in(Role::LegalApprover).await;
        let (kenya, china) = (Country::parse("KE").unwrap(), Country::parse("CN").unwrap());
        let is_adequate = async |at| law(&app, at).await.is_adequate(kenya, AdequacyRegime::Eu, "2026-11-23".parse().unwrap());
        let added = hats.post("/staff/adequacy/new", &KENYA).await;
        assert_eq!(added.status, 303, "{}", added.text);
        let page = approver.get(added.location()).await.text;
        assert!(page.contains("does not count yet") && page.contains("Confirm this row"), "{page}");
        let own = hats.get(added.location()).await.text;
        assert!(own.contains("somebody else must decide") && !own.contains("Confirm this row"), "{own}");
        assert!(!is_adequate(None).await);
        let path = format!("{}/confirm", added.location());
        for client in [&hats, &admin, &editor] {
            assert_eq!(client.post(&path, &[]).await.status, 403);
        }
        let repealed = format!("{}/status?status=REPEALED&since=2026-11-23", added.location());
        assert_eq!(approver.get(&repealed).await.status, 409, "it has no status yet");
        app.advance(TimeDelta::hours(1));
        let before = app.state.clock.now();
        app.advance(TimeDelta::hours(1));
        assert_eq!(approver.post(&path, &[]).await.status, 303);
        assert!(is_adequate(None).await && !is_adequate(Some(before)).await, "from its confirmation on");
        assert_eq!(tasks(&app, "ADEQUACY_CHANGED").await.len(), 0);
        assert_eq!(approver.post(&path, &[]).await.status, 409, "once");

        let form = [("country", "China"), ("from", "2020-01-01"), ("source_url", "https://www.efta.int/"), ("checked_on", "2026-11-20")];
        assert_eq!(admin.post("/staff/adequacy/eea", &form).await.status, 303);
        let page = approver.get("/staff/adequacy").await.text;
        assert!(page.contains("European Economic Area: China") && page.contains("member from 1 Jan 2020, no end"), "{page}");
        let mut tx = app.state.db.read().await.unwrap();
        let row = list_waiting_rows(&mut tx).await.unwrap().remove(0);
        drop(tx);
        assert_eq!(approver.post(&format!("/staff/adequacy/{}/turn-down", row.id), &[]).await.status, 303);
        assert!(!law(&app, None).await.is_eea(china, "2026-11-23".parse().unwrap()));
        assert!(!approver.get("/staff/adequacy").await.text.contains("China"));
        assert_eq!(tasks(&app, "ADEQUACY_CHANGED").await.len(), 0);
    }

    async fn a_row_that_waits_does_not_undo_a_change_of_status(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let [approver, other] = [
            app.signed_in(Role::LegalApprover).await,
            app.signed_in_as("second approver", &[Role::LegalApprover]).await,
        ];
        let path = decision(&app, "GB", "EU").await;
        let added = add_row(&admin, &path, id(&path), &[("sunset_on", "2035-12-27")]).await;
        assert_eq!(added.status, 303, "{}", added.text);
        app.advance(TimeDelta::hours(1));
        let repealed = [
            ("status", "REPEALED"),
            ("since", "2026-11-23"),
            ("reason", "Repealed"),
            ("source_url", "https://eur-lex.europa.eu/"),
            ("checked_on", "2026-11-23"),
        ];
        done(&approver, &path, &repealed).await;
        let late = other.post(&format!("{}/confirm", added.location()), &[]).await;
        assert_eq!(late.status, 409, "{}", late.text);
        assert!(!law(&app, None).await.is_adequate(Country::parse("GB").unwrap(), AdequacyRegime::Eu, "2026-11-23".parse().unwrap()));
        let down = other.post(&format!("{}/turn-down", added.location()), &[]).await;
        assert_eq!(down.status, 303, "{}", down.text);
    }

    async fn extending_a_decision_closes_its_tasks(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        travel(&app, "2031-12-01T12:00:00Z");
        assert_eq!(kinds(&app).await, ["ADEQUACY_SUNSET_30"]);
        let path = decision(&app, "GB", "EU").await;
        let answer = add_row(&admin, &path, id(&path), &[("sunset_on", "2035-12-27")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        assert_eq!(kinds(&app).await, ["ADEQUACY_SUNSET_30"], "it waits to be confirmed");
        confirm(&app, &approver).await;
        assert_eq!(kinds(&app).await, Vec::<String>::new());
        app.advance(TimeDelta::days(40));
        assert_eq!(kinds(&app).await, Vec::<String>::new());
    }
}
