//! `GET /staff/vendor-notices`: all of them, open ones first.

use app::ui::{Link, Tone};
use app::vendor_notices::{VendorNoticeLine as Line, VendorNoticeList, VendorNoticeListPage};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::role::Permission;
use domain::vendor_notice::{OurObjection, Outcome};
use domain::words;
use domain::zone::Zone;
use leptos::prelude::*;
use serde::Deserialize;

use super::page::{path, title};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Part, Query, render};
use crate::register::counts;
use crate::store::vendor_notices::{self, Listed, VendorNoticeLine};

/// Rows on one page.
const PAGE: u64 = 50;

/// What the list is asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    page: String,
}

/// The handler.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    // Names are searched as the register's list has them.
    counts::keep(&state).await?;
    let mut tx = state.db.read().await?;
    let zone = state.publisher().zone;
    let today = zone.local_date(state.clock.now());
    let part = Part::asked(&asked.page, PAGE);
    let (lines, total) = vendor_notices::page(&mut tx, &asked.q, part.limits()).await?;
    drop(tx);
    let data = VendorNoticeList {
        rows: lines.into_iter().map(|line| row(line, zone, today)).collect(),
        part: part.of("/staff/vendor-notices", &asked.q, total),
        search: asked.q,
        may_log: staff.may(Permission::EditRegister),
    };
    let chrome = staff.chrome(&state, "Vendor notices", "/staff/vendor-notices");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <VendorNoticeListPage data/> },
    ))
}

fn row(line: VendorNoticeLine, zone: Zone, today: NaiveDate) -> Line {
    let logged = &line.listed.logged;
    let (standing, tone) = standing(&line.listed, today);
    let company = line.company.unwrap_or_else(|| "Unknown".to_owned());
    Line {
        link: Link::new(title(logged), path(logged)),
        vendor: match line.service {
            Some(service) => format!("{company}: {service}"),
            None => company,
        },
        kind: logged.notice.change_type.label().to_owned(),
        received: words::short_day(zone.local_date(logged.notice.received_at)),
        window: logged
            .notice
            .window_ends_on
            .map_or_else(|| "None stated".to_owned(), words::short_day),
        standing,
        tone,
    }
}

/// Where a notice stands on a day, and what that means.
pub(super) fn standing(listed: &Listed, today: NaiveDate) -> (String, Tone) {
    let due = listed.logged.due_on;
    let (text, tone) = match listed.standing.outcome {
        Outcome::Open if due < today => ("Open, late".to_owned(), Tone::Danger),
        Outcome::Open => (format!("Open until {}", words::short_day(due)), Tone::Warn),
        Outcome::Forwarded if listed.is_told => ("Forwarded".to_owned(), Tone::Ok),
        Outcome::Forwarded => ("Drafted, not sent yet".to_owned(), Tone::Warn),
        Outcome::Closed => ("Closed".to_owned(), Tone::Plain),
    };
    match listed.standing.objection {
        OurObjection::Filed => (format!("{text}; we objected"), tone),
        OurObjection::Undecided | OurObjection::None => (text, tone),
    }
}
