//! Fetching a vendor's page: only by https, from public addresses, within bounds of time and size. Names are looked up by our
//! own resolver, so that a name which leads into the publisher's network leads nowhere, however often it changes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, header};
use url::{Host, Url};

use super::text;

/// How long a page may take, from the first byte to the last.
const TIME: Duration = Duration::from_secs(20);
/// The most bytes that are read of it.
const MOST: usize = 2 * 1024 * 1024;
/// How often it may lead on to another address.
const REDIRECTS: usize = 3;
/// What we call ourselves.
const AGENT: &str = concat!("Forenotice/", env!("CARGO_PKG_VERSION"));

/// Why a page was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFetched {
    /// The address is none that is fetched.
    #[error("its address is not a public one that begins with https://")]
    Address,
    /// Nothing came, or not in time.
    #[error("it did not answer within 20 seconds, or not safely")]
    NoAnswer,
    /// It leads on too often, or to where nothing is fetched.
    #[error("it leads on more than three times, or to an address that is not fetched")]
    LeadsOn,
    /// Another status than 200.
    #[error("it answered with {0}")]
    Status(u16),
    /// More than is read.
    #[error("it is larger than 2 MB")]
    TooLarge,
    /// No text.
    #[error("it is no page of text")]
    NoText,
}

/// Reads pages. With `fetches_private` also by http and from the own machine: for tests.
pub struct Fetcher {
    client: Client,
    fetches_private: bool,
}

impl Fetcher {
    /// A client without cookies, proxies or memory.
    ///
    /// # Errors
    /// When this machine's trusted certificates cannot be read.
    pub fn new(fetches_private: bool) -> reqwest::Result<Self> {
        let redirects = Policy::custom(move |attempt| {
            if attempt.previous().len() > REDIRECTS || !is_fetched(attempt.url(), fetches_private) {
                attempt.error("not followed")
            } else {
                attempt.follow()
            }
        });
        let client = Client::builder()
            .user_agent(AGENT)
            .timeout(TIME)
            .redirect(redirects)
            .https_only(!fetches_private)
            .no_proxy()
            .referer(false)
            .dns_resolver(Arc::new(Resolver { fetches_private }))
            .build()?;
        Ok(Self {
            client,
            fetches_private,
        })
    }

    /// The visible text of a page.
    ///
    /// # Errors
    /// Why it was not read.
    pub async fn fetch(&self, address: &str) -> Result<String, NotFetched> {
        let url: Url = address.parse().map_err(|_| NotFetched::Address)?;
        if !is_fetched(&url, self.fetches_private) {
            return Err(NotFetched::Address);
        }
        let answer = self.client.get(url).send().await;
        let mut answer = answer.map_err(|error| failed(&error))?;
        if answer.status() != StatusCode::OK {
            return Err(NotFetched::Status(answer.status().as_u16()));
        }
        let kind = answer.headers().get(header::CONTENT_TYPE);
        let kind = kind
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let is_html = kind.starts_with("text/html") || kind.starts_with("application/xhtml+xml");
        if !is_html && !kind.starts_with("text/plain") {
            return Err(NotFetched::NoText);
        }
        let mut bytes = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|error| failed(&error))? {
            if bytes.len() + part.len() > MOST {
                return Err(NotFetched::TooLarge);
            }
            bytes.extend_from_slice(&part);
        }
        let body = String::from_utf8_lossy(&bytes);
        let found = if is_html {
            text::of_html(&body).ok_or(NotFetched::NoText)?
        } else {
            text::of_plain(&body)
        };
        if found.is_empty() {
            return Err(NotFetched::NoText);
        }
        Ok(found)
    }
}

fn failed(error: &reqwest::Error) -> NotFetched {
    if error.is_redirect() {
        NotFetched::LeadsOn
    } else {
        NotFetched::NoAnswer
    }
}

/// Whether an address is one that is fetched; names are looked at again when they are looked up.
fn is_fetched(url: &Url, fetches_private: bool) -> bool {
    if fetches_private {
        return matches!(url.scheme(), "http" | "https");
    }
    let is_public = match url.host() {
        Some(Host::Domain(_)) => true,
        Some(Host::Ipv4(ip)) => is_public(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => is_public(IpAddr::V6(ip)),
        None => false,
    };
    url.scheme() == "https" && is_public && url.username().is_empty() && url.password().is_none()
}

/// Whether an address is on the public network: not this machine, its network, or one set aside.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4() {
            Some(inner) => is_public_v4(inner) && !ip.is_loopback() && !ip.is_unspecified(),
            None => {
                let [first, second, ..] = ip.segments();
                // Of all blocks only 2000::/3 is in public use; in it are tunnels to IPv4 and addresses for documents.
                let is_global = first & 0xe000 == 0x2000;
                let is_tunnel = first == 0x2002 || (first == 0x2001 && second < 0x0200);
                let is_example = (first == 0x2001 && second == 0x0db8) || first == 0x3fff;
                is_global && !is_tunnel && !is_example
            }
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [first, second, third, _] = ip.octets();
    let is_set_aside = matches!(
        (first, second, third),
        (0 | 240..=255, ..) | (100, 64..=127, _) | (192, 0, 0) | (198, 18 | 19, _)
    );
    !(is_set_aside
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation())
}

/// Looks names up as the machine does, and forgets what is not public.
struct Resolver {
    fetches_private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let fetches_private = self.fetches_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let fetched: Vec<SocketAddr> = found
                .filter(|address| fetches_private || is_public(address.ip()))
                .collect();
            Ok(Box::new(fetched.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_by_https_are_fetched() {
        let fetched = |text: &str| is_fetched(&text.parse().unwrap(), false);
        for good in [
            "https://vendor.example/subprocessors",
            "https://93.184.215.14/",
            "https://[2606:4700::1]/",
        ] {
            assert!(fetched(good), "{good}");
        }
        for bad in [
            "http://vendor.example/",
            "https://user:secret@vendor.example/",
            "ftp://vendor.example/",
            "file:///etc/passwd",
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::]/",
            "https://[fc00::1]/",
            "https://[fe80::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
        ] {
            assert!(!fetched(bad), "{bad}");
        }
    }
}
