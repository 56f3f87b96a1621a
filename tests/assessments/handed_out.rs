//! What is handed out of assessments, and their list.

use super::*;

both! {
    async fn what_is_handed_out_is_redacted_and_who_got_it_is_kept(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let auditor = app.signed_in(Role::Auditor).await;
        let path = assessed(&editor, &approver).await;
        let own = format!("{path}/tia/1/v/1");
        let whole = text(&auditor.get(&own).await);
        for part in ["A Identity", "B The transfer", "D Law and practice", "Key ceremony of 2 November", "Opinion of our lawyers", "legal_approver", "20 hours a day", "Version 1"] {
            assert!(whole.to_lowercase().contains(&part.to_lowercase()), "{part}: {whole}");
        }
        let redacted = auditor.get(&format!("{own}?redacted=yes")).await;
        let told = text(&redacted);
        for secret in ["Key ceremony", "Opinion of our lawyers", "legal_editor", "legal_approver"] {
            assert!(!told.contains(secret), "{secret}: {told}");
        }
        assert!(told.contains("Encrypted; keys stay in Oslo.") && told.contains("FISA 702"), "{told}");
        let json = editor_json(&auditor, &format!("{own}.json")).await;
        assert_eq!(json["assessment"]["tia_type"], "FULL_46");
        assert_eq!(json["countries"][0]["knowledge"]["laws"][0]["name"], "FISA 702");
        let json = editor_json(&auditor, &format!("{own}.json?redacted=yes")).await;
        let plain = json.to_string();
        assert!(!plain.contains("Key ceremony") && !plain.contains("COUNSEL") && json.get("handed_in_by").is_none(), "{plain}");
        assert_eq!(json["assessment"]["authors"], serde_json::json!([]));
        for odd in ["2", "0", "x", "1.xml"] {
            assert_eq!(auditor.get(&format!("{path}/tia/1/v/{odd}")).await.status, 404, "{odd}");
        }

        let share = format!("{path}/tia/1/share");
        let refused = editor.post(&share, &[("recipient", ""), ("disclosed_on", "2026-11-24")]).await;
        assert_eq!(refused.status, 422);
        assert!(text(&refused).contains("Choose who it was") && text(&refused).contains("This day has not come yet"), "{}", text(&refused));
        let nobody = [("recipient", "01930000-0000-7000-8000-000000000000"), ("disclosed_on", "2026-11-23")];
        assert_eq!(editor.post(&share, &nobody).await.status, 422);
        let early = editor.post(&share, &[("recipient", "IMPORTER"), ("disclosed_on", "2026-11-20")]).await;
        assert_eq!(early.status, 422, "nobody got it before it was approved");
        assert!(text(&early).contains("This version was approved on Monday 23 November 2026 only"), "{}", text(&early));
        let page = done(&editor, &share, &[("recipient", "IMPORTER"), ("disclosed_on", "2026-11-23"), ("note", "By mail")]).await;
        assert!(text(&page).contains("Monday 23 November 2026, version 1: The importer acknowledged it: By mail"), "{}", text(&page));
        let mut tx = app.state.db.read().await.unwrap();
        let verified = forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap();
        assert!(verified.is_intact(), "{verified:?}");
    }

    async fn assessments_are_listed_filtered_and_paged(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        assert!(text(&editor.get("/staff/assessments").await).contains("There are no assessments yet"));
        for number in 1..=51 {
            let name = format!("Vendor {number:02} AS");
            let answer = editor.post("/staff/register/new", &[("legal_name", name.as_str()), ("role", "SUBPROCESSOR")]).await;
            let form = if number == 1 { [("tia_type", "FULL_46"), ("destinations", "India")] } else { [("tia_type", "EEA_NOTE"), ("destinations", "")] };
            let started = editor.post(&format!("{}/tia", answer.location()), &form).await;
            assert_eq!(started.status, 303);
        }
        let first = text(&editor.get("/staff/assessments").await);
        assert!(first.contains("1 to 50 of 51 assessments"), "{first}");
        assert!(text(&editor.get("/staff/assessments?page=2").await).contains("51 to 51 of 51 assessments"));
        let found = text(&editor.get("/staff/assessments?q=vendor+07").await);
        assert!(found.contains("1 to 1 of 1 assessments") && found.contains("None outside the EEA"), "{found}");
        let india = text(&editor.get("/staff/assessments?to=india").await);
        assert!(india.contains("Vendor 01 AS, assessment 1") && india.contains("1 to 1 of 1"), "{india}");
        assert!(text(&editor.get("/staff/assessments?to=Europe").await).contains("is a region, not a country"));
        assert!(text(&editor.get("/staff/assessments?q=%25").await).contains("Nothing fits"));
        for odd in ["page=0", "page=x", "state=NONE", "page=99", "outcome=%27"] {
            assert_eq!(editor.get(&format!("/staff/assessments?{odd}")).await.status, 200, "{odd}");
        }
    }
}
