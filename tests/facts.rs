//! What was shown stays what is used: roles, bound facts, adoption, and the one last day, on both databases.

use app::register::engagement::typed_from;
use domain::engagement::EngagementFacts;
use domain::engagement::state::EngagementState;
use domain::role::Role;
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::on;
use forenotice::store::activations::list_activations;
use forenotice::store::engagements::{CurrentEngagement, current_by_slug};
use forenotice::store::lines::find_announced_line;
use forenotice::store::listings::list_listings;
use forenotice::store::tasks::list_open_tasks;
use forenotice::store::{Tx, authorisations};
use uuid::Uuid;

use crate::both;
use crate::fallback::enter;
use crate::journey::{DRAFT, activate, clients, link, send};
use crate::register::text;
use crate::support::mailbox::Mailbox;
use crate::support::{Answer, Client, TestApp};

const KALEIDO: &str = "kaleido-search-gmbh";

pub async fn current(app: &TestApp, slug: &str) -> CurrentEngagement {
    let mut tx = app.state.db.read().await.unwrap();
    current_by_slug(&mut tx, slug).await.unwrap().unwrap()
}

/// Every field of the form, filled as the page fills it.
fn filled(facts: &EngagementFacts) -> Vec<(String, String)> {
    let typed = typed_from(facts);
    let mut names: Vec<String> = [
        "role",
        "organisation",
        "category",
        "service",
        "purpose",
        "responsibilities",
        "data_subjects",
        "data_categories",
        "special",
        "special_categories",
        "criminal_data",
        "products",
        "optional_feature",
        "segregable",
        "ai",
        "ai_training",
        "ai_retention",
        "remote_access",
        "tier",
        "parent_engagement",
        "chain",
        "rows",
    ]
    .map(str::to_owned)
    .to_vec();
    for row in 1..=9 {
        names.extend(["place", "kind", "region", "city"].map(|name| format!("{name}_{row}")));
    }
    let values = |name: String| {
        typed
            .all(&name)
            .into_iter()
            .map(move |value| (name.clone(), value))
    };
    names.into_iter().flat_map(values).collect()
}

/// Saves the engagement with these fields instead; an empty value leaves a field out.
pub async fn edit(app: &TestApp, editor: &Client, slug: &str, instead: &[(&str, &str)]) -> Answer {
    let now = current(app, slug).await;
    let mut form = filled(&now.version.facts);
    form.retain(|(name, _)| instead.iter().all(|(other, _)| name != other));
    form.push(("seen".to_owned(), now.version.number.to_string()));
    form.push(("reason".to_owned(), "Found out".to_owned()));
    let mut pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    pairs.extend(instead.iter().filter(|(_, value)| !value.is_empty()));
    editor
        .post_confirmed(&format!("/staff/register/{slug}/edit"), &pairs)
        .await
}

async fn saved(app: &TestApp, editor: &Client, slug: &str, instead: &[(&str, &str)]) -> String {
    let answer = edit(app, editor, slug, instead).await;
    assert_eq!(answer.status, 303, "{instead:?}: {}", answer.text);
    editor.get(answer.location()).await.text
}

async fn times_published(app: &TestApp, slug: &str) -> usize {
    let id = current(app, slug).await.engagement.id;
    let mut tx = app.state.db.read().await.unwrap();
    list_listings(&mut tx, id).await.unwrap().len()
}

async fn is_change_needed(app: &TestApp, slug: &str) -> bool {
    let id = current(app, slug).await.engagement.id.uuid();
    let mut tx = app.state.db.read().await.unwrap();
    let tasks = list_open_tasks(&mut tx, &[Role::LegalEditor]).await.unwrap();
    tasks
        .iter()
        .any(|task| task.kind == "CHANGE_NEEDED" && task.about_id == Some(id))
}

pub async fn exclude(tx: &mut Tx, authorisation: Uuid) {
    on!(tx, |c| sqlx::query(
        "UPDATE authorisations SET state = 'EXCLUDED' WHERE id = $1"
    )
    .bind(authorisation)
    .execute(c)
    .await
    .map(drop))
    .unwrap();
}

both! {
    async fn the_role_is_settled_before_anybody_relies_on_it(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let refused = async |slug: &str, role: &str| {
            let before = current(&app, slug).await.version.number;
            let answer = edit(&app, &editor, slug, &[("role", role), ("service", "Typed just now")]).await;
            assert_eq!(answer.status, 422, "{slug}");
            assert!(answer.text.contains("The role cannot change once the engagement is announced or in use"), "{slug}");
            assert!(answer.text.contains("Typed just now"), "what was typed is kept");
            assert_eq!(current(&app, slug).await.version.number, before);
        };
        // In use without notice, and in a change that is not even sent.
        refused("brevo", "SUBPROCESSOR").await;
        refused("anthropic", "INDEPENDENT_CONTROLLER").await;
        refused(KALEIDO, "INDEPENDENT_CONTROLLER").await;
        // Told, and then in use for one customer.
        send(&app, &editor, &approver).await;
        refused(KALEIDO, "INDEPENDENT_CONTROLLER").await;
        assert_eq!(activate(&operator, None).await.status, 409);

        // A draft is nobody's business yet.
        let fields = [("legal_name", "Early AS"), ("role", "SUBPROCESSOR"), ("tier", "1"), ("rows", "1")];
        let created = editor.post("/staff/register/new", &fields).await;
        assert_eq!(created.status, 303, "{}", created.text);
        let slug = created.location().rsplit('/').next().unwrap().to_owned();
        assert_eq!(current(&app, &slug).await.state.state, EngagementState::Draft);
        saved(&app, &editor, &slug, &[("role", "OWN_PROCESSOR")]).await;
    }

    async fn what_a_notice_said_cannot_become_something_else_after_it_was_sent(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        app.advance(chrono::TimeDelta::days(95));
        let products = current(&app, KALEIDO).await.version.facts.products;
        let one = products.iter().next().unwrap().to_string();
        assert!(products.len() > 1);
        let service = current(&app, KALEIDO).await.version.facts.service.print(ToString::to_string);
        let said = current(&app, KALEIDO).await.version.facts.responsibilities.print(ToString::to_string);
        type Fields<'a> = &'a [(&'a str, &'a str)];
        let edits: &[(Fields, Fields)] = &[
            (&[("ai", "this"), ("ai_training", "yes")], &[("ai", "none"), ("ai_training", "")]),
            (&[("service", "Another service")], &[("service", &service)]),
            (&[("responsibilities", "Everything")], &[("responsibilities", &said)]),
            (&[("optional_feature", "yes")], &[("optional_feature", "")]),
            (&[("chain", "RECORDED")], &[("chain", "NONE")]),
        ];
        for (there, back) in edits {
            saved(&app, &editor, KALEIDO, there).await;
            assert!(is_change_needed(&app, KALEIDO).await, "{there:?}");
            let refused = activate(&operator, Some("Fjordbank")).await;
            assert!(refused.text.contains("NOTICE_FACTS_MISMATCH"), "{there:?} {}", refused.text);
            saved(&app, &editor, KALEIDO, back).await;
            assert!(!is_change_needed(&app, KALEIDO).await, "{back:?}");
        }
        saved(&app, &editor, KALEIDO, &[("products", &one)]).await;
        let refused = activate(&operator, Some("Fjordbank")).await;
        assert!(refused.text.contains("NOTICE_FACTS_MISMATCH"), "{}", refused.text);
    }

    async fn a_notice_that_left_is_shown_as_it_left_and_no_longer_fits_at_once(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        send(&app, &editor, &approver).await;
        saved(&app, &editor, KALEIDO, &[("responsibilities", "Everything else")]).await;
        let page = text(&approver.get(DRAFT).await);
        let shown = page.split("What the notice says").nth(1).unwrap().split("Register gates").next().unwrap();
        assert!(shown.contains("Responsibilities") && !shown.contains("Everything else"), "{shown}");
        // Nothing shows yet that the notice arrived, and what it said is not what is on file.
        let refused = activate(&operator, Some("Fjordbank")).await;
        for code in ["NOTICE_UNDELIVERED", "NOTICE_FACTS_MISMATCH"] {
            assert!(refused.text.contains(code), "{code}: {}", refused.text);
        }
    }

    async fn what_is_in_use_is_completed_at_once_and_changed_only_by_a_change(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        for (field, value) in [("ai_retention", "365"), ("ai_training", "yes"), ("optional_feature", "yes"), ("service", "Another API")] {
            let slug = "anthropic";
            let before = current(&app, slug).await.version.facts;
            let old = filled(&before).into_iter().find(|(name, _)| name == field).map_or(String::new(), |(_, old)| old);
            let published = times_published(&app, slug).await;
            let page = saved(&app, &editor, slug, &[(field, value)]).await;
            assert!(page.contains("It is not published: customers must be told first"), "{field}");
            assert!(is_change_needed(&app, slug).await, "{field}");
            assert_eq!(times_published(&app, slug).await, published, "{field}");
            saved(&app, &editor, slug, &[(field, &old)]).await;
            assert!(!is_change_needed(&app, slug).await, "{field}");
        }
        // What nobody knew is filled in, bit by bit; from then on it binds.
        let slug = "vercel";
        for fields in [
            &[("ai", "this")][..],
            &[("ai_training", "no")],
            &[("ai_retention", "30")],
            &[("responsibilities", "Delivers pages")],
            &[("chain", "NONE")],
        ] {
            let published = times_published(&app, slug).await;
            let page = saved(&app, &editor, slug, fields).await;
            assert!(page.contains("The public list shows it now."), "{fields:?}");
            assert_eq!(times_published(&app, slug).await, published + 1, "{fields:?}");
        }
        saved(&app, &editor, slug, &[("ai_training", "yes")]).await;
        assert!(is_change_needed(&app, slug).await);
    }

    async fn nobody_adopts_what_they_wrote_themselves(app: TestApp) {
        let author = app.signed_in_as("both", &[Role::LegalEditor, Role::LegalApprover]).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let editor = app.signed_in(Role::LegalEditor).await;
        let mut slugs = Vec::new();
        for (client, name) in [(&author, "Own AS"), (&editor, "Other AS"), (&editor, "Company AS")] {
            let created = client.post("/staff/register/new", &[("legal_name", name), ("role", "SUBPROCESSOR"), ("tier", "1"), ("rows", "1")]).await;
            assert_eq!(created.status, 303, "{}", created.text);
            slugs.push(created.location().rsplit('/').next().unwrap().to_owned());
        }
        // Writing about the company alone is work on it too.
        let company = [("seen", "1"), ("legal_name", "Company AS"), ("registration_number", "1234")];
        let written = author.post(&format!("/staff/register/{}/company", slugs[2]), &company).await;
        assert_eq!(written.status, 303, "{}", written.text);
        let mut form = vec![("since_all".to_owned(), "2024-01-01".to_owned()), ("attested".to_owned(), "yes".to_owned())];
        for slug in &slugs {
            form.push((format!("adopt-{}", current(&app, slug).await.engagement.id), "yes".to_owned()));
        }
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let taken = author.post("/staff/register/adopt", &form).await;
        assert_eq!(taken.status, 303, "{}", taken.text);
        let page = author.get(taken.location()).await.text;
        assert!(page.contains("Not adopted: Own AS; Company AS. You worked on this yourself"), "{page}");
        let states = async || {
            let mut states = Vec::new();
            for slug in &slugs {
                states.push(current(&app, slug).await.state.state);
            }
            states
        };
        use EngagementState::{Active, Draft};
        assert_eq!(states().await, [Draft, Active, Draft]);
        let own = [form[0], form[1], form[2]];
        let refused = author.post("/staff/register/adopt", &own).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("You worked on this yourself"), "{}", refused.text);
        let rest = [form[0], form[1], form[2], form[4]];
        assert_eq!(approver.post("/staff/register/adopt", &rest).await.status, 303);
        assert_eq!(states().await, [Active, Active, Active]);
    }

    async fn a_copy_to_the_next_contact_names_the_day_that_holds(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let next = "office@customer-02.example";
        enter(&editor, "Havnekraft", "Office", next, "FALLBACK").await;
        let mailbox = Mailbox::scripted(|step| match step {
            Step::Rcpt("dpo@customer-02.example") => Reaction::Reply("550 5.1.1 no such mailbox".to_owned()),
            _ => Reaction::Accept,
        })
        .await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        app.advance(chrono::TimeDelta::days(3));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        mailbox.deliver(&app.state).await;
        let letters = mailbox.letters_to(next);
        let letter = letters.iter().find(|l| l.text.contains("Kaleido")).expect("the copy");
        // Monday 23 November + 60 days; the other contact's mail arrived that day.
        let holds = "22 January 2027";
        let page = app.client().get(&link(&mailbox, next)).await.text;
        let staff = editor.get(DRAFT).await.text;
        let row = staff.split("<tr").find(|row| row.contains("Havnekraft")).expect("a row");
        for (place, text) in [("mail", letter.text.as_str()), ("page", &page), ("staff page", row)] {
            assert!(text.contains(holds), "{place}: {text}");
            assert!(!text.contains("25 January 2027"), "{place}: {text}");
        }
    }

    async fn a_customer_elsewhere_reads_one_deadline_in_one_place(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        // In Helsinki the day ends an hour earlier than where the publisher is; the later end holds.
        let page = app.client().get(&link(&mailbox, "dpo@customer-03.example")).await.text;
        assert!(page.contains("Saimaa Care"));
        assert!(page.contains("24:00, Oslo") && page.contains("00:00, Oslo"), "{page}");
        assert!(!page.contains("24:00, Helsinki") && !page.contains(" 00:00, Helsinki"), "{page}");
        let staff = editor.get(DRAFT).await.text;
        assert!(staff.contains("24:00, Oslo"));
        assert!(!staff.contains("24:00, Helsinki") && !staff.contains("00:00, Helsinki"), "{staff}");
    }

    async fn the_page_of_a_case_promises_what_holds(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let contact = app.client();
        let file = async |address: &str, promise: &str| {
            let page = link(&mailbox, address);
            let form = contact.get(&format!("{page}/object")).await.text;
            assert!(form.contains(promise), "{form}");
            let line = form.split("name=\"line\" value=\"").nth(1).unwrap().split('"').next().unwrap();
            let fields = [("line", line), ("grounds", "LOCATION"), ("statement", "Where?"), ("name", "Privacy desk")];
            let filed = contact.post(&format!("{page}/object"), &fields).await;
            assert_eq!(filed.status, 303, "{}", filed.text);
            contact.get(filed.location()).await.text
        };
        let in_time = file("dpo@customer-05.example", "the change does not start for you while your objection is open").await;
        assert!(in_time.contains("While it is open, this change does not start for you."), "{in_time}");
        app.advance(chrono::TimeDelta::days(95));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        let live = activate(&operator, Some("Fjordbank")).await;
        assert_eq!(live.status, 303, "{}", live.text);
        let late = file("dpo@customer-01.example", "The change has started for you already.").await;
        assert!(late.contains("This case does not hold the change"), "{late}");
        let unstarted = file("dpo@customer-03.example", "it does not hold the change").await;
        assert!(unstarted.contains("This case does not hold the change"), "{unstarted}");
    }

    async fn what_rested_resumes_only_while_the_customers_gates_are_green(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        app.advance(chrono::TimeDelta::days(95));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        let live = activate(&operator, Some("Fjordbank")).await;
        assert_eq!(live.status, 303, "{}", live.text);
        let path = format!("/staff/register/{KALEIDO}");
        let step = async |name: &str| {
            let reason = format!("reason-{name}");
            approver.post(&format!("{path}/{name}"), &[(reason.as_str(), "Looked at")]).await
        };
        // Those who never had it in use do not hold it.
        assert_eq!(step("suspend").await.status, 303);
        let resumed = step("resume").await;
        assert_eq!(resumed.status, 303, "{}", resumed.text);
        assert_eq!(step("suspend").await.status, 303);

        let mut tx = app.state.db.write().await.unwrap();
        let id = current_by_slug(&mut tx, KALEIDO).await.unwrap().unwrap().engagement.id;
        let line = find_announced_line(&mut tx, id.uuid()).await.unwrap().unwrap().0;
        let active = list_activations(&mut tx, id).await.unwrap()[0].customer_id.unwrap();
        let theirs = authorisations::find(&mut tx, line.id, active.uuid()).await.unwrap().unwrap();
        exclude(&mut tx, theirs.id).await;
        tx.commit().await.unwrap();
        let refused = step("resume").await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("CUSTOMER_EXCLUDED") && refused.text.contains("Fjordbank"), "{}", refused.text);
        assert_eq!(current(&app, KALEIDO).await.state.state, EngagementState::Suspended);
    }
}
