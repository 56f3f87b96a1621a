//! Whoever is replaced as a contact answers nothing any more; whoever comes after gets the notice and a link of their own.

use super::second_person::decide;
use super::{Desk, newest_case, object};
use crate::both;
use crate::fallback::customer_page;
use crate::support::{Client, TestApp};

const NEW: &str = "privacy@customer-07.example";
const SITE: &str = "http://forenotice.test";

/// Saves the customer's first contact with these values.
pub async fn save(editor: &Client, customer: &str, name: &str, address: &str) {
    let page = customer_page(editor, customer).await;
    let text = editor.get(&page).await.text;
    let path = text
        .split(&format!("{page}/contacts/"))
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .find(|rest| *rest != "new")
        .unwrap();
    let form = [
        ("name", name),
        ("address", address),
        ("kind", "PRIMARY"),
        ("rank", "1"),
        ("locale", "en"),
    ];
    let saved = editor.post(&format!("{page}/contacts/{path}"), &form).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
}

both! {
    async fn a_replaced_contact_answers_nothing_and_learns_nothing_more(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let (page, other) = (desk.page_of(7), desk.page_of(1));
        let old = app.client();
        let name = ("name", "Data protection officer");
        let filed = object(&old, &page, "Where exactly?").await;
        let case = newest_case(&desk).await;
        let number = case.rsplit('/').next().unwrap().to_owned();
        save(&desk.editor, "Landkreis Musterau", "Privacy office", NEW).await;
        decide(&desk.approver, "Landkreis Musterau", "endings", "confirm").await;

        let shown = old.get(&page).await;
        assert_eq!(shown.status, 200);
        assert!(shown.text.contains("You are not a contact any more") && shown.text.contains("Kaleido"), "what was sent stays readable");
        for gone in ["<form", "Approve in writing", &number, "Privacy office", NEW] {
            assert!(!shown.text.contains(gone), "{gone}");
        }
        assert_eq!(old.get(&format!("{page}/object")).await.status, 303);
        for act in ["acknowledge", "approve", "refuse", "object"] {
            let refused = old.post(&format!("{page}/{act}"), &[name]).await;
            assert_eq!(refused.status, 409, "{act}");
            assert!(refused.text.contains("not a contact of Landkreis Musterau any more"), "{act}");
        }
        let theirs = old.get(filed.location()).await.text;
        assert!(theirs.contains("You are not a contact any more") && !theirs.contains("Where exactly?") && !theirs.contains("<form"));
        for place in [filed.location().to_owned(), format!("{page}/cases/{number}")] {
            assert_eq!(old.post(&format!("{place}/withdraw"), &[name]).await.status, 409);
        }

        // The new contact was written to, and speaks for the customer: also in the case that the old one filed.
        desk.mailbox.deliver(&app.state).await;
        let letters = desk.mailbox.letters_to(NEW);
        assert_eq!(letters.len(), 2, "a copy of each open notice, once");
        let copy = letters.iter().find(|l| l.text.contains("Kaleido")).unwrap();
        let own = copy.links(&format!("{SITE}/n/")).remove(0).replace(SITE, "");
        let new = app.client();
        let shown = new.get(&own).await.text;
        let place = format!("{own}/cases/{number}");
        assert!(shown.contains(&format!("href=\"{place}\"")), "{shown}");
        assert!(new.get(&place).await.text.contains("Where exactly?"));
        assert_eq!(desk.approver.post(&case, &[("event", "ADMIT")]).await.status, 303);
        desk.mailbox.clear();
        desk.mailbox.deliver(&app.state).await;
        let told = desk.mailbox.letters_to(NEW);
        assert!(told.iter().any(|l| l.text.contains(&place)), "the outcome goes to the new contact, with their own link");
        assert!(desk.mailbox.letters_to("dpo@customer-07.example").is_empty());
        assert_eq!(new.post(&format!("{place}/withdraw"), &[("name", "Privacy office")]).await.status, 303);
        assert_eq!(new.post(&format!("{own}/approve"), &[("name", "Privacy office")]).await.status, 303);
        assert_eq!(app.client().get(&format!("{other}/cases/{number}")).await.status, 404, "another customer's case");

        let mut tx = app.state.db.read().await.unwrap();
        forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap();
    }

    async fn a_corrected_name_takes_no_power_and_sends_no_mail(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let page = desk.page_of(7);
        let before = desk.mailbox.count();
        save(&desk.editor, "Landkreis Musterau", "Data protection office", "DPO@customer-07.example").await;
        desk.mailbox.deliver(&app.state).await;
        assert_eq!(desk.mailbox.count(), before);
        let approved = app.client().post(&format!("{page}/approve"), &[("name", "Data protection officer")]).await;
        assert_eq!(approved.status, 303, "{}", approved.text);
    }
}
