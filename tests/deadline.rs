//! The calculator over HTTP. The clock stands at Monday 23 November 2026, 10:00 in Oslo.

use crate::both;
use crate::support::TestApp;

const EXAMPLE: &str =
    "received=2026-12-02T00:30&tz=Europe/Oslo&period=30d&calendar=NO&publisher_tz=&objection=";

both! {
    async fn the_calculator_opens_with_the_publishers_usual_terms_and_an_answer(app: TestApp) {
        let page = app.client().get("/deadline").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Wednesday 23 December 2026, 24:00, Oslo"), "{}", page.text);
        assert!(page.text.contains("30 days left"));
        assert!(page.text.contains("value=\"2026-11-23T10:00\""));
        assert!(!page.text.contains("style="), "the content policy forbids inline styles");
    }

    async fn a_question_is_answered_with_its_arithmetic_and_its_drawing(app: TestApp) {
        let page = app.client().get(&format!("/deadline?{EXAMPLE}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Friday 1 January 2027 (New Year&#x27;s Day)")
            || page.text.contains("Friday 1 January 2027 (New Year's Day)"));
        assert!(page.text.contains("2027-01-04T23:00:00Z"));
        assert!(page.text.contains("role=\"img\""));
    }

    async fn a_wrong_question_keeps_what_was_typed_and_names_the_field(app: TestApp) {
        let page = app.client().get("/deadline?received=soon&tz=Oslo&period=%3Cb%3E&calendar=NO").await;
        assert_eq!(page.status, 422);
        assert!(page.text.contains("href=\"#period\"") && page.text.contains("href=\"#tz\""));
        assert!(page.text.contains("value=\"soon\"") && page.text.contains("value=\"Oslo\""));
        assert!(!page.text.contains("<b>"));
    }

    async fn the_same_answer_comes_as_data(app: TestApp) {
        let answer = app.client().get(&format!("/deadline.json?{EXAMPLE}")).await;
        assert_eq!(answer.status, 200);
        let json: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(json["answer"]["go_live_at"], "2027-01-04T23:00:00Z");
        assert!(json["html"].as_str().unwrap().contains("<svg"));
        let refused = app.client().get("/deadline.json?period=0d").await;
        assert_eq!(refused.status, 422);
        let json: serde_json::Value = serde_json::from_str(&refused.text).unwrap();
        assert!(json["answer"].is_null() && !json["errors"].as_array().unwrap().is_empty());
    }
}
