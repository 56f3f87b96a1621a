//! The list, one change, and the preview.

use leptos::prelude::*;

use super::class::class_part;
use super::review::cover_table;
use super::view::{ChangeRow, ChangeView, CustomerRow, GateRow, LineView, Preview};
use crate::notice::ContentFacts;
use crate::register::engagement_page::before_go_live;
use crate::register::form_page::overtaken_callout;
use crate::ui::{
    Actions, Badge, Button, ButtonKind, ButtonLink, Callout, Cell, Checkbox, Column, DateField, Empty,
    ErrorSummary, Fact, Facts, Filter, Form, HeadCell, HiddenField, InputKind, ListPart, PageHead, Pager,
    Row, Table, TextArea, TextField, Timeline, Tone,
};

/// The list of changes.
#[component]
pub fn ChangesPage(
    /// Newest first.
    changes: Vec<ChangeRow>,
    /// Which of them.
    part: ListPart,
    /// What was searched for.
    search: String,
    /// Whether this person may open one.
    may_open: bool,
) -> impl IntoView {
    let is_searched = !search.trim().is_empty();
    let ListPart {
        from,
        to,
        total,
        previous,
        next,
    } = part;
    let columns = ["Change", "What", "Subprocessors", "State", "Planned"]
        .map(Column::new)
        .to_vec();
    view! {
        <PageHead title="Changes"/>
        {may_open.then(|| view! { <Actions><ButtonLink label="New change" href="/staff/changes/new"/></Actions> })}
        {(is_searched || total > 0).then(|| view! {
            <Filter action="/staff/changes" label="Search changes">
                <TextField name="q" label="Number or title" kind=InputKind::Search value=search optional=true/>
                <Actions><Button label="Search" kind=ButtonKind::Secondary/></Actions>
            </Filter>
        })}
        {if changes.is_empty() && (is_searched || total > 0) {
            view! { <Empty title="Nothing found"><p><a href="/staff/changes">"Show all changes"</a></p></Empty> }.into_any()
        } else if changes.is_empty() {
            view! { <Empty title="No changes yet"><p>"A change announces a new subprocessor, a replacement or another difference to the customers it concerns, before it happens."</p></Empty> }.into_any()
        } else {
            view! {
                <Table caption="Changes, newest first" hide_caption=true columns>
                    {changes
                        .into_iter()
                        .map(|change| view! {
                            <Row>
                                <HeadCell><a href=format!("/staff/changes/{}", change.number)>{change.number.clone()}</a></HeadCell>
                                <Cell label="What">{change.title}</Cell>
                                <Cell label="Subprocessors">{change.vendors}</Cell>
                                <Cell label="State"><Badge tone=Tone::Info label=change.state/></Cell>
                                <Cell label="Planned">{change.planned}</Cell>
                            </Row>
                        })
                        .collect_view()}
                </Table>
                <Pager noun="changes" from to total previous next/>
            }.into_any()
        }}
    }
}

/// One change.
#[component]
pub fn ChangePage(
    /// Everything about it.
    change: ChangeView,
) -> impl IntoView {
    let path = format!("/staff/changes/{}", change.number);
    let lines = change.lines.clone();
    view! {
        <PageHead title=format!("Change {}: {}", change.number, change.title) dateline=format!("{} · planned for {}", change.state, change.planned)/>
        {change.overtaken.clone().map(overtaken_callout)}
        {change.unread.clone().map(|why| view! { <Callout tone=Tone::Danger title="This is not what you read"><p>{why}</p></Callout> })}
        <ErrorSummary errors=change.errors.clone()/>
        {steps(&change, &path)}
        {lines.into_iter().map(|line| line_section(line, &change, &path)).collect_view()}
        {change.sees_customers.then(|| scope(&change))}
        {change.sees_customers.then(|| recipients(&change))}
        {history(&change)}
    }
}

fn reasons_list(reasons: Vec<String>) -> AnyView {
    view! { <ul>{reasons.into_iter().map(|r| view! { <li>{r}</li> }).collect_view()}</ul> }.into_any()
}

fn steps(change: &ChangeView, path: &str) -> AnyView {
    let change = change.clone();
    let steps = change.steps.clone();
    let post = |step: &str| format!("{path}/{step}");
    let csrf = change.csrf.clone();
    let error = |field: &str| change.errors.first(field);
    let (title_error, planned_error, dispatch_error, nobody_error, reason_error) = (
        error("title"),
        error("planned_on"),
        error("dispatch_on"),
        error("nobody"),
        error("reason"),
    );
    let (typed, typed_again, reason_again) =
        (change.reason.clone(), change.reason.clone(), reason_error.clone());
    let counts = format!(
        "{} customers, {} contacts, {} subscribers",
        change.counts.customers, change.counts.contacts, change.counts.subscribers
    );
    let preview = format!("{path}/preview");
    // Whom it goes to is asked for the day of dispatch, which may be another one than the page counted for.
    let asks_nobody = change.scope.is_empty() || nobody_error.is_some();
    let (submit, approve, back, send, cancel, revise) = (
        post("submit"),
        post("approve"),
        post("return"),
        post("dispatch"),
        post("cancel"),
        post("edit"),
    );
    let gaps = change.gaps.clone();
    view! {
        <section class="steps-panel">
            <h2>"Next step"</h2>
            {(!gaps.is_empty() && (steps.edit || steps.approve))
                .then(|| view! { <Callout tone=Tone::Warn title="Missing before it can leave">{reasons_list(gaps)}</Callout> })}
            {change.approved.clone().map(|text| view! { <p>{text}</p> })}
            {change.dispatch_on.clone().map(|day| view! { <p>"Deadlines are promised for dispatch on "<strong>{day}</strong>"."</p> })}
            <p>
                {if change.is_sent { "Went to: " } else { "Goes to: " }}{counts.clone()}". "
                {change.sees_customers.then(|| view! { <a href=preview>"Preview exactly what each recipient gets"</a> })}
            </p>
            {steps.edit.then(|| view! {
                <Form action=revise csrf=csrf.clone()>
                    <HiddenField name="seen" value=change.seen.clone()/>
                    <TextField name="title" label="What changes, in one line" value=change.title.clone() error=title_error/>
                    <DateField name="planned_on" label="Planned go-live" value=change.planned_on.clone() error=planned_error/>
                    <Actions>
                        <Button label="Save and take the facts anew" kind=ButtonKind::Secondary/>
                        <a href=format!("/staff/changes/{}/lines/new", change.number)>"Add a line"</a>
                    </Actions>
                </Form>
                <Form action=submit csrf=csrf.clone()><Actions><Button label="Hand in for review"/></Actions></Form>
            })}
            {steps.approve_refused.clone().map(|why| view! { <Callout tone=Tone::Info title="Somebody else approves"><p>{why}</p></Callout> })}
            {steps.approve.then(|| view! {
                <Form action=approve csrf=csrf.clone()>
                    <HiddenField name="seen" value=change.reading.clone()/>
                    <DateField name="dispatch_on" label="Day of dispatch" value=change.send_on.clone() error=dispatch_error hint="Each customer’s deadline is promised for delivery on this day and frozen."/>
                    {asks_nobody.then(|| view! { <Checkbox name="nobody" label="No customer is in scope; I confirm that nobody has to be told" checked=change.is_nobody error=nobody_error/> })}
                    <Actions><Button label=format!("Approve for {counts}")/></Actions>
                </Form>
            })}
            {steps.dispatch.then(|| view! {
                <Form action=send csrf=csrf.clone()>
                    <p>"After this the notice cannot be edited. It can be cancelled, which tells everyone again."</p>
                    <Actions><Button label=format!("Send to {} contacts and {} subscribers", change.counts.contacts, change.counts.subscribers)/></Actions>
                </Form>
            })}
            {steps.return_to_draft.then(|| view! {
                <details>
                    <summary>"Return to draft"</summary>
                    <Form action=back csrf=csrf.clone()>
                        <TextArea name="reason" label="Why" value=typed error=reason_error/>
                        <Actions><Button label="Return to draft; the approval is dropped" kind=ButtonKind::Secondary/></Actions>
                    </Form>
                </details>
            })}
            {steps.cancel.then(|| view! {
                <details>
                    <summary>"Cancel this change"</summary>
                    <Form action=cancel csrf=csrf.clone()>
                        <TextArea name="reason" label="Why; everybody who was told reads it" value=typed_again error=reason_again/>
                        <Actions><Button label="Cancel and tell everyone" kind=ButtonKind::Danger/></Actions>
                    </Form>
                </details>
            })}
        </section>
    }
    .into_any()
}

fn gate_rows(gates: Vec<GateRow>) -> AnyView {
    view! {
        <ul class="gates" role="list">
            {gates
                .into_iter()
                .map(|gate| {
                    let tone = match (gate.reasons.is_empty(), gate.waived.is_empty()) {
                        (false, _) => Tone::Danger,
                        (true, false) => Tone::Warn,
                        (true, true) => Tone::Ok,
                    };
                    view! {
                        <li>
                            <Badge tone label=gate.gate/>
                            {gate
                                .reasons
                                .into_iter()
                                .map(|(code, detail)| view! { " "<code>{code}</code>" "{detail} })
                                .collect_view()}
                            {gate
                                .waived
                                .into_iter()
                                .map(|(code, detail)| view! { " waived: "<code>{code}</code>" "{detail} })
                                .collect_view()}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

fn line_section(line: LineView, change: &ChangeView, path: &str) -> AnyView {
    let activate = format!("{path}/activate");
    let csrf = change.csrf.clone();
    let may = change.steps.activate && !line.is_live && !line.starts_nothing;
    let vendor = line.vendor.clone();
    let (act, done) = if line.ends {
        ("End", "Ended")
    } else {
        ("Activate", "Live")
    };
    let label = if line.allowed {
        format!("{act} for everybody in scope")
    } else {
        format!("Try to {} for everybody", act.to_lowercase())
    };
    let class = class_part(line.class_view, &csrf, &change.errors);
    let differing = cover_table(line.covers).map(|table| view! { <h3>"What changes"</h3>{table} });
    let others = line
        .other_types
        .into_iter()
        .map(|kind| view! { <Badge tone=Tone::Info label=kind/>" " })
        .collect_view();
    let customers = line.customers.clone();
    let per_customer = (may && line.segregable).then(|| {
        (
            activate.clone(),
            csrf.clone(),
            line.engagement.clone(),
            line.facts_hash.clone(),
        )
    });
    view! {
        <section class="line">
            <h2>{line.position}". "<a href=line.register>{line.vendor}</a></h2>
            <p>
                <Badge tone=Tone::Info label=line.change_type/>" "
                {others}
                {line.class}" · engagement: "{line.state}
            </p>
            {line.remove.map(|action| view! {
                <Form action csrf=csrf.clone()><Button label="Remove this line" kind=ButtonKind::Quiet about=vendor/></Form>
            })}
            {differing}
            {class}
            <details>
                <summary>"What the notice says"</summary>
                <ContentFacts content=line.content/>
            </details>
            {before_go_live(line.before_go_live)}
            <h3>"Register gates"</h3>
            {gate_rows(line.gates)}
            {(change.sees_customers && !customers.is_empty()).then(|| customer_table(customers, act, per_customer))}
            {line.is_live.then(|| view! { <Callout tone=Tone::Ok title=format!("{done} for everybody in scope")><p>"The public list shows it."</p></Callout> })}
            {may.then(|| view! {
                <Form action=activate csrf>
                    <input type="hidden" name="engagement" value=line.engagement/>
                    <input type="hidden" name="seen" value=line.facts_hash/>
                    <p class="hint">"All gates are asked again at that instant. A refusal is recorded with every reason."</p>
                    <Actions><Button label=label kind=if line.allowed { ButtonKind::Primary } else { ButtonKind::Secondary }/></Actions>
                </Form>
            })}
        </section>
    }
    .into_any()
}

fn customer_table(
    customers: Vec<CustomerRow>,
    act: &'static str,
    activate: Option<(String, String, String, String)>,
) -> AnyView {
    let mut heads = vec![
        "Customer",
        "Authorisation",
        "Evidence",
        "Last day to object",
        "Window",
        "Closed because",
    ];
    if activate.is_some() {
        heads.push(act);
    }
    let columns = heads.into_iter().map(Column::new).collect::<Vec<_>>();
    view! {
        <h3>"Customers in scope"</h3>
        <Table caption="Customers in scope" hide_caption=true columns>
            {customers
                .into_iter()
                .map(|customer| {
                    let action = activate.clone().map(|(href, csrf, engagement, seen)| {
                        let name = customer.name.clone();
                        let (id, active) = (customer.id.clone(), customer.is_active);
                        view! {
                            <Cell label=act>
                                {if active {
                                    view! { <Badge tone=Tone::Ok label=if act == "End" { "Ended" } else { "Active" }/> }.into_any()
                                } else if customer.is_gone {
                                    ().into_any()
                                } else {
                                    view! {
                                        <Form action=href csrf>
                                            <input type="hidden" name="engagement" value=engagement/>
                                            <input type="hidden" name="seen" value=seen/>
                                            <input type="hidden" name="customer" value=id/>
                                            <Button label=act kind=ButtonKind::Quiet about=name/>
                                        </Form>
                                    }.into_any()
                                }}
                            </Cell>
                        }
                    });
                    let reasons = customer.reasons;
                    let case = customer.case;
                    view! {
                        <Row>
                            <HeadCell>{customer.name}</HeadCell>
                            <Cell label="Authorisation">{customer.state}</Cell>
                            <Cell label="Evidence">{customer.evidence}</Cell>
                            <Cell label="Last day to object">{customer.last_day}</Cell>
                            <Cell label="Window">{customer.drawing.map(|drawing| view! { <Timeline drawing compact=true/> })}</Cell>
                            <Cell label="Closed because">
                                {if reasons.is_empty() {
                                    view! { <Badge tone=Tone::Ok label="Open"/> }.into_any()
                                } else {
                                    view! { <ul role="list">{reasons.into_iter().map(|(code, detail)| view! { <li><code>{code}</code>" "{detail}</li> }).collect_view()}</ul> }.into_any()
                                }}
                                {case.map(|number| view! { <a href=format!("/staff/objections/{number}")>{number.clone()}</a> })}
                            </Cell>
                            {action}
                        </Row>
                    }
                })
                .collect_view()}
        </Table>
    }
    .into_any()
}

fn scope(change: &ChangeView) -> AnyView {
    let rows = change.scope.clone();
    (!rows.is_empty() && change.recipients.is_empty())
        .then(|| {
            view! {
                <section>
                    <h2>"Who will be told"</h2>
                    <Facts>{rows.into_iter().map(|(name, text)| view! { <Fact term=name>{text}</Fact> }).collect_view()}</Facts>
                </section>
            }
        })
        .into_any()
}

fn recipients(change: &ChangeView) -> AnyView {
    let rows = change.recipients.clone();
    if rows.is_empty() {
        return ().into_any();
    }
    let columns = ["Customer", "Contact", "Delivery", "Accepted by the mail server"]
        .map(Column::new)
        .to_vec();
    let bad = rows.iter().filter(|r| r.needs_a_person).count();
    view! {
        <section>
            <h2>"Deliveries"</h2>
            {(bad > 0).then(|| view! {
                <Callout tone=Tone::Danger title=format!("Not served: {bad}")>
                    <p>"A mail that came back is no notice. "<a href="/staff/mails">"See the reason and send it again"</a>", or name another contact."</p>
                </Callout>
            })}
            <Table caption="Deliveries" hide_caption=true columns>
                {rows
                    .into_iter()
                    .map(|row| {
                        let tone = if row.needs_a_person { Tone::Danger } else { Tone::Info };
                        view! {
                            <Row>
                                <HeadCell>{row.customer}</HeadCell>
                                <Cell label="Contact">{row.contact}</Cell>
                                <Cell label="Delivery"><Badge tone label=row.state/></Cell>
                                <Cell label="Accepted by the mail server">{row.accepted.unwrap_or_else(|| "not yet".to_owned())}</Cell>
                            </Row>
                        }
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}

fn history(change: &ChangeView) -> AnyView {
    let rows = change.history.clone();
    view! {
        <section>
            <h2>"History"</h2>
            <ol class="history">
                {rows
                    .into_iter()
                    .map(|row| view! {
                        <li>
                            <p><strong>{row.state}</strong>" · "{row.who}" · "{row.at}</p>
                            {row.reason.map(|reason| view! { <blockquote>{reason}</blockquote> })}
                        </li>
                    })
                    .collect_view()}
            </ol>
        </section>
    }
    .into_any()
}

/// What one contact gets.
#[component]
pub fn PreviewPage(
    /// The mail.
    preview: Preview,
) -> impl IntoView {
    view! {
        <PageHead title=format!("Preview of notice {}", preview.number) dateline="Exactly as it will be sent; the link in it is a sample."/>
        <p><a href=format!("/staff/changes/{}", preview.number)>"Back to the change"</a></p>
        <nav aria-label="Recipients">
            <ul>
                {preview
                    .recipients
                    .into_iter()
                    .map(|(href, label, here)| view! { <li><a href=href aria-current=here.then_some("true")>{label}</a></li> })
                    .collect_view()}
            </ul>
        </nav>
        <h2>{preview.subject}</h2>
        <iframe class="mail-frame" title="The mail as HTML" src=preview.html sandbox=""></iframe>
        <h2>"As plain text"</h2>
        <pre class="mail-text" tabindex="0">{preview.text}</pre>
    }
}
