//! Things that act.

use leptos::prelude::*;

/// How much weight a button carries. One primary per form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The step the page is about.
    #[default]
    Primary,
    /// Another possible step.
    Secondary,
    /// A step that takes something away or cannot be taken back.
    Danger,
    /// Looks like a link, for small steps inside tables and lines.
    Quiet,
}

impl ButtonKind {
    fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Danger => "danger",
            Self::Quiet => "quiet",
        }
    }
}

/// A submit button. Its words say what happens ("Send to 214 contacts").
#[component]
pub fn Button(
    /// What happens when it is pressed.
    #[prop(into)]
    label: String,
    /// Its weight.
    #[prop(optional)]
    kind: ButtonKind,
    /// Posted when this button was the one pressed; for forms with more than one.
    #[prop(optional, into)]
    name: Option<String>,
    /// The value posted under `name`.
    #[prop(optional, into)]
    value: Option<String>,
    /// Where the form goes when this button was the one pressed; otherwise where the form says.
    #[prop(optional, into)]
    action: Option<String>,
    /// Text for screen readers where the words alone are ambiguous ("Remove" in a row).
    #[prop(optional, into)]
    about: Option<String>,
) -> impl IntoView {
    view! {
        <button class="button" type="submit" data-kind=kind.name() name=name value=value formaction=action>
            {label}
            {about.map(|about| view! { <span class="visually-hidden">" "{about}</span> })}
        </button>
    }
}

/// A link with the weight of a button, for the step that starts a form.
#[component]
pub fn ButtonLink(
    /// What the next page is for.
    #[prop(into)]
    label: String,
    /// Its address.
    #[prop(into)]
    href: String,
    /// Its weight.
    #[prop(optional)]
    kind: ButtonKind,
) -> impl IntoView {
    view! { <a class="button" data-kind=kind.name() href=href>{label}</a> }
}

/// The line of buttons that ends a form.
#[component]
pub fn Actions(children: Children) -> impl IntoView {
    view! { <div class="actions">{children()}</div> }
}
