//! SMTP with lettre's connection, step by step: lettre's own transport reports a refused MAIL, RCPT and DATA as one and the
//! same error, but only a refused RCPT can be about the mailbox. Connections are kept and used again.

use std::{sync::Mutex, sync::PoisonError, time::Duration};

use anyhow::{Context, bail};
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
        response::Response,
    },
};
use url::Url;

use super::{Delivery, Letter, NotSent};

/// For the whole conversation; lettre's own timeout is per command.
const TOTAL: Duration = Duration::from_secs(45);
/// As many as a node runs jobs at once.
const MOST_IDLE: usize = 16;
/// Servers close idle connections after a few minutes; ours are dropped sooner.
const IDLE: Duration = Duration::from_secs(30);

/// Where and how to send, from `ACCORD_SMTP_URL`.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tls {
    Wrapped,
    Required,
    None,
}

/// A server and its idle connections.
pub struct Smtp {
    settings: SmtpSettings,
    hello: ClientId,
    idle: Mutex<Vec<(tokio::time::Instant, AsyncSmtpConnection)>>,
}

impl SmtpSettings {
    /// Reads `smtps://user:password@host` (TLS from the start, port 465), `smtp://…` (STARTTLS required, port 587), or
    /// `smtp://127.0.0.1:25?tls=none`, which is only allowed to this machine.
    ///
    /// # Errors
    /// When it is not such a URL, or would send mail in the clear over a network.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let url = Url::parse(text).context("ACCORD_SMTP_URL is not a URL like smtps://user:password@smtp.example.org")?;
        let host = url.host_str().context("ACCORD_SMTP_URL names no host")?.trim_matches(['[', ']']).to_owned();
        let local = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let tls = match (url.scheme(), asked.as_deref()) {
            ("smtps", None) => Tls::Wrapped,
            ("smtp", None | Some("required")) if !local => Tls::Required,
            ("smtp", Some("required")) => Tls::Required,
            ("smtp", None | Some("none")) if local => Tls::None,
            ("smtp", Some("none")) => {
                bail!("ACCORD_SMTP_URL: tls=none is allowed only to this machine; use smtps:// or STARTTLS (the default of smtp://)")
            }
            _ => bail!("ACCORD_SMTP_URL must begin with smtp:// or smtps://, and tls can be `required` or `none`"),
        };
        let decode = |text: &str| {
            let bytes: Vec<u8> = url::form_urlencoded::parse(format!("x={}", text.replace('+', "%2B")).as_bytes())
                .next()
                .map(|(_, v)| v.into_owned().into_bytes())
                .unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let credentials = url.password().map(|password| Credentials::new(decode(url.username()), decode(password)));
        let port = url.port().unwrap_or(match tls {
            Tls::Wrapped => 465,
            Tls::Required => 587,
            Tls::None => 25,
        });
        Ok(Self { host, port, tls, credentials })
    }
}

impl Smtp {
    /// A sender that greets as `host`.
    #[must_use]
    pub fn new(settings: SmtpSettings, host: &str) -> Self {
        Self { settings, hello: ClientId::Domain(host.to_owned()), idle: Mutex::default() }
    }

    /// Sends one letter.
    ///
    /// # Errors
    /// `NotSent` says what to do.
    pub async fn send(&self, letter: &Letter) -> Result<Delivery, NotSent> {
        let message = letter.to_message()?;
        let to: Address = letter.to.for_smtp().parse().map_err(|_| NotSent::Park("recipient_not_writable"))?;
        let bytes = message.formatted();
        match tokio::time::timeout(TOTAL, self.converse(&letter.from.email, to, &bytes)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(NotSent::Retry("smtp_timeout")),
        }
    }

    async fn converse(&self, from: &Address, to: Address, message: &[u8]) -> Result<Delivery, NotSent> {
        let mut connection = None;
        while let Some(mut idle) = self.take_idle() {
            // A connection the server closed meanwhile shows at MAIL, before anything of the letter was sent.
            if mail_from(&mut idle, from, &to).await.is_ok() {
                connection = Some(idle);
                break;
            }
        }
        let mut connection = if let Some(idle) = connection {
            idle
        } else {
            let mut fresh = self.connect().await?;
            mail_from(&mut fresh, from, &to).await?;
            fresh
        };
        match self.transmit(&mut connection, to, message).await {
            Ok(response) => {
                self.keep(connection);
                Ok(delivery(&response))
            }
            Err(error) => {
                connection.abort().await;
                Err(error)
            }
        }
    }

    async fn transmit(&self, connection: &mut AsyncSmtpConnection, to: Address, message: &[u8]) -> Result<Response, NotSent> {
        connection.command(Rcpt::new(to, vec![])).await.map_err(|error| judge(&error, Step::Recipient))?;
        connection.command(Data).await.map_err(|error| judge(&error, Step::Other))?;
        connection.message(message).await.map_err(|error| judge(&error, Step::Other))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, NotSent> {
        let settings = &self.settings;
        let parameters = || TlsParameters::new(settings.host.clone()).map_err(|_| NotSent::Park("smtp_tls_setup"));
        let wrapped = if settings.tls == Tls::Wrapped { Some(parameters()?) } else { None };
        let timeout = Some(Duration::from_secs(15));
        let mut connection = AsyncSmtpConnection::connect_tokio1((settings.host.as_str(), settings.port), timeout, &self.hello, wrapped, None)
            .await
            .map_err(|error| judge(&error, Step::Other))?;
        if settings.tls == Tls::Required {
            if !connection.can_starttls() {
                return Err(NotSent::Park("smtp_no_starttls"));
            }
            connection.starttls(parameters()?, &self.hello).await.map_err(|error| judge(&error, Step::Other))?;
        }
        if let Some(credentials) = &settings.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(|error| judge(&error, Step::Other))?;
        }
        Ok(connection)
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(since, _)| since.elapsed() < IDLE);
        idle.pop().map(|(_, connection)| connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !connection.has_broken() && idle.len() < MOST_IDLE {
            idle.push((tokio::time::Instant::now(), connection));
        }
    }
}

async fn mail_from(connection: &mut AsyncSmtpConnection, from: &Address, to: &Address) -> Result<(), NotSent> {
    let mut parameters = Vec::new();
    let server = connection.server_info();
    if !AsRef::<str>::as_ref(to).is_ascii() {
        if !server.supports_feature(Extension::SmtpUtfEight) {
            return Err(not_writable());
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if server.supports_feature(Extension::EightBitMime) {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    connection.command(Mail::new(Some(from.clone()), parameters)).await.map_err(|error| judge(&error, Step::Other))?;
    Ok(())
}

/// The address has letters that our server does not take. It will not learn them by itself, so this is as final as a 550; the code
/// is the one a server answers with (RFC 6531).
fn not_writable() -> NotSent {
    let reply = "5.6.7 our server does not know SMTPUTF8".to_owned();
    NotSent::Bounced(Delivery { code: 553, reply, bounce: Some("smtp_no_smtputf8") })
}

fn delivery(response: &Response) -> Delivery {
    let reply: String = response.message().collect::<Vec<_>>().join(" ").chars().take(500).collect();
    Delivery { code: response.code().to_string().parse().unwrap_or(250), reply, bounce: None }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Recipient,
    Other,
}

/// Enhanced codes (RFC 3463) that are about the mailbox itself (D-16); a full mailbox (5.2.2) or policy (5.7.x) is not.
const ABOUT_THE_MAILBOX: [&str; 7] = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", NO_UTF8];
/// A server further on does not take letters beyond ASCII in an address (RFC 6531).
const NO_UTF8: &str = "5.6.7";

fn judge(error: &Error, step: Step) -> NotSent {
    if !error.is_permanent() {
        return NotSent::Retry(if error.is_timeout() {
            "smtp_timeout"
        } else if error.is_transient() {
            "smtp_refused_for_now"
        } else if error.is_tls() {
            "smtp_tls_failed"
        } else {
            "smtp_unreachable"
        });
    }
    let code: u16 = error.status().map_or(0, |code| code.to_string().parse().unwrap_or(0));
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let enhanced = text.split_whitespace().next().filter(|word| is_enhanced(word));
    let about_the_mailbox = match enhanced {
        Some(enhanced) => ABOUT_THE_MAILBOX.contains(&enhanced),
        None => step == Step::Recipient && matches!(code, 550 | 551 | 553),
    };
    if about_the_mailbox {
        return NotSent::Bounced(Delivery {
            code: code.into(),
            reply: text.chars().take(500).collect(),
            bounce: Some(if enhanced == Some(NO_UTF8) { "smtp_no_smtputf8" } else { "smtp_no_such_mailbox" }),
        });
    }
    NotSent::Park(match code {
        530 | 534 | 535 | 538 => "smtp_login_refused",
        _ => "smtp_refused_by_policy",
    })
}

fn is_enhanced(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_in_the_clear_leaves_this_machine_only_over_tls() {
        assert_eq!(SmtpSettings::parse("smtps://u:p@smtp.example.org").unwrap().tls, Tls::Wrapped);
        assert_eq!(SmtpSettings::parse("smtp://u:p@smtp.example.org").unwrap().tls, Tls::Required);
        assert_eq!(SmtpSettings::parse("smtp://127.0.0.1:2525").unwrap().tls, Tls::None);
        assert_eq!(SmtpSettings::parse("smtp://[::1]:2525").unwrap().port, 2525);
        assert!(SmtpSettings::parse("smtp://smtp.example.org?tls=none").is_err());
        assert!(SmtpSettings::parse("http://smtp.example.org").is_err());
        assert!(SmtpSettings::parse("smtp.example.org").is_err());
    }
}
