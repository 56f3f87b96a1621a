//! What opens a review of an assessment: a country's law, an importer's notice, a lost measure, a day.

use super::*;

both! {
    async fn a_newer_version_about_a_country_opens_a_review_of_what_rests_on_the_older_one(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = assessed(&editor, &approver).await;
        assert_eq!(tia_codes(&editor.get(&path).await), "");
        let note = editor.post("/staff/register/new", &with(&company("Nord AS", "NO"), &engagement("NO"))).await.location().to_owned();
        eea_note(&editor, &note).await;
        let newer = [("notes", "Section 702 was renewed"), ("act", "save")];
        let saved = editor.fill("/staff/countries/US", &newer).await;
        assert_eq!(saved.status, 303, "{}", text(&saved));
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, Vec::<String>::new(), "nothing happens before it is approved");
        let page = done(&approver, "/staff/countries/US/approve", &[("seen", "2")]).await;
        assert!(text(&page).contains("1 assessment rests on an older version: an event was recorded for them."), "{}", text(&page));
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, ["TRIGGER_TO_JUDGE"]);
        let event = editor.get("/staff/triggers/1").await;
        let told = text(&event);
        assert!(told.contains("law of the destination changed") && told.contains("Acme Inc.: Speech, assessment 1"), "{told}");
        assert!(told.contains("To be looked at until Monday 30 November 2026"), "five working days: {told}");
        let slug = path.rsplit('/').next().unwrap();
        let answer = format!("/staff/triggers/1/{slug}/1");
        let (choice, reason) = (format!("triage-{slug}-1"), format!("reason-{slug}-1"));
        let silent = editor.post(&answer, &[(choice.as_str(), "NO_IMPACT")]).await;
        assert_eq!(silent.status, 422, "no impact needs a reason");
        assert_eq!(tia_codes(&editor.get(&path).await), "", "until then it counts");
        done(&editor, &answer, &[(choice.as_str(), "REVIEW"), (reason.as_str(), "The scope of the law is wider")]).await;
        assert!(text(&editor.get("/staff/triggers").await).contains("Closed"));
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, ["TIA_REVIEW"]);
        let page = editor.get(&path).await;
        assert_eq!(tia_codes(&page), "TIA_NOT_APPROVED", "nothing new starts on it");
        assert!(text(&page).contains("under review after an event"), "{}", text(&page));

        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        let told = text(&editor.get(&format!("{path}/tia/1")).await);
        assert!(told.contains("Take over version 2 of what is known about United States"), "{told}");
        let law = editor.fill(&format!("{path}/tia/1/law"), &[("act", "save")]).await;
        assert_eq!(law.status, 303, "{}", text(&law));
        hand_in(&editor, &path).await;
        let page = done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "2")]).await;
        assert_eq!(tia_codes(&page), "");
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, Vec::<String>::new());
    }

    async fn a_version_that_was_overtaken_by_law_is_not_approved(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, &approver).await;
        know_the_united_states(&editor, &approver).await;
        full(&editor, &path, "IMPLEMENTED").await;
        editor.fill("/staff/countries/US", &[("notes", "Changed"), ("act", "save")]).await;
        done(&approver, "/staff/countries/US/approve", &[("seen", "2")]).await;
        let refused = approver.post(&format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("Take over version 2"), "{}", text(&refused));
        assert!(text(&approver.get(&format!("{path}/tia/1")).await).contains("It cannot be approved as it is"));
        done(&approver, &format!("{path}/tia/1/reject"), &[("seen", "1"), ("rejection", "The law changed")]).await;
        assert!(open_kinds(&app, Role::LegalEditor).await.contains(&"TIA_TURNED_DOWN".to_owned()));
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        editor.fill(&format!("{path}/tia/1/law"), &[("act", "save")]).await;
        hand_in(&editor, &path).await;
        assert!(!open_kinds(&app, Role::LegalEditor).await.contains(&"TIA_TURNED_DOWN".to_owned()), "the next version answers it");
    }

    async fn a_country_without_all_its_laws_and_guarantees_does_not_count(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let half = with(&UNITED_STATES, &[("seen", "0"), ("law_rows", "1"), ("grade_C", ""), ("grade_C_reason", "")]);
        let half: Vec<_> = half.into_iter().filter(|(name, _)| !name.starts_with("law_") || name.ends_with("_1") || *name == "law_rows").collect();
        let page = done(&editor, "/staff/countries/US", &half).await;
        let told = text(&page);
        assert!(told.contains("Every assessment must judge EO 12333: add it") && told.contains("Judge guarantee C"), "{told}");
        let refused = approver.post("/staff/countries/US/approve", &[("seen", "1")]).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("Every assessment must judge CLOUD Act"));
        let row = editor.fill("/staff/countries/US", &[("act", "add-law")]).await;
        assert!(row.status == 200 && row.text.contains("id=\"law_name_2\"") && row.text.contains("Published in part"), "{}", row.status);
        let broken = editor.fill("/staff/countries/US", &[("law_citation_1", ""), ("act", "save")]).await;
        assert_eq!(broken.status, 422);
        let stale = editor.post("/staff/countries/US", &with(&UNITED_STATES, &[("seen", "0")])).await;
        assert_eq!(stale.status, 409);
        assert!(text(&stale).contains("Version 1 was saved on") && text(&stale).contains("EO 12333"), "{}", text(&stale));
        assert_eq!(editor.get("/staff/countries?country=us").await.location(), "/staff/countries/US");
        assert_eq!(editor.get("/staff/countries?country=Europe").await.status, 422);
        assert_eq!(editor.get("/staff/countries/XX").await.status, 404);
        let list = text(&editor.get("/staff/countries").await);
        assert!(list.contains("United States") && list.contains("Nothing is approved yet"), "{list}");
    }

    async fn an_importers_notice_puts_everything_of_it_under_review_at_once(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = assessed(&editor, &approver).await;
        let engagement = engagement_id(&app, &path).await;
        let event = [
            ("kind", "IMPORTER_NOTICE"),
            ("description", "A request of an authority for recordings"),
            ("occurred_on", "2026-11-23"),
            ("scope", "ENGAGEMENT"),
            ("engagement", engagement.as_str()),
        ];
        for (field, value, message) in [
            ("kind", "", "Choose what happened"),
            ("engagement", "acme", "Choose which"),
            ("occurred_on", "2026-11-24", "This day has not come yet"),
            ("source", "javascript:alert(1)", "A web address starts with https://"),
            ("kind", "TRANSFER_CHANGED", "Say when it takes effect"),
        ] {
            let refused = editor.post("/staff/triggers/new", &with(&event, &[(field, value)])).await;
            assert_eq!(refused.status, 422, "{field} {value}");
            assert!(text(&refused).contains(message) && refused.text.contains("for recordings"), "{}", text(&refused));
        }
        let page = done(&editor, "/staff/triggers/new", &event).await;
        let told = text(&page);
        assert!(told.contains("To be looked at until Tuesday 24 November 2026"), "{told}");
        assert!(told.contains("To be reviewed: An event of this kind is always reviewed."), "{told}");
        let kinds = open_kinds(&app, Role::LegalEditor).await;
        assert_eq!(kinds, ["TIA_REVIEW"], "it is not in use, so no customer is told");
        assert_eq!(tia_codes(&editor.get(&path).await), "TIA_NOT_APPROVED");
        assert_eq!(editor.post(&format!("{path}/tia/1/suspend"), &[("reason", "x")]).await.status, 403);
        let silent = approver.post(&format!("{path}/tia/1/suspend"), &[("reason", "")]).await;
        assert_eq!(silent.status, 422);
        assert!(text(&silent).contains("Suspend this assessment") && silent.text.contains("aria-invalid"), "{}", text(&silent));
        let page = done(&approver, &format!("{path}/tia/1/suspend"), &[("reason", "Recordings were handed over")]).await;
        assert!(text(&page).contains("Suspended") && text(&page).contains("Recordings were handed over"), "{}", text(&page));
        assert_eq!(approver.post(&format!("{path}/tia/1/suspend"), &[("reason", "Again")]).await.status, 409, "there is no such step");
    }

    async fn a_measure_that_is_lost_suspends_until_a_new_version_is_approved(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = assessed(&editor, &approver).await;
        let at = format!("{path}/tia/1/measures/1");
        let bare = editor.post(&at, &[("status", "VERIFIED")]).await;
        assert_eq!(bare.status, 422);
        assert!(text(&bare).contains("Say who checked it, by function"), "{}", text(&bare));
        let checked = [("status", "VERIFIED"), ("evidence", "Report 7"), ("verified_by", "Security office"), ("verified_on", "2026-11-20")];
        let early = editor.post(&at, &with(&checked, &[("verified_on", "2026-11-24")])).await;
        assert_eq!(early.status, 422, "nobody checked it tomorrow");
        assert!(text(&early).contains("This day has not come yet"), "{}", text(&early));
        let page = done(&editor, &at, &checked).await;
        assert!(text(&page).contains("Verified, checked by Security office"), "{}", text(&page));
        assert_eq!(editor.post(&format!("{path}/tia/1/measures/7"), &checked).await.status, 404);
        let page = done(&editor, &at, &[("status", "PLANNED")]).await;
        assert!(text(&page).contains("The assessment is suspended until a new version is approved."), "{}", text(&page));
        assert_eq!(tia_codes(&editor.get(&path).await), "TIA_NEGATIVE MEASURE_OPEN");
        let first = editor_json(&editor, &format!("{path}/tia/1/v/1.json")).await;
        assert_eq!(first["assessment"]["measures"][0]["status"], "IMPLEMENTED", "the version stays what it was");
        assert_eq!(first["measures_since"][1]["standing"]["status"], "PLANNED");
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        let copied = editor.get(&format!("{path}/tia/1/measures")).await;
        assert!(copied.text.contains("value=\"PLANNED\" selected"), "the copy starts from measures as they are now");
        let fixed = [("measure_status_1", "IMPLEMENTED"), ("measure_evidence_1", "New keys"), ("act", "save")];
        editor.fill(&format!("{path}/tia/1/measures"), &fixed).await;
        hand_in(&editor, &path).await;
        let page = done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "2")]).await;
        assert_eq!(tia_codes(&page), "");
    }

    async fn how_far_a_measure_is_was_recorded_meanwhile(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let other = app.signed_in_as("second editor", &[Role::LegalEditor]).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = assessed(&editor, &approver).await;
        let at = format!("{path}/tia/1/measures/1");
        let stale = other.get(&format!("{path}/tia/1?measure=1")).await;
        let checked = [("status", "VERIFIED"), ("evidence", "Report 7"), ("verified_by", "Security office"), ("verified_on", "2026-11-20")];
        done(&editor, &at, &checked).await;
        let mine = [("status", "IMPLEMENTED"), ("evidence", "An older report")];
        let refused = other.refill(&stale, &at, &mine).await;
        let body = text(&refused);
        assert_eq!(refused.status, 409, "{body}");
        assert!(body.contains("It was recorded on") && body.contains("What they changed") && body.contains("Security office"), "{body}");
        assert!(refused.text.contains("value=\"An older report\""), "what was typed is kept");
        let standing = text(&other.get(&format!("{path}/tia/1")).await);
        assert!(standing.contains("Verified, checked by Security office") && !standing.contains("An older report"), "{standing}");
        let saved = other.refill(&refused, &at, &mine).await;
        assert_eq!(saved.status, 303, "who has seen both may go on: {}", text(&saved));
    }

    async fn the_day_of_review_comes_by_itself_and_the_grace_ends(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = assessed(&editor, &approver).await;
        app.advance(TimeDelta::days(180));
        jobs::run_due(&app.state).await.unwrap();
        assert!(text(&editor.get(&format!("{path}/tia/1")).await).contains("Approved"), "not before its day");
        app.advance(TimeDelta::days(1));
        jobs::run_due(&app.state).await.unwrap();
        jobs::run_due(&app.state).await.unwrap();
        let page = editor.get(&format!("{path}/tia/1")).await;
        assert!(text(&page).contains("Review due"), "{}", text(&page));
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, ["TIA_REVIEW"]);
        assert_eq!(tia_codes(&editor.get(&path).await), "", "within the grace it counts");
        app.advance(TimeDelta::days(31));
        assert_eq!(tia_codes(&editor.get(&path).await), "TIA_OVERDUE");
        let list = text(&editor.get("/staff/assessments?state=REVIEW_DUE").await);
        assert!(list.contains("Acme Inc., assessment 1 Full assessment United States Review due Allowed with measures") && list.contains("Overdue"), "{list}");
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        let copied = editor.get(&format!("{path}/tia/1/review")).await;
        assert!(copied.text.contains("value=\"2027-12-23\""), "the next day of review is proposed");
        hand_in(&editor, &path).await;
        let page = done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "2")]).await;
        assert_eq!(tia_codes(&page), "");
        assert_eq!(open_kinds(&app, Role::LegalEditor).await, Vec::<String>::new());
    }
}
