//! What others get of an assessment: the record without people, evidence and counsel (part I).

use super::Tia;
use crate::country_knowledge::SourceKind;

impl Tia {
    /// The record without what identifies people (authors, approver, contributors, who certified or checked something),
    /// without evidence, which may show how the importer protects data, and without sources of legal counsel.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let mut tia = self.clone();
        tia.authors.clear();
        tia.approver = None;
        tia.identity.contributors.clear();
        for practice in tia.practice.values_mut() {
            practice
                .sources
                .retain(|source| source.kind != SourceKind::Counsel);
            practice.experience.certified_by = None;
        }
        for measure in &mut tia.measures {
            measure.standing.verified_by = None;
            measure.standing.evidence = None;
        }
        tia
    }
}
