//! Small parts with no product meaning. A part takes plain props and returns one element; what it says about the
//! product is said by the page that uses it.

mod badge;
mod breadcrumb;
mod button;
mod callout;
mod confirm;
mod day;
mod empty;
pub mod error_page;
mod facts;
pub mod field;
pub mod form;
mod icon;
mod link;
mod list_part;
mod page_head;
mod pager;
mod refusal;
mod said;
mod span;
mod stated;
mod steps;
mod table;
mod tabs;
mod timeline;
mod tone;

pub use badge::Badge;
pub use breadcrumb::Breadcrumb;
pub use button::{Actions, Button, ButtonKind, ButtonLink};
pub use callout::Callout;
pub use confirm::ConfirmPanel;
pub use day::{Day, Moment, long_date};
pub use empty::Empty;
pub use facts::{Fact, Facts};
pub use field::{
    Checkbox, CheckboxGroup, Choice, DateField, FileField, HiddenField, InputKind, RadioGroup, Select,
    TextArea, TextField, Width,
};
pub use form::{ErrorSummary, FieldError, FieldErrors, Filter, Form};
pub use icon::Icon;
pub use link::{Link, address, page_number};
pub use list_part::ListPart;
pub use page_head::PageHead;
pub use pager::Pager;
pub use refusal::Refusal;
pub use said::Said;
pub use span::Span;
pub use stated::{Reader, Stated, StatedList};
pub use steps::{Progress, Step, StepState, Steps};
pub use table::{Cell, Column, HeadCell, Row, Table};
pub use tabs::{Tab, Tabs};
pub use timeline::{ClosedDay, Timeline, WindowDrawing};
pub use tone::Tone;
