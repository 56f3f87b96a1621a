//! `GET /calendar/staff/{token}.ics`: the due tasks of one member of staff, for a calendar program. The token in the address
//! is all there is; an unknown one, a revoked one and one of a disabled account are answered alike.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Duration, Utc};
use domain::words;
use icalendar::{Calendar, Component, Event, EventLike, Property};

use crate::AppState;
use crate::http::{Client, HttpError};
use crate::keys::{Ticket, token_hash};
use crate::store::calendar_links::find_calendar_owner;
use crate::store::staff::find_staff;
use crate::store::tasks::{ListedTask, list_tasks_for};

/// How often programs may ask again.
const REFRESH: Duration = Duration::hours(1);

/// The handler.
pub async fn feed(
    State(state): State<AppState>,
    client: Client,
    Path(file): Path<String>,
) -> Result<Response, HttpError> {
    state.limits.calendar_by_client.count(&client.key())?;
    let token = file.strip_suffix(".ics").ok_or(HttpError::BadLink)?;
    let mut tx = state.db.read().await?;
    let owner = find_calendar_owner(&mut tx, token_hash(Ticket::StaffCalendar, token))
        .await?
        .ok_or(HttpError::BadLink)?;
    let person = find_staff(&mut tx, owner.uuid())
        .await?
        .ok_or(HttpError::BadLink)?;
    // The tasks of the person's own roles: their titles name nothing that these roles may not read.
    let tasks = list_tasks_for(&mut tx, owner, &person.roles).await?;
    drop(tx);
    let name = format!("Tasks, {}", state.publisher().name);
    let text = calendar(&name, &tasks, &|path| state.config.link(path));
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/calendar; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// The tasks with a last day, each an event of that whole day whose id stays the same.
fn calendar(name: &str, tasks: &[ListedTask], link: &dyn Fn(&str) -> String) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//Forenotice//Tasks//EN"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .name(name)
        .ttl(&REFRESH);
    for listed in tasks {
        let task = &listed.task;
        let (Some(day), created) = (task.due_on, task.created_at) else {
            continue;
        };
        let text = format!(
            "{}\nFor: {}\nOpen since {}",
            task.title,
            task.role.label(),
            words::utc(seconds(created))
        );
        let mut event = Event::with_uid(&format!("task-{}@forenotice", task.id));
        event
            .timestamp(seconds(created))
            .summary(&task.title)
            .description(&text)
            .url(&link(&task.path))
            .starts(day)
            .ends(day.succ_opt().unwrap_or(day))
            .append_property(Property::new("TRANSP", "TRANSPARENT"));
        calendar.push(event.done());
    }
    calendar.done().to_string()
}

/// Calendars know no fractions of a second.
fn seconds(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tasks::Task;
    use domain::id::TaskId;
    use domain::role::Role;
    use uuid::Uuid;

    fn task(number: u128, title: &str, due_on: Option<&str>) -> ListedTask {
        ListedTask {
            task: Task {
                id: TaskId::from(Uuid::from_u128(number)),
                kind: "TEST".to_owned(),
                role: Role::LegalEditor,
                title: title.to_owned(),
                path: "/staff/register/acme".to_owned(),
                about_id: None,
                due_on: due_on.map(|day| day.parse().unwrap()),
                created_at: "2026-11-27T08:00:00.123456Z".parse().unwrap(),
                done: None,
            },
            taken: None,
            remind_on: None,
        }
    }

    fn written(tasks: &[ListedTask]) -> String {
        calendar("Tasks, Acme", tasks, &|path| {
            format!("https://forenotice.example{path}")
        })
    }

    /// Continuation lines put back, as a reader does first.
    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn a_task_is_an_event_of_its_whole_last_day() {
        let text = written(&[task(1, "Review", Some("2026-12-31")), task(2, "Some day", None)]);
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Forenotice//Tasks//EN",
            "UID:task-00000000-0000-0000-0000-000000000001@forenotice",
            "DTSTAMP:20261127T080000Z",
            "DTSTART;VALUE=DATE:20261231",
            "DTEND;VALUE=DATE:20270101",
            "SUMMARY:Review",
            "URL:https://forenotice.example/staff/register/acme",
            "END:VCALENDAR",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}: {text}");
        }
        assert_eq!(
            text.matches("BEGIN:VEVENT").count(),
            1,
            "what has no last day is in no calendar"
        );
        assert_eq!(
            text,
            written(&[task(1, "Review", Some("2026-12-31")), task(2, "Some day", None)])
        );
    }

    #[test]
    fn titles_are_escaped_and_folded_to_75_octets_between_characters() {
        let title = "Ærlig; Bank, AS \\ \u{1f512} ".repeat(12);
        let text = written(&[task(1, title.trim(), Some("2026-12-31"))]);
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        for line in text.split("\r\n") {
            assert!(line.len() <= 75, "{} octets: {line}", line.len());
            assert!(!line.contains('\n'), "{line}");
        }
        let escaped = title
            .trim()
            .replace('\\', "\\\\")
            .replace(';', "\\;")
            .replace(',', "\\,");
        assert!(
            unfolded(&text).contains(&format!("SUMMARY:{escaped}\r\n")),
            "{text}"
        );
    }

    #[test]
    fn a_title_cannot_begin_another_line() {
        let text = unfolded(&written(&[task(1, "A\r\nBEGIN:VALARM\r\nX", Some("2026-12-31"))]));
        assert!(
            !text.lines().any(|line| line.starts_with("BEGIN:VALARM")),
            "{text}"
        );
    }
}
