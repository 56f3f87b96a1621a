//! A vendor's page of changes: what was different on it, day by day.

mod page;

pub use page::{VendorPagePage, VendorPageView};
