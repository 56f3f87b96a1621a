//! The pages for people.

use app::change_log::{Change, ChangeLine, ChangeLog, ChangePage, ChangeRow, ChangesPage, Outcome};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use domain::change::{ChangeState, NoticeClass};
use leptos::prelude::*;

use crate::AppState;
use crate::http::{Chrome, HttpError, render};
use crate::list::cache::{Kept, Made};
use crate::list::{Register, public_difference, public_facts};
use crate::store::Tx;
use crate::store::public_list::{self, Announced, AnnouncedLine, Shown};

/// Changes on one page.
const PAGE: usize = 25;

/// GET `/changes?page=2`.
pub async fn list(
    State(state): State<AppState>,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let page = page_number(query.as_deref());
    Kept::new(&format!("/changes?page={page}"))
        .answer(&state, &headers, async |tx| {
            let register = state.register(tx, None).await?;
            let all = register.announced();
            let first = (page - 1).saturating_mul(PAGE);
            if first >= all.len() && page > 1 {
                return Err(HttpError::NotFound);
            }
            let last = (first + PAGE).min(all.len());
            let log = ChangeLog {
                changes: all[first..last]
                    .iter()
                    .map(|change| row(&register, change))
                    .collect(),
                from: to_u64(first + 1),
                total: to_u64(all.len()),
                previous: (page > 1).then(|| format!("/changes?page={}", page - 1)),
                next: (last < all.len()).then(|| format!("/changes?page={}", page + 1)),
            };
            let chrome = Chrome::public(&state, "Changes", &uri);
            Ok(Made::page(render::document(
                chrome,
                move || view! { <ChangesPage log /> },
            )))
        })
        .await
}

fn page_number(query: Option<&str>) -> usize {
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "page")
        .and_then(|(_, value)| value.parse().ok())
        .filter(|page| *page > 0)
        .unwrap_or(1)
}

fn to_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

pub(super) fn row(register: &Register, change: &Announced) -> ChangeRow {
    let mut kinds: Vec<&'static str> = change.lines.iter().map(|line| line.change_type.label()).collect();
    kinds.dedup();
    ChangeRow {
        number: change.number.clone(),
        title: change.title.clone(),
        kinds,
        announced_on: register.zone.local_date(change.announced_at),
        planned_on: change.planned_on,
        has_happened: has_happened(register, change),
        outcome: outcome(register, change),
    }
}

/// Whether everything that it tells had happened when it was announced.
pub(super) fn has_happened(register: &Register, change: &Announced) -> bool {
    let told_on = register.zone.local_date(change.announced_at);
    let mut lines = change.lines.iter();
    lines.all(|line| line.change_type.has_happened(Some(change.planned_on), told_on))
}

/// What became of a change: a cancelled one stays cancelled; in effect once every line is.
pub(super) fn outcome(register: &Register, change: &Announced) -> Outcome {
    if change.state == ChangeState::Cancelled {
        return Outcome::Cancelled(register.zone.local_date(change.state_since));
    }
    let settled: Option<Vec<_>> = change
        .lines
        .iter()
        .map(|line| register.settled_at(line.id))
        .collect();
    match settled.and_then(|all| all.into_iter().max()) {
        Some(last) => Outcome::InEffect(register.zone.local_date(last)),
        None if change.state == ChangeState::Closed => {
            Outcome::InEffect(register.zone.local_date(change.state_since))
        }
        None if change.lines.iter().any(|line| register.has_begun(line)) => Outcome::Begun,
        None => Outcome::Announced,
    }
}

/// GET `/changes/{number}`.
pub async fn change(
    State(state): State<AppState>,
    Path(number): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    Kept::new(uri.path())
        .answer(&state, &headers, async |tx| {
            let register = state.register(tx, None).await?;
            let change = register
                .announced()
                .iter()
                .find(|change| change.number == number)
                .ok_or(HttpError::NotFound)?;
            let mut lines = Vec::with_capacity(change.lines.len());
            for announced in &change.lines {
                lines.push(line(tx, &register, change, announced).await?);
            }
            let page = Change {
                row: row(&register, change),
                today: register.today,
                contact: state.publisher().contact.clone(),
                class: change
                    .lines
                    .iter()
                    .map(|line| line.notice_class)
                    .max()
                    .unwrap_or(NoticeClass::C),
                lines,
            };
            let chrome = Chrome::public(&state, page.row.title.clone(), &uri);
            Ok(Made::page(render::document(
                chrome,
                move || view! { <ChangePage change=page /> },
            )))
        })
        .await
}

async fn line(
    tx: &mut Tx,
    register: &Register,
    change: &Announced,
    line: &AnnouncedLine,
) -> Result<ChangeLine, HttpError> {
    let history = public_list::list_history(tx, line.engagement_id).await?;
    // What the list said before this line did anything to it.
    let before: Option<&Shown> = history
        .iter()
        .take_while(|shown| shown.line_id != Some(line.id))
        .filter(|shown| shown.recorded_at <= change.announced_at || register.settled_at(line.id).is_some())
        .last();
    Ok(ChangeLine {
        name: line.organisation.legal_name.to_string(),
        slug: (!history.is_empty()).then(|| line.slug.clone()),
        kind: line.change_type.label(),
        replaces: line.replaces_engagement_id.map(|id| {
            let slug = register
                .shown(id)
                .map(|shown| shown.slug.clone())
                .unwrap_or_default();
            (register.names().of(id), slug)
        }),
        fields: before.map_or_else(Vec::new, |old| {
            public_difference(
                (&old.organisation, &old.engagement),
                (&line.organisation, &line.engagement),
                register.names(),
            )
        }),
        facts: if before.is_none() {
            public_facts(register, change, line)
        } else {
            Vec::new()
        },
        was_listed: before.is_some(),
    })
}
