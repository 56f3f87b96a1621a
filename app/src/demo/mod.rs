//! The demo's own pages.

mod pages;

pub use pages::ClockPage;
