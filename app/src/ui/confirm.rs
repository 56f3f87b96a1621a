//! The last look before something irreversible.

use super::{Actions, Button, ButtonKind, form::Form};
use leptos::prelude::*;

/// Says what will happen, to whom and to how many, with one button in its own words and a way back.
#[component]
pub fn ConfirmPanel(
    /// What is about to happen.
    #[prop(into)]
    title: String,
    /// Where the confirmation is posted.
    #[prop(into)]
    action: String,
    /// The form token.
    #[prop(into)]
    csrf: String,
    /// The button's words, with the number ("Send to 214 contacts").
    #[prop(into)]
    button: String,
    /// Where "Go back" leads; nothing has happened then.
    #[prop(into)]
    back: String,
    /// Whether the step takes something away.
    #[prop(optional)]
    danger: bool,
    /// The particulars, and further fields if the step needs a reason.
    children: Children,
) -> impl IntoView {
    let kind = if danger {
        ButtonKind::Danger
    } else {
        ButtonKind::Primary
    };
    view! {
        <section class="confirm" data-danger=danger>
            <h2>{title}</h2>
            <Form action csrf>
                {children()}
                <Actions>
                    <Button label=button kind />
                    <a href=back>"Go back"</a>
                </Actions>
            </Form>
        </section>
    }
}
