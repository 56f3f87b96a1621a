//! The forms for rows: a new decision, another row of one, a change of status, a membership of the EEA.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::country::Country;
use domain::known::Known;
use domain::reference::{
    AdequacyDecision, AdequacyRegime, AdequacyScope, AdequacyStatus, EeaMembership, EftaState, EftaStatus,
};
use domain::text::{Line, Prose};
use domain::web_address::WebAddress;
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::sheet::{Sheet, choices, part};
use crate::register::typed::Reader;
use crate::ui::{Choice, FieldErrors};

/// Where a row can be read, and when somebody compared it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The address.
    pub url: WebAddress,
    /// The day.
    pub checked_on: NaiveDate,
}

pub(crate) fn source(read: &mut Reader, today: NaiveDate) -> Option<Source> {
    let url = read.required("source_url");
    let checked_on = read.required_day("checked_on");
    if checked_on.is_some_and(|day| day > today) {
        read.errors.add("checked_on", "That day is still to come");
    }
    Some(Source {
        url: url?,
        checked_on: checked_on?,
    })
}

pub(super) fn not_compared(read: &mut Reader) -> Option<Line<500>> {
    if read.is_ticked("compared") {
        return None;
    }
    let why = read.optional("not_compared");
    if why.is_none() && read.errors.first("not_compared").is_none() {
        let ask = "Say why nobody compared it with its source, or tick that you did";
        read.errors.add("not_compared", ask);
    }
    why
}

fn efta_name(state: EftaState) -> String {
    format!("efta_{}", state.as_str().to_lowercase())
}

/// The form filled from the latest row.
pub fn typed_from(decision: &AdequacyDecision) -> Typed {
    let mut typed = Typed::default();
    typed.put("scope", decision.scope);
    typed.put_some("scope_question", decision.scope_question.as_ref());
    typed.put_some("adopted_on", decision.adopted_on.as_ref());
    typed.put_some("sunset_on", decision.sunset_on.as_ref());
    typed.put_some("next_review_on", decision.next_review_on.as_ref());
    for state in EftaState::ALL {
        typed.put(efta_name(*state), decision.efta_status(*state));
    }
    typed
}

/// What a row says beyond what identifies the decision and its status.
struct Particulars {
    adopted_on: Option<NaiveDate>,
    scope: AdequacyScope,
    scope_question: Option<Line<300>>,
    sunset_on: Option<NaiveDate>,
    next_review_on: Option<NaiveDate>,
    efta: BTreeMap<EftaState, EftaStatus>,
    not_compared: Option<Line<500>>,
}

impl Particulars {
    fn read(read: &mut Reader, regime: Option<AdequacyRegime>, from: Option<NaiveDate>) -> Option<Self> {
        let adopted_on = read.day("adopted_on");
        let scope: Option<AdequacyScope> = read.chosen("scope", "Choose whom it covers");
        let scope_question: Option<Line<300>> = read.optional("scope_question");
        if scope.is_some_and(|scope| scope != AdequacyScope::Full)
            && scope_question.is_none()
            && read.errors.first("scope_question").is_none()
        {
            let ask = "Write the question that decides whether an importer is covered";
            read.errors.add("scope_question", ask);
        }
        let sunset_on = read.day("sunset_on");
        if let (Some(last), Some(from)) = (sunset_on, from)
            && last < from
        {
            read.errors.add("sunset_on", "It would end before it begins");
        }
        let next_review_on = read.day("next_review_on");
        let mut efta = BTreeMap::new();
        if regime == Some(AdequacyRegime::Eu) {
            for state in EftaState::ALL {
                let status: Option<EftaStatus> =
                    read.chosen(&efta_name(*state), "Choose whether it applies there");
                efta.extend(status.map(|status| (*state, status)));
            }
        }
        let not_compared = not_compared(read);
        Some(Self {
            adopted_on,
            scope: scope?,
            scope_question,
            sunset_on,
            next_review_on,
            efta,
            not_compared,
        })
    }

    fn of(self, before: AdequacyDecision) -> AdequacyDecision {
        AdequacyDecision {
            adopted_on: self.adopted_on,
            scope: self.scope,
            scope_question: self.scope_question,
            sunset_on: self.sunset_on,
            next_review_on: self.next_review_on,
            efta: self.efta,
            not_compared: self.not_compared,
            ..before
        }
    }
}

/// Another row of a decision; its status stays.
///
/// # Errors
/// What is wrong, by field.
pub fn parse_row(
    typed: &Typed,
    before: &AdequacyDecision,
    today: NaiveDate,
) -> Result<(AdequacyDecision, Source), FieldErrors> {
    let mut read = Reader::new(typed);
    let said = Particulars::read(&mut read, Some(before.regime), Some(before.in_force_from));
    let source = source(&mut read, today);
    finish(read, said.map(|said| said.of(before.clone())), source)
}

/// A decision that is not recorded yet.
///
/// # Errors
/// What is wrong, by field.
pub fn parse_new(typed: &Typed, today: NaiveDate) -> Result<(AdequacyDecision, Source), FieldErrors> {
    let mut read = Reader::new(typed);
    let country = country(&mut read);
    let regime: Option<AdequacyRegime> = read.chosen("regime", "Choose whose decision it is");
    let instrument: Option<Line<120>> = read.required("instrument");
    let in_force_from = read.required_day("in_force_from");
    let said = Particulars::read(&mut read, regime, in_force_from);
    let adopted_on = said.as_ref().and_then(|said| said.adopted_on);
    if adopted_on
        .zip(in_force_from)
        .is_some_and(|(adopted, from)| from < adopted)
    {
        let why = "It was not in force before it was adopted";
        read.errors.add("in_force_from", why);
    }
    let source = source(&mut read, today);
    let identity = country.zip(regime).zip(instrument).zip(in_force_from).zip(said);
    let decision =
        identity.map(
            |((((country, regime), instrument), in_force_from), said)| AdequacyDecision {
                country,
                regime,
                instrument,
                adopted_on: said.adopted_on,
                in_force_from,
                scope: said.scope,
                scope_question: said.scope_question,
                sunset_on: said.sunset_on,
                next_review_on: said.next_review_on,
                status: AdequacyStatus::InForce,
                status_since: in_force_from,
                efta: said.efta,
                not_compared: said.not_compared,
            },
        );
    finish(read, decision, source)
}

pub(super) fn country(read: &mut Reader) -> Option<Country> {
    match read.country("country") {
        Known::Known(country) => Some(country),
        Known::Unknown => {
            if read.errors.first("country").is_none() {
                read.errors.add("country", "Choose a country");
            }
            None
        }
    }
}

pub(crate) fn finish<T>(
    read: Reader,
    value: Option<T>,
    source: Option<Source>,
) -> Result<(T, Source), FieldErrors> {
    match (value, source) {
        (Some(value), Some(source)) if read.errors.is_empty() => Ok((value, source)),
        _ => Err(read.errors),
    }
}

/// A membership of the EEA, new or with its last day.
///
/// # Errors
/// What is wrong, by field.
pub fn parse_member(typed: &Typed, today: NaiveDate) -> Result<(EeaMembership, Source), FieldErrors> {
    let mut read = Reader::new(typed);
    let country = country(&mut read);
    let from = read.required_day("from");
    let to = read.day("to");
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        read.errors.add("to", "It would end before it begins");
    }
    let source = source(&mut read, today);
    let member = country.zip(from).map(|(country, from)| EeaMembership {
        country,
        from: Some(from),
        to,
    });
    finish(read, member, source)
}

/// Another status of a decision, from a day on, and why.
///
/// # Errors
/// What is wrong, by field.
pub fn parse_status(
    typed: &Typed,
    before: &AdequacyDecision,
    today: NaiveDate,
) -> Result<(AdequacyDecision, Source, Prose), FieldErrors> {
    let mut read = Reader::new(typed);
    let status: Option<AdequacyStatus> = read.chosen("status", "Choose what it is now");
    if status == Some(before.status) {
        read.errors
            .add("status", format!("It is {} already", before.status.label()));
    }
    let since = read.required_day("since");
    if since.is_some_and(|day| day > today) {
        let why = "That day is still to come. Record it on the day itself; a last day that is known now is set as such in another row";
        read.errors.add("since", why);
    }
    if since.is_some_and(|day| day < before.in_force_from) {
        read.errors.add("since", "It was not in force yet on that day");
    }
    let reason: Option<Prose> = read.required("reason");
    let source = source(&mut read, today);
    let changed = status
        .zip(since)
        .zip(reason)
        .map(|((status, status_since), reason)| {
            let decision = AdequacyDecision {
                status,
                status_since,
                not_compared: None,
                ..before.clone()
            };
            (decision, reason)
        });
    finish(read, changed, source).map(|((decision, reason), source)| (decision, source, reason))
}

/// The fields that identify a new decision.
pub(super) fn identity_fields(sheet: &Sheet) -> AnyView {
    part(
        "Which decision",
        "",
        vec![
            sheet.text(
                "country",
                "Country or territory",
                "A two-letter code or an English name.",
            ),
            sheet.radio("regime", "Whose decision is it?", "", choices!(AdequacyRegime)),
            sheet.text("instrument", "Instrument", "Its number: “(EU) 2026/179”."),
            sheet.day("in_force_from", "In force from", ""),
        ],
    )
}

/// The fields that every row of a decision has.
pub fn fields_of(typed: &Typed, errors: &FieldErrors, is_eu: bool) -> AnyView {
    let sheet = Sheet { typed, errors };
    let mut views = vec![part(
        "What it says",
        "",
        vec![
            sheet.day("adopted_on", "Adopted on", "Leave empty if that is not known."),
            sheet.radio("scope", "Whom does it cover?", "", choices!(AdequacyScope)),
            sheet.area(
                "scope_question",
                "Question that decides whether an importer is covered",
                "Asked for every transfer where it covers only some.",
                2,
            ),
            sheet.day(
                "sunset_on",
                "Last day",
                "It runs to 24:00 of that day in Brussels. Leave empty if it has no end.",
            ),
            sheet.day("next_review_on", "Next review by", ""),
        ],
    )];
    if is_eu {
        let states = EftaState::ALL
            .iter()
            .map(|state| {
                sheet.select(
                    &efta_name(*state),
                    state.label(),
                    "",
                    "Choose",
                    choices!(EftaStatus),
                )
            })
            .collect();
        views.push(part(
            "EEA EFTA states",
            "Until the Joint Committee has taken a decision into the EEA Agreement, each of them may decide whether to apply it. Exports from a state that does not, or of which that is unknown, do not rest on it.",
            states,
        ));
    }
    views.push(source_fields(&sheet, true));
    views.into_any()
}

/// Source and day of comparison.
pub(crate) fn source_fields(sheet: &Sheet, with_comparison: bool) -> AnyView {
    let mut fields = vec![
        sheet.web(
            "source_url",
            "Where it can be read",
            "The official text, if there is one.",
        ),
        sheet.day("checked_on", "Looked at on", ""),
    ];
    if with_comparison {
        fields.push(sheet.tick("compared", "I compared this row with its source on that day", ""));
        fields.push(sheet.optional("not_compared", "If not: why", "Shown with the row."));
    }
    part("Source", "", fields)
}

/// The choices of a status, the present one left out.
pub(super) fn statuses(present: AdequacyStatus) -> Vec<Choice> {
    let all: Vec<Choice> = choices!(AdequacyStatus);
    all.into_iter()
        .filter(|choice| choice.value != present.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        Typed::new(&pairs)
    }

    fn today() -> NaiveDate {
        "2026-11-27".parse().unwrap()
    }

    fn fields(errors: &FieldErrors) -> Vec<&str> {
        errors.iter().map(|e| e.field.as_str()).collect()
    }

    const KENYA: [(&str, &str); 12] = [
        ("country", "Kenya"),
        ("regime", "EU"),
        ("instrument", "(EU) 2026/9999"),
        ("in_force_from", "2026-12-01"),
        ("scope", "PARTIAL"),
        ("scope_question", "Is the recipient covered?"),
        ("efta_no", "UNKNOWN"),
        ("efta_is", "APPLIES"),
        ("efta_li", "NOT_YET"),
        (
            "source_url",
            "https://eur-lex.europa.eu/eli/dec_impl/2026/9999/oj",
        ),
        ("checked_on", "2026-11-27"),
        ("compared", "yes"),
    ];

    fn without(field: &str) -> Typed {
        let pairs: Vec<_> = KENYA.into_iter().filter(|(name, _)| *name != field).collect();
        typed(&pairs)
    }

    #[test]
    fn a_new_decision_is_read_whole_and_every_gap_is_said_at_its_field() {
        let (decision, source) = parse_new(&typed(&KENYA), today()).unwrap();
        assert_eq!(
            (decision.country.code(), decision.status),
            ("KE", AdequacyStatus::InForce)
        );
        assert_eq!(decision.status_since, decision.in_force_from);
        assert_eq!(decision.efta_status(EftaState::Norway), EftaStatus::Unknown);
        assert_eq!(decision.not_compared, None);
        assert_eq!(source.checked_on, today());
        for field in [
            "country",
            "regime",
            "instrument",
            "in_force_from",
            "scope",
            "scope_question",
            "efta_no",
            "source_url",
            "checked_on",
        ] {
            let errors = parse_new(&without(field), today()).unwrap_err();
            assert_eq!(fields(&errors), [field]);
        }
        assert_eq!(
            fields(&parse_new(&without("compared"), today()).unwrap_err()),
            ["not_compared"]
        );
        assert_eq!(parse_new(&Typed::default(), today()).unwrap_err().len(), 8);
        for (adopted_on, expected) in [("2026-12-01", None), ("2026-12-02", Some("in_force_from"))] {
            let mut typed = typed(&KENYA);
            typed.put("adopted_on", adopted_on);
            let errors = parse_new(&typed, today()).err().unwrap_or_default();
            assert_eq!(fields(&errors), Vec::from_iter(expected), "{adopted_on}");
        }
    }

    #[test]
    fn a_status_counts_from_a_day_that_has_come_and_needs_a_reason() {
        let (before, _) = parse_new(&without("x"), today()).unwrap();
        let before = AdequacyDecision {
            in_force_from: "2025-01-01".parse().unwrap(),
            ..before
        };
        let form = |status, since| {
            typed(&[
                ("status", status),
                ("since", since),
                ("reason", "Judgment of that day"),
                ("source_url", "https://curia.europa.eu/"),
                ("checked_on", "2026-11-27"),
            ])
        };
        let (after, _, reason) = parse_status(&form("ANNULLED", "2026-11-26"), &before, today()).unwrap();
        assert_eq!(
            (after.status, after.key()),
            (AdequacyStatus::Annulled, before.key())
        );
        assert_eq!(reason.as_str(), "Judgment of that day");
        for (status, since, field) in [
            ("IN_FORCE", "2026-11-26", "status"),
            ("", "2026-11-26", "status"),
            ("ANNULLED", "2026-11-28", "since"),
            ("ANNULLED", "2024-12-31", "since"),
            ("ANNULLED", "", "since"),
        ] {
            let errors = parse_status(&form(status, since), &before, today()).unwrap_err();
            assert_eq!(fields(&errors), [field], "{status} {since}");
        }
    }

    #[test]
    fn a_membership_does_not_end_before_it_begins() {
        let row = |to| {
            typed(&[
                ("country", "CH"),
                ("from", "2030-01-01"),
                ("to", to),
                ("source_url", "https://www.efta.int/"),
                ("checked_on", "2026-11-27"),
            ])
        };
        assert_eq!(parse_member(&row(""), today()).unwrap().0.to, None);
        assert_eq!(
            fields(&parse_member(&row("2029-12-31"), today()).unwrap_err()),
            ["to"]
        );
    }
}
