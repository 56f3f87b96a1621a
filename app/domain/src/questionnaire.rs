//! What an assessor asks about the security of an organisation. The lists are built in and have an edition, so that an
//! assessment says which questions were put; a later edition leaves earlier answers as they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::Prose;
use crate::word_set::words;

words! {
    /// An edition of the list of questions.
    "edition of the questionnaire" Edition {
        /// The first.
        E2026A = "2026-1", "2026, first edition";
    }
}

words! {
    /// A question. The text for people is the question itself.
    "question" Question {
        /// Governance.
        Responsible = "RESPONSIBLE", "Is somebody responsible for information security, by role?";
        /// Governance.
        Policy = "POLICY", "Is there a security policy that is reviewed at least once a year?";
        /// People.
        Staff = "STAFF", "Are staff bound to confidentiality and trained in security and data protection?";
        /// Access.
        Access = "ACCESS", "Is access to customers’ data limited to those who need it, and reviewed regularly?";
        /// Access.
        SecondFactor = "SECOND_FACTOR", "Do administrators and remote access need a second factor?";
        /// Encryption.
        AtRest = "ENCRYPTION_AT_REST", "Is personal data encrypted where it is stored, backups included?";
        /// Encryption.
        InTransit = "ENCRYPTION_IN_TRANSIT", "Is personal data encrypted on its way over networks?";
        /// Encryption.
        Keys = "KEYS", "Are keys kept apart from the data, and is it known who can use them?";
        /// Separation.
        Separation = "SEPARATION", "Is the data of different customers kept apart?";
        /// Logging.
        Logging = "LOGGING", "Is access to personal data logged, and are the logs looked at?";
        /// Weaknesses.
        Patching = "PATCHING", "Are weaknesses found and closed within set times?";
        /// Weaknesses.
        Testing = "TESTING", "Was there an independent penetration test in the last twelve months?";
        /// Incidents.
        Incidents = "INCIDENTS", "Are incidents handled by a plan that tells us of breaches without undue delay?";
        /// Continuity.
        Continuity = "CONTINUITY", "Are backups made, and was restoring them tried in the last twelve months?";
        /// Deletion.
        Deletion = "DELETION", "Is personal data deleted or returned at the end, backups included, and is that shown?";
        /// Chain.
        Chain = "CHAIN", "Are its own subprocessors assessed for security before they are used?";
    }
}

impl Edition {
    /// The edition that new assessments use.
    pub const CURRENT: Self = Self::E2026A;

    /// Its questions, in the order they are put.
    pub const fn questions(self) -> &'static [Question] {
        match self {
            Self::E2026A => Question::ALL,
        }
    }
}

words! {
    /// An answer to a question.
    "answer" Answer {
        /// It is so.
        Yes = "YES", "yes";
        /// Not everywhere, or not yet.
        Partly = "PARTLY", "partly";
        /// It is not so.
        No = "NO", "no";
        /// It makes no sense here.
        NotApplicable = "NOT_APPLICABLE", "not applicable";
    }
}

impl Answer {
    /// Whether it must be explained: everything but a plain yes.
    pub const fn needs_text(self) -> bool {
        !matches!(self, Self::Yes)
    }
}

/// One answer with its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The answer.
    pub answer: Answer,
    /// What it rests on, or what is lacking.
    pub text: Option<Prose>,
}

/// The answers of one assessment. A question without an answer was not put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// The edition whose questions were put.
    pub edition: Edition,
    /// The answers.
    pub given: BTreeMap<Question, Given>,
}

impl Answers {
    /// The questions of its edition without an answer, in their order.
    pub fn open(&self) -> Vec<Question> {
        let questions = self.edition.questions().iter().copied();
        questions
            .filter(|question| !self.given.contains_key(question))
            .collect()
    }

    /// The questions answered with no or partly, in their order.
    pub fn weak(&self) -> Vec<Question> {
        let is_weak = |question: &Question| {
            self.given
                .get(question)
                .is_some_and(|given| matches!(given.answer, Answer::No | Answer::Partly))
        };
        self.edition.questions().iter().copied().filter(is_weak).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;

    #[test]
    fn words_read_back() {
        assert_words!(Edition, Question, Answer);
    }

    #[test]
    fn answers_say_what_is_open_and_what_is_weak_and_read_back() {
        let given = |answer| Given { answer, text: None };
        let answers = Answers {
            edition: Edition::CURRENT,
            given: BTreeMap::from([
                (Question::AtRest, given(Answer::Yes)),
                (Question::Keys, given(Answer::Partly)),
                (Question::Testing, given(Answer::No)),
                (Question::Separation, given(Answer::NotApplicable)),
            ]),
        };
        assert_eq!(answers.weak(), [Question::Keys, Question::Testing]);
        assert_eq!(answers.open().len(), Question::ALL.len() - 4);
        assert!(!Answer::Yes.needs_text() && Answer::NotApplicable.needs_text());
        let json = serde_json::to_string(&answers).unwrap();
        assert_eq!(serde_json::from_str::<Answers>(&json).unwrap(), answers);
        assert!(json.contains("\"2026-1\"") && json.contains("\"ENCRYPTION_AT_REST\""));
    }
}
