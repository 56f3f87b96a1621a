//! JSON: an array of objects, alone or inside an object; keys in their order; what is nested becomes lines of text.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::cell::{Cell, shorten};
use super::file::Unreadable;
use super::table::{Document, Grid, Line, MAX_COLUMNS};
use super::{MAX_ROWS, Problem, Severity, header};

/// A JSON value whose objects keep the order of their keys: the order of the columns.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Null,
    Scalar(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// Reads JSON.
pub(super) fn read(text: &str) -> Result<Document, Unreadable> {
    let node: Node = serde_json::from_str(text).map_err(|error| Unreadable::Json(error.to_string()))?;
    let mut document = Document::default();
    let items = match node {
        Node::List(items) => items,
        Node::Object(entries) => list_within(entries, &mut document)?,
        Node::Null | Node::Scalar(_) => return Err(no_list()),
    };
    if items.is_empty() {
        return Err(Unreadable::Shape("the list is empty".to_owned()));
    }
    if items.len() > MAX_ROWS {
        return Err(Unreadable::TooManyRows);
    }
    document.grids.push(grid(items)?);
    Ok(document)
}

fn no_list() -> Unreadable {
    Unreadable::Shape("expected an array of objects, or an object that holds one".to_owned())
}

/// The one array of objects in a wrapping object; of several, the one whose keys look like a list of companies.
fn list_within(entries: Vec<(String, Node)>, document: &mut Document) -> Result<Vec<Node>, Unreadable> {
    let is_candidate = |node: &Node| matches!(node, Node::List(items) if items.iter().any(|item| matches!(item, Node::Object(_))));
    let looks_right = |node: &Node| match node {
        Node::List(items) => items.iter().any(|item| match item {
            Node::Object(keys) => header::is_header(&keys.iter().map(|(k, _)| k.clone()).collect::<Vec<_>>()),
            _ => false,
        }),
        _ => false,
    };
    let candidates = entries.iter().filter(|(_, node)| is_candidate(node)).count();
    let chosen = entries
        .iter()
        .position(|(_, node)| is_candidate(node) && (candidates == 1 || looks_right(node)))
        .ok_or_else(no_list)?;
    let mut items = Vec::new();
    for (index, (key, node)) in entries.into_iter().enumerate() {
        if index == chosen {
            if let Node::List(list) = node {
                items = list;
            }
        } else {
            let value = plain(&node);
            document.problems.push(Problem::whole(
                Severity::Note,
                &value,
                format!(
                    "\"{}\" stands beside the list and was left out",
                    shorten(&key, 60)
                ),
            ));
            document
                .prose
                .push(format!("{}: {value}", key.replace(['_', '-'], " ")));
        }
    }
    Ok(items)
}

/// Objects as rows under the union of their keys.
fn grid(items: Vec<Node>) -> Result<Grid, Unreadable> {
    let mut columns: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    for item in items {
        match item {
            Node::Object(entries) => {
                let mut fields = Vec::new();
                let mut fault = None;
                for (key, node) in flattened(entries) {
                    if fields.iter().any(|(known, _)| *known == key) {
                        fault = Some(format!("the key \"{}\" stands twice", shorten(&key, 60)));
                        continue;
                    }
                    if !columns.contains(&key) {
                        columns.push(key.clone());
                        if columns.len() > MAX_COLUMNS {
                            return Err(Unreadable::TooManyColumns(columns.len()));
                        }
                    }
                    fields.push((key, cell(&node)));
                }
                rows.push((fields, fault));
            }
            Node::Null => {}
            other => {
                let found = shorten(&plain(&other), 80);
                rows.push((
                    vec![(String::new(), Cell::read(&plain(&other)))],
                    Some(format!("not an object: {found}")),
                ));
            }
        }
    }
    let header = Line {
        line: None,
        cells: columns.iter().map(|c| Cell::plain(c, Vec::new())).collect(),
        fault: None,
    };
    let lines = rows.into_iter().map(|(fields, fault)| {
        let mut cells = vec![Cell::default(); columns.len()];
        for (key, cell) in fields {
            // A row that is no object shows what it is in the first column.
            let at = columns.iter().position(|column| *column == key).unwrap_or(0);
            if let Some(slot) = cells.get_mut(at) {
                *slot = cell;
            }
        }
        Line {
            line: None,
            cells,
            fault,
        }
    });
    Ok(Grid {
        heading: None,
        header_lines: 1,
        lines: [header].into_iter().chain(lines).collect(),
    })
}

/// An object of plain values is spread over columns ("address.city"); one that holds lists stays one cell.
fn flattened(entries: Vec<(String, Node)>) -> Vec<(String, Node)> {
    let mut flat = Vec::new();
    for (key, node) in entries {
        match node {
            Node::Object(inner)
                if inner
                    .iter()
                    .all(|(_, n)| matches!(n, Node::Null | Node::Scalar(_))) =>
            {
                flat.extend(
                    inner
                        .into_iter()
                        .map(|(sub, node)| (format!("{key}.{sub}"), node)),
                );
            }
            node => flat.push((key, node)),
        }
    }
    flat
}

/// One line per entry of a list or object.
fn cell(node: &Node) -> Cell {
    match node {
        Node::Null => Cell::default(),
        Node::Scalar(text) => Cell::read(text),
        Node::List(items) => Cell::read(&items.iter().map(plain).collect::<Vec<_>>().join("\n")),
        Node::Object(entries) => {
            let lines = entries.iter().map(|(key, node)| match plain(node) {
                text if text.is_empty() => key.clone(),
                text => format!("{key}: {text}"),
            });
            Cell::read(&lines.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// A value on one line; an object leads with its country or name.
fn plain(node: &Node) -> String {
    match node {
        Node::Null => String::new(),
        Node::Scalar(text) => text.clone(),
        Node::List(items) => items
            .iter()
            .map(plain)
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        Node::Object(entries) => {
            let first = ["country", "name", "title", "label", "value"]
                .iter()
                .find_map(|lead| entries.iter().position(|(key, _)| key.eq_ignore_ascii_case(lead)));
            let rest = entries
                .iter()
                .enumerate()
                .filter(|(index, _)| Some(*index) != first);
            let rest: Vec<String> = rest
                .map(|(_, (_, node))| plain(node))
                .filter(|text| !text.is_empty())
                .collect();
            match first.map(|index| plain(&entries[index].1)) {
                Some(lead) if rest.is_empty() => lead,
                Some(lead) => format!("{lead} ({})", rest.join(", ")),
                None => rest.join(", "),
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(if value { "yes" } else { "no" }.to_owned()))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }
    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Object(entries))
    }
}
