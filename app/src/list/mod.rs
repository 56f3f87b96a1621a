//! The public list of subprocessors.

pub mod island;
