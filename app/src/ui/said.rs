//! What a form says, field by field as people read it: to tell what two people who edited the same thing made of it.

use serde::{Deserialize, Serialize};

/// Labels and values of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said(Vec<(String, String)>);

impl Said {
    /// Out of labels and values; a value that is left empty says "none".
    pub fn of<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let read = |text: String| match text.trim() {
            "" => "none".to_owned(),
            text => text.to_owned(),
        };
        Self(
            fields
                .into_iter()
                .map(|(label, value)| (label.to_owned(), read(value)))
                .collect(),
        )
    }

    /// The fields that `later` says otherwise: label, before and after.
    pub fn differences(&self, later: &Self) -> Vec<(String, String, String)> {
        let before = |label: &str| {
            let known = self.0.iter().find(|(known, _)| known == label);
            known.map_or_else(|| "none".to_owned(), |(_, value)| value.clone())
        };
        later
            .0
            .iter()
            .map(|(label, after)| (label.clone(), before(label), after.clone()))
            .filter(|(_, before, after)| before != after)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_otherwise_is_told_field_by_field() {
        let before = Said::of([("Name", "Fjordsky".to_owned()), ("Mailbox", String::new())]);
        let after = Said::of([
            ("Name", "Fjordsky ".to_owned()),
            ("Mailbox", "a@b.example".to_owned()),
        ]);
        let mailbox = |before: &str, after: &str| ("Mailbox".to_owned(), before.to_owned(), after.to_owned());
        assert_eq!(before.differences(&after), [mailbox("none", "a@b.example")]);
        assert_eq!(after.differences(&before), [mailbox("a@b.example", "none")]);
        assert_eq!(
            Said::default().differences(&before).len(),
            1,
            "what was not said is none"
        );
        assert!(before.differences(&before).is_empty());
    }
}
