//! The rule of this folder, kept: no query without a test that names it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Files whose functions may be run by other tests than those here, and why.
const ELSEWHERE: [(&str, &str); 3] = [
    (
        "archive",
        "every table is copied and read back by `tests/operation/backup.rs`",
    ),
    (
        "audit",
        "the chain is written, verified and broken row by row by `tests/audit.rs`",
    ),
    ("mod", "opening, migrating and committing: every test does"),
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Every Rust file below a folder, as text.
fn sources(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, texts);
        } else if path.extension().is_some_and(|e| e == "rs") {
            texts.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// The word that a text begins with.
fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default()
}

/// What a text names of a module: `module::name`, or `name` in `module::{…}`.
fn named<'a>(text: &'a str, module: &str, names: &mut BTreeSet<&'a str>) {
    let start = format!("{module}::");
    for (at, _) in text.match_indices(&start) {
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &text[at + start.len()..];
        match rest.strip_prefix('{').and_then(|list| list.split_once('}')) {
            Some((list, _)) => names.extend(list.split(',').map(|name| word(name.trim()))),
            None => drop(names.insert(word(rest))),
        }
    }
}

#[test]
fn every_store_function_is_named_by_a_test() {
    let mut tests = Vec::new();
    sources(&folder("../tests"), &mut tests);
    let mut missing = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder("src/store")).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if ELSEWHERE.iter().any(|(name, _)| *name == module) {
            continue;
        }
        let mut names = BTreeSet::new();
        for text in &tests {
            named(text, &module, &mut names);
        }
        let source = fs::read_to_string(&path).unwrap();
        for function in source.split("pub async fn ").skip(1) {
            count += 1;
            if !names.contains(word(function)) {
                missing.push(format!("{module}::{}", word(function)));
            }
        }
    }
    assert!(count > 150, "the sources were read: {count}");
    assert_eq!(missing, Vec::<String>::new(), "without a test of its own");
}
