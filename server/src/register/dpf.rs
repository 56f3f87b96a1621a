//! `/staff/register/{slug}/dpf`: what the list of companies certified under the Data Privacy Framework says of the company.
//! Looks belong to the company; each is kept, and the latest of each framework counts for every transfer to it.

use std::collections::{BTreeMap, BTreeSet};

use app::register::Typed;
use app::register::dpf::{
    DpfPage, DpfView, Look, NEEDS_EU_US, NewLook, NewLookPage, Standing, parse, typed_from,
};
use app::ui::{FieldErrors, Link, Tone};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{NaiveDate, TimeDelta};
use domain::country::Place;
use domain::dpf::{Record, certification_passed, counts_until, expiring_before, read_record};
use domain::gate::Stage;
use domain::legal_record::{DpfCheck, DpfFramework, Mechanism};
use domain::organisation::same_name;
use domain::role::Permission;
use domain::trigger::Scope;
use domain::words::{day, short_day};
use leptos::prelude::*;
use serde_json::json;

use super::gate_facts::{Judged, judge};
use super::load::{self, People};
use super::{copies, write};
use crate::AppState;
use crate::access::Staff;
use crate::documents;
use crate::http::form::Uploaded;
use crate::http::{HttpError, Posted, render};
use crate::store::changes::Change;
use crate::store::dpf_checks::{StoredCheck, append_check, list_checks};
use crate::store::engagements::CurrentEngagement;
use crate::store::version::Recorded;
use crate::triggers::adequacy_changed;

/// The longest text that is read.
const LONGEST_PASTE: usize = 20_000;

fn path(current: &CurrentEngagement) -> String {
    format!("{}/dpf", load::path(current))
}

fn company(current: &CurrentEngagement) -> String {
    current.organisation.version.facts.legal_name.to_string()
}

/// What of an engagement's papers is fine today and will have run out on the day on which its change is planned to go live.
pub(crate) fn before_go_live(judged: &Judged, change: Option<&Change>) -> Vec<String> {
    let Some(change) = change.filter(|change| !change.state.is_terminal()) else {
        return Vec::new();
    };
    if judged.current.state.state.is_listed() {
        return Vec::new();
    }
    let planned_on = change.planned_on;
    let mut found = Vec::new();
    for transfer in judged.facts.transfers.iter().map(|paper| &paper.body) {
        if let Mechanism::Dpf(reliance) = &transfer.mechanism {
            found.extend(expiring_before(reliance, planned_on));
        }
        let rests_on_adequacy = matches!(transfer.mechanism, Mechanism::Dpf(_) | Mechanism::Adequacy(_));
        let (Place::Country(country), true) = (transfer.destination, rests_on_adequacy) else {
            continue;
        };
        for regime in transfer.regimes() {
            for decision in judged.facts.reference.adequacy(country, regime) {
                if let Some(last) = decision.sunset_on.filter(|last| *last < planned_on) {
                    found.push(format!("{} ends on {}", decision.instrument, day(last)));
                }
            }
        }
    }
    found
}

/// `GET …/dpf`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let current = load::get(&mut tx, &slug).await?;
    let people = People::load(&mut tx, &state).await?;
    let judged = judge(&mut tx, current.engagement.id, None)
        .await?
        .ok_or(HttpError::NotFound)?;
    let names: Vec<String> = [company(&current)]
        .into_iter()
        .chain(
            judged
                .facts
                .contract
                .map(|contract| contract.body.entity_name.to_string()),
        )
        .collect();
    let today = state.publisher().zone.local_date(state.clock.now());
    let stage = judged.facts.stage;
    let mut seen = BTreeSet::new();
    let mut looks = Vec::new();
    for stored in list_checks(&mut tx, current.organisation.id).await? {
        let is_latest = seen.insert(stored.framework);
        let page = match stored.check.page {
            Some(digest) => documents::find_link(&mut tx, digest).await?,
            None => None,
        };
        let recorded = Recorded::by(stored.recorded_by, stored.recorded_at);
        looks.push(Look {
            framework: stored.framework,
            by: format!(
                "{} (recorded {})",
                short_day(stored.check.checked_on),
                people.by(recorded)
            ),
            page,
            standing: is_latest.then(|| standing(&stored.check, &names, stage, today)),
            check: stored.check,
        });
    }
    let data = DpfView {
        path: path(&current),
        back: Link::new(load::title(&current), load::path(&current)),
        company: company(&current),
        looks,
        may_edit: staff.may(Permission::EditRegister),
    };
    let chrome = staff.chrome(&state, "Data Privacy Framework", "/staff/register");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <DpfPage data/> },
    ))
}

/// What the latest look is worth on a day. The gate judges each transfer; this says what it will find.
fn standing(check: &DpfCheck, names: &[String], stage: Stage, today: NaiveDate) -> Standing {
    let mut against = Vec::new();
    if !check.status.is_active() {
        against.push(format!("The list says: {}.", check.status.label()));
    }
    let listed = check.entity_as_listed.as_str();
    for name in names.iter().filter(|name| !same_name(name, listed)) {
        against.push(format!("Listed is {listed}; the contracting company is {name}."));
    }
    let last = counts_until(check, stage);
    if last.is_none_or(|last| last < today) {
        against.push(format!(
            "The look of {} is too old: look again.",
            day(check.checked_on)
        ));
    }
    if let Some(due) = certification_passed(check, today) {
        against.push(format!(
            "The next certification was due on {}: look again.",
            day(due)
        ));
    }
    let (label, tone) = if against.is_empty() {
        let until = last.map(day).unwrap_or_default();
        (
            format!("{}; this look counts until {until}", check.status.label()),
            Tone::Ok,
        )
    } else {
        ("not to be relied on".to_owned(), Tone::Danger)
    };
    Standing { label, tone, against }
}

fn show(
    state: &AppState,
    staff: &Staff,
    current: &CurrentEngagement,
    typed: Typed,
    errors: FieldErrors,
    pasted: Option<(String, Record)>,
) -> Response {
    let (status, title) = write::status(&errors, "Record a look at the list");
    let data = NewLook {
        csrf: staff.csrf.clone(),
        path: path(current),
        back: Link::new(load::title(current), load::path(current)),
        company: company(current),
        typed,
        errors,
        pasted,
    };
    let chrome = staff.chrome(state, title, "/staff/register");
    render::page(status, chrome, move || view! { <NewLookPage data/> })
}

/// `GET …/dpf/new`
pub async fn form(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut tx = state.db.read().await?;
    let current = load::get(&mut tx, &slug).await?;
    let today = state.publisher().zone.local_date(state.clock.now());
    let typed = typed_from(&Record::default(), today);
    Ok(show(&state, &staff, &current, typed, FieldErrors::new(), None))
}

/// `POST …/dpf/read`: fills the form from a copied text. Nothing is written.
pub async fn read(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut tx = state.db.read().await?;
    let current = load::get(&mut tx, &slug).await?;
    let text: String = posted.text("pasted").chars().take(LONGEST_PASTE).collect();
    let record = read_record(&text);
    let today = state.publisher().zone.local_date(state.clock.now());
    let typed = typed_from(&record, today);
    let pasted = Some((text, record));
    Ok(show(&state, &staff, &current, typed, FieldErrors::new(), pasted))
}

/// The looks, unless the company would be active under the UK Extension alone: where this look says nothing of the EU-U.S.
/// row, the latest one until that day does.
fn on_its_base(
    looks: BTreeMap<DpfFramework, DpfCheck>,
    before: &[StoredCheck],
) -> Result<BTreeMap<DpfFramework, DpfCheck>, FieldErrors> {
    let extended = looks.get(&DpfFramework::UkExtension);
    let extended = extended.filter(|check| check.status.is_active());
    if let Some(extended) = extended
        && !looks.contains_key(&DpfFramework::EuUs)
    {
        let of_union = |look: &&StoredCheck| {
            look.framework == DpfFramework::EuUs && look.check.checked_on <= extended.checked_on
        };
        let base = before.iter().find(of_union);
        if base.is_some_and(|look| !look.check.status.is_active()) {
            return Err(FieldErrors::one("uk_ext_status", NEEDS_EU_US));
        }
    }
    Ok(looks)
}

/// `POST …/dpf/new`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    posted: Uploaded,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut typed = Typed::new(posted.posted.pairs());
    let mut tx = state.db.write().await?;
    let current = load::get(&mut tx, &slug).await?;
    let now = state.clock.now();
    let today = state.publisher().zone.local_date(now);
    let organisation_id = current.organisation.id;
    let before = list_checks(&mut tx, organisation_id).await?;
    let (files, misfits) = copies::take(&posted.files, &mut typed);
    let parsed = parse(&typed, staff.id, today).and_then(|looks| on_its_base(looks, &before));
    let looks = match (parsed, misfits.is_empty()) {
        (Ok(looks), true) => looks,
        (parsed, _) => {
            let mut errors = parsed.err().unwrap_or_default();
            errors.extend(misfits);
            copies::ask_again(&files, &mut typed, &mut errors);
            return Ok(show(&state, &staff, &current, typed, errors, None));
        }
    };
    for file in &files {
        documents::keep(&mut tx, &state, &staff, &file.checked).await?;
    }
    // Always after what was recorded before: of two looks on one day the later one counts.
    let least = before
        .iter()
        .map(|look| look.recorded_at + TimeDelta::microseconds(1))
        .max();
    let at = least.map_or(now, |least| least.max(now));
    let count = looks.len();
    let mut left = Vec::new();
    for (framework, check) in looks {
        let stored = StoredCheck {
            id: state.random.id(now),
            organisation_id,
            framework,
            check,
            recorded_at: at,
            recorded_by: staff.id,
        };
        append_check(&mut tx, &stored).await?;
        // One made earlier and recorded late says nothing about now.
        let was_active = before
            .iter()
            .find(|look| look.framework == framework)
            .is_some_and(|look| {
                look.check.status.is_active() && look.check.checked_on <= stored.check.checked_on
            });
        if was_active && !stored.check.status.is_active() {
            left.push(format!("{}: {}", framework.label(), stored.check.status.label()));
        }
        let payload = json!({
            "check_id": stored.id,
            "framework": framework,
            "status": stored.check.status,
            "entity_as_listed": stored.check.entity_as_listed,
            "checked_on": stored.check.checked_on,
            "page": stored.check.page,
        });
        let subject = ("organisation", organisation_id.uuid());
        write::note(&mut tx, &state, &staff, "dpf_check.recorded", subject, payload).await?;
    }
    if !left.is_empty() {
        let what = format!("{} on the list, {}", company(&current), left.join("; "));
        let scope = Scope::Organisation(organisation_id);
        adequacy_changed(&mut tx, &state, staff.id, scope, (&what, None), today).await?;
    }
    tx.commit().await?;
    let said = domain::words::count(count, "look was recorded", "looks were recorded");
    staff.say(format!("{}: {said}.", company(&current))).await?;
    Ok(Redirect::to(&path(&current)).into_response())
}
