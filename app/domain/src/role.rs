//! Who on the publisher's side may do what.
//!
//! One table: `Role::allows`. Handlers ask for a [`Permission`], never for a role. That author and approver are
//! two people is a rule about persons, not roles; it is in [`crate::approval`].

use crate::word_set::words;

words! {
    /// A role of a staff account; one person may hold several.
    "role" Role {
        /// Drafts: register, changes, notices, objections; maintains customers.
        LegalEditor = "legal_editor", "Legal editor";
        /// Approves what somebody else drafted.
        LegalApprover = "legal_approver", "Legal approver";
        /// Data protection officer.
        Dpo = "dpo", "Data protection officer";
        /// Assesses the security of organisations.
        SecurityAssessor = "security_assessor", "Security assessor";
        /// Activates through the gates; watches mail and jobs.
        Operator = "operator", "Operator";
        /// Reads everything, changes nothing.
        Auditor = "auditor", "Auditor";
        /// Accounts and settings; no legal act.
        Admin = "admin", "Admin";
    }
}

words! {
    /// One thing that staff can do.
    "permission" Permission {
        /// See organisations, engagements, legal records, gates, changes and notices.
        ReadRegister = "READ_REGISTER", "read the register";
        /// See customers, their contacts and policies, deliveries and objections.
        ReadCustomers = "READ_CUSTOMERS", "read customers";
        /// See the audit log and verify it.
        ReadAudit = "READ_AUDIT", "read the audit log";
        /// See mails as sent, the queue and jobs.
        ReadMail = "READ_MAIL", "see mails and jobs";
        /// Create and edit organisations, engagements, contracts and transfers.
        EditRegister = "EDIT_REGISTER", "edit the register";
        /// Import a list as drafts.
        ImportList = "IMPORT_LIST", "import a list";
        /// Take a list that is in use over as baseline.
        AdoptBaseline = "ADOPT_BASELINE", "adopt a list as baseline";
        /// Record a security assessment.
        AssessSecurity = "ASSESS_SECURITY", "record a security assessment";
        /// Write a transfer impact assessment.
        EditTia = "EDIT_TIA", "write a transfer impact assessment";
        /// Approve a transfer impact assessment that somebody else wrote.
        ApproveTia = "APPROVE_TIA", "approve a transfer impact assessment";
        /// Confirm that clauses which somebody else prepared are in force.
        ConfirmClauses = "CONFIRM_CLAUSES", "confirm that clauses are in force";
        /// Confirm the legal part of an engagement's assessment, or a transfer that somebody else recorded.
        ConfirmAssessment = "CONFIRM_ASSESSMENT", "confirm the legal part of an assessment";
        /// Confirm the security part of an engagement's assessment.
        ConfirmSecurity = "CONFIRM_SECURITY", "confirm the security part of an assessment";
        /// Create and edit customers, contacts and policies.
        EditCustomers = "EDIT_CUSTOMERS", "edit customers";
        /// Confirm a policy with a shorter period or a weaker effect.
        ConfirmShortenedPolicy = "CONFIRM_SHORTENED_POLICY", "confirm a shortened policy";
        /// Draft a change and its notice, and hand it in for review.
        DraftChange = "DRAFT_CHANGE", "draft a change";
        /// Lower the notice class of a change below its default.
        LowerNoticeClass = "LOWER_NOTICE_CLASS", "lower a notice class";
        /// Approve a notice that somebody else drafted.
        ApproveNotice = "APPROVE_NOTICE", "approve a notice";
        /// Return an approved change to draft before dispatch.
        ReturnToDraft = "RETURN_TO_DRAFT", "return a change to draft";
        /// Dispatch an approved notice.
        DispatchNotice = "DISPATCH_NOTICE", "dispatch a notice";
        /// Cancel a change after dispatch, which tells everyone.
        CancelChange = "CANCEL_CHANGE", "cancel a change";
        /// Log an objection or approval that came on paper, and work a case.
        WorkObjection = "WORK_OBJECTION", "work an objection";
        /// Reject an objection with reasons, or confirm that it lapsed.
        DecideObjection = "DECIDE_OBJECTION", "decide an objection";
        /// Activate an engagement through the gates.
        Activate = "ACTIVATE", "activate an engagement";
        /// Suspend an active engagement or a set of clauses in force, resume it; end a set of clauses.
        Suspend = "SUSPEND", "suspend or resume an engagement or its clauses";
        /// Carry out that an adequacy decision falls or is given back, with what follows for transfers, engagements and
        /// customers. A legal act: not the admin's, who keeps the other reference data.
        ChangeAdequacyStatus = "CHANGE_ADEQUACY_STATUS", "carry out a change of an adequacy decision’s status";
        /// End an engagement.
        Offboard = "OFFBOARD", "end an engagement";
        /// Permit a transfer under Article 49 for a limited time.
        OverrideArticle49 = "OVERRIDE_ARTICLE_49", "permit a transfer under Article 49";
        /// Be one of the two people who grant a waiver.
        GrantWaiver = "GRANT_WAIVER", "grant a waiver";
        /// Send a failed mail again.
        ResendMail = "RESEND_MAIL", "send a failed mail again";
        /// Close a task.
        CloseTask = "CLOSE_TASK", "close a task";
        /// Create, change and disable staff accounts.
        ManageAccounts = "MANAGE_ACCOUNTS", "manage accounts";
        /// Change settings, legal entities, products and calendar overrides.
        ManageSettings = "MANAGE_SETTINGS", "manage settings";
    }
}

impl Role {
    /// Whether the role may do this.
    pub const fn allows(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::LegalEditor => matches!(
                permission,
                P::ReadRegister
                    | P::ReadCustomers
                    | P::ReadAudit
                    | P::ReadMail
                    | P::EditRegister
                    | P::ImportList
                    | P::EditTia
                    | P::EditCustomers
                    | P::DraftChange
                    | P::WorkObjection
                    | P::Offboard
                    | P::ResendMail
                    | P::CloseTask
            ),
            Self::LegalApprover => matches!(
                permission,
                P::ReadRegister
                    | P::ReadCustomers
                    | P::ReadAudit
                    | P::ReadMail
                    | P::AdoptBaseline
                    | P::ApproveTia
                    | P::ConfirmClauses
                    | P::ConfirmAssessment
                    | P::ConfirmShortenedPolicy
                    | P::LowerNoticeClass
                    | P::ApproveNotice
                    | P::ReturnToDraft
                    | P::DispatchNotice
                    | P::CancelChange
                    | P::WorkObjection
                    | P::DecideObjection
                    | P::Suspend
                    | P::ChangeAdequacyStatus
                    | P::GrantWaiver
                    | P::CloseTask
            ),
            Self::Dpo => matches!(
                permission,
                P::ReadRegister
                    | P::ReadCustomers
                    | P::ReadAudit
                    | P::ReadMail
                    | P::LowerNoticeClass
                    | P::OverrideArticle49
                    | P::ChangeAdequacyStatus
                    | P::GrantWaiver
            ),
            Self::SecurityAssessor => matches!(
                permission,
                P::ReadRegister | P::AssessSecurity | P::ConfirmSecurity | P::GrantWaiver | P::CloseTask
            ),
            Self::Operator => matches!(
                permission,
                P::ReadRegister
                    | P::ReadCustomers
                    | P::ReadMail
                    | P::ReadAudit
                    | P::Activate
                    | P::Offboard
                    | P::ResendMail
                    | P::CloseTask
            ),
            Self::Auditor => {
                matches!(
                    permission,
                    P::ReadRegister | P::ReadCustomers | P::ReadAudit | P::ReadMail
                )
            }
            Self::Admin => matches!(
                permission,
                P::ReadRegister | P::ManageAccounts | P::ManageSettings
            ),
        }
    }
}

/// Whether someone who holds these roles may do this.
pub fn allows(roles: &[Role], permission: Permission) -> bool {
    roles.iter().any(|role| role.allows(permission))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;
    use Permission as P;

    #[test]
    fn words_read_back() {
        assert_words!(Role, Permission);
    }

    #[test]
    fn every_permission_is_held_by_some_role() {
        for permission in P::ALL {
            assert!(
                Role::ALL.iter().any(|role| role.allows(*permission)),
                "{permission}"
            );
        }
    }

    #[test]
    fn an_auditor_only_reads() {
        for permission in P::ALL.iter().filter(|p| Role::Auditor.allows(**p)) {
            assert!(permission.as_str().starts_with("READ_"), "{permission}");
        }
    }

    #[test]
    fn an_admin_holds_no_legal_power_and_sees_no_customer() {
        let held: Vec<_> = P::ALL.iter().filter(|p| Role::Admin.allows(**p)).collect();
        assert_eq!(held, [&P::ReadRegister, &P::ManageAccounts, &P::ManageSettings]);
    }

    #[test]
    fn drafting_approving_and_activating_are_three_roles() {
        let holders = |p| {
            Role::ALL
                .iter()
                .filter(|r| r.allows(p))
                .copied()
                .collect::<Vec<_>>()
        };
        assert_eq!(holders(P::DraftChange), [Role::LegalEditor]);
        assert_eq!(holders(P::ApproveNotice), [Role::LegalApprover]);
        assert_eq!(holders(P::ConfirmClauses), [Role::LegalApprover]);
        assert_eq!(holders(P::Activate), [Role::Operator]);
        assert_eq!(holders(P::OverrideArticle49), [Role::Dpo]);
        assert_eq!(holders(P::LowerNoticeClass), [Role::LegalApprover, Role::Dpo]);
        assert_eq!(holders(P::ChangeAdequacyStatus), [Role::LegalApprover, Role::Dpo]);
        assert!(allows(&[Role::Auditor, Role::Operator], P::Activate));
        assert!(!allows(&[], P::ReadRegister));
    }
}
