//! Pages on which vendors tell of their changes: read once a day, and what is different is a task.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::TimeDelta;
use domain::legal_record::{LegalRecord, NoticeChannel};
use domain::role::Role;
use forenotice::store::legal_records::{NewRecord, append_record, list_latest_records};
use forenotice::store::tasks::{Task, list_open_tasks_of};
use forenotice::vendor_pages::{PAGE_CHANGED, PAGE_FAILS, look_at_all};

use crate::both;
use crate::detection::in_use;
use crate::register::{contract, done, text, with};
use crate::support::{Answer, Client, TestApp, TestDb, config};

const SLUG: &str = "acme-hosting-gmbh-object-storage";
const PATH: &str = "/staff/register/acme-hosting-gmbh-object-storage";

/// What the vendor's server answers with.
#[derive(Clone)]
struct Served {
    status: u16,
    kind: &'static str,
    body: String,
}

/// A vendor's server on this machine.
#[derive(Clone)]
struct Vendor {
    served: Arc<Mutex<Served>>,
    asked: Arc<Mutex<Vec<String>>>,
    address: String,
}

impl Vendor {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let vendor = Self {
            served: Arc::new(Mutex::new(page("Acme, Germany"))),
            asked: Arc::default(),
            address: format!("http://{}", listener.local_addr().unwrap()),
        };
        let router = Router::new()
            .route("/changes", get(answer))
            .route("/on", get(async || Redirect::to("/changes")))
            .route("/round", get(async || Redirect::to("/round")))
            .with_state(vendor.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        vendor
    }

    fn serve(&self, served: Served) {
        *self.served.lock().unwrap() = served;
    }

    fn times_asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

async fn answer(State(vendor): State<Vendor>, headers: axum::http::HeaderMap) -> Response {
    let agent = headers[header::USER_AGENT].to_str().unwrap().to_owned();
    vendor.asked.lock().unwrap().push(agent);
    let Served { status, kind, body } = vendor.served.lock().unwrap().clone();
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}

fn page(who: &str) -> Served {
    Served {
        status: 200,
        kind: "text/html; charset=utf-8",
        body: format!("<h1>Subprocessors</h1><script>x</script><p>{who}</p><p>Contact us</p>"),
    }
}

/// The application, which may read pages on this machine.
async fn started(db: TestDb) -> TestApp {
    let mut config = config(&db);
    config.fetches_private = true;
    TestApp::start_with(db, config).await
}

/// Lets the contract name a page, as the form would if it took addresses of this machine.
async fn name_page(app: &TestApp, address: &str) {
    let now = app.state.clock.now();
    let mut tx = app.state.db.write().await.unwrap();
    let current = forenotice::store::engagements::current_by_slug(&mut tx, SLUG)
        .await
        .unwrap()
        .unwrap();
    let records = list_latest_records(&mut tx, current.engagement.id).await.unwrap();
    let stored = records
        .into_iter()
        .find(|record| matches!(record.body, LegalRecord::Contract(_)))
        .unwrap();
    let LegalRecord::Contract(mut contract) = stored.body else {
        panic!("no contract")
    };
    contract.change_feed = Some(domain::legal_record::ChangeFeed {
        channel: NoticeChannel::PolledPage,
        owner: "Vendor desk".parse().unwrap(),
        tested_on: None,
        page: Some(address.parse().unwrap()),
    });
    let new = NewRecord {
        id: app.state.random.id(now).into(),
        engagement_id: current.engagement.id,
        number: stored.number,
        body: LegalRecord::Contract(contract),
        valid_from: None,
        ended_on: None,
        recorded_at: now,
        recorded_by: stored.recorded_by,
    };
    append_record(&mut tx, stored.version, &new).await.unwrap();
    tx.commit().await.unwrap();
}

async fn tasks(app: &TestApp, kind: &str) -> Vec<Task> {
    let mut tx = app.state.db.read().await.unwrap();
    list_open_tasks_of(&mut tx, kind).await.unwrap()
}

/// A day later the page is looked at; the page about it.
async fn next_day(app: &TestApp, client: &Client) -> Answer {
    app.advance(TimeDelta::days(1));
    look_at_all(&app.state).await.unwrap();
    client.get(&format!("{PATH}/vendor-page")).await
}

both! {
    async fn what_is_different_on_a_page_is_shown_and_a_task(db: TestDb) {
        let app = started(db).await;
        let vendor = Vendor::start().await;
        let editor = in_use(&app).await;
        look_at_all(&app.state).await.unwrap();
        assert_eq!(vendor.times_asked(), 0, "no contract names it");
        name_page(&app, &format!("{}/on", vendor.address)).await;
        let first = next_day(&app, &editor).await;
        assert!(text(&first).contains("Nothing was different so far"), "{}", text(&first));
        look_at_all(&app.state).await.unwrap();
        assert_eq!(vendor.times_asked(), 1, "once a day");
        assert!(vendor.asked.lock().unwrap()[0].starts_with("Forenotice/"));
        let same = next_day(&app, &editor).await;
        assert!(text(&same).contains("as before"), "{}", text(&same));
        assert_eq!(tasks(&app, PAGE_CHANGED).await, []);

        vendor.serve(page("Acme, Germany</p><p>Cold Aisle, <b>Sweden</b>"));
        let page = next_day(&app, &editor).await;
        assert!(page.text.contains("<ins>Cold Aisle, Sweden</ins>"), "{}", page.text);
        assert!(!page.text.contains("<del>") && text(&page).contains("Acme, Germany"), "{}", page.text);
        let [task] = tasks(&app, PAGE_CHANGED).await.try_into().unwrap();
        assert_eq!((task.role, task.path.as_str()), (Role::LegalEditor, format!("{PATH}/vendor-page").as_str()));
        assert!(task.title.contains("read what is different on its page of changes"), "{}", task.title);
        let log = format!("/staff/vendor-notices/new?engagement={SLUG}");
        assert!(page.text.contains(&format!("href=\"{log}\"")), "{}", page.text);
        assert!(editor.get(PATH).await.text.contains("/vendor-page\""), "the engagement leads to it");
        let today = app.state.publisher().zone.local_date(app.state.clock.now()).to_string();
        let logged = editor.fill(&log, &[("received_on", &today), ("description", "Cold Aisle joins")]).await;
        assert_eq!(logged.status, 303, "{}", text(&logged));
        assert_eq!(tasks(&app, PAGE_CHANGED).await, [], "it was read");
        let mut tx = app.state.db.read().await.unwrap();
        assert!(forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap().is_intact());
    }

    async fn what_cannot_be_read_says_why_and_is_a_task_after_three_days(db: TestDb) {
        let app = started(db).await;
        let vendor = Vendor::start().await;
        let editor = in_use(&app).await;
        name_page(&app, &format!("{}/changes", vendor.address)).await;
        let of = |status, kind, body: &str| Served { status, kind, body: body.to_owned() };
        let large = "a ".repeat(1_100_000);
        for (served, why, is_lasting) in [
            (of(404, "text/html", "gone"), "it answered with 404", false),
            (of(200, "application/pdf", "%PDF"), "it is no page of text", false),
            (of(200, "text/plain", &large), "it is larger than 2 MB", true),
            (of(200, "text/html", "<script>only</script>"), "it is no page of text", true),
        ] {
            vendor.serve(served);
            let page = next_day(&app, &editor).await;
            assert!(text(&page).contains(why), "{why}: {}", text(&page));
            assert_eq!(tasks(&app, PAGE_FAILS).await.len(), usize::from(is_lasting), "{why}");
        }
        vendor.serve(page("Acme, Germany"));
        next_day(&app, &editor).await;
        assert_eq!(tasks(&app, PAGE_FAILS).await, [], "it can be read again");
        name_page(&app, &format!("{}/round", vendor.address)).await;
        let page = next_day(&app, &editor).await;
        assert!(text(&page).contains("it leads on more than three times"), "{}", text(&page));
        name_page(&app, "http://127.0.0.1:9/changes").await;
        let page = next_day(&app, &editor).await;
        assert!(text(&page).contains("it did not answer within 20 seconds"), "{}", text(&page));
    }

    async fn nothing_is_fetched_from_the_own_network_or_without_tls(app: TestApp) {
        let vendor = Vendor::start().await;
        let editor = in_use(&app).await;
        let place = format!("{PATH}/contract");
        let feed = |channel, page| [
            ("seen", "1"),
            ("feed_channel", channel),
            ("feed_owner", "Vendor desk"),
            ("feed_page", page),
        ];
        for (channel, page, why) in [
            ("POLLED_PAGE", "http://vendor.example/changes", "The address begins with https://"),
            ("POLLED_PAGE", "vendor", "A web address starts with https://"),
            ("EMAIL", "https://vendor.example/changes", "Only a page that we look at has an address here"),
        ] {
            let refused = editor.post(&place, &with(&contract("Acme Hosting GmbH"), &feed(channel, page))).await;
            assert_eq!(refused.status, 422, "{page}");
            assert!(refused.text.contains("href=\"#feed_page\"") && text(&refused).contains(why), "{page}: {}", text(&refused));
        }
        let own = "https://127.0.0.1/changes";
        done(&editor, &place, &with(&contract("Acme Hosting GmbH"), &feed("POLLED_PAGE", own))).await;
        assert!(text(&editor.get(&place).await).contains("Address of that page"));
        for address in [own, "https://10.0.0.1/changes", &format!("{}/changes", vendor.address)] {
            name_page(&app, address).await;
            let page = next_day(&app, &editor).await;
            assert!(text(&page).contains("its address is not a public one"), "{address}: {}", text(&page));
        }
        // A name that leads to this machine leads nowhere.
        name_page(&app, "https://localhost.localdomain/changes").await;
        let page = next_day(&app, &editor).await;
        assert!(text(&page).contains("it did not answer within 20 seconds"), "{}", text(&page));
        assert_eq!(vendor.times_asked(), 0);
    }
}
