//! Certificates of a company: the list with what still counts, and the form of one.

use chrono::NaiveDate;
use domain::certificate::{Certificate, CertificateKind};
use leptos::prelude::*;

use super::engagement_page::{Difference, diff_list};
use super::form_page::{Adding, Overtaken, added_callout, next_field, overtaken_callout};
use super::sheet::{Sheet, choices, part};
use super::typed::{Reader, Typed};
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, ButtonLink, Cell, Column, Empty, ErrorSummary,
    FieldErrors, Form, HeadCell, HiddenField, Link, PageHead, Row, Table, Tone,
};

/// The fields filled from a version.
pub fn typed_from(certificate: &Certificate) -> Typed {
    let mut typed = Typed::default();
    typed.put("kind", certificate.kind);
    typed.put("issuer", &certificate.issuer);
    typed.put_some("certificate_number", certificate.number.as_ref());
    typed.put("scope", &certificate.scope);
    typed.put("valid_from", certificate.valid_from);
    typed.put("valid_to", certificate.valid_to);
    typed.put_some("copy", certificate.copy.as_ref());
    typed
}

/// The certificate that was typed, or what is wrong with it.
pub fn parse(typed: &Typed) -> Result<Certificate, FieldErrors> {
    let mut read = Reader::new(typed);
    let kind = read.chosen("kind", "Choose the kind");
    let issuer = read.required("issuer");
    let number = read.optional("certificate_number");
    let scope = read.required("scope");
    let valid_from = read.required_day("valid_from");
    let valid_to = read.required_day("valid_to");
    let copy = read.optional("copy");
    if let (Some(from), Some(to)) = (valid_from, valid_to)
        && to < from
    {
        read.errors.add("valid_to", "It would expire before it begins");
    }
    match (kind, issuer, scope, valid_from, valid_to) {
        (Some(kind), Some(issuer), Some(scope), Some(valid_from), Some(valid_to))
            if read.errors.is_empty() =>
        {
            Ok(Certificate {
                kind,
                issuer,
                number,
                scope,
                valid_from,
                valid_to,
                copy,
            })
        }
        _ => Err(read.errors),
    }
}

/// What two versions differ in.
pub fn differences(before: &Certificate, after: &Certificate) -> Vec<Difference> {
    let rows = |one: &Certificate| {
        [
            ("Kind", one.kind.label().to_owned()),
            ("Issuer", one.issuer.to_string()),
            (
                "Number",
                one.number.as_ref().map(ToString::to_string).unwrap_or_default(),
            ),
            ("Scope", one.scope.to_string()),
            ("Counts from", domain::words::day(one.valid_from)),
            ("Counts until", domain::words::day(one.valid_to)),
            (
                "SHA-256 of the file",
                one.copy.map(|digest| digest.to_string()).unwrap_or_default(),
            ),
        ]
    };
    rows(before)
        .into_iter()
        .zip(rows(after))
        .filter(|(before, after)| before != after)
        .map(|((label, before), (_, after))| Difference {
            label: label.to_owned(),
            before,
            after,
        })
        .collect()
}

/// How a certificate stands on a day.
pub fn standing(certificate: &Certificate, today: NaiveDate) -> (Tone, &'static str) {
    if today < certificate.valid_from {
        (Tone::Info, "Not yet valid")
    } else if certificate.is_valid(today) {
        (Tone::Ok, "Valid")
    } else {
        (Tone::Danger, "Expired")
    }
}

/// One certificate in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRow {
    /// Its page.
    pub link: Link,
    /// Who issued it.
    pub issuer: String,
    /// What it covers.
    pub scope: String,
    /// Its last day.
    pub valid_to: String,
    /// How it stands.
    pub standing: String,
    /// What that means.
    pub tone: Tone,
    /// Its kept file.
    pub file: Option<Link>,
}

/// The list's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateList {
    /// The company.
    pub company: String,
    /// The engagement that somebody came from.
    pub back: Link,
    /// The certificates that were not ended.
    pub rows: Vec<CertificateRow>,
    /// Where one is added, for whoever may.
    pub add: Option<String>,
}

/// All certificates of a company.
#[component]
pub fn CertificatesPage(data: CertificateList) -> impl IntoView {
    let CertificateList {
        company,
        back,
        rows,
        add,
    } = data;
    let trail = vec![Link::new("Register", "/staff/register"), back];
    let add = add.map(|href| view! { <Actions><ButtonLink label="Add a certificate" href=href /></Actions> });
    let body = if rows.is_empty() {
        view! {
            <Empty title="No certificate is on file">
                <p>"Certificates and audit reports are evidence for the assessor. They are kept per company, for all its engagements."</p>
            </Empty>
        }
        .into_any()
    } else {
        let rows = rows
            .into_iter()
            .map(|row| {
                let file = row
                    .file
                    .map(|link| view! { <a href=link.href download=true>{link.label}</a> }.into_any())
                    .unwrap_or_else(|| "none".into_any());
                view! {
                    <Row>
                        <HeadCell>
                            <a href=row.link.href>{row.link.label}</a>
                        </HeadCell>
                        <Cell label="Issuer">{row.issuer}</Cell>
                        <Cell label="Covers">{row.scope}</Cell>
                        <Cell label="Counts until">{row.valid_to}</Cell>
                        <Cell label="Standing">
                            <Badge tone=row.tone label=row.standing />
                        </Cell>
                        <Cell label="File">{file}</Cell>
                    </Row>
                }
            })
            .collect_view();
        let columns = [
            "Certificate",
            "Issuer",
            "Covers",
            "Counts until",
            "Standing",
            "File",
        ];
        view! {
            <Table
                caption="Certificates of this company"
                hide_caption=true
                columns=columns.map(Column::new).to_vec()
            >
                {rows}
            </Table>
        }
        .into_any()
    };
    view! {
        <Breadcrumb trail here="Certificates" />
        <PageHead title="Certificates">
            <p>{company}</p>
        </PageHead>
        {add}
        {body}
    }
}

/// One certificate's page.
#[derive(Debug, Clone)]
pub struct CertificateView {
    /// Form token.
    pub csrf: String,
    /// "ISO/IEC 27001", or that a new one is added.
    pub title: String,
    /// The engagement that somebody came from.
    pub back: Link,
    /// The list.
    pub list: Link,
    /// Where it posts.
    pub path: String,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// The number of the version that is being edited; 0 for a new one.
    pub seen: i64,
    /// How it stands.
    pub standing: Option<(Tone, String)>,
    /// Its kept file.
    pub file: Option<Link>,
    /// Whether this person may write it.
    pub may_edit: bool,
    /// Whether it can be ended.
    pub may_end: bool,
    /// Somebody else's version that came in between.
    pub overtaken: Option<Overtaken>,
    /// What tells a new one that is sent twice.
    pub adding: Adding,
    /// Its versions, newest first: title, by whom, what it changed.
    pub versions: Vec<(String, String, Vec<Difference>)>,
}

/// One certificate: the newest version as a form, and its versions.
#[component]
pub fn CertificatePage(data: CertificateView) -> impl IntoView {
    let trail = vec![
        Link::new("Register", "/staff/register"),
        data.back,
        data.list.clone(),
    ];
    let sheet = Sheet {
        typed: &data.typed,
        errors: &data.errors,
    };
    let fields = part("The certificate", "", fields(&sheet));
    let form = if data.may_edit {
        let (csrf, action, seen) = (data.csrf.clone(), data.path.clone(), data.seen);
        let next = next_field(&data.adding.next);
        view! {
            <Form action csrf files=true>
                <HiddenField name="seen" value=seen.to_string() />
                {next}
                {fields}
                <Actions>
                    <Button label=format!("Save as version {}", seen + 1) />
                    <a href=data.list.href>"Go back"</a>
                </Actions>
            </Form>
        }
        .into_any()
    } else {
        view! { <fieldset class="read-only" disabled=true>{fields}</fieldset> }.into_any()
    };
    let end = data.may_end.then(|| {
        let (csrf, action, seen) = (data.csrf.clone(), format!("{}/end", data.path), data.seen);
        view! {
            <details class="form-details">
                <summary>"It was withdrawn, or entered by mistake"</summary>
                <p class="soft">"It stays on file with all its versions and no longer counts."</p>
                <Form action csrf>
                    <HiddenField name="seen" value=seen.to_string() />
                    <Actions>
                        <Button label="End it from today" kind=ButtonKind::Danger />
                    </Actions>
                </Form>
            </details>
        }
    });
    let versions = (!data.versions.is_empty()).then(|| {
        let items = data
            .versions
            .into_iter()
            .map(|(title, by, diffs)| {
                let diffs = (!diffs.is_empty()).then(|| diff_list(diffs));
                view! {
                    <li>
                        <p>
                            <strong>{title}</strong>
                            <span class="soft">" " {by}</span>
                        </p>
                        {diffs}
                    </li>
                }
            })
            .collect_view();
        view! {
            <section>
                <h2>"Versions"</h2>
                <ol class="history" role="list" reversed=true>{items}</ol>
            </section>
        }
    });
    view! {
        <Breadcrumb trail here=data.title.clone() />
        <PageHead title=data.title>
            {data.standing.map(|(tone, label)| view! { <p><Badge tone label /></p> })}
        </PageHead>
        {data.overtaken.map(overtaken_callout)}
        {data.adding.added.map(added_callout)}
        <ErrorSummary errors=data.errors.clone() />
        {data.file.map(|link| view! { <p><a href=link.href download=true>{link.label}</a></p> })}
        {form}
        {end}
        {versions}
    }
}

fn fields(sheet: &Sheet) -> Vec<AnyView> {
    vec![
        sheet.select("kind", "Kind", "", "Choose", choices!(CertificateKind)),
        sheet.text("issuer", "Issued by", "The certification body or auditor."),
        sheet.optional("certificate_number", "Number", ""),
        sheet.text(
            "scope",
            "What it covers",
            "Services and places, as on the certificate. For another kind: what it is.",
        ),
        sheet.day(
            "valid_from",
            "Counts from",
            "For a report over a period: its first day after the period.",
        ),
        sheet.day(
            "valid_to",
            "Counts until",
            "The last day. A task reminds of it 30 days before.",
        ),
        sheet.file("copy", "The certificate or report"),
        sheet.optional(
            "copy",
            "SHA-256 of the file",
            "Filled in from the file. Without a file: the digest of a copy kept elsewhere.",
        ),
    ]
}
