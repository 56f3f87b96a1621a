//! What a vendor told us, for the page of its engagement.

use app::ui::Link;
use app::vendor_notices::{VendorNoticePart, VendorNoticeRow};
use domain::role::Permission;
use domain::words;

use super::list::standing;
use super::log::find_contract;
use super::page::{path, title};
use crate::AppState;
use crate::access::Staff;
use crate::register;
use crate::store::engagements::CurrentEngagement;
use crate::store::vendor_notices::list_vendor_notices_of;
use crate::store::{Result, Tx};
use crate::vendor_pages::address_of;

/// The notices of an engagement, and where one is logged.
pub(crate) async fn part(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    current: &CurrentEngagement,
) -> Result<VendorNoticePart> {
    let zone = state.publisher().zone;
    let today = zone.local_date(state.clock.now());
    let rows = list_vendor_notices_of(tx, current.engagement.id)
        .await?
        .iter()
        .map(|listed| {
            let (standing, tone) = standing(listed, today);
            VendorNoticeRow {
                link: Link::new(title(&listed.logged), path(&listed.logged)),
                kind: listed.logged.notice.change_type.label().to_owned(),
                received: words::short_day(zone.local_date(listed.logged.notice.received_at)),
                standing,
                tone,
            }
        })
        .collect();
    let contract = find_contract(tx, current.engagement.id).await?;
    let page = contract
        .filter(|contract| address_of(contract).is_some())
        .map(|_| {
            let href = format!("{}/vendor-page", register::path(current));
            Link::new("What was different on its page of changes", href)
        });
    let may_log = staff.may(Permission::EditRegister) && !current.state.state.is_terminal();
    Ok(VendorNoticePart {
        rows,
        page,
        log: may_log.then(|| {
            Link::new(
                "Log a vendor notice",
                format!("/staff/vendor-notices/new?engagement={}", current.engagement.slug),
            )
        }),
    })
}
