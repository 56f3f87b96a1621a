//! Lines of changes.

use domain::change::{ChangeState as S, ChangeType, NoticeClass};
use forenotice::store::Of;
use forenotice::store::baselines::list_engagements_under_way;
use forenotice::store::changes::{self, Change};
use forenotice::store::lines::{
    Line, find_announced_line, find_unsettled_line, get_line, list_announced_lines, list_lines,
    list_lines_of, put_lines,
};
use uuid::Uuid;

use super::changes::step;
use super::fixtures::{BACKUP, CHANGE, HOSTING, LINE, add_change, add_register, line};
use super::{hour, id, is_duplicate};
use crate::both;
use crate::support::TestDb;

both! {
    async fn lines_are_replaced_and_come_in_their_order(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_change(&mut tx, CHANGE, "2026-001").await;
        add_change(&mut tx, 70, "2026-002").await;
        let second = line(33, CHANGE, 2, HOSTING);
        let first = Line {
            replaces_engagement_id: Some(id(HOSTING)),
            change_type: ChangeType::Replacement,
            notice_class: NoticeClass::B,
            class_reason: Some("avtalt på forhånd".to_owned()),
            facts_hash: vec![0, 255, 1],
            covers: vec![domain::change::Cover {
                field: domain::facts::FactField::Purpose,
                before: "Lagrer".to_owned(),
                after: "Lagrer “alt”".to_owned(),
                change_type: ChangeType::PurposeNarrowed,
                needed: NoticeClass::C,
                class: NoticeClass::C,
                adds_special_category: false,
            }],
            ..line(34, CHANGE, 1, BACKUP)
        };
        put_lines(&mut tx, id(CHANGE), &[second.clone(), first.clone()]).await.unwrap();
        assert_eq!(list_lines(&mut tx, id(CHANGE)).await.unwrap(), [first.clone(), second]);
        assert_eq!(list_lines(&mut tx, id(70)).await.unwrap(), [line(71, 70, 1, HOSTING)]);
        let both: Vec<_> = list_lines_of(&mut tx, Of::All).await.unwrap().iter().map(|line| line.id).collect();
        assert_eq!(both, [id::<Uuid>(34), id(33), id(71)]);
        assert_eq!(list_lines_of(&mut tx, Of::These(&[])).await.unwrap(), []);
        assert_eq!(get_line(&mut tx, id(34)).await.unwrap(), first);
        let companies = changes::list_companies(&mut tx, Of::These(&[id(CHANGE)])).await.unwrap();
        let names: Vec<_> = companies.iter().map(|(change, company)| (*change, company.legal_name.as_str())).collect();
        assert_eq!(names, [(id(CHANGE), "Acme Hosting GmbH"); 2]);
        assert_eq!(changes::list_companies(&mut tx, Of::These(&[])).await.unwrap(), []);
        assert!(get_line(&mut tx, id(LINE)).await.is_err(), "the line before is gone");
        let same_place = [line(35, CHANGE, 1, HOSTING), line(36, CHANGE, 1, BACKUP)];
        assert!(is_duplicate(&put_lines(&mut tx, id(CHANGE), &same_place).await));
    }

    async fn what_customers_were_told_of_is_not_hidden_by_what_is_being_written(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        for (number, name) in [(100, "2026-002"), (110, "2026-003"), (120, "2026-001")] {
            add_change(&mut tx, number, name).await;
        }
        let name = |found: Option<(Line, Change)>| found.map(|(_, change)| change.number);
        let announced = async |tx: &mut _| name(find_announced_line(tx, id(HOSTING)).await.unwrap());
        let unsettled = async |tx: &mut _| name(find_unsettled_line(tx, id(HOSTING)).await.unwrap());
        assert_eq!(announced(&mut tx).await, None, "drafts tell nobody");
        assert_eq!(unsettled(&mut tx).await.as_deref(), Some("2026-003"));
        let mut at = 0;
        for change in [100, 120] {
            for (from, to) in [(S::Draft, S::InReview), (S::InReview, S::Approved), (S::Approved, S::Dispatching), (S::Dispatching, S::Open)] {
                at += 1;
                changes::advance(&mut tx, &step(at, change, from, to), hour(1)).await.unwrap();
            }
        }
        assert_eq!(announced(&mut tx).await.as_deref(), Some("2026-002"));
        assert_eq!(changes::list_running(&mut tx).await.unwrap(), [id::<Uuid>(120), id(100)]);
        changes::advance(&mut tx, &step(50, 110, S::Draft, S::Cancelled), hour(1)).await.unwrap();
        assert_eq!(unsettled(&mut tx).await.as_deref(), Some("2026-002"));
        assert!(list_engagements_under_way(&mut tx).await.unwrap().contains(&id(HOSTING)));
        for (number, change) in [(51, 100), (52, 120)] {
            changes::advance(&mut tx, &step(number, change, S::Open, S::Closed), hour(1)).await.unwrap();
        }
        assert!(list_engagements_under_way(&mut tx).await.unwrap().is_empty(), "all are over");
        assert_eq!((unsettled(&mut tx).await, announced(&mut tx).await.as_deref()), (None, Some("2026-002")));
        let all = list_announced_lines(&mut tx, id(HOSTING)).await.unwrap();
        let numbers: Vec<_> = all.iter().map(|(_, change)| change.number.as_str()).collect();
        assert_eq!(numbers, ["2026-002", "2026-001"]);
        assert_eq!(changes::list_running(&mut tx).await.unwrap(), Vec::<Uuid>::new());
        assert_eq!(find_announced_line(&mut tx, id(BACKUP)).await.unwrap(), None);
    }

    async fn a_change_speaks_of_an_engagement_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_change(&mut tx, 100, "2026-002").await;
        let twice = [line(105, 100, 2, HOSTING), line(106, 100, 1, HOSTING)];
        assert!(is_duplicate(&put_lines(&mut tx, id(100), &twice).await));
    }
}
