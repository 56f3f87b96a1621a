//! One integration binary: the features over HTTP, the store, mail and browser-free journeys, on both databases.

mod support;

mod access;
mod audit;
mod foundation;
mod headers;
mod list;
mod matrix;
mod store;
