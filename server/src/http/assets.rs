//! Style sheet, fonts, icon and the browser side. Everything is in memory from the start; what carries its hash in its
//! address is kept by caches for ever.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;

use app::shell;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use super::HttpError;
use crate::AppState;

/// The style sheet as the build put it together.
const STYLESHEET: &str = include_str!(concat!(env!("OUT_DIR"), "/main.css"));
/// The files of `public/`: address and content.
const PUBLIC: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/public.rs"));
/// Script and wasm of the browser side, in a release that was built with them.
const BROWSER_SIDE: Option<(&[u8], &[u8])> = include!(concat!(env!("OUT_DIR"), "/site.rs"));
/// The bootstrap module, served beside the wasm rather than under its own name.
const BOOTSTRAP: &str = "/islands.js";

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// A body in both codings, made once.
#[derive(Clone, Debug)]
pub struct Body {
    plain: Bytes,
    gzip: Option<Bytes>,
}

impl Body {
    /// Compresses `plain` if that makes it smaller.
    #[must_use]
    pub fn new(plain: Bytes) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let gzip = encoder
            .write_all(&plain)
            .and_then(|()| encoder.finish())
            .ok()
            .filter(|gzip| gzip.len() + 64 < plain.len())
            .map(Bytes::from);
        Self { plain, gzip }
    }

    /// The body in the best coding the client takes, with the headers that say so.
    pub fn respond(&self, client: &HeaderMap) -> Response {
        let mut response = match &self.gzip {
            Some(gzip) if takes_gzip(client) => {
                let mut response = gzip.clone().into_response();
                response
                    .headers_mut()
                    .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                response
            }
            _ => self.plain.clone().into_response(),
        };
        if self.gzip.is_some() {
            response
                .headers_mut()
                .insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }
}

fn takes_gzip(client: &HeaderMap) -> bool {
    client
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((&coding, ""));
            name.trim() == "gzip" && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        })
}

#[derive(Debug)]
struct File {
    body: Body,
    kind: HeaderValue,
    cache: HeaderValue,
}

/// All files that are served as they are, by address.
#[derive(Debug)]
pub struct Assets {
    files: HashMap<String, File>,
    addresses: shell::Assets,
}

impl Assets {
    /// The files of the build, and the browser side from `site/pkg`, else the one that the release carries, if any.
    #[must_use]
    pub fn load(site: &Path) -> Self {
        let mut files = HashMap::new();
        for (address, content) in PUBLIC.iter().filter(|(address, _)| *address != BOOTSTRAP) {
            // The name of a font carries its version.
            let cache = if address.starts_with("/fonts/") {
                FOR_EVER
            } else {
                AN_HOUR
            };
            files.insert(
                (*address).to_owned(),
                File::new(address, Bytes::from_static(content), cache),
            );
        }
        let stylesheet = format!("/assets/main.{}.css", short_hash([STYLESHEET.as_bytes()]));
        files.insert(
            stylesheet.clone(),
            File::new(&stylesheet, Bytes::from(STYLESHEET), FOR_EVER),
        );
        let islands = load_browser_side(&site.join("pkg"), &mut files);
        if islands.is_none() {
            tracing::info!(folder = %site.display(), "browser side not built: pages work without islands");
        }
        Self {
            files,
            addresses: shell::Assets { stylesheet, islands },
        }
    }

    /// Where the document finds style sheet and scripts.
    #[must_use]
    pub fn addresses(&self) -> shell::Assets {
        self.addresses.clone()
    }

    fn respond(&self, request: &Request) -> Result<Response, HttpError> {
        let file = self.files.get(request.uri().path()).ok_or(HttpError::NotFound)?;
        let mut response = file.body.respond(request.headers());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, file.kind.clone());
        headers.insert(header::CACHE_CONTROL, file.cache.clone());
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        debug_assert_eq!(response.status(), StatusCode::OK);
        Ok(response)
    }
}

/// Puts the browser side under one address with the hash of all its files, because they import each other by name.
fn load_browser_side(pkg: &Path, files: &mut HashMap<String, File>) -> Option<String> {
    let built = std::fs::read(pkg.join("app.js"))
        .and_then(|script| Ok((script, std::fs::read(pkg.join("app_bg.wasm"))?)));
    let (script, wasm): (Bytes, Bytes) = match built {
        Ok((script, wasm)) => (script.into(), wasm.into()),
        Err(_) => {
            BROWSER_SIDE.map(|(script, wasm)| (Bytes::from_static(script), Bytes::from_static(wasm)))?
        }
    };
    let (_, bootstrap) = PUBLIC.iter().find(|(address, _)| *address == BOOTSTRAP)?;
    let folder = format!("/pkg/{}", short_hash([bootstrap, script.as_ref(), wasm.as_ref()]));
    let mut add = |name: &str, content: Bytes| {
        let address = format!("{folder}/{name}");
        files.insert(address.clone(), File::new(&address, content, FOR_EVER));
        address
    };
    add("app.js", script);
    add("app_bg.wasm", wasm);
    Some(add("islands.js", Bytes::from_static(bootstrap)))
}

impl File {
    fn new(address: &str, content: Bytes, cache: HeaderValue) -> Self {
        let kind = match address.rsplit('.').next() {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("wasm") => "application/wasm",
            Some("woff2") => "font/woff2",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            _ => "text/plain; charset=utf-8",
        };
        Self {
            body: Body::new(content),
            kind: HeaderValue::from_static(kind),
            cache,
        }
    }
}

/// Twelve characters: enough to tell versions of one file apart.
fn short_hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..6])
}

/// Routes of everything under `/assets`, `/pkg`, `/fonts`, and the single files of `public/`.
pub fn router() -> Router<AppState> {
    let mut router = Router::new()
        .route("/assets/{*file}", get(serve))
        .route("/pkg/{*file}", get(serve))
        .route("/fonts/{*file}", get(serve));
    for (address, _) in PUBLIC {
        if address.rfind('/') == Some(0) && *address != BOOTSTRAP {
            router = router.route(address, get(serve));
        }
    }
    router
}

async fn serve(State(state): State<AppState>, request: Request) -> Result<Response, HttpError> {
    state.assets.respond(&request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stylesheet_holds_every_file_and_no_comment() {
        assert!(STYLESHEET.contains(".masthead"));
        assert!(STYLESHEET.contains("@media print"));
        assert!(!STYLESHEET.contains("/*") && !STYLESHEET.contains("@import"));
    }

    #[test]
    fn a_body_is_compressed_only_where_it_helps_and_is_asked_for() {
        let mut client = HeaderMap::new();
        let long = Body::new(Bytes::from(vec![b'a'; 4096]));
        assert!(
            !long
                .respond(&client)
                .headers()
                .contains_key(header::CONTENT_ENCODING)
        );
        client.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("br, gzip;q=0.8"),
        );
        assert!(
            long.respond(&client)
                .headers()
                .contains_key(header::CONTENT_ENCODING)
        );
        let short = Body::new(Bytes::from_static(b"a"));
        assert!(
            !short
                .respond(&client)
                .headers()
                .contains_key(header::CONTENT_ENCODING)
        );
        client.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip;q=0"));
        assert!(
            !long
                .respond(&client)
                .headers()
                .contains_key(header::CONTENT_ENCODING)
        );
    }

    #[test]
    fn pages_know_no_islands_where_the_browser_side_was_not_built() {
        let assets = Assets::load(Path::new("/nowhere"));
        assert_eq!(assets.addresses().islands, None);
        assert!(assets.files.contains_key(&assets.addresses().stylesheet));
    }
}
