//! What customers answer and object to, over HTTP: written approvals, rejected objections, the times of a case.

mod announced_day;
mod approval;
mod entitled;
mod former;
mod late;
mod logged;
mod opt_in;
mod rejection;
pub mod second_person;
mod standing_in;
mod times;

use forenotice::demo::seed;

use crate::support::mailbox::{Letter, Mailbox};
use crate::support::{Answer, Client, TestApp};

/// The change that the seed leaves as a draft, about Kaleido.
pub const DRAFT: &str = "/staff/changes/2026-002";

/// Signed-in staff of the seeded publisher.
pub struct Desk {
    pub editor: Client,
    pub approver: Client,
    pub operator: Client,
    pub mailbox: Mailbox,
}

impl Desk {
    /// Seeds the demo and sends the change about Kaleido.
    pub async fn with_change_sent(app: &TestApp) -> Self {
        let desk = Self::seeded(app).await;
        desk.send(app).await;
        desk
    }

    /// Seeds the demo.
    pub async fn seeded(app: &TestApp) -> Self {
        seed::seed(&app.state).await.unwrap();
        let sign_in = async |login: &str| {
            let client = app.client();
            let login = format!("{login}@publisher.example");
            let answer = client.sign_in(&login, forenotice::access::DEMO_PASSWORD).await;
            assert_eq!(answer.status, 303, "{}", answer.text);
            client
        };
        Self {
            editor: sign_in("legal-editor").await,
            approver: sign_in("legal-approver").await,
            operator: sign_in("operator").await,
            mailbox: Mailbox::start().await,
        }
    }

    /// Hands in, approves for today, sends, and delivers the mails.
    pub async fn send(&self, app: &TestApp) {
        let now = app.state.clock.now();
        let today = app.state.publisher().zone.local_date(now).to_string();
        for (client, step, form) in [
            (&self.editor, "submit", vec![]),
            (&self.approver, "approve", vec![("dispatch_on", today.as_str())]),
            (&self.approver, "dispatch", vec![]),
        ] {
            let answer = client.post_seen(DRAFT, &format!("{DRAFT}/{step}"), &form).await;
            assert_eq!(answer.status, 303, "{step}: {}", answer.text);
        }
        self.mailbox.deliver(&app.state).await;
    }

    /// The notice about Kaleido as this customer's contact got it.
    pub fn letter_to(&self, customer: u8) -> Letter {
        let address = format!("dpo@customer-{customer:02}.example");
        let letters = self.mailbox.letters_to(&address);
        letters.into_iter().find(|l| l.text.contains("Kaleido")).unwrap()
    }

    /// The path of the page of this customer's contact, out of that mail.
    pub fn page_of(&self, customer: u8) -> String {
        let site = "http://forenotice.test";
        let links = self.letter_to(customer).links(&format!("{site}/n/"));
        links.first().unwrap().trim_start_matches(site).to_owned()
    }

    /// Tries to activate for one customer, as the change's page does.
    pub async fn activate(&self, customer: &str) -> Answer {
        let page = self.operator.get(DRAFT).await.text;
        let row = page.split("<tr").find(|row| row.contains(customer)).unwrap();
        let fields = [
            ("engagement", field(&page, "engagement")),
            ("seen", field(&page, "seen")),
            ("customer", field(row, "customer")),
        ];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        self.operator.post(&format!("{DRAFT}/activate"), &fields).await
    }
}

/// The value of a hidden field.
pub fn field(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    let after = after.unwrap_or_else(|| panic!("no field {name}"));
    after.split('"').next().unwrap().to_owned()
}

/// Objects from a contact's own page, on the ground of the location.
pub async fn object(contact: &Client, page: &str, statement: &str) -> Answer {
    let form = contact.get(&format!("{page}/object")).await.text;
    let line = field(&form, "line");
    let fields = [
        ("line", line.as_str()),
        ("grounds", "LOCATION"),
        ("statement", statement),
        ("name", "Privacy desk"),
    ];
    let filed = contact.post(&format!("{page}/object"), &fields).await;
    assert_eq!(filed.status, 303, "{}", filed.text);
    filed
}

/// The staff's page of the newest case.
pub async fn newest_case(desk: &Desk) -> String {
    let list = desk.approver.get("/staff/objections").await.text;
    let number = list
        .split("/staff/objections/OBJ-")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    format!("/staff/objections/OBJ-{number}")
}
