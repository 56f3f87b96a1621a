use super::*;
use crate::calendar::tests::{calendar, date};
use crate::calendar::{CalendarId, Override, RecordedOverride};
use crate::window::tests::{at, terms, zone};
use crate::zone::Zone;

use EvidenceKind::{Accepted, Acknowledged, Bounced, Complained, Deferred, Delivered, Refused, Suppressed};

const A: Uuid = Uuid::from_u128(0xa);
const B: Uuid = Uuid::from_u128(0xb);
const FALLBACK: Uuid = Uuid::from_u128(0xf);

/// A story told line by line; 30 days of notice and of objection in Norway unless said otherwise.
#[derive(Clone)]
struct Told {
    versions: Vec<NoticeVersion>,
    evidence: Vec<Evidence>,
    reach: Reach,
    signature: Option<Signature>,
    emergency: Option<Emergency>,
    rejections: Vec<DateTime<Utc>>,
    terms: NoticeTerms,
    publisher_zone: Option<Zone>,
    overrides: Vec<RecordedOverride>,
}

fn notice_terms(notice: &str, objection: &str, calendar: &str) -> NoticeTerms {
    NoticeTerms {
        notice: terms(notice, calendar),
        also: Vec::new(),
        objection: terms(objection, calendar),
    }
}

fn sent(day_and_time: &str) -> Told {
    let mut told = Told {
        versions: Vec::new(),
        evidence: Vec::new(),
        reach: Reach::Any,
        signature: None,
        emergency: None,
        rejections: Vec::new(),
        terms: notice_terms("30d", "30d", "NO"),
        publisher_zone: None,
        overrides: Vec::new(),
    };
    told = told.version(1, day_and_time, true);
    told
}

impl Told {
    fn version(mut self, version: u32, dispatched_at: &str, restarts: bool) -> Self {
        self.versions.push(NoticeVersion {
            version,
            dispatched_at: at(dispatched_at),
            restarts,
            promised: None,
        });
        self
    }

    fn then(self, instant: &str, contact: Uuid, kind: EvidenceKind) -> Self {
        self.about(1, instant, contact, kind)
    }

    fn about(mut self, version: u32, instant: &str, contact: Uuid, kind: EvidenceKind) -> Self {
        self.evidence.push(Evidence {
            at: at(instant),
            version,
            contact,
            kind,
        });
        self
    }

    fn rejected(mut self, instant: &str) -> Self {
        self.rejections.push(at(instant));
        self
    }

    fn closed(mut self, recorded_at: &str, day: &str) -> Self {
        self.overrides.push(RecordedOverride {
            calendar: self.terms.notice.calendar,
            recorded_at: at(recorded_at),
            day: Override {
                date: date(day),
                working: Some(false),
                reason: "Day of mourning".to_owned(),
            },
        });
        self
    }

    fn by(mut self, terms: NoticeTerms) -> Self {
        self.terms = terms;
        self
    }

    fn standing(&self, t: &str) -> Standing {
        self.standing_at(at(t))
    }

    fn standing_at(&self, t: DateTime<Utc>) -> Standing {
        let mut rules = Rules::of(calendar(self.terms.notice.calendar)).corrected_by(&self.overrides);
        rules.publisher_zone = self.publisher_zone;
        let story = Story {
            versions: &self.versions,
            evidence: &self.evidence,
            reach: &self.reach,
            late_bounce: TimeDelta::hours(72),
            signature: self.signature,
            emergency: self.emergency,
            rejections: &self.rejections,
            terms: &self.terms,
            rules,
        };
        standing_at(t, &story).unwrap()
    }

    fn given(&self, t: &str) -> Given {
        self.standing(t)
            .given()
            .unwrap_or_else(|| panic!("not given at {t}"))
            .clone()
    }

    /// Day of receipt, nominal last day, last day and go-live of the notice window.
    fn dates(&self, t: &str) -> (String, String, String, DateTime<Utc>) {
        let given = self.given(t);
        let window = &given.effective.notice;
        let text = |day: chrono::NaiveDate| day.to_string();
        let not_before = given.effective.engage_not_before();
        (
            text(window.event_day),
            text(window.nominal_last_day),
            text(window.last_day),
            not_before,
        )
    }
}

fn dates(
    event_day: &str,
    nominal: &str,
    last_day: &str,
    not_before: &str,
) -> (String, String, String, DateTime<Utc>) {
    (
        event_day.to_owned(),
        nominal.to_owned(),
        last_day.to_owned(),
        at(not_before),
    )
}

#[test]
fn a_bare_acceptance_counts_back_once_the_late_bounce_period_has_passed() {
    let told = sent("2026-12-01T10:00:00Z").then("2026-12-01T10:00:00Z", A, Accepted);
    let provisional = told.given("2026-12-04T09:59:59.999999Z");
    assert!(provisional.provisional && !provisional.is_over(at("2030-01-01T00:00:00Z")));
    assert!(
        provisional.in_time(at("2030-01-01T00:00:00Z")),
        "nothing is late while the notice is not settled"
    );
    let settled = told.given("2026-12-04T10:00:00Z");
    assert_eq!(
        (settled.provisional, settled.at),
        (false, at("2026-12-01T10:00:00Z"))
    );
    assert_eq!(settled.grade, EvidenceGrade::RelayUnrefuted);
}

#[test]
fn an_acknowledgement_settles_at_once_and_survives_a_bounce() {
    let told = sent("2026-12-01T10:00:00Z")
        .then("2026-12-01T10:00:00Z", A, Accepted)
        .then("2026-12-02T08:00:00Z", A, Acknowledged);
    let given = told.given("2026-12-02T08:00:00Z");
    assert_eq!(
        (given.provisional, given.grade),
        (false, EvidenceGrade::Acknowledged)
    );
    assert_eq!(
        given.at,
        at("2026-12-01T10:00:00Z"),
        "the mail that they read had been accepted then"
    );
    let bounced = told.then("2026-12-02T09:00:00Z", A, Bounced);
    let given = bounced.given("2026-12-02T09:00:00Z");
    assert_eq!(
        (given.at, given.grade),
        (at("2026-12-02T08:00:00Z"), EvidenceGrade::Acknowledged)
    );
    // without any mail, the acknowledgement alone starts the clock
    let read = sent("2026-12-01T10:00:00Z").then("2026-12-02T08:00:00Z", A, Acknowledged);
    assert_eq!(read.given("2026-12-02T08:00:00Z").at, at("2026-12-02T08:00:00Z"));
}

#[test]
fn a_bounce_voids_inside_the_open_window_only() {
    for kind in [Accepted, Delivered] {
        let told = sent("2026-12-01T10:00:00+01:00").then("2026-12-01T10:00:00+01:00", A, kind);
        let within_72_hours = told.clone().then("2026-12-03T10:00:00+01:00", A, Bounced);
        assert_eq!(
            within_72_hours.standing("2026-12-10T00:00:00Z"),
            Standing::NotGiven { version: 1 }
        );
        let last_moment = told.clone().then("2026-12-31T23:59:59.999999+01:00", A, Bounced);
        assert_eq!(
            last_moment.standing("2027-01-10T00:00:00Z"),
            Standing::NotGiven { version: 1 }
        );
        let after_the_end = told.then("2027-01-01T00:00:00+01:00", A, Bounced);
        assert!(
            after_the_end
                .given("2027-01-10T00:00:00Z")
                .is_over(at("2027-01-10T00:00:00Z"))
        );
    }
    // a window shorter than the late-bounce period still waits for a bounce
    let short = sent("2026-12-01T10:00:00Z")
        .by(notice_terms("1d", "1d", "NO"))
        .then("2026-12-01T10:00:00Z", A, Accepted)
        .then("2026-12-04T09:00:00Z", A, Bounced);
    assert_eq!(
        short.standing("2026-12-05T00:00:00Z"),
        Standing::NotGiven { version: 1 }
    );
}

#[test]
fn a_bounce_stamped_by_a_slow_clock_still_voids() {
    let told = sent("2026-12-01T10:00:00Z")
        .then("2026-12-01T10:00:00.700Z", A, Accepted)
        .then("2026-12-01T10:00:00Z", A, Bounced);
    assert_eq!(
        told.standing("2026-12-10T00:00:00Z"),
        Standing::NotGiven { version: 1 }
    );
    let sent_again = told.then("2026-12-02T10:00:00Z", A, Accepted);
    assert_eq!(
        sent_again.given("2026-12-10T00:00:00Z").at,
        at("2026-12-02T10:00:00Z")
    );
}

#[test]
fn only_what_the_mail_service_reports_may_be_stamped_before_the_acceptance_that_it_voids() {
    let earlier = "2026-12-01T10:00:00Z";
    for (bad, accepted, counts) in [
        (Refused, "2026-12-01T10:00:00.000001Z", true),
        (Refused, "2026-12-01T10:00:25Z", true),
        (Refused, "2026-12-01T10:00:00Z", false),
        (Refused, "2026-12-01T09:59:59Z", false),
        (Bounced, "2026-12-01T10:00:25Z", false),
        (Suppressed, "2026-12-01T10:01:00Z", false),
        (Bounced, "2026-12-01T10:01:00.000001Z", true),
    ] {
        let told = sent("2026-12-01T09:00:00Z")
            .then(earlier, A, bad)
            .then(accepted, A, Accepted);
        let standing = told.standing("2026-12-10T00:00:00Z");
        assert_eq!(
            standing.given().map(|given| given.at),
            counts.then(|| at(accepted)),
            "{bad:?}, accepted at {accepted}"
        );
    }
}

#[test]
fn what_never_arrived_starts_nothing_and_a_spam_mark_shows_that_it_did() {
    let told = sent("2026-12-01T10:00:00Z");
    assert_eq!(told.standing("2026-11-30T00:00:00Z"), Standing::NotSent);
    for kind in [Deferred, Bounced, Suppressed, Refused] {
        let told = told.clone().then("2026-12-01T10:00:00Z", A, kind);
        assert_eq!(
            told.standing("2026-12-20T00:00:00Z"),
            Standing::NotGiven { version: 1 },
            "{kind:?}"
        );
    }
    let suppressed =
        told.clone()
            .then("2026-12-01T10:00:00Z", A, Accepted)
            .then("2026-12-01T10:01:00Z", A, Suppressed);
    assert_eq!(
        suppressed.standing("2026-12-20T00:00:00Z"),
        Standing::NotGiven { version: 1 }
    );
    let complained = told.then("2026-12-01T11:00:00Z", A, Complained);
    assert_eq!(
        complained.given("2026-12-01T11:00:00Z").grade,
        EvidenceGrade::EspDelivered
    );
}

#[test]
fn the_later_of_promised_and_evidence_holds() {
    let mut told = sent("2026-12-01T10:00:00+01:00").then("2026-11-30T10:00:00+01:00", A, Delivered);
    let rules = Rules::of(calendar(CalendarId::No));
    let promised = told
        .terms
        .windows(at("2026-12-01T12:00:00+01:00"), &rules)
        .unwrap();
    told.versions[0].promised = Some(promised.clone());
    let given = told.given("2026-12-10T00:00:00Z");
    assert_eq!(given.effective, promised);
    assert_eq!(given.windows.notice.last_day, date("2026-12-30"));
    let arrived_later = told.then("2026-12-02T00:30:00+01:00", B, Delivered);
    assert_eq!(arrived_later.given("2026-12-10T00:00:00Z").contact, A);
    let mut only_later = arrived_later;
    only_later.evidence.remove(0);
    assert_eq!(
        only_later.given("2026-12-10T00:00:00Z").effective.notice.last_day,
        date("2027-01-04")
    );
}

#[test]
fn a_day_closed_while_the_window_is_open_lengthens_it_from_then_on_and_later_ones_do_not() {
    let told = sent("2026-12-01T10:00:00+01:00").then("2026-12-01T10:00:00+01:00", A, Delivered);
    let last = |told: &Told, t: &str| told.given(t).effective.objection.last_day;
    assert_eq!(last(&told, "2026-12-20T00:00:00Z"), date("2026-12-31"));
    let closed = told.clone().closed("2026-12-20T12:00:00Z", "2026-12-31");
    assert_eq!(
        last(&closed, "2026-12-20T00:00:00Z"),
        date("2026-12-31"),
        "not known yet"
    );
    assert_eq!(last(&closed, "2026-12-20T12:00:00Z"), date("2027-01-04"));
    assert!(
        !closed
            .given("2027-01-01T12:00:00Z")
            .is_over(at("2027-01-01T12:00:00Z"))
    );
    let afterwards = told.closed("2027-01-01T00:00:00+01:00", "2026-12-31");
    assert_eq!(last(&afterwards, "2027-01-10T00:00:00Z"), date("2026-12-31"));
}

#[test]
fn what_was_promised_is_lengthened_like_what_the_evidence_gives() {
    let mut told = sent("2026-12-01T10:00:00+01:00").then("2026-11-30T10:00:00+01:00", A, Delivered);
    let rules = Rules::of(calendar(CalendarId::No));
    let promised = told
        .terms
        .windows(at("2026-12-01T12:00:00+01:00"), &rules)
        .unwrap();
    told.versions[0].promised = Some(promised);
    // the evidence alone would end on 30 December
    let closed = told.closed("2026-12-20T12:00:00Z", "2026-12-31");
    let given = closed.given("2026-12-21T00:00:00Z");
    assert_eq!(given.windows.objection.last_day, date("2026-12-30"));
    assert_eq!(given.effective.objection.last_day, date("2027-01-04"));
}

#[test]
fn a_standing_reads_back_as_stored() {
    let told = sent("2026-12-01T10:00:00Z").then("2026-12-01T10:00:00Z", A, Accepted);
    for t in [
        "2026-11-01T00:00:00Z",
        "2026-12-01T09:00:00Z",
        "2026-12-02T00:00:00Z",
        "2027-12-02T00:00:00Z",
    ] {
        let standing = told.standing(t);
        let json = serde_json::to_string(&standing).unwrap();
        assert_eq!(serde_json::from_str::<Standing>(&json).unwrap(), standing);
    }
}

mod examples;
mod properties;

#[test]
fn a_rejection_near_the_end_leaves_five_working_days_and_an_early_one_changes_nothing() {
    // Notice on Monday 23 November: the window ends on Wednesday 23 December.
    let told = sent("2026-11-23T10:00:00Z").then("2026-11-23T10:05:00Z", A, Acknowledged);
    let ends = |told: &Told, t: &str| told.standing(t).given().unwrap().effective.objection.last_day;
    assert_eq!(ends(&told, "2026-12-22T12:00:00Z"), date("2026-12-23"));
    let early = told.clone().rejected("2026-12-01T12:00:00Z");
    assert_eq!(ends(&early, "2026-12-22T12:00:00Z"), date("2026-12-23"));
    // Rejected on Tuesday 22 December: 23, 28, 29, 30 and 31 December are worked where the 24th is.
    let late = told.clone().rejected("2026-12-22T12:00:00Z");
    let given = late.standing("2026-12-22T12:01:00Z").given().unwrap().clone();
    assert_eq!(
        given.windows.objection.last_day,
        date("2026-12-23"),
        "the evidence alone"
    );
    assert!(given.effective.objection.last_day > date("2026-12-29"));
    assert_eq!(
        given.effective.notice,
        told.standing("2026-12-22T12:01:00Z")
            .given()
            .unwrap()
            .effective
            .notice
    );
    assert!(!given.is_over(given.effective.objection.expires_at - TimeDelta::seconds(1)));
    assert!(given.is_over(given.effective.objection.expires_at));
    // Before it happened it is not known.
    assert_eq!(ends(&late, "2026-12-22T11:59:00Z"), date("2026-12-23"));
}
