//! The worked examples and the published vectors.

use serde::Deserialize;

use super::*;

/// Id, received there, period, calendar, day of receipt, nominal last day, last day, go-live not before.
const EXAMPLES: &str = "
    E01    2026-11-23T10:00:00+01:00 30d  NO         2026-11-23 2026-12-23 2026-12-23  2026-12-24T00:00:00+01:00
    E02    2026-11-23T00:00:00+01:00 30d  NO         2026-11-23 2026-12-23 2026-12-23  2026-12-24T00:00:00+01:00
    E03    2026-11-23T23:59:59+01:00 30d  NO         2026-11-23 2026-12-23 2026-12-23  2026-12-24T00:00:00+01:00
    E04    2026-12-01T23:30:00Z      30d  NO         2026-12-02 2027-01-01 2027-01-04  2027-01-05T00:00:00+01:00
    E05    2027-01-07T09:00:00+01:00 30d  NO         2027-01-07 2027-02-06 2027-02-08  2027-02-09T00:00:00+01:00
    E06    2027-01-08T09:00:00+01:00 30d  NO         2027-01-08 2027-02-07 2027-02-08  2027-02-09T00:00:00+01:00
    E07    2026-11-24T09:00:00+01:00 30d  NO         2026-11-24 2026-12-24 2026-12-24  2026-12-25T00:00:00+01:00
    E08    2026-11-24T09:00:00+02:00 30d  FI         2026-11-24 2026-12-24 2026-12-28  2026-12-29T00:00:00+02:00
    E09    2027-04-17T12:00:00+02:00 30d  NO         2027-04-17 2027-05-17 2027-05-18  2027-05-19T00:00:00+02:00
    E10    2027-04-17T12:00:00+03:00 30d  FI         2027-04-17 2027-05-17 2027-05-17  2027-05-18T00:00:00+03:00
    E11    2027-02-23T12:00:00+01:00 30d  NO         2027-02-23 2027-03-25 2027-03-30  2027-03-31T00:00:00+02:00
    E12    2027-02-23T12:00:00+02:00 30d  FI         2027-02-23 2027-03-25 2027-03-25  2027-03-26T00:00:00+02:00
    E13    2027-05-26T12:00:00+03:00 30d  FI         2027-05-26 2027-06-25 2027-06-28  2027-06-29T00:00:00+03:00
    E14    2027-05-26T12:00:00+03:00 30d  FI-NO-EVES 2027-05-26 2027-06-25 2027-06-25  2027-06-26T00:00:00+03:00
    E15    2028-01-30T12:00:00+01:00 30d  NO         2028-01-30 2028-02-29 2028-02-29  2028-03-01T00:00:00+01:00
    E16    2027-01-30T12:00:00+01:00 30d  NO         2027-01-30 2027-03-01 2027-03-01  2027-03-02T00:00:00+01:00
    E17    2028-01-31T12:00:00+01:00 1m   NO         2028-01-31 2028-02-29 2028-02-29  2028-03-01T00:00:00+01:00
    E18    2027-01-31T12:00:00+01:00 1m   NO         2027-01-31 2027-02-28 2027-03-01  2027-03-02T00:00:00+01:00
    E19    2027-03-01T10:00:00+01:00 30d  NO         2027-03-01 2027-03-31 2027-03-31  2027-03-31T22:00:00Z
    E20    2026-10-01T10:00:00+02:00 30d  NO         2026-10-01 2026-10-31 2026-11-02  2026-11-02T23:00:00Z
    E21    2026-12-01T10:00:00+01:00 60d  NO         2026-12-01 2027-01-30 2027-02-01  2027-02-02T00:00:00+01:00
    E22    2026-12-01T10:00:00+01:00 90d  NO         2026-12-01 2027-03-01 2027-03-01  2027-03-02T00:00:00+01:00
    E23    2026-12-24T12:00:00+01:00 3d   NO         2026-12-24 2026-12-27 2026-12-29  2026-12-30T00:00:00+01:00
    E24    2026-12-17T12:00:00+01:00 10wd NO         2026-12-17 2027-01-04 2027-01-04  2027-01-05T00:00:00+01:00
    E25    2026-12-17T12:00:00+02:00 10wd FI         2026-12-17 2027-01-05 2027-01-05  2027-01-06T00:00:00+02:00
    E29    2026-12-01T10:00:00+01:00 14d  NO         2026-12-01 2026-12-15 2026-12-15  2026-12-16T00:00:00+01:00
    E31-FI 2026-12-07T10:00:00+02:00 30d  FI         2026-12-07 2027-01-06 2027-01-07  2027-01-08T00:00:00+02:00
    E31-NO 2026-12-07T10:00:00+01:00 30d  NO         2026-12-07 2027-01-06 2027-01-06  2027-01-07T00:00:00+01:00
";

#[test]
fn the_worked_examples_hold() {
    let examples: Vec<Vec<&str>> = rows(EXAMPLES).collect();
    assert_eq!(examples.len(), 28);
    for row in examples {
        let [id, received, period, calendar, event_day, nominal, last_day, end] = row[..] else {
            panic!("{row:?}")
        };
        let window = window(received, &terms(period, calendar));
        assert_eq!(window.event_day, date(event_day), "{id} day of receipt");
        assert_eq!(window.nominal_last_day, date(nominal), "{id} nominal last day");
        assert_eq!(window.last_day, date(last_day), "{id} last day");
        assert_eq!(window.expires_at, at(end), "{id} go-live not before");
    }
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    received: DateTime<Utc>,
    tz: Zone,
    n: u32,
    unit: PeriodUnit,
    cal: CalendarId,
    last_day: NaiveDate,
    expires: DateTime<Utc>,
}

#[test]
fn the_published_vectors_hold() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../notice-window-vectors.json")).unwrap();
    assert_eq!(vectors.len(), 16);
    for vector in vectors {
        let terms = Terms::new(Period::new(vector.n, vector.unit).unwrap(), vector.cal, vector.tz);
        let window = compute(vector.received, &terms, &Rules::of(calendar(vector.cal))).unwrap();
        assert_eq!(
            (window.last_day, window.expires_at),
            (vector.last_day, vector.expires),
            "{}",
            vector.id
        );
    }
}
