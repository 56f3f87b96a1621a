//! An assessment is confirmed in two parts, security's and legal's, by two people who read the same papers (legal-rules
//! §10.1). Whether the gates are green is asked elsewhere; here it is only who has said so, and about what.

use chrono::{DateTime, Utc};

use crate::digest::Digest;
use crate::id::StaffId;
use crate::role::{Permission, Role};
use crate::word_set::words;

words! {
    /// What is confirmed.
    "part of an assessment" AssessmentPart {
        /// That the organisation is secure enough for the data it gets.
        Security = "SECURITY", "security";
        /// That contract, transfers and assessments of them hold.
        Legal = "LEGAL", "legal";
    }
}

impl AssessmentPart {
    /// Who confirms it.
    pub const fn role(self) -> Role {
        match self {
            Self::Security => Role::SecurityAssessor,
            Self::Legal => Role::LegalApprover,
        }
    }

    /// What a person needs to confirm it.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Security => Permission::ConfirmSecurity,
            Self::Legal => Permission::ConfirmAssessment,
        }
    }

    /// The part that is missing once this one is there.
    pub const fn other(self) -> Self {
        match self {
            Self::Security => Self::Legal,
            Self::Legal => Self::Security,
        }
    }
}

/// One part, confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignOff {
    /// Which.
    pub part: AssessmentPart,
    /// Digest of the facts and papers that were read.
    pub papers: Digest,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

/// Those that count: of the assessment that began at `since`, about the papers as they are now.
pub fn standing(all: &[SignOff], papers: Digest, since: DateTime<Utc>) -> Vec<SignOff> {
    let counts = |one: &&SignOff| one.papers == papers && one.at >= since;
    all.iter().filter(counts).copied().collect()
}

/// Why somebody cannot confirm a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignOffRefused {
    /// It is there.
    #[error("this part is confirmed")]
    Given,
    /// The other part is theirs.
    #[error("you confirmed the other part, and the two are confirmed by two people")]
    SamePerson,
}

/// Whether `by` may confirm `part` beside those that stand, and whether that completes the assessment.
pub fn sign_off(part: AssessmentPart, by: StaffId, standing: &[SignOff]) -> Result<bool, SignOffRefused> {
    if standing.iter().any(|one| one.part == part) {
        return Err(SignOffRefused::Given);
    }
    if standing.iter().any(|one| one.by == by) {
        return Err(SignOffRefused::SamePerson);
    }
    Ok(standing.iter().any(|one| one.part == part.other()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;
    use chrono::TimeDelta;
    use uuid::Uuid;

    fn person(n: u128) -> StaffId {
        StaffId::from(Uuid::from_u128(n))
    }

    fn given(part: AssessmentPart, by: u128) -> SignOff {
        SignOff {
            part,
            papers: Digest::new([1; 32]),
            at: DateTime::UNIX_EPOCH,
            by: person(by),
        }
    }

    #[test]
    fn words_read_back() {
        assert_words!(AssessmentPart);
    }

    #[test]
    fn two_people_complete_it_in_either_order() {
        for part in AssessmentPart::ALL.iter().copied() {
            assert_eq!(sign_off(part, person(1), &[]), Ok(false));
            let first = [given(part, 1)];
            assert_eq!(sign_off(part.other(), person(2), &first), Ok(true));
            assert_eq!(
                sign_off(part.other(), person(1), &first),
                Err(SignOffRefused::SamePerson)
            );
            assert_eq!(sign_off(part, person(2), &first), Err(SignOffRefused::Given));
        }
    }

    #[test]
    fn what_was_said_of_other_papers_or_of_an_earlier_assessment_does_not_count() {
        let one = given(AssessmentPart::Security, 1);
        let (papers, since) = (one.papers, one.at);
        assert_eq!(standing(&[one], papers, since), [one]);
        assert_eq!(standing(&[one], Digest::new([2; 32]), since), []);
        assert_eq!(standing(&[one], papers, since + TimeDelta::milliseconds(1)), []);
    }

    #[test]
    fn each_part_has_a_role_that_may_confirm_it_and_nobody_else_may() {
        for part in AssessmentPart::ALL.iter().copied() {
            assert!(part.role().allows(part.permission()));
            assert!(!part.other().role().allows(part.permission()));
        }
    }
}
