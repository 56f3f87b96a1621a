//! A customer's terms as posted.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::settings::optional;
use crate::ui::{FieldErrors, Said};
use chrono::{Datelike, NaiveDate};
use domain::authorisation::AuthorisationModel;
use domain::calendar::CalendarId;
use domain::change::{ChangeType, NoticeClass};
use domain::policy::{
    ContractText, CustomerRole, EmergencyClause, GroundsRule, LateRule, ObjectionEffect, Policy, Refund,
    WhoMayObject,
};
use domain::text::Short;
use domain::zone::Zone;

use super::field::{period, word};

/// Longest emergency clause, in days.
const LONGEST_EMERGENCY: u16 = 365;

/// A customer's terms as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyForm {
    /// First day on which they hold, `YYYY-MM-DD`.
    pub valid_from: String,
    /// `GENERAL` or `SPECIFIC`.
    pub model: String,
    /// `30d`, `10wd`, `1m`.
    pub notice_period: String,
    /// The same way; empty is the notice period.
    pub objection_period: String,
    /// Code of the calendar.
    pub calendar: String,
    /// IANA name.
    pub zone: String,
    /// `yes`: an end on a closed day moves to the next working day.
    pub roll: String,
    /// Whose text the contract uses.
    pub contract_text: String,
    /// What an objection that stays unresolved does.
    pub objection_effect: String,
    /// Whether an objection must give grounds.
    pub grounds: String,
    /// Greatest number of days of an emergency replacement; empty: not allowed.
    pub emergency_days: String,
    /// The clause on subprocessors.
    pub clause: String,
    /// Time to confirm an objection.
    pub acknowledgement_period: String,
    /// Time to talk.
    pub discussion_period: String,
    /// Time to choose termination.
    pub election_period: String,
    /// Refund on termination.
    pub refund: String,
    /// What a late objection becomes.
    pub late: String,
    /// Who may object.
    pub who_may_object: String,
    /// `yes`: notice is given only when every primary contact was reached.
    pub all_contacts: String,
    /// `yes`: the customer is under DORA.
    pub dora_relevant: String,
    /// Types of change for which the contract asks for notice with a window.
    pub raised: Vec<String>,
}

fn yes(is: bool) -> String {
    if is { "yes".to_owned() } else { String::new() }
}

/// What a stored word says to people.
fn label<T: FromStr>(text: &str, label: impl Fn(T) -> &'static str) -> String {
    text.parse()
        .map_or_else(|_| text.to_owned(), |word| label(word).to_owned())
}

fn yes_or_no(text: &str) -> String {
    if text.is_empty() { "no" } else { "yes" }.to_owned()
}

impl PolicyForm {
    /// As people read it.
    pub fn said(&self) -> Said {
        let raised: Vec<String> = self
            .raised
            .iter()
            .map(|kind| label(kind, ChangeType::label))
            .collect();
        Said::of([
            ("These terms hold from", self.valid_from.clone()),
            ("Clause of the contract", self.clause.clone()),
            (
                "How the customer authorises",
                label(&self.model, AuthorisationModel::label),
            ),
            ("Notice period", self.notice_period.clone()),
            ("Holidays", label(&self.calendar, CalendarId::name)),
            ("Time zone of the customer", self.zone.clone()),
            ("Ends move off closed days", yes_or_no(&self.roll)),
            (
                "Every primary contact must be reached",
                yes_or_no(&self.all_contacts),
            ),
            ("Emergency replacement, in days", self.emergency_days.clone()),
            ("Also noticed with a window", raised.join(", ")),
            ("Objection period", self.objection_period.clone()),
            (
                "Text of the contract",
                label(&self.contract_text, ContractText::label),
            ),
            (
                "An objection that stays unresolved",
                label(&self.objection_effect, ObjectionEffect::label),
            ),
            ("Grounds", label(&self.grounds, GroundsRule::label)),
            ("Who may object", label(&self.who_may_object, WhoMayObject::label)),
            ("A late objection is", label(&self.late, LateRule::label)),
            (
                "Time to confirm an objection",
                self.acknowledgement_period.clone(),
            ),
            ("Time to find a solution", self.discussion_period.clone()),
            ("Time to choose termination", self.election_period.clone()),
            ("Refund on termination", label(&self.refund, Refund::label)),
            ("Under DORA", yes_or_no(&self.dora_relevant)),
        ])
    }

    /// The form for terms that hold from `valid_from`.
    pub fn of(policy: &Policy, valid_from: NaiveDate) -> Self {
        Self {
            valid_from: valid_from.to_string(),
            model: policy.model.to_string(),
            notice_period: policy.notice_period.to_string(),
            objection_period: policy.objection_period.to_string(),
            calendar: policy.calendar.to_string(),
            zone: policy.zone.to_string(),
            roll: yes(policy.roll),
            contract_text: policy.contract_text.to_string(),
            objection_effect: policy.objection_effect.to_string(),
            grounds: policy.grounds.to_string(),
            emergency_days: match policy.emergency {
                EmergencyClause::None => String::new(),
                EmergencyClause::Allowed { max_days } => max_days.to_string(),
            },
            clause: policy
                .clause
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            acknowledgement_period: policy.acknowledgement_period.to_string(),
            discussion_period: policy.discussion_period.to_string(),
            election_period: policy.election_period.to_string(),
            refund: policy.refund.to_string(),
            late: policy.late.to_string(),
            who_may_object: policy.who_may_object.to_string(),
            all_contacts: yes(policy.all_contacts),
            dora_relevant: yes(policy.dora_relevant),
            raised: policy.raised.keys().map(ToString::to_string).collect(),
        }
    }

    /// Types of change that a contract can ask more for than their class gives.
    pub fn can_be_raised() -> impl Iterator<Item = ChangeType> {
        ChangeType::ALL.iter().copied().filter(|change| {
            matches!(change.default_class(), NoticeClass::B | NoticeClass::C)
                && *change != ChangeType::Correction
        })
    }

    /// Reads the form for a customer of this role, or says what is wrong: the terms and the day from which they hold.
    pub fn parse(&self, customer_role: CustomerRole) -> (Option<(Policy, NaiveDate)>, FieldErrors) {
        let mut errors = FieldErrors::new();
        let valid_from = errors.take("valid_from", valid_from(&self.valid_from));
        let model: Option<AuthorisationModel> =
            errors.take("model", word(&self.model, "Choose how the customer authorises"));
        let notice_period = errors.take("notice_period", period(&self.notice_period));
        let objection_period = match optional(&self.objection_period, period) {
            Ok(None) => notice_period,
            parsed => errors.take("objection_period", parsed).flatten(),
        };
        let calendar: Option<CalendarId> = errors.take("calendar", word(&self.calendar, "Choose a calendar"));
        let zone: Option<Zone> =
            errors.take("zone", word(&self.zone, "Write a time zone such as Europe/Oslo"));
        let contract_text: Option<ContractText> = errors.take(
            "contract_text",
            word(&self.contract_text, "Choose whose text the contract uses"),
        );
        let effect: Option<ObjectionEffect> = errors.take(
            "objection_effect",
            word(&self.objection_effect, "Choose what an objection does"),
        );
        let grounds: Option<GroundsRule> = errors.take(
            "grounds",
            word(&self.grounds, "Choose whether grounds are required"),
        );
        let emergency = errors.take("emergency_days", emergency(&self.emergency_days));
        if model == Some(AuthorisationModel::Specific) && !self.emergency_days.trim().is_empty() {
            errors.add(
                "emergency_days",
                "Under specific authorisation there is no emergency replacement; leave this empty",
            );
        }
        let clause = errors.take("clause", optional(&self.clause, Short::parse));
        let acknowledgement = errors.take("acknowledgement_period", period(&self.acknowledgement_period));
        let discussion = errors.take("discussion_period", period(&self.discussion_period));
        let election = errors.take("election_period", period(&self.election_period));
        let refund: Option<Refund> = errors.take("refund", word(&self.refund, "Choose what is paid back"));
        let late: Option<LateRule> =
            errors.take("late", word(&self.late, "Choose what a late objection becomes"));
        let who: Option<WhoMayObject> = errors.take(
            "who_may_object",
            word(&self.who_may_object, "Choose who may object"),
        );
        let raised = errors.take("raised", self.raised_classes());
        if !errors.is_empty() {
            return (None, errors);
        }
        let policy = (|| {
            Some(Policy {
                model: model?,
                notice_period: notice_period?,
                objection_period: objection_period?,
                calendar: calendar?,
                zone: zone?,
                roll: !self.roll.is_empty(),
                contract_text: contract_text?,
                objection_effect: effect?,
                grounds: grounds?,
                acknowledgement_period: acknowledgement?,
                discussion_period: discussion?,
                election_period: election?,
                refund: refund?,
                late: late?,
                emergency: emergency?,
                who_may_object: who?,
                all_contacts: !self.all_contacts.is_empty(),
                dora_relevant: !self.dora_relevant.is_empty(),
                customer_role,
                clause: clause?,
                raised: raised?,
            })
        })();
        (policy.zip(valid_from), errors)
    }

    fn raised_classes(&self) -> Result<BTreeMap<ChangeType, NoticeClass>, &'static str> {
        self.raised
            .iter()
            .map(|text| {
                let change: ChangeType = word(text, "Choose from the list")?;
                Ok((change, NoticeClass::A))
            })
            .collect()
    }
}

fn valid_from(text: &str) -> Result<NaiveDate, &'static str> {
    let hint = "Write the day as year, month, day: 2026-12-31";
    let day: NaiveDate = text.trim().parse().map_err(|_| hint)?;
    if (1990..=2100).contains(&day.year()) {
        Ok(day)
    } else {
        Err(hint)
    }
}

fn emergency(text: &str) -> Result<EmergencyClause, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(EmergencyClause::None);
    }
    text.parse()
        .ok()
        .filter(|days| (1..=LONGEST_EMERGENCY).contains(days))
        .map(|max_days| EmergencyClause::Allowed { max_days })
        .ok_or("Write a number of days from 1 to 365, or nothing where the contract has no such clause")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    fn usual() -> Policy {
        Policy::new(CalendarId::No, "Europe/Oslo".parse().unwrap())
    }

    #[test]
    fn terms_read_back_as_they_were_shown() {
        let mut policy = usual();
        policy.emergency = EmergencyClause::Allowed { max_days: 14 };
        policy.clause = Some(Short::parse("clause 7.2").unwrap());
        policy.raised = BTreeMap::from([(ChangeType::LocationWithinEea, NoticeClass::A)]);
        policy.all_contacts = true;
        policy.roll = false;
        for policy in [usual(), policy] {
            let form = PolicyForm::of(&policy, day());
            assert_eq!(
                form.parse(CustomerRole::Controller),
                (Some((policy, day())), FieldErrors::new())
            );
        }
    }

    #[test]
    fn an_empty_objection_period_is_the_notice_period() {
        let form = PolicyForm {
            notice_period: "14".into(),
            objection_period: String::new(),
            ..PolicyForm::of(&usual(), day())
        };
        let (policy, _) = form.parse(CustomerRole::Processor).0.unwrap();
        assert_eq!(policy.objection_period.to_string(), "14d");
        assert_eq!(policy.customer_role, CustomerRole::Processor);
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let form = PolicyForm {
            valid_from: "soon".into(),
            notice_period: "0d".into(),
            objection_period: "x".into(),
            zone: "Oslo".into(),
            emergency_days: "366".into(),
            raised: vec!["NEW_MOON".into()],
            ..PolicyForm::of(&usual(), day())
        };
        let (policy, errors) = form.parse(CustomerRole::Controller);
        assert_eq!(policy, None);
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "valid_from",
                "notice_period",
                "objection_period",
                "zone",
                "emergency_days",
                "raised"
            ]
        );
    }

    #[test]
    fn specific_authorisation_has_no_emergency() {
        let form = PolicyForm {
            model: "SPECIFIC".into(),
            emergency_days: "10".into(),
            ..PolicyForm::of(&usual(), day())
        };
        assert!(
            form.parse(CustomerRole::Controller)
                .1
                .first("emergency_days")
                .is_some()
        );
    }
}
