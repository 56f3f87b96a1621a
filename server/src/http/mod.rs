//! What every page needs and no page is about: routes, errors, rendering, headers.

pub mod error;
pub mod render;
pub mod router;

pub use error::HttpError;
