//! The dated rows of law, and what follows when a decision falls, on both databases.

mod importer;
mod loss;
mod rows;
mod rules;
mod vendors;
