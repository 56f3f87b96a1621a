//! What every page needs and no page is about: routes, errors, rendering, headers.

pub mod assets;
pub mod chrome;
pub mod error;
pub mod render;
pub mod router;

pub use chrome::Chrome;
pub use error::HttpError;
