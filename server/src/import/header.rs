//! What the header of a column says: the rules, in order, by the words in it.

use domain::engagement::LocationKind;

use super::mapping::Field;
use super::table::HEADING_COLUMN;

/// What a header says by itself. The rank decides between two columns for one field; lower wins.
pub(super) enum Verdict {
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

/// Lower-case words of a header, plurals cut: "Sub-processor(s)" and "subProcessors" are both `subprocessor`.
pub(super) fn words(column: &str) -> Vec<String> {
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

pub(super) fn has(words: &[String], any: &[&str]) -> bool {
    words.iter().any(|word| any.contains(&word.as_str()))
}

/// The rules in order; the first that fits decides.
pub(super) fn verdict(column: &str) -> Verdict {
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
    if has(&words, &["address"]) && !has(&words, &["email", "mail", "ip", "data", "type", "contact"]) {
        return Verdict::Field(Field::Address, 0);
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
