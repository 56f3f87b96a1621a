//! Every setting, its default and its check, in one place. A missing or malformed one is a one-line error that names
//! it, before anything is opened.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use domain::zone::Zone;
use url::Url;

use crate::keys::{KeyError, Keys};
use crate::operation::log::LogFormat;

/// Settings as flags with environment variables, shown by `serve --help`.
#[derive(clap::Args, Clone, Debug)]
pub struct Settings {
    /// Where the data is: sqlite://PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://data/forenotice.db",
        global = true
    )]
    pub database_url: String,
    /// Address and port to listen on
    #[arg(long, env = "FORENOTICE_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: String,
    /// The address people use, as it stands in mails (default: http:// and the listening address)
    #[arg(long, env = "FORENOTICE_URL")]
    pub url: Option<String>,
    /// The relay: smtp://USER:KEY@HOST:587 (STARTTLS) or smtps://USER:KEY@HOST:465
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Sender of all mails, e.g. "Acme privacy <privacy@acme.example>"
    #[arg(long, env = "MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Where replies go (default: MAIL_FROM)
    #[arg(long, env = "MAIL_REPLY_TO")]
    pub mail_reply_to: Option<String>,
    /// Secret of the webhook /webhooks/brevo, 32 characters or more; two, separated by a comma, while it is changed (unset: no webhook)
    #[arg(long, env = "BREVO_WEBHOOK_TOKEN", hide_env_values = true)]
    pub brevo_webhook_token: Option<String>,
    /// Secrets of 32 bytes or more in hex or base64url, newest first, separated by commas (default: a key file beside the database)
    #[arg(long, env = "FORENOTICE_SECRET_KEYS", hide_env_values = true)]
    pub secret_keys: Option<String>,
    /// Time zone of the publisher when the database is new
    #[arg(long, env = "FORENOTICE_TZ", default_value = "Europe/Oslo")]
    pub time_zone: String,
    /// Proxies whose X-Forwarded-For is believed, as addresses separated by commas
    #[arg(long, env = "FORENOTICE_TRUSTED_PROXIES", default_value = "")]
    pub trusted_proxies: String,
    /// Folder with the browser side (wasm and script); pages work without it
    #[arg(long, env = "FORENOTICE_SITE", default_value = "target/site")]
    pub site: PathBuf,
    /// Logs as text or json
    #[arg(long, env = "FORENOTICE_LOG_FORMAT", default_value = "text")]
    pub log_format: String,
}

/// Checked settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address people use, without a trailing slash.
    pub url: Url,
    /// The relay, if one is configured; never logged, it holds a password.
    pub smtp_url: Option<String>,
    /// Sender of all mails.
    pub mail_from: String,
    /// Where replies go.
    pub mail_reply_to: String,
    /// Secrets of the webhook, newest first; none: there is no webhook.
    pub webhook_tokens: Vec<String>,
    /// Secrets as given, newest first.
    pub secret_keys: Option<String>,
    /// Zone of a new publisher.
    pub time_zone: Zone,
    /// Whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Folder of the browser side.
    pub site: PathBuf,
    /// Pages of vendors are fetched by http and from private addresses too; for tests, and no setting.
    pub fetches_private: bool,
    /// Demo: movable clock, mailbox page, sign-ins shown.
    pub is_demo: bool,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {why}")]
pub struct ConfigError {
    name: &'static str,
    why: String,
}

fn bad(name: &'static str, why: impl Into<String>) -> ConfigError {
    ConfigError {
        name,
        why: why.into(),
    }
}

/// The keys' own complaint names the setting already.
fn bad_keys(error: &KeyError) -> ConfigError {
    const NAME: &str = "FORENOTICE_SECRET_KEYS";
    let said = error.to_string();
    bad(NAME, said.trim_start_matches(NAME).trim_start_matches([':', ' ']))
}

/// The shortest secret of the webhook; a guess must be hopeless.
const SHORTEST_TOKEN: usize = 32;

fn webhook_tokens(setting: Option<&str>) -> Result<Vec<String>, ConfigError> {
    let Some(setting) = setting.filter(|text| !text.trim().is_empty()) else {
        return Ok(Vec::new());
    };
    let tokens: Vec<String> = setting.split(',').map(|token| token.trim().to_owned()).collect();
    let is_usable =
        |token: &String| token.len() >= SHORTEST_TOKEN && token.bytes().all(|b| b.is_ascii_graphic());
    if tokens.iter().all(is_usable) {
        Ok(tokens)
    } else {
        Err(bad(
            "BREVO_WEBHOOK_TOKEN",
            format!("each must be {SHORTEST_TOKEN} characters or more, in ASCII without spaces"),
        ))
    }
}

impl Settings {
    /// How lines of the log look; read before anything else, so that every other complaint is logged in that form.
    ///
    /// # Errors
    /// When it is neither of the two.
    pub fn log_format(&self) -> Result<LogFormat, ConfigError> {
        self.log_format
            .parse()
            .map_err(|why: &str| bad("FORENOTICE_LOG_FORMAT", why))
    }

    /// Checks every setting. `is_demo` allows a missing relay and sender.
    ///
    /// # Errors
    /// Names the first setting that is missing or malformed.
    pub fn check(self, is_demo: bool) -> Result<Config, ConfigError> {
        let listen: SocketAddr = self.listen.parse().map_err(|_| {
            bad(
                "FORENOTICE_LISTEN",
                format!("\"{}\" is not ADDRESS:PORT", self.listen),
            )
        })?;
        if !self.database_url.starts_with("sqlite://") && !self.database_url.starts_with("postgres") {
            return Err(bad("DATABASE_URL", "must begin with sqlite:// or postgres://"));
        }
        let url = self.url.unwrap_or_else(|| format!("http://{listen}"));
        let url: Url = url
            .parse()
            .map_err(|_| bad("FORENOTICE_URL", format!("\"{url}\" is not an address")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(bad(
                "FORENOTICE_URL",
                "must begin with http:// or https:// and name a host",
            ));
        }
        if url.path() != "/" || url.query().is_some() {
            return Err(bad("FORENOTICE_URL", "must not have a path"));
        }
        let time_zone = self.time_zone.parse().map_err(|_| {
            bad(
                "FORENOTICE_TZ",
                format!("\"{}\" is not an IANA time zone", self.time_zone),
            )
        })?;
        let trusted_proxies = self
            .trusted_proxies
            .split(',')
            .map(str::trim)
            .filter(|a| !a.is_empty())
            .map(|a| {
                a.parse()
                    .map_err(|_| bad("FORENOTICE_TRUSTED_PROXIES", format!("\"{a}\" is not an address")))
            })
            .collect::<Result<_, _>>()?;
        if let Some(relay) = &self.smtp_url {
            crate::mail::settings::SmtpSettings::parse(relay).map_err(|e| bad("SMTP_URL", e.0))?;
        }
        let mail_from = match (self.mail_from, is_demo) {
            (Some(from), _) => from,
            (None, true) => "Forenotice demo <privacy@publisher.example>".to_owned(),
            (None, false) if self.smtp_url.is_some() => {
                return Err(bad("MAIL_FROM", "is needed with SMTP_URL"));
            }
            (None, false) => "forenotice@localhost".to_owned(),
        };
        let mail_reply_to = self.mail_reply_to.unwrap_or_else(|| mail_from.clone());
        for (name, address) in [("MAIL_FROM", &mail_from), ("MAIL_REPLY_TO", &mail_reply_to)] {
            crate::mail::message::sender(name, address).map_err(|_| {
                bad(
                    name,
                    "must be an address, or a name with one: Acme <privacy@acme.example>",
                )
            })?;
        }
        if let Some(list) = &self.secret_keys {
            Keys::parse(list).map_err(|error| bad_keys(&error))?;
        }
        Ok(Config {
            database_url: self.database_url,
            listen,
            url,
            smtp_url: self.smtp_url,
            mail_reply_to,
            mail_from,
            webhook_tokens: webhook_tokens(self.brevo_webhook_token.as_deref())?,
            secret_keys: self.secret_keys,
            time_zone,
            trusted_proxies,
            site: self.site,
            fetches_private: false,
            is_demo,
        })
    }
}

impl Config {
    /// An absolute address for a path that begins with a slash.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.url.as_str().trim_end_matches('/'))
    }

    /// The key file's place: beside the SQLite file, or in the working folder.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        let path = self
            .database_url
            .strip_prefix("sqlite://")
            .map_or("", |p| p.split('?').next().unwrap_or(p));
        Path::new(path).with_file_name(crate::keys::KEY_FILE)
    }

    /// True where people come by https, so that cookies are `__Host-` and `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &[&str]) -> Result<Config, String> {
        use clap::Parser;
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            settings: Settings,
        }
        let line = Line::parse_from([&["forenotice"], arguments].concat());
        line.settings.check(false).map_err(|error| error.to_string())
    }

    #[test]
    fn secret_keys_that_are_none_are_refused_before_anything_is_made() {
        let good = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
        assert!(check(&["--secret-keys", good]).is_ok());
        for (bad, why) in [
            ("aabb", "key 1 is weaker than 32 random bytes"),
            ("!", "key 1 is neither hex nor base64url"),
            ("", "holds no key"),
        ] {
            let said = check(&["--secret-keys", bad]).unwrap_err();
            assert_eq!(said, format!("FORENOTICE_SECRET_KEYS: {why}"));
        }
    }

    #[test]
    fn a_sender_that_is_no_address_is_refused_before_anything_is_opened() {
        let relay = ["--smtp-url", "smtp://127.0.0.1:2525"];
        let from = |address| [&relay[..], &["--mail-from", address]].concat();
        assert!(check(&from("Acme privacy <privacy@acme.example>")).is_ok());
        for wrong in [
            "x",
            "Acme <>",
            "a b@c.example",
            "privacy@acme.example\r\nBcc: x@y.example",
        ] {
            assert!(
                check(&from(wrong)).unwrap_err().starts_with("MAIL_FROM: "),
                "{wrong}"
            );
        }
        let replies = [&from("privacy@acme.example")[..], &["--mail-reply-to", "nobody"]].concat();
        assert!(check(&replies).unwrap_err().starts_with("MAIL_REPLY_TO: "));
    }

    #[test]
    fn a_short_secret_of_the_webhook_is_refused_and_named() {
        let good = "0123456789abcdef0123456789abcdef";
        assert_eq!(webhook_tokens(None).unwrap(), [""; 0]);
        assert_eq!(webhook_tokens(Some(" ")).unwrap(), [""; 0]);
        assert_eq!(webhook_tokens(Some(good)).unwrap(), [good]);
        assert_eq!(
            webhook_tokens(Some(&format!("{good}, {good}"))).unwrap(),
            [good, good]
        );
        for bad in [
            "short",
            &good[1..],
            &format!("{good},"),
            &format!("{good} {good}"),
            &"å".repeat(32),
        ] {
            let error = webhook_tokens(Some(bad)).unwrap_err().to_string();
            assert!(error.starts_with("BREVO_WEBHOOK_TOKEN: "), "{error}");
            assert!(!error.contains(bad), "secrets stay out of messages");
        }
    }
}
