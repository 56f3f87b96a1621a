//! Certificates and audit reports of an organisation, with the days between which they count.
//!
//! A certificate is no assessment: it says that somebody looked at something within a scope. It is evidence for the
//! assessor, and what a notice says of security can be proposed from those that are valid.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::text::{Name, Prose, Short};
use crate::word_set::words;
use crate::words::short_day;

words! {
    /// The kind of a certificate.
    "kind of certificate" CertificateKind {
        /// Management of information security.
        Iso27001 = "ISO_27001", "ISO/IEC 27001";
        /// Management of privacy, on top of it.
        Iso27701 = "ISO_27701", "ISO/IEC 27701";
        /// Controls as designed, on one day.
        Soc2TypeI = "SOC2_TYPE_I", "SOC 2 Type I";
        /// Controls at work over a period.
        Soc2TypeII = "SOC2_TYPE_II", "SOC 2 Type II";
        /// The German catalogue for clouds.
        C5 = "C5", "BSI C5";
        /// Another one, which its scope names.
        Other = "OTHER", "Other";
    }
}

/// One version of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// What kind.
    pub kind: CertificateKind,
    /// Who issued it.
    pub issuer: Name,
    /// Its number.
    pub number: Option<Short>,
    /// What it covers; for another kind, also what it is.
    pub scope: Short,
    /// First day on which it counts.
    pub valid_from: NaiveDate,
    /// Last day on which it counts.
    pub valid_to: NaiveDate,
    /// SHA-256 of the kept file.
    pub copy: Option<Digest>,
}

impl Certificate {
    /// Whether it counts on a day.
    pub fn is_valid(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && day <= self.valid_to
    }

    /// What it is: "ISO/IEC 27001", or for another kind its scope.
    pub fn name(&self) -> &str {
        match self.kind {
            CertificateKind::Other => self.scope.as_str(),
            kind => kind.label(),
        }
    }

    /// "ISO/IEC 27001 (Hosting), Example Audit, valid until 30 Jun 2028": what customers may read of it.
    pub fn sentence(&self) -> String {
        let scope = match self.kind {
            CertificateKind::Other => String::new(),
            _ => format!(" ({})", self.scope),
        };
        format!(
            "{}{scope}, {}, valid until {}",
            self.name(),
            self.issuer,
            short_day(self.valid_to)
        )
    }
}

/// What a notice could say of an organisation's security on a day: its valid certificates, one a line. `None` without one.
pub fn propose_guarantees<'a>(
    certificates: impl IntoIterator<Item = &'a Certificate>,
    day: NaiveDate,
) -> Option<Prose> {
    let lines: Vec<String> = certificates
        .into_iter()
        .filter(|certificate| certificate.is_valid(day))
        .map(Certificate::sentence)
        .collect();
    Prose::parse(&lines.join("\n")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn certificate(kind: CertificateKind, scope: &str) -> Certificate {
        Certificate {
            kind,
            issuer: Name::parse("Example Audit AS").unwrap(),
            number: None,
            scope: Short::parse(scope).unwrap(),
            valid_from: day("2025-07-01"),
            valid_to: day("2028-06-30"),
            copy: None,
        }
    }

    #[test]
    fn words_read_back() {
        assert_words!(CertificateKind);
    }

    #[test]
    fn it_counts_from_its_first_day_to_its_last() {
        let one = certificate(CertificateKind::Iso27001, "Hosting");
        for (on, expected) in [
            ("2025-06-30", false),
            ("2025-07-01", true),
            ("2028-06-30", true),
            ("2028-07-01", false),
        ] {
            assert_eq!(one.is_valid(day(on)), expected, "{on}");
        }
    }

    #[test]
    fn only_valid_ones_are_proposed_and_no_more_is_claimed_than_they_say() {
        let iso = certificate(CertificateKind::Iso27001, "Hosting");
        let own = certificate(CertificateKind::Other, "Cyber Essentials Plus");
        let old = Certificate {
            valid_to: day("2026-01-31"),
            ..certificate(CertificateKind::Soc2TypeII, "All services")
        };
        assert_eq!(
            propose_guarantees([&iso, &own, &old], day("2026-11-27"))
                .unwrap()
                .as_str(),
            "ISO/IEC 27001 (Hosting), Example Audit AS, valid until 30 Jun 2028\n\
             Cyber Essentials Plus, Example Audit AS, valid until 30 Jun 2028"
        );
        assert_eq!(propose_guarantees([&old], day("2026-11-27")), None);
    }
}
