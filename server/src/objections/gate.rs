//! What a case does to the customer's authorisation.

use domain::authorisation::{AuthorisationEvent, AuthorisationState};
use uuid::Uuid;

use crate::AppState;
use crate::changes::Result;
use crate::store::authorisations::{self, Authorisation};
use crate::store::{Tx, objections};

pub(super) async fn move_authorisation(
    tx: &mut Tx,
    state: &AppState,
    authorisation: &Authorisation,
    events: &[AuthorisationEvent],
) -> Result<()> {
    let now = state.clock.now();
    let mut at = authorisation.state;
    for event in events {
        let Ok(to) = at.next(*event, authorisation.model) else {
            continue;
        };
        let step = authorisations::Move {
            id: state.random.id(now),
            authorisation_id: authorisation.id,
            from: at,
            to,
            by: None,
            reason: Some(event.label()),
        };
        authorisations::advance(tx, &step, now).await?;
        at = to;
    }
    Ok(())
}

/// The customer's gate closes. Somebody who objects has been notified, whatever the mail's evidence says.
pub(super) async fn close_gate(tx: &mut Tx, state: &AppState, authorisation: &Authorisation) -> Result<()> {
    let first = if authorisation.state == AuthorisationState::Pending {
        AuthorisationEvent::Notify
    } else {
        AuthorisationEvent::Object
    };
    move_authorisation(tx, state, authorisation, &[first, AuthorisationEvent::Object]).await
}

/// Back to where the notice stands, once nothing of this customer is open.
pub(super) async fn reopen_gate(tx: &mut Tx, state: &AppState, authorisation_id: Uuid) -> Result<()> {
    let authorisation = authorisations::get(tx, authorisation_id).await?;
    let cases = objections::list_by_authorisation(tx, authorisation_id).await?;
    if authorisation.state == AuthorisationState::Objected && !cases.iter().any(|c| c.state.blocks()) {
        move_authorisation(tx, state, &authorisation, &[AuthorisationEvent::Settle]).await?;
    }
    Ok(())
}
