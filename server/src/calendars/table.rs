//! The calendars of the committed holiday file, read once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::calendar::{Calendar, CalendarId, HolidayTable};

static CALENDARS: LazyLock<BTreeMap<CalendarId, Calendar>> = LazyLock::new(read);

/// The calendar that a contract names, by the table alone. The publisher's corrections are rows, which whoever counts puts on
/// top by when they were recorded.
pub fn get(id: CalendarId) -> &'static Calendar {
    &CALENDARS[&id]
}

/// Version and years of the table: "holidays-0.109, 2020 to 2040".
pub fn covers() -> String {
    let calendar = get(CalendarId::Weekend);
    let (first, last) = calendar.years();
    format!("{}, {first} to {last}", calendar.version())
}

#[expect(clippy::expect_used, reason = "the file is compiled in, and a test reads it")]
fn read() -> BTreeMap<CalendarId, Calendar> {
    let text = include_str!("../../../app/domain/calendars/holidays.json");
    let table: HolidayTable =
        serde_json::from_str(text).expect("the holiday file is JSON of the expected shape");
    table
        .into_calendars()
        .expect("the holiday file has every calendar")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_calendar_is_there() {
        for id in CalendarId::ALL {
            assert_eq!(get(id).id(), id);
        }
    }
}
