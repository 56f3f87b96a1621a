//! Every link on a page leads to a page that the same person may open. Follows them as each role, as a visitor and as a
//! contact, on the demo's data after a change was announced, came back from one address and was objected to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::role::Role;
use forenotice::access::DEMO_PASSWORD;
use forenotice::config::Config;
use forenotice::demo::seed;
use forenotice::import::{Author, Source, file_hash, read, write_drafts};
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::store::engagements::list_current;

use crate::both;
use crate::support::mailbox::Mailbox;
use crate::support::{Answer, Client, Kind, TestApp, TestDb, config, routes};

const SITE: &str = "http://forenotice.test";
/// Pages that are looked at per route and person: they are alike.
const PER_ROUTE: usize = 4;

/// The demo, walked through halfway.
struct Demo {
    app: TestApp,
    /// Links out of the mails that contacts and followers got.
    mailed: Vec<String>,
}

impl Demo {
    async fn start(kind: Kind) -> Option<Self> {
        let db = TestDb::start(kind).await?;
        let config = Config {
            is_demo: true,
            ..config(&db)
        };
        let app = TestApp::start_with(db, config).await;
        seed::seed(&app.state).await.unwrap();
        import(&app).await;
        let mailbox = Mailbox::scripted(|step| match step {
            Step::Rcpt(address) if address.contains("customer-03") => {
                Reaction::Reply("550 5.1.1 unknown".to_owned())
            }
            _ => Reaction::Accept,
        })
        .await;
        let visitor = app.client();
        let asked = visitor
            .post("/subscribe", &[("email", "kari@follower.example")])
            .await;
        assert!(asked.status < 400, "{}", asked.text);
        mailbox.deliver(&app.state).await;
        object(&visitor, &mailbox).await;
        mailbox.deliver(&app.state).await;
        forenotice::jobs::run_due(&app.state).await.unwrap();
        let mut mailed: Vec<String> = mailbox
            .letters()
            .iter()
            .flat_map(|letter| letter.links(SITE))
            .map(|link| link.trim_start_matches(SITE).to_owned())
            .collect();
        mailed.sort();
        mailed.dedup();
        Some(Self { app, mailed })
    }
}

async fn import(app: &TestApp) {
    let text = include_str!("fixtures/import/nested.json");
    let import = read("nested.json", text.as_bytes()).unwrap();
    let source = Source {
        sha256: file_hash(text.as_bytes()),
        again: false,
    };
    let author = Author {
        random: &app.state.random,
        now: app.state.clock.now(),
        by: None,
    };
    let mut tx = app.state.db.write().await.unwrap();
    write_drafts(&mut tx, &app.state, &import, source, author)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// One customer objects to the change that the demo begins with.
async fn object(contact: &Client, mailbox: &Mailbox) {
    let letters = mailbox.letters_to("dpo@customer-05.example");
    let link = letters
        .iter()
        .flat_map(|letter| letter.links(&format!("{SITE}/n/")))
        .next()
        .unwrap();
    let page = link.trim_start_matches(SITE);
    let form = contact.get(&format!("{page}/object")).await.text;
    let line = form.split("name=\"line\" value=\"").nth(1).unwrap();
    let line = line.split('"').next().unwrap();
    let fields = [
        ("line", line),
        ("grounds", "LOCATION"),
        ("statement", "Where exactly?"),
        ("name", "Privacy desk"),
    ];
    let filed = contact.post(&format!("{page}/object"), &fields).await;
    assert_eq!(filed.status, 303, "{}", filed.text);
}

/// Somebody who clicks on everything.
struct Walk<'a> {
    client: &'a Client,
    routes: &'a [String],
    seen: BTreeSet<String>,
    per_route: BTreeMap<String, usize>,
    ahead: VecDeque<(String, String)>,
    wrong: Vec<String>,
}

impl<'a> Walk<'a> {
    fn new(client: &'a Client, routes: &'a [String]) -> Self {
        Self {
            client,
            routes,
            seen: BTreeSet::new(),
            per_route: BTreeMap::new(),
            ahead: VecDeque::new(),
            wrong: Vec::new(),
        }
    }

    /// Opens `first` and all that can be reached from there.
    async fn through(&mut self, first: &str) {
        self.link("the start", first);
        while let Some((from, address)) = self.ahead.pop_front() {
            let (path, fragment) = address.split_once('#').unwrap_or((&address, ""));
            let answer = self.client.get(path).await;
            if answer.status >= 400 {
                self.wrong.push(format!("{} {path} (on {from})", answer.status));
                continue;
            }
            if !fragment.is_empty() && !answer.text.contains(&format!("id=\"{fragment}\"")) {
                self.wrong.push(format!("no #{fragment} at {path} (on {from})"));
            }
            if !answer.location().is_empty() {
                self.link(path, answer.location());
            }
            for link in links(&answer) {
                self.link(path, &link);
            }
        }
    }

    fn link(&mut self, from: &str, link: &str) {
        let link = link.strip_prefix(SITE).unwrap_or(link);
        let address = if link.starts_with('#') {
            format!("{from}{link}")
        } else {
            link.to_owned()
        };
        if !address.starts_with('/') || address.starts_with("//") || address.starts_with("/contacts/") {
            return;
        }
        if !self.seen.insert(address.clone()) {
            return;
        }
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let route = self.routes.iter().find(|route| is_at(route, path));
        let visits = self
            .per_route
            .entry(route.cloned().unwrap_or_else(|| path.to_owned()))
            .or_default();
        *visits += 1;
        if *visits <= PER_ROUTE {
            self.ahead.push_back((from.to_owned(), address));
        }
    }
}

/// Whether a path is an address of a route with parameters.
fn is_at(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(a, b)| a == b || a.starts_with('{'))
}

/// Everything the page points to.
fn links(page: &Answer) -> Vec<String> {
    let is_html = page
        .headers
        .get("content-type")
        .is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"));
    // The preview of a mail: its links are made when it is sent.
    if !is_html || page.text.contains("/n/AAAAAAAAAAAAAAAAAAAAA") {
        return Vec::new();
    }
    [" href=\"", " src=\""]
        .into_iter()
        .flat_map(|attribute| page.text.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .map(|link| link.replace("&amp;", "&"))
        .collect()
}

both! {
    async fn no_link_of_the_staffs_pages_is_dead(demo: Demo) {
        let routes = routes(&demo.app.state);
        let mut wrong = Vec::new();
        for role in Role::ALL {
            let client = demo.app.client();
            let login = format!("{}@publisher.example", role.as_str().replace('_', "-"));
            assert_eq!(client.sign_in(&login, DEMO_PASSWORD).await.status, 303);
            let mut walk = Walk::new(&client, &routes);
            walk.through("/staff").await;
            assert!(walk.seen.len() > 20, "{role:?} saw only {:?}", walk.seen);
            wrong.extend(walk.wrong.into_iter().map(|line| format!("{}: {line}", role.as_str())));
        }
        assert!(wrong.is_empty(), "dead links:\n{}", wrong.join("\n"));
    }

    async fn no_link_of_the_public_pages_or_in_a_mail_is_dead(demo: Demo) {
        let routes = routes(&demo.app.state);
        let client = demo.app.client();
        let mut walk = Walk::new(&client, &routes);
        walk.through("/").await;
        for link in &demo.mailed {
            walk.through(link).await;
        }
        for area in ["/n/", "/objections/", "/subscribe/confirm/", "/subprocessors/", "/changes/", "/staff/sign-in"] {
            assert!(walk.seen.iter().any(|link| link.starts_with(area)), "{area} was not found");
        }
        assert!(walk.wrong.is_empty(), "dead links:\n{}", walk.wrong.join("\n"));
    }

    async fn a_change_is_opened_from_the_page_of_the_company_it_is_about(demo: Demo) {
        let client = demo.app.client();
        client.sign_in("legal-editor@publisher.example", DEMO_PASSWORD).await;
        let mut tx = demo.app.state.db.read().await.unwrap();
        let all = list_current(&mut tx).await.unwrap();
        drop(tx);
        let listed = all.iter().find(|current| current.state.state.is_listed()).unwrap();
        let chosen = format!("value=\"{}\" selected", listed.engagement.id);
        let form = client.get(&format!("/staff/changes/new?engagement={}", listed.engagement.slug)).await;
        assert!(form.text.contains(&chosen), "{}", form.text);
        let unknown = client.get("/staff/changes/new?engagement=nobody").await;
        assert_eq!(unknown.status, 200);
        assert!(!unknown.text.contains(&chosen));
        assert_eq!(client.get("/staff/changes/2026-999/lines/new").await.status, 404);
    }
}
