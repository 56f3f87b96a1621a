//! Staff pages of changes: the list, opening one, one change with its steps, the preview of what each recipient gets.

mod class;
mod form;
mod pages;
mod review;
mod view;

pub use form::{ChangeForm, NewChangePage};
pub use pages::{ChangePage, ChangesPage, PreviewPage};
pub use review::{CoverRow, Review, ReviewRow, cover_table, review_part};
pub use view::{
    ChangeRow, ChangeView, ClassView, Counts, CustomerRow, GateRow, HistoryRow, LineView, Preview,
    RecipientRow, Steps,
};
