//! `/staff/register/{slug}/edit`: another version of an engagement's facts. Nothing is overwritten.

use app::changes::Review;
use app::register::engagement_page::Difference;
use app::register::form_page::{EditEngagementPage, NewVersion as Form, Overtaken};
use app::register::{Typed, engagement, locations};
use app::ui::{FieldErrors, Link};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::engagement::EngagementFacts;
use domain::engagement::state::EngagementState;
use domain::facts::{FactField, diff_engagement};
use domain::id::VersionId;
use domain::role::Permission;
use domain::text::Prose;
use leptos::prelude::*;

use super::covers::{CLASS_REASON, Chosen, Kept, Reviewed, differing};
use super::gate_facts::judge;
use super::load::{self, People};
use super::shown::{Shown, find_shown, settle};
use super::{chain, check, write};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Posted, render};
use crate::store::Tx;
use crate::store::engagements::{
    CurrentEngagement, append_engagement_version, list_engagement_versions, put_parent,
};
use crate::store::lines::find_unsettled_line;
use crate::store::version::{NewVersion, Recorded};
use crate::triggers::transfer_changed;

/// Said at the role of an engagement that others rely on.
const ROLE_IS_FIXED: &str = "The role cannot change once the engagement is announced or in use; enter a new engagement and announce it.";

/// `GET`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut tx = state.db.read().await?;
    let current = load::get(&mut tx, &slug).await?;
    let typed = engagement::typed_from(&current.version.facts);
    show(&state, &staff, &mut tx, &current, Filled::with(typed)).await
}

/// The form as it is shown.
#[derive(Default)]
pub(super) struct Filled {
    pub typed: Typed,
    pub errors: FieldErrors,
    pub overtaken: Option<Overtaken>,
    pub review: Review,
}

impl Filled {
    pub fn with(typed: Typed) -> Self {
        Self {
            typed,
            ..Self::default()
        }
    }
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
        None => write::status(&errors, "Edit the engagement"),
    };
    // What was being edited stays what it was until a conflict has been shown.
    let seen = match overtaken {
        Some(_) => current.version.number,
        None => write::seen(&typed, current.version.number),
    };
    let data = Form {
        csrf: staff.csrf.clone(),
        back: Link::new(load::title(current), path.clone()),
        path: format!("{path}/edit"),
        typed,
        errors,
        seen,
        overtaken,
        bound: find_shown(tx, current).await?.map(|shown| shown.what()),
        offered: load::choices(tx, Some(current.engagement.id)).await?,
        shared_with: Vec::new(),
        review,
    };
    let chrome = staff.chrome(state, title, "/staff/register");
    Ok(render::page(
        status,
        chrome,
        move || view! { <EditEngagementPage data/> },
    ))
}

/// `POST`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let current = load::get(&mut tx, &slug).await?;
    if typed.text("act") == "add-row" {
        locations::add_row(&mut typed);
        return show(&state, &staff, &mut tx, &current, Filled::with(typed)).await;
    }
    if current.state.state.is_terminal() {
        return Err(HttpError::conflict(
            "This engagement is over; its facts stay as they were.",
        ));
    }
    let now = state.clock.now();
    let today = state.publisher().zone.local_date(now);
    let bound = find_shown(&mut tx, &current).await?;
    let company = typed
        .text("organisation")
        .parse()
        .unwrap_or(current.version.facts.organisation);
    let mut errors = FieldErrors::new();
    let parsed = match engagement::parse(&typed, company) {
        Ok(facts) => {
            errors.extend(check::references(&mut tx, Some(current.engagement.id), &facts).await?);
            if facts.relationship_role != current.version.facts.relationship_role
                && (bound.is_some() || !may_change_role(&mut tx, &current).await?)
            {
                errors.add("role", ROLE_IS_FIXED);
            }
            Some(facts)
        }
        Err(found) => {
            errors.extend(found);
            None
        }
    };
    let valid_from = check::valid_from(typed.text("valid_from"), today, &mut errors);
    let reason = reason(&typed, bound.is_some(), &mut errors);
    if let Some(facts) = &parsed
        && errors.is_empty()
        && typed.text("seen") != current.version.number.to_string()
    {
        let overtaken = overtaken(&state, &mut tx, &current, typed.text("seen"), facts).await?;
        let filled = Filled {
            overtaken: Some(overtaken),
            ..Filled::with(typed)
        };
        return show(&state, &staff, &mut tx, &current, filled).await;
    }
    let back = load::path(&current);
    if errors.is_empty() && parsed.as_ref() == Some(&current.version.facts) {
        staff
            .say("Nothing was different, so there is no new version.")
            .await?;
        return Ok(Redirect::to(&back).into_response());
    }
    let reviewed = match (&parsed, &bound) {
        (Some(facts), Some(shown)) => {
            let chosen = Chosen::read(posted.pairs());
            review(&mut tx, &current, facts, shown, &chosen, today).await?
        }
        _ => Reviewed::default(),
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
    )
    .await?;
    tx.commit().await?;
    staff.say(said).await?;
    Ok(Redirect::to(&back).into_response())
}

/// What these facts of the engagement would differ from what was shown. What differs about the company was chosen with it.
async fn review(
    tx: &mut Tx,
    current: &CurrentEngagement,
    facts: &EngagementFacts,
    shown: &Shown,
    chosen: &Chosen,
    today: chrono::NaiveDate,
) -> Result<Reviewed, HttpError> {
    let (Some(base), Some(mut judged)) = (
        shown.base(tx).await?,
        judge(tx, current.engagement.id, None).await?,
    ) else {
        return Ok(Reviewed::default());
    };
    let kept = Kept::of(tx, current.version.id).await?;
    let names = load::names_in(tx, [base.engagement(), facts]).await?;
    judged.facts.engagement = facts.clone();
    let mut differences = differing(&base, &judged, &names, today);
    differences.retain(|difference| is_of_engagement(difference.diff.field));
    Ok(Reviewed::of(differences, chosen, &kept))
}

/// Whether a field stands in the form of the engagement, rather than in that of its company or in a paper.
const fn is_of_engagement(field: FactField) -> bool {
    !field.is_about_company() && !matches!(field, FactField::Mechanism | FactField::Security)
}

/// Which gates are asked follows from the role, so it is settled before anybody relies on it.
async fn may_change_role(tx: &mut Tx, current: &CurrentEngagement) -> Result<bool, HttpError> {
    use EngagementState::{Assessed, Assessing, Draft};
    Ok(match current.state.state {
        Draft | Assessing => true,
        Assessed => find_unsettled_line(tx, current.engagement.id.uuid())
            .await?
            .is_none(),
        _ => false,
    })
}

/// Why it is corrected; asked for once others were shown it.
pub(super) fn reason(typed: &Typed, is_bound: bool, errors: &mut FieldErrors) -> Option<Prose> {
    if !is_bound {
        return None;
    }
    match typed.text("reason").parse() {
        Ok(reason) => Some(reason),
        Err(_) if typed.text("reason").trim().is_empty() => {
            errors.add("reason", "Say why: others were shown what you are changing");
            None
        }
        Err(why) => {
            errors.add("reason", why);
            None
        }
    }
}

async fn append(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    current: &CurrentEngagement,
    facts: EngagementFacts,
    (valid_from, reason): (Option<chrono::NaiveDate>, Option<Prose>),
    (reviewed, class_reason): (&Reviewed, Option<&Prose>),
) -> Result<String, HttpError> {
    let now = state.clock.now();
    let id = current.engagement.id;
    let names = load::names_in(tx, [&current.version.facts, &facts]).await?;
    let differences = diff_engagement(&current.version.facts, &facts, &names);
    let fields: Vec<FactField> = differences.iter().map(|diff| diff.field).collect();
    let (number, tier) = (current.version.number + 1, facts.tier);
    let reason = reason.map(|reason| reason.to_string());
    let mut payload = write::version_payload(number, &facts, &fields, reason.as_deref());
    payload["covers"] = reviewed.noted();
    if facts.parent != current.engagement.parent_id {
        put_parent(tx, id, facts.parent).await?;
    }
    let new = NewVersion {
        id: VersionId::from(state.random.id(now)),
        facts,
        valid_from,
        recorded: Recorded::by(staff.id, now),
        reason,
    };
    append_engagement_version(tx, id, current.version.number, &new).await?;
    reviewed.keep(tx, new.id, new.recorded, class_reason).await?;
    write::note(
        tx,
        state,
        staff,
        "engagement.revised",
        ("engagement", id.uuid()),
        payload,
    )
    .await?;
    if fields.contains(&FactField::Tier) {
        chain::follow(tx, state, staff, id, tier).await?;
    }
    let event = transfer_changed(tx, state, staff.id, id, &differences, valid_from).await?;
    let effect = settle(tx, state, staff, id).await?;
    let assessed = event.map_or(
        "",
        |_| " Its assessments of transfers must be looked at: there is a task.",
    );
    Ok(format!(
        "Version {number} was saved.{}{assessed}",
        effect.sentence()
    ))
}

/// Both sides: what the other person changed since, and what saving would change of that.
async fn overtaken(
    state: &AppState,
    tx: &mut Tx,
    current: &CurrentEngagement,
    seen: &str,
    mine: &EngagementFacts,
) -> Result<Overtaken, HttpError> {
    let people = People::load(tx, state).await?;
    let versions = list_engagement_versions(tx, current.engagement.id).await?;
    let base = versions.iter().find(|version| version.number.to_string() == seen);
    let said = base.map(|base| &base.facts).into_iter();
    let names = load::names_in(tx, said.chain([&current.version.facts, mine])).await?;
    Ok(Overtaken {
        by: format!(
            "Version {} was saved on {}",
            current.version.number,
            people.by(current.version.recorded)
        ),
        theirs: base
            .map(|base| diff_engagement(&base.facts, &current.version.facts, &names))
            .unwrap_or_default()
            .into_iter()
            .map(Difference::from)
            .collect(),
        yours: diff_engagement(&current.version.facts, mine, &names)
            .into_iter()
            .map(Difference::from)
            .collect(),
    })
}
