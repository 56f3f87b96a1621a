//! The dated rows of law: who is in the EEA, the adequacy decisions of the Union, the United Kingdom and Switzerland, and
//! what assessments on a country heed. Each change is another row; a change of status of a decision about a country is
//! carried out with all that follows from it.

mod form;
mod pages;
mod rule_form;
mod rule_pages;
mod status;
mod waiting;

pub use form::{Source, fields_of, parse_member, parse_new, parse_row, parse_status, typed_from};
pub(crate) use form::{finish, source, source_fields};
pub use pages::{AdequacyPage, DecisionPage, MemberFormPage, NewDecisionPage, NewRowPage, looked_at};
pub(crate) use pages::{heads, provenance};
pub use rule_form::{parse_rule, typed_from_rule};
pub use rule_pages::{RuleFormPage, RulePage, rule_differences, rule_slug, rule_title};
pub use status::{Fallen, Preview, StatusPage, StatusView};

use domain::reference::rule::Rule;
use domain::reference::{AdequacyDecision, AdequacyRegime, AdequacyStatus, OrganisationDecision};
use domain::words::{day, short_day};

use crate::register::Typed;
use crate::register::engagement_page::Difference;
use crate::register::form_page::Overtaken;
use crate::ui::{FieldErrors, Tone};

/// Where a row comes from, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Where it can be read.
    pub source_url: String,
    /// When somebody last compared it with its source, or the day for which it was taken over.
    pub checked_on: String,
    /// When and by whom it was recorded; nobody: it came with the product.
    pub recorded: String,
    /// Why nobody compared it with its source.
    pub not_compared: Option<String>,
}

/// A member of the EEA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// Country or territory.
    pub country: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: Option<String>,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// A decision as its latest row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Id of the latest row.
    pub id: String,
    /// About which country.
    pub about: String,
    /// What it says.
    pub decision: AdequacyDecision,
    /// Status in words on the day of the page.
    pub standing: (Tone, String),
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// A decision about an organisation, as its latest row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationRow {
    /// Id of the latest row.
    pub id: String,
    /// What it says.
    pub decision: OrganisationDecision,
    /// Status in words on the day of the page.
    pub standing: (Tone, String),
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// A row about what assessments on a country heed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRow {
    /// Its id.
    pub id: String,
    /// The country.
    pub about: String,
    /// What it says.
    pub rule: Rule,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// A row that counts once somebody has confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRow {
    /// Its address; what is decided posts below it.
    pub path: String,
    /// About what it is.
    pub title: String,
    /// What it says, beside what counts now.
    pub says: Vec<Difference>,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Whether this person may decide on it, or why not.
    pub may_decide: Result<(), String>,
}

/// The overview.
#[derive(Debug, Clone)]
pub struct AdequacyView {
    /// The form token.
    pub csrf: String,
    /// Rows that wait for somebody to confirm them.
    pub waiting: Vec<WaitingRow>,
    /// The day for which it is said what stands.
    pub today: String,
    /// Members of the EEA.
    pub members: Vec<MemberRow>,
    /// Decisions by whose they are.
    pub regimes: Vec<(AdequacyRegime, Vec<DecisionRow>)>,
    /// Decisions about organisations.
    pub organisations: Vec<OrganisationRow>,
    /// Laws that assessments judge.
    pub laws: Vec<RuleRow>,
    /// Review periods of countries.
    pub reviews: Vec<RuleRow>,
    /// Whether this person may add rows.
    pub may_add: bool,
}

/// One row of a decision's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// Where it comes from.
    pub provenance: Provenance,
    /// What it changed in the row before.
    pub diffs: Vec<Difference>,
}

/// One decision.
#[derive(Debug, Clone)]
pub struct DecisionView {
    /// The form token.
    pub csrf: String,
    /// Its row that waits for somebody to confirm it, if there is one.
    pub waiting: Vec<WaitingRow>,
    /// Whether a row of it counts.
    pub counts: bool,
    /// The page's address.
    pub path: String,
    /// The decision now.
    pub row: DecisionRow,
    /// Its rows, newest first.
    pub history: Vec<HistoryRow>,
    /// How many transfers rest on it now.
    pub relying: usize,
    /// Whether this person may add a row.
    pub may_add: bool,
    /// Whether this person may see to its status.
    pub may_change_status: bool,
}

/// A law to assess, a review period or a decision about an organisation.
#[derive(Debug, Clone)]
pub struct RuleView {
    /// The form token.
    pub csrf: String,
    /// Its row that waits for somebody to confirm it, if there is one.
    pub waiting: Vec<WaitingRow>,
    /// Whether a row of it counts.
    pub counts: bool,
    /// The page's address.
    pub path: String,
    /// What the row says that counts last.
    pub rule: Rule,
    /// Why nobody compared that row with its source.
    pub not_compared: Option<String>,
    /// Its rows, newest first.
    pub history: Vec<HistoryRow>,
    /// Whether this person may add a row.
    pub may_add: bool,
}

/// A form for a row.
#[derive(Debug, Clone, Default)]
pub struct RowForm {
    /// The form token.
    pub csrf: String,
    /// Where it posts.
    pub path: String,
    /// Where it leads back to.
    pub back: String,
    /// About what.
    pub title: String,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// Somebody else's row that came in between.
    pub overtaken: Option<Overtaken>,
    /// Whether the decision is the Union's, which alone the EFTA states apply.
    pub is_eu: bool,
}

/// What a decision says, label and text, for reading and for differences.
pub fn lines(decision: &AdequacyDecision) -> Vec<(&'static str, String)> {
    let dated = |value: Option<chrono::NaiveDate>| value.map_or_else(|| "none".to_owned(), day);
    let mut lines = vec![
        ("Instrument", decision.instrument.to_string()),
        ("Adopted on", dated(decision.adopted_on)),
        ("In force from", day(decision.in_force_from)),
        ("Covers", decision.scope.label().to_owned()),
        (
            "What is asked",
            decision
                .scope_question
                .as_ref()
                .map_or_else(|| "nothing".to_owned(), ToString::to_string),
        ),
        ("Last day", dated(decision.sunset_on)),
        ("Next review by", dated(decision.next_review_on)),
        ("Status", decision.status.label().to_owned()),
        ("Status since", day(decision.status_since)),
    ];
    if decision.regime == AdequacyRegime::Eu {
        lines.push(("EEA EFTA states", efta_text(decision)));
    }
    lines
}

/// "Norway: applies; Iceland: applies; Liechtenstein: not yet".
pub fn efta_text(decision: &AdequacyDecision) -> String {
    domain::facts::list(
        domain::reference::EftaState::ALL
            .iter()
            .map(|state| format!("{}: {}", state.label(), decision.efta_status(*state).label())),
    )
}

/// What two rows of a decision differ in.
pub fn differences(before: &AdequacyDecision, after: &AdequacyDecision) -> Vec<Difference> {
    differing(&lines(before), lines(after))
}

/// Lines that say something else than those of the same label before.
fn differing(before: &[(&'static str, String)], after: Vec<(&'static str, String)>) -> Vec<Difference> {
    after
        .into_iter()
        .filter_map(|(label, after)| {
            let before = before
                .iter()
                .find(|(other, _)| *other == label)
                .map_or_else(String::new, |(_, text)| text.clone());
            (before != after).then(|| Difference {
                label: label.to_owned(),
                before,
                after,
            })
        })
        .collect()
}

/// Where a decision about an organisation stands on a day, in words.
pub fn organisation_standing(decision: &OrganisationDecision, today: chrono::NaiveDate) -> (Tone, String) {
    match decision.status {
        AdequacyStatus::InForce if today < decision.in_force_from => {
            (Tone::Plain, format!("from {}", short_day(decision.in_force_from)))
        }
        AdequacyStatus::InForce => (Tone::Ok, "in force".to_owned()),
        status => (
            Tone::Danger,
            format!("{} since {}", status.label(), short_day(decision.status_since)),
        ),
    }
}

/// Where a decision stands on a day, in words.
pub fn standing(decision: &AdequacyDecision, today: chrono::NaiveDate) -> (Tone, String) {
    let is_over = decision.sunset_on.filter(|last| *last < today);
    match decision.status {
        AdequacyStatus::InForce if today < decision.in_force_from => {
            (Tone::Plain, format!("from {}", short_day(decision.in_force_from)))
        }
        AdequacyStatus::InForce => match (is_over, decision.sunset_on) {
            (Some(last), _) => (Tone::Danger, format!("ended on {}", short_day(last))),
            (None, Some(last)) => (Tone::Ok, format!("in force until {}", short_day(last))),
            (None, None) => (Tone::Ok, "in force".to_owned()),
        },
        status => (
            Tone::Danger,
            format!("{} since {}", status.label(), short_day(decision.status_since)),
        ),
    }
}
