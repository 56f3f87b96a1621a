//! What is known about the law and practice of a country, whoever the importer is. It is recorded once per country and
//! version and referred to by every assessment on that country. An approved version counts; nothing is overwritten.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::text::{Line, Paragraphs};
use crate::web_address::WebAddress;
use crate::word_set::words;

words! {
    /// The four European essential guarantees (EDPB Recommendations 02/2020).
    "guarantee" Guarantee {
        /// A.
        Rules = "A", "clear, precise and accessible rules";
        /// B.
        Proportionality = "B", "necessity and proportionality";
        /// C.
        Oversight = "C", "independent oversight";
        /// D.
        Remedies = "D", "effective remedies";
    }
}

words! {
    /// How far a guarantee is met.
    "grade" Grade {
        /// Met.
        Met = "MET", "met";
        /// Partly met.
        Partly = "PARTLY", "partly met";
        /// Not met.
        NotMet = "NOT_MET", "not met";
        /// Not known.
        Unknown = "UNKNOWN", "not known";
    }
}

words! {
    /// What kind of source it is.
    "kind of source" SourceKind {
        /// A law.
        Law = "LAW", "law";
        /// A judgment.
        Case = "CASE", "judgment";
        /// A report of an oversight body.
        Oversight = "OVERSIGHT", "oversight body";
        /// A non-governmental organisation.
        Ngo = "NGO", "non-governmental organisation";
        /// The importer itself.
        Importer = "IMPORTER", "importer";
        /// Legal counsel; never handed out.
        Counsel = "COUNSEL", "legal counsel";
    }
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its title.
    pub title: Line<300>,
    /// Where it can be read.
    pub url: Option<WebAddress>,
    /// Its own date.
    pub date: Option<NaiveDate>,
    /// Kind.
    pub kind: SourceKind,
}

/// A law that lets authorities reach data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Law {
    /// Its name.
    pub name: Line<200>,
    /// Where it stands.
    pub citation: Line<300>,
    /// To whom it applies.
    pub applies_to: Paragraphs<2000>,
}

/// How far a guarantee is met, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How far.
    pub grade: Grade,
    /// Why.
    pub reason: Paragraphs<2000>,
}

/// One version of what is known about a country.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountryKnowledge {
    /// Laws, in the order in which assessments judge them.
    pub laws: Vec<Law>,
    /// Sources.
    pub sources: Vec<Source>,
    /// The four guarantees.
    pub guarantees: BTreeMap<Guarantee, Finding>,
    /// Practice, pending cases, what to watch.
    pub notes: Option<Paragraphs<4000>>,
}

impl CountryKnowledge {
    /// What a version lacks before it can be approved: each guarantee, a source, and every law that an assessment of
    /// this country must judge (`required`: rows of the reference data). A field of the form with what to do.
    pub fn missing(&self, required: &[Line<200>]) -> Vec<(String, String)> {
        let mut missing = Vec::new();
        for law in required {
            if !self.laws.iter().any(|known| known.name == *law) {
                missing.push((
                    "law_name_1".to_owned(),
                    format!("Every assessment must judge {law}: add it"),
                ));
            }
        }
        if self.sources.is_empty() {
            missing.push(("source_title_1".to_owned(), "Name a source".to_owned()));
        }
        for guarantee in Guarantee::ALL {
            if !self.guarantees.contains_key(guarantee) {
                let what = format!("Judge guarantee {guarantee}: {}", guarantee.label());
                missing.push((format!("grade_{guarantee}"), what));
            }
        }
        missing
    }

    /// The same without sources of legal counsel, for others.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let mut knowledge = self.clone();
        knowledge
            .sources
            .retain(|source| source.kind != SourceKind::Counsel);
        knowledge
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;

    fn knowledge() -> CountryKnowledge {
        let finding = Finding {
            grade: Grade::Partly,
            reason: Paragraphs::parse("Rules exist; some are secret.").unwrap(),
        };
        CountryKnowledge {
            laws: vec![Law {
                name: Line::parse("Interception Act").unwrap(),
                citation: Line::parse("Act 7 of 2001").unwrap(),
                applies_to: Paragraphs::parse("Carriers").unwrap(),
            }],
            sources: vec![Source {
                title: Line::parse("The Act").unwrap(),
                url: None,
                date: None,
                kind: SourceKind::Law,
            }],
            guarantees: Guarantee::ALL.iter().map(|g| (*g, finding.clone())).collect(),
            notes: None,
        }
    }

    #[test]
    fn words_read_back() {
        assert_words!(Guarantee, Grade, SourceKind);
    }

    #[test]
    fn a_version_reads_back() {
        let json = serde_json::to_string(&knowledge()).unwrap();
        assert!(json.contains("\"A\":{\"grade\":\"PARTLY\""), "{json}");
        assert_eq!(
            serde_json::from_str::<CountryKnowledge>(&json).unwrap(),
            knowledge()
        );
    }

    #[test]
    fn counsel_is_never_handed_out() {
        let mut with_counsel = knowledge();
        with_counsel.sources.push(Source {
            title: Line::parse("Opinion").unwrap(),
            url: None,
            date: None,
            kind: SourceKind::Counsel,
        });
        assert_eq!(with_counsel.redacted(), knowledge());
    }

    #[test]
    fn every_guarantee_a_source_and_every_required_law_must_be_there() {
        let required = [Line::parse("Interception Act").unwrap()];
        assert_eq!(knowledge().missing(&required), []);
        let other = [Line::parse("FISA 702").unwrap()];
        assert_eq!(knowledge().missing(&other).len(), 1);
        let mut without = knowledge();
        without.sources.clear();
        without.guarantees.remove(&Guarantee::Oversight);
        let fields: Vec<String> = without
            .missing(&required)
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert_eq!(fields, ["source_title_1", "grade_C"]);
        assert_eq!(
            CountryKnowledge::default().missing(&[]).len(),
            5,
            "a country without such laws needs none"
        );
    }
}
