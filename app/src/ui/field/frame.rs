//! What stands around every control.

use crate::ui::{Icon, Tone};
use leptos::prelude::*;

/// The words around one control.
pub(super) struct Frame {
    pub name: String,
    pub label: String,
    pub hint: Option<String>,
    pub error: Option<String>,
    pub optional: bool,
}

impl Frame {
    /// The value of `aria-describedby`: the hint and the error, as far as there are any.
    pub fn described_by(&self) -> Option<String> {
        let hint = self.has_hint().then(|| format!("{}-hint", self.name));
        let error = self.error.is_some().then(|| format!("{}-error", self.name));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// Whether there is anything to say; a blank hint is none.
    fn has_hint(&self) -> bool {
        self.hint.as_deref().is_some_and(|hint| !hint.is_empty())
    }

    /// The value of `aria-invalid`.
    pub fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    /// One labelled control.
    pub fn around(self, control: impl IntoView) -> AnyView {
        let invalid = self.error.is_some();
        let (id, label, optional) = (self.name.clone(), self.label.clone(), mark(self.optional));
        view! {
            <div class="field" data-invalid=invalid>
                <label for=id>{label}{optional}</label>
                {self.notes()}
                {control.into_any()}
            </div>
        }
        .into_any()
    }

    /// Several controls that answer one question.
    pub fn around_group(self, controls: impl IntoView) -> AnyView {
        let invalid = self.error.is_some();
        let described_by = self.described_by();
        let (label, optional) = (self.label.clone(), mark(self.optional));
        view! {
            <fieldset class="field" data-invalid=invalid aria-describedby=described_by>
                <legend>{label}{optional}</legend>
                {self.notes()}
                <div class="choices">{controls.into_any()}</div>
            </fieldset>
        }
        .into_any()
    }

    fn notes(self) -> AnyView {
        let has_hint = self.has_hint();
        let Self {
            name, hint, error, ..
        } = self;
        let hint = hint.filter(|_| has_hint);
        let hint_id = format!("{name}-hint");
        let error_id = format!("{name}-error");
        view! {
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            {error
                .map(|error| {
                    view! {
                        <p class="field-error" id=error_id>
                            <Icon tone=Tone::Danger />
                            <span><span class="visually-hidden">"Error: "</span>{error}</span>
                        </p>
                    }
                })}
        }
        .into_any()
    }
}

fn mark(optional: bool) -> Option<AnyView> {
    optional.then(|| view! { <span class="optional">" (optional)"</span> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_is_described_by_its_hint_and_its_error() {
        let mut frame = Frame {
            name: "email".into(),
            label: "Address".into(),
            hint: Some("We write to it once".into()),
            error: Some("Enter an address".into()),
            optional: false,
        };
        assert_eq!(frame.described_by().as_deref(), Some("email-hint email-error"));
        frame.hint = None;
        assert_eq!(frame.described_by().as_deref(), Some("email-error"));
        frame.error = None;
        assert_eq!(frame.described_by(), None);
    }
}
