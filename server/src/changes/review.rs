//! Handing in, returning and approving. Author = anyone who edited the version or
//! wrote what is on file about its lines; the approver is somebody else. Approval
//! freezes the content, the recipients with their terms and contacts, and the windows promised for one day of dispatch.

use chrono::{DateTime, NaiveDate, Utc};
use domain::approval;
use domain::change::{ChangeEvent, ChangeState, NoticeClass};
use domain::notice::NoticeState;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::dossier::{self, Dossier};
use super::promise::Counting;
use super::scope::{self, Scope};
use super::{ChangeError, Result, draft, fit, standing};
use crate::AppState;
use crate::store::Tx;
use crate::store::changes::{self, Move};
use crate::store::notices::{self, Notice, Promise};

fn wrong(field: &'static str, why: &str) -> ChangeError {
    ChangeError::Field {
        field,
        why: why.to_owned(),
    }
}

/// Moves a change on and writes its history.
pub(super) async fn advance(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    to: ChangeState,
    by: Option<Uuid>,
    reason: Option<&str>,
) -> Result<()> {
    let now = state.clock.now();
    let step = Move {
        id: state.random.id(now),
        change_id: dossier.change.id,
        from: dossier.change.state,
        to,
        by,
        reason,
    };
    changes::advance(tx, &step, now).await?;
    Ok(())
}

fn present(dossier: &Dossier) -> Result<&Notice> {
    dossier.notice().ok_or(ChangeError::Absent)
}

/// The first day for which a change can be planned that leaves on `dispatch_on`; some customers' terms may ask for a window
/// where others are only informed.
fn earliest(dossier: &Dossier, scope: &Scope, dispatch_on: NaiveDate) -> NaiveDate {
    let own = scope
        .recipients
        .iter()
        .flat_map(|r| r.lines.iter().map(|(_, class)| *class));
    own.fold(dossier.strictest_class(), NoticeClass::stricter)
        .earliest(dispatch_on)
}

/// Everything that keeps a change from being handed in.
#[must_use]
pub fn gaps(dossier: &Dossier, scope: &Scope, today: NaiveDate, now: DateTime<Utc>) -> Vec<String> {
    let (_, missing) = dossier.content(today);
    let mut reasons: Vec<String> = missing
        .into_iter()
        .map(|(name, gap)| format!("{name}: {gap}"))
        .collect();
    reasons.extend(fit::misfits(dossier, now));
    reasons.extend(scope.problems.iter().cloned());
    if dossier.change.planned_on < earliest(dossier, scope, today) && !is_told_afterwards(dossier) {
        reasons.push("The planned day is not in the future.".to_owned());
    }
    if dossier.lines.is_empty() {
        reasons.push("There is no line.".to_owned());
    }
    reasons
}

/// Whether all of it has happened already, so that no day is waited for.
fn is_told_afterwards(dossier: &Dossier) -> bool {
    dossier
        .lines
        .iter()
        .all(|l| l.line.change_type.is_told_afterwards())
}

/// DRAFT → IN_REVIEW, with the facts as they are at this moment.
///
/// # Errors
/// With everything that is missing.
pub async fn submit(state: &AppState, by: Uuid, number: &str) -> Result<()> {
    let now = state.clock.now();
    let today = dossier::today(state, now);
    let mut tx = state.db.write().await?;
    let to = dossier::load(&mut tx, number)
        .await?
        .change
        .state
        .next(ChangeEvent::Submit)?;
    let dossier = draft::refresh(&mut tx, state, by, number).await?;
    let scope = scope::find(&mut tx, &state.keys, &dossier, today).await?;
    let reasons = gaps(&dossier, &scope, today, now);
    if !reasons.is_empty() {
        return Err(ChangeError::NotReady {
            title: "This change cannot be handed in yet.".to_owned(),
            reasons,
        });
    }
    advance(&mut tx, state, &dossier, to, Some(by), None).await?;
    let notice = present(&dossier)?;
    notices::advance(&mut tx, notice.id, NoticeState::Draft, NoticeState::InReview).await?;
    draft::note(
        &mut tx,
        state,
        by,
        "change.submitted",
        &dossier,
        json!({ "content_hash": hex(&notice.content_hash) }),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// IN_REVIEW or APPROVED → DRAFT; drops the approval and what it promised.
///
/// # Errors
/// After dispatch.
pub async fn return_to_draft(state: &AppState, by: Uuid, number: &str, reason: &str) -> Result<()> {
    let mut tx = state.db.write().await?;
    let dossier = dossier::load(&mut tx, number).await?;
    let to = dossier.change.state.next(ChangeEvent::ReturnToDraft)?;
    advance(&mut tx, state, &dossier, to, Some(by), Some(reason)).await?;
    let notice = present(&dossier)?;
    notices::drop_approval(&mut tx, notice.id).await?;
    notices::advance(&mut tx, notice.id, notice.state, NoticeState::Draft).await?;
    draft::note(
        &mut tx,
        state,
        by,
        "change.returned",
        &dossier,
        json!({ "reason": reason }),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// What whoever approves a change reads: the notice's version and content, each line's kind and class, and whom it goes to.
/// The page presents it, and the approval is of it and of nothing else.
#[must_use]
pub fn reading(dossier: &Dossier, scope: &Scope) -> String {
    let lines = dossier.lines.iter().map(|l| &l.line);
    let lines: Vec<_> = lines.map(|l| (l.id, l.change_type, l.notice_class)).collect();
    let recipients = scope.recipients.iter();
    let recipients: Vec<_> = recipients
        .map(|r| (r.customer.id, r.policy.id, &r.lines, r.contact_ids()))
        .collect();
    let notice = dossier.notice();
    let read = json!({
        "notice": notice.map(|n| (n.version, hex(&n.content_hash))),
        "title": dossier.change.title,
        "planned_on": dossier.change.planned_on,
        "lines": lines,
        "recipients": recipients,
    });
    hex(&Sha256::digest(read.to_string()))
}

/// The same of a change as it is now, for whoever approves without a page.
///
/// # Errors
/// When there is no such change.
pub async fn read(state: &AppState, number: &str) -> Result<String> {
    let mut tx = state.db.read().await?;
    let dossier = dossier::load(&mut tx, number).await?;
    let today = dossier::today(state, state.clock.now());
    let scope = scope::find(&mut tx, &state.keys, &dossier, today).await?;
    Ok(reading(&dossier, &scope))
}

/// IN_REVIEW → APPROVED for dispatch on `dispatch_on`: freezes each customer's terms, windows and contacts. `read` is what
/// the approver was shown: see [`reading`].
///
/// # Errors
/// When something else stands there now, the approver worked on it, facts have moved or somebody cannot be told; in its
/// field, when the notice cannot leave on that day, or nobody is in scope and that was not confirmed.
pub async fn approve(
    state: &AppState,
    by: Uuid,
    number: &str,
    read: &str,
    dispatch_on: NaiveDate,
    is_nobody_confirmed: bool,
) -> Result<()> {
    let now = state.clock.now();
    let today = dossier::today(state, now);
    let mut tx = state.db.write().await?;
    let dossier = dossier::load(&mut tx, number).await?;
    let notice = present(&dossier)?;
    let approval =
        approval::approve(by.into(), &dossier.authors).map_err(|e| ChangeError::Refused(format!("{e}.")))?;
    let to = dossier.change.state.approve(approval)?;
    let shown = scope::find(&mut tx, &state.keys, &dossier, today).await?;
    if reading(&dossier, &shown) != read {
        return Err(ChangeError::Unread(format!(
            "Version {} of the notice, or whom it goes to, is not what you read. Read it as it is now, then approve it",
            notice.version
        )));
    }
    if dispatch_on < today {
        return Err(wrong(
            "dispatch_on",
            "Choose today or a later day: this one has passed",
        ));
    }
    let scope = scope::find(&mut tx, &state.keys, &dossier, dispatch_on).await?;
    if dossier.change.planned_on < earliest(&dossier, &scope, dispatch_on) && !is_told_afterwards(&dossier) {
        return Err(wrong(
            "dispatch_on",
            "The notice would leave on or after the planned day; notice is given before",
        ));
    }
    let mut reasons = gaps(&dossier, &scope, today, now);
    reasons.extend(fit::moved(&mut tx, state, &dossier).await?);
    if !reasons.is_empty() {
        return Err(ChangeError::NotReady {
            title: "This change cannot be approved.".to_owned(),
            reasons,
        });
    }
    if scope.recipients.is_empty() && !is_nobody_confirmed {
        return Err(wrong(
            "nobody",
            "No customer is in scope. Confirm that there is none, or enter the customers first",
        ));
    }
    let minimum = standing::minimum_notice(&mut tx).await?;
    let counting = Counting::load(&mut tx, state.publisher().zone).await?;
    for recipient in &scope.recipients {
        let windows = counting.windows(&recipient.policy.policy, dispatch_on, minimum)?;
        let promise = Promise {
            id: state.random.id(now),
            notice_id: notice.id,
            customer_id: recipient.customer.id.uuid(),
            policy_id: recipient.policy.id,
            windows,
            contacts: recipient.contact_ids(),
        };
        notices::promise(&mut tx, &promise, now).await?;
    }
    advance(&mut tx, state, &dossier, to, Some(by), None).await?;
    notices::approve(&mut tx, notice.id, by, dispatch_on, now).await?;
    let payload = json!({
        "notice": notice.version,
        "content_hash": hex(&notice.content_hash),
        "dispatch_on": dispatch_on,
        "customers": scope.recipients.len(),
        "contacts": scope.contact_count(),
    });
    draft::note(&mut tx, state, by, "change.approved", &dossier, payload).await?;
    tx.commit().await?;
    Ok(())
}

/// Bytes as people compare them.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
