//! A change has one announced day: that of the publisher, whatever the zone of whoever reads it.

use domain::role::Role;

use super::{DRAFT, Desk};
use crate::both;
use crate::support::TestApp;

both! {
    async fn every_mail_and_page_names_the_same_day(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let letters = desk.mailbox.letters();
        let notices: Vec<_> = letters.iter().filter(|l| l.subject.contains("Kaleido")).collect();
        let day = |subject: &str| subject.split(" from ").nth(1).unwrap().split(" –").next().unwrap().to_owned();
        let announced = day(&notices[0].subject);
        assert!(notices.len() >= 12);
        for letter in &notices {
            assert_eq!(day(&letter.subject), announced, "{}", letter.to);
            let text = letter.text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(&format!("{announced}, 00:00, Oslo")), "{}: {text}", letter.to);
            let page = letter.links("http://forenotice.test/n/").remove(0);
            let shown = app.client().get(page.trim_start_matches("http://forenotice.test")).await.text;
            assert!(shown.contains(&format!("{announced}, 00:00, Oslo")), "{}", letter.to);
        }
        assert!(app.client().get("/changes/2026-002").await.text.contains(&announced));
        assert!(desk.operator.get(DRAFT).await.text.contains(&announced));
    }

    async fn the_publishers_zone_stays_while_an_announced_day_is_to_come(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let admin = app.signed_in_as("second-admin", &[Role::Admin]).await;
        let mut form = [("name", "Tindra Cloud"), ("zone", "Pacific/Kiritimati"), ("calendar", "NO"), ("contact", "privacy@publisher.example")];
        let path = "/staff/settings/publisher";
        let refused = admin.post_seen(path, path, &form).await;
        assert_eq!(refused.status, 422, "the day would come earlier than the mails say");
        assert!(refused.text.contains("days were announced in the present zone"), "{}", refused.text);
        assert_eq!(app.state.publisher().zone.to_string(), "Europe/Oslo");
        form[1].1 = "Europe/Oslo";
        assert_eq!(admin.post_seen(path, path, &form).await.status, 303);
        assert!(desk.operator.get(DRAFT).await.status == 200);
    }
}
