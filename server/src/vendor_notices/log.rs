//! `/staff/vendor-notices/new`: what a vendor told us is written down once, with its raw copy, and the task to forward it.

use app::register::Typed;
use app::ui::{Choice, FieldErrors, Link};
use app::vendor_notices::{LogVendorNotice, LogVendorNoticePage, Logged, RAW_COPY, parse};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveTime, Utc};
use domain::change::ChangeType;
use domain::document::DocumentRefused;
use domain::id::{EngagementId, TaskId};
use domain::legal_record::{Contract, LegalRecord};
use domain::role::{Permission, Role};
use domain::vendor_notice::VendorNotice;
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;

use super::page::{path, title};
use super::{TO_FORWARD, Waiting};
use crate::access::Staff;
use crate::audit::Subject;
use crate::documents::{self, Checked};
use crate::http::form::outcome;
use crate::http::{HttpError, Query, Uploaded, render};
use crate::register::{self, load};
use crate::store::engagements::{CurrentEngagement, current, current_by_slug};
use crate::store::legal_records::list_latest_records;
use crate::store::tasks::{Task, close_tasks_about, open_task};
use crate::store::vendor_notices::{
    StoredVendorNotice, insert_vendor_notice, list_vendor_notices_of, next_vendor_notice_number,
};
use crate::store::version::Recorded;
use crate::store::{Result as StoreResult, Tx};
use crate::vendor_pages::PAGE_CHANGED;
use crate::{AppState, calendars};

/// From whose page somebody comes.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    engagement: String,
}

/// The agreement of an engagement, if one is on file.
pub(super) async fn find_contract(tx: &mut Tx, id: EngagementId) -> StoreResult<Option<Contract>> {
    let mut records = list_latest_records(tx, id).await?.into_iter();
    Ok(records.find_map(|record| match record.body {
        LegalRecord::Contract(contract) => Some(contract),
        _ => None,
    }))
}

/// `GET /staff/vendor-notices/new`, filled with what the contract says of its notices where somebody comes from a vendor.
pub async fn form(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut tx = state.db.read().await?;
    let mut typed = Typed::default();
    typed.put("change_type", ChangeType::Tier2Change);
    if let Some(found) = current_by_slug(&mut tx, &asked.engagement).await? {
        let id = found.engagement.id;
        typed.put("engagement", id);
        let feed = find_contract(&mut tx, id)
            .await?
            .and_then(|contract| contract.change_feed);
        if let Some(feed) = feed {
            typed.put("channel", feed.channel);
            typed.put("owner", &feed.owner);
        }
    }
    show(&state, &staff, &mut tx, typed, FieldErrors::new()).await
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    typed: Typed,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let mut engagements: Vec<Choice> = load::choices(tx, None).await?.engagements;
    engagements.sort_by(|a, b| a.label.cmp(&b.label));
    let chosen = match typed.text("engagement").parse::<EngagementId>() {
        Ok(id) => current(tx, id).await?,
        Err(_) => None,
    };
    let contract_days = match &chosen {
        Some(chosen) => find_contract(tx, chosen.engagement.id)
            .await?
            .and_then(|contract| contract.vendor_notice_days),
        None => None,
    };
    let (status, title) = outcome(&errors, "Log a vendor notice");
    let data = LogVendorNotice {
        csrf: staff.csrf.clone(),
        typed,
        errors,
        engagements,
        contract_days,
        place: state.publisher().zone.place(),
        back: chosen.map_or_else(
            || Link::new("Vendor notices", "/staff/vendor-notices"),
            |chosen| Link::new(register::title(&chosen), register::path(&chosen)),
        ),
    };
    let chrome = staff.chrome(state, title, "/staff/vendor-notices");
    Ok(render::page(
        status,
        chrome,
        move || view! { <LogVendorNoticePage data/> },
    ))
}

/// `POST /staff/vendor-notices/new`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    uploaded: Uploaded,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let typed = Typed::new(uploaded.posted.pairs());
    let mut tx = state.db.write().await?;
    let file = uploaded.file(&format!("{RAW_COPY}_file"));
    let checked = file.map(documents::check).transpose();
    let mut errors = FieldErrors::new();
    let read = read(&state, &mut tx, &typed, &mut errors).await?;
    let (Some((notice, engagement)), Ok(checked), true) = (read, &checked, errors.is_empty()) else {
        say_of_file(&checked, &mut errors);
        return show(&state, &staff, &mut tx, typed, errors).await;
    };
    let logged = log(&state, &staff, &mut tx, (notice, &engagement), checked.as_ref()).await?;
    tx.commit().await?;
    staff
        .say(format!(
            "{} is logged. Forward it, or close it with a reason, by {}.",
            title(&logged),
            words::day(logged.due_on)
        ))
        .await?;
    Ok(Redirect::to(&path(&logged)).into_response())
}

/// A file that is none of ours, or that a browser does not send twice.
fn say_of_file(checked: &Result<Option<Checked<'_>>, DocumentRefused>, errors: &mut FieldErrors) {
    let field = format!("{RAW_COPY}_file");
    match checked {
        Err(why) => errors.add(field, why),
        Ok(Some(_)) => errors.add(
            field,
            "Choose the file again: it is not kept until the form is saved",
        ),
        Ok(None) => {}
    }
}

/// What was typed, as far as the database agrees with it.
async fn read(
    state: &AppState,
    tx: &mut Tx,
    typed: &Typed,
    errors: &mut FieldErrors,
) -> StoreResult<Option<(VendorNotice, CurrentEngagement)>> {
    let (zone, now) = (state.publisher().zone, state.clock.now());
    let logged = match parse(typed, zone.local_date(now)) {
        Ok(logged) => logged,
        Err(wrong) => {
            errors.extend(wrong);
            return Ok(None);
        }
    };
    let received_at = received_at(state, &logged, errors);
    let engagement = current(tx, logged.engagement_id)
        .await?
        .filter(|found| !found.state.state.is_terminal());
    let Some(engagement) = engagement else {
        errors.add("engagement", "Choose whose notice it is");
        return Ok(None);
    };
    let contract = find_contract(tx, logged.engagement_id).await?;
    let feed = contract.and_then(|contract| contract.change_feed);
    let Some(owner) = logged.owner.or_else(|| feed.map(|feed| feed.owner)) else {
        errors.add(
            "owner",
            "Say who looks after it: the contract names nobody for its notices",
        );
        return Ok(None);
    };
    let Some(received_at) = received_at else {
        return Ok(None);
    };
    let notice = VendorNotice {
        received_at,
        channel: logged.channel,
        window_ends_on: logged.window_ends_on,
        change_type: logged.change_type,
        description: logged.description,
        raw_copy: None,
        owner,
    };
    let earlier = list_vendor_notices_of(tx, engagement.engagement.id).await?;
    let same = earlier.iter().find(|one| {
        let known = &one.logged.notice;
        known.received_at == notice.received_at && known.description == notice.description
    });
    if let Some(same) = same {
        let number = same.logged.number;
        errors.add(
            "description",
            format!("This is logged already, as vendor notice {number}"),
        );
    }
    Ok(Some((notice, engagement)))
}

/// The instant at which it came, which is not in the future.
fn received_at(state: &AppState, logged: &Logged, errors: &mut FieldErrors) -> Option<DateTime<Utc>> {
    let zone = state.publisher().zone;
    let instant = if logged.received_at == NaiveTime::MIN {
        zone.start_of_day(logged.received_on)
    } else {
        zone.instant_of(logged.received_on.and_time(logged.received_at))
    };
    let received_at = errors.take("received_at", instant);
    if received_at.is_some_and(|at| at > state.clock.now()) {
        errors.add("received_at", "This hour has not come yet");
    }
    received_at
}

/// Keeps the notice with its raw copy, opens the task to forward it, and writes the entry in the audit log.
async fn log(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    (notice, engagement): (VendorNotice, &CurrentEngagement),
    copy: Option<&Checked<'_>>,
) -> Result<StoredVendorNotice, HttpError> {
    let now = state.clock.now();
    let publisher = state.publisher();
    let calendar = calendars::known_at(tx, publisher.calendar, now).await?;
    if let Some(copy) = copy {
        documents::keep(tx, state, staff, copy).await?;
    }
    let notice = VendorNotice {
        raw_copy: copy.map(|copy| copy.sha256),
        ..notice
    };
    let logged = StoredVendorNotice {
        id: state.random.id(now),
        number: next_vendor_notice_number(tx).await?,
        engagement_id: engagement.engagement.id,
        // Past the last year of the calendar a day cannot be counted: today is the safe answer.
        due_on: notice
            .forward_due(publisher.zone, &calendar)
            .unwrap_or_else(|_| publisher.zone.local_date(now)),
        notice,
        recorded_at: now,
        recorded_by: staff.id,
    };
    insert_vendor_notice(tx, &logged).await?;
    let waiting = Waiting::of(&logged, engagement);
    let task = Task {
        id: TaskId::from(state.random.id(now)),
        kind: TO_FORWARD.to_owned(),
        role: Role::LegalEditor,
        title: waiting.title,
        path: waiting.path,
        about_id: Some(waiting.about),
        due_on: Some(waiting.due_on),
        created_at: now,
        done: None,
    };
    open_task(tx, &task).await?;
    let done = Recorded::by(staff.id, now);
    close_tasks_about(tx, PAGE_CHANGED, logged.engagement_id.uuid(), done).await?;
    let said = &logged.notice;
    let payload = json!({
        "number": logged.number, "engagement": engagement.engagement.slug, "received_at": said.received_at,
        "channel": said.channel, "window_ends_on": said.window_ends_on, "change_type": said.change_type,
        "description": said.description, "raw_copy": said.raw_copy, "owner": said.owner, "due_on": logged.due_on,
    });
    let subject = Subject::of("vendor_notice", logged.id);
    staff
        .record(tx, state, "vendor_notice.logged", subject, payload)
        .await?;
    Ok(logged)
}
