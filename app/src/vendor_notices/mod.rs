//! What vendors told us of their own changes: the list, the form that logs one, one of them with its steps, and the part of
//! an engagement's page.

mod form;
mod list;
mod page;
mod part;
mod step;

pub use form::{LogVendorNotice, LogVendorNoticePage, Logged, RAW_COPY, parse};
pub use list::{VendorNoticeLine, VendorNoticeList, VendorNoticeListPage};
pub use page::{ShortWindow, StepLine, Steps, VendorNoticePage, VendorNoticeView};
pub use part::{VendorNoticePart, VendorNoticeRow, vendor_notice_section};
pub use step::{parse_closing, parse_objection};
