//! A change's page as plain data.

use app::changes::{
    ChangeView, ClassView, Counts, CoverRow, CustomerRow, GateRow, HistoryRow, LineView, RecipientRow, Steps,
};
use app::ui::{Choice, ClosedDay, FieldErrors, WindowDrawing, long_date};
use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::change::{ChangeState, LoweringVerdict, NoticeClass};
use domain::evidence::Standing;
use domain::gate::{Decision, Gate, Reason};
use domain::id::{ContactId, CustomerId, EngagementId};
use domain::role::Permission;
use domain::words::{day, moment, until};
use domain::zone::Zone;
use uuid::Uuid;

use super::dossier::{self, Dossier, LineDossier};
use super::review::{self, gaps, hex};
use super::scope::{self, Scope};
use super::{ChangeError, Result, draft, lowering};
use crate::AppState;
use crate::access::Staff;
use crate::gates::{self, Judged, OnFile};
use crate::http::seen::Seen;
use crate::register;
use crate::store::authorisations::Authorisation;
use crate::store::changes::Change;
use crate::store::lowerings::{Lowering, list_lowerings};
use crate::store::{
    Tx, Whom, activations, changes, contacts, customers, deliveries, notices, objections, staff as people,
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
        today: today.to_string(),
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
    let last = changes::find_announced_line(tx, id.uuid()).await?;
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

async fn customer_rows(
    tx: &mut Tx,
    zone: Zone,
    judged: &Judged,
    now: DateTime<Utc>,
) -> Result<Vec<CustomerRow>> {
    let Some((change, line)) = &judged.line else {
        return Ok(Vec::new());
    };
    let decision = judged.decide(now);
    let decided: HashMap<CustomerId, &Decision> = decision
        .customers
        .iter()
        .map(|one| (one.customer_id, &one.decision))
        .collect();
    let told = judged.told.customers.iter().map(|(one, _)| one);
    let all: Vec<Authorisation> = told.chain(&judged.told.gone).cloned().collect();
    let on_file = OnFile::load(tx, zone, (change, line), &all, Whom::Everybody).await?;
    let mut numbers: HashMap<Uuid, String> = objections::list_by_line(tx, line.id, Whom::Everybody)
        .await?
        .into_iter()
        .map(|case| (case.authorisation_id, case.case_number))
        .collect();
    let mut names = names(tx).await?;
    let mut rows = Vec::new();
    let told = judged.told.customers.iter();
    let here = told.map(|(authorisation, _)| (authorisation, false));
    let gone = judged.told.gone.iter().map(|authorisation| (authorisation, true));
    for (authorisation, is_gone) in here.chain(gone) {
        let id = CustomerId::from(authorisation.customer_id);
        let name = names.remove(&id).unwrap_or_default();
        let standing = on_file.standing(authorisation, now)?;
        let reasons = decided
            .get(&id)
            .map(|decision| {
                let own: Vec<&Reason> = decision
                    .reasons
                    .iter()
                    .filter(|r| !r.gate.is_about_register())
                    .collect();
                grouped(&own)
            })
            .unwrap_or_default();
        let case = numbers.remove(&authorisation.id);
        let policy = on_file.policy(authorisation).ok_or(ChangeError::Absent)?;
        let given = standing.given();
        let drawing = given.map(|g| {
            let windows = &g.effective;
            WindowDrawing {
                id: format!("w{}", authorisation.id.simple()),
                title: format!("Notice window of {name}"),
                received_on: windows.notice.event_day,
                last_day: windows.notice.last_day,
                objections_until: windows.objection.last_day,
                go_live_from: windows.longer().zone.local_date(windows.engage_not_before()),
                place: windows.longer().zone.place(),
                today: windows.longer().zone.local_date(now),
                closed: windows
                    .closed_days(&on_file.counting().rules(policy))
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
            state: if is_gone {
                "Agreement ended".to_owned()
            } else {
                authorisation.state.label().to_owned()
            },
            is_gone,
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
    for facts in &judged.told.untold {
        let name = customers::find_customer(tx, facts.customer_id)
            .await?
            .map(|c| c.name)
            .unwrap_or_default();
        rows.push(CustomerRow {
            id: facts.customer_id.to_string(),
            name,
            state: "Came into scope later".to_owned(),
            evidence: "not told yet".to_owned(),
            last_day: "not known yet".to_owned(),
            drawing: None,
            reasons: vec![("G9 NOTICE_NOT_SENT".to_owned(), "no notice was sent".to_owned())],
            case: None,
            is_active: false,
            is_gone: false,
        });
    }
    Ok(rows)
}

/// Everybody's name, read at once.
async fn names(tx: &mut Tx) -> Result<HashMap<CustomerId, String>> {
    Ok(customers::list_customers(tx)
        .await?
        .into_iter()
        .map(|customer| (customer.id, customer.name))
        .collect())
}

/// Reasons with one cause as one: windows that do not count because the notice was not given, gates that say the same.
fn grouped(reasons: &[&Reason]) -> Vec<(String, String)> {
    let is_not_given = reasons.iter().any(|r| r.gate == Gate::G9);
    let mut rows: Vec<(String, String)> = Vec::new();
    for reason in reasons {
        let (code, detail) = (format!("{} {}", reason.gate, reason.code), reason.detail.clone());
        let follows = is_not_given && matches!(reason.gate, Gate::G10 | Gate::G11);
        let same = rows
            .iter_mut()
            .find(|(codes, known)| (follows && codes.starts_with("G9 ")) || *known == detail);
        match same {
            Some((codes, known)) if follows && codes.starts_with("G9 ") => {
                codes.push_str(&format!(", {}", reason.gate));
                if reason.gate == Gate::G11 {
                    known.push_str(", so no window counts yet");
                }
            }
            Some((codes, _)) => codes.push_str(&format!(", {code}")),
            None => rows.push((code, detail)),
        }
    }
    rows
}

fn evidence_text(standing: &Standing, zone: Zone) -> String {
    match standing {
        Standing::NotSent => "not sent".to_owned(),
        Standing::NotGiven { .. } => "nothing shows that it arrived".to_owned(),
        Standing::AuthorisedAtSignature { at } => {
            format!("shown at signature on {}", day(zone.local_date(*at)))
        }
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
    let names = names(tx).await?;
    let mut rows = Vec::new();
    for notice in dossier.notices.iter().filter(|n| n.dispatched_at.is_some()) {
        for delivery in deliveries::list_by_notice(tx, notice.id).await? {
            let customer = match delivery.customer_id {
                Some(id) => names.get(&id.into()).cloned().unwrap_or_default(),
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
