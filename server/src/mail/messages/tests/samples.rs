//! One mail of every kind, with texts that a test chooses.

use super::*;

pub(super) const TOKEN: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5";
pub(super) const HASH: &str = "3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a";

pub(super) const CHECKPOINT: &str = r#"{
  "day": "2026-12-01",
  "count": 412,
  "signature": "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8BI0Vnig",
  "signed": "a text with  spaces that is longer than a line of the mail is wide, and must not be broken\\n412"
}"#;

pub(super) fn link(page: &str) -> String {
    format!("https://forenotice.example/{page}/{TOKEN}")
}

pub(super) fn texts(say: &dyn Fn(&str) -> String, items: &[&str]) -> Vec<String> {
    items.iter().map(|item| say(item)).collect()
}

pub(super) fn content(say: &dyn Fn(&str) -> String) -> NoticeContent {
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

pub(super) fn part(say: &dyn Fn(&str) -> String) -> CustomerPart {
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

pub(super) fn notice(part: &CustomerPart, contents: &[NoticeContent], is_forwardable: bool) -> Rendered {
    ChangeNotice {
        part,
        contents,
        content_hash: HASH,
        contacts_link: &link("contacts"),
        is_forwardable,
    }
    .render()
}

pub(super) fn for_information(part: CustomerPart) -> CustomerPart {
    CustomerPart {
        asked: Asked::Nothing,
        last_day: None,
        earliest: None,
        ..part
    }
}

pub(super) fn for_approval(part: CustomerPart) -> CustomerPart {
    CustomerPart {
        asked: Asked::Approval,
        silence: Asked::Approval.silence_text().to_owned(),
        ..part
    }
}

pub(super) fn for_opt_in(part: CustomerPart) -> CustomerPart {
    CustomerPart {
        asked: Asked::OptIn,
        silence: Asked::OptIn.silence_text().to_owned(),
        ..for_information(part)
    }
}

/// Every message, and the notice in each of its shapes. `say` stands between a sample's text and the message.
pub(super) fn samples(say: &dyn Fn(&str) -> String) -> Vec<(&'static str, Rendered)> {
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

pub(super) fn digest_tasks(say: &dyn Fn(&str) -> String) -> Vec<DigestTask> {
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
