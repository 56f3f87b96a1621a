//! Two clocks (decisions, section 6). Product facts are dated by [`Clock::now`], which the demo and the tests can move
//! forward; sessions, leases, rate limits and I/O use [`Clock::wall`]. Both are cut to microseconds, the finest grain
//! that both databases keep.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// Where the time comes from. Cheap to clone; clones share the offset.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    offset_microseconds: Arc<AtomicI64>,
}

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Stands still at a wall time in microseconds since 1970 until a test moves it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self {
            source: Source::System,
            offset_microseconds: Arc::default(),
        }
    }

    /// A clock that stands still at `at`, for tests.
    #[must_use]
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self {
            source: Source::Fixed(Arc::new(AtomicI64::new(at.timestamp_micros()))),
            offset_microseconds: Arc::default(),
        }
    }

    /// Product time, UTC, to the microsecond: wall time plus the offset.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.wall() + self.offset()
    }

    /// Wall time, UTC, to the microsecond.
    #[must_use]
    pub fn wall(&self) -> DateTime<Utc> {
        let at = match &self.source {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Source::System => Utc::now(),
            Source::Fixed(at) => {
                DateTime::from_timestamp_micros(at.load(Ordering::SeqCst)).unwrap_or_default()
            }
        };
        at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
    }

    /// How far product time is ahead of wall time; never negative.
    #[must_use]
    pub fn offset(&self) -> TimeDelta {
        TimeDelta::microseconds(self.offset_microseconds.load(Ordering::SeqCst))
    }

    /// Sets the offset as stored in the database. It never goes backwards: a smaller one is ignored.
    pub fn set_offset(&self, offset: TimeDelta) {
        self.offset_microseconds
            .fetch_max(offset.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }

    /// Moves a fixed clock's wall time (tests only); does nothing to the system's.
    pub fn advance_wall(&self, by: TimeDelta) {
        if let Source::Fixed(at) = &self.source {
            at.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }
}
