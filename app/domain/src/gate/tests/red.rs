//! One way or several to turn each reason red.

use super::super::*;
use super::green::*;
use crate::authorisation::{AuthorisationModel, AuthorisationState};
use crate::digest::Digest;
use crate::engagement::{Chain, LocationKind, SpecialCategory};
use crate::id::StaffId;
use crate::known::Known;
use crate::legal_record::*;
use crate::objection::ObjectionState;
use crate::reference::*;
use crate::text::{Name, Prose};
use std::collections::{BTreeMap, BTreeSet};

use ReasonCode as R;

pub(super) type Edit = fn(&mut Facts);

/// One way or several to turn each reason red, alone; everything else stays green.
pub(super) fn red() -> Vec<(R, Edit)> {
    vec![
        (R::IdentityIncomplete, |f| {
            f.register.organisation.address = Known::Unknown;
        }),
        (R::IdentityIncomplete, |f| {
            f.register.organisation.registration_number = Known::Unknown;
        }),
        (R::IdentityIncomplete, |f| {
            f.register.organisation.contact = Known::Unknown;
        }),
        (R::NoDpa, |f| f.register.contract = None),
        (R::NoDpa, |f| contract(f).effective_on = Some(date("2027-02-02"))),
        (R::NoDpa, |f| contract(f).effective_on = None),
        (R::NoDpa, |f| contract(f).ends_on = Some(date("2027-01-31"))),
        (R::DpaWrongEntity, |f| {
            contract(f).invoice_entity_name = Some(Name::parse("Acme Ltd").unwrap());
        }),
        (R::FlowdownIncomplete, |f| contract(f).archived_copy = None),
        (R::FlowdownIncomplete, |f| contract(f).flow_down = BTreeSet::new()),
        (R::FlowdownIncomplete, |f| {
            contract(f).own_purpose = OwnPurpose::Unreviewed;
        }),
        (R::SecurityMissing, |f| f.register.security = None),
        (R::SecurityMissing, |f| {
            security(f).result = AssessmentResult::Failed;
        }),
        (R::SecurityExpired, |f| security(f).valid_to = date("2027-01-31")),
        (R::TransferUndetermined, |f| {
            f.register.engagement.remote_access = Known::Unknown;
        }),
        (R::TransferUndetermined, |f| {
            f.register.engagement.locations = Known::Unknown;
        }),
        (R::TransferUndetermined, |f| {
            f.register.organisation.registration_country = Known::Unknown;
        }),
        (R::ChainIncomplete, |f| {
            f.register.engagement.chain = Known::Unknown;
        }),
        (R::ChainIncomplete, |f| {
            f.register.engagement.chain = Known::Known(Chain::Recorded);
        }),
        (R::ChainIncomplete, |f| f.register.engagement.tier = 2),
        (R::NoValidMechanism, |f| {
            f.register.engagement.locations = Known::Known(BTreeSet::from([
                location("US", LocationKind::Support),
                location("WORLDWIDE", LocationKind::Processing),
            ]));
        }),
        (R::NoValidMechanism, |f| {
            use_mechanism(
                f,
                Mechanism::Bcr(Bcr {
                    kind: BcrKind::Controller,
                    approval: None,
                    covers_transfer: true,
                }),
            );
        }),
        (R::NoValidMechanism, |f| {
            let kind = OtherSafeguardKind::AdHocClauses;
            use_mechanism(f, Mechanism::Other46(OtherSafeguard { kind, approval: None }));
        }),
        (R::AdequacyScope, |f| {
            move_to(f, "CA", AdequacyReliance::default());
        }),
        (R::AdequacyScope, |f| {
            move_to(
                f,
                "CA",
                AdequacyReliance {
                    in_scope: Some(true),
                    ..AdequacyReliance::default()
                },
            );
        }),
        (R::AdequacyScope, |f| {
            use_mechanism(f, Mechanism::Adequacy(AdequacyReliance::default()));
        }),
        (R::AdequacyExpired, |f| {
            let row = &mut f.register.reference.adequacy[0];
            (row.status, row.status_since) = (AdequacyStatus::Annulled, date("2027-02-01"));
        }),
        (R::DpfNotActive, |f| {
            edit_check(f, |c| c.status = DpfStatus::InactiveLapsed);
        }),
        (R::DpfNotActive, |f| edit_dpf(f, |d| d.checks.clear())),
        (R::DpfScope, |f| {
            edit_check(f, |c| {
                c.entity_as_listed = Name::parse("Acme Holding Inc.").unwrap();
            });
        }),
        (R::DpfScope, |f| edit_dpf(f, |d| d.hr_data = true)),
        (R::DpfScope, |f| edit_check(f, |c| c.covers_non_hr = false)),
        (R::DpfCheckStale, |f| {
            edit_check(f, |c| c.checked_on = date("2027-01-01"));
        }),
        (R::DpfCheckStale, |f| {
            edit_check(f, |c| c.checked_on = date("2027-02-02"));
        }),
        (R::UkInstrumentMissing, |f| {
            use_scc(f, |_| ());
            f.register.transfers[0].body.origins.insert(Origin::Uk);
        }),
        (R::Art49Blocked, |f| {
            let none = Derogation {
                permitted_by: None,
                permitted_on: None,
                expires_on: None,
                reason: None,
            };
            use_mechanism(f, Mechanism::Art49(none));
        }),
        (R::SccModule, |f| use_scc(f, |s| s.module = SccModule::Two)),
        (R::SccNotInForce, |f| {
            use_scc(f, |s| s.standing.state = SccState::PartlySigned);
        }),
        (R::SccNotInForce, |f| {
            use_scc(f, |s| s.standing.signing.in_force_on = Some(date("2027-02-02")));
        }),
        (R::SccAnnex, |f| {
            use_scc(f, |s| s.texts.clear());
        }),
        (R::SccAnnex, |f| {
            use_scc(f, |s| s.options.clause_9 = Some(Clause9::Specific));
        }),
        (R::SccAnnex, |f| {
            use_scc(f, |s| {
                s.texts
                    .insert(ClausesField::ImporterName, Prose::parse("Acme Ltd").unwrap());
            });
        }),
        (R::SccAnnex, |f| {
            use_scc(f, |_| ());
            f.register.engagement.special_categories =
                Known::Known(BTreeSet::from([SpecialCategory::Health]));
        }),
        (R::SccNotInForce, |f| {
            use_scc(f, |_| ());
            f.register.clauses.clear();
        }),
        (R::SccNotInForce, |f| {
            use_scc(f, |s| s.standing.state = SccState::Suspended);
        }),
        (R::SccAnnex, |f| use_scc(f, |s| s.modified = true)),
        (R::SccLegacy, |f| use_scc(f, |s| s.version = SccVersion::V2010)),
        (R::TiaMissing, |f| {
            use_scc(f, |_| ());
            f.register.tias = vec![];
        }),
        (R::TiaMissing, |f| {
            use_scc(f, |_| ());
            assessment(f).tia_type = TiaType::EeaNote;
        }),
        (R::TiaNotApproved, |f| {
            use_scc(f, |_| ());
            assessment(f).state = TiaState::InReview;
        }),
        (R::TiaNotApproved, |f| {
            use_scc(f, |_| ());
            assessment(f).state = TiaState::Rejected;
        }),
        (R::TiaNotApproved, |f| {
            use_scc(f, |_| ());
            assessment(f).state = TiaState::UnderTriggerReview;
        }),
        (R::TiaNotApproved, |f| {
            use_scc(f, |_| ());
            f.register.described_otherwise.insert(id(4));
        }),
        (R::TiaNegative, |f| {
            use_scc(f, |_| ());
            assessment(f).state = TiaState::Suspended;
        }),
        (R::TiaNotApproved, |f| {
            use_scc(f, |_| ());
            assessment(f).approver = Some(id::<StaffId>(1));
        }),
        (R::TiaMissing, |f| {
            use_scc(f, |_| ());
            assessment(f).state = TiaState::Superseded;
        }),
        (R::TiaMissing, |f| {
            use_scc(f, |_| ());
            assessment(f).destinations = BTreeSet::from([place("CA")]);
        }),
        (R::TiaNegative, |f| {
            use_scc(f, |_| ());
            assessment(f).outcome = Some(TiaOutcome::Suspend);
        }),
        (R::TiaOverdue, |f| {
            use_scc(f, |_| ());
            assessment(f).next_review_on = Some(date("2027-01-01"));
        }),
        (R::TiaOverdue, |f| {
            use_scc(f, |_| ());
            assessment(f).next_review_on = None;
        }),
        (R::TiaNegative, |f| {
            use_scc(f, |_| ());
            assessment(f).outcome = Some(TiaOutcome::NotAllowed);
        }),
        (R::MeasureOpen, |f| {
            assessment(f).measures[0].standing.status = MeasureStatus::Planned;
        }),
        (R::FallbackMissing, |f| {
            f.register.transfers[0].body.fallback = None;
        }),
        (R::FallbackMissing, |f| {
            f.register.clauses = BTreeMap::from([(2, recorded(5, scc()))]);
        }),
        (R::FallbackMissing, |f| {
            assessment(f).tia_type = TiaType::AdequacyNote;
        }),
        (R::OpenObjection, |f| object(f, ObjectionState::Submitted)),
        (R::OpenObjection, |f| object(f, ObjectionState::StandingBlock)),
        (R::OpenObjection, |f| {
            f.customer.authorisation = AuthorisationState::Objected;
        }),
        (R::CustomerExcluded, |f| {
            f.customer.authorisation = AuthorisationState::Excluded;
        }),
        (R::CustomerExcluded, |f| {
            f.customer.authorisation = AuthorisationState::Terminated;
        }),
        (R::SpecificAuthMissing, |f| {
            f.customer.model = Some(AuthorisationModel::Specific);
        }),
        (R::SpecificAuthMissing, |f| f.customer.model = None),
        (R::SpecificAuthMissing, |f| {
            f.customer.model = Some(AuthorisationModel::Specific);
            f.customer.authorisation = AuthorisationState::Explicitly;
        }),
        (R::NoticeFactsMismatch, |f| {
            f.register.facts_hash = Digest::new([2; 32]);
        }),
        (R::BeforeAnnouncedDate, |f| {
            f.customer.announced_at = Some(at("2027-02-01T09:00:01Z"));
        }),
        (R::BeforeAnnouncedDate, |f| f.customer.announced_at = None),
        (R::NoticeWindowOpen, |f| {
            given(f).notice_expires_at = at("2027-02-01T09:00:00.000001Z");
        }),
        (R::ObjectionWindowOpen, |f| {
            given(f).objection_expires_at = at("2027-02-01T09:00:00.000001Z");
        }),
        (R::NoticeNotSent, |f| f.customer.notice = NoticeStanding::NotSent),
        (R::NoticeNotSent, |f| f.customer.required_version = 2),
        (R::NoticeNotSent, |f| {
            f.customer.authorisation = AuthorisationState::NotInScope;
        }),
        (R::NoticeUndelivered, |f| {
            f.customer.notice = NoticeStanding::Undelivered {
                facts_hash: f.register.facts_hash,
            };
        }),
    ]
}
