use super::super::*;
use super::green::*;
use super::red::red;
use crate::id::WaiverId;
use crate::legal_record::*;
use crate::text::Prose;

use ReasonCode as R;

fn waiver(kind: WaiverKind) -> Waiver {
    Waiver {
        id: id::<WaiverId>(1),
        kind,
        by: id(1),
        and_by: id(2),
        granted_at: at("2027-01-25T00:00:00Z"),
        until: at("2027-02-08T00:00:00Z"),
        reason: Prose::parse("the assessor is ill").unwrap(),
    }
}

#[test]
fn only_two_things_are_waived_by_two_people_and_stay_visible() {
    for (code, edit) in red() {
        let mut facts = green();
        edit(&mut facts);
        let failed = facts
            .register
            .security
            .as_ref()
            .is_some_and(|s| s.body.result == AssessmentResult::Failed);
        facts.register.waivers = WaiverKind::ALL.iter().map(|kind| waiver(*kind)).collect();
        let decision = evaluate(&facts, now());
        let may_be_waived =
            matches!(code, R::SecurityMissing | R::SecurityExpired | R::DpfCheckStale) && !failed;
        assert_eq!(decision.allowed, may_be_waived, "{code}");
        assert_eq!(decision.waived.len(), usize::from(may_be_waived), "{code}");
    }
}

#[test]
fn a_waiver_that_breaks_the_rules_waives_nothing() {
    let base = waiver(WaiverKind::SecurityAssessment);
    assert!(base.check().is_ok() && base.applies(R::SecurityMissing, now()));
    assert!(
        !base.applies(R::SecurityMissing, base.until)
            && !base.applies(R::SecurityMissing, at("2027-01-24T00:00:00Z"))
    );
    assert_eq!(
        Waiver {
            and_by: id(1),
            ..base.clone()
        }
        .check(),
        Err(WaiverRefused::OnePerson)
    );
    let long = Waiver {
        until: at("2027-02-08T00:00:01Z"),
        ..base
    };
    assert_eq!(long.check(), Err(WaiverRefused::TooLong));
    assert!(!long.applies(R::SecurityMissing, now()));
}
