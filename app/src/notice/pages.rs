//! The notice page and the objection form.

use domain::notice::NoticeContent;
use domain::objection::Ground;
use domain::policy::Asked;
use leptos::prelude::*;

use super::{Deadline, FormerView, NoticeLine, NoticeView};
use crate::ui::{
    Actions, Badge, Button, ButtonKind, ButtonLink, Callout, CheckboxGroup, Choice, ErrorSummary, Fact,
    Facts, FieldErrors, Form, PageHead, RadioGroup, TextArea, TextField, Timeline, Tone,
};

/// The notice of one contact. `errors` and `name` belong to the acknowledgement form.
#[component]
pub fn NoticePage(
    /// What is shown.
    notice: NoticeView,
    /// What was typed as name.
    name: String,
    /// What is wrong with it.
    errors: FieldErrors,
) -> impl IntoView {
    let NoticeView { lines, deadline, .. } = notice.clone();
    let waits = lines.iter().any(|line| line.asked != Asked::Nothing);
    let is_held = lines.iter().any(|line| line.is_held);
    view! {
        <PageHead title=notice.title.clone() dateline=format!("Notice {} to {} · {}", notice.number, notice.customer, notice.dispatched)/>
        <ErrorSummary errors=errors.clone()/>
        {notice
            .cancelled
            .then(|| {
                view! {
                    <Callout tone=Tone::Info title="This change was cancelled">
                        <p>"It will not happen. There is nothing you need to do."</p>
                    </Callout>
                }
            })}
        {deadline.map(|deadline| deadline_box(deadline, &notice))}
        {lines.iter().map(|line| line_section(line, &notice)).collect_view()}
        <section>
            {(!notice.rights.is_empty())
                .then(|| {
                    view! {
                        <h2>"Your rights under your contract"</h2>
                        <ul>{notice.rights.iter().map(|text| view! { <li>{text.clone()}</li> }).collect_view()}</ul>
                    }
                })}
            <p class="hint">{notice.legal_reference.clone()}</p>
        </section>
        {if waits {
            answer_section(&notice, name, &errors)
        } else {
            read_section(&notice, name, &errors)
        }}
        <footer class="notice-foot">
            <p>{notice.why.clone()}</p>
            <p class="hint">"Content hash (SHA-256): " <code>{notice.content_hash.clone()}</code></p>
            {is_held.then(|| view! { <p class="hint">"Your objection keeps this change from starting for you while it is open."</p> })}
        </footer>
    }
}

/// A notice as it was sent, for whoever is no contact any more: nothing can be answered, and nothing that came after is shown.
#[component]
pub fn FormerPage(
    /// What was sent.
    former: FormerView,
) -> impl IntoView {
    let text = format!(
        "You are not a contact of {} any more, so nothing can be answered here, and later notices do not go to you. Below is what {} sent you, as it was. If you should be a contact, ask your colleagues there, or answer the mail.",
        former.customer, former.publisher
    );
    view! {
        <PageHead title=former.title dateline=format!("Notice {} to {} · {}", former.number, former.customer, former.dispatched)/>
        <Callout tone=Tone::Info title="You are not a contact any more"><p>{text}</p></Callout>
        {former
            .contents
            .into_iter()
            .map(|content| {
                view! {
                    <section class="notice-line">
                        <h2>{content.legal_name.clone()}</h2>
                        <p><Badge tone=Tone::Info label=content.change_type.label()/></p>
                        <ContentFacts content/>
                    </section>
                }
            })
            .collect_view()}
        <footer class="notice-foot">
            <p class="hint">"Content hash (SHA-256): " <code>{former.content_hash}</code></p>
        </footer>
    }
}

fn read_section(notice: &NoticeView, name: String, errors: &FieldErrors) -> AnyView {
    let (notice, error) = (notice.clone(), errors.first("name"));
    let acknowledge = format!("{}/acknowledge", notice.path);
    let explanation = if notice.rights.is_empty() {
        "An acknowledgement says that the notice reached you. It says nothing else."
    } else {
        "An acknowledgement says that the notice reached you. It is no approval, and you can still object."
    };
    view! {
        <section id="read">
            <h2>"Have you read it?"</h2>
            {match notice.acknowledged.clone() {
                Some(text) => view! {
                    <Callout tone=Tone::Ok title="Acknowledged"><p>{text}</p></Callout>
                }.into_any(),
                None => view! {
                    <p>{explanation}</p>
                    <Form action=acknowledge csrf=notice.csrf.clone()>
                        <TextField name="name" label="Your name" value=name error=error/>
                        <Actions><Button label="I have read this notice"/></Actions>
                    </Form>
                }.into_any(),
            }}
        </section>
    }
    .into_any()
}

/// A yes or a no in writing. One name, three ways to use it.
fn answer_section(notice: &NoticeView, name: String, errors: &FieldErrors) -> AnyView {
    let (notice, line_error, error) = (notice.clone(), errors.first("line"), errors.first("name"));
    let lines: Vec<&NoticeLine> = notice
        .lines
        .iter()
        .filter(|line| line.asked != Asked::Nothing)
        .collect();
    let is_opt_in = lines.iter().all(|line| line.asked == Asked::OptIn);
    let choices: Vec<Choice> = lines
        .iter()
        .map(|line| Choice::new(line.id.clone(), line.content.legal_name.clone()))
        .collect();
    let only = choices
        .first()
        .map(|choice| choice.value.clone())
        .unwrap_or_default();
    let names: Vec<String> = choices.iter().map(|choice| choice.label.clone()).collect();
    let (yes, no, effect) = if is_opt_in {
        (
            "Opt in",
            "Decline",
            "If you opt in, it may start for you from the day that the notice names. If you decline or do not answer, it is not used for you.",
        )
    } else {
        (
            "Approve in writing",
            "Refuse",
            "If you approve, it may start for you once your notice period has ended. If you refuse or do not answer, it is not used for you.",
        )
    };
    let acknowledge = notice
        .acknowledged
        .is_none()
        .then(|| format!("{}/acknowledge", notice.path));
    view! {
        <section id="answer">
            <h2>"Your answer"</h2>
            <p><strong>{names.join(", ")}</strong>{format!(", for {}. {effect}", notice.customer)}</p>
            <p>"Your answer is recorded with your name and the time, and you get a receipt by mail. It is given once; until the start you can still object."</p>
            {notice.unconfirmed.clone().map(|text| view! { <Callout tone=Tone::Info title="You are not confirmed as a contact yet"><p>{text}</p></Callout> })}
            <Form action=format!("{}/approve", notice.path) csrf=notice.csrf.clone()>
                {if choices.len() > 1 {
                    view! { <RadioGroup name="line" label="What do you answer?" choices value=String::new() error=line_error/> }.into_any()
                } else {
                    view! { <input type="hidden" name="line" value=only/> }.into_any()
                }}
                <TextField name="name" label="Your name" value=name error=error hint="It becomes part of the record."/>
                <Actions>
                    <Button label=yes/>
                    <Button label=no kind=ButtonKind::Danger action=format!("{}/refuse", notice.path)/>
                    {acknowledge.map(|action| view! { <Button label="Only say that I have read this notice" kind=ButtonKind::Secondary action=action/> })}
                </Actions>
            </Form>
            {notice.acknowledged.clone().map(|text| view! { <p class="hint">{format!("Acknowledged. {text}")}</p> })}
        </section>
    }
    .into_any()
}

fn deadline_box(deadline: Deadline, notice: &NoticeView) -> AnyView {
    let planned = notice.planned.clone();
    let waits = notice.lines.iter().any(|line| line.asked == Asked::Approval);
    let title = match (waits, deadline.is_over) {
        (true, false) => "Your written approval is needed. Please answer by",
        (true, true) => "The day to answer by has passed",
        (false, false) => "You can object until",
        (false, true) => "Your last day to object has passed",
    };
    let late = (waits && deadline.is_over)
        .then_some("Without your approval this is not used for you. You can still approve or refuse below.");
    view! {
        <section class="notice-deadline" data-over=deadline.is_over>
            <h2>{title}</h2>
            <p class="notice-deadline-day"><strong>{deadline.last_day.clone()}</strong></p>
            {late.map(|text| view! { <p>{text}</p> })}
            {waits.then(|| view! { <p><a href="#answer">"Go to your answer"</a></p> })}
            {deadline.note.clone().map(|note| view! { <p>{note}</p> })}
            <Facts>
                <Fact term="Your notice period">{deadline.period.clone()}</Fact>
                <Fact term="Earliest start for you">{deadline.earliest.clone()}</Fact>
                {planned.map(|planned| view! { <Fact term="Planned start">{planned}</Fact> })}
            </Facts>
            <Timeline drawing=deadline.drawing/>
        </section>
    }
    .into_any()
}

fn line_section(line: &NoticeLine, notice: &NoticeView) -> AnyView {
    let line = line.clone();
    let tone = if line.asked == Asked::Nothing {
        Tone::Info
    } else {
        Tone::Warn
    };
    // Where the browser goes after an answer, unless the form for the next one is there.
    let first = notice.lines.iter().find(|other| other.answered.is_some());
    let waits = notice.lines.iter().any(|other| other.asked != Asked::Nothing);
    let answer_id = (!waits && first.is_some_and(|first| first.id == line.id)).then_some("answer");
    let (object_label, kind) = match (line.asked, line.is_late, line.case.is_some()) {
        (_, true, _) => ("Tell us your concern", ButtonKind::Secondary),
        (Asked::Nothing, false, false) => ("Object to this", ButtonKind::Primary),
        (Asked::Nothing, false, true) => ("Object again", ButtonKind::Primary),
        (_, false, _) => ("Object with reasons", ButtonKind::Secondary),
    };
    let object = format!("{}/object?line={}", notice.path, line.id);
    let kinds = line
        .content
        .kinds()
        .into_iter()
        .map(|kind| view! { <Badge tone label=kind/>" " })
        .collect_view();
    view! {
        <section class="notice-line">
            <h2>{line.content.legal_name.clone()}</h2>
            <p>
                {kinds}
                {line.standing.clone()}
            </p>
            {line.last_day.clone().map(|day| view! { <p>"Your last day to object to this one: "<strong>{day}</strong></p> })}
            {line
                .answered
                .clone()
                .map(|text| view! { <div id=answer_id><Callout tone=Tone::Info title="Your answer"><p>{text}</p></Callout></div> })}
            <ContentFacts content=line.content.clone()/>
            {line
                .case
                .clone()
                .map(|(number, state, href)| {
                    view! {
                        <Callout tone=Tone::Warn title=format!("Your objection {number}: {state}")>
                            <p><a href=href>"Open the case"</a></p>
                        </Callout>
                    }
                })}
            {line.may_object.then(|| view! { <Actions><ButtonLink label=object_label href=object kind/></Actions> })}
        </section>
    }
    .into_any()
}

/// The facts that a notice states, as a list.
#[component]
pub fn ContentFacts(
    /// What is told.
    content: NoticeContent,
) -> impl IntoView {
    let list = |items: &[String]| {
        if items.is_empty() {
            "none".to_owned()
        } else {
            items.join("; ")
        }
    };
    let transfers = content.transfers_text();
    view! {
        <Facts>
            {(!content.differences.is_empty()).then(|| {
                let items = content
                    .differences_text()
                    .into_iter()
                    .map(|text| view! { <li>{text}</li> })
                    .collect_view();
                view! { <Fact term="Before and after"><ul>{items}</ul></Fact> }
            })}
            <Fact term="Legal name">{content.legal_name.clone()}</Fact>
            <Fact term="Registration number">{content.registration_number.clone()}", "{content.registration_country.clone()}</Fact>
            <Fact term="Registered address">{content.address.clone()}</Fact>
            <Fact term="Contact">{content.contact.clone()}</Fact>
            {content.replaces.clone().map(|name| view! { <Fact term="Replaces">{name}</Fact> })}
            <Fact term="Service">{content.service.clone()}</Fact>
            <Fact term="Purpose">{content.purpose.clone()}</Fact>
            <Fact term="Responsibilities">{content.responsibilities.clone()}</Fact>
            <Fact term="Data categories">{list(&content.data_categories)}</Fact>
            <Fact term="Data subjects">{list(&content.data_subjects)}</Fact>
            <Fact term="Special categories">{list(&content.special_categories)}</Fact>
            <Fact term="Criminal convictions">{content.criminal_data.clone()}</Fact>
            <Fact term="Locations, remote access included">{list(&content.locations)}</Fact>
            <Fact term="Data is reached from elsewhere">{content.remote_access.clone()}</Fact>
            <Fact term="Transfer outside the EEA">{transfers}</Fact>
            {(!content.assessments.is_empty())
                .then(|| view! { <Fact term="Transfer impact assessment">{list(&content.assessments)}</Fact> })}
            {(!content.measures.is_empty())
                .then(|| view! { <Fact term="Supplementary measures">{list(&content.measures)}</Fact> })}
            {content.security.clone().map(|text| view! { <Fact term="Security">{text}</Fact> })}
            {(!content.products.is_empty()).then(|| view! { <Fact term="Products">{list(&content.products)}</Fact> })}
            {content.optional_feature.then(|| view! { <Fact term="Optional feature">"yes, only where it is switched on"</Fact> })}
            {content.ai.clone().map(|text| view! { <Fact term="AI terms">{text}</Fact> })}
            {content.parent_country.clone().map(|text| view! { <Fact term="Country of the ultimate parent">{text}</Fact> })}
        </Facts>
    }
}

/// What the objection form holds.
#[derive(Clone, Debug, Default)]
pub struct ObjectForm {
    /// The line chosen.
    pub line: String,
    /// Who objects.
    pub name: String,
    /// Grounds chosen.
    pub grounds: Vec<String>,
    /// Their words.
    pub statement: String,
}

/// The objection form.
#[component]
pub fn ObjectPage(
    /// The notice.
    notice: NoticeView,
    /// What was typed.
    form: ObjectForm,
    /// What is wrong with it.
    errors: FieldErrors,
) -> impl IntoView {
    let lines: Vec<Choice> = notice
        .lines
        .iter()
        .filter(|line| line.may_object)
        .map(|line| Choice::new(line.id.clone(), line.content.legal_name.clone()))
        .collect();
    let grounds: Vec<Choice> = Ground::ALL
        .iter()
        .map(|g| Choice::new(g.as_str(), g.label()))
        .collect();
    let several = lines.len() > 1;
    let only = lines.first().cloned();
    let chosen = notice
        .lines
        .iter()
        .filter(|line| line.may_object)
        .find(|line| line.id == form.line || !several);
    let last_day = chosen
        .and_then(|line| line.last_day.clone())
        .or_else(|| notice.deadline.as_ref().map(|d| d.last_day.clone()));
    // Until one is chosen, what holds for all of them.
    let all = |is: fn(&NoticeLine) -> bool| match chosen {
        Some(line) => is(line),
        None => notice.lines.iter().filter(|line| line.may_object).all(is),
    };
    let (is_late, has_started) = (all(|line| line.is_late), all(|line| line.has_started));
    let rights = if is_late || has_started {
        vec![notice.grounds.clone()]
    } else {
        notice.rights.clone()
    };
    let effect = if has_started {
        "The change has started for you already. What you send is read and answered. You get a receipt by mail, and you can withdraw the objection."
    } else if is_late {
        "Your last day has passed. What you send is read and answered, but it does not hold the change. You get a receipt by mail."
    } else {
        "From the moment you send it, the change does not start for you while your objection is open. You get a receipt by mail, and you can withdraw the objection."
    };
    view! {
        <PageHead title="Object" dateline=format!("Notice {} to {}", notice.number, notice.customer)/>
        <ErrorSummary errors=errors.clone()/>
        {last_day.map(|day| view! { <p>"Your last day: "<strong>{day}</strong></p> })}
        <ul>{rights.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
        <p>{effect}</p>
        <Form action=format!("{}/object", notice.path) csrf=notice.csrf.clone()>
            {if several {
                view! { <RadioGroup name="line" label="To what do you object?" choices=lines value=form.line error=errors.first("line")/> }.into_any()
            } else {
                view! { <input type="hidden" name="line" value=only.map(|c| c.value).unwrap_or_default()/> }.into_any()
            }}
            <CheckboxGroup
                name="grounds" label="On which grounds?" choices=grounds values=form.grounds error=errors.first("grounds")
                hint="Choose all that apply."
            />
            <TextArea
                name="statement" label="Your objection" value=form.statement error=errors.first("statement")
                hint="Say what concerns you and, if you can, what would resolve it. Staff of the publisher read it; nobody else."
            />
            <TextField name="name" label="Your name" value=form.name error=errors.first("name") hint="It becomes part of the record."/>
            <Actions>
                <Button label="Send the objection"/>
                <a href=notice.path.clone()>"Go back"</a>
            </Actions>
        </Form>
    }
}
