//! The register for staff: companies, engagements, their legal papers, and the gates that read them.
//!
//! Here belongs what these pages show and how their forms become values of the domain. Not here: loading and saving.

mod clauses;
pub mod company;
pub mod contract;
pub mod engagement;
mod framework;
pub mod locations;
pub mod security;
mod sheet;
pub mod tia;
pub mod transfer;
mod typed;

pub use typed::Typed;
