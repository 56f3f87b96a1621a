use proptest::prelude::*;

use super::*;

const DELIVERED: &str = r#"{"event":"delivered","email":"dpo@customer-a.example","id":900001,"date":"2026-11-22 10:15:06","ts":1795338906,"message-id":"<202611220915.10000000001@smtp-relay.mailin.fr>","ts_event":1795338906,"subject":"Notice 2026-07","X-Mailin-custom":"0193556000007000800000000000000a","sending_ip":"192.0.2.10","ts_epoch":1795338906480,"tag":"notice","reason":"sent"}"#;

fn only(body: &str) -> Incoming {
    let mut all = read(body.as_bytes());
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn a_report_is_read_by_its_fields() {
    let read = only(DELIVERED);
    assert_eq!(read.report, Report::Delivered);
    assert_eq!(read.raw, DELIVERED.as_bytes());
    assert_eq!(
        read.mail_id(),
        "01935560-0000-7000-8000-00000000000a".parse().ok()
    );
    assert_eq!(
        read.relay_id.as_deref(),
        Some("<202611220915.10000000001@smtp-relay.mailin.fr>")
    );
    // By ts_epoch, not by `date`, which is an hour later.
    assert_eq!(read.at, DateTime::from_timestamp_millis(1_795_338_906_480));
}

#[test]
fn every_name_is_known_and_opens_and_clicks_are_left_out() {
    for (name, report) in [
        ("request", Some(Report::Request)),
        ("deferred", Some(Report::Deferred)),
        ("delivered", Some(Report::Delivered)),
        ("soft_bounce", Some(Report::SoftBounce)),
        ("hard_bounce", Some(Report::HardBounce)),
        ("invalid_email", Some(Report::InvalidAddress)),
        ("blocked", Some(Report::Blocked)),
        ("error", Some(Report::Error)),
        ("spam", Some(Report::Complaint)),
        ("complaint", Some(Report::Complaint)),
        ("unsubscribed", Some(Report::Unsubscribed)),
        ("something_new", Some(Report::Other)),
        ("opened", None),
        ("unique_opened", None),
        ("proxy_open", None),
        ("unique_proxy_open", None),
        ("click", None),
    ] {
        let body = format!(r#"{{"event":"{name}"}}"#);
        let reports: Vec<Report> = read(body.as_bytes()).iter().map(|one| one.report).collect();
        assert_eq!(reports, Vec::from_iter(report), "{name}");
    }
}

#[test]
fn seconds_milliseconds_and_nonsense() {
    let at = |fields: &str| only(&format!(r#"{{"event":"complaint"{fields}}}"#)).at;
    let second = DateTime::from_timestamp(1_795_341_600, 0);
    assert_eq!(at(r#","ts_event":1795341600"#), second);
    assert_eq!(at(r#","ts":"1795341600""#), second);
    assert_eq!(at(r#","ts_epoch":1795341600"#), second);
    assert_eq!(at(r#","ts_epoch":1795341600000,"ts":1"#), second);
    assert_eq!(at(r#","ts_epoch":"soon","ts_event":1795341600"#), second);
    for nothing in [
        "",
        r#","date":"2026-11-22 11:00:00""#,
        r#","ts":0"#,
        r#","ts":-9223372036854775808"#,
        r#","ts_epoch":9223372036854775807"#,
        r#","ts":1e300"#,
    ] {
        assert_eq!(at(nothing), None, "{nothing}");
    }
}

#[test]
fn a_batch_is_read_one_by_one() {
    let body = format!(r#" [ {DELIVERED} , 7, {{"event":"click"}}, {{"event":9}}, {{"a":"b"}} ] "#);
    let reports: Vec<Report> = read(body.as_bytes()).iter().map(|one| one.report).collect();
    use Report::{Delivered, Malformed};
    assert_eq!(reports, [Delivered, Malformed, Malformed, Malformed]);
    assert!(read(b"[]").is_empty());
}

#[test]
fn what_is_no_report_is_kept_whole() {
    let many = format!("[{}]", vec!["1"; MOST + 1].join(","));
    let deep = "[".repeat(100_000);
    for body in ["", "hello", "null", "{", "[{]", "event=delivered", &many, &deep] {
        let read = only(body);
        assert_eq!(
            (read.report, read.raw.as_slice()),
            (Report::Malformed, body.as_bytes())
        );
    }
    assert_eq!(read(b"\xff\xfe")[0].report, Report::Malformed);
}

#[test]
fn a_report_that_comes_again_has_the_same_canonical_text() {
    let other = r#"{ "b": 1, "event": "blocked" }"#;
    let same = r#"{"event":"blocked","b":1}"#;
    assert_eq!(only(other).canonical, only(same).canonical);
    assert_ne!(only(other).canonical, only(DELIVERED).canonical);
}

#[test]
fn names_that_no_database_takes_are_left_out() {
    let body = r#"{"event":"blocked","message-id":"<a\u0000b>","x-mailin-CUSTOM":" "}"#;
    let read = only(body);
    assert_eq!((read.relay_id, read.custom), (None, None));
}

#[test]
fn a_reason_is_one_line() {
    let raw = br#"{"reason":" RecipientError: 550 5.1.1 no such mailbox\n   550 5.1.1 see the help page"}"#;
    assert_eq!(
        reason(raw),
        "RecipientError: 550 5.1.1 no such mailbox 550 5.1.1 see the help page"
    );
    assert_eq!(reason(b"not json"), "");
}

proptest! {
    #[test]
    fn no_body_is_too_strange(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        read(&body);
    }

    #[test]
    fn no_field_is_too_strange(
        field in "(event|ts|ts_epoch|message-id|X-Mailin-custom|reason)",
        value in "(null|true|-?[0-9]{1,25}(\\.[0-9]+)?|\"[a-z<@>.\\\\u]{0,12}\"|\\[\\]|\\{\\})",
    ) {
        read(format!(r#"{{"event":"delivered","{field}":{value}}}"#).as_bytes());
    }
}
