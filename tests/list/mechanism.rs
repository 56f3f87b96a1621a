//! What the public reads of transfers is what it was shown: what staff record since is published by a new list, or waits
//! for its change.

use chrono::TimeDelta;

use crate::both;
use crate::clauses::FIRST;
use crate::journey::clients;
use crate::support::{Client, TestApp};

async fn record(editor: &Client, path: &str, seen: &str, mechanism: &str) -> String {
    let form = [
        ("seen", seen),
        ("origins", "EU"),
        ("destination", "US"),
        ("importer", "OpenAI"),
        ("mechanism", mechanism),
        ("dpf_non_hr_data", "yes"),
        ("scc", "1"),
    ];
    let saved = editor.post(path, &form).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    editor.get(saved.location()).await.text
}

async fn list_version(client: &Client) -> i64 {
    let json = client.get("/subprocessors.json").await.text;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    json["list_version"].as_i64().unwrap()
}

both! {
    async fn a_mechanism_that_nobody_had_established_is_published_and_another_one_waits(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let anybody = app.client();
        let before = list_version(&anybody).await;
        let page = record(&editor, "/staff/register/openai/transfer", "0", "DPF").await;
        assert!(page.contains("The public list shows it now"), "{page}");
        assert_eq!(list_version(&anybody).await, before + 1, "another list");
        let shown = anybody.get("/subprocessors/openai").await.text;
        assert!(shown.contains("Data Privacy Framework (United States)"), "{shown}");

        app.advance(TimeDelta::minutes(1));
        let page = record(&editor, "/staff/register/openai/transfer/1", "1", "ART49").await;
        assert!(page.contains("It is not published: customers must be told first"), "{page}");
        assert_eq!(list_version(&anybody).await, before + 1);
        for path in ["/subprocessors/openai", "/subprocessors", "/subprocessors.csv"] {
            let shown = anybody.get(path).await.text;
            assert!(shown.contains("Data Privacy Framework") && !shown.contains("Derogation"), "{path}: {shown}");
        }
        let json = anybody.get("/subprocessors.json").await.text;
        assert!(!json.contains("ART49"), "{json}");
    }

    async fn another_mechanism_of_the_same_class_waits_for_its_change_too(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let anybody = app.client();
        record(&editor, "/staff/register/openai/transfer", "0", "DPF").await;
        let before = list_version(&anybody).await;
        let set = editor.post("/staff/register/openai/scc", &FIRST).await;
        assert_eq!(set.status, 303, "{}", set.text);
        app.advance(TimeDelta::minutes(1));
        let page = record(&editor, "/staff/register/openai/transfer/1", "1", "SCC").await;
        assert!(page.contains("It is not published: customers must be told first"), "{page}");
        assert_eq!(list_version(&anybody).await, before, "customers are told of it one by one (class B)");
        let shown = anybody.get("/subprocessors/openai").await.text;
        assert!(shown.contains("Data Privacy Framework (United States)"), "{shown}");
    }

    async fn an_announced_change_shows_the_transfers_that_were_announced(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        app.advance(TimeDelta::minutes(1));
        let form = [
            ("seen", "1"),
            ("origins", "EU"),
            ("destination", "US"),
            ("importer", "Brightwave Speech Inc."),
            ("mechanism", "ART49"),
        ];
        let saved = editor.post("/staff/register/brightwave-speech-inc/transfer/1", &form).await;
        assert_eq!(saved.status, 303, "{}", saved.text);
        let shown = app.client().get("/changes/2026-001").await.text;
        assert!(shown.contains("Data Privacy Framework (United States)") && !shown.contains("Derogation"), "{shown}");
    }
}
