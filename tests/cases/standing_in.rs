//! What is sent from a customer's page is the customer's own act: nobody does it who is signed in as staff.

use domain::role::Role;

use super::{Desk, field};
use crate::both;
use crate::support::TestApp;

both! {
    async fn staff_cannot_act_as_the_customer(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let page = desk.page_of(7);
        let auditor = app.signed_in(Role::Auditor).await;
        let shown = auditor.get(&page).await;
        assert_eq!(shown.status, 200);
        assert!(shown.text.contains("You are signed in as staff"), "said before anything is typed");
        let line = field(&shown.text, "line");
        let contacts = desk.letter_to(7).links("http://forenotice.test/contacts/").remove(0);
        let contacts = contacts.trim_start_matches("http://forenotice.test").to_owned();
        let form = [
            ("line", line.as_str()), ("name", "Data protection officer"), ("grounds", "LOCATION"), ("statement", "Not there."),
            ("address", "other@customer-07.example"), ("place", "beside"), ("locale", "en"),
        ];
        for staff in [&auditor, &desk.editor, &desk.approver] {
            for act in ["acknowledge", "approve", "refuse", "object"] {
                let refused = staff.post(&format!("{page}/{act}"), &form).await;
                assert_eq!(refused.status, 403, "{act}");
                assert!(refused.text.contains("Sign out first") && refused.text.contains("private window"), "{act}");
            }
            assert_eq!(staff.post(&contacts, &form).await.status, 403);
        }
        let contact = app.client();
        let untouched = contact.get(&page).await.text;
        assert!(!untouched.contains("You are signed in as staff"));
        assert!(untouched.contains("Approve in writing") && !untouched.contains("Acknowledged"), "nothing was recorded");

        // The same with a case of theirs.
        let filed = contact.post(&format!("{page}/object"), &form).await;
        assert_eq!(filed.status, 303, "{}", filed.text);
        let withdraw = format!("{}/withdraw", filed.location());
        assert_eq!(desk.editor.post(&withdraw, &form).await.status, 403);
        assert!(desk.editor.get(filed.location()).await.text.contains("You are signed in as staff"));

        // Signed out, it is anybody's link again.
        assert_eq!(auditor.post("/staff/sign-out", &[]).await.status, 303);
        assert!(!auditor.get(&page).await.text.contains("You are signed in as staff"));
        assert_eq!(contact.post(&withdraw, &form).await.status, 303);
    }
}
