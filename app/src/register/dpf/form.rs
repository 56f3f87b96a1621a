//! The form for a look at the list, which a text copied from it can fill.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::dpf::Record;
use domain::id::StaffId;
use domain::legal_record::{DpfCheck, DpfFramework, DpfStatus};
use domain::text::{Name, Paragraphs};
use leptos::prelude::*;

use super::LIST;
use crate::register::sheet::{Sheet, choices, folded, part};
use crate::register::typed::{Reader, Typed};
use crate::ui::{
    Actions, Breadcrumb, Button, ButtonKind, Callout, ErrorSummary, FieldErrors, Form, Link, PageHead,
    TextArea, Tone,
};

/// Said where a company would be active under the UK Extension alone.
pub const NEEDS_EU_US: &str = "The UK Extension needs the EU-U.S. DPF: it cannot be active where that is not";

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
        // While a re-certification is under review, the day on which it was due may have passed.
        if status == Some(DpfStatus::Active) && due.zip(checked_on).is_some_and(|(due, on)| due < on) {
            let why = "It was due before you looked: a certificate that is active is due on a later day";
            read.errors.add(name("due"), why);
        }
        rows.extend(status.map(|status| (*framework, (status, covers, due))));
    }
    let is_active = |framework: DpfFramework| {
        rows.get(&framework)
            .map(|(status, ..): &(DpfStatus, _, _)| status.is_active())
    };
    if is_active(DpfFramework::UkExtension) == Some(true) && is_active(DpfFramework::EuUs) == Some(false) {
        let field = format!("{}_status", prefix(DpfFramework::UkExtension));
        read.errors.add(field, NEEDS_EU_US);
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
        typed.put("uk_ext_due", "2026-11-26");
        assert_eq!(fields(&parse(&typed, by(), today()).unwrap_err()), ["uk_ext_due"]);
        typed.set("uk_ext_status", "ACTIVE_RECERT_REVIEW");
        assert!(
            parse(&typed, by(), today()).is_ok(),
            "its renewal is under review"
        );
        typed.set("uk_ext_due", "2026-11-27");
        typed.set("uk_ext_status", "ACTIVE");
        assert!(parse(&typed, by(), today()).is_ok(), "due on the day of the look");
        typed.put("eu_us_status", "NOT_LISTED");
        assert_eq!(
            fields(&parse(&typed, by(), today()).unwrap_err()),
            ["uk_ext_status"]
        );
    }
}
