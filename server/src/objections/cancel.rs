//! What a cancelled change does to the cases about it.

use domain::objection::{Actor as Party, ObjectionEvent};
use domain::role::Role;
use domain::text::Prose;
use uuid::Uuid;

use super::case::{load, step};
use super::tell::conclude;
use crate::AppState;
use crate::changes::Result;
use crate::store::authorisations::Authorisation;
use crate::store::{Tx, objections};

/// The cancellation of a change resolves every open case about it; called inside the cancellation's transaction.
pub async fn cancel_cases(
    tx: &mut Tx,
    state: &AppState,
    authorisation: &Authorisation,
    by: Uuid,
    reason: &str,
) -> Result<()> {
    for objection in objections::list_by_authorisation(tx, authorisation.id).await? {
        if !objection.state.is_open() {
            continue;
        }
        let mut case = load(tx, state, objection).await?;
        let text = Prose::parse(reason).ok();
        // Whoever cancels has been checked for it; the case follows from the cancellation.
        let party = Party::Staff {
            id: by.into(),
            roles: vec![Role::LegalApprover],
        };
        step(
            tx,
            state,
            &mut case,
            ObjectionEvent::CancelChange,
            &party,
            text.as_ref(),
        )
        .await?;
        conclude(
            tx,
            state,
            &case,
            "The change you objected to has been cancelled.",
            text.as_ref(),
        )
        .await?;
    }
    Ok(())
}
