//! Who may decide on an engagement, on what papers, and what happens to it in use.

use super::*;

both! {
    async fn nobody_decides_on_their_own_work(app: TestApp) {
        let both = app.signed_in_as("two hats", &[Role::LegalEditor, Role::LegalApprover, Role::SecurityAssessor]).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let form = with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"));
        let path = both.post("/staff/register/new", &form).await.location().to_owned();
        done(&both, &format!("{path}/contract"), &contract("Acme Hosting GmbH")).await;
        done(&both, &format!("{path}/security"), &ASSESSMENT).await;
        eea_note(&both, &path).await;
        let own = both.post(&format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        assert_eq!(own.status, 403, "{}", text(&own));
        assert!(text(&both.get(&format!("{path}/tia/1")).await).contains("somebody else must decide"));
        let other = approver.post(&format!("{path}/tia/1/approve"), &[("seen", "0")]).await;
        assert_eq!(other.status, 409, "a version that was not read is not approved");
        done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        assert_eq!(approver.post(&format!("{path}/tia/1/approve"), &[("seen", "1")]).await.status, 409);
        done(&both, &format!("{path}/assess"), &[]).await;
        for part in ["security", "legal"] {
            let own = both.post(&format!("{path}/confirm-{part}"), &[]).await;
            assert_eq!(own.status, 409);
            assert!(text(&own).contains("somebody else must confirm them"), "{}", text(&own));
        }
        confirmed(&approver, &path, "legal").await;
    }

    async fn an_assessment_is_confirmed_by_two_people_who_read_the_same_papers(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let both = app.signed_in_as("two hats", &[Role::LegalApprover, Role::SecurityAssessor]).await;
        let path = crate::register::complete(&editor, &assessor, &approver).await;
        let (security, legal) = (format!("{path}/confirm-security"), format!("{path}/confirm-legal"));
        let early = approver.post(&legal, &[]).await;
        assert_eq!(early.status, 409, "it is a draft still");
        done(&editor, &format!("{path}/assess"), &[]).await;

        let unread = approver.post(&legal, &[]).await;
        assert_eq!(unread.status, 409);
        assert!(text(&unread).contains("read it again"), "{}", text(&unread));
        assert_eq!(approver.post(&security, &[]).await.status, 403);
        assert_eq!(assessor.post(&legal, &[]).await.status, 403);
        assert_eq!(editor.post(&legal, &[]).await.status, 403);
        // Whoever recorded the security assessment may stand by it; the legal part is read by others.
        let old = assessor.get(&path).await;
        assert_eq!(editor.fill(&format!("{path}/contract"), &[("vendor_notice_days", "30")]).await.status, 303);
        let stale = assessor.refill(&old, &security, &[]).await;
        assert_eq!(stale.status, 409, "the agreement has another version now");
        assert!(text(&stale).contains("read it again"));
        let page = confirmed(&both, &path, "security").await;
        assert!(text(&page).contains("The security part is confirmed. The legal part is confirmed by somebody else."), "{}", text(&page));
        assert!(text(&page).contains("Not now: you confirmed the other part"), "{}", text(&page));
        assert_eq!(both.post_seen(&path, &legal, &[]).await.status, 409);
        assert!(text(&assessor.get(&path).await).contains("Not now: this part is confirmed"));
        let asks = format!("Confirm the legal part of the assessment of {}", "Acme Hosting GmbH");
        assert!(text(&approver.get("/staff/tasks").await).contains(&asks), "{asks}");

        assert_eq!(open_parts(&app).await, 1);
        // A paper that changes takes it back.
        assert_eq!(editor.fill(&format!("{path}/contract"), &[("vendor_notice_days", "14")]).await.status, 303);
        let page = approver.get(&path).await;
        assert!(text(&page).contains("facts or papers have changed since, so it is confirmed again"), "{}", text(&page));
        let page = confirmed(&approver, &path, "legal").await;
        assert!(text(&page).contains("The security part was confirmed"), "{}", text(&page));
        assert_eq!(open_parts(&app).await, 1, "only the part that is missing now is asked for");
        let page = confirmed(&assessor, &path, "security").await;
        assert!(text(&page).contains("Assessed since"), "{}", text(&page));
        assert!(!text(&approver.get("/staff/tasks").await).contains(&asks));
    }

    async fn who_is_asked_to_confirm_what_is_not_assessed_any_more_is_asked_no_longer(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let mut tasks = Vec::new();
        for (number, name, is_assessed) in [(1, "Acme Hosting GmbH", true), (2, "Deep Support Ltd", false)] {
            let path = named(&editor, name).await;
            if is_assessed {
                done(&editor, &format!("{path}/edit"), &with(&engagement("DE"), &[("seen", "1")])).await;
                done(&editor, &format!("{path}/assess"), &[]).await;
            }
            let mut tx = app.state.db.write().await.unwrap();
            let slug = path.rsplit('/').next().unwrap();
            let about = current_by_slug(&mut tx, slug).await.unwrap().unwrap().engagement.id;
            let task = Task {
                id: uuid::Uuid::from_u128(number).into(),
                kind: "ASSESSMENT_PART_MISSING".to_owned(),
                role: Role::LegalApprover,
                title: name.to_owned(),
                path,
                about_id: Some(about.uuid()),
                due_on: None,
                created_at: app.state.clock.now(),
                done: None,
            };
            assert!(open_task(&mut tx, &task).await.unwrap());
            tx.commit().await.unwrap();
            tasks.push(task.id);
        }
        forenotice::jobs::run_due(&app.state).await.unwrap();
        let mut tx = app.state.db.read().await.unwrap();
        let open = list_open_tasks_of(&mut tx, "ASSESSMENT_PART_MISSING").await.unwrap();
        assert_eq!(open.iter().map(|task| task.id).collect::<Vec<_>>(), tasks[..1]);
    }

    async fn an_assessment_that_is_turned_down_comes_back_to_its_authors(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = editor.post("/staff/register/new", &with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"))).await.location().to_owned();
        let started = editor.post(&format!("{path}/tia"), &[("tia_type", "EEA_NOTE")]).await;
        assert_eq!(approver.post(&format!("{path}/tia/1/approve"), &[("seen", "1")]).await.status, 409, "a draft");
        let answer = editor.fill(started.location(), &EEA_NOTE).await;
        assert_eq!(answer.status, 303, "{}", text(&answer));
        let silent = approver.post(&format!("{path}/tia/1/reject"), &[("seen", "1")]).await;
        assert_eq!(silent.status, 422);
        assert!(text(&silent).contains("Turn version 1 down") && silent.text.contains("aria-invalid"), "{}", text(&silent));
        let page = done(&approver, &format!("{path}/tia/1/reject"), &[("seen", "1"), ("rejection", "Name the parent")]).await;
        assert!(text(&page).contains("turned down: Name the parent"), "{}", text(&page));
        assert_eq!(red(&page), ["NO_DPA", "SECURITY_MISSING", "TIA_NOT_APPROVED"]);
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_open_tasks(&mut tx, &[Role::LegalApprover]).await.unwrap(), []);
        drop(tx);
        let page = editor.get(&format!("{path}/tia/1")).await;
        assert!(text(&page).contains("The newest version was turned down Name the parent"), "{}", text(&page));
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        let answer = editor.fill(&format!("{path}/tia/1/note"), &[("decision_reason", "The parent is in Germany too"), ("act", "hand-in")]).await;
        assert_eq!(answer.status, 303, "{}", text(&answer));
        let page = approver.get(&format!("{path}/tia/1")).await;
        assert!(text(&page).contains("Version 2 is handed in") && page.text.contains("Approve version 2"), "{}", text(&page));
        done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "2")]).await;
    }

    async fn an_assessment_cannot_be_confirmed_while_a_gate_is_red(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        let early = editor.post(&format!("{path}/assess"), &[]).await;
        assert_eq!(early.status, 409);
        assert!(text(&early).contains("the purpose is unknown") && text(&early).contains("the locations are unknown"));
        done(&editor, &format!("{path}/edit"), &with(&engagement("DE"), &[("seen", "1")])).await;
        done(&editor, &format!("{path}/assess"), &[]).await;
        let red = approver.post(&format!("{path}/confirm-legal"), &[]).await;
        assert_eq!(red.status, 409);
        assert!(text(&red).contains("NO_DPA") && text(&red).contains("TIA_MISSING"), "{}", text(&red));
        assert_eq!(approver.post(&format!("{path}/suspend"), &[("reason-suspend", "x")]).await.status, 409, "no such step");
        assert_eq!(editor.post(&format!("{path}/reject"), &[]).await.status, 422, "a reason is needed");
        let page = done(&editor, &format!("{path}/reject"), &[("reason-reject", "Too risky")]).await;
        assert!(text(&page).contains("Reason: Too risky"));
        let over = editor.post(&format!("{path}/edit"), &with(&engagement("DE"), &[("seen", "2")])).await;
        assert_eq!(over.status, 409, "what is over stays as it was");
    }

    async fn the_papers_of_what_is_over_stay_as_they_were(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = complete(&editor, &assessor, &approver).await;
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        let step = format!("{path}/tia/1/note");
        let filled = editor.get(&step).await;
        in_force(&editor, &approver, &path, &[("importer_name", "Acme Hosting GmbH")]).await;
        done(&approver, &format!("{path}/cancel"), &[("reason-cancel", "Not needed")]).await;
        for (person, action, form) in [
            (&editor, format!("{path}/tia/1/hand-in"), vec![("seen", "1")]),
            (&editor, format!("{path}/tia"), vec![("tia_type", "EEA_NOTE")]),
            (&editor, format!("{path}/tia/1/new-version"), vec![]),
            (&approver, format!("{path}/tia/1/suspend"), vec![("reason", "Late")]),
            (&approver, format!("{path}/scc/1/suspend"), vec![("reason-suspend", "Late")]),
            (&editor, format!("{path}/contract"), contract("Acme Hosting GmbH")),
        ] {
            let answer = person.post(&action, &form).await;
            assert_eq!(answer.status, 409, "{action}");
            assert!(text(&answer).contains("This engagement is over; its papers stay as they were."), "{action}: {}", text(&answer));
        }
        let answer = editor.refill(&filled, &step, &[("decision_reason", "Anew")]).await;
        assert_eq!(answer.status, 409);
    }

    async fn a_derogation_is_permitted_by_the_data_protection_officer_for_a_short_time(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let dpo = app.signed_in(Role::Dpo).await;
        let path = named(&editor, "Acme Inc.").await;
        let reason = "A single file must be handed over to a court expert in Kenya. ".repeat(4);
        let transfer = [
            ("seen", "0"),
            ("origins", "EU"),
            ("destination", "KE"),
            ("importer", "Acme Inc."),
            ("mechanism", "ART49"),
            ("derogation_reason", reason.as_str()),
        ];
        let page = done(&editor, &format!("{path}/transfer"), &transfer).await;
        assert!(red(&page).contains(&"ART49_BLOCKED".to_owned()));
        let mut form = dpo.get(&format!("{path}/transfer/1")).await;
        for (typed, why) in [
            ("soon", "Say until which day, as 2026-12-31"),
            ("2026-11-22", "Choose today or a later day"),
            ("2026-12-24", "A permission ends within 30 days"),
        ] {
            form = dpo.refill(&form, &format!("{path}/transfer/1/permit"), &[("expires_on", typed)]).await;
            assert_eq!(form.status, 422, "{typed}");
            assert!(text(&form).contains(why), "{typed}: {}", text(&form));
            for part in ["href=\"#expires_on\"", "id=\"expires_on-error\"", &format!("value=\"{typed}\"")] {
                assert!(form.text.contains(part), "{typed} {part}: {}", form.text);
            }
        }
        let unread = dpo.post(&format!("{path}/transfer/1/permit"), &[("expires_on", "2026-12-01")]).await;
        assert_eq!(unread.status, 409, "which version was read?");
        let page = done(&dpo, &format!("{path}/transfer/1/permit"), &[("seen", "1"), ("expires_on", "2026-12-01")]).await;
        assert!(!red(&page).contains(&"ART49_BLOCKED".to_owned()));
        let changed = with(&transfer, &[("seen", "2"), ("derogation_reason", "Another reason")]);
        let page = done(&editor, &format!("{path}/transfer/1"), &changed).await;
        assert!(red(&page).contains(&"ART49_BLOCKED".to_owned()), "another reason needs another permission");
        let permit = [("seen", "3"), ("expires_on", "2026-12-01")];
        assert_eq!(dpo.post(&format!("{path}/transfer/1/permit"), &permit).await.status, 409, "too short a reason");
        let further = "A second file must be handed over to the same court expert in Kenya. ".repeat(4);
        let again = with(&transfer, &[("seen", "3"), ("derogation_reason", further.as_str())]);
        done(&editor, &format!("{path}/transfer/1"), &again).await;
        done(&dpo, &format!("{path}/transfer/1/permit"), &[("seen", "4"), ("expires_on", "2026-12-01")]).await;
        let elsewhere = with(&again, &[("seen", "5"), ("importer", "Acme Kenya Ltd")]);
        let page = done(&editor, &format!("{path}/transfer/1"), &elsewhere).await;
        assert!(red(&page).contains(&"ART49_BLOCKED".to_owned()), "another importer needs another permission");
    }

    async fn what_the_public_was_shown_is_corrected_with_a_reason_or_announced_first(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = complete(&editor, &assessor, &approver).await;
        let id = listed(&app, &path).await;
        let edit = format!("{path}/edit");
        let wording = [("seen", "1"), ("category", "OTHER"), ("cover_CATEGORY", "CORRECTION")];
        let wording = with(&engagement("DE"), &wording);
        let silent = editor.post(&edit, &wording).await;
        assert_eq!(silent.status, 422);
        assert!(text(&silent).contains("Say why: others were shown what you are changing"));
        let page = done(&editor, &edit, &with(&wording, &[("reason", "It was overlooked")])).await;
        let body = text(&page);
        assert!(body.contains("The public list shows it now.") && body.contains("Reason: It was overlooked"), "{body}");
        assert!(!body.contains("differ from the public list"));

        let moved = with(&wording, &[("seen", "2"), ("place_1", "France"), ("reason", "They moved")]);
        let page = done(&editor, &edit, &moved).await;
        let body = text(&page);
        assert!(body.contains("It is not published: customers must be told first"), "{body}");
        assert!(body.contains("These facts differ from the public list"), "{body}");
        assert!(page.text.contains("/staff/changes/new?engagement=acme-hosting-gmbh-object-storage"));
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_listings(&mut tx, id).await.unwrap().len(), 2, "only the correction was published");
        let tasks = list_open_tasks(&mut tx, &[Role::LegalEditor]).await.unwrap();
        let mut kinds: Vec<_> = tasks.iter().map(|task| task.kind.as_str()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["CHANGE_NEEDED", "TRIGGER_TO_JUDGE"], "the assessment is looked at too");
        drop(tx);
        let list = editor.get("/staff/register").await;
        assert!(text(&list).contains("Differs from the notice"), "{}", text(&list));

        let back = with(&wording, &[("seen", "3"), ("reason", "They did not move after all")]);
        done(&editor, &edit, &back).await;
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_listings(&mut tx, id).await.unwrap().len(), 3, "as it was announced, so it is shown");
        let tasks = list_open_tasks(&mut tx, &[Role::LegalEditor]).await.unwrap();
        let kinds: Vec<_> = tasks.iter().map(|task| task.kind.as_str()).collect();
        assert_eq!(kinds, ["TRIGGER_TO_JUDGE"; 2], "nothing is left but to say of each that it had no impact");
    }

    async fn an_engagement_in_use_is_suspended_resumed_and_ended(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = complete(&editor, &assessor, &approver).await;
        let id = listed(&app, &path).await;
        done(&approver, &format!("{path}/suspend"), &[("reason-suspend", "Breach at the vendor")]).await;
        done(&approver, &format!("{path}/resume"), &[("reason-resume", "Fixed")]).await;
        done(&approver, &format!("{path}/suspend"), &[("reason-suspend", "Again")]).await;
        app.advance(chrono::TimeDelta::days(91));
        let late = approver.post(&format!("{path}/resume"), &[("reason-resume", "Fixed")]).await;
        assert_eq!(late.status, 409);
        assert!(text(&late).contains("it rested for more than 90 days"), "{}", text(&late));
        done(&editor, &format!("{path}/offboard"), &[("reason-offboard", "Replaced")]).await;
        let page = done(&editor, &format!("{path}/remove"), &[("reason-remove", "Deletion certified")]).await;
        assert!(text(&page).contains("Removed since") && text(&page).contains("Off the list"));
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(find_listing(&mut tx, id).await.unwrap().unwrap().row.listing, ListingState::Ended);
        let verified = forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap();
        assert!(verified.is_intact(), "{verified:?}");
    }
}
