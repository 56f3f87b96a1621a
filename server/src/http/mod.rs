//! What every page needs and no page is about: routes, errors, rendering, headers.

pub mod address;
pub mod assets;
pub mod chrome;
pub mod csrf;
pub mod error;
pub mod form;
pub mod headers;
pub mod limits;
mod part;
pub mod render;
pub mod router;
pub mod seen;
mod sender;
pub mod session;
pub mod spreadsheet;

pub use address::Query;
pub use chrome::Chrome;
pub use csrf::FormToken;
pub use error::HttpError;
pub use form::{Posted, Uploaded};
pub use limits::Client;
pub use part::Part;
pub use sender::{Sender, Visitor};
