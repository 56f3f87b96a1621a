//! What the list of companies certified under the Data Privacy Framework says of a company: the history of looks at it, and
//! the form for another look, which a text copied from the list can fill.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::dpf::Record;
use domain::id::StaffId;
use domain::legal_record::{DpfCheck, DpfFramework, DpfStatus};
use domain::text::{Name, Paragraphs};
use leptos::prelude::*;

use super::sheet::{Sheet, choices, folded, part};
use super::typed::{Reader, Typed};
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, ButtonLink, Callout, Cell, Column, Empty, ErrorSummary,
    Fact, Facts, FieldErrors, Form, HeadCell, Link, PageHead, Row, Stated, Table, TextArea, Tone,
};

/// Where the list is.
pub const LIST: &str = "https://www.dataprivacyframework.gov/list";

fn prefix(framework: DpfFramework) -> String {
    framework.as_str().to_lowercase()
}

/// The looks that were typed, by row of the list, or what is wrong with them.
pub fn parse(
    typed: &Typed,
    by: StaffId,
    today: NaiveDate,
) -> Result<BTreeMap<DpfFramework, DpfCheck>, FieldErrors> {
    let mut read = Reader::new(typed);
    let entity: Option<Name> = read.required("entity");
    let covered_entities: Option<Paragraphs<4000>> = read.optional("covered_entities");
    let checked_on = read.required_day("checked_on");
    if checked_on.is_some_and(|day| day > today) {
        read.errors.add("checked_on", "That day is still to come");
    }
    let page = read.optional("page");
    let mut rows = BTreeMap::new();
    for framework in DpfFramework::ALL {
        let name = |field: &str| format!("{}_{field}", prefix(*framework));
        if read.text(&name("status")).is_empty() {
            continue;
        }
        let status: Option<DpfStatus> = read.chosen(&name("status"), "Choose what the list says");
        let covers = (
            read.is_ticked(&name("covers_non_hr")),
            read.is_ticked(&name("covers_hr")),
        );
        if status.is_some_and(DpfStatus::is_active) && covers == (false, false) {
            let ask = "Say which data the certificate covers; the list says “HR” or “Non-HR”";
            read.errors.add(name("covers_non_hr"), ask);
        }
        let due = read.day(&name("due"));
        rows.extend(status.map(|status| (*framework, (status, covers, due))));
    }
    if rows.is_empty() {
        let first = format!("{}_status", prefix(DpfFramework::EuUs));
        read.errors
            .add(first, "Say what the list says, for one framework at least");
    }
    match (entity, checked_on) {
        (Some(entity), Some(checked_on)) if read.errors.is_empty() => Ok(rows
            .into_iter()
            .map(
                |(framework, (status, (covers_non_hr, covers_hr), next_certification_due))| {
                    let check = DpfCheck {
                        entity_as_listed: entity.clone(),
                        status,
                        covers_non_hr,
                        covers_hr,
                        covered_entities: covered_entities.clone(),
                        next_certification_due,
                        checked_on,
                        checked_by: by,
                        page,
                    };
                    (framework, check)
                },
            )
            .collect()),
        _ => Err(read.errors),
    }
}

/// The form filled with what was understood of a copied text.
pub fn typed_from(record: &Record, today: NaiveDate) -> Typed {
    let mut typed = Typed::default();
    typed.put("checked_on", today);
    typed.put_some("entity", record.organisation.as_ref());
    typed.put_some("covered_entities", record.covered_entities.as_ref());
    for (framework, entry) in &record.entries {
        let name = |field: &str| format!("{}_{field}", prefix(*framework));
        typed.put_some(&name("status"), entry.status.as_ref());
        for (field, covers) in [
            ("covers_non_hr", entry.covers_non_hr),
            ("covers_hr", entry.covers_hr),
        ] {
            if covers == Some(true) {
                typed.put(name(field), "yes");
            }
        }
        typed.put_some(&name("due"), entry.next_certification_due.as_ref());
    }
    typed
}

/// One look in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The row of the list.
    pub framework: DpfFramework,
    /// What was seen.
    pub check: DpfCheck,
    /// "20 Nov 2026", and who looked.
    pub by: String,
    /// The page as seen, where it is kept.
    pub page: Option<Link>,
    /// For the latest look: what to think of it.
    pub standing: Option<Standing>,
}

/// What the latest look is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// In a word or two.
    pub label: String,
    /// What that means.
    pub tone: Tone,
    /// Everything that speaks against relying on it.
    pub against: Vec<String>,
}

/// The history page's data.
#[derive(Debug, Clone)]
pub struct DpfView {
    /// The page's address.
    pub path: String,
    /// The engagement's page.
    pub back: Link,
    /// The company.
    pub company: String,
    /// Its looks, the latest first.
    pub looks: Vec<Look>,
    /// Whether this person may record another one.
    pub may_edit: bool,
}

/// Every look at a company's entry.
#[component]
pub fn DpfPage(data: DpfView) -> impl IntoView {
    let DpfView {
        path,
        back,
        company,
        looks,
        may_edit,
    } = data;
    let (latest, earlier): (Vec<Look>, Vec<Look>) =
        looks.into_iter().partition(|look| look.standing.is_some());
    let is_empty = latest.is_empty();
    let add = may_edit.then(|| {
        view! {
            <Actions>
                <ButtonLink label="Record a look at the list" href=format!("{path}/new") />
            </Actions>
        }
    });
    let trail = vec![Link::new("Register", "/staff/register"), back];
    view! {
        <Breadcrumb trail here="Data Privacy Framework" />
        <PageHead title=format!("Data Privacy Framework: {company}")>
            <p class="soft">
                "What the "
                <a href=LIST>"list of certified companies"</a>
                " said of this company, each time somebody looked. The latest look at each framework counts for every transfer to it: 30 days for a start, 90 while it runs."
            </p>
        </PageHead>
        {add}
        {is_empty
            .then(|| {
                view! {
                    <Empty title="Nobody has looked yet">
                        <p>"A transfer that rests on the framework stays blocked until the list was checked."</p>
                    </Empty>
                }
            })}
        {latest.into_iter().map(latest_part).collect_view()}
        {earlier_part(earlier)}
    }
}

fn covers(check: &DpfCheck) -> String {
    let kinds = [(check.covers_non_hr, "non-HR data"), (check.covers_hr, "HR data")];
    domain::facts::list(
        kinds
            .into_iter()
            .filter(|(is_covered, _)| *is_covered)
            .map(|(_, label)| label),
    )
}

fn latest_part(look: Look) -> AnyView {
    let standing = look.standing.clone();
    let check = look.check.clone();
    let against = standing
        .as_ref()
        .map(|standing| standing.against.clone())
        .unwrap_or_default();
    let against = (!against.is_empty()).then(|| {
        let items = against
            .into_iter()
            .map(|why| view! { <li>{why}</li> })
            .collect_view();
        view! { <ul>{items}</ul> }
    });
    let badge = standing.map(|standing| view! { <Badge tone=standing.tone label=standing.label /> });
    let stated =
        |value: Option<String>| view! { <Stated value=value reader=crate::ui::Reader::Staff /> }.into_any();
    let page = match look.page {
        Some(page) => view! { <a href=page.href download=true>{page.label}</a> }.into_any(),
        None => "not kept".into_any(),
    };
    let facts = [
        ("As listed", check.entity_as_listed.to_string().into_any()),
        ("Status", super::sentence(check.status.label()).into_any()),
        ("Covers", covers(&check).into_any()),
        (
            "Next certification due",
            stated(check.next_certification_due.map(domain::words::day)),
        ),
        (
            "Other covered companies",
            check
                .covered_entities
                .map_or_else(|| "none named".to_owned(), |text| text.to_string())
                .into_any(),
        ),
        ("Looked at", look.by.into_any()),
        ("Page as seen", page),
    ];
    let facts = facts
        .into_iter()
        .map(|(term, value)| view! { <Fact term=term>{value}</Fact> })
        .collect_view();
    view! {
        <section>
            <h2>{look.framework.label()} " " {badge}</h2>
            {against}
            <Facts>{facts}</Facts>
        </section>
    }
    .into_any()
}

fn earlier_part(looks: Vec<Look>) -> Option<AnyView> {
    if looks.is_empty() {
        return None;
    }
    let rows = looks
        .into_iter()
        .map(|look| {
            let page = look
                .page
                .map(|page| view! { <a href=page.href download=true>{page.label}</a> });
            let (entity, covers) = (look.check.entity_as_listed.to_string(), covers(&look.check));
            let status = super::sentence(look.check.status.label());
            let due = look.check.next_certification_due.map(domain::words::short_day);
            view! {
                <Row>
                    <HeadCell>{look.framework.label()}</HeadCell>
                    <Cell label="Looked at">{look.by}</Cell>
                    <Cell label="As listed">{entity}</Cell>
                    <Cell label="Status">{status}</Cell>
                    <Cell label="Covers">{covers}</Cell>
                    <Cell label="Next certification due">{due}</Cell>
                    <Cell label="Page as seen">{page}</Cell>
                </Row>
            }
        })
        .collect_view();
    let heads = [
        "Framework",
        "Looked at",
        "As listed",
        "Status",
        "Covers",
        "Next certification due",
        "Page as seen",
    ];
    Some(
        view! {
            <section>
                <h2>"Earlier looks"</h2>
                <Table
                    caption="Earlier looks, the latest first"
                    hide_caption=true
                    columns=heads.into_iter().map(Column::new).collect()
                >
                    {rows}
                </Table>
            </section>
        }
        .into_any(),
    )
}

/// The form's data.
#[derive(Debug, Clone)]
pub struct NewLook {
    /// The form token.
    pub csrf: String,
    /// The history's address.
    pub path: String,
    /// The engagement's page.
    pub back: Link,
    /// The company.
    pub company: String,
    /// What was typed, or understood.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// The text that was pasted, and what was made of it.
    pub pasted: Option<(String, Record)>,
}

/// Another look: by hand, or from a copied text that is read into the form and saved by a person.
#[component]
pub fn NewLookPage(data: NewLook) -> impl IntoView {
    let NewLook {
        csrf,
        path,
        back,
        company,
        typed,
        errors,
        pasted,
    } = data;
    let trail = vec![
        Link::new("Register", "/staff/register"),
        back,
        Link::new("Data Privacy Framework", path.clone()),
    ];
    let text = pasted.as_ref().map(|(text, _)| text.clone()).unwrap_or_default();
    let is_pasted = !text.is_empty();
    let understood = pasted.map(|(_, record)| understood(record));
    let fields = fields(&typed, &errors);
    let paste_csrf = csrf.clone();
    view! {
        <Breadcrumb trail here="Record a look" />
        <PageHead title=format!("Record a look at the list: {company}")>
            <p class="soft">
                "Open the "
                <a href=LIST>"list of certified companies"</a>
                ", look up the contracting company itself, and write down what it says today."
            </p>
        </PageHead>
        <ErrorSummary errors=errors />
        {understood}
        <details class="form-details" open=is_pasted>
            <summary>"Paste what you copied from the list"</summary>
            <Form action=format!("{path}/read") csrf=paste_csrf>
                <TextArea
                    name="pasted"
                    label="Copied text"
                    hint="The text of the company’s entry, or a line of a sheet with its head. It only fills the form below; nothing is saved."
                    value=text
                    rows=8
                />
                <Actions>
                    <Button label="Read it into the form" kind=ButtonKind::Secondary />
                </Actions>
            </Form>
        </details>
        <Form action=format!("{path}/new") csrf files=true>
            {fields}
            <Actions>
                <Button label="Record this look" />
                <a href=path>"Go back"</a>
            </Actions>
        </Form>
    }
}

/// What was made of a copied text, and what was not.
fn understood(record: Record) -> AnyView {
    let Record {
        organisation,
        entries,
        doubts,
        left_out,
        ..
    } = record;
    let rows: Vec<&str> = entries.keys().map(|framework| framework.label()).collect();
    let title = if entries.is_empty() && organisation.is_none() {
        "Nothing of the pasted text was understood"
    } else {
        "The form below was filled from the pasted text; nothing is saved yet"
    };
    let tone = if entries.is_empty() {
        Tone::Warn
    } else {
        Tone::Info
    };
    let doubts = doubts
        .into_iter()
        .map(|doubt| view! { <li>{doubt}</li> })
        .collect_view();
    let not_used = (!left_out.is_empty()).then(|| {
        let lines = left_out
            .into_iter()
            .map(|line| view! { <li>{line}</li> })
            .collect_view();
        view! {
            <p>"Not used:"</p>
            <ul>{lines}</ul>
        }
    });
    view! {
        <Callout tone title=title>
            <p>{format!("Rows of the list that it names: {}. Compare each field with the list before you save.", domain::facts::list(rows))}</p>
            <ul>{doubts}</ul>
            {not_used}
        </Callout>
    }
    .into_any()
}

fn fields(typed: &Typed, errors: &FieldErrors) -> AnyView {
    let sheet = Sheet { typed, errors };
    let mut views = vec![part(
        "The entry",
        "",
        vec![
            sheet.text(
                "entity",
                "Company exactly as listed",
                "The contracting company itself; a parent’s certificate does not cover it by itself. If it is not listed, the name you looked for.",
            ),
            sheet.area(
                "covered_entities",
                "Other companies that the entry covers",
                "As the list names them; leave empty if it names none.",
                3,
            ),
            sheet.day("checked_on", "Looked at on", ""),
            sheet.file("page", "The page as seen"),
            sheet.optional(
                "page",
                "SHA-256 of the saved page",
                "Filled in from the file. Without a file: of a copy kept elsewhere.",
            ),
        ],
    )];
    for framework in DpfFramework::ALL {
        let name = |field: &str| format!("{}_{field}", prefix(*framework));
        let rows = vec![
            sheet.select(
                &name("status"),
                "What the list says",
                "",
                "Not looked at",
                choices!(DpfStatus),
            ),
            sheet.tick(&name("covers_non_hr"), "The certificate covers non-HR data", ""),
            sheet.tick(&name("covers_hr"), "The certificate covers HR data", ""),
            sheet.day(&name("due"), "Next certification due", ""),
        ];
        let is_open = *framework == DpfFramework::EuUs || !typed.text(&name("status")).is_empty();
        views.push(folded(framework.label(), is_open, rows));
    }
    views.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::dpf::read_record;

    fn today() -> NaiveDate {
        "2026-11-27".parse().unwrap()
    }

    fn by() -> StaffId {
        "00000000-0000-7000-8000-000000000001".parse().unwrap()
    }

    fn fields(errors: &FieldErrors) -> Vec<&str> {
        errors.iter().map(|e| e.field.as_str()).collect()
    }

    #[test]
    fn a_copied_text_fills_the_form_and_a_person_saves_it() {
        let text = "Acme Inc.\nEU-U.S. Data Privacy Framework: Active\nData collected: Non-HR\nNext Certification Due Date: 3/31/2027\nSwiss-U.S. Data Privacy Framework: Inactive - Lapsed";
        let typed = typed_from(&read_record(text), today());
        let looks = parse(&typed, by(), today()).unwrap();
        assert_eq!(
            looks.keys().copied().collect::<Vec<_>>(),
            [DpfFramework::EuUs, DpfFramework::ChUs]
        );
        let eu = &looks[&DpfFramework::EuUs];
        assert_eq!(
            (eu.status, eu.covers_non_hr, eu.covers_hr),
            (DpfStatus::Active, true, false)
        );
        assert_eq!(eu.next_certification_due, "2027-03-31".parse().ok());
        assert_eq!(looks[&DpfFramework::ChUs].status, DpfStatus::InactiveLapsed);
    }

    #[test]
    fn what_is_missing_is_said_at_its_field() {
        let errors = parse(&Typed::default(), by(), today()).unwrap_err();
        assert_eq!(fields(&errors), ["entity", "checked_on", "eu_us_status"]);
        let mut typed = Typed::default();
        typed.put("entity", "Acme Inc.");
        typed.put("checked_on", "2026-11-28");
        typed.put("uk_ext_status", "ACTIVE");
        let errors = parse(&typed, by(), today()).unwrap_err();
        assert_eq!(fields(&errors), ["checked_on", "uk_ext_covers_non_hr"]);
        typed.set("checked_on", "2026-11-27");
        typed.put("uk_ext_covers_hr", "yes");
        assert!(parse(&typed, by(), today()).is_ok());
    }
}
