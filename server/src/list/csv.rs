//! The list for spreadsheets.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::cache::{Kept, Made};
use super::json::filtered;
use super::pages::read_form;
use super::register::Register;
use crate::AppState;
use crate::http::HttpError;
use crate::http::spreadsheet::harmless;
use crate::store::listings::ListingState;
use crate::store::public_list::Shown;

const HEAD: [&str; 14] = [
    "id",
    "legal_name",
    "role",
    "status",
    "in_use_from",
    "service",
    "category",
    "purpose",
    "products",
    "data_categories",
    "data_subjects",
    "locations",
    "transfer_mechanisms",
    "website",
];

/// GET `/subprocessors.csv`, with the filter of the page.
pub async fn list(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let form = read_form(query.as_deref());
    Kept::filtered("/subprocessors.csv", &form)
        .answer(&state, &headers, async |tx| {
            let (register, filter) = filtered(&state, tx, &form).await?;
            let text = table(
                &register,
                register.listed().filter(|shown| filter.keeps(&shown.engagement)),
            )
            .map_err(|error| HttpError::internal(&error))?;
            Ok(Made::of("text/csv; charset=utf-8; header=present", text))
        })
        .await
}

fn table<'a>(register: &Register, rows: impl Iterator<Item = &'a Shown>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEAD)?;
    for shown in rows {
        writer.write_record(cells(register, shown).iter().map(|cell| harmless(cell)))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn cells(register: &Register, shown: &Shown) -> [String; 14] {
    fn joined<T: ToString>(values: Option<impl IntoIterator<Item = T>>) -> String {
        let values: Vec<String> = values
            .into_iter()
            .flatten()
            .map(|value| value.to_string())
            .collect();
        values.join("; ")
    }
    fn text<T: ToString>(value: Option<&T>) -> String {
        value.map(ToString::to_string).unwrap_or_default()
    }
    let (company, facts) = (&shown.organisation, &shown.engagement);
    let status = if shown.listing == ListingState::Partial {
        "BEING_INTRODUCED"
    } else {
        "IN_USE"
    };
    [
        shown.slug.clone(),
        company.legal_name.to_string(),
        facts.relationship_role.to_string(),
        status.to_owned(),
        text(shown.in_use_from.as_ref()),
        text(facts.service.get()),
        text(facts.category.get()),
        text(facts.purpose.get()),
        joined(Some(facts.products.iter().map(|id| register.names().of(*id)))),
        joined(facts.data_categories.get()),
        joined(facts.data_subjects.get()),
        joined(facts.locations.get()),
        register
            .mechanisms(shown.engagement_id, shown.recorded_at, facts)
            .join("; "),
        text(company.website.as_ref()),
    ]
}
