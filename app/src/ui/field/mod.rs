//! Questions. Label above, hint under it, then the error, then the control. The `name` is also the `id`, so that the
//! error summary can link to it. Questions must be answered unless marked optional.

mod choice;
mod date;
mod frame;
mod select;
mod text;

pub use choice::{Checkbox, CheckboxGroup, Choice, RadioGroup};
pub use date::DateField;
pub use select::Select;
pub use text::{FileField, HiddenField, InputKind, TextArea, TextField};

/// How wide a control is: as wide as the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// Two or three digits.
    Tiny,
    /// A code, a date, a number.
    Short,
    /// A name, an address.
    #[default]
    Normal,
    /// A sentence.
    Wide,
}

impl Width {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Tiny => Some("tiny"),
            Self::Short => Some("short"),
            Self::Normal => None,
            Self::Wide => Some("wide"),
        }
    }
}
