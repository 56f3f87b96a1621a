//! Staff pages of changes: the list, opening one, one change with its steps, the preview of what each recipient gets.

mod form;
mod pages;
mod view;

pub use form::{ChangeForm, NewChangePage};
pub use pages::{ChangePage, ChangesPage, PreviewPage};
pub use view::{
    ChangeRow, ChangeView, Counts, CustomerRow, GateRow, HistoryRow, LineView, Preview, RecipientRow, Steps,
};
