//! Files as evidence: taken with a paper, kept encrypted, handed out as downloads only.

use domain::role::Role;
use forenotice::store::documents::{find_document, get_content};
use reqwest::multipart::{Form, Part};
use sha2::{Digest as _, Sha256};

use crate::both;
use crate::support::{Client, TestApp};

const PDF: &[u8] = b"%PDF-1.7 the agreement as signed";

fn agreement(seen: &str, entity: &str, name: &str, bytes: &[u8]) -> Form {
    Form::new()
        .text("seen", seen.to_owned())
        .text("entity_name", entity.to_owned())
        .text("own_purpose", "NONE")
        .text("archived_copy", "")
        .text("retrieved_on", "2026-11-01")
        .part(
            "archived_copy_file",
            Part::bytes(bytes.to_vec()).file_name(name.to_owned()),
        )
}

async fn vendor(editor: &Client) -> String {
    let answer = editor
        .post(
            "/staff/register/new",
            &[("legal_name", "Acme Hosting GmbH"), ("role", "SUBPROCESSOR")],
        )
        .await;
    answer.location().to_owned()
}

both! {
    async fn the_agreement_is_kept_with_its_record_and_comes_back_as_a_download(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = vendor(&editor).await;
        let place = format!("{path}/contract");
        let answer = editor.send(&place, agreement("0", "Acme Hosting GmbH", "DPA <b>.pdf", PDF)).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let page = editor.get(&place).await;
        let digest = domain::digest::Digest::new(Sha256::digest(PDF).into());
        let link = format!("/staff/documents/{digest}");
        assert!(page.text.contains(&link) && page.text.contains("DPA &lt;b&gt;.pdf (PDF, 1 kB)"), "{}", page.text);

        let auditor = app.signed_in(Role::Auditor).await;
        let file = auditor.get(&link).await;
        assert_eq!((file.status, file.text.as_bytes()), (200, PDF));
        let header = |name: &str| file.headers.get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(header("content-disposition"), "attachment; filename=\"DPA b.pdf\"");
        assert_eq!(header("content-type"), "application/pdf");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(auditor.get(&format!("/staff/documents/{}", "0".repeat(64))).await.status, 404);
        assert_eq!(app.client().get(&link).await.status, 303, "nobody else reads it");

        let mut tx = app.state.db.read().await.unwrap();
        let document = find_document(&mut tx, digest).await.unwrap().unwrap();
        let sealed = get_content(&mut tx, document.id).await.unwrap();
        assert!(!sealed.bytes.windows(9).any(|part| part == b"agreement"), "it is encrypted");
    }

    async fn a_refused_form_keeps_no_file_and_says_so(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = vendor(&editor).await;
        let place = format!("{path}/contract");
        let refused = editor.send(&place, agreement("0", "", "dpa.pdf", PDF)).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("Choose the file again"), "{}", refused.text);
        let refused = editor.send(&place, agreement("0", "Acme Hosting GmbH", "setup.exe", b"MZ\0\0")).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("Choose a PDF"), "{}", refused.text);
        let mut tx = app.state.db.read().await.unwrap();
        let digest = domain::digest::Digest::new(Sha256::digest(PDF).into());
        assert_eq!(find_document(&mut tx, digest).await.unwrap(), None);
    }
}
