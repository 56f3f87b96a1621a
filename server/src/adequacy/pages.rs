//! Reading: the overview, and one decision with its rows.

use std::collections::BTreeMap;

use app::adequacy::{
    AdequacyPage, AdequacyView, DecisionPage, DecisionRow, DecisionView, HistoryRow, MemberRow,
    OrganisationRow, RuleRow, differences, organisation_standing,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::adequacy_loss::rests_on;
use domain::country::Country;
use domain::legal_record::LegalRecord;
use domain::reference::rule::Says;
use domain::reference::{AdequacyDecision, AdequacyRegime, AdequacyStatus};
use domain::role::Permission;
use domain::words::{day, short_day};
use leptos::prelude::*;

use super::verdict::waiting_row;
use super::{File, decision_row, provenance, today};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, render};
use crate::register::load::People;
use crate::store::legal_records::list_latest_records_of;
use crate::store::reference::{
    EEA_MEMBER, ReferenceRow, list_reference_rows, list_waiting_rows, reference_data,
};
use crate::store::{Of, StoreError, Tx, parsed};

/// Said of a row that came with the product and says nothing of its comparison.
const CAME_ALONG: &str = "It came with the product, and nobody has compared it with its source here.";

/// `GET /staff/adequacy`
pub async fn overview(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let people = People::load(&mut tx, &state).await?;
    let rows = list_reference_rows(&mut tx, None).await?;
    let mut waiting = Vec::new();
    for row in list_waiting_rows(&mut tx).await? {
        waiting.push(waiting_row(&mut tx, &staff, &people, &row).await?);
    }
    drop(tx);
    let today = today(&state);
    let mut members = BTreeMap::new();
    let mut decisions = BTreeMap::new();
    let mut organisations = BTreeMap::new();
    let (mut laws, mut reviews) = (BTreeMap::new(), BTreeMap::new());
    for row in &rows {
        if row.kind == EEA_MEMBER {
            let member = member(row, &people)?;
            members.insert((member.country.clone(), row.valid_from), member);
        } else if let Some(decision) = row.organisation_decision()? {
            let not_compared = decision.not_compared.as_ref().map(ToString::to_string);
            let provenance = provenance(row, &people, not_compared);
            let organisation = OrganisationRow {
                id: row.id.to_string(),
                standing: organisation_standing(&decision, today),
                decision,
                provenance,
            };
            organisations.insert(row.code.clone(), organisation);
        } else if let Some(rule) = row.rule()? {
            let of: Country = parsed("reference_rows", "code", &row.code)?;
            let rule = RuleRow {
                id: row.id.to_string(),
                about: of.label().to_owned(),
                provenance: provenance(row, &people, not_compared(row)),
                rule,
            };
            if let Says::Law(_, law) = &rule.rule.says {
                laws.insert((of.label(), law.name.clone(), row.valid_from), rule);
            } else {
                reviews.insert((of.label(), row.valid_from), rule);
            }
        } else if let Some(decision) = row.decision()? {
            decisions.insert(decision.key(), decision_row(row, decision, &people, today));
        }
    }
    let of = |regime: AdequacyRegime| {
        let mut rows: Vec<DecisionRow> = decisions
            .values()
            .filter(|row| row.decision.regime == regime)
            .cloned()
            .collect();
        rows.sort_by(|a, b| a.about.cmp(&b.about));
        (regime, rows)
    };
    let data = AdequacyView {
        csrf: staff.csrf.clone(),
        today: day(today),
        waiting,
        members: members.into_values().collect(),
        regimes: AdequacyRegime::ALL.iter().map(|regime| of(*regime)).collect(),
        organisations: organisations.into_values().collect(),
        laws: laws.into_values().collect(),
        reviews: reviews.into_values().collect(),
        may_add: staff.may(Permission::ManageSettings),
    };
    let chrome = staff.chrome(&state, "Adequacy", "/staff/adequacy");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <AdequacyPage data/> },
    ))
}

fn member(row: &ReferenceRow, people: &People) -> Result<MemberRow, StoreError> {
    let country: Country = parsed("reference_rows", "code", &row.code)?;
    Ok(MemberRow {
        country: country.label().to_owned(),
        from: short_day(row.valid_from),
        to: row.valid_to.map(short_day),
        provenance: provenance(row, people, not_compared(row)),
    })
}

/// Why nobody compared a row that says nothing of its comparison.
pub(super) fn not_compared(row: &ReferenceRow) -> Option<String> {
    row.recorded_by.is_none().then(|| CAME_ALONG.to_owned())
}

/// `GET /staff/adequacy/{id}`: the decision to which a row belongs.
pub async fn decision(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let file = File::get(&mut tx, &id).await?;
    let people = People::load(&mut tx, &state).await?;
    let relying = match file.rows.is_empty() {
        true => 0,
        false => relying(&mut tx, &state, &file.now).await?,
    };
    let mut waiting = Vec::new();
    if let Some(row) = &file.waiting {
        waiting.push(waiting_row(&mut tx, &staff, &people, row).await?);
    }
    drop(tx);
    let today = today(&state);
    let mut history = Vec::new();
    let mut before: Option<AdequacyDecision> = None;
    for row in &file.rows {
        let Some(decision) = row.decision()? else { continue };
        let not_compared = decision.not_compared.as_ref().map(ToString::to_string);
        history.push(HistoryRow {
            provenance: provenance(row, &people, not_compared),
            diffs: before
                .as_ref()
                .map(|before| differences(before, &decision))
                .unwrap_or_default(),
        });
        before = Some(decision);
    }
    history.reverse();
    let latest = file.last().ok_or(HttpError::NotFound)?;
    let title = file.title();
    let counts = !file.rows.is_empty();
    let data = DecisionView {
        csrf: staff.csrf.clone(),
        path: file.path(),
        row: decision_row(latest, file.now.clone(), &people, today),
        history,
        relying,
        may_add: counts && waiting.is_empty() && staff.may(Permission::ManageSettings),
        may_change_status: counts
            && (staff.may(Permission::ManageSettings) || staff.may(Permission::ChangeAdequacyStatus)),
        waiting,
        counts,
    };
    let chrome = staff.chrome(&state, title, "/staff/adequacy");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <DecisionPage data/> },
    ))
}

/// How many transfers would fall with it.
async fn relying(tx: &mut Tx, state: &AppState, decision: &AdequacyDecision) -> Result<usize, HttpError> {
    let fallen = AdequacyDecision {
        status: AdequacyStatus::Repealed,
        status_since: decision.in_force_from,
        ..decision.clone()
    };
    let (now, today) = (state.clock.now(), today(state));
    let before = reference_data(tx).await?;
    if !before.is_adequate(decision.country, decision.regime, today) {
        return Ok(0);
    }
    let after = before.with(fallen.clone());
    let records = list_latest_records_of(tx, Of::All, None).await?;
    Ok(records
        .iter()
        .filter(|record| {
            matches!(&record.body, LegalRecord::Transfer(transfer) if rests_on(transfer, &fallen, &after, now))
        })
        .count())
}
