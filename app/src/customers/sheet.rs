//! One line of a sheet of customers: which columns there are, and how a line becomes a customer with terms and contacts.
//! The same forms read it that read the pages, so that a sheet can hold nothing that a form would refuse.

use chrono::NaiveDate;
use domain::policy::Policy;
use domain::text::Name;

use super::{ContactForm, ContactValues, CustomerForm, CustomerValues, PolicyForm, SheetProblem};
use crate::ui::FieldErrors;

/// A column: its name, other names it goes by, whether every line must fill it, and what it holds.
pub struct Column {
    /// The name in the header.
    pub name: &'static str,
    /// Other names that are understood.
    also: &'static [&'static str],
    /// Whether every line must fill it.
    pub is_required: bool,
    /// What it holds.
    pub holds: &'static str,
}

const fn column(
    name: &'static str,
    also: &'static [&'static str],
    is_required: bool,
    holds: &'static str,
) -> Column {
    Column {
        name,
        also,
        is_required,
        holds,
    }
}

/// Every column, in the order of the export.
pub const COLUMNS: [Column; 20] = [
    column(
        "name",
        &["customer", "customer_name", "company"],
        true,
        "Name of the customer",
    ),
    column(
        "reference",
        &["contract", "contract_number", "id"],
        false,
        "Your own reference",
    ),
    column("country", &[], true, "Code or English name"),
    column(
        "role",
        &["customer_role"],
        false,
        "CONTROLLER (if empty) or PROCESSOR",
    ),
    column("signed_on", &["signed", "signature_date"], true, "2026-12-31"),
    column(
        "products",
        &["product"],
        false,
        "Names as in the settings, separated by semicolons",
    ),
    column(
        "notice_period",
        &["period", "notice"],
        true,
        "30d calendar days, 10wd working days, 1m months",
    ),
    column(
        "objection_period",
        &["objection"],
        false,
        "The same way; empty: the notice period",
    ),
    column(
        "calendar",
        &["holidays"],
        false,
        "NO, FI, FI-NO-EVES, SE, DK, DE, FR, IE, NL, WEEKEND; empty: yours",
    ),
    column("time_zone", &["zone", "tz"], false, "Europe/Oslo; empty: yours"),
    column(
        "roll",
        &["roll_over"],
        false,
        "yes (if empty) or no: an end on a closed day moves to the next working day",
    ),
    column(
        "authorisation",
        &["authorization", "model"],
        false,
        "GENERAL (if empty) or SPECIFIC",
    ),
    column(
        "objection_effect",
        &["effect"],
        false,
        "BLOCK (if empty), BLOCK_UNTIL_RESOLVED_THEN_TERMINATE, TERMINATE_ONLY",
    ),
    column("grounds", &[], false, "REASONABLE_DP (if empty) or NONE"),
    column(
        "contract_text",
        &[],
        false,
        "BESPOKE (if empty), 2021/915, 2021/914",
    ),
    column(
        "emergency_days",
        &["emergency"],
        false,
        "Days, where the contract allows an emergency replacement",
    ),
    column("clause", &["dpa_clause"], false, "The clause on subprocessors"),
    column("language", &["locale"], false, "en (if empty), nb, fi, sv"),
    column(
        "primary_contacts",
        &["contacts", "contact", "email", "e_mail", "contact_email"],
        true,
        "Name <address>, separated by semicolons",
    ),
    column(
        "fallback_contacts",
        &["fallback", "fallbacks"],
        false,
        "The same way, in the order in which they are tried",
    ),
];

/// What a line gets where it says nothing.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// The usual terms.
    pub policy: Policy,
    /// The day it is at the publisher's.
    pub today: NaiveDate,
}

/// Where in a line each column is.
#[derive(Debug, Clone)]
pub struct Header {
    places: Vec<Option<usize>>,
    /// Columns that are not understood, as written.
    pub unused: Vec<String>,
}

impl Header {
    /// Reads a header, or says which columns are missing or there twice.
    pub fn read(cells: &[String]) -> Result<Self, Vec<SheetProblem>> {
        let folded: Vec<String> = cells.iter().map(|cell| fold(cell)).collect();
        let mut problems = Vec::new();
        let mut places = Vec::new();
        for column in &COLUMNS {
            let is_it = |cell: &&String| *cell == column.name || column.also.contains(&cell.as_str());
            let found: Vec<usize> = (0..folded.len()).filter(|at| is_it(&&folded[*at])).collect();
            if found.len() > 1 {
                problems.push(problem(1, column.name, "This column is there more than once"));
            }
            if found.is_empty() && column.is_required {
                problems.push(problem(1, column.name, "This column is missing"));
            }
            places.push(found.first().copied());
        }
        let is_used = |at: &usize| places.contains(&Some(*at));
        let unused = (0..cells.len())
            .filter(|at| !is_used(at) && !folded[*at].is_empty())
            .map(|at| cells[at].trim().to_owned())
            .collect();
        if problems.is_empty() {
            Ok(Self { places, unused })
        } else {
            Err(problems)
        }
    }

    /// The cell of a column in a line; nothing where the line or the sheet has none.
    fn cell<'a>(&self, cells: &'a [String], name: &str) -> &'a str {
        COLUMNS
            .iter()
            .position(|column| column.name == name)
            .and_then(|number| self.places.get(number).copied().flatten())
            .and_then(|place| cells.get(place))
            .map_or("", |cell| plain(cell))
    }
}

fn problem(line: u64, column: &str, reason: impl ToString) -> SheetProblem {
    SheetProblem {
        line,
        column: column.to_owned(),
        reason: reason.to_string(),
    }
}

fn fold(cell: &str) -> String {
    let cell = cell.trim().trim_start_matches('\u{feff}').to_lowercase();
    cell.split([' ', '-', '_', '.'])
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("_")
}

/// A cell without the apostrophe that our own export puts before what a spreadsheet would run.
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) => rest,
        _ => cell,
    }
}

/// A line that can be stored; its products are looked up by the server.
#[derive(Debug, Clone)]
pub struct SheetLine {
    /// Line in the file, from 1.
    pub line: u64,
    /// The customer.
    pub customer: CustomerValues,
    /// Names of products.
    pub products: Vec<String>,
    /// Its terms, which hold from the day of signature.
    pub policy: Policy,
    /// Its contacts.
    pub contacts: Vec<ContactValues>,
}

impl SheetLine {
    /// Reads a line, or says what is wrong, column by column.
    pub fn read(
        header: &Header,
        line: u64,
        cells: &[String],
        defaults: &Defaults,
    ) -> Result<Self, Vec<SheetProblem>> {
        let cell = |name: &str| header.cell(cells, name);
        let mut problems = Vec::new();
        let mut note = |errors: FieldErrors, columns: &[(&str, &str)]| {
            for error in errors {
                let field = error.field.as_str();
                let column = columns
                    .iter()
                    .find(|(from, _)| *from == field)
                    .map_or(field, |(_, to)| *to);
                problems.push(problem(line, column, error.message));
            }
        };
        let or = |name: &str, default: &str| {
            let text = cell(name);
            if text.is_empty() {
                default.to_owned()
            } else {
                text.to_owned()
            }
        };
        let form = CustomerForm {
            name: cell("name").to_owned(),
            reference: cell("reference").to_owned(),
            role: or("role", "CONTROLLER").to_uppercase(),
            country: cell("country").to_owned(),
            signed_on: cell("signed_on").to_owned(),
            ..CustomerForm::default()
        };
        let (customer, errors) = form.parse(defaults.today);
        note(errors, &[]);
        let usual = PolicyForm::of(&defaults.policy, defaults.today);
        let form = PolicyForm {
            model: or("authorisation", &usual.model).to_uppercase(),
            notice_period: cell("notice_period").to_owned(),
            objection_period: cell("objection_period").to_owned(),
            calendar: or("calendar", &usual.calendar).to_uppercase(),
            zone: or("time_zone", &usual.zone),
            roll: match cell("roll").to_lowercase().as_str() {
                "" => usual.roll.clone(),
                "no" | "false" | "0" => String::new(),
                _ => "yes".to_owned(),
            },
            contract_text: or("contract_text", &usual.contract_text).to_uppercase(),
            objection_effect: or("objection_effect", &usual.objection_effect).to_uppercase(),
            grounds: or("grounds", &usual.grounds).to_uppercase(),
            emergency_days: cell("emergency_days").to_owned(),
            clause: cell("clause").to_owned(),
            ..usual
        };
        let role = customer
            .as_ref()
            .map_or(domain::policy::CustomerRole::Controller, |customer| customer.role);
        let (policy, errors) = form.parse(role);
        note(errors, &[("model", "authorisation"), ("zone", "time_zone")]);
        let mut contacts = Vec::new();
        let language = or("language", "en").to_lowercase();
        for (column, kind) in [("primary_contacts", "PRIMARY"), ("fallback_contacts", "FALLBACK")] {
            for (number, (name, address)) in people(cell(column), cell("name")).into_iter().enumerate() {
                let form = ContactForm {
                    name,
                    address,
                    kind: kind.to_owned(),
                    rank: (number + 1).to_string(),
                    locale: language.clone(),
                };
                let (contact, errors) = form.parse();
                note(
                    errors,
                    &[
                        ("name", column),
                        ("address", column),
                        ("rank", column),
                        ("locale", "language"),
                    ],
                );
                contacts.extend(contact);
            }
        }
        if people(cell("primary_contacts"), "").is_empty() {
            problems.push(problem(
                line,
                "primary_contacts",
                "Write at least one: whom notices go to",
            ));
        }
        problems.dedup();
        let products = cell("products")
            .split(';')
            .map(str::trim)
            .filter(|p| !p.is_empty())
            .map(str::to_owned)
            .collect();
        match (customer, policy) {
            (Some(customer), Some((policy, _))) if problems.is_empty() => Ok(Self {
                line,
                customer,
                products,
                policy,
                contacts,
            }),
            _ => Err(problems),
        }
    }
}

/// `Name <address>; Name <address>`; an address alone gets the name of the customer.
fn people(cell: &str, customer: &str) -> Vec<(String, String)> {
    cell.split(';')
        .map(str::trim)
        .filter(|person| !person.is_empty())
        .map(|person| match person.split_once('<') {
            Some((name, rest)) if !name.trim().is_empty() => (
                name.trim().trim_matches('"').to_owned(),
                rest.trim().trim_end_matches('>').to_owned(),
            ),
            Some((_, rest)) => (customer.to_owned(), rest.trim().trim_end_matches('>').to_owned()),
            None => (customer.to_owned(), person.to_owned()),
        })
        .collect()
}

/// The cells of a customer, in the order of [`COLUMNS`]: what the export writes and the import reads.
pub fn cells(
    customer: &CustomerValues,
    products: &[String],
    policy: Option<&Policy>,
    contacts: &[ContactValues],
) -> Vec<String> {
    let form = policy
        .map(|policy| PolicyForm::of(policy, customer.signed_on))
        .unwrap_or_default();
    let listed = |is_primary: bool| {
        let people = contacts.iter().filter(|contact| contact.is_primary == is_primary);
        let people: Vec<String> = people
            .map(|c| format!("{} <{}>", spoken(&c.name), c.address))
            .collect();
        people.join("; ")
    };
    let roll = match policy {
        None => "",
        Some(policy) if policy.roll => "yes",
        Some(_) => "no",
    };
    vec![
        customer.name.to_string(),
        customer
            .reference
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        customer.country.code().to_owned(),
        customer.role.to_string(),
        customer.signed_on.to_string(),
        products.join("; "),
        form.notice_period,
        form.objection_period,
        form.calendar,
        form.zone,
        roll.to_owned(),
        form.model,
        form.objection_effect,
        form.grounds,
        form.contract_text,
        form.emergency_days,
        form.clause,
        contacts
            .first()
            .map(|contact| contact.locale.to_string())
            .unwrap_or_default(),
        listed(true),
        listed(false),
    ]
}

/// A name without what separates people in a cell.
fn spoken(name: &Name) -> String {
    name.as_str().replace([';', '<', '>'], " ")
}

#[cfg(test)]
mod tests;
