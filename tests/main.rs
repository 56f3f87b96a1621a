//! One integration binary: the features over HTTP, the store, mail and browser-free journeys, on both databases.

mod support;

mod access;
mod audit;
mod customers;
mod deadline;
mod foundation;
mod headers;
mod import;
mod journey;
mod kill;
mod list;
mod mail;
mod matrix;
mod operation;
mod register;
mod settings;
mod store;
mod subscriptions;
