//! The program itself: what it does where arguments or whoever reads its output are not as expected.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

fn forenotice(folder: &Path, arguments: &[&str]) -> Command {
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
fn secret_keys_that_are_none_are_named_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["serve"][..],
        &["user", "add", "anna", "--name", "Anna", "--role", "admin"],
    ] {
        let asked = forenotice(folder.path(), arguments)
            .env("FORENOTICE_SECRET_KEYS", "zz")
            .output()
            .unwrap();
        let said = String::from_utf8([asked.stdout, asked.stderr].concat()).unwrap();
        assert_eq!(asked.status.code(), Some(1), "{said}");
        assert!(
            said.contains("FORENOTICE_SECRET_KEYS: key 1 is neither hex nor base64url"),
            "{said}"
        );
        assert!(!folder.path().join("typo").exists(), "{arguments:?}");
    }
}

#[test]
fn what_is_missing_is_named_by_every_command_that_needs_it() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.csv");
    std::fs::write(&list, "Name,Purpose\nAcme Hosting GmbH,Hosting\n").unwrap();
    let (list, copy) = (list.to_str().unwrap(), folder.path().join("copy"));
    for (arguments, code) in [
        (vec!["import", list], 1),
        (vec!["audit", "verify"], 2),
        (vec!["backup", copy.to_str().unwrap()], 1),
    ] {
        let asked = forenotice(folder.path(), &arguments).output().unwrap();
        let said = String::from_utf8(asked.stderr).unwrap();
        assert_eq!(asked.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains("there is no database at"), "{arguments:?}: {said}");
    }
    std::fs::write(&copy, "cut off").unwrap();
    let restored = forenotice(folder.path(), &["restore", copy.to_str().unwrap()])
        .env(
            "FORENOTICE_SECRET_KEYS",
            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        )
        .output()
        .unwrap();
    let said = String::from_utf8(restored.stderr).unwrap();
    assert!(
        restored.status.code() == Some(1) && said.contains("not a usable backup"),
        "{said}"
    );
    assert!(
        !folder.path().join("typo").exists(),
        "nothing was made on the way"
    );
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

/// What a server says until it listens, when it is ended, or until it gives up, with its exit code.
fn started(mut server: Command) -> (Option<i32>, String) {
    let mut running = server
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(running.stderr.take().unwrap()).lines();
    let mut said = String::new();
    for line in lines.by_ref() {
        said.push_str(&line.unwrap());
        said.push('\n');
        if said.contains("listening on") {
            running.kill().unwrap();
            break;
        }
    }
    (running.wait().unwrap().code(), said)
}

#[test]
fn a_demo_and_an_installation_never_serve_each_other_s_data() {
    let folder = tempfile::tempdir().unwrap();
    let (demo, real) = (folder.path().join("demo"), folder.path().join("real"));
    let run = |place: &Path, arguments: &[&str]| {
        let mut command = forenotice(folder.path(), arguments);
        command.env(
            "DATABASE_URL",
            format!("sqlite://{}/forenotice.db", place.display()),
        );
        command
    };
    let plainly = ["serve", "--listen", "127.0.0.1:0"];
    let as_demo = |place: &Path| {
        let place = place.to_str().unwrap();
        run(
            folder.path(),
            &["serve", "--listen", "127.0.0.1:0", "--demo", "--data", place],
        )
    };

    for time in ["first", "again"] {
        let (_, said) = started(as_demo(&demo));
        assert!(said.contains("listening on"), "{time}: {said}");
    }
    let copy = folder.path().join("copy");
    for arguments in [
        vec!["gates"],
        vec!["audit", "verify"],
        vec!["backup", copy.to_str().unwrap()],
    ] {
        let asked = run(&demo, &arguments).output().unwrap();
        let said = String::from_utf8(asked.stderr).unwrap();
        assert_eq!(asked.status.code(), Some(0), "{arguments:?}: {said}");
    }
    let (code, said) = started(run(&demo, &plainly));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("DATABASE_URL: this database is a demo's"), "{said}");

    let admin = [
        "user", "add", "anna", "--name", "Anna", "--role", "admin", "--link",
    ];
    let added = run(&real, &admin).output().unwrap();
    assert!(added.status.success(), "{added:?}");
    let (code, said) = started(as_demo(&real));
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("--demo: this database is not marked as a demo's and holds data"),
        "{said}"
    );
    let (_, said) = started(run(&real, &plainly));
    assert!(said.contains("listening on"), "{said}");
}
