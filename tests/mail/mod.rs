//! Mail, from the queue to a real SMTP server that refuses, delays and hangs up.

mod crash;
mod kill;
mod outbox;
mod pages;
pub mod recalled;
mod reports;
mod resent;
mod withheld;

use chrono::TimeDelta;
use forenotice::AppState;
use forenotice::mail::{self, List, Outgoing, Rendered};
use forenotice::store::attempts::{AttemptResult, list_results};
use forenotice::store::mails::{self, Mail};
use uuid::Uuid;

/// A mail to somebody, without a meaning.
pub fn outgoing(to: &str) -> Outgoing {
    Outgoing {
        about_id: None,
        to_name: String::new(),
        to: to.to_owned(),
        list: List::None,
        rendered: Rendered {
            kind: "test",
            subject: "A test".to_owned(),
            text: "Hello\n.\nworld\n".to_owned(),
            html: "<p>Hello</p>".to_owned(),
        },
    }
}

/// Queues a mail and commits.
pub async fn queue(state: &AppState, to: &str) -> Uuid {
    let mut tx = state.db.write_unchained().await.unwrap();
    let id = mail::queue(&mut tx, state, &outgoing(to)).await.unwrap();
    tx.commit().await.unwrap();
    id
}

pub async fn find(state: &AppState, id: Uuid) -> Mail {
    let mut tx = state.db.read().await.unwrap();
    mails::find(&mut tx, id).await.unwrap().unwrap()
}

pub async fn results(state: &AppState, id: Uuid) -> Vec<AttemptResult> {
    let mut tx = state.db.read().await.unwrap();
    list_results(&mut tx, id).await.unwrap()
}

/// The outcomes as stored, oldest first.
pub async fn outcomes(state: &AppState, id: Uuid) -> Vec<&'static str> {
    results(state, id)
        .await
        .into_iter()
        .map(|r| r.outcome.as_str())
        .collect()
}

/// Lets wall time pass.
pub fn wait(state: &AppState, seconds: i64) {
    state.clock.advance_wall(TimeDelta::seconds(seconds));
}
