//! Limits per client and per account, counted in this process by the wall clock; and who the client is.

use std::convert::Infallible;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::HttpError;
use crate::AppState;
use crate::clock::Clock;
use crate::config::Config;

/// From so many keys on, those that are free again are forgotten before the next count.
const MANY_KEYS: usize = 10_000;

/// Our wall clock, as governor sees it: tests stand still.
#[derive(Clone, Debug)]
struct Wall(Clock);

impl governor::clock::Clock for Wall {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let nanos = self.0.wall().timestamp_nanos_opt().unwrap_or(0);
        Nanos::from(u64::try_from(nanos).unwrap_or(0))
    }
}

/// A limit of its own for every key.
pub struct Limit<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, Wall, NoOpMiddleware<Nanos>>,
    clock: Wall,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    /// `burst` at once, then one more every `every`.
    #[must_use]
    pub fn new(clock: &Clock, burst: NonZeroU32, every: Duration) -> Self {
        let clock = Wall(clock.clone());
        let quota = Quota::with_period(every)
            .unwrap_or(Quota::per_second(burst))
            .allow_burst(burst);
        Self {
            limiter: RateLimiter::new(quota, DashMapStateStore::default(), clock.clone()),
            clock,
        }
    }

    /// Counts one use by `key`, before anything is checked or done.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn count(&self, key: &K) -> Result<(), HttpError> {
        if self.limiter.len() > MANY_KEYS {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|denied| {
            let wait = denied.wait_time_from(self.clock.now());
            HttpError::TooMany(wait.as_secs() + 1)
        })
    }
}

/// The limits of this process.
pub struct Limits {
    /// Sign-ins, password changes and reset tokens tried, per client.
    pub sign_in_by_client: Limit<IpAddr>,
    /// Sign-ins tried, per login, whether there is such an account or not.
    pub sign_in_by_account: Limit<String>,
    /// Reset mails asked for, per client.
    pub reset_by_client: Limit<IpAddr>,
    /// Reset mails asked for, per login.
    pub reset_by_account: Limit<String>,
    /// Subscriptions asked for, per client.
    pub subscribe_by_client: Limit<IpAddr>,
    /// Subscriptions asked for by everybody together: what a crowd of clients can make us send.
    pub subscribe_by_all: Limit<()>,
    /// Calendars of staff fetched, per client.
    pub calendar_by_client: Limit<IpAddr>,
    /// Posts by people who came through a link in a mail, per client.
    pub link_post_by_client: Limit<IpAddr>,
}

impl Limits {
    /// The limits; in the demo, where one visitor plays everybody, ten times wider.
    #[must_use]
    pub fn new(clock: &Clock, is_demo: bool) -> Self {
        let wider = if is_demo { 10 } else { 1 };
        let burst = |n: u32| NonZeroU32::MIN.saturating_add(n * wider - 1);
        let every = |seconds: u64| Duration::from_secs(seconds) / wider;
        Self {
            sign_in_by_client: Limit::new(clock, burst(50), every(6)),
            sign_in_by_account: Limit::new(clock, burst(10), every(120)),
            reset_by_client: Limit::new(clock, burst(5), every(600)),
            reset_by_account: Limit::new(clock, burst(3), every(3600)),
            subscribe_by_client: Limit::new(clock, burst(10), every(60)),
            subscribe_by_all: Limit::new(clock, burst(200), every(10)),
            calendar_by_client: Limit::new(clock, burst(60), every(5)),
            link_post_by_client: Limit::new(clock, burst(30), every(10)),
        }
    }
}

/// Whose request this is: the peer, or what trusted proxies say about it.
///
/// Each proxy appends the address it saw, so the list is read from the right: the first address that is not a
/// trusted proxy's is the client's. What stands further left, anybody may have written.
#[must_use]
pub fn client_address(config: &Config, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let is_trusted = |address: &IpAddr| config.trusted_proxies.contains(address);
    let mut client = peer.to_canonical();
    if !is_trusted(&client) {
        return client;
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    for text in forwarded.iter().rev() {
        let Ok(address) = text.parse::<IpAddr>() else {
            break;
        };
        client = address.to_canonical();
        if !is_trusted(&client) {
            break;
        }
    }
    client
}

/// The address of whoever asks.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

impl Client {
    /// The key for limits: the address, or the network of 64 bits that one IPv6 customer owns.
    #[must_use]
    pub fn key(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(v6) => {
                let network = u128::from(v6) >> 64 << 64;
                IpAddr::V6(Ipv6Addr::from(network))
            }
        }
    }
}

impl FromRequestParts<AppState> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
        Ok(Self(client_address(&state.config, peer, &parts.headers)))
    }
}
