//! Setting the publisher up, as the first admin does: over HTTP, on both databases.

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::changes::standing;
use forenotice::store::entities::list_entities;
use forenotice::store::products::list_products;
use forenotice::store::publisher::find_publisher;

use crate::both;
use crate::support::TestApp;

const PUBLISHER: [(&str, &str); 4] = [
    ("name", "Fjordsky"),
    ("zone", "Europe/Oslo"),
    ("calendar", "NO"),
    ("contact", "privacy@fjordsky.example"),
];

both! {
    async fn a_new_installation_is_set_up_step_by_step(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let page = admin.get("/staff/settings").await;
        assert!(page.text.contains("Describe the publisher") && page.text.contains("aria-current=\"step\""));
        let answer = admin.fill("/staff/settings/publisher", &PUBLISHER).await;
        assert_eq!((answer.status, answer.location()), (303, "/staff/settings"));
        let page = admin.get("/staff/settings").await;
        assert!(page.text.contains("The publisher was saved.") && page.text.contains("Add a legal entity"));
        assert!(page.text.contains("· Fjordsky</title>"), "its name is on every page at once");

        let entity = [("legal_name", "Fjordsky AS"), ("country", "NO"), ("registration_number", "999 888 777")];
        assert_eq!(admin.post("/staff/settings/entities/new", &entity).await.status, 303);
        let again = admin.post("/staff/settings/entities/new", &entity).await;
        assert_eq!(again.status, 422);
        assert!(again.text.contains("There is a legal entity with this name already"));
        assert!(again.text.contains("value=\"999 888 777\""), "what was typed is kept");

        let form = admin.get("/staff/settings/products/new").await;
        let id = form.text.split("<option value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
        let product = [("name", "Fjordsky Files"), ("entity", id.as_str())];
        assert_eq!(admin.post("/staff/settings/products/new", &product).await.status, 303);
        assert_eq!(admin.post("/staff/settings/products/new", &product).await.status, 422);
        let page = admin.get("/staff/settings").await;
        assert!(page.text.contains("Fjordsky Files") && page.text.contains("Add customers"));

        let mut tx = app.state.db.read().await.unwrap();
        let publisher = find_publisher(&mut tx).await.unwrap().unwrap();
        assert_eq!((publisher.name.as_str(), publisher.contact.as_str()), ("Fjordsky", "privacy@fjordsky.example"));
        assert_eq!(list_products(&mut tx).await.unwrap()[0].slug, "fjordsky-files");
        let audit = forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap();
        assert!(audit.is_intact());
        assert_eq!(audit.count, 3, "publisher, entity, product");
    }

    async fn what_notices_are_held_to_is_set_within_bounds_and_recorded(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let place = "/staff/settings/notices";
        let page = admin.get("/staff/settings").await.text;
        assert!(page.contains("None: each contract decides") && page.contains("else 6 days"), "{page}");
        for (minimum, hours, said) in [
            ("thirty", "", "Write a period as 30d"),
            ("366d", "", "At most a year"),
            ("", "23", "Write a whole number from 24 to 336"),
            ("", "337", "Write a whole number from 24 to 336"),
        ] {
            let refused = admin.post(place, &[("minimum_notice", minimum), ("late_bounce_hours", hours)]).await;
            assert_eq!(refused.status, 422, "{minimum} {hours}");
            assert!(refused.text.contains(said) && refused.text.contains("error-summary"), "{}", refused.text);
            let typed = if minimum.is_empty() { hours } else { minimum };
            assert!(refused.text.contains(&format!("value=\"{typed}\"")), "what was typed is kept");
        }
        let saved = admin.fill(place, &[("minimum_notice", "30d"), ("late_bounce_hours", "96")]).await;
        assert_eq!((saved.status, saved.location()), (303, "/staff/settings"));
        let page = admin.get("/staff/settings").await.text;
        assert!(page.contains("30 calendar days") && page.contains("96 hours"), "{page}");
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(standing::minimum_notice(&mut tx).await.unwrap(), "30d".parse().ok());
        assert_eq!(standing::late_bounce(&mut tx).await.unwrap(), TimeDelta::hours(96));
        drop(tx);
        assert_eq!(admin.fill(place, &[("minimum_notice", ""), ("late_bounce_hours", "")]).await.status, 303);
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(standing::minimum_notice(&mut tx).await.unwrap(), None);
        assert_eq!(standing::late_bounce(&mut tx).await.unwrap(), TimeDelta::days(6));
        drop(tx);
        let log = app.signed_in(Role::Auditor).await.get("/staff/audit?action=settings.changed").await.text;
        assert!(log.contains("late_bounce_hours") && log.contains("minimum_notice"), "{log}");
        let editor = app.signed_in(Role::LegalEditor).await;
        assert_eq!(editor.post(place, &[("minimum_notice", "1d")]).await.status, 403);
    }

    async fn a_form_with_mistakes_comes_back_as_it_was_typed_and_writes_nothing(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let typed = [("name", "<Fjord> & \"sky\""), ("zone", "Oslo"), ("calendar", "XX"), ("contact", "office")];
        let answer = admin.post("/staff/settings/publisher", &typed).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("<title>Error: The publisher"));
        assert!(answer.text.contains("There are 3 problems"));
        assert!(answer.text.contains("href=\"#zone\"") && answer.text.contains("id=\"zone-error\""));
        assert!(answer.text.contains("autofocus"), "the summary takes the focus");
        assert!(answer.text.contains("value=\"<Fjord> &amp; &quot;sky&quot;\"") || answer.text.contains("&lt;Fjord"));
        assert!(answer.text.contains("value=\"Oslo\"") && answer.text.contains("value=\"office\""));
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(find_publisher(&mut tx).await.unwrap(), None);
    }

    async fn a_second_save_of_a_stale_form_is_told_so_with_both_versions(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let other = app.signed_in_as("other", &[Role::Admin]).await;
        assert_eq!(admin.fill("/staff/settings/publisher", &PUBLISHER).await.status, 303);
        let added = admin.post("/staff/settings/entities/new", &[("legal_name", "Fjordsky AS"), ("country", "NO")]).await;
        assert_eq!(added.status, 303);
        let mut tx = app.state.db.read().await.unwrap();
        let entity = list_entities(&mut tx).await.unwrap().remove(0).id.to_string();
        drop(tx);
        assert_eq!(admin.post("/staff/settings/products/new", &[("name", "Files"), ("entity", &entity)]).await.status, 303);
        let mut tx = app.state.db.read().await.unwrap();
        let product = list_products(&mut tx).await.unwrap().remove(0).id;
        drop(tx);
        let colleague = app.add_person("colleague", &[Role::Auditor]).await;
        let colleague = format!("/staff/people/{colleague}");
        let (entity, product) = (format!("/staff/settings/entities/{entity}"), format!("/staff/settings/products/{product}"));
        for (path, theirs, mine) in [
            ("/staff/settings/publisher", ("contact", "office@fjordsky.example"), ("name", "Fjordsky Cloud")),
            ("/staff/settings/gates", ("tia_grace_days", "17"), ("dpf_requires_fallback", "no")),
            ("/staff/settings/notices", ("late_bounce_hours", "96"), ("minimum_notice", "21d")),
            (&colleague, ("name", "Privacy desk"), ("name", "Privacy office")),
            (&entity, ("address", "Storgata 1, Oslo"), ("legal_name", "Fjordsky ASA")),
            (&product, ("name", "Folders"), ("name", "Drawers")),
        ] {
            let page = admin.get(path).await;
            assert_eq!(other.fill(path, &[theirs]).await.status, 303, "{path}");
            let stale = admin.refill(&page, path, &[mine]).await;
            assert_eq!(stale.status, 409, "{path}");
            for part in ["Somebody else saved a version while you were editing", "by Person other", theirs.1, mine.1] {
                assert!(stale.text.contains(part), "{path} {part}: {}", stale.text);
            }
            let now = admin.get(path).await.text;
            assert!(now.contains(&format!("value=\"{}\"", theirs.1)), "nothing is overwritten: {path}");
            let saved = admin.refill(&stale, path, &[mine]).await;
            assert_eq!(saved.status, 303, "once it was shown: {path} {}", saved.text);
            // A double click says the same twice.
            let page = admin.get(path).await;
            assert_eq!(admin.refill(&page, path, &[]).await.status, 303, "{path}");
        }
    }

    async fn an_entity_or_product_is_corrected_and_ended(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        admin.post("/staff/settings/entities/new", &[("legal_name", "Fjordsky AS"), ("country", "NO")]).await;
        let mut tx = app.state.db.read().await.unwrap();
        let entity = list_entities(&mut tx).await.unwrap().remove(0);
        drop(tx);
        let path = format!("/staff/settings/entities/{}", entity.id);
        assert!(admin.get(&path).await.text.contains("value=\"Fjordsky AS\""));
        assert_eq!(admin.post(&path, &[("legal_name", ""), ("country", "NO")]).await.status, 422);
        assert_eq!(admin.fill(&path, &[("legal_name", "Fjordsky Oy"), ("country", "FI")]).await.status, 303);
        let id = entity.id.to_string();
        admin.post("/staff/settings/products/new", &[("name", "Files"), ("entity", &id)]).await;
        let answer = admin.post(&format!("{path}/end"), &[]).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text.contains("Products in use belong to this legal entity"));
        let mut tx = app.state.db.read().await.unwrap();
        let product = list_products(&mut tx).await.unwrap().remove(0);
        drop(tx);
        let product_path = format!("/staff/settings/products/{}", product.id);
        assert_eq!(admin.fill(&product_path, &[("name", "Folders"), ("entity", &id)]).await.status, 303);
        assert_eq!(admin.post(&product_path, &[("name", "Folders"), ("entity", "x")]).await.status, 422);
        assert_eq!(admin.post(&format!("{product_path}/end"), &[]).await.status, 303);
        assert_eq!(admin.post(&format!("{product_path}/end"), &[]).await.status, 409);
        assert_eq!(admin.post(&format!("{path}/end"), &[]).await.status, 303);
        let mut tx = app.state.db.read().await.unwrap();
        let entity = list_entities(&mut tx).await.unwrap().remove(0);
        assert_eq!((entity.legal_name.as_str(), entity.country.code()), ("Fjordsky Oy", "FI"));
        assert!(entity.ended_at.is_some());
        let product = list_products(&mut tx).await.unwrap().remove(0);
        assert_eq!((product.name.as_str(), product.slug.as_str()), ("Folders", "files"), "links to it stay");
        assert!(product.ended_at.is_some());
    }
}
