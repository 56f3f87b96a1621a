//! Certificates of a company over HTTP.

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::jobs::run_due;
use forenotice::store::tasks::list_open_tasks_of;
use reqwest::multipart::{Form, Part};

use crate::both;
use crate::register::{ASSESSMENT, done, named, text, with};
use crate::support::TestApp;

pub const ISO: [(&str, &str); 6] = [
    ("kind", "ISO_27001"),
    ("issuer", "Example Audit AS"),
    ("scope", "Hosting"),
    ("valid_from", "2025-07-01"),
    ("valid_to", "2026-12-31"),
    ("certificate_number", "4711"),
];

both! {
    async fn a_certificate_is_kept_with_its_file_version_by_version(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        let place = format!("{path}/certificates");
        assert!(text(&editor.get(&place).await).contains("No certificate is on file"));
        assert_eq!(editor.post(&format!("{place}/new"), &ISO).await.status, 403);
        let mut form = Form::new();
        for (name, value) in ISO {
            form = form.text(name, value);
        }
        form = form.text("copy", "").part("copy_file", Part::bytes(b"%PDF-1.7 iso".to_vec()).file_name("iso.pdf"));
        let answer = assessor.send(&format!("{place}/new"), form).await;
        assert_eq!((answer.status, answer.location()), (303, place.as_str()), "{}", answer.text);
        let list = editor.get(&place).await;
        assert!(text(&list).contains("ISO/IEC 27001 Example Audit AS Hosting Thursday 31 December 2026 Valid iso.pdf"), "{}", text(&list));
        assert!(list.text.contains("/staff/documents/"));

        let one = format!("{place}/1");
        let stale = assessor.post(&one, &with(&ISO, &[("seen", "0"), ("scope", "Everything")])).await;
        assert_eq!(stale.status, 409);
        assert!(text(&stale).contains("Version 1 was saved on"), "{}", text(&stale));
        done(&assessor, &one, &with(&ISO, &[("seen", "1"), ("scope", "Hosting and backup")])).await;
        let page = text(&editor.get(&one).await);
        assert!(page.contains("Version 2") && page.contains("Scope Hosting Hosting and backup"), "{page}");
        assert_eq!(editor.get(&format!("{place}/2")).await.status, 404);
        assert_eq!(assessor.post(&format!("{one}/end"), &[("seen", "1")]).await.status, 409);
        let list = done(&assessor, &format!("{one}/end"), &[("seen", "2")]).await;
        assert!(text(&list).contains("No certificate is on file"));
        assert!(text(&editor.get(&one).await).contains("Ended on 23 Nov 2026"), "it stays on file");
        assert_eq!(assessor.post(&one, &with(&ISO, &[("seen", "3")])).await.status, 409);
    }

    async fn what_is_typed_wrong_is_said_at_its_field(app: TestApp) {
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        for (field, value) in [
            ("kind", "DIPLOMA"), ("issuer", ""), ("scope", " "), ("valid_from", "yesterday"), ("valid_to", "2025-06-30"), ("copy", "abc"),
        ] {
            let answer = assessor.post(&format!("{path}/certificates/new"), &with(&ISO, &[(field, value)])).await;
            assert_eq!(answer.status, 422, "{field}");
            assert!(answer.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", text(&answer));
            assert!(answer.text.contains("4711"), "what was typed is kept");
        }
    }

    async fn one_that_runs_out_is_a_task_and_red_and_no_longer_proposed(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        done(&assessor, &format!("{path}/certificates/new"), &ISO).await;
        let proposal = "ISO/IEC 27001 (Hosting), Example Audit AS, valid until 31 Dec 2026";
        let form = assessor.get(&format!("{path}/security")).await;
        assert!(text(&form).contains(proposal), "{}", text(&form));
        let taken = with(&ASSESSMENT, &[("proposal", proposal), ("use_proposal", "yes")]);
        done(&assessor, &format!("{path}/security"), &taken).await;
        let page = assessor.get(&format!("{path}/security")).await;
        assert!(page.text.contains(&format!("{proposal}</textarea>")), "it is the guarantees now");

        app.advance(TimeDelta::days(10));
        run_due(&app.state).await.unwrap();
        let mut tx = app.state.db.read().await.unwrap();
        let tasks = list_open_tasks_of(&mut tx, "CERTIFICATE_EXPIRES").await.unwrap();
        assert_eq!((tasks.len(), tasks[0].due_on), (1, "2026-12-31".parse().ok()));
        assert!(tasks[0].title.contains("ask for the next certificate, ISO/IEC 27001"), "{}", tasks[0].title);
        drop(tx);
        app.advance(TimeDelta::days(30));
        let list = editor.get(&format!("{path}/certificates")).await;
        assert!(text(&list).contains("Expired") && list.text.contains("data-tone=\"danger\""));
        assert!(text(&editor.get(&path).await).contains("ISO/IEC 27001, EXPIRED on 31 Dec 2026"));
        assert!(!text(&assessor.get(&format!("{path}/security")).await).contains("would say"));
    }
}
