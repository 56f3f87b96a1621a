//! The dated rows of law for staff: who is in the EEA, which adequacy decisions there are, and what assessments of a country
//! heed ([`rules`]). An admin adds rows, and each counts once somebody with legal power has confirmed it ([`verdict`]); a
//! change of status of a decision about a country is a legal act, carried out in one transaction with everything that follows
//! from it ([`loss`]).

pub mod loss;
mod pages;
mod rows;
mod rules;
mod status;
pub mod stop;
mod verdict;

pub(crate) use rows::after;

use app::adequacy::{DecisionRow, Provenance, looked_at, standing};
use axum::Router;
use axum::routing::{get, post};
use chrono::NaiveDate;
use domain::id::TaskId;
use domain::reference::AdequacyDecision;
use domain::reference::rule::RuleKind;
use domain::role::Role;
use domain::words::short_day;
use domain::zone::Zone;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::HttpError;
use crate::register::load::People;
use crate::store::reference::{
    ADEQUACY, CALENDAR_OVERRIDE, ReferenceRow, append_reference_row, find_reference_row, list_reference_rows,
    list_waiting_rows,
};
use crate::store::tasks::{Task, open_task};
use crate::store::version::Recorded;
use crate::store::{self, Tx};

/// The kind of task that tells a legal approver of a new row.
pub const ADEQUACY_CHANGED: &str = "ADEQUACY_CHANGED";

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/adequacy", get(pages::overview))
        .route("/staff/adequacy/new", get(rows::new_form).post(rows::add))
        .route(
            "/staff/adequacy/eea",
            get(rows::member_form).post(rows::add_member),
        )
        .route(
            "/staff/adequacy/rules/add/{kind}",
            get(rules::new_form).post(rules::add),
        )
        .route("/staff/adequacy/rules/{id}", get(rules::page))
        .route(
            "/staff/adequacy/rules/{id}/row",
            get(rules::row_form).post(rules::add_row),
        )
        .route("/staff/adequacy/{id}", get(pages::decision))
        .route(
            "/staff/adequacy/{id}/row",
            get(rows::row_form).post(rows::add_row),
        )
        .route(
            "/staff/adequacy/{id}/status",
            get(status::page).post(status::carry_out),
        )
        .route("/staff/adequacy/{id}/ask", post(status::ask))
        .route("/staff/adequacy/{id}/confirm", post(verdict::confirm))
        .route("/staff/adequacy/{id}/turn-down", post(verdict::turn_down))
}

/// Adequacy decisions begin and end in Brussels.
fn today(state: &AppState) -> NaiveDate {
    Zone::BRUSSELS.local_date(state.clock.now())
}

/// One decision with all its rows that count, oldest first, and the one that waits for somebody to confirm it. There is at
/// least one of either.
struct File {
    rows: Vec<ReferenceRow>,
    waiting: Option<ReferenceRow>,
    now: AdequacyDecision,
}

impl File {
    /// The rows of the decision to which a row belongs.
    async fn get(tx: &mut Tx, id: &str) -> Result<Self, HttpError> {
        let id: Uuid = id.parse().map_err(|_| HttpError::NotFound)?;
        let row = find_reference_row(tx, id).await?.ok_or(HttpError::NotFound)?;
        let key = row.decision()?.ok_or(HttpError::NotFound)?.key();
        let mut rows = Vec::new();
        let mut now = None;
        for row in list_reference_rows(tx, None).await? {
            if let Some(decision) = row.decision()?.filter(|decision| decision.key() == key) {
                now = Some(decision);
                rows.push(row);
            }
        }
        let mut waiting = None;
        for row in list_waiting_rows(tx).await? {
            if let Some(decision) = row.decision()?.filter(|decision| decision.key() == key) {
                now.get_or_insert(decision);
                waiting = Some(row);
            }
        }
        let now = now.ok_or(HttpError::NotFound)?;
        Ok(Self { rows, waiting, now })
    }

    /// The same, of which a row counts: what nobody has confirmed has no status to change.
    async fn counting(tx: &mut Tx, id: &str) -> Result<Self, HttpError> {
        let file = Self::get(tx, id).await?;
        if file.rows.is_empty() {
            return Err(HttpError::conflict(
                "This decision does not count yet: its row is confirmed first.",
            ));
        }
        Ok(file)
    }

    /// The row that counts, or the one that will.
    fn last(&self) -> Option<&ReferenceRow> {
        self.rows.last().or(self.waiting.as_ref())
    }

    /// Its id.
    fn latest(&self) -> Uuid {
        self.last().map_or(Uuid::nil(), |row| row.id)
    }

    fn path(&self) -> String {
        format!("/staff/adequacy/{}", self.latest())
    }

    /// "United States: (EU) 2023/1795".
    fn title(&self) -> String {
        format!("{}: {}", self.now.country.label(), self.now.instrument)
    }
}

/// Where a row comes from, in words.
pub(crate) fn provenance(row: &ReferenceRow, people: &People, not_compared: Option<String>) -> Provenance {
    let recorded = Recorded {
        at: row.recorded_at,
        by: row.recorded_by,
    };
    Provenance {
        source_url: row.source_url.clone(),
        checked_on: match &not_compared {
            None => looked_at(row.checked_on),
            Some(_) => format!("as of {}", short_day(row.checked_on)),
        },
        recorded: match row.recorded_by {
            Some(_) => people.by(recorded),
            None => "came with the product".to_owned(),
        },
        not_compared,
    }
}

fn decision_row(
    row: &ReferenceRow,
    decision: AdequacyDecision,
    people: &People,
    today: NaiveDate,
) -> DecisionRow {
    DecisionRow {
        id: row.id.to_string(),
        about: decision.country.label().to_owned(),
        standing: standing(&decision, today),
        provenance: provenance(
            row,
            people,
            decision.not_compared.as_ref().map(ToString::to_string),
        ),
        decision,
    }
}

/// What the row of a decision holds: everything but the country, which has its own column.
fn body(decision: &AdequacyDecision) -> Value {
    let mut body = serde_json::to_value(decision).unwrap_or_default();
    if let Value::Object(fields) = &mut body {
        fields.remove("country");
    }
    body
}

/// Adds a row, with its entry in the audit log. What the law says counts only once somebody else has confirmed it.
pub(crate) async fn append(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    row: &ReferenceRow,
    reason: Option<&str>,
) -> store::Result<()> {
    append_reference_row(tx, row).await?;
    let payload = json!({
        "kind": row.kind,
        "code": row.code,
        "body": row.body,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "source_url": row.source_url,
        "checked_on": row.checked_on,
        "reason": reason,
    });
    let subject = Subject::of("reference_row", row.id);
    staff
        .record(tx, state, "reference_row.added", subject, payload)
        .await?;
    Ok(())
}

/// A task for a legal approver: to compare a row with its source.
pub(crate) async fn ask_to_compare(
    tx: &mut Tx,
    state: &AppState,
    row: &ReferenceRow,
    title: String,
) -> store::Result<()> {
    let task = Task {
        id: TaskId::from(state.random.id(row.recorded_at)),
        kind: ADEQUACY_CHANGED.to_owned(),
        role: Role::LegalApprover,
        title,
        path: match row.kind.as_str() {
            ADEQUACY => format!("/staff/adequacy/{}", row.id),
            CALENDAR_OVERRIDE => "/staff/calendars".to_owned(),
            kind if kind.parse::<RuleKind>().is_ok() => format!("/staff/adequacy/rules/{}", row.id),
            _ => "/staff/adequacy".to_owned(),
        },
        about_id: Some(row.id),
        due_on: None,
        created_at: row.recorded_at,
        done: None,
    };
    open_task(tx, &task).await.map(drop)
}
