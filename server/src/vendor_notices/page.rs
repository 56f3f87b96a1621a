//! `GET /staff/vendor-notices/{number}`: one vendor notice, with what became of it and what can be done.

use app::register::{Typed, sentence};
use app::ui::{FieldErrors, Link};
use app::vendor_notices::{ShortWindow, StepLine, Steps, VendorNoticePage, VendorNoticeView};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::role::Permission;
use domain::vendor_notice::{OurObjection, VendorNoticeEvent};
use domain::words;
use leptos::prelude::*;

use super::list::standing;
use super::log::find_contract;
use super::window::{Basis, Compared, compare, numbers, sentence as short_sentence};
use crate::AppState;
use crate::access::Staff;
use crate::changes::afterwards::untold;
use crate::changes::scope::Users;
use crate::documents;
use crate::http::form::outcome;
use crate::http::{HttpError, render};
use crate::register;
use crate::register::load::People;
use crate::store::engagements::{CurrentEngagement, current};
use crate::store::vendor_notices::{Listed, StoredStep, StoredVendorNotice, find_vendor_notice, list_steps};
use crate::store::{Tx, changes};

/// "Vendor notice 3".
pub(super) fn title(logged: &StoredVendorNotice) -> String {
    format!("Vendor notice {}", logged.number)
}

/// The address of its page.
pub(super) fn path(logged: &StoredVendorNotice) -> String {
    format!("/staff/vendor-notices/{}", logged.number)
}

/// A vendor notice with its steps and its engagement.
pub(super) struct File {
    pub listed: Listed,
    pub steps: Vec<StoredStep>,
    pub current: CurrentEngagement,
}

impl File {
    /// The one at an address.
    pub async fn get(tx: &mut Tx, number: &str) -> Result<Self, HttpError> {
        let number: i64 = number.parse().map_err(|_| HttpError::NotFound)?;
        let listed = find_vendor_notice(tx, number).await?.ok_or(HttpError::NotFound)?;
        let steps = list_steps(tx, listed.logged.id).await?;
        let current = current(tx, listed.logged.engagement_id)
            .await?
            .ok_or(HttpError::NotFound)?;
        Ok(Self {
            listed,
            steps,
            current,
        })
    }

    /// What a form on its page carries: how many steps there were.
    pub fn seen(&self) -> String {
        self.steps.len().to_string()
    }
}

/// The handler.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let file = File::get(&mut tx, &number).await?;
    show(
        &state,
        &staff,
        &mut tx,
        &file,
        Typed::default(),
        FieldErrors::new(),
    )
    .await
}

/// The page with what was typed and what is wrong with it.
pub(super) async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    typed: Typed,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let (status, title) = outcome(&errors, &title(&file.listed.logged));
    let mut data = view(state, staff, tx, file).await?;
    data.typed = typed;
    data.errors = errors;
    Ok(respond(state, staff, status, title, data))
}

/// The page for somebody who acted on an older one: nothing was written, and what they typed is kept.
pub(super) async fn show_overtaken(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    typed: Typed,
) -> Result<Response, HttpError> {
    let mut data = view(state, staff, tx, file).await?;
    data.typed = typed;
    let last = data.history.last();
    let what = last.map_or_else(String::new, |step| format!("{} {}. ", step.title, step.by));
    data.overtaken = Some(format!(
        "{what}Nothing was changed by you. Read what became of it below, then decide anew."
    ));
    let title = "Somebody else was first".to_owned();
    Ok(respond(state, staff, StatusCode::CONFLICT, title, data))
}

fn respond(
    state: &AppState,
    staff: &Staff,
    status: StatusCode,
    title: String,
    data: VendorNoticeView,
) -> Response {
    let chrome = staff.chrome(state, title, "/staff/vendor-notices");
    render::page(status, chrome, move || view! { <VendorNoticePage data/> })
}

async fn view(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
) -> Result<VendorNoticeView, HttpError> {
    let logged = &file.listed.logged;
    let today = state.publisher().zone.local_date(state.clock.now());
    let people = People::load(tx, state).await?;
    let copy = match logged.notice.raw_copy {
        Some(sha256) => documents::find_link(tx, sha256)
            .await?
            .map(|link| (link, sha256.to_string())),
        None => None,
    };
    let (short_window, uncounted) = short_window(state, staff, tx, file).await?;
    Ok(VendorNoticeView {
        csrf: staff.csrf.clone(),
        path: path(logged),
        title: title(logged),
        standing: standing(&file.listed, today),
        engagement: Link::new(register::title(&file.current), register::path(&file.current)),
        description: logged.notice.description.to_string(),
        facts: facts(state, tx, file, &people).await?,
        copy,
        short_window,
        uncounted,
        history: history(tx, file, &people).await?,
        seen: file.seen(),
        steps: steps(state, staff, tx, file).await?,
        typed: Typed::default(),
        errors: FieldErrors::new(),
        overtaken: None,
    })
}

async fn facts(
    state: &AppState,
    tx: &mut Tx,
    file: &File,
    people: &People,
) -> Result<Vec<(String, String)>, HttpError> {
    let zone = state.publisher().zone;
    let logged = &file.listed.logged;
    let notice = &logged.notice;
    let contract = find_contract(tx, logged.engagement_id).await?;
    let window = notice
        .window_ends_on
        .map_or_else(|| "The vendor states none".to_owned(), words::day);
    let mut facts = vec![
        ("Kind of change", notice.change_type.label().to_owned()),
        ("Received", words::moment(notice.received_at, zone)),
        ("By", sentence(notice.channel.label())),
        ("The vendor takes objections until", window),
    ];
    if let Some(days) = contract.and_then(|contract| contract.vendor_notice_days) {
        let days = words::count(usize::from(days), "day", "days");
        facts.push(("Notice under its contract", days));
    }
    facts.extend([
        ("To be forwarded until", words::day(logged.due_on)),
        ("Owner", notice.owner.to_string()),
        (
            "Logged",
            people.by(crate::store::version::Recorded::by(
                logged.recorded_by,
                logged.recorded_at,
            )),
        ),
    ]);
    Ok(facts
        .into_iter()
        .map(|(term, text)| (term.to_owned(), text))
        .collect())
}

/// Whether the vendor's window is too short, as long as somebody has to decide about it. Numbers of customers are for those
/// who may read customers.
async fn short_window(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
) -> Result<(Option<ShortWindow>, Option<String>), HttpError> {
    let Some(vendor_until) = file.listed.logged.notice.window_ends_on else {
        return Ok((None, None));
    };
    if !file.listed.standing.needs_decision() {
        return Ok((None, None));
    }
    let zone = state.publisher().zone;
    let today = zone.local_date(state.clock.now());
    let basis = Basis::load(tx, zone, today).await?;
    let Compared { alert, uncounted } = compare(&basis, &file.current, vendor_until);
    let sees_customers = staff.may(Permission::ReadCustomers);
    let short = alert.map(|alert| ShortWindow {
        title: sentence(&short_sentence(&alert)),
        numbers: sees_customers.then(|| numbers(&alert)),
    });
    let uncounted = (sees_customers && uncounted > 0).then(|| {
        format!(
            "{} could not be compared with the vendor’s window: no terms are on file, or their period is too long to be counted.",
            words::count(uncounted, "customer", "customers")
        )
    });
    Ok((short, uncounted))
}

async fn history(tx: &mut Tx, file: &File, people: &People) -> Result<Vec<StepLine>, HttpError> {
    let mut lines = Vec::new();
    for step in &file.steps {
        let (text, link) = match &step.event {
            VendorNoticeEvent::Forwarded { change } => {
                let change = changes::get(tx, change.uuid()).await?;
                let label = format!(
                    "Change {}: {} ({})",
                    change.number,
                    change.title,
                    change.state.label().to_lowercase()
                );
                let href = format!("/staff/changes/{}", change.number);
                (None, Some(Link::new(label, href)))
            }
            VendorNoticeEvent::Objected { on, reference } => {
                let text = format!("On {}, reference: {reference}", words::day(*on));
                (Some(text), None)
            }
            VendorNoticeEvent::NotObjected { reason } | VendorNoticeEvent::Closed { reason } => {
                (Some(format!("Reason: {reason}")), None)
            }
        };
        lines.push(StepLine {
            title: sentence(step.event.step().label()),
            by: people.by(step.recorded()),
            text,
            link,
        });
    }
    Ok(lines)
}

/// What this person can do with it now.
async fn steps(state: &AppState, staff: &Staff, tx: &mut Tx, file: &File) -> Result<Steps, HttpError> {
    let standing = file.listed.standing;
    let mut steps = Steps {
        object: staff.may(Permission::WorkObjection) && standing.objection != OurObjection::Filed,
        is_declined: standing.objection == OurObjection::None,
        close: standing.is_open() && staff.may(Permission::EditRegister),
        ..Steps::default()
    };
    if standing.is_open() && staff.may(Permission::DraftChange) {
        if let Some(why) = untold(tx, &file.current).await? {
            steps.no_forward = Some(format!("Not now: {why}."));
        } else {
            let today = state.publisher().zone.local_date(state.clock.now());
            let users = Users::load(tx, today).await?;
            let many = words::count(
                users.terms_of(&file.current.version.facts).count(),
                "customer",
                "customers",
            );
            steps.forward = Some(format!("Draft the change that tells {many}"));
        }
    }
    Ok(steps)
}
