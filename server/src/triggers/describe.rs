//! What the register says otherwise: of a transfer, which part B of its assessments describes, or of the company behind it
//! and its security. Somebody says of each assessment what that means to it (legal-rules §4.5).

use chrono::NaiveDate;
use domain::certificate::Certificate;
use domain::facts::{FactField, FieldDiff};
use domain::id::{EngagementId, OrganisationId, StaffId};
use domain::legal_record::{SecurityAssessment, Transfer};
use domain::trigger::{Scope, TriggerKind};
use domain::words::day;

use super::raise::{Event, raise_for};
use crate::AppState;
use crate::store::assessments::{Key, list_concerned_assessments};
use crate::store::triggers::{Trigger, list_concerned, list_triggers_of};
use crate::store::{Result, Tx};

/// The longest that an event quotes of one value, in characters; all of them fit into its description.
const LONGEST_VALUE: usize = 180;

/// What differs, as the description of an event.
struct Said {
    text: String,
    /// Whether every value stands there as a whole.
    is_whole: bool,
}

impl Said {
    /// Of nothing, nothing is said.
    fn of(introduction: &str, differences: &[(&str, String, String)]) -> Option<Self> {
        if differences.is_empty() {
            return None;
        }
        let is_short = |text: &String| text.chars().count() <= LONGEST_VALUE;
        let quoted = |text: &String| -> String {
            let start: String = text.chars().take(LONGEST_VALUE).collect();
            if is_short(text) {
                start
            } else {
                format!("{start}…")
            }
        };
        let parts = differences
            .iter()
            .map(|(label, before, after)| format!("{label}: {} → {}", quoted(before), quoted(after)));
        Some(Self {
            text: format!("{introduction}\n{}", parts.collect::<Vec<_>>().join("\n")),
            is_whole: differences
                .iter()
                .all(|(_, before, after)| is_short(before) && is_short(after)),
        })
    }

    /// Of some fields of the register.
    fn of_fields(introduction: &str, fields: &[FactField], differences: &[FieldDiff]) -> Option<Self> {
        let of_these = differences.iter().filter(|diff| fields.contains(&diff.field));
        let of_these: Vec<_> = of_these
            .map(|diff| (diff.label, diff.before.clone(), diff.after.clone()))
            .collect();
        Self::of(introduction, &of_these)
    }
}

/// What the assessment describes (part B) changed in the register: its assessments are looked at before that takes effect.
/// Nothing is raised while an event that says the very same waits for an answer.
///
/// # Errors
/// As [`raise_for`].
pub async fn transfer_changed(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    id: EngagementId,
    differences: &[FieldDiff],
    takes_effect_on: Option<NaiveDate>,
) -> Result<Option<Trigger>> {
    use FactField as F;
    const DESCRIBED: [FactField; 8] = [
        F::Organisation,
        F::Purpose,
        F::DataSubjects,
        F::DataCategories,
        F::SpecialCategories,
        F::Locations,
        F::RemoteAccess,
        F::Chain,
    ];
    let said = Said::of_fields("The register describes it otherwise.", &DESCRIBED, differences);
    let what = (TriggerKind::TransferChanged, Scope::Engagement(id));
    describe(tx, state, by, what, said, takes_effect_on).await
}

/// The record of a transfer says something else about the flow itself: the same as [`transfer_changed`].
///
/// # Errors
/// As [`raise_for`].
pub async fn flow_changed(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    id: EngagementId,
    before: &Transfer,
    after: &Transfer,
) -> Result<Option<Trigger>> {
    let differences: Vec<_> = flow(before)
        .into_iter()
        .zip(flow(after))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((label, before), (_, after))| (label, before, after))
        .collect();
    let introduction = format!("The record of the transfer to {}.", after.destination.label());
    let said = Said::of(&introduction, &differences);
    let what = (TriggerKind::TransferChanged, Scope::Engagement(id));
    describe(tx, state, by, what, said, None).await
}

/// A transfer was added: one more flow than the assessments describe, so they are looked at before it starts.
///
/// # Errors
/// As [`raise_for`].
pub async fn flow_added(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    id: EngagementId,
    number: i64,
    added: &Transfer,
) -> Result<Option<Trigger>> {
    let onward = added
        .onward_of
        .map_or_else(String::new, |first| format!(", going on from transfer {first}"));
    let said = Said {
        text: format!(
            "Transfer {number} was added: to {}, imported by {}{onward}.",
            added.destination.label(),
            added.importer
        ),
        is_whole: true,
    };
    let what = (TriggerKind::TransferChanged, Scope::Engagement(id));
    describe(tx, state, by, what, Some(said), None).await
}

/// What an assessment takes from the record of a transfer.
fn flow(transfer: &Transfer) -> [(&'static str, String); 5] {
    let origins = transfer.origins.iter().map(|origin| origin.label());
    [
        ("Origin", domain::facts::list(origins)),
        ("Destination", transfer.destination.label().to_owned()),
        ("Importer", transfer.importer.to_string()),
        (
            "Onward transfer",
            transfer
                .onward_of
                .map_or_else(|| "no".to_owned(), |number| format!("of transfer {number}")),
        ),
        ("Mechanism", transfer.mechanism.kind().label().to_owned()),
    ]
}

/// The register says something else of a company: another name of the importer is another description of every transfer to
/// it, and another owner an event at the vendor.
///
/// # Errors
/// As [`raise_for`].
pub async fn company_changed(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    id: OrganisationId,
    differences: &[FieldDiff],
    takes_effect_on: Option<NaiveDate>,
) -> Result<Option<Trigger>> {
    use FactField as F;
    let scope = Scope::Organisation(id);
    let fields = [F::LegalName, F::RegistrationCountry];
    let named = Said::of_fields(
        "The register says something else of the importer.",
        &fields,
        differences,
    );
    let what = (TriggerKind::TransferChanged, scope);
    let named = describe(tx, state, by, what, named, takes_effect_on).await?;
    let fields = [F::Parent, F::UltimateParentCountry];
    let owned = Said::of_fields("The company has another owner.", &fields, differences);
    let what = (TriggerKind::VendorEvent, scope);
    let owned = describe(tx, state, by, what, owned, takes_effect_on).await?;
    Ok(owned.or(named))
}

/// A company lost a certificate that counted: an event at the vendor.
///
/// # Errors
/// As [`raise_for`].
pub async fn certificate_lost(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    id: OrganisationId,
    lost: &Certificate,
) -> Result<Option<Trigger>> {
    let said = Said {
        text: format!(
            "A certificate of the company no longer counts, because it was withdrawn or had been recorded by mistake: {}.",
            lost.sentence()
        ),
        is_whole: true,
    };
    let what = (TriggerKind::VendorEvent, Scope::Organisation(id));
    describe(tx, state, by, what, Some(said), None).await
}

/// The security assessment of an engagement failed: an event at the vendor, for this engagement.
///
/// # Errors
/// As [`raise_for`].
pub async fn security_failed(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    id: EngagementId,
    failed: &SecurityAssessment,
) -> Result<Option<Trigger>> {
    let said = Said {
        text: format!(
            "The security assessment of {} came to: {}.",
            day(failed.assessed_on),
            failed.result.label()
        ),
        is_whole: true,
    };
    let what = (TriggerKind::VendorEvent, Scope::Engagement(id));
    describe(tx, state, by, what, Some(said), None).await
}

/// Raises what is said, for each assessment of which nobody is asked that already.
async fn describe(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    (kind, scope): (TriggerKind, Scope),
    said: Option<Said>,
    takes_effect_on: Option<NaiveDate>,
) -> Result<Option<Trigger>> {
    let Some(said) = said else { return Ok(None) };
    let mut fresh = Vec::new();
    for one in list_concerned_assessments(tx, scope).await? {
        if !said.is_whole || !waits(tx, one.key, kind, &said.text).await? {
            fresh.push(one.key);
        }
    }
    let (Ok(description), false) = (said.text.parse(), fresh.is_empty()) else {
        return Ok(None);
    };
    let event = Event {
        kind,
        scope,
        description,
        source: None,
        occurred_on: state.publisher().zone.local_date(state.clock.now()),
        takes_effect_on,
    };
    raise_for(tx, state, Some(by), &event, &fresh).await.map(Some)
}

/// Whether an earlier event that says the same still waits for an answer about this assessment.
async fn waits(tx: &mut Tx, key: Key, kind: TriggerKind, text: &str) -> Result<bool> {
    for trigger in list_triggers_of(tx, key).await? {
        if trigger.kind == kind && trigger.description == text {
            let concerned = list_concerned(tx, trigger.id).await?;
            if concerned.iter().any(|one| one.key == key && one.triage.is_none()) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
