//! What somebody agrees to when they agree to a lower class: one line, as it stood. Whatever of it is otherwise later, nobody
//! has agreed to.

use serde::{Deserialize, Serialize};

use super::class::{ChangeType, NoticeClass};
use super::cover::Cover;
use crate::country::Country;
use crate::digest::FactsHash;
use crate::id::LineId;
use crate::known::Known;
use crate::organisation::OrganisationFacts;
use crate::text::Name;

/// A line as it is when a lower class is asked for. The agreement holds for an equal one and for no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoweringBasis {
    /// The line: one that is taken out and written again is another.
    pub line: LineId,
    /// The type that was asked for.
    pub change_type: ChangeType,
    /// The class that the facts ask for.
    pub needed: NoticeClass,
    /// Every fact that differs from what was shown, with the type that covers it.
    pub covers: Vec<Cover>,
    /// The company's parent: its law reaches the data, and no notice binds it.
    pub parent: Known<Option<Name>>,
    /// Where its ultimate parent is.
    pub ultimate_parent_country: Known<Country>,
    /// The facts that the notice binds.
    pub facts_hash: FactsHash,
}

impl LoweringBasis {
    /// Of a line of a company's engagement.
    pub fn of(
        line: LineId,
        (change_type, needed): (ChangeType, NoticeClass),
        covers: &[Cover],
        organisation: &OrganisationFacts,
        facts_hash: FactsHash,
    ) -> Self {
        Self {
            line,
            change_type,
            needed,
            covers: covers.to_vec(),
            parent: organisation.parent.clone(),
            ultimate_parent_country: organisation.ultimate_parent_country,
            facts_hash,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::FactField;
    use crate::text::Name;
    use uuid::Uuid;

    fn cover() -> Cover {
        Cover {
            field: FactField::Parent,
            before: "none".to_owned(),
            after: "Konsern AB".to_owned(),
            change_type: ChangeType::ControlChanged,
            needed: NoticeClass::B,
            class: NoticeClass::C,
            adds_special_category: false,
        }
    }

    fn organisation(country: &str) -> OrganisationFacts {
        let mut facts = OrganisationFacts::named(Name::parse("Acme GmbH").unwrap());
        facts.ultimate_parent_country = Known::Known(Country::parse(country).unwrap());
        facts
    }

    #[test]
    fn a_lower_class_holds_for_one_line_as_it_stood_and_for_nothing_else() {
        let line = |number| LineId::from(Uuid::from_u128(number));
        let hash = FactsHash::new([1; 32]);
        let asked = |line, kind, covers: &[Cover], country: &str, hash| {
            LoweringBasis::of(line, kind, covers, &organisation(country), hash)
        };
        let kind = (ChangeType::ControlChanged, NoticeClass::B);
        let agreed = asked(line(1), kind, &[cover()], "SE", hash);
        assert_eq!(asked(line(1), kind, &[cover()], "SE", hash), agreed);
        let american = Cover {
            needed: NoticeClass::A,
            ..cover()
        };
        for (other, what) in [
            (asked(line(2), kind, &[cover()], "SE", hash), "another line"),
            (
                asked(
                    line(1),
                    (ChangeType::AiTermsWorsened, NoticeClass::B),
                    &[cover()],
                    "SE",
                    hash,
                ),
                "another type",
            ),
            (
                asked(
                    line(1),
                    (ChangeType::ControlChanged, NoticeClass::A),
                    &[cover()],
                    "SE",
                    hash,
                ),
                "another class that the facts ask for",
            ),
            (
                asked(line(1), kind, &[american], "SE", hash),
                "another difference",
            ),
            (asked(line(1), kind, &[], "SE", hash), "no difference"),
            (asked(line(1), kind, &[cover()], "US", hash), "another parent"),
            (
                asked(line(1), kind, &[cover()], "SE", FactsHash::new([2; 32])),
                "other facts",
            ),
        ] {
            assert_ne!(other, agreed, "{what}");
        }
        let json = serde_json::to_string(&agreed).unwrap();
        assert_eq!(serde_json::from_str::<LoweringBasis>(&json).unwrap(), agreed);
    }
}
