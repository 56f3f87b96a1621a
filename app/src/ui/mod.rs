//! Small parts with no product meaning.

pub mod error_page;
