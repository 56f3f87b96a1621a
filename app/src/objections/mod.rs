//! Cases: the customer's page, and the staff's.

mod log;
mod pages;

pub use log::{LogForm, LogPage, Logged, parse as parse_logged};
pub use pages::{CaseEvent, CasePage, CaseRow, CaseView, CasesPage, FormerCasePage, StaffCasePage};
