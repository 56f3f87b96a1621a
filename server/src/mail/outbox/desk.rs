//! The desk: claims, results and the queue's health, in one transaction for everything that waits at the same moment.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::super::health::{Health, Watch};
use super::super::outcome::Outcome;
use super::Shared;
use super::carrier::{Done, Finding, Job, Visit, carry_all};
use super::result::{self, record};
use crate::store::attempts::begin_attempt;
use crate::store::{Result, StoreError, Tx, mails, settings};

/// Name of the setting that holds the queue's health.
pub const HEALTH: &str = "mail_health";

/// The queue's health as last written.
pub async fn read_health(tx: &mut Tx) -> Result<Health> {
    let text = settings::find_setting(tx, HEALTH).await?;
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or(Health::Running))
}

/// A person starts the queue again; whoever runs the outbox notices within its next look.
pub async fn resume(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    write_health(tx, &Health::Running, now).await
}

async fn write_health(tx: &mut Tx, health: &Health, now: DateTime<Utc>) -> Result<()> {
    let text = serde_json::to_string(health).unwrap_or_default();
    settings::put_setting(tx, HEALTH, &text, now).await
}

/// See the module's head.
pub struct Desk {
    shared: Arc<Shared>,
    watch: Watch,
    /// Health as last read from or written to the database.
    stored: Health,
    /// Carriers that wait for a job.
    waiting: VecDeque<oneshot::Sender<Job>>,
    /// Jobs that are out.
    under_way: usize,
    /// When mails were handed out in the last hour, for relays with an hourly limit.
    handed_out: VecDeque<DateTime<Utc>>,
    orphans_due: Option<DateTime<Utc>>,
    is_told: bool,
}

impl Desk {
    /// Takes over the health that is stored.
    pub async fn open(shared: Arc<Shared>) -> Self {
        let stored = match shared.state.db.read().await {
            Ok(mut tx) => read_health(&mut tx).await.unwrap_or(Health::Running),
            Err(_) => Health::Running,
        };
        Self {
            shared,
            watch: Watch::new(stored.clone()),
            stored,
            waiting: VecDeque::new(),
            under_way: 0,
            handed_out: VecDeque::new(),
            orphans_due: None,
            is_told: false,
        }
    }

    /// Works until `stop` says true and everything under way is written down.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let (visits, mut desk) = mpsc::channel::<Visit>(self.shared.relay.settings.connections * 2);
        let (checked, mut checks) = mpsc::channel(1);
        let mut carriers = JoinSet::new();
        for _ in 0..self.shared.relay.settings.connections {
            carriers.spawn(carry_all(Arc::clone(&self.shared), visits.clone()));
        }
        let mut is_checking = false;
        let mut is_stopping = false;
        loop {
            let mut done = Vec::new();
            let poll = self.shared.options.poll;
            tokio::select! {
                Some(visit) = desk.recv() => self.receive(visit, &mut done),
                Some(result) = checks.recv() => {
                    is_checking = false;
                    self.watch.checked(result, self.wall());
                }
                // A carrier ends early only by a panic; its mail comes back when the lease ends.
                Some(ended) = carriers.join_next(), if !is_stopping => {
                    tracing::error!(cause = ?ended.err(), "a mail carrier broke down; another takes its place");
                    self.under_way = self.under_way.saturating_sub(1);
                    carriers.spawn(carry_all(Arc::clone(&self.shared), visits.clone()));
                }
                () = self.shared.state.mail_queued.notified(), if !is_stopping => {}
                () = tokio::time::sleep(poll) => {}
                changed = stop.changed(), if !is_stopping => is_stopping = changed.is_err() || *stop.borrow(),
            }
            while let Ok(visit) = desk.try_recv() {
                self.receive(visit, &mut done);
            }
            self.step(done, is_stopping).await;
            let is_over = is_stopping || (self.shared.options.until_idle && self.is_idle().await);
            if is_over && self.under_way == 0 {
                break;
            }
            if !is_checking && !is_stopping && self.watch.is_check_due(self.wall()) {
                is_checking = true;
                tokio::spawn(check(Arc::clone(&self.shared), checked.clone()));
            }
        }
        // Closing the desk sends the carriers home; they say goodbye to the relay first.
        drop((desk, visits));
        self.waiting.clear();
        let home = async { while carriers.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(Duration::from_secs(3), home).await;
    }

    fn wall(&self) -> DateTime<Utc> {
        self.shared.state.clock.wall()
    }

    fn receive(&mut self, visit: Visit, done: &mut Vec<Done>) {
        if visit.done.is_some() {
            self.under_way = self.under_way.saturating_sub(1);
        }
        done.extend(visit.done);
        self.waiting.push_back(visit.next);
    }

    /// True when every carrier waits and nothing can be handed out.
    async fn is_idle(&mut self) -> bool {
        if self.waiting.len() < self.shared.relay.settings.connections {
            return false;
        }
        self.capacity() == 0 || !self.is_any_due().await
    }

    async fn is_any_due(&self) -> bool {
        let found = async {
            let mut tx = self.shared.state.db.read().await?;
            mails::is_any_due(&mut tx, self.wall()).await
        };
        found.await.unwrap_or_else(|error: StoreError| {
            tracing::warn!(%error, "mail: the queue cannot be read");
            false
        })
    }

    /// Writes results, hands out jobs, looks for orphans and at the health. Results are never dropped: if the database
    /// is away, this waits for it, and no carrier gets another mail meanwhile.
    async fn step(&mut self, done: Vec<Done>, is_stopping: bool) {
        for one in &done {
            if let Finding::Relay(outcome) = &one.finding {
                self.watch.after(one.job.mail.id, outcome, self.wall());
                self.log(one, outcome);
            }
        }
        let looks_for_orphans = self.orphans_due.is_none_or(|at| self.wall() >= at);
        let wants = if is_stopping { 0 } else { self.capacity() };
        let wants = if wants > 0 && self.is_any_due().await {
            wants
        } else {
            0
        };
        let is_told = self.watch.needs_person(self.wall());
        if done.is_empty()
            && wants == 0
            && !looks_for_orphans
            && self.is_health_settled().await
            && is_told == self.is_told
        {
            return;
        }
        let mut pending = done;
        let mut wait = Duration::from_millis(50);
        loop {
            match self.commit(&pending, wants, looks_for_orphans).await {
                Ok(jobs) => {
                    self.hand_out(jobs);
                    break;
                }
                Err(error) => {
                    tracing::warn!(%error, results = pending.len(), "mail results wait for the database");
                    if pending.is_empty() {
                        return;
                    }
                    // One row that cannot be written must not hold up the others: its lease ends by itself.
                    if !matches!(error, StoreError::Unavailable(_)) {
                        pending = self.commit_one_by_one(pending).await;
                    }
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(Duration::from_secs(5));
                }
            }
        }
        self.is_told = is_told;
        if looks_for_orphans {
            self.orphans_due =
                Some(self.wall() + (self.shared.options.lease / 4).min(TimeDelta::seconds(30)));
        }
    }

    /// How many jobs may be handed out now.
    fn capacity(&mut self) -> usize {
        // A carrier that broke down leaves a closed channel behind.
        self.waiting.retain(|next| !next.is_closed());
        let now = self.wall();
        if !self.watch.is_open(now) {
            return 0;
        }
        let Some(limit) = self.shared.relay.settings.per_hour else {
            return self.waiting.len();
        };
        while self
            .handed_out
            .front()
            .is_some_and(|at| now - *at >= TimeDelta::hours(1))
        {
            self.handed_out.pop_front();
        }
        self.waiting
            .len()
            .min((limit as usize).saturating_sub(self.handed_out.len()))
    }

    async fn commit(&mut self, done: &[Done], wants: usize, looks_for_orphans: bool) -> Result<Vec<Job>> {
        let shared = Arc::clone(&self.shared);
        let mut tx = shared.state.db.write_unchained().await?;
        for one in done {
            record(&mut tx, &shared, one).await?;
        }
        if looks_for_orphans {
            let every = shared.options.is_alone && self.orphans_due.is_none();
            result::adopt_orphans(&mut tx, &shared, every).await?;
        }
        let health = self.sync_health(&mut tx).await?;
        let wants = if self.watch.is_open(self.wall()) { wants } else { 0 };
        let mut jobs = Vec::new();
        if wants > 0 {
            let (now, wall) = (shared.state.clock.now(), self.wall());
            let limit = i64::try_from(wants).unwrap_or(1);
            for mail in mails::claim(&mut tx, &shared.owner, wall, wall + shared.options.lease, limit).await?
            {
                let attempt_id = shared.state.random.id(now);
                begin_attempt(&mut tx, attempt_id, &mail, &shared.owner, now).await?;
                jobs.push(Job { mail, attempt_id });
            }
        }
        tx.commit().await?;
        self.stored = health;
        Ok(jobs)
    }

    async fn commit_one_by_one(&mut self, pending: Vec<Done>) -> Vec<Done> {
        let mut left = Vec::new();
        for one in pending {
            match self.commit(std::slice::from_ref(&one), 0, false).await {
                Ok(_) => {}
                Err(StoreError::Unavailable(_)) => left.push(one),
                Err(error) => {
                    tracing::error!(%error, mail_id = %one.job.mail.id, "a mail's result cannot be written");
                }
            }
        }
        left
    }

    fn hand_out(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            // Capacity was counted from the carriers waiting, so there is one for each job; a carrier that broke down
            // since leaves its job to the lease.
            if let Some(next) = self.waiting.pop_front()
                && next.send(job).is_ok()
            {
                self.under_way += 1;
                if self.shared.relay.settings.per_hour.is_some() {
                    self.handed_out.push_back(self.wall());
                }
            }
        }
    }

    /// Whether database and memory agree about the health; a person may have started the queue again.
    async fn is_health_settled(&self) -> bool {
        if self.watch.health() != &self.stored {
            return false;
        }
        if self.stored == Health::Running {
            return true;
        }
        let found = async {
            let mut tx = self.shared.state.db.read().await?;
            read_health(&mut tx).await
        };
        found.await.map_or(true, |health: Health| health == self.stored)
    }

    /// Brings database and memory together; gives what is stored once the transaction is committed.
    async fn sync_health(&mut self, tx: &mut Tx) -> Result<Health> {
        let wall = self.wall();
        let mut stored = self.stored.clone();
        if stored != Health::Running && read_health(tx).await? == Health::Running {
            tracing::info!("mail: started again by staff");
            self.watch.resume();
            stored = Health::Running;
            result::close_queue_task(tx, &self.shared).await?;
        }
        let health = self.watch.health();
        if *health != stored {
            match health {
                Health::Running => {
                    tracing::info!("mail: leaves again");
                    result::close_queue_task(tx, &self.shared).await?;
                }
                Health::Paused { reason, .. } => tracing::warn!(reason, "mail: the relay is away"),
                Health::Refused { reason, .. } => {
                    tracing::error!(reason, "mail: our key or sender is refused");
                }
                Health::Stopped { reason, .. } => {
                    tracing::error!(reason, "mail: stopped, a person has to look");
                }
            }
            write_health(tx, health, wall).await?;
        }
        if self.watch.needs_person(wall) {
            result::raise_queue_task(tx, &self.shared).await?;
        }
        Ok(health.clone())
    }

    fn log(&self, done: &Done, outcome: &Outcome) {
        tracing::info!(
            mail_id = %done.job.mail.id,
            attempt_no = done.job.mail.attempt_no,
            verdict = ?outcome.verdict,
            phase = ?outcome.phase,
            code = outcome.code,
            "mail attempt"
        );
    }
}

async fn check(shared: Arc<Shared>, checked: mpsc::Sender<std::result::Result<(), Outcome>>) {
    let result = shared.relay.check(shared.sender.address()).await;
    let _ = checked.send(result).await;
}
