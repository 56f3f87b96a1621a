//! Which column is which field, and why. The header decides; where it is ambiguous, what stands below it does.

use std::fmt;

use serde::Serialize;

use super::category::Category;
use super::location::LocationKind;
use super::table::{Cell, HEADING_COLUMN, Table, Unreadable, shorten};
use super::{Problem, Severity};

/// What a column can be taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The company's name.
    Name,
    /// One of our categories.
    Category,
    /// The company's product that is used.
    Service,
    /// What it is used for.
    Purpose,
    /// Where the data is; the kind where the header tells it.
    Location(Option<LocationKind>),
    /// Which data.
    DataCategories,
    /// Whose data.
    DataSubjects,
    /// Addresses of any sort.
    Contact,
    /// Addresses on the web.
    Links,
    /// Number in a company register.
    RegistrationNumber,
    /// Where the company is established.
    RegistrationCountry,
    /// Since when it is used.
    InUseSince,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Name => "legal name",
            Self::Category => "category",
            Self::Service => "service",
            Self::Purpose => "purpose",
            Self::Location(None) => "location",
            Self::Location(Some(kind)) => return write!(f, "location ({kind})"),
            Self::DataCategories => "data categories",
            Self::DataSubjects => "data subjects",
            Self::Contact => "contact",
            Self::Links => "links",
            Self::RegistrationNumber => "registration number",
            Self::RegistrationCountry => "country of establishment",
            Self::InUseSince => "in use since",
        };
        f.write_str(name)
    }
}

/// What a column was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnMapping {
    /// Its name in the list.
    pub column: String,
    /// `None`: left out.
    pub field: Option<Field>,
    /// The reason, for the person who checks it.
    pub why: String,
}

/// What a header says by itself. The rank decides between two columns for one field; lower wins.
enum Verdict {
    Field(Field, u8),
    /// Known, and no field of a draft.
    NoField(&'static str),
    /// Only the values can tell.
    Ambiguous,
    Unknown,
}

/// Enough columns are recognisable to take the line for the header of a list of companies.
pub(super) fn is_header(columns: &[String]) -> bool {
    let known = |column: &String| !matches!(verdict(column), Verdict::Unknown);
    let about_cookies = columns.iter().any(|c| {
        let words = words(c);
        has(&words, &["cookie", "expiry", "expires", "expire", "expiration"])
    });
    !about_cookies && has_name(columns) && columns.iter().filter(|c| known(c)).count() >= 2
}

/// One column can be taken for the name.
pub(super) fn has_name(columns: &[String]) -> bool {
    columns
        .iter()
        .any(|column| matches!(verdict(column), Verdict::Field(Field::Name, _)))
}

/// Decides for every column.
pub(super) fn map(table: &Table) -> Result<Vec<ColumnMapping>, Unreadable> {
    let mut decided: Vec<(Option<(Field, u8)>, String)> = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        decided.push(match verdict(column) {
            Verdict::Field(field, rank) => (Some((field, rank)), "the header says so".to_owned()),
            Verdict::NoField(why) => (None, why.to_owned()),
            Verdict::Ambiguous => by_values(table, index),
            Verdict::Unknown => (None, "the header is none that is known".to_owned()),
        });
    }
    if decided
        .iter()
        .all(|(field, _)| !matches!(field, Some((Field::Name, _))))
    {
        return Err(Unreadable::NoName(shorten(&table.columns.join(", "), 300)));
    }
    let losers: Vec<(usize, usize)> = (0..decided.len())
        .filter_map(|at| Some((at, beaten_by(&decided, at)?)))
        .collect();
    for (loser, winner) in losers {
        let Some((field, _)) = decided[loser].0.take() else {
            continue;
        };
        decided[loser].1 = format!(
            "also looks like {field}, which is taken from \"{}\"",
            table.columns[winner]
        );
    }
    let columns = table.columns.iter().zip(decided);
    Ok(columns
        .map(|(column, (field, why))| ColumnMapping {
            column: column.clone(),
            field: field.map(|(f, _)| f),
            why,
        })
        .collect())
}

/// The column that takes this one's field, where only one can.
fn beaten_by(decided: &[(Option<(Field, u8)>, String)], at: usize) -> Option<usize> {
    let (field, rank) = decided[at].0?;
    if matches!(field, Field::Links | Field::Contact | Field::Location(Some(_))) {
        return None;
    }
    let rivals = decided
        .iter()
        .enumerate()
        .filter_map(|(index, (other, _))| other.map(|(f, r)| (index, f, r)));
    rivals
        .filter(|(index, f, r)| *f == field && (*r, *index) < (rank, at))
        .map(|(index, ..)| index)
        .next()
}

/// Notes for every column that was left out and says something.
pub(super) fn left_out(mapping: &[ColumnMapping], table: &Table) -> Vec<Problem> {
    let unused = mapping.iter().enumerate().filter(|(_, m)| m.field.is_none());
    let notes = unused.filter_map(|(index, m)| {
        let filled: Vec<&Cell> = table.column(index).filter(|cell| !cell.is_blank()).collect();
        let first = filled.first()?;
        let reason = format!(
            "column left out (filled in {} of {} rows): {}",
            filled.len(),
            table.rows.len(),
            m.why
        );
        Some(Problem::new(
            Severity::Note,
            None,
            Some(&m.column),
            &first.one_line(),
            reason,
        ))
    });
    notes.collect()
}

/// Lower-case words of a header, plurals cut: "Sub-processor(s)" and "subProcessors" are both `subprocessor`.
fn words(column: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut before = ' ';
    for c in column.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(c);
        before = c;
    }
    let spaced = spaced
        .to_lowercase()
        .replace("(s)", "")
        .replace("(ies)", "")
        .replace("(es)", "");
    let spaced = spaced.replace("sub-sub-", "sub sub ").replace("sub-", "sub ");
    let mut words: Vec<String> = Vec::new();
    for word in spaced
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let word = singular(word);
        match words.last_mut() {
            Some(last) if last == "sub" && word == "processor" => *last = "subprocessor".to_owned(),
            _ => words.push(word),
        }
    }
    words
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        return format!("{stem}y");
    }
    if word == "addresses" {
        return "address".to_owned();
    }
    match word.strip_suffix('s') {
        Some(stem)
            if stem.len() > 2 && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is") =>
        {
            stem.to_owned()
        }
        _ => word.to_owned(),
    }
}

fn has(words: &[String], any: &[&str]) -> bool {
    words.iter().any(|word| any.contains(&word.as_str()))
}

/// The rules in order; the first that fits decides.
fn verdict(column: &str) -> Verdict {
    if column == HEADING_COLUMN {
        return Verdict::Ambiguous;
    }
    let words = words(column);
    let only = |list: &[&str]| words.len() == list.len() && words.iter().zip(list).all(|(a, b)| a == b);
    if words.is_empty() {
        return Verdict::Unknown;
    }
    if only(&["subject"]) || has(&words, &["matter"]) {
        return Verdict::NoField("the subject-matter of the processing, for which the register has no field");
    }
    if has(&words, &["retention", "duration", "term"]) {
        return Verdict::NoField(
            "how long data is kept belongs to the contract, which is entered with its documents",
        );
    }
    if has(
        &words,
        &[
            "transfer",
            "safeguard",
            "mechanism",
            "scc",
            "sccs",
            "adequacy",
            "dpf",
        ],
    ) {
        return Verdict::NoField("transfer safeguards are legal records, entered with their documents");
    }
    if has(
        &words,
        &["certification", "certificate", "iso", "soc", "security"],
    ) {
        return Verdict::NoField("security assessments are legal records, entered with their documents");
    }
    if has(&words, &["former", "previous"]) {
        return Verdict::NoField("former names are entered in the register");
    }
    if has(&words, &["individual"]) || has(&words, &["subject"]) && has(&words, &["data", "category"]) {
        return Verdict::Field(Field::DataSubjects, 0);
    }
    if let Some(found) = place(&words) {
        return found;
    }
    if has(
        &words,
        &[
            "purpose",
            "reason",
            "why",
            "formål",
            "zweck",
            "tarkoitus",
            "ändamål",
            "finalité",
        ],
    ) {
        return Verdict::Field(Field::Purpose, 0);
    }
    if has(&words, &["registration", "org", "organisation", "company"])
        && has(&words, &["number", "no", "nr", "id"])
    {
        return Verdict::Field(Field::RegistrationNumber, 0);
    }
    if has(
        &words,
        &[
            "contact",
            "email",
            "mail",
            "mailbox",
            "phone",
            "telephone",
            "address",
            "dpo",
        ],
    ) && !has(&words, &["ip", "data", "type"])
    {
        return Verdict::Field(Field::Contact, 0);
    }
    if has(
        &words,
        &[
            "url", "website", "web", "site", "link", "homepage", "page", "dpa", "policy", "terms",
        ],
    ) {
        return Verdict::Field(Field::Links, 0);
    }
    if has(&words, &["data"])
        && (words.len() == 1
            || has(
                &words,
                &[
                    "type",
                    "category",
                    "element",
                    "kind",
                    "processed",
                    "shared",
                    "personal",
                    "class",
                ],
            ))
    {
        return Verdict::Field(Field::DataCategories, u8::from(words.len() == 1));
    }
    if has(
        &words,
        &[
            "activity",
            "function",
            "nature",
            "use",
            "usage",
            "role",
            "task",
            "processing",
            "doe",
        ],
    ) {
        return Verdict::Field(Field::Purpose, 1);
    }
    if has(&words, &["service"]) && has(&words, &["provided", "performed", "description", "rendered"])
        || has(&words, &["description"])
    {
        return Verdict::Field(Field::Purpose, 2);
    }
    if has(
        &words,
        &["type", "category", "kind", "sector", "kategori", "kategorie"],
    ) {
        return Verdict::Ambiguous;
    }
    if has(&words, &["since", "added", "engaged", "onboarded", "started"]) || only(&["start", "date"]) {
        return Verdict::Field(Field::InUseSince, 0);
    }
    if has(
        &words,
        &[
            "service", "product", "tool", "solution", "tjeneste", "dienst", "palvelu",
        ],
    ) && !has(&words, &["provider"])
    {
        return Verdict::Field(Field::Service, 0);
    }
    if has(
        &words,
        &["detail", "info", "information", "more", "reference", "group"],
    ) {
        return Verdict::Ambiguous;
    }
    name(&words).map_or(Verdict::Unknown, |rank| Verdict::Field(Field::Name, rank))
}

fn place(words: &[String]) -> Option<Verdict> {
    let of_company = has(
        words,
        &[
            "entity",
            "corporate",
            "headquarter",
            "hq",
            "incorporation",
            "establishment",
            "registered",
            "registration",
            "seat",
            "legal",
        ],
    );
    if has(words, &["city", "town"]) && !has(words, &["address", "location", "country"]) {
        return Some(Verdict::NoField(
            "a city without its country is no location; both in one column can be read",
        ));
    }
    let rank = if has(words, &["location", "standort", "sted", "sijainti", "lokation"]) {
        0
    } else if has(words, &["country", "land", "maa", "pays", "jurisdiction"]) {
        1
    } else if has(
        words,
        &[
            "region",
            "residency",
            "hosting",
            "datacenter",
            "datacentre",
            "center",
            "centre",
            "hosted",
            "where",
        ],
    ) {
        2
    } else {
        return of_company
            .then(|| has(words, &["headquarter", "hq", "incorporation", "establishment"]))
            .filter(|yes| *yes)
            .map(|_| Verdict::Field(Field::RegistrationCountry, 0));
    };
    if of_company {
        return Some(Verdict::Field(Field::RegistrationCountry, rank));
    }
    let kind = if has(words, &["storage", "stored", "hosting", "hosted"]) {
        Some(LocationKind::Storage)
    } else if has(words, &["remote", "access", "accessed"]) {
        Some(LocationKind::RemoteAccess)
    } else if has(words, &["support"]) {
        Some(LocationKind::Support)
    } else if has(words, &["processing", "processed"]) {
        Some(LocationKind::Processing)
    } else {
        None
    };
    Some(Verdict::Field(Field::Location(kind), rank))
}

/// How much a header looks like the company's name; lower is surer.
fn name(words: &[String]) -> Option<u8> {
    if has(words, &["legal"]) && has(words, &["name", "entity"]) {
        return Some(0);
    }
    let ranks: [&[&str]; 6] = [
        &["entity"],
        &["company"],
        &[
            "subprocessor",
            "unterauftragsverarbeiter",
            "underdatabehandler",
            "underleverandør",
            "underbiträde",
            "alikäsittelijä",
        ],
        &[
            "vendor",
            "supplier",
            "provider",
            "organisation",
            "organization",
            "leverandør",
            "leverantör",
            "anbieter",
            "toimittaja",
        ],
        &["processor", "party", "partner", "recipient"],
        &["name", "navn", "namn", "nom", "nimi", "firma"],
    ];
    ranks
        .iter()
        .position(|any| has(words, any))
        .and_then(|at| u8::try_from(at + 1).ok())
}

/// Which field the values below an ambiguous header look like.
fn by_values(table: &Table, index: usize) -> (Option<(Field, u8)>, String) {
    let filled: Vec<&Cell> = table
        .column(index)
        .filter(|cell| !cell.is_blank())
        .take(200)
        .collect();
    let most = |test: fn(&Cell) -> bool| {
        !filled.is_empty() && filled.iter().filter(|cell| test(cell)).count() * 10 >= filled.len() * 6
    };
    let found = if most(|cell| Category::read(&cell.one_line()).is_some()) {
        (Field::Category, "the values are categories")
    } else if most(|cell| {
        !cell.links.is_empty() && cell.lines().all(|line| line.contains("://") || line.len() < 60)
    }) {
        (Field::Links, "the values are links")
    } else if most(names_people) {
        (Field::DataSubjects, "the values name groups of people")
    } else if most(names_data) {
        (Field::DataCategories, "the values name kinds of data")
    } else {
        return (
            None,
            "neither the header nor the values tell what it is".to_owned(),
        );
    };
    (Some((found.0, 5)), found.1.to_owned())
}

fn names_people(cell: &Cell) -> bool {
    has(
        &words(&cell.text),
        &[
            "user",
            "customer",
            "employee",
            "visitor",
            "subscriber",
            "patient",
            "student",
            "member",
            "staff",
            "lead",
            "prospect",
            "individual",
            "client",
            "people",
        ],
    )
}

fn names_data(cell: &Cell) -> bool {
    has(
        &words(&cell.text),
        &[
            "name",
            "email",
            "ip",
            "identifier",
            "address",
            "data",
            "log",
            "content",
            "usage",
            "credential",
            "payment",
            "phone",
            "metadata",
        ],
    )
}
