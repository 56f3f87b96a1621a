//! What a mail service reports of a mail after it took it: late, twice and in any order.
//!
//! What one report does to a try is [`Report::event`], what it proves is [`Report::evidence`]. Opens and clicks are no
//! reports: scanners make them too, and a person reading is shown by an acknowledgement only.

use crate::delivery::AttemptEvent;
use crate::evidence::EvidenceKind;
use crate::word_set::words;

words! {
    /// One report.
    "report" Report {
        /// The mail service has the mail. It says so even of mails that it will not send.
        Request = "REQUEST", "Taken on by the mail service";
        /// Not taken yet by the recipient's server.
        Deferred = "DEFERRED", "Delayed, the mail service tries again";
        /// The recipient's server took it.
        Delivered = "DELIVERED", "Delivered to the recipient’s mail server";
        /// The mail service has tried for long enough.
        SoftBounce = "SOFT_BOUNCE", "Given up after many tries";
        /// The recipient's server refuses it for good.
        HardBounce = "HARD_BOUNCE", "Refused by the recipient’s mail server";
        /// There cannot be such an address.
        InvalidAddress = "INVALID_ADDRESS", "Not an address";
        /// The address is on a list of the mail service.
        Blocked = "BLOCKED", "Not sent, the mail service blocks the address";
        /// Something went wrong before it was sent.
        Error = "ERROR", "Not sent, an error at the mail service";
        /// Marked as spam: it had arrived.
        Complaint = "COMPLAINT", "Marked as spam";
        /// The recipient told the mail service to send no more. Later mails will be blocked.
        Unsubscribed = "UNSUBSCRIBED", "Unsubscribed at the mail service";
        /// A kind that we do not know.
        Other = "OTHER", "A report of an unknown kind";
        /// Not a report at all.
        Malformed = "MALFORMED", "Not readable";
    }
}

impl Report {
    /// What it does to a try; none for a report that says nothing about this mail's way.
    pub const fn event(self) -> Option<AttemptEvent> {
        match self {
            Self::Request => Some(AttemptEvent::ReportRequest),
            Self::Deferred => Some(AttemptEvent::ReportDeferred),
            Self::Delivered => Some(AttemptEvent::ReportDelivered),
            Self::SoftBounce | Self::HardBounce | Self::InvalidAddress => Some(AttemptEvent::ReportBounced),
            Self::Blocked | Self::Error => Some(AttemptEvent::ReportBlocked),
            Self::Complaint => Some(AttemptEvent::ReportComplaint),
            Self::Unsubscribed | Self::Other | Self::Malformed => None,
        }
    }

    /// What it proves or refutes. That the mail service has the mail is known from its reply already.
    pub const fn evidence(self) -> Option<EvidenceKind> {
        match self {
            Self::Deferred => Some(EvidenceKind::Deferred),
            Self::Delivered => Some(EvidenceKind::Delivered),
            Self::SoftBounce | Self::HardBounce | Self::InvalidAddress => Some(EvidenceKind::Bounced),
            Self::Blocked | Self::Error => Some(EvidenceKind::Suppressed),
            Self::Complaint => Some(EvidenceKind::Complained),
            Self::Request | Self::Unsubscribed | Self::Other | Self::Malformed => None,
        }
    }

    /// Whether writing to this address again is no use, or not wanted.
    pub const fn ends_a_subscription(self) -> bool {
        matches!(
            self,
            Self::HardBounce | Self::InvalidAddress | Self::Complaint | Self::Unsubscribed
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;

    #[test]
    fn every_report_reads_back() {
        assert_words!(Report);
    }

    #[test]
    fn what_a_report_does_and_what_it_proves_agree() {
        for report in Report::ALL {
            let leads_to = report.event().map(AttemptEvent::leads_to);
            let arrived = leads_to.is_some_and(|state| state.has_arrived());
            let failed = leads_to.is_some_and(|state| state.has_failed());
            let good = matches!(
                report.evidence(),
                Some(EvidenceKind::Delivered | EvidenceKind::Complained)
            );
            let bad = matches!(
                report.evidence(),
                Some(EvidenceKind::Bounced | EvidenceKind::Suppressed)
            );
            assert_eq!((arrived, failed), (good, bad), "{report}");
        }
    }
}
