//! The register as its list shows it.

use domain::engagement::RelationshipRole;
use domain::engagement::state::EngagementState;
use forenotice::on;
use forenotice::store::Tx;
use forenotice::store::register_rows::{
    self, GatesAsked, RegisterQuery, RegisterRow, RegisterSort, forget_counts, list_uncounted, page_rows,
    put_row,
};

use super::fixtures::{ACME, BACKUP, CHANGE, HOSTING, add_change, add_register, day, micro};
use super::{engagement, hour, id, organisation};
use crate::both;
use crate::support::TestDb;

const TODAY: &str = "2026-11-27";
const OTHER: u128 = 300;

fn row(engagement: u128, company: u128, name: &str, red: i64) -> RegisterRow {
    RegisterRow {
        engagement_id: id(engagement),
        organisation_id: id(company),
        slug: format!("row-{engagement}"),
        company: name.to_owned(),
        service: Some("Lagring “nord”".to_owned()),
        purpose: "Keeps 100% of files".to_owned(),
        role: RelationshipRole::Subprocessor,
        state: EngagementState::Active,
        red,
        waived: 0,
        differs: red == 2,
        changed_at: micro(red),
        counted_at: hour(1),
    }
}

/// Two engagements of one company, and a third, as the list has them.
pub async fn counted(tx: &mut Tx) -> [RegisterRow; 3] {
    add_register(tx).await;
    let other = organisation(tx, OTHER, "Other AS").await;
    engagement(tx, OTHER + 1, other, "other").await;
    let rows = [
        row(HOSTING, ACME, "acme Hosting", 0),
        row(BACKUP, ACME, "Acme Hosting", 2),
        RegisterRow {
            service: None,
            state: EngagementState::Draft,
            role: RelationshipRole::OwnProcessor,
            ..row(OTHER + 1, OTHER, "Øst AS", 1)
        },
    ];
    for row in &rows {
        put_row(tx, row, day(TODAY)).await.unwrap();
    }
    rows
}

async fn uncounted(tx: &mut Tx, on: &str) -> usize {
    register_rows::list_uncounted(tx, day(on), 10)
        .await
        .unwrap()
        .len()
}

both! {
    async fn what_was_not_counted_today_is_due(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        assert_eq!(uncounted(&mut tx, TODAY).await, 2, "never counted");
        put_row(&mut tx, &row(HOSTING, ACME, "Acme", 0), day(TODAY)).await.unwrap();
        assert_eq!(list_uncounted(&mut tx, day(TODAY), 10).await.unwrap(), [id(BACKUP)]);
        assert_eq!(uncounted(&mut tx, "2026-11-28").await, 2, "a gate may have closed by time");
        assert_eq!(list_uncounted(&mut tx, day("2026-11-28"), 1).await.unwrap().len(), 1);
    }

    async fn what_something_was_written_about_is_due(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let rows = counted(&mut tx).await;
        add_change(&mut tx, CHANGE, "2026-001").await;
        let cases: [(&str, Option<u128>, usize); 7] = [
            ("customer", Some(1), 0),
            ("delivery", None, 0),
            ("engagement", Some(HOSTING), 1),
            ("organisation", Some(ACME), 2),
            ("change", Some(CHANGE), 1),
            ("change", Some(99), 0),
            ("settings", None, 3),
        ];
        for (kind, number, due) in cases {
            for row in &rows {
                put_row(&mut tx, row, day(TODAY)).await.unwrap();
            }
            forget_counts(&mut tx, kind, number.map(id)).await.unwrap();
            assert_eq!(uncounted(&mut tx, TODAY).await, due, "{kind}");
        }
        // The one above is judged by what is below it.
        on!(&mut tx, |c| sqlx::query("UPDATE engagements SET parent_engagement_id = $1 WHERE id = $2")
            .bind(id::<uuid::Uuid>(HOSTING))
            .bind(id::<uuid::Uuid>(OTHER + 1))
            .execute(c)
            .await
            .map(drop))
        .unwrap();
        for row in &rows {
            put_row(&mut tx, row, day(TODAY)).await.unwrap();
        }
        forget_counts(&mut tx, "engagement", Some(id(OTHER + 1))).await.unwrap();
        assert_eq!(uncounted(&mut tx, TODAY).await, 2);
        forget_counts(&mut tx, "something new", Some(id(1))).await.unwrap();
        assert_eq!(uncounted(&mut tx, TODAY).await, 3, "what nobody thought of is not taken for nothing");
    }

    async fn a_page_is_searched_filtered_and_sorted(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let [first, second, third] = counted(&mut tx).await;
        let page = async |tx: &mut Tx, asked: RegisterQuery, limits: (i64, i64)| page_rows(tx, &asked, limits).await.unwrap();
        let all = page(&mut tx, RegisterQuery::default(), (50, 0)).await;
        assert_eq!(all.1, 3);
        assert_eq!(all.0.last(), Some(&third), "small and capital letters are the same letters");
        let (part, total) = page(&mut tx, RegisterQuery::default(), (1, 1)).await;
        assert_eq!((part, total), (vec![all.0[1].clone()], 3));
        let by = |sort, is_descending| RegisterQuery { sort, is_descending, ..RegisterQuery::default() };
        for (asked, order) in [
            (by(RegisterSort::Red, false), [&first, &third, &second]),
            (by(RegisterSort::Red, true), [&second, &third, &first]),
            (by(RegisterSort::Changed, true), [&second, &third, &first]),
        ] {
            assert_eq!(page(&mut tx, asked, (50, 0)).await.0, order.map(Clone::clone));
        }
        assert_eq!(page(&mut tx, by(RegisterSort::Service, false), (50, 0)).await.0[0], third, "unknown comes first");
        assert_eq!(page(&mut tx, by(RegisterSort::State, false), (50, 0)).await.0[0], third, "a draft comes first");
        for (search, found) in [("acme 100%", 2), ("NORD keeps", 2), ("øst", 1), ("ØST files", 1), ("%", 3), ("acme øst", 0)] {
            let asked = RegisterQuery { search: search.to_owned(), ..RegisterQuery::default() };
            assert_eq!(page(&mut tx, asked, (50, 0)).await.1, found, "{search}");
        }
        let narrow = RegisterQuery { gates: Some(GatesAsked::Red), state: Some(EngagementState::Active), ..RegisterQuery::default() };
        assert_eq!(page(&mut tx, narrow, (50, 0)).await, (vec![second], 1));
        let of = |gates| RegisterQuery { gates: Some(gates), ..RegisterQuery::default() };
        assert_eq!(page(&mut tx, of(GatesAsked::Green), (50, 0)).await, (vec![first.clone()], 1));
        assert_eq!(page(&mut tx, of(GatesAsked::Waived), (50, 0)).await, (vec![], 0));
        let first = RegisterRow { waived: 1, ..first };
        put_row(&mut tx, &first, day(TODAY)).await.unwrap();
        assert_eq!(page(&mut tx, of(GatesAsked::Green), (50, 0)).await, (vec![], 0), "waived is not green");
        assert_eq!(page(&mut tx, of(GatesAsked::Waived), (50, 0)).await, (vec![first], 1));
        let own = RegisterQuery { role: Some(RelationshipRole::OwnProcessor), ..RegisterQuery::default() };
        assert_eq!(page(&mut tx, own, (50, 0)).await, (vec![third], 1));
    }
}

/// The list reads pages along an index: neither are all rows sorted, nor is a company looked for row by row.
#[tokio::test]
async fn a_page_of_the_list_is_read_along_an_index() {
    let kept = TestDb::start(crate::support::Kind::Sqlite).await.unwrap();
    let db = kept.open().await;
    let mut tx = db.read().await.unwrap();
    for (sql, index) in [
        (
            "SELECT * FROM register_rows WHERE 1 = 1 ORDER BY company_key, slug LIMIT 50 OFFSET 50",
            "register_rows_by_company",
        ),
        (
            "SELECT * FROM register_rows WHERE 1 = 1 ORDER BY red DESC, company_key DESC, slug DESC LIMIT 50",
            "register_rows_by_red",
        ),
        (
            "SELECT * FROM register_rows WHERE 1 = 1 ORDER BY changed_at, company_key, slug LIMIT 50",
            "register_rows_by_change",
        ),
        (
            "SELECT * FROM register_rows WHERE 1 = 1 ORDER BY state_rank, company_key, slug LIMIT 50",
            "register_rows_by_state",
        ),
        (
            "SELECT * FROM register_rows WHERE 1 = 1 ORDER BY service_key, company_key, slug LIMIT 50",
            "register_rows_by_service",
        ),
        (
            "UPDATE register_rows SET counted_on = NULL WHERE organisation_id = x'00'",
            "register_rows_by_organisation",
        ),
    ] {
        let plan: Vec<String> = on!(&mut tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "EXPLAIN QUERY PLAN {sql}"
        )))
        .fetch_all(c)
        .await)
        .unwrap()
        .into_iter()
        .map(|(_, _, _, detail): (i64, i64, i64, String)| detail)
        .collect();
        let plan = plan.join("; ");
        assert!(
            plan.contains(index) && !plan.contains("TEMP B-TREE"),
            "{sql}: {plan}"
        );
    }
}
