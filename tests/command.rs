//! The program itself: what it does where arguments or whoever reads its output are not as expected.

use std::process::{Command, Stdio};

fn forenotice(folder: &std::path::Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forenotice"));
    command
        .args(arguments)
        .env_clear()
        .env(
            "DATABASE_URL",
            format!("sqlite://{}/typo/forenotice.db", folder.display()),
        )
        .stdin(Stdio::null());
    command
}

#[test]
fn a_question_to_a_database_that_is_not_there_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let asked = forenotice(folder.path(), &["gates"]).output().unwrap();
    let said = String::from_utf8(asked.stderr).unwrap();
    assert_eq!(asked.status.code(), Some(1), "{said}");
    assert!(
        said.contains("DATABASE_URL") && said.contains("typo/forenotice.db"),
        "{said}"
    );
    assert!(!folder.path().join("typo").exists());
}

#[test]
fn whoever_reads_may_hang_up() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.csv");
    let rows = "Acme Hosting GmbH,Hosting,Germany\n".repeat(2000);
    std::fs::write(&list, format!("Name,Purpose,Country\n{rows}")).unwrap();
    let mut command = forenotice(folder.path(), &["import", "--dry-run", list.to_str().unwrap()]);
    let mut running = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(running.stdout.take());
    let ended = running.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!((ended.status.code(), said.as_str()), (Some(0), ""));
}
