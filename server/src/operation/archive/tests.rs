use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::store::archive::Column;

fn keys() -> Keys {
    Keys::from_secrets(&[(0..32).collect()]).unwrap()
}

fn table() -> Table {
    let columns = [("id", Kind::Uuid), ("name", Kind::Text), ("is_open", Kind::Truth)];
    Table {
        name: "things".into(),
        columns: columns
            .map(|(name, kind)| Column {
                name: name.into(),
                kind,
            })
            .into(),
    }
}

fn written() -> String {
    let at = "2026-05-01T08:00:00.000100Z".parse().unwrap();
    let mut writer = Writer::new(Vec::new(), at, 1).unwrap();
    writer.table(&table()).unwrap();
    for name in ["a", "line\nbreak", "Ærø \u{0} 🦀"] {
        writer
            .row(vec![
                Value::Uuid(Uuid::from_u128(1)),
                Value::Text(name.into()),
                Value::Truth(true),
            ])
            .unwrap();
    }
    String::from_utf8(writer.finish(&keys()).unwrap().0).unwrap()
}

fn read(text: &str, keys: &Keys) -> Result<Vec<Line>, ArchiveError> {
    let mut reader = Reader::new(text.as_bytes(), keys)?;
    let mut lines = Vec::new();
    loop {
        lines.push(reader.next_line()?);
        if matches!(lines.last(), Some(Line::End(_))) {
            return Ok(lines);
        }
    }
}

#[test]
fn a_backup_is_one_json_value_a_line() {
    let text = written();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        r#"{"created_at":"2026-05-01T08:00:00.000100Z","format":"forenotice-backup/1","schema":1}"#
    );
    assert_eq!(
        lines[1],
        r#"{"columns":["id","name","is_open"],"table":"things"}"#
    );
    assert_eq!(lines[2], r#"[{"b":"AAAAAAAAAAAAAAAAAAAAAQ"},"a",1]"#);
    assert_eq!(lines.len(), 6);
    assert_eq!(read(&text, &keys()).unwrap().len(), 5);
}

#[test]
fn a_backup_cut_off_altered_prolonged_or_foreign_is_refused() {
    let text = written();
    let whole: Vec<&str> = text.split_inclusive('\n').collect();
    let other = Keys::from_secrets(&[(1..33).collect()]).unwrap();
    let without_row: String = whole
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != 3)
        .map(|(_, line)| *line)
        .collect();
    for (text, keys, expected) in [
        ("hello\n".to_owned(), keys(), "this is not a Forenotice backup"),
        (String::new(), keys(), "this is not a Forenotice backup"),
        (
            text.replace("forenotice-backup/1", "forenotice-backup/9"),
            keys(),
            "this is not a Forenotice backup",
        ),
        (whole[..4].concat(), keys(), "it is cut off after line 4"),
        (
            text[..text.len() - 3].to_owned(),
            keys(),
            "it is cut off after line 5",
        ),
        (format!("{text}[]\n"), keys(), "something follows its manifest"),
        (
            text.replace("\"a\"", "\"b\""),
            keys(),
            "its content was altered (its SHA-256 does not fit)",
        ),
        (
            without_row,
            keys(),
            "its content was altered (its SHA-256 does not fit)",
        ),
        (
            text.replace("\"things\":3", "\"things\":2"),
            keys(),
            "its content was altered (its counts do not fit)",
        ),
        (
            text.replace(r#""a",1]"#, r#""a",1,1]"#),
            keys(),
            "line 3 cannot be read",
        ),
        (
            text.replace(r#""a",1]"#, r#""a",1"#),
            keys(),
            "line 3 cannot be read",
        ),
        (
            text.clone(),
            other,
            "is needed and not among FORENOTICE_SECRET_KEYS",
        ),
    ] {
        let refused = read(&text, &keys).unwrap_err().to_string();
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
}

#[test]
fn a_manifest_signed_by_nobody_is_refused() {
    let text = written();
    let at = text.find("\"signature\":\"").unwrap() + 13;
    let mut forged = text.clone();
    forged.replace_range(at..at + 4, "AAAA");
    assert!(
        read(&forged, &keys())
            .unwrap_err()
            .to_string()
            .contains("its signature does not fit")
    );
}

fn any_value() -> impl Strategy<Value = (Value, Kind)> {
    prop_oneof![
        any::<String>().prop_map(|text| (Value::Text(text), Kind::Text)),
        any::<i64>().prop_map(|number| (Value::Integer(number), Kind::Integer)),
        any::<Vec<u8>>().prop_map(|bytes| (Value::Bytes(bytes), Kind::Bytes)),
        any::<u128>().prop_map(|id| (Value::Uuid(Uuid::from_u128(id)), Kind::Uuid)),
        (0i64..253_402_300_799_000_000).prop_map(|at| (
            Value::Instant(DateTime::from_timestamp_micros(at).unwrap()),
            Kind::Instant
        )),
        (0i32..3_000_000).prop_map(|day| (
            Value::Date(NaiveDate::from_num_days_from_ce_opt(day).unwrap()),
            Kind::Date
        )),
        any::<String>().prop_map(|text| (Value::Json(json!({ "a": [text, 1, null] })), Kind::Json)),
        any::<bool>().prop_map(|truth| (Value::Truth(truth), Kind::Truth)),
        Just((Value::Null, Kind::Instant)),
    ]
}

proptest! {
    #[test]
    fn every_value_comes_back_as_it_was((value, kind) in any_value()) {
        let text = portable(value.clone()).to_string();
        prop_assert_eq!(fitting(serde_json::from_str(&text).unwrap(), kind), Some(value));
    }

    #[test]
    fn no_altered_byte_goes_unnoticed(at: prop::sample::Index, to: u8) {
        let mut bytes = written().into_bytes();
        let at = at.index(bytes.len());
        let is_altered = bytes[at] != to;
        bytes[at] = to;
        let keys = keys();
        let outcome = Reader::new(&bytes[..], &keys).and_then(|mut reader| loop {
            if let Line::End(manifest) = reader.next_line()? {
                return Ok(manifest);
            }
        });
        // A manifest written with other spaces or an unread word in it says the same: only then may it pass.
        if let (true, Ok(manifest)) = (is_altered, &outcome) {
            prop_assert_eq!(json!(manifest), serde_json::from_str::<Document>(written().lines().last().unwrap()).unwrap()["manifest"].clone());
        }
        prop_assert!(is_altered || outcome.is_ok());
    }
}
