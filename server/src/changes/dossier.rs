//! Everything about one change, loaded in one transaction, as plain data.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::change::NoticeClass;
use domain::id::{EngagementId, ProductId, StaffId};
use domain::legal_record::{LegalRecord, SecurityAssessment, Tia, Transfer};
use domain::notice::{MissingField, NoticeContent, NoticeDraft};
use domain::reference::ReferenceData;
use sha2::{Digest, Sha256};

use super::{ChangeError, Result};
use crate::register::{self, noticed_hash};
use crate::store::changes::{self, Change};
use crate::store::engagements::{self, CurrentEngagement};
use crate::store::legal_records::{self, StoredRecord};
use crate::store::lines::{Line, list_lines};
use crate::store::notices::{self, Content, Notice, Part};
use crate::store::{Tx, products, reference};

/// One line with the facts it speaks of, as they are now.
#[derive(Clone, Debug)]
pub struct LineDossier {
    /// The line.
    pub line: Line,
    /// The engagement now.
    pub current: CurrentEngagement,
    /// Its legal records now.
    pub records: Vec<StoredRecord>,
    /// The engagement that it replaces.
    pub replaces: Option<CurrentEngagement>,
}

/// One change with everything that its page, its notice and its steps need.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The change.
    pub change: Change,
    /// Its lines in order.
    pub lines: Vec<LineDossier>,
    /// All versions of its notice, oldest first; the last one is the present one.
    pub notices: Vec<Notice>,
    /// Who worked on it: who opened it, edited the present version, or wrote what is on file about its lines.
    pub authors: BTreeSet<StaffId>,
    /// Names of the publisher's products.
    pub product_names: BTreeMap<ProductId, String>,
    /// Dated legal facts.
    pub reference: ReferenceData,
}

/// Loads the change with this number.
///
/// # Errors
/// [`ChangeError::Absent`] when there is none.
pub async fn load(tx: &mut Tx, number: &str) -> Result<Dossier> {
    let change = changes::find_by_number(tx, number)
        .await?
        .ok_or(ChangeError::Absent)?;
    load_change(tx, change).await
}

/// Loads everything of a change.
pub async fn load_change(tx: &mut Tx, change: Change) -> Result<Dossier> {
    let mut lines = Vec::new();
    for line in list_lines(tx, change.id).await? {
        let replaces = match line.replaces_engagement_id {
            Some(id) => engagements::current(tx, id.into()).await?,
            None => None,
        };
        lines.push(load_line(tx, line, replaces).await?);
    }
    let versions = notices::list_versions(tx, change.id).await?;
    let present = versions.last().map(std::slice::from_ref).unwrap_or_default();
    let authors = authors(tx, &change, present, &lines).await?;
    let product_names = products::list_products(tx)
        .await?
        .into_iter()
        .map(|p| (p.id, p.name))
        .collect();
    let reference = reference::reference_data(tx).await?;
    Ok(Dossier {
        change,
        lines,
        notices: versions,
        authors,
        product_names,
        reference,
    })
}

/// Who worked on a change: who opened it, edited one of these versions of its notice, or wrote what is on file about its lines.
async fn authors(
    tx: &mut Tx,
    change: &Change,
    versions: &[Notice],
    lines: &[LineDossier],
) -> Result<BTreeSet<StaffId>> {
    let mut authors: BTreeSet<StaffId> = change.created_by.map(StaffId::from).into_iter().collect();
    for notice in versions {
        let editors = notices::list_editors(tx, notice.id).await?;
        authors.extend(editors.into_iter().map(StaffId::from));
    }
    for line in lines {
        authors.extend(register::authors(tx, &line.current, &line.records).await?);
    }
    Ok(authors)
}

/// Everybody who ever worked on a change, on whichever version: none of them decides an objection to it.
///
/// # Errors
/// When the database is away.
pub async fn everybody_who_worked_on(tx: &mut Tx, change: &Change) -> Result<BTreeSet<StaffId>> {
    let mut lines = Vec::new();
    for line in list_lines(tx, change.id).await? {
        lines.push(load_line(tx, line, None).await?);
    }
    let versions = notices::list_versions(tx, change.id).await?;
    authors(tx, change, &versions, &lines).await
}

async fn load_line(tx: &mut Tx, line: Line, replaces: Option<CurrentEngagement>) -> Result<LineDossier> {
    let id = EngagementId::from(line.engagement_id);
    let current = engagements::current(tx, id).await?.ok_or(ChangeError::Absent)?;
    let records = legal_records::list_latest_records(tx, id).await?;
    Ok(LineDossier {
        line,
        current,
        records,
        replaces,
    })
}

/// SHA-256 over the noticed facts of an engagement (G14).
#[must_use]
pub fn facts_hash(current: &CurrentEngagement, records: &[StoredRecord]) -> Vec<u8> {
    noticed_hash(
        &current.organisation.version.facts,
        &current.version.facts,
        records,
    )
    .bytes()
    .to_vec()
}

fn transfers(records: &[StoredRecord]) -> impl Iterator<Item = &Transfer> {
    records
        .iter()
        .filter(|r| r.ended_on.is_none())
        .filter_map(|r| match &r.body {
            LegalRecord::Transfer(transfer) => Some(transfer),
            _ => None,
        })
}

impl LineDossier {
    /// The facts' hash now.
    #[must_use]
    pub fn facts_hash(&self) -> Vec<u8> {
        facts_hash(&self.current, &self.records)
    }

    /// Whether the facts still are those that the line speaks of.
    #[must_use]
    pub fn facts_match(&self) -> bool {
        self.facts_hash() == self.line.facts_hash
    }

    /// The vendor's legal name.
    #[must_use]
    pub fn name(&self) -> String {
        self.current.organisation.version.facts.legal_name.to_string()
    }
}

impl Dossier {
    /// The strictest class of its lines, before any customer's own terms.
    #[must_use]
    pub fn strictest_class(&self) -> NoticeClass {
        let classes = self.lines.iter().map(|l| l.line.notice_class);
        classes.max().unwrap_or(NoticeClass::A)
    }

    /// The present notice version.
    #[must_use]
    pub fn notice(&self) -> Option<&Notice> {
        self.notices.last()
    }

    /// What the notice says from the facts as they are now, and what is missing, by line.
    #[must_use]
    pub fn content(&self, today: NaiveDate) -> (Content, Vec<(String, MissingField)>) {
        let mut parts = Vec::new();
        let mut missing = Vec::new();
        for line in &self.lines {
            let (content, gaps) = self.part(line, today);
            missing.extend(gaps.into_iter().map(|gap| (line.name(), gap)));
            parts.push(Part {
                line_id: line.line.id,
                content,
            });
        }
        (Content { parts }, missing)
    }

    fn part(&self, line: &LineDossier, today: NaiveDate) -> (NoticeContent, Vec<MissingField>) {
        let facts = &line.current.version.facts;
        let transfers: Vec<Transfer> = transfers(&line.records).cloned().collect();
        let tias: Vec<Tia> = line
            .records
            .iter()
            .filter_map(|r| match &r.body {
                LegalRecord::Tia(tia) => Some(tia.clone()),
                _ => None,
            })
            .collect();
        let security: Option<SecurityAssessment> = line.records.iter().find_map(|r| match &r.body {
            LegalRecord::SecurityAssessment(security) => Some(security.clone()),
            _ => None,
        });
        let products: Vec<String> = facts
            .products
            .iter()
            .filter_map(|id| self.product_names.get(id).cloned())
            .collect();
        let replaces = line
            .replaces
            .as_ref()
            .map(|r| r.organisation.version.facts.legal_name.to_string());
        NoticeContent::preview(&NoticeDraft {
            change_type: line.line.change_type,
            covers: &line.line.covers,
            organisation: &line.current.organisation.version.facts,
            engagement: facts,
            replaces: replaces.as_deref(),
            transfers: &transfers,
            tias: &tias,
            security: security.as_ref(),
            products: &products,
            title: &self.change.title,
            planned_on: Some(self.change.planned_on),
            reference: &self.reference,
            today,
        })
    }
}

/// SHA-256 of a notice's content as stored.
#[must_use]
pub fn content_hash(content: &Content) -> Vec<u8> {
    Sha256::digest(serde_json::to_vec(content).unwrap_or_default()).to_vec()
}

/// The publisher's local day at `now`.
#[must_use]
pub fn today(state: &crate::AppState, now: DateTime<Utc>) -> NaiveDate {
    state.publisher().zone.local_date(now)
}
