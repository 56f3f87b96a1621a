//! Step 1: know your transfer (parts A and B).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::country::Place;
use domain::legal_record::{DataFormat, Tia, TiaType};
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::sheet::{Sheet, choices, part};
use crate::register::typed::Reader;
use crate::ui::Choice;

use super::{put_lines, put_yes_no};

pub fn fill(tia: &Tia, typed: &mut Typed) {
    let b = &tia.description;
    put_lines(typed, "destinations", tia.destinations.iter().map(Place::label));
    for number in &tia.identity.transfers {
        typed.put("transfers", number);
    }
    put_lines(typed, "contributors", &tia.identity.contributors);
    put_yes_no(typed, "importer_contributed", tia.identity.importer_contributed);
    typed.put_some("started_on", tia.identity.started_on.as_ref());
    typed.put_some("exporter", b.exporter.as_ref());
    typed.put_some("importer", b.importer.as_ref());
    typed.put_some("roles", b.roles.as_ref());
    typed.put_some("purposes", b.purposes.as_ref());
    put_lines(typed, "data_subjects", &b.data_subjects);
    put_lines(typed, "data_categories", &b.data_categories);
    typed.put_some("special_categories", b.special_categories.as_ref());
    put_lines(
        typed,
        "storage_locations",
        b.storage_locations.iter().map(Place::label),
    );
    put_lines(
        typed,
        "access_locations",
        b.access_locations.iter().map(Place::label),
    );
    put_lines(typed, "onward_transfers", &b.onward_transfers);
    typed.put_some("chain_length", b.chain_length.as_ref());
    typed.put_some("number_of_actors", b.number_of_actors.as_ref());
    put_lines(typed, "transmission_channels", &b.transmission_channels);
    typed.put_some("recipient_type", b.recipient_type.as_ref());
    typed.put_some("format", b.format.as_ref());
    typed.put_some("sector", b.sector.as_ref());
    typed.put_some("volume", b.volume.as_ref());
    typed.put_some("frequency", b.frequency.as_ref());
    typed.put_some("retention", b.retention.as_ref());
}

pub fn read(read: &mut Reader, tia: &mut Tia, today: NaiveDate) {
    tia.destinations = places(read, "destinations");
    tia.identity.contributors = read.lines("contributors");
    tia.identity.importer_contributed = read.yes_no("importer_contributed").into_option();
    tia.identity.started_on = read.past_day("started_on", today);
    let b = &mut tia.description;
    b.exporter = read.optional("exporter");
    b.importer = read.optional("importer");
    b.roles = read.optional("roles");
    b.purposes = read.optional("purposes");
    b.data_subjects = read.lines("data_subjects").into_iter().collect();
    b.data_categories = read.lines("data_categories").into_iter().collect();
    b.special_categories = read.optional("special_categories");
    b.storage_locations = places(read, "storage_locations");
    b.access_locations = places(read, "access_locations");
    if tia.tia_type.is_note() {
        return;
    }
    tia.identity.transfers = read.ticked("transfers");
    b.onward_transfers = read.lines("onward_transfers");
    b.chain_length = read.number("chain_length", 1, 20);
    b.number_of_actors = read.number("number_of_actors", 1, 1000);
    b.transmission_channels = read.lines("transmission_channels");
    b.recipient_type = read.optional("recipient_type");
    b.format = read.optional("format");
    b.sector = read.optional("sector");
    b.volume = read.optional("volume");
    b.frequency = read.optional("frequency");
    b.retention = read.optional("retention");
}

/// Countries, one a line.
fn places(read: &mut Reader, name: &str) -> BTreeSet<Place> {
    let text = read.text(name).to_owned();
    let mut places = BTreeSet::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        places.extend(read.errors.take(name, Place::find(line)));
    }
    places
}

/// `transfers` are the engagement's, by number.
pub fn fields(sheet: &Sheet, tia_type: TiaType, transfers: &[Choice]) -> AnyView {
    let is_note = tia_type.is_note();
    let mut about = Vec::new();
    if !is_note && !transfers.is_empty() {
        about.push(sheet.boxes(
            "transfers",
            "Transfers it is about",
            "As in the register.",
            transfers.to_vec(),
        ));
    }
    about.push(sheet.area(
        "destinations",
        "Destinations outside the EEA",
        "One country a line, or “worldwide”. Empty when nothing leaves the EEA.",
        2,
    ));
    let mut who = vec![
        sheet.text("exporter", "Exporting legal entity", ""),
        sheet.text("importer", "Importing legal entity", ""),
        sheet.text("roles", "Their roles", "For example: processor to subprocessor."),
    ];
    let mut data = vec![
        sheet.area("purposes", "What the data is used for", "", 3),
        sheet.area("data_subjects", "Whose data", "One a line.", 3),
        sheet.area("data_categories", "Which data", "One a line.", 3),
        sheet.text(
            "special_categories",
            "Special categories",
            "Name them, or write “none”.",
        ),
    ];
    let mut places = vec![
        sheet.area("storage_locations", "Stored in", "One country a line.", 2),
        sheet.area(
            "access_locations",
            "Reached from",
            "One country a line; support and remote access count.",
            2,
        ),
    ];
    if !is_note {
        who.extend([
            sheet.text(
                "recipient_type",
                "Kind of recipient",
                "For example: private company, public body.",
            ),
            sheet.text("sector", "Sector", "For example: software, telecommunications."),
            sheet.number(
                "chain_length",
                "Companies in the chain",
                "The importer counts: 1 where the chain ends there.",
            ),
            sheet.area(
                "onward_transfers",
                "Onward transfers",
                "Who gets the data from the importer, and where; one a line.",
                2,
            ),
            sheet.number(
                "number_of_actors",
                "Companies that take part",
                "Exporter, importer and everybody after it.",
            ),
        ]);
        data.extend([
            sheet.radio("format", "In what form does the importer have the data?", "In the clear wherever it must read the data to do its work: most software services, AI inference, support.", choices!(DataFormat)),
            sheet.text("volume", "How much", ""),
            sheet.text("frequency", "How often", "For example: continuous, daily, on request."),
            sheet.text("retention", "How long the importer keeps it", ""),
        ]);
        places.push(sheet.area(
            "transmission_channels",
            "How the data travels",
            "One a line: TLS over the internet, VPN, removable media.",
            2,
        ));
    }
    let work = vec![
        sheet.day("started_on", "Work began on", ""),
        sheet.yes_no(
            "importer_contributed",
            "Did the importer contribute?",
            "Clause 14(c) asks it to.",
        ),
        sheet.area(
            "contributors",
            "Who else contributed",
            "Functions rather than names, one a line.",
            2,
        ),
    ];
    vec![
        part("Which transfer", "", about),
        part("Who", "", who),
        part("Which data", "", data),
        part("Where", "", places),
        part("This assessment", "", work),
    ]
    .into_any()
}
