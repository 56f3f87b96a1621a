//! Mail: from a struct and three templates to a row, and from the row to the relay.
//!
//! Here belongs: building ([`message`]), the relay ([`settings`], [`transport`], [`outcome`]), the demo's own relay
//! ([`smtp_server`]). Not here: who gets which mail and when; SQL.

pub mod message;
pub mod outcome;
pub mod settings;
pub mod smtp_server;
pub mod transport;
