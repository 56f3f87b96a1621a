//! A web address that may be shown as a link: `https` or `http` only, never a script.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::is_forbidden;

/// Greatest length in characters.
const MAX: usize = 2000;

/// A parsed address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebAddress(String);

/// Why an address was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A web address starts with https:// and has a full host name, like https://vendor.example/dpa")]
pub struct WebAddressError;

impl WebAddress {
    /// Reads an address; white space around it is dropped, the scheme is lower-cased.
    pub fn parse(text: &str) -> Result<Self, WebAddressError> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or(WebAddressError)?;
        let scheme = scheme.to_ascii_lowercase();
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let is_clean = !text
            .chars()
            .any(|c| c.is_whitespace() || is_forbidden(c) || "<>\"`\\".contains(c));
        let is_host = name.contains('.') && !name.starts_with('.') && !host.contains('@');
        if !matches!(scheme.as_str(), "https" | "http") || !is_clean || !is_host || text.chars().count() > MAX
        {
            return Err(WebAddressError);
        }
        Ok(Self(format!("{scheme}://{rest}")))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for WebAddress {
    type Err = WebAddressError;

    fn from_str(text: &str) -> Result<Self, WebAddressError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for WebAddress {
    type Error = WebAddressError;

    fn try_from(text: String) -> Result<Self, WebAddressError> {
        Self::parse(&text)
    }
}

impl From<WebAddress> for String {
    fn from(address: WebAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_that_open_a_page_are_taken() {
        for good in [
            "https://vendor.example",
            "HTTP://vendor.example:8080/dpa?x=1#y",
            "https://blåbær.example/",
        ] {
            let address = WebAddress::parse(good).unwrap();
            assert_eq!(WebAddress::parse(address.as_str()).unwrap(), address);
        }
        for bad in [
            "",
            "vendor.example",
            "javascript:alert(1)",
            "javascript://x.y/%0aalert(1)",
            "data:text/html,x",
            "https://",
            "https://localhost/",
            "https://a b.example",
            "https://user:pw@vendor.example",
            "https://vendor.example/\"onclick",
            "https://vendor.example/\r\nX: y",
        ] {
            assert!(WebAddress::parse(bad).is_err(), "{bad}");
        }
    }
}
