//! The relay as configured: `SMTP_URL`, read once at start.
//!
//! `smtp://USER:KEY@HOST:587` requires STARTTLS, unless the host is this machine; `smtps://USER:KEY@HOST:465` is TLS
//! from the first byte. There is no opportunistic TLS and no way to switch off the certificate check.
//! Options: `connections` (4), `per_connection` (100 mails, then a fresh connection), `per_hour` (no limit),
//! `command_timeout` (30 s), `final_timeout` (120 s), `hello` (this machine's name), `tls=required` (also on loopback).

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use url::{Host, Url};

/// How the line to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Nothing; only to this machine.
    Loopback,
    /// STARTTLS, or nothing is sent.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// The relay and how to talk to it. Prints without the password.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Host name or address as configured; the certificate must be for it.
    pub host: String,
    /// 587 for STARTTLS, 465 for TLS, 25 on loopback, unless given.
    pub port: u16,
    /// Protection of the line.
    pub security: Security,
    /// What to authenticate with.
    pub credentials: Option<Credentials>,
    /// How we introduce ourselves.
    pub hello: ClientId,
    /// Connections at the same time.
    pub connections: usize,
    /// Mails on one connection before it is closed.
    pub per_connection: u32,
    /// Mails in an hour, if the account has such a limit.
    pub per_hour: Option<u32>,
    /// For connecting, TLS and each command.
    pub command_timeout: Duration,
    /// For the reply to the final dot. Short ones make duplicates: the relay may have taken the mail.
    pub final_timeout: Duration,
}

/// What is wrong with `SMTP_URL`. Never repeats the value: it holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SmtpUrlError(pub String);

impl SmtpSettings {
    /// Reads `SMTP_URL`.
    ///
    /// # Errors
    /// Says in one line what is wrong, without the value.
    pub fn parse(text: &str) -> Result<Self, SmtpUrlError> {
        let bad = |why: &str| SmtpUrlError(why.to_owned());
        let url = Url::parse(text).map_err(|_| bad("is not an address like smtp://USER:KEY@HOST:587"))?;
        let is_tls = match url.scheme() {
            "smtps" => true,
            "smtp" => false,
            _ => return Err(bad("must begin with smtp:// or smtps://")),
        };
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or_else(|| bad("names no host"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if !matches!(url.path(), "" | "/") {
            return Err(bad("must not have a path"));
        }
        let user = decoded(url.username());
        let credentials = match (user.is_empty(), url.password()) {
            (true, None) => None,
            (false, Some(password)) => Some(Credentials::new(user, decoded(password))),
            _ => return Err(bad("needs both a user and a key, or neither")),
        };
        let security = match (is_tls, is_loopback(&host)) {
            (true, _) => Security::Tls,
            (false, false) => Security::StartTls,
            (false, true) => Security::Loopback,
        };
        let port = url.port().unwrap_or(match security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::Loopback => 25,
        });
        let mut settings = Self {
            host,
            port,
            security,
            credentials,
            hello: ClientId::default(),
            connections: 4,
            per_connection: 100,
            per_hour: None,
            command_timeout: Duration::from_secs(30),
            final_timeout: Duration::from_secs(120),
        };
        for (name, value) in url.query_pairs() {
            settings.option(&name, &value)?;
        }
        Ok(settings)
    }

    fn option(&mut self, name: &str, value: &str) -> Result<(), SmtpUrlError> {
        let number = |low: u32, high: u32| {
            let bad = || SmtpUrlError(format!("{name} must be a number from {low} to {high}"));
            value
                .parse::<u32>()
                .ok()
                .filter(|n| (low..=high).contains(n))
                .ok_or_else(bad)
        };
        match name {
            "connections" => self.connections = number(1, 50)? as usize,
            "per_connection" => self.per_connection = number(1, 100_000)?,
            "per_hour" => self.per_hour = Some(number(1, 10_000_000)?),
            "command_timeout" => self.command_timeout = Duration::from_secs(number(1, 600)?.into()),
            "final_timeout" => self.final_timeout = Duration::from_secs(number(1, 1200)?.into()),
            "hello"
                if !value.is_empty()
                    && value
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b)) =>
            {
                self.hello = ClientId::Domain(value.to_owned());
            }
            "hello" => return Err(SmtpUrlError("hello must be a host name".to_owned())),
            "tls" if value == "required" => {
                if self.security == Security::Loopback {
                    self.security = Security::StartTls;
                }
            }
            "tls" => return Err(SmtpUrlError("tls can only be required".to_owned())),
            _ => {
                return Err(SmtpUrlError(
                    "knows the options connections, per_connection, per_hour, command_timeout, final_timeout, hello \
                     and tls=required"
                        .to_owned(),
                ));
            }
        }
        Ok(())
    }
}

/// True for this machine itself. Names other than `localhost` are never trusted to stay on it.
fn is_loopback(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => name == "localhost",
        Ok(Host::Ipv4(ip)) => ip.is_loopback(),
        Ok(Host::Ipv6(ip)) => ip.is_loopback(),
        Err(_) => host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    }
}

/// Undoes percent-encoding, which a key with `/` or `@` in it needs.
fn decoded(text: &str) -> String {
    let form = format!("x={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(form.as_bytes())
        .map(|(_, value)| value.into_owned())
        .next()
        .unwrap_or_default()
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.security {
            Security::Loopback => "without TLS",
            Security::StartTls => "STARTTLS",
            Security::Tls => "TLS",
        };
        let signed_in = if self.credentials.is_some() {
            ", with a key"
        } else {
            ""
        };
        write!(f, "{}:{} ({how}{signed_in})", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brevo_is_starttls_on_587() {
        let settings = SmtpSettings::parse("smtp://a%40b.example:x%2Fy+z@smtp-relay.brevo.com:587").unwrap();
        assert_eq!(
            (settings.host.as_str(), settings.port),
            ("smtp-relay.brevo.com", 587)
        );
        assert_eq!(settings.security, Security::StartTls);
        assert_eq!(
            settings.credentials,
            Some(Credentials::new("a@b.example".into(), "x/y+z".into()))
        );
        assert_eq!(
            (
                settings.command_timeout.as_secs(),
                settings.final_timeout.as_secs()
            ),
            (30, 120)
        );
    }

    #[test]
    fn only_this_machine_is_spoken_to_without_tls() {
        for (url, security, port) in [
            ("smtp://localhost", Security::Loopback, 25),
            ("smtp://127.0.0.1:2525", Security::Loopback, 2525),
            ("smtp://127.9.9.9:2525", Security::Loopback, 2525),
            ("smtp://[::1]:2525", Security::Loopback, 2525),
            ("smtp://localhost.example", Security::StartTls, 587),
            ("smtp://10.0.0.1", Security::StartTls, 587),
            ("smtp://[::2]", Security::StartTls, 587),
            ("smtp://127.0.0.1:25?tls=required", Security::StartTls, 25),
            ("smtps://relay.example", Security::Tls, 465),
            ("smtps://127.0.0.1:4650", Security::Tls, 4650),
        ] {
            let settings = SmtpSettings::parse(url).unwrap();
            assert_eq!((settings.security, settings.port), (security, port), "{url}");
        }
    }

    #[test]
    fn neither_errors_nor_prints_show_the_key() {
        let url = "smtp://user:hunter2@relay.example";
        for bad in [
            "http://user:hunter2@relay.example".to_owned(),
            format!("{url}/path"),
            format!("{url}?tls=no"),
            format!("{url}?x=1"),
        ] {
            let error = SmtpSettings::parse(&bad).unwrap_err().to_string();
            assert!(!error.contains("hunter2") && !error.is_empty(), "{error}");
        }
        let settings = SmtpSettings::parse(url).unwrap();
        assert!(!format!("{settings:?}{settings}").contains("hunter2"));
        assert_eq!(settings.to_string(), "relay.example:587 (STARTTLS, with a key)");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for bad in [
            "",
            "relay.example:587",
            "smtp://",
            "smtp://user@relay.example",
            "smtp://relay.example?connections=0",
            "smtp://relay.example?connections=51",
            "smtp://relay.example?final_timeout=x",
            "smtp://relay.example?hello=a%0d%0ab",
            "smtp://relay.example?tls=none",
        ] {
            assert!(SmtpSettings::parse(bad).is_err(), "{bad}");
        }
        let settings = SmtpSettings::parse(
            "smtp://relay.example?connections=9&per_hour=100&final_timeout=600&hello=a.example",
        )
        .unwrap();
        assert_eq!(
            (
                settings.connections,
                settings.per_hour,
                settings.final_timeout.as_secs()
            ),
            (9, Some(100), 600)
        );
    }
}
