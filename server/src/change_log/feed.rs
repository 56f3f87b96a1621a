//! `/feed.atom`: one entry a change, updated when its state changes.

use app::change_log::Outcome;
use atom_syndication::{Content, Entry, Feed, Generator, Link, Person, Text};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::words;

use super::pages::{has_happened, outcome};
use crate::AppState;
use crate::http::HttpError;
use crate::list::Register;
use crate::list::cache::{Kept, Made};
use crate::store::public_list::Announced;

/// Changes in the feed; older ones are in the log.
const MOST: usize = 50;

/// GET `/feed.atom`.
pub async fn atom(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, HttpError> {
    Kept::new("/feed.atom")
        .answer(&state, &headers, async |tx| {
            let register = state.register(tx, None).await?;
            let publisher = state.publisher();
            let entries: Vec<Entry> = register
                .announced()
                .iter()
                .take(MOST)
                .map(|change| entry(&state, &register, change))
                .collect();
            let updated = register
                .announced()
                .iter()
                .map(|change| updated_at(&register, change))
                .chain(register.version.map(|(_, at)| at))
                .max()
                .unwrap_or_default();
            let feed = Feed {
                title: Text::plain(format!("Subprocessor changes of {}", publisher.name)),
                id: state.config.link("/feed.atom"),
                updated: updated.fixed_offset(),
                authors: vec![Person {
                    name: publisher.name.clone(),
                    ..Person::default()
                }],
                generator: Some(Generator {
                    value: "Forenotice".to_owned(),
                    ..Generator::default()
                }),
                links: vec![
                    link("self", state.config.link("/feed.atom")),
                    link("alternate", state.config.link("/changes")),
                ],
                lang: Some("en".to_owned()),
                entries,
                ..Feed::default()
            };
            Ok(Made::of("application/atom+xml; charset=utf-8", feed.to_string()))
        })
        .await
}

fn entry(state: &AppState, register: &Register, change: &Announced) -> Entry {
    let outcome = outcome(register, change);
    let state_text = match outcome {
        Outcome::Announced | Outcome::Begun if has_happened(register, change) => {
            format!(
                "{}. Happened on {}.",
                outcome.label(),
                words::day(change.planned_on)
            )
        }
        Outcome::Announced | Outcome::Begun => {
            format!(
                "{}. Not before {}.",
                outcome.label(),
                words::day(change.planned_on)
            )
        }
        Outcome::InEffect(day) | Outcome::Cancelled(day) => {
            format!("{}: {}.", outcome.label(), words::day(day))
        }
    };
    let lines: Vec<String> = change
        .lines
        .iter()
        .map(|line| format!("{}: {}.", line.organisation.legal_name, line.change_type.label()))
        .collect();
    Entry {
        title: Text::plain(match outcome {
            Outcome::Cancelled(_) => format!("Cancelled: {}", change.title),
            _ => change.title.clone(),
        }),
        id: format!("urn:uuid:{}", change.id),
        updated: updated_at(register, change).fixed_offset(),
        published: Some(change.announced_at.fixed_offset()),
        links: vec![link(
            "alternate",
            state.config.link(&format!("/changes/{}", change.number)),
        )],
        content: Some(Content {
            value: Some(format!("{state_text} {}", lines.join(" "))),
            content_type: Some("text".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

/// When what the feed says of a change was last different.
fn updated_at(register: &Register, change: &Announced) -> DateTime<Utc> {
    let settled = change
        .lines
        .iter()
        .filter_map(|line| register.settled_at(line.id));
    settled
        .chain([change.announced_at, change.state_since])
        .max()
        .unwrap_or(change.announced_at)
}

fn link(rel: &str, href: String) -> Link {
    Link {
        rel: rel.to_owned(),
        href,
        ..Link::default()
    }
}
