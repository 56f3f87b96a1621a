//! Data in, view out.

mod contact;
mod customer;
mod form;
mod list;
mod policy;
mod sheet;

pub use contact::ContactFormPage;
pub use customer::{CustomerPage, EndCustomerPage};
pub use form::CustomerFormPage;
pub use list::CustomerListPage;
pub use policy::PolicyFormPage;
pub use sheet::{SheetPage, SheetPreviewPage};

use crate::ui::Link;

/// The way down to a page of one customer.
fn trail(customer: Option<(String, String)>) -> Vec<Link> {
    let mut trail = vec![Link::new("Customers", "/staff/customers")];
    trail.extend(customer.map(|(name, path)| Link::new(name, path)));
    trail
}
