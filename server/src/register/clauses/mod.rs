//! Sets of standard contractual clauses: `/staff/register/{slug}/scc…` and `/staff/scc`. A save is a new version with a life
//! of its own; the version in force goes on counting until a newer one is. Buttons let things happen to a version.

mod advance;
mod change;
mod edit;
mod list;
mod new;
mod page;
mod prefill;
mod sign;
mod steps;

pub(crate) use change::close_what_was_told;

use std::collections::BTreeSet;

use axum::Router;
use axum::routing::{get, post};
use chrono::NaiveDate;
use domain::gate::RegisterFacts;
use domain::id::StaffId;
use domain::legal_record::{Clauses, LegalRecord, LegalRecordKind, SccEvent, SccState, Transfer};

use super::gate_facts::judge;
use super::records::{self, File};
use crate::AppState;
use crate::http::HttpError;
use crate::http::form::uploads;
use crate::store::Tx;
use crate::store::clause_states::{ClauseState, list_clause_states};
use crate::store::legal_records::StoredRecord;

/// Pages of this feature.
pub(super) fn routes() -> Router<AppState> {
    const SET: &str = "/staff/register/{slug}/scc/{number}";
    Router::new()
        .route("/staff/scc", get(list::page))
        .route("/staff/register/{slug}/scc", get(new::page).post(new::add))
        .route(SET, get(page::page).post(edit::save))
        .route(&format!("{SET}/fill"), post(edit::fill))
        .route(&format!("{SET}/complete"), post(advance::complete))
        .route(&format!("{SET}/sign"), post(sign::sign).layer(uploads()))
        .route(&format!("{SET}/confirm"), post(advance::confirm))
        .route(&format!("{SET}/suspend"), post(advance::suspend))
        .route(&format!("{SET}/resume"), post(advance::resume))
        .route(&format!("{SET}/terminate"), post(advance::terminate))
        .route(&format!("{SET}/supersede"), post(advance::supersede))
        .route(&format!("{SET}/revoke"), post(advance::revoke))
}

/// One set with all its versions, what happened to them, and the facts around it.
pub(super) struct Set {
    pub file: File,
    pub states: Vec<ClauseState>,
    pub facts: RegisterFacts,
    /// The engagement's transfers by number.
    pub transfers: Vec<(i64, Transfer)>,
    pub today: NaiveDate,
}

/// Loads a set that must be there.
pub(super) async fn get_set(
    tx: &mut Tx,
    state: &AppState,
    slug: &str,
    number: &str,
) -> Result<Set, HttpError> {
    let file = records::get(tx, slug, LegalRecordKind::Scc, number).await?;
    let id = file.current.engagement.id;
    let states = list_clause_states(tx, id, file.number).await?;
    let judged = judge(tx, id, None).await?.ok_or(HttpError::NotFound)?;
    let transfers = judged
        .records
        .into_iter()
        .filter_map(|record| match record.body {
            LegalRecord::Transfer(transfer) => Some((record.number, transfer)),
            _ => None,
        })
        .collect();
    Ok(Set {
        file,
        states,
        facts: judged.facts,
        transfers,
        today: state.publisher().zone.local_date(state.clock.now()),
    })
}

/// The clauses in a version.
pub(super) fn body(record: &StoredRecord) -> Result<&Clauses, HttpError> {
    match &record.body {
        LegalRecord::Scc(clauses) => Ok(clauses),
        _ => Err(HttpError::NotFound),
    }
}

/// Of the versions of a set, newest first, the one that was agreed last and has not been replaced, if there is one.
fn agreed(versions: &[StoredRecord]) -> Option<&StoredRecord> {
    versions.iter().find(|record| {
        body(record).is_ok_and(|clauses| {
            let state = clauses.standing.state;
            state.was_agreed() && state != SccState::Superseded
        })
    })
}

impl Set {
    /// The newest version.
    pub fn newest(&self) -> Result<&StoredRecord, HttpError> {
        self.file.newest().ok_or(HttpError::NotFound)
    }

    /// The version that was agreed last and has not been replaced, if there is one.
    pub fn agreed(&self) -> Option<&StoredRecord> {
        agreed(&self.file.versions)
    }

    /// The version that counts: the agreed one, or the newest while none is.
    pub fn counting(&self) -> Result<&StoredRecord, HttpError> {
        match self.agreed() {
            Some(agreed) => Ok(agreed),
            None => self.newest(),
        }
    }

    /// Everybody who wrote the newest version or recorded its completion and signatures, since one was agreed last.
    pub fn authors(&self) -> BTreeSet<StaffId> {
        let making: Vec<_> = self
            .file
            .versions
            .iter()
            .take_while(|record| body(record).is_ok_and(|clauses| !clauses.standing.state.was_agreed()))
            .collect();
        let mut authors: BTreeSet<StaffId> = making.iter().map(|record| record.recorded_by).collect();
        let of_these = |state: &&ClauseState| making.iter().any(|record| record.id == state.record_id);
        authors.extend(self.states.iter().filter(of_these).map(|state| state.recorded_by));
        authors
    }

    /// The transfers that name the set, with their numbers.
    pub fn naming(&self) -> impl Iterator<Item = &(i64, Transfer)> {
        self.transfers.iter().filter(|(_, transfer)| {
            transfer
                .clauses()
                .is_some_and(|reliance| reliance.clauses == self.file.number)
        })
    }

    /// What somebody has to have read before letting something happen: the newest version, and for confirming it also how
    /// often its signatures were recorded.
    pub fn seen(&self, event: SccEvent) -> String {
        let version = self.file.present();
        if event != SccEvent::SignBothSides {
            return version.to_string();
        }
        let newest = self.file.newest().map(|record| record.id);
        let signed = self
            .states
            .iter()
            .filter(|state| Some(state.record_id) == newest && state.event == Some(SccEvent::SignOneSide));
        format!("{version}.{}", signed.count())
    }

    /// "Set of clauses 1".
    pub fn title(&self) -> String {
        format!("Set of clauses {}", self.file.number)
    }
}
