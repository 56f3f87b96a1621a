//! What can be decided about an assessment: a version that was handed in, and one that an event has overtaken.

use leptos::prelude::*;

use super::super::paper::parts_view;
use super::{AssessmentView, Review};
use crate::register::engagement_page::diff_list;
use crate::ui::{Actions, Button, ButtonKind, Callout, Form, HiddenField, Refusal, TextArea, Tone};

pub(super) fn review_part(review: Review, data: &AssessmentView) -> AnyView {
    let (path, csrf) = (&data.path, &data.csrf);
    let number = review.number;
    let diffs = (!review.diffs.is_empty()).then(|| {
        let diffs = diff_list(review.diffs.clone());
        view! {
            <h3>"Changed since the approved version"</h3>
            {diffs}
        }
    });
    let decision = match (review.may_decide.clone(), review.missing.is_empty()) {
        (_, false) => {
            let items = review
                .missing
                .iter()
                .map(|what| view! { <li>{what.clone()}</li> })
                .collect_view();
            view! {
                <Callout tone=Tone::Warn title="It cannot be approved as it is">
                    <p>"Something changed since it was handed in:"</p>
                    <ul>{items}</ul>
                </Callout>
            }
            .into_any()
        }
        (Err(why), true) => view! {
            <Callout tone=Tone::Info title="Waiting for a decision">
                <p>{why}</p>
            </Callout>
        }
        .into_any(),
        (Ok(()), true) => {
            let (action, csrf) = (format!("{path}/approve"), csrf.to_owned());
            view! {
                <section class="confirm">
                    <h3>"Your decision"</h3>
                    <p>"You did not work on this version. An approved version never changes."</p>
                    <Form action csrf>
                        <HiddenField name="seen" value=number.to_string() />
                        <Actions>
                            <Button label=format!("Approve version {number}") />
                        </Actions>
                    </Form>
                </section>
            }
            .into_any()
        }
    };
    let reject = review.may_decide.is_ok().then(|| {
        let (action, csrf) = (format!("{path}/reject"), csrf.to_owned());
        let (value, error) = Refusal::shown(data.refused.as_ref(), "rejection");
        view! {
            <Form action csrf>
                <HiddenField name="seen" value=number.to_string() />
                <TextArea
                    name="rejection"
                    label="Reason for turning it down"
                    hint="Its authors read this."
                    value
                    error
                    rows=2
                />
                <Actions>
                    <Button label=format!("Turn version {number} down") kind=ButtonKind::Danger />
                </Actions>
            </Form>
        }
    });
    let shown = parts_view(&review.tia);
    view! {
        <section>
            <h2>{format!("Version {number} is handed in")}</h2>
            {diffs}
            {shown}
            {decision}
            {reject}
        </section>
    }
    .into_any()
}

pub(super) fn start_part(data: &AssessmentView) -> Option<AnyView> {
    data.may_start.then(|| {
        let (action, csrf) = (format!("{}/new-version", data.path), data.csrf.clone());
        view! {
            <Form action csrf>
                <Actions>
                    <Button label="Write a new version" kind=ButtonKind::Secondary />
                </Actions>
            </Form>
        }
        .into_any()
    })
}

pub(super) fn suspend_part(data: &AssessmentView) -> Option<AnyView> {
    data.may_suspend.then(|| {
        let (action, csrf) = (format!("{}/suspend", data.path), data.csrf.clone());
        let (value, error) = Refusal::shown(data.refused.as_ref(), "reason");
        view! {
            <section class="confirm" data-danger=true>
                <h2>"Suspend it"</h2>
                <p>"The event shows that the transfer must stop. The gates turn red for what runs too, until a new version is approved."</p>
                <Form action csrf>
                    <TextArea
                        name="reason"
                        label="Reason"
                        hint="Kept for ever, and shown to auditors."
                        value
                        error
                        rows=2
                    />
                    <Actions>
                        <Button label="Suspend this assessment" kind=ButtonKind::Danger />
                    </Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}
