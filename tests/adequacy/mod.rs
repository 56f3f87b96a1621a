//! The dated rows of law, and what follows when a decision falls, on both databases.

mod loss;
mod rows;
mod vendors;
