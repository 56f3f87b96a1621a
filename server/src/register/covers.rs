//! Which type of change covers which differing field: what differs from what others were shown, what was chosen for it
//! before, what a form chooses now, and what is still open (legal-rules §7: saving waits until nothing is).

use std::collections::BTreeMap;

use app::changes::{Review, ReviewRow};
use app::ui::{Choice, FieldErrors};
use chrono::NaiveDate;
use domain::change::{
    ChangeType, Cover, Difference, FactsVersion, cover, cover_by_suggestion, cover_with, differences,
    line_kinds,
};
use domain::facts::{FactField, Names};
use domain::id::VersionId;
use domain::legal_record::Transfer;
use domain::text::Prose;

use super::gate_facts::Judged;
use super::shown::Base;
use crate::store::covers::{VersionCovers, append_covers, find_covers};
use crate::store::engagements::CurrentEngagement;
use crate::store::version::Recorded;
use crate::store::{Result, Tx};

/// The field of a form that chooses the type for a differing field.
fn name_of(field: FactField) -> String {
    format!("cover_{field}")
}

/// The field of a form that says why a lower class is right.
pub const CLASS_REASON: &str = "class_reason";

/// What a form chose. A field that the form asked about and nobody answered is there, with nothing chosen.
#[derive(Clone, Debug, Default)]
pub struct Chosen(BTreeMap<FactField, Option<ChangeType>>);

impl Chosen {
    /// Out of posted pairs; what is no field or no type is left out.
    #[must_use]
    pub fn read(pairs: &[(String, String)]) -> Self {
        let chosen = pairs.iter().filter_map(|(name, value)| {
            let field = name.strip_prefix("cover_")?.parse().ok()?;
            Some((field, value.parse().ok()))
        });
        Self(chosen.collect())
    }
}

/// What was said of the versions that are in force, and why.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    covers: Vec<Cover>,
    /// Why a lower class is right, where that was said.
    pub reason: Option<String>,
}

impl Kept {
    /// Of an engagement's and its company's present version.
    pub async fn load(tx: &mut Tx, current: &CurrentEngagement) -> Result<Self> {
        let mut kept = Self::default();
        for version in [current.version.id, current.organisation.version.id] {
            kept.add(tx, version).await?;
        }
        Ok(kept)
    }

    /// Of one version.
    pub async fn of(tx: &mut Tx, version: VersionId) -> Result<Self> {
        let mut kept = Self::default();
        kept.add(tx, version).await?;
        Ok(kept)
    }

    async fn add(&mut self, tx: &mut Tx, version: VersionId) -> Result<()> {
        if let Some(found) = find_covers(tx, version).await? {
            self.covers.extend(found.covers);
            self.reason = self.reason.take().or(found.reason);
        }
        Ok(())
    }

    /// The type that was chosen for this difference, if it is the same one.
    fn find(&self, difference: &Difference) -> Option<ChangeType> {
        let diff = &difference.diff;
        self.covers
            .iter()
            .find(|cover| cover.field == diff.field && cover.after == diff.after)
            .map(|cover| cover.change_type)
    }

    /// The cover of a difference: as it was chosen, or else the strictest that is suggested.
    #[must_use]
    pub fn cover(&self, difference: &Difference) -> Cover {
        self.find(difference).map_or_else(
            || cover_by_suggestion(difference),
            |kind| cover_with(difference, kind),
        )
    }
}

/// What the register says now that differs from what was shown.
#[must_use]
pub fn differing(base: &Base, now: &Judged, names: &Names, today: NaiveDate) -> Vec<Difference> {
    let transfers: Vec<Transfer> = now
        .facts
        .transfers
        .iter()
        .map(|recorded| recorded.body.clone())
        .collect();
    let present = FactsVersion {
        organisation: &now.facts.organisation,
        engagement: &now.facts.engagement,
        transfers: &transfers,
        security: now.facts.security.as_ref().map(|recorded| &recorded.body),
    };
    differences(&base.version(), &present, names, &now.facts.reference, today)
}

/// Differences with what was chosen for them.
#[derive(Clone, Debug, Default)]
pub struct Reviewed {
    differences: Vec<Difference>,
    chosen: BTreeMap<FactField, ChangeType>,
    /// What is covered.
    pub covers: Vec<Cover>,
    /// What nobody covered yet.
    pub open: Vec<FactField>,
}

impl Reviewed {
    /// What the form chose comes first, then what was chosen for the same difference before.
    #[must_use]
    pub fn of(differences: Vec<Difference>, form: &Chosen, kept: &Kept) -> Self {
        let mut chosen = BTreeMap::new();
        for difference in &differences {
            let field = difference.diff.field;
            let found = match form.0.get(&field) {
                Some(answer) => *answer,
                None => kept.find(difference),
            };
            if let Some(kind) = found.filter(|kind| !kind.starts_engagement()) {
                chosen.insert(field, kind);
            }
        }
        let (covers, open) = cover(&differences, |field| chosen.get(&field).copied());
        Self {
            differences,
            chosen,
            covers,
            open,
        }
    }

    /// Covers what is still open where there is no choice: by `kind` where that fits, or by the only type suggested.
    #[must_use]
    pub fn filled(mut self, kind: Option<ChangeType>) -> Self {
        for difference in &self.differences {
            let field = difference.diff.field;
            if !self.open.contains(&field) {
                continue;
            }
            let only = match difference.suggested.as_slice() {
                [(only, _)] => Some(*only),
                _ => None,
            };
            if let Some(kind) = kind.filter(|kind| kind.covers(field)).or(only) {
                self.chosen.insert(field, kind);
            }
        }
        let (covers, open) = cover(&self.differences, |field| self.chosen.get(&field).copied());
        Self { covers, open, ..self }
    }

    /// Every difference covered: as it was on the line before, as it was chosen with the version, or by the strictest
    /// type that is suggested.
    #[must_use]
    pub fn settled(&self, before: &[Cover]) -> Vec<Cover> {
        let of_line = Kept {
            covers: before.to_vec(),
            reason: None,
        };
        self.differences
            .iter()
            .map(|difference| {
                let chosen = || self.chosen.get(&difference.diff.field).copied();
                of_line.find(difference).or_else(chosen).map_or_else(
                    || cover_by_suggestion(difference),
                    |kind| cover_with(difference, kind),
                )
            })
            .collect()
    }

    /// Whether a choice gives customers less than the facts ask for.
    #[must_use]
    pub fn is_lower(&self) -> bool {
        self.covers.iter().any(Cover::is_lower)
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }

    /// Says at its field what is open; gives the reason for a lower class, where one is needed.
    pub fn check(&self, class_reason: &str, errors: &mut FieldErrors) -> Option<Prose> {
        for field in &self.open {
            errors.add(
                name_of(*field),
                format!("{}: say what kind of change this is", field.label()),
            );
        }
        let lower = self.covers.iter().find(|cover| cover.is_lower())?;
        if class_reason.trim().is_empty() {
            errors.add(
                CLASS_REASON,
                format!(
                    "{}: “{}” is class {}, the facts ask for class {}. Say why that is right; it counts once somebody else has agreed",
                    lower.field.label(),
                    lower.change_type.label(),
                    lower.class,
                    lower.needed
                ),
            );
            return None;
        }
        errors.take(CLASS_REASON, class_reason.parse())
    }

    /// As the form shows it. What has one suggestion is preset to it; what has several is left open.
    #[must_use]
    pub fn view(&self, class_reason: &str) -> Review {
        let rows = self
            .differences
            .iter()
            .map(|difference| {
                let field = difference.diff.field;
                let only = match difference.suggested.as_slice() {
                    [(only, _)] => Some(*only),
                    _ => None,
                };
                let chosen = self.chosen.get(&field).copied().or(only);
                ReviewRow {
                    name: name_of(field),
                    label: difference.diff.label.to_owned(),
                    before: difference.diff.before.clone(),
                    after: difference.diff.after.clone(),
                    choices: difference
                        .choices()
                        .into_iter()
                        .map(|kind| choice(difference, kind))
                        .collect(),
                    chosen: chosen.map_or_else(String::new, |kind| kind.as_str().to_owned()),
                }
            })
            .collect();
        Review {
            rows,
            is_lower: self.is_lower(),
            class: line_kinds(&self.covers)
                .filter(|_| self.open.is_empty())
                .map(|kinds| kinds.needed.stricter(kinds.chosen).label().to_owned()),
            class_reason: class_reason.to_owned(),
        }
    }

    /// Keeps what was chosen with the version that was saved.
    pub async fn keep(
        &self,
        tx: &mut Tx,
        version_id: VersionId,
        recorded: Recorded,
        reason: Option<&Prose>,
    ) -> Result<()> {
        let Some(recorded_by) = recorded.by.filter(|_| !self.covers.is_empty()) else {
            return Ok(());
        };
        let new = VersionCovers {
            version_id,
            covers: self.covers.clone(),
            reason: reason.map(ToString::to_string),
            recorded_at: recorded.at,
            recorded_by,
        };
        append_covers(tx, &new).await
    }

    /// For the audit log: field, type and class.
    #[must_use]
    pub fn noted(&self) -> serde_json::Value {
        self.covers
            .iter()
            .map(|cover| {
                serde_json::json!({
                    "field": cover.field,
                    "change_type": cover.change_type,
                    "needed": cover.needed,
                    "class": cover.class,
                })
            })
            .collect()
    }
}

/// "Location in a third country (class A, suggested)".
fn choice(difference: &Difference, kind: ChangeType) -> Choice {
    let is_suggested = difference
        .suggested
        .iter()
        .any(|(suggested, _)| *suggested == kind);
    let suggested = if is_suggested { ", suggested" } else { "" };
    Choice::new(
        kind.as_str(),
        format!(
            "{} (class {}{suggested})",
            kind.label(),
            difference.class_of(kind)
        ),
    )
}
