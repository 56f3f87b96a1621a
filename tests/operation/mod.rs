//! What the person who runs the server needs.

mod backup;
mod health;
mod log;
mod outage;
mod privacy;
