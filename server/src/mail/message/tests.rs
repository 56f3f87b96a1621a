use chrono::TimeZone;
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::*;

const ID: Uuid = Uuid::from_u128(0x0192_3456_789a_7bcd_8e00_0000_0000_0001);

fn sender() -> Sender {
    Sender::parse("Acme privacy <privacy@acme.example>", "dpo@acme.example").unwrap()
}

fn letter<'a>(list: &'a List) -> Letter<'a> {
    Letter {
        id: ID,
        date: Utc.with_ymd_and_hms(2026, 11, 22, 10, 15, 3).unwrap(),
        to_name: "Kari Nordmann",
        to: "kari@customer.example",
        subject: "Change of subprocessor",
        text: "Hello\nworld\n",
        html: "<p>Hello</p>",
        list,
    }
}

fn built(change: impl FnOnce(&mut Letter<'static>)) -> Result<Mime, BuildError> {
    let mut letter = letter(&List::None);
    change(&mut letter);
    build(&sender(), &letter)
}

#[test]
fn a_whole_mail() {
    let list = List::Contract {
        help: "https://acme.example/contacts/abc".to_owned(),
    };
    let mime = build(&sender(), &letter(&list)).unwrap();
    assert_eq!(
        mime.message_id,
        "<d.01923456789a7bcd8e00000000000001@acme.example>"
    );
    insta::assert_snapshot!(String::from_utf8(mime.bytes).unwrap().replace("\r\n", "\n"));
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    assert_eq!(built(|_| {}), built(|_| {}));
}

#[test]
fn only_a_subscriber_can_leave_with_one_click() {
    let list = List::Subscriber {
        unsubscribe: "https://acme.example/unsubscribe/abc".to_owned(),
    };
    let text = String::from_utf8(build(&sender(), &letter(&list)).unwrap().bytes).unwrap();
    assert!(text.contains("List-Unsubscribe: <https://acme.example/unsubscribe/abc>\r\n"));
    assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    let list = List::Contract {
        help: "https://acme.example/contacts/abc".to_owned(),
    };
    let text = String::from_utf8(build(&sender(), &letter(&list)).unwrap().bytes).unwrap();
    assert!(!text.contains("List-Unsubscribe"));
    assert!(text.contains("List-Help: <https://acme.example/contacts/abc>\r\n"));
}

#[test]
fn a_link_that_would_leave_its_header_is_refused() {
    for link in [
        "https://a.example/>,<b",
        "https://a.example/\r\nBcc: x@y.example",
        "javascript:alert(1)",
        "https://å.example/",
    ] {
        let list = List::Contract {
            help: link.to_owned(),
        };
        assert_eq!(
            build(&sender(), &letter(&list)),
            Err(BuildError::Link),
            "{link:?}"
        );
    }
}

#[test]
fn names_and_subjects_with_control_characters_are_refused_before_the_builder() {
    for bad in [
        "a\r\nBcc: x@y.example",
        "a\nb",
        "a\rb",
        "a\0b",
        "a\u{1b}[1m",
        "a\u{2028}b",
        "a\u{202e}b",
        "a\u{85}b",
    ] {
        assert!(
            matches!(built(|l| l.to_name = bad), Err(BuildError::Forbidden { .. })),
            "{bad:?}"
        );
        assert!(
            matches!(built(|l| l.subject = bad), Err(BuildError::Forbidden { .. })),
            "{bad:?}"
        );
    }
}

#[test]
fn addresses_that_programs_disagree_about_are_refused() {
    for bad in [
        "kari@customer.example\r\nRCPT TO:<x@y.example>",
        "\"kari nordmann\"@customer.example",
        "kari@customer.example>",
        "kari@[10.0.0.1]",
        "kari@10.0.0.1",
        "kari",
        "",
        "kari@",
        "@customer.example",
        "a@b.example,c@d.example",
    ] {
        assert_eq!(
            built(|l| l.to = bad),
            Err(BuildError::Address("the recipient")),
            "{bad:?}"
        );
    }
}

#[test]
fn every_address_that_forms_take_can_be_written_to() {
    let text = proptest::prop_oneof![
        any::<String>(),
        "\\PC{1,12}@\\PC{1,12}\\.\\PC{1,6}",
        "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.ø-]{1,20}@[a-z0-9å.⒈-]{1,20}\\.[a-z0-9x]{1,6}",
        "[a-z%]{1,3}@(xn--)?[a-z0-9-]{1,12}\\.(0x|xn--)?[0-9a-f]{1,3}",
    ];
    proptest!(|(text in text)| {
        if let Ok(address) = EmailAddress::parse(&text) {
            let written = built(|l| l.to = Box::leak(address.to_string().into_boxed_str()));
            prop_assert!(written.is_ok(), "{}: {:?}", address, written);
        }
    });
    for bad in [
        "jörg@customer.example",
        "a@b.0x1",
        "a@⒈com.example",
        "a\u{fffd}@b.example",
    ] {
        assert!(EmailAddress::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_international_domain_travels_in_ascii() {
    assert_eq!(
        recipient("kari@blåbær.example").unwrap().to_string(),
        "kari@xn--blbr-roah.example"
    );
}

#[test]
fn a_setting_that_is_no_address_is_named() {
    assert_eq!(
        Sender::parse("nobody", "a@b.example").unwrap_err(),
        BuildError::Address("MAIL_FROM")
    );
    assert_eq!(
        Sender::parse("a@b.example", "x y").unwrap_err(),
        BuildError::Address("MAIL_REPLY_TO")
    );
}

#[test]
fn bare_line_ends_and_long_lines_do_not_pass() {
    for (bad, rule) in [
        (&b"a\nb\r\n"[..], "it has a bare LF"),
        (b"a\rb\r\n", "it has a bare CR"),
        (b"a\r\r\n", "it has a bare CR"),
        (b"a", "it does not end with a line end"),
        (b"a\r\n.\n\r\n", "it has a bare LF"),
        (b"\xc3\xa5\r\n", "it has a byte that is not text in ASCII"),
        (b"a\0\r\n", "it has a byte that is not text in ASCII"),
    ] {
        assert_eq!(check_wire(bad), Err(BuildError::Wire(rule)), "{bad:?}");
    }
    let line = |n| [vec![b'a'; n], b"\r\n".to_vec()].concat();
    assert_eq!(check_wire(&line(998)), Ok(()));
    assert!(check_wire(&line(999)).is_err());
}

#[test]
fn a_body_cannot_end_the_mail_or_speak_smtp() {
    let text = "first\r\n.\r\nMAIL FROM:<x@y.example>\n.\nsecond\r.\rthird\0";
    let mime = built(|l| l.text = text).unwrap();
    let parsed = MessageParser::default().parse(&mime.bytes).unwrap();
    assert_eq!(
        parsed.body_text(0).unwrap(),
        "first\r\n.\r\nMAIL FROM:<x@y.example>\r\n.\r\nsecond\r\n.\r\nthird\u{FFFD}\r\n"
    );
}

#[test]
fn an_overlong_subject_is_cut_visibly() {
    let subject: &'static str = "x".repeat(5000).leak();
    let mime = built(|l| l.subject = subject).unwrap();
    let parsed = MessageParser::default().parse(&mime.bytes).unwrap();
    assert_eq!(parsed.subject().unwrap().chars().count(), 300);
    assert!(parsed.subject().unwrap().ends_with('…'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is put in, either the mail is refused or it is exactly one mail to exactly one address.
    #[test]
    fn no_input_breaks_out_of_its_place(
        name in "\\PC{0,60}|.{0,60}",
        subject in "\\PC{0,300}|.{0,80}",
        text in "(?s).{0,600}",
        html in "(?s).{0,600}",
        local in "[a-z0-9.+_'-]{1,20}",
    ) {
        let to = format!("{local}@customer.example");
        let list = List::Subscriber { unsubscribe: "https://acme.example/unsubscribe/abc".to_owned() };
        let letter = Letter { to_name: &name, subject: &subject, text: &text, html: &html, to: &to, ..letter(&list) };
        let Ok(mime) = build(&sender(), &letter) else { return Ok(()) };
        prop_assert_eq!(check_wire(&mime.bytes), Ok(()));
        let parsed = MessageParser::default().parse(&mime.bytes).unwrap();
        let to_header = parsed.to().unwrap();
        prop_assert_eq!(to_header.iter().count(), 1);
        prop_assert_eq!(to_header.first().unwrap().address().unwrap(), to.as_str());
        prop_assert_eq!(parsed.from().unwrap().first().unwrap().address().unwrap(), "privacy@acme.example");
        prop_assert!(parsed.bcc().is_none() && parsed.cc().is_none());
        prop_assert_eq!(parsed.parts.len(), 3);
        let encodings = parsed.parts.iter().skip(1).map(|p| p.content_transfer_encoding().unwrap().to_owned());
        prop_assert!(encodings.eq(["quoted-printable", "quoted-printable"]));
        let sent = with_crlf(&text);
        let body = parsed.body_text(0).unwrap();
        prop_assert_eq!(body.trim_end_matches(['\r', '\n']), sent.trim_end_matches(['\r', '\n']));
    }

    #[test]
    fn line_ends_are_always_crlf(text in "(?s).{0,400}|[\\r\\n.a]{0,40}") {
        let out = with_crlf(&text);
        prop_assert!(!out.replace("\r\n", "").contains(['\r', '\n']));
        prop_assert_eq!(with_crlf(&out), out);
    }
}
