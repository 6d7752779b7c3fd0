//! How the text of each setting is read.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use anyhow::{Context, bail};
use ipnet::IpNet;
use lettre::{Address, message::Mailbox};
use url::Url;
use zeroize::Zeroizing;

use super::key_file::key_file;
use crate::platform::{
    db, files,
    mailer::SmtpSettings,
    vault::SecretKey,
    web::{is_local, is_origin},
};

/// An address to listen on; `fault` says what is wrong with one that cannot be read.
pub(super) fn address(text: &str, fault: &'static str) -> anyhow::Result<SocketAddr> {
    text.parse().context(fault)
}

/// A boolean setting; off when absent.
pub(super) fn flag(text: Option<String>, fault: &'static str) -> anyhow::Result<bool> {
    let Some(text) = text else { return Ok(false) };
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => bail!(fault),
    }
}

pub(super) fn database_url(text: String) -> anyhow::Result<String> {
    let known = db::sqlite_path(&text).is_some()
        || text.starts_with("postgres://")
        || text.starts_with("postgresql://");
    if !known {
        bail!("ACCORD_DATABASE_URL must begin with sqlite:// or postgres://");
    }
    Ok(text)
}

/// The folder of our files: that of the SQLite database, if there is one.
pub(super) fn data_dir(database_url: &str) -> PathBuf {
    match db::sqlite_path(database_url) {
        Some(path) => path.parent().map(PathBuf::from).unwrap_or_default(),
        None => PathBuf::from(files::DEFAULT_FOLDER),
    }
}

/// The deletion ledger: the file that is given, or one beside the SQLite database.
pub(super) fn deletion_ledger(text: Option<String>, database_url: &str) -> Option<PathBuf> {
    match (text, db::sqlite_path(database_url)) {
        (Some(text), _) => Some(PathBuf::from(text.trim())),
        (None, Some(_)) => Some(data_dir(database_url).join("deletions.ledger")),
        (None, None) => None,
    }
}

/// The origin that is given, or that of the port we listen on.
pub(super) fn public_url(text: Option<String>, port: u16) -> anyhow::Result<String> {
    let text = match (text, port) {
        (Some(given), _) => given,
        (None, 0) => bail!(
            "ACCORD_LISTEN with port 0 takes any free port, so links need another origin: set ACCORD_PUBLIC_URL"
        ),
        (None, 80) => "http://localhost".to_owned(),
        (None, port) => format!("http://localhost:{port}"),
    };
    let url = Url::parse(&text).context("ACCORD_PUBLIC_URL is not a URL like https://crm.example.org")?;
    let host = url.host_str().context("ACCORD_PUBLIC_URL names no host")?;
    if !is_origin(&url) {
        bail!("ACCORD_PUBLIC_URL must be an origin only, like https://crm.example.org, without a path");
    }
    match url.scheme() {
        "https" => {}
        "http" if is_local(host) => {}
        _ => bail!(
            "ACCORD_PUBLIC_URL must begin with https:// (http:// is for this machine only): it stands in mails, and its links open people's data"
        ),
    }
    // As browsers write it in `Origin`: lower case, without the default port.
    Ok(url.origin().ascii_serialization())
}

/// The host of an origin.
pub(super) fn host_of(origin: &str) -> Option<String> {
    Url::parse(origin).ok()?.host_str().map(str::to_owned)
}

/// Whether an origin leads to this machine.
pub(super) fn is_on_this_machine(origin: &str) -> bool {
    host_of(origin).is_some_and(|host| is_local(&host))
}

/// The mail server. `mail` is `ACCORD_MAIL`; `local` says whether the public URL leads to this machine.
pub(super) fn smtp(
    url: Option<String>,
    mail: Option<&str>,
    local: bool,
) -> anyhow::Result<Option<SmtpSettings>> {
    let smtp = match (url, mail) {
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
    Ok(smtp)
}

/// The sender is in every mail, also those sent without SMTPUTF8 (RFC 6531): so its local part must be ASCII,
/// and its domain A-labels.
pub(super) fn mail_from(text: Option<String>, has_server: bool) -> anyhow::Result<Mailbox> {
    let text = match text {
        Some(text) => text,
        None if has_server => {
            bail!("ACCORD_MAIL_FROM is required with ACCORD_SMTP_URL: the address our mails come from")
        }
        None => return "accord@accord.example".parse().context("built-in sender"),
    };
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

pub(super) fn preview_listen(text: &str) -> anyhow::Result<SocketAddr> {
    let given = address(text, "ACCORD_PREVIEW_LISTEN is not an address like 127.0.0.1:8025")?;
    if !given.ip().is_loopback() {
        bail!(
            "ACCORD_PREVIEW_LISTEN must be a loopback address: the preview shows every mail to whoever asks"
        );
    }
    Ok(given)
}

/// Addresses and networks, with commas between them.
pub(super) fn networks(text: &str) -> anyhow::Result<Vec<IpNet>> {
    text.split(',').map(str::trim).filter(|net| !net.is_empty()).map(network).collect()
}

fn network(text: &str) -> anyhow::Result<IpNet> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .context("ACCORD_TRUSTED_PROXIES must list addresses or networks, like 10.0.0.0/8")
}

pub(super) fn connections(text: &str) -> anyhow::Result<u32> {
    let connections = text.trim().parse().context("ACCORD_DB_CONNECTIONS is not a number")?;
    if connections == 0 {
        bail!("ACCORD_DB_CONNECTIONS must be at least 1");
    }
    Ok(connections)
}

/// The address of the metrics, which no other listener may take.
pub(super) fn metrics_listen(
    text: Option<String>,
    others: [SocketAddr; 2],
) -> anyhow::Result<Option<SocketAddr>> {
    let Some(text) = text else { return Ok(None) };
    let metrics = address(&text, "ACCORD_METRICS_LISTEN is not an address like 127.0.0.1:9464")?;
    if others.into_iter().any(|other| meet(metrics, other)) {
        bail!(
            "ACCORD_METRICS_LISTEN must differ from ACCORD_LISTEN and ACCORD_PREVIEW_LISTEN: use an address of its own, like 127.0.0.1:9464"
        );
    }
    Ok(Some(metrics))
}

/// Whether two listeners want the same port of the same address. Port 0 means any free port.
fn meet(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() != 0
        && one.port() == other.port()
        && (one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified())
}

/// The URL of a trace collector.
pub(super) fn collector(text: &str) -> anyhow::Result<String> {
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

/// The keys that are given, with commas between them. If none is given, an SQLite database has its key in a
/// file beside it.
pub(super) fn secret_keys(text: Option<String>, database_url: &str) -> anyhow::Result<Vec<SecretKey>> {
    match (text, db::sqlite_path(database_url)) {
        (Some(keys), _) => Zeroizing::new(keys).split(',').map(SecretKey::parse).collect(),
        (None, Some(database)) => Ok(vec![key_file(&data_dir(database_url), &database)?]),
        (None, None) => bail!(
            "ACCORD_SECRET_KEY is required with PostgreSQL; make one with `openssl rand -base64 32` and keep it safe: without it nothing sealed opens"
        ),
    }
}
