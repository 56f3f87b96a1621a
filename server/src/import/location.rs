//! Where data is: a free text as countries, each with its region or condition in the list's own words.
//!
//! A country is taken only from its whole name or code. "EU" is no country; a city is none either, unless its
//! country stands beside it. A place beside which another country is named in passing is not taken: it may be in both.

use domain::country::{Country, Place};
use domain::engagement::LocationKind;
use serde::{Deserialize, Serialize};

use super::cell::Cell;
use super::nations;

/// One place as the list gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// The country.
    pub place: Place,
    /// City, region or condition in the list's own words.
    pub region: Option<String>,
    /// What happens there; mostly the list does not say.
    pub kind: Option<LocationKind>,
    /// The words it was read from.
    pub as_written: String,
}

/// A location cell, understood as far as it goes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    pub locations: Vec<Location>,
    /// Text that is no country, with the reason.
    pub unknown: Vec<(String, String)>,
    /// What was decided in reading that a person should see.
    pub remarks: Vec<(String, String)>,
}

impl Reading {
    fn said(&self) -> usize {
        self.locations.len() + self.unknown.len() + self.remarks.len()
    }

    /// A label or region that names a country which was not taken says of a place that it is, or is not, there as well: the
    /// words are left to a person.
    fn set_aside_with_other_countries(&mut self) {
        let places: Vec<Place> = self.locations.iter().map(|location| location.place).collect();
        if places.contains(&Place::Worldwide) {
            return;
        }
        let taken: Vec<Country> = places
            .into_iter()
            .filter_map(|place| match place {
                Place::Country(country) => Some(country),
                Place::Worldwide => None,
            })
            .collect();
        for location in std::mem::take(&mut self.locations) {
            let words = location.region.as_deref().unwrap_or_default();
            let Some(other) = nations::other_than(&taken, words) else {
                self.locations.push(location);
                continue;
            };
            let why = format!(
                "names {} beside {}: write each place on a line of its own",
                other.label(),
                location.place.label()
            );
            self.remarks.retain(|(text, _)| *text != location.as_written);
            self.unknown.push((location.as_written, why));
        }
    }
}

/// Reads a location cell; `kind` is what its header tells.
pub(super) fn read(cell: &Cell, kind: Option<LocationKind>) -> Reading {
    let mut reading = Reading::default();
    for line in cell.lines() {
        let line = line.trim_start_matches(['-', '*', '•', '·', ' ']).trim();
        if is_remark(line) {
            reading.remarks.push((
                line.to_owned(),
                "a remark, not a place; kept in the row as it was read".to_owned(),
            ));
            continue;
        }
        let (label, rest) = labelled(line);
        let (kind, condition) = match label.map(|label| (kind_of(label), label)) {
            Some((Some(named), _)) => (Some(named), None),
            Some((None, label)) => (kind, Some(label)),
            None => (kind, None),
        };
        read_line(rest, kind, condition, &mut reading);
    }
    reading.set_aside_with_other_countries();
    let mut kept: Vec<Location> = Vec::new();
    for location in reading.locations {
        if !kept
            .iter()
            .any(|k| k.place == location.place && k.region == location.region && k.kind == location.kind)
        {
            kept.push(location);
        }
    }
    reading.locations = kept;
    reading
}

/// Sentences and pointers to other pages say something about places and name none that could be taken over.
fn is_remark(line: &str) -> bool {
    let lower = line.to_lowercase();
    lower.contains("://")
        || lower.contains("www.")
        || [
            "processor",
            "see ",
            "found at",
            "depending",
            "please ",
            "available at",
            "customer's choice",
            "not ",
        ]
        .iter()
        .any(|mark| lower.contains(mark))
}

/// "Storage: Germany" or "EU customers: Ireland".
fn labelled(line: &str) -> (Option<&str>, &str) {
    match line.split_once(':') {
        Some((label, rest)) if !rest.trim().is_empty() && label.split_whitespace().count() <= 4 => {
            (Some(label.trim()), rest.trim())
        }
        _ => (None, line),
    }
}

fn kind_of(label: &str) -> Option<LocationKind> {
    match label.to_lowercase().as_str() {
        "storage" | "data storage" | "hosting" | "stored in" | "hosted in" | "data at rest" => {
            Some(LocationKind::Storage)
        }
        "processing" | "data processing" | "processed in" => Some(LocationKind::Processing),
        "support" | "customer support" => Some(LocationKind::Support),
        "remote access" | "access" | "accessed from" => Some(LocationKind::RemoteAccess),
        _ => None,
    }
}

fn read_line(line: &str, kind: Option<LocationKind>, condition: Option<&str>, reading: &mut Reading) {
    let (before, said) = (reading.locations.len(), reading.said());
    let (groups, or) = groups(line);
    for group in groups {
        read_group(&group, kind, condition, reading);
    }
    if or
        && reading.locations[before..].len() > 1
        && reading.locations[before..].iter().any(|l| l.region.is_none())
    {
        reading.remarks.push((
            line.to_owned(),
            "written as alternatives; each was taken as a location".to_owned(),
        ));
    }
    if reading.said() == said && (condition.is_some() || line.chars().any(char::is_alphanumeric)) {
        let text = condition.map_or_else(|| line.to_owned(), |condition| format!("{condition}: {line}"));
        reading.unknown.push((text, "names no country".to_owned()));
    }
}

/// Splits at ";", "/", "or" and "and" outside brackets, not inside a country's own name; says whether "or" stood there.
fn groups(line: &str) -> (Vec<String>, bool) {
    if country(line).is_some() || nations::is_region(line) {
        return (vec![line.to_owned()], false);
    }
    let mut groups: Vec<String> = vec![String::new()];
    let (mut depth, mut or) = (0_usize, false);
    let mut words = line.split(' ').peekable();
    while let Some(word) = words.next() {
        let lower = word.to_lowercase();
        let splits = depth == 0
            && matches!(
                lower.as_str(),
                "or" | "and" | "and/or" | "&" | "/" | "|" | "•" | "+"
            );
        let joins_name = matches!(lower.as_str(), "and" | "&")
            && groups.last().is_some_and(|g| {
                let last_part = g.rsplit(',').next().unwrap_or(g);
                let next = words
                    .peek()
                    .map(|w| w.trim_end_matches([',', ';']))
                    .unwrap_or_default();
                let mut name = format!("{} and {next}", last_part.trim());
                let known = country(&name).is_some();
                name.push(' ');
                known || COMPOUND.iter().any(|c| c.starts_with(&name.to_lowercase()))
            });
        if splits && !joins_name {
            or |= lower.contains("or");
            groups.push(String::new());
            continue;
        }
        let mut piece = String::new();
        for c in word.chars() {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && matches!(c, ';' | '/' | '|') && !nations::is_region(word) {
                push_word(&mut groups, &piece);
                piece.clear();
                groups.push(String::new());
            } else {
                piece.push(c);
            }
        }
        push_word(&mut groups, &piece);
    }
    (
        groups
            .into_iter()
            .map(|g| g.trim().to_owned())
            .filter(|g| !g.is_empty())
            .collect(),
        or,
    )
}

/// Countries whose name holds "and" and goes on after the next word.
const COMPOUND: &[&str] = &[
    "saint vincent and the grenadines",
    "heard island and mcdonald islands",
    "turks and caicos islands",
    "svalbard and jan mayen",
];

fn push_word(groups: &mut [String], word: &str) {
    if let Some(last) = groups.last_mut()
        && !word.is_empty()
    {
        if !last.is_empty() {
            last.push(' ');
        }
        last.push_str(word);
    }
}

/// Parts between commas: what stands before a country and is none names a place inside it ("Frankfurt, Germany").
fn read_group(group: &str, kind: Option<LocationKind>, condition: Option<&str>, reading: &mut Reading) {
    if let Some(place) = country(group) {
        reading
            .locations
            .push(location(place, None, kind, condition, group));
        return;
    }
    let parts = parts(group);
    let mut pending: Vec<&str> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let next = parts
            .get(index + 1)
            .map(String::as_str)
            .and_then(|next| understand(next).map(|u| u.0));
        let before_us = next.is_some_and(is_usa);
        let (base, _) = bracketed(part);
        if before_us && (nations::is_state(base) || nations::is_state_code(base) && !pending.is_empty()) {
            pending.push(part);
            continue;
        }
        let after_us = index > 0 && understand(&parts[index - 1]).is_some_and(|(p, _)| is_usa(p));
        if after_us
            && nations::is_state(base)
            && pending.is_empty()
            && let Some(last) = reading.locations.last_mut().filter(|l| l.region.is_none())
        {
            last.region = Some(part.clone());
            last.as_written = format!("{}, {part}", last.as_written);
            continue;
        }
        if nations::is_state_code(base) && !pending.is_empty() {
            let why = "a country's code or a state of the USA? Write the country's name";
            reading.unknown.push((
                pending
                    .drain(..)
                    .chain([part.as_str()])
                    .collect::<Vec<_>>()
                    .join(", "),
                why.to_owned(),
            ));
            continue;
        }
        if nations::is_region(base) {
            read_region(part, kind, reading);
            continue;
        }
        match understand(part) {
            Some((place, own)) => {
                let slip = pending
                    .iter()
                    .find_map(|p| nations::near(p).map(|name| (*p, name)));
                if let Some((text, name)) = slip {
                    reading.unknown.push((
                        text.to_owned(),
                        format!("no country has this name; is it {name}?"),
                    ));
                    pending.retain(|p| *p != text);
                }
                let inside = (!pending.is_empty()).then(|| pending.join(", "));
                if let Some(inside) = &inside {
                    reading.remarks.push((
                        group.to_owned(),
                        format!("\"{inside}\" was read as a place in {}", place.label()),
                    ));
                }
                let as_written = pending
                    .drain(..)
                    .chain([part.as_str()])
                    .collect::<Vec<_>>()
                    .join(", ");
                let region = match (inside, own) {
                    (Some(a), Some(b)) => Some(format!("{a}; {b}")),
                    (a, b) => a.or(b),
                };
                reading
                    .locations
                    .push(location(place, region, kind, condition, &as_written));
            }
            None => pending.push(part),
        }
    }
    for part in pending {
        let why = nations::near(part).map_or_else(
            || "no country is known by this name".to_owned(),
            |name| format!("no country has this name; is it {name}?"),
        );
        reading.unknown.push((part.to_owned(), why));
    }
}

/// "EU" alone is refused; "EU (Germany, Ireland)" gives the two it names.
fn read_region(part: &str, kind: Option<LocationKind>, reading: &mut Reading) {
    let (base, inside) = bracketed(part);
    let mut within = Reading::default();
    if let Some(inside) = inside {
        for group in groups(inside).0 {
            read_group(&group, kind, None, &mut within);
        }
    }
    if within.locations.is_empty() {
        let why = format!("\"{base}\" is not a country: name the countries, or WORLDWIDE");
        reading.unknown.push((part.to_owned(), why));
    } else {
        reading.remarks.push((
            part.to_owned(),
            format!("\"{base}\" is not a country; the countries named with it were taken"),
        ));
        reading.locations.append(&mut within.locations);
        reading.unknown.append(&mut within.unknown);
    }
}

fn location(
    place: Place,
    region: Option<String>,
    kind: Option<LocationKind>,
    condition: Option<&str>,
    text: &str,
) -> Location {
    let region = match (condition, region) {
        (Some(condition), Some(region)) => Some(format!("{condition}: {region}")),
        (Some(condition), None) => Some(condition.to_owned()),
        (None, region) => region,
    };
    let as_written = condition.map_or_else(|| text.to_owned(), |condition| format!("{condition}: {text}"));
    Location {
        place,
        region,
        kind,
        as_written,
    }
}

/// Splits at commas outside brackets.
fn parts(group: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for c in group.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
        .into_iter()
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// A part that names a country, with what else it says: "Germany (Frankfurt)", "Frankfurt (Germany)", "US – Oregon".
fn understand(part: &str) -> Option<(Place, Option<String>)> {
    let (base, inside) = bracketed(part);
    if let Some(place) = country(base) {
        return Some((place, inside.map(str::to_owned)));
    }
    if let Some(place) = inside.and_then(country).filter(|_| !nations::is_region(base)) {
        return Some((place, Some(base.to_owned())));
    }
    for dash in [" - ", " – ", " — "] {
        if let Some((left, right)) = base.split_once(dash) {
            let found = country(left)
                .map(|p| (p, right))
                .or_else(|| country(right).map(|p| (p, left)));
            if let Some((place, rest)) = found {
                let region =
                    inside.map_or_else(|| rest.trim().to_owned(), |i| format!("{}; {i}", rest.trim()));
                return Some((place, Some(region)));
            }
        }
    }
    None
}

/// Text before a bracket, and in it.
fn bracketed(part: &str) -> (&str, Option<&str>) {
    let part = part.trim();
    match part.split_once('(') {
        Some((base, inside)) => {
            let inside = inside.strip_suffix(')').unwrap_or(inside).trim();
            (base.trim(), Some(inside).filter(|i| !i.is_empty()))
        }
        None => (part, None),
    }
}

fn is_usa(place: Place) -> bool {
    place.code() == "US"
}

fn country(text: &str) -> Option<Place> {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    let everywhere = [
        "worldwide",
        "global",
        "globally",
        "world wide",
        "world-wide",
        "anywhere",
        "all countries",
    ];
    let first = lower.split([' ', '(']).next().unwrap_or_default();
    let network_only = lower.split_whitespace().skip(1).all(|w| {
        matches!(
            w.trim_matches(['(', ')']),
            "cdn" | "edge" | "network" | "locations" | "distribution" | "content" | "delivery" | "anycast"
        )
    });
    if everywhere.contains(&lower.as_str()) || matches!(first, "worldwide" | "global") && network_only {
        return Some(Place::Worldwide);
    }
    nations::country(text).map(Place::Country)
}
