//! Waivers of an engagement: those that count now, those that wait, and all there ever were.

use domain::gate::{ReasonCode, WaiverKind};
use leptos::prelude::*;

use super::sheet::Sheet;
use super::typed::Typed;
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, ButtonLink, Choice, Empty, ErrorSummary, FieldErrors,
    Form, Link, PageHead, Refusal, TextArea, Tone,
};

/// The waivers on an engagement's page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaiverPart {
    /// Form token.
    pub csrf: String,
    /// All of them, newest first.
    pub rows: Vec<WaiverRow>,
    /// What is set aside now, and until when.
    pub waived: Vec<(WaiverKind, String)>,
    /// Where one is asked for, if anything red could be waived by this person.
    pub ask: Option<Link>,
    /// The reason of a decision that was refused.
    pub refused: Option<Refusal>,
}

impl WaiverPart {
    /// Until when a reason is set aside.
    pub fn until(&self, code: ReasonCode) -> Option<&str> {
        let found = self.waived.iter().find(|(kind, _)| kind.covers(code));
        found.map(|(_, until)| until.as_str())
    }
}

/// One waiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverRow {
    /// Its address, to which the decision is added.
    pub path: String,
    /// What it waives.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// When and by whom it was asked for.
    pub asked: String,
    /// Until when.
    pub until: String,
    /// How it stands.
    pub standing: String,
    /// What that means.
    pub tone: Tone,
    /// What happened since.
    pub later: Vec<String>,
    /// Whether this person can decide on it, where somebody must; false for whoever asked for it.
    pub may_decide: Option<bool>,
    /// Whether this person can take it back.
    pub may_revoke: bool,
}

/// The section of the engagement's page; nothing where there never was one and none can be asked for.
pub(super) fn waiver_section(part: WaiverPart) -> Option<AnyView> {
    if part.rows.is_empty() && part.ask.is_none() {
        return None;
    }
    let ask = part.ask.map(|link| {
        view! { <Actions><ButtonLink label=link.label href=link.href kind=ButtonKind::Secondary /></Actions> }
    });
    let forms = Forms {
        csrf: part.csrf,
        refused: part.refused,
    };
    let rows = part
        .rows
        .into_iter()
        .map(|row| waiver(row, &forms))
        .collect_view();
    Some(
        view! {
            <section>
                <h2 id="waivers">"Waivers"</h2>
                <p class="soft">
                    "Only a missing or expired security assessment and an old look at the list of certified companies can be set aside, by two people, for 14 days at most. Waivers of one gap are added up until somebody assesses or looks anew. Every waiver stays here."
                </p>
                <ol class="history" role="list">{rows}</ol>
                {ask}
            </section>
        }
        .into_any(),
    )
}

/// What every decision's form needs.
struct Forms {
    csrf: String,
    refused: Option<Refusal>,
}

fn waiver(row: WaiverRow, forms: &Forms) -> AnyView {
    let later = row
        .later
        .into_iter()
        .map(|step| view! { <p class="soft">{step}</p> })
        .collect_view();
    let decide = match row.may_decide {
        Some(true) => Some(
            view! {
                <div class="field-row">
                    {decision(&row.path, "grant", "Grant this waiver", ButtonKind::Primary, forms)}
                    {decision(&row.path, "refuse", "Refuse it", ButtonKind::Danger, forms)}
                </div>
            }
            .into_any(),
        ),
        Some(false) => {
            Some(view! { <p class="refused">"You asked for it, so somebody else decides."</p> }.into_any())
        }
        None => None,
    };
    let revoke = row.may_revoke.then(|| {
        decision(
            &row.path,
            "revoke",
            "Take this waiver back",
            ButtonKind::Danger,
            forms,
        )
    });
    view! {
        <li>
            <p>
                <strong>{row.kind}</strong>
                " until "
                {row.until}
                " "
                <Badge tone=row.tone label=row.standing />
            </p>
            <p>{format!("Reason: {}", row.reason)}</p>
            <p class="soft">{format!("Asked for {}", row.asked)}</p>
            {later}
            {decide}
            {revoke}
        </li>
    }
    .into_any()
}

/// The field in which the reason of a decision is written; a page can have several of them.
pub fn reason_field(decision: &str, request: &str) -> String {
    format!("reason-{decision}-{request}")
}

fn decision(
    path: &str,
    place: &'static str,
    label: &'static str,
    kind: ButtonKind,
    forms: &Forms,
) -> AnyView {
    let (action, csrf) = (format!("{path}/{place}"), forms.csrf.clone());
    let name = reason_field(place, path.rsplit('/').next().unwrap_or_default());
    let (value, error) = Refusal::shown(forms.refused.as_ref(), &name);
    view! {
        <Form action csrf>
            <TextArea name=name label="Reason" hint="Kept for ever, and shown to auditors." value error rows=2 />
            <Actions>
                <Button label kind />
            </Actions>
        </Form>
    }
    .into_any()
}

/// The form.
#[derive(Debug, Clone)]
pub struct AskWaiver {
    /// Form token.
    pub csrf: String,
    /// The engagement's page.
    pub back: Link,
    /// Where it posts.
    pub path: String,
    /// What can be waived now.
    pub kinds: Vec<Choice>,
    /// The latest last day, whichever is waived.
    pub latest: String,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
}

/// Ask for a waiver.
#[component]
pub fn AskWaiverPage(data: AskWaiver) -> impl IntoView {
    let trail = vec![Link::new("Register", "/staff/register"), data.back.clone()];
    let sheet = Sheet {
        typed: &data.typed,
        errors: &data.errors,
    };
    let body = if data.kinds.is_empty() && data.errors.is_empty() {
        view! {
            <Empty title="There is nothing that can be waived">
                <p>"No reason is red that a waiver could set aside, or one waits for a decision already."</p>
                <p>
                    <a href=data.back.href.clone()>"Go back"</a>
                </p>
            </Empty>
        }
        .into_any()
    } else {
        let fields =
                vec![
            sheet.radio("kind", "What is to be waived", "", data.kinds.clone()),
            sheet.day(
                "last_day",
                "Last day",
                &format!("The waiver ends with it: at most 14 days, earlier waivers of the same gap counted, so {} at the latest.", data.latest),
            ),
            sheet.area(
                "reason",
                "Reason",
                "Why it cannot wait, and what is done meanwhile. Kept for ever, and shown to auditors.",
                4,
            ),
        ];
        let back = data.back.href.clone();
        view! {
            <Form action=data.path.clone() csrf=data.csrf.clone()>
                {fields}
                <Actions>
                    <Button label="Ask a second person" />
                    <a href=back>"Go back"</a>
                </Actions>
            </Form>
        }
        .into_any()
    };
    view! {
        <Breadcrumb trail here="Ask for a waiver" />
        <PageHead title="Ask for a waiver">
            <p>"It counts once another person, who may grant waivers too, has agreed. It ends by itself."</p>
        </PageHead>
        <ErrorSummary errors=data.errors.clone() />
        {body}
    }
}
