//! One assessment with its draft and its versions.

use std::collections::BTreeSet;

use app::ui::Link;
use domain::id::StaffId;
use domain::legal_record::{LegalRecord, LegalRecordKind, Tia};
use uuid::Uuid;

use crate::http::HttpError;
use crate::register::load;
use crate::store::assessments::{Draft, Key, find_draft};
use crate::store::engagements::CurrentEngagement;
use crate::store::legal_records::{StoredRecord, list_latest_records, list_record_versions};
use crate::store::{Result, Tx};

/// One assessment.
pub struct Assessment {
    pub current: CurrentEngagement,
    pub number: i64,
    pub draft: Option<Draft>,
    /// Versions that were handed in, newest first.
    pub versions: Vec<StoredRecord>,
}

/// What an assessment's record says.
pub fn tia(record: &StoredRecord) -> Option<&Tia> {
    match &record.body {
        LegalRecord::Tia(tia) => Some(tia),
        _ => None,
    }
}

/// The one at an address.
pub async fn get(tx: &mut Tx, slug: &str, number: &str) -> std::result::Result<Assessment, HttpError> {
    let current = load::get(tx, slug).await?;
    let number = number.parse().map_err(|_| HttpError::NotFound)?;
    let found = find(tx, current, number).await?;
    if found.draft.is_none() && found.versions.is_empty() {
        return Err(HttpError::NotFound);
    }
    Ok(found)
}

/// The one at an address, to be written to: the engagement is not over.
pub async fn get_open(tx: &mut Tx, slug: &str, number: &str) -> std::result::Result<Assessment, HttpError> {
    let found = get(tx, slug, number).await?;
    load::still_open(&found.current)?;
    Ok(found)
}

/// An assessment of an engagement, there or not.
pub async fn find(tx: &mut Tx, current: CurrentEngagement, number: i64) -> Result<Assessment> {
    let id = current.engagement.id;
    Ok(Assessment {
        draft: find_draft(tx, (id, number), None).await?,
        versions: list_record_versions(tx, id, LegalRecordKind::Tia, number).await?,
        current,
        number,
    })
}

impl Assessment {
    pub fn key(&self) -> Key {
        (self.current.engagement.id, self.number)
    }

    pub fn path(&self) -> String {
        format!("{}/tia/{}", load::path(&self.current), self.number)
    }

    pub fn title(&self) -> String {
        format!("Assessment of transfers {}", self.number)
    }

    /// The assessment in a sentence about it: with the engagement's name.
    pub fn name(&self) -> String {
        format!("the assessment of transfers of {}", load::title(&self.current))
    }

    pub fn trail(&self) -> Vec<Link> {
        vec![
            Link::new("Register", "/staff/register"),
            Link::new(load::title(&self.current), load::path(&self.current)),
        ]
    }

    /// The breadcrumb of a page below its own.
    pub fn trail_below(&self) -> Vec<Link> {
        let mut trail = self.trail();
        trail.push(Link::new(self.title(), self.path()));
        trail
    }

    pub fn newest(&self) -> Option<&StoredRecord> {
        self.versions.first()
    }

    /// The version that was approved and that nothing has replaced.
    pub fn standing(&self) -> Option<&StoredRecord> {
        self.versions
            .iter()
            .find(|record| tia(record).is_some_and(|tia| tia.state.is_standing()))
    }

    /// What tasks about it point at.
    pub fn about(&self) -> Option<Uuid> {
        self.versions.last().map(|first| first.id.uuid())
    }

    /// Everybody who worked on it since it was approved last.
    pub fn authors(&self) -> BTreeSet<StaffId> {
        let mut authors: BTreeSet<StaffId> = self
            .draft
            .iter()
            .flat_map(|draft| draft.body.authors.iter().copied())
            .collect();
        for record in self
            .versions
            .iter()
            .take_while(|record| record.approval.is_none())
        {
            authors.insert(record.recorded_by);
            authors.extend(tia(record).iter().flat_map(|tia| &tia.authors));
        }
        authors
    }

    /// The version that counts, with its measures as they are now.
    pub async fn in_force(&self, tx: &mut Tx) -> Result<Option<StoredRecord>> {
        let Some(standing) = self.standing() else {
            return Ok(None);
        };
        let now = list_latest_records(tx, self.current.engagement.id).await?;
        Ok(Some(
            now.into_iter()
                .find(|record| record.id == standing.id)
                .unwrap_or_else(|| standing.clone()),
        ))
    }
}
