//! Whom a change concerns, as rows of its page: customers with their windows and reasons, deliveries with their contacts.

use std::collections::HashMap;

use app::changes::{CustomerRow, RecipientRow};
use app::ui::{ClosedDay, WindowDrawing};
use chrono::{DateTime, Utc};
use domain::evidence::Standing;
use domain::gate::{Decision, Gate, Reason};
use domain::id::{ContactId, CustomerId};
use domain::words::{day, moment, until};
use domain::zone::Zone;
use uuid::Uuid;

use super::dossier::Dossier;
use super::{ChangeError, Result};
use crate::AppState;
use crate::gates::{Judged, OnFile};
use crate::store::authorisations::Authorisation;
use crate::store::{Of, Tx, contacts, customers, deliveries, objections};

/// Everybody whom the line concerns, with what is shown about them now.
pub(super) async fn customer_rows(
    tx: &mut Tx,
    zone: Zone,
    judged: &Judged,
    now: DateTime<Utc>,
) -> Result<Vec<CustomerRow>> {
    let Some((change, line)) = &judged.line else {
        return Ok(Vec::new());
    };
    let decision = judged.decide(now);
    let decided: HashMap<CustomerId, &Decision> = decision
        .customers
        .iter()
        .map(|one| (one.customer_id, &one.decision))
        .collect();
    let told = judged.told.customers.iter().map(|(one, _)| one);
    let all: Vec<Authorisation> = told.chain(&judged.told.gone).cloned().collect();
    let on_file = OnFile::load(tx, zone, (change, line), &all, Of::All).await?;
    let mut numbers: HashMap<Uuid, String> = objections::list_by_line(tx, line.id, Of::All)
        .await?
        .into_iter()
        .map(|case| (case.authorisation_id, case.case_number))
        .collect();
    let mut names = names(tx).await?;
    let mut rows = Vec::new();
    let told = judged.told.customers.iter();
    let here = told.map(|(authorisation, _)| (authorisation, false));
    let gone = judged.told.gone.iter().map(|authorisation| (authorisation, true));
    for (authorisation, is_gone) in here.chain(gone) {
        let id = CustomerId::from(authorisation.customer_id);
        let name = names.remove(&id).unwrap_or_default();
        let standing = on_file.standing(authorisation, now)?;
        let reasons = decided
            .get(&id)
            .map(|decision| {
                let own: Vec<&Reason> = decision
                    .reasons
                    .iter()
                    .filter(|r| !r.gate.is_about_register())
                    .collect();
                grouped(&own)
            })
            .unwrap_or_default();
        let case = numbers.remove(&authorisation.id);
        let policy = on_file.policy(authorisation).ok_or(ChangeError::Absent)?;
        let given = standing.given();
        let drawing = given.map(|g| {
            let windows = &g.effective;
            WindowDrawing {
                id: format!("w{}", authorisation.id.simple()),
                title: format!("Notice window of {name}"),
                received_on: windows.notice.event_day,
                last_day: windows.notice.last_day,
                objections_until: windows.objection.last_day,
                go_live_from: windows.longer().zone.local_date(windows.engage_not_before()),
                place: windows.longer().zone.place(),
                today: windows.longer().zone.local_date(now),
                closed: windows
                    .closed_days(&on_file.counting().rules(policy))
                    .into_iter()
                    .map(|d| ClosedDay {
                        date: d.date,
                        name: d.why,
                    })
                    .collect(),
                shown: None,
            }
        });
        rows.push(CustomerRow {
            id: id.to_string(),
            name,
            state: if is_gone {
                "Agreement ended".to_owned()
            } else {
                authorisation.state.label().to_owned()
            },
            is_gone,
            evidence: evidence_text(&standing, policy.zone),
            last_day: given.map_or_else(
                || "not known yet".to_owned(),
                |g| until(g.effective.objection.expires_at, g.effective.objection.zone),
            ),
            drawing,
            reasons,
            case,
            is_active: false,
        });
    }
    for facts in &judged.told.untold {
        let name = customers::find_customer(tx, facts.customer_id)
            .await?
            .map(|c| c.name)
            .unwrap_or_default();
        rows.push(CustomerRow {
            id: facts.customer_id.to_string(),
            name,
            state: "Came into scope later".to_owned(),
            evidence: "not told yet".to_owned(),
            last_day: "not known yet".to_owned(),
            drawing: None,
            reasons: vec![("G9 NOTICE_NOT_SENT".to_owned(), "no notice was sent".to_owned())],
            case: None,
            is_active: false,
            is_gone: false,
        });
    }
    Ok(rows)
}

/// Everybody's name, read at once.
async fn names(tx: &mut Tx) -> Result<HashMap<CustomerId, String>> {
    Ok(customers::list_customers(tx)
        .await?
        .into_iter()
        .map(|customer| (customer.id, customer.name))
        .collect())
}

/// Reasons with one cause as one: windows that do not count because the notice was not given, gates that say the same.
fn grouped(reasons: &[&Reason]) -> Vec<(String, String)> {
    let is_not_given = reasons.iter().any(|r| r.gate == Gate::G9);
    let mut rows: Vec<(String, String)> = Vec::new();
    for reason in reasons {
        let (code, detail) = (format!("{} {}", reason.gate, reason.code), reason.detail.clone());
        let follows = is_not_given && matches!(reason.gate, Gate::G10 | Gate::G11);
        let same = rows
            .iter_mut()
            .find(|(codes, known)| (follows && codes.starts_with("G9 ")) || *known == detail);
        match same {
            Some((codes, known)) if follows && codes.starts_with("G9 ") => {
                codes.push_str(&format!(", {}", reason.gate));
                if reason.gate == Gate::G11 {
                    known.push_str(", so no window counts yet");
                }
            }
            Some((codes, _)) => codes.push_str(&format!(", {code}")),
            None => rows.push((code, detail)),
        }
    }
    rows
}

fn evidence_text(standing: &Standing, zone: Zone) -> String {
    match standing {
        Standing::NotSent => "not sent".to_owned(),
        Standing::NotGiven { .. } => "nothing shows that it arrived".to_owned(),
        Standing::AuthorisedAtSignature { at } => {
            format!("shown at signature on {}", day(zone.local_date(*at)))
        }
        standing => standing.given().map_or_else(String::new, |g| {
            let settled = if g.provisional {
                ", a late bounce may still void it"
            } else {
                ""
            };
            format!("{}, {}{settled}", g.grade.label(), moment(g.at, zone))
        }),
    }
}

/// Everybody who was written to, delivery by delivery.
pub(super) async fn recipients(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    zone: Zone,
) -> Result<Vec<RecipientRow>> {
    let names = names(tx).await?;
    let mut rows = Vec::new();
    for notice in dossier.notices.iter().filter(|n| n.dispatched_at.is_some()) {
        for delivery in deliveries::list_by_notice(tx, notice.id).await? {
            let customer = match delivery.customer_id {
                Some(id) => names.get(&id.into()).cloned().unwrap_or_default(),
                None => "Public list".to_owned(),
            };
            let contact = match delivery.contact_id {
                Some(id) => contacts::find_contact(tx, &state.keys, ContactId::from(id))
                    .await?
                    .map(|c| c.name)
                    .unwrap_or_default(),
                None => "a subscriber".to_owned(),
            };
            rows.push(RecipientRow {
                customer,
                contact,
                state: delivery.state.label().to_owned(),
                needs_a_person: delivery.state.needs_a_person(),
                accepted: delivery.accepted_at.map(|at| moment(at, zone)),
            });
        }
    }
    Ok(rows)
}
