//! The limit that `make bench` compares with: one axum route that gives the same status, headers and bytes each time.
//!
//! `bare FILE` prints its address. The file holds a status, lines of `name: value`, an empty line, and the body.

use std::error::Error;
use std::io::Write;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("bare FILE")?;
    let answer = read(&std::fs::read(file)?)?;
    let router = Router::new().fallback(move || std::future::ready(answer.clone()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    axum::serve(listener, router).await?;
    Ok(())
}

fn read(file: &[u8]) -> Result<(StatusCode, HeaderMap, Bytes), Box<dyn Error>> {
    let end = file
        .windows(2)
        .position(|two| two == b"\n\n")
        .ok_or("no empty line")?;
    let (head, body) = (std::str::from_utf8(&file[..end])?, &file[end + 2..]);
    let mut lines = head.lines();
    let status = lines.next().ok_or("no status")?.parse()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").ok_or("not a header")?;
        headers.insert(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    Ok((status, headers, Bytes::copy_from_slice(body)))
}
