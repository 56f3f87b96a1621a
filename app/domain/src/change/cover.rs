//! Which type of change covers which differing field, as a person chose it, and what follows for the class of notice.

use serde::{Deserialize, Serialize};

use super::class::{ChangeType, NoticeClass};
use super::propose::Difference;
use crate::facts::FactField;

/// One differing field with the type of change that covers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The field.
    pub field: FactField,
    /// What it was, as people read it.
    pub before: String,
    /// What it is.
    pub after: String,
    /// The type that covers it.
    pub change_type: ChangeType,
    /// The class that the facts ask for.
    pub needed: NoticeClass,
    /// The class of the chosen type.
    pub class: NoticeClass,
    /// Whether a special category of data is added.
    pub adds_special_category: bool,
}

impl Cover {
    /// Whether the choice gives customers less than the facts ask for; then it counts only once somebody else agreed.
    pub fn is_lower(&self) -> bool {
        super::is_lower(self.needed, self.class)
    }

    /// The class that counts until somebody agreed to a lower one.
    pub const fn counting_class(&self) -> NoticeClass {
        if super::is_lower(self.needed, self.class) {
            self.needed
        } else {
            self.class
        }
    }
}

/// Covers every difference by the type that was chosen for its field, or says which fields nobody covered yet.
pub fn cover(
    differences: &[Difference],
    chosen: impl Fn(FactField) -> Option<ChangeType>,
) -> (Vec<Cover>, Vec<FactField>) {
    let mut covers = Vec::new();
    let mut open = Vec::new();
    for difference in differences {
        let field = difference.diff.field;
        match chosen(field).filter(|kind| kind.covers(field)) {
            Some(kind) => covers.push(cover_with(difference, kind)),
            None => open.push(field),
        }
    }
    (covers, open)
}

/// The same where nobody chose: by the strictest type suggested.
pub fn cover_by_suggestion(difference: &Difference) -> Cover {
    let strictest = difference.strictest();
    let suggested = difference.suggested.iter().find(|(_, class)| *class == strictest);
    cover_with(
        difference,
        suggested.map_or(ChangeType::Correction, |(kind, _)| *kind),
    )
}

/// The cover of one difference by a type that covers its field.
pub fn cover_with(difference: &Difference, kind: ChangeType) -> Cover {
    let is_suggested = difference
        .suggested
        .iter()
        .any(|(suggested, _)| *suggested == kind);
    let class = difference.class_of(kind);
    Cover {
        field: difference.diff.field,
        before: difference.diff.before.clone(),
        after: difference.diff.after.clone(),
        change_type: kind,
        // A choice between suggested types is the person's to make; any other one is measured by the strictest.
        needed: if is_suggested {
            class
        } else {
            difference.strictest()
        },
        class,
        adds_special_category: difference.adds_special_category,
    }
}

/// What several covered fields of one engagement mean for its one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineKinds {
    /// The type that leads: the first of the strictest class.
    pub leading: ChangeType,
    /// All types, the leading one first.
    pub types: Vec<ChangeType>,
    /// The class that the facts ask for: the strictest of all fields.
    pub needed: NoticeClass,
    /// The strictest class of the chosen types.
    pub chosen: NoticeClass,
    /// Whether a special category of data is added.
    pub adds_special_category: bool,
}

impl LineKinds {
    /// Whether the choices give customers less than the facts ask for.
    pub fn is_lower(&self) -> bool {
        super::is_lower(self.needed, self.chosen)
    }
}

/// Several types on one engagement are one line, of the strictest class. Nothing where no field differs.
pub fn line_kinds(covers: &[Cover]) -> Option<LineKinds> {
    let needed = covers.iter().map(|cover| cover.needed).max()?;
    let chosen = covers.iter().map(|cover| cover.class).max()?;
    let leading = covers.iter().find(|cover| cover.class == chosen)?.change_type;
    let mut types = vec![leading];
    for cover in covers {
        if !types.contains(&cover.change_type) {
            types.push(cover.change_type);
        }
    }
    Some(LineKinds {
        leading,
        types,
        needed,
        chosen,
        adds_special_category: covers.iter().any(|cover| cover.adds_special_category),
    })
}
