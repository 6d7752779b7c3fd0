//! Every setting, read once from the environment and checked together; secrets are masked.

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail};
use ipnet::IpNet;
use lettre::{Address, message::Mailbox};
use url::Url;
use zeroize::Zeroizing;

use crate::platform::{
    db, files,
    hasher::PasswordCost,
    mailer::SmtpSettings,
    rate_limit::Budget,
    vault::SecretKey,
    web::{AppOrigins, is_local, is_origin},
};

/// The names of all settings, including those of `accord tail`.
const SETTINGS: [&str; 18] = [
    "ACCORD_API_KEY",
    "ACCORD_APP_ORIGINS",
    "ACCORD_DATABASE_URL",
    "ACCORD_DB_CONNECTIONS",
    "ACCORD_GRAPHIQL",
    "ACCORD_LISTEN",
    "ACCORD_LOG",
    "ACCORD_MAIL",
    "ACCORD_METRICS_LISTEN",
    "ACCORD_OTLP_ENDPOINT",
    "ACCORD_MAIL_FROM",
    "ACCORD_PREVIEW_LISTEN",
    "ACCORD_PUBLIC_URL",
    "ACCORD_REDIS_URL",
    "ACCORD_SECRET_KEY",
    "ACCORD_SMTP_URL",
    "ACCORD_TRUSTED_PROXIES",
    // The program that end-to-end tests run.
    "ACCORD_BIN",
];
/// Prefixes of variables for tests and measurements.
const NOT_SETTINGS: [&str; 3] = ["ACCORD_TEST_", "ACCORD_BENCH_", "ACCORD_SERVERS_"];

/// All settings (docs/operating.md, "Settings").
#[derive(Clone)]
pub struct Config {
    /// `ACCORD_DATABASE_URL`.
    pub database_url: String,
    /// `ACCORD_REDIS_URL`.
    pub redis_url: Option<String>,
    /// `ACCORD_LISTEN`.
    pub listen: SocketAddr,
    /// `ACCORD_PUBLIC_URL`: the origin used in mails and embeds, without a trailing slash.
    pub public_url: String,
    /// `ACCORD_APP_ORIGINS`: origins of apps that may use the API with the session of the signed-in member.
    pub app_origins: AppOrigins,
    /// `ACCORD_SMTP_URL`; none = mailbox preview.
    pub smtp: Option<SmtpSettings>,
    /// `ACCORD_MAIL_FROM`.
    pub mail_from: Mailbox,
    /// `ACCORD_SECRET_KEY`, newest first.
    pub secret_keys: Vec<SecretKey>,
    /// `ACCORD_TRUSTED_PROXIES`.
    pub trusted_proxies: Vec<IpNet>,
    /// `ACCORD_PREVIEW_LISTEN`: the mailbox preview's address; loopback only.
    pub preview_listen: SocketAddr,
    /// `ACCORD_METRICS_LISTEN`: the address that serves `/metrics`; none = not served.
    pub metrics_listen: Option<SocketAddr>,
    /// `ACCORD_OTLP_ENDPOINT`: where traces are sent; none = no traces.
    pub otlp_endpoint: Option<String>,
    /// `ACCORD_GRAPHIQL`: whether `/graphiql` is served and anonymous introspection answered.
    pub graphiql: bool,
    /// `ACCORD_DB_CONNECTIONS`.
    pub connections: u32,
    /// Rate limits against floods; not a setting, but benches and tests raise them.
    pub budgets: Budgets,
    /// Cost of a password hash; not a setting, but tests lower it.
    pub password_cost: PasswordCost,
    /// Folder of our files: the SQLite database, the key, previewed mails.
    pub data_dir: PathBuf,
}

/// Rate limits per time window.
#[derive(Clone, Copy, Debug)]
pub struct Budgets {
    /// Submissions from one network (/24 or /56); beyond that they get 429.
    pub submissions_per_network: Budget,
    /// Requests for form definitions and pages from one network.
    pub views_per_network: Budget,
    /// Button clicks on the pages behind links, from one network.
    pub presses_per_network: Budget,
    /// One-click requests of mail programs on the unsubscribe link of one mail.
    pub one_clicks_per_link: Budget,
    /// Mails to one recipient domain in one workspace. Beyond this limit and the next two, mails are queued
    /// and sent evenly (`intake/pace_mails.rs`).
    pub mails_per_domain: Budget,
    /// Mails caused by one form. Its window applies to all three limits.
    pub mails_per_form: Budget,
    /// Mails caused by one workspace.
    pub mails_per_workspace: Budget,
    /// Sealed values revealed by one member.
    pub reveals_per_member: Budget,
    /// Attempts to sign in from one network, for any account; for this and the next three see
    /// `accounts/throttle.rs`.
    pub sign_ins_per_network: Budget,
    /// Attempts on one account from one network.
    pub sign_ins_per_account_and_network: Budget,
    /// Attempts on one account from anywhere, by browsers that have never signed in to it.
    pub sign_ins_per_account: Budget,
    /// Attempts on one account by a browser that has signed in to it before.
    pub sign_ins_per_device: Budget,
    /// Codes and passwords that one member tries after the first proof of identity.
    pub codes_per_member: Budget,
    /// Password reset requests from one network.
    pub resets_per_network: Budget,
    /// Password reset mails to one member.
    pub resets_per_member: Budget,
    /// `WebSockets` and event streams that one member or API key may hold open on one node.
    pub streams_per_caller: usize,
}

impl Default for Budgets {
    fn default() -> Self {
        let ten_minutes = |name, most| Budget { name, most, window: Duration::from_mins(10) };
        let an_hour = |name, most| Budget { name, most, window: Duration::from_hours(1) };
        Self {
            submissions_per_network: ten_minutes("submit", 60),
            views_per_network: ten_minutes("view", 1200),
            presses_per_network: ten_minutes("press", 300),
            one_clicks_per_link: ten_minutes("one_click", 30),
            mails_per_domain: ten_minutes("mail_domain", 1200),
            mails_per_form: ten_minutes("mail_form", 1200),
            mails_per_workspace: ten_minutes("mail_workspace", 3000),
            reveals_per_member: ten_minutes("reveal", 30),
            sign_ins_per_network: ten_minutes("sign_in_network", 100),
            sign_ins_per_account_and_network: ten_minutes("sign_in_both", 10),
            sign_ins_per_account: an_hour("sign_in_account", 60),
            sign_ins_per_device: ten_minutes("sign_in_device", 20),
            codes_per_member: ten_minutes("code_member", 10),
            resets_per_network: ten_minutes("reset_network", 20),
            resets_per_member: an_hour("reset_member", 3),
            streams_per_caller: 500,
        }
    }
}

impl Budgets {
    /// Unlimited budgets, for measurements.
    #[must_use]
    pub fn unlimited() -> Self {
        let usual = Self::default();
        let open = |budget: Budget| Budget { most: u32::MAX, ..budget };
        Self {
            submissions_per_network: open(usual.submissions_per_network),
            views_per_network: open(usual.views_per_network),
            presses_per_network: open(usual.presses_per_network),
            one_clicks_per_link: open(usual.one_clicks_per_link),
            mails_per_domain: open(usual.mails_per_domain),
            mails_per_form: open(usual.mails_per_form),
            mails_per_workspace: open(usual.mails_per_workspace),
            reveals_per_member: open(usual.reveals_per_member),
            sign_ins_per_network: open(usual.sign_ins_per_network),
            sign_ins_per_account_and_network: open(usual.sign_ins_per_account_and_network),
            sign_ins_per_account: open(usual.sign_ins_per_account),
            sign_ins_per_device: open(usual.sign_ins_per_device),
            codes_per_member: open(usual.codes_per_member),
            resets_per_network: open(usual.resets_per_network),
            resets_per_member: open(usual.resets_per_member),
            streams_per_caller: usize::MAX,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// One clear line naming the setting and the remedy.
    pub fn from_env() -> anyhow::Result<Self> {
        Self::read(Self::setting)
    }

    /// A setting from the environment; an empty one counts as absent.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn setting(name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.trim().is_empty())
    }

    /// Environment variables that look like our settings but are not: typos, or settings of another version.
    #[must_use]
    pub fn unknown_settings() -> Vec<String> {
        unknown(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))
    }

    /// Reads the settings through `get`.
    ///
    /// # Errors
    /// One clear line naming the setting and the remedy.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let database_url =
            get("ACCORD_DATABASE_URL").unwrap_or_else(|| "sqlite://accord-data/accord.db".to_owned());
        let data_dir = match db::sqlite_path(&database_url) {
            Some(path) => path.parent().map(PathBuf::from).unwrap_or_default(),
            None if database_url.starts_with("postgres://") || database_url.starts_with("postgresql://") => {
                PathBuf::from(files::DEFAULT_FOLDER)
            }
            None => bail!("ACCORD_DATABASE_URL must begin with sqlite:// or postgres://"),
        };
        let listen: SocketAddr = get("ACCORD_LISTEN")
            .unwrap_or_else(|| "127.0.0.1:8080".to_owned())
            .parse()
            .context("ACCORD_LISTEN is not an address like 127.0.0.1:8080")?;
        let public_url = match (get("ACCORD_PUBLIC_URL"), listen.port()) {
            (Some(given), _) => given,
            (None, 0) => bail!(
                "ACCORD_LISTEN with port 0 takes any free port, so links need another origin: set ACCORD_PUBLIC_URL"
            ),
            (None, 80) => "http://localhost".to_owned(),
            (None, port) => format!("http://localhost:{port}"),
        };
        let public =
            Url::parse(&public_url).context("ACCORD_PUBLIC_URL is not a URL like https://crm.example.org")?;
        let host = public.host_str().context("ACCORD_PUBLIC_URL names no host")?.to_owned();
        let local = is_local(&host);
        if !is_origin(&public) {
            bail!("ACCORD_PUBLIC_URL must be an origin only, like https://crm.example.org, without a path");
        }
        // As browsers write it in `Origin`: lower case, without the default port.
        let public_url = public.origin().ascii_serialization();
        match public.scheme() {
            "https" => {}
            "http" if local => {}
            _ => bail!(
                "ACCORD_PUBLIC_URL must begin with https:// (http:// is for this machine only): it stands in mails, and its links open people's data"
            ),
        }
        let app_origins = AppOrigins::parse(&get("ACCORD_APP_ORIGINS").unwrap_or_default(), local)?;
        let smtp = match (get("ACCORD_SMTP_URL"), get("ACCORD_MAIL").as_deref()) {
            (Some(_), Some("preview")) => {
                bail!("ACCORD_SMTP_URL and ACCORD_MAIL=preview contradict each other: unset one")
            }
            (None, None) | (_, Some("preview")) => None,
            (Some(url), None) => Some(SmtpSettings::parse(&url)?),
            (_, Some(_)) => bail!("ACCORD_MAIL knows only `preview`"),
        };
        if smtp.is_none() && !local {
            bail!(
                "ACCORD_PUBLIC_URL is not local, but no mail server is set, so nobody would get their mails: set ACCORD_SMTP_URL"
            );
        }
        let mail_from = match get("ACCORD_MAIL_FROM") {
            Some(from) => read_sender(&from)?,
            None if smtp.is_some() => {
                bail!("ACCORD_MAIL_FROM is required with ACCORD_SMTP_URL: the address our mails come from")
            }
            None => "accord@accord.example".parse().context("built-in sender")?,
        };
        let preview_listen: SocketAddr = get("ACCORD_PREVIEW_LISTEN")
            .unwrap_or_else(|| "127.0.0.1:8025".to_owned())
            .parse()
            .context("ACCORD_PREVIEW_LISTEN is not an address like 127.0.0.1:8025")?;
        if !preview_listen.ip().is_loopback() {
            bail!(
                "ACCORD_PREVIEW_LISTEN must be a loopback address: the preview shows every mail to whoever asks"
            );
        }
        let trusted_proxies = get("ACCORD_TRUSTED_PROXIES").unwrap_or_default();
        let trusted_proxies = trusted_proxies
            .split(',')
            .map(str::trim)
            .filter(|net| !net.is_empty())
            .map(network)
            .collect::<anyhow::Result<_>>()?;
        let connections = get("ACCORD_DB_CONNECTIONS")
            .map_or(Ok(16), |text| text.trim().parse())
            .context("ACCORD_DB_CONNECTIONS is not a number")?;
        if connections == 0 {
            bail!("ACCORD_DB_CONNECTIONS must be at least 1");
        }
        let graphiql = flag(&get, "ACCORD_GRAPHIQL")?;
        let metrics_listen: Option<SocketAddr> = get("ACCORD_METRICS_LISTEN")
            .map(|text| text.parse())
            .transpose()
            .context("ACCORD_METRICS_LISTEN is not an address like 127.0.0.1:9464")?;
        if metrics_listen.is_some_and(|metrics| meet(metrics, listen) || meet(metrics, preview_listen)) {
            bail!(
                "ACCORD_METRICS_LISTEN must differ from ACCORD_LISTEN and ACCORD_PREVIEW_LISTEN: use an address of its own, like 127.0.0.1:9464"
            );
        }
        let otlp_endpoint = get("ACCORD_OTLP_ENDPOINT").map(|text| collector(&text)).transpose()?;
        // Last, because it may write a file: if another setting is wrong, nothing is left behind.
        let secret_keys = match get("ACCORD_SECRET_KEY") {
            Some(keys) => {
                Zeroizing::new(keys).split(',').map(SecretKey::parse).collect::<anyhow::Result<_>>()?
            }
            None if db::sqlite_path(&database_url).is_some() => {
                vec![key_file(&data_dir, db::sqlite_path(&database_url).as_deref())?]
            }
            None => bail!(
                "ACCORD_SECRET_KEY is required with PostgreSQL; make one with `openssl rand -base64 32` and keep it safe: without it nothing sealed opens"
            ),
        };
        Ok(Self {
            redis_url: get("ACCORD_REDIS_URL"),
            listen,
            public_url,
            app_origins,
            smtp,
            mail_from,
            secret_keys,
            trusted_proxies,
            preview_listen,
            metrics_listen,
            otlp_endpoint,
            graphiql,
            connections,
            budgets: Budgets::default(),
            password_cost: PasswordCost::default(),
            database_url,
            data_dir,
        })
    }

    /// The public host name: used in Message-IDs and SMTP greetings.
    #[must_use]
    pub fn public_host(&self) -> String {
        Url::parse(&self.public_url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_else(|| "localhost".to_owned())
    }
}

fn unknown(names: impl Iterator<Item = String>) -> Vec<String> {
    let ours = names.filter(|name| name.starts_with("ACCORD_") && !SETTINGS.contains(&name.as_str()));
    let mut unknown: Vec<String> =
        ours.filter(|name| !NOT_SETTINGS.iter().any(|start| name.starts_with(start))).collect();
    unknown.sort_unstable();
    unknown
}

/// A boolean setting; off when absent.
fn flag(get: impl Fn(&str) -> Option<String>, name: &str) -> anyhow::Result<bool> {
    let Some(text) = get(name) else { return Ok(false) };
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => bail!("{name} is neither on nor off: use `true` or `false`"),
    }
}

/// Whether two listeners want the same port of the same address. Port 0 means any free port.
fn meet(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() != 0
        && one.port() == other.port()
        && (one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified())
}

/// The URL of a trace collector.
fn collector(text: &str) -> anyhow::Result<String> {
    let url = Url::parse(text)
        .ok()
        .filter(|url| url.host_str().is_some())
        .context("ACCORD_OTLP_ENDPOINT is not a URL like http://127.0.0.1:4318")?;
    if url.scheme() != "http"
        || !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        bail!(
            "ACCORD_OTLP_ENDPOINT must be a plain http:// address, like http://127.0.0.1:4318: run an OpenTelemetry collector beside Accord, which sends on with TLS and credentials"
        );
    }
    Ok(url.to_string())
}

/// The sender is in every mail, also those sent without SMTPUTF8 (RFC 6531): so its local part must be ASCII,
/// and its domain A-labels.
fn read_sender(text: &str) -> anyhow::Result<Mailbox> {
    let given: Mailbox =
        text.trim().parse().context("ACCORD_MAIL_FROM is not an address like crm@example.org")?;
    let (local, domain) = (given.email.user(), given.email.domain());
    if !local.is_ascii() {
        bail!(
            "ACCORD_MAIL_FROM must have only ASCII characters before the @: not every mail server takes others"
        );
    }
    if domain.is_ascii() {
        return Ok(given);
    }
    let domain = idna::domain_to_ascii(domain)
        .ok()
        .context("ACCORD_MAIL_FROM names a domain that does not exist in this form")?;
    let email =
        Address::new(local, domain).context("ACCORD_MAIL_FROM is not an address like crm@example.org")?;
    Ok(Mailbox::new(given.name, email))
}

fn network(text: &str) -> anyhow::Result<IpNet> {
    text.parse()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .context("ACCORD_TRUSTED_PROXIES must list addresses or networks, like 10.0.0.0/8")
}

/// The embedded database's secret key: created on the first start, readable by its owner only. The file
/// appears completely or not at all, even when two processes start at once. An existing database was created
/// with a key, and no other key opens its data.
fn key_file(folder: &Path, database: Option<&Path>) -> anyhow::Result<SecretKey> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let path = folder.join("secret.key");
    if !path.exists() {
        let holds_rows =
            database.is_some_and(|database| database.metadata().is_ok_and(|found| found.len() > 0));
        // Checked again: another process that starts at the same moment creates the key before the database.
        if holds_rows && !path.exists() {
            bail!(
                "{} is missing: restore it from your backup; without it nothing that is sealed in the database opens",
                path.display()
            );
        }
        let not_writable =
            |error| anyhow::anyhow!(files::not_writable(folder, &error, "ACCORD_DATABASE_URL"));
        files::make_folder(folder).map_err(not_writable)?;
        let half = folder.join(format!(".secret.key.{}", std::process::id()));
        let written = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&half)
            .and_then(|mut file| {
                file.write_all(SecretKey::generate().to_text().as_bytes()).and_then(|()| file.sync_all())
            });
        written.map_err(not_writable)?;
        match std::fs::hard_link(&half, &path) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(error).with_context(|| format!("cannot write {}", path.display()));
            }
            _ => std::fs::remove_file(&half).with_context(|| format!("cannot remove {}", half.display()))?,
        }
    }
    let text = Zeroizing::new(
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?,
    );
    SecretKey::parse(&text).with_context(|| format!("{} does not hold a key", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}/accord.db", folder.path().display());
        let get = |name: &str| {
            let given = settings.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            given.or_else(|| (name == "ACCORD_DATABASE_URL").then(|| database.clone()))
        };
        Config::read(get).map_err(|error| error.to_string())
    }

    #[test]
    fn passwords_cost_what_asvs_asks_for_unless_a_test_says_otherwise() {
        let cost = read(&[]).unwrap().password_cost;
        assert!(cost.memory_kib >= 19 * 1024 && cost.passes >= 2 && cost.at_once >= 1, "{cost:?}");
    }

    #[test]
    fn the_defaults_are_safe_and_start() {
        let config = read(&[]).unwrap();
        assert!(
            config.listen.ip().is_loopback()
                && config.smtp.is_none()
                && config.trusted_proxies.is_empty()
                && !config.graphiql
        );
        assert!(config.metrics_listen.is_none() && config.otlp_endpoint.is_none());
    }

    #[test]
    fn settings_that_contradict_or_are_unsafe_stop_the_start_with_one_line() {
        for (settings, says) in [
            (&[("ACCORD_PUBLIC_URL", "https://crm.example.org")][..], "set ACCORD_SMTP_URL"),
            (&[("ACCORD_PUBLIC_URL", "http://crm.example.org")], "must begin with https://"),
            (&[("ACCORD_PUBLIC_URL", "http://localhost:8080/crm")], "origin only"),
            (&[("ACCORD_PUBLIC_URL", "https://me:secret@crm.example.org")], "origin only"),
            (&[("ACCORD_SMTP_URL", "smtps://smtp.example.org")], "ACCORD_MAIL_FROM is required"),
            (&[("ACCORD_SMTP_URL", "smtps://smtp.example.org"), ("ACCORD_MAIL", "preview")], "contradict"),
            (&[("ACCORD_DATABASE_URL", "postgres://localhost/accord")], "ACCORD_SECRET_KEY is required"),
            (&[("ACCORD_DATABASE_URL", "mysql://localhost/accord")], "sqlite:// or postgres://"),
            (&[("ACCORD_APP_ORIGINS", "*")], "lists origins like https://app.example.org"),
            (&[("ACCORD_APP_ORIGINS", "http://app.example.org")], "must begin with https://"),
            (&[("ACCORD_SECRET_KEY", "c2hvcnQ=")], "32 bytes"),
            (&[("ACCORD_PREVIEW_LISTEN", "0.0.0.0:8025")], "loopback"),
            (&[("ACCORD_TRUSTED_PROXIES", "everyone")], "ACCORD_TRUSTED_PROXIES"),
            (&[("ACCORD_LISTEN", "8080")], "ACCORD_LISTEN"),
            (&[("ACCORD_LISTEN", "127.0.0.1:0")], "set ACCORD_PUBLIC_URL"),
            (&[("ACCORD_DB_CONNECTIONS", "0")], "at least 1"),
            (&[("ACCORD_DB_CONNECTIONS", "-1")], "ACCORD_DB_CONNECTIONS is not a number"),
            (&[("ACCORD_GRAPHIQL", "enabled")], "ACCORD_GRAPHIQL is neither on nor off"),
            (&[("ACCORD_METRICS_LISTEN", "9464")], "ACCORD_METRICS_LISTEN is not an address"),
            (&[("ACCORD_METRICS_LISTEN", "127.0.0.1:8080")], "an address of its own"),
            (&[("ACCORD_METRICS_LISTEN", "0.0.0.0:8080")], "an address of its own"),
            (&[("ACCORD_METRICS_LISTEN", "127.0.0.1:8025")], "an address of its own"),
            (&[("ACCORD_OTLP_ENDPOINT", "127.0.0.1:4318")], "ACCORD_OTLP_ENDPOINT is not a URL"),
            (
                &[("ACCORD_OTLP_ENDPOINT", "https://collector.example")],
                "run an OpenTelemetry collector beside",
            ),
            (&[("ACCORD_OTLP_ENDPOINT", "http://me:secret@127.0.0.1:4318")], "plain http://"),
        ] {
            let error = read(settings).unwrap_err();
            assert!(error.contains(says) && !error.contains('\n'), "{settings:?}: {error}");
        }
    }

    #[test]
    fn a_setting_that_is_on_or_off_is_written_as_people_write_it() {
        for (text, on) in [
            ("1", true),
            ("true", true),
            ("YES", true),
            ("On", true),
            ("0", false),
            ("False", false),
            ("no", false),
            ("OFF", false),
        ] {
            assert_eq!(read(&[("ACCORD_GRAPHIQL", text)]).unwrap().graphiql, on, "{text}");
        }
    }

    #[test]
    fn links_lead_to_the_port_we_listen_on_unless_an_origin_is_given() {
        for (listen, origin) in
            [("127.0.0.1:9000", "http://localhost:9000"), ("0.0.0.0:80", "http://localhost")]
        {
            assert_eq!(read(&[("ACCORD_LISTEN", listen)]).unwrap().public_url, origin);
        }
        assert_eq!(read(&[]).unwrap().public_url, "http://localhost:8080");
        let given =
            read(&[("ACCORD_LISTEN", "127.0.0.1:9000"), ("ACCORD_PUBLIC_URL", "http://localhost:7000/")])
                .unwrap();
        assert_eq!(given.public_url, "http://localhost:7000");
    }

    #[test]
    fn the_public_origin_is_kept_as_browsers_write_it() {
        for (given, kept) in [
            ("http://LocalHost:8080", "http://localhost:8080"),
            ("http://localhost:80/", "http://localhost"),
            ("HTTPS://localhost:443", "https://localhost"),
            ("https://[::1]:8443", "https://[::1]:8443"),
            ("https://CRM.Example.org:443/", "https://crm.example.org"),
            ("https://café.example:8443", "https://xn--caf-dma.example:8443"),
        ] {
            let smtp =
                [("ACCORD_SMTP_URL", "smtps://smtp.example.org"), ("ACCORD_MAIL_FROM", "crm@example.org")];
            let settings: Vec<_> = [("ACCORD_PUBLIC_URL", given)].into_iter().chain(smtp).collect();
            assert_eq!(read(&settings).unwrap().public_url, kept, "{given}");
        }
    }

    /// `NAME=value` of each line that begins so, or with a `#` before it.
    fn assignments(text: &'static str) -> Vec<(&'static str, &'static str)> {
        let lines = text.lines().map(|line| line.strip_prefix('#').unwrap_or(line));
        lines.filter(|line| line.starts_with("ACCORD_")).filter_map(|line| line.split_once('=')).collect()
    }

    #[test]
    fn the_package_brings_every_setting_once_commented_with_a_value_that_can_be_read() {
        let text = include_str!("../packaging/accord.env");
        let given = assignments(text);
        let mut names: Vec<_> = given.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        // Of one's own command and of tests, not of the service.
        let mut settings: Vec<_> =
            SETTINGS.into_iter().filter(|name| !["ACCORD_API_KEY", "ACCORD_BIN"].contains(name)).collect();
        settings.sort_unstable();
        assert_eq!(names, settings);
        assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')), "a setting is in force");
        let without = |left_out: &str| {
            let rest: Vec<_> = given.iter().copied().filter(|(name, _)| *name != left_out).collect();
            read(&rest)
        };
        // These two contradict each other.
        without("ACCORD_MAIL").unwrap();
        let error = without("ACCORD_SMTP_URL").unwrap_err();
        assert!(error.contains("no mail server is set"), "{error}");
        let unset: Vec<_> = given.iter().filter(|(name, _)| *name == "ACCORD_MAIL").copied().collect();
        assert!(read(&unset).unwrap().smtp.is_none());
    }

    #[test]
    fn the_settings_for_containers_have_known_names_and_values_that_can_be_read() {
        let given = assignments(include_str!("../packaging/compose.env"));
        let names = given.iter().map(|(name, _)| (*name).to_owned());
        assert_eq!(unknown(names), [""; 0]);
        let filled = given.iter().map(|(name, value)| match *name {
            "ACCORD_SECRET_KEY" if value.is_empty() => {
                (*name, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
            }
            _ => (*name, *value),
        });
        assert_eq!(read(&filled.collect::<Vec<_>>()).unwrap().public_url, "https://crm.example.org");
    }

    #[test]
    fn variables_that_only_look_like_settings_are_named() {
        let names = [
            "ACCORD_LISTN",
            "ACCORD_LISTEN",
            "ACCORD_API_KEY",
            "ACCORD_TEST_REDIS",
            "ACCORD_BENCH_X",
            "ACCORD_SERVERS_DURABLE",
            "ACCORD_BIN",
        ];
        assert_eq!(
            unknown(names.into_iter().chain(["HOME", "ACCORD_DB"]).map(str::to_owned)),
            ["ACCORD_DB", "ACCORD_LISTN"]
        );
    }

    #[test]
    fn a_database_whose_key_is_missing_gets_no_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("accord.db");
        let get =
            |name: &str| (name == "ACCORD_DATABASE_URL").then(|| format!("sqlite://{}", database.display()));
        std::fs::write(&database, "rows").unwrap();
        let error = Config::read(get).unwrap_err().to_string();
        assert!(
            error.contains("secret.key is missing: restore it from your backup") && !error.contains('\n'),
            "{error}"
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
        std::fs::remove_file(&database).unwrap();
        assert!(Config::read(get).is_ok(), "the first start makes one");
        std::fs::write(&database, "rows").unwrap();
        assert!(Config::read(get).is_ok());
    }

    #[test]
    fn a_start_that_a_setting_stops_leaves_no_key_behind() {
        let folder = tempfile::tempdir().unwrap();
        let get = |name: &str| match name {
            "ACCORD_DATABASE_URL" => Some(format!("sqlite://{}/new/accord.db", folder.path().display())),
            "ACCORD_DB_CONNECTIONS" => Some("0".to_owned()),
            _ => None,
        };
        assert!(Config::read(get).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
