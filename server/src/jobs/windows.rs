//! Authorisations follow the evidence: PENDING becomes NOTIFIED when notice is given, goes back when a late bounce voids
//! it, and becomes AUTHORISED_BY_SILENCE when both windows ended with nothing open (general model only).

use domain::authorisation::AuthorisationEvent;
use domain::evidence::Standing;
use uuid::Uuid;

use crate::AppState;
use crate::changes::{Result, standing};
use crate::store::authorisations::{self, Authorisation, Derived};
use crate::store::{Tx, changes, objections};

/// Settles every authorisation of every change whose windows run for somebody.
pub async fn settle_all(state: &AppState) -> Result<()> {
    let mut tx = state.db.read().await?;
    let running = changes::list_running(&mut tx).await?;
    drop(tx);
    for change_id in running {
        settle(state, change_id).await?;
    }
    Ok(())
}

/// Settles the authorisations of one change.
pub async fn settle(state: &AppState, change_id: Uuid) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let mut due = Vec::new();
    for line in changes::list_lines(&mut tx, change_id).await? {
        for authorisation in authorisations::list_by_line(&mut tx, line.id).await? {
            if let Some(step) = step(&mut tx, state, change_id, &authorisation, now).await? {
                due.push((authorisation, step));
            }
        }
    }
    drop(tx);
    if due.is_empty() {
        return Ok(());
    }
    let mut tx = state.db.write().await?;
    for (before, _) in due {
        // Read again under the writer's lock: an objection may have come in between.
        let authorisation = authorisations::get(&mut tx, before.id).await?;
        if let Some((derived, event)) = step(&mut tx, state, change_id, &authorisation, now).await? {
            authorisations::note_derived(&mut tx, authorisation.id, &derived, now).await?;
            if let Some(event) = event
                && let Ok(to) = authorisation.state.next(event, authorisation.model)
            {
                let step = authorisations::Move {
                    id: state.random.id(now),
                    authorisation_id: authorisation.id,
                    from: authorisation.state,
                    to,
                    by: None,
                    reason: Some(event.label()),
                };
                authorisations::advance(&mut tx, &step, now).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

type Step = (Derived, Option<AuthorisationEvent>);

/// What has to be written about an authorisation, if anything.
async fn step(
    tx: &mut Tx,
    state: &AppState,
    change_id: Uuid,
    authorisation: &Authorisation,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<Step>> {
    let standing = standing::find_for(tx, state.publisher().zone, change_id, authorisation, now).await?;
    let given = standing.given();
    let derived = Derived {
        given_at: given.map(|g| g.at),
        grade: given.map(|g| g.grade),
        notice_expires_at: given.map(|g| g.effective.notice.expires_at),
        objection_expires_at: given.map(|g| g.effective.objection.expires_at),
    };
    let blocked = objections::list_by_authorisation(tx, authorisation.id)
        .await?
        .iter()
        .any(|c| c.state.blocks());
    let event = match &standing {
        Standing::AuthorisedAtSignature { .. } => Some(AuthorisationEvent::Sign),
        _ if given.is_some_and(|g| g.is_over(now)) && !blocked && authorisation.given_at.is_some() => {
            Some(AuthorisationEvent::WindowEnds)
        }
        _ if given.is_some() => Some(AuthorisationEvent::Notify),
        _ => None,
    }
    .filter(|event| {
        authorisation
            .state
            .next(*event, authorisation.model)
            .is_ok_and(|to| to != authorisation.state)
    });
    let same = authorisation.given_at == derived.given_at
        && authorisation.notice_expires_at == derived.notice_expires_at
        && authorisation.objection_expires_at == derived.objection_expires_at;
    Ok((!same || event.is_some()).then_some((derived, event)))
}
