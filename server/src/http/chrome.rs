//! What stands around a page: filled from the state, once for the public, once for contacts, once for staff.

use app::shell::{Audience, Demo, Frame};
use app::ui::{Link, long_date};
use axum::http::Uri;

use crate::AppState;

/// A page's title and everything around it.
#[derive(Clone, Debug)]
pub struct Chrome {
    /// The page's own title; the publisher's name is added.
    pub title: String,
    /// One sentence for search engines.
    pub description: Option<String>,
    /// The frame.
    pub frame: Frame,
}

impl Chrome {
    /// A page for `audience` at `path`.
    #[must_use]
    pub fn new(state: &AppState, title: impl Into<String>, path: &str, audience: Audience) -> Self {
        let publisher = state.publisher();
        let today = publisher.zone.local_date(state.clock.now());
        let is_public = audience == Audience::Public;
        let demo = state.config.is_demo.then(|| Demo {
            today: long_date(today),
            links: vec![
                Link::new("Move the clock", "/demo/clock"),
                Link::new("Mailbox", "/mailbox"),
                Link::new("Sign in as staff", "/staff/sign-in"),
            ],
        });
        Self {
            title: title.into(),
            description: None,
            frame: Frame {
                publisher: publisher.name.clone(),
                lang: "en".to_owned(),
                path: path.to_owned(),
                printed_from: if is_public {
                    format!("{} · retrieved {}", state.config.link(path), long_date(today))
                } else {
                    format!("Retrieved {}", long_date(today))
                },
                assets: state.assets.addresses(),
                audience,
                demo,
                flash: None,
                indexed: is_public,
            },
        }
    }

    /// A public page.
    #[must_use]
    pub fn public(state: &AppState, title: impl Into<String>, uri: &Uri) -> Self {
        Self::new(state, title, uri.path(), Audience::Public)
    }

    /// A page for a contact who came by a personal link; its address is never printed, it holds a token.
    #[must_use]
    pub fn contact(state: &AppState, title: impl Into<String>) -> Self {
        Self::new(state, title, "", Audience::Contact)
    }
}
