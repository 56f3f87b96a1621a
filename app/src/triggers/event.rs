//! One event, with a page of the assessments that it concerns.

use domain::trigger::Triage;
use leptos::prelude::*;

use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, Callout, Choice, ErrorSummary, Fact, Facts, FieldErrors,
    Form, Link, ListPart, PageHead, Pager, RadioGroup, TextArea, Tone,
};

/// The fields of an answer about an assessment: its choice and its reason. They are named after the assessment, whatever
/// its place on the page: others answer too, and the places change.
pub fn answer_fields(slug: &str, number: i64) -> [String; 2] {
    ["triage", "reason"].map(|field| format!("{field}-{slug}-{number}"))
}

/// One assessment that an event concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcernedLine {
    /// Engagement and number, and its page.
    pub link: Link,
    /// Its state now.
    pub state: String,
    /// What that means.
    pub tone: Tone,
    /// What was found out, why, when and by whom.
    pub triage: Option<String>,
    /// Where the answer posts, if this person may give it.
    pub action: Option<String>,
    /// The names of its [fields](answer_fields).
    pub fields: [String; 2],
    /// What was typed here and refused.
    pub typed: (String, String),
}

/// An answer that came too late: somebody else had given one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredFirst {
    /// The assessment.
    pub link: Link,
    /// The answer that was recorded.
    pub theirs: String,
    /// The one that was not.
    pub yours: String,
}

/// The page's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerView {
    /// The form token.
    pub csrf: String,
    /// "Event 3: law of the destination changed".
    pub title: String,
    /// Label and text.
    pub facts: Vec<(String, String)>,
    /// What happened, in words.
    pub description: String,
    /// Where it can be read.
    pub source: Option<String>,
    /// The assessments of this page, open ones first.
    pub concerned: Vec<ConcernedLine>,
    /// Which of them.
    pub part: ListPart,
    /// What is wrong with an answer.
    pub errors: FieldErrors,
    /// An answer that came too late.
    pub answered_first: Option<AnsweredFirst>,
}

/// One event.
#[component]
pub fn TriggerPage(data: TriggerView) -> impl IntoView {
    let trail = vec![Link::new("Events", "/staff/triggers")];
    let facts = data
        .facts
        .into_iter()
        .map(|(term, text)| view! { <Fact term=term>{text}</Fact> })
        .collect_view();
    let source = data.source.map(|href| {
        view! {
            <Fact term="Source">
                <a href=href.clone() rel="noopener noreferrer">{href.clone()}</a>
            </Fact>
        }
    });
    let items = data
        .concerned
        .into_iter()
        .map(|line| concerned(line, &data.csrf, &data.errors))
        .collect_view();
    let list = if data.part.total == 0 {
        view! { <p class="soft">"No approved assessment was concerned when it was recorded."</p> }.into_any()
    } else {
        view! {
            <ol class="history" role="list">{items}</ol>
            {pager(data.part)}
        }
        .into_any()
    };
    view! {
        <Breadcrumb trail here=data.title.clone() />
        <PageHead title=data.title />
        {data.answered_first.map(answered_first)}
        <ErrorSummary errors=data.errors.clone() />
        <p class="prose">{data.description}</p>
        <Facts>{facts} {source}</Facts>
        <section>
            <h2>"Assessments that it concerns"</h2>
            {list}
        </section>
    }
}

/// Where all fit on one page, nothing is turned.
fn pager(part: ListPart) -> Option<AnyView> {
    let ListPart {
        from,
        to,
        total,
        previous,
        next,
    } = part;
    (previous.is_some() || next.is_some())
        .then(|| view! { <Pager noun="assessments" from to total previous next /> }.into_any())
}

fn answered_first(found: AnsweredFirst) -> AnyView {
    view! {
        <Callout tone=Tone::Danger title="Somebody answered first">
            <p>
                "What you wrote about "
                <a href=found.link.href>{found.link.label}</a>
                " was not recorded: the first answer stays. If it is wrong, a new version of the assessment can be written all the same."
            </p>
            <Facts>
                <Fact term="Recorded">{found.theirs}</Fact>
                <Fact term="What you wrote">{found.yours}</Fact>
            </Facts>
        </Callout>
    }
    .into_any()
}

fn concerned(line: ConcernedLine, csrf: &str, errors: &FieldErrors) -> AnyView {
    let about = line.link.label.clone();
    let form = line.action.clone().map(|action| {
        let [triage, reason] = line.fields.clone();
        let choices = vec![
            Choice::new(Triage::NoImpact.as_str(), "No impact").hint("It stays as it is; the reason is kept with it."),
            Choice::new(Triage::Review.as_str(), "Review it").hint("It counts for what runs; nothing new starts on it until a new version is approved."),
        ];
        let (triage_error, reason_error) = (errors.first(&triage), errors.first(&reason));
        let (chosen, text) = line.typed.clone();
        let (csrf, about) = (csrf.to_owned(), about.clone());
        view! {
            <Form action csrf>
                <RadioGroup name=triage label="Does it have an impact?" choices=choices value=chosen error=triage_error />
                <TextArea name=reason label="Reason" value=text rows=2 error=reason_error />
                <Actions>
                    <Button label="Record the answer" kind=ButtonKind::Secondary about=about />
                </Actions>
            </Form>
        }
    });
    view! {
        <li>
            <p>
                <a href=line.link.href.clone()>{line.link.label.clone()}</a>
                " "
                <Badge tone=line.tone label=line.state />
            </p>
            {line.triage.map(|triage| view! { <p>{triage}</p> })}
            {form}
        </li>
    }
    .into_any()
}
