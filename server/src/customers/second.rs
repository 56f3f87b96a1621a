//! The second person: what one person wrote of a customer waits until somebody else has looked at it.

use domain::approval::approve;
use domain::id::StaffId;
use domain::role::Role;
use uuid::Uuid;

use super::path;
use crate::AppState;
use crate::access::Staff;
use crate::http::HttpError;
use crate::store::Tx;
use crate::store::customers::Customer;
use crate::store::tasks::{Task, open_task};

/// Asks the legal approvers to look at what `about_id` names, on the customer's page; once, while nobody has.
pub async fn ask(
    tx: &mut Tx,
    state: &AppState,
    customer: &Customer,
    (kind, about_id): (&str, Uuid),
    title: String,
) -> Result<(), HttpError> {
    let now = state.clock.now();
    let task = Task {
        id: state.random.id(now).into(),
        kind: kind.to_owned(),
        role: Role::LegalApprover,
        title,
        path: path(customer),
        about_id: Some(about_id),
        due_on: None,
        created_at: now,
        done: None,
    };
    open_task(tx, &task).await?;
    Ok(())
}

/// The person who may decide what `author` did, or why not.
pub fn decides(staff: &Staff, author: Option<StaffId>) -> Result<StaffId, HttpError> {
    let approval = approve(staff.id, &author.into_iter().collect())
        .map_err(|refused| HttpError::conflict(format!("{refused}.")))?;
    Ok(approval.by())
}
