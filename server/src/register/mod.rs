//! The register for staff: companies, engagements and their legal papers are written here, one version after the
//! other, and judged by gates G1 to G8. Changes, notices and activations are elsewhere.

mod certificates;
mod chain;
mod check;
pub(crate) mod clauses;
mod company;
mod copies;
pub mod counts;
pub mod covers;
mod create;
mod customers;
mod decisions;
pub(crate) mod dpf;
mod edit;
mod gate_facts;
pub mod gates_command;
mod list;
pub mod load;
pub(crate) mod page;
mod reason;
mod record_page;
mod records;
pub(crate) mod shown;
mod sign_off;
mod states;
mod waivers;
pub(crate) mod write;

pub use gate_facts::{
    DPF_REQUIRES_FALLBACK, Judged, TIA_GRACE_DAYS, authors, gate_facts, gate_settings, judge, judge_these,
    noticed_hash,
};
pub use load::{path, title};
pub use shown::{Base, listed_base};
pub(crate) use sign_off::PART_MISSING;
pub use sign_off::papers;
pub use waivers::TO_DECIDE as WAIVER_TO_DECIDE;

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;
use crate::http::form::uploads;

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(clauses::routes())
        .route("/staff/register", get(list::page))
        .route("/staff/register/new", get(create::page).post(create::create))
        .route("/staff/register/{slug}", get(page::page))
        .route("/staff/register/{slug}/customers", get(customers::page))
        .route("/staff/register/{slug}/edit", get(edit::page).post(edit::save))
        .route(
            "/staff/register/{slug}/company",
            get(company::page).post(company::save),
        )
        .route(
            "/staff/register/{slug}/contract",
            get(records::contract)
                .post(records::save_contract)
                .layer(uploads()),
        )
        .route(
            "/staff/register/{slug}/security",
            get(records::security)
                .post(records::save_security)
                .layer(uploads()),
        )
        .route(
            "/staff/register/{slug}/transfer",
            get(records::new_transfer)
                .post(records::add_transfer)
                .layer(uploads()),
        )
        .route(
            "/staff/register/{slug}/transfer/{number}",
            get(records::transfer)
                .post(records::save_transfer)
                .layer(uploads()),
        )
        .route(
            "/staff/register/{slug}/transfer/{number}/approve",
            post(decisions::approve_transfer),
        )
        .route(
            "/staff/register/{slug}/transfer/{number}/end",
            post(decisions::end_transfer),
        )
        .route(
            "/staff/register/{slug}/transfer/{number}/permit",
            post(decisions::permit_transfer),
        )
        .route("/staff/register/{slug}/dpf", get(dpf::page))
        .route(
            "/staff/register/{slug}/dpf/new",
            get(dpf::form).post(dpf::save).layer(uploads()),
        )
        .route("/staff/register/{slug}/dpf/read", post(dpf::read))
        .route("/staff/register/{slug}/certificates", get(certificates::list))
        .route(
            "/staff/register/{slug}/certificates/new",
            get(certificates::new_page)
                .post(certificates::add)
                .layer(uploads()),
        )
        .route(
            "/staff/register/{slug}/certificates/{number}",
            get(certificates::page).post(certificates::save).layer(uploads()),
        )
        .route(
            "/staff/register/{slug}/certificates/{number}/end",
            post(certificates::end),
        )
        .route(
            "/staff/register/{slug}/waivers/new",
            get(waivers::page).post(waivers::ask),
        )
        .route("/staff/register/{slug}/waivers/{id}/grant", post(waivers::grant))
        .route(
            "/staff/register/{slug}/waivers/{id}/refuse",
            post(waivers::refuse),
        )
        .route(
            "/staff/register/{slug}/waivers/{id}/revoke",
            post(waivers::revoke),
        )
        .route("/staff/register/{slug}/assess", post(states::assess))
        .route("/staff/register/{slug}/confirm-legal", post(sign_off::legal))
        .route(
            "/staff/register/{slug}/confirm-security",
            post(sign_off::security),
        )
        .route("/staff/register/{slug}/reassess", post(states::reassess))
        .route("/staff/register/{slug}/suspend", post(states::suspend))
        .route("/staff/register/{slug}/resume", post(states::resume))
        .route("/staff/register/{slug}/offboard", post(states::offboard))
        .route("/staff/register/{slug}/remove", post(states::remove))
        .route("/staff/register/{slug}/reject", post(states::reject))
        .route("/staff/register/{slug}/cancel", post(states::cancel))
}
