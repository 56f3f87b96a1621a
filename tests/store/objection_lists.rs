//! Lists of cases.

use domain::objection::ObjectionState as S;
use forenotice::store::objection_lists::{list_in_states, page};
use forenotice::store::objections::{self, Objection};
use forenotice::store::{authorisations, policies};

use super::fixtures::HOSTING;
use super::id;
use super::objections::{event, four_cases};
use crate::both;
use crate::support::TestDb;

both! {
    async fn cases_are_listed_with_what_they_are_about_and_what_happened(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let [first, second, same_instant, other] = four_cases(&mut tx).await;
        let (found, total) = page(&mut tx, (2, 1)).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|one| (one.objection, one.customer, one.company.legal_name.to_string())).collect();
        let listed = |case: &Objection| (case.clone(), "Ærlig Bank ASA".to_owned(), "Acme Hosting GmbH".to_owned());
        assert_eq!((found, total), (vec![listed(&same_instant), listed(&second)], 4));

        let standing = list_in_states(&mut tx, &[S::Submitted, S::Late]).await.unwrap();
        for case in &standing {
            assert_eq!(case.engagement_id, id(HOSTING));
            let closed = authorisations::get(&mut tx, case.listed.objection.authorisation_id).await.unwrap();
            assert_eq!(case.policy, policies::get_policy(&mut tx, closed.policy_id).await.unwrap().policy);
        }
        let standing: Vec<_> = standing.into_iter().map(|case| (case.listed.objection, case.listed.customer, case.events)).collect();
        let at = |case: &Objection, name: &str| (case.clone(), name.to_owned(), Vec::new());
        let name = "Ærlig Bank ASA";
        assert_eq!(standing, [at(&other, "Zebra AB"), at(&same_instant, name), at(&second, name), at(&first, name)]);

        // Each has its own events.
        let steps = [
            event(6, 70, "ACKNOWLEDGE", Some(S::Submitted), S::Acknowledged),
            event(5, 80, "ACKNOWLEDGE", Some(S::Submitted), S::Acknowledged),
            event(4, 70, "NOTE", None, S::Acknowledged),
        ];
        objections::advance(&mut tx, S::Submitted, S::Acknowledged, &steps[0]).await.unwrap();
        objections::advance(&mut tx, S::Submitted, S::Acknowledged, &steps[1]).await.unwrap();
        objections::note_event(&mut tx, &steps[2]).await.unwrap();
        let standing = list_in_states(&mut tx, &[S::Acknowledged]).await.unwrap();
        let standing: Vec<_> = standing.into_iter().map(|case| (case.listed.objection.id, case.events)).collect();
        let [acknowledged, of_other, noted] = steps;
        assert_eq!(standing, [(other.id, vec![of_other]), (first.id, vec![acknowledged, noted])]);
        assert_eq!(list_in_states(&mut tx, &[S::Admitted]).await.unwrap(), []);
        assert_eq!(list_in_states(&mut tx, &[]).await.unwrap(), []);
    }
}
