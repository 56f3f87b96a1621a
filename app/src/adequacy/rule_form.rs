//! The forms for rows about laws to assess, review periods and organisations: a new one, or another row about the same.

use chrono::NaiveDate;
use domain::reference::rule::{LawToAssess, ReviewPeriod, Rule, RuleKind, Says};
use domain::reference::{AdequacyStatus, OrganisationDecision};
use domain::text::{Line, Name};
use leptos::prelude::*;

use super::Source;
use super::form::{country, finish, not_compared, source, source_fields};
use crate::register::Typed;
use crate::register::sheet::{Sheet, choices, part};
use crate::register::typed::Reader;
use crate::ui::FieldErrors;

/// The form filled from the row that counts last.
pub fn typed_from_rule(rule: &Rule) -> Typed {
    let mut typed = Typed::default();
    match &rule.says {
        Says::Law(..) => {}
        Says::Review(_, period) => {
            typed.put("months", period.months);
            typed.put("reason", &period.reason);
        }
        Says::Organisation(_, decision) => {
            typed.put("name", &decision.name);
            typed.put("instrument", &decision.instrument);
            typed.put("in_force_from", decision.in_force_from);
            typed.put("status", decision.status);
            if decision.status_since != decision.in_force_from {
                typed.put("since", decision.status_since);
            }
            return typed;
        }
    }
    typed.put("from", rule.from);
    typed.put_some("to", rule.to.as_ref());
    typed
}

/// A row of a kind: the first about something, or another one about what `before` is about.
///
/// # Errors
/// What is wrong, by field.
pub fn parse_rule(
    kind: RuleKind,
    typed: &Typed,
    before: Option<&Rule>,
    today: NaiveDate,
) -> Result<(Rule, Source), FieldErrors> {
    let mut read = Reader::new(typed);
    let before = before.map(|rule| &rule.says);
    let rule = match kind {
        RuleKind::Law => law(&mut read, before),
        RuleKind::Review => review(&mut read, before),
        RuleKind::Organisation => organisation(&mut read, before, today),
    };
    let source = source(&mut read, today);
    finish(read, rule, source)
}

fn law(read: &mut Reader, before: Option<&Says>) -> Option<Rule> {
    let says = if let Some(before) = before {
        Some(before.clone())
    } else {
        let of = country(read);
        let name = read.required("name");
        of.zip(name).map(|(of, name)| Says::Law(of, LawToAssess { name }))
    };
    dated(read, says)
}

fn review(read: &mut Reader, before: Option<&Says>) -> Option<Rule> {
    let of = match before {
        Some(Says::Review(of, _)) => Some(*of),
        _ => country(read),
    };
    let months = read.required("months");
    let reason = read.required("reason");
    let says = of
        .zip(months)
        .zip(reason)
        .map(|((of, months), reason)| Says::Review(of, ReviewPeriod { months, reason }));
    dated(read, says)
}

/// A row with its first and its last day.
fn dated(read: &mut Reader, says: Option<Says>) -> Option<Rule> {
    let from = read.required_day("from");
    let to = read.day("to");
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        read.errors.add("to", "It would end before it begins");
    }
    Some(Rule {
        says: says?,
        from: from?,
        to,
    })
}

fn organisation(read: &mut Reader, before: Option<&Says>, today: NaiveDate) -> Option<Rule> {
    let code = match before {
        Some(Says::Organisation(code, _)) => Some(code.clone()),
        _ => read.required("code"),
    };
    let name: Option<Name> = read.required("name");
    let instrument: Option<Line<120>> = read.required("instrument");
    let in_force_from = read.required_day("in_force_from");
    let status: Option<AdequacyStatus> = read.chosen("status", "Choose what it is now");
    let since = read.day("since");
    if let (Some(since), Some(from)) = (since, in_force_from)
        && since < from
    {
        read.errors.add("since", "It was not in force yet on that day");
    }
    if since.is_some_and(|day| day > today) {
        let why = "That day is still to come. Record it on the day itself";
        read.errors.add("since", why);
    }
    let has_fallen = status.is_some_and(|status| status != AdequacyStatus::InForce);
    if has_fallen && since.is_none() && read.errors.first("since").is_none() {
        read.errors.add("since", "Say since when");
    }
    let not_compared = not_compared(read);
    let in_force_from = in_force_from?;
    let status_since = since.unwrap_or(in_force_from);
    let decision = OrganisationDecision {
        name: name?,
        instrument: instrument?,
        in_force_from,
        status: status?,
        status_since,
        not_compared,
    };
    Some(Rule {
        says: Says::Organisation(code?, decision),
        from: status_since,
        to: None,
    })
}

/// The fields of a row; those that say what it is about only where it is the first.
pub(super) fn rule_fields(kind: RuleKind, sheet: &Sheet, is_new: bool) -> AnyView {
    let which = |fields| is_new.then(|| part("Which", "", fields));
    let country = || {
        sheet.text(
            "country",
            "Country or territory",
            "A two-letter code or an English name.",
        )
    };
    let days = || {
        vec![
            sheet.day("from", "First day", ""),
            sheet.day("to", "Last day", "Leave empty while it lasts."),
        ]
    };
    let views = match kind {
        RuleKind::Law => {
            let name = sheet.text(
                "name",
                "Law",
                "Its short name: “FISA 702”. What is known of the country must name it in the same way.",
            );
            vec![which(vec![country(), name]), Some(part("When", "", days()))]
        }
        RuleKind::Review => {
            let mut fields = vec![
                sheet.text("months", "Reviewed after how many months?", "From 1 to 12."),
                sheet.area("reason", "Why sooner than others?", "", 2),
            ];
            fields.extend(days());
            vec![which(vec![country()]), Some(part("What it says", "", fields))]
        }
        RuleKind::Organisation => {
            let code = sheet.text("code", "Short name", "“EPO”.");
            let fields = vec![
                sheet.text("name", "Organisation", ""),
                sheet.text("instrument", "Instrument", "Its number: “(EU) 2026/179”."),
                sheet.day("in_force_from", "In force from", ""),
                sheet.radio("status", "What is it now?", "", choices!(AdequacyStatus)),
                sheet.day(
                    "since",
                    "Since when",
                    "Leave empty if it has been in force since its first day.",
                ),
            ];
            vec![which(vec![code]), Some(part("What it says", "", fields))]
        }
    };
    let source = source_fields(sheet, kind == RuleKind::Organisation);
    vec![views.into_any(), source].into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        "2026-11-27".parse().unwrap()
    }

    /// A form with its source.
    fn typed(pairs: &[(&str, &str)]) -> Typed {
        let source = [
            ("source_url", "https://www.congress.gov/"),
            ("checked_on", "2026-11-27"),
        ];
        let pairs: Vec<_> = pairs
            .iter()
            .chain(&source)
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        Typed::new(&pairs)
    }

    fn fields(kind: RuleKind, typed: &Typed) -> Vec<String> {
        let errors = parse_rule(kind, typed, None, today()).unwrap_err();
        errors.iter().map(|e| e.field.clone()).collect()
    }

    #[test]
    fn every_gap_is_said_at_its_field() {
        let none = Typed::default();
        let source = ["source_url", "checked_on"];
        for (kind, own) in [
            (RuleKind::Law, &["country", "name", "from"][..]),
            (RuleKind::Review, &["country", "months", "reason", "from"][..]),
            (
                RuleKind::Organisation,
                &[
                    "code",
                    "name",
                    "instrument",
                    "in_force_from",
                    "status",
                    "not_compared",
                ][..],
            ),
        ] {
            let expected: Vec<_> = own.iter().chain(&source).copied().collect();
            assert_eq!(fields(kind, &none), expected);
        }
        let backwards = typed(&[
            ("country", "India"),
            ("name", "IT Act"),
            ("from", "2027-01-01"),
            ("to", "2026-12-31"),
        ]);
        assert_eq!(fields(RuleKind::Law, &backwards), ["to"]);
    }

    #[test]
    fn another_row_keeps_what_it_is_about_and_its_form_is_filled() {
        let first = typed(&[
            ("country", "India"),
            ("months", "6"),
            ("reason", "A bill is before parliament"),
            ("from", "2026-11-01"),
        ]);
        let (rule, _) = parse_rule(RuleKind::Review, &first, None, today()).unwrap();
        let filled = typed_from_rule(&rule);
        assert_eq!((filled.text("months"), filled.text("from")), ("6", "2026-11-01"));
        let shorter = typed(&[
            ("country", "China"),
            ("months", "3"),
            ("reason", "It passed"),
            ("from", "2027-01-01"),
        ]);
        let (after, _) = parse_rule(RuleKind::Review, &shorter, Some(&rule), today()).unwrap();
        assert_eq!(after.key(), rule.key());
        assert!(after.replaces(&rule));
    }

    #[test]
    fn a_decision_about_an_organisation_says_since_when_it_no_longer_stands() {
        let form = |status, since| {
            typed(&[
                ("code", "EPO"),
                ("name", "European Patent Organisation"),
                ("instrument", "(EU) 2025/1382"),
                ("in_force_from", "2025-07-15"),
                ("status", status),
                ("since", since),
                ("compared", "yes"),
            ])
        };
        let read = |status, since| parse_rule(RuleKind::Organisation, &form(status, since), None, today());
        let (rule, _) = read("IN_FORCE", "").unwrap();
        assert_eq!((rule.code(), rule.from), ("EPO", "2025-07-15".parse().unwrap()));
        assert_eq!(typed_from_rule(&rule).text("since"), "");
        let (rule, _) = read("REPEALED", "2026-11-26").unwrap();
        assert_eq!(typed_from_rule(&rule).text("since"), "2026-11-26");
        for (status, since) in [
            ("REPEALED", ""),
            ("REPEALED", "2026-11-28"),
            ("REPEALED", "2025-07-14"),
            ("IN_FORCE", "2026-11-28"),
        ] {
            assert_eq!(fields(RuleKind::Organisation, &form(status, since)), ["since"]);
        }
    }
}
