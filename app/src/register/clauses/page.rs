//! One set of clauses: where it stands, what is missing, the steps it can take, its form, its versions.

use domain::legal_record::{Cure, InstrumentChoice, LegalRecord, Missing, SccState};
use domain::words::{count, day};
use leptos::prelude::*;

use super::super::engagement_page::{Difference, HistoryEntry, diff_list, history};
use super::super::form_page::{Adding, Overtaken, added_callout, next_field, overtaken_callout};
use super::super::paper::paper_list;
use super::super::record::{RecordVersion, copies, versions};
use super::super::sheet::sentence;
use super::super::state_step::{StateStep, errors_of, steps};
use super::super::typed::Typed;
use super::fields::{fields, first_fields, signing_fields};
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, Callout, ErrorSummary, FieldErrors, Form, HiddenField, Link,
    PageHead, Tone,
};

/// What a state means for the reader.
pub const fn state_tone(state: SccState) -> Tone {
    match state {
        SccState::InForce => Tone::Ok,
        SccState::Suspended | SccState::Terminated => Tone::Danger,
        SccState::AnnexesIncomplete => Tone::Warn,
        SccState::Selected | SccState::Ready | SccState::PartlySigned => Tone::Info,
        SccState::Superseded | SccState::RevokedAdequacy => Tone::Plain,
    }
}

/// The page of a set that is about to be added.
#[derive(Debug, Clone)]
pub struct NewClausesView {
    /// The form token.
    pub csrf: String,
    /// Where the form posts.
    pub path: String,
    /// The engagement's page.
    pub back: Link,
    /// Which instrument is needed, and why.
    pub choice: InstrumentChoice,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// Sets that the engagement has.
    pub others: Vec<Link>,
    /// Whether this person may add one.
    pub may_edit: bool,
    /// What tells a set that is sent twice.
    pub adding: Adding,
}

/// Adds a set: the chooser, then which clauses.
#[component]
pub fn NewClausesPage(data: NewClausesView) -> impl IntoView {
    let trail = vec![Link::new("Register", "/staff/register"), data.back.clone()];
    let back = data.back.href.clone();
    let fields = first_fields(&data.typed, &data.errors);
    let others = (!data.others.is_empty()).then(|| link_list("Sets on file", data.others.clone()));
    let form = if data.may_edit {
        let next = next_field(&data.adding.next);
        view! {
            <Form action=data.path.clone() csrf=data.csrf.clone()>
                <HiddenField name="seen" value="0" />
                {next}
                {fields}
                <Actions>
                    <Button label="Add the set" />
                    <a href=back>"Go back"</a>
                </Actions>
            </Form>
        }
        .into_any()
    } else {
        view! { <p class="soft">"A legal editor adds a set."</p> }.into_any()
    };
    view! {
        <Breadcrumb trail here="Add a set of clauses" />
        <PageHead title="Add a set of clauses">
            <p class="soft">"One set can cover several transfers of this engagement. Its annexes are filled on its own page."</p>
        </PageHead>
        {data.adding.added.map(added_callout)}
        <ErrorSummary errors=data.errors.clone() />
        {chooser(data.choice, true)}
        {others}
        {form}
    }
}

/// The page's data.
#[derive(Debug, Clone)]
pub struct ClausesView {
    /// The form token.
    pub csrf: String,
    /// "Set of clauses 1".
    pub title: String,
    /// Its address.
    pub path: String,
    /// The engagement's page.
    pub back: Link,
    /// State of the newest version, or of the one in force where that is another.
    pub state: SccState,
    /// Which version stands where, in words.
    pub standing: String,
    /// Which instrument is needed, and why.
    pub choice: InstrumentChoice,
    /// What must be said first: an old set, the wrong module, a change that is needed.
    pub notes: Vec<(Tone, String)>,
    /// Where a change is opened, once customers may have to be told.
    pub change: Option<Link>,
    /// The timer of clause 16(c).
    pub cure: Option<Cure>,
    /// What the newest version lacks.
    pub missing: Vec<Missing>,
    /// What this person can let happen.
    pub steps: Vec<StateStep>,
    /// The signing fields, where signatures can be recorded.
    pub signing: Option<(Typed, FieldErrors)>,
    /// What is recorded of signatures, as their form carries it.
    pub signed: String,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// The number of the version that is being edited.
    pub seen: i64,
    /// Whether this person may edit it.
    pub may_edit: bool,
    /// Somebody else's version that came in between.
    pub overtaken: Option<Overtaken>,
    /// In what the newest version differs from the one in force, where that is another.
    pub since_agreed: Vec<Difference>,
    /// The newest version, for those who read it.
    pub reading: Option<LegalRecord>,
    /// The transfers that name it.
    pub used_by: Vec<Link>,
    /// Other sets of the engagement, and where one is added.
    pub others: Vec<Link>,
    /// Its versions, newest first.
    pub versions: Vec<RecordVersion>,
    /// What happened to it, newest first.
    pub history: Vec<HistoryEntry>,
    /// The archived files.
    pub copies: Vec<Link>,
}

/// The page.
#[component]
pub fn ClausesPage(data: ClausesView) -> impl IntoView {
    let trail = vec![Link::new("Register", "/staff/register"), data.back.clone()];
    let mut errors = match &data.signing {
        Some((_, errors)) if data.errors.is_empty() => errors.clone(),
        _ => data.errors.clone(),
    };
    errors.extend(errors_of(&data.steps));
    let form = data.may_edit.then(|| form(&data));
    let signing = sign_part(&data);
    let reading = data.reading.as_ref().map(|record| {
        view! {
            <section>
                <h2>{format!("Version {}", data.seen)}</h2>
                {paper_list(record)}
            </section>
        }
    });
    view! {
        <Breadcrumb trail here=data.title.clone() />
        <PageHead title=data.title.clone() dateline=data.standing.clone()>
            <p>
                <Badge tone=state_tone(data.state) label=sentence(data.state.label()) />
            </p>
        </PageHead>
        {data.overtaken.clone().map(overtaken_callout)}
        <ErrorSummary errors />
        {data.cure.map(cure_callout)}
        {notes(&data)}
        {missing(&data.missing, data.may_edit)}
        {used_by(data.used_by.clone())}
        {since_agreed(data.since_agreed.clone())}
        {steps(data.steps.clone(), &data.csrf)}
        {signing}
        {copies(data.copies.clone())}
        {chooser(data.choice.clone(), false)}
        {reading}
        {form}
        {(!data.others.is_empty()).then(|| link_list("Other sets of this engagement", data.others.clone()))}
        {versions(data.versions)}
        {history("What happened", "what-happened", data.history)}
    }
}

fn form(data: &ClausesView) -> AnyView {
    let body = fields(&data.typed, &data.errors, &data.missing);
    let (csrf, path, back) = (data.csrf.clone(), data.path.clone(), data.back.href.clone());
    let seen = data.seen;
    let (name, save) = ("act".to_owned(), format!("Save as version {}", seen + 1));
    view! {
        <section>
            <h2 id="annexes">"Text and annexes"</h2>
            <Form action=path csrf>
                <HiddenField name="seen" value=seen.to_string() />
                {body}
                <Actions>
                    <Button label=save name value="save" />
                    <a href=back>"Go back"</a>
                </Actions>
            </Form>
        </section>
    }
    .into_any()
}

fn sign_part(data: &ClausesView) -> Option<AnyView> {
    let (typed, errors) = data.signing.as_ref()?;
    let body = signing_fields(typed, errors);
    let (csrf, action, seen) = (data.csrf.clone(), format!("{}/sign", data.path), data.seen);
    let signed = data.signed.clone();
    Some(
        view! {
            <section class="confirm">
                <h2 id="signatures">"Signatures"</h2>
                <p>
                    {format!(
                        "They cover version {seen} as it is; another version needs signatures of its own. A second person then confirms that the clauses are in force.",
                    )}
                </p>
                <Form action csrf files=true>
                    <HiddenField name="seen" value=seen.to_string() />
                    <HiddenField name="signed" value=signed />
                    {body}
                    <Actions>
                        <Button label="Record the signatures" />
                    </Actions>
                </Form>
            </section>
        }
        .into_any(),
    )
}

fn notes(data: &ClausesView) -> AnyView {
    let notes = data
        .notes
        .clone()
        .into_iter()
        .map(|(tone, text)| {
            view! {
                <Callout tone>
                    <p>{text}</p>
                </Callout>
            }
        })
        .collect_view();
    let change = data.change.clone().map(|link| {
        view! {
            <p>
                <a href=link.href>{link.label}</a>
            </p>
        }
    });
    view! {
        {notes}
        {change}
    }
    .into_any()
}

fn cure_callout(cure: Cure) -> AnyView {
    let since = day(cure.suspended_on);
    let last = day(cure.last_day);
    let (title, text) = match cure.days_left {
        Some(0) => (
            "The last day to restore compliance is today".to_owned(),
            format!("Suspended on {since}. After today the exporter may terminate (clause 16(c)(i))."),
        ),
        Some(left) => (
            format!(
                "{} left to restore compliance",
                sentence(&count(left.into(), "day", "days"))
            ),
            format!(
                "Suspended on {since}. Compliance must be restored within a reasonable time, and by {last} at the latest (clause 16(c)(i))."
            ),
        ),
        None => (
            "The month is over: the clauses may be terminated".to_owned(),
            format!(
                "Suspended on {since}; compliance was to be restored by {last}. Clause 16(c)(i) gives the exporter the right to terminate, as far as processing under the clauses is concerned. The supervisory authority and, in Module 3, the controllers must be told."
            ),
        ),
    };
    view! {
        <Callout tone=Tone::Danger title>
            <p>{text}</p>
        </Callout>
    }
    .into_any()
}

/// What the version in the making would change of the one in force.
fn since_agreed(diffs: Vec<Difference>) -> Option<AnyView> {
    (!diffs.is_empty()).then(|| {
        let diffs = diff_list(diffs);
        view! {
            <section>
                <h2>"Changed since the version in force"</h2>
                {diffs}
            </section>
        }
        .into_any()
    })
}

/// What is missing, part by part, each with a link to its field.
fn missing(missing: &[Missing], may_edit: bool) -> AnyView {
    if missing.is_empty() {
        return view! { <p>"Nothing is missing in the text and its annexes."</p> }.into_any();
    }
    let mut parts: Vec<(&'static str, Vec<Missing>)> = Vec::new();
    for one in missing {
        match parts.last_mut() {
            Some((part, all)) if *part == one.part.label() => all.push(one.clone()),
            _ => parts.push((one.part.label(), vec![one.clone()])),
        }
    }
    let title = format!("{} missing", count(missing.len(), "field is", "fields are"));
    let is_short = missing.len() <= 12;
    let parts = parts
        .into_iter()
        .map(|(part, all)| {
            let number = all.len();
            let items = all
                .into_iter()
                .map(|one| {
                    if may_edit {
                        view! { <li><a href=format!("#{}", one.field)>{sentence(&one.text)}</a></li> }
                            .into_any()
                    } else {
                        view! { <li>{sentence(&one.text)}</li> }.into_any()
                    }
                })
                .collect_view();
            let summary = format!("{part}: {number}");
            view! {
                <details open=is_short>
                    <summary>{summary}</summary>
                    <ul>{items}</ul>
                </details>
            }
        })
        .collect_view();
    view! {
        <Callout tone=Tone::Warn title>
            <div class="missing">{parts}</div>
        </Callout>
    }
    .into_any()
}

fn used_by(links: Vec<Link>) -> AnyView {
    if links.is_empty() {
        return view! { <p class="soft">"No transfer names this set yet."</p> }.into_any();
    }
    link_list("Transfers that name it", links)
}

fn link_list(title: &'static str, links: Vec<Link>) -> AnyView {
    let items = links
        .into_iter()
        .map(|link| view! { <li><a href=link.href>{link.label}</a></li> })
        .collect_view();
    view! {
        <section>
            <h2>{title}</h2>
            <ul>{items}</ul>
        </section>
    }
    .into_any()
}

/// Which instrument it is, why, what was passed over, and what to look out for.
fn chooser(choice: InstrumentChoice, is_open: bool) -> AnyView {
    let warnings = choice
        .warnings
        .into_iter()
        .map(|text| {
            view! {
                <Callout tone=Tone::Warn>
                    <p>{text}</p>
                </Callout>
            }
        })
        .collect_view();
    let passed_over = choice
        .passed_over
        .into_iter()
        .map(|(other, why)| view! { <li>{format!("{}: {why}.", other.label())}</li> })
        .collect_view();
    let (instrument, reason) = (
        choice.instrument.label(),
        format!("{}.", sentence(&choice.reason)),
    );
    let body = view! {
        <p>
            <strong>{instrument}</strong>
            ". "
            {reason}
        </p>
        <p class="soft">"Passed over:"</p>
        <ul>{passed_over}</ul>
    };
    if is_open {
        return view! {
            <section>
                <h2>"Which instrument"</h2>
                {body}
                {warnings}
            </section>
        }
        .into_any();
    }
    view! {
        {warnings}
        <details class="form-details">
            <summary>{format!("Why {instrument}")}</summary>
            {body}
        </details>
    }
    .into_any()
}
