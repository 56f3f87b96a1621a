//! Role × route. Every staff route of the router must stand in this table; a route that is missing fails the test.

use std::collections::{BTreeMap, BTreeSet};

use domain::role::{Permission as P, Role};

use crate::both;
use crate::support::{Client, TestApp, routes};

/// Who may use a route.
#[derive(Clone, Copy, Debug)]
enum Who {
    /// Also somebody who is signed out.
    Anybody,
    /// Whoever is signed in.
    AnyStaff,
    /// Whoever may do this.
    Holder(P),
}
use Who::{AnyStaff, Anybody, Holder};

const TABLE: &[(&str, &str, Who)] = &[
    ("GET", "/staff", AnyStaff),
    ("GET", "/staff/tasks", AnyStaff),
    ("POST", "/staff/tasks/{id}/take", Holder(P::CloseTask)),
    ("POST", "/staff/tasks/{id}/hand-back", Holder(P::CloseTask)),
    ("POST", "/staff/tasks/{id}/done", Holder(P::CloseTask)),
    ("GET", "/staff/sign-in", Anybody),
    ("POST", "/staff/sign-in", Anybody),
    ("POST", "/staff/sign-out", Anybody),
    ("GET", "/staff/account", AnyStaff),
    ("POST", "/staff/account/password", AnyStaff),
    ("POST", "/staff/account/sessions", AnyStaff),
    ("POST", "/staff/account/digest", AnyStaff),
    ("POST", "/staff/account/calendar", AnyStaff),
    ("POST", "/staff/account/calendar/revoke", AnyStaff),
    ("GET", "/staff/reset", Anybody),
    ("POST", "/staff/reset", Anybody),
    ("GET", "/staff/reset/{token}", Anybody),
    ("POST", "/staff/reset/{token}", Anybody),
    ("GET", "/staff/audit", Holder(P::ReadAudit)),
    ("GET", "/staff/audit/verification", Holder(P::ReadAudit)),
    ("GET", "/staff/people", Holder(P::ManageAccounts)),
    ("POST", "/staff/people", Holder(P::ManageAccounts)),
    ("GET", "/staff/people/new", Holder(P::ManageAccounts)),
    ("GET", "/staff/people/{id}", Holder(P::ManageAccounts)),
    ("POST", "/staff/people/{id}", Holder(P::ManageAccounts)),
    ("POST", "/staff/people/{id}/disable", Holder(P::ManageAccounts)),
    ("POST", "/staff/people/{id}/enable", Holder(P::ManageAccounts)),
    ("POST", "/staff/people/{id}/link", Holder(P::ManageAccounts)),
    ("GET", "/staff/changes", Holder(P::ReadRegister)),
    ("POST", "/staff/changes", Holder(P::DraftChange)),
    ("GET", "/staff/changes/new", Holder(P::DraftChange)),
    ("GET", "/staff/changes/{number}", Holder(P::ReadRegister)),
    ("GET", "/staff/changes/{number}/lines/new", Holder(P::DraftChange)),
    ("POST", "/staff/changes/{number}/lines", Holder(P::DraftChange)),
    (
        "POST",
        "/staff/changes/{number}/lines/{id}/remove",
        Holder(P::DraftChange),
    ),
    (
        "POST",
        "/staff/changes/{number}/lines/{id}/class",
        Holder(P::DraftChange),
    ),
    (
        "POST",
        "/staff/changes/{number}/lines/{id}/lowering",
        Holder(P::LowerNoticeClass),
    ),
    ("POST", "/staff/changes/{number}/edit", Holder(P::DraftChange)),
    ("POST", "/staff/changes/{number}/submit", Holder(P::DraftChange)),
    (
        "POST",
        "/staff/changes/{number}/approve",
        Holder(P::ApproveNotice),
    ),
    ("POST", "/staff/changes/{number}/return", Holder(P::ReturnToDraft)),
    (
        "POST",
        "/staff/changes/{number}/dispatch",
        Holder(P::DispatchNotice),
    ),
    ("POST", "/staff/changes/{number}/cancel", Holder(P::CancelChange)),
    ("POST", "/staff/changes/{number}/activate", Holder(P::Activate)),
    ("GET", "/staff/changes/{number}/preview", Holder(P::ReadCustomers)),
    (
        "GET",
        "/staff/changes/{number}/preview.html",
        Holder(P::ReadCustomers),
    ),
    ("GET", "/staff/objections", Holder(P::ReadCustomers)),
    ("GET", "/staff/objections/new", Holder(P::WorkObjection)),
    ("POST", "/staff/objections/new", Holder(P::WorkObjection)),
    ("GET", "/staff/objections/{case}", Holder(P::ReadCustomers)),
    ("POST", "/staff/objections/{case}", Holder(P::WorkObjection)),
    ("GET", "/staff/settings", Holder(P::ManageSettings)),
    ("GET", "/staff/calendars", Holder(P::ReadRegister)),
    ("GET", "/staff/calendars/new", Holder(P::ManageSettings)),
    ("POST", "/staff/calendars/new", Holder(P::ManageSettings)),
    ("GET", "/staff/adequacy", Holder(P::ReadRegister)),
    ("GET", "/staff/adequacy/new", Holder(P::ManageSettings)),
    ("POST", "/staff/adequacy/new", Holder(P::ManageSettings)),
    ("GET", "/staff/adequacy/eea", Holder(P::ManageSettings)),
    ("POST", "/staff/adequacy/eea", Holder(P::ManageSettings)),
    (
        "GET",
        "/staff/adequacy/rules/add/{kind}",
        Holder(P::ManageSettings),
    ),
    (
        "POST",
        "/staff/adequacy/rules/add/{kind}",
        Holder(P::ManageSettings),
    ),
    ("GET", "/staff/adequacy/rules/{id}", Holder(P::ReadRegister)),
    ("GET", "/staff/adequacy/rules/{id}/row", Holder(P::ManageSettings)),
    (
        "POST",
        "/staff/adequacy/rules/{id}/row",
        Holder(P::ManageSettings),
    ),
    ("GET", "/staff/adequacy/{id}", Holder(P::ReadRegister)),
    ("GET", "/staff/adequacy/{id}/row", Holder(P::ManageSettings)),
    ("POST", "/staff/adequacy/{id}/row", Holder(P::ManageSettings)),
    ("GET", "/staff/adequacy/{id}/status", Holder(P::ReadRegister)),
    (
        "POST",
        "/staff/adequacy/{id}/status",
        Holder(P::ChangeAdequacyStatus),
    ),
    ("POST", "/staff/adequacy/{id}/ask", Holder(P::ManageSettings)),
    (
        "POST",
        "/staff/adequacy/{id}/confirm",
        Holder(P::ChangeAdequacyStatus),
    ),
    (
        "POST",
        "/staff/adequacy/{id}/turn-down",
        Holder(P::ChangeAdequacyStatus),
    ),
    ("GET", "/staff/settings/gates", Holder(P::ManageSettings)),
    ("POST", "/staff/settings/gates", Holder(P::ManageSettings)),
    ("GET", "/staff/settings/notices", Holder(P::ManageSettings)),
    ("POST", "/staff/settings/notices", Holder(P::ManageSettings)),
    ("GET", "/staff/settings/publisher", Holder(P::ManageSettings)),
    ("POST", "/staff/settings/publisher", Holder(P::ManageSettings)),
    ("GET", "/staff/settings/entities/new", Holder(P::ManageSettings)),
    ("POST", "/staff/settings/entities/new", Holder(P::ManageSettings)),
    ("GET", "/staff/settings/entities/{id}", Holder(P::ManageSettings)),
    ("POST", "/staff/settings/entities/{id}", Holder(P::ManageSettings)),
    (
        "POST",
        "/staff/settings/entities/{id}/end",
        Holder(P::ManageSettings),
    ),
    ("GET", "/staff/settings/products/new", Holder(P::ManageSettings)),
    ("POST", "/staff/settings/products/new", Holder(P::ManageSettings)),
    ("GET", "/staff/settings/products/{id}", Holder(P::ManageSettings)),
    ("POST", "/staff/settings/products/{id}", Holder(P::ManageSettings)),
    (
        "POST",
        "/staff/settings/products/{id}/end",
        Holder(P::ManageSettings),
    ),
    ("GET", "/staff/customers", Holder(P::ReadCustomers)),
    ("GET", "/staff/customers/new", Holder(P::EditCustomers)),
    ("POST", "/staff/customers/new", Holder(P::EditCustomers)),
    ("GET", "/staff/customers/sheet", Holder(P::EditCustomers)),
    ("POST", "/staff/customers/sheet", Holder(P::EditCustomers)),
    ("POST", "/staff/customers/sheet/confirm", Holder(P::EditCustomers)),
    ("GET", "/staff/customers/sheet.csv", Holder(P::ReadCustomers)),
    ("GET", "/staff/customers/{id}", Holder(P::ReadCustomers)),
    ("GET", "/staff/customers/{id}/edit", Holder(P::EditCustomers)),
    ("POST", "/staff/customers/{id}/edit", Holder(P::EditCustomers)),
    ("GET", "/staff/customers/{id}/end", Holder(P::EditCustomers)),
    ("POST", "/staff/customers/{id}/end", Holder(P::EditCustomers)),
    ("GET", "/staff/customers/{id}/terms", Holder(P::EditCustomers)),
    ("POST", "/staff/customers/{id}/terms", Holder(P::EditCustomers)),
    (
        "POST",
        "/staff/customers/{id}/terms/{policy}/confirm",
        Holder(P::ConfirmShortenedPolicy),
    ),
    (
        "POST",
        "/staff/customers/{id}/signatures/{signature}/confirm",
        Holder(P::ConfirmShortenedPolicy),
    ),
    (
        "GET",
        "/staff/customers/{id}/contacts/new",
        Holder(P::EditCustomers),
    ),
    (
        "POST",
        "/staff/customers/{id}/contacts/new",
        Holder(P::EditCustomers),
    ),
    (
        "GET",
        "/staff/customers/{id}/contacts/{contact}",
        Holder(P::EditCustomers),
    ),
    (
        "POST",
        "/staff/customers/{id}/contacts/{contact}",
        Holder(P::EditCustomers),
    ),
    (
        "POST",
        "/staff/customers/{id}/contacts/{contact}/end",
        Holder(P::EditCustomers),
    ),
    (
        "POST",
        "/staff/customers/{id}/contacts/{contact}/confirm",
        Holder(P::ConfirmShortenedPolicy),
    ),
    (
        "POST",
        "/staff/customers/{id}/endings/{ending}/confirm",
        Holder(P::ConfirmShortenedPolicy),
    ),
    (
        "POST",
        "/staff/customers/{id}/endings/{ending}/refuse",
        Holder(P::ConfirmShortenedPolicy),
    ),
    (
        "POST",
        "/staff/customers/{id}/requests/{request}/confirm",
        Holder(P::EditCustomers),
    ),
    (
        "POST",
        "/staff/customers/{id}/requests/{request}/refuse",
        Holder(P::EditCustomers),
    ),
    ("GET", "/staff/import", Holder(P::ImportList)),
    ("POST", "/staff/import", Holder(P::ImportList)),
    ("POST", "/staff/import/preview", Holder(P::ImportList)),
    ("GET", "/staff/import/{id}", Holder(P::ImportList)),
    ("GET", "/staff/mails", Holder(P::ReadMail)),
    ("POST", "/staff/mails/resume", Holder(P::ResendMail)),
    ("GET", "/staff/mails/{id}", Holder(P::ReadMail)),
    ("GET", "/staff/mails/{id}/html", Holder(P::ReadMail)),
    ("POST", "/staff/mails/{id}/resend", Holder(P::ResendMail)),
    ("GET", "/staff/register", Holder(P::ReadRegister)),
    ("GET", "/staff/register/new", Holder(P::EditRegister)),
    ("POST", "/staff/register/new", Holder(P::EditRegister)),
    ("GET", "/staff/register/{slug}", Holder(P::ReadRegister)),
    (
        "GET",
        "/staff/register/{slug}/customers",
        Holder(P::ReadCustomers),
    ),
    ("GET", "/staff/register/{slug}/edit", Holder(P::EditRegister)),
    ("POST", "/staff/register/{slug}/edit", Holder(P::EditRegister)),
    ("GET", "/staff/register/{slug}/company", Holder(P::EditRegister)),
    ("POST", "/staff/register/{slug}/company", Holder(P::EditRegister)),
    ("GET", "/staff/register/{slug}/contract", Holder(P::ReadRegister)),
    ("POST", "/staff/register/{slug}/contract", Holder(P::EditRegister)),
    ("GET", "/staff/register/{slug}/security", Holder(P::ReadRegister)),
    (
        "POST",
        "/staff/register/{slug}/security",
        Holder(P::AssessSecurity),
    ),
    ("GET", "/staff/register/{slug}/transfer", Holder(P::ReadRegister)),
    ("POST", "/staff/register/{slug}/transfer", Holder(P::EditRegister)),
    ("GET", "/staff/register/{slug}/tia", Holder(P::ReadRegister)),
    ("POST", "/staff/register/{slug}/tia", Holder(P::EditTia)),
    (
        "GET",
        "/staff/register/{slug}/tia/{number}/{step}",
        Holder(P::EditTia),
    ),
    (
        "POST",
        "/staff/register/{slug}/tia/{number}/{step}",
        Holder(P::EditTia),
    ),
    (
        "POST",
        "/staff/register/{slug}/tia/{number}/hand-in",
        Holder(P::EditTia),
    ),
    (
        "POST",
        "/staff/register/{slug}/tia/{number}/discard",
        Holder(P::EditTia),
    ),
    (
        "POST",
        "/staff/register/{slug}/tia/{number}/new-version",
        Holder(P::EditTia),
    ),
    (
        "POST",
        "/staff/register/{slug}/tia/{number}/suspend",
        Holder(P::ApproveTia),
    ),
    (
        "POST",
        "/staff/register/{slug}/tia/{number}/share",
        Holder(P::EditTia),
    ),
    (
        "POST",
        "/staff/register/{slug}/tia/{number}/measures/{measure}",
        Holder(P::EditTia),
    ),
    (
        "GET",
        "/staff/register/{slug}/tia/{number}/v/{version}",
        Holder(P::ReadRegister),
    ),
    ("GET", "/staff/assessments", Holder(P::ReadRegister)),
    ("GET", "/staff/countries", Holder(P::ReadRegister)),
    ("GET", "/staff/countries/{code}", Holder(P::ReadRegister)),
    ("POST", "/staff/countries/{code}", Holder(P::EditTia)),
    ("POST", "/staff/countries/{code}/approve", Holder(P::ApproveTia)),
    ("GET", "/staff/triggers", Holder(P::ReadRegister)),
    ("GET", "/staff/triggers/new", Holder(P::EditTia)),
    ("POST", "/staff/triggers/new", Holder(P::EditTia)),
    ("GET", "/staff/triggers/{number}", Holder(P::ReadRegister)),
    (
        "POST",
        "/staff/triggers/{number}/{slug}/{assessment}",
        Holder(P::EditTia),
    ),
    (
        "GET",
        "/staff/register/{slug}/vendor-page",
        Holder(P::ReadRegister),
    ),
    ("GET", "/staff/vendor-notices", Holder(P::ReadRegister)),
    ("GET", "/staff/vendor-notices/new", Holder(P::EditRegister)),
    ("POST", "/staff/vendor-notices/new", Holder(P::EditRegister)),
    ("GET", "/staff/vendor-notices/{number}", Holder(P::ReadRegister)),
    (
        "POST",
        "/staff/vendor-notices/{number}/forward",
        Holder(P::DraftChange),
    ),
    (
        "POST",
        "/staff/vendor-notices/{number}/objection",
        Holder(P::WorkObjection),
    ),
    (
        "POST",
        "/staff/vendor-notices/{number}/close",
        Holder(P::EditRegister),
    ),
    (
        "GET",
        "/staff/register/{slug}/transfer/{number}",
        Holder(P::ReadRegister),
    ),
    (
        "POST",
        "/staff/register/{slug}/transfer/{number}",
        Holder(P::EditRegister),
    ),
    (
        "GET",
        "/staff/register/{slug}/tia/{number}",
        Holder(P::ReadRegister),
    ),
    ("GET", "/staff/scc", Holder(P::ReadRegister)),
    ("GET", "/staff/register/{slug}/scc", Holder(P::ReadRegister)),
    ("POST", "/staff/register/{slug}/scc", Holder(P::EditRegister)),
    (
        "GET",
        "/staff/register/{slug}/scc/{number}",
        Holder(P::ReadRegister),
    ),
    (
        "POST",
        "/staff/register/{slug}/scc/{number}",
        Holder(P::EditRegister),
    ),
    (
        "POST",
        "/staff/register/{slug}/scc/{number}/fill",
        Holder(P::EditRegister),
    ),
    (
        "POST",
        "/staff/register/{slug}/scc/{number}/complete",
        Holder(P::EditRegister),
    ),
    (
        "POST",
        "/staff/register/{slug}/scc/{number}/sign",
        Holder(P::EditRegister),
    ),
    (
        "POST",
        "/staff/register/{slug}/scc/{number}/confirm",
        Holder(P::ConfirmClauses),
    ),
    (
        "POST",
        "/staff/register/{slug}/scc/{number}/suspend",
        Holder(P::Suspend),
    ),
    (
        "POST",
        "/staff/register/{slug}/scc/{number}/resume",
        Holder(P::Suspend),
    ),
    (
        "POST",
        "/staff/register/{slug}/scc/{number}/terminate",
        Holder(P::Suspend),
    ),
    (
        "POST",
        "/staff/register/{slug}/scc/{number}/supersede",
        Holder(P::Suspend),
    ),
    (
        "POST",
        "/staff/register/{slug}/scc/{number}/revoke",
        Holder(P::Suspend),
    ),
    (
        "POST",
        "/staff/register/{slug}/transfer/{number}/approve",
        Holder(P::ConfirmAssessment),
    ),
    (
        "POST",
        "/staff/register/{slug}/transfer/{number}/end",
        Holder(P::EditRegister),
    ),
    (
        "POST",
        "/staff/register/{slug}/transfer/{number}/permit",
        Holder(P::OverrideArticle49),
    ),
    (
        "POST",
        "/staff/register/{slug}/tia/{number}/approve",
        Holder(P::ApproveTia),
    ),
    (
        "POST",
        "/staff/register/{slug}/tia/{number}/reject",
        Holder(P::ApproveTia),
    ),
    ("GET", "/staff/register/{slug}/dpf", Holder(P::ReadRegister)),
    ("GET", "/staff/register/{slug}/dpf/new", Holder(P::EditRegister)),
    ("POST", "/staff/register/{slug}/dpf/new", Holder(P::EditRegister)),
    ("POST", "/staff/register/{slug}/dpf/read", Holder(P::EditRegister)),
    (
        "GET",
        "/staff/register/{slug}/certificates",
        Holder(P::ReadRegister),
    ),
    (
        "GET",
        "/staff/register/{slug}/certificates/new",
        Holder(P::AssessSecurity),
    ),
    (
        "POST",
        "/staff/register/{slug}/certificates/new",
        Holder(P::AssessSecurity),
    ),
    (
        "GET",
        "/staff/register/{slug}/certificates/{number}",
        Holder(P::ReadRegister),
    ),
    (
        "POST",
        "/staff/register/{slug}/certificates/{number}",
        Holder(P::AssessSecurity),
    ),
    (
        "POST",
        "/staff/register/{slug}/certificates/{number}/end",
        Holder(P::AssessSecurity),
    ),
    (
        "GET",
        "/staff/register/{slug}/waivers/new",
        Holder(P::GrantWaiver),
    ),
    (
        "POST",
        "/staff/register/{slug}/waivers/new",
        Holder(P::GrantWaiver),
    ),
    (
        "POST",
        "/staff/register/{slug}/waivers/{id}/grant",
        Holder(P::GrantWaiver),
    ),
    (
        "POST",
        "/staff/register/{slug}/waivers/{id}/refuse",
        Holder(P::GrantWaiver),
    ),
    (
        "POST",
        "/staff/register/{slug}/waivers/{id}/revoke",
        Holder(P::GrantWaiver),
    ),
    ("POST", "/staff/register/{slug}/assess", Holder(P::EditRegister)),
    (
        "POST",
        "/staff/register/{slug}/confirm-legal",
        Holder(P::ConfirmAssessment),
    ),
    (
        "POST",
        "/staff/register/{slug}/confirm-security",
        Holder(P::ConfirmSecurity),
    ),
    ("POST", "/staff/register/{slug}/reassess", Holder(P::EditRegister)),
    ("POST", "/staff/register/{slug}/suspend", Holder(P::Suspend)),
    ("POST", "/staff/register/{slug}/resume", Holder(P::Suspend)),
    ("POST", "/staff/register/{slug}/offboard", Holder(P::Offboard)),
    ("POST", "/staff/register/{slug}/remove", Holder(P::Offboard)),
    ("POST", "/staff/register/{slug}/reject", Holder(P::EditRegister)),
    ("POST", "/staff/register/{slug}/cancel", Holder(P::CancelChange)),
    ("GET", "/staff/documents/{sha256}", Holder(P::ReadRegister)),
    ("GET", "/staff/register/adopt", Holder(P::AdoptBaseline)),
    ("POST", "/staff/register/adopt", Holder(P::AdoptBaseline)),
];

/// Something that no database of a test holds.
fn filled(path: &str) -> String {
    let mut filled = String::new();
    for part in path.split_inclusive('/') {
        if part.starts_with('{') {
            filled.push_str("01930000-0000-7000-8000-000000000000");
            if part.ends_with('/') {
                filled.push('/');
            }
        } else {
            filled.push_str(part);
        }
    }
    filled
}

async fn ask(client: &Client, method: &str, path: &str) -> (u16, String) {
    let answer = match method {
        "GET" => client.get(path).await,
        _ => client.post(path, &[]).await,
    };
    (answer.status, answer.location().to_owned())
}

#[tokio::test]
async fn every_staff_route_and_method_stands_in_the_table() {
    let app = TestApp::start(crate::support::Kind::Sqlite).await.unwrap();
    let mut expected: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (method, path, _) in TABLE {
        expected.entry(path).or_default().insert(method);
    }
    let paths: Vec<String> = routes(&app.state)
        .into_iter()
        .filter(|p| p.starts_with("/staff"))
        .collect();
    let client = app.client();
    let mut missing = Vec::new();
    for path in &paths {
        let answer = client
            .http
            .request(
                reqwest::Method::OPTIONS,
                format!("{}{}", app.address, filled(path)),
            )
            .send()
            .await
            .unwrap();
        let allow = answer
            .headers()
            .get("allow")
            .map_or("", |a| a.to_str().unwrap())
            .to_owned();
        let methods: BTreeSet<&str> = allow.split(',').filter(|m| *m != "HEAD").collect();
        if expected.get(path.as_str()) != Some(&methods) {
            missing.push(format!("{path} {methods:?}"));
        }
    }
    assert!(
        missing.is_empty(),
        "not in the table of tests/matrix.rs:\n{}",
        missing.join("\n")
    );
    let paths: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
    assert_eq!(expected.keys().copied().collect::<BTreeSet<_>>(), paths);
}

both! {
    async fn every_role_reaches_what_it_may_and_nothing_else(app: TestApp) {
        let nobody = app.client();
        for (method, path, who) in TABLE {
            let (status, location) = ask(&nobody, method, &filled(path)).await;
            let is_sent_away = status == 303 && location.starts_with("/staff/sign-in?next=");
            assert_eq!(is_sent_away, !matches!(who, Anybody), "signed out: {method} {path}: {status}");
        }
        for role in Role::ALL {
            let client = app.signed_in(*role).await;
            for (method, path, who) in TABLE.iter().filter(|(_, _, who)| !matches!(who, Anybody)) {
                let (status, location) = ask(&client, method, &filled(path)).await;
                let is_allowed = match who {
                    Holder(permission) => role.allows(*permission),
                    _ => true,
                };
                assert_eq!(status != 403, is_allowed, "{role}: {method} {path}: {status}");
                assert!(!location.starts_with("/staff/sign-in"), "{role}: {method} {path}: {location}");
                assert!(status < 500, "{role}: {method} {path}: {status}");
            }
        }
    }

    async fn somebody_who_was_disabled_reaches_nothing(app: TestApp) {
        let client = app.signed_in_as("gone", Role::ALL).await;
        let mut tx = app.state.db.write().await.unwrap();
        let id = forenotice::store::staff::find_staff_by_login(&mut tx, "gone").await.unwrap().unwrap().id;
        forenotice::store::staff::disable_staff(&mut tx, id, app.state.clock.wall()).await.unwrap();
        tx.commit().await.unwrap();
        for (method, path, who) in TABLE.iter().filter(|(_, _, who)| !matches!(who, Anybody)) {
            let (status, location) = ask(&client, method, &filled(path)).await;
            assert!(status == 303 && location.starts_with("/staff/sign-in"), "{method} {path} {who:?}: {status}");
        }
    }
}
