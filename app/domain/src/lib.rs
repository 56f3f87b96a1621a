//! The vocabulary of prior notice, in reading order.

mod text;

pub mod calendar;
pub mod evidence;
pub mod period;
pub mod window;
pub mod words;
pub mod zone;
