//! One version, whole or redacted, to read and to print.

use domain::country_knowledge::CountryKnowledge;
use domain::legal_record::Tia;
use leptos::prelude::*;

use super::paper::parts_view;
use crate::countries::knowledge::knowledge_view;
use crate::ui::{Breadcrumb, Callout, Fact, Facts, Link, PageHead, Tone};

/// The page's data.
#[derive(Debug, Clone)]
pub struct PrintView {
    /// Breadcrumb.
    pub trail: Vec<Link>,
    /// "Assessment of transfers 1, version 2".
    pub title: String,
    /// "Retrieved on … from …".
    pub dateline: String,
    /// Whether it is the export that others get.
    pub is_redacted: bool,
    /// Engagement, state, who decided when: label and text.
    pub head: Vec<(String, String)>,
    /// What it says.
    pub tia: Tia,
    /// The knowledge about countries that it rests on.
    pub countries: Vec<(String, CountryKnowledge)>,
    /// What happened to it.
    pub history: Vec<String>,
    /// The other forms of this version.
    pub links: Vec<Link>,
}

/// One version.
#[component]
pub fn PrintPage(data: PrintView) -> impl IntoView {
    let head = data
        .head
        .into_iter()
        .map(|(term, text)| view! { <Fact term=term>{text}</Fact> })
        .collect_view();
    let links = data
        .links
        .into_iter()
        .map(|link| view! { <li><a href=link.href>{link.label}</a></li> })
        .collect_view();
    let countries = data
        .countries
        .iter()
        .map(|(title, knowledge)| {
            let (title, shown) = (title.clone(), knowledge_view(knowledge));
            view! {
                <section>
                    <h3>{title}</h3>
                    {shown}
                </section>
            }
        })
        .collect_view();
    let history = (!data.history.is_empty()).then(|| {
        let items = data
            .history
            .into_iter()
            .map(|line| view! { <li>{line}</li> })
            .collect_view();
        view! {
            <section>
                <h2>"History"</h2>
                <ul>{items}</ul>
            </section>
        }
    });
    let redacted = data.is_redacted.then(|| {
        view! {
            <Callout tone=Tone::Info title="Redacted export">
                <p>"Names of people, sources of legal counsel and evidence are left out. Record on the assessment’s page who was given a copy."</p>
            </Callout>
        }
    });
    let shown = parts_view(&data.tia);
    view! {
        <Breadcrumb trail=data.trail here=data.title.clone() />
        <article class="tia-print">
            <PageHead title=data.title dateline=data.dateline />
            {redacted}
            <Facts>{head}</Facts>
            {shown}
            {countries}
            {history}
        </article>
        <nav class="other-papers" aria-label="Other forms of this version">
            <ul role="list">{links}</ul>
        </nav>
    }
}
