//! Puts the style sheets together in the order `style/main.css` names, and lists the files of `public/`, so that the
//! binary carries both. A release carries the browser side too, if it was built before (`make release`).

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(env("CARGO_MANIFEST_DIR")).join("..");
    let out = PathBuf::from(env("OUT_DIR"));
    let (style, public) = (root.join("style"), root.join("public"));
    println!("cargo::rerun-if-changed={}", style.display());
    println!("cargo::rerun-if-changed={}", public.display());
    write(&out.join("main.css"), &stylesheet(&style));
    let mut entries = String::new();
    list(&public, "", &mut entries);
    write(&out.join("public.rs"), &format!("&[\n{entries}]"));
    let pkg = root.join("target/site/pkg");
    let is_release = env("PROFILE") == "release";
    if is_release {
        println!("cargo::rerun-if-changed={}", pkg.display());
    }
    write(&out.join("site.rs"), &browser_side(&pkg, is_release));
}

/// `main.css` with every `@import "…";` line replaced by that file, without comments and indentation.
fn stylesheet(style: &Path) -> String {
    let mut css = String::new();
    for line in read(&style.join("main.css")).lines() {
        match line
            .strip_prefix("@import \"")
            .and_then(|rest| rest.strip_suffix("\";"))
        {
            Some(file) => css.push_str(&read(&style.join(file))),
            None => css.push_str(line),
        }
        css.push('\n');
    }
    let mut bare = String::with_capacity(css.len());
    let mut rest = css.as_str();
    while let Some(start) = rest.find("/*") {
        bare.push_str(&rest[..start]);
        rest = rest[start..]
            .find("*/")
            .map_or("", |end| &rest[start + end + 2..]);
    }
    bare.push_str(rest);
    let lines: Vec<&str> = bare
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

/// One `("/path", include_bytes!("…")),` per file, folders walked in order.
fn list(folder: &Path, prefix: &str, entries: &mut String) {
    let mut paths: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(found) => found.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) => panic!("{}: {error}", folder.display()),
    };
    paths.sort();
    for path in paths {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let address = format!("{prefix}/{name}");
        if path.is_dir() {
            list(&path, &address, entries);
        } else {
            let file = path.canonicalize().unwrap_or(path);
            let _ = writeln!(
                entries,
                "({address:?}, include_bytes!({:?}).as_slice()),",
                file.display().to_string()
            );
        }
    }
}

/// Script and wasm as a pair, or `None`.
fn browser_side(pkg: &Path, is_release: bool) -> String {
    let files = ["app.js", "app_bg.wasm"].map(|name| pkg.join(name).canonicalize());
    match files {
        [Ok(script), Ok(wasm)] if is_release => format!(
            "Some((include_bytes!({:?}).as_slice(), include_bytes!({:?}).as_slice()))",
            script.display().to_string(),
            wasm.display().to_string()
        ),
        _ => "None".to_owned(),
    }
}

fn read(path: &Path) -> String {
    match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

fn write(path: &Path, text: &str) {
    if let Err(error) = fs::write(path, text) {
        panic!("{}: {error}", path.display());
    }
}

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is set by cargo"))
}
