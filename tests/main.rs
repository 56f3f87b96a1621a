//! One integration binary: the features over HTTP, the store, mail and browser-free journeys, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so by panicking"
)]
#![expect(clippy::print_stdout, reason = "measurements are read by whoever runs them")]

mod support;

mod access;
mod adequacy;
mod assessments;
mod audit;
mod calendar;
mod calendars;
mod cases;
mod certificates;
mod clauses;
mod command;
mod contacts;
mod customers;
mod deadline;
mod demo;
mod detection;
mod digest;
mod documents;
mod dpf;
mod events;
mod facts;
mod fallback;
mod foundation;
mod gates;
mod gates_command;
mod headers;
mod import;
mod journey;
mod kill;
mod latecomers;
mod lifecycle;
mod lines;
mod links;
mod list;
mod mail;
mod matrix;
mod nightly;
mod operation;
mod papers;
mod reading;
mod register;
mod reminders;
mod replacement;
mod security;
mod settings;
mod speed;
mod store;
mod subscriptions;
mod tasks;
mod twice;
mod vendor_notices;
mod vendor_pages;
mod waivers;
