//! Mails to the legal staff: what a customer's contact did, while it can still be looked at.

use domain::role::Role;
use uuid::Uuid;

use super::messages::{Message, StaffTask};
use super::{List, Outgoing, queue};
use crate::AppState;
use crate::store::{Result, Tx, staff};

/// Tells everybody of the legal staff.
///
/// # Errors
/// When the database is away.
pub async fn tell_legal(
    tx: &mut Tx,
    state: &AppState,
    about_id: Uuid,
    (title, text): (&str, &str),
    path: &str,
) -> Result<()> {
    let link = state.config.link(path);
    for person in staff::list_staff(tx).await? {
        let is_legal = person
            .roles
            .iter()
            .any(|role| matches!(role, Role::LegalEditor | Role::LegalApprover));
        if person.disabled_at.is_some() || !is_legal {
            continue;
        }
        let rendered = StaffTask {
            title,
            text,
            link: &link,
        }
        .render();
        let mail = Outgoing {
            about_id: Some(about_id),
            to_name: person.name.clone(),
            to: person.login.clone(),
            list: List::None,
            rendered,
        };
        queue(tx, state, &mail).await?;
    }
    Ok(())
}
