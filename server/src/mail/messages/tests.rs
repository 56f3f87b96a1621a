use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::change::ChangeType;
use domain::notice::{CustomerPart, NoticeContent, TransferText};
use domain::policy::Asked;
use mail_parser::MessageParser;
use uuid::Uuid;

use super::*;
use crate::mail::message::{Letter, Sender, build};

const TOKEN: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5";
const HASH: &str = "3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a";

const CHECKPOINT: &str = r#"{
  "day": "2026-12-01",
  "count": 412,
  "signature": "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8BI0Vnig",
  "signed": "a text with  spaces that is longer than a line of the mail is wide, and must not be broken\\n412"
}"#;

fn link(page: &str) -> String {
    format!("https://forenotice.example/{page}/{TOKEN}")
}

fn texts(say: &dyn Fn(&str) -> String, items: &[&str]) -> Vec<String> {
    items.iter().map(|item| say(item)).collect()
}

fn content(say: &dyn Fn(&str) -> String) -> NoticeContent {
    NoticeContent {
        change_type: ChangeType::NewSubprocessor,
        also: vec![],
        occasion: None,
        differences: vec![],
        legal_name: say("Example Analytics Inc."),
        registration_number: say("DE-5550123"),
        address: say("1 Market Street\nSan Francisco, CA 94105"),
        registration_country: say("United States"),
        contact: say("Privacy office, privacy@analytics.example"),
        replaces: None,
        service: say("Product analytics"),
        purpose: say(
            "Counts which features are used, so that faults are found early and what nobody uses can be removed.",
        ),
        responsibilities: say(
            "Stores and evaluates usage events. Hosting stays with Nordic Cloud AS; support staff of the publisher read reports only.",
        ),
        data_categories: texts(say, &["user id", "IP address", "usage events"]),
        data_subjects: texts(say, &["employees of the customer"]),
        special_categories: vec![],
        criminal_data: say("no"),
        locations: texts(
            say,
            &["Germany, Frankfurt: storage", "United States: remote access"],
        ),
        remote_access: say("yes"),
        transfers: vec![TransferText {
            destination: say("United States"),
            mechanism: say("Data Privacy Framework, standard contractual clauses as fallback"),
        }],
        assessments: texts(
            say,
            &["Acceptable with measures (4 Nov 2026): access only to pseudonymised events"],
        ),
        measures: texts(say, &["Keys held in the EEA", "Every access logged and reviewed"]),
        security: Some(say("ISO/IEC 27001, certificate valid until 30 June 2028")),
        products: texts(say, &["Workspace"]),
        optional_feature: false,
        ai: Some(say("training on customers’ data: no; retention: 30 days")),
        parent_country: Some(say("United States")),
        tier: 1,
        planned_on: "2027-03-01".parse().ok(),
    }
}

fn part(say: &dyn Fn(&str) -> String) -> CustomerPart {
    CustomerPart {
        number: "2026-003, version 1".to_owned(),
        customer: say("Nordlys Kommune"),
        publisher: say("Acme Software AS"),
        notice_on: "2026-12-01".parse().ok(),
        notice_period: "30 calendar days".to_owned(),
        objection_period: "30 calendar days".to_owned(),
        last_day: Some("Thursday 31 December 2026, 24:00, Oslo".to_owned()),
        earliest: Some("Friday 1 January 2027, 00:00, Oslo".to_owned()),
        planned: Some("Monday 1 March 2027, 00:00, Oslo".to_owned()),
        asked: Asked::Objection,
        silence: "Under your contract, if you do not object by the last day, you authorise this subprocessor.".to_owned(),
        after_objection: "While your objection is open, the subprocessor is not used for you. We have 30 calendar days to find a solution together. If we find none, you may end the affected service within 30 calendar days and get prepaid fees back pro rata.".to_owned(),
        grounds: "State your grounds relating to data protection.".to_owned(),
        link: link("n"),
        reply_to: "privacy@acme.example".to_owned(),
        legal_reference: say("Clause 7.2 of your data processing agreement with Acme Software AS; Article 28(2) GDPR"),
        why: say("You get this because Nordlys Kommune names you as its contact in its data processing agreement with Acme Software AS."),
    }
}

fn notice(part: &CustomerPart, contents: &[NoticeContent], is_forwardable: bool) -> Rendered {
    ChangeNotice {
        part,
        contents,
        content_hash: HASH,
        contacts_link: &link("contacts"),
        is_forwardable,
    }
    .render()
}

fn for_information(part: CustomerPart) -> CustomerPart {
    CustomerPart {
        asked: Asked::Nothing,
        last_day: None,
        earliest: None,
        ..part
    }
}

fn for_approval(part: CustomerPart) -> CustomerPart {
    CustomerPart {
        asked: Asked::Approval,
        silence: Asked::Approval.silence_text().to_owned(),
        ..part
    }
}

fn for_opt_in(part: CustomerPart) -> CustomerPart {
    CustomerPart {
        asked: Asked::OptIn,
        silence: Asked::OptIn.silence_text().to_owned(),
        ..for_information(part)
    }
}

/// Every message, and the notice in each of its shapes. `say` stands between a sample's text and the message.
fn samples(say: &dyn Fn(&str) -> String) -> Vec<(&'static str, Rendered)> {
    let (content, part) = (content(say), part(say));
    let second = NoticeContent {
        change_type: ChangeType::Replacement,
        legal_name: say("Søk & Finn Oy"),
        replaces: Some(say("Old Search Ltd")),
        transfers: vec![],
        assessments: vec![],
        measures: vec![],
        security: None,
        ai: None,
        parent_country: None,
        tier: 2,
        optional_feature: true,
        ..content.clone()
    };
    let removal = NoticeContent {
        change_type: ChangeType::Removal,
        ..content.clone()
    };
    let request = NoticeContent {
        change_type: ChangeType::GovAccessNotice,
        occasion: Some(say("An authority asked for the usage events of two accounts")),
        planned_on: "2026-11-27".parse().ok(),
        ..content.clone()
    };
    let happened_part = CustomerPart {
        planned: Some("Friday 27 November 2026, 00:00, Oslo".to_owned()),
        ..for_information(part.clone())
    };
    let (customer, publisher, vendor) = (
        say("Nordlys Kommune"),
        say("Acme Software AS"),
        say("Example Analytics Inc."),
    );
    let statement = say(
        "Our data may not be read from the United States.\n\nWe ask for a region that is closed to remote access.",
    );
    let (number, case_number, title) = (
        say("2026-003"),
        say("OBJ-7KQ2-M9XD"),
        say("Analytics by Example Analytics"),
    );
    let last_day = Some("Thursday 31 December 2026, 24:00, Oslo");
    let receipt = ObjectionReceipt {
        case_number: &case_number,
        number: &number,
        vendor: &vendor,
        customer: &customer,
        publisher: &publisher,
        filed_at: "Wednesday 16 December 2026, 14:05, Oslo",
        is_in_time: true,
        last_day,
        statement: &statement,
        link: &link("n"),
    };
    let (office, contacts) = (say("Privacy office"), link("contacts"));
    let decided = ContactDecided {
        publisher: &publisher,
        customer: &customer,
        name: &office,
        address: "p…@nordlys.example",
        is_confirmed: true,
        is_replacing: true,
        is_new: false,
        link: &contacts,
    };
    let answer = AnswerReceipt {
        number: &number,
        vendor: &vendor,
        customer: &customer,
        publisher: &publisher,
        answer: Given::Approved,
        name: &say("Privacy desk"),
        answered_at: "Wednesday 2 December 2026, 08:31, Oslo",
        link: &link("n"),
        is_reader: true,
    };
    let changed = ContactsChanged {
        publisher: &publisher,
        customer: &customer,
        ended: Some((&office, "p…@nordlys.example")),
        entered: Some((&office, "o…@nordlys.example")),
        link: &contacts,
    };
    vec![
        ("change_notice", notice(&part, std::slice::from_ref(&content), false)),
        ("change_notice_of_two", notice(&part, &[content.clone(), second.clone()], true)),
        (
            "change_notice_for_approval",
            notice(&for_approval(part.clone()), std::slice::from_ref(&content), false),
        ),
        (
            "change_notice_for_opt_in",
            notice(&for_opt_in(part.clone()), std::slice::from_ref(&content), false),
        ),
        ("change_notice_for_information", notice(&for_information(part.clone()), &[removal], false)),
        ("change_notice_of_what_happened", notice(&happened_part, &[request], false)),
        (
            "change_cancelled",
            ChangeCancelled {
                number: &number,
                title: &title,
                publisher: &publisher,
                customer: &customer,
                reason: &say("The offer was withdrawn."),
                link: &link("n"),
            }
            .render(),
        ),
        ("objection_receipt", receipt.render()),
        (
            "objection_receipt_late",
            ObjectionReceipt { is_in_time: false, filed_at: "Monday 4 January 2027, 09:12, Oslo", ..receipt }.render(),
        ),
        (
            "objection_outcome",
            ObjectionOutcome {
                case_number: &case_number,
                number: &number,
                vendor: &vendor,
                customer: &customer,
                publisher: &publisher,
                is_open: false,
                outcome: &say("Upheld: Example Analytics Inc. is not used for you."),
                reason: Some(&say("No region can be closed to remote access.")),
                next: &say("There is nothing you need to do."),
                link: &link("n"),
            }
            .render(),
        ),
        (
            "objection_alert",
            ObjectionAlert {
                case_number: &case_number,
                number: &number,
                vendor: &vendor,
                customer: &customer,
                statement: &statement,
                link: "https://forenotice.example/staff/objections/OBJ-7KQ2-M9XD",
            }
            .render(),
        ),
        (
            "acknowledgement_receipt",
            AcknowledgementReceipt {
                number: &number,
                customer: &customer,
                publisher: &publisher,
                name: &say("Privacy desk"),
                acknowledged_at: "Wednesday 2 December 2026, 08:31, Oslo",
                link: &link("n"),
            }
            .render(),
        ),
        ("answer_receipt", answer.render()),
        ("answer_receipt_other", AnswerReceipt { is_reader: false, ..answer }.render()),
        (
            "answer_receipt_refused",
            AnswerReceipt { answer: Given::Refused, ..answer }.render(),
        ),
        (
            "contact_requested",
            ContactRequested {
                publisher: &publisher,
                customer: &customer,
                name: &say("Privacy office"),
                address: "p…@nordlys.example",
                is_replacing: true,
                link: &link("contacts"),
            }
            .render(),
        ),
        ("contact_decided", decided.render()),
        (
            "contact_ended",
            ContactEnded {
                publisher: &publisher,
                customer: &customer,
                successor: Some((&office, "o…@nordlys.example")),
            }
            .render(),
        ),
        ("contacts_changed", changed.render()),
        ("contacts_changed_entered", ContactsChanged { ended: None, ..changed }.render()),
        ("contacts_changed_ended", ContactsChanged { entered: None, ..changed }.render()),
        (
            "agreement_ended",
            AgreementEnded {
                publisher: &publisher,
                customer: &customer,
                ended_at: "Wednesday 2 December 2026, 08:31, Oslo",
            }
            .render(),
        ),
        ("contact_decided_refused", ContactDecided { is_confirmed: false, ..decided }.render()),
        ("contact_decided_new", ContactDecided { is_new: true, ..decided }.render()),
        (
            "subscription_confirm",
            SubscriptionConfirm {
                publisher: &publisher,
                link: &link("subscriptions/confirm"),
                suppress_link: &link("suppress"),
                expires: "Thursday 3 December 2026, 10:15, Oslo",
            }
            .render(),
        ),
        (
            "subscription_change",
            SubscriptionChange {
                publisher: &publisher,
                number: &number,
                title: &title,
                contents: &[content, second],
                planned: "Monday 1 March 2027",
                has_happened: false,
                link: "https://forenotice.example/changes/2026-003",
                unsubscribe_link: &link("unsubscribe"),
            }
            .render(),
        ),
        (
            "subscription_cancelled",
            SubscriptionCancelled {
                publisher: &publisher,
                number: &number,
                title: &title,
                link: "https://forenotice.example/changes/2026-003",
                unsubscribe_link: &link("unsubscribe"),
            }
            .render(),
        ),
        (
            "audit_checkpoint",
            AuditCheckpoint {
                publisher: &publisher,
                day: "2026-12-01",
                count: 412,
                document: CHECKPOINT,
                link: "https://forenotice.example/.well-known/forenotice-audit.json",
            }
            .render(),
        ),
        (
            "password_reset",
            PasswordReset {
                publisher: &publisher,
                link: &link("staff/reset"),
                expires: "Tuesday 1 December 2026, 11:15, Oslo",
            }
            .render(),
        ),
        (
            "staff_digest",
            StaffDigest {
                publisher: &publisher,
                day: "Friday 27 November 2026",
                tasks: &digest_tasks(say),
                more: 2,
                link: "https://forenotice.example/staff/tasks",
                account_link: "https://forenotice.example/staff/account",
            }
            .render(),
        ),
        (
            "staff_task",
            StaffTask {
                title: &say("Check the DPF listing of Example Analytics Inc."),
                text: &say("The listing is checked again seven days before the planned start.\nIt was last seen active on 4 November 2026."),
                link: "https://forenotice.example/staff/tasks/dpf-2026-003",
            }
            .render(),
        ),
    ]
}

fn digest_tasks(say: &dyn Fn(&str) -> String) -> Vec<DigestTask> {
    let task = |title: &str, due: Option<&str>, is_overdue, is_new, path: &str| DigestTask {
        title: say(title),
        due: due.map(str::to_owned),
        is_overdue,
        is_new,
        link: format!("https://forenotice.example{path}"),
    };
    vec![
        task(
            "Assess the security of Example Analytics Inc. again: the assessment counts until Monday 23 November 2026",
            Some("Monday 23 November 2026"),
            true,
            false,
            "/staff/register/example-analytics/security",
        ),
        task(
            "Decide on the assessment of transfers of Example Analytics Inc.",
            None,
            false,
            true,
            "/staff/register/example-analytics/tia/1",
        ),
        task(
            "The contract with Nordic Cloud AS ends on Tuesday 1 December 2026",
            Some("Tuesday 1 December 2026"),
            false,
            false,
            "/staff/register/nordic-cloud/contract",
        ),
    ]
}

fn plainly(text: &str) -> String {
    text.to_owned()
}

/// Addresses in a text; they end at white space or at what cannot stand in one.
fn links(text: &str) -> BTreeSet<String> {
    text.match_indices("https://")
        .map(|(at, _)| {
            text[at..]
                .split(|c: char| c.is_whitespace() || "\"<>".contains(c))
                .next()
                .unwrap()
                .to_owned()
        })
        .collect()
}

/// What a reader sees of the HTML: no head, no tags.
fn seen(html: &str) -> String {
    let document = scraper::Html::parse_document(html);
    let body = scraper::Selector::parse("body").unwrap();
    let text: Vec<&str> = document.select(&body).flat_map(|body| body.text()).collect();
    text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_message_as_it_is_sent() {
    for (name, mail) in samples(&plainly) {
        insta::assert_snapshot!(
            format!("{name}.txt"),
            format!("Subject: {}\n\n{}", mail.subject, mail.text)
        );
        insta::assert_snapshot!(format!("{name}.html"), mail.html);
    }
}

#[test]
fn every_message_has_a_sample() {
    let kinds: BTreeSet<&str> = samples(&plainly).iter().map(|(_, mail)| mail.kind).collect();
    let folders = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/mail")).unwrap();
    let folders = folders
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir());
    let names: BTreeSet<String> = folders
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, kinds.into_iter().map(str::to_owned).collect());
}

#[test]
fn text_and_html_have_the_same_links() {
    for (name, mail) in samples(&plainly) {
        let hrefs: BTreeSet<String> = scraper::Html::parse_document(&mail.html)
            .select(&scraper::Selector::parse("a[href]").unwrap())
            .map(|a| a.attr("href").unwrap().to_owned())
            .collect();
        assert_eq!(links(&mail.text), hrefs, "{name}");
        // Whoever is told that something has ended has nothing to open any more.
        let has_ended = name.ends_with("_ended");
        assert!(has_ended || !hrefs.is_empty(), "{name}");
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    for (name, mail) in samples(&plainly) {
        for loading in [
            "<img", "<link", "<script", "src=", "url(", "@import", "<form", "<iframe",
        ] {
            assert!(!mail.html.contains(loading), "{name}: {loading}");
        }
    }
}

#[test]
fn text_and_html_say_the_same() {
    let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let content = content(&plainly);
    for (name, mail) in samples(&plainly)
        .into_iter()
        .filter(|(name, _)| name.starts_with("change_notice"))
    {
        let (text, html) = (fold(&mail.text), seen(&mail.html));
        for fact in facts::of_line(&content)
            .iter()
            .filter(|fact| fact.label != "Change")
        {
            for line in fact.lines() {
                assert!(text.contains(line), "{name}, text: {}: {line}", fact.label);
                assert!(html.contains(line), "{name}, HTML: {}: {line}", fact.label);
            }
        }
        for said in [
            "2026-003, version 1",
            HASH,
            "Article 28(2) GDPR",
            "privacy@acme.example",
            "You get this because",
        ] {
            assert!(text.contains(said) && html.contains(said), "{name}: {said}");
        }
    }
}

#[test]
fn a_notice_with_a_window_says_everything_about_it() {
    let part = part(&plainly);
    let mail = notice(&part, &[content(&plainly)], false);
    let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let html = seen(&mail.html);
    let window = [&part.last_day, &part.earliest, &part.planned].map(|day| day.clone().unwrap());
    for said in window.iter().chain([
        &part.silence,
        &part.after_objection,
        &part.grounds,
        &part.notice_period,
    ]) {
        assert!(
            text.contains(said.as_str()) && html.contains(said.as_str()),
            "{said}"
        );
    }
    for said in [
        "Not before Friday 1 January 2027, 00:00, Oslo.",
        "If this reached you later, the day moves: the link shows the day that holds.",
        "Tuesday 1 December 2026",
    ] {
        assert!(text.contains(said) && html.contains(said), "{said}");
    }
}

#[test]
fn a_notice_without_a_window_speaks_of_none() {
    let part = for_information(part(&plainly));
    let mail = notice(&part, &[content(&plainly)], false);
    for body in [&mail.text, &mail.html] {
        for absent in [
            "can object",
            "Not before",
            "Last day",
            "Objection period",
            &part.silence,
            &part.after_objection,
        ] {
            assert!(!body.contains(absent), "{absent}");
        }
    }
    assert_eq!(
        mail.subject,
        "Notice 2026-003: Example Analytics Inc. from 1 March 2027 – for information"
    );
}

#[test]
fn a_subject_begins_with_what_it_is() {
    let part = part(&plainly);
    let one = content(&plainly);
    assert_eq!(
        notice(&part, std::slice::from_ref(&one), false).subject,
        "Notice 2026-003: Example Analytics Inc. from 1 March 2027 – you can object until Thursday 31 December 2026"
    );
    let long = NoticeContent {
        legal_name: "Long ".repeat(60),
        change_type: ChangeType::Replacement,
        ..one.clone()
    };
    let odd = CustomerPart {
        number: "2026-003, version 2".to_owned(),
        last_day: Some("Monday 23 November 2026, 10:00, Oslo".to_owned()),
        ..part
    };
    let subject = notice(&odd, &[long, one], false).subject;
    assert!(
        subject.starts_with("Notice 2026-003, version 2: Long Long "),
        "{subject}"
    );
    assert!(
        subject.ends_with("(Replacement) and 1 more from 1 March 2027 – you can object until Monday 23 November 2026, 10:00, Oslo"),
        "{subject}"
    );
    assert!(subject.chars().count() < 300);
}

#[test]
fn news_for_subscribers_is_public() {
    let mail = samples(&plainly)
        .into_iter()
        .find(|(name, _)| *name == "subscription_change")
        .unwrap()
        .1;
    for private in [
        "Nordlys",
        "31 December",
        "object until",
        "privacy@",
        "Acceptable",
        "27001",
        "DE-5550123",
        "Keys held",
    ] {
        assert!(
            !mail.text.contains(private) && !mail.html.contains(private),
            "{private}"
        );
    }
}

const HOSTILE: &str = "<img src=x></td></style>\"'&\r\nBcc: a@b.example\n\n.\rX\u{0}\u{8}\u{1b}\u{202E}\u{2028}-- {{ message }}";

#[test]
fn hostile_text_stays_text() {
    let benign = samples(&plainly);
    let hostile = samples(&|text| format!("{text}{HOSTILE}"));
    let elements = |html: &str| {
        scraper::Html::parse_document(html)
            .select(&scraper::Selector::parse("img, td, style, table, a, script").unwrap())
            .map(|element| element.value().name().to_owned())
            .collect::<Vec<_>>()
    };
    for ((name, mail), (_, plain)) in hostile.iter().zip(&benign) {
        assert!(
            !mail
                .subject
                .contains(|c: char| c.is_control() || c == '\u{202E}' || c == '\u{2028}'),
            "{name}"
        );
        assert_eq!(elements(&mail.html), elements(&plain.html), "{name}");
        assert!(
            !mail.html.contains("<img") && !mail.html.contains("x></td>"),
            "{name}"
        );
        for body in [&mail.text, &mail.html] {
            assert!(
                !body.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202E}'),
                "{name}"
            );
        }
        assert_eq!(links(&mail.text), links(&plain.text), "{name}");
    }
}

#[test]
fn a_name_cannot_write_lines_of_its_own() {
    let mail = PasswordReset {
        publisher: "Acme\n\nYour account is closed.\r\n",
        link: "https://a.example/",
        expires: "now",
    }
    .render();
    assert!(
        mail.text.lines().all(|line| !line.starts_with("Your account")),
        "{}",
        mail.text
    );
}

#[test]
fn no_template_promises_or_quotes_a_law_that_does_not_say_so() {
    fn walk(folder: &std::path::Path, check: &dyn Fn(&std::path::Path, &str)) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, check);
            } else {
                check(&path, &std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let forbidden = [
        "guarantee",
        "the law says",
        "by law",
        "30 days",
        "learn more",
        "discover",
        "excited",
        "upgrade",
        "http://",
    ];
    walk(
        std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/mail")),
        &|path, text| {
            for word in forbidden {
                assert!(!text.to_lowercase().contains(word), "{}: {word}", path.display());
            }
            assert!(!text.contains("|safe"), "{}", path.display());
        },
    );
}

#[test]
fn a_checkpoint_can_be_cut_out_of_its_mail() {
    let mail = samples(&plainly)
        .into_iter()
        .find(|(name, _)| *name == "audit_checkpoint")
        .unwrap()
        .1;
    assert_eq!(
        mail.text.split(&"-".repeat(70)).nth(1).unwrap().trim(),
        CHECKPOINT
    );
    let document = scraper::Html::parse_document(&mail.html);
    let pre: String = document
        .select(&scraper::Selector::parse("pre").unwrap())
        .flat_map(|pre| pre.text())
        .collect();
    assert_eq!(pre.trim(), CHECKPOINT);
}

#[test]
fn only_a_link_is_wider_than_72_columns() {
    for (name, mail) in samples(&plainly)
        .into_iter()
        .filter(|(name, _)| *name != "audit_checkpoint")
    {
        for line in mail.text.lines().filter(|line| line.chars().count() > 72) {
            assert!(
                line.starts_with("https://") && !line.contains(' '),
                "{name}: {line}"
            );
        }
    }
}

#[test]
fn whole_mails_pass_the_wire_and_read_back() {
    let sender = Sender::parse("Acme privacy <privacy@acme.example>", "privacy@acme.example").unwrap();
    let long = "x".repeat(5000);
    let says: [&dyn Fn(&str) -> String; 3] = [&plainly, &|text| format!("{text}{HOSTILE}"), &|text| {
        format!("{text} {long}")
    }];
    for say in says {
        for (name, mail) in samples(say) {
            let letter = Letter {
                id: Uuid::from_u128(7),
                date: DateTime::<Utc>::UNIX_EPOCH,
                to_name: "Kari Nordmann",
                to: "kari@customer.example",
                subject: &mail.subject,
                text: &mail.text,
                html: &mail.html,
                list: &crate::mail::List::None,
            };
            let mime = build(&sender, &letter).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(
                mime.bytes.split(|b| *b == b'\n').all(|line| line.len() <= 999),
                "{name}"
            );
            let read = MessageParser::new().parse(&mime.bytes).unwrap();
            assert_eq!(
                read.body_text(0).unwrap().replace("\r\n", "\n"),
                mail.text,
                "{name}"
            );
            assert_eq!(
                read.body_html(0).unwrap().replace("\r\n", "\n"),
                mail.html,
                "{name}"
            );
            if mail.subject.chars().count() <= 300 {
                assert_eq!(read.subject(), Some(mail.subject.as_str()), "{name}");
            }
        }
    }
}

#[test]
fn staff_reads_every_kind_of_mail_without_a_link_that_is_a_key() {
    use crate::mail::List;
    use crate::mail::reading::{Reader, view};
    use crate::mail::withheld;

    let sender = Sender::parse("Acme privacy <privacy@acme.example>", "privacy@acme.example").unwrap();
    let lists = [
        List::Contract {
            help: link("contacts"),
        },
        List::Subscriber {
            unsubscribe: link("unsubscribe"),
        },
    ];
    let pasted = |text: &str| format!("{text} {}", link("objections"));
    let says: [&dyn Fn(&str) -> String; 2] = [&plainly, &pasted];
    for (say, list) in says
        .into_iter()
        .flat_map(|say| lists.iter().map(move |list| (say, list)))
    {
        for (name, mail) in samples(say) {
            let subject: String = mail.subject.chars().take(100).collect();
            let letter = Letter {
                id: Uuid::from_u128(7),
                date: DateTime::<Utc>::UNIX_EPOCH,
                to_name: "Kari Nordmann",
                to: "kari@customer.example",
                subject: &subject,
                text: &mail.text,
                html: &mail.html,
                list,
            };
            let mime = build(&sender, &letter).unwrap_or_else(|e| panic!("{name}: {e}"));
            let shown = |reader| {
                let view = view(&mime.bytes, String::new(), reader);
                let headers: Vec<String> = view.headers.into_iter().map(|h| h.value).collect();
                [view.text, headers.join("\n"), view.links.join("\n")]
            };
            let staff = Reader::Staff {
                site: "https://forenotice.example/",
            };
            let holds = |texts: &[String]| texts.iter().any(|text| text.contains(TOKEN));
            assert!(holds(&shown(Reader::Recipient)), "{name}: its recipient has them");
            assert!(!holds(&shown(staff)), "{name}");
            assert!(
                shown(staff)[1].contains(withheld::WORDS),
                "{name}: the header says that one was there"
            );
            let html = withheld::html(&mail.html, "https://forenotice.example/");
            assert!(!html.contains(TOKEN), "{name}");
            assert_eq!(
                html.contains(withheld::WORDS),
                mail.html.contains(TOKEN),
                "{name}"
            );
        }
    }
}
