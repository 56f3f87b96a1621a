//! One integration binary: the features over HTTP, the store, mail and browser-free journeys, on both databases.

mod support;

mod audit;
mod foundation;
mod mail;
mod store;
