//! The register for staff: companies, engagements, their legal papers, and the gates that read them.
//!
//! Here belongs what these pages show and how their forms become values of the domain. Not here: loading and saving.

pub mod certificates;
pub mod chain;
pub mod clauses;
pub mod company;
mod contract;
pub mod customers_page;
pub mod dpf;
pub mod engagement;
pub mod engagement_page;
mod facts;
pub mod form_page;
mod framework;
pub mod list_page;
pub mod locations;
pub mod paper;
pub mod path;
pub mod place;
pub mod record;
pub mod security;
pub(crate) mod sheet;
pub mod state_step;
pub mod transfer;
pub(crate) mod typed;
pub mod waivers;

pub use sheet::sentence;
pub use typed::Typed;
