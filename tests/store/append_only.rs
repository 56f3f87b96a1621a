//! What is evidence stays: the database itself refuses to change or delete it.

use forenotice::on;
use forenotice::store::Tx;
use sqlx::AssertSqlSafe;

use super::evidence::add_evidence;
use crate::both;
use crate::support::TestDb;

/// Tables whose rows are only ever added, and a column of each.
const APPEND_ONLY: [(&str, &str); 49] = [
    ("acknowledgements", "name"),
    ("activation_customers", "customer_id"),
    ("activations", "activated_at"),
    ("answers", "answer"),
    ("attempt_results", "reply"),
    ("attempts", "worker"),
    ("audit", "action"),
    ("audit_checkpoints", "count"),
    ("authorisation_states", "reason"),
    ("baselines", "findings"),
    ("certificates", "body"),
    ("change_states", "reason"),
    ("clause_states", "state"),
    ("country_approvals", "approved_at"),
    ("country_versions", "body"),
    ("documents", "name"),
    ("dpf_checks", "body"),
    ("engagement_states", "reason"),
    ("engagement_versions", "facts"),
    ("former_product_names", "name"),
    ("gate_decisions", "result"),
    ("legal_approvals", "approved_at"),
    ("legal_records", "body"),
    ("listings", "listing"),
    ("lowering_decisions", "reason"),
    ("lowerings", "reason"),
    ("mail_events", "report"),
    ("measure_states", "standing"),
    ("objection_events", "reason"),
    ("objection_versions", "statement"),
    ("organisation_versions", "facts"),
    ("policies", "terms"),
    ("policy_confirmations", "confirmed_at"),
    ("reference_rows", "body"),
    ("reference_verdicts", "verdict"),
    ("review_triggers", "description"),
    ("signature_confirmations", "confirmed_at"),
    ("sign_offs", "part"),
    ("signatures", "list_version"),
    ("version_covers", "reason"),
    ("tia_disclosures", "note"),
    ("tia_states", "reason"),
    ("transfer_fallbacks", "row_id"),
    ("trigger_tias", "record_id"),
    ("trigger_triages", "reason"),
    ("vendor_notice_steps", "reason"),
    ("vendor_notices", "description"),
    ("vendor_page_looks", "text"),
    ("waivers", "reason"),
];

/// All others, whose rows may change. A new table belongs into one of the two lists.
const CHANGING: [&str; 39] = [
    "audit_head",
    "audit_payloads",
    "authorisations",
    "calendar_links",
    "changes",
    "confirmation_requests",
    "contact_requests",
    "contacts",
    "customer_products",
    "customers",
    "deliveries",
    "demo_mails",
    "digests",
    "endings",
    "engagements",
    "entities",
    "gate_watches",
    "imports",
    "lines",
    "mails",
    "notice_editors",
    "notices",
    "objections",
    "organisations",
    "password_resets",
    "products",
    "promises",
    "publisher",
    "register_rows",
    "reminders",
    "sessions",
    "settings",
    "staff",
    "subscribers",
    "subscription_tokens",
    "suppressions",
    "tasks",
    "tia_drafts",
    "tias",
];

async fn names(tx: &mut Tx, sqlite: &'static str, postgres: &'static str) -> Vec<String> {
    let sql = if tx.is_postgres() { postgres } else { sqlite };
    on!(tx, |c| sqlx::query_scalar(sql).fetch_all(c).await).unwrap()
}

async fn count(tx: &mut Tx, table: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    on!(tx, |c| sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
}

both! {
    async fn every_table_is_either_append_only_or_changing(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.read().await.unwrap();
        let tables = names(
            &mut tx,
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '_sqlx_migrations' ORDER BY name",
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations' ORDER BY 1",
        )
        .await;
        let mut declared: Vec<&str> = APPEND_ONLY.iter().map(|(table, _)| *table).chain(CHANGING).collect();
        declared.sort_unstable();
        assert_eq!(tables, declared);
    }

    async fn evidence_can_be_neither_changed_nor_deleted(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_evidence(&mut tx).await;
        tx.commit().await.unwrap();
        for (table, column) in APPEND_ONLY {
            let mut tx = db.read().await.unwrap();
            let before = count(&mut tx, table).await;
            drop(tx);
            assert!(before > 0, "{table} needs a row");
            for sql in [format!("UPDATE {table} SET {column} = {column}"), format!("DELETE FROM {table}")] {
                let mut tx = db.write().await.unwrap();
                let done = on!(&mut tx, |c| sqlx::query(AssertSqlSafe(sql.clone())).execute(c).await.map(drop));
                let refused = done.expect_err(&sql).to_string();
                assert!(refused.contains(&format!("{table} is append-only")), "{sql}: {refused}");
            }
            let mut tx = db.write().await.unwrap();
            if tx.is_postgres() {
                let sql = format!("TRUNCATE {table} CASCADE");
                let done = on!(&mut tx, |c| sqlx::query(AssertSqlSafe(sql.clone())).execute(c).await.map(drop));
                let refused = done.expect_err(&sql).to_string();
                assert!(refused.contains("is append-only"), "{sql}: {refused}");
            }
            drop(tx);
            let mut tx = db.read().await.unwrap();
            assert_eq!(count(&mut tx, table).await, before);
        }
    }
}
