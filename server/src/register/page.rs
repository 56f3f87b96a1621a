//! `GET /staff/register/{slug}`: one engagement.

use std::collections::{BTreeMap, BTreeSet};

use app::changes::CoverRow;
use app::register::customers_page::CustomerSummary;
use app::register::engagement_page::{Difference, EngagementPage, EngagementView, HistoryEntry, Paper};
use app::register::place::{Places, paper_name};
use app::ui::Link;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use domain::change::ChangeState;
use domain::engagement::EngagementFacts;
use domain::facts::{FieldDiff, Names, diff_engagement, diff_organisation};
use domain::gate::{Decision, Gate, ReasonCode, evaluate_register, mechanism_paths};
use domain::legal_record::{Cure, DpfFramework, LegalRecord, LegalRecordKind, Mechanism};
use domain::role::Permission;
use domain::words;
use leptos::prelude::*;

use super::covers::{Kept, differing};
use super::dpf::before_go_live;
use super::gate_facts::{Judged, judge};
use super::load::{self, People};
use super::shown::find_shown;
use super::sign_off::Parts;
use super::{certificates, chain, states, waivers, write};
use crate::AppState;
use crate::access::Staff;
use crate::gates;
use crate::http::{HttpError, render};
use crate::store::assessments::{find_draft, list_assessment_ids, next_assessment_number};
use crate::store::changes::Change;
use crate::store::dpf_checks::{StoredCheck, latest_checks};
use crate::store::engagements::{list_engagement_states, list_engagement_versions};
use crate::store::legal_records::StoredRecord;
use crate::store::lines::{find_announced_line, find_unsettled_line};
use crate::store::listings::{ListingState, list_listings};
use crate::store::organisations::list_organisation_versions;
use crate::store::tasks::list_tasks_about;
use crate::store::version::{Recorded, Version};
use crate::store::{Of, Result, Tx};
use crate::vendor_notices;

/// The handler.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let found = load::get(&mut tx, &slug).await?;
    let judged = judge(&mut tx, found.engagement.id, None)
        .await?
        .ok_or(HttpError::NotFound)?;
    let data = view_of(&mut tx, &state, &staff, judged).await?;
    Ok(show(&state, &staff, data))
}

pub(super) fn show(state: &AppState, staff: &Staff, data: EngagementView) -> Response {
    let name = data.organisation.legal_name.as_str();
    let (status, title) = write::status(&data.errors(), name);
    let chrome = staff.chrome(state, title, "/staff/register");
    render::page(status, chrome, move || view! { <EngagementPage data/> })
}

pub(super) async fn view_of(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    judged: Judged,
) -> Result<EngagementView, HttpError> {
    let now = state.clock.now();
    let id = judged.current.engagement.id;
    let today = state.publisher().zone.local_date(now);
    let versions = list_engagement_versions(tx, id).await?;
    let names = load::names_in(tx, versions.iter().map(|version| &version.facts)).await?;
    let people = People::load(tx, state).await?;
    let decision = evaluate_register(&judged.facts, now);
    let (differs, pending) = pending(tx, &judged, &names, today).await?;
    let change = find_unsettled_line(tx, id.uuid())
        .await?
        .map(|(_, change)| change);
    let before_go_live = before_go_live(&judged, change.as_ref());
    let looks = latest_checks(tx, Of::These(&[judged.current.organisation.id]), None).await?;
    let looks = looks.into_values().next().unwrap_or_default();
    let mut papers = papers(&judged, &decision, &looks);
    papers.extend(drafts(tx, &judged).await?);
    papers.push(certificates::paper(tx, state, &judged.current).await?);
    let chain = chain::tree(tx, &judged.current).await?;
    let waivers = waivers::part(tx, state, staff, &judged, &decision).await?;
    let vendor_notices = vendor_notices::part(tx, state, staff, &judged.current).await?;
    let mut tasks = list_tasks_about(tx, id.uuid()).await?;
    for assessment in list_assessment_ids(tx, id).await? {
        tasks.extend(list_tasks_about(tx, assessment).await?);
    }
    let tasks = tasks
        .into_iter()
        .filter(|task| task.done.is_none())
        .map(|task| task.title);
    let parts = Parts::load(tx, &judged).await?;
    let mut steps = parts
        .as_ref()
        .map_or_else(Vec::new, |parts| parts.steps(staff, &judged, &decision));
    steps.extend(states::steps(staff, &judged, &decision, change.as_ref()));
    let customers = if staff.may(Permission::ReadCustomers) {
        summary_of_customers(tx, state, &judged, now).await?
    } else {
        None
    };
    let places = places(&judged, change.as_ref());
    let state_entry = &judged.current.state;
    Ok(EngagementView {
        csrf: staff.csrf.clone(),
        path: load::path(&judged.current),
        state: state_entry.state,
        state_since: format!(
            "{} since {}",
            state_entry.state.label(),
            people.by(state_entry.recorded)
        ),
        paths: mechanism_paths(&judged.facts, now),
        differs,
        pending,
        change: change
            .filter(|change| change.state != ChangeState::Closed)
            .map(|change| {
                Link::new(
                    format!("Change {}: {}", change.number, change.title),
                    format!("/staff/changes/{}", change.number),
                )
            }),
        before_go_live,
        may_draft_change: staff.may(Permission::DraftChange),
        assessment: parts.map_or_else(Vec::new, |parts| parts.words(&people)),
        steps,
        papers,
        places,
        customers,
        may_edit: staff.may(Permission::EditRegister) && !judged.current.state.state.is_terminal(),
        chain,
        waivers,
        vendor_notices,
        tasks: tasks.collect(),
        history: history(tx, &judged, &versions, &names, &people).await?,
        states: state_history(tx, &judged, &people).await?,
        listings: listing_history(tx, &judged, &people).await?,
        decision,
        names,
        organisation: judged.facts.organisation,
        engagement: judged.facts.engagement,
    })
}

/// What others were shown, where a change has to come first, and every field that differs from it.
async fn pending(
    tx: &mut Tx,
    judged: &Judged,
    names: &Names,
    today: NaiveDate,
) -> Result<(Option<String>, Vec<CoverRow>)> {
    let Some(shown) = find_shown(tx, &judged.current).await? else {
        return Ok((None, Vec::new()));
    };
    if !shown.needs_change(tx, judged, today).await? {
        return Ok((None, Vec::new()));
    }
    let mut rows = Vec::new();
    if let Some(base) = shown.base(tx).await? {
        let kept = Kept::load(tx, &judged.current).await?;
        rows = differing(&base, judged, names, today)
            .iter()
            .map(|difference| CoverRow::from(&kept.cover(difference)))
            .collect();
    }
    Ok((Some(shown.what()), rows))
}

/// The papers in one line each.
fn papers(judged: &Judged, decision: &Decision, looks: &BTreeMap<DpfFramework, StoredCheck>) -> Vec<Paper> {
    use LegalRecordKind as K;
    let path = load::path(&judged.current);
    let mut papers = Vec::new();
    for (kind, place, gate) in [
        (K::Contract, "contract", Gate::G2),
        (K::SecurityAssessment, "security", Gate::G3),
        (K::Transfer, "transfer", Gate::G5),
        (K::Scc, "scc", Gate::G6),
        (K::Tia, "tia", Gate::G7),
    ] {
        let before = papers.len();
        for record in judged.records.iter().filter(|record| record.body.kind() == kind) {
            let link = paper_link(&path, record);
            papers.push(Paper {
                title: link.label,
                text: Some(summary(record)),
                href: link.href,
            });
        }
        if papers.len() == before {
            papers.push(Paper {
                title: paper_name(kind, None),
                // Red only where a gate misses it: what stays in the EEA needs no transfer.
                text: none_text(decision, gate),
                href: format!("{path}/{place}"),
            });
        }
    }
    papers.extend(list_of_companies(judged, looks, &path));
    papers
}

/// Assessments that are being written and were never handed in: on file, and counting for nothing.
async fn drafts(tx: &mut Tx, judged: &Judged) -> Result<Vec<Paper>> {
    let id = judged.current.engagement.id;
    let mut drafts = Vec::new();
    for number in 1..next_assessment_number(tx, id).await? {
        let is_handed_in = judged
            .records
            .iter()
            .any(|record| record.body.kind() == LegalRecordKind::Tia && record.number == number);
        if !is_handed_in && find_draft(tx, (id, number), None).await?.is_some() {
            drafts.push(Paper {
                title: format!("Assessment of transfers {number}"),
                text: Some("Being written; not handed in yet".to_owned()),
                href: format!("{}/tia/{number}", load::path(&judged.current)),
            });
        }
    }
    Ok(drafts)
}

/// What the list of companies certified under the Data Privacy Framework said last, where that was looked up or is needed.
fn list_of_companies(
    judged: &Judged,
    looks: &BTreeMap<DpfFramework, StoredCheck>,
    path: &str,
) -> Option<Paper> {
    let mut rest = judged.facts.transfers.iter();
    let is_needed = rest.any(|paper| matches!(paper.body.mechanism, Mechanism::Dpf(_)));
    if looks.is_empty() && !is_needed {
        return None;
    }
    let looks = looks.values().map(|stored| {
        let (framework, check) = (stored.framework.label(), &stored.check);
        format!(
            "{framework}: {}, looked at on {}",
            check.status.label(),
            words::short_day(check.checked_on)
        )
    });
    let text: Vec<String> = looks.collect();
    Some(Paper {
        title: "Data Privacy Framework list".to_owned(),
        text: (!text.is_empty()).then(|| domain::facts::list(text)),
        href: format!("{path}/dpf"),
    })
}

/// What is said of a paper that is not there; nothing where a gate misses it.
fn none_text(decision: &Decision, gate: Gate) -> Option<String> {
    if decision.of(gate).next().is_some() {
        None
    } else if decision.waived.iter().any(|reason| reason.gate == gate) {
        Some("None on file; waived for a time".to_owned())
    } else {
        Some("None on file; none is needed".to_owned())
    }
}

/// A paper's name and page.
fn paper_link(path: &str, record: &StoredRecord) -> Link {
    use LegalRecordKind as K;
    let kind = record.body.kind();
    let number = record.number;
    match kind {
        K::Contract => Link::new(paper_name(kind, None), format!("{path}/contract")),
        K::SecurityAssessment => Link::new(paper_name(kind, None), format!("{path}/security")),
        K::Transfer => Link::new(
            paper_name(kind, Some(number)),
            format!("{path}/transfer/{number}"),
        ),
        K::Scc => Link::new(paper_name(kind, Some(number)), format!("{path}/scc/{number}")),
        K::Tia => Link::new(paper_name(kind, Some(number)), format!("{path}/tia/{number}")),
    }
}

/// Where the reasons of an engagement are put right.
pub(super) fn places(judged: &Judged, change: Option<&Change>) -> Places {
    let path = load::path(&judged.current);
    Places {
        change: change.map(|change| format!("/staff/changes/{}", change.number)),
        papers: judged
            .records
            .iter()
            .map(|record| (record.body.kind(), record.id, paper_link(&path, record)))
            .collect(),
        path,
    }
}

/// How the gates stand for its customers, in numbers; for those who may read customers. Gates G1 to G8 are judged for a
/// start here, as an activation judges them: they can close it for customers while it runs for others.
async fn summary_of_customers(
    tx: &mut Tx,
    state: &AppState,
    judged: &Judged,
    now: DateTime<Utc>,
) -> Result<Option<CustomerSummary>, HttpError> {
    let id = judged.current.engagement.id;
    let Some((line, change)) = find_announced_line(tx, id.uuid()).await? else {
        return Ok(None);
    };
    let zone = state.publisher().zone;
    let found = Box::pin(gates::load(tx, zone, id, Some((change.clone(), line)), now)).await?;
    let decision = found.decide(now);
    if decision.customers.is_empty() {
        return Ok(None);
    }
    let mut counts: BTreeMap<ReasonCode, usize> = BTreeMap::new();
    for one in &decision.customers {
        let reasons = one.decision.reasons.iter();
        let codes: BTreeSet<ReasonCode> = reasons.map(|reason| reason.code).collect();
        for code in codes {
            *counts.entry(code).or_default() += 1;
        }
    }
    let mut reasons: Vec<(Gate, ReasonCode, usize)> = counts
        .into_iter()
        .map(|(code, count)| (code.gate(), code, count))
        .collect();
    reasons.sort();
    Ok(Some(CustomerSummary {
        total: decision.customers.len(),
        open: decision
            .customers
            .iter()
            .filter(|one| one.decision.allowed)
            .count(),
        untold: found.told.untold.len(),
        reasons: reasons
            .into_iter()
            .map(|(gate, code, count)| (format!("{gate} {code}"), code.label().to_owned(), count))
            .collect(),
        href: format!("{}/customers", load::path(&judged.current)),
        change: Link::new(
            format!("Change {}", change.number),
            format!("/staff/changes/{}", change.number),
        ),
    }))
}

/// One paper in one line.
pub(crate) fn summary(record: &StoredRecord) -> String {
    match &record.body {
        LegalRecord::Contract(contract) => match contract.effective_on {
            Some(from) => format!(
                "With {}, in force from {}",
                contract.entity_name,
                words::short_day(from)
            ),
            None => format!("With {}, not in force", contract.entity_name),
        },
        LegalRecord::SecurityAssessment(assessment) => {
            format!(
                "{}, counts until {}",
                app::register::sentence(assessment.result.label()),
                words::short_day(assessment.valid_to)
            )
        }
        LegalRecord::Transfer(transfer) => {
            let fallback = transfer
                .fallback
                .as_ref()
                .map(|reliance| format!(", with set {} as fallback", reliance.clauses))
                .unwrap_or_default();
            let state = match &transfer.mechanism {
                Mechanism::Scc(reliance) => format!(" (set {})", reliance.clauses),
                _ => String::new(),
            };
            format!(
                "To {}: {}{state}{fallback}",
                transfer.destination.label(),
                transfer.mechanism.kind().label()
            )
        }
        LegalRecord::Scc(clauses) => {
            let standing = &clauses.standing;
            let cure = standing
                .suspended_on
                .map(|day| Cure::of(day, day).last_day)
                .map(|last| format!(", to be cured by {}", words::short_day(last)))
                .unwrap_or_default();
            format!(
                "{}, {}: {}{cure}",
                clauses.version.label(),
                clauses.module.label(),
                standing.state.label()
            )
        }
        LegalRecord::Tia(tia) => {
            let places = domain::facts::list(tia.destinations.iter().map(|place| place.label()));
            format!(
                "{} ({places}): {}; {}",
                app::register::sentence(tia.tia_type.label()),
                tia.outcome.map_or("not concluded", |outcome| outcome.label()),
                tia.state.label()
            )
        }
    }
}

/// Versions of the engagement and of its company in one line of time, newest first.
async fn history(
    tx: &mut Tx,
    judged: &Judged,
    versions: &[Version<EngagementFacts>],
    names: &Names,
    people: &People,
) -> Result<Vec<HistoryEntry>> {
    let mut entries: Vec<(Recorded, HistoryEntry)> = Vec::new();
    for (at, version) in versions.iter().enumerate() {
        let diffs = versions
            .get(at + 1)
            .map(|before| diff_engagement(&before.facts, &version.facts, names))
            .unwrap_or_default();
        entries.push((
            version.recorded,
            entry(
                "Engagement",
                version.number,
                version.reason.clone(),
                diffs,
                people.by(version.recorded),
            ),
        ));
    }
    let versions = list_organisation_versions(tx, judged.current.organisation.id).await?;
    for (at, version) in versions.iter().enumerate() {
        let diffs = versions
            .get(at + 1)
            .map(|before| diff_organisation(&before.facts, &version.facts))
            .unwrap_or_default();
        entries.push((
            version.recorded,
            entry(
                "Company",
                version.number,
                version.reason.clone(),
                diffs,
                people.by(version.recorded),
            ),
        ));
    }
    entries.sort_by_key(|(recorded, _)| std::cmp::Reverse(recorded.at));
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

fn entry(what: &str, number: i64, reason: Option<String>, diffs: Vec<FieldDiff>, by: String) -> HistoryEntry {
    HistoryEntry {
        title: format!("{what}, version {number}"),
        by,
        reason,
        diffs: diffs.into_iter().map(Difference::from).collect(),
    }
}

async fn state_history(tx: &mut Tx, judged: &Judged, people: &People) -> Result<Vec<HistoryEntry>> {
    Ok(list_engagement_states(tx, judged.current.engagement.id)
        .await?
        .into_iter()
        .map(|state| HistoryEntry {
            title: app::register::sentence(state.state.label()),
            by: people.by(state.recorded),
            reason: state.reason,
            diffs: Vec::new(),
        })
        .collect())
}

async fn listing_history(tx: &mut Tx, judged: &Judged, people: &People) -> Result<Vec<HistoryEntry>> {
    Ok(list_listings(tx, judged.current.engagement.id)
        .await?
        .into_iter()
        .map(|listing| {
            let what = match listing.row.listing {
                ListingState::Listed => "Listed",
                ListingState::Partial => "Listed, for some customers from a later day",
                ListingState::Ended => "Off the list",
            };
            HistoryEntry {
                title: format!("{what} (list version {})", listing.list_version),
                by: people.by(Recorded::by_system(listing.row.recorded_at)),
                reason: None,
                diffs: Vec::new(),
            }
        })
        .collect())
}
