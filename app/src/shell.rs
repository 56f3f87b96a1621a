//! The html document around every page. No inline script and no inline style: the content security policy forbids both.

use crate::ui::{Button, ButtonKind, Callout, Link, Tone, form::CSRF_FIELD};
use leptos::prelude::*;

/// Everything around a page that does not depend on the page's own data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The publisher's name, as it stands in the masthead.
    pub publisher: String,
    /// Language of the page, a BCP 47 tag.
    pub lang: String,
    /// The address of this page from the root, without query; marks the current entry of the navigation.
    pub path: String,
    /// The full address and moment of retrieval, for print: `https://… · retrieved Thursday 3 December 2026`.
    pub printed_from: String,
    /// Where style sheet and scripts are.
    pub assets: Assets,
    /// For whom the page is.
    pub audience: Audience,
    /// In a demonstration, its clock.
    pub demo: Option<Demo>,
    /// A message from the step before.
    pub flash: Option<Flash>,
    /// Whether search engines may list the page. Personal and staff pages: no.
    pub indexed: bool,
}

/// Addresses that carry the hash of what they deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet.
    pub stylesheet: String,
    /// The module that starts the islands; `None` where the browser side was not built.
    pub islands: Option<String>,
}

/// Who reads the page: which navigation it has, and how dense it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Anybody.
    Public,
    /// A contact of a customer, by a personal link. No navigation that leads away from the matter.
    Contact,
    /// Signed-in staff.
    Staff(Staff),
}

/// The person at the keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Their name.
    pub name: String,
    /// Their roles in words ("Legal editor, DPO").
    pub roles: String,
    /// The form token, for signing out.
    pub csrf: String,
    /// The sections they may enter.
    pub sections: Vec<Link>,
    /// The pages of the section that this page is in, the section's own first; none where it is one page.
    pub pages: Vec<Link>,
}

/// The banner of a demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// The day it is there, written out.
    pub today: String,
    /// Where to move the clock, read the mailbox, choose a person.
    pub links: Vec<Link>,
}

/// A message from the step before, shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// What it means.
    pub tone: Tone,
    /// What happened.
    pub message: String,
}

/// The public navigation.
pub fn public_sections() -> Vec<Link> {
    vec![
        Link::new("Subprocessors", "/subprocessors"),
        Link::new("Changes", "/changes"),
        Link::new("Subscribe", "/subscribe"),
    ]
}

/// The whole document. `title` is the page's own; the publisher's name is added.
#[component]
pub fn Shell(
    /// What stands around the page.
    frame: Frame,
    /// The page's title; starts with "Error: " when a form was refused.
    #[prop(into)]
    title: String,
    /// One sentence for search engines.
    #[prop(optional, into)]
    description: Option<String>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let Frame {
        publisher,
        lang,
        path,
        printed_from,
        assets,
        audience,
        demo,
        flash,
        indexed,
    } = frame;
    let density = matches!(audience, Audience::Staff(_)).then_some("compact");
    view! {
        <!DOCTYPE html>
        <html lang=lang>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>{format!("{title} · {publisher}")}</title>
                {description.map(|text| view! { <meta name="description" content=text /> })}
                {(!indexed).then(|| view! { <meta name="robots" content="noindex" /> })}
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=assets.stylesheet />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="alternate" type="application/atom+xml" title="Changes" href="/feed.atom" />
                {assets.islands.map(|src| view! { <script type="module" src=src></script> })}
            </head>
            <body data-density=density>
                <a class="skip" href="#main">"Skip to the content"</a>
                {demo.map(demo_banner)}
                {masthead(publisher.clone(), &path, audience)}
                <main id="main" tabindex="-1">
                    <div class="shell-width">
                        {flash.map(flash_message)}
                        {children()}
                        <p class="printed-from">{printed_from}</p>
                    </div>
                </main>
                {footer(publisher)}
            </body>
        </html>
    }
}

fn demo_banner(demo: Demo) -> AnyView {
    view! {
        <aside class="demo" aria-label="Demonstration">
            <div class="shell-width">
                <p>
                    <strong>"Demonstration"</strong>
                    " with invented customers. Today here is "
                    {demo.today}
                    "."
                </p>
                {links(demo.links)}
            </div>
        </aside>
    }
    .into_any()
}

fn links(links: Vec<Link>) -> AnyView {
    view! {
        <ul role="list">
            {links.into_iter().map(|link| view! { <li><a href=link.href>{link.label}</a></li> }).collect_view()}
        </ul>
    }
    .into_any()
}

fn masthead(publisher: String, path: &str, audience: Audience) -> AnyView {
    let mut pages = Vec::new();
    let (kind, home, subtitle, label, sections, person) = match audience {
        Audience::Public => (
            "public",
            "/",
            "Register of subprocessors",
            "Main",
            public_sections(),
            None,
        ),
        Audience::Contact => (
            "contact",
            "/",
            "Register of subprocessors",
            "Main",
            Vec::new(),
            None,
        ),
        Audience::Staff(staff) => {
            // Where an account is named after its function, once is enough.
            let roles = (!staff.roles.eq_ignore_ascii_case(&staff.name)).then_some(staff.roles);
            pages = staff.pages;
            let person = view! {
                <div class="masthead-person">
                    <a href="/staff/account">{staff.name}</a>
                    {roles.map(|roles| view! { <span>{roles}</span> })}
                    <form method="post" action="/staff/sign-out">
                        <input type="hidden" name=CSRF_FIELD value=staff.csrf />
                        <Button label="Sign out" kind=ButtonKind::Quiet />
                    </form>
                </div>
            }
            .into_any();
            ("staff", "/staff", "Staff", "Staff", staff.sections, Some(person))
        }
    };
    // The pages of a section share its name in the first row.
    let current = current_section(&sections, pages.first().map_or(path, |page| page.href.as_str()));
    let current_page = current_section(&pages, path);
    view! {
        <header class="masthead" data-audience=kind>
            <div class="shell-width">
                <p class="masthead-name">
                    <a href=home>{publisher}<span>{subtitle}</span></a>
                </p>
                {navigation(label, sections, current, "sections")}
                {person}
                {navigation("In this section", pages, current_page, "pages")}
            </div>
        </header>
    }
    .into_any()
}

/// A row of links, one of them current; nothing where there is none.
fn navigation(
    label: &'static str,
    links: Vec<Link>,
    current: Option<usize>,
    class: &'static str,
) -> Option<AnyView> {
    (!links.is_empty()).then(|| {
        let items = links
            .into_iter()
            .enumerate()
            .map(|(number, link)| {
                let current = (Some(number) == current).then_some("true");
                view! { <li><a href=link.href aria-current=current>{link.label}</a></li> }
            })
            .collect_view();
        view! {
            <nav aria-label=label class=class>
                <ul role="list">{items}</ul>
            </nav>
        }
        .into_any()
    })
}

/// The section a page belongs to: the one whose address is the longest beginning of the page's own.
fn current_section(sections: &[Link], path: &str) -> Option<usize> {
    sections
        .iter()
        .enumerate()
        .filter(|(_, link)| {
            path.strip_prefix(link.href.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        .max_by_key(|(_, link)| link.href.len())
        .map(|(number, _)| number)
}

fn flash_message(flash: Flash) -> AnyView {
    view! {
        <div role="status">
            <Callout tone=flash.tone>
                <p>{flash.message}</p>
            </Callout>
        </div>
    }
    .into_any()
}

fn footer(publisher: String) -> AnyView {
    view! {
        <footer class="footer">
            <div class="shell-width">
                <p>{format!("Published by {publisher}. Your contract sets the notice period.")}</p>
                {links(vec![
                    Link::new("List as JSON", "/subprocessors.json"),
                    Link::new("List as CSV", "/subprocessors.csv"),
                    Link::new("Atom feed", "/feed.atom"),
                    Link::new("Staff", "/staff"),
                ])}
            </div>
        </footer>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_matching_section_is_current() {
        let sections = vec![
            Link::new("Start", "/staff"),
            Link::new("Changes", "/staff/changes"),
            Link::new("Chains", "/staff/ch"),
        ];
        assert_eq!(current_section(&sections, "/staff"), Some(0));
        assert_eq!(current_section(&sections, "/staff/changes/1"), Some(1));
        assert_eq!(current_section(&sections, "/staffing"), None);
    }
}
