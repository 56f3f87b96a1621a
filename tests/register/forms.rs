//! What is typed wrong, stale or twice is said at its place, and nothing of it is lost.

use super::*;

both! {
    async fn what_is_typed_wrong_is_kept_and_said_at_its_field(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let long = "x".repeat(301);
        let rows: [(&str, &str, &str); 12] = [
            ("legal_name", "", "Write something here"),
            ("legal_name", &long, "At most 200 characters"),
            ("legal_name", "Acme\u{202e}Inc", "Character U+202E is not allowed"),
            ("service", &long, "At most 300 characters"),
            ("place_1", "EU", "is a region, not a country"),
            ("place_1", "Europe", "is a region, not a country"),
            ("place_1", "Atlantis", "is not a country"),
            ("kind_1", "", "Choose what happens there"),
            ("registration_country", "XX", "is not a country"),
            ("website", "javascript:alert(1)", "A web address starts with https://"),
            ("contact_email", "not an address", ""),
            ("tier", "0", "Write a whole number from 1 to 9"),
        ];
        for (field, value, message) in rows {
            let form = with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"));
            let answer = editor.post("/staff/register/new", &with(&form, &[(field, value)])).await;
            assert_eq!(answer.status, 422, "{field} {value}");
            let body = text(&answer);
            assert!(body.contains(message), "{field} {value}: {body}");
            assert!(answer.text.contains(&format!("href=\"#{field}\"")), "the summary links to {field}");
            assert!(answer.text.contains("Voice recordings"), "what was typed is kept");
            assert!(answer.text.contains("Error: "), "the title says so");
        }
        let null = editor.post("/staff/register/new", &[("legal_name", "a\0b"), ("role", "SUBPROCESSOR")]).await;
        assert_eq!(null.status, 422, "no keyboard types it, and it is no reason to lose the rest");
        assert!(null.text.contains("a\u{FFFD}b") && text(&null).contains("could not be read"));
        let list = editor.get("/staff/register").await;
        assert!(text(&list).contains("The register is empty"), "nothing was written");
    }

    async fn markup_in_a_name_is_text(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = named(&editor, "<script>alert(1)</script> & Sons").await;
        let page = editor.get(&path).await;
        assert!(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons"));
        assert!(!page.text.contains("<script>alert"));
    }

    async fn a_location_is_added_without_scripts_and_an_empty_one_counts_as_none(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let form = with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"));
        let more = editor.post("/staff/register/new", &with(&form, &[("act", "add-row")])).await;
        assert_eq!(more.status, 200);
        assert!(more.text.contains("id=\"place_2\"") && more.text.contains("Voice recordings"), "a row more, nothing lost");
        let two = with(&form, &[("rows", "3"), ("place_3", "worldwide"), ("kind_3", "SUPPORT"), ("remote_access", "yes")]);
        let page = done(&editor, "/staff/register/new", &two).await;
        let body = text(&page);
        assert!(body.contains("Germany: storage") && body.contains("Worldwide: support"), "{body}");
    }

    async fn a_stale_save_is_told_so_and_shows_both_sides(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let other = app.signed_in_as("second editor", &[Role::LegalEditor]).await;
        let form = with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"));
        let path = editor.post("/staff/register/new", &form).await.location().to_owned();
        let edit = format!("{path}/edit");
        let mine = with(&engagement("DE"), &[("seen", "1"), ("purpose", "Stores recordings and transcripts")]);
        let theirs = with(&engagement("DE"), &[("seen", "1"), ("data_subjects", "Callers\nAgents")]);
        done(&other, &edit, &theirs).await;
        let answer = editor.post(&edit, &mine).await;
        assert_eq!(answer.status, 409);
        let body = text(&answer);
        assert!(body.contains("Version 2 was saved on") && body.contains("second editor"), "{body}");
        assert!(body.contains("Data subjects Callers Agents; Callers"), "what they changed: {body}");
        assert!(body.contains("Purpose Stores recordings Stores recordings and transcripts"), "what saving would change: {body}");
        assert!(answer.text.contains("Stores recordings and transcripts"), "what was typed is kept");
        let invalid = editor.post(&edit, &with(&mine, &[("place_1", "EU")])).await;
        assert_eq!(invalid.status, 422);
        assert!(invalid.text.contains("name=\"seen\" value=\"1\""), "a refused form stays stale");
        let again = with(&mine, &[("seen", "2")]);
        let page = done(&editor, &edit, &again).await;
        assert!(text(&page).contains("Engagement, version 3"));
        let company_form = with(&company("Acme Hosting GmbH", "DE"), &[("seen", "0")]);
        assert_eq!(editor.post(&format!("{path}/company"), &company_form).await.status, 409);
        done(&editor, &format!("{path}/contract"), &contract("Acme Hosting GmbH")).await;
        assert_eq!(other.post(&format!("{path}/contract"), &contract("Acme")).await.status, 409);
    }

    async fn a_refused_reason_comes_back_as_it_was_typed(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = complete(&editor, &assessor, &approver).await;
        listed(&app, &path).await;
        let long = "Breach at the vendor. ".repeat(200);
        for (typed, said) in [("", "Write something here"), (long.as_str(), "At most 4000 characters"), ("a\u{202e}b", "is not allowed")] {
            let refused = approver.post(&format!("{path}/suspend"), &[("reason-suspend", typed)]).await;
            assert_eq!(refused.status, 422);
            assert!(refused.text.contains("<title>Error: Acme Hosting GmbH"), "{}", text(&refused));
            assert!(refused.text.contains("href=\"#reason-suspend\"") && refused.text.contains("id=\"reason-suspend-error\""));
            assert!(text(&refused).contains(said), "{said}: {}", text(&refused));
            assert!(refused.text.contains(typed), "what was typed is kept");
        }
        assert!(text(&editor.get(&path).await).contains("Active since"), "nothing was changed");
        done(&approver, &format!("{path}/suspend"), &[("reason-suspend", "Breach at the vendor")]).await;
        let gone = approver.post(&format!("{path}/suspend"), &[]).await;
        assert_eq!(gone.status, 409, "whether there is such a step comes first");
    }

    async fn a_version_that_there_never_was_is_taken_for_the_newest(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let form = with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"));
        let path = editor.post("/staff/register/new", &form).await.location().to_owned();
        for (client, place) in [
            (&editor, "edit"),
            (&editor, "company"),
            (&editor, "contract"),
            (&editor, "transfer"),
            (&assessor, "security"),
            (&assessor, "certificates/new"),
        ] {
            for seen in ["9223372036854775807", "-9223372036854775808", "-1"] {
                let answer = client.post(&format!("{path}/{place}"), &[("seen", seen)]).await;
                assert_eq!(answer.status, 422, "{place} {seen}: {}", text(&answer));
            }
        }
        let answer = editor.post("/staff/countries/DE", &[("seen", "9223372036854775807")]).await;
        assert!(answer.status < 500, "{}", text(&answer));
    }
}
