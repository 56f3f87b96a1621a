//! Whether a vendor's window is too short for our customers: each has their own period, counted as if notice were given today.

use chrono::NaiveDate;
use domain::period::Period;
use domain::policy::Policy;
use domain::vendor_notice::{Alert, alert};
use domain::window::NoticeTerms;
use domain::words;
use domain::zone::Zone;
use uuid::Uuid;

use super::page;
use crate::changes::promise::Counting;
use crate::changes::scope::Users;
use crate::changes::standing::notice_settings;
use crate::register;
use crate::store::engagements::{CurrentEngagement, current};
use crate::store::vendor_notices::list_undecided;
use crate::store::{Result, Tx};

/// What comparing gave.
pub(super) struct Compared {
    /// Customers who have longer, if any.
    pub alert: Option<Alert>,
    /// Customers without terms on file, or whose period runs into years without holiday data.
    pub uncounted: usize,
}

/// What every comparison on a day needs, read once.
pub(super) struct Basis {
    users: Users,
    counting: Counting,
    minimum: Option<Period>,
    today: NaiveDate,
}

impl Basis {
    /// Of a day of the publisher.
    pub(super) async fn load(tx: &mut Tx, zone: Zone, today: NaiveDate) -> Result<Self> {
        Ok(Self {
            users: Users::load(tx, today).await?,
            counting: Counting::load(tx, zone).await?,
            minimum: notice_settings(tx).await?.minimum_notice,
            today,
        })
    }
}

/// Compares the vendor's last day with a notice given on the day of `basis` to every customer who uses the engagement.
pub(super) fn compare(basis: &Basis, engagement: &CurrentEngagement, vendor_until: NaiveDate) -> Compared {
    let mut uncounted = 0;
    // Many customers have the same terms, which are counted once.
    let mut alike: Vec<(NoticeTerms, &Policy, usize)> = Vec::new();
    for version in basis.users.terms_of(&engagement.version.facts) {
        let Some(version) = version else {
            uncounted += 1;
            continue;
        };
        let terms = version.policy.notice_terms(Vec::new());
        match alike.iter_mut().find(|(known, ..)| *known == terms) {
            Some((_, _, customers)) => *customers += 1,
            None => alike.push((terms, &version.policy, 1)),
        }
    }
    let mut given = Vec::with_capacity(alike.len());
    for (_, policy, customers) in &alike {
        match basis.counting.windows(policy, basis.today, basis.minimum) {
            Ok(windows) => given.push((windows, *customers)),
            Err(_) => uncounted += customers,
        }
    }
    Compared {
        alert: alert(vendor_until, &given),
        uncounted,
    }
}

/// "the vendor lets us object until …, customers may object until …".
pub(super) fn sentence(alert: &Alert) -> String {
    let vendor = words::day(alert.vendor_until);
    match alert.objects_until {
        Some(until) => format!(
            "the vendor lets us object until {vendor}, customers may object until {}",
            words::day(until)
        ),
        None => format!(
            "the vendor lets us object until {vendor}, the notice to customers runs until {}",
            words::day(alert.until)
        ),
    }
}

/// How many customers have longer, and the longest period. Says nobody's terms by name.
pub(super) fn numbers(alert: &Alert) -> String {
    format!(
        "Customers who have longer than the vendor leaves us: {} of {}. The longest period is {}: told today, it runs until {}.",
        alert.customers,
        alert.of,
        alert.longest.in_words(),
        words::day(alert.until)
    )
}

/// A notice of which nobody wrote down whether we object.
pub struct UndecidedWindow {
    /// The notice.
    pub about: Uuid,
    /// The last day of the vendor's window.
    pub ends_on: NaiveDate,
    /// "Vendor notice 3, Acme Hosting GmbH: Object Storage".
    pub what: String,
    /// Its page.
    pub path: String,
    /// Whether that day has passed.
    pub is_over: bool,
    /// What is said where customers have longer; nothing once it is over.
    pub too_short: Option<String>,
}

/// All of them, on a day of the publisher.
///
/// # Errors
/// When the database is away.
pub async fn list_undecided_windows(
    tx: &mut Tx,
    zone: Zone,
    today: NaiveDate,
) -> Result<Vec<UndecidedWindow>> {
    let undecided = list_undecided(tx).await?;
    if undecided.is_empty() {
        return Ok(Vec::new());
    }
    let basis = Basis::load(tx, zone, today).await?;
    let mut windows = Vec::with_capacity(undecided.len());
    for listed in undecided {
        let (Some(ends_on), Some(current)) = (
            listed.logged.notice.window_ends_on,
            current(tx, listed.logged.engagement_id).await?,
        ) else {
            continue;
        };
        let is_over = ends_on < today;
        let alert = (!is_over)
            .then(|| compare(&basis, &current, ends_on).alert)
            .flatten();
        windows.push(UndecidedWindow {
            about: listed.logged.id,
            ends_on,
            what: format!("{}, {}", page::title(&listed.logged), register::title(&current)),
            path: page::path(&listed.logged),
            is_over,
            too_short: alert.as_ref().map(sentence),
        });
    }
    Ok(windows)
}
