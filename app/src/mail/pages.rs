//! Data in, view out.

use super::{Attempt, Count, Line, Queue, ReportLine, Sent, Trouble};
use crate::mailbox::Letter;
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, Callout, Cell, Column, Empty, Fact, Facts, Form,
    HeadCell, Link, PageHead, Row, Table, Tone,
};
use leptos::prelude::*;

/// The queue and the mails to look at.
#[component]
pub fn QueuePage(data: Queue) -> impl IntoView {
    let Queue {
        csrf,
        trouble,
        counts,
        mails,
        may_resend,
    } = data;
    view! {
        <PageHead title="Mail">
            <p>"“Accepted” means that the relay took responsibility; whether a mail arrived is shown with its delivery."</p>
        </PageHead>
        {trouble.map(|trouble| trouble_view(trouble, csrf.clone(), may_resend))}
        <h2>"To look at"</h2>
        {if mails.is_empty() {
            view! {
                <Empty title="Nothing to look at">
                    <p>"No mail has failed, is in doubt, or may have arrived twice."</p>
                </Empty>
            }
            .into_any()
        } else {
            mails_view(mails, csrf, may_resend)
        }}
        <h2>"All mails"</h2>
        {counts_view(counts)}
    }
}

fn trouble_view(trouble: Trouble, csrf: String, may_resend: bool) -> AnyView {
    let button = (trouble.can_resume && may_resend).then(|| {
        view! {
            <Form action="/staff/mails/resume" csrf>
                <Actions><Button label="Start sending again" /></Actions>
            </Form>
        }
    });
    view! {
        <Callout tone=trouble.tone title=trouble.title>
            <p>{trouble.text}</p>
            {button}
        </Callout>
    }
    .into_any()
}

fn counts_view(counts: Vec<Count>) -> AnyView {
    let columns = vec![
        Column::new("State"),
        Column::new("Mails").number(),
        Column::new("Meaning"),
    ];
    let rows = counts
        .into_iter()
        .map(|count| {
            view! {
                <Row>
                    <HeadCell>{count.label}</HeadCell>
                    <Cell label="Mails" number=true>{count.count}</Cell>
                    <Cell label="Meaning">{count.meaning}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! { <Table caption="Mails by state" columns>{rows}</Table> }.into_any()
}

fn mails_view(mails: Vec<Line>, csrf: String, may_resend: bool) -> AnyView {
    let columns = vec![
        Column::new("Mail"),
        Column::new("To"),
        Column::new("State"),
        Column::new("Attempts").number(),
        Column::new("Reason"),
        Column::new("Action"),
    ];
    let rows = mails
        .into_iter()
        .map(|line| {
            let action = resend(&line, csrf.clone(), may_resend);
            let badges = badges(&line);
            view! {
                <Row>
                    <HeadCell><a href=line.path>{line.kind}</a></HeadCell>
                    <Cell label="To">{line.to}</Cell>
                    <Cell label="State">{badges}</Cell>
                    <Cell label="Attempts" number=true>{line.attempts}</Cell>
                    <Cell label="Reason">{line.reason}</Cell>
                    <Cell label="Action">{action}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! { <Table caption="Mails to look at, failed first" hide_caption=true columns>{rows}</Table> }
        .into_any()
}

fn badges(line: &Line) -> AnyView {
    let twice = line
        .is_possible_duplicate
        .then(|| view! { <Badge tone=Tone::Warn label="May have arrived twice" /> });
    view! { <span class="badges"><Badge tone=line.tone label=line.state.clone() />{twice}</span> }.into_any()
}

fn resend(line: &Line, csrf: String, may_resend: bool) -> Option<AnyView> {
    (line.can_resend && may_resend).then(|| {
        let about = format!("to {}", line.to);
        view! {
            <Form action=format!("{}/resend", line.path) csrf>
                <Button label="Send again" kind=ButtonKind::Secondary about />
            </Form>
        }
        .into_any()
    })
}

/// One mail: where it stands, every attempt, and what it says.
#[component]
pub fn SentPage(data: Sent) -> impl IntoView {
    let Sent {
        csrf,
        line,
        queued,
        accepted,
        message_id,
        results,
        reports,
        view,
        may_resend,
    } = data;
    let action = resend(&line, csrf, may_resend);
    let badges = badges(&line);
    let Line {
        kind,
        to,
        tone,
        reason,
        ..
    } = line;
    view! {
        <Breadcrumb trail=vec![Link::new("Mail", "/staff/mails")] here=kind.clone() />
        <PageHead title=kind dateline=format!("To {to}")>{badges}</PageHead>
        {(!reason.is_empty()).then(|| view! { <Callout tone><p>{reason}</p></Callout> })}
        {action}
        <Facts>
            <Fact term="Queued">{queued}</Fact>
            {accepted.map(|at| view! { <Fact term="Accepted by the relay">{at}</Fact> })}
            <Fact term="Message-ID"><code>{message_id}</code></Fact>
        </Facts>
        <h2>"Attempts"</h2>
        {attempts(results)}
        {(!reports.is_empty()).then(|| reports_view(reports))}
        {view.map(|data| view! { <Letter data /> })}
    }
}

fn attempts(results: Vec<Attempt>) -> AnyView {
    if results.is_empty() {
        return view! { <p>"None yet."</p> }.into_any();
    }
    let columns = vec![
        Column::new("Attempt"),
        Column::new("When"),
        Column::new("Outcome"),
        Column::new("What the relay said"),
    ];
    let rows = results
        .into_iter()
        .map(|result| {
            view! {
                <Row>
                    <HeadCell>{result.number}</HeadCell>
                    <Cell label="When">{result.at}</Cell>
                    <Cell label="Outcome">{result.outcome}</Cell>
                    <Cell label="What the relay said">{result.reply}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! { <Table caption="Attempts, oldest first" hide_caption=true columns>{rows}</Table> }.into_any()
}

fn reports_view(reports: Vec<ReportLine>) -> AnyView {
    let columns = vec![
        Column::new("Report"),
        Column::new("When"),
        Column::new("What the mail service said"),
    ];
    let rows = reports
        .into_iter()
        .map(|report| {
            view! {
                <Row>
                    <HeadCell>{report.what}</HeadCell>
                    <Cell label="When">{report.at}</Cell>
                    <Cell label="What the mail service said">{report.reason}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <h2>"Reports of the mail service"</h2>
        <Table caption="Reports, oldest first" hide_caption=true columns>{rows}</Table>
    }
    .into_any()
}
