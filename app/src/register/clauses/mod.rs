//! Sets of standard contractual clauses: the form with its appendix field by field, the page with the steps that a set can
//! take, the list of all sets.

mod fields;
mod form;
mod lines;
pub mod list;
pub mod page;

pub use form::{add_row, parse, said_signing, signing, typed_from, typed_from_signing};
pub(super) use lines::lines;
