//! The daily mail to staff, from 08:00 where the publisher is: what is due within a week, overdue or new. One mail a person
//! and day, and none where there is nothing to say.

use chrono::{NaiveDate, NaiveTime};
use domain::email_address::EmailAddress;
use domain::id::StaffId;
use domain::reminder::is_named;
use domain::words;

use crate::AppState;
use crate::mail::messages::{DigestTask, Message, StaffDigest};
use crate::mail::{List, Outgoing, queue};
use crate::store::digests::{find_digest_off, find_last_digest, note_digest};
use crate::store::settings::{find_setting, put_setting};
use crate::store::staff::{StaffRow, list_staff};
use crate::store::tasks::{ListedTask, list_tasks_for};
use crate::store::{Result, StoreError, Tx};

/// Under this name the settings hold the day whose mails are written.
const WRITTEN_FOR: &str = "digests_written_for";
/// The time of day from which they are written.
const FROM: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
/// So many tasks are named; the list has all.
const MOST: usize = 25;

/// Writes today's mails, if it is time and they are not written yet.
pub async fn run(state: &AppState) -> Result<()> {
    let local = state.publisher().zone.local_time(state.clock.now());
    let today = local.date();
    if local.time() < FROM {
        return Ok(());
    }
    let mut tx = state.db.read().await?;
    if find_setting(&mut tx, WRITTEN_FOR)
        .await?
        .is_some_and(|day| day == today.to_string())
    {
        return Ok(());
    }
    let people = list_staff(&mut tx).await?;
    drop(tx);
    for person in people.iter().filter(|person| person.disabled_at.is_none()) {
        // A sign-in name that is no address gets no mail.
        if let Ok(address) = EmailAddress::parse(&person.login) {
            write(state, person, &address, today).await?;
        }
    }
    let mut tx = state.db.write_unchained().await?;
    put_setting(&mut tx, WRITTEN_FOR, &today.to_string(), state.clock.now()).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(())
}

async fn write(state: &AppState, person: &StaffRow, address: &EmailAddress, today: NaiveDate) -> Result<()> {
    let id = StaffId::from(person.id);
    let mut tx = state.db.read().await?;
    let Some((tasks, more)) = due(&mut tx, state, person, today).await? else {
        return Ok(());
    };
    drop(tx);
    let publisher = state.publisher();
    let message = StaffDigest {
        publisher: &publisher.name,
        day: &words::day(today),
        tasks: &tasks,
        more,
        link: &state.config.link("/staff/tasks"),
        account_link: &state.config.link("/staff/account"),
    };
    let mail = Outgoing {
        about_id: Some(person.id),
        to_name: person.name.clone(),
        to: address.to_string(),
        list: List::None,
        rendered: message.render(),
    };
    let mut tx = state.db.write().await?;
    let mail_id = queue(&mut tx, state, &mail).await?;
    match note_digest(&mut tx, id, today, mail_id, state.clock.now()).await {
        // Another replica was faster: its mail is the one.
        Err(StoreError::Duplicate(_)) => Ok(()),
        Err(error) => Err(error),
        Ok(()) => tx.commit().await,
    }
}

/// What today's mail to somebody names, and how much more there is; `None` where there is none to write.
async fn due(
    tx: &mut Tx,
    state: &AppState,
    person: &StaffRow,
    today: NaiveDate,
) -> Result<Option<(Vec<DigestTask>, usize)>> {
    let id = StaffId::from(person.id);
    let last = find_last_digest(tx, id).await?;
    if last.is_some_and(|(day, _)| day >= today) || find_digest_off(tx, id).await?.is_some() {
        return Ok(None);
    }
    let is_new = |listed: &ListedTask| last.is_none_or(|(_, at)| listed.task.created_at > at);
    let last_day = last.map(|(day, _)| day);
    // The tasks of the person's own roles: their titles name nothing that these roles may not read.
    let named: Vec<ListedTask> = list_tasks_for(tx, id, &person.roles)
        .await?
        .into_iter()
        .filter(|one| is_named(one.task.due_on, one.remind_on, is_new(one), (last_day, today)))
        .collect();
    if named.is_empty() {
        return Ok(None);
    }
    let more = named.len().saturating_sub(MOST);
    let tasks = named
        .iter()
        .take(MOST)
        .map(|one| DigestTask {
            title: one.task.title.clone(),
            due: one.task.due_on.map(words::day),
            is_overdue: one.task.due_on.is_some_and(|day| day < today),
            is_new: is_new(one),
            link: state.config.link(&one.task.path),
        })
        .collect();
    Ok(Some((tasks, more)))
}
