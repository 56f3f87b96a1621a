//! What people see. Every page is a function from plain data to a view; it awaits nothing and reads no context.
//! The server renders pages; the browser runs only the islands.

pub mod access;
pub mod shell;
pub mod ui;

#[cfg(feature = "hydrate")]
mod browser;

pub use leptos;
