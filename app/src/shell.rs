//! The html document around every page.

use leptos::prelude::*;

/// Everything around a page's own content, as plain data.
#[derive(Clone, Debug, Default)]
pub struct Chrome {
    /// Title of the page, before the publisher's name.
    pub title: String,
    /// Publisher's name, as people know it.
    pub publisher: String,
    /// BCP 47 language of the page; empty means English.
    pub lang: String,
    /// Who sees it: decides the navigation.
    pub area: Area,
    /// Set in `--demo`: what the banner and its clock show.
    pub demo: Option<Demo>,
    /// What was just done, shown once.
    pub flash: Option<String>,
}

/// Whose pages these are.
#[derive(Clone, Debug, Default)]
pub enum Area {
    /// Anybody.
    #[default]
    Public,
    /// A contact who came by a link in a mail: no navigation away from the case.
    Customer,
    /// Signed-in staff.
    Staff(StaffBar),
}

/// What the staff navigation shows.
#[derive(Clone, Debug, Default)]
pub struct StaffBar {
    /// Name or function of the signed-in person.
    pub name: String,
    /// Labels of the roles held.
    pub roles: Vec<String>,
    /// Token for the sign-out form.
    pub csrf: String,
    /// Links this person may use: (path, label).
    pub links: Vec<(String, String)>,
    /// Path of the page shown, to mark its link.
    pub here: String,
}

/// The demo's banner.
#[derive(Clone, Debug, Default)]
pub struct Demo {
    /// Product time in words.
    pub now: String,
    /// Where to come back to after the clock was moved.
    pub here: String,
}

impl Chrome {
    /// A public page with this title.
    #[must_use]
    pub fn public(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            ..Self::default()
        }
    }
}

/// The whole document.
#[component]
pub fn Document(
    /// What is around the content.
    chrome: Chrome,
    /// The content, inside `<main>`.
    children: Children,
) -> impl IntoView {
    view! {
        <html lang=if chrome.lang.is_empty() { "en".to_owned() } else { chrome.lang.clone() }>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{chrome.title.clone()}</title>
            </head>
            <body>
                <main id="main">{children()}</main>
            </body>
        </html>
    }
}
