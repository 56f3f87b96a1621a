use domain::digest::FactsHash;
use domain::id::ActivationId;
use forenotice::store::Of;
use forenotice::store::activations::{
    Activation, Decision, LineStart, append_activation, append_decision, has_started, list_activations,
    list_decisions, list_starts,
};
use forenotice::store::lines::get_line;
use forenotice::store::version::Recorded;
use uuid::Uuid;

use super::fixtures::{CUSTOMER, EDITOR, HOSTING, LINE, add_customer, add_dispatched};
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
        let customer = add_customer(&mut tx, 120, "Zebra AB").await;
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
            customers: vec![customer],
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

    async fn a_line_has_started_for_those_it_was_activated_for(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        let customer = add_customer(&mut tx, 120, "Zebra AB").await;
        let line = get_line(&mut tx, id(LINE)).await.unwrap();
        let decision = Decision {
            id: Uuid::from_u128(200),
            engagement_id: id(HOSTING),
            line_id: Some(id(LINE)),
            customer_id: Some(customer),
            purpose: "ACTIVATE".to_owned(),
            is_allowed: true,
            result: serde_json::json!({ "reasons": [] }),
            facts_hash: FactsHash::new([7; 32]),
            recorded: Recorded::by(id(EDITOR), hour(1)),
        };
        append_decision(&mut tx, &decision).await.unwrap();
        let mut activation = Activation {
            id: ActivationId::from(Uuid::from_u128(201)),
            engagement_id: id(HOSTING),
            line_id: None,
            customer_id: Some(customer),
            customers: vec![customer],
            decision_id: decision.id,
            activated_at: hour(1),
            activated_by: id(EDITOR),
        };
        let zebra = customer.uuid();
        append_activation(&mut tx, &activation).await.unwrap();
        assert!(!has_started(&mut tx, &line, zebra).await.unwrap(), "that was another line");
        let starts = async |tx: &mut _| list_starts(tx, Of::These(&[id(LINE)])).await.unwrap();
        assert_eq!(starts(&mut tx).await, []);
        activation.id = ActivationId::from(Uuid::from_u128(202));
        activation.line_id = Some(id(LINE));
        append_activation(&mut tx, &activation).await.unwrap();
        assert!(has_started(&mut tx, &line, zebra).await.unwrap());
        assert!(!has_started(&mut tx, &line, id(CUSTOMER)).await.unwrap(), "for the other one only");
        let mut started = LineStart { line_id: id(LINE), customers: 1, is_for_all: false };
        assert_eq!(starts(&mut tx).await, [started]);
        activation.id = ActivationId::from(Uuid::from_u128(203));
        activation.customer_id = None;
        activation.customers = vec![id(CUSTOMER)];
        append_activation(&mut tx, &activation).await.unwrap();
        assert!(has_started(&mut tx, &line, id(CUSTOMER)).await.unwrap(), "for everybody who was there");
        started.is_for_all = true;
        assert_eq!(starts(&mut tx).await, [started]);
        assert_eq!(list_starts(&mut tx, Of::These(&[id(99)])).await.unwrap(), []);
        let later = add_customer(&mut tx, 121, "Later AB").await;
        assert!(!has_started(&mut tx, &line, later.uuid()).await.unwrap(), "not for whoever comes later");
    }
}
