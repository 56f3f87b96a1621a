//! The form for what is known about a company.

use domain::known::Known;
use domain::organisation::{ContactPoint, ContactPointKind, OrganisationFacts};
use domain::text::Name;
use leptos::prelude::*;

use super::sheet::{Sheet, choices, folded, part};
use super::typed::{Reader, Typed};
use crate::ui::{Choice, FieldErrors};

/// The fields filled from a version.
pub fn typed_from(facts: &OrganisationFacts) -> Typed {
    let mut typed = Typed::default();
    fill(&mut typed, facts);
    typed
}

fn fill(typed: &mut Typed, facts: &OrganisationFacts) {
    typed.put("legal_name", &facts.legal_name);
    let former: Vec<&str> = facts.former_names.iter().map(Name::as_str).collect();
    typed.put("former_names", former.join("\n"));
    typed.put_known("registration_number", &facts.registration_number);
    typed.put(
        "registration_country",
        facts.registration_country.get().map_or("", |c| c.label()),
    );
    typed.put_known("address", &facts.address);
    put_stated(typed, "parent", &facts.parent, |typed, name| {
        typed.put("parent_name", name);
    });
    typed.put(
        "ultimate_parent_country",
        facts.ultimate_parent_country.get().map_or("", |c| c.label()),
    );
    if let Some(contact) = facts.contact.get() {
        put_contact(typed, "contact", contact);
    }
    put_stated(typed, "dpo", &facts.dpo, |typed, c| put_contact(typed, "dpo", c));
    put_stated(typed, "representative", &facts.eu_representative, |typed, c| {
        put_contact(typed, "representative", c);
    });
    typed.put_some("website", facts.website.as_ref());
}

/// Three answers: unknown, known to be none, or this one.
fn put_stated<T>(typed: &mut Typed, name: &str, fact: &Known<Option<T>>, put: impl FnOnce(&mut Typed, &T)) {
    match fact {
        Known::Unknown => typed.put(name, ""),
        Known::Known(None) => typed.put(name, "none"),
        Known::Known(Some(value)) => {
            typed.put(name, "this");
            put(typed, value);
        }
    }
}

fn put_contact(typed: &mut Typed, of: &str, contact: &ContactPoint) {
    typed.put(format!("{of}_kind"), contact.kind);
    typed.put(format!("{of}_name"), &contact.name);
    typed.put_some(&format!("{of}_email"), contact.email.as_ref());
    typed.put_some(&format!("{of}_phone"), contact.phone.as_ref());
    typed.put_some(&format!("{of}_postal"), contact.postal.as_ref());
}

/// The facts that were typed, or what is wrong with them.
pub fn parse(typed: &Typed) -> Result<OrganisationFacts, FieldErrors> {
    let mut read = Reader::new(typed);
    let legal_name: Option<Name> = read.required("legal_name");
    let former_names = read.lines("former_names");
    let registration_number = read.known("registration_number");
    let registration_country = read.country("registration_country");
    let address = read.known("address");
    let parent = stated(&mut read, "parent", |read| read.required("parent_name"));
    let ultimate_parent_country = read.country("ultimate_parent_country");
    let contact = match is_blank(&read, "contact") {
        true => Known::Unknown,
        false => point(&mut read, "contact").into(),
    };
    let dpo = stated(&mut read, "dpo", |read| point(read, "dpo"));
    let eu_representative = stated(&mut read, "representative", |read| point(read, "representative"));
    let website = read.optional("website");
    match legal_name {
        Some(legal_name) if read.errors.is_empty() => Ok(OrganisationFacts {
            legal_name,
            former_names,
            registration_number,
            registration_country,
            address,
            parent,
            ultimate_parent_country,
            contact,
            dpo,
            eu_representative,
            website,
        }),
        _ => Err(read.errors),
    }
}

fn stated<T>(read: &mut Reader, name: &str, this: impl FnOnce(&mut Reader) -> Option<T>) -> Known<Option<T>> {
    match read.text(name) {
        "none" => Known::Known(None),
        "this" => this(read).map_or(Known::Unknown, |value| Known::Known(Some(value))),
        _ => Known::Unknown,
    }
}

fn is_blank(read: &Reader, of: &str) -> bool {
    ["name", "email", "phone", "postal"]
        .iter()
        .all(|field| read.text(&format!("{of}_{field}")).is_empty())
}

fn point(read: &mut Reader, of: &str) -> Option<ContactPoint> {
    let kind = read
        .text(&format!("{of}_kind"))
        .parse()
        .unwrap_or(ContactPointKind::Function);
    let email = read.optional(&format!("{of}_email"));
    let phone = read.optional(&format!("{of}_phone"));
    let postal = read.optional(&format!("{of}_postal"));
    let point = ContactPoint {
        kind,
        name: read.required(&format!("{of}_name"))?,
        email,
        phone,
        postal,
    };
    if !point.is_reachable() {
        read.errors.add(
            format!("{of}_email"),
            "Write at least one way to reach them: e-mail, telephone or post",
        );
    }
    Some(point)
}

/// The parts of the form.
pub fn fields(typed: &Typed, errors: &FieldErrors) -> AnyView {
    let sheet = Sheet { typed, errors };
    vec![
        part(
            "The company",
            "The legal entity that signs the contract, not its brand. Contract, invoice and lists of certified companies are compared with this name letter by letter.",
            vec![
                sheet.text("legal_name", "Legal name", "With its legal form, as in the company register: “Acme Hosting GmbH”."),
                sheet.area("former_names", "Former names", "One a line; leave empty if there are none.", 2),
                sheet.text("registration_number", "Registration number", "In the company register of its country. Leave empty while unknown."),
                sheet.text("registration_country", "Country of registration", COUNTRY),
                sheet.area("address", "Registered address", "As in the company register. Leave empty while unknown.", 3),
                sheet.web("website", "Website", "Starts with https://"),
            ],
        ),
        part(
            "Who owns it",
            "A parent outside the EEA may be ordered to hand data over, wherever the data is kept.",
            vec![
                sheet.radio("parent", "Direct parent company", "", three("This company:")),
                sheet.optional("parent_name", "Legal name of the parent", "Only if there is one."),
                sheet.text("ultimate_parent_country", "Country of the ultimate parent", "The top of the group; the company’s own country if it is independent. A code or an English name."),
            ],
        ),
        part(
            "Whom to ask about data protection",
            "Customers are given this contact. Prefer a function to a person: a person’s name is never shown in public.",
            contact_fields(&sheet, "contact"),
        ),
        part(
            "Data protection officer",
            "",
            asked_contact(&sheet, "dpo", "Has it appointed one?"),
        ),
        part(
            "Representative in the EU",
            "A company outside the EEA that offers services to people in it names one (Article 27 GDPR).",
            asked_contact(&sheet, "representative", "Has it one?"),
        ),
    ]
    .into_any()
}

/// The hint of every country field.
pub(super) const COUNTRY: &str = "A two-letter code or an English name: NO, Germany, USA. “EU” and “Europe” are regions, not countries. Leave empty while unknown.";

/// A question whose answer may be a contact, with that contact's fields.
fn asked_contact(sheet: &Sheet, of: &str, question: &str) -> Vec<AnyView> {
    let is_open = sheet.typed.text(of) == "this";
    let mut views = vec![sheet.radio(of, question, "", three("Yes:"))];
    views.push(folded("Whom to ask", is_open, contact_fields(sheet, of)));
    views
}

fn three(this: &str) -> Vec<Choice> {
    vec![
        Choice::new("", "Unknown"),
        Choice::new("none", "None"),
        Choice::new("this", this),
    ]
}

fn contact_fields(sheet: &Sheet, of: &str) -> Vec<AnyView> {
    let name = |field: &str| format!("{of}_{field}");
    vec![
        sheet.radio(&name("kind"), "This is", "", choices!(ContactPointKind)),
        sheet.optional(
            &name("name"),
            "Function or name",
            "“Privacy office”, for example.",
        ),
        sheet.email(&name("email"), "E-mail", ""),
        sheet.optional(&name("phone"), "Telephone", ""),
        sheet.area(
            &name("postal"),
            "Postal address",
            "Only if it is not the registered address.",
            2,
        ),
    ]
}
