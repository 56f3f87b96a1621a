//! `forenotice gates`: what is red and why, for one engagement or all of them.

use std::collections::HashMap;
use std::io::{self, Write};

use chrono::{DateTime, Utc};
use domain::gate::{Decision, Facts, Reason, ReasonCode, evaluate, evaluate_register};
use domain::id::{CustomerId, EngagementId};
use domain::instant::{self, BadInstant};
use domain::words;
use domain::zone::Zone;
use serde::Serialize;

use super::gate_facts::{Judged, judge, judge_these};
use crate::AppState;
use crate::gates;
use crate::store::customers::{Customer, list_customers};
use crate::store::engagements::find_engagement_by_slug;
use crate::store::lines::find_announced_line;
use crate::store::{Of, StoreError, Tx};

/// Say which gates are red, and why.
#[derive(clap::Args, Debug, Clone)]
pub struct GatesArgs {
    /// An engagement by the last part of its address, or by its id: with every customer it was announced to. Without it,
    /// all engagements, gates G1 to G8
    engagement: Option<String>,
    /// A customer by name, reference or id: gates G9 to G15 as well
    #[arg(long, value_name = "CUSTOMER")]
    customer: Option<String>,
    /// At which instant: 2026-11-23T09:00:00Z, or local to the publisher. In the past, on the facts recorded by then; in
    /// the future, on those of now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum GatesError {
    /// No such engagement.
    #[error("there is no engagement “{0}”")]
    NoEngagement(String),
    /// No such customer.
    #[error("there is no customer “{0}”")]
    NoCustomer(String),
    /// `--at` cannot be read.
    #[error("--at: {0}")]
    At(#[from] BadInstant),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A customer's windows cannot be computed.
    #[error(transparent)]
    Change(#[from] crate::changes::ChangeError),
    /// The answer cannot be written.
    #[error("cannot write the answer: {0}")]
    Output(#[from] io::Error),
}

/// One line of the answer.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Answer {
    /// The last part of the engagement's address.
    pub engagement: String,
    /// The customer's name; nobody for gates G1 to G8 alone.
    pub customer: Option<String>,
    /// For which instant.
    pub at: String,
    /// Whether nothing is red.
    pub allowed: bool,
    /// Every reason, by gate.
    pub reasons: Vec<Reason>,
    /// Reasons that a waiver sets aside for a time: their gates are not green.
    pub waived: Vec<Reason>,
}

impl Answer {
    fn new(engagement: &str, customer: Option<String>, decision: Decision) -> Self {
        Self {
            engagement: engagement.to_owned(),
            customer,
            at: words::utc(decision.at),
            allowed: decision.allowed,
            reasons: decision.reasons,
            waived: decision.waived,
        }
    }
}

/// Evaluates and writes the answer.
///
/// # Errors
/// One line for what was asked and is not there.
pub async fn run(state: &AppState, args: &GatesArgs, out: &mut impl Write) -> Result<(), GatesError> {
    let mut tx = state.db.read().await?;
    let answers = Box::pin(answers(&mut tx, state, args)).await?;
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &answers).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        print(&answers, out)?;
    }
    Ok(())
}

async fn answers(tx: &mut Tx, state: &AppState, args: &GatesArgs) -> Result<Vec<Answer>, GatesError> {
    let now = state.clock.now();
    let zone = state.publisher().zone;
    let at = match &args.at {
        Some(text) => instant::parse_or_start_of_day(text, zone)?,
        None => now,
    };
    let past = (at < now).then_some(at);
    let customer = match &args.customer {
        Some(name) => Some(find_customer(tx, name).await?),
        None => None,
    };
    let mut answers = Vec::new();
    for judged in judged(tx, args.engagement.as_deref(), past).await? {
        let slug = judged.current.engagement.slug.to_string();
        let id = judged.current.engagement.id;
        if let Some(customer) = &customer {
            let Some(told) = told(tx, zone, id, at, past).await? else {
                continue;
            };
            let decision = decide_for(&told, customer, at);
            answers.push(Answer::new(&slug, Some(customer.name.clone()), decision));
            continue;
        }
        answers.push(Answer::new(&slug, None, evaluate_register(&judged.facts, at)));
        if args.engagement.is_some()
            && let Some(told) = told(tx, zone, id, at, past).await?
        {
            answers.extend(customers_of(tx, &slug, &told, at).await?);
        }
    }
    Ok(answers)
}

/// An engagement and the customers who were told of it, as the pages judge them: now, or as recorded at an instant.
async fn told(
    tx: &mut Tx,
    zone: Zone,
    id: EngagementId,
    at: DateTime<Utc>,
    past: Option<DateTime<Utc>>,
) -> Result<Option<gates::Judged>, GatesError> {
    if let Some(past) = past {
        return Ok(Box::pin(gates::load_as_of(tx, zone, id, past)).await?);
    }
    let line = find_announced_line(tx, id.uuid()).await?;
    let line = line.map(|(line, change)| (change, line));
    Ok(Some(Box::pin(gates::load(tx, zone, id, line, at)).await?))
}

/// Every customer in scope of what was announced.
async fn customers_of(
    tx: &mut Tx,
    slug: &str,
    told: &gates::Judged,
    at: DateTime<Utc>,
) -> Result<Vec<Answer>, GatesError> {
    let names: HashMap<CustomerId, String> = list_customers(tx)
        .await?
        .into_iter()
        .map(|customer| (customer.id, customer.name))
        .collect();
    let decided = told.decide(at).customers.into_iter();
    let answers = decided.map(|one| Answer::new(slug, names.get(&one.customer_id).cloned(), one.decision));
    Ok(answers.collect())
}

async fn judged(
    tx: &mut Tx,
    engagement: Option<&str>,
    past: Option<DateTime<Utc>>,
) -> Result<Vec<Judged>, GatesError> {
    let Some(name) = engagement else {
        return Ok(judge_these(tx, Of::All, past).await?);
    };
    let id = match name.parse::<EngagementId>() {
        Ok(id) => Some(id),
        Err(_) => find_engagement_by_slug(tx, name).await?.map(|found| found.id),
    };
    let found = match id {
        Some(id) => judge(tx, id, past).await?,
        None => None,
    };
    Ok(vec![
        found.ok_or_else(|| GatesError::NoEngagement(name.to_owned()))?,
    ])
}

async fn find_customer(tx: &mut Tx, name: &str) -> Result<Customer, GatesError> {
    let id = name.parse::<CustomerId>().ok();
    let is_meant = |customer: &Customer| {
        Some(customer.id) == id
            || customer.reference.as_deref() == Some(name)
            || customer.name.to_lowercase() == name.to_lowercase()
    };
    list_customers(tx)
        .await?
        .into_iter()
        .find(is_meant)
        .ok_or_else(|| GatesError::NoCustomer(name.to_owned()))
}

/// All gates for one customer. One whom no notice was meant for is not allowed by that.
fn decide_for(told: &gates::Judged, customer: &Customer, at: DateTime<Utc>) -> Decision {
    let register = told.register.clone();
    let mut all = told.told.facts();
    if let Some(customer) = all.find(|facts| facts.customer_id == customer.id).cloned() {
        return evaluate(&Facts { register, customer }, at);
    }
    let mut decision = evaluate_register(&register, at);
    if register.engagement.relationship_role.is_in_notice_scope() {
        let code = ReasonCode::NoticeNotSent;
        decision.allowed = false;
        let detail = "no change of this engagement was announced to this customer";
        decision.reasons.push(Reason::new(code, detail));
    }
    decision
}

fn print(answers: &[Answer], out: &mut impl Write) -> io::Result<()> {
    for answer in answers {
        let whom = answer
            .customer
            .as_ref()
            .map(|name| format!(" for {name}"))
            .unwrap_or_default();
        let state = match (answer.allowed, answer.waived.is_empty()) {
            (true, true) => "green",
            (true, false) => "waived",
            (false, _) => "RED",
        };
        writeln!(out, "{}{whom} at {}: {state}", answer.engagement, answer.at)?;
        let red = answer.reasons.iter().map(|reason| (reason, ""));
        let waived = answer.waived.iter().map(|reason| (reason, " (waived)"));
        for (reason, mark) in red.chain(waived) {
            writeln!(
                out,
                "  {:<3} {}: {}{mark}",
                reason.gate, reason.code, reason.detail
            )?;
        }
    }
    if answers.is_empty() {
        writeln!(out, "The register is empty.")?;
    }
    Ok(())
}
