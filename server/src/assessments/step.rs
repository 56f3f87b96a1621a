//! One step of the guided assessment: `/staff/register/{slug}/tia/{number}/{step}`. A note's steps are one page, `note`.
//! Every save is a revision of the draft; saving asks only that what was typed can be read.

use app::assessments::paper::differences;
use app::assessments::steps::{read, typed_from};
use app::assessments::{StepLine, StepPage, StepView};
use app::countries::rows;
use app::register::Typed;
use app::register::form_page::Overtaken;
use app::ui::{FieldErrors, Link};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::legal_record::{Against, Tia, TiaMissing, TiaRefused, TiaStep, TiaType};
use domain::role::Permission;
use leptos::prelude::*;

use super::against::{against, around};
use super::load::{self, Assessment};
use super::{prefill, write};
use crate::AppState;
use crate::access::Staff;
use crate::http::form::outcome;
use crate::http::{HttpError, Posted, render};
use crate::register::load::{People, path as engagement_path};
use crate::store::Tx;
use crate::store::assessments::{Draft, find_draft, save_draft};
use crate::store::version::Recorded;

/// Whether a kind of assessment is written on one page.
pub fn is_one_page(kind: TiaType) -> bool {
    !kind.steps().contains(&TiaStep::Law)
}

/// The steps on the page at an address.
fn steps_at(address: &str, kind: TiaType) -> Result<Vec<TiaStep>, HttpError> {
    if address == "note" && is_one_page(kind) {
        return Ok(kind.steps());
    }
    let step: TiaStep = address.parse().map_err(|_| HttpError::NotFound)?;
    if kind.steps().contains(&step) {
        Ok(vec![step])
    } else {
        Err(HttpError::NotFound)
    }
}

/// The page where a step is written.
pub fn address(path: &str, kind: TiaType, step: TiaStep) -> String {
    if is_one_page(kind) {
        format!("{path}/note")
    } else {
        format!("{path}/{step}")
    }
}

/// Every step with how far it is.
pub fn progress(path: &str, tia: &Tia, missing: &[TiaMissing], here: Option<TiaStep>) -> Vec<StepLine> {
    let count = |step: TiaStep| missing.iter().filter(|missing| missing.step == step).count();
    if is_one_page(tia.tia_type) {
        return vec![StepLine {
            link: Link::new("The note", format!("{path}/note")),
            missing: missing.len(),
            is_here: here.is_some(),
        }];
    }
    tia.tia_type
        .steps()
        .into_iter()
        .map(|step| StepLine {
            link: Link::new(step.label(), format!("{path}/{step}")),
            missing: count(step),
            is_here: here == Some(step),
        })
        .collect()
}

/// What stands on the page besides the draft.
struct Shown {
    typed: Typed,
    errors: FieldErrors,
    overtaken: Option<Overtaken>,
    seen: i64,
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    found: &Assessment,
    (steps, draft): (Vec<TiaStep>, &Draft),
    shown: Shown,
) -> Result<Response, HttpError> {
    let against = against(tx, state, &draft.body.destinations).await?;
    let missing = draft.body.missing(&against);
    let here = steps.first().copied();
    let title = match steps.as_slice() {
        [one] => one.label().to_owned(),
        _ => app::register::sentence(draft.body.tia_type.label()),
    };
    let (status, page_title) = match shown.overtaken {
        Some(_) => (StatusCode::CONFLICT, "Somebody else saved first".to_owned()),
        None => outcome(&shown.errors, &title),
    };
    let is_last = steps.last() == draft.body.tia_type.steps().last();
    let may_fill = steps
        .iter()
        .any(|step| matches!(step, TiaStep::Transfer | TiaStep::Tool));
    let own = if steps.len() == 1 {
        here.map_or("note", TiaStep::as_str)
    } else {
        "note"
    };
    let data = StepView {
        csrf: staff.csrf.clone(),
        path: format!("{}/{own}", found.path()),
        trail: found.trail_below(),
        title,
        missing: missing
            .iter()
            .filter(|missing| steps.contains(&missing.step))
            .map(|missing| (missing.field.clone(), missing.what.clone()))
            .collect(),
        progress: progress(&found.path(), &draft.body, &missing, here),
        around: around(tx, &found.current, &against).await?,
        steps,
        tia: draft.body.clone(),
        typed: shown.typed,
        errors: shown.errors,
        seen: shown.seen,
        overtaken: shown.overtaken,
        may_hand_in: is_last,
        may_fill,
    };
    let chrome = staff.chrome(state, page_title, "/staff/register");
    Ok(render::page(status, chrome, move || view! { <StepPage data/> }))
}

fn draft_of(found: &Assessment) -> Result<&Draft, HttpError> {
    found.draft.as_ref().ok_or_else(|| {
        HttpError::conflict("Nothing is being written. Start a new version on the assessment’s page.")
    })
}

/// `GET`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number, step)): Path<(String, String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditTia)?;
    let mut tx = state.db.read().await?;
    let found = load::get(&mut tx, &slug, &number).await?;
    let Some(draft) = &found.draft else {
        return Ok(Redirect::to(&found.path()).into_response());
    };
    let steps = steps_at(&step, draft.body.tia_type)?;
    let against = against(&mut tx, &state, &draft.body.destinations).await?;
    let around = around(&mut tx, &found.current, &against).await?;
    let shown = Shown {
        typed: typed_from(&steps, &draft.body, &around),
        errors: FieldErrors::new(),
        overtaken: None,
        seen: draft.revision,
    };
    show(&state, &staff, &mut tx, &found, (steps, draft), shown).await
}

/// `POST`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number, step)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditTia)?;
    let mut typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let found = load::get_open(&mut tx, &slug, &number).await?;
    let draft = draft_of(&found)?.clone();
    let steps = steps_at(&step, draft.body.tia_type)?;
    let against = against(&mut tx, &state, &draft.body.destinations).await?;
    let around = around(&mut tx, &found.current, &against).await?;
    let seen = typed.text("seen").parse().unwrap_or(0);
    let act = typed.text("act").to_owned();
    let as_typed = |typed: Typed, errors: FieldErrors, overtaken: Option<Overtaken>, seen: i64| Shown {
        typed,
        errors,
        overtaken,
        seen,
    };
    if act == "fill" {
        let mut filled = draft.body.clone();
        prefill::fill(&mut tx, &state, &found.current, &mut filled, &steps).await?;
        let typed = typed_from(&steps, &filled, &around);
        let shown = as_typed(typed, FieldErrors::new(), None, seen);
        return show(&state, &staff, &mut tx, &found, (steps, &draft), shown).await;
    }
    if rows::add(&mut typed) {
        let shown = as_typed(typed, FieldErrors::new(), None, seen);
        return show(&state, &staff, &mut tx, &found, (steps, &draft), shown).await;
    }
    let mut mine = match read(&steps, &typed, &draft.body, &around) {
        Ok(mine) => mine,
        Err(errors) => {
            let shown = as_typed(typed, errors, None, seen);
            return show(&state, &staff, &mut tx, &found, (steps, &draft), shown).await;
        }
    };
    if seen != draft.revision {
        let overtaken = overtaken(&state, &mut tx, &draft, seen, &mine).await?;
        let shown = as_typed(typed, FieldErrors::new(), Some(overtaken), draft.revision);
        return show(&state, &staff, &mut tx, &found, (steps, &draft), shown).await;
    }
    mine.authors.insert(staff.id);
    if act == "hand-in" {
        return hand_in(&state, &staff, tx, &found, (steps, &draft), (typed, mine)).await;
    }
    if mine != draft.body {
        let next = Draft {
            revision: draft.revision + 1,
            body: mine.clone(),
            changed_at: state.clock.now(),
            changed_by: staff.id,
            ..draft.clone()
        };
        save_draft(&mut tx, &next).await?;
        tx.commit().await?;
    }
    let to = after(&found.path(), mine.tia_type, &steps, &act);
    staff.say("Saved.").await?;
    Ok(Redirect::to(&to).into_response())
}

/// Where one goes after saving.
fn after(path: &str, kind: TiaType, steps: &[TiaStep], act: &str) -> String {
    let all = kind.steps();
    match (steps, act) {
        ([one], "next") => {
            let next = all.iter().skip_while(|step| *step != one).nth(1);
            next.map_or_else(|| path.to_owned(), |next| format!("{path}/{next}"))
        }
        ([one], _) => format!("{path}/{one}"),
        (_, "next") => path.to_owned(),
        _ => format!("{path}/note"),
    }
}

/// Hands in what was typed, together with the rest of the draft; or shows at the fields what is missing.
async fn hand_in(
    state: &AppState,
    staff: &Staff,
    mut tx: Tx,
    found: &Assessment,
    (steps, draft): (Vec<TiaStep>, &Draft),
    (typed, mine): (Typed, Tia),
) -> Result<Response, HttpError> {
    let against: Against = against(&mut tx, state, &mine.destinations).await?;
    if let Err(TiaRefused::Incomplete(missing)) = mine.clone().hand_in(&against) {
        let mut errors = FieldErrors::new();
        for missing in missing {
            let is_here = steps.contains(&missing.step);
            let what = if is_here {
                missing.what
            } else {
                format!("{}: {}", missing.step.label(), missing.what)
            };
            errors.add(missing.field, what);
        }
        let shown = Shown {
            typed,
            errors,
            overtaken: None,
            seen: draft.revision,
        };
        return show(state, staff, &mut tx, found, (steps, draft), shown).await;
    }
    let version = write::hand_in(&mut tx, state, staff, found, mine, draft.revision).await?;
    tx.commit().await?;
    staff
        .say(format!(
            "Version {version} is handed in. Somebody who did not work on it decides."
        ))
        .await?;
    Ok(Redirect::to(&engagement_path(&found.current)).into_response())
}

/// Both sides: what the other person changed since, and what saving would change of that.
async fn overtaken(
    state: &AppState,
    tx: &mut Tx,
    draft: &Draft,
    seen: i64,
    mine: &Tia,
) -> Result<Overtaken, HttpError> {
    let people = People::load(tx, state).await?;
    let base = find_draft(tx, (draft.engagement_id, draft.number), Some(seen)).await?;
    Ok(Overtaken {
        by: format!(
            "The draft was saved on {}",
            people.by(Recorded::by(draft.changed_by, draft.changed_at))
        ),
        theirs: base
            .map(|base| differences(&base.body, &draft.body))
            .unwrap_or_default(),
        yours: differences(&draft.body, mine),
    })
}
