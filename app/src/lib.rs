//! What people see. Pages take plain data and return a view; islands are the few parts that run in the browser.

pub mod shell;
pub mod ui;
