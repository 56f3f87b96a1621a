//! `GET /staff/register/{slug}/vendor-page`: what is different on a vendor's page of changes.

use app::ui::Link;
use app::vendor_pages::{VendorPagePage, VendorPageView};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::legal_record::LegalRecord;
use domain::role::Permission;
use domain::vendor_page::compare;
use domain::words;
use leptos::prelude::*;

use super::address_of;
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, render};
use crate::register::{self, load};
use crate::store::legal_records::list_latest_records;
use crate::store::vendor_pages::{Found, Look, list_last_looks, list_page_versions};

/// Versions of the page that are shown with what was different on each.
const VERSIONS: i64 = 6;

/// The handler.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let current = load::get(&mut tx, &slug).await?;
    let id = current.engagement.id;
    let records = list_latest_records(&mut tx, id).await?;
    let address = records.iter().find_map(|record| match &record.body {
        LegalRecord::Contract(contract) => address_of(contract).map(str::to_owned),
        _ => None,
    });
    let last = list_last_looks(&mut tx, id, 1).await?.pop();
    let versions = list_page_versions(&mut tx, id, None, VERSIONS).await?;
    drop(tx);
    let zone = state.publisher().zone;
    let said = |look: &Look| {
        let when = words::short_moment(look.looked_at, zone);
        match &look.found {
            Found::Failed(why) => format!("{when}: {why}"),
            Found::Same(_) => format!("{when}: as before"),
            Found::Other(..) if versions.len() == 1 => format!("{when}: read for the first time"),
            Found::Other(..) => format!("{when}: different"),
        }
    };
    let changes = versions
        .windows(2)
        .filter(|pair| pair[0].address == pair[1].address)
        .filter_map(|pair| match (&pair[0].found, &pair[1].found) {
            (Found::Other(sha256, after), Found::Other(_, before)) => Some((
                words::moment(pair[0].looked_at, zone),
                sha256.to_string(),
                compare(before, after),
            )),
            _ => None,
        })
        .collect();
    let may_log = staff.may(Permission::EditRegister) && !current.state.state.is_terminal();
    let data = VendorPageView {
        back: Link::new(register::title(&current), register::path(&current)),
        contract: format!("{}/contract", register::path(&current)),
        address,
        last: last.as_ref().map(said),
        first: versions.last().map(|look| words::moment(look.looked_at, zone)),
        changes,
        log: may_log.then(|| format!("/staff/vendor-notices/new?engagement={}", current.engagement.slug)),
    };
    let chrome = staff.chrome(&state, "Page of changes", "/staff/register");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <VendorPagePage data/> },
    ))
}
