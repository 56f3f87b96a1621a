//! Whether mails are being sent at all. Kept as one row of the settings, so that every replica's pages show it and a
//! restart does not forget it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::outcome::{Outcome, Phase, Verdict};

/// First and longest pause when the relay is away.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(5);
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);
/// How often a refused configuration is tried again. No mail is used for it.
const CHECK_CONFIGURATION: TimeDelta = TimeDelta::minutes(15);
/// How long the relay may be away before a person is told.
const TELL_AFTER: TimeDelta = TimeDelta::minutes(10);
/// The same refusal for more mails than this in a row is not about their recipients.
const MOST_ALIKE: usize = 20;
/// After 421 ("too busy") nothing is handed out for so long.
const SLOW_DOWN: TimeDelta = TimeDelta::seconds(10);

/// What the queue is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Health {
    /// Mails leave.
    Running,
    /// The relay is away; it is asked again at `check_at`, by itself.
    Paused {
        /// When it was first found away (wall time).
        since: DateTime<Utc>,
        /// What it said, or what happened instead.
        reason: String,
        /// When it is asked again.
        check_at: DateTime<Utc>,
        /// How often it was asked.
        checks: u32,
    },
    /// Our key or our sender is refused; it is tried again at `check_at`, and a person is told.
    Refused {
        /// Since when.
        since: DateTime<Utc>,
        /// What the relay said.
        reason: String,
        /// When the configuration is tried again.
        check_at: DateTime<Utc>,
    },
    /// Everybody gets the same refusal; a person has to look and start it again.
    Stopped {
        /// Since when.
        since: DateTime<Utc>,
        /// What the relay says to everybody.
        reason: String,
    },
}

/// Watches outcomes and decides. Pure: no clock, no database, no relay.
#[derive(Debug, Clone)]
pub struct Watch {
    health: Health,
    /// The code that the last mails were refused with, and which mails those were; one sent again counts once.
    refusal: Option<(u16, BTreeSet<Uuid>)>,
    not_before: DateTime<Utc>,
}

impl Watch {
    /// Takes over what was stored.
    #[must_use]
    pub fn new(health: Health) -> Self {
        Self {
            health,
            refusal: None,
            not_before: DateTime::UNIX_EPOCH,
        }
    }

    /// What the queue is doing.
    #[must_use]
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Whether mails may be handed out now.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.health == Health::Running && now >= self.not_before
    }

    /// Whether the relay should be asked now, without a mail.
    #[must_use]
    pub fn is_check_due(&self, now: DateTime<Utc>) -> bool {
        match &self.health {
            Health::Paused { check_at, .. } | Health::Refused { check_at, .. } => now >= *check_at,
            Health::Running | Health::Stopped { .. } => false,
        }
    }

    /// Whether a person should know.
    #[must_use]
    pub fn needs_person(&self, now: DateTime<Utc>) -> bool {
        match &self.health {
            Health::Running => false,
            Health::Paused { since, .. } => now - *since >= TELL_AFTER,
            Health::Refused { .. } | Health::Stopped { .. } => true,
        }
    }

    /// Learns from an attempt at a mail.
    pub fn after(&mut self, mail: Uuid, outcome: &Outcome, now: DateTime<Utc>) {
        match outcome.verdict {
            Verdict::RelayDown => self.pause(&outcome.said, now),
            Verdict::Configuration => self.refuse(&outcome.said, now),
            Verdict::Permanent => self.count(mail, outcome, now),
            Verdict::Accepted => self.refusal = None,
            Verdict::Transient | Verdict::Unknown => {}
        }
        if outcome.code == Some(421) && outcome.phase != Phase::Connect {
            self.not_before = now + SLOW_DOWN;
        }
    }

    /// Learns from a check, which used no mail.
    pub fn checked(&mut self, result: Result<(), Outcome>, now: DateTime<Utc>) {
        match result {
            Ok(()) if !matches!(self.health, Health::Stopped { .. }) => self.health = Health::Running,
            Ok(()) => {}
            Err(outcome) if outcome.verdict == Verdict::Configuration => self.refuse(&outcome.said, now),
            Err(outcome) => self.pause(&outcome.said, now),
        }
    }

    /// A person started it again.
    pub fn resume(&mut self) {
        self.health = Health::Running;
        self.refusal = None;
    }

    fn pause(&mut self, reason: &str, now: DateTime<Utc>) {
        let (since, checks) = match &self.health {
            Health::Stopped { .. } => return,
            // Several connections notice the same outage; only a check that was due prolongs the pause.
            Health::Paused { check_at, .. } if now < *check_at => return,
            Health::Paused { since, checks, .. } => (*since, checks + 1),
            Health::Running | Health::Refused { .. } => (now, 0),
        };
        let check_at = now + (FIRST_PAUSE * (1 << checks.min(10))).min(LONGEST_PAUSE);
        self.health = Health::Paused {
            since,
            reason: reason.to_owned(),
            check_at,
            checks,
        };
    }

    fn refuse(&mut self, reason: &str, now: DateTime<Utc>) {
        let since = match &self.health {
            Health::Stopped { .. } => return,
            Health::Refused { since, .. } => *since,
            Health::Running | Health::Paused { .. } => now,
        };
        self.health = Health::Refused {
            since,
            reason: reason.to_owned(),
            check_at: now + CHECK_CONFIGURATION,
        };
    }

    fn count(&mut self, mail: Uuid, outcome: &Outcome, now: DateTime<Utc>) {
        let Some(code) = outcome.code else { return };
        let mut alike = match self.refusal.take() {
            Some((same, alike)) if same == code => alike,
            _ => BTreeSet::new(),
        };
        alike.insert(mail);
        let count = alike.len();
        self.refusal = Some((code, alike));
        if count > MOST_ALIKE && !matches!(self.health, Health::Stopped { .. }) {
            let reason = format!("the last {count} mails were all refused: {}", outcome.said);
            self.health = Health::Stopped { since: now, reason };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn mail(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn outcome(verdict: Verdict, code: Option<u16>) -> Outcome {
        Outcome {
            verdict,
            phase: Phase::Recipient,
            code,
            said: "said".to_owned(),
        }
    }

    #[test]
    fn a_relay_that_is_away_is_asked_again_after_ever_longer_pauses() {
        let mut watch = Watch::new(Health::Running);
        watch.after(mail(0), &outcome(Verdict::RelayDown, None), at(0));
        // The other connections notice it too.
        watch.after(mail(0), &outcome(Verdict::RelayDown, None), at(1));
        assert!(!watch.is_open(at(4)) && !watch.is_check_due(at(4)) && watch.is_check_due(at(5)));
        let mut now = 5;
        for pause in [10, 20, 40, 80, 160, 300, 300] {
            watch.checked(Err(outcome(Verdict::RelayDown, None)), at(now));
            assert!(
                !watch.is_check_due(at(now + pause - 1)) && watch.is_check_due(at(now + pause)),
                "{pause}"
            );
            now += pause;
        }
        assert!(watch.needs_person(at(600)) && !watch.needs_person(at(599)));
        watch.checked(Ok(()), at(now));
        assert!(watch.is_open(at(now)));
    }

    #[test]
    fn a_refused_key_stops_at_once_and_recovers_by_itself_when_it_is_put_right() {
        let mut watch = Watch::new(Health::Running);
        watch.after(mail(0), &outcome(Verdict::Configuration, Some(535)), at(0));
        assert!(!watch.is_open(at(0)) && watch.needs_person(at(0)) && !watch.is_check_due(at(899)));
        watch.checked(Err(outcome(Verdict::Configuration, Some(535))), at(900));
        assert!(!watch.is_open(at(900)));
        watch.checked(Ok(()), at(1800));
        assert!(watch.is_open(at(1800)));
    }

    #[test]
    fn the_same_refusal_for_more_than_twenty_stops_until_a_person_starts_it() {
        let mut watch = Watch::new(Health::Running);
        for number in 1..=20 {
            watch.after(mail(number), &outcome(Verdict::Permanent, Some(550)), at(0));
        }
        for _ in 0..30 {
            watch.after(mail(7), &outcome(Verdict::Permanent, Some(550)), at(0));
        }
        assert!(
            watch.is_open(at(0)),
            "one that is sent again and again counts once"
        );
        watch.after(mail(21), &outcome(Verdict::Permanent, Some(550)), at(0));
        assert!(!watch.is_open(at(0)));
        watch.checked(Ok(()), at(1));
        watch.after(mail(0), &outcome(Verdict::RelayDown, None), at(1));
        assert!(matches!(watch.health(), Health::Stopped { .. }));
        watch.resume();
        assert!(watch.is_open(at(1)));
    }

    #[test]
    fn one_success_or_another_code_in_between_and_it_goes_on() {
        let mut watch = Watch::new(Health::Running);
        for i in 0..100 {
            watch.after(mail(i), &outcome(Verdict::Permanent, Some(550)), at(0));
            if i % 15 == 0 {
                watch.after(mail(0), &outcome(Verdict::Accepted, Some(250)), at(0));
            }
        }
        for (i, code) in (0..100).zip([550, 551].into_iter().cycle()) {
            watch.after(mail(i), &outcome(Verdict::Permanent, Some(code)), at(0));
        }
        assert!(watch.is_open(at(0)));
    }

    #[test]
    fn too_busy_slows_down() {
        let mut watch = Watch::new(Health::Running);
        watch.after(mail(0), &outcome(Verdict::Transient, Some(421)), at(0));
        assert!(!watch.is_open(at(9)) && watch.is_open(at(10)));
    }

    #[test]
    fn what_is_stored_reads_back() {
        for health in [
            Health::Running,
            Health::Paused {
                since: at(0),
                reason: "x".to_owned(),
                check_at: at(5),
                checks: 3,
            },
            Health::Stopped {
                since: at(0),
                reason: "x".to_owned(),
            },
        ] {
            let text = serde_json::to_string(&health).unwrap();
            assert_eq!(serde_json::from_str::<Health>(&text).unwrap(), health);
        }
    }
}
