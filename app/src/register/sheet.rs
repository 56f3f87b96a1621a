//! The fields of a form, each filled with what was typed and told what is wrong with it.

use leptos::prelude::*;

use super::typed::Typed;
use crate::ui::{
    Checkbox, CheckboxGroup, Choice, DateField, FieldErrors, FileField, InputKind, RadioGroup, Select,
    TextArea, TextField, Width,
};

/// What is typed and what is wrong with it.
pub(crate) struct Sheet<'a> {
    pub typed: &'a Typed,
    pub errors: &'a FieldErrors,
}

impl Sheet<'_> {
    fn value(&self, name: &str) -> (String, Option<String>) {
        (self.typed.text(name).to_owned(), self.errors.first(name))
    }

    /// One line; where it is a fact, empty is unknown.
    pub fn text(&self, name: &str, label: &str, hint: &str) -> AnyView {
        self.line(name, label, hint, InputKind::Text, Width::Normal, false)
    }

    /// One line that may be left empty.
    pub fn optional(&self, name: &str, label: &str, hint: &str) -> AnyView {
        self.line(name, label, hint, InputKind::Text, Width::Normal, true)
    }

    /// A mail address that may be left empty.
    pub fn email(&self, name: &str, label: &str, hint: &str) -> AnyView {
        self.line(name, label, hint, InputKind::Email, Width::Normal, true)
    }

    /// A web address that may be left empty.
    pub fn web(&self, name: &str, label: &str, hint: &str) -> AnyView {
        self.line(name, label, hint, InputKind::Url, Width::Wide, true)
    }

    /// A number that may be left empty.
    pub fn number(&self, name: &str, label: &str, hint: &str) -> AnyView {
        self.line(name, label, hint, InputKind::Number, Width::Tiny, true)
    }

    fn line(
        &self,
        name: &str,
        label: &str,
        hint: &str,
        kind: InputKind,
        width: Width,
        optional: bool,
    ) -> AnyView {
        let (value, error) = self.value(name);
        let hint = hint.to_owned();
        view! { <TextField name=name label=label value=value error=error hint=hint kind=kind width=width optional=optional /> }
            .into_any()
    }

    /// Several lines; empty is unknown.
    pub fn area(&self, name: &str, label: &str, hint: &str, rows: u16) -> AnyView {
        let (value, error) = self.value(name);
        let hint = hint.to_owned();
        view! { <TextArea name=name label=label value=value error=error hint=hint rows=rows /> }.into_any()
    }

    /// A day; where it is a fact, empty is unknown.
    pub fn day(&self, name: &str, label: &str, hint: &str) -> AnyView {
        let (value, error) = self.value(name);
        let hint = hint.to_owned();
        view! { <DateField name=name label=label value=value error=error hint=hint /> }.into_any()
    }

    /// One of a few.
    pub fn radio(&self, name: &str, label: &str, hint: &str, choices: Vec<Choice>) -> AnyView {
        let (value, error) = self.value(name);
        let hint = hint.to_owned();
        view! { <RadioGroup name=name label=label value=value error=error hint=hint choices=choices /> }
            .into_any()
    }

    /// Yes, no, or unknown.
    pub fn yes_no(&self, name: &str, label: &str, hint: &str) -> AnyView {
        let choices = vec![
            Choice::new("", "Unknown"),
            Choice::new("yes", "Yes"),
            Choice::new("no", "No"),
        ];
        self.radio(name, label, hint, choices)
    }

    /// One of many.
    pub fn select(&self, name: &str, label: &str, hint: &str, prompt: &str, choices: Vec<Choice>) -> AnyView {
        let (value, error) = self.value(name);
        let (hint, prompt) = (hint.to_owned(), prompt.to_owned());
        view! { <Select name=name label=label value=value error=error hint=hint prompt=prompt choices=choices /> }
            .into_any()
    }

    /// Any of a few.
    pub fn boxes(&self, name: &str, label: &str, hint: &str, choices: Vec<Choice>) -> AnyView {
        let (values, error) = (self.typed.all(name), self.errors.first(name));
        let hint = hint.to_owned();
        view! {
            <CheckboxGroup name=name label=label values=values error=error hint=hint choices=choices />
        }
        .into_any()
    }

    /// A file whose digest becomes the value of the field `name`; its own name is `<name>_file`.
    pub fn file(&self, name: &str, label: &str) -> AnyView {
        let (name, label) = (format!("{name}_file"), label.to_owned());
        let error = self.errors.first(&name);
        view! {
            <FileField
                name=name
                label=label
                error=error
                hint="PDF, picture, Word, Excel, mail (.eml) or text, 10 MB at most."
                optional=true
            />
        }
        .into_any()
    }

    /// Several files, whose digests are added to the values of the field `name`.
    pub fn files(&self, name: &str, label: &str) -> AnyView {
        let (name, label) = (format!("{name}_file"), label.to_owned());
        let error = self.errors.first(&name);
        view! {
            <FileField
                name=name
                label=label
                error=error
                hint="One or several: PDF, picture, Word, Excel, mail (.eml) or text, 10 MB at most in all."
                optional=true
                multiple=true
            />
        }
        .into_any()
    }

    /// Yes or nothing.
    pub fn tick(&self, name: &str, label: &str, hint: &str) -> AnyView {
        let (checked, error) = (self.typed.is_ticked(name), self.errors.first(name));
        let hint = hint.to_owned();
        view! { <Checkbox name=name label=label checked=checked error=error hint=hint /> }.into_any()
    }
}

/// The choices of a closed set of words: what is posted and what is read.
macro_rules! choices {
    ($type:ty) => {
        <$type>::ALL
            .iter()
            .map(|word| {
                crate::ui::Choice::new(word.as_str(), $crate::register::sheet::sentence(word.label()))
            })
            .collect::<Vec<_>>()
    };
}
pub(crate) use choices;

/// With a capital letter in front.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A part of a form under its own heading.
pub(crate) fn part(title: &str, intro: &str, fields: Vec<AnyView>) -> AnyView {
    let (title, intro) = (title.to_owned(), intro.to_owned());
    view! {
        <fieldset class="group">
            <legend>{title}</legend>
            {(!intro.is_empty()).then(|| view! { <p class="soft">{intro}</p> })}
            {fields}
        </fieldset>
    }
    .into_any()
}

/// Fields that only some answers need; open where they are filled. Without scripts they open by a click all the same.
pub(crate) fn folded(title: &str, is_open: bool, fields: Vec<AnyView>) -> AnyView {
    let title = title.to_owned();
    view! {
        <details class="form-details" open=is_open>
            <summary>{title}</summary>
            {fields}
        </details>
    }
    .into_any()
}
