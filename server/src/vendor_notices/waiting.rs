//! Notices that wait to be forwarded or closed, for the task that asks for it.

use chrono::NaiveDate;
use domain::vendor_notice::VendorNotice;
use uuid::Uuid;

use super::page;
use crate::register;
use crate::store::engagements::{CurrentEngagement, current};
use crate::store::vendor_notices::{StoredVendorNotice, list_open};
use crate::store::{Result, Tx};

/// One of them.
pub struct Waiting {
    /// The notice.
    pub about: Uuid,
    /// The last day for forwarding it.
    pub due_on: NaiveDate,
    /// What is to be done, in one line.
    pub title: String,
    /// Its page.
    pub path: String,
}

impl Waiting {
    pub(super) fn of(logged: &StoredVendorNotice, engagement: &CurrentEngagement) -> Self {
        Self {
            about: logged.id,
            due_on: logged.due_on,
            title: format!(
                "Forward {} within {} working days, or close it: {}",
                page::title(logged).to_lowercase(),
                VendorNotice::FORWARD_WITHIN,
                register::title(engagement)
            ),
            path: page::path(logged),
        }
    }
}

/// All of them.
///
/// # Errors
/// When the database is away.
pub async fn list_waiting(tx: &mut Tx) -> Result<Vec<Waiting>> {
    let mut waiting = Vec::new();
    for listed in list_open(tx).await? {
        if let Some(current) = current(tx, listed.logged.engagement_id).await? {
            waiting.push(Waiting::of(&listed.logged, &current));
        }
    }
    Ok(waiting)
}
