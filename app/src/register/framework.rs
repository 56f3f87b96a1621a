//! The Data Privacy Framework as part of the transfer form: what data, and what the list of companies says.

use std::collections::BTreeMap;

use domain::id::StaffId;
use domain::legal_record::{DpfCheck, DpfFramework, DpfReliance, DpfStatus};
use leptos::prelude::*;

use super::sheet::{Sheet, choices, folded};
use super::typed::{Reader, Typed};

fn prefix(framework: DpfFramework) -> String {
    format!("dpf_{}", framework.as_str().to_lowercase())
}

pub(super) fn fill(typed: &mut Typed, reliance: &DpfReliance) {
    if reliance.hr_data {
        typed.put("dpf_hr_data", "yes");
    }
    if reliance.non_hr_data {
        typed.put("dpf_non_hr_data", "yes");
    }
    for (framework, check) in &reliance.checks {
        let of = prefix(*framework);
        typed.put(format!("{of}_entity"), &check.entity_as_listed);
        typed.put(format!("{of}_status"), check.status);
        if check.covers_non_hr {
            typed.put(format!("{of}_covers_non_hr"), "yes");
        }
        if check.covers_hr {
            typed.put(format!("{of}_covers_hr"), "yes");
        }
        typed.put_some(&format!("{of}_due"), check.next_certification_due.as_ref());
        typed.put(format!("{of}_checked_on"), check.checked_on);
        typed.put_some(&format!("{of}_page"), check.page.as_ref());
    }
}

/// Who looked is `by`, unless the check is the one that was recorded before.
pub(super) fn parse(read: &mut Reader, by: StaffId, before: Option<&DpfReliance>) -> DpfReliance {
    let mut checks = BTreeMap::new();
    for framework in DpfFramework::ALL {
        let earlier = before.and_then(|reliance| reliance.checks.get(framework));
        if let Some(check) = check(read, &prefix(*framework), by, earlier) {
            checks.insert(*framework, check);
        }
    }
    let reliance = DpfReliance {
        hr_data: read.is_ticked("dpf_hr_data"),
        non_hr_data: read.is_ticked("dpf_non_hr_data"),
        checks,
    };
    if !reliance.hr_data && !reliance.non_hr_data {
        read.errors.add(
            "dpf_non_hr_data",
            "Say which data is transferred: the certificate must cover it",
        );
    }
    reliance
}

fn check(read: &mut Reader, of: &str, by: StaffId, earlier: Option<&DpfCheck>) -> Option<DpfCheck> {
    let name = |field: &str| format!("{of}_{field}");
    let is_blank = ["entity", "status", "checked_on"]
        .iter()
        .all(|field| read.text(&name(field)).is_empty());
    if is_blank {
        return None;
    }
    let entity = read.required(&name("entity"));
    let status: Option<DpfStatus> = read.chosen(&name("status"), "Choose what the list says");
    let checked_on = read.required_day(&name("checked_on"));
    let next_certification_due = read.day(&name("due"));
    let page = read.optional(&name("page"));
    let check = DpfCheck {
        entity_as_listed: entity?,
        status: status?,
        covers_non_hr: read.is_ticked(&name("covers_non_hr")),
        covers_hr: read.is_ticked(&name("covers_hr")),
        next_certification_due,
        checked_on: checked_on?,
        checked_by: by,
        page,
    };
    let is_earlier = |e: &&DpfCheck| {
        DpfCheck {
            checked_by: by,
            ..(*e).clone()
        } == check
    };
    Some(earlier.filter(is_earlier).cloned().unwrap_or(check))
}

pub(super) fn fields(sheet: &Sheet) -> Vec<AnyView> {
    let mut views = vec![
        sheet.tick(
            "dpf_non_hr_data",
            "Data of customers’ users and others is transferred",
            "The certificate must cover “non-HR data”.",
        ),
        sheet.tick(
            "dpf_hr_data",
            "Data of employees, kept for human resources, is transferred",
            "The certificate must cover “HR data”.",
        ),
    ];
    for framework in DpfFramework::ALL {
        let of = prefix(*framework);
        let name = |field: &str| format!("{of}_{field}");
        let rows = vec![
            sheet.text(
                &name("entity"),
                "Company exactly as listed",
                "The contracting entity itself; a parent’s certificate does not cover it by itself.",
            ),
            sheet.select(
                &name("status"),
                "What the list says",
                "",
                "Choose",
                choices!(DpfStatus),
            ),
            sheet.tick(&name("covers_non_hr"), "The certificate covers non-HR data", ""),
            sheet.tick(&name("covers_hr"), "The certificate covers HR data", ""),
            sheet.day(&name("due"), "Next certification due", ""),
            sheet.day(
                &name("checked_on"),
                "Looked at on",
                "Before an engagement the look may be 30 days old at most.",
            ),
            sheet.optional(&name("page"), "SHA-256 of the saved page", ""),
        ];
        let is_first = *framework == DpfFramework::EuUs;
        let label = format!("Check of the list: {}", framework.label());
        let is_open = is_first || !sheet.typed.text(&name("entity")).is_empty();
        views.push(folded(&label, is_open, rows));
    }
    views
}
