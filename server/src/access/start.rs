//! `/staff`: where a working day starts.

use app::access::pages::StartPage;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use super::Staff;
use crate::AppState;
use crate::http::{HttpError, render};

/// `GET /staff`
pub async fn page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    let chrome = staff.chrome(&state, "Start", "/staff");
    let links = match &chrome.frame.audience {
        app::shell::Audience::Staff(staff) => staff.sections.iter().skip(1).cloned().collect(),
        _ => Vec::new(),
    };
    let name = staff.name.clone();
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <StartPage name links/> },
    ))
}
