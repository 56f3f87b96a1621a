use chrono::NaiveDate;
use domain::country::Place;

use domain::engagement::{Category, LocationKind};

use super::super::{Field, Format, LinkKind, Unreadable};
use super::*;

fn refused(name: &str, bytes: &[u8]) -> Unreadable {
    read(name, bytes).unwrap_err()
}

#[test]
fn an_array_of_objects_with_html_and_nested_lists_is_read() {
    let import = fixture("nested.json");
    assert_eq!(
        (import.format, import.rows, import.drafts.len()),
        (Format::Json, 3, 3)
    );
    let [harbour, tower, rowstore] = &import.drafts[..] else {
        panic!()
    };
    assert_eq!(harbour.category, Some(Category::Infrastructure));
    assert_eq!(
        harbour.data_categories,
        ["Identifying: Name, Username", "Usage: Clicks (pages, buttons)"]
    );
    assert_eq!(harbour.data_subjects, ["Customer's end users"]);
    assert_eq!(
        harbour.contact.mailbox.as_deref(),
        Some("eu-privacy@cloudharbour.example")
    );
    assert_eq!(
        harbour.contact.postal,
        ["12 Quay Street", "Portland, OR 97201", "USA"]
    );
    assert_eq!(places(tower), [("DE".to_owned(), None), ("FR".to_owned(), None)]);
    assert_eq!(
        tower.purpose.as_deref(),
        Some("Finding security holes & wrong settings")
    );
    assert_eq!(tower.data_categories, ["Identifying: Name, Username"]);
    assert_eq!(tower.links.len(), 2, "one list, given twice, and the trust page");
    assert_eq!(rowstore.contact.personal_addresses, ["jane.doe@rowstore.example"]);
    assert!(
        rowstore
            .optional_hint
            .as_deref()
            .is_some_and(|hint| hint.contains("Reports are enabled"))
    );
    let left_out: Vec<&str> = import
        .mapping
        .iter()
        .filter(|m| m.field.is_none())
        .map(|m| m.column.as_str())
        .collect();
    assert_eq!(left_out, ["subject", "duration"]);
}

#[test]
fn one_free_text_location_gives_two_places_with_their_conditions() {
    let import = fixture("nested.json");
    let found = places(&import.drafts[0]);
    assert_eq!(
        found,
        [
            ("US".to_owned(), Some("Tidewater US Cloud")),
            ("DE".to_owned(), Some("Tidewater EU Cloud"))
        ]
    );
}

#[test]
fn a_link_of_another_row_s_company_is_left_out_and_named() {
    let import = fixture("nested.json");
    let problem = import
        .problems
        .iter()
        .find(|p| p.reason.starts_with("link goes to"))
        .unwrap();
    assert_eq!(problem.row, Some(3));
    assert_eq!(problem.column.as_deref(), Some("location"));
    assert_eq!(
        problem.reason,
        "link goes to watchtower.example, which belongs to row 2, Watchtower GmbH; left out"
    );
    assert!(
        import.drafts[2]
            .links
            .iter()
            .all(|link| !link.url.contains("watchtower"))
    );
    assert!(
        import.drafts[1]
            .links
            .iter()
            .any(|link| link.kind == LinkKind::SubprocessorList)
    );
}

#[test]
fn a_bare_markdown_table_is_read_with_the_date_below_it() {
    let import = fixture("bare.md");
    assert_eq!(import.list_date, NaiveDate::from_ymd_opt(2024, 8, 19));
    assert_eq!(import.drafts.len(), 4);
    assert_eq!(import.drafts[0].locations[0].place, Place::Worldwide);
    let categories: Vec<_> = import.drafts.iter().map(|d| d.category).collect();
    assert_eq!(
        categories,
        [
            Some(Category::Infrastructure),
            Some(Category::Email),
            None,
            Some(Category::Authentication)
        ]
    );
    assert_eq!(
        reasons(&import, Severity::Warning),
        [(Some(4), "no country has this name; is it United States?")]
    );
    assert_eq!(import.drafts[0].contact.mailbox, None);
    assert_eq!(import.drafts[0].line, Some(3));
}

#[test]
fn a_page_gives_its_list_and_leaves_the_other_tables() {
    let import = fixture("page.html");
    assert_eq!(import.list_date, NaiveDate::from_ymd_opt(2025, 3, 3));
    assert_eq!(import.drafts.len(), 3);
    let columns: Vec<&str> = import.mapping.iter().map(|m| m.column.as_str()).collect();
    assert_eq!(
        columns,
        [
            "Entity name",
            "Purpose",
            "Location: Storage country",
            "Location: Support country",
            "heading above the table"
        ]
    );
    assert_eq!(
        import.mapping[2].field,
        Some(Field::Location(Some(LocationKind::Storage)))
    );
    // The name spans two rows, and a script in a cell is no text.
    assert_eq!(import.drafts[1].legal_name, "Nimbusway AS");
    assert_eq!(import.drafts[1].purpose.as_deref(), Some("Backups"));
    assert_eq!(import.drafts[1].locations.len(), 3);
    assert_eq!(import.drafts[1].links[0].kind, LinkKind::Website);
    assert_eq!(
        import.drafts[2].category,
        Some(Category::Ai),
        "from the heading inside the table"
    );
    assert_eq!(import.drafts[2].legal_name, "Parley SAS (formerly Causerie SAS)");
    assert_eq!(import.drafts[2].unknown_locations, ["EU"]);
    let left_out = import
        .problems
        .iter()
        .filter(|p| p.reason.contains("no list of companies"))
        .count();
    assert_eq!(left_out, 2);
}

#[test]
fn semicolons_a_byte_order_mark_and_line_breaks_in_quotes_are_read() {
    let import = fixture("semicolon.csv");
    assert_eq!((import.rows, import.drafts.len(), import.unreadable()), (4, 3, 1));
    assert_eq!(import.mapping[0].column, "Vendor");
    assert_eq!(import.drafts[0].purpose.as_deref(), Some("Servers; backups"));
    assert_eq!(
        import.drafts[0].data_categories,
        ["Name", "email", "logs (IP, time)"]
    );
    assert_eq!(import.drafts[0].links[0].url, "https://nimbusway.example/");
    assert_eq!(places(&import.drafts[1]), [("FI".to_owned(), None)]);
    assert_eq!(
        reasons(&import, Severity::Error),
        [(Some(3), "no name (line 5 of the file)")]
    );
    assert_eq!(import.drafts[2].links, []);
}

#[test]
fn tabs_bars_sep_lines_and_titles_above_the_header_are_read() {
    assert_eq!(
        read("a.tsv", b"Name\tLocation\nA, B & Co\tNorway\n")
            .unwrap()
            .drafts[0]
            .legal_name,
        "A, B & Co"
    );
    assert_eq!(
        csv("sep=|\nName|Location\nNimbusway|Norway\n").drafts[0].line,
        Some(3)
    );
    let titled = csv("Our subprocessors,,\n,,\nCompany,Purpose,Location\nNimbusway AS,Hosting,Norway\n");
    assert_eq!((titled.drafts.len(), titled.drafts[0].row), (1, 1));
    assert_eq!(csv("Vendor\nNimbusway AS\nLetterfall Oy\n").drafts.len(), 2);
}

#[test]
fn utf_16_is_read_and_latin_1_is_refused_with_its_line() {
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(
        "Name;Land\nBlåbær AS;Norge\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    assert_eq!(
        read("list.csv", &bytes).unwrap().drafts[0].legal_name,
        "Blåbær AS"
    );
    assert_eq!(
        refused("list.csv", b"Name;Land\nBl\xE5b\xE6r AS;Norge\n"),
        Unreadable::Encoding { line: 2, byte: 0xE5 }
    );
}

#[test]
fn files_that_are_no_list_are_refused_in_one_sentence() {
    assert_eq!(refused("a.csv", b" \n"), Unreadable::Empty);
    assert!(matches!(
        refused("a.xlsx", b"PK\x03\x04rest"),
        Unreadable::Kind(_)
    ));
    assert!(matches!(refused("a.csv", b"Name\0,x"), Unreadable::Kind(_)));
    assert!(matches!(
        refused("a.json", b"[{\"name\": \"A\"},"),
        Unreadable::Json(_)
    ));
    assert!(matches!(refused("a.json", b"[]"), Unreadable::Shape(_)));
    assert!(matches!(
        refused("a.json", b"{\"name\": \"A\"}"),
        Unreadable::Shape(_)
    ));
    assert_eq!(refused("a.html", b"<p>soon</p>"), Unreadable::NoTable("HTML"));
    assert_eq!(
        refused("a.md", b"# Subprocessors\n\nsoon"),
        Unreadable::NoTable("Markdown")
    );
    assert_eq!(
        refused("a.csv", b"Colour,Size\nred,9\n"),
        Unreadable::NoName("Colour, Size".to_owned())
    );
    assert!(matches!(
        refused("a.csv", &vec![b'a'; super::super::MAX_BYTES + 1]),
        Unreadable::TooLarge(_)
    ));
    let many = "Name,Location\n".to_owned() + &"A,Norway\n".repeat(super::super::MAX_ROWS + 1);
    assert_eq!(refused("a.csv", many.as_bytes()), Unreadable::TooManyRows);
}

#[test]
fn the_format_is_told_by_the_text_where_the_name_does_not() {
    let format = |text: &str| read("upload", text.as_bytes()).unwrap().format;
    assert_eq!(format("[{\"name\": \"A AS\"}]"), Format::Json);
    assert_eq!(
        format("<table><tr><th>Name<th>Country<tr><td>A AS<td>Norway</table>"),
        Format::Html
    );
    assert_eq!(
        format("Text\n\n|Name|Country|\n|--|--|\n|A AS|Norway|"),
        Format::Markdown
    );
    assert_eq!(format("Name,Country\nA AS,Norway"), Format::Csv);
}

#[test]
fn a_wrapping_object_gives_its_list_and_its_date() {
    let text = r#"{"lastUpdated": "2025-02-01T10:00:00Z", "contacts": [{"phone": "1"}],
        "vendors": [{"name": "A AS", "hq": {"city": "Oslo", "country": "Norway"},
        "locations": [{"region": "us-east-1", "country": "US"}, {"country": "DE"}]}]}"#;
    let import = read("list.json", text.as_bytes()).unwrap();
    assert_eq!(import.list_date, NaiveDate::from_ymd_opt(2025, 2, 1));
    let draft = &import.drafts[0];
    assert_eq!(
        places(draft),
        [("US".to_owned(), Some("us-east-1")), ("DE".to_owned(), None)]
    );
    assert_eq!(
        draft.registration_country.map(|c| c.to_string()),
        Some("NO".to_owned())
    );
    assert_eq!(
        reasons(&import, Severity::Note)
            .iter()
            .filter(|(_, r)| r.contains("beside the list"))
            .count(),
        2
    );
}

#[test]
fn rows_of_another_shape_do_not_disturb_the_others() {
    let json = r#"[{"name": "A AS"}, "B", {"name": "C AS", "name": "D AS"}, {"name": 7}]"#;
    let import = read("list.json", json.as_bytes()).unwrap();
    assert_eq!(
        import
            .drafts
            .iter()
            .map(|d| d.legal_name.as_str())
            .collect::<Vec<_>>(),
        ["A AS", "7"]
    );
    assert_eq!(
        reasons(&import, Severity::Error),
        [
            (Some(2), "not an object: B"),
            (Some(3), "the key \"name\" stands twice")
        ]
    );

    let import = csv("Name,Purpose,Location\nA AS,Hosting,Norway\nB AS,Mail, logs,Norway\nC AS,Hosting\n");
    assert_eq!(import.drafts.len(), 2);
    assert!(
        reasons(&import, Severity::Error)[0]
            .1
            .starts_with("the row has 4 cells and the header 3")
    );

    let import = csv("Name,Purpose\nA AS,Hosting\nB AS,\"never closed\nC AS,Hosting\n");
    assert_eq!((import.drafts.len(), import.unreadable()), (1, 1));

    let import = read(
        "a.md",
        b"|Name|Purpose|\n|--|--|\n|A AS|x|\n|B AS|x|y|\n|C \\| D AS|x|\n",
    )
    .unwrap();
    assert_eq!(
        import
            .drafts
            .iter()
            .map(|d| d.legal_name.as_str())
            .collect::<Vec<_>>(),
        ["A AS", "C | D AS"]
    );
}

#[test]
fn several_markdown_tables_are_one_list_under_their_headings() {
    let text = "# Infrastructure\n|Name|Country|\n|--|--|\n|A AS|Norway|\n\n# AI\n|Name|Purpose|\n|--|--|\n|[B AS](https://b.example)|Texts<br>and mail|\n";
    let import = read("a.md", text.as_bytes()).unwrap();
    let categories: Vec<_> = import.drafts.iter().map(|d| (d.row, d.category)).collect();
    assert_eq!(
        categories,
        [(1, Some(Category::Infrastructure)), (2, Some(Category::Ai))]
    );
    assert_eq!(import.drafts[1].links[0].url, "https://b.example/");
    assert_eq!(import.drafts[1].purpose.as_deref(), Some("Texts and mail"));
}
