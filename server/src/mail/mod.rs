//! Mail: from a struct and three templates to a row, and from the row to the relay.
//!
//! Here belongs: the messages ([`messages`]), building ([`message`]), the queue ([`queue`], [`state`], [`retry`]), the
//! outbox that empties it ([`outbox`], [`health`]), the relay ([`settings`], [`transport`], [`outcome`]), what the mail
//! service reports later ([`webhook`]), what all that says of a delivery ([`standing`], [`delivery`]), the demo's own
//! relay ([`smtp_server`]), starting it all ([`start`]), and the staff page ([`staff`], [`reading`]), which shows no link that
//! opens what is somebody else's ([`withheld`]).
//! Not here: who gets which mail and when; SQL.

pub mod delivery;
pub mod health;
mod legal;
pub mod message;
pub mod messages;
pub mod outbox;
pub mod outcome;
pub mod queue;
pub mod reading;
pub mod retry;
pub mod settings;
pub mod smtp_server;
pub mod staff;
pub mod standing;
pub mod start;
pub mod state;
pub mod transport;
pub mod webhook;
pub mod withheld;

pub use legal::tell_legal;
pub use message::List;
pub use messages::{Message, Rendered};
pub use queue::{Outgoing, Prepared, ResendError, cancel, prepare, queue, queue_prepared, resend};
pub use staff::routes;
pub use start::{MailStartError, Running, start};
