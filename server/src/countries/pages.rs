//! `/staff/countries` and `/staff/countries/{code}`.

use std::collections::BTreeSet;

use app::countries::knowledge::{differences, parse, typed_from};
use app::countries::{CountriesPage, CountryLine, CountryPage, CountryVersionLine, CountryView, rows};
use app::register::Typed;
use app::register::form_page::Overtaken;
use app::ui::{FieldErrors, Link, Tone};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::approval::approve as by_another;
use domain::country::Country;
use domain::country_knowledge::CountryKnowledge;
use domain::id::{StaffId, VersionId};
use domain::role::{Permission, Role};
use domain::text::Line;
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;

use super::write::approve_version;
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::form::outcome;
use crate::http::{HttpError, Posted, Query, render};
use crate::register::load::People;
use crate::register::write::{seen, version_payload};
use crate::store::assessments::{Narrowed, list_assessments};
use crate::store::countries::{
    CountryVersion, append_country_version, country_rules, list_countries, list_country_versions,
};
use crate::store::tasks::{Task, close_tasks_about, open_task};
use crate::store::version::Recorded;
use crate::store::{Result, Tx};
use domain::id::TaskId;

/// The kind of task that asks for a decision on a version.
pub(crate) const COUNTRY_TO_APPROVE: &str = "COUNTRY_TO_APPROVE";
/// So many assessments are named on a country's page.
const MOST_NAMED: i64 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    country: String,
}

/// `GET /staff/countries`
pub async fn list(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> std::result::Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let problem = match asked.country.trim() {
        "" => None,
        text => match Country::find(text) {
            Ok(country) => {
                return Ok(Redirect::to(&format!("/staff/countries/{}", country.code())).into_response());
            }
            Err(why) => Some(why.to_string()),
        },
    };
    let mut tx = state.db.read().await?;
    let zone = state.publisher().zone;
    let lines = list_countries(&mut tx)
        .await?
        .into_iter()
        .map(|line| {
            let (standing, tone) = match line.approved {
                Some(approved) if approved == line.newest => (format!("Version {approved} counts"), Tone::Ok),
                Some(approved) => (
                    format!("Version {approved} counts, version {} waits", line.newest),
                    Tone::Info,
                ),
                None => ("Nothing is approved yet".to_owned(), Tone::Warn),
            };
            CountryLine {
                link: Link::new(
                    line.country.label(),
                    format!("/staff/countries/{}", line.country.code()),
                ),
                standing,
                tone,
                recorded: words::short_day(zone.local_date(line.recorded_at)),
            }
        })
        .collect::<Vec<_>>();
    let may_edit = staff.may(Permission::EditTia);
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let chrome = staff.chrome(&state, "Countries", "/staff/countries");
    Ok(render::page(
        status,
        chrome,
        move || view! { <CountriesPage lines may_edit problem /> },
    ))
}

/// A country with all its versions, newest first.
struct Found {
    country: Country,
    versions: Vec<CountryVersion>,
    required: Vec<Line<200>>,
}

impl Found {
    async fn load(tx: &mut Tx, state: &AppState, code: &str) -> std::result::Result<Self, HttpError> {
        let country = Country::parse(code).map_err(|_| HttpError::NotFound)?;
        let today = state.publisher().zone.local_date(state.clock.now());
        let required = country_rules(tx, today)
            .await?
            .laws
            .into_iter()
            .filter(|(of, _)| *of == country)
            .map(|(_, law)| law)
            .collect();
        Ok(Self {
            country,
            versions: list_country_versions(tx, country).await?,
            required,
        })
    }

    fn newest(&self) -> Option<&CountryVersion> {
        self.versions.first()
    }

    fn present(&self) -> i64 {
        self.newest().map_or(0, |version| version.number)
    }

    fn path(&self) -> String {
        format!("/staff/countries/{}", self.country.code())
    }

    /// Everybody who wrote since it was approved last.
    fn authors(&self) -> BTreeSet<StaffId> {
        self.versions
            .iter()
            .take_while(|version| version.approval.is_none())
            .map(|version| version.recorded_by)
            .collect()
    }

    fn waiting(&self) -> Option<&CountryVersion> {
        self.newest().filter(|version| version.approval.is_none())
    }
}

/// `GET /staff/countries/{code}`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(code): Path<String>,
) -> std::result::Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let found = Found::load(&mut tx, &state, &code).await?;
    let typed = typed_from(&blank(&found));
    show(&state, &staff, &mut tx, &found, (typed, FieldErrors::new()), None).await
}

/// What the next version starts from: the newest.
fn blank(found: &Found) -> CountryKnowledge {
    found
        .newest()
        .map(|version| version.body.clone())
        .unwrap_or_default()
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    found: &Found,
    (typed, errors): (Typed, FieldErrors),
    overtaken: Option<Overtaken>,
) -> std::result::Result<Response, HttpError> {
    let people = People::load(tx, state).await?;
    let name = found.country.label();
    let (status, title) = match overtaken {
        Some(_) => (StatusCode::CONFLICT, "Somebody else saved first".to_owned()),
        None => outcome(&errors, name),
    };
    let seen = if overtaken.is_some() {
        found.present()
    } else {
        seen(&typed, found.present())
    };
    let data = CountryView {
        csrf: staff.csrf.clone(),
        country: Link::new(name, found.path()),
        counts: found
            .versions
            .iter()
            .find(|version| version.approval.is_some())
            .map(|version| (version.number, version.body.clone())),
        typed,
        errors,
        seen,
        overtaken,
        may_edit: staff.may(Permission::EditTia),
        waiting: found.waiting().map(|version| {
            let missing = version.body.missing(&found.required);
            let may = if staff.may(Permission::ApproveTia) {
                by_another(staff.id, &found.authors())
                    .map(drop)
                    .map_err(|why| format!("{why}."))
            } else {
                Err("A legal approver who did not write it decides.".to_owned())
            };
            (missing.into_iter().map(|(_, what)| what).collect(), may)
        }),
        versions: versions(found, &people),
        used_by: used_by(tx, found.country).await?,
    };
    let chrome = staff.chrome(state, title, "/staff/countries");
    Ok(render::page(
        status,
        chrome,
        move || view! { <CountryPage data/> },
    ))
}

fn versions(found: &Found, people: &People) -> Vec<CountryVersionLine> {
    found
        .versions
        .iter()
        .enumerate()
        .map(|(at, version)| {
            let (standing, tone) = match version.approval {
                Some(by) => (format!("approved {}", people.by(by)), Tone::Ok),
                None => ("not approved".to_owned(), Tone::Plain),
            };
            CountryVersionLine {
                number: version.number,
                by: people.by(Recorded::by(version.recorded_by, version.recorded_at)),
                standing,
                tone,
                diffs: found
                    .versions
                    .get(at + 1)
                    .map(|before| differences(&before.body, &version.body))
                    .unwrap_or_default(),
            }
        })
        .collect()
}

async fn used_by(tx: &mut Tx, country: Country) -> Result<Vec<Link>> {
    let to = Narrowed {
        destination: country.code().to_owned(),
        ..Narrowed::default()
    };
    Ok(list_assessments(tx, &to, 0, MOST_NAMED)
        .await?
        .into_iter()
        .map(|listed| {
            Link::new(
                format!("{}, assessment {}", listed.company, listed.number),
                format!("/staff/register/{}/tia/{}", listed.slug, listed.number),
            )
        })
        .collect())
}

/// `POST /staff/countries/{code}`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path(code): Path<String>,
    posted: Posted,
) -> std::result::Result<Response, HttpError> {
    staff.require(Permission::EditTia)?;
    let mut typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let found = Found::load(&mut tx, &state, &code).await?;
    if rows::add(&mut typed) {
        return show(&state, &staff, &mut tx, &found, (typed, FieldErrors::new()), None).await;
    }
    let today = state.publisher().zone.local_date(state.clock.now());
    let mine = match parse(&typed, today) {
        Ok(mine) => mine,
        Err(errors) => return show(&state, &staff, &mut tx, &found, (typed, errors), None).await,
    };
    if typed.text("seen") != found.present().to_string() {
        let people = People::load(&mut tx, &state).await?;
        let overtaken = overtaken(&found, &people, typed.text("seen"), &mine);
        let typed = (typed, FieldErrors::new());
        return show(&state, &staff, &mut tx, &found, typed, Some(overtaken)).await;
    }
    if found.newest().is_some_and(|newest| newest.body == mine) {
        staff
            .say("Nothing was different, so there is no new version.")
            .await?;
        return Ok(Redirect::to(&found.path()).into_response());
    }
    let now = state.clock.now();
    let number = found.present() + 1;
    let version = CountryVersion {
        id: VersionId::from(state.random.id(now)),
        country: found.country,
        number,
        body: mine,
        recorded_at: now,
        recorded_by: staff.id,
        approval: None,
    };
    append_country_version(&mut tx, found.present(), &version).await?;
    let mut payload = version_payload(number, &version.body, &[], None);
    payload["country"] = json!(found.country);
    let subject = Subject::of("country_version", version.id.uuid());
    staff
        .record(&mut tx, &state, "country.recorded", subject, payload)
        .await?;
    let by = Recorded::by(staff.id, now);
    for earlier in &found.versions {
        close_tasks_about(&mut tx, COUNTRY_TO_APPROVE, earlier.id.uuid(), by).await?;
    }
    if version.body.missing(&found.required).is_empty() {
        let task = Task {
            id: TaskId::from(state.random.id(now)),
            kind: COUNTRY_TO_APPROVE.to_owned(),
            role: Role::LegalApprover,
            title: format!(
                "Decide on version {number} of what is known about {}",
                found.country.label()
            ),
            path: found.path(),
            about_id: Some(version.id.uuid()),
            due_on: None,
            created_at: now,
            done: None,
        };
        open_task(&mut tx, &task).await?;
    }
    tx.commit().await?;
    staff.say(format!("Version {number} was saved.")).await?;
    Ok(Redirect::to(&found.path()).into_response())
}

/// Both sides: what the other person changed since, and what saving would change of that.
fn overtaken(found: &Found, people: &People, seen: &str, mine: &CountryKnowledge) -> Overtaken {
    let Some(newest) = found.newest() else {
        return Overtaken::default();
    };
    let base = found
        .versions
        .iter()
        .find(|version| version.number.to_string() == seen);
    let nothing = CountryKnowledge::default();
    Overtaken {
        by: format!(
            "Version {} was saved on {}",
            newest.number,
            people.by(Recorded::by(newest.recorded_by, newest.recorded_at))
        ),
        theirs: differences(base.map_or(&nothing, |base| &base.body), &newest.body),
        yours: differences(&newest.body, mine),
    }
}

/// `POST /staff/countries/{code}/approve`
pub async fn approve(
    State(state): State<AppState>,
    staff: Staff,
    Path(code): Path<String>,
    posted: Posted,
) -> std::result::Result<Response, HttpError> {
    staff.require(Permission::ApproveTia)?;
    let mut tx = state.db.write().await?;
    let found = Found::load(&mut tx, &state, &code).await?;
    let newest = found.newest().ok_or(HttpError::NotFound)?;
    if posted.text("seen") != newest.number.to_string() {
        return Err(HttpError::conflict(format!(
            "Version {} was saved meanwhile. Read it before you decide.",
            newest.number
        )));
    }
    let version = found
        .waiting()
        .ok_or_else(|| HttpError::conflict("This version was decided on already."))?;
    by_another(staff.id, &found.authors()).map_err(|why| HttpError::Forbidden(format!("{why}.")))?;
    let missing = version.body.missing(&found.required);
    if !missing.is_empty() {
        return Err(HttpError::Conflict {
            title: "This version is not complete.".to_owned(),
            reasons: missing.into_iter().map(|(_, what)| what).collect(),
        });
    }
    let concerned = approve_version(&mut tx, &state, staff.id, version).await?;
    let payload = json!({ "country": found.country, "version": version.number, "concerned": concerned });
    let subject = Subject::of("country_version", version.id.uuid());
    staff
        .record(&mut tx, &state, "country.approved", subject, payload)
        .await?;
    let by = Recorded::by(staff.id, state.clock.now());
    close_tasks_about(&mut tx, COUNTRY_TO_APPROVE, version.id.uuid(), by).await?;
    tx.commit().await?;
    let what = words::count(concerned, "assessment rests", "assessments rest");
    staff
        .say(format!(
            "Version {} is approved and counts. {what} on an older version{}",
            version.number,
            if concerned == 0 {
                "."
            } else {
                ": an event was recorded for them."
            }
        ))
        .await?;
    Ok(Redirect::to(&found.path()).into_response())
}
