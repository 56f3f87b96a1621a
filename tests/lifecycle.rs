//! The life of a change and of what it announces, to its end: who holds it up, who does not, and what comes after.

use chrono::TimeDelta;
use domain::change::ChangeType;
use domain::engagement::state::EngagementState;
use domain::role::Role;
use forenotice::jobs::run_due;
use forenotice::on;
use forenotice::store::activations::list_activations;
use forenotice::store::customers::{list_customers, put_products};
use forenotice::store::lines::find_announced_line;
use forenotice::store::products::{Product, create_product};
use forenotice::store::settings::put_setting;
use forenotice::store::tasks::list_open_tasks;
use forenotice::store::{Tx, authorisations};
use uuid::Uuid;

use crate::both;
use crate::cases::second_person::decide;
use crate::facts::{current, edit};
use crate::journey::{DRAFT, activate, activate_by, assert_refusal_is_kept, clients, send};
use crate::latecomers::{ADDRESS, sign};
use crate::support::mailbox::Mailbox;
use crate::support::{Answer, Client, TestApp};

const KALEIDO: &str = "kaleido-search-gmbh";

async fn open(app: &TestApp, editor: &Client, slug: &str, kind: ChangeType, in_days: i64) -> Answer {
    let id = current(app, slug).await.engagement.id.to_string();
    let zone = app.state.publisher().zone;
    let day = zone.local_date(app.state.clock.now()) + TimeDelta::days(in_days);
    let fields = [
        ("title", "Something changes"),
        ("planned_on", &day.to_string()),
        ("engagement", &id),
        ("change_type", kind.as_str()),
        ("replaces", ""),
    ];
    editor.post("/staff/changes", &fields).await
}

/// Hands in, approves for today, sends.
async fn announce(app: &TestApp, editor: &Client, approver: &Client, change: &str) {
    let zone = app.state.publisher().zone;
    let today = zone.local_date(app.state.clock.now()).to_string();
    for (client, step, form) in [
        (editor, "submit", vec![]),
        (
            approver,
            "approve",
            vec![("dispatch_on", today.as_str()), ("nobody", "yes")],
        ),
        (approver, "dispatch", vec![]),
    ] {
        let answer = client.post_seen(change, &format!("{change}/{step}"), &form).await;
        assert_eq!(answer.status, 303, "{step}: {}", answer.text);
    }
}

async fn customer(app: &TestApp, name: &str) -> Uuid {
    let mut tx = app.state.db.read().await.unwrap();
    let all = list_customers(&mut tx).await.unwrap();
    all.iter().find(|one| one.name == name).unwrap().id.uuid()
}

/// Ends an agreement that something hangs on: by two people.
async fn end(app: &TestApp, (editor, approver): (&Client, &Client), name: &str) {
    let id = customer(app, name).await;
    let ended = editor.post(&format!("/staff/customers/{id}/end"), &[]).await;
    assert_eq!(ended.status, 303, "{}", ended.text);
    decide(approver, name, "endings", "confirm").await;
}

/// Puts the authorisations of the change about Kaleido where a case or an answer would have led them.
async fn put_authorisations(app: &TestApp, state: &'static str, is_meant: impl Fn(Uuid) -> bool) {
    let id = current(app, KALEIDO).await.engagement.id;
    let mut tx = app.state.db.write().await.unwrap();
    let (line, _) = find_announced_line(&mut tx, id.uuid()).await.unwrap().unwrap();
    for one in authorisations::list_by_line(&mut tx, line.id).await.unwrap() {
        if is_meant(one.customer_id) {
            put(&mut tx, one.id, state).await;
        }
    }
    tx.commit().await.unwrap();
}

async fn put(tx: &mut Tx, authorisation: Uuid, state: &'static str) {
    on!(tx, |c| sqlx::query(
        "UPDATE authorisations SET state = $2 WHERE id = $1"
    )
    .bind(authorisation)
    .bind(state)
    .execute(c)
    .await
    .map(drop))
    .unwrap();
}

async fn state_of(app: &TestApp, slug: &str) -> EngagementState {
    current(app, slug).await.state.state
}

async fn step(client: &Client, slug: &str, name: &str) -> Answer {
    let reason = format!("reason-{name}");
    client
        .post(
            &format!("/staff/register/{slug}/{name}"),
            &[(reason.as_str(), "Looked at")],
        )
        .await
}

/// Kaleido is announced and its day has come; the customer who would have to approve in writing has left before.
async fn ready(app: &TestApp) -> ([Client; 3], Mailbox) {
    let [editor, approver, operator] = clients(app).await;
    end(app, (&editor, &approver), "Landkreis Musterau").await;
    let mailbox = Mailbox::start().await;
    send(app, &editor, &approver).await;
    mailbox.deliver(&app.state).await;
    app.advance(TimeDelta::days(95));
    run_due(&app.state).await.unwrap();
    ([editor, approver, operator], mailbox)
}

both! {
    async fn whether_customers_are_kept_apart_is_part_of_what_was_announced(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let off = edit(&app, &editor, KALEIDO, &[("segregable", "")]).await;
        assert_eq!(off.status, 303, "{}", off.text);
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        app.advance(TimeDelta::days(95));
        run_due(&app.state).await.unwrap();
        assert_eq!(activate(&operator, None).await.status, 409, "one customer has to approve in writing");
        let on = edit(&app, &editor, KALEIDO, &[("segregable", "yes")]).await;
        assert_eq!(on.status, 303, "{}", on.text);
        let alone = activate(&operator, Some("Fjordbank")).await;
        assert_eq!(alone.status, 409);
        assert!(alone.text.contains("NOTICE_FACTS_MISMATCH"), "{}", alone.text);
        assert_eq!(state_of(&app, KALEIDO).await, EngagementState::NoticeOpen);
    }

    async fn what_was_shown_at_signature_authorises_once_a_second_person_has_confirmed_it(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let mut tx = app.state.db.read().await.unwrap();
        let change = forenotice::store::changes::find_by_number(&mut tx, "2026-002").await.unwrap().unwrap();
        drop(tx);
        let shown = change.id.to_string();
        let early = [
            ("name", "Early AS"), ("country", "NO"), ("role", "CONTROLLER"),
            ("signed_on", "2026-11-22"), ("shown", shown.as_str()),
        ];
        let early = editor.post("/staff/customers/new", &early).await;
        assert_eq!(early.status, 422);
        assert!(early.text.contains("so nobody was shown it then"), "{}", early.text);

        sign(&app, &editor, Some(&shown)).await;
        run_due(&app.state).await.unwrap();
        mailbox.deliver(&app.state).await;
        assert!(mailbox.letters_to(ADDRESS).iter().any(|l| l.text.contains("Kaleido")), "told like everybody who comes later");
        let gate = async || {
            let page = operator.get(DRAFT).await.text;
            page.split("<tr").find(|row| row.contains("Kunde AS")).expect("a row").to_owned()
        };
        assert!(gate().await.contains("NOTICE_WINDOW_OPEN") || gate().await.contains("NOTICE_UNDELIVERED"));
        let tasks = list_open_tasks(&mut app.state.db.read().await.unwrap(), &[Role::LegalApprover]).await.unwrap();
        assert!(tasks.iter().any(|task| task.kind == "SIGNATURE_CONFIRMATION"));

        let page = format!("/staff/customers/{}", customer(&app, "Kunde AS").await);
        assert!(!editor.get(&page).await.text.contains("/confirm\""), "whoever wrote it confirms nothing");
        let seen = approver.get(&page).await.text;
        let action = seen.split("action=\"").filter_map(|rest| rest.split('"').next()).find(|a| a.contains("/signatures/")).expect("a form").to_owned();
        assert_eq!(editor.post(&action, &[]).await.status, 403);
        let confirmed = approver.post(&action, &[]).await;
        assert_eq!(confirmed.status, 303, "{}", confirmed.text);
        assert_eq!(approver.post(&action, &[]).await.status, 409, "once");
        run_due(&app.state).await.unwrap();
        assert!(gate().await.contains("Authorised at signature"), "{}", gate().await);
        assert!(!gate().await.contains("NOTICE_WINDOW_OPEN"));
        assert!(gate().await.contains("BEFORE_ANNOUNCED_DATE"), "not before the day for anybody");
    }

    async fn nothing_of_a_company_is_adopted_while_customers_are_told_of_it(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let company = current(&app, KALEIDO).await.organisation.id.to_string();
        let fields = [("organisation", company.as_str()), ("legal_name", ""), ("role", "SUBPROCESSOR"), ("tier", "1"), ("rows", "1")];
        let same = editor.post("/staff/register/new", &fields).await;
        assert_eq!(same.status, 303, "{}", same.text);
        let fields = [("legal_name", "KALEIDO Search GmbH"), ("role", "SUBPROCESSOR"), ("tier", "1"), ("rows", "1")];
        let named = editor.post("/staff/register/new", &fields).await;
        let mut drafts = vec![same];
        if named.status == 303 {
            drafts.push(named);
        }
        let page = approver.get("/staff/register/adopt").await.text;
        assert!(page.contains("a change that is not over speaks of Kaleido Search GmbH"), "{page}");
        for draft in drafts {
            let slug = draft.location().rsplit('/').next().unwrap().to_owned();
            let tick = format!("adopt-{}", current(&app, &slug).await.engagement.id);
            assert!(!page.contains(&format!("name=\"{tick}\"")), "it is not offered");
            let form = [(tick.as_str(), "yes"), ("since_all", "2026-01-01"), ("attested", "yes")];
            let refused = approver.post("/staff/register/adopt", &form).await;
            assert_eq!(refused.status, 409);
            assert!(refused.text.contains("customers are told first"), "{}", refused.text);
            assert_eq!(state_of(&app, &slug).await, EngagementState::Draft);
        }
    }

    async fn a_draft_hides_nothing_of_what_customers_were_told(app: TestApp) {
        let ([editor, approver, operator], _mailbox) = ready(&app).await;
        let live = activate(&operator, None).await;
        assert_eq!(live.status, 303, "{}", live.text);
        let opened = open(&app, &editor, KALEIDO, ChangeType::Correction, 120).await;
        assert_eq!(opened.status, 303, "{}", opened.text);
        let theirs = customer(&app, "Fjordbank").await;
        put_authorisations(&app, "EXCLUDED", |id| id == theirs).await;
        assert_eq!(step(&approver, KALEIDO, "suspend").await.status, 303);
        let refused = step(&approver, KALEIDO, "resume").await;
        assert_eq!(refused.status, 409, "a draft is open");
        assert!(refused.text.contains("CUSTOMER_EXCLUDED") && refused.text.contains("Fjordbank"), "{}", refused.text);
        // Nor does a later change that asked nobody.
        announce(&app, &editor, &approver, opened.location()).await;
        let refused = step(&approver, KALEIDO, "resume").await;
        assert_eq!(refused.status, 409, "a change without windows is open");
        assert!(refused.text.contains("CUSTOMER_EXCLUDED"), "{}", refused.text);
        put_authorisations(&app, "AUTHORISED_BY_SILENCE", |_| true).await;
    }

    async fn whoever_comes_into_scope_after_the_end_of_a_change_is_told_and_waited_for(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let products: Vec<_> = current(&app, KALEIDO).await.version.facts.products.into_iter().collect();
        let late = [customer(&app, "Havnekraft").await, customer(&app, "Landkreis Musterau").await];
        let mut tx = app.state.db.write().await.unwrap();
        let entity = forenotice::store::entities::list_entities(&mut tx).await.unwrap().remove(0);
        let now = app.state.clock.now();
        let other = Product { id: app.state.random.id(now).into(), entity_id: entity.id, name: "Legacy".to_owned(), slug: "legacy".to_owned(), created_at: now, ended_at: None };
        create_product(&mut tx, &other).await.unwrap();
        for id in late {
            put_products(&mut tx, id.into(), &[other.id]).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        app.advance(TimeDelta::days(95));
        run_due(&app.state).await.unwrap();
        let live = activate(&operator, None).await;
        assert_eq!(live.status, 303, "{}", live.text);
        assert!(operator.get(DRAFT).await.text.contains("Closed"));
        let id = current(&app, KALEIDO).await.engagement.id;
        let kept = list_activations(&mut app.state.db.read().await.unwrap(), id).await.unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].customers.len(), 10, "those who were in scope, by name");
        assert!(late.iter().all(|one| !kept[0].customers.contains(&(*one).into())));

        let mut tx = app.state.db.write().await.unwrap();
        for id in late {
            put_products(&mut tx, id.into(), &products).await.unwrap();
        }
        tx.commit().await.unwrap();
        let row = async |name: &str| {
            let page = operator.get(DRAFT).await.text;
            page.split("<tr").find(|row| row.contains(name)).expect("a row").to_owned()
        };
        assert!(row("Havnekraft").await.contains("NOTICE_NOT_SENT"));
        // Whoever signs with the list as it is now knows of it; what went live on the day of signature was not shown.
        app.advance(TimeDelta::days(1));
        sign(&app, &editor, None).await;
        run_due(&app.state).await.unwrap();
        mailbox.deliver(&app.state).await;
        let about = |address: &str| mailbox.letters_to(address).iter().filter(|l| l.text.contains("Kaleido")).count();
        assert_eq!((about("dpo@customer-02.example"), about("dpo@customer-07.example"), about(ADDRESS)), (1, 1, 0));
        let tasks = list_open_tasks(&mut app.state.db.read().await.unwrap(), &[Role::Operator]).await.unwrap();
        assert_eq!(tasks.iter().filter(|task| task.kind == "LATE_IN_SCOPE").count(), 2, "{tasks:?}");
        let refused = activate(&operator, Some("Havnekraft")).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("NOTICE_WINDOW_OPEN"), "{}", refused.text);
        app.advance(TimeDelta::days(70));
        run_due(&app.state).await.unwrap();
        let live = activate(&operator, Some("Havnekraft")).await;
        assert_eq!(live.status, 303, "{}", live.text);
        let silent = activate(&operator, Some("Landkreis Musterau")).await;
        assert_eq!(silent.status, 409);
        assert!(silent.text.contains("SPECIFIC_AUTH_MISSING"), "{}", silent.text);
        let tasks = list_open_tasks(&mut app.state.db.read().await.unwrap(), &[Role::Operator]).await.unwrap();
        assert_eq!(tasks.iter().filter(|task| task.kind == "LATE_IN_SCOPE").count(), 1, "{tasks:?}");
    }

    async fn a_change_ends_though_somebody_was_left_out_or_has_left(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        end(&app, (&editor, &approver), "Landkreis Musterau").await;
        app.advance(TimeDelta::days(95));
        run_due(&app.state).await.unwrap();
        let (first, last) = (customer(&app, "Fjordbank").await, customer(&app, "Isar Logistik").await);
        let gone = customer(&app, "Landkreis Musterau").await.to_string();
        put_authorisations(&app, "EXCLUDED", |id| id != first && id != last).await;
        let page = operator.get(DRAFT).await.text;
        let value = |name: &str| page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let (engagement, seen) = (value("engagement"), value("seen"));
        assert!(!page.contains(&format!("value=\"{gone}\"")), "an ended agreement offers nothing to activate");
        let fields = [("engagement", engagement.as_str()), ("seen", &seen), ("customer", &gone)];
        let ended = operator.post(&format!("{DRAFT}/activate"), &fields).await;
        assert_eq!(ended.status, 409);
        assert!(ended.text.contains("has ended"), "{}", ended.text);

        let live = activate(&operator, Some("Fjordbank")).await;
        assert_eq!(live.status, 303, "{}", live.text);
        run_due(&app.state).await.unwrap();
        assert!(!operator.get(DRAFT).await.text.contains("Closed</strong>"), "one is still waited for");
        assert!(app.client().get("/subprocessors.json").await.text.contains("BEING_INTRODUCED"));
        put_authorisations(&app, "EXCLUDED", |id| id == last).await;
        run_due(&app.state).await.unwrap();
        assert!(operator.get(DRAFT).await.text.contains("Closed</strong>"));
        assert!(!app.client().get("/subprocessors.json").await.text.contains("BEING_INTRODUCED"));
        let opened = open(&app, &editor, KALEIDO, ChangeType::DataCategoryAdded, 120).await;
        assert_eq!(opened.status, 303, "{}", opened.text);
    }

    async fn what_cannot_be_kept_apart_starts_without_those_who_have_left(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        assert_eq!(edit(&app, &editor, KALEIDO, &[("segregable", "")]).await.status, 303);
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        app.advance(TimeDelta::days(95));
        run_due(&app.state).await.unwrap();
        let refused = activate(&operator, None).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("SPECIFIC_AUTH_MISSING [Landkreis Musterau]"), "{}", refused.text);
        end(&app, (&editor, &approver), "Landkreis Musterau").await;
        // Whoever is left out of what cannot be kept apart holds it up.
        let one = customer(&app, "Fjordbank").await;
        put_authorisations(&app, "EXCLUDED", |id| id == one).await;
        let refused = activate(&operator, None).await;
        assert!(refused.text.contains("CUSTOMER_EXCLUDED [Fjordbank]"), "{}", refused.text);
        put_authorisations(&app, "NOTIFIED", |id| id == one).await;
        let live = activate(&operator, None).await;
        assert_eq!(live.status, 303, "{}", live.text);
        assert!(operator.get(DRAFT).await.text.contains("Closed</strong>"));
    }

    async fn where_nobody_is_left_the_refusal_says_why_and_is_kept(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        send(&app, &editor, &approver).await;
        Mailbox::start().await.deliver(&app.state).await;
        app.advance(TimeDelta::days(95));
        run_due(&app.state).await.unwrap();
        put_authorisations(&app, "EXCLUDED", |_| true).await;
        let refused = activate(&operator, None).await;
        assert_eq!(refused.status, 409);
        let reasons = ["Nobody is left for whom it could start", "CUSTOMER_EXCLUDED [Fjordbank]", "SPECIFIC_AUTH_MISSING [Landkreis Musterau]"];
        for reason in reasons {
            assert!(refused.text.contains(reason), "{reason}: {}", refused.text);
        }
        assert_refusal_is_kept(&app, &reasons).await;
    }

    async fn an_activation_happens_once(app: TestApp) {
        let ([_, _, operator], _mailbox) = ready(&app).await;
        let (a, b, c, d) = tokio::join!(
            activate(&operator, Some("Fjordbank")),
            activate(&operator, Some("Fjordbank")),
            activate(&operator, Some("Fjordbank")),
            activate(&operator, Some("Fjordbank")),
        );
        let all = [a, b, c, d];
        assert_eq!(all.iter().filter(|answer| answer.status == 303).count(), 1);
        let late = all.iter().find(|answer| answer.status == 409).expect("a refusal");
        assert!(late.text.contains("active for this customer already"), "{}", late.text);
        assert_eq!(activate(&operator, None).await.status, 303);
        let id = current(&app, KALEIDO).await.engagement.id;
        let kept = list_activations(&mut app.state.db.read().await.unwrap(), id).await.unwrap();
        assert_eq!(kept.len(), 2);
        assert!(kept[1].customers.iter().all(|one| !kept[0].customers.contains(one)), "each once");
        let seen = operator.get("/staff/register/kaleido-search-gmbh").await;
        assert_eq!(seen.status, 200);
        let fields = [("engagement", id.to_string()), ("seen", String::new())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let again = operator.post(&format!("{DRAFT}/activate"), &fields).await;
        assert_eq!(again.status, 409);
        assert!(again.text.contains("active for everybody in scope already"), "{}", again.text);
    }

    async fn a_planned_day_lies_ahead_and_in_sight(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let before = editor.get(DRAFT).await.text;
        for day in ["0001-01-01", "2026-11-22", "2026-11-23", "2031-11-24", "9999-12-31", "+262000-12-31", "soon"] {
            let edited = editor.post(&format!("{DRAFT}/edit"), &[("title", "Kaleido joins"), ("planned_on", day)]).await;
            assert_eq!(edited.status, 422, "{day}");
            assert!(edited.text.contains(day) && edited.text.contains("Kaleido joins"), "what was typed is kept: {day}");
            let id = current(&app, "axiom").await.engagement.id.to_string();
            let fields = [("title", "Data"), ("planned_on", day), ("engagement", &id), ("change_type", "DATA_CATEGORY_ADDED"), ("replaces", "")];
            assert_eq!(editor.post("/staff/changes", &fields).await.status, 422, "{day}");
        }
        assert!(!before.contains("Kaleido joins") && !editor.get(DRAFT).await.text.contains("Kaleido joins"), "nothing was saved");
        for day in ["2026-11-24", "2031-11-23"] {
            let edited = editor.post_seen(DRAFT, &format!("{DRAFT}/edit"), &[("title", "Kaleido joins"), ("planned_on", day)]).await;
            assert_eq!(edited.status, 303, "{day}: {}", edited.text);
        }
    }

    async fn what_rested_too_long_comes_back_by_a_new_announcement(app: TestApp) {
        let ([editor, approver, operator], mailbox) = ready(&app).await;
        assert_eq!(activate(&operator, None).await.status, 303);
        // The papers are not what this is about.
        let mut tx = app.state.db.write().await.unwrap();
        put_setting(&mut tx, "tia_grace_days", "400", app.state.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(step(&approver, KALEIDO, "suspend").await.status, 303);
        let early = open(&app, &editor, KALEIDO, ChangeType::NewSubprocessor, 40).await;
        assert_eq!(early.status, 422, "it may still resume by itself");
        app.advance(TimeDelta::days(91));
        let refused = step(&approver, KALEIDO, "resume").await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("announce it again"), "{}", refused.text);
        let other = open(&app, &editor, KALEIDO, ChangeType::PurposeOrServiceWidened, 40).await;
        assert_eq!(other.status, 422);
        assert!(other.text.contains("told of it anew"), "{}", other.text);
        let opened = open(&app, &editor, KALEIDO, ChangeType::NewSubprocessor, 40).await;
        assert_eq!(opened.status, 303, "{}", opened.text);
        let change = opened.location().to_owned();
        announce(&app, &editor, &approver, &change).await;
        mailbox.deliver(&app.state).await;
        let early = activate_by(&operator, &change, None).await;
        assert_eq!(early.status, 409);
        assert!(early.text.contains("NOTICE_WINDOW_OPEN"), "{}", early.text);
        assert_eq!(state_of(&app, KALEIDO).await, EngagementState::Suspended);
        app.advance(TimeDelta::days(70));
        run_due(&app.state).await.unwrap();
        let live = activate_by(&operator, &change, None).await;
        assert_eq!(live.status, 303, "{}", live.text);
        assert_eq!(state_of(&app, KALEIDO).await, EngagementState::Active);
        assert!(operator.get(&change).await.text.contains("Closed</strong>"));
    }

    async fn a_removal_takes_the_subprocessor_off_the_list_whatever_its_papers(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let slug = "vercel";
        let listed = async || app.client().get("/subprocessors").await.text.contains(&format!("/subprocessors/{slug}\""));
        let opened = open(&app, &editor, slug, ChangeType::Removal, 2).await;
        assert_eq!(opened.status, 303, "{}", opened.text);
        let change = opened.location().to_owned();
        announce(&app, &editor, &approver, &change).await;
        let early = activate_by(&operator, &change, None).await;
        assert_eq!(early.status, 409);
        assert!(early.text.contains("BEFORE_ANNOUNCED_DATE") && !early.text.contains("NO_DPA"), "{}", early.text);
        app.advance(TimeDelta::days(2));
        let ended = activate_by(&operator, &change, None).await;
        assert_eq!(ended.status, 303, "{}", ended.text);
        assert_eq!(state_of(&app, slug).await, EngagementState::Offboarding);
        assert!(listed().await, "it still holds data");
        let number = change.rsplit('/').next().unwrap();
        let log = format!("/changes/{number}");
        assert!(!app.client().get(&log).await.text.contains("In effect since"));
        assert_eq!(step(&operator, slug, "remove").await.status, 303);
        run_due(&app.state).await.unwrap();
        assert!(!listed().await);
        assert!(operator.get(&change).await.text.contains("Closed</strong>"));
        assert!(app.client().get(&log).await.text.contains("In effect since"));
    }

    async fn what_is_told_at_once_waits_for_no_paper_and_starts_nothing(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        let opened = open(&app, &editor, "vercel", ChangeType::MechanismLost, 0).await;
        assert_eq!(opened.status, 303, "{}", opened.text);
        let change = opened.location().to_owned();
        announce(&app, &editor, &approver, &change).await;
        mailbox.deliver(&app.state).await;
        assert!(mailbox.letters_to("dpo@customer-01.example").iter().any(|l| l.text.contains("Vercel")));
        let page = operator.get(&change).await.text;
        assert!(!page.contains("Try to activate") && !page.contains("Activate for everybody"), "{page}");
        let id = current(&app, "vercel").await.engagement.id.to_string();
        let forced = operator.post(&format!("{change}/activate"), &[("engagement", &id), ("seen", "")]).await;
        assert_eq!(forced.status, 409);
        assert!(forced.text.contains("nothing to activate"), "{}", forced.text);
        run_due(&app.state).await.unwrap();
        assert!(operator.get(&change).await.text.contains("Closed</strong>"));
        assert_eq!(state_of(&app, "vercel").await, EngagementState::Active);
        // What needs an authorisation is told before.
        let today = open(&app, &editor, "vercel", ChangeType::DataCategoryAdded, 0).await;
        assert_eq!(today.status, 422);
    }
}
