//! What stands beside engagements and assessments in a large register, in amounts that fit 2,000 of them.

use chrono::{DateTime, Utc};
use domain::change::{ChangeState, ChangeType};
use domain::country::Country;
use domain::country_knowledge::CountryKnowledge;
use domain::id::TaskId;
use domain::legal_record::{
    Clauses, NoticeChannel, Origin, SccEvent, SccModule, SccState, SccVersion, Signing,
};
use domain::notice::NoticeState;
use domain::objection::{Ground, ObjectionState};
use domain::text::Paragraphs;
use domain::trigger::{Scope, Triage, TriggerKind};
use domain::vendor_notice::{VendorNotice, VendorNoticeEvent};
use forenotice::keys::field;
use forenotice::mail::state::MailState;
use forenotice::store::assessments::{Standing, list_concerned_assessments};
use forenotice::store::changes::Change;
use forenotice::store::clause_states::{NewClauseState, append_clause_state};
use forenotice::store::contacts::{ContactKind, create_contact};
use forenotice::store::countries::{CountryVersion, append_country_version, approve_country_version};
use forenotice::store::deliveries;
use forenotice::store::engagements::{CurrentEngagement, list_current};
use forenotice::store::lines::{Line, put_lines};
use forenotice::store::mails::{self, NewMail, Settled};
use forenotice::store::notices::Notice;
use forenotice::store::objections::{self, Filing, Objection};
use forenotice::store::tasks::{Task, open_task};
use forenotice::store::triggers::{Trigger, insert_triage, insert_trigger};
use forenotice::store::vendor_notices::{StoredStep, StoredVendorNotice, append_step, insert_vendor_notice};
use uuid::Uuid;

use super::*;
use crate::store::fixtures;

/// The number of the event about every assessment.
pub const WIDE_EVENT: i64 = 201;

/// One transaction that fills the tables.
struct Filling<'a> {
    app: &'a TestApp,
    tx: Tx,
    now: DateTime<Utc>,
    author: StaffId,
    approver: StaffId,
}

impl Filling<'_> {
    fn id(&self) -> Uuid {
        self.app.state.random.id(self.now)
    }

    fn today(&self) -> NaiveDate {
        self.app.state.publisher().zone.local_date(self.now)
    }
}

/// Fills every table that a list of staff shows, beside those of [`fill`], on top of what that wrote.
pub async fn fill_tables(app: &TestApp) {
    let author = StaffId::from(app.add_person("writer of tables", &[Role::LegalEditor]).await);
    let approver = StaffId::from(app.add_person("approver of tables", &[Role::LegalApprover]).await);
    let mut filling = Filling {
        app,
        tx: app.state.db.write().await.unwrap(),
        now: app.state.clock.now(),
        author,
        approver,
    };
    let all = list_current(&mut filling.tx).await.unwrap();
    let every_note = Scope::Instrument(MechanismKind::NoneRequired);
    let assessed = list_concerned_assessments(&mut filling.tx, every_note)
        .await
        .unwrap();
    clauses(&mut filling, &all).await;
    tasks(&mut filling, &all).await;
    events(&mut filling, &all, &assessed).await;
    vendor_notices(&mut filling, &all).await;
    countries(&mut filling).await;
    let told = changes_and_notice(&mut filling, &all).await;
    customers(&mut filling, told, 2_000).await;
    settle_mails(&mut filling).await;
    filling.tx.commit().await.unwrap();
}

/// One set of clauses for each engagement; two of three in force.
async fn clauses(filling: &mut Filling<'_>, all: &[CurrentEngagement]) {
    use SccEvent as E;
    for (number, one) in all.iter().enumerate() {
        let body = Clauses::of(
            BTreeSet::from([Origin::EeaEfta]),
            SccVersion::V2021,
            SccModule::Three,
        );
        let record = NewRecord {
            id: RecordId::from(filling.id()),
            engagement_id: one.engagement.id,
            number: 1,
            body: LegalRecord::Scc(Box::new(body)),
            valid_from: None,
            ended_on: None,
            recorded_at: filling.now,
            recorded_by: filling.author,
        };
        append_record(&mut filling.tx, 0, &record).await.unwrap();
        let steps: &[E] = if number % 3 == 0 {
            &[E::FillAnnexes]
        } else {
            &[E::FillAnnexes, E::Complete, E::SignOneSide, E::SignBothSides]
        };
        let mut state = SccState::Selected;
        clause_state(filling, record.id, (None, None), state).await;
        for event in steps {
            let next = state.next(*event).unwrap();
            clause_state(filling, record.id, (Some(state), Some(*event)), next).await;
            state = next;
        }
    }
}

async fn clause_state(
    filling: &mut Filling<'_>,
    record_id: RecordId,
    (from, event): (Option<SccState>, Option<SccEvent>),
    state: SccState,
) {
    let entered = NewClauseState {
        id: filling.id(),
        record_id,
        from,
        event,
        state,
        signing: Signing {
            in_force_on: Some(day("2026-11-01")),
            ..Signing::default()
        },
        happened_on: filling.today(),
        reason: None,
        recorded_at: filling.now,
        recorded_by: filling.author,
    };
    append_clause_state(&mut filling.tx, &entered).await.unwrap();
}

/// 500 tasks of three roles, some of them late.
async fn tasks(filling: &mut Filling<'_>, all: &[CurrentEngagement]) {
    let roles = [Role::LegalEditor, Role::LegalApprover, Role::Operator];
    for (number, (one, role)) in (0..500).zip(all.iter().zip(roles.into_iter().cycle())) {
        let slug = &one.engagement.slug;
        let task = Task {
            id: TaskId::from(filling.id()),
            kind: "TIA_REVIEW".to_owned(),
            role,
            title: format!("Look at the papers of {slug}"),
            path: format!("/staff/register/{slug}"),
            about_id: Some(one.engagement.id.uuid()),
            due_on: Some(filling.today() + TimeDelta::days(number % 60 - 10)),
            created_at: filling.now,
            done: None,
        };
        assert!(open_task(&mut filling.tx, &task).await.unwrap());
    }
}

fn event(filling: &Filling<'_>, number: i64, scope: Scope) -> Trigger {
    Trigger {
        id: filling.id(),
        number,
        kind: TriggerKind::Publication,
        scope,
        description: format!("Guidance number {number} of the authority"),
        source_url: Some("https://authority.example/guidance".to_owned()),
        occurred_on: filling.today(),
        takes_effect_on: None,
        due_on: Some(filling.today() + TimeDelta::days(14)),
        raised: Recorded::by(filling.author, filling.now),
    }
}

/// 200 events about ten assessments each, every other one answered, and one about all, of which nobody answered.
async fn events(filling: &mut Filling<'_>, all: &[CurrentEngagement], assessed: &[Standing]) {
    let by = Recorded::by(filling.author, filling.now);
    let keys = |some: &[Standing]| -> Vec<_> { some.iter().map(|one| (one.key, one.record_id)).collect() };
    for (number, (some, one)) in (1..WIDE_EVENT).zip(assessed.chunks(10).zip(all)) {
        let scope = match number % 3 {
            0 => Scope::Country(Country::parse("NO").unwrap()),
            1 => Scope::Organisation(one.organisation.id),
            _ => Scope::Engagement(one.engagement.id),
        };
        let event = event(filling, number, scope);
        insert_trigger(&mut filling.tx, &event, &keys(some))
            .await
            .unwrap();
        for one in some.iter().filter(|_| number % 2 == 0) {
            let answer = (Triage::NoImpact, "Everything stays in the EEA.");
            insert_triage(&mut filling.tx, event.id, one.key, answer, by)
                .await
                .unwrap();
        }
    }
    let scope = Scope::Instrument(MechanismKind::NoneRequired);
    let wide = event(filling, WIDE_EVENT, scope);
    insert_trigger(&mut filling.tx, &wide, &keys(assessed))
        .await
        .unwrap();
}

/// 500 vendor notices, every other one closed.
async fn vendor_notices(filling: &mut Filling<'_>, all: &[CurrentEngagement]) {
    for (number, one) in (1..=500).zip(all) {
        let notice = StoredVendorNotice {
            id: filling.id(),
            number,
            engagement_id: one.engagement.id,
            notice: VendorNotice {
                received_at: filling.now,
                channel: NoticeChannel::Feed,
                window_ends_on: (number % 4 == 0).then(|| day("2027-01-15")),
                change_type: ChangeType::Tier2Change,
                description: format!("Subprocessor number {number} is added").parse().unwrap(),
                raw_copy: None,
                owner: "Privacy office".parse().unwrap(),
            },
            due_on: filling.today() + TimeDelta::days(2),
            recorded_at: filling.now,
            recorded_by: filling.author,
        };
        insert_vendor_notice(&mut filling.tx, &notice).await.unwrap();
        if number % 2 == 0 {
            let step = StoredStep {
                id: filling.id(),
                vendor_notice_id: notice.id,
                event: VendorNoticeEvent::Closed {
                    reason: "No customer uses it".parse().unwrap(),
                },
                recorded_at: filling.now,
                recorded_by: filling.author,
            };
            append_step(&mut filling.tx, &step).await.unwrap();
        }
    }
}

/// One approved version about every country.
async fn countries(filling: &mut Filling<'_>) {
    for country in Country::all() {
        let version = CountryVersion {
            id: filling.id().into(),
            country,
            number: 1,
            body: CountryKnowledge {
                notes: Some(Paragraphs::parse("What is known").unwrap()),
                ..CountryKnowledge::default()
            },
            recorded_at: filling.now,
            recorded_by: filling.author,
            approval: None,
        };
        append_country_version(&mut filling.tx, 0, &version)
            .await
            .unwrap();
        approve_country_version(&mut filling.tx, version.id, filling.approver, filling.now)
            .await
            .unwrap();
    }
}

/// 300 changes with a line each: the first is open with its notice, of the others every third is closed. Gives the line and
/// the notice of the first.
async fn changes_and_notice(filling: &mut Filling<'_>, all: &[CurrentEngagement]) -> (Uuid, Uuid) {
    let mut first = None;
    for (number, one) in (1..=300_u32).zip(all) {
        let id = filling.id();
        let change = Change {
            id,
            number: format!("2026-{number:03}"),
            title: format!("New subprocessor: {}", one.organisation.version.facts.legal_name),
            state: match number {
                1 => ChangeState::Open,
                _ if number % 3 == 0 => ChangeState::Closed,
                _ => ChangeState::Draft,
            },
            created_at: filling.now,
            created_by: Some(filling.author.uuid()),
            ..fixtures::change(0, "")
        };
        let state_id = filling.id();
        changes::open(&mut filling.tx, &change, state_id).await.unwrap();
        if change.state != ChangeState::Draft {
            changes::announce(&mut filling.tx, id, filling.now).await.unwrap();
        }
        let line = Line {
            id: filling.id(),
            change_id: id,
            engagement_id: one.engagement.id.uuid(),
            engagement_version_id: one.version.id.uuid(),
            organisation_version_id: one.organisation.version.id.uuid(),
            ..fixtures::line(0, 0, 1, 0)
        };
        put_lines(&mut filling.tx, id, std::slice::from_ref(&line))
            .await
            .unwrap();
        if first.is_none() {
            let notice = Notice {
                id: filling.id(),
                change_id: id,
                state: NoticeState::Open,
                content: fixtures::content(line.id.as_u128()),
                ..fixtures::notice(0, 0, 1)
            };
            notices::draft(&mut filling.tx, &notice, filling.now)
                .await
                .unwrap();
            first = Some((line.id, notice.id));
        }
    }
    first.unwrap()
}

/// So many customers with terms and a contact, each told by a mail of the open change; every tenth objects.
async fn customers(filling: &mut Filling<'_>, (line, notice): (Uuid, Uuid), count: u128) {
    for number in 1..=count {
        let at = 10_000_000 + number * 10;
        let customer = fixtures::customer(at, &format!("Customer {number:05} AS"));
        create_customer(&mut filling.tx, &customer).await.unwrap();
        let terms = fixtures::terms(at + 1, customer.id, 1);
        append_policy(&mut filling.tx, 0, &terms).await.unwrap();
        let state = &filling.app.state;
        let contact = fixtures::contact(at + 2, customer.id, ContactKind::Primary, 1);
        create_contact(&mut filling.tx, &state.keys, &state.random, &contact)
            .await
            .unwrap();
        let told = fixtures::authorisation(at + 3, line.as_u128(), at);
        authorisations::open(
            &mut filling.tx,
            &told,
            notice,
            Uuid::from_u128(at + 4),
            filling.now,
        )
        .await
        .unwrap();
        let delivery = fixtures::delivery(at + 5, notice.as_u128(), at);
        let address = contact.address.to_string();
        let context = field("mails", "recipient", delivery.mail_id);
        let mail = NewMail {
            recipient: state.keys.seal(&context, address.as_bytes(), &state.random),
            next_at: filling.now,
            give_up_at: filling.now + TimeDelta::days(3),
            queued_at: filling.now,
            ..fixtures::mail(delivery.mail_id.as_u128())
        };
        mails::insert(&mut filling.tx, &mail).await.unwrap();
        deliveries::queue(&mut filling.tx, &delivery, filling.now)
            .await
            .unwrap();
        if number % 10 == 0 {
            object(filling, &told, contact.id.uuid(), notice).await;
        }
    }
}

async fn object(filling: &mut Filling<'_>, told: &Authorisation, contact: Uuid, notice: Uuid) {
    let id = filling.id();
    let case = Objection {
        id,
        case_number: format!("MEASURED-{}", told.customer_id.simple()),
        authorisation_id: told.id,
        line_id: told.line_id,
        customer_id: told.customer_id,
        contact_id: Some(contact),
        notice_id: notice,
        state: ObjectionState::Submitted,
        submitted_at: filling.now,
        is_in_time: true,
    };
    let filing = Filing {
        id: filling.id(),
        objection_id: id,
        version: 1,
        name: "Privacy office".to_owned(),
        grounds: BTreeSet::from([Ground::Security]),
        statement: "We do not agree.".to_owned(),
        channel: "PAGE".to_owned(),
        client: None,
        submitted_at: filling.now,
    };
    objections::file(&mut filling.tx, &case, &filing).await.unwrap();
}

/// Every mail has left; one in twenty was refused.
async fn settle_mails(filling: &mut Filling<'_>) {
    let lease = filling.now + TimeDelta::minutes(1);
    let claimed = mails::claim(&mut filling.tx, "measure", filling.now, lease, 100_000)
        .await
        .unwrap();
    for (number, mail) in claimed.iter().enumerate() {
        let is_refused = number % 20 == 0;
        let settled = Settled {
            state: if is_refused {
                MailState::Failed
            } else {
                MailState::Accepted
            },
            next_at: None,
            give_up_at: None,
            accepted_at: (!is_refused).then_some(filling.now),
            reply: if is_refused {
                "550 no such user"
            } else {
                "250 taken"
            }
            .to_owned(),
            failed_reason: is_refused.then(|| "550 no such user".to_owned()),
        };
        let found = mails::settle(&mut filling.tx, mail.id, mail.attempt_no, &settled)
            .await
            .unwrap();
        assert_eq!(found, Some(settled.state));
    }
}
