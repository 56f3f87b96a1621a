//! Questions answered in writing.

use super::{Width, frame::Frame};
use leptos::prelude::*;

/// What kind of text is asked for: which keyboard a phone shows, and whether it is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InputKind {
    /// Any text.
    #[default]
    Text,
    /// A mail address.
    Email,
    /// A web address.
    Url,
    /// A whole number; text all the same, so that what was typed can be shown again.
    Number,
    /// Hidden while typed, and never shown again.
    Password,
    /// A search box.
    Search,
}

impl InputKind {
    fn type_and_mode(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Text => ("text", None),
            Self::Email => ("email", None),
            Self::Url => ("url", None),
            Self::Number => ("text", Some("numeric")),
            Self::Password => ("password", None),
            Self::Search => ("search", None),
        }
    }
}

/// One line of text.
#[component]
pub fn TextField(
    /// Name and id.
    #[prop(into)]
    name: String,
    /// The question.
    #[prop(into)]
    label: String,
    /// What was typed before, or the stored value. A password is never shown again.
    #[prop(optional, into)]
    value: String,
    /// From `FieldErrors::first`.
    #[prop(default = None)]
    error: Option<String>,
    /// One line that helps to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What kind of text.
    #[prop(optional)]
    kind: InputKind,
    /// How wide.
    #[prop(optional)]
    width: Width,
    /// What the browser may fill in ("email", "organization", "current-password").
    #[prop(optional, into)]
    autocomplete: Option<String>,
    /// The id of a `datalist` with suggestions.
    #[prop(optional, into)]
    list: Option<String>,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let (type_, mode) = kind.type_and_mode();
    let value = (kind != InputKind::Password).then_some(value);
    let spellcheck = (kind != InputKind::Text).then_some("false");
    let frame = Frame {
        name: name.clone(),
        label,
        hint,
        error,
        optional,
    };
    let (described_by, invalid) = (frame.described_by(), frame.invalid());
    frame.around(view! {
        <input
            class="control"
            id=name.clone()
            name=name
            type=type_
            inputmode=mode
            list=list
            value=value
            data-width=width.name()
            autocomplete=autocomplete
            spellcheck=spellcheck
            aria-describedby=described_by
            aria-invalid=invalid
        />
    })
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// Name and id.
    #[prop(into)]
    name: String,
    /// The question.
    #[prop(into)]
    label: String,
    /// What was typed before, or the stored value.
    #[prop(optional, into)]
    value: String,
    /// From `FieldErrors::first`.
    #[prop(default = None)]
    error: Option<String>,
    /// One line that helps to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// How many lines are seen at once.
    #[prop(default = 5)]
    rows: u16,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let frame = Frame {
        name: name.clone(),
        label,
        hint,
        error,
        optional,
    };
    let (described_by, invalid) = (frame.described_by(), frame.invalid());
    // A browser swallows one line break right after the tag; one of ours keeps the first of theirs.
    let value = format!("\n{value}");
    frame.around(view! {
        <textarea
            class="control"
            id=name.clone()
            name=name
            rows=rows.to_string()
            aria-describedby=described_by
            aria-invalid=invalid
        >
            {value}
        </textarea>
    })
}

/// A file from the reader's disk. The form around it needs `files=true`.
#[component]
pub fn FileField(
    /// Name and id.
    #[prop(into)]
    name: String,
    /// The question.
    #[prop(into)]
    label: String,
    /// From `FieldErrors::first`.
    #[prop(default = None)]
    error: Option<String>,
    /// Which files, how large.
    #[prop(optional, into)]
    hint: Option<String>,
    /// File name endings or media types ("text/csv,.csv").
    #[prop(optional, into)]
    accept: Option<String>,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
    /// Whether several files can be chosen.
    #[prop(optional)]
    multiple: bool,
) -> impl IntoView {
    let frame = Frame {
        name: name.clone(),
        label,
        hint,
        error,
        optional,
    };
    let (described_by, invalid) = (frame.described_by(), frame.invalid());
    frame.around(view! {
        <input
            class="control"
            id=name.clone()
            name=name
            type="file"
            multiple=multiple
            accept=accept
            aria-describedby=described_by
            aria-invalid=invalid
        />
    })
}

/// A value that travels with the form unseen.
#[component]
pub fn HiddenField(
    /// Its name.
    #[prop(into)]
    name: String,
    /// Its value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}
