//! The pages for people.

use app::list::{
    Edition, FilterForm, Group, HomePage, InUse, List, ListPage, Subprocessor, SubprocessorPage, Upcoming,
};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use domain::engagement::RelationshipRole as Role;
use leptos::prelude::*;

use super::cache::{Kept, Made};
use super::filter::{Filter, options, parse_day};
use super::register::Register;
use super::{facts, public_difference};
use crate::AppState;
use crate::http::{Chrome, HttpError, render};
use crate::store::Tx;
use crate::store::listings::ListingState;
use crate::store::public_list::{self, Announced, AnnouncedLine, Shown};

const SUBPROCESSORS: &[Role] = &[Role::Subprocessor, Role::AffiliateSubprocessor];
const OWN: &[Role] = &[Role::OwnProcessor];
const CONTROLLERS: &[Role] = &[Role::IndependentController, Role::JointController];

/// GET `/`.
pub async fn home(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    Kept::new("/")
        .answer(&state, &headers, async |tx| {
            let register = state.register(tx, None).await?;
            let publisher = state.publisher().name.clone();
            let mut chrome = Chrome::public(&state, "Subprocessors and changes", &uri);
            chrome.description = Some(format!(
                "Which companies process personal data for customers of {publisher}, and what changes."
            ));
            let (in_use, version) = (
                register.listed_as(SUBPROCESSORS).count(),
                dated_version(&register),
            );
            let (upcoming, today) = (upcoming(&register, &Filter::default()), register.today);
            Ok(Made::page(render::document(chrome, move || {
                view! { <HomePage publisher in_use version upcoming today /> }
            })))
        })
        .await
}

/// GET `/subprocessors?product=&category=&country=&as_of=`.
pub async fn list(
    State(state): State<AppState>,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let form = read_form(query.as_deref());
    Kept::filtered("/subprocessors", &form)
        .answer(&state, &headers, async |tx| {
            list_page(&state, tx, &uri, form.clone()).await
        })
        .await
}

async fn list_page(
    state: &AppState,
    tx: &mut Tx,
    uri: &Uri,
    mut form: FilterForm,
) -> Result<Made, HttpError> {
    let (as_of, day_errors) = match parse_day(&form.as_of, state.today()) {
        Ok(day) => (day, None),
        Err(errors) => (None, Some(errors)),
    };
    let register = state.register(tx, as_of).await?;
    let filter = Filter::parse(&form, &register).unwrap_or_else(|errors| {
        form.errors = errors;
        Filter::default()
    });
    form.errors.extend(day_errors.unwrap_or_default());
    let is_refused = !form.errors.is_empty();
    let page = list_data(state, &register, &filter, form);
    let title = match (is_refused, as_of) {
        (true, _) => "Error: Subprocessors".to_owned(),
        (false, Some(day)) => format!("Subprocessors on {}", domain::words::day(day)),
        (false, None) => "Subprocessors".to_owned(),
    };
    let mut chrome = Chrome::public(state, title, uri);
    chrome.description = Some(format!(
        "The subprocessors of {}: purpose, locations, personal data and transfer mechanism of each, and announced changes.",
        page.publisher
    ));
    chrome.frame.indexed = as_of.is_none() && !page.filter.narrows();
    let html = render::document(chrome, move || view! { <ListPage list=page /> });
    Ok(if is_refused {
        Made::refused(html)
    } else {
        Made::page(html)
    })
}

/// A query that is no form of ours is read as far as it goes.
pub(super) fn read_form(query: Option<&str>) -> FilterForm {
    let mut form = FilterForm::default();
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let field = match name.as_ref() {
            "product" => &mut form.product,
            "category" => &mut form.category,
            "country" => &mut form.country,
            "as_of" => &mut form.as_of,
            _ => continue,
        };
        value
            .trim()
            .chars()
            .take(80)
            .collect::<String>()
            .clone_into(field);
    }
    form
}

fn list_data(state: &AppState, register: &Register, filter: &Filter, form: FilterForm) -> List {
    let entries_of = |roles| -> Vec<_> {
        register
            .listed_as(roles)
            .filter(|shown| filter.keeps(&shown.engagement))
            .map(|shown| facts::entry(register, shown))
            .collect()
    };
    let publisher = state.publisher().name.clone();
    let others = [
        (
            "Processors for our own data",
            OWN,
            format!(
                "These process data for which {publisher} itself is responsible, such as visits to its website. They are not subprocessors: customers’ data does not reach them, and no notice is given about them.",
            ),
        ),
        (
            "Independent controllers",
            CONTROLLERS,
            "These decide about their own purposes and are listed for clarity. They are not subprocessors."
                .to_owned(),
        ),
    ];
    List {
        version: dated_version(register),
        as_of: register.as_of,
        began_on: register.not_recorded_before(),
        today: register.today,
        upcoming: upcoming(register, filter),
        entries: entries_of(SUBPROCESSORS),
        total: register.listed_as(SUBPROCESSORS).count(),
        others: others
            .into_iter()
            .map(|(title, roles, why)| Group {
                title,
                why,
                entries: entries_of(roles),
            })
            .filter(|group| !group.entries.is_empty())
            .collect(),
        without_location: register
            .listed_as(SUBPROCESSORS)
            .filter(|shown| filter.cannot_judge(&shown.engagement))
            .count(),
        options: options(register),
        filter: form,
        publisher,
    }
}

fn dated_version(register: &Register) -> Option<(i64, chrono::NaiveDate)> {
    register
        .version
        .map(|(number, at)| (number, register.zone.local_date(at)))
}

fn upcoming(register: &Register, filter: &Filter) -> Vec<Upcoming> {
    register
        .pending()
        .into_iter()
        .filter(|(_, line)| filter.keeps(&line.engagement))
        .map(|(change, line)| announcement(register, change, line))
        .collect()
}

fn announcement(register: &Register, change: &Announced, line: &AnnouncedLine) -> Upcoming {
    Upcoming {
        number: change.number.clone(),
        name: line.organisation.legal_name.to_string(),
        change_type: line.change_type.label(),
        replaces: line.replaces_engagement_id.map(|id| register.names().of(id)),
        purpose: line.engagement.purpose.get().map(ToString::to_string),
        locations: line
            .engagement
            .locations
            .get()
            .map(|all| all.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        announced_on: register.zone.local_date(change.announced_at),
        planned_on: change.planned_on,
        begun: register.has_begun(line),
    }
}

/// GET `/subprocessors/{slug}`.
pub async fn subprocessor(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    Kept::new(uri.path())
        .answer(&state, &headers, async |tx| {
            let id = public_list::find_listed(tx, &slug)
                .await?
                .ok_or(HttpError::NotFound)?;
            let history = public_list::list_history(tx, id).await?;
            let register = state.register(tx, None).await?;
            let shown = register.shown(id).ok_or(HttpError::NotFound)?;
            let page = Subprocessor {
                name: shown.organisation.legal_name.to_string(),
                role: shown.engagement.relationship_role.label(),
                in_use: facts::in_use(&register, shown),
                today: register.today,
                company: facts::company(&shown.organisation),
                processing: facts::processing(&register, shown),
                upcoming: register
                    .pending()
                    .into_iter()
                    .filter(|(_, line)| line.engagement_id == id || line.replaces_engagement_id == Some(id))
                    .map(|(change, line)| announcement(&register, change, line))
                    .collect(),
                history: editions(&register, &history),
            };
            let mut chrome = Chrome::public(&state, page.name.clone(), &uri);
            chrome.frame.indexed = !matches!(page.in_use, InUse::Ended(_));
            Ok(Made::page(render::document(
                chrome,
                move || view! { <SubprocessorPage subprocessor=page /> },
            )))
        })
        .await
}

/// What the list said of a company, newest first, each with what it changed.
fn editions(register: &Register, history: &[Shown]) -> Vec<Edition> {
    let mut before: Option<&Shown> = None;
    let mut editions = Vec::with_capacity(history.len());
    for shown in history {
        let fields = before.map_or_else(Vec::new, |old| {
            public_difference(
                (&old.organisation, &old.engagement),
                (&shown.organisation, &shown.engagement),
                register.names(),
            )
        });
        let line = shown.line_id.and_then(|id| register.line(id));
        let title = match (shown.listing, before.map(|old| old.listing)) {
            (ListingState::Ended, _) => "No longer used",
            (ListingState::Partial, _) => "Introduced for some customers",
            (ListingState::Listed, Some(ListingState::Partial)) => "In use for all customers",
            (ListingState::Listed, None | Some(ListingState::Ended)) => "First listed",
            (ListingState::Listed, Some(ListingState::Listed)) => {
                line.map_or("Corrected", |(_, line)| line.change_type.label())
            }
        };
        editions.push(Edition {
            list_version: shown.list_version,
            on: register.zone.local_date(shown.recorded_at),
            title: title.to_owned(),
            change: line.map(|(change, _)| change.number.clone()),
            reason: shown.reason.clone().filter(|_| !fields.is_empty()),
            fields,
        });
        before = Some(shown);
    }
    editions.reverse();
    editions
}

impl AppState {
    /// Today in the publisher's zone.
    pub(crate) fn today(&self) -> chrono::NaiveDate {
        self.publisher().zone.local_date(self.clock.now())
    }

    /// The public register now, or at the end of a past day.
    pub(crate) async fn register(
        &self,
        tx: &mut Tx,
        as_of: Option<chrono::NaiveDate>,
    ) -> Result<Register, HttpError> {
        Register::load(tx, self.publisher().zone, self.today(), as_of).await
    }
}

/// The status of a page that was refused.
pub(super) const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
