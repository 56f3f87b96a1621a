use std::sync::LazyLock;

use super::*;
use crate::word_set::assert_words;

static CALENDARS: LazyLock<BTreeMap<CalendarId, Calendar>> = LazyLock::new(|| {
    let table: HolidayTable = serde_json::from_str(include_str!("../../calendars/holidays.json")).unwrap();
    table.into_calendars().unwrap()
});

/// The committed calendar, for the tests of everything that counts days.
pub(crate) fn calendar(id: CalendarId) -> &'static Calendar {
    &CALENDARS[&id]
}

/// A date, for tests.
pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn holidays(id: CalendarId, from: &str, to: &str) -> Vec<String> {
    let range = date(from)..=date(to);
    calendar(id)
        .holidays
        .range(range)
        .map(|(day, _)| day.format("%m-%d").to_string())
        .collect()
}

#[test]
fn the_holidays_of_the_worked_examples_are_in_the_table() {
    let norway = [
        "01-01", "03-25", "03-26", "03-28", "03-29", "05-01", "05-06", "05-16", "05-17", "12-25", "12-26",
    ];
    assert_eq!(holidays(CalendarId::No, "2027-01-01", "2027-12-31"), norway);
    assert_eq!(
        holidays(CalendarId::No, "2026-10-01", "2026-12-31"),
        ["12-25", "12-26"]
    );
    let finland = [
        "01-01", "01-06", "03-26", "03-28", "03-29", "05-01", "05-06", "05-16", "06-25", "06-26", "11-06",
        "12-06", "12-24", "12-25", "12-26",
    ];
    assert_eq!(holidays(CalendarId::Fi, "2027-01-01", "2027-12-31"), finland);
    let finland_2026 = ["10-31", "12-06", "12-24", "12-25", "12-26"];
    assert_eq!(holidays(CalendarId::Fi, "2026-10-01", "2026-12-31"), finland_2026);
}

#[test]
fn every_calendar_has_its_own_closed_days() {
    let closed = |id, day| calendar(id).why_closed(date(day)).unwrap();
    for (id, day, why) in [
        (
            CalendarId::No,
            "2027-05-17",
            Some("Constitution Day; Pentecost Monday"),
        ),
        (CalendarId::No, "2026-12-24", None),
        (CalendarId::No, "2026-12-31", None),
        (CalendarId::Fi, "2026-12-24", Some("Christmas Eve")),
        (CalendarId::Fi, "2027-06-25", Some("Midsummer Eve")),
        (CalendarId::Fi, "2027-01-06", Some("Epiphany")),
        (CalendarId::FiNoEves, "2026-12-24", None),
        (CalendarId::FiNoEves, "2027-06-25", None),
        (CalendarId::FiNoEves, "2027-12-06", Some("Independence Day")),
        (CalendarId::Se, "2026-12-24", Some("Christmas Eve")),
        (CalendarId::Se, "2026-12-31", Some("New Year's Eve")),
        (CalendarId::Se, "2027-06-25", Some("Midsummer Eve")),
        (CalendarId::Se, "2028-06-06", Some("National Day")),
        (CalendarId::Dk, "2027-03-25", Some("Maundy Thursday")),
        (CalendarId::Dk, "2026-05-01", None),
        (CalendarId::De, "2028-10-03", Some("German Unity Day")),
        (CalendarId::De, "2028-06-15", None), // Corpus Christi: some states only
        (CalendarId::De, "2027-01-06", None), // Epiphany: some states only
        (CalendarId::Fr, "2027-07-14", Some("National Day")),
        (CalendarId::Fr, "2027-03-26", None), // Good Friday: Alsace and Moselle only
        (CalendarId::Ie, "2027-03-17", Some("Saint Patrick's Day")),
        (CalendarId::Nl, "2027-04-27", Some("King's Day")),
        (CalendarId::Weekend, "2026-12-25", None),
    ] {
        assert_eq!(closed(id, day), why, "{id} {day}");
    }
    for id in CalendarId::ALL {
        assert!(
            closed(id, "2026-11-28").is_some() && closed(id, "2026-11-29").is_some(),
            "{id}"
        );
        assert_eq!(closed(id, "2026-11-27"), None, "{id}");
    }
}

#[test]
fn beyond_its_years_a_calendar_does_not_guess() {
    for id in CalendarId::ALL {
        assert!(calendar(id).is_working(date("2020-01-01")).is_ok());
        assert!(calendar(id).is_working(date("2040-12-31")).is_ok());
        assert!(calendar(id).is_working(date("2041-01-02")).is_err());
        assert!(calendar(id).is_working(date("2019-12-31")).is_err());
    }
    let error = calendar(CalendarId::No)
        .is_working(date("2041-05-17"))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Holidays of NO are known for 2020 to 2040 only, and 2041-05-17 is outside"
    );
}

#[test]
fn the_publishers_overrides_win_and_show_in_the_version() {
    let own = |day, working, reason: &str| Override {
        date: date(day),
        working: Some(working),
        reason: reason.to_owned(),
    };
    let norway = calendar(CalendarId::No).clone().with_overrides([
        own("2026-12-24", false, "Office closed"),
        own("2026-12-26", true, "Stocktaking"),
    ]);
    assert_eq!(norway.why_closed(date("2026-12-24")), Ok(Some("Office closed")));
    assert_eq!(norway.is_working(date("2026-12-26")), Ok(true));
    assert_eq!(norway.version(), "holidays-0.109+2 overrides");
    assert_eq!(calendar(CalendarId::No).version(), "holidays-0.109");
    let back = |day| Override {
        working: None,
        ..own(day, true, "As the table says")
    };
    let given_back = norway
        .clone()
        .with_overrides([back("2026-12-24"), back("2026-12-26")]);
    assert_eq!(&given_back, calendar(CalendarId::No));
    assert_eq!(
        norway.why_closed_by_table(date("2026-12-26")),
        Ok(Some("Second Day of Christmas"))
    );
    assert_eq!(norway.is_closed_by(&back("2026-12-26")), Ok(true));
    assert_eq!(norway.is_closed_by(&back("2026-12-24")), Ok(false));
    assert!(norway.is_closed_by(&back("2041-12-24")).is_err());
}

#[test]
fn an_override_is_known_from_the_instant_at_which_it_was_recorded_and_the_later_one_wins() {
    let row = |calendar, recorded_at: &str, working| RecordedOverride {
        calendar,
        recorded_at: recorded_at.parse().unwrap(),
        day: Override {
            date: date("2026-12-23"),
            working,
            reason: "Mourning".to_owned(),
        },
    };
    let rows = [
        row(CalendarId::Fi, "2026-11-01T00:00:00Z", Some(false)),
        row(CalendarId::No, "2026-12-01T00:00:00Z", Some(false)),
        row(CalendarId::No, "2026-12-02T00:00:00Z", None),
    ];
    let works = |at: &str| {
        let known = calendar(CalendarId::No).known_at(&rows, at.parse().unwrap());
        (
            known.is_working(date("2026-12-23")).unwrap(),
            known.version().contains('+'),
        )
    };
    assert_eq!(works("2026-11-30T23:59:59.999999Z"), (true, false));
    assert_eq!(works("2026-12-01T00:00:00Z"), (false, true));
    assert_eq!(works("2026-12-02T00:00:00Z"), (true, false));
}

#[test]
fn words_read_back() {
    assert_words!(Counted);
    for counted in Counted::ALL {
        assert_eq!(Counted::of(counted.working()), *counted);
    }
}

#[test]
fn a_calendar_code_reads_back_as_printed() {
    for id in CalendarId::ALL {
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
        assert_eq!(
            serde_json::from_str::<CalendarId>(&format!("\"{id}\"")).unwrap(),
            id
        );
    }
    for wrong in ["", "no", "NO ", "US", "FI_NO_EVES"] {
        assert_eq!(wrong.parse::<CalendarId>(), Err(BadCalendarId), "{wrong:?}");
    }
}

#[test]
fn a_holiday_file_with_a_gap_is_refused() {
    let table =
        || serde_json::from_str::<HolidayTable>(include_str!("../../calendars/holidays.json")).unwrap();
    let mut short = table();
    short.calendars.remove(&CalendarId::Dk);
    assert_eq!(
        short.into_calendars(),
        Err(BadHolidayTable::Missing(CalendarId::Dk))
    );
    let mut outside = table();
    outside.last_year = 2039;
    assert!(matches!(
        outside.into_calendars(),
        Err(BadHolidayTable::OutsideYears(CalendarId::No, _))
    ));
}
