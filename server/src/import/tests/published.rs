//! Two real published lists, where they are at hand: they are other people's and not part of this repository.

use chrono::NaiveDate;
use domain::country::Place;

use super::*;
use domain::engagement::Category;

fn published(name: &str) -> Option<Import> {
    let path = format!("{}/../../shared/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(path).ok()?;
    Some(read(name, &bytes).unwrap())
}

#[test]
fn the_json_list_with_html_gives_seven_drafts() {
    let Some(import) = published("posthog-subprocessors.json") else {
        return;
    };
    assert_eq!(
        import.summary(),
        "7 rows: 7 drafts, 1 warning, 14 notes, 0 unreadable"
    );
    let amazon = &import.drafts[0];
    assert_eq!(amazon.legal_name, "Amazon Web Services, Inc.");
    assert_eq!(
        places(amazon),
        [
            ("US".to_owned(), Some("PostHog US Cloud")),
            ("DE".to_owned(), Some("PostHog EU Cloud"))
        ]
    );
    assert_eq!(
        amazon.contact.mailbox.as_deref(),
        Some("aws-EU-privacy@amazon.com")
    );
    assert_eq!(
        reasons(&import, Severity::Warning),
        [(
            Some(7),
            "link goes to wiz.io, which belongs to row 6, Wiz, Inc.; left out"
        )]
    );
    let categories: Vec<_> = import.drafts.iter().filter_map(|d| d.category).collect();
    assert_eq!(categories.iter().filter(|c| **c == Category::Ai).count(), 4);
    assert_eq!(
        import.drafts.iter().filter(|d| d.optional_hint.is_some()).count(),
        4
    );
    assert!(
        import
            .drafts
            .iter()
            .all(|d| d.data_categories.len() == 5 && !d.contact.postal.is_empty())
    );
}

#[test]
fn the_bare_markdown_table_gives_eleven_drafts() {
    let Some(import) = published("zed-subprocessors-2024-08-19.md") else {
        return;
    };
    assert_eq!(
        import.summary(),
        "11 rows: 11 drafts, 0 warnings, 19 notes, 0 unreadable"
    );
    assert_eq!(import.list_date, NaiveDate::from_ymd_opt(2024, 8, 19));
    assert_eq!(import.drafts[0].locations[0].place, Place::Worldwide);
    assert_eq!(
        import
            .drafts
            .iter()
            .filter(|d| places(d) == [("US".to_owned(), None)])
            .count(),
        10
    );
    assert_eq!(import.drafts.iter().filter(|d| d.category.is_none()).count(), 4);
    assert!(
        import
            .drafts
            .iter()
            .all(|d| d.contact.is_empty() && d.data_categories.is_empty() && d.links.is_empty())
    );
}
