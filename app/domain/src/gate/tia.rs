//! G7 and G8: every engagement has an assessment that is approved, current and permits each transfer; measures are in
//! place; reliance on the data privacy framework has something to fall back on.
//!
//! An assessment under review after an event was approved, and nobody has said yet that the event has an impact that
//! stops the transfer: it goes on counting for what runs, and nothing new starts on it. The same holds while nobody has said
//! what it means to the assessment that the register describes the transfer otherwise now. A suspended one forbids the
//! transfer.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::adequacy::regimes;
use super::facts::{RegisterFacts, Stage};
use super::transfer::{about_clauses, beyond_eu, clause_faults};
use super::{Findings, ReasonCode as R, Subject};
use crate::country::Place;
use crate::legal_record::{
    LegalRecordKind, Mechanism, MechanismKind, Recorded, Tia, TiaOutcome, TiaState, TiaType, Transfer,
};
use crate::reference::AdequacyRegime;
use crate::words::day;

pub(super) fn assessments(facts: &RegisterFacts, today: NaiveDate, found: &mut Findings) {
    let transfers: Vec<&Transfer> = facts
        .transfers
        .iter()
        .map(|recorded| &recorded.body)
        .filter(|t| t.mechanism.kind() != MechanismKind::NoneRequired)
        .collect();
    if transfers.is_empty() {
        found.about(absent(None));
        judge(facts, None, MechanismKind::NoneRequired, today, found);
    }
    for transfer in transfers {
        found.about(absent(Some(transfer.destination)));
        judge(facts, Some(transfer), transfer.mechanism.kind(), today, found);
    }
}

const fn absent(destination: Option<Place>) -> Subject {
    Subject::Absent {
        kind: LegalRecordKind::Tia,
        destination,
    }
}

/// Whether an assessment is about a transfer; where there is none, every one is about the engagement.
fn covers(tia: &Tia, transfer: Option<&Transfer>) -> bool {
    transfer.is_none_or(|transfer| tia.destinations.contains(&transfer.destination))
}

/// Whether what an assessment comes to matters to a transfer, enough for its mechanism or not: the British and the Swiss
/// one are about what is exported under their law.
fn bears_on(tia: &Tia, transfer: Option<&Transfer>, laws: &BTreeSet<AdequacyRegime>) -> bool {
    covers(tia, transfer)
        && match tia.tia_type {
            TiaType::UkTra => laws.contains(&AdequacyRegime::Uk),
            TiaType::Ch => laws.contains(&AdequacyRegime::Ch),
            _ => true,
        }
}

/// The laws that what is exported must be assessed under. An engagement of which nothing leaves has that of the Union,
/// under which every kind of assessment serves.
fn laws_of(facts: &RegisterFacts, transfer: Option<&Transfer>, today: NaiveDate) -> BTreeSet<AdequacyRegime> {
    transfer.map_or_else(
        || BTreeSet::from([AdequacyRegime::Eu]),
        |transfer| regimes(facts, transfer, today),
    )
}

const fn under(law: AdequacyRegime) -> &'static str {
    match law {
        AdequacyRegime::Eu => "under the law of the Union",
        AdequacyRegime::Uk => "under UK law",
        AdequacyRegime::Ch => "under Swiss law",
    }
}

/// What is wrong with an assessment.
type Faults = Vec<(R, String)>;

/// The best assessment for an export under one law, with its faults. While one stands that was approved, those that were
/// not (being written, in review, turned down) say nothing.
fn best<'a>(
    facts: &'a RegisterFacts,
    transfer: Option<&Transfer>,
    (law, mechanism): (AdequacyRegime, MechanismKind),
    subject: &str,
    today: NaiveDate,
) -> Option<(&'a Recorded<Tia>, Faults)> {
    let fits = |recorded: &&Recorded<Tia>| {
        let tia = &recorded.body;
        covers(tia, transfer) && tia.fits(law, mechanism) && tia.state != TiaState::Superseded
    };
    let is_standing = |recorded: &Recorded<Tia>| recorded.body.state.is_standing();
    let has_standing = facts.tias.iter().filter(fits).any(is_standing);
    facts
        .tias
        .iter()
        .filter(fits)
        .filter(|recorded| !has_standing || is_standing(recorded))
        .map(|recorded| (recorded, faults(facts, recorded, subject, mechanism, today)))
        .min_by_key(|(_, faults)| faults.len())
}

/// The best assessment for a subject counts, law by law; its faults are reported once. None that fits is a fault of its
/// own. One that forbids the transfer is not outvoted by another that permits it: somebody has to end or replace it first.
fn judge(
    facts: &RegisterFacts,
    transfer: Option<&Transfer>,
    mechanism: MechanismKind,
    today: NaiveDate,
    found: &mut Findings,
) {
    let subject = transfer.map_or_else(
        || "the engagement".to_owned(),
        |transfer| format!("the transfer to {}", transfer.destination.label()),
    );
    let laws = laws_of(facts, transfer, today);
    let (mut missing, mut counting) = (Vec::new(), Vec::new());
    for law in &laws {
        match best(facts, transfer, (*law, mechanism), &subject, today) {
            None => missing.push(*law),
            Some(one) => {
                let mut known = counting.iter();
                if known.all(|(other, _): &(&Recorded<Tia>, _)| other.id != one.0.id) {
                    counting.push(one);
                }
            }
        }
    }
    if counting.is_empty() {
        found.add(R::TiaMissing, format!("no assessment of {subject} is on file"));
    } else {
        for law in missing {
            let detail = format!("no assessment of {subject} {} is on file", under(law));
            found.add(R::TiaMissing, detail);
        }
    }
    let others: Vec<_> = facts
        .tias
        .iter()
        .filter(|other| counting.iter().all(|(recorded, _)| recorded.id != other.id))
        .collect();
    for (recorded, faults) in counting {
        found.about(Subject::paper(LegalRecordKind::Tia, Some(recorded)));
        faults
            .into_iter()
            .for_each(|(code, detail)| found.add(code, detail));
    }
    for other in others
        .into_iter()
        .filter(|other| bears_on(&other.body, transfer, &laws) && forbids(&other.body))
    {
        found.about(Subject::paper(LegalRecordKind::Tia, Some(other)));
        found.add(
            R::TiaNegative,
            format!("another assessment of {subject} forbids it"),
        );
    }
}

/// Whether somebody decided that the transfer must not take place, or must stop.
fn forbids(tia: &Tia) -> bool {
    let is_negative = matches!(tia.outcome, Some(TiaOutcome::NotAllowed | TiaOutcome::Suspend));
    tia.state == TiaState::Suspended || (tia.state.is_standing() && is_negative)
}

fn faults(
    facts: &RegisterFacts,
    recorded: &Recorded<Tia>,
    subject: &str,
    mechanism: MechanismKind,
    today: NaiveDate,
) -> Faults {
    let tia = &recorded.body;
    let mut faults = Vec::new();
    let by_another = tia
        .approver
        .is_some_and(|approver| !tia.authors.contains(&approver));
    let counts = match tia.state {
        TiaState::Approved | TiaState::ReviewDue => true,
        TiaState::UnderTriggerReview => facts.stage == Stage::Running,
        _ => false,
    };
    let is_approved = counts && by_another;
    if tia.state == TiaState::Suspended {
        faults.push((
            R::TiaNegative,
            format!("the assessment of {subject} is suspended: it must stop until a new version is approved"),
        ));
    } else if !is_approved {
        faults.push((
            R::TiaNotApproved,
            format!("the assessment of {subject} is {}", tia.state.label()),
        ));
    } else if facts.stage == Stage::Start && facts.described_otherwise.contains(&recorded.id) {
        faults.push((
            R::TiaNotApproved,
            format!(
                "the register describes {subject} otherwise than its assessment did: nobody has said yet what that means to it"
            ),
        ));
    }
    let grace = Days::new(u64::from(facts.settings.tia_grace_days));
    let is_overdue = match tia.next_review_on {
        None => true,
        Some(due) => due.checked_add_days(grace).is_none_or(|last| last < today),
    };
    if is_overdue && facts.stage == Stage::Start {
        let due = tia.next_review_on.map_or_else(
            || "no day of review is set".to_owned(),
            |due| format!("due on {}", day(due)),
        );
        faults.push((
            R::TiaOverdue,
            format!("the review of the assessment of {subject} is overdue: {due}"),
        ));
    }
    if !tia.permits(mechanism) {
        faults.push((
            R::TiaNegative,
            format!(
                "the assessment of {subject} says: {}",
                tia.outcome.map_or("nothing yet", |outcome| outcome.label())
            ),
        ));
    }
    faults
}

/// Whether it counts, and its outcome holds only with every measure in place.
fn depends_on_measures(tia: &Tia) -> bool {
    tia.state.is_standing() && tia.outcome == Some(TiaOutcome::AllowedWithMeasures)
}

pub(super) fn measures_and_fallback(
    facts: &RegisterFacts,
    today: NaiveDate,
    brussels: NaiveDate,
    found: &mut Findings,
) {
    for recorded in facts
        .tias
        .iter()
        .filter(|recorded| depends_on_measures(&recorded.body))
    {
        found.about(Subject::paper(LegalRecordKind::Tia, Some(recorded)));
        for measure in recorded.body.open_measures() {
            found.add(
                R::MeasureOpen,
                format!("{}: {}", measure.text, measure.standing.status.label()),
            );
        }
    }
    if !facts.settings.dpf_requires_fallback {
        return;
    }
    for recorded in &facts.transfers {
        let transfer = &recorded.body;
        if matches!(transfer.mechanism, Mechanism::Dpf(_)) && !has_fallback(facts, transfer, today, brussels)
        {
            if has_clauses(facts, transfer, today, brussels) {
                let laws = regimes(facts, transfer, brussels);
                let on_file = facts.tias.iter().find(|one| {
                    covers(&one.body, Some(transfer))
                        && laws.iter().any(|law| one.body.fits(*law, MechanismKind::Scc))
                });
                found.about(match on_file {
                    Some(_) => Subject::paper(LegalRecordKind::Tia, on_file),
                    None => absent(Some(transfer.destination)),
                });
            } else {
                about_clauses(facts, recorded, found);
            }
            found.add(
                R::FallbackMissing,
                format!(
                    "to {}: clauses in force and an approved full assessment must stand ready",
                    transfer.destination.label()
                ),
            );
        }
    }
}

/// Clauses in reserve are complete and in force, for every law that the data is exported under.
fn has_clauses(facts: &RegisterFacts, transfer: &Transfer, today: NaiveDate, brussels: NaiveDate) -> bool {
    let mut legs = Findings::default();
    beyond_eu(facts, transfer, today, brussels, &mut legs);
    legs.reasons.is_empty()
        && transfer
            .fallback
            .as_ref()
            .is_some_and(|scc| clause_faults(facts, transfer, scc, today).is_empty())
}

fn has_fallback(facts: &RegisterFacts, transfer: &Transfer, today: NaiveDate, brussels: NaiveDate) -> bool {
    let is_assessed = |law: AdequacyRegime| {
        facts.tias.iter().any(|recorded| {
            recorded.body.fits(law, MechanismKind::Scc)
                && covers(&recorded.body, Some(transfer))
                && faults(facts, recorded, "", MechanismKind::Scc, today).is_empty()
        })
    };
    has_clauses(facts, transfer, today, brussels)
        && laws_of(facts, Some(transfer), today).into_iter().all(is_assessed)
}

/// What G7 and G8 say about one transfer by one mechanism: its best assessment, and the measures that depend on it.
pub(super) fn of_transfer(
    facts: &RegisterFacts,
    transfer: &Transfer,
    mechanism: MechanismKind,
    today: NaiveDate,
    found: &mut Findings,
) {
    judge(facts, Some(transfer), mechanism, today, found);
    let all = facts.tias.iter().map(|recorded| &recorded.body);
    for tia in all.filter(|tia| covers(tia, Some(transfer)) && depends_on_measures(tia)) {
        for measure in tia.open_measures() {
            found.add(
                R::MeasureOpen,
                format!("{}: {}", measure.text, measure.standing.status.label()),
            );
        }
    }
}
