//! A text that a handler refused, on its way back into the field it was typed in.

use super::FieldErrors;

/// A text that cannot be kept as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The name of its field.
    pub field: String,
    /// As it was typed.
    pub typed: String,
    /// What is wrong with it.
    pub why: String,
}

impl Refusal {
    /// What a field shows: what was typed, and what is wrong with it. Empty for every other field.
    pub fn shown(refusal: Option<&Self>, field: &str) -> (String, Option<String>) {
        refusal
            .filter(|refusal| refusal.field == field)
            .map(|refusal| (refusal.typed.clone(), Some(refusal.why.clone())))
            .unwrap_or_default()
    }

    /// The same for the summary above the page.
    pub fn errors(refusal: Option<&Self>) -> FieldErrors {
        let mut errors = FieldErrors::new();
        if let Some(refusal) = refusal {
            errors.add(refusal.field.clone(), &refusal.why);
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_text_goes_back_into_its_own_field_only() {
        let refusal = Refusal {
            field: "reason".to_owned(),
            typed: "  ".to_owned(),
            why: "Must not be empty".to_owned(),
        };
        let (typed, why) = Refusal::shown(Some(&refusal), "reason");
        assert_eq!(
            (typed.as_str(), why.as_deref()),
            ("  ", Some("Must not be empty"))
        );
        assert_eq!(Refusal::shown(Some(&refusal), "other"), (String::new(), None));
        assert!(!Refusal::errors(Some(&refusal)).is_empty() && Refusal::errors(None).is_empty());
    }
}
