use forenotice::store::calendar_links::{
    find_calendar_link, find_calendar_owner, replace_calendar_link, revoke_calendar_link,
};
use forenotice::store::staff::disable_staff;

use super::{hour, staff};
use crate::both;
use crate::support::TestDb;

both! {
    async fn a_persons_newest_address_works_until_it_is_revoked_or_the_account_ends(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let person = staff(&mut tx, 9).await;
        let other = staff(&mut tx, 10).await;
        replace_calendar_link(&mut tx, person, [1; 32], hour(0)).await.unwrap();
        replace_calendar_link(&mut tx, other, [2; 32], hour(0)).await.unwrap();
        assert_eq!(find_calendar_owner(&mut tx, [1; 32]).await.unwrap(), Some(person));
        assert_eq!(find_calendar_owner(&mut tx, [9; 32]).await.unwrap(), None);
        replace_calendar_link(&mut tx, person, [3; 32], hour(1)).await.unwrap();
        assert_eq!(find_calendar_owner(&mut tx, [1; 32]).await.unwrap(), None, "replaced");
        assert_eq!(find_calendar_link(&mut tx, person).await.unwrap(), Some(hour(1)));
        assert!(revoke_calendar_link(&mut tx, person, hour(2)).await.unwrap());
        assert!(!revoke_calendar_link(&mut tx, person, hour(2)).await.unwrap());
        assert_eq!(find_calendar_owner(&mut tx, [3; 32]).await.unwrap(), None);
        assert_eq!(find_calendar_link(&mut tx, person).await.unwrap(), None);

        assert_eq!(find_calendar_owner(&mut tx, [2; 32]).await.unwrap(), Some(other));
        disable_staff(&mut tx, other.uuid(), hour(3)).await.unwrap();
        assert_eq!(find_calendar_owner(&mut tx, [2; 32]).await.unwrap(), None, "disabled");
    }
}
