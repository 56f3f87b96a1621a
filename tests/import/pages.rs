//! `/staff/import` over HTTP.

use domain::role::Role;
use reqwest::multipart::{Form, Part};

use super::{NESTED, counts};
use crate::both;
use crate::support::{Answer, Client, TestApp};

/// Posts a form with a file, as the page would.
pub async fn upload(client: &Client, path: &str, form: Form) -> Answer {
    let request = client
        .http
        .post(format!("{}{path}", client.address))
        .header("sec-fetch-site", "same-origin");
    let response = request.multipart(form).send().await.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        text: response.text().await.unwrap(),
    }
}

pub async fn look_at(client: &Client, name: &'static str, text: &'static str) -> Answer {
    let form = Form::new().part("file", Part::text(text).file_name(name));
    upload(client, "/staff/import/preview", form).await
}

/// Confirms what a look shows, with the fields that the page holds.
pub async fn confirm(client: &Client, look: &Answer, again: bool) -> Answer {
    let field = |name: &str| {
        let at = look
            .text
            .find(&format!("name=\"{name}\" value=\""))
            .expect("a hidden field");
        let rest = &look.text[at..];
        rest.split("value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let mut form = Form::new()
        .text("file_name", field("file_name"))
        .text("file_content", field("file_content"));
    if again {
        form = form.text("again", "yes");
    }
    upload(client, "/staff/import", form).await
}

both! {
    async fn a_look_shows_what_was_understood_and_writes_nothing(app: TestApp) {
        let client = app.signed_in(Role::LegalEditor).await;
        let look = look_at(&client, "nested.json", NESTED).await;
        assert_eq!(look.status, 200, "{}", look.text);
        for shown in [
            "3 rows: 3 drafts, 2 warnings",
            "the values are categories",
            "United States (Tidewater US Cloud)",
            "link goes to watchtower.example, which belongs to row 2, Watchtower GmbH",
            "New draft: cloudharbour-inc",
            "Write 3 drafts",
        ] {
            assert!(look.text.contains(shown), "{shown}");
        }
        assert_eq!(counts(&app).await, (0, 0));
    }

    async fn a_confirmed_list_is_written_and_can_be_read_afterwards(app: TestApp) {
        let client = app.signed_in(Role::LegalEditor).await;
        let look = look_at(&client, "nested.json", NESTED).await;
        let written = confirm(&client, &look, false).await;
        assert_eq!(written.status, 303, "{}", written.text);
        assert_eq!(counts(&app).await, (3, 3));
        let page = client.get(written.location()).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("3 drafts written"));
        assert!(page.text.contains("Person legal_editor"));
        assert!(page.text.contains("Rowstore Ltd"));
        assert!(!page.text.contains("/staff/register/adopt"), "an editor cannot adopt");
        assert!(client.get("/staff/import").await.text.contains(written.location()));
        assert_eq!(client.get("/staff/import/01930000-0000-7000-8000-000000000000").await.status, 404);
    }

    async fn the_same_file_is_refused_until_it_is_asked_for_again(app: TestApp) {
        let client = app.signed_in(Role::LegalEditor).await;
        let list = "Name,Purpose\nA AS,Hosting\n";
        let first = look_at(&client, "a.csv", list).await;
        let second_tab = look_at(&client, "a.csv", list).await;
        assert_eq!(confirm(&client, &first, false).await.status, 303);
        let refused = confirm(&client, &second_tab, false).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("This file was imported already"), "{}", refused.text);
        let look = look_at(&client, "a.csv", list).await;
        assert!(look.text.contains("This very file was imported before"));
        assert!(look.text.contains("There is nothing to write"));
        assert_eq!(confirm(&client, &second_tab, true).await.status, 303);
        assert_eq!(counts(&app).await, (1, 1));
    }

    async fn what_is_no_list_is_refused_beside_the_field(app: TestApp) {
        let client = app.signed_in(Role::LegalEditor).await;
        let cases = [
            ("a.csv", "Colour,Size\nred,9\n", "No column can be taken for the company"),
            ("a.json", "[{]", "Not valid JSON"),
            ("a.xlsx", "PK\u{3}\u{4}", "This is a spreadsheet"),
        ];
        for (name, text, reason) in cases {
            let answer = look_at(&client, name, text).await;
            assert_eq!(answer.status, 422);
            assert!(answer.text.contains(reason), "{reason}");
            assert!(answer.text.contains("href=\"#file\""));
        }
        let nothing = upload(&client, "/staff/import/preview", Form::new().text("x", "y")).await;
        assert_eq!(nothing.status, 422);
        let broken = Form::new().text("file_name", "a.csv").text("file_content", "not base64");
        assert_eq!(upload(&client, "/staff/import", broken).await.status, 422);
        assert_eq!(counts(&app).await, (0, 0));
    }

    async fn nothing_in_a_list_becomes_markup(app: TestApp) {
        let client = app.signed_in(Role::LegalEditor).await;
        let list = "Name,Purpose,Location\n\"\"\"><img src=x onerror=alert(1)>&lt;script&gt;\",<script>alert(2)</script>,<marquee>\n";
        let look = look_at(&client, "\"><script>.csv", list).await;
        assert_eq!(look.status, 200);
        for hostile in ["<img src=x", "<script>alert", "<marquee>", "<script>.csv"] {
            assert!(!look.text.contains(hostile), "{hostile}");
        }
    }
}
