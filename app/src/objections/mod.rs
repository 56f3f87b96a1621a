//! Cases: the customer's page, and the staff's.

mod pages;

pub use pages::{CaseEvent, CasePage, CaseRow, CaseView, CasesPage, FormerCasePage, StaffCasePage};
