use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::change::ChangeType;
use domain::notice::{CustomerPart, NoticeContent, TransferText};
use domain::policy::Asked;
use mail_parser::MessageParser;
use uuid::Uuid;

use super::*;
use crate::mail::message::{Letter, Sender, build};

mod samples;

use samples::*;

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
