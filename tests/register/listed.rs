//! The list, the command, chains, and who reads without a button.

use super::*;

both! {
    async fn the_command_prints_the_same_reasons_as_the_page(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        let page = editor.get(&path).await;
        let json = gates(&app, &["acme-hosting-gmbh", "--json"]).await.unwrap();
        let answers: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(answers[0]["engagement"], "acme-hosting-gmbh");
        assert_eq!(answers[0]["customer"], serde_json::Value::Null);
        assert_eq!(answers[0]["at"], "2026-11-23T09:00:00Z");
        assert_eq!(answers[0]["allowed"], false);
        let codes: Vec<&str> =
            answers[0]["reasons"].as_array().unwrap().iter().map(|r| r["code"].as_str().unwrap()).collect();
        assert_eq!(codes, red(&page));
        assert_eq!(answers[0]["reasons"][0]["gate"], "G1");
        let printed = gates(&app, &[]).await.unwrap();
        assert!(printed.starts_with("acme-hosting-gmbh at 2026-11-23T09:00:00Z: RED"), "{printed}");
        assert!(gates(&app, &["nobody"]).await.unwrap_err().contains("there is no engagement"));
        assert!(gates(&app, &["--customer", "nobody"]).await.unwrap_err().contains("there is no customer"));
        assert!(gates(&app, &["--at", "yesterday"]).await.unwrap_err().starts_with("--at:"));
        app.advance(chrono::TimeDelta::days(1));
        done(&editor, &format!("{path}/company"), &with(&company("Acme Hosting GmbH", "DE"), &[("seen", "1")])).await;
        assert!(!gates(&app, &[]).await.unwrap().contains("IDENTITY_INCOMPLETE"));
        named(&editor, "Deep Support Ltd").await;
        let then = gates(&app, &["--at", "2026-11-23T12:00:00Z"]).await.unwrap();
        assert!(then.contains("IDENTITY_INCOMPLETE"), "as it was recorded then: {then}");
        assert!(!then.contains("deep-support"), "it was not there then: {then}");
        assert!(gates(&app, &[]).await.unwrap().contains("deep-support"));
    }

    async fn the_list_is_filtered_sorted_and_paged_by_its_address(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        drafts(&app, 52).await;
        let first = text(&editor.get("/staff/register").await);
        assert!(first.contains("1 to 50 of 52 engagements") && first.contains("Vendor 01 AS"), "{first}");
        let second = text(&editor.get("/staff/register?page=2").await);
        assert!(second.contains("51 to 52 of 52 engagements") && second.contains("Vendor 52 AS"));
        let down = text(&editor.get("/staff/register?order=down").await);
        assert!(down.contains("Vendor 52 AS") && !down.contains("Vendor 01 AS"));
        let found = text(&editor.get("/staff/register?q=vendor+07").await);
        assert!(found.contains("1 to 1 of 1 engagements"), "{found}");
        let none = text(&editor.get("/staff/register?gates=green&q=%3Cb%3E").await);
        assert!(none.contains("Nothing fits") && none.contains("Clear the filter"));
        for odd in ["page=0", "page=x", "sort=nothing", "state=NONE", "page=99"] {
            assert_eq!(editor.get(&format!("/staff/register?{odd}")).await.status, 200, "{odd}");
        }
        assert_eq!(editor.get("/staff/register/nobody").await.status, 404);
    }

    async fn a_chain_has_an_end_and_its_tiers_follow_one_another(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let above = named(&editor, "Acme Hosting GmbH").await;
        let below = named(&editor, "Deep Support Ltd").await;
        let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        let mut tx = app.state.db.read().await.unwrap();
        let above_id = current_by_slug(&mut tx, &id(&above)).await.unwrap().unwrap().engagement.id.to_string();
        let below_id = current_by_slug(&mut tx, &id(&below)).await.unwrap().unwrap().engagement.id.to_string();
        drop(tx);
        let edit = |parent: &'static str| with(&engagement("DE"), &[("seen", "1"), ("tier", parent)]);
        let mut form = edit("3");
        form.push(("parent_engagement", &above_id));
        let wrong = editor.post(&format!("{below}/edit"), &form).await;
        assert!(text(&wrong).contains("so this one is tier 2"), "{}", text(&wrong));
        let mut form = edit("2");
        form.push(("parent_engagement", &above_id));
        done(&editor, &format!("{below}/edit"), &form).await;
        let page = editor.get(&above).await;
        let tree = "Chain of subprocessors Tier 1 Acme Hosting GmbH Draft places unknown Tier 2 Deep Support Ltd: Object Storage";
        assert!(text(&page).contains(tree), "{}", text(&page));
        let mut form = edit("3");
        form.push(("parent_engagement", &below_id));
        let circle = editor.post(&format!("{above}/edit"), &form).await;
        assert_eq!(circle.status, 422);
        assert!(text(&circle).contains("a chain cannot be a circle"));
    }

    async fn an_auditor_reads_papers_and_has_no_button(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let auditor = app.signed_in(Role::Auditor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        done(&editor, &format!("{path}/contract"), &contract("Acme Hosting GmbH")).await;
        let page = auditor.get(&format!("{path}/contract")).await;
        assert_eq!(page.status, 200);
        assert!(text(&page).contains("Legal entity that signed Acme Hosting GmbH") && !page.text.contains("Save as version"));
        let page = auditor.get(&path).await;
        assert!(!text(&page).contains("What can happen next") && !text(&page).contains("Edit these facts"));
        assert_eq!(auditor.get(&format!("{path}/edit")).await.status, 403);
    }
}
