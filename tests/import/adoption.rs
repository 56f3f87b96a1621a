//! `/staff/register/adopt` over HTTP: what is in use is taken over as it is.

use domain::engagement::state::EngagementState;
use domain::gate::Gate;
use domain::role::Role;
use forenotice::on;
use forenotice::store::Of;
use forenotice::store::audit::{EntryFilter, list_entries};
use forenotice::store::baselines::{find_baseline, list_baselines};
use forenotice::store::engagements::{CurrentEngagement, list_current};
use forenotice::store::listings::{ListingState, find_listing};
use forenotice::store::tasks::list_open_tasks;
use uuid::Uuid;

use super::{NESTED, take_in};
use crate::both;
use crate::support::TestApp;

const ADOPT: &str = "/staff/register/adopt";

async fn all(app: &TestApp) -> Vec<CurrentEngagement> {
    list_current(&mut app.state.db.read().await.unwrap())
        .await
        .unwrap()
}

fn fields(engagement: &CurrentEngagement) -> (String, String) {
    let id = engagement.engagement.id;
    (format!("adopt-{id}"), format!("since-{id}"))
}

both! {
    async fn what_is_in_use_is_adopted_with_its_findings_and_is_public_at_once(app: TestApp) {
        take_in(&app, "nested.json", NESTED, false).await.unwrap();
        let drafts = all(&app).await;
        let client = app.signed_in(Role::LegalApprover).await;
        let page = client.get(ADOPT).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("3 drafts that are part of no change"));
        assert!(page.text.contains("G7 Transfer impact assessment"));
        assert!(!client.get("/subprocessors").await.text.contains("Cloudharbour"));

        let ((first, since), (second, _)) = (fields(&drafts[0]), fields(&drafts[1]));
        let form = [
            (first.as_str(), "yes"), (since.as_str(), "2024-02-29"), (second.as_str(), "yes"),
            ("since_all", "2025-01-01"), ("attested", "yes"),
        ];
        let answer = client.post(ADOPT, &form).await;
        assert_eq!((answer.status, answer.location()), (303, "/staff/register"), "{}", answer.text);

        let now = all(&app).await;
        let states: Vec<_> = now.iter().map(|e| e.state.state).collect();
        assert_eq!(states, [EngagementState::Active, EngagementState::Active, EngagementState::Draft]);
        let mut tx = app.state.db.read().await.unwrap();
        let baseline = find_baseline(&mut tx, drafts[0].engagement.id).await.unwrap().unwrap();
        assert_eq!(baseline.in_use_since.to_string(), "2024-02-29");
        assert_eq!(baseline.attested_at, app.state.clock.now());
        assert!(baseline.findings.iter().any(|f| f.gate == Gate::G2) && baseline.findings.iter().any(|f| f.gate == Gate::G7));
        assert!(baseline.findings.iter().all(|f| f.gate.is_about_register()));
        let days: Vec<_> = list_baselines(&mut tx, Of::All).await.unwrap().iter().map(|b| b.in_use_since.to_string()).collect();
        assert_eq!(days, ["2024-02-29", "2025-01-01"]);

        let listing = find_listing(&mut tx, drafts[0].engagement.id).await.unwrap().unwrap();
        assert_eq!((listing.list_version, listing.row.listing), (1, ListingState::Listed));
        assert_eq!(listing.row.in_use_from, Some(baseline.in_use_since));
        assert_eq!(listing.row.line_id, None);
        let tasks = list_open_tasks(&mut tx, &[Role::LegalEditor, Role::SecurityAssessor]).await.unwrap();
        assert_eq!(tasks.len(), 4, "one for each of two roles and engagements");
        assert!(tasks.iter().any(|t| t.role == Role::SecurityAssessor && t.title.contains("Security assessment missing")));
        assert!(tasks.iter().all(|t| t.kind == "BASELINE_FINDING" && t.path.starts_with("/staff/register/")));
        let entries = list_entries(&mut tx, &EntryFilter::default(), 5).await.unwrap();
        assert_eq!(entries.iter().filter(|e| e.action == "engagement.adopted").count(), 2);
        assert!(forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap().is_intact());
        drop(tx);

        let list = app.client().get("/subprocessors").await.text;
        assert!(list.contains("Cloudharbour, Inc.") && list.contains("Rowstore Ltd") && !list.contains("Watchtower GmbH"));
    }

    async fn nothing_is_adopted_without_a_day_and_an_attestation(app: TestApp) {
        take_in(&app, "nested.json", NESTED, false).await.unwrap();
        let drafts = all(&app).await;
        let client = app.signed_in(Role::LegalApprover).await;
        let (tick, since) = fields(&drafts[0]);
        let (tick, since) = (tick.as_str(), since.as_str());
        let cases: &[(&[(&str, &str)], &str)] = &[
            (&[("attested", "yes")], "Tick at least one entry"),
            (&[(tick, "yes"), (since, "2024-01-01")], "Confirm that they are in use"),
            (&[(tick, "yes"), ("attested", "yes")], "Say since when it is in use"),
            (&[(tick, "yes"), (since, "2026-11-24"), ("attested", "yes")], "This day is in the future"),
            (&[(tick, "yes"), (since, "0024-01-01"), ("attested", "yes")], "This day is too long ago"),
            (&[(tick, "yes"), ("since_all", "last spring"), ("attested", "yes")], "Write the day as"),
        ];
        for (form, message) in cases {
            let answer = client.post(ADOPT, form).await;
            assert_eq!(answer.status, 422, "{message}");
            assert!(answer.text.contains(message), "{message}");
            for (_, typed) in form.iter().filter(|(name, _)| name.starts_with("since")) {
                assert!(answer.text.contains(&format!("value=\"{typed}\"")), "{typed} is kept");
            }
        }
        assert!(all(&app).await.iter().all(|e| e.state.state == EngagementState::Draft));
        assert!(list_baselines(&mut app.state.db.read().await.unwrap(), Of::All).await.unwrap().is_empty());
    }

    async fn what_was_adopted_or_is_about_to_start_cannot_be_adopted(app: TestApp) {
        take_in(&app, "nested.json", NESTED, false).await.unwrap();
        let drafts = all(&app).await;
        let client = app.signed_in(Role::LegalApprover).await;
        let (first, _) = fields(&drafts[0]);
        let form = [(first.as_str(), "yes"), ("since_all", "2024-01-01"), ("attested", "yes")];
        assert_eq!(client.post(ADOPT, &form).await.status, 303);
        let twice = client.post(ADOPT, &form).await;
        assert_eq!(twice.status, 409);
        assert!(twice.text.contains("is no draft any more"));

        let planned = &drafts[1];
        let by = app.add_person("editor", &[Role::LegalEditor]).await;
        let mut tx = app.state.db.write().await.unwrap();
        on!(&mut tx, |c| sqlx::query(
            "INSERT INTO changes (id, number, title, state, planned_on, created_at, created_by)
             VALUES ($1, 'C-1', 'New', 'DRAFT', $2, $3, $4)"
        )
        .bind(Uuid::from_u128(1))
        .bind(app.state.clock.now().date_naive())
        .bind(app.state.clock.now())
        .bind(by)
        .execute(c)
        .await
        .map(drop))
        .unwrap();
        on!(&mut tx, |c| sqlx::query(
            "INSERT INTO lines (id, change_id, position, engagement_id, change_type, notice_class,
                                engagement_version_id, organisation_version_id, facts_hash)
             VALUES ($1, $2, 1, $3, 'SUBPROCESSOR_ADDED', 'A', $4, $5, $6)"
        )
        .bind(Uuid::from_u128(2))
        .bind(Uuid::from_u128(1))
        .bind(planned.engagement.id.uuid())
        .bind(planned.version.id.uuid())
        .bind(planned.organisation.version.id.uuid())
        .bind(vec![0_u8; 32])
        .execute(c)
        .await
        .map(drop))
        .unwrap();
        tx.commit().await.unwrap();
        assert!(!client.get(ADOPT).await.text.contains("Rowstore Ltd"));
        let (second, _) = fields(planned);
        let form = [(second.as_str(), "yes"), ("since_all", "2024-01-01"), ("attested", "yes")];
        let refused = client.post(ADOPT, &form).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("is part of a change"));
    }
}
