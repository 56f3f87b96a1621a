//! A change's page as plain data.

use app::changes::{ChangeView, Counts, CustomerRow, GateRow, HistoryRow, LineView, RecipientRow, Steps};
use app::ui::{ClosedDay, FieldErrors, WindowDrawing, long_date};
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::change::ChangeState;
use domain::engagement::state::EngagementState;
use domain::evidence::Standing;
use domain::gate::{Decision, Gate};
use domain::id::{ContactId, CustomerId, EngagementId};
use domain::role::Permission;
use domain::words::{moment, until};
use domain::zone::Zone;
use uuid::Uuid;

use super::dossier::{self, Dossier, LineDossier};
use super::review::{gaps, hex};
use super::scope::{self, Scope};
use super::{Result, promise, standing};
use crate::AppState;
use crate::access::Staff;
use crate::gates::{self, Judged};
use crate::register;
use crate::store::{
    Tx, activations, changes, contacts, customers, deliveries, notices, objections, policies, staff as people,
};

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
    let (content, _) = dossier.content(today);
    let may_edit = steps(who, &dossier).edit;
    let mut lines = Vec::new();
    for (line, part) in dossier.lines.iter().zip(content.parts) {
        let mut view = line_view(tx, zone, &dossier, line, part.content, now).await?;
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
            gaps(&dossier, &scope, today)
        } else {
            Vec::new()
        },
        sees_customers: who.may(Permission::ReadCustomers),
        is_sent,
        counts,
        scope: scope_rows,
        dispatch_on: notice.and_then(|n| n.dispatch_on).map(long_date),
        today: today.to_string(),
        approved,
        recipients: recipients(tx, state, &dossier, zone).await?,
        history: history(tx, &dossier, zone).await?,
        steps: steps(who, &dossier),
        csrf: who.csrf.clone(),
        errors: FieldErrors::new(),
        reason: String::new(),
        lines,
    })
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
        activate: state == ChangeState::Open && who.may(Permission::Activate),
    }
}

fn gate_rows(decision: &Decision) -> Vec<GateRow> {
    Gate::ALL
        .iter()
        .filter(|gate| gate.is_about_register())
        .map(|gate| GateRow {
            gate: format!("{gate} {}", gate.label()),
            reasons: decision
                .of(*gate)
                .map(|r| (r.code.to_string(), r.detail.clone()))
                .collect(),
        })
        .collect()
}

async fn line_view(
    tx: &mut Tx,
    zone: Zone,
    dossier: &Dossier,
    line: &LineDossier,
    content: domain::notice::NoticeContent,
    now: DateTime<Utc>,
) -> Result<LineView> {
    let id = line.current.engagement.id;
    let judged = gates::load(tx, zone, id, now).await?;
    let decision = judged.decide(now);
    let mut rows = Vec::new();
    // Only this line's: another change may have brought the engagement live before.
    let mut live = activations::list_activations(tx, id).await?;
    live.retain(|a| a.line_id.is_some_and(|of| of.uuid() == line.line.id));
    let is_current = judged.line.as_ref().is_some_and(|(_, l)| l.id == line.line.id);
    if is_current {
        rows = customer_rows(tx, zone, dossier, &judged, now).await?;
        for row in &mut rows {
            row.is_active = live
                .iter()
                .any(|a| a.customer_id.is_none_or(|c| c.to_string() == row.id));
        }
    }
    let state = line.current.state.state;
    Ok(LineView {
        position: line.line.position,
        vendor: line.name(),
        register: format!("/staff/register/{}", line.current.engagement.slug),
        change_type: line.line.change_type.label().to_owned(),
        class: line.line.notice_class.label().to_owned(),
        state: state.label().to_lowercase(),
        content,
        gates: gate_rows(&decision.register),
        before_go_live: before_go_live(tx, dossier, id).await?,
        is_live: state == EngagementState::Active && rows.iter().all(|r| r.is_active) && !live.is_empty(),
        customers: rows,
        segregable: line.current.version.facts.segregable,
        facts_hash: hex(judged.register.facts_hash.bytes()),
        engagement: id.to_string(),
        allowed: decision.allowed,
        remove: None,
    })
}

/// What of this line's papers will have run out on the planned day.
async fn before_go_live(tx: &mut Tx, dossier: &Dossier, id: EngagementId) -> Result<Vec<String>> {
    let judged = register::judge(tx, id, None).await?;
    let found = judged.map(|judged| register::dpf::before_go_live(&judged, Some(&dossier.change)));
    Ok(found.unwrap_or_default())
}

async fn customer_rows(
    tx: &mut Tx,
    zone: Zone,
    dossier: &Dossier,
    judged: &Judged,
    now: DateTime<Utc>,
) -> Result<Vec<CustomerRow>> {
    let decision = judged.decide(now);
    let mut rows = Vec::new();
    for (authorisation, _) in &judged.customers {
        let id = CustomerId::from(authorisation.customer_id);
        let name = customers::find_customer(tx, id)
            .await?
            .map(|c| c.name)
            .unwrap_or_default();
        let standing = standing::find_for(tx, zone, dossier.change.id, authorisation, now).await?;
        let reasons = decision
            .customers
            .iter()
            .find(|c| c.customer_id == id)
            .map(|c| {
                c.decision
                    .reasons
                    .iter()
                    .filter(|r| !r.gate.is_about_register())
                    .map(|r| (format!("{} {}", r.gate, r.code), r.detail.clone()))
                    .collect()
            })
            .unwrap_or_default();
        let case = objections::list_by_authorisation(tx, authorisation.id)
            .await?
            .pop()
            .map(|o| o.case_number);
        let policy = policies::get_policy(tx, authorisation.policy_id).await?.policy;
        let given = standing.given();
        let drawing = given.map(|g| {
            let windows = &g.effective;
            let to = windows.notice.last_day.max(windows.objection.last_day);
            let rules = promise::rules(&policy, zone);
            WindowDrawing {
                id: format!("w{}", authorisation.id.simple()),
                title: format!("Notice window of {name}"),
                received_on: windows.notice.event_day,
                last_day: windows.notice.last_day,
                objections_until: windows.objection.last_day,
                go_live_from: windows.longer().zone.local_date(windows.engage_not_before()),
                place: windows.longer().zone.place(),
                today: windows.longer().zone.local_date(now),
                closed: rules
                    .closed_days(windows.notice.event_day, to)
                    .into_iter()
                    .map(|d| ClosedDay {
                        date: d.date,
                        name: d.why,
                    })
                    .collect(),
                shown: None,
            }
        });
        rows.push(CustomerRow {
            id: id.to_string(),
            name,
            state: authorisation.state.label().to_owned(),
            evidence: evidence_text(&standing, policy.zone),
            last_day: given.map_or_else(
                || "not known yet".to_owned(),
                |g| until(g.effective.objection.expires_at, g.effective.objection.zone),
            ),
            drawing,
            reasons,
            case,
            is_active: false,
        });
    }
    Ok(rows)
}

fn evidence_text(standing: &Standing, zone: Zone) -> String {
    match standing {
        Standing::NotSent => "not sent".to_owned(),
        Standing::NotGiven { .. } => "nothing shows that it arrived".to_owned(),
        Standing::AuthorisedAtSignature { at } => format!("shown at signature, {}", moment(*at, zone)),
        standing => standing.given().map_or_else(String::new, |g| {
            let settled = if g.provisional {
                ", a late bounce may still void it"
            } else {
                ""
            };
            format!("{}, {}{settled}", g.grade.label(), moment(g.at, zone))
        }),
    }
}

async fn recipients(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    zone: Zone,
) -> Result<Vec<RecipientRow>> {
    let mut rows = Vec::new();
    for notice in dossier.notices.iter().filter(|n| n.dispatched_at.is_some()) {
        for delivery in deliveries::list_by_notice(tx, notice.id).await? {
            let customer = match delivery.customer_id {
                Some(id) => customers::find_customer(tx, id.into())
                    .await?
                    .map(|c| c.name)
                    .unwrap_or_default(),
                None => "Public list".to_owned(),
            };
            let contact = match delivery.contact_id {
                Some(id) => contacts::find_contact(tx, &state.keys, ContactId::from(id))
                    .await?
                    .map(|c| c.name)
                    .unwrap_or_default(),
                None => "a subscriber".to_owned(),
            };
            rows.push(RecipientRow {
                customer,
                contact,
                state: delivery.state.label().to_owned(),
                needs_a_person: delivery.state.needs_a_person(),
                accepted: delivery.accepted_at.map(|at| moment(at, zone)),
            });
        }
    }
    Ok(rows)
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
