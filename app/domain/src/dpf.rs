//! Looks at the list of companies certified under the Data Privacy Framework: how long one may be relied on, what is about
//! to run out, and what a text copied from the list says.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::gate::Stage;
use crate::legal_record::{DpfCheck, DpfFramework, DpfReliance, MechanismKind, Transfer};
use crate::reference::AdequacyRegime;
use crate::words::day;

mod record;

pub use record::{Entry, Record, read_record};

/// Days that a look may be old when an engagement starts.
pub const FRESH_AT_START: i64 = 30;
/// Days that it may be old while one runs.
pub const FRESH_RUNNING: i64 = 90;
/// Days before a planned go-live at which somebody looks again.
pub const BEFORE_GO_LIVE: u64 = 7;
/// Days before a look becomes too old for something in use, at which somebody looks again.
pub const BEFORE_STALE: u64 = 7;
/// Days before the next certification at which somebody looks whether it was renewed.
pub const BEFORE_CERTIFICATION: u64 = 30;

/// How many days old a look may be.
pub const fn fresh_for(stage: Stage) -> i64 {
    match stage {
        Stage::Start => FRESH_AT_START,
        Stage::Running => FRESH_RUNNING,
    }
}

/// The last day on which a look still counts; never, where the calendar ends before.
pub fn counts_until(check: &DpfCheck, stage: Stage) -> Option<NaiveDate> {
    let days = u64::try_from(fresh_for(stage)).ok()?;
    check.checked_on.checked_add_days(Days::new(days))
}

/// The day on which the next certification was due, where it has passed and the look was made before: whether the company
/// certified again, only another look can say. One made since counts for what it found.
pub fn certification_passed(check: &DpfCheck, today: NaiveDate) -> Option<NaiveDate> {
    check
        .next_certification_due
        .filter(|due| *due < today && check.checked_on <= *due)
}

/// The rows of the list that an export under a regime needs. The UK Extension counts only together with the first.
pub const fn frameworks(regime: AdequacyRegime) -> &'static [DpfFramework] {
    match regime {
        AdequacyRegime::Eu => &[DpfFramework::EuUs],
        AdequacyRegime::Uk => &[DpfFramework::EuUs, DpfFramework::UkExtension],
        AdequacyRegime::Ch => &[DpfFramework::ChUs],
    }
}

/// The rows of the list that a transfer rests on; none where it does not rest on the framework.
pub fn frameworks_of(transfer: &Transfer) -> BTreeSet<DpfFramework> {
    if transfer.mechanism.kind() != MechanismKind::Dpf {
        return BTreeSet::new();
    }
    transfer
        .regimes()
        .into_iter()
        .flat_map(frameworks)
        .copied()
        .collect()
}

/// What of a transfer's looks will have run out on the planned day of go-live: the look itself, or the certification.
pub fn expiring_before(reliance: &DpfReliance, planned_on: NaiveDate) -> Vec<String> {
    let mut found = Vec::new();
    for (framework, check) in &reliance.checks {
        if let Some(last) = counts_until(check, Stage::Start).filter(|last| *last < planned_on) {
            found.push(format!(
                "{}: the look of {} counts until {}, and go-live is planned for {}",
                framework.label(),
                day(check.checked_on),
                day(last),
                day(planned_on)
            ));
        }
        if let Some(due) = check.next_certification_due.filter(|due| *due < planned_on) {
            found.push(format!(
                "{}: the next certification is due on {}, before go-live is planned",
                framework.label(),
                day(due)
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::legal_record::DpfStatus;
    use crate::text::Name;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn check() -> DpfCheck {
        DpfCheck {
            entity_as_listed: Name::parse("Acme Inc.").unwrap(),
            status: DpfStatus::Active,
            covers_non_hr: true,
            covers_hr: false,
            covered_entities: None,
            next_certification_due: Some(date("2027-03-01")),
            checked_on: date("2027-01-01"),
            checked_by: uuid::Uuid::from_u128(1).into(),
            page: None,
        }
    }

    #[test]
    fn a_look_counts_thirty_days_for_a_start_and_ninety_while_running() {
        assert_eq!(counts_until(&check(), Stage::Start), Some(date("2027-01-31")));
        assert_eq!(counts_until(&check(), Stage::Running), Some(date("2027-04-01")));
    }

    #[test]
    fn a_certification_that_came_due_needs_a_look_made_since() {
        let mut look = check();
        assert_eq!(
            certification_passed(&look, date("2027-03-01")),
            None,
            "its last day"
        );
        assert_eq!(
            certification_passed(&look, date("2027-03-02")),
            Some(date("2027-03-01"))
        );
        look.checked_on = date("2027-03-02");
        assert_eq!(certification_passed(&look, date("2027-03-20")), None);
        look.next_certification_due = None;
        assert_eq!(certification_passed(&look, date("2027-03-20")), None);
    }

    #[test]
    fn what_runs_out_before_go_live_is_said_and_nothing_else() {
        let reliance = DpfReliance {
            hr_data: false,
            non_hr_data: true,
            checks: BTreeMap::from([(DpfFramework::EuUs, check())]),
        };
        let rows = [
            ("2027-01-31", 0),
            ("2027-02-01", 1),
            ("2027-03-01", 1),
            ("2027-03-02", 2),
        ];
        for (planned, expected) in rows {
            assert_eq!(
                expiring_before(&reliance, date(planned)).len(),
                expected,
                "{planned}"
            );
        }
    }
}
