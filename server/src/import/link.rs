//! Links of a row: what they are, and whether they belong to the company of another row.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::cell::Cell;
use super::row::Draft;
use super::{Problem, Severity, names};

/// What a link leads to, as far as it says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The company's start page.
    Website,
    /// The company's own list of subprocessors.
    SubprocessorList,
    /// Anything else.
    Other,
}

/// An address on the web taken from a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftLink {
    /// The address.
    pub url: String,
    /// What it leads to.
    pub kind: LinkKind,
    /// The column it stood in.
    pub column: String,
}

/// Takes the links of a cell; those that are none of the web are reported.
pub(super) fn collect(
    cell: &Cell,
    column: &str,
    is_link_column: bool,
    draft: &mut Draft,
    problems: &mut Vec<Problem>,
) {
    for link in &cell.links {
        if link.href.starts_with("mailto:") || link.href.starts_with("tel:") {
            continue;
        }
        match web(&link.href) {
            Some(url) => add(draft, &url, &link.text, column),
            None => {
                let reason = "not a web address (http or https) and left out";
                problems.push(Problem::new(
                    Severity::Warning,
                    Some(draft.row),
                    Some(column),
                    &link.href,
                    reason,
                ));
            }
        }
    }
    if !is_link_column {
        return;
    }
    for word in cell.text.split_whitespace().filter(|word| !word.contains("://")) {
        let word = word.trim_matches([',', ';', '(', ')', '.']);
        let is_host =
            word.contains('.') && !word.contains('@') && word.split('/').next().is_some_and(is_host_name);
        if !is_host {
            continue;
        }
        if let Some(url) = web(&format!("https://{word}")) {
            add(draft, &url, "", column);
        }
    }
}

fn is_host_name(host: &str) -> bool {
    host.split('.')
        .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && host
            .rsplit('.')
            .next()
            .is_some_and(|end| end.len() >= 2 && end.chars().all(char::is_alphabetic))
}

fn web(href: &str) -> Option<Url> {
    Url::parse(href).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https") && url.domain().is_some_and(|d| d.contains('.'))
    })
}

fn add(draft: &mut Draft, url: &Url, text: &str, column: &str) {
    let same = |a: &str, b: &str| {
        a.trim_end_matches('/')
            .eq_ignore_ascii_case(b.trim_end_matches('/'))
    };
    if draft.links.iter().any(|known| same(&known.url, url.as_str())) {
        return;
    }
    let words = format!("{} {text}", url.path())
        .to_lowercase()
        .replace(['-', '_', ' '], "");
    let kind = if words.contains("subprocessor") {
        LinkKind::SubprocessorList
    } else if url.path() == "/"
        && url
            .domain()
            .is_some_and(|d| d.strip_prefix("www.").unwrap_or(d).split('.').count() == 2)
    {
        LinkKind::Website
    } else {
        LinkKind::Other
    };
    draft.links.push(DraftLink {
        url: url.to_string(),
        kind,
        column: column.to_owned(),
    });
}

/// Second-level names under which anybody can register, for the countries that have them.
const SHARED_ENDS: &[&str] = &[
    "ac", "co", "com", "edu", "gov", "net", "org", "or", "ne", "ltd", "plc", "github",
];

/// `trust.wiz.io` is `wiz.io`; `www.example.co.uk` is `example.co.uk`. Without the public suffix list this is an
/// estimate, good enough for a warning.
pub(super) fn registrable(host: &str) -> String {
    let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    let count = labels.len();
    let shared = count >= 3 && labels[count - 1].len() <= 2 && SHARED_ENDS.contains(&labels[count - 2]);
    labels[count.saturating_sub(if shared { 3 } else { 2 })..]
        .join(".")
        .to_lowercase()
}

fn host_of(url: &str) -> Option<String> {
    Url::parse(url).ok().and_then(|url| url.domain().map(registrable))
}

/// Does the domain carry the company's name? `planetscale.com` and "PlanetScale Inc.".
fn carries_name(domain: &str, key: &str) -> bool {
    let joined = key.replace(' ', "");
    let first = key.split(' ').next().unwrap_or_default();
    domain
        .split('.')
        .map(|label| label.replace('-', ""))
        .any(|label| {
            label.len() >= 2
                && (label == joined || label == first || label.len() >= 4 && joined.starts_with(&label))
        })
}

/// Takes out links and addresses that belong to the company of another row, and reports them.
pub(super) fn keep_own(mut drafts: Vec<Draft>, problems: &mut Vec<Problem>) -> Vec<Draft> {
    let mut owners: HashMap<String, Vec<usize>> = HashMap::new();
    let keys: Vec<String> = drafts.iter().map(|draft| names::key(&draft.legal_name)).collect();
    let domains: Vec<Vec<String>> = drafts.iter().map(domains).collect();
    for (index, own) in domains.iter().enumerate() {
        for domain in own.iter().filter(|domain| carries_name(domain, &keys[index])) {
            owners.entry(domain.clone()).or_default().push(index);
        }
    }
    // The company's own names, so that each row is asked once however many links it has.
    let titles: Vec<(usize, String)> = drafts.iter().map(|d| (d.row, d.legal_name.clone())).collect();
    for (index, draft) in drafts.iter_mut().enumerate() {
        let stranger = |domain: &str| {
            let rows = owners.get(domain)?;
            let same_company = rows.iter().any(|owner| keys[*owner] == keys[index]);
            (!same_company).then(|| rows.first().copied()).flatten()
        };
        let row = draft.row;
        draft.links.retain(|link| {
            let Some((domain, owner)) = host_of(&link.url).and_then(|d| stranger(&d).map(|owner| (d, owner)))
            else {
                return true;
            };
            let (other, name) = &titles[owner];
            let reason = format!("link goes to {domain}, which belongs to row {other}, {name}; left out");
            problems.push(Problem::new(
                Severity::Warning,
                Some(row),
                Some(&link.column),
                &link.url,
                reason,
            ));
            false
        });
        for address in draft.contact.addresses() {
            let domain = registrable(address.rsplit('@').next().unwrap_or_default());
            if let Some(owner) = stranger(&domain) {
                let (other, name) = &titles[owner];
                let reason = format!("address at {domain}, which belongs to row {other}, {name}; check it");
                problems.push(Problem::new(Severity::Warning, Some(row), None, address, reason));
            }
        }
    }
    drafts
}

fn domains(draft: &Draft) -> Vec<String> {
    let mail = draft
        .contact
        .addresses()
        .map(|a| registrable(a.rsplit('@').next().unwrap_or_default()));
    let mut all: Vec<String> = draft
        .links
        .iter()
        .filter_map(|link| host_of(&link.url))
        .chain(mail)
        .collect();
    all.sort();
    all.dedup();
    all
}
