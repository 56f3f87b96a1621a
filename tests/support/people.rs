//! Staff in tests: made straight in the store, signed in through the page.

use domain::role::Role;
use forenotice::access::hash_now;
use forenotice::documents;
use forenotice::http::form::PostedFile;
use forenotice::random::Random;
use forenotice::store::staff::{StaffRow, insert_staff};
use std::sync::OnceLock;
use uuid::Uuid;

use super::{Answer, Client, TestApp};

/// Everybody's password in tests.
pub const PASSWORD: &str = "fjord lamp onion";

/// Hashed once: hashing is what makes tests of sign-in slow.
fn hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash_now(PASSWORD, &Random::seeded(1)).unwrap())
        .clone()
}

/// A file that is kept already wherever there is an editor: the agreement that contracts in tests name by its digest.
pub fn archived() -> PostedFile {
    PostedFile {
        field: "archived_copy_file".to_owned(),
        name: "agreement.txt".to_owned(),
        bytes: b"test".to_vec(),
    }
}

impl TestApp {
    /// An account with [`PASSWORD`]; an editor’s comes with the file of [`archived`].
    pub async fn add_person(&self, login: &str, roles: &[Role]) -> Uuid {
        let now = self.state.clock.wall();
        let person = StaffRow {
            id: self.state.random.id(now),
            login: login.to_owned(),
            name: format!("Person {login}"),
            password_hash: hash(),
            password_changed_at: now,
            roles: roles.to_vec(),
            created_at: now,
            disabled_at: None,
        };
        let mut tx = self.state.db.write().await.unwrap();
        insert_staff(&mut tx, &person).await.unwrap();
        if roles.contains(&Role::LegalEditor) {
            let file = archived();
            let checked = documents::check(&file).unwrap();
            documents::put(&mut tx, &self.state, person.id.into(), &checked)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        person.id
    }

    /// A new account that holds this role, signed in.
    pub async fn signed_in(&self, role: Role) -> Client {
        self.signed_in_as(role.as_str(), &[role]).await
    }

    /// A new account with this login and these roles, signed in.
    pub async fn signed_in_as(&self, login: &str, roles: &[Role]) -> Client {
        self.add_person(login, roles).await;
        let client = self.client();
        let answer = client.sign_in(login, PASSWORD).await;
        assert_eq!(
            (answer.status, answer.location()),
            (303, "/staff"),
            "{}",
            answer.text
        );
        client
    }
}

impl Client {
    /// Posts the sign-in form.
    pub async fn sign_in(&self, login: &str, password: &str) -> Answer {
        self.post("/staff/sign-in", &[("login", login), ("password", password)])
            .await
    }
}
