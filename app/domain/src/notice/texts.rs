//! Records of the register in the words of a notice.

use super::{NoticeDraft, TransferText, places_outside};
use crate::change::ChangeType;
use crate::country::Place;
use crate::engagement::EngagementFacts;
use crate::facts::{retention_text, yes_no};
use crate::known::Known;
use crate::legal_record::{MechanismKind, Tia, TiaState, Transfer};

/// Where data goes outside the EEA, and by what.
pub(super) fn transfer_texts(draft: &NoticeDraft<'_>) -> Vec<TransferText> {
    let text = |transfer: &Transfer| {
        let fallback = transfer
            .fallback
            .as_ref()
            .map(|_| ", standard contractual clauses as fallback")
            .unwrap_or_default();
        let label = transfer.mechanism.kind().label();
        TransferText {
            destination: transfer.destination.label().to_owned(),
            mechanism: if has_fallen(draft, transfer) {
                format!("none; it rested on this, which no longer applies: {label}")
            } else {
                format!("{label}{fallback}")
            },
        }
    };
    let protected: Vec<&Transfer> = draft
        .transfers
        .iter()
        .filter(|transfer| transfer.mechanism.kind() != MechanismKind::NoneRequired)
        .collect();
    let unnamed = places_outside(draft.organisation, draft.engagement, draft.reference, draft.today)
        .into_iter()
        .filter(|place| protected.iter().all(|transfer| transfer.destination != *place))
        .map(|place| place.label().to_owned());
    // Nobody can say that everything stays inside while it is not known where that is.
    let unknown = (!draft.engagement.locations.is_known()).then(|| TransferText {
        destination: "Places not on file".to_owned(),
        mechanism: "whether a mechanism is needed is not known".to_owned(),
    });
    let without_mechanism = unnamed.map(|destination| TransferText {
        destination,
        mechanism: "no mechanism is on file".to_owned(),
    });
    protected
        .iter()
        .map(|transfer| text(transfer))
        .chain(without_mechanism)
        .chain(unknown)
        .collect()
}

/// Whether a notice of a lost mechanism speaks of this transfer: what it rests on does not stand any more.
fn has_fallen(draft: &NoticeDraft<'_>, transfer: &Transfer) -> bool {
    let rests_on_adequacy = matches!(
        transfer.mechanism.kind(),
        MechanismKind::Adequacy | MechanismKind::Dpf
    );
    let stands = |regime| match transfer.destination {
        Place::Country(country) => draft.reference.is_adequate(country, regime, draft.today),
        Place::Worldwide => false,
    };
    draft.change_type == ChangeType::MechanismLost
        && rests_on_adequacy
        && !transfer.regimes().into_iter().all(stands)
}

/// Outcome, day and summary of the approved assessments.
pub(super) fn assessment_texts(tias: &[Tia]) -> Vec<String> {
    let approved = tias.iter().filter(|t| t.state == TiaState::Approved);
    approved
        .map(|tia| {
            let date = tia
                .approved_on
                .map(|d| format!(" ({})", crate::words::short_day(d)))
                .unwrap_or_default();
            let summary = tia
                .customer_summary
                .as_ref()
                .map(|s| format!(": {s}"))
                .unwrap_or_default();
            let outcome = tia.outcome.map_or("not concluded", |outcome| outcome.label());
            format!("{outcome}{date}{summary}")
        })
        .collect()
}

/// The AI terms, where AI is involved.
pub(super) fn ai_text(engagement: &EngagementFacts) -> Option<String> {
    match &engagement.ai_terms {
        Known::Known(None) => None,
        Known::Unknown => Some("unknown".to_owned()),
        Known::Known(Some(terms)) => Some(format!(
            "training on customers’ data: {}; retention: {}",
            terms.training.print(|b| yes_no(*b)),
            terms.retention.print(|r| retention_text(*r)),
        )),
    }
}
