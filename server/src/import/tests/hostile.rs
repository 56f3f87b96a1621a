use proptest::prelude::*;

use super::*;

const NAMES: [&str; 5] = ["a.csv", "a.json", "a.md", "a.html", "a"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), name in 0..NAMES.len()) {
        let _ = read(NAMES[name], &bytes);
    }

    #[test]
    fn no_text_makes_it_panic(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("|".to_owned()), Just("\n".to_owned()), Just(",".to_owned()), Just("\"".to_owned()), Just("(".to_owned()),
                Just("<table>".to_owned()), Just("<tr>".to_owned()), Just("<td rowspan=9 colspan=9>".to_owned()),
                Just("</table>".to_owned()), Just("--".to_owned()), Just(" and ".to_owned()), Just("Germany".to_owned()),
                Just("EU".to_owned()), Just("@".to_owned()), Just("https://".to_owned()), Just("&amp;".to_owned()), "\\PC{1,6}",
            ],
            0..60,
        ),
        name in 0..NAMES.len(),
    ) {
        let body = pieces.concat();
        for header in ["", "Name,Location,Contact\n", "|Name|Location|\n|--|--|\n|", "<table><tr><th>Name<th>Country<tr><td>"] {
            if let Ok(import) = read(NAMES[name], format!("{header}{body}").as_bytes()) {
                let _ = import.to_string();
                prop_assert!(import.drafts.len() + import.unreadable() <= import.rows);
                prop_assert!(import.drafts.iter().all(|draft| !draft.legal_name.is_empty()));
            }
        }
    }

    #[test]
    fn any_location_is_kept_in_some_form(text in "[\\PC&&[^\"\\\\]]{1,40}") {
        let draft = located(&text).drafts.remove(0);
        let said = text.chars().any(char::is_alphanumeric);
        let kept = !draft.locations.is_empty() || !draft.unknown_locations.is_empty();
        let shown = located(&text).problems.iter().any(|p| p.row == Some(1));
        prop_assert!(!said || kept || shown, "{text:?}");
    }
}

#[test]
fn deep_and_wide_pages_are_refused_quickly() {
    let deep = "<div>".repeat(200_000);
    let bold = "<b><p>".repeat(200_000);
    let tables = "<table><tr><td>".repeat(100_000);
    let wide = format!(
        "<table><tr><th>Name<th>Country{}</table>",
        "<tr><td colspan=60 rowspan=5000>x".repeat(200)
    );
    let brackets = format!("Name,Location\nA,{}", "(".repeat(100_000));
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    for text in [deep, bold, tables, wide, brackets, nested] {
        for name in NAMES {
            let _ = read(name, text.as_bytes());
        }
    }
}

#[test]
fn invisible_and_control_characters_do_not_reach_a_name() {
    let import = csv("Name,Country\n\"Nim\u{202e}bus\u{200b}way\u{7} AS\",Norway\n");
    assert_eq!(import.drafts[0].legal_name, "Nimbusway AS");
}

#[test]
fn html_in_a_cell_is_text_and_an_address_in_angle_brackets_is_no_tag() {
    let import = csv(
        "Name,Purpose,Contact\n\"<b>Nimbusway</b> AS<script>alert(1)</script>\",a < b & c,\"Privacy <privacy@nimbusway.example>\"\n",
    );
    let draft = &import.drafts[0];
    assert_eq!(draft.legal_name, "Nimbusway AS");
    assert_eq!(draft.purpose.as_deref(), Some("a < b & c"));
    assert_eq!(
        draft.contact.mailbox.as_deref(),
        Some("privacy@nimbusway.example")
    );
}
