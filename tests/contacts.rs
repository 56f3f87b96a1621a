//! The page behind `List-Help`, on both databases: who is told, and asking for somebody else.

use crate::both;
use crate::fallback::customer_page;
use crate::journey::{clients, link, send};
use crate::support::mailbox::Mailbox;
use crate::support::{Client, TestApp};

const READER: &str = "dpo@customer-01.example";
const NEW: &str = "privacy@customer-01.example";

/// The path of the contacts' page, out of the notice as received.
fn contacts_link(mailbox: &Mailbox, address: &str) -> String {
    let letters = mailbox.letters_to(address);
    let site = "http://forenotice.test";
    let links = letters
        .iter()
        .flat_map(|l| l.links(&format!("{site}/contacts/")))
        .collect::<Vec<_>>();
    links
        .first()
        .expect("a link to the contacts")
        .trim_start_matches(site)
        .to_owned()
}

fn fields<'a>(address: &'a str, place: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("name", "Privacy office"),
        ("address", address),
        ("place", place),
        ("locale", "en"),
    ]
}

/// Where the buttons of the one request on the customer's page lead.
async fn request(editor: &Client) -> String {
    let page = customer_page(editor, "Fjordbank").await;
    let text = editor.get(&page).await.text;
    assert!(text.contains("Another contact is asked for"), "{text}");
    let at = text.find(&format!("{page}/requests/")).expect("a request");
    text[at..]
        .split("/confirm")
        .next()
        .expect("an address")
        .to_owned()
}

both! {
    async fn nothing_changes_until_staff_have_confirmed_it(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let page = contacts_link(&mailbox, READER);
        let contact = app.client();
        let shown = contact.get(&page).await;
        assert_eq!(shown.status, 200, "{}", shown.text);
        assert_eq!(shown.headers["cache-control"], "no-store");
        assert!(shown.text.contains("(you)"));
        assert!(!shown.text.contains(READER), "addresses are masked");

        mailbox.clear();
        let asked = contact.post(&page, &fields(NEW, "instead")).await;
        assert_eq!(asked.status, 303, "{}", asked.text);
        assert!(contact.get(asked.location()).await.text.contains("Your request was received"));
        mailbox.deliver(&app.state).await;
        assert_eq!(mailbox.letters_to(READER).len(), 1, "whoever was written to so far hears of it");
        assert!(mailbox.letters_to(NEW).is_empty(), "the new address gets nothing yet");
        assert!(!mailbox.letters_to(READER)[0].text.contains(NEW));
        assert!(editor.get("/staff").await.text.contains("asks for another contact"));

        let decision = request(&editor).await;
        assert_eq!(approver.post(&format!("{decision}/confirm"), &[]).await.status, 403);
        mailbox.clear();
        let confirmed = editor.post(&format!("{decision}/confirm"), &[]).await;
        assert_eq!(confirmed.status, 303, "{}", confirmed.text);
        assert_eq!(editor.post(&format!("{decision}/confirm"), &[]).await.status, 409, "once");
        mailbox.deliver(&app.state).await;
        let letters = mailbox.letters_to(NEW);
        let subjects: Vec<&str> = letters.iter().map(|l| l.subject.as_str()).collect();
        let about = |what: &str| subjects.iter().filter(|subject| subject.contains(what)).count();
        assert_eq!((about("Kaleido"), about("Brightwave"), letters.len()), (1, 1, 3), "the open notices go there too: {subjects:?}");
        assert_eq!(mailbox.letters_to(READER).len(), 1);
        let customer = editor.get(&customer_page(&editor, "Fjordbank").await).await.text;
        assert!(customer.contains(NEW));
        assert!(!customer.contains(READER), "the old contact was replaced");
        assert!(!editor.get("/staff").await.text.contains("asks for another contact"));

        // The old link shows nothing of those who came after, and asks for nothing.
        let old = contact.get(&page).await.text;
        assert!(old.contains("not a contact any more"));
        assert!(!old.contains("Privacy office"));
        assert_eq!(contact.post(&page, &fields("other@customer-01.example", "beside")).await.status, 409);
    }

    async fn what_is_refused_or_wrong_changes_nothing(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let page = contacts_link(&mailbox, READER);
        let contact = app.client();
        for (address, place, says) in [
            ("", "instead", "address"),
            ("nobody", "instead", "address"),
            (NEW, "", "Choose whether you go on getting notices"),
            (READER, "beside", "Notices go to this address already"),
        ] {
            let answer = contact.post(&page, &fields(address, place)).await;
            assert_eq!(answer.status, 422, "{address} {place}");
            assert!(answer.text.contains(says), "{says}: {}", answer.text);
            assert!(answer.text.contains("Privacy office"), "what was typed is kept");
        }
        assert_eq!(contact.post(&page, &fields(NEW, "beside")).await.status, 303);
        let twice = contact.post(&page, &fields("Privacy@customer-01.example", "beside")).await;
        assert_eq!(twice.status, 422, "the same address, written another way");
        for n in ["two@customer-01.example", "three@customer-01.example"] {
            assert_eq!(contact.post(&page, &fields(n, "beside")).await.status, 303);
        }
        let fourth = contact.post(&page, &fields("four@customer-01.example", "beside")).await;
        assert_eq!(fourth.status, 422, "requests do not pile up");

        mailbox.clear();
        let decision = request(&editor).await;
        assert_eq!(editor.post(&format!("{decision}/refuse"), &[]).await.status, 303);
        mailbox.deliver(&app.state).await;
        let told = mailbox.letters_to(READER);
        assert!(told.iter().any(|l| l.subject.contains("not confirmed")));
        assert!(mailbox.letters_to(NEW).is_empty());
        let customer = editor.get(&customer_page(&editor, "Fjordbank").await).await.text;
        assert!(customer.contains(READER), "it stays a contact");
        assert_eq!(contact.get("/contacts/AAAA").await.status, 404);
    }

    async fn a_browser_that_says_nothing_of_its_site_needs_the_forms_own_token(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let contact = app.client();
        let notice = link(&mailbox, READER);
        let asked = fields(NEW, "beside").to_vec();
        for (page, action, form) in [
            (contacts_link(&mailbox, READER), contacts_link(&mailbox, READER), asked),
            (notice.clone(), format!("{notice}/acknowledge"), vec![("name", "Privacy desk")]),
        ] {
            let shown = contact.get(&page).await.text;
            let token = shown.split("name=\"csrf\" value=\"").nth(1).expect("a token").split('"').next().expect("its end");
            let post = async |form: &[(&str, &str)]| {
                let request = contact.http.post(format!("{}{action}", contact.address)).form(form);
                request.send().await.expect("an answer").status().as_u16()
            };
            assert_eq!(post(&form).await, 403, "{action} without a token");
            let mut form = form;
            form.push(("csrf", token));
            assert_eq!(post(&form).await, 303, "{action} with it");
        }
    }
}
