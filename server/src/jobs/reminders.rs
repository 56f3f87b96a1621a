//! Dated facts of the register become tasks: an assessment that expires, a contract that ends, a certificate that runs out,
//! a permission under Article 49 that ends, a subscription to a vendor's changes that nobody tested, a vendor's notice that
//! waits. Each reminder of a day is given once, and its task closes by itself when the fact moves; should it move back, its
//! reminders are given again.
//!
//! To add a timer: a line in [`TIMERS`] and the function that finds its days.

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;
use domain::id::TaskId;
use domain::legal_record::LegalRecord;
use domain::reminder;
use domain::role::Role;
use domain::words;
use uuid::Uuid;

use super::register::Register;
use crate::AppState;
use crate::register::Judged;
use crate::store::reminders::{forget_reminders, list_reminders, note_reminder};
use crate::store::tasks::{
    Task, close_task, list_open_tasks_of, list_tasks_about, open_task, remind_of_task, retitle_task,
};
use crate::store::version::Recorded;
use crate::store::{Result, Tx};
use crate::vendor_notices::{TO_FORWARD, WINDOW_ENDS, WINDOW_SHORT};

/// A kind of dated fact.
pub struct Timer {
    /// Fixed word for its tasks.
    pub kind: &'static str,
    /// Who is reminded.
    pub role: Role,
    /// So many days before the day; after it where negative.
    pub days_before: &'static [i64],
    /// Where the days are found.
    pub days: fn(&Register) -> Vec<Dated>,
}

/// One day of a timer.
pub struct Dated {
    /// The engagement, company, certificate … it is about; one day each.
    pub about: Uuid,
    /// The day.
    pub on: NaiveDate,
    /// What is to be done by then, in one line.
    pub title: String,
    /// The page where it is done.
    pub path: String,
}

/// Every timer of the register.
pub const TIMERS: &[Timer] = &[
    timer("SECURITY_EXPIRES", Role::SecurityAssessor, &[60, 30, 7], security),
    timer("CONTRACT_ENDS", Role::LegalEditor, &[60, 30], contracts),
    timer("CERTIFICATE_EXPIRES", Role::SecurityAssessor, &[30], certificates),
    timer("PERMISSION_ENDS", Role::LegalEditor, &[7], permissions),
    timer("CHANGE_FEED_TEST", Role::LegalEditor, &[7], change_feeds),
    timer("WAIVER_ENDS", Role::LegalApprover, &[3], waivers),
    timer(TO_FORWARD, Role::LegalEditor, AT_ONCE, vendor_notices),
    // Once more on the day after it: what became of it is still to be written down.
    timer(WINDOW_ENDS, Role::LegalApprover, &[5, 1, -1], vendor_windows),
    timer(WINDOW_SHORT, Role::LegalApprover, AT_ONCE, short_windows),
];

/// More days than any of these has left: what is so is said at once.
const AT_ONCE: &[i64] = &[3660];

const fn timer(
    kind: &'static str,
    role: Role,
    days_before: &'static [i64],
    days: fn(&Register) -> Vec<Dated>,
) -> Timer {
    Timer {
        kind,
        role,
        days_before,
        days,
    }
}

/// Gives what has come due and closes what has moved.
pub async fn run(state: &AppState, register: &Register) -> Result<()> {
    for timer in TIMERS {
        settle(state, register, timer).await?;
    }
    Ok(())
}

async fn settle(state: &AppState, register: &Register, timer: &Timer) -> Result<()> {
    let days = (timer.days)(register);
    let mut tx = state.db.read().await?;
    let open = list_open_tasks_of(&mut tx, timer.kind).await?;
    let given = list_reminders(&mut tx, timer.kind).await?;
    drop(tx);
    let present: HashSet<(Uuid, NaiveDate)> = days.iter().map(|day| (day.about, day.on)).collect();
    let holds = |task: &Task| {
        let of = task.about_id.zip(task.due_on);
        of.is_some_and(|of| present.contains(&of))
    };
    let moved: Vec<TaskId> = open
        .iter()
        .filter(|task| !holds(task))
        .map(|task| task.id)
        .collect();
    let gone: BTreeSet<(Uuid, NaiveDate)> = given
        .iter()
        .map(|(about, on, _)| (*about, *on))
        .filter(|of| !present.contains(of))
        .collect();
    let due: Vec<(&Dated, Vec<i64>)> = days
        .iter()
        .map(|day| (day, reminder::due(day.on, timer.days_before, register.today)))
        .filter(|(day, due)| {
            due.first()
                .is_some_and(|nearest| !given.contains(&(day.about, day.on, *nearest)))
        })
        .collect();
    if moved.is_empty() && gone.is_empty() && due.is_empty() {
        return Ok(());
    }
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    for id in moved {
        close_task(&mut tx, id, Recorded::by_system(now)).await?;
    }
    for (about, on) in gone {
        forget_reminders(&mut tx, timer.kind, about, on).await?;
    }
    for (day, due) in due {
        let mut is_new = false;
        for days_before in due {
            is_new |= note_reminder(&mut tx, timer.kind, day.about, (day.on, days_before), now).await?;
        }
        if is_new {
            raise(&mut tx, state, register, timer, day).await?;
        }
    }
    tx.commit().await
}

async fn raise(tx: &mut Tx, state: &AppState, register: &Register, timer: &Timer, day: &Dated) -> Result<()> {
    let now = state.clock.now();
    let task = Task {
        id: TaskId::from(state.random.id(now)),
        kind: timer.kind.to_owned(),
        role: timer.role,
        title: day.title.clone(),
        path: day.path.clone(),
        about_id: Some(day.about),
        due_on: Some(day.on),
        created_at: now,
        done: None,
    };
    if open_task(tx, &task).await? {
        return Ok(());
    }
    // It is open since an earlier reminder: the daily mail names it again.
    for open in list_tasks_about(tx, day.about).await? {
        if open.kind == timer.kind && open.done.is_none() {
            remind_of_task(tx, open.id, register.today).await?;
            if open.title != day.title {
                retitle_task(tx, open.id, &day.title).await?;
            }
        }
    }
    Ok(())
}

fn of_records<'a, T>(
    register: &'a Register,
    find: impl Fn(&'a Judged, &'a LegalRecord, NaiveDate) -> Option<T> + 'a,
) -> Vec<T> {
    register
        .engagements
        .iter()
        .filter(|judged| !judged.current.state.state.is_terminal())
        .flat_map(|judged| judged.records.iter().map(move |record| (judged, record)))
        .filter_map(|(judged, record)| {
            find(judged, &record.body, register.zone.local_date(record.recorded_at))
        })
        .collect()
}

fn dated(judged: &Judged, on: NaiveDate, what: &str, place: &str) -> Dated {
    Dated {
        about: judged.current.engagement.id.uuid(),
        on,
        title: format!(
            "{}: {what} {}",
            crate::register::title(&judged.current),
            words::day(on)
        ),
        path: format!("{}/{place}", crate::register::path(&judged.current)),
    }
}

fn security(register: &Register) -> Vec<Dated> {
    of_records(register, |judged, record, _| match record {
        LegalRecord::SecurityAssessment(assessment) if assessment.result.is_passed() => Some(dated(
            judged,
            assessment.valid_to,
            "assess the security again, the assessment counts until",
            "security",
        )),
        _ => None,
    })
}

fn contracts(register: &Register) -> Vec<Dated> {
    of_records(register, |judged, record, _| match record {
        LegalRecord::Contract(contract) => contract
            .ends_on
            .map(|on| dated(judged, on, "the contract ends on", "contract")),
        _ => None,
    })
}

/// Permissions under Article 49, each about a version of a transfer. None is renewed, and what is in use is suspended once
/// it is over: what takes its place is found before.
fn permissions(register: &Register) -> Vec<Dated> {
    let going_on = register
        .engagements
        .iter()
        .filter(|judged| !judged.current.state.state.is_terminal());
    going_on
        .flat_map(|judged| judged.records.iter().map(move |record| (judged, record)))
        .filter_map(|(judged, record)| {
            let LegalRecord::Transfer(transfer) = &record.body else {
                return None;
            };
            let on = transfer.permission()?.expires_on?;
            let what = format!(
                "find what takes the place of the permission under Article 49 for the transfer to {}, it ends with",
                transfer.destination.label()
            );
            let place = format!("transfer/{}", record.number);
            Some(Dated {
                about: record.id.uuid(),
                ..dated(judged, on, &what, &place)
            })
        })
        .collect()
}

fn change_feeds(register: &Register) -> Vec<Dated> {
    of_records(register, |judged, record, recorded_on| match record {
        LegalRecord::Contract(contract) => {
            let on = contract.change_feed.as_ref()?.test_due(recorded_on)?;
            Some(dated(
                judged,
                on,
                "test the subscription to its notices of changes by",
                "contract",
            ))
        }
        _ => None,
    })
}

/// Waivers that still run; what they set aside is red again on the day after.
fn waivers(register: &Register) -> Vec<Dated> {
    register
        .engagements
        .iter()
        .filter(|judged| !judged.current.state.state.is_terminal())
        .flat_map(|judged| judged.facts.waivers.iter().map(move |waiver| (judged, waiver)))
        .filter_map(|(judged, waiver)| {
            let on = register.zone.local_date(waiver.until).pred_opt()?;
            (on >= register.today).then(|| Dated {
                about: waiver.id.uuid(),
                on,
                title: format!(
                    "{}: put right what is waived ({}), the waiver ends with {}",
                    crate::register::title(&judged.current),
                    waiver.kind.label(),
                    words::day(on)
                ),
                path: format!("{}#waivers", crate::register::path(&judged.current)),
            })
        })
        .collect()
}

/// Notices of vendors that wait to be forwarded or closed, also those that are late.
fn vendor_notices(register: &Register) -> Vec<Dated> {
    let waiting = register.vendor_notices.iter();
    waiting
        .map(|one| Dated {
            about: one.about,
            on: one.due_on,
            title: one.title.clone(),
            path: one.path.clone(),
        })
        .collect()
}

/// Windows of vendors of which nobody wrote down yet whether we object.
fn vendor_windows(register: &Register) -> Vec<Dated> {
    let windows = register.vendor_windows.iter();
    windows
        .map(|window| Dated {
            about: window.about,
            on: window.ends_on,
            title: format!(
                "{}: {} {}",
                window.what,
                if window.is_over {
                    "write down whether we objected, its window ended with"
                } else {
                    "decide whether we object, its window ends with"
                },
                words::day(window.ends_on)
            ),
            path: window.path.clone(),
        })
        .collect()
}

/// Those of them that are shorter than what our customers have.
fn short_windows(register: &Register) -> Vec<Dated> {
    let windows = register.vendor_windows.iter();
    windows
        .filter_map(|window| {
            let why = window.too_short.as_ref()?;
            Some(Dated {
                about: window.about,
                on: window.ends_on,
                title: format!("{}: {why}", window.what),
                path: window.path.clone(),
            })
        })
        .collect()
}

fn certificates(register: &Register) -> Vec<Dated> {
    register
        .certificates
        .iter()
        .filter_map(|one| {
            // Shown through any engagement of the company that is not over.
            let judged = register.engagements.iter().find(|judged| {
                judged.current.organisation.id == one.organisation_id
                    && !judged.current.state.state.is_terminal()
            })?;
            let company = &judged.current.organisation.version.facts.legal_name;
            Some(Dated {
                about: one.certificate_id,
                on: one.body.valid_to,
                title: format!(
                    "{company}: ask for the next certificate, {} counts until {}",
                    one.body.name(),
                    words::day(one.body.valid_to)
                ),
                path: format!(
                    "{}/certificates/{}",
                    crate::register::path(&judged.current),
                    one.number
                ),
            })
        })
        .collect()
}
