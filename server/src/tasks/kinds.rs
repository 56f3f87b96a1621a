//! Which tasks nobody closes by hand. Where the program sees for itself that the cause of a task is gone, it closes the task
//! then and not before: closed by hand, what the task asks for would be in no list and in no mail, and still not be done.

use domain::role::Role;

use crate::adequacy::stop::MECHANISM_SOUGHT;
use crate::assessments::TIA_TO_APPROVE;
use crate::changes::afterwards::NOTICE_DRAFTED;
use crate::countries::COUNTRY_TO_APPROVE;
use crate::customers::ENDING_TASK;
use crate::import::adoption::BASELINE_FINDING;
use crate::jobs::adequacy;
use crate::jobs::nightly::{GATES_RED, MECHANISM_LOST};
use crate::jobs::reminders::TIMERS;
use crate::mail::outbox::STOPPED_TASK;
use crate::objections::OBJECTION_TASK;
use crate::register::shown::CHANGE_NEEDED;
use crate::register::{PART_MISSING, WAIVER_TO_DECIDE};
use crate::store::tasks::Task;
use crate::triggers::TRIGGER_TO_JUDGE;
use crate::vendor_pages::PAGE_FAILS;

/// Kinds that close by themselves in every case in which their cause is gone, beside the reminders of dated facts
/// ([`TIMERS`]) and of dates of law ([`adequacy::KINDS`]).
///
/// A kind that closes by itself in some cases only does not belong here, or its tasks would stay for ever in the others: a row
/// of law to compare that counts already, a status that was said to change and does not, customers whom nobody can reach or
/// who come into scope late, clauses to confirm and what is asked about their Annex I.B, a second person's word on a contact,
/// a signature or terms, the review of an assessment whose transfer has stopped, a version that was turned down, a mail that
/// failed.
const CLOSE_THEMSELVES: [&str; 15] = [
    BASELINE_FINDING,
    CHANGE_NEEDED,
    COUNTRY_TO_APPROVE,
    ENDING_TASK,
    GATES_RED,
    MECHANISM_SOUGHT,
    NOTICE_DRAFTED,
    OBJECTION_TASK,
    PAGE_FAILS,
    PART_MISSING,
    // The month of clause 16(c): it ends with the suspension of the clauses, whatever ends that.
    "SCC_CURE",
    STOPPED_TASK,
    TIA_TO_APPROVE,
    TRIGGER_TO_JUDGE,
    WAIVER_TO_DECIDE,
];

/// Whether a task closes by itself, and in no other way.
pub(super) fn closes_itself(task: &Task) -> bool {
    match task.kind.as_str() {
        // How it goes on is decided here; that the data has stopped to flow, only the operator who stopped it knows.
        MECHANISM_LOST => task.role != Role::Operator,
        kind => {
            CLOSE_THEMSELVES.contains(&kind)
                || adequacy::KINDS.contains(&kind)
                || TIMERS.iter().any(|timer| timer.kind == kind)
        }
    }
}
