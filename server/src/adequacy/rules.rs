//! Laws to assess, review periods of countries and decisions about organisations: each with its rows, and the forms that add
//! one. Nothing is overwritten; what ends gets its last day by another row.

use app::adequacy::{
    HistoryRow, RowForm, RuleFormPage, RulePage, RuleView, Source, parse_rule, rule_differences, rule_slug,
    rule_title, typed_from_rule,
};
use app::register::Typed;
use app::register::form_page::Overtaken;
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::reference::rule::{Rule, RuleKind, Says};
use domain::role::Permission;
use leptos::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::pages::not_compared;
use super::rows::{after, record};
use super::verdict::waiting_row;
use super::{provenance, today};
use crate::AppState;
use crate::access::Staff;
use crate::http::form::outcome;
use crate::http::{HttpError, Posted, render};
use crate::register::load::People;
use crate::store::reference::{ReferenceRow, find_reference_row, list_reference_rows, list_waiting_rows};
use crate::store::version::Recorded;
use crate::store::{self, Tx};

/// Said of a row that was recorded.
const WAITS: &str = "It counts once a legal approver has confirmed it.";

/// All rows about one matter that count, in the order in which they were recorded, and the one that waits for somebody to
/// confirm it. There is at least one of either.
pub(super) struct RuleFile {
    /// Rows that count.
    pub rows: Vec<(ReferenceRow, Rule)>,
    /// The row that waits.
    waiting: Option<(ReferenceRow, Rule)>,
    /// What counts last, or will.
    pub now: Rule,
}

impl RuleFile {
    /// The rows about what a row is about.
    pub async fn get(tx: &mut Tx, id: &str) -> Result<Self, HttpError> {
        let id: Uuid = id.parse().map_err(|_| HttpError::NotFound)?;
        let row = find_reference_row(tx, id).await?.ok_or(HttpError::NotFound)?;
        let key = row.rule()?.ok_or(HttpError::NotFound)?.key();
        let mut rows = Vec::new();
        let mut now: Option<Rule> = None;
        for row in list_reference_rows(tx, None).await? {
            let Some(rule) = row.rule()?.filter(|rule| rule.key() == key) else {
                continue;
            };
            if now.as_ref().is_none_or(|before| rule.replaces(before)) {
                now = Some(rule.clone());
            }
            rows.push((row, rule));
        }
        let mut waiting = None;
        for row in list_waiting_rows(tx).await? {
            if let Some(rule) = row.rule()?.filter(|rule| rule.key() == key) {
                now.get_or_insert_with(|| rule.clone());
                waiting = Some((row, rule));
            }
        }
        let now = now.ok_or(HttpError::NotFound)?;
        Ok(Self { rows, waiting, now })
    }

    /// The same, of which a row counts.
    async fn counting(tx: &mut Tx, id: &str) -> Result<Self, HttpError> {
        let file = Self::get(tx, id).await?;
        if file.rows.is_empty() {
            return Err(HttpError::conflict(
                "Nothing about it counts yet: its row is confirmed first.",
            ));
        }
        Ok(file)
    }

    /// The row that was recorded last.
    fn last(&self) -> Option<&ReferenceRow> {
        self.rows.last().or(self.waiting.as_ref()).map(|(row, _)| row)
    }

    /// Its id.
    fn latest(&self) -> Uuid {
        self.last().map_or(Uuid::nil(), |row| row.id)
    }

    fn path(&self) -> String {
        format!("/staff/adequacy/rules/{}", self.latest())
    }

    /// Why nobody compared the row that counts last with its source.
    fn not_compared(&self) -> Option<String> {
        let rows = self.rows.iter().chain(&self.waiting);
        rows.rev()
            .find(|(_, rule)| *rule == self.now)
            .and_then(|(row, rule)| reason(row, rule))
    }
}

/// Why nobody compared a row with its source; `None` where somebody did.
fn reason(row: &ReferenceRow, rule: &Rule) -> Option<String> {
    match &rule.says {
        Says::Organisation(_, decision) => decision.not_compared.as_ref().map(ToString::to_string),
        Says::Law(..) | Says::Review(..) => not_compared(row),
    }
}

fn kind_of(word: &str) -> Result<RuleKind, HttpError> {
    RuleKind::ALL
        .iter()
        .copied()
        .find(|kind| rule_slug(*kind) == word)
        .ok_or(HttpError::NotFound)
}

/// The field in which it is named.
const fn naming_field(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Law => "name",
        RuleKind::Review => "country",
        RuleKind::Organisation => "code",
    }
}

/// The row as this person records it now.
fn row_of(
    state: &AppState,
    staff: &Staff,
    rule: &Rule,
    source: &Source,
    before: Option<&ReferenceRow>,
) -> ReferenceRow {
    let now = after(state, before);
    ReferenceRow {
        id: state.random.id(now),
        kind: rule.kind().as_str().to_owned(),
        code: rule.code().to_owned(),
        body: body(rule),
        valid_from: rule.from,
        valid_to: rule.to,
        source_url: source.url.to_string(),
        checked_on: source.checked_on,
        recorded_at: now,
        recorded_by: Some(staff.id),
    }
}

fn body(rule: &Rule) -> Value {
    match &rule.says {
        Says::Law(_, law) => serde_json::to_value(law),
        Says::Review(_, period) => serde_json::to_value(period),
        Says::Organisation(_, decision) => serde_json::to_value(decision),
    }
    .unwrap_or_default()
}

/// `GET /staff/adequacy/rules/{id}`: what a row is about, with all rows about it.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let file = RuleFile::get(&mut tx, &id).await?;
    let people = People::load(&mut tx, &state).await?;
    let mut waiting = Vec::new();
    if let Some((row, _)) = &file.waiting {
        waiting.push(waiting_row(&mut tx, &staff, &people, row).await?);
    }
    drop(tx);
    let mut history = Vec::new();
    let mut before: Option<&Rule> = None;
    for (row, rule) in &file.rows {
        history.push(HistoryRow {
            provenance: provenance(row, &people, reason(row, rule)),
            diffs: rule_differences(before, rule),
        });
        before = Some(rule);
    }
    history.reverse();
    let counts = !file.rows.is_empty();
    let data = RuleView {
        csrf: staff.csrf.clone(),
        path: file.path(),
        not_compared: file.not_compared(),
        history,
        may_add: counts && waiting.is_empty() && staff.may(Permission::ManageSettings),
        waiting,
        counts,
        rule: file.now,
    };
    let chrome = staff.chrome(&state, rule_title(&data.rule), "/staff/adequacy");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <RulePage data/> },
    ))
}

fn new_page(state: &AppState, staff: &Staff, kind: RuleKind, typed: Typed, errors: FieldErrors) -> Response {
    let (status, title) = outcome(&errors, "Add a row");
    let data = RowForm {
        csrf: staff.csrf.clone(),
        path: format!("/staff/adequacy/rules/add/{}", rule_slug(kind)),
        back: "/staff/adequacy".to_owned(),
        typed,
        errors,
        ..RowForm::default()
    };
    let chrome = staff.chrome(state, title, "/staff/adequacy");
    render::page(
        status,
        chrome,
        move || view! { <RuleFormPage kind is_new=true data/> },
    )
}

/// `GET /staff/adequacy/rules/add/{kind}`
pub async fn new_form(
    State(state): State<AppState>,
    staff: Staff,
    Path(kind): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let kind = kind_of(&kind)?;
    Ok(new_page(
        &state,
        &staff,
        kind,
        Typed::default(),
        FieldErrors::new(),
    ))
}

/// `POST /staff/adequacy/rules/add/{kind}`
pub async fn add(
    State(state): State<AppState>,
    staff: Staff,
    Path(kind): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let kind = kind_of(&kind)?;
    let typed = Typed::new(posted.pairs());
    let (rule, source) = match parse_rule(kind, &typed, None, today(&state)) {
        Ok(read) => read,
        Err(errors) => return Ok(new_page(&state, &staff, kind, typed, errors)),
    };
    let mut tx = state.db.write().await?;
    if let Some(known) = find_like(&mut tx, &rule).await? {
        let why = format!(
            "It is recorded already, as “{}”: add another row on its page",
            rule_title(&known)
        );
        let errors = FieldErrors::one(naming_field(kind), why);
        return Ok(new_page(&state, &staff, kind, typed, errors));
    }
    let row = row_of(&state, &staff, &rule, &source, None);
    let title = rule_title(&rule);
    record(&mut tx, &state, &staff, &row, &title).await?;
    tx.commit().await?;
    staff
        .say(format!("{title}: the row is recorded. {WAITS}"))
        .await?;
    Ok(Redirect::to(&format!("/staff/adequacy/rules/{}", row.id)).into_response())
}

/// What is on file about the same, counting or waiting.
async fn find_like(tx: &mut Tx, rule: &Rule) -> store::Result<Option<Rule>> {
    let key = rule.key();
    let counting = list_reference_rows(tx, None).await?;
    for row in counting.iter().chain(&list_waiting_rows(tx).await?) {
        if let Some(other) = row.rule()?.filter(|other| other.key().is_like(&key)) {
            return Ok(Some(other));
        }
    }
    Ok(None)
}

fn row_page(
    state: &AppState,
    staff: &Staff,
    file: &RuleFile,
    typed: Typed,
    errors: FieldErrors,
    overtaken: Option<Overtaken>,
) -> Response {
    let (status, title) = match &overtaken {
        Some(_) => (StatusCode::CONFLICT, "Somebody else saved first".to_owned()),
        None => outcome(&errors, "Add another row"),
    };
    let mut typed = typed;
    if overtaken.is_some() || typed.text("seen").is_empty() {
        typed.set("seen", file.latest());
    }
    let kind = file.now.kind();
    let data = RowForm {
        csrf: staff.csrf.clone(),
        path: format!("{}/row", file.path()),
        back: file.path(),
        title: rule_title(&file.now),
        typed,
        errors,
        overtaken,
        is_eu: false,
    };
    let chrome = staff.chrome(state, title, "/staff/adequacy");
    render::page(
        status,
        chrome,
        move || view! { <RuleFormPage kind is_new=false data/> },
    )
}

/// `GET /staff/adequacy/rules/{id}/row`
pub async fn row_form(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.read().await?;
    let file = RuleFile::counting(&mut tx, &id).await?;
    let typed = typed_from_rule(&file.now);
    Ok(row_page(&state, &staff, &file, typed, FieldErrors::new(), None))
}

/// `POST /staff/adequacy/rules/{id}/row`
pub async fn add_row(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let file = RuleFile::counting(&mut tx, &id).await?;
    let (rule, source) = match parse_rule(file.now.kind(), &typed, Some(&file.now), today(&state)) {
        Ok(read) => read,
        Err(errors) => return Ok(row_page(&state, &staff, &file, typed, errors, None)),
    };
    if typed.text("seen") != file.latest().to_string() {
        let people = People::load(&mut tx, &state).await?;
        let overtaken = overtaken(&file, &people, typed.text("seen"), &rule);
        return Ok(row_page(
            &state,
            &staff,
            &file,
            typed,
            FieldErrors::new(),
            Some(overtaken),
        ));
    }
    if file.waiting.is_some() {
        let field = match file.now.kind() {
            RuleKind::Organisation => "status",
            RuleKind::Law | RuleKind::Review => "from",
        };
        let errors = FieldErrors::one(
            field,
            "A row about it waits: it is confirmed or turned down before another is added",
        );
        return Ok(row_page(&state, &staff, &file, typed, errors, None));
    }
    let row = row_of(&state, &staff, &rule, &source, file.last());
    let title = rule_title(&rule);
    record(&mut tx, &state, &staff, &row, &title).await?;
    tx.commit().await?;
    staff
        .say(format!("{title}: another row is recorded. {WAITS}"))
        .await?;
    Ok(Redirect::to(&format!("/staff/adequacy/rules/{}", row.id)).into_response())
}

/// Both sides: what the other person's row changed, and what this one would change of it.
fn overtaken(file: &RuleFile, people: &People, seen: &str, mine: &Rule) -> Overtaken {
    let base = file.rows.iter().find(|(row, _)| row.id.to_string() == seen);
    let recorded = file.last().map(|row| Recorded {
        at: row.recorded_at,
        by: row.recorded_by,
    });
    Overtaken {
        by: recorded.map_or_else(String::new, |recorded| {
            format!("A row was recorded on {}", people.by(recorded))
        }),
        theirs: base
            .map(|(_, base)| rule_differences(Some(base), &file.now))
            .unwrap_or_default(),
        yours: rule_differences(Some(&file.now), mine),
    }
}
