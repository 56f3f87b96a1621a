//! Pages on which vendors tell of their changes, where they tell of them nowhere else: each is fetched once a day, and what is
//! different on it becomes a task with a page that shows it. Nothing is fetched but the addresses that contracts name.

mod fetch;
mod look;
mod page;
mod text;

pub use look::{look_at_all, watch};

use axum::Router;
use axum::routing::get;
use domain::legal_record::{Contract, NoticeChannel};

use crate::AppState;

/// The kind of task that says that a page is different, about its engagement.
pub const PAGE_CHANGED: &str = "VENDOR_PAGE_CHANGED";
/// The kind of task that says that a page could not be read for some days, about its engagement.
pub const PAGE_FAILS: &str = "VENDOR_PAGE_FAILS";

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new().route("/staff/register/{slug}/vendor-page", get(page::page))
}

/// The page that a contract names, if it is one that we look at.
pub(crate) fn address_of(contract: &Contract) -> Option<&str> {
    let feed = contract.change_feed.as_ref()?;
    let page = feed.page.as_ref()?;
    (feed.channel == NoticeChannel::PolledPage).then_some(page.as_str())
}
