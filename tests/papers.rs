//! Legal papers over HTTP: what a transfer, its permission and an archived copy may rest on, and what follows when one is
//! added or an engagement moves in its chain.

use domain::legal_record::LegalRecordKind;
use domain::role::Role;
use forenotice::store::engagements::current_by_slug;
use forenotice::store::entities::{Entity, create_entity};
use forenotice::store::legal_records::list_records;
use forenotice::store::tasks::list_open_tasks;

use crate::both;
use crate::clauses::{in_force, transfer, vendor};
use crate::register::{company, contract, done, engagement, named, red, text, with};
use crate::support::TestApp;

const REASON: &str =
    "A single file must be handed over to a court expert in Kenya, on one day, for one hearing. ";

async fn id_of(app: &TestApp, path: &str) -> String {
    let mut tx = app.state.db.read().await.unwrap();
    let slug = path.rsplit('/').next().unwrap();
    let current = current_by_slug(&mut tx, slug).await.unwrap().unwrap();
    current.engagement.id.to_string()
}

/// The publisher has one legal entity, in Norway.
async fn export_from_norway(app: &TestApp) {
    let mut tx = app.state.db.write().await.unwrap();
    let entity = Entity {
        id: app.state.random.id(app.state.clock.now()).into(),
        legal_name: "Tindra Cloud AS".to_owned(),
        registration_number: None,
        country: "NO".parse().unwrap(),
        address: None,
        contact: None,
        created_at: app.state.clock.now(),
        ended_at: None,
    };
    create_entity(&mut tx, &entity).await.unwrap();
    tx.commit().await.unwrap();
}

both! {
    async fn a_permission_ends_by_itself_and_a_further_one_needs_a_reason_that_somebody_else_wrote(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let dpo = app.signed_in(Role::Dpo).await;
        let author = app.signed_in_as("two hats", &[Role::LegalEditor, Role::Dpo]).await;
        let path = named(&editor, "Acme Inc.").await;
        let (reason, further) = (REASON.repeat(3), format!("{}Then another.", REASON.repeat(3)));
        let form = [
            ("seen", "0"),
            ("origins", "EU"),
            ("destination", "KE"),
            ("importer", "Acme Inc."),
            ("mechanism", "ART49"),
            ("derogation_reason", reason.as_str()),
        ];
        done(&author, &format!("{path}/transfer"), &form).await;
        let (page, permit) = (format!("{path}/transfer/1"), format!("{path}/transfer/1/permit"));
        let day = |seen: &'static str, last: &'static str| [("seen", seen), ("expires_on", last)];
        assert_eq!(author.post(&permit, &day("1", "2026-11-24")).await.status, 403, "who wrote it does not permit it");
        done(&dpo, &permit, &day("1", "2026-11-24")).await;
        for officer in [&author, &dpo] {
            let longer = officer.post(&permit, &day("2", "2026-12-20")).await;
            assert_eq!(longer.status, 409, "{}", text(&longer));
            assert!(text(&longer).contains("a further permission needs a new reason"), "{}", text(&longer));
        }
        let shown = text(&dpo.get(&page).await);
        assert!(shown.contains("It was permitted for this reason, until") && !shown.contains("Permit it until that day"), "{shown}");
        app.advance(chrono::TimeDelta::days(2));
        assert!(red(&editor.get(&path).await).contains(&"ART49_BLOCKED".to_owned()), "it ended by itself");
        assert_eq!(dpo.post(&permit, &day("2", "2026-12-20")).await.status, 409);

        done(&editor, &page, &with(&form, &[("seen", "2"), ("derogation_reason", &further)])).await;
        assert_eq!(author.post(&permit, &day("3", "2026-11-30")).await.status, 403, "an author stays one");
        done(&dpo, &permit, &day("3", "2026-11-30")).await;
        assert!(!red(&editor.get(&path).await).contains(&"ART49_BLOCKED".to_owned()), "who permitted before has not written it");
        done(&editor, &page, &with(&form, &[("seen", "4")])).await;
        assert_eq!(dpo.post(&permit, &day("5", "2026-12-20")).await.status, 409, "the first reason is spent");
    }

    async fn a_transfer_that_is_added_is_looked_at_by_the_assessments(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        in_force(&editor, &approver, &path, &[]).await;
        let tasks = async |app: &TestApp| {
            let mut tx = app.state.db.read().await.unwrap();
            let mut tasks = list_open_tasks(&mut tx, &[Role::LegalEditor]).await.unwrap();
            tasks.retain(|task| task.kind == "TRIGGER_TO_JUDGE");
            tasks.len()
        };
        done(&editor, &format!("{path}/transfer"), &transfer("Kenya")).await;
        assert_eq!(tasks(&app).await, 0, "nothing was assessed yet");
        crate::assessments::allowed(&editor, &approver, &path, "Kenya").await;
        done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        let onward = with(&transfer("Kenya"), &[("onward_of", "1"), ("importer", "Deep Support LLC")]);
        let page = done(&editor, &format!("{path}/transfer"), &onward).await;
        assert!(text(&page).contains("Its assessments of transfers must be looked at"), "{}", text(&page));
        assert_eq!(tasks(&app).await, 1);
        let events = text(&editor.get("/staff/triggers/1").await);
        assert!(events.contains("Transfer 2 was added: to Kenya, imported by Deep Support LLC, going on from transfer 1."), "{events}");
        assert!(red(&page).contains(&"SCC_ANNEX".to_owned()), "the clauses are agreed with another company");
    }

    async fn an_archived_copy_is_a_file_that_is_kept_here(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        let elsewhere = "ab".repeat(32);
        let form = with(&contract("Acme Inc."), &[("archived_copy", elsewhere.as_str())]);
        let refused = editor.post(&format!("{path}/contract"), &form).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("href=\"#archived_copy\"") && refused.text.contains(&elsewhere), "what was typed is kept");
        assert!(text(&refused).contains("No file with this digest is kept here"), "{}", text(&refused));
        let page = done(&editor, &format!("{path}/contract"), &with(&form, &[("archived_copy", "")])).await;
        assert!(red(&page).contains(&"FLOWDOWN_INCOMPLETE".to_owned()), "{:?}", red(&page));
        let kept = with(&contract("Acme Inc."), &[("seen", "1")]);
        let page = done(&editor, &format!("{path}/contract"), &kept).await;
        assert!(!red(&page).contains(&"FLOWDOWN_INCOMPLETE".to_owned()), "a file that is kept needs not be sent again");

        let early = [("seen", "2"), ("signed_on", "2031-01-01"), ("retrieved_on", "2031-01-01")];
        let refused = editor.post(&format!("{path}/contract"), &with(&kept, &early)).await;
        assert_eq!(refused.status, 422);
        assert_eq!(text(&refused).matches("This day has not come yet").count(), 4, "in the summary and at each field");
    }

    async fn a_text_that_takes_the_clauses_in_is_kept_here_too(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        crate::clauses::ready(&editor, &path).await;
        let elsewhere = "ab".repeat(32);
        let form = [("incorporated_by", "Clause 12.3"), ("in_force_on", "2026-11-01"), ("archived_copy", elsewhere.as_str())];
        let refused = editor.post(&format!("{path}/scc/1/sign"), &form).await;
        assert_eq!(refused.status, 422);
        assert!(text(&refused).contains("No file with this digest is kept here"), "{}", text(&refused));
    }

    async fn exports_of_an_entity_in_norway_are_judged_as_such_whatever_was_ticked(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        export_from_norway(&app).await;
        let path = vendor(&editor, "Brazil", "BR").await;
        let form = with(&transfer("Brazil"), &[("origins", "EU"), ("mechanism", "ADEQUACY"), ("scc", "")]);
        let page = done(&editor, &format!("{path}/transfer"), &form).await;
        assert!(red(&page).contains(&"NO_VALID_MECHANISM".to_owned()), "{:?}", red(&page));
        assert!(text(&page).contains("exports from Norway"), "{}", text(&page));
    }

    async fn options_of_clauses_are_held_against_the_entity_that_exports(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        export_from_norway(&app).await;
        let path = vendor(&editor, "Kenya", "KE").await;
        crate::clauses::ready(&editor, &path).await;
        let set = format!("{path}/scc/1");
        let other = [("clause_13", "REPRESENTATIVE"), ("clause_17", "EXPORTERS"), ("governing_law", "Germany")];
        assert_eq!(editor.fill(&set, &other).await.status, 303);
        let page = editor.get(&set).await;
        let said = "by the register the exporter is established in Norway; choose the case that says so";
        assert!(text(&page).contains("1 field is missing"), "option 2 may name another law: {}", text(&page));
        assert!(page.text.contains("href=\"#clause_13\"") && text(&page).contains(said), "{}", text(&page));
        let list = text(&editor.get("/staff/scc").await);
        assert!(list.contains("Options"), "the list says which part: {list}");
        let refused = editor.post(&format!("{set}/complete"), &[]).await;
        assert_eq!(refused.status, 409, "{}", text(&refused));
        let own = [("clause_13", "ESTABLISHED"), ("governing_law", "Norway")];
        assert_eq!(editor.fill(&set, &own).await.status, 303);
        done(&editor, &format!("{set}/complete"), &[]).await;
    }

    async fn those_below_move_along_in_the_chain_and_nothing_new_is_below_what_is_over(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let [top, middle, low] = ["Acme Hosting GmbH", "Deep Support Ltd", "Cold Aisle AB"];
        let mut paths = Vec::new();
        for name in [top, middle, low] {
            let form = with(&company(name, "Germany"), &engagement("DE"));
            paths.push(editor.post("/staff/register/new", &form).await.location().to_owned());
        }
        let ids = [id_of(&app, &paths[0]).await, id_of(&app, &paths[1]).await];
        let below = [("seen", "1"), ("tier", "2"), ("parent_engagement", ids[1].as_str())];
        done(&editor, &format!("{}/edit", paths[2]), &with(&engagement("DE"), &below)).await;
        let moved = [("seen", "1"), ("tier", "2"), ("parent_engagement", ids[0].as_str())];
        done(&editor, &format!("{}/edit", paths[1]), &with(&engagement("DE"), &moved)).await;
        let page = text(&editor.get(&paths[2]).await);
        assert!(page.contains("Tier 3 Cold Aisle AB"), "{page}");
        assert!(page.contains("The engagement above it is tier 2 now"), "{page}");

        done(&approver, &format!("{}/cancel", paths[0]), &[("reason-cancel", "Too risky")]).await;
        let form = with(&company("Late Comer AS", "Norway"), &engagement("NO"));
        let form = with(&form, &[("tier", "2"), ("parent_engagement", ids[0].as_str())]);
        let refused = editor.post("/staff/register/new", &form).await;
        assert_eq!(refused.status, 422);
        assert!(text(&refused).contains("That engagement is over: nothing new can be below it"), "{}", text(&refused));
        assert!(!editor.get("/staff/register/new").await.text.contains(&format!("value=\"{}\"", ids[0])), "nor is it offered");
        let kept = [("seen", "2"), ("purpose", "Keeps recordings"), ("tier", "2"), ("parent_engagement", ids[0].as_str())];
        done(&editor, &format!("{}/edit", paths[1]), &with(&engagement("DE"), &kept)).await;

        let mut tx = app.state.db.read().await.unwrap();
        let verified = forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap();
        assert!(verified.is_intact(), "{verified:?}");
    }

    async fn a_page_carries_the_questions_that_it_showed(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = vendor(&editor, "Canada", "CA").await;
        let form = with(&transfer("Canada"), &[
            ("mechanism", "ADEQUACY"), ("scc", ""), ("adequacy_in_scope", "yes"), ("adequacy_evidence", "Letter of 3 May"),
        ]);
        let page = done(&editor, &format!("{path}/transfer"), &form).await;
        assert!(red(&page).contains(&"ADEQUACY_SCOPE".to_owned()), "no question was shown: {:?}", red(&page));
        let place = format!("{path}/transfer/1");
        let page = editor.get(&place).await;
        assert!(page.text.contains("name=\"asked\""), "{}", page.text);
        let answered = editor.refill(&page, &place, &[("adequacy_in_scope", "yes")]).await;
        assert_eq!(answered.status, 303, "{}", text(&answered));
        assert!(!red(&editor.get(&path).await).contains(&"ADEQUACY_SCOPE".to_owned()));
        let other = editor.fill(&place, &[("importer_subject", "yes")]).await;
        assert_eq!(other.status, 303);
        assert!(!red(&editor.get(&path).await).contains(&"ADEQUACY_SCOPE".to_owned()), "another field keeps the answer");
        let mut tx = app.state.db.read().await.unwrap();
        let id = current_by_slug(&mut tx, path.rsplit('/').next().unwrap()).await.unwrap().unwrap().engagement.id;
        assert_eq!(list_records(&mut tx, id, LegalRecordKind::Transfer).await.unwrap().len(), 3);
    }
}
