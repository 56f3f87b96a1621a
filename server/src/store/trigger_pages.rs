//! Events and the assessments that each concerns, page by page, with the names that their lines show.

use chrono::{DateTime, Utc};
use domain::country::Country;
use domain::legal_record::{MechanismKind, TiaState};
use domain::trigger::TriggerKind;
use uuid::Uuid;

use super::assessments::company;
use super::triggers::{COLUMNS, Concerned, ConcernedRow, Row, Trigger};
use super::{Result, Search, Tx, parsed};

/// An event in the list, with how many assessments it concerns and how many nobody has judged yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerLine {
    /// The event.
    pub trigger: Trigger,
    /// How many it concerns.
    pub concerned: i64,
    /// How many of them are open.
    pub open: i64,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    trigger: Row,
    concerned: i64,
    judged: i64,
}

/// An engagement's service as it is now, for SQLite and for Postgres.
const SERVICE: (&str, &str) = (
    "json_extract(v.facts, '$.service.KNOWN')",
    "v.facts #>> '{service,KNOWN}'",
);

fn service(tx: &Tx) -> &'static str {
    if tx.is_postgres() { SERVICE.1 } else { SERVICE.0 }
}

/// The newest facts `o` of the company behind the engagement `e`, and those of the engagement, `v`.
const NEWEST: &str = "JOIN organisation_versions o ON o.organisation_id = e.organisation_id
      AND o.version = (SELECT MAX(n.version) FROM organisation_versions n WHERE n.organisation_id = e.organisation_id)
     JOIN engagement_versions v ON v.engagement_id = e.id
      AND v.version = (SELECT MAX(n.version) FROM engagement_versions n WHERE n.engagement_id = e.id)";

/// A text of ours in a statement.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The name of what an event is about: a company, an engagement, a country or a kind of instrument.
fn name(tx: &Tx) -> String {
    // Countries and instruments are words of ours, which are no ids.
    let id = if tx.is_postgres() {
        "CASE WHEN LENGTH(target) = 36 THEN CAST(target AS UUID) END"
    } else {
        "unhex(REPLACE(target, '-', ''))"
    };
    let countries = Country::all().map(|one| (one.to_string(), one.label()));
    let instruments = MechanismKind::ALL
        .iter()
        .map(|one| (one.to_string(), one.label()));
    let words: Vec<String> = countries
        .chain(instruments)
        .map(|(code, label)| format!("WHEN {} THEN {}", quoted(&code), quoted(label)))
        .collect();
    format!(
        "COALESCE((SELECT {company} FROM organisation_versions o WHERE o.organisation_id = {id}
                   ORDER BY o.version DESC LIMIT 1),
                  (SELECT {company} || ' ' || COALESCE({}, '') FROM engagements e {NEWEST} WHERE e.id = {id}),
                  CASE target {} END)",
        service(tx),
        words.join(" "),
        company = company(tx),
    )
}

/// What happened, as people read it.
fn kind_label() -> String {
    let cases = TriggerKind::ALL.iter();
    let cases: Vec<String> = cases
        .map(|kind| format!("WHEN {} THEN {}", quoted(kind.as_str()), quoted(kind.label())))
        .collect();
    format!("CASE kind {} END", cases.join(" "))
}

/// A page of the events that hold every word, in their number, kind or description or in the name of what they are about:
/// open ones first, then the newest; and how many fit.
pub async fn page_triggers(
    tx: &mut Tx,
    search: &str,
    (limit, offset): (i64, i64),
) -> Result<(Vec<TriggerLine>, i64)> {
    let kind = kind_label();
    let columns = [
        "'Event ' || CAST(number AS TEXT)",
        kind.as_str(),
        "description",
        "name",
    ];
    let sought = Search::new(tx, &columns, search, 1);
    // Names are looked up only where somebody searches.
    let events = if sought.condition.is_empty() {
        "review_triggers".to_owned()
    } else {
        format!(
            "(SELECT *, {} AS name FROM review_triggers) AS review_triggers",
            name(tx)
        )
    };
    let fitting = format!("FROM {events} WHERE 1 = 1{}", sought.condition);
    let total = sought.count(tx, &fitting).await?;
    let sql = format!(
        "SELECT * FROM (SELECT {COLUMNS},
                (SELECT COUNT(*) FROM trigger_tias a WHERE a.trigger_id = review_triggers.id) AS concerned,
                (SELECT COUNT(*) FROM trigger_triages j WHERE j.trigger_id = review_triggers.id) AS judged
         {fitting}) AS lines
         ORDER BY CASE WHEN judged < concerned THEN 0 ELSE 1 END, number DESC LIMIT {limit} OFFSET {offset}"
    );
    let rows: Vec<LineRow> = sought.list(tx, sql).await?;
    let lines = rows.into_iter().map(|row| {
        Ok(TriggerLine {
            trigger: row.trigger.read()?,
            concerned: row.concerned,
            open: row.concerned - row.judged,
        })
    });
    Ok((lines.collect::<Result<_>>()?, total))
}

/// How many assessments an event concerns, and how far somebody has come with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many it concerns.
    pub concerned: i64,
    /// How many of them wait for an answer.
    pub open: i64,
    /// When the newest answer was given.
    pub answered_at: Option<DateTime<Utc>>,
}

/// Counts them without loading them.
pub async fn count_concerned(tx: &mut Tx, trigger_id: Uuid) -> Result<Tally> {
    let (concerned, judged, answered_at): (i64, i64, Option<DateTime<Utc>>) = on!(tx, |c| {
        sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM trigger_tias WHERE trigger_id = $1),
                    (SELECT COUNT(*) FROM trigger_triages WHERE trigger_id = $1),
                    (SELECT MAX(decided_at) FROM trigger_triages WHERE trigger_id = $1)",
        )
        .bind(trigger_id)
        .fetch_one(c)
        .await
    })?;
    Ok(Tally {
        concerned,
        open: concerned - judged,
        answered_at,
    })
}

/// An assessment that an event concerns, with what its line shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConcernedLine {
    /// Which, and what was found out.
    pub one: Concerned,
    /// The last part of its engagement's address.
    pub slug: String,
    /// The vendor's name as it is now.
    pub company: String,
    /// What it does, where that is known.
    pub service: Option<String>,
    /// The state of the version that counted then.
    pub state: TiaState,
}

#[derive(sqlx::FromRow)]
struct ConcernedLineRow {
    #[sqlx(flatten)]
    one: ConcernedRow,
    slug: String,
    company: String,
    service: Option<String>,
    state: String,
}

/// A page of the assessments that an event concerns: open ones first, then in the order in which their engagements were
/// recorded.
pub async fn page_concerned(
    tx: &mut Tx,
    trigger_id: Uuid,
    (limit, offset): (i64, i64),
) -> Result<Vec<ConcernedLine>> {
    let state = if tx.is_postgres() {
        "r.body ->> 'state'"
    } else {
        "json_extract(r.body, '$.state')"
    };
    // The page is cut out before names are joined to it: they stand in long documents.
    let sql = format!(
        "SELECT p.engagement_id, p.number, p.record_id, p.triage, p.reason, p.decided_at, p.decided_by, e.slug,
                {} AS company, {} AS service,
                COALESCE((SELECT s.state FROM tia_states s WHERE s.record_id = r.id AND s.seq =
                            (SELECT MAX(m.seq) FROM tia_states m WHERE m.record_id = r.id)),
                         CASE WHEN l.record_id IS NULL THEN {state} ELSE 'APPROVED' END) AS state
         FROM (SELECT a.engagement_id, a.number, a.record_id, j.triage, j.reason,
                      j.decided_at, j.decided_by
               FROM trigger_tias a LEFT JOIN trigger_triages j ON j.trigger_id = a.trigger_id
                    AND j.engagement_id = a.engagement_id AND j.number = a.number
               WHERE a.trigger_id = $1
               ORDER BY CASE WHEN j.triage IS NULL THEN 0 ELSE 1 END, a.engagement_id, a.number
               LIMIT {limit} OFFSET {offset}) AS p
         JOIN engagements e ON e.id = p.engagement_id
         {NEWEST}
         JOIN legal_records r ON r.id = p.record_id LEFT JOIN legal_approvals l ON l.record_id = r.id
         ORDER BY CASE WHEN p.triage IS NULL THEN 0 ELSE 1 END, p.engagement_id, p.number",
        company(tx),
        service(tx),
    );
    let rows: Vec<ConcernedLineRow> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(trigger_id)
            .fetch_all(c)
            .await
    })?;
    rows.into_iter()
        .map(|row| {
            Ok(ConcernedLine {
                one: row.one.read()?,
                slug: row.slug,
                company: row.company,
                service: row.service,
                state: parsed("legal_records", "state", &row.state)?,
            })
        })
        .collect()
}

/// How many come before one of them on the pages of [`page_concerned`].
pub async fn count_before(tx: &mut Tx, trigger_id: Uuid, one: &Concerned) -> Result<i64> {
    let (engagement, number) = one.key;
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM (
                SELECT a.engagement_id, a.number, CASE WHEN j.triage IS NULL THEN 0 ELSE 1 END AS is_answered
                FROM trigger_tias a LEFT JOIN trigger_triages j ON j.trigger_id = a.trigger_id
                     AND j.engagement_id = a.engagement_id AND j.number = a.number
                WHERE a.trigger_id = $1) AS p
             WHERE p.is_answered < $2 OR (p.is_answered = $2
                   AND (p.engagement_id < $3 OR (p.engagement_id = $3 AND p.number < $4)))",
        )
        .bind(trigger_id)
        .bind(i64::from(one.triage.is_some()))
        .bind(engagement.uuid())
        .bind(number)
        .fetch_one(c)
        .await
    })?)
}
