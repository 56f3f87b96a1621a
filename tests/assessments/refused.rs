//! What the steps of an assessment refuse at the field: a tool that it is not about, what has not happened yet, a
//! stay in the EEA that is none.

use super::*;
use crate::register::EEA_NOTE;

/// A full assessment of the transfer to the United States that was begun; its address.
async fn begun(editor: &Client, approver: &Client) -> String {
    let path = vendor(editor, approver).await;
    let form = [("tia_type", "FULL_46"), ("destinations", "United States")];
    let started = editor.post(&format!("{path}/tia"), &form).await;
    assert_eq!(started.status, 303, "{}", text(&started));
    format!("{path}/tia/1")
}

both! {
    async fn a_full_assessment_is_about_something_that_allows_the_transfer(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let tool = format!("{}/tool", begun(&editor, &approver).await);
        let refused = editor.fill(&tool, &[("mechanism", "NONE_REQUIRED"), ("act", "save")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("href=\"#mechanism\""), "{}", text(&refused));
        assert!(text(&refused).contains("does not go with this"), "{}", text(&refused));
        assert_eq!(editor.fill(&tool, &[("act", "save")]).await.status, 303, "clauses, as the register has it");
    }

    async fn nothing_happened_on_a_day_to_come(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = begun(&editor, &approver).await;
        let source = [("source_US_title_1", "Opinion"), ("source_US_kind_1", "LAW")];
        let measure = [
            ("measure_text_1", "Encryption with keys in Oslo"), ("measure_kind_1", "TECHNICAL"), ("measure_status_1", "PLANNED"),
        ];
        type Fields<'a> = &'a [(&'a str, &'a str)];
        let rows: [(&str, &str, Fields); 4] = [
            ("transfer", "started_on", &[]),
            ("law", "experience_US_to", &[]),
            ("law", "source_US_date_1", &source),
            ("measures", "measure_verified_on_1", &measure),
        ];
        for (step, field, also) in rows {
            let step = format!("{path}/{step}");
            let refused = editor.fill(&step, &with(also, &[(field, "2026-11-24"), ("act", "save")])).await;
            assert_eq!(refused.status, 422, "{field}");
            assert!(refused.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", text(&refused));
            assert!(text(&refused).contains("This day has not come yet"), "{field}");
            let saved = editor.fill(&step, &with(also, &[(field, "2026-11-23"), ("act", "save")])).await;
            assert_eq!(saved.status, 303, "{field}: {}", text(&saved));
        }
    }

    async fn a_note_that_data_stays_names_places_in_the_eea(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let form = with(&company("Nord AS", "NO"), &engagement("NO"));
        let path = editor.post("/staff/register/new", &form).await.location().to_owned();
        let note = editor.post(&format!("{path}/tia"), &[("tia_type", "EEA_NOTE")]).await.location().to_owned();
        for (field, place) in [("storage_locations", "Worldwide"), ("access_locations", "United States")] {
            let refused = editor.fill(&note, &with(&EEA_NOTE, &[(field, place)])).await;
            assert_eq!(refused.status, 422, "{field}");
            assert!(refused.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", text(&refused));
            assert!(text(&refused).contains(&format!("{place} does not stay in the EEA")), "{}", text(&refused));
        }
        assert_eq!(editor.fill(&note, &EEA_NOTE).await.status, 303);
    }
}
