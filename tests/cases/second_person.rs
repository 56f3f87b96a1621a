//! Nobody of the staff changes alone who gives a customer's word while something of that customer is waited for.

use domain::role::Role;
use forenotice::store::customers::list_customers;
use forenotice::store::products::{Product, create_product, list_products};
use forenotice::store::tasks::list_open_tasks;

use super::former::save;
use super::{DRAFT, Desk, newest_case, object};
use crate::both;
use crate::fallback::{customer_page, enter};
use crate::support::{Client, TestApp};

const SITE: &str = "http://forenotice.test";
/// The customer of the seed who has to approve in writing.
const CUSTOMER: &str = "Landkreis Musterau";
const CONTACT: &str = "dpo@customer-07.example";
const OTHER: &str = "someone@publisher.example";
const NAME: (&str, &str) = ("name", "Somebody");

/// Where a customer's page leads to decide what waits: the first `what` (`endings`, `contacts`) with `verdict`.
pub async fn waiting(staff: &Client, customer: &str, what: &str, verdict: &str) -> Option<String> {
    let page = customer_page(staff, customer).await;
    let text = staff.get(&page).await.text;
    let start = format!("action=\"{page}/{what}/");
    text.match_indices(&start)
        .filter_map(|(at, _)| text[at + 8..].split('"').next())
        .find(|action| action.ends_with(verdict))
        .map(str::to_owned)
}

/// Decides it.
pub async fn decide(staff: &Client, customer: &str, what: &str, verdict: &str) {
    let action = waiting(staff, customer, what, verdict).await;
    let action = action.unwrap_or_else(|| panic!("no {what} of {customer} to {verdict}"));
    let decided = staff.post(&action, &[]).await;
    assert_eq!(decided.status, 303, "{}", decided.text);
}

/// The titles of a role's open tasks.
async fn tasks(app: &TestApp, role: Role) -> Vec<String> {
    let mut tx = app.state.db.read().await.unwrap();
    let open = list_open_tasks(&mut tx, &[role]).await.unwrap();
    open.into_iter().map(|task| task.title).collect()
}

/// The page behind the copy of the notice about Kaleido that this address got.
fn page_of(desk: &Desk, address: &str) -> String {
    let letters = desk.mailbox.letters_to(address);
    let letter = letters
        .iter()
        .find(|l| l.text.contains("Kaleido"))
        .expect("a copy of the notice");
    letter.links(&format!("{SITE}/n/")).remove(0).replace(SITE, "")
}

both! {
    async fn a_contact_stays_until_somebody_else_has_confirmed_who_comes_after(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let page = desk.page_of(7);
        save(&desk.editor, CUSTOMER, "Somebody", OTHER).await;
        desk.mailbox.deliver(&app.state).await;
        assert!(desk.mailbox.letters_to(OTHER).is_empty(), "no copy, and no link");
        assert!(app.client().get(&page).await.text.contains("Approve in writing"), "the contact still speaks");
        assert_eq!(waiting(&desk.editor, CUSTOMER, "endings", "confirm").await, None, "not by whoever asked");
        assert!(tasks(&app, Role::LegalApprover).await.iter().any(|title| title.contains("takes the place of")));

        // Not twice, and not by entering it elsewhere.
        let again = waiting(&desk.approver, CUSTOMER, "endings", "confirm").await.expect("it waits");
        assert_eq!(desk.editor.post(&again, &[]).await.status, 403);
        decide(&desk.approver, CUSTOMER, "endings", "refuse").await;
        let customer = desk.editor.get(&customer_page(&desk.editor, CUSTOMER).await).await.text;
        assert!(customer.contains(CONTACT) && !customer.contains(OTHER), "nothing changed");
        assert_eq!(desk.approver.post(&again, &[]).await.status, 409, "decided once");

        save(&desk.editor, CUSTOMER, "Somebody", OTHER).await;
        desk.mailbox.clear();
        decide(&desk.approver, CUSTOMER, "endings", "confirm").await;
        desk.mailbox.deliver(&app.state).await;
        let told = desk.mailbox.letters_to(CONTACT);
        assert!(told.iter().any(|l| l.subject.contains("not told of changes")), "whoever was the contact hears of it");
        assert!(app.client().get(&page).await.text.contains("not a contact any more"));
        let own = page_of(&desk, OTHER);
        let approved = app.client().post(&format!("{own}/approve"), &[NAME]).await;
        assert_eq!(approved.status, 303, "two people stand for it: {}", approved.text);
        assert!(!tasks(&app, Role::LegalApprover).await.iter().any(|title| title.contains("takes the place of")));
    }

    async fn a_contact_whom_one_person_entered_gives_no_word(app: TestApp) {
        let desk = Desk::seeded(&app).await;
        enter(&desk.editor, CUSTOMER, "Second office", OTHER, "PRIMARY").await;
        desk.mailbox.deliver(&app.state).await;
        let told = desk.mailbox.letters_to(CONTACT);
        assert!(told.iter().any(|l| l.subject.contains("Who is told")), "the others hear of it");
        desk.send(&app).await;
        let own = page_of(&desk, OTHER);
        let second = app.client();
        assert!(second.get(&own).await.text.contains("You are not confirmed as a contact yet"));
        let refused = second.post(&format!("{own}/approve"), &[NAME]).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("a second person of the publisher has to confirm"), "{}", refused.text);

        // Nor does it take back what the customer's own contact filed.
        let first = app.client();
        object(&first, &desk.page_of(7), "Where exactly?").await;
        let case = newest_case(&desk).await;
        let place = format!("{own}/cases/{}", case.rsplit('/').next().unwrap());
        assert_eq!(second.post(&format!("{place}/withdraw"), &[NAME]).await.status, 409);
        assert!(first.get(&desk.page_of(7)).await.text.contains("Your objection"));
        assert!(tasks(&app, Role::LegalApprover).await.iter().any(|title| title.contains("Second office speaks for")));

        // Confirmed, it does, and everybody hears of it.
        decide(&desk.approver, CUSTOMER, "contacts", "confirm").await;
        assert!(!tasks(&app, Role::LegalApprover).await.iter().any(|title| title.contains("Second office speaks for")));
        desk.mailbox.clear();
        assert_eq!(second.post(&format!("{place}/withdraw"), &[NAME]).await.status, 303);
        desk.mailbox.deliver(&app.state).await;
        for address in [CONTACT, OTHER, "legal-editor@publisher.example", "legal-approver@publisher.example"] {
            let letters = desk.mailbox.letters_to(address);
            assert!(letters.iter().any(|l| l.text.contains("Somebody")), "{address}: {letters:?}");
        }
        desk.mailbox.clear();
        assert_eq!(second.post(&format!("{own}/approve"), &[NAME]).await.status, 303);
        desk.mailbox.deliver(&app.state).await;
        let letters = desk.mailbox.letters_to(CONTACT);
        assert!(letters.iter().any(|l| l.text.contains("The approval of Landkreis Musterau is recorded")), "{letters:?}");
        let staff = desk.mailbox.letters_to("legal-editor@publisher.example");
        assert!(staff.iter().any(|l| l.subject.contains("approved Kaleido")), "{staff:?}");
    }

    async fn an_agreement_ends_by_two_people_while_something_is_waited_for(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        object(&app.client(), &desk.page_of(7), "Where exactly?").await;
        let page = customer_page(&desk.editor, CUSTOMER).await;
        assert!(desk.editor.get(&format!("{page}/end")).await.text.contains("somebody else than you"));
        assert_eq!(desk.editor.post(&format!("{page}/end"), &[]).await.status, 303);
        assert_eq!(desk.editor.post(&format!("{page}/end"), &[]).await.status, 409, "asked once");
        let shown = desk.editor.get(&page).await.text;
        assert!(!shown.contains("Agreement ended") && shown.contains("The end of the agreement waits"));
        assert_eq!(waiting(&desk.editor, CUSTOMER, "endings", "confirm").await, None);
        desk.mailbox.clear();
        decide(&desk.approver, CUSTOMER, "endings", "confirm").await;
        assert!(desk.editor.get(&page).await.text.contains("Agreement ended"));
        desk.mailbox.deliver(&app.state).await;
        let told = desk.mailbox.letters_to(CONTACT);
        assert!(told.iter().any(|l| l.subject.contains("recorded as ended")), "the customer hears of it: {told:?}");
    }

    async fn who_is_waited_for_is_told_whatever_products_say_now(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let mut tx = app.state.db.write().await.unwrap();
        let like = list_products(&mut tx).await.unwrap().remove(0);
        let other = Product {
            id: app.state.random.id(app.state.clock.now()).into(),
            name: "Other product".to_owned(),
            slug: "other-product".to_owned(),
            ..like
        };
        create_product(&mut tx, &other).await.unwrap();
        let all = list_customers(&mut tx).await.unwrap();
        let customer = all.iter().find(|one| one.name == "Fjordbank").unwrap().clone();
        tx.commit().await.unwrap();
        let page = customer_page(&desk.editor, "Fjordbank").await;
        let id = other.id.to_string();
        let edited = desk.editor.fill(&format!("{page}/edit"), &[("products", id.as_str())]).await;
        assert_eq!(edited.status, 303, "{}: {}", customer.name, edited.text);
        save(&desk.editor, "Fjordbank", "Privacy office", "privacy@customer-01.example").await;
        decide(&desk.approver, "Fjordbank", "endings", "confirm").await;
        desk.mailbox.deliver(&app.state).await;
        let own = page_of(&desk, "privacy@customer-01.example");
        object(&app.client(), &own, "Not for us.").await;
        assert!(desk.operator.get(DRAFT).await.text.contains("Objected"));
    }
}
