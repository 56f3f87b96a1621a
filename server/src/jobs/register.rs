//! When the jobs of the register look at it, and what they see. Reminders and tidying follow every entry in the audit log;
//! the look at the gates of what is in use comes once per day of the publisher, and whenever the demo's clock was moved.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::id::EngagementId;
use domain::zone::Zone;

use super::{assessments, nightly, reminders, waivers};
use crate::AppState;
use crate::changes::Result;
use crate::register::clauses::close_what_was_told;
use crate::register::shown::close_what_agrees;
use crate::register::{Judged, judge_these};
use crate::store::audit::find_last_seq;
use crate::store::certificates::{StoredCertificate, list_latest_certificates};
use crate::store::settings::{find_setting, put_setting};
use crate::store::{self, Of, Tx};
use crate::vendor_notices::{UndecidedWindow, Waiting, list_undecided_windows, list_waiting};

/// Under these names the settings hold what was looked at last.
const REMINDED: &str = "register_reminded_at";
const GATES: &str = "register_gates_checked_at";

/// The register as these jobs see it.
pub struct Register {
    /// Every engagement with its records and what the gates read.
    pub engagements: Vec<Judged>,
    /// The certificates that count, of all companies.
    pub certificates: Vec<StoredCertificate>,
    /// Notices of vendors that wait to be forwarded or closed.
    pub vendor_notices: Vec<Waiting>,
    /// Windows of vendors in which somebody has to decide whether we object.
    pub vendor_windows: Vec<UndecidedWindow>,
    /// The publisher's zone.
    pub zone: Zone,
    /// Today there.
    pub today: NaiveDate,
}

impl Register {
    async fn load(tx: &mut Tx, zone: Zone, today: NaiveDate) -> store::Result<Self> {
        Ok(Self {
            engagements: judge_these(tx, Of::All, None).await?,
            certificates: list_latest_certificates(tx, None).await?,
            vendor_notices: list_waiting(tx).await?,
            vendor_windows: list_undecided_windows(tx, zone, today).await?,
            zone,
            today,
        })
    }

    /// The engagements that are over.
    #[must_use]
    pub fn over(&self) -> BTreeSet<EngagementId> {
        let current = self.engagements.iter().map(|judged| &judged.current);
        current
            .filter(|current| current.state.state.is_terminal())
            .map(|current| current.engagement.id)
            .collect()
    }
}

/// Looks, if anything was recorded or a day began since the last look.
pub async fn run(state: &AppState) -> Result<()> {
    let zone = state.publisher().zone;
    let now = state.clock.now();
    let today = zone.local_date(now);
    let mut tx = state.db.read().await?;
    let night = format!("{today} {}", state.clock.offset().num_seconds());
    let seq = find_last_seq(&mut tx).await?.unwrap_or(0);
    let moment = format!("{night} {seq}");
    let is_night = find_setting(&mut tx, GATES)
        .await?
        .is_none_or(|last| last != night);
    let is_recorded = find_setting(&mut tx, REMINDED)
        .await?
        .is_none_or(|last| last != moment);
    if !is_night && !is_recorded {
        return Ok(());
    }
    let register = Register::load(&mut tx, zone, today).await?;
    drop(tx);
    reminders::run(state, &register).await?;
    close_what_agrees(state).await?;
    close_what_was_told(state).await?;
    waivers::run(state, &register).await?;
    if is_night {
        nightly::run(state, &register).await?;
        assessments::run(state, &register).await?;
    } else {
        nightly::tidy(state, &register).await?;
    }
    let mut tx = state.db.write_unchained().await?;
    put_setting(&mut tx, REMINDED, &moment, now).await?;
    put_setting(&mut tx, GATES, &night, now).await?;
    tx.commit().await?;
    Ok(())
}
