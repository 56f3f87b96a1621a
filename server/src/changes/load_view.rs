//! A change's page as plain data.

use std::collections::BTreeSet;

use app::changes::{ChangeView, ClassView, Counts, CoverRow, GateRow, HistoryRow, LineView, Steps};
use app::ui::{Choice, FieldErrors, long_date};
use chrono::{DateTime, NaiveDate, Utc};
use domain::change::{ChangeState, LoweringVerdict, NoticeClass};
use domain::gate::{Decision, Gate, Reason};
use domain::id::EngagementId;
use domain::role::Permission;
use domain::words::{moment, until};
use domain::zone::Zone;
use uuid::Uuid;

use super::customer_rows::{customer_rows, recipients};
use super::dossier::{self, Dossier, LineDossier};
use super::review::{self, gaps, hex};
use super::scope::{self, Scope};
use super::{Result, draft, lowering};
use crate::AppState;
use crate::access::Staff;
use crate::gates;
use crate::http::seen::Seen;
use crate::register;
use crate::store::changes::Change;
use crate::store::lines::find_announced_line;
use crate::store::lowerings::{Lowering, list_lowerings};
use crate::store::notices::Content;
use crate::store::{Tx, activations, changes, deliveries, notices, staff as people};

/// Loads everything that a change's page shows to this person.
pub async fn load(tx: &mut Tx, state: &AppState, who: &Staff, number: &str) -> Result<ChangeView> {
    let now = state.clock.now();
    let zone = state.publisher().zone;
    let today = zone.local_date(now);
    let dossier = dossier::load(tx, number).await?;
    let day = dossier.notice().and_then(|n| n.dispatch_on).unwrap_or(today);
    let is_sent = notice_is_sent(&dossier);
    let scope = if is_sent {
        Scope::default()
    } else {
        scope::find(tx, &state.keys, &dossier, day).await?
    };
    let content = said(&dossier, today);
    let may_edit = steps(who, &dossier).edit;
    let lowerings = list_lowerings(tx, dossier.change.id).await?;
    let mut lines = Vec::new();
    for (line, part) in dossier.lines.iter().zip(content.parts) {
        let mut view = line_view(tx, zone, &dossier.change, line, part.content, now).await?;
        view.class_view = class_view(tx, who, &dossier, line, &lowerings).await?;
        view.remove = (may_edit && dossier.lines.len() > 1).then(|| {
            format!(
                "/staff/changes/{}/lines/{}/remove",
                dossier.change.number, line.line.id
            )
        });
        lines.push(view);
    }
    let is_open = dossier.change.state.is_editable() || dossier.change.state == ChangeState::InReview;
    let notice = dossier.notice();
    let approved = match notice.and_then(|n| n.approved) {
        Some((at, by)) => {
            let name = person(tx, Some(by)).await?;
            Some(format!("Approved by {name} on {}.", moment(at, zone)))
        }
        None => None,
    };
    let frozen = match notice {
        Some(notice) => notices::list_promises(tx, notice.id).await?,
        None => Vec::new(),
    };
    let scope_rows = scope
        .recipients
        .iter()
        .map(|r| {
            let last = frozen
                .iter()
                .find(|p| p.customer_id == r.customer.id.uuid())
                .map_or_else(
                    || {
                        format!(
                            "{}; {}",
                            r.policy.policy.notice_period.in_words(),
                            r.policy.policy.model.label()
                        )
                    },
                    |p| {
                        format!(
                            "until {}",
                            until(p.windows.objection.expires_at, p.windows.objection.zone)
                        )
                    },
                );
            let n = r.contacts.len();
            (
                r.customer.name.clone(),
                format!("{n} contact{}, {last}", if n == 1 { "" } else { "s" }),
            )
        })
        .collect();
    let counts = if is_sent {
        counts_sent(tx, &dossier).await?
    } else {
        Counts {
            customers: scope.recipients.len(),
            contacts: scope.contact_count(),
            subscribers: crate::subscriptions::list_followers(tx, &state.keys).await?.len(),
        }
    };
    Ok(ChangeView {
        number: dossier.change.number.clone(),
        title: dossier.change.title.clone(),
        state: dossier.change.state.label().to_owned(),
        planned: long_date(dossier.change.planned_on),
        planned_on: dossier.change.planned_on.to_string(),
        version: notice.map_or(1, |n| n.version),
        gaps: if is_open {
            gaps(&dossier, &scope, today, now)
        } else {
            Vec::new()
        },
        sees_customers: who.may(Permission::ReadCustomers),
        is_sent,
        counts,
        scope: scope_rows,
        dispatch_on: notice.and_then(|n| n.dispatch_on).map(long_date),
        send_on: today.to_string(),
        is_nobody: false,
        approved,
        recipients: recipients(tx, state, &dossier, zone).await?,
        history: history(tx, &dossier, zone).await?,
        steps: steps(who, &dossier),
        csrf: who.csrf.clone(),
        errors: FieldErrors::new(),
        reason: String::new(),
        seen: Seen::of(
            &draft::said(&dossier.change.title, dossier.change.planned_on),
            None,
        )
        .value,
        overtaken: None,
        reading: review::reading(&dossier, &scope),
        unread: None,
        lines,
    })
}

/// What the notice says: from the facts as they are now while it is a draft, and as it was written from then on, whatever has
/// happened to the facts since.
fn said(dossier: &Dossier, today: NaiveDate) -> Content {
    let (mut content, _) = dossier.content(today);
    if !dossier.change.state.is_editable()
        && let Some(notice) = dossier.notice()
    {
        for part in &mut content.parts {
            let written = notice
                .content
                .parts
                .iter()
                .find(|one| one.line_id == part.line_id);
            if let Some(written) = written {
                part.content = written.content.clone();
            }
        }
    }
    content
}

fn notice_is_sent(dossier: &Dossier) -> bool {
    dossier.notices.iter().any(|n| n.dispatched_at.is_some())
}

/// Who was written to: as promised and delivered, whoever has come or gone since.
async fn counts_sent(tx: &mut Tx, dossier: &Dossier) -> Result<Counts> {
    let (mut customers, mut contacts, mut subscribers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for notice in dossier.notices.iter().filter(|n| n.dispatched_at.is_some()) {
        let promises = notices::list_promises(tx, notice.id).await?;
        customers.extend(promises.into_iter().map(|p| p.customer_id));
        for delivery in deliveries::list_by_notice(tx, notice.id).await? {
            contacts.extend(delivery.contact_id);
            subscribers.extend(delivery.subscriber_id);
        }
    }
    Ok(Counts {
        customers: customers.len(),
        contacts: contacts.len(),
        subscribers: subscribers.len(),
    })
}

fn steps(who: &Staff, dossier: &Dossier) -> Steps {
    let state = dossier.change.state;
    let is_author = dossier.authors.contains(&who.id);
    let approvable = state == ChangeState::InReview && who.may(Permission::ApproveNotice);
    Steps {
        edit: state.is_editable() && who.may(Permission::DraftChange),
        approve: approvable && !is_author,
        approve_refused: (approvable && is_author)
            .then(|| "You worked on this yourself, so somebody else must approve it.".to_owned()),
        return_to_draft: matches!(state, ChangeState::InReview | ChangeState::Approved)
            && who.may(Permission::ReturnToDraft),
        dispatch: state == ChangeState::Approved && who.may(Permission::DispatchNotice),
        cancel: matches!(state, ChangeState::Draft | ChangeState::Open) && who.may(Permission::CancelChange),
        activate: matches!(state, ChangeState::Open | ChangeState::Closed) && who.may(Permission::Activate),
    }
}

fn gate_rows(decision: &Decision) -> Vec<GateRow> {
    let shown = |reason: &Reason| (reason.code.to_string(), reason.detail.clone());
    Gate::ALL
        .iter()
        .filter(|gate| gate.is_about_register())
        .map(|gate| GateRow {
            gate: format!("{gate} {}", gate.label()),
            reasons: decision.of(*gate).map(shown).collect(),
            waived: decision
                .waived
                .iter()
                .filter(|reason| reason.gate == *gate)
                .map(shown)
                .collect(),
        })
        .collect()
}

async fn line_view(
    tx: &mut Tx,
    zone: Zone,
    change: &Change,
    line: &LineDossier,
    content: domain::notice::NoticeContent,
    now: DateTime<Utc>,
) -> Result<LineView> {
    let id = line.current.engagement.id;
    let own = Some((change.clone(), line.line.clone()));
    let judged = gates::load(tx, zone, id, own, now).await?;
    let decision = judged.decide(now);
    let mut rows = Vec::new();
    // Only this line's: another change may have brought the engagement live before.
    let mut live = activations::list_activations(tx, id).await?;
    live.retain(|a| a.line_id.is_some_and(|of| of.uuid() == line.line.id));
    // What customers were told of later has taken over.
    let last = find_announced_line(tx, id.uuid()).await?;
    let is_current = last.is_some_and(|(last, _)| last.id == line.line.id);
    if is_current {
        rows = customer_rows(tx, zone, &judged, now).await?;
        for row in &mut rows {
            row.is_active = live
                .iter()
                .any(|a| a.customers.iter().any(|c| c.to_string() == row.id));
        }
    }
    let kind = line.line.change_type;
    let starts_nothing = kind.is_information() || (kind.ends_engagement() && !live.is_empty());
    let is_live =
        !kind.needs_no_papers() && !line.current.state.state.is_ending() && judged.is_live_for_all(&live);
    let state = line.current.state.state;
    Ok(LineView {
        position: line.line.position,
        vendor: line.name(),
        register: format!("/staff/register/{}", line.current.engagement.slug),
        change_type: line.line.change_type.label().to_owned(),
        other_types: line.line.types()[1..]
            .iter()
            .map(|kind| kind.label().to_owned())
            .collect(),
        class: line.line.notice_class.label().to_owned(),
        class_view: ClassView::default(),
        covers: line.line.covers.iter().map(CoverRow::from).collect(),
        state: state.label().to_lowercase(),
        content,
        gates: gate_rows(&decision.register),
        before_go_live: before_go_live(tx, change, id).await?,
        is_live,
        starts_nothing,
        ends: kind.ends_engagement(),
        customers: rows,
        segregable: line.current.version.facts.segregable,
        facts_hash: hex(judged.register.facts_hash.bytes()),
        engagement: id.to_string(),
        allowed: decision.allowed,
        remove: None,
    })
}

/// What of this line's papers will have run out on the planned day.
async fn before_go_live(tx: &mut Tx, change: &Change, id: EngagementId) -> Result<Vec<String>> {
    let judged = register::judge(tx, id, None).await?;
    let found = judged.map(|judged| register::dpf::before_go_live(&judged, Some(change)));
    Ok(found.unwrap_or_default())
}

/// How the class of a line came about, and what this person can do about it.
async fn class_view(
    tx: &mut Tx,
    who: &Staff,
    dossier: &Dossier,
    line: &LineDossier,
    lowerings: &[Lowering],
) -> Result<ClassView> {
    let state = dossier.change.state;
    let path = format!("/staff/changes/{}/lines/{}", dossier.change.number, line.line.id);
    let last = lowering::of_line(lowerings, &line.line, &line.current);
    let mut asked = None;
    if let Some(last) = last {
        let name = person(tx, Some(last.asked_by.uuid())).await?;
        let question = format!("{name} asks for class {}: {}", last.class, last.reason);
        asked = Some(match &last.decision {
            None => question,
            Some(decision) => {
                let by = person(tx, Some(decision.by.uuid())).await?;
                let verdict = match decision.verdict {
                    LoweringVerdict::Granted => "agreed",
                    LoweringVerdict::Refused => "refused",
                };
                format!("{question}. {by} {verdict}: {}", decision.reason)
            }
        });
    }
    let decidable = last.is_some_and(|last| last.decision.is_none())
        && matches!(state, ChangeState::Draft | ChangeState::InReview)
        && who.may(Permission::LowerNoticeClass);
    let is_author = dossier.authors.contains(&who.id) || last.is_some_and(|last| last.asked_by == who.id);
    let choices = NoticeClass::ALL
        .iter()
        .filter(|class| **class != NoticeClass::Opt || line.line.notice_class == NoticeClass::Opt)
        .map(|class| Choice::new(class.as_str(), class.label()))
        .collect();
    Ok(ClassView {
        needed: line.line.needed_class().label().to_owned(),
        lowered: line.line.class_reason.clone(),
        asked,
        choose: steps(who, dossier)
            .edit
            .then(|| (format!("{path}/class"), choices)),
        value: line.line.notice_class.as_str().to_owned(),
        question: last.map_or_else(String::new, |last| last.id.to_string()),
        decide: (decidable && !is_author).then(|| format!("{path}/lowering")),
        decide_refused: (decidable && is_author).then(|| {
            "You worked on this yourself, so somebody else must decide on the lower class.".to_owned()
        }),
    })
}

async fn person(tx: &mut Tx, id: Option<Uuid>) -> Result<String> {
    let Some(id) = id else {
        return Ok("automatic".to_owned());
    };
    Ok(people::find_staff(tx, id)
        .await?
        .map_or_else(|| "a former colleague".to_owned(), |s| s.name))
}

async fn history(tx: &mut Tx, dossier: &Dossier, zone: Zone) -> Result<Vec<HistoryRow>> {
    let mut rows = Vec::new();
    for row in changes::list_history(tx, dossier.change.id)
        .await?
        .into_iter()
        .rev()
    {
        let label = row
            .state
            .parse::<ChangeState>()
            .map_or(row.state.clone(), |s| s.label().to_owned());
        rows.push(HistoryRow {
            at: moment(row.recorded_at, zone),
            state: label,
            who: person(tx, row.recorded_by).await?,
            reason: row.reason,
        });
    }
    Ok(rows)
}
