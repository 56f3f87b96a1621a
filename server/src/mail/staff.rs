//! The staff page: does mail leave, what did not arrive, send it again.

use app::mail::{Attempt, Count, Line, Queue, QueuePage, ReportLine, Sent, SentPage, Trouble};
use app::ui::Tone;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::role::Permission;
use domain::words;
use domain::zone::Zone;
use leptos::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::health::Health;
use super::outcome::Verdict;
use super::queue::{ResendError, is_unbuilt, resend};
use super::reading::Reader;
use super::state::{AttemptOutcome, MailState};
use super::{outbox, reading, webhook, withheld};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::{HttpError, render};
use crate::keys::field;
use crate::store::attempts::list_results;
use crate::store::mail_events::{self, MailEvent};
use crate::store::mails::{self, Mail};
use crate::store::tasks;
use crate::store::version::Recorded;

/// The most that the list shows.
const MOST: i64 = 200;

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/mails", get(list))
        .route("/staff/mails/resume", post(resume))
        .route("/staff/mails/{id}", get(show))
        .route("/staff/mails/{id}/html", get(html))
        .route("/staff/mails/{id}/resend", post(send_again))
}

async fn list(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ReadMail)?;
    let mut tx = state.db.read().await?;
    let zone = state.publisher().zone;
    let (states, twice) = mails::count_states(&mut tx).await?;
    let mut counts: Vec<Count> = states
        .into_iter()
        .map(|(state, count)| count_line(state, count))
        .collect();
    counts.push(Count {
        label: "May have arrived twice".to_owned(),
        meaning: "Sent again after an attempt whose end nobody knows, with the same Message-ID",
        count: twice,
    });
    counts.push(Count {
        label: "Reports about no mail of ours".to_owned(),
        meaning: "Came from the mail service, could not be matched or read, and are kept without effect",
        count: mail_events::count_unmatched(&mut tx).await?,
    });
    let troubled = mails::list_troubled(&mut tx, MOST).await?;
    let data = Queue {
        csrf: staff.csrf.clone(),
        trouble: trouble(&state, &outbox::read_health(&mut tx).await?, zone),
        counts,
        mails: troubled.iter().map(|mail| line(&state, mail, zone)).collect(),
        may_resend: staff.may(Permission::ResendMail),
    };
    let chrome = staff.chrome(&state, "Mail", "/staff/mails");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <QueuePage data/> },
    ))
}

fn count_line(state: MailState, count: i64) -> Count {
    let meaning = match state {
        MailState::Queued => "Waits for its time",
        MailState::Sending => "Is being handed to the relay",
        MailState::Unknown => "Handed over, no answer: is sent again after a wait",
        MailState::Failed => "Refused or given up: a person decides",
        MailState::Accepted => "The relay took responsibility",
        MailState::Cancelled => "Withdrawn",
    };
    Count {
        label: label(state).to_owned(),
        meaning,
        count,
    }
}

fn label(state: MailState) -> &'static str {
    match state {
        MailState::Queued => "Queued",
        MailState::Sending => "Sending",
        MailState::Unknown => "Unknown",
        MailState::Failed => "Failed",
        MailState::Accepted => "Accepted",
        MailState::Cancelled => "Cancelled",
    }
}

fn tone(state: MailState) -> Tone {
    match state {
        MailState::Failed => Tone::Danger,
        MailState::Unknown => Tone::Warn,
        MailState::Accepted => Tone::Ok,
        MailState::Queued | MailState::Sending | MailState::Cancelled => Tone::Plain,
    }
}

fn trouble(state: &AppState, health: &Health, zone: Zone) -> Option<Trouble> {
    let has_relay = state.config.is_demo || state.config.smtp_url.is_some();
    if !has_relay {
        return Some(Trouble {
            tone: Tone::Danger,
            title: "No relay is configured".to_owned(),
            text: "Mails wait. Set SMTP_URL and MAIL_FROM and start the server again.".to_owned(),
            can_resume: false,
        });
    }
    let (tone, title, since, text) = match health {
        Health::Running => return None,
        Health::Paused { since, reason, .. } => (
            Tone::Warn,
            "The relay cannot be reached",
            since,
            format!("{reason}. It is asked again by itself; mails wait and lose no attempt."),
        ),
        Health::Refused { since, reason, .. } => (
            Tone::Danger,
            "The relay refuses our key or our sender",
            since,
            format!(
                "{reason}. Put SMTP_URL or MAIL_FROM right; it is tried again every 15 minutes. Mails wait and lose no attempt."
            ),
        ),
        Health::Stopped { since, reason } => (
            Tone::Danger,
            "Sending was stopped",
            since,
            format!(
                "{reason}. It looks like a fault of the mail or the account, not of the recipients. Find out why before you start it again."
            ),
        ),
    };
    let title = format!(
        "{title} since {} (machine time)",
        words::short_moment(*since, zone)
    );
    Some(Trouble {
        tone,
        title,
        text,
        can_resume: true,
    })
}

fn line(state: &AppState, mail: &Mail, zone: Zone) -> Line {
    let sealed = &mail.recipient;
    let to = state
        .keys
        .open_text(
            &field("mails", "recipient", mail.id),
            &sealed.key_id,
            &sealed.bytes,
        )
        .unwrap_or_else(|e| e.to_string());
    let said = mail
        .failed_reason
        .clone()
        .or_else(|| mail.last_reply.clone())
        .unwrap_or_default();
    // A relay may quote what it refuses.
    let said = withheld::text(&said, state.config.url.as_str());
    let is_waiting = matches!(mail.state, MailState::Queued | MailState::Unknown);
    let reason = match (is_waiting && mail.attempt_no > 0, said.is_empty()) {
        (true, false) => format!(
            "{said}. Next attempt {} (machine time)",
            words::short_moment(mail.next_at, zone)
        ),
        (true, true) => format!(
            "Next attempt {} (machine time)",
            words::short_moment(mail.next_at, zone)
        ),
        (false, _) => said,
    };
    Line {
        path: format!("/staff/mails/{}", mail.id),
        kind: kind_label(&mail.kind),
        to,
        state: label(mail.state).to_owned(),
        tone: tone(mail.state),
        is_possible_duplicate: mail.is_possible_duplicate,
        attempts: mail.attempt_no,
        reason,
        can_resend: mail.state == MailState::Failed && !is_unbuilt(mail) && mail.called_off_at.is_none(),
    }
}

/// `change_notice` as `Change notice`.
fn kind_label(kind: &str) -> String {
    let words = kind.replace('_', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

async fn found(state: &AppState, id: &str) -> Result<Mail, HttpError> {
    let id: Uuid = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.db.read().await?;
    mails::find(&mut tx, id).await?.ok_or(HttpError::NotFound)
}

/// What staff is shown has no link in it that opens what is somebody else's.
fn reader(state: &AppState) -> Reader<'_> {
    Reader::Staff {
        site: state.config.url.as_str(),
    }
}

/// The bytes as sent; none when it could not be built or its key is gone.
fn mime(state: &AppState, mail: &Mail) -> Option<Vec<u8>> {
    let sealed = &mail.mime;
    let opened = state
        .keys
        .open(&field("mails", "mime", mail.id), &sealed.key_id, &sealed.bytes);
    opened.ok().filter(|bytes| !bytes.is_empty())
}

async fn show(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadMail)?;
    let mail = found(&state, &id).await?;
    let zone = state.publisher().zone;
    let mut tx = state.db.read().await?;
    let results = list_results(&mut tx, mail.id).await?;
    let reports = mail_events::list_by_mail(&mut tx, mail.id).await?;
    drop(tx);
    let line = line(&state, &mail, zone);
    let view =
        mime(&state, &mail).map(|mime| reading::view(&mime, format!("{}/html", line.path), reader(&state)));
    let data = Sent {
        csrf: staff.csrf.clone(),
        queued: words::moment(mail.queued_at, zone),
        accepted: mail.accepted_at.map(|at| words::moment(at, zone)),
        message_id: mail.message_id.clone(),
        results: results
            .into_iter()
            .map(|result| Attempt {
                number: result.attempt_no,
                at: words::short_moment(result.recorded_at, zone),
                outcome: outcome_label(result.outcome),
                reply: withheld::text(&result.reply, state.config.url.as_str()),
            })
            .collect(),
        reports: reports.iter().map(|event| report(&state, event, zone)).collect(),
        view,
        may_resend: staff.may(Permission::ResendMail),
        line,
    };
    let chrome = staff.chrome(&state, data.line.kind.clone(), "/staff/mails");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <SentPage data/> },
    ))
}

/// What the mail service reported, with its own words out of what it sent.
fn report(state: &AppState, event: &MailEvent, zone: Zone) -> ReportLine {
    let context = field("mail_events", "payload", event.id);
    let sealed = &event.payload;
    ReportLine {
        at: words::short_moment(event.occurred_at, zone),
        what: event.report.label(),
        reason: match state.keys.open(&context, &sealed.key_id, &sealed.bytes) {
            Ok(raw) => withheld::text(&webhook::reason(&raw), state.config.url.as_str()),
            Err(error) => error.to_string(),
        },
    }
}

fn outcome_label(outcome: AttemptOutcome) -> &'static str {
    match outcome {
        AttemptOutcome::Relay(Verdict::Accepted) => "Accepted",
        AttemptOutcome::Relay(Verdict::Transient) => "Put off",
        AttemptOutcome::Relay(Verdict::Permanent) => "Refused",
        AttemptOutcome::Relay(Verdict::Configuration) => "Our key or sender was refused",
        AttemptOutcome::Relay(Verdict::RelayDown) => "Relay not reached",
        AttemptOutcome::Relay(Verdict::Unknown) => "No answer",
        AttemptOutcome::Poison => "Could not be sent at all",
        AttemptOutcome::Resent => "Sent again by hand",
    }
}

async fn html(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadMail)?;
    let mail = found(&state, &id).await?;
    mime(&state, &mail)
        .map(|mime| reading::html(&mime, reader(&state)))
        .ok_or(HttpError::NotFound)
}

async fn send_again(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ResendMail)?;
    let mail = found(&state, &id).await?;
    let mut tx = state.db.write().await?;
    match resend(&mut tx, &state, mail.id, &staff.name).await {
        Ok(()) => {}
        Err(ResendError::Absent) => return Err(HttpError::NotFound),
        Err(ResendError::Store(e)) => return Err(e.into()),
        Err(e @ (ResendError::NotFailed(_) | ResendError::Unbuilt | ResendError::CalledOff)) => {
            return Err(HttpError::conflict(format!("Nothing was sent: {e}.")));
        }
    }
    let payload =
        json!({ "message_id": mail.message_id, "kind": mail.kind, "failed_reason": mail.failed_reason });
    staff
        .record(
            &mut tx,
            &state,
            "mail.resent",
            Subject::of("mail", mail.id),
            payload,
        )
        .await?;
    let done = Recorded {
        at: state.clock.now(),
        by: Some(staff.id),
    };
    tasks::close_tasks_about(
        &mut tx,
        outbox::FAILED_TASK,
        mail.about_id.unwrap_or(mail.id),
        done,
    )
    .await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    staff
        .say("The mail is on its way again, with the same Message-ID.")
        .await?;
    Ok(Redirect::to("/staff/mails").into_response())
}

async fn resume(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ResendMail)?;
    let mut tx = state.db.write().await?;
    let before = outbox::read_health(&mut tx).await?;
    if before != Health::Running {
        outbox::resume(&mut tx, state.clock.wall()).await?;
        staff
            .record(
                &mut tx,
                &state,
                "mail.resumed",
                Subject::the("mail queue"),
                json!({ "before": before }),
            )
            .await?;
        tx.commit().await?;
        state.mail_queued.notify_one();
        staff.say("Mails leave again.").await?;
    }
    Ok(Redirect::to("/staff/mails").into_response())
}
