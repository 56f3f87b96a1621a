//! Every store function, on both databases.

mod sessions;
mod staff;
