//! The Data Privacy Framework as part of the transfer form: which data is transferred. What the list of companies says is
//! recorded with the company: see [`crate::dpf`].

use std::collections::BTreeMap;

use domain::legal_record::DpfReliance;
use leptos::prelude::*;

use super::sheet::Sheet;
use super::typed::{Reader, Typed};

pub(super) fn fill(typed: &mut Typed, reliance: &DpfReliance) {
    if reliance.hr_data {
        typed.put("dpf_hr_data", "yes");
    }
    if reliance.non_hr_data {
        typed.put("dpf_non_hr_data", "yes");
    }
}

pub(super) fn parse(read: &mut Reader) -> DpfReliance {
    let reliance = DpfReliance {
        hr_data: read.is_ticked("dpf_hr_data"),
        non_hr_data: read.is_ticked("dpf_non_hr_data"),
        checks: BTreeMap::new(),
    };
    if !reliance.hr_data && !reliance.non_hr_data {
        read.errors.add(
            "dpf_non_hr_data",
            "Say which data is transferred: the certificate must cover it",
        );
    }
    reliance
}

pub(super) fn fields(sheet: &Sheet) -> Vec<AnyView> {
    let note = "What the list says of the company is recorded once for the company, under “Data Privacy Framework”. The latest look counts for every transfer to it.";
    vec![
        view! { <p class="soft">{note}</p> }.into_any(),
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
    ]
}
