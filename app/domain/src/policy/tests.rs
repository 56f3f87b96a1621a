use super::*;
use crate::word_set::assert_words;

fn policy() -> Policy {
    Policy::new(CalendarId::No, Zone::UTC)
}

#[test]
fn words_read_back() {
    assert_words!(
        AuthorisationModel,
        ObjectionEffect,
        ContractText,
        GroundsRule,
        LateRule,
        Refund,
        WhoMayObject,
        CustomerRole
    );
}

#[test]
fn the_default_is_thirty_calendar_days_and_block() {
    let policy = policy();
    assert_eq!(policy.notice_period.to_string(), "30d");
    assert_eq!(policy.effect(), ObjectionEffect::Block);
    assert!(policy.may_reject_grounds() && !policy.allows_emergency());
    let json = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy);
}

#[test]
fn the_commissions_text_blocks_whatever_was_chosen() {
    for contract_text in [ContractText::C2021915, ContractText::C2021914] {
        let policy = Policy {
            contract_text,
            objection_effect: ObjectionEffect::TerminateOnly,
            ..policy()
        };
        assert_eq!(policy.effect(), ObjectionEffect::Block);
        assert!(!policy.may_reject_grounds());
    }
    assert!(
        !Policy {
            grounds: GroundsRule::None,
            ..policy()
        }
        .may_reject_grounds()
    );
}

#[test]
fn a_shorter_or_incomparable_period_is_a_weakening() {
    let earlier = policy();
    assert!(earlier.weakenings(&earlier).is_empty());
    let longer = Policy {
        notice_period: days(60),
        ..policy()
    };
    assert!(longer.weakenings(&earlier).is_empty());
    assert_eq!(earlier.weakenings(&longer), ["shorter notice period"]);
    let other_unit = Policy {
        objection_period: working_days(40),
        ..policy()
    };
    assert_eq!(other_unit.weakenings(&earlier), ["shorter objection period"]);
    let raised = Policy {
        raised: BTreeMap::from([(ChangeType::LocationWithinEea, NoticeClass::A)]),
        ..policy()
    };
    assert!(raised.weakenings(&earlier).is_empty());
    assert_eq!(earlier.weakenings(&raised), ["lower class of notice"]);
}

#[test]
fn a_contract_can_raise_a_class_and_never_lower_it() {
    let mut policy = policy();
    policy
        .raised
        .insert(ChangeType::LocationWithinEea, NoticeClass::A);
    policy.raised.insert(ChangeType::NewSubprocessor, NoticeClass::C);
    assert_eq!(
        policy.class_for(ChangeType::LocationWithinEea, NoticeClass::B),
        NoticeClass::A
    );
    assert_eq!(
        policy.class_for(ChangeType::NewSubprocessor, NoticeClass::A),
        NoticeClass::A
    );
    assert_eq!(
        policy.class_for(ChangeType::Removal, NoticeClass::C),
        NoticeClass::C
    );
}

#[test]
fn no_emergency_under_specific_authorisation() {
    let emergency = EmergencyClause::Allowed { max_days: 30 };
    assert!(
        Policy {
            emergency,
            ..policy()
        }
        .allows_emergency()
    );
    assert!(
        !Policy {
            emergency,
            model: AuthorisationModel::Specific,
            ..policy()
        }
        .allows_emergency()
    );
}

#[test]
fn silence_is_never_said_to_authorise_where_a_written_answer_is_needed() {
    let specific = Policy {
        model: AuthorisationModel::Specific,
        ..policy()
    };
    let (a, opt, b) = (NoticeClass::A, NoticeClass::Opt, NoticeClass::B);
    assert!(specific.silence_text(&[a]).contains("need your written approval"));
    assert!(policy().silence_text(&[a]).contains("you authorise"));
    for policy in [policy(), specific.clone()] {
        assert_eq!(policy.model_for(opt), AuthorisationModel::Specific);
        assert_eq!(policy.model_for(a), policy.model);
        let text = policy.silence_text(&[opt]);
        assert!(text.contains("Unless you opt in") && !text.contains("you authorise"));
        assert!(policy.silence_text(&[a, opt]).contains("unless you opt in"));
        assert_eq!(policy.asked(&[opt, b]), Asked::OptIn);
        assert_eq!(policy.asked(&[b]), Asked::Nothing);
    }
    assert_eq!(policy().asked(&[b, a]), Asked::Objection);
    assert_eq!(specific.asked(&[b, a]), Asked::Approval);
}

#[test]
fn every_term_that_can_be_worse_for_the_customer_counts_and_no_better_one_does() {
    let earlier = Policy {
        who_may_object: WhoMayObject::VerifiedUsers,
        dora_relevant: true,
        customer_role: CustomerRole::Processor,
        ..policy()
    };
    type Weaken = fn(&mut Policy);
    let rows: [(&str, Weaken); 9] = [
        ("fewer may object, or only by letter", |p| {
            p.who_may_object = WhoMayObject::NamedContacts;
        }),
        ("fewer may object, or only by letter", |p| {
            p.who_may_object = WhoMayObject::WrittenLetter;
        }),
        ("late objections are rejected", |p| p.late = LateRule::Reject),
        ("more time to confirm an objection", |p| {
            p.acknowledgement_period = working_days(5);
        }),
        ("shorter talks", |p| p.discussion_period = days(29)),
        ("less time to choose termination", |p| {
            p.election_period = working_days(30);
        }),
        ("no refund on termination", |p| p.refund = Refund::None),
        ("no longer told as under DORA", |p| p.dora_relevant = false),
        ("notices are no longer marked to be passed on", |p| {
            p.customer_role = CustomerRole::Controller;
        }),
    ];
    for (text, weaken) in rows {
        let mut weaker = earlier.clone();
        weaken(&mut weaker);
        assert_eq!(weaker.weakenings(&earlier), [text]);
        if text != "less time to choose termination" {
            // another unit cannot be compared, so it counts both ways
            assert!(earlier.weakenings(&weaker).is_empty(), "{text} undone is no loss");
        }
    }
}

#[test]
fn leaving_the_commissions_clauses_is_a_weakening() {
    for contract_text in [ContractText::C2021915, ContractText::C2021914] {
        let commission = Policy {
            contract_text,
            ..policy()
        };
        assert!(commission.weakenings(&policy()).is_empty());
        let lost = policy().weakenings(&commission);
        assert!(
            lost.contains(&"own text instead of the Commission’s clauses"),
            "{lost:?}"
        );
    }
}
