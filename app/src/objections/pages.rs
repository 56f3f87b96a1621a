//! One case for the customer, one for staff, and the staff's list.

use leptos::prelude::*;

use crate::ui::{
    Actions, Badge, Button, ButtonKind, ButtonLink, Callout, Cell, Column, Empty, ErrorSummary, Fact, Facts,
    FieldErrors, Form, HeadCell, ListPart, PageHead, Pager, Row, Table, TextArea, TextField, Tone,
};

/// One thing that happened in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseEvent {
    /// When, in words.
    pub at: String,
    /// Who: "You", "The publisher", "Automatic".
    pub who: String,
    /// What, in words.
    pub what: String,
    /// The text sent with it.
    pub text: Option<String>,
}

/// Everything that a case's page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseView {
    /// Case number.
    pub number: String,
    /// Notice number.
    pub notice: String,
    /// The vendor.
    pub vendor: String,
    /// The customer.
    pub customer: String,
    /// State in words.
    pub state: String,
    /// Whether it holds the change for this customer.
    pub blocks: bool,
    /// Whether it came in time.
    pub in_time: bool,
    /// Whether the change has started for this customer already.
    pub has_started: bool,
    /// When it was filed, in words.
    pub filed: String,
    /// Which version that was, from 1.
    pub version: i64,
    /// Until when an objection to the line is in time, once notice was given.
    pub last_day: Option<String>,
    /// Where it can be filed again after a rejection, while there is time.
    pub file_again: Option<String>,
    /// Who filed it.
    pub name: String,
    /// How it came in, where it was not on the page.
    pub channel: Option<&'static str>,
    /// The grounds in words.
    pub grounds: Vec<String>,
    /// The text.
    pub statement: String,
    /// What happened.
    pub events: Vec<CaseEvent>,
    /// When the time of the present state ends, where one is set.
    pub due: Option<String>,
    /// Whether the customer can withdraw it.
    pub may_withdraw: bool,
    /// Address of this page without the site.
    pub path: String,
    /// Form token.
    pub csrf: String,
    /// The steps that this member of staff can take: (event, button's words, needs text).
    pub steps: Vec<(String, String, bool)>,
    /// Why none is offered.
    pub no_steps: Option<String>,
}

fn facts(case: &CaseView) -> AnyView {
    let case = case.clone();
    let tone = if case.blocks { Tone::Warn } else { Tone::Info };
    view! {
        <p><Badge tone label=case.state.clone()/></p>
        <Facts>
            <Fact term="Case">{case.number.clone()}</Fact>
            <Fact term="Notice">{case.notice.clone()}</Fact>
            <Fact term="Subprocessor">{case.vendor.clone()}</Fact>
            <Fact term="Filed">{case.filed.clone()}" by "{case.name.clone()}{case.channel.map(|how| format!(" {how}"))}{if case.in_time { ", in time" } else { ", after the last day" }}</Fact>
            {(case.version > 1).then(|| view! { <Fact term="Version">{format!("{}, filed again", case.version)}</Fact> })}
            {case.due.clone().map(|day| view! { <Fact term="Time for this step">{format!("until {day}")}</Fact> })}
            {case.last_day.clone().map(|day| view! { <Fact term="Last day to object">{day}</Fact> })}
            <Fact term="Grounds">{if case.grounds.is_empty() { "none given".to_owned() } else { case.grounds.join("; ") }}</Fact>
            <Fact term="Statement"><div class="prose">{case.statement.clone()}</div></Fact>
        </Facts>
    }
    .into_any()
}

fn history(case: &CaseView) -> AnyView {
    view! {
        <section>
            <h2>"What happened"</h2>
            <ol class="history">
                {case
                    .events
                    .iter()
                    .map(|event| {
                        view! {
                            <li>
                                <p><strong>{event.what.clone()}</strong>" · "{event.who.clone()}" · "{event.at.clone()}</p>
                                {event.text.clone().map(|text| view! { <blockquote>{text}</blockquote> })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </section>
    }
    .into_any()
}

/// The case as the customer sees it.
#[component]
pub fn CasePage(
    /// The case.
    case: CaseView,
    /// What was typed as name.
    name: String,
    /// What is wrong with it.
    errors: FieldErrors,
) -> impl IntoView {
    let withdraw = format!("{}/withdraw", case.path);
    let (tone, title, text) = match (case.blocks, case.has_started, case.in_time) {
        (false, ..) => (
            Tone::Info,
            "This case does not hold the change",
            "The state below says why.",
        ),
        (true, true, _) => (
            Tone::Info,
            "We have received your objection",
            "The change has started for you already. Your objection is read and answered.",
        ),
        (true, false, true) => (
            Tone::Ok,
            "We have received your objection",
            "While it is open, this change does not start for you.",
        ),
        (true, false, false) => (
            Tone::Info,
            "We have received your objection",
            "It came after your last day. It is read and answered, but it does not hold the change.",
        ),
    };
    view! {
        <PageHead title=format!("Objection {}", case.number) dateline=format!("{} · {}", case.customer, case.vendor)/>
        <ErrorSummary errors=errors.clone()/>
        {match case.file_again.clone() {
            Some(href) => {
                let until = case.last_day.clone().unwrap_or_default();
                view! {
                    <Callout tone=Tone::Warn title="We rejected your objection">
                        <p>"With further reasons you can file it again until "<strong>{until}</strong>". Before that day has ended, nothing starts for you."</p>
                        <Actions><ButtonLink label="File it again" href/></Actions>
                    </Callout>
                }.into_any()
            }
            None => view! { <Callout tone title=title><p>{text}</p></Callout> }.into_any(),
        }}
        {facts(&case)}
        {history(&case)}
        {case
            .may_withdraw
            .then(|| {
                view! {
                    <section>
                        <h2>"Withdraw"</h2>
                        <p>"If your concern is settled you can take the objection back. The change may then start for you once your window has ended."</p>
                        <Form action=withdraw csrf=case.csrf.clone()>
                            <TextField name="name" label="Your name" value=name error=errors.first("name")/>
                            <Actions><Button label="Withdraw the objection" kind=ButtonKind::Danger/></Actions>
                        </Form>
                    </section>
                }
            })}
    }
}

/// What somebody sees of a case who filed it and is no contact of the customer any more.
#[component]
pub fn FormerCasePage(
    /// Case number.
    number: String,
    /// The customer.
    customer: String,
) -> impl IntoView {
    let text = format!(
        "You are not a contact of {customer} any more. Its present contacts are told of this case, and nothing can be done here. Your receipt says what you filed."
    );
    view! {
        <PageHead title=format!("Objection {number}") dateline=customer/>
        <Callout tone=Tone::Info title="You are not a contact any more"><p>{text}</p></Callout>
    }
}

/// The case as staff sees it.
#[component]
pub fn StaffCasePage(
    /// The case.
    case: CaseView,
    /// The text that was typed.
    text: String,
    /// What is wrong with it.
    errors: FieldErrors,
) -> impl IntoView {
    let path = case.path.clone();
    let needs_text = case.steps.iter().any(|(_, _, needed)| *needed);
    view! {
        <PageHead title=format!("Objection {}", case.number) dateline=format!("{} · {}", case.customer, case.vendor)/>
        <ErrorSummary errors=errors.clone()/>
        {facts(&case)}
        {history(&case)}
        <section>
            <h2>"Next step"</h2>
            {case.no_steps.clone().map(|why| view! { <Callout tone=Tone::Info><p>{why}</p></Callout> })}
            {(!case.steps.is_empty())
                .then(|| {
                    view! {
                        <Form action=path csrf=case.csrf.clone()>
                            <TextArea
                                name="text" label="Text to the customer" value=text error=errors.first("text")
                                hint=if needs_text { "A rejection or an answer needs reasons; the customer reads them as written." } else { "The customer reads it as written." }
                                optional=true
                            />
                            <Actions>
                                {case
                                    .steps
                                    .iter()
                                    .map(|(event, label, _)| {
                                        let kind = if event.starts_with("REJECT") { ButtonKind::Danger } else { ButtonKind::Secondary };
                                        view! { <Button label=label.clone() name="event" value=event.clone() kind/> }
                                    })
                                    .collect_view()}
                            </Actions>
                        </Form>
                    }
                })}
        </section>
    }
}

/// One row of the staff's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Case number.
    pub number: String,
    /// The customer.
    pub customer: String,
    /// The vendor.
    pub vendor: String,
    /// State in words.
    pub state: String,
    /// Whether it blocks.
    pub blocks: bool,
    /// When it was filed.
    pub filed: String,
}

/// The staff's list of cases.
#[component]
pub fn CasesPage(
    /// Newest first.
    cases: Vec<CaseRow>,
    /// Which of them.
    part: ListPart,
    /// Whether this person may log one.
    may_log: bool,
) -> impl IntoView {
    let ListPart {
        from,
        to,
        total,
        previous,
        next,
    } = part;
    let columns = ["Case", "Customer", "Subprocessor", "State", "Filed"]
        .map(Column::new)
        .to_vec();
    view! {
        <PageHead title="Objections">
            {may_log.then(|| view! { <p>"One that came by mail or by letter counts like one on the page. "<a href="/staff/objections/new">"Log an objection"</a></p> })}
        </PageHead>
        {if cases.is_empty() {
            view! { <Empty title="No objections"><p>"When a customer objects to a notice, the case appears here and in the tasks of the legal staff."</p></Empty> }.into_any()
        } else {
            view! {
                <Table caption="Objections, newest first" hide_caption=true columns>
                    {cases
                        .into_iter()
                        .map(|case| {
                            let tone = if case.blocks { Tone::Warn } else { Tone::Info };
                            view! {
                                <Row>
                                    <HeadCell><a href=format!("/staff/objections/{}", case.number)>{case.number.clone()}</a></HeadCell>
                                    <Cell label="Customer">{case.customer}</Cell>
                                    <Cell label="Subprocessor">{case.vendor}</Cell>
                                    <Cell label="State"><Badge tone label=case.state/></Cell>
                                    <Cell label="Filed">{case.filed}</Cell>
                                </Row>
                            }
                        })
                        .collect_view()}
                </Table>
                <Pager noun="objections" from to total previous next/>
            }.into_any()
        }}
    }
}
