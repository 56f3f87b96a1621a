use std::collections::HashMap;

use domain::engagement::EngagementFacts;
use domain::engagement::state::EngagementState;
use domain::known::Known;
use domain::organisation::OrganisationFacts;
use domain::slug::Slug;
use domain::text::{Name, Paragraphs};
use forenotice::store::engagements::{
    Engagement, append_engagement_state, append_engagement_version, count_below, create_engagement, current,
    current_by_slug, find_engagement, find_engagement_by_slug, find_engagement_version, has_slug,
    list_children, list_current, list_current_of, list_engagement_states, list_engagement_versions,
    put_parent,
};
use forenotice::store::organisations::append_organisation_version;
use forenotice::store::version::Recorded;
use forenotice::store::{Of, StoreError};
use uuid::Uuid;

use super::{engagement, hour, id, organisation, staff, version};
use crate::both;
use crate::support::{TestDb, monday};

both! {
    async fn some_engagements_are_read_as_one_is(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let other = organisation(&mut tx, 4, "Zebra AB").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let backup = engagement(&mut tx, 3, company, "acme-backup").await;
        let zebra = engagement(&mut tx, 5, other, "zebra").await;
        let moved = version(30, EngagementFacts::of(other), Recorded::by_system(hour(1)));
        append_engagement_version(&mut tx, backup, 1, &moved).await.unwrap();
        let step = (EngagementState::Draft, EngagementState::Assessing);
        append_engagement_state(&mut tx, Uuid::from_u128(31), hosting, step, Recorded::by_system(hour(1)), None)
            .await
            .unwrap();
        let seen = async |tx: &mut _, of: Of<'_, _>, at| -> Vec<_> {
            let all = list_current_of(tx, of, at).await.unwrap().into_iter();
            all.map(|one| {
                let company = one.organisation.version.facts.legal_name.to_string();
                (one.engagement.slug.to_string(), one.version.number, company, one.state.state)
            })
            .collect()
        };
        let row = |slug: &str, version, company: &str, state| (slug.to_owned(), version, company.to_owned(), state);
        let (draft, assessing) = (EngagementState::Draft, EngagementState::Assessing);
        let backup_row = row("acme-backup", 2, "Zebra AB", draft);
        let zebra_row = row("zebra", 1, "Zebra AB", draft);
        let some = Of::These(&[zebra, backup, id(99)]);
        assert_eq!(seen(&mut tx, some, None).await, [backup_row.clone(), zebra_row.clone()]);
        let hosting_row = row("acme-hosting", 1, "Acme Hosting GmbH", assessing);
        assert_eq!(seen(&mut tx, Of::All, None).await, [backup_row, hosting_row, zebra_row.clone()]);
        let then = [
            row("acme-backup", 1, "Acme Hosting GmbH", draft),
            row("acme-hosting", 1, "Acme Hosting GmbH", draft),
            zebra_row,
        ];
        assert_eq!(seen(&mut tx, Of::All, Some(hour(0))).await, then);
        let mut one_by_one = Vec::new();
        for id in [backup, hosting, zebra] {
            one_by_one.push(current(&mut tx, id).await.unwrap().unwrap());
        }
        assert_eq!(list_current(&mut tx).await.unwrap(), one_by_one);
        assert_eq!(list_current_of(&mut tx, some, None).await.unwrap(), [one_by_one.remove(0), one_by_one.remove(1)]);
        assert_eq!(list_current_of(&mut tx, Of::These(&[]), None).await.unwrap(), []);
        assert_eq!(list_current_of(&mut tx, Of::All, Some(hour(-1))).await.unwrap(), []);
    }

    async fn an_engagement_is_shown_with_its_latest_facts_company_and_state(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;

        let mut facts = EngagementFacts::of(company);
        facts.purpose = Known::Known(Paragraphs::parse("Hosting").unwrap());
        let second = version(30, facts.clone(), Recorded::by(editor, hour(2)));
        append_engagement_version(&mut tx, hosting, 1, &second).await.unwrap();
        let renamed = OrganisationFacts::named(Name::parse("Acme Cloud GmbH").unwrap());
        let renamed = version(31, renamed, Recorded::by(editor, hour(3)));
        append_organisation_version(&mut tx, company, 1, &renamed).await.unwrap();
        append_engagement_state(
            &mut tx,
            Uuid::from_u128(32),
            hosting,
            (EngagementState::Draft, EngagementState::Assessing),
            Recorded::by(editor, hour(4)),
            Some("complete enough"),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.read().await.unwrap();
        let now = current(&mut tx, hosting).await.unwrap().unwrap();
        assert_eq!(now.engagement.slug.as_str(), "acme-hosting");
        assert_eq!((now.version.number, &now.version.facts), (2, &facts));
        assert_eq!(now.organisation.version.facts.legal_name.as_str(), "Acme Cloud GmbH");
        assert_eq!(now.state.state, EngagementState::Assessing);
        assert_eq!(now.state.reason.as_deref(), Some("complete enough"));
        assert_eq!(now.state.recorded, Recorded::by(editor, hour(4)));
        assert_eq!(current_by_slug(&mut tx, "acme-hosting").await.unwrap(), Some(now.clone()));
        assert_eq!(list_current(&mut tx).await.unwrap(), std::slice::from_ref(&now));

        let then = list_current_of(&mut tx, Of::These(&[hosting]), Some(hour(2))).await.unwrap().remove(0);
        assert_eq!(then.version.number, 2);
        assert_eq!(then.organisation.version.facts.legal_name.as_str(), "Acme Hosting GmbH");
        assert_eq!(then.state.state, EngagementState::Draft);
        assert_eq!(list_current_of(&mut tx, Of::These(&[hosting]), Some(hour(-1))).await.unwrap(), []);

        assert_eq!(find_engagement_version(&mut tx, id(30)).await.unwrap(), Some(now.version));
        assert_eq!(find_engagement_version(&mut tx, id(99)).await.unwrap(), None);
        assert_eq!(find_engagement(&mut tx, hosting).await.unwrap(), Some(now.engagement.clone()));
        assert_eq!(find_engagement_by_slug(&mut tx, "acme-hosting").await.unwrap(), Some(now.engagement));
        assert_eq!(find_engagement_by_slug(&mut tx, "nothing").await.unwrap(), None);
        assert_eq!(current(&mut tx, id(99)).await.unwrap(), None);
        assert_eq!(current_by_slug(&mut tx, "nothing").await.unwrap(), None);

        let numbers: Vec<i64> =
            list_engagement_versions(&mut tx, hosting).await.unwrap().iter().map(|v| v.number).collect();
        assert_eq!(numbers, [2, 1]);
        let states: Vec<_> =
            list_engagement_states(&mut tx, hosting).await.unwrap().iter().map(|s| (s.seq, s.state)).collect();
        assert_eq!(states, [(2, EngagementState::Assessing), (1, EngagementState::Draft)]);
    }

    async fn a_version_on_top_of_a_stale_one_is_refused(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let second = version(30, EngagementFacts::of(company), Recorded::by_system(hour(1)));
        append_engagement_version(&mut tx, hosting, 1, &second).await.unwrap();
        let stale = version(31, EngagementFacts::of(company), Recorded::by_system(hour(1)));
        let refusal = append_engagement_version(&mut tx, hosting, 1, &stale).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Stale("The engagement")), "{refusal}");
    }

    async fn a_state_is_entered_only_from_the_expected_one(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let step = (EngagementState::Assessing, EngagementState::Assessed);
        let refusal =
            append_engagement_state(&mut tx, Uuid::from_u128(40), hosting, step, Recorded::by_system(hour(1)), None)
                .await
                .unwrap_err();
        assert!(matches!(refusal, StoreError::Stale(_)), "{refusal}");
        assert_eq!(list_engagement_states(&mut tx, hosting).await.unwrap().len(), 1);
    }

    async fn the_chain_is_read_downwards_and_slugs_are_unique(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let above = engagement(&mut tx, 2, company, "acme-hosting").await;
        let below = Engagement {
            id: id(3),
            organisation_id: company,
            entity_id: None,
            slug: Slug::parse("acme-support").unwrap(),
            parent_id: Some(above),
            created_at: monday(),
            created_by: None,
        };
        let first = version(50, EngagementFacts::of(company), Recorded::by_system(monday()));
        create_engagement(&mut tx, &below, &first, Uuid::from_u128(51)).await.unwrap();
        assert_eq!(list_children(&mut tx, above).await.unwrap(), [below]);
        assert_eq!(list_children(&mut tx, id(3)).await.unwrap(), []);
        let one_below = HashMap::from([(above, 1)]);
        assert_eq!(count_below(&mut tx, Of::These(&[above, id(3)]), None).await.unwrap(), one_below);
        assert_eq!(count_below(&mut tx, Of::These(&[id(3)]), None).await.unwrap(), HashMap::new());
        let step = (EngagementState::Draft, EngagementState::Cancelled);
        append_engagement_state(&mut tx, Uuid::from_u128(52), id(3), step, Recorded::by_system(hour(2)), None)
            .await
            .unwrap();
        assert_eq!(count_below(&mut tx, Of::All, None).await.unwrap(), HashMap::new(), "it is over");
        assert_eq!(count_below(&mut tx, Of::All, Some(hour(1))).await.unwrap(), one_below, "then it was not");
        assert_eq!(count_below(&mut tx, Of::All, Some(hour(-1))).await.unwrap(), HashMap::new());
        // The facts say something else now.
        put_parent(&mut tx, id(3), None).await.unwrap();
        assert_eq!(list_children(&mut tx, above).await.unwrap(), []);
        put_parent(&mut tx, above, Some(id(3))).await.unwrap();
        assert_eq!(find_engagement(&mut tx, above).await.unwrap().unwrap().parent_id, Some(id(3)));
        assert_eq!(find_engagement(&mut tx, id(3)).await.unwrap().unwrap().parent_id, None);
        let refusal = put_parent(&mut tx, id(99), None).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Stale(_)), "{refusal}");
        assert!(has_slug(&mut tx, &Slug::parse("acme-support").unwrap()).await.unwrap());
        assert!(!has_slug(&mut tx, &Slug::parse("acme-other").unwrap()).await.unwrap());
    }
}
