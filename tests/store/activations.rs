use domain::digest::FactsHash;
use domain::id::ActivationId;
use forenotice::store::activations::{
    Activation, Decision, append_activation, append_decision, list_activations, list_decisions,
};
use forenotice::store::version::Recorded;
use uuid::Uuid;

use super::{engagement, hour, id, organisation, staff};
use crate::both;
use crate::support::TestDb;

both! {
    async fn a_decision_is_kept_with_its_full_result_and_an_activation_rests_on_it(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let operator = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let refused = Decision {
            id: Uuid::from_u128(20),
            engagement_id: hosting,
            line_id: None,
            customer_id: None,
            purpose: "ACTIVATE".to_owned(),
            is_allowed: false,
            result: serde_json::json!({ "reasons": [{ "gate": "G7", "code": "TIA_MISSING" }] }),
            facts_hash: FactsHash::new([7; 32]),
            recorded: Recorded::by(operator, hour(1)),
        };
        let allowed = Decision {
            id: Uuid::from_u128(21),
            is_allowed: true,
            result: serde_json::json!({ "reasons": [] }),
            recorded: Recorded::by(operator, hour(2)),
            ..refused.clone()
        };
        append_decision(&mut tx, &refused).await.unwrap();
        append_decision(&mut tx, &allowed).await.unwrap();
        let activation = Activation {
            id: ActivationId::from(Uuid::from_u128(22)),
            engagement_id: hosting,
            line_id: None,
            customer_id: None,
            decision_id: allowed.id,
            activated_at: hour(2),
            activated_by: operator,
        };
        append_activation(&mut tx, &activation).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.read().await.unwrap();
        assert_eq!(list_decisions(&mut tx, hosting).await.unwrap(), [allowed, refused]);
        assert_eq!(list_activations(&mut tx, hosting).await.unwrap(), [activation]);
        assert_eq!(list_activations(&mut tx, id(99)).await.unwrap(), []);
    }
}
