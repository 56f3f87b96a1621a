use chrono::NaiveDate;

use domain::engagement::LocationKind;

use super::super::{Field, dates, link, names};
use super::*;

/// A text, and the country and region of each place in it.
type PlaceCase = (&'static str, &'static [(&'static str, Option<&'static str>)]);

#[test]
fn places_are_read_as_far_as_they_name_a_country() {
    let cases: &[PlaceCase] = &[
        ("Norway", &[("NO", None)]),
        ("the Netherlands", &[("NL", None)]),
        ("USA, Germany", &[("US", None), ("DE", None)]),
        ("US and Germany", &[("US", None), ("DE", None)]),
        ("Bosnia and Herzegovina", &[("BA", None)]),
        (
            "Norway, Bosnia and Herzegovina and Sweden",
            &[("NO", None), ("BA", None), ("SE", None)],
        ),
        ("Saint Vincent and the Grenadines", &[("VC", None)]),
        ("Ireland; UK / Japan", &[("IE", None), ("GB", None), ("JP", None)]),
        ("Frankfurt, Germany", &[("DE", Some("Frankfurt"))]),
        ("Frankfurt (Germany)", &[("DE", Some("Frankfurt"))]),
        (
            "Germany (Frankfurt, eu-central-1)",
            &[("DE", Some("Frankfurt, eu-central-1"))],
        ),
        ("Germany - Frankfurt", &[("DE", Some("Frankfurt"))]),
        ("San Francisco, CA, USA", &[("US", Some("San Francisco, CA"))]),
        ("United States, Oregon", &[("US", Some("Oregon"))]),
        ("Georgia, USA", &[("US", Some("Georgia"))]),
        ("Georgia", &[("GE", None)]),
        ("Global CDN", &[("WORLDWIDE", None)]),
        ("EU (Germany, Ireland)", &[("DE", None), ("IE", None)]),
        ("EU customers: Ireland", &[("IE", Some("EU customers"))]),
        ("U.S.A.", &[("US", None)]),
        ("CÔTE D’IVOIRE", &[("CI", None)]),
        ("Tyskland", &[("DE", None)]),
        ("DE, US", &[("DE", None), ("US", None)]),
    ];
    for (text, expected) in cases {
        let import = located(text);
        let expected: Vec<_> = expected
            .iter()
            .map(|(place, region)| ((*place).to_owned(), *region))
            .collect();
        assert_eq!(places(&import.drafts[0]), expected, "{text}");
        assert_eq!(import.drafts[0].unknown_locations, [""; 0], "{text}");
    }
}

#[test]
fn what_names_no_country_is_kept_word_for_word() {
    let cases = [
        ("EU", "\"EU\" is not a country: name the countries, or WORLDWIDE"),
        (
            "Europe",
            "\"Europe\" is not a country: name the countries, or WORLDWIDE",
        ),
        (
            "EEA",
            "\"EEA\" is not a country: name the countries, or WORLDWIDE",
        ),
        ("eu-central-1", "no country is known by this name"),
        ("Frankfurt", "no country is known by this name"),
        ("Germny", "no country has this name; is it Germany?"),
        (
            "Wilmington, DE",
            "a country's code or a state of the USA? Write the country's name",
        ),
        ("us", "no country is known by this name"),
    ];
    for (text, reason) in cases {
        let import = located(text);
        assert_eq!(places(&import.drafts[0]), [], "{text}");
        assert_eq!(import.drafts[0].unknown_locations, [text], "{text}");
        assert_eq!(reasons(&import, Severity::Warning), [(Some(1), reason)], "{text}");
    }
    let mixed = located("Germny, France");
    assert_eq!(places(&mixed.drafts[0]), [("FR".to_owned(), None)]);
    assert_eq!(mixed.drafts[0].unknown_locations, ["Germny"]);
    let refusing = located("Data is not stored in Germany");
    assert_eq!(refusing.drafts[0].locations, []);
}

#[test]
fn a_place_beside_which_another_country_is_named_stays_unknown() {
    for (text, other, place) in [
        ("United States - backup: Ireland", "United States", "Ireland"),
        ("Ireland (accessed from India)", "India", "Ireland"),
        ("Germany (India)", "India", "Germany"),
        ("Ireland – India", "India", "Ireland"),
        ("US East: Ireland", "United States", "Ireland"),
        ("Ireland (support from IN)", "India", "Ireland"),
        ("Mumbai India (Ireland)", "India", "Ireland"),
        ("AWS India region, Ireland", "India", "Ireland"),
        ("Ireland (failover to the U.S.)", "United States", "Ireland"),
        ("Ireland (backup in Virginia)", "United States", "Ireland"),
        (
            "United States (backup in Puerto Rico)",
            "Puerto Rico",
            "United States",
        ),
    ] {
        let import = located(text);
        let why = format!("names {other} beside {place}: write each place on a line of its own");
        assert_eq!(places(&import.drafts[0]), [], "{text}");
        assert_eq!(import.drafts[0].unknown_locations, [text], "{text}");
        assert_eq!(reasons(&import, Severity::Warning), [(Some(1), &*why)], "{text}");
    }
    for text in [
        "United States (Georgia)",
        "Albuquerque, New Mexico, USA",
        "Sydney, New South Wales, Australia",
        "US East: United States",
        "Brazil (South America)",
        "Luxembourg (Luxembourg)",
        "Germany (IT operations, 3 AZ)",
        "United Kingdom (Northern Ireland)",
        "Global (edge servers in India and Ireland)",
        "US customers: United States\nEU customers: Ireland",
        "Germany (copies in Ireland)\nIreland",
    ] {
        let import = located(text);
        assert!(!places(&import.drafts[0]).is_empty(), "{text}");
        assert_eq!(import.drafts[0].unknown_locations, [""; 0], "{text}");
    }
}

#[test]
fn the_kind_of_a_location_is_taken_only_from_words() {
    let import = located("Storage: Norway\nSupport: India");
    let kinds: Vec<_> = import.drafts[0].locations.iter().map(|l| l.kind).collect();
    assert_eq!(kinds, [Some(LocationKind::Storage), Some(LocationKind::Support)]);
    assert_eq!(located("Norway").drafts[0].locations[0].kind, None);
}

#[test]
fn headers_are_recognised_in_their_many_spellings() {
    let cases = [
        ("Sub-processor(s)", Some(Field::Name)),
        ("Sub-processor name", Some(Field::Name)),
        ("Third-party service provider", Some(Field::Name)),
        ("Purpose of processing personal data", Some(Field::Purpose)),
        ("Processing activities", Some(Field::Purpose)),
        ("Services provided", Some(Field::Purpose)),
        ("Product", Some(Field::Service)),
        ("Subprocessor location", Some(Field::Location(None))),
        (
            "Hosting location",
            Some(Field::Location(Some(LocationKind::Storage))),
        ),
        ("Entity country", Some(Field::RegistrationCountry)),
        ("Type of personal data", Some(Field::DataCategories)),
        ("Categories of data subjects", Some(Field::DataSubjects)),
        ("Company address", Some(Field::Address)),
        ("Contact address", Some(Field::Contact)),
        ("E-mail address", Some(Field::Contact)),
        ("Org. no.", Some(Field::RegistrationNumber)),
        ("Date added", Some(Field::InUseSince)),
        ("Privacy policy", Some(Field::Links)),
        ("Transfer mechanism", None),
        ("Retention", None),
        ("Favourite colour", None),
    ];
    for (header, field) in cases {
        let import = csv(&format!("Legal name,{header}\nNimbusway AS,x\n"));
        let expected = if field == Some(Field::Name) { None } else { field };
        assert_eq!(
            import.mapping[1].field, expected,
            "{header}: {}",
            import.mapping[1].why
        );
        if field == Some(Field::Name) {
            assert_eq!(
                csv(&format!("{header},Location\nNimbusway AS,Norway\n"))
                    .drafts
                    .len(),
                1,
                "{header}"
            );
        }
    }
}

#[test]
fn everything_left_out_is_said() {
    let import = csv("Name,Colour,Transfer mechanism\nNimbusway AS,blue,SCC\n");
    let notes: Vec<_> = import
        .problems
        .iter()
        .filter(|p| p.row.is_none())
        .map(|p| (p.column.as_deref(), p.value.as_str()))
        .collect();
    assert_eq!(
        notes,
        [(Some("Colour"), "blue"), (Some("Transfer mechanism"), "SCC")]
    );
    assert_eq!(import.drafts[0].source.len(), 3);
}

#[test]
fn what_is_not_said_stays_unknown() {
    let draft = &csv("Name,Purpose,Category,Location,Data types\nNimbusway AS,-,n/a,TBD,\n").drafts[0];
    assert_eq!(
        (draft.category, &draft.purpose, draft.in_use_since),
        (None, &None, None)
    );
    assert!(
        draft.locations.is_empty() && draft.unknown_locations.is_empty() && draft.data_categories.is_empty()
    );
    assert!(draft.contact.is_empty() && draft.links.is_empty());
}

#[test]
fn a_row_given_twice_is_taken_once_and_a_second_use_is_told() {
    let import = csv("Name,Purpose\nNimbusway AS,Hosting\nNIMBUSWAY,Mail\nNimbusway AS,Hosting\n");
    assert_eq!(import.drafts.len(), 2);
    let warnings = reasons(&import, Severity::Warning);
    assert_eq!(warnings[0].0, Some(2));
    assert!(warnings[0].1.contains("same company as row 1"));
    assert_eq!(
        warnings[1],
        (Some(3), "the same as row 1, word for word; taken once")
    );
}

#[test]
fn names_are_kept_as_they_stand() {
    let import = csv(
        "Name,Purpose\n\"Parley, Inc. (formerly Causerie, Inc.)\",AI\n\"Kilo d/b/a Lima\",AI\nAI,\n***,x\n",
    );
    let names: Vec<_> = import.drafts.iter().map(|d| d.legal_name.as_str()).collect();
    assert_eq!(
        names,
        ["Parley, Inc. (formerly Causerie, Inc.)", "Kilo d/b/a Lima"]
    );
    assert_eq!(
        import.unreadable(),
        2,
        "a heading between rows, and a name without letters"
    );
    assert!(
        names::has_legal_form("Nordlys A/S")
            && names::has_legal_form("OpenAI, L.L.C.")
            && !names::has_legal_form("Axiom")
    );
    assert_eq!(names::key("Nimbusway, Inc."), names::key("nimbusway"));
}

#[test]
fn addresses_of_a_function_and_of_a_person_are_told_apart() {
    let import = csv(
        "Name,Contact\nNimbusway AS,\"Ann Berg <ann.berg@nimbusway.example>, aws-EU-privacy@nimbusway.example, dpo@nimbusway.example\nStorgata 1\n0155 Oslo\nTel: +47 22 00 00 00\"\n",
    );
    let contact = &import.drafts[0].contact;
    assert_eq!(
        contact.mailbox.as_deref(),
        Some("aws-EU-privacy@nimbusway.example")
    );
    assert_eq!(contact.other_mailboxes, ["dpo@nimbusway.example"]);
    assert_eq!(contact.personal_addresses, ["ann.berg@nimbusway.example"]);
    assert_eq!(contact.phones, ["Tel: +47 22 00 00 00"]);
    assert_eq!(contact.postal, ["Ann Berg", "Storgata 1", "0155 Oslo"]);
}

#[test]
fn dates_are_read_only_where_day_and_month_are_certain() {
    let day = NaiveDate::from_ymd_opt(2024, 8, 19);
    for text in [
        "2024-08-19",
        "2024-08-19T12:00:00Z",
        "2024/08/19",
        "19.08.2024",
        "19/08/2024",
        "08/19/2024",
        "August 19, 2024",
        "Aug. 19, 2024",
        "DATE: August 19, 2024",
        "**DATE: August 19, 2024**",
        "19th August 2024",
    ] {
        assert_eq!(dates::read(text), day, "{text}");
    }
    for text in ["08/09/2024", "August 2024", "soon", "2024-13-01", "", "1.2.3"] {
        assert_eq!(dates::read(text), None, "{text}");
    }
    let two = read(
        "a.md",
        b"Date: 2024-08-19\n\n|Name|Country|\n|--|--|\n|A AS|Norway|\n\nUpdated 2025-01-01",
    )
    .unwrap();
    assert_eq!(two.list_date, day);
    assert_eq!(two.count(Severity::Warning), 1);
}

#[test]
fn domains_are_compared_as_far_as_one_can_register_them() {
    assert_eq!(link::registrable("trust.wiz.io"), "wiz.io");
    assert_eq!(link::registrable("www.example.co.uk"), "example.co.uk");
    assert_eq!(link::registrable("localhost"), "localhost");
}

#[test]
fn the_report_says_what_was_understood_and_counts_it() {
    let report = fixture("bare.md").to_string();
    assert!(report.contains("Subprocessor  → legal name"), "{report}");
    assert!(
        report.contains("locations        ? \"Untied States\""),
        "{report}"
    );
    assert!(
        report.ends_with("4 rows: 4 drafts, 1 warning, 8 notes, 0 unreadable\n"),
        "{report}"
    );
}
