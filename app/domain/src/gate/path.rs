//! The decision table for transfer mechanisms (spec section 3.5), top-down, first match wins: which row matched, and why
//! the rows before it did not.
//!
//! Each row is judged by the functions that the gates use, so the table and G5 to G8 cannot say different things.

use chrono::{DateTime, NaiveDate, Utc};

use super::facts::RegisterFacts;
use super::{Findings, ReasonCode as R, adequacy as decided, register, tia, transfer as rules};
use crate::country::{Country, Place};
use crate::known::Known;
use crate::legal_record::{Mechanism, MechanismKind, Transfer};
use crate::notice::places_outside;
use crate::reference::{AdequacyDecision, AdequacyScope};
use crate::word_set::words;
use crate::words::day;
use crate::zone::Zone;

words! {
    /// A row of the decision table.
    "row of the decision table" MechanismRow {
        /// 1: blocked while a location is unknown.
        Undetermined = "TRANSFER_UNDETERMINED", "A location is unknown";
        /// 2: no transfer.
        NoneRequired = "NONE_REQUIRED", "Everything stays in the EEA";
        /// 3: adequacy for everybody there.
        AdequacyFull = "ADEQUACY_FULL", "Adequacy decision for everybody there";
        /// 4: adequacy within a scope that the importer is shown to be in.
        AdequacyPartial = "ADEQUACY_PARTIAL", "Adequacy decision, and the importer within its scope";
        /// 5: the framework.
        Dpf = "DPF", "Data Privacy Framework";
        /// 6: clauses.
        Scc = "SCC", "Standard contractual clauses, assessed";
        /// 7: rules of the importer's group.
        Bcr = "BCR", "Binding corporate rules for processors, assessed";
        /// 8: other safeguards.
        Other46 = "OTHER_46", "Another safeguard under Article 46, assessed";
        /// 9: a derogation that the data protection officer permits.
        Art49 = "ART49", "Derogation under Article 49";
        /// 10: blocked.
        Nothing = "NO_VALID_MECHANISM", "Nothing allows it";
    }
}

impl MechanismRow {
    /// Its number in the table, from 1.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    /// Whether it blocks the transfer.
    pub const fn is_blocked(self) -> bool {
        matches!(self, Self::Undetermined | Self::Nothing)
    }

    /// The row of a recorded mechanism; the later one for adequacy, which has two.
    pub const fn of(mechanism: MechanismKind) -> Self {
        match mechanism {
            MechanismKind::NoneRequired => Self::NoneRequired,
            MechanismKind::Adequacy => Self::AdequacyPartial,
            MechanismKind::Dpf => Self::Dpf,
            MechanismKind::Scc => Self::Scc,
            MechanismKind::Bcr => Self::Bcr,
            MechanismKind::Other46 => Self::Other46,
            MechanismKind::Art49 => Self::Art49,
        }
    }
}

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub enum Leg<'a> {
    /// A recorded transfer.
    Recorded(&'a Transfer),
    /// A place outside the EEA to which no transfer is recorded.
    Unrecorded(Place),
    /// An engagement of which nothing is known to leave the EEA.
    Inside,
}

/// A row that was passed over, with every reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedRow {
    /// The row.
    pub row: MechanismRow,
    /// Why it does not hold; for the first row, why it does not block.
    pub reasons: Vec<String>,
}

/// The way through the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MechanismPath {
    /// What it is about: "Transfer to United States".
    pub subject: String,
    /// The rows before the one that matched, in order.
    pub passed_over: Vec<PassedRow>,
    /// The row that matched.
    pub matched: MechanismRow,
    /// What it rests on, or what blocks.
    pub because: Vec<String>,
    /// What else is to be thought of.
    pub notes: Vec<String>,
    /// The mechanism that is recorded.
    pub recorded: Option<MechanismKind>,
}

impl MechanismPath {
    /// Whether the recorded mechanism is the one that the table gives.
    pub fn agrees(&self) -> bool {
        match self.recorded {
            None => self.matched == MechanismRow::NoneRequired,
            Some(kind) => {
                let row = MechanismRow::of(kind);
                row == self.matched
                    || (row == MechanismRow::AdequacyPartial && self.matched == MechanismRow::AdequacyFull)
            }
        }
    }
}

/// Every way through the table that an engagement has at `t`: one for each recorded transfer, one for each place outside
/// the EEA without one, and one for the engagement as a whole where there are none of these.
pub fn mechanism_paths(facts: &RegisterFacts, t: DateTime<Utc>) -> Vec<MechanismPath> {
    let brussels = Zone::BRUSSELS.local_date(t);
    let recorded = facts.transfers.iter().map(|recorded| &recorded.body);
    let mut legs: Vec<Leg> = recorded.clone().map(Leg::Recorded).collect();
    for place in places_outside(&facts.organisation, &facts.engagement, &facts.reference, brussels) {
        if !recorded.clone().any(|transfer| transfer.destination == place) {
            legs.push(Leg::Unrecorded(place));
        }
    }
    if legs.is_empty() {
        legs.push(Leg::Inside);
    }
    legs.into_iter()
        .map(|leg| mechanism_path(facts, leg, t))
        .collect()
}

/// The way of one leg through the table at `t`.
pub fn mechanism_path(facts: &RegisterFacts, leg: Leg<'_>, t: DateTime<Utc>) -> MechanismPath {
    use MechanismRow as Row;
    let table = Table {
        facts,
        leg,
        today: facts.zone.local_date(t),
        brussels: Zone::BRUSSELS.local_date(t),
    };
    let path = |passed_over, matched, because| MechanismPath {
        subject: table.subject(),
        passed_over,
        matched,
        because,
        notes: table.notes(matched),
        recorded: match leg {
            Leg::Recorded(transfer) => Some(transfer.mechanism.kind()),
            _ => None,
        },
    };
    let unknown = table.unknown();
    if !unknown.is_empty() {
        return path(Vec::new(), Row::Undetermined, unknown);
    }
    let mut passed_over = vec![PassedRow {
        row: Row::Undetermined,
        reasons: vec!["locations, remote access and the importer’s country are known".to_owned()],
    }];
    for row in Row::ALL.iter().copied().filter(|row| !row.is_blocked()) {
        match table.judge(row) {
            Ok(because) => return path(passed_over, row, because),
            Err(reasons) => passed_over.push(PassedRow { row, reasons }),
        }
    }
    path(
        passed_over,
        Row::Nothing,
        vec!["no row of the table holds; the transfer is blocked".to_owned()],
    )
}

/// One leg and what is known around it.
struct Table<'a> {
    facts: &'a RegisterFacts,
    leg: Leg<'a>,
    today: NaiveDate,
    brussels: NaiveDate,
}

impl Table<'_> {
    fn subject(&self) -> String {
        match self.leg {
            Leg::Recorded(transfer) => format!("Transfer to {}", transfer.destination.label()),
            Leg::Unrecorded(place) => format!("{}, to which no transfer is recorded", place.label()),
            Leg::Inside => "The engagement as a whole".to_owned(),
        }
    }

    /// Row 1: what of the places is unknown, as G4 says it.
    fn unknown(&self) -> Vec<String> {
        let mut found = Findings::default();
        register::locations(self.facts, &mut found);
        found
            .reasons
            .into_iter()
            .filter(|reason| reason.code == R::TransferUndetermined)
            .map(|reason| reason.detail)
            .collect()
    }

    /// What a row rests on, or every reason why it does not hold.
    fn judge(&self, row: MechanismRow) -> Result<Vec<String>, Vec<String>> {
        use MechanismRow as Row;
        let transfer = match self.leg {
            Leg::Recorded(transfer) => transfer,
            Leg::Inside => return self.inside(row),
            Leg::Unrecorded(place) => {
                return Err(vec![match row {
                    Row::NoneRequired => format!("{} is outside the EEA", place.label()),
                    _ => "no transfer to it is recorded".to_owned(),
                }]);
            }
        };
        let mut found = Findings::default();
        let mechanism = &transfer.mechanism;
        let because = match (row, mechanism) {
            (Row::NoneRequired, _) => {
                rules::stays_inside(self.facts, transfer.destination, self.brussels, &mut found);
                vec!["the destination and the importing company are in the EEA".to_owned()]
            }
            (Row::AdequacyFull, _) => {
                self.full_adequacy(transfer, &mut found);
                self.instruments(transfer, |decision| decision.scope == AdequacyScope::Full)
            }
            (Row::AdequacyPartial, _) => {
                let reliance = match mechanism {
                    Mechanism::Adequacy(reliance) => Some(reliance),
                    _ => None,
                };
                decided::adequacy(self.facts, transfer, reliance, self.brussels, &mut found);
                self.instruments(transfer, |decision| {
                    decided::shortfall(decision, reliance).is_none()
                })
            }
            (Row::Dpf, Mechanism::Dpf(reliance)) => {
                rules::dpf(
                    self.facts,
                    transfer,
                    reliance,
                    self.today,
                    self.brussels,
                    &mut found,
                );
                vec!["the company is on the list, active, for this data, and was looked up lately".to_owned()]
            }
            (Row::Dpf, _) => {
                let listed = AdequacyScope::ListedEntities;
                let is_listed = decided::regimes(self.facts, transfer, self.brussels)
                    .into_iter()
                    .any(|regime| decided::has_scope(self.facts, transfer, regime, self.brussels, listed));
                return Err(vec![if is_listed {
                    "the transfer does not rest on the list of certified companies".to_owned()
                } else {
                    "there is no list of certified companies for this country".to_owned()
                }]);
            }
            (Row::Scc, _) => self.clauses(transfer, &mut found)?,
            (Row::Bcr, Mechanism::Bcr(bcr)) => {
                rules::rules(transfer, bcr, &mut found);
                self.with_assessment(transfer, MechanismKind::Bcr, &mut found);
                vec![format!("{}, approved", bcr.kind.label())]
            }
            (Row::Other46, Mechanism::Other46(other)) => {
                rules::other_safeguard(transfer, other, &mut found);
                self.with_assessment(transfer, MechanismKind::Other46, &mut found);
                vec![other.kind.label().to_owned()]
            }
            (Row::Art49, Mechanism::Art49(derogation)) => {
                rules::derogated(transfer, derogation, self.today, &mut found);
                vec![derogation.expires_on.map_or_else(
                    || "permitted by the data protection officer".to_owned(),
                    |last| format!("permitted by the data protection officer until {}", day(last)),
                )]
            }
            (Row::Bcr, _) => return Err(vec!["no binding corporate rules are recorded".to_owned()]),
            (Row::Other46, _) => return Err(vec!["no other safeguard is recorded".to_owned()]),
            (Row::Art49, _) => return Err(vec!["no derogation is recorded".to_owned()]),
            (Row::Undetermined | Row::Nothing, _) => return Err(Vec::new()),
        };
        if found.reasons.is_empty() {
            return Ok(because);
        }
        Err(found.reasons.into_iter().map(|reason| reason.detail).collect())
    }

    fn inside(&self, row: MechanismRow) -> Result<Vec<String>, Vec<String>> {
        match row {
            MechanismRow::NoneRequired => Ok(vec![
                "every location and the contracting company are in the EEA".to_owned(),
            ]),
            _ => Err(Vec::new()),
        }
    }

    /// The decisions in force for a transfer that cover it, each with its end.
    fn instruments(&self, transfer: &Transfer, covers: impl Fn(&AdequacyDecision) -> bool) -> Vec<String> {
        decided::regimes(self.facts, transfer, self.brussels)
            .into_iter()
            .filter_map(|regime| decided::decisions(self.facts, transfer, regime, self.brussels).ok())
            .flatten()
            .filter(|decision| covers(decision))
            .map(|decision| {
                let end = decision
                    .sunset_on
                    .map(|last| format!(", until {}", day(last)))
                    .unwrap_or_default();
                format!("{}{end}", decision.instrument)
            })
            .collect()
    }

    fn full_adequacy(&self, transfer: &Transfer, found: &mut Findings) {
        for regime in decided::regimes(self.facts, transfer, self.brussels) {
            match decided::decisions(self.facts, transfer, regime, self.brussels) {
                Err((code, detail)) => found.add(code, detail),
                Ok(decisions) if decisions.iter().any(|one| one.scope == AdequacyScope::Full) => {}
                Ok(decisions) => {
                    for decision in decisions {
                        found.add(
                            R::AdequacyScope,
                            format!(
                                "{} does not cover everybody there: {}",
                                decision.instrument,
                                decision.scope.label()
                            ),
                        );
                    }
                }
            }
        }
    }

    /// Row 6: the clauses that the transfer names, as mechanism or in reserve; what they rest on.
    fn clauses(&self, transfer: &Transfer, found: &mut Findings) -> Result<Vec<String>, Vec<String>> {
        let Some(reliance) = transfer.clauses() else {
            return Err(vec!["the transfer names no set of clauses".to_owned()]);
        };
        for (code, detail) in rules::clause_faults(self.facts, transfer, reliance, self.today) {
            found.add(code, format!("set {}: {detail}", reliance.clauses));
        }
        rules::beyond_eu(self.facts, transfer, self.today, self.brussels, found);
        tia::of_transfer(self.facts, transfer, MechanismKind::Scc, self.today, found);
        Ok(vec![
            format!("set of clauses {} is complete and in force", reliance.clauses),
            "the assessment is approved and its measures are in place".to_owned(),
        ])
    }

    fn with_assessment(&self, transfer: &Transfer, mechanism: MechanismKind, found: &mut Findings) {
        rules::beyond_eu(self.facts, transfer, self.today, self.brussels, found);
        tia::of_transfer(self.facts, transfer, mechanism, self.today, found);
    }

    fn notes(&self, matched: MechanismRow) -> Vec<String> {
        let mut notes = Vec::new();
        let is_outside = |country: &Country| {
            self.facts
                .reference
                .is_outside(Place::Country(*country), self.brussels)
        };
        if matched == MechanismRow::NoneRequired {
            match self.facts.organisation.ultimate_parent_country {
                Known::Known(country) if is_outside(&country) => notes.push(format!(
                    "the ultimate parent is in {}: record a note on its access (parent access note)",
                    country.label()
                )),
                Known::Unknown => notes.push("the country of the ultimate parent is unknown".to_owned()),
                Known::Known(_) => {}
            }
        }
        if let (MechanismRow::Dpf, true, Leg::Recorded(transfer)) =
            (matched, self.facts.settings.dpf_requires_fallback, self.leg)
            && let Err(reasons) = self.judge(MechanismRow::Scc)
        {
            notes.push(format!(
                "the fallback for {} is not ready: {}",
                transfer.destination.label(),
                reasons.join("; ")
            ));
        }
        notes
    }
}

/// Why a set of clauses cannot be revoked under clause 16(e) at `t`: revoking is for transfers that adequacy covers, and
/// the framework of listed companies does not count, because it can fall overnight. A transfer that still rests on the set
/// would be left with nothing: it is moved to the decision first.
pub fn revocation_obstacles(facts: &RegisterFacts, clauses: i64, t: DateTime<Utc>) -> Vec<String> {
    let is_adequate = |transfer: &Transfer| {
        matches!(
            mechanism_path(facts, Leg::Recorded(transfer), t).matched,
            MechanismRow::AdequacyFull | MechanismRow::AdequacyPartial
        )
    };
    let mut transfers = facts.transfers.iter().map(|recorded| &recorded.body);
    let named: Vec<_> = transfers
        .clone()
        .filter(|transfer| transfer.clauses().is_some_and(|r| r.clauses == clauses))
        .collect();
    if named.is_empty() && !transfers.any(is_adequate) {
        return vec![
            "no transfer names this set, and adequacy covers none of this engagement: end it instead"
                .to_owned(),
        ];
    }
    named
        .into_iter()
        .filter_map(|transfer| {
            let place = transfer.destination.label();
            if !is_adequate(transfer) {
                Some(format!("no adequacy decision covers the transfer to {place}"))
            } else if matches!(transfer.mechanism, Mechanism::Scc(_)) {
                Some(format!(
                    "the transfer to {place} rests on this set: let it rest on the adequacy decision first"
                ))
            } else {
                None
            }
        })
        .collect()
}
