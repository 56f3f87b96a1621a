//! The pages of the audit log.

use super::{AuditEntry, AuditFilter, AuditList, Verdict};
use crate::ui::{
    Actions, Breadcrumb, Button, ButtonKind, ButtonLink, Callout, Cell, Choice, Column, Empty, Fact, Facts,
    Filter, HeadCell, HiddenField, Link, Moment, PageHead, Pager, Row, Select, Table, Tone,
};
use leptos::prelude::*;

/// `/staff/audit`: who did what to what, newest first.
#[component]
pub fn AuditPage(
    /// One part of the log.
    list: AuditList,
) -> impl IntoView {
    let AuditList {
        entries,
        filter,
        from,
        total,
        size,
        actions,
        subjects,
    } = list;
    let shown = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    let previous = (from > 1).then(|| filter.path(from.saturating_sub(size).max(1)));
    let next = (from + shown <= total).then(|| filter.path(from + size));
    let columns = ["Entry", "When", "Who", "What", "To what"];
    view! {
        <PageHead title="Audit log">
            <p class="lead">
                "Everything that was done, each entry chained to the one before and the whole signed. Entries are never changed or removed."
            </p>
            <Actions><ButtonLink label="Verify the log now" href="/staff/audit/verification" kind=ButtonKind::Secondary /></Actions>
        </PageHead>
        {narrowing(filter.clone(), actions, subjects)}
        {if entries.is_empty() {
            nothing(filter.is_narrow())
        } else {
            view! {
                <Table caption="Entries" hide_caption=true columns=columns.into_iter().map(Column::new).collect()>
                    {entries.into_iter().map(row).collect_view()}
                </Table>
                <Pager noun="entries" from to=from + shown.saturating_sub(1) total previous next />
            }
            .into_any()
        }}
    }
}

fn narrowing(filter: AuditFilter, actions: Vec<String>, subjects: Vec<String>) -> AnyView {
    let choices = |words: Vec<String>| {
        words
            .into_iter()
            .map(|word| Choice::new(word.clone(), word))
            .collect::<Vec<_>>()
    };
    let is_narrow = filter.is_narrow();
    let one = (!filter.subject_id.is_empty()).then(|| {
        view! { <HiddenField name="subject_id" value=filter.subject_id.clone() /> }
    });
    view! {
        <Filter action="/staff/audit" label="Filter the log">
            <div class="field-row">
            <Select name="action" label="What" choices=choices(actions) value=filter.action prompt="All actions" />
            <Select name="subject" label="To what" choices=choices(subjects) value=filter.subject prompt="Everything" />
            </div>
            {one}
            <Actions>
                <Button label="Filter" kind=ButtonKind::Secondary />
                {is_narrow.then(|| view! { <a href="/staff/audit">"Show everything"</a> })}
            </Actions>
        </Filter>
    }
    .into_any()
}

fn entries(count: i64) -> String {
    if count == 1 {
        "1 entry".to_owned()
    } else {
        format!("{count} entries")
    }
}

fn nothing(is_narrow: bool) -> AnyView {
    if is_narrow {
        view! { <Empty title="No such entries"><p><a href="/staff/audit">"Show everything"</a></p></Empty> }
            .into_any()
    } else {
        view! { <Empty title="Nothing was recorded yet"><p>"The first entry comes with the first thing that is done."</p></Empty> }
            .into_any()
    }
}

fn row(entry: AuditEntry) -> AnyView {
    let AuditEntry {
        seq,
        moment,
        at,
        actor,
        action,
        subject_kind,
        subject_id,
        payload,
        hash,
    } = entry;
    let all_of = AuditFilter {
        subject_id: subject_id.clone().unwrap_or_default(),
        ..AuditFilter::default()
    };
    let datetime = at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    view! {
        <Row>
            <HeadCell>
                <span id=format!("entry-{seq}")>{seq}</span>
            </HeadCell>
            <Cell label="When"><Moment text=moment datetime /></Cell>
            <Cell label="Who">{actor}</Cell>
            <Cell label="What">
                <code>{action}</code>
                <details class="entry">
                    <summary>"Details"<span class="visually-hidden">{format!(" of entry {seq}")}</span></summary>
                    {match payload {
                        Some(payload) => view! { <pre>{payload}</pre> }.into_any(),
                        None => view! { <p>"Purged under the retention rules; the chain keeps their digest."</p> }.into_any(),
                    }}
                    <p>"Hash "<code>{hash}</code></p>
                </details>
            </Cell>
            <Cell label="To what">
                {subject_kind}
                {subject_id.map(|_| view! { " "<a href=all_of.path(1)>"all entries of it"</a> })}
            </Cell>
        </Row>
    }
    .into_any()
}

/// `/staff/audit/verification`: the log read again from its first entry.
#[component]
pub fn VerificationPage(
    /// What was found.
    verdict: Verdict,
) -> impl IntoView {
    let Verdict {
        moment,
        count,
        head,
        checkpoints,
        unchecked,
        purged,
        first_break,
    } = verdict;
    view! {
        <Breadcrumb trail=vec![Link::new("Audit log", "/staff/audit")] here="Verification" />
        <PageHead title="Verification of the log" dateline=moment />
        {match first_break {
            None => view! {
                <Callout tone=Tone::Ok title="The log is intact">
                    <p>{format!("{} fit each other, the signed head and every checkpoint kept here.", entries(count))}</p>
                </Callout>
            }
            .into_any(),
            Some((what, _)) => view! {
                <Callout tone=Tone::Danger title="The log was altered">
                    <p>{format!("The first thing that does not fit: {what}.")}</p>
                    <p>
                        "Keep the database as it is for an investigation, and restore the last backup that verifies into a new one. While the head itself does not fit, nothing can be recorded, so nothing can be done."
                    </p>
                </Callout>
            }
            .into_any(),
        }}
        <Facts>
            <Fact term="Entries read">{count}</Fact>
            <Fact term="Hash of the last entry"><code>{head}</code></Fact>
            <Fact term="Checkpoints that fit">{checkpoints}</Fact>
            {(unchecked > 0)
                .then(|| view! { <Fact term="Checkpoints signed by a key that is gone">{unchecked}</Fact> })}
            {(purged > 0).then(|| view! { <Fact term="Purged details, as the log records">{purged}</Fact> })}
        </Facts>
        <section>
            <h2>"What this cannot show"</h2>
            <p>
                "A copy of the whole database put back to an earlier state is complete in itself. It shows only against a checkpoint that was kept elsewhere: the daily mail, or a copy of "
                <a href="/.well-known/forenotice-audit.json">"the published one"</a>
                ". On the server: "<code>"forenotice audit verify --checkpoint FILE"</code>"."
            </p>
        </section>
    }
}
