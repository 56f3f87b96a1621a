//! An objection that came by mail or by letter counts like one on the page, from when it reached the publisher.

use chrono::TimeDelta;

use super::{DRAFT, Desk, newest_case};
use crate::both;
use crate::support::TestApp;

const LOG: &str = "/staff/objections/new";

/// The value of the choice whose words begin so.
fn choice(page: &str, words: &str) -> String {
    page.split("<option value=\"")
        .filter_map(|option| option.split_once('"'))
        .find(|(_, rest)| {
            rest.split_once('>')
                .is_some_and(|(_, text)| text.starts_with(words))
        })
        .map(|(value, _)| value.to_owned())
        .unwrap_or_else(|| panic!("no choice {words}"))
}

/// What is typed about a mail of Fjordbank against the change about Kaleido.
async fn typed(desk: &Desk, day: &str, hour: &str) -> Vec<(&'static str, String)> {
    let form = desk.editor.get(LOG).await.text;
    vec![
        ("customer", choice(&form, "Fjordbank")),
        ("line", choice(&form, "2026-002: Kaleido")),
        ("channel", "MAIL".to_owned()),
        ("received_on", day.to_owned()),
        ("received_at", hour.to_owned()),
        ("name", "Privacy desk".to_owned()),
        ("grounds", "LOCATION".to_owned()),
        ("statement", "We object by mail.".to_owned()),
    ]
}

fn with<'a>(
    form: &'a [(&'static str, String)],
    other: &[(&'static str, &'a str)],
) -> Vec<(&'static str, &'a str)> {
    let mut all: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for (name, value) in other {
        all.retain(|(known, _)| known != name);
        all.push((name, value));
    }
    all
}

both! {
    async fn a_mailed_objection_closes_the_gate_and_gets_a_receipt(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        assert!(desk.editor.get("/staff/objections").await.text.contains("Log an objection"));
        assert!(!desk.operator.get("/staff/objections").await.text.contains("Log an objection"));
        let form = typed(&desk, "2026-11-23", "").await;
        for (field, value, words) in [
            ("customer", "", "Choose the customer"),
            ("line", "", "Choose what is objected to"),
            ("channel", "PAGE", "Choose how it came in"),
            ("received_on", "2026-11-24", "This day has not come yet"),
            ("received_at", "23:59", "This hour has not come yet"),
            ("received_at", "noon", "Write the hour as 14:05"),
            ("statement", "", "statement"),
        ] {
            let refused = desk.editor.post(LOG, &with(&form, &[(field, value)])).await;
            assert_eq!(refused.status, 422, "{field} {value}");
            assert!(refused.text.contains(words), "{words}: {}", refused.text);
        }
        let logged = desk.editor.post(LOG, &with(&form, &[])).await;
        assert_eq!(logged.status, 303, "{}", logged.text);
        let case = desk.editor.get(logged.location()).await.text.replace("<!>", "");
        assert!(case.contains("Privacy desk by mail, in time") && case.contains("We object by mail."), "{case}");
        let again = desk.editor.post(LOG, &with(&form, &[])).await;
        assert_eq!(again.status, 422);
        assert!(again.text.contains("An objection is open already."), "{}", again.text);

        desk.mailbox.deliver(&app.state).await;
        let receipt = desk.mailbox.letters_to("dpo@customer-01.example").into_iter().any(|l| l.text.contains("We object by mail."));
        assert!(receipt, "the customer's contact has a receipt");
        app.advance(TimeDelta::days(130));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        let refused = desk.activate("Fjordbank").await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("OPEN_OBJECTION"), "{}", refused.text);
        // The contact sees it on the page of the notice, and can take it back there.
        let page = app.client().get(&desk.page_of(1)).await.text;
        assert!(page.contains("Your objection OBJ-"), "{page}");
    }

    async fn what_counts_is_when_it_reached_the_publisher_and_not_when_it_is_logged(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let contact = app.client();
        contact.post(&format!("{}/acknowledge", desk.page_of(1)), &[("name", "Privacy desk")]).await;
        let form = typed(&desk, "2026-11-30", "14:05").await;
        app.advance(TimeDelta::days(130));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        assert!(desk.editor.get(DRAFT).await.text.contains("Authorised, no objection"), "silence so far");
        // One that came after the last day is answered and holds nothing.
        let late = desk.editor.post(LOG, &with(&form, &[("received_on", "2027-03-01"), ("channel", "LETTER")])).await;
        assert_eq!(late.status, 303, "{}", late.text);
        let case = desk.editor.get(late.location()).await.text.replace("<!>", "");
        assert!(case.contains("by letter, after the last day"), "{case}");
        assert!(!desk.operator.get(DRAFT).await.text.contains("OPEN_OBJECTION"));
        // One that had come in time holds, although it lay in a drawer.
        let logged = desk.editor.post(LOG, &with(&form, &[])).await;
        assert_eq!(logged.status, 303, "{}", logged.text);
        assert!(newest_case(&desk).await.len() > 20);
        let refused = desk.activate("Fjordbank").await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("OPEN_OBJECTION"), "{}", refused.text);
    }
}
