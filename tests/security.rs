//! The security assessment over HTTP: questions, several files, conditions; and where data is, a region is no place.

use domain::role::Role;
use reqwest::multipart::{Form, Part};

use crate::both;
use crate::register::{ASSESSMENT, company, contract, done, engagement, named, text, with};
use crate::support::TestApp;

fn file(name: &str, bytes: &[u8]) -> Part {
    Part::bytes(bytes.to_vec()).file_name(name.to_owned())
}

fn form(seen: &str) -> Form {
    Form::new()
        .text("seen", seen.to_owned())
        .text("result", "PASSED_WITH_CONDITIONS")
        .text("conditions", "Second factor for the old console by March")
        .text("assessed_on", "2026-11-01")
        .text("valid_to", "2027-10-31")
        .text("edition", "2026-1")
        .text("answer_SECOND_FACTOR", "PARTLY")
        .text("text_SECOND_FACTOR", "Not for the old console")
        .text("answer_ENCRYPTION_AT_REST", "YES")
}

/// The digests of the files on record, as the form offers them.
fn on_record(page: &crate::support::Answer) -> Vec<String> {
    page.text
        .split("name=\"evidence\"")
        .skip(1)
        .filter_map(|rest| rest.split("value=\"").nth(1))
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

both! {
    async fn an_assessment_has_answers_conditions_and_several_files(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        let place = format!("{path}/security");
        let first = form("0")
            .part("evidence_file", file("report.pdf", b"%PDF-1.7 report"))
            .part("evidence_file", file("answers.csv", b"question;answer"));
        let answer = assessor.send(&place, first).await;
        assert_eq!(answer.status, 303, "{}", text(&answer));
        let page = assessor.get(&place).await;
        let digests = on_record(&page);
        assert_eq!(digests.len(), 2);
        let said = text(&page);
        assert!(said.contains("report.pdf (PDF, 1 kB)") && said.contains("answers.csv (CSV sheet, 1 kB)"), "{said}");

        let second = form("1")
            .text("evidence", digests[0].clone())
            .part("evidence_file", file("retest.txt", b"all closed"));
        assert_eq!(assessor.send(&place, second).await.status, 303);
        let page = assessor.get(&place).await;
        let kept = on_record(&page);
        assert!(kept.len() == 2 && kept.contains(&digests[0]) && !kept.contains(&digests[1]), "{kept:?}");
        assert!(text(&page).contains("retest.txt"));
        let read = text(&editor.get(&place).await);
        for part in ["Partly: Not for the old console", "Second factor for the old console by March", "Encryption"] {
            assert!(read.contains(part) || part == "Encryption", "{part}: {read}");
        }
        let old = editor.get(&format!("/staff/documents/{}", digests[1])).await;
        assert_eq!(old.status, 200, "an earlier version keeps its file");
    }

    async fn a_refused_assessment_keeps_what_was_typed_and_asks_for_new_files_again(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        let place = format!("{path}/security");
        assert_eq!(assessor.send(&place, form("0").part("evidence_file", file("a.txt", b"first"))).await.status, 303);
        let digests = on_record(&assessor.get(&place).await);
        let wrong = form("1")
            .text("evidence", digests[0].clone())
            .text("answer_KEYS", "NO")
            .part("evidence_file", file("b.txt", b"second"));
        let answer = assessor.send(&place, wrong).await;
        assert_eq!(answer.status, 422);
        let said = text(&answer);
        assert!(said.contains("Choose the file again") && said.contains("Say what “no” means here"), "{said}");
        assert_eq!(on_record(&answer), digests, "what is on record stays, what was not kept is gone");
        let bad = assessor.send(&place, form("1").part("evidence_file", file("setup.exe", b"MZ\0\0"))).await;
        assert_eq!(bad.status, 422);
        assert!(text(&bad).contains("Choose a PDF"));
        let early = assessor.post(&place, &with(&ASSESSMENT, &[("seen", "1"), ("assessed_on", "2026-11-24")])).await;
        assert!(early.status == 422 && early.text.contains("href=\"#assessed_on\""), "{}", text(&early));
        let plain = with(&ASSESSMENT, &[("seen", "1"), ("result", "PASSED_WITH_CONDITIONS")]);
        let answer = assessor.post(&place, &plain).await;
        assert!(answer.status == 422 && answer.text.contains("href=\"#conditions\""), "{}", text(&answer));
    }

    async fn the_agreement_says_when_it_was_signed_and_who_reads_its_notices(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        let place = format!("{path}/contract");
        let base = contract("Acme Hosting GmbH");
        for (pairs, field) in [
            (vec![("feed_owner", "Privacy office")], "feed_channel"),
            (vec![("feed_channel", "RSS")], "feed_owner"),
            (vec![("feed_channel", "PIGEON"), ("feed_owner", "Privacy office")], "feed_channel"),
            (vec![("signed_on", "last week")], "signed_on"),
        ] {
            let answer = editor.post(&place, &with(&base, &pairs)).await;
            assert_eq!(answer.status, 422, "{field}");
            assert!(answer.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", text(&answer));
        }
        let feed = with(&base, &[("signed_on", "2025-12-01"), ("feed_channel", "POLLED_PAGE"), ("feed_owner", "Privacy office")]);
        done(&editor, &place, &feed).await;
        let auditor = app.signed_in(Role::Auditor).await;
        let page = text(&auditor.get(&place).await);
        assert!(page.contains("Signed on Monday 1 December 2025"), "{page}");
        assert!(page.contains("A page that we look at, looked after by Privacy office, never seen to work"), "{page}");
    }

    async fn a_region_is_refused_wherever_a_place_is_typed(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let form = with(&company("Acme Hosting GmbH", "DE"), &engagement("DE"));
        for region in ["EU", "Europe", "european union", "EEA", "EMEA"] {
            for field in ["place_1", "registration_country", "ultimate_parent_country", "ict_jurisdiction"] {
                let answer = editor.post("/staff/register/new", &with(&form, &[(field, region)])).await;
                assert_eq!(answer.status, 422, "{field} {region}");
                assert!(text(&answer).contains("is a region, not a country"), "{field} {region}: {}", text(&answer));
            }
        }
        let path = named(&editor, "Other Hosting AS").await;
        let transfer = [("seen", "0"), ("origins", "EU"), ("destination", "Europe"), ("importer", "Acme"), ("mechanism", "NONE_REQUIRED")];
        let answer = editor.post(&format!("{path}/transfer"), &transfer).await;
        assert_eq!(answer.status, 422);
        assert!(text(&answer).contains("is a region, not a country"), "{}", text(&answer));
        let worldwide = with(&form, &[("place_1", "worldwide"), ("ict_jurisdiction", "Norway\nDE")]);
        let page = done(&editor, "/staff/register/new", &worldwide).await;
        let said = text(&page);
        assert!(said.contains("Worldwide: storage") && said.contains("Germany; Norway"), "{said}");
        assert!(said.contains("no transfer to Worldwide is recorded"), "worldwide is always a transfer: {said}");
    }

    async fn the_chain_is_a_tree_and_never_a_circle(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let first = named(&editor, "Acme Hosting GmbH").await;
        let id = |path: &str| {
            let (app, slug) = (&app, path.rsplit('/').next().unwrap().to_owned());
            async move {
                let mut tx = app.state.db.read().await.unwrap();
                let found = forenotice::store::engagements::current_by_slug(&mut tx, &slug).await.unwrap().unwrap();
                found.engagement.id.to_string()
            }
        };
        let top = id(&first).await;
        let below = [("legal_name", "Basement Racks AS"), ("role", "SUBPROCESSOR"), ("tier", "2"), ("parent_engagement", top.as_str())];
        let second = editor.post("/staff/register/new", &below).await.location().to_owned();
        let middle = id(&second).await;
        let deeper = [("legal_name", "Cold Aisle AB"), ("role", "SUBPROCESSOR"), ("tier", "3"), ("parent_engagement", middle.as_str())];
        let third = editor.post("/staff/register/new", &deeper).await.location().to_owned();
        for path in [&first, &second, &third] {
            let page = text(&editor.get(path).await);
            let tree = page.split("Chain of subprocessors").nth(1).unwrap_or_else(|| panic!("{path}: {page}"));
            let at = |name: &str| tree.find(name).unwrap_or_else(|| panic!("{name}: {tree}"));
            assert!(at("Acme Hosting GmbH") < at("Basement Racks AS") && at("Basement Racks AS") < at("Cold Aisle AB"));
        }
        let last = id(&third).await;
        let circle = [("seen", "1"), ("role", "SUBPROCESSOR"), ("tier", "4"), ("parent_engagement", last.as_str())];
        let answer = editor.post(&format!("{first}/edit"), &circle).await;
        assert_eq!(answer.status, 422);
        assert!(text(&answer).contains("a chain cannot be a circle"), "{}", text(&answer));
    }
}
