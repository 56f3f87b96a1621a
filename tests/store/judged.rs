//! What the gates read of several engagements is what is on file about each of them.

use domain::gate::{RegisterFacts, WaiverEvent};
use domain::id::EngagementId;
use forenotice::register::{Judged, judge, judge_these};
use forenotice::store::baselines::{Baseline, insert_baseline};
use forenotice::store::engagements::put_parent;
use forenotice::store::legal_records::{NewRecord, append_record};
use forenotice::store::waivers::append_waiver_step;
use forenotice::store::{Of, Tx};
use uuid::Uuid;

use super::clause_states::{add_set, agree};
use super::fixtures::{BACKUP, EDITOR, HOSTING, add_register};
use super::legal_records::transfer;
use super::waivers::step;
use super::{engagement, hour, id, organisation};
use crate::both;
use crate::support::TestDb;

const ZEBRA: u128 = 5;

/// The hosting has clauses, a waiver and an engagement below it; the backup a transfer, clauses, and was in use before.
async fn add_papers(tx: &mut Tx) {
    add_register(tx).await;
    let zebra = organisation(tx, 4, "Zebra AB").await;
    engagement(tx, ZEBRA, zebra, "zebra").await;
    put_parent(tx, id(ZEBRA), Some(id(HOSTING))).await.unwrap();
    add_set(tx, 40, id(HOSTING), 1, id(EDITOR)).await;
    add_set(tx, 41, id(BACKUP), 1, id(EDITOR)).await;
    agree(tx, 41, id(EDITOR), 2).await;
    let to_us = NewRecord {
        id: id(42),
        engagement_id: id(BACKUP),
        number: 1,
        body: transfer("US"),
        valid_from: None,
        ended_on: None,
        recorded_at: hour(2),
        recorded_by: id(EDITOR),
    };
    append_record(tx, 0, &to_us).await.unwrap();
    for (number, event) in [(50, WaiverEvent::Asked), (51, WaiverEvent::Granted)] {
        let step = step(50, id(HOSTING), id(EDITOR), event, 2);
        append_waiver_step(tx, Uuid::from_u128(number), &step)
            .await
            .unwrap();
    }
    let baseline = Baseline {
        engagement_id: id(BACKUP),
        in_use_since: "2024-02-29".parse().unwrap(),
        attested_at: hour(2),
        attested_by: id(EDITOR),
        findings: Vec::new(),
    };
    insert_baseline(tx, &baseline).await.unwrap();
}

/// Slug, company, sets of clauses that are in force, transfers, waivers, engagements below, and whether it is a baseline.
type Seen = (String, String, Vec<bool>, usize, usize, usize, bool);

fn seen(judged: &Judged) -> Seen {
    let RegisterFacts {
        organisation,
        clauses,
        transfers,
        waivers,
        recorded_subprocessors,
        is_baseline,
        ..
    } = &judged.facts;
    let in_force = clauses.values().map(|set| set.body.standing.state.was_agreed());
    (
        judged.current.engagement.slug.to_string(),
        organisation.legal_name.to_string(),
        in_force.collect(),
        transfers.len(),
        waivers.len(),
        *recorded_subprocessors,
        *is_baseline,
    )
}

both! {
    async fn several_engagements_are_judged_by_their_own_papers(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_papers(&mut tx).await;
        let (acme, zebra) = ("Acme Hosting GmbH".to_owned(), ("zebra".to_owned(), "Zebra AB".to_owned(), vec![], 0, 0, 0, false));
        let now: [Seen; 3] = [
            ("acme-backup".to_owned(), acme.clone(), vec![true], 1, 0, 0, true),
            ("acme-hosting".to_owned(), acme.clone(), vec![false], 0, 1, 1, false),
            zebra.clone(),
        ];
        let then: [Seen; 3] = [
            ("acme-backup".to_owned(), acme.clone(), vec![false], 0, 0, 0, false),
            ("acme-hosting".to_owned(), acme, vec![false], 0, 0, 1, false),
            zebra,
        ];
        let all: [EngagementId; 4] = [id(ZEBRA), id(HOSTING), id(99), id(BACKUP)];
        for (at, expected) in [(None, &now), (Some(hour(1)), &then)] {
            for of in [Of::All, Of::These(&all)] {
                let judged = judge_these(&mut tx, of, at).await.unwrap();
                assert_eq!(judged.iter().map(seen).collect::<Vec<_>>(), expected, "{of:?} {at:?}");
                for one in judged {
                    let alone = judge(&mut tx, one.current.engagement.id, at).await.unwrap().unwrap();
                    assert_eq!((alone.facts, alone.records), (one.facts, one.records));
                }
            }
        }
        assert!(judge_these(&mut tx, Of::All, Some(hour(-1))).await.unwrap().is_empty(), "nothing was recorded yet");
        assert!(judge(&mut tx, id(99), None).await.unwrap().is_none());
    }
}
