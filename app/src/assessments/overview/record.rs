//! What counts of an assessment: the version in force, its measures, events, copies and versions.

use domain::legal_record::MeasureStatus;
use leptos::prelude::*;

use super::super::paper::parts_view;
use super::{AssessmentView, MeasureLine, MoveForm, TiaVersionLine};
use crate::register::engagement_page::diff_list;
use crate::register::form_page::overtaken_callout;
use crate::register::sheet::{Sheet, choices};
use crate::ui::{Actions, Badge, Button, Choice, Form, HiddenField, Tone};

pub(super) fn standing_part(data: &AssessmentView) -> Option<AnyView> {
    let standing = data.standing.clone()?;
    let links = standing
        .links
        .into_iter()
        .map(|link| view! { <li><a href=link.href>{link.label}</a></li> })
        .collect_view();
    let shown = parts_view(&standing.tia);
    Some(
        view! {
            <section>
                <h2>{standing.title}</h2>
                <nav class="other-papers" aria-label="Forms of this version">
                    <ul role="list">{links}</ul>
                </nav>
                {shown}
            </section>
        }
        .into_any(),
    )
}

pub(super) fn measures_part(data: &AssessmentView) -> Option<AnyView> {
    if data.measures.is_empty() {
        return None;
    }
    let items = data
        .measures
        .iter()
        .map(|measure| {
            let tone = if measure.is_in_place {
                Tone::Ok
            } else {
                Tone::Danger
            };
            let word = if measure.is_in_place { "In place" } else { "Open" };
            let form = data.may_edit.then(|| move_form(data, measure));
            view! {
                <li>
                    <p>
                        <strong>{format!("Measure {}: {}", measure.number, measure.text)}</strong>
                        " "
                        <Badge tone=tone label=word />
                    </p>
                    <p class="soft">{measure.standing.clone()}</p>
                    {form}
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section>
                <h2 id="measures">"Measures as they are now"</h2>
                <p class="soft">
                    "How far a measure is can be recorded at any time, without a new assessment. Gate G8 reads this."
                </p>
                <ol class="history" role="list">{items}</ol>
            </section>
        }
        .into_any(),
    )
}

fn move_form(data: &AssessmentView, measure: &MeasureLine) -> AnyView {
    let (number, seen) = (measure.number, measure.seen.clone());
    let is_this = data.moving.measure == number;
    let empty = MoveForm::default();
    let typed = if is_this { &data.moving } else { &empty };
    let sheet = Sheet {
        typed: &typed.typed,
        errors: &typed.errors,
    };
    // Names are shared by the forms of all measures: ids must not be, so only the form that is open has them.
    let fields = vec![
        sheet.select("status", "How far", "", "Choose", choices!(MeasureStatus)),
        sheet.text("evidence", "What shows it", ""),
        sheet.text("verified_by", "Checked by", "A function; when it was checked."),
        sheet.day("verified_on", "Checked on", ""),
    ];
    let (action, csrf) = (format!("{}/measures/{number}", data.path), data.csrf.clone());
    if is_this || data.measures.len() == 1 {
        let overtaken = typed.overtaken.clone().map(overtaken_callout);
        view! {
            <details class="form-details" open=is_this>
                <summary>"Record how far it is"</summary>
                {overtaken}
                <Form action csrf>
                    <HiddenField name="seen" value=seen />
                    {fields}
                    <Actions>
                        <Button label=format!("Record for measure {number}") />
                    </Actions>
                </Form>
            </details>
        }
        .into_any()
    } else {
        let href = format!("{}?measure={number}#measures", data.path);
        let label = format!("Record how far measure {number} is");
        view! {
            <p>
                <a href=href>{label}</a>
            </p>
        }
        .into_any()
    }
}

pub(super) fn events_part(data: &AssessmentView) -> Option<AnyView> {
    (!data.events.is_empty()).then(|| {
        let items = data
            .events
            .clone()
            .into_iter()
            .map(|event| {
                view! {
                    <li>
                        <a href=event.link.href>{event.link.label}</a>
                        ": "
                        {event.standing}
                    </li>
                }
            })
            .collect_view();
        view! {
            <section>
                <h2>"Events that concern it"</h2>
                <ul>{items}</ul>
            </section>
        }
        .into_any()
    })
}

pub(super) fn shared_part(data: &AssessmentView) -> Option<AnyView> {
    if data.shared.is_empty() && data.share.is_none() {
        return None;
    }
    let items = data
        .shared
        .iter()
        .map(|line| view! { <li>{line.clone()}</li> })
        .collect_view();
    let list = if data.shared.is_empty() {
        view! { <p class="soft">"Nobody yet."</p> }.into_any()
    } else {
        view! { <ul>{items}</ul> }.into_any()
    };
    let form = data.share.as_ref().map(|share| {
        let sheet = Sheet {
            typed: &share.typed,
            errors: &share.errors,
        };
        let mut recipients = vec![Choice::new("IMPORTER", "The importer acknowledged it")];
        recipients.extend(share.customers.clone());
        let fields = vec![
            sheet.select(
                "recipient",
                "Who",
                "A customer who was given the redacted export, or the importer.",
                "Choose",
                recipients,
            ),
            sheet.day("disclosed_on", "On", ""),
            sheet.optional("note", "Note", ""),
        ];
        let (action, csrf) = (format!("{}/share", data.path), data.csrf.clone());
        view! {
            <details class="form-details" open=!share.errors.is_empty()>
                <summary>"Record who got it"</summary>
                <Form action csrf>
                    {fields}
                    <Actions>
                        <Button label="Record it" />
                    </Actions>
                </Form>
            </details>
        }
    });
    Some(
        view! {
            <section>
                <h2>"Who got it"</h2>
                {list}
                {form}
            </section>
        }
        .into_any(),
    )
}

pub(super) fn versions_part(versions: Vec<TiaVersionLine>) -> Option<AnyView> {
    if versions.is_empty() {
        return None;
    }
    let items = versions
        .into_iter()
        .map(|version| {
            let diffs = (!version.diffs.is_empty()).then(|| diff_list(version.diffs));
            let events = version
                .events
                .into_iter()
                .map(|event| view! { <p>{event}</p> })
                .collect_view();
            view! {
                <li>
                    <p>
                        <a href=version.link.href>{version.link.label}</a>
                        <span class="soft">" " {version.by}</span>
                        " "
                        <Badge tone=version.tone label=version.state />
                    </p>
                    {events}
                    {diffs}
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section>
                <h2 id="versions">"Versions"</h2>
                <ol class="history" role="list" reversed=true>{items}</ol>
            </section>
        }
        .into_any(),
    )
}
