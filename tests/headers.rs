//! Headers on every route, and posts from elsewhere.

use domain::role::Role;
use forenotice::http::limits::client_address;

use crate::both;
use crate::support::people::PASSWORD;
use crate::support::{Answer, TestApp, TestDb, config, routes};

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

fn assert_headers(path: &str, answer: &Answer) {
    let header = |name: &str| {
        answer
            .headers
            .get(name)
            .unwrap_or_else(|| panic!("{name} on {path}"))
            .to_str()
            .unwrap()
    };
    let policy = header("content-security-policy");
    assert!(
        policy.starts_with(POLICY) || policy.contains("sandbox"),
        "{path}: {policy}"
    );
    assert!(
        !policy.contains("unsafe-inline") || policy.contains("sandbox"),
        "{path}: {policy}"
    );
    assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
    assert!(
        ["same-origin", "no-referrer"].contains(&header("referrer-policy")),
        "{path}"
    );
    assert!(header("permissions-policy").contains("camera=()"), "{path}");
}

both! {
    async fn every_route_answers_with_the_headers_that_protect_it(app: TestApp) {
        let client = app.client();
        let mut paths = routes(&app.state);
        assert!(paths.len() > 10);
        paths.push("/no-such-page".to_owned());
        for path in paths {
            let path = path.replace("{id}", "00000000-0000-7000-8000-000000000000").replace(['{', '}'], "");
            for answer in [client.get(&path).await, client.post(&path, &[]).await] {
                assert_headers(&path, &answer);
                assert!(!answer.headers.contains_key("strict-transport-security"));
                assert!(answer.status < 500, "{path}: {}", answer.status);
            }
        }
    }

    async fn what_no_database_takes_in_an_address_is_answered_like_anything_unknown(app: TestApp) {
        let client = app.signed_in_as("everybody", Role::ALL).await;
        let visitor = app.client();
        for route in routes(&app.state).iter().filter(|route| route.contains('{')) {
            let with = |what: &str| {
                let parts = route.split('/').map(|part| if part.starts_with('{') { what } else { part });
                parts.collect::<Vec<_>>().join("/")
            };
            for who in [&client, &visitor] {
                let unknown = who.get(&with("none-such")).await;
                for what in ["%ff", "%00", "none%00such"] {
                    let answer = who.get(&with(what)).await;
                    assert!(answer.status == unknown.status || answer.status == 429, "{route} {what}: {}", answer.status);
                    assert_ne!(answer.headers.get("content-type").map(|kind| kind.as_bytes()), Some(&b"text/plain; charset=utf-8"[..]), "{route}");
                }
            }
        }
        for token in ["/n/%ff", "/contacts/%ff", "/subscriptions/%ff", "/unsubscribe/%ff", "/staff/reset/%ff"] {
            let (answer, unknown) = (visitor.get(token).await, visitor.get(&token.replace("%ff", "none-such")).await);
            assert_eq!((answer.status, answer.headers["content-type"].to_str().unwrap()), (404, "text/html; charset=utf-8"), "{token}");
            assert_eq!(crate::register::text(&answer), crate::register::text(&unknown), "{token}");
        }
    }

    async fn a_query_that_no_form_of_ours_makes_is_read_as_far_as_it_goes(app: TestApp) {
        let client = app.signed_in_as("everybody", Role::ALL).await;
        let odd = "page=1&page=2&q=%00&q=x&engagement=%00&as_of=-4713-01-01&received=%00&to=%ff&view=%00&next=%00&next=x&state=%ff&redacted=1&redacted=2";
        for route in routes(&app.state).iter().filter(|route| !route.contains('{')) {
            let answer = client.get(&format!("{route}?{odd}")).await;
            assert!(answer.status < 500, "{route}: {}", answer.status);
            assert_ne!(answer.status, 400, "{route}: {}", answer.text);
        }
        for list in ["customers", "changes", "register", "tasks", "scc", "assessments"] {
            assert_eq!(client.get(&format!("/staff/{list}?q=%00&page=1&page=2")).await.status, 200, "{list}");
        }
        assert_eq!(client.get("/staff/changes/new?engagement=%00").await.status, 200);
        let form = client.http.post(format!("{}/staff/sign-in", app.address))
            .header("sec-fetch-site", "same-origin").header("content-type", "application/x-www-form-urlencoded")
            .body(b"login=\xff%00%ff&password=\xc3\x28".to_vec());
        let answer = form.send().await.unwrap();
        assert!([303, 422].contains(&answer.status().as_u16()), "{}", answer.status());
    }

    async fn a_post_from_another_site_is_refused_and_changes_nothing(app: TestApp) {
        let client = app.signed_in(Role::Admin).await;
        let post = |headers: &[(&'static str, &'static str)]| {
            let mut request = client
                .http
                .post(format!("{}/staff/people", app.address))
                .header("content-type", "application/x-www-form-urlencoded")
                .body("login=eve&name=Eve&roles=admin");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            async move { request.send().await.unwrap().status().as_u16() }
        };
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://forenotice.test")],
            &[("sec-fetch-site", "nonsense")],
            &[("origin", "http://evil.example")],
            &[("origin", "null")],
            &[("origin", "https://forenotice.test")],
            &[],
        ] {
            assert_eq!(post(headers).await, 403, "{headers:?}");
        }
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(forenotice::store::staff::list_staff(&mut tx).await.unwrap().len(), 1);
        drop(tx);
        assert_eq!(post(&[("origin", "http://forenotice.test")]).await, 200);
    }

    async fn without_any_hint_from_the_browser_the_form_token_decides(app: TestApp) {
        let client = app.signed_in(Role::Admin).await;
        let page = client.get("/staff/people/new").await.text;
        let token = page.split("action=\"/staff/people\"").nth(1).unwrap();
        let token = token.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let post = |body: String| {
            let request = client
                .http
                .post(format!("{}/staff/people", app.address))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body);
            async move { request.send().await.unwrap().status().as_u16() }
        };
        assert_eq!(post(format!("csrf={token}&login=eve&name=Eve&roles=dpo")).await, 200);
        assert_eq!(post(format!("csrf={token}x&login=eva&name=Eva&roles=dpo")).await, 403);
        // Another session's token is worth nothing.
        let other = app.signed_in_as("other", &[Role::Admin]).await;
        let stolen = other.http.post(format!("{}/staff/people", app.address))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("csrf={token}&login=eva&name=Eva&roles=dpo"));
        assert_eq!(stolen.send().await.unwrap().status().as_u16(), 403);
        // A form with files carries it too.
        let form = reqwest::multipart::Form::new().text("csrf", token);
        let answer = client.http.post(format!("{}/staff/people", app.address)).multipart(form).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 400, "let through, but not a form of this page");
    }

    async fn people_without_a_session_get_a_form_token_of_their_own(app: TestApp) {
        app.add_person("anna", &[Role::Auditor]).await;
        let client = app.client();
        let page = client.get("/staff/sign-in").await;
        assert!(page.headers["set-cookie"].to_str().unwrap().starts_with("form="));
        let token = page.text.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let body = format!("csrf={token}&login=anna&password={}", PASSWORD.replace(' ', "+"));
        let post = |http: reqwest::Client, body: String| {
            let request = http
                .post(format!("{}/staff/sign-in", app.address))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body);
            async move { request.send().await.unwrap().status().as_u16() }
        };
        assert_eq!(post(client.http.clone(), body.clone()).await, 303);
        assert_eq!(post(app.client().http, body).await, 403, "without the cookie");
    }

    async fn a_form_that_is_too_large_or_no_form_is_refused(app: TestApp) {
        let client = app.client();
        let large = "x".repeat(300 * 1024);
        assert_eq!(client.post("/staff/sign-in", &[("login", &large)]).await.status, 413);
        assert_eq!(client.post("/staff/sign-in", &[("login", "a\0b")]).await.status, 422, "like any unknown name");
        let json = client.http.post(format!("{}/staff/sign-in", app.address))
            .header("sec-fetch-site", "same-origin").header("content-type", "application/json").body("{}");
        assert_eq!(json.send().await.unwrap().status().as_u16(), 400);
    }
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_the_host_and_the_browser_is_told_to_stay() {
    let db = TestDb::start(crate::support::Kind::Sqlite).await.unwrap();
    let mut config = config(&db);
    config.url = "https://forenotice.test".parse().unwrap();
    let app = TestApp::start_with(db, config).await;
    app.add_person("anna", &[Role::Auditor]).await;
    let page = app.client().get("/staff/sign-in").await;
    assert!(
        page.headers["strict-transport-security"]
            .to_str()
            .unwrap()
            .contains("includeSubDomains")
    );
    let form = page.headers["set-cookie"].to_str().unwrap();
    assert!(
        form.starts_with("__Host-form=") && form.ends_with("; Secure"),
        "{form}"
    );
    let answer = app.client().sign_in("anna", PASSWORD).await;
    let session = answer.headers["set-cookie"].to_str().unwrap();
    assert!(session.starts_with("__Host-forenotice="), "{session}");
    for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(session.contains(attribute), "{session}");
    }
    assert!(!session.contains("Domain"), "{session}");
}

#[tokio::test]
async fn who_the_client_is_only_trusted_proxies_may_say() {
    let db = TestDb::start(crate::support::Kind::Sqlite).await.unwrap();
    let mut config = config(&db);
    let ask = |config: &forenotice::config::Config, peer: &str, lists: &[&str]| {
        let mut headers = axum::http::HeaderMap::new();
        for list in lists {
            headers.append("x-forwarded-for", list.parse().unwrap());
        }
        client_address(config, peer.parse().unwrap(), &headers).to_string()
    };
    assert_eq!(
        ask(&config, "203.0.113.9", &["198.51.100.1"]),
        "203.0.113.9",
        "nobody is trusted"
    );
    config.trusted_proxies = vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
    for (peer, lists, client) in [
        ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
        ("10.0.0.1", &[], "10.0.0.1"),
        ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
        ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", &["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", &["6.6.6.6", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", &["198.51.100.1, nonsense"], "10.0.0.1"),
        ("10.0.0.1", &["2001:db8::7"], "2001:db8::7"),
    ] {
        assert_eq!(ask(&config, peer, lists), client, "{peer} {lists:?}");
    }
}
