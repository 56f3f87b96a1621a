//! What people see. Every page is a function from plain data to a view; it awaits nothing and reads no context.
//! The server renders pages; the browser runs only the islands.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its props")]

pub mod access;
pub mod adequacy;
pub mod assessments;
pub mod audit;
pub mod calendars;
pub mod change_log;
pub mod changes;
pub mod contacts;
pub mod countries;
pub mod customers;
pub mod deadline;
pub mod demo;
pub mod import;
pub mod list;
pub mod mail;
pub mod mailbox;
pub mod notice;
pub mod objections;
pub mod register;
pub mod settings;
pub mod shell;
pub mod subscriptions;
pub mod tasks;
pub mod triggers;
pub mod ui;
pub mod vendor_notices;
pub mod vendor_pages;

#[cfg(feature = "hydrate")]
mod browser;

pub use leptos;
