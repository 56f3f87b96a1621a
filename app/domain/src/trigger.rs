//! Events that may change what an assessment came to, and until when somebody must have looked (§4.5). The scheduled
//! review is none of them: it is a day on the assessment, and a job.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::{Calendar, PastData};
use crate::change::ChangeType;
use crate::country::Country;
use crate::id::{EngagementId, OrganisationId};
use crate::legal_record::MechanismKind;
use crate::word_set::words;

words! {
    /// What happened.
    "kind of event" TriggerKind {
        /// Something in the description of the transfer: a recipient, a place, remote access.
        TransferChanged = "TRANSFER_CHANGED", "the transfer changes";
        /// The importer told us of law that it cannot comply with the clauses under (clause 14(e)).
        ImporterNotice = "IMPORTER_NOTICE", "notice of the importer about its law";
        /// The importer told us that an authority asked for data or reaches it (clause 15.1).
        GovernmentRequest = "GOVERNMENT_REQUEST", "request of an authority to the importer";
        /// The law of the destination changed.
        LawChanged = "LAW_CHANGED", "law of the destination changed";
        /// Adequacy was granted, expired or fell; a company left the list.
        AdequacyChanged = "ADEQUACY_CHANGED", "adequacy changed";
        /// An authority, the EDPB or the Court published on the country or the tool.
        Publication = "PUBLICATION", "publication of an authority or court";
        /// Another owner, insolvency, a breach, a lost certificate.
        VendorEvent = "VENDOR_EVENT", "event at the vendor";
        /// A supplementary measure does not work.
        MeasureIneffective = "MEASURE_INEFFECTIVE", "a measure does not work";
        /// The clauses are replaced by a newer version.
        InstrumentReplaced = "INSTRUMENT_REPLACED", "instrument replaced";
    }
}

/// What an event does at once to every assessment that it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Somebody says for each whether it has an impact.
    Triage,
    /// Each goes under review, whatever anybody thinks of it.
    Review,
    /// Each is suspended until a new version is approved.
    Suspend,
}

/// Until when somebody must have looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// So many working days after the event was raised; none is the same day.
    WorkingDays(u8),
    /// Before the change takes effect.
    BeforeItTakesEffect,
    /// A transition date that the event itself sets.
    TransitionDate,
}

impl TriggerKind {
    /// Working days in which a review that an event opened is decided.
    pub const DECIDE_WITHIN: u8 = 10;

    /// As what it is forwarded to the controllers: Module 3 asks for that (clauses 14(e) and 15.1(a)).
    pub const fn forwarded_as(self) -> Option<ChangeType> {
        match self {
            Self::ImporterNotice => Some(ChangeType::LawChangeNotice),
            Self::GovernmentRequest => Some(ChangeType::GovAccessNotice),
            _ => None,
        }
    }

    /// What it does at once.
    pub const fn effect(self) -> Effect {
        match self {
            Self::ImporterNotice | Self::GovernmentRequest => Effect::Review,
            Self::MeasureIneffective => Effect::Suspend,
            _ => Effect::Triage,
        }
    }

    /// Until when: the table of §4.5.
    pub const fn deadline(self) -> Deadline {
        match self {
            Self::TransferChanged => Deadline::BeforeItTakesEffect,
            Self::ImporterNotice | Self::GovernmentRequest => Deadline::WorkingDays(1),
            Self::LawChanged | Self::VendorEvent => Deadline::WorkingDays(5),
            Self::AdequacyChanged | Self::MeasureIneffective => Deadline::WorkingDays(0),
            Self::Publication => Deadline::WorkingDays(10),
            Self::InstrumentReplaced => Deadline::TransitionDate,
        }
    }

    /// The last day for looking at it, for an event raised on `raised_on`. `takes_effect_on` is the day that the event
    /// itself names, where it names one; without it there is no last day where one is needed.
    pub fn due_on(
        self,
        raised_on: NaiveDate,
        takes_effect_on: Option<NaiveDate>,
        calendar: &Calendar,
    ) -> Result<Option<NaiveDate>, PastData> {
        match self.deadline() {
            Deadline::WorkingDays(days) => working_days_after(raised_on, days, calendar).map(Some),
            Deadline::BeforeItTakesEffect => Ok(takes_effect_on.and_then(|day| day.pred_opt())),
            Deadline::TransitionDate => Ok(takes_effect_on),
        }
    }
}

/// The `n`th working day after a day; that day itself where `n` is 0.
pub fn working_days_after(day: NaiveDate, n: u8, calendar: &Calendar) -> Result<NaiveDate, PastData> {
    let (mut day, mut left) = (day, n);
    while left > 0 {
        day = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
        if calendar.is_working(day)? {
            left -= 1;
        }
    }
    Ok(day)
}

words! {
    /// Which assessments an event concerns.
    "scope of an event" ScopeKind {
        /// All on a country.
        Country = "COUNTRY", "a country";
        /// All of a company's engagements.
        Organisation = "ORGANISATION", "a company";
        /// Those of one engagement.
        Engagement = "ENGAGEMENT", "an engagement";
        /// All that rest on an instrument.
        Instrument = "INSTRUMENT", "an instrument";
    }
}

/// Which assessments an event concerns, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// All on a country.
    Country(Country),
    /// All of a company's engagements.
    Organisation(OrganisationId),
    /// Those of one engagement.
    Engagement(EngagementId),
    /// All that rest on an instrument.
    Instrument(MechanismKind),
}

impl Scope {
    /// Its kind.
    pub const fn kind(self) -> ScopeKind {
        match self {
            Self::Country(_) => ScopeKind::Country,
            Self::Organisation(_) => ScopeKind::Organisation,
            Self::Engagement(_) => ScopeKind::Engagement,
            Self::Instrument(_) => ScopeKind::Instrument,
        }
    }

    /// What it points at, as stored.
    pub fn target(self) -> String {
        match self {
            Self::Country(country) => country.to_string(),
            Self::Organisation(id) => id.to_string(),
            Self::Engagement(id) => id.to_string(),
            Self::Instrument(kind) => kind.to_string(),
        }
    }

    /// Reads back what was stored or posted.
    pub fn parse(kind: ScopeKind, target: &str) -> Option<Self> {
        Some(match kind {
            ScopeKind::Country => Self::Country(Country::find(target).ok()?),
            ScopeKind::Organisation => Self::Organisation(target.parse::<Uuid>().ok()?.into()),
            ScopeKind::Engagement => Self::Engagement(target.parse::<Uuid>().ok()?.into()),
            ScopeKind::Instrument => Self::Instrument(target.parse().ok()?),
        })
    }
}

words! {
    /// What somebody found out about one assessment.
    "triage" Triage {
        /// It stays as it is; the reason is kept.
        NoImpact = "NO_IMPACT", "no impact";
        /// It is reviewed.
        Review = "REVIEW", "review it";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{CalendarId, HolidayTable};
    use crate::word_set::assert_words;

    fn calendar() -> Calendar {
        let table: HolidayTable = serde_json::from_str(include_str!("../calendars/holidays.json")).unwrap();
        table
            .into_calendars()
            .unwrap()
            .remove(&CalendarId::ALL[0])
            .unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn words_read_back() {
        assert_words!(TriggerKind, ScopeKind, Triage);
    }

    #[test]
    fn each_kind_has_the_deadline_and_effect_of_the_table() {
        use TriggerKind as K;
        // Friday 18 December 2026; Christmas Day and Boxing Day fall on Friday and Saturday.
        let raised = date("2026-12-18");
        let start = Some(date("2027-03-01"));
        let rows = [
            (K::TransferChanged, Effect::Triage, "2027-02-28"),
            (K::ImporterNotice, Effect::Review, "2026-12-21"),
            (K::GovernmentRequest, Effect::Review, "2026-12-21"),
            (K::LawChanged, Effect::Triage, "2026-12-28"),
            (K::AdequacyChanged, Effect::Triage, "2026-12-18"),
            (K::Publication, Effect::Triage, "2027-01-05"),
            (K::VendorEvent, Effect::Triage, "2026-12-28"),
            (K::MeasureIneffective, Effect::Suspend, "2026-12-18"),
            (K::InstrumentReplaced, Effect::Triage, "2027-03-01"),
        ];
        assert_eq!(rows.len(), K::ALL.len());
        for (kind, effect, due) in rows {
            let found = kind.due_on(raised, start, &calendar()).unwrap();
            assert_eq!((kind.effect(), found), (effect, Some(date(due))), "{kind}");
        }
        assert_eq!(K::TransferChanged.due_on(raised, None, &calendar()), Ok(None));
    }

    #[test]
    fn a_day_past_the_calendar_is_an_error() {
        let last = NaiveDate::from_ymd_opt(calendar().years().1, 12, 31).unwrap();
        assert!(TriggerKind::LawChanged.due_on(last, None, &calendar()).is_err());
    }

    #[test]
    fn a_scope_reads_back_from_its_kind_and_target() {
        let scopes = [
            Scope::Country(Country::parse("US").unwrap()),
            Scope::Organisation(Uuid::from_u128(1).into()),
            Scope::Engagement(Uuid::from_u128(2).into()),
            Scope::Instrument(MechanismKind::Scc),
        ];
        for scope in scopes {
            assert_eq!(Scope::parse(scope.kind(), &scope.target()), Some(scope));
        }
        assert_eq!(Scope::parse(ScopeKind::Engagement, "acme"), None);
    }
}
