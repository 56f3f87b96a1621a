//! Measurements, printed for whoever runs `make bench`; nothing is asserted about time.

use std::time::Instant;

use forenotice::jobs::{run_due, windows};
use forenotice::store::Of;

use super::tables::{WIDE_EVENT, fill_tables};
use super::*;
use crate::support::{Client, Kind};

async fn milliseconds<T>(what: &str, times: u32, run: impl AsyncFn() -> T) -> T {
    let mut last = run().await;
    let mut taken = Vec::new();
    for _ in 0..times {
        let began = Instant::now();
        last = run().await;
        taken.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    taken.sort_by(f64::total_cmp);
    println!("{what:<58}{:>10.1} ms", taken[taken.len() / 2]);
    last
}

async fn page(client: &Client, path: &str) {
    milliseconds(path, 9, async || {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.text.len()
    })
    .await;
}

/// Median of nine: 2,000 engagements with 20,000 versions of assessments, and what stands in the other lists beside them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_a_large_register() {
    let app = TestApp::start(Kind::Sqlite).await.unwrap();
    fill(&app, 2_000, 10).await;
    fill_tables(&app).await;
    let editor = app
        .signed_in_as("reader", &[Role::LegalEditor, Role::LegalApprover])
        .await;
    println!(
        "2,000 engagements with 20,000 versions of assessments and 2,000 sets of clauses, 2,000 customers, SQLite"
    );
    let event = format!("/staff/triggers/{WIDE_EVENT}");
    let last_part = format!("{event}?page=40");
    let began = Instant::now();
    counts::keep(&app.state).await.unwrap();
    println!(
        "{:<58}{:>10.1} ms",
        "counting all of them once",
        began.elapsed().as_secs_f64() * 1000.0
    );
    for path in [
        "/staff/register",
        "/staff/register?page=40",
        "/staff/register?q=vendor+019",
        "/staff/register?gates=red&sort=red&order=down",
        "/staff/register?state=DRAFT&sort=service&page=7",
        "/staff/register/vendor-01000-as",
        "/staff/assessments",
        "/staff/assessments?page=30",
        "/staff/assessments?q=vendor+019&state=APPROVED",
        "/staff/register/vendor-01000-as/tia/1",
        "/staff",
        "/staff/tasks",
        "/staff/scc",
        "/staff/scc?page=30",
        "/staff/triggers",
        "/staff/triggers?q=vendor+0001",
        event.as_str(),
        last_part.as_str(),
        "/staff/vendor-notices",
        "/staff/vendor-notices?q=vendor+0001",
        "/staff/countries",
        "/staff/changes",
        "/staff/changes?q=vendor+0001",
        "/staff/customers",
        "/staff/customers?page=30",
        "/staff/objections",
        "/staff/mails",
        "/staff/audit",
    ] {
        page(&editor, path).await;
    }
    milliseconds("the list as it was: judging all of them", 3, async || {
        let mut tx = app.state.db.read().await.unwrap();
        let now = app.state.clock.now();
        let all = register::judge_these(&mut tx, Of::All, None).await.unwrap();
        all.iter()
            .filter(|one| evaluate_register(&one.facts, now).allowed)
            .count()
    })
    .await;
}

/// 10,000 customers in scope of one change.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_with_many_customers() {
    let app = TestApp::start(Kind::Sqlite).await.unwrap();
    let [editor, approver, _] = clients(&app).await;
    send(&app, &editor, &approver).await;
    tell_many(&app, 10_000).await;
    let zone = app.state.publisher().zone;
    let mut tx = app.state.db.read().await.unwrap();
    let id = current_by_slug(&mut tx, "kaleido-search-gmbh")
        .await
        .unwrap()
        .unwrap()
        .engagement
        .id;
    let (line, change) = find_announced_line(&mut tx, id.uuid()).await.unwrap().unwrap();
    let all = authorisations::list_by_line(&mut tx, line.id).await.unwrap();
    drop(tx);
    println!("{} customers in scope of one change, SQLite", all.len());
    let now = app.state.clock.now();
    milliseconds("loading and judging all of them", 5, async || {
        let mut tx = app.state.db.read().await.unwrap();
        gates::load(&mut tx, zone, id, Some((change.clone(), line.clone())), now)
            .await
            .unwrap()
            .decide(now)
            .customers
            .len()
    })
    .await;
    milliseconds("the same for 100 of them, one after the other", 3, async || {
        let mut tx = app.state.db.read().await.unwrap();
        for one in all.iter().take(100) {
            gates::customer_facts(&mut tx, zone, (&change, &line), one, now)
                .await
                .unwrap();
        }
    })
    .await;
    milliseconds("the job that settles windows, nothing due", 5, async || {
        windows::settle_all(&app.state).await.unwrap();
    })
    .await;
    milliseconds("all jobs, nothing due", 3, async || {
        run_due(&app.state).await.unwrap();
    })
    .await;
    page(&editor, "/staff/register/kaleido-search-gmbh").await;
    page(&editor, "/staff/register/kaleido-search-gmbh/customers?page=100").await;
    page(&editor, "/staff/customers?page=100").await;
}
