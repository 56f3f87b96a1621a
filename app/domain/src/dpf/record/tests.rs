use proptest::prelude::*;

use super::*;
use DpfFramework::{ChUs, EuUs, UkExtension};

fn due(record: &Record, framework: DpfFramework) -> Option<String> {
    record.entries[&framework]
        .next_certification_due
        .map(|day| day.to_string())
}

fn name(record: &Record) -> &str {
    record.organisation.as_ref().map_or("", |name| name.as_str())
}

const PAGE: &str = "
Brightwave Speech Inc.
Active participant

EU-U.S. Data Privacy Framework
Active
Original Certification Date: 7/20/2024
Next Certification Due Date: 7/20/2027
Data Collected: HR, NON-HR

UK Extension to the EU-U.S. Data Privacy Framework: Active - Re-certification under Review
Next Certification Due Date: July 20, 2027
Data Collected: NON-HR

Swiss-U.S. Data Privacy Framework – Inactive (lapsed)

Other Covered Entities
Brightwave Labs LLC
Brightwave Europe Holdings Inc.
Industries: Information and Communications Technology
";

#[test]
fn a_copied_page_gives_each_row_of_the_list_its_own_status_data_and_date() {
    let record = read_record(PAGE);
    assert_eq!(name(&record), "Brightwave Speech Inc.");
    let eu = &record.entries[&EuUs];
    assert_eq!(
        (eu.status, eu.covers_hr, eu.covers_non_hr),
        (Some(DpfStatus::Active), Some(true), Some(true))
    );
    assert_eq!(due(&record, EuUs).as_deref(), Some("2027-07-20"));
    let uk = &record.entries[&UkExtension];
    assert_eq!(
        (uk.status, uk.covers_hr, uk.covers_non_hr),
        (Some(DpfStatus::ActiveRecertReview), Some(false), Some(true))
    );
    assert_eq!(due(&record, UkExtension).as_deref(), Some("2027-07-20"));
    assert_eq!(record.entries[&ChUs].status, Some(DpfStatus::InactiveLapsed));
    let covered = record.covered_entities.unwrap();
    assert_eq!(
        covered.as_str(),
        "Brightwave Labs LLC\nBrightwave Europe Holdings Inc."
    );
    assert!(
        record
            .left_out
            .contains(&"Original Certification Date: 7/20/2024".to_owned())
    );
    assert!(record.doubts.is_empty(), "{:?}", record.doubts);
}

#[test]
fn labels_in_any_order_are_read_and_a_status_before_its_framework_counts_for_all() {
    let record = read_record(
        "Status: Active\nOrganization Name: Acme Inc.\nFrameworks: EU-U.S. DPF, UK Extension, Swiss-U.S. DPF\nCovered data: Non-HR\nNext certification due: 3 March 2027",
    );
    assert_eq!(name(&record), "Acme Inc.");
    assert_eq!(
        record.entries.keys().copied().collect::<Vec<_>>(),
        [EuUs, UkExtension, ChUs]
    );
    for (framework, entry) in &record.entries {
        assert_eq!(entry.status, Some(DpfStatus::Active), "{framework}");
        assert_eq!(
            (entry.covers_hr, entry.covers_non_hr),
            (Some(false), Some(true)),
            "{framework}"
        );
        assert_eq!(due(&record, *framework).as_deref(), Some("2027-03-03"));
    }
    assert_eq!(record.left_out, Vec::<String>::new());
}

#[test]
fn a_line_of_a_sheet_is_read_with_and_without_its_head() {
    let line = "\"Acme, Inc.\",\"EU-U.S. DPF; UK Extension\",Active,\"HR; Non-HR\",Next certification due: 2027-05-31";
    let record = read_record(line);
    assert_eq!(name(&record), "Acme, Inc.");
    assert_eq!(
        record.entries.keys().copied().collect::<Vec<_>>(),
        [EuUs, UkExtension]
    );
    assert_eq!(record.entries[&UkExtension].covers_hr, Some(true));
    assert_eq!(due(&record, EuUs).as_deref(), Some("2027-05-31"));

    let sheet = "Organization\tFramework\tStatus\tData\tNext Certification Due\nAcme Inc.\tSwiss-U.S. DPF\tInactive - Withdrawn\tNon-HR\t2027-05-31";
    let record = read_record(sheet);
    assert_eq!(name(&record), "Acme Inc.");
    assert_eq!(record.entries.keys().copied().collect::<Vec<_>>(), [ChUs]);
    assert_eq!(record.entries[&ChUs].status, Some(DpfStatus::InactiveWithdrawn));
}

#[test]
fn what_can_be_read_in_two_ways_is_said() {
    let record = read_record(
        "Acme Inc.\nEU-U.S. Data Privacy Framework\nInactive\nNext Certification Due Date: 3/4/2027",
    );
    assert_eq!(
        record.entries[&EuUs].status, None,
        "lapsed, withdrawn or removed is not guessed"
    );
    assert_eq!(due(&record, EuUs).as_deref(), Some("2027-03-04"));
    assert_eq!(record.doubts.len(), 2, "{:?}", record.doubts);
    let record = read_record("Acme Inc.\nActive\nData collected: HR");
    assert_eq!(record.entries[&EuUs].status, Some(DpfStatus::Active));
    assert!(record.doubts[0].contains("does not say to which framework"));
}

#[test]
fn prose_about_the_frameworks_is_left_out() {
    let prose = "Acme Inc. complies with the EU-U.S. DPF, the UK Extension and the Swiss-U.S. DPF as set forth by the Department of Commerce.";
    let record = read_record(&format!("Acme Inc.\n{prose}"));
    assert_eq!(record.entries, BTreeMap::new());
    assert_eq!(record.left_out, [prose]);
    assert_eq!(read_record(" \n\t\n"), Record::default());
}

#[test]
fn what_is_said_not_to_be_covered_is_a_doubt_and_proposes_nothing() {
    for said in [
        "HR data is not covered; Non-HR",
        "Non-HR (no HR data)",
        "Non-HR, excluding human resources",
        "HR, except employees of affiliates",
    ] {
        let record = read_record(&format!("Acme Inc.\nEU-U.S. DPF\nActive\nCovered data: {said}"));
        let entry = &record.entries[&EuUs];
        assert_eq!((entry.covers_hr, entry.covers_non_hr), (None, None), "{said}");
        assert!(
            record.doubts.iter().any(|doubt| doubt.contains(said)),
            "{:?}",
            record.doubts
        );
    }
}

#[test]
fn a_company_that_is_not_found_is_not_listed() {
    let record = read_record("EU-U.S. DPF: no results found");
    assert_eq!(record.entries[&EuUs].status, Some(DpfStatus::NotListed));
    assert_eq!(record.organisation, None);
}

/// Each status as the list writes it.
const STATUSES: [(&str, DpfStatus); 6] = [
    ("Active", DpfStatus::Active),
    (
        "Active - Re-certification under Review",
        DpfStatus::ActiveRecertReview,
    ),
    ("Inactive - Lapsed", DpfStatus::InactiveLapsed),
    ("Inactive (withdrawn)", DpfStatus::InactiveWithdrawn),
    ("Inactive - Removed", DpfStatus::Removed),
    ("Not listed", DpfStatus::NotListed),
];
const DATA: [(&str, bool, bool); 3] = [
    ("HR", true, false),
    ("Non-HR", false, true),
    ("HR, Non-HR", true, true),
];

proptest! {
    #[test]
    fn no_text_breaks_it(text in any::<String>()) {
        let record = read_record(&text);
        prop_assert!(record.left_out.iter().all(|line| !line.trim().is_empty()));
    }

    #[test]
    fn what_is_written_as_the_list_writes_it_is_read_as_that(
        status in 0..STATUSES.len(), data in 0..DATA.len(), on_one_line: bool, days in 1_i64..4000,
    ) {
        let day = "2026-01-01".parse::<NaiveDate>().unwrap() + chrono::TimeDelta::days(days);
        let (written, expected) = STATUSES[status];
        let (kinds, hr, other) = DATA[data];
        let mut text = "Acme Inc.\n".to_owned();
        for (framework, name) in [
            (EuUs, "EU-U.S. Data Privacy Framework"),
            (UkExtension, "UK Extension to the EU-U.S. Data Privacy Framework"),
            (ChUs, "Swiss-U.S. Data Privacy Framework"),
        ] {
            let between = if on_one_line { ": " } else { "\n" };
            let due = day.format(if framework == ChUs { "%B %-d, %Y" } else { "%-m/%-d/%Y" });
            text += &format!("{name}{between}{written}\nNext Certification Due Date: {due}\nData Collected: {kinds}\n");
        }
        let record = read_record(&text);
        prop_assert_eq!(name(&record), "Acme Inc.");
        for framework in DpfFramework::ALL {
            let entry = &record.entries[framework];
            prop_assert_eq!(entry.status, Some(expected));
            prop_assert_eq!(entry.next_certification_due, Some(day));
            prop_assert_eq!((entry.covers_hr, entry.covers_non_hr), (Some(hr), Some(other)));
        }
        prop_assert_eq!(record.left_out, Vec::<String>::new());
    }
}
