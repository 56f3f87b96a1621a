use super::*;
use domain::calendar::CalendarId;

fn strings(cells: &[&str]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

fn defaults() -> Defaults {
    Defaults {
        policy: Policy::new(CalendarId::No, "Europe/Oslo".parse().unwrap()),
        today: "2026-11-23".parse().unwrap(),
    }
}

#[test]
fn a_short_line_gets_the_usual_terms() {
    let header = Header::read(&strings(&[
        "\u{feff}Customer",
        "Country",
        "Signed on",
        "Period",
        "Post",
        "Mood",
    ]));
    assert!(header.is_err(), "nobody to write to");
    let header = Header::read(&strings(&[
        "\u{feff}Customer",
        "Country",
        "Signed on",
        "Period",
        "Email",
        "Mood",
    ]))
    .unwrap();
    assert_eq!(header.unused, ["Mood"]);
    let cells = strings(&[
        "Kunde AS",
        "Norway",
        "2025-01-31",
        "14",
        "a@kunde.example; B Berg <b@kunde.example>",
    ]);
    let line = SheetLine::read(&header, 2, &cells, &defaults()).unwrap();
    assert_eq!(line.policy.notice_period.to_string(), "14d");
    assert_eq!(line.policy.objection_period.to_string(), "14d");
    assert_eq!(line.customer.country.code(), "NO");
    let names: Vec<_> = line.contacts.iter().map(|c| (c.name.as_str(), c.rank)).collect();
    assert_eq!(names, [("Kunde AS", 1), ("B Berg", 2)]);
}

#[test]
fn what_is_wrong_is_said_with_line_and_column() {
    let header = Header::read(&strings(&[
        "name",
        "country",
        "signed_on",
        "notice_period",
        "contact",
        "tz",
    ]))
    .unwrap();
    let cells = strings(&["", "EU", "2027-01-01", "0d", "nobody", "Oslo"]);
    let problems = SheetLine::read(&header, 7, &cells, &defaults()).unwrap_err();
    let columns: Vec<_> = problems.iter().map(|p| (p.line, p.column.as_str())).collect();
    assert_eq!(
        columns,
        [
            (7, "name"),
            (7, "country"),
            (7, "signed_on"),
            (7, "notice_period"),
            (7, "time_zone"),
            (7, "primary_contacts"),
            (7, "primary_contacts")
        ]
    );
}

#[test]
fn a_header_must_name_what_every_line_needs_once() {
    let problems = Header::read(&strings(&["name", "company"])).unwrap_err();
    let columns: Vec<_> = problems.iter().map(|p| p.column.as_str()).collect();
    assert_eq!(
        columns,
        [
            "name",
            "country",
            "signed_on",
            "notice_period",
            "primary_contacts"
        ]
    );
}

#[test]
fn what_is_exported_can_be_imported() {
    let header = Header::read(&COLUMNS.iter().map(|c| c.name.to_owned()).collect::<Vec<_>>()).unwrap();
    let mut cells_in = vec![String::new(); COLUMNS.len()];
    let filled = [
        (0, "'=Kunde"),
        (1, "A-1"),
        (2, "FI"),
        (3, "processor"),
        (4, "2020-02-29"),
        (5, "One; Two"),
        (6, "10wd"),
        (7, "1m"),
        (8, "fi-no-eves"),
        (9, "Europe/Helsinki"),
        (10, "no"),
        (11, "specific"),
        (12, "TERMINATE_ONLY"),
        (13, "none"),
        (14, "2021/915"),
        (16, "clause 7"),
        (17, "fi"),
        (18, "Anna <anna@kunde.example>"),
        (19, "Bo <bo@kunde.example>"),
    ];
    for (at, text) in filled {
        cells_in[at] = text.to_owned();
    }
    let line = SheetLine::read(&header, 2, &cells_in, &defaults()).unwrap();
    assert_eq!(line.customer.name.as_str(), "=Kunde");
    let out = cells(&line.customer, &line.products, Some(&line.policy), &line.contacts);
    let again = SheetLine::read(&header, 2, &out, &defaults()).unwrap();
    assert_eq!(
        (again.customer, again.policy, again.contacts),
        (line.customer, line.policy, line.contacts)
    );
    assert_eq!(again.products, line.products);
}
