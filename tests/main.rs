//! One integration binary: the features over HTTP, the store, mail and browser-free journeys, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

mod access;
mod adequacy;
mod audit;
mod cases;
mod clauses;
mod command;
mod contacts;
mod customers;
mod deadline;
mod documents;
mod dpf;
mod facts;
mod fallback;
mod foundation;
mod headers;
mod import;
mod journey;
mod kill;
mod latecomers;
mod lines;
mod links;
mod list;
mod mail;
mod matrix;
mod operation;
mod register;
mod replacement;
mod settings;
mod store;
mod subscriptions;
