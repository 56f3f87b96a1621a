//! What the reports kept about a mail do: to the mail, its delivery, the customer's windows, the task list, and a
//! subscription. Everything is computed from all reports of the mail, so that doing it again changes nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::delivery::delivery_state;
use domain::report::Report;
use domain::role::Role;
use uuid::Uuid;

use super::super::delivery::{Moved, accept_reported, move_delivery, way};
use super::super::standing::Way;
use super::super::state::MailState;
use super::{BOUNCED_TASK, COMPLAINT_TASK, CONTRADICTED_TASK, UNSUBSCRIBED_TASK};
use crate::AppState;
use crate::audit::{self, Actor, Entry, Subject};
use crate::store::deliveries::{self, Delivery};
use crate::store::mail_events::{self, MailEvent};
use crate::store::tasks::{self, Task};
use crate::store::{Result, StoreError, Tx, mails};
use crate::subscriptions;

/// How long windows are settled at once; what is left, the loop does within seconds.
const SETTLING: Duration = Duration::from_secs(5);

/// Lets the reports about these mails have their effect, one transaction for each mail.
///
/// # Errors
/// When the database is away. A mail whose rows make no sense is logged and passed over: its reports are kept, and to
/// have them sent again would not help.
pub async fn apply_all(state: &AppState, mails: &BTreeSet<Uuid>) -> Result<()> {
    let mut notices = BTreeSet::new();
    for mail_id in mails {
        match apply(state, *mail_id).await {
            Ok(delivery) => notices.extend(delivery.filter(|d| d.contact_id.is_some()).map(|d| d.notice_id)),
            Err(error @ StoreError::Unavailable(_)) => return Err(error),
            Err(error) => tracing::error!(%mail_id, %error, "webhook: a report was kept and had no effect"),
        }
    }
    let settling = async {
        for notice_id in notices {
            if let Err(error) = crate::jobs::settle_soon(state, notice_id).await {
                tracing::warn!(%error, "webhook: windows are settled later");
            }
        }
    };
    let _ = tokio::time::timeout(SETTLING, Box::pin(settling)).await;
    Ok(())
}

/// Gives the delivery that the mail carries.
async fn apply(state: &AppState, mail_id: Uuid) -> Result<Option<Delivery>> {
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let Some((mut mail_state, mut accepted_at)) = mails::find_state(&mut tx, mail_id).await? else {
        return Ok(None);
    };
    // Also of one that was called off since: what was taken was taken, in whatever order one learns of it.
    if matches!(mail_state, MailState::Unknown | MailState::Cancelled)
        && let Some(at) = accept_reported(&mut tx, mail_id).await?
    {
        (mail_state, accepted_at) = (MailState::Accepted, Some(at));
    }
    let moved = move_delivery(&mut tx, mail_id, mail_state, accepted_at, now).await?;
    if let Some(moved) = &moved {
        record(&mut tx, state, moved).await?;
    }
    let delivery = deliveries::lock_by_mail(&mut tx, mail_id).await?;
    let reports = mail_events::list_by_mail(&mut tx, mail_id).await?;
    let way = way(&mut tx, mail_id, mail_state, &reports, accepted_at).await?;
    let subscriber_id = match &delivery {
        Some(delivery) => delivery.subscriber_id,
        None => mails::find_subscriber(&mut tx, mail_id).await?,
    };
    let about = About {
        mail_id,
        subscriber_id,
        reports,
        way,
    };
    about.end_subscription(&mut tx, state).await?;
    about.raise_tasks(&mut tx, state).await?;
    tx.commit().await?;
    Ok(delivery)
}

/// A delivery that moved by a report is in the audit log: its window may begin or be void.
async fn record(tx: &mut Tx, state: &AppState, moved: &Moved) -> Result<()> {
    let entry = Entry {
        actor: Actor::System,
        action: "delivery.reported",
        subject: Subject::of("delivery", moved.after.id),
        payload: audit::change(&moved.before.state.as_str(), &moved.after.state.as_str()),
    };
    audit::append(tx, &state.keys, &state.random, state.clock.now(), entry).await?;
    Ok(())
}

/// A mail and everything reported of it.
struct About {
    mail_id: Uuid,
    subscriber_id: Option<Uuid>,
    reports: Vec<MailEvent>,
    way: Way,
}

impl About {
    fn has(&self, report: Report) -> bool {
        self.reports.iter().any(|event| event.report == report)
    }

    /// Nobody is written to who cannot be reached or does not want it.
    async fn end_subscription(&self, tx: &mut Tx, state: &AppState) -> Result<()> {
        let last = self
            .reports
            .iter()
            .rev()
            .find(|event| event.report.ends_a_subscription());
        let (Some(subscriber_id), Some(last)) = (self.subscriber_id, last) else {
            return Ok(());
        };
        let has_complained = self.has(Report::Complaint);
        subscriptions::end_by_report(
            tx,
            state,
            subscriber_id,
            self.mail_id,
            last.report,
            has_complained,
        )
        .await
    }

    /// What a person has to look at. Subscribers are none of it.
    async fn raise_tasks(&self, tx: &mut Tx, state: &AppState) -> Result<()> {
        if self.subscriber_id.is_some() {
            return Ok(());
        }
        let stands = delivery_state(&self.way.attempts, false, false);
        let has_failed = stands.has_failed()
            && self.reports.iter().any(|event| {
                let event = event.report.event();
                event.is_some_and(|event| event.leads_to().has_failed())
            });
        for (is_due, kind, title) in [
            (
                has_failed,
                BOUNCED_TASK,
                "A mail came back or was not sent: reach the recipient another way",
            ),
            (
                self.way.is_contradicted,
                CONTRADICTED_TASK,
                "A mail is reported as arrived after it was reported as failed: ask the recipient",
            ),
            (
                self.has(Report::Complaint),
                COMPLAINT_TASK,
                "A mail was marked as spam: agree on a contact, or later mails may be blocked",
            ),
            (
                self.has(Report::Unsubscribed),
                UNSUBSCRIBED_TASK,
                "A recipient unsubscribed at the mail service, which will block later mails: have it lifted, or replace the contact",
            ),
        ] {
            if is_due {
                self.raise(tx, state, kind, title).await?;
            }
        }
        Ok(())
    }

    /// Opens a task about this mail, once for ever.
    async fn raise(&self, tx: &mut Tx, state: &AppState, kind: &str, title: &str) -> Result<()> {
        let earlier = tasks::list_tasks_about(tx, self.mail_id).await?;
        if earlier.iter().any(|task| task.kind == kind) {
            return Ok(());
        }
        let now = state.clock.now();
        let task = Task {
            id: state.random.id(now).into(),
            kind: kind.to_owned(),
            role: Role::LegalEditor,
            title: title.to_owned(),
            path: format!("/staff/mails/{}", self.mail_id),
            about_id: Some(self.mail_id),
            due_on: None,
            created_at: now,
            done: None,
        };
        tasks::open_task(tx, &task).await.map(drop)
    }
}
