use super::{Draft, Import, Severity, read};

mod formats;
mod hostile;
mod published;
mod rows;

fn fixture(name: &str) -> Import {
    let path = format!("{}/../tests/fixtures/import/{name}", env!("CARGO_MANIFEST_DIR"));
    read(name, &std::fs::read(path).unwrap()).unwrap()
}

fn csv(text: &str) -> Import {
    read("list.csv", text.as_bytes()).unwrap()
}

/// A list of one row in which only the location matters.
fn located(text: &str) -> Import {
    csv(&format!(
        "Name,Location\nNimbusway AS,\"{}\"\n",
        text.replace('"', "\"\"")
    ))
}

fn places(draft: &Draft) -> Vec<(String, Option<&str>)> {
    draft
        .locations
        .iter()
        .map(|l| (l.place.to_string(), l.region.as_deref()))
        .collect()
}

/// Row and reason of every problem of this severity.
fn reasons(import: &Import, severity: Severity) -> Vec<(Option<usize>, &str)> {
    import
        .problems
        .iter()
        .filter(|p| p.severity == severity)
        .map(|p| (p.row, p.reason.as_str()))
        .collect()
}
