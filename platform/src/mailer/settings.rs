//! The SMTP server, how to connect to it, and its timeouts.

use std::time::Duration;

use anyhow::{Context, bail};
use lettre::transport::smtp::authentication::Credentials;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::web::is_local;

/// For the conversation up to the final dot; lettre's own timeout is per command.
const BEFORE_DOT: Duration = Duration::from_secs(45);
/// Timeout for the answer to the final dot (RFC 5321 §4.5.3.2.6): with a shorter one, a mail that was
/// accepted would be sent again.
const AFTER_DOT: Duration = Duration::from_mins(10);

/// The settings from `ACCORD_SMTP_URL`.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) credentials: Option<Credentials>,
    pub(super) before_dot: Duration,
    pub(super) after_dot: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tls {
    Wrapped,
    Required,
    None,
}

impl SmtpSettings {
    /// Parses `smtps://user:password@host` (TLS from the start, port 465), `smtp://…` (STARTTLS required,
    /// port 587), or `smtp://127.0.0.1:25?tls=none`, which is only allowed for this machine.
    ///
    /// # Errors
    /// When it is not such a URL, or would send mail unencrypted over a network.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let url = Url::parse(text)
            .context("ACCORD_SMTP_URL is not a URL like smtps://user:password@smtp.example.org")?;
        let host =
            url.host_str().context("ACCORD_SMTP_URL names no host")?.trim_matches(['[', ']']).to_owned();
        // Browsers take every `*.localhost` for this machine; the system's resolver may ask the network.
        let local = is_local(&host) && !host.to_ascii_lowercase().ends_with(".localhost");
        let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let tls = match (url.scheme(), asked.as_deref()) {
            ("smtps", None) => Tls::Wrapped,
            ("smtp", None | Some("required")) if !local => Tls::Required,
            ("smtp", Some("required")) => Tls::Required,
            ("smtp", None | Some("none")) if local => Tls::None,
            ("smtp", Some("none")) => {
                bail!(
                    "ACCORD_SMTP_URL: tls=none is allowed only to this machine; use smtps:// or STARTTLS (the default of smtp://)"
                )
            }
            _ => bail!(
                "ACCORD_SMTP_URL must begin with smtp:// or smtps://, and tls can be `required` or `none`"
            ),
        };
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let credentials =
            url.password().map(|password| Credentials::new(decode(url.username()), decode(password)));
        let port = url.port().unwrap_or(match tls {
            Tls::Wrapped => 465,
            Tls::Required => 587,
            Tls::None => 25,
        });
        Ok(Self { host, port, tls, credentials, before_dot: BEFORE_DOT, after_dot: AFTER_DOT })
    }

    /// Changes the timeouts up to the final dot and for the answer to it.
    #[must_use]
    pub fn waiting(self, before_dot: Duration, after_dot: Duration) -> Self {
        Self { before_dot, after_dot, ..self }
    }
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

    #[test]
    fn a_password_may_hold_every_sign() {
        for (written, meant) in
            [("p&s=w+d", "p&s=w+d"), ("%26%2B%25%40%3A", "&+%@:"), ("p%C3%A4ss%", "päss%")]
        {
            let url = format!("smtps://mail%40lumen.example:{written}@smtp.example.org");
            let read = SmtpSettings::parse(&url).unwrap().credentials;
            let credentials = Credentials::new("mail@lumen.example".to_owned(), meant.to_owned());
            assert!(read == Some(credentials), "{written}");
        }
    }
}
