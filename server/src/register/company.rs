//! `/staff/register/{slug}/company`: another version of what is known about the company, for all its engagements.

use app::register::engagement_page::Difference;
use app::register::form_page::{EditCompanyPage, NewVersion as Form, Overtaken};
use app::register::{Typed, company};
use app::ui::{FieldErrors, Link};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::change::Difference as FieldDifference;
use domain::facts::{Names, diff_organisation};
use domain::id::VersionId;
use domain::organisation::OrganisationFacts;
use domain::role::Permission;
use domain::text::Prose;
use leptos::prelude::*;

use super::covers::{CLASS_REASON, Chosen, Kept, Reviewed, differing};
use super::edit::{Filled, reason};
use super::gate_facts::judge;
use super::load::{self, People};
use super::shown::{Effect, find_shown, settle};
use super::{check, write};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Posted, render};
use crate::store::engagements::{CurrentEngagement, list_current};
use crate::store::organisations::{append_organisation_version, list_organisation_versions};
use crate::store::version::{NewVersion, Recorded};
use crate::store::{self, Tx};
use crate::triggers::company_changed;

/// Every engagement of the same company that is not over, this one included.
async fn engaged(tx: &mut Tx, current: &CurrentEngagement) -> store::Result<Vec<CurrentEngagement>> {
    let all = list_current(tx).await?;
    let is_same = |one: &CurrentEngagement| {
        one.organisation.id == current.organisation.id && !one.state.state.is_terminal()
    };
    Ok(all.into_iter().filter(is_same).collect())
}

/// `GET`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut tx = state.db.read().await?;
    let current = load::get(&mut tx, &slug).await?;
    let typed = company::typed_from(&current.organisation.version.facts);
    show(&state, &staff, &mut tx, &current, Filled::with(typed)).await
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    current: &CurrentEngagement,
    filled: Filled,
) -> Result<Response, HttpError> {
    let Filled {
        typed,
        errors,
        overtaken,
        review,
    } = filled;
    let path = load::path(current);
    let (status, title) = match overtaken {
        Some(_) => (StatusCode::CONFLICT, "Somebody else saved first".to_owned()),
        None => write::status(&errors, "Edit the company"),
    };
    let others = engaged(tx, current).await?;
    let bound = bound(tx, &others).await?;
    let shared_with = others
        .iter()
        .filter(|other| other.engagement.id != current.engagement.id)
        .map(|other| Link::new(load::title(other), load::path(other)))
        .collect();
    // What was being edited stays what it was until a conflict has been shown.
    let seen = match overtaken {
        Some(_) => current.organisation.version.number,
        None => write::seen(&typed, current.organisation.version.number),
    };
    let data = Form {
        csrf: staff.csrf.clone(),
        back: Link::new(load::title(current), path.clone()),
        path: format!("{path}/company"),
        typed,
        errors,
        seen,
        overtaken,
        bound,
        offered: app::register::form_page::EngagementChoices::default(),
        shared_with,
        review,
    };
    let chrome = staff.chrome(state, title, "/staff/register");
    Ok(render::page(
        status,
        chrome,
        move || view! { <EditCompanyPage data/> },
    ))
}

/// What others were shown of this company, in any of its engagements.
async fn bound(tx: &mut Tx, engaged: &[CurrentEngagement]) -> store::Result<Option<String>> {
    for one in engaged {
        if let Some(shown) = find_shown(tx, one).await? {
            return Ok(Some(shown.what()));
        }
    }
    Ok(None)
}

/// `POST`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let current = load::get(&mut tx, &slug).await?;
    let today = state.publisher().zone.local_date(state.clock.now());
    let engaged = engaged(&mut tx, &current).await?;
    let is_bound = bound(&mut tx, &engaged).await?.is_some();
    let mut errors = FieldErrors::new();
    let parsed = match company::parse(&typed) {
        Ok(facts) => Some(facts),
        Err(found) => {
            errors.extend(found);
            None
        }
    };
    let valid_from = check::valid_from(typed.text("valid_from"), today, &mut errors);
    let reason = reason(&typed, is_bound, &mut errors);
    let present = &current.organisation.version;
    if let Some(facts) = &parsed
        && errors.is_empty()
        && typed.text("seen") != present.number.to_string()
    {
        let overtaken = overtaken(&state, &mut tx, &current, typed.text("seen"), facts).await?;
        let filled = Filled {
            overtaken: Some(overtaken),
            ..Filled::with(typed)
        };
        return show(&state, &staff, &mut tx, &current, filled).await;
    }
    let back = load::path(&current);
    if errors.is_empty() && parsed.as_ref() == Some(&present.facts) {
        staff
            .say("Nothing was different, so there is no new version.")
            .await?;
        return Ok(Redirect::to(&back).into_response());
    }
    let reviewed = match &parsed {
        Some(facts) => {
            let chosen = Chosen::read(posted.pairs());
            review(&mut tx, &current, facts, &engaged, &chosen, today).await?
        }
        None => Reviewed::default(),
    };
    let class_reason = reviewed.check(typed.text(CLASS_REASON), &mut errors);
    let (Some(facts), true) = (parsed, errors.is_empty()) else {
        let review = reviewed.view(typed.text(CLASS_REASON));
        let filled = Filled {
            errors,
            review,
            ..Filled::with(typed)
        };
        return show(&state, &staff, &mut tx, &current, filled).await;
    };
    let said = append(
        &state,
        &staff,
        &mut tx,
        &current,
        facts,
        (valid_from, reason),
        (&reviewed, class_reason.as_ref()),
        &engaged,
    )
    .await?;
    tx.commit().await?;
    staff.say(said).await?;
    Ok(Redirect::to(&back).into_response())
}

/// What these facts of the company would differ from what was shown of it, in any of its engagements.
async fn review(
    tx: &mut Tx,
    current: &CurrentEngagement,
    facts: &OrganisationFacts,
    engaged: &[CurrentEngagement],
    chosen: &Chosen,
    today: NaiveDate,
) -> Result<Reviewed, HttpError> {
    let mut differences: Vec<FieldDifference> = Vec::new();
    for one in engaged {
        let Some(shown) = find_shown(tx, one).await? else {
            continue;
        };
        let (Some(base), Some(mut judged)) =
            (shown.base(tx).await?, judge(tx, one.engagement.id, None).await?)
        else {
            continue;
        };
        judged.facts.organisation = facts.clone();
        for difference in differing(&base, &judged, &Names::default(), today) {
            let field = difference.diff.field;
            if field.is_about_company() && differences.iter().all(|known| known.diff.field != field) {
                differences.push(difference);
            }
        }
    }
    let kept = Kept::of(tx, current.organisation.version.id).await?;
    Ok(Reviewed::of(differences, chosen, &kept))
}

#[expect(
    clippy::too_many_arguments,
    reason = "one write: who, of what, what, since when, why, and whom it concerns"
)]
async fn append(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    current: &CurrentEngagement,
    facts: OrganisationFacts,
    (valid_from, reason): (Option<NaiveDate>, Option<Prose>),
    (reviewed, class_reason): (&Reviewed, Option<&Prose>),
    engaged: &[CurrentEngagement],
) -> Result<String, HttpError> {
    let now = state.clock.now();
    let (id, present) = (current.organisation.id, &current.organisation.version);
    let differences = diff_organisation(&present.facts, &facts);
    let fields: Vec<_> = differences.iter().map(|diff| diff.field).collect();
    let reason = reason.map(|reason| reason.to_string());
    let mut payload = write::version_payload(present.number + 1, &facts, &fields, reason.as_deref());
    payload["covers"] = reviewed.noted();
    let new = NewVersion {
        id: VersionId::from(state.random.id(now)),
        facts,
        valid_from,
        recorded: Recorded::by(staff.id, now),
        reason,
    };
    append_organisation_version(tx, id, present.number, &new).await?;
    reviewed.keep(tx, new.id, new.recorded, class_reason).await?;
    write::note(
        tx,
        state,
        staff,
        "organisation.revised",
        ("organisation", id.uuid()),
        payload,
    )
    .await?;
    let mut effect = Effect::None;
    for one in engaged {
        let of_this = settle(tx, state, staff, one.engagement.id).await?;
        if of_this == Effect::ChangeNeeded || effect == Effect::None {
            effect = of_this;
        }
    }
    let event = company_changed(tx, state, staff.id, id, &differences, valid_from).await?;
    let assessed = event.map_or(
        "",
        |_| " Its assessments of transfers must be looked at: there is a task.",
    );
    Ok(format!(
        "Version {} of the company was saved.{}{assessed}",
        present.number + 1,
        effect.sentence()
    ))
}

async fn overtaken(
    state: &AppState,
    tx: &mut Tx,
    current: &CurrentEngagement,
    seen: &str,
    mine: &OrganisationFacts,
) -> Result<Overtaken, HttpError> {
    let people = People::load(tx, state).await?;
    let present = &current.organisation.version;
    let versions = list_organisation_versions(tx, current.organisation.id).await?;
    let base = versions.iter().find(|version| version.number.to_string() == seen);
    Ok(Overtaken {
        by: format!(
            "Version {} was saved on {}",
            present.number,
            people.by(present.recorded)
        ),
        theirs: base
            .map(|base| diff_organisation(&base.facts, &present.facts))
            .unwrap_or_default()
            .into_iter()
            .map(Difference::from)
            .collect(),
        yours: diff_organisation(&present.facts, mine)
            .into_iter()
            .map(Difference::from)
            .collect(),
    })
}
