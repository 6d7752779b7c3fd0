//! SMTP on lettre's connection type, command by command: lettre's own transport reports a refused MAIL, RCPT
//! and DATA as the same error, but only a refused RCPT can be about the mailbox. Connections are kept and
//! reused.

use std::{
    pin::pin,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::DEFAULT_MECHANISMS,
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
        response::Response,
    },
};

use super::{
    Delivery, Letter, NotSent, message,
    patience::Patience,
    settings::{SmtpSettings, Tls},
};
use crate::error::Result;

/// The server answered 4xx.
const REFUSED_FOR_NOW: &str = "smtp_refused_for_now";
/// Timeout for QUIT after an error.
const FAREWELL: Duration = Duration::from_secs(2);
/// Most idle connections: the number of jobs that a node runs at once.
const MOST_IDLE: usize = 16;
/// Servers close idle connections after a few minutes; we drop them sooner.
const IDLE: Duration = Duration::from_secs(30);

/// A server and its idle connections.
pub struct Smtp {
    settings: SmtpSettings,
    hello: ClientId,
    idle: Mutex<Vec<(tokio::time::Instant, AsyncSmtpConnection)>>,
}

impl Smtp {
    /// Sends mail through a server; `host` is the name in EHLO.
    #[must_use]
    pub fn new(settings: SmtpSettings, host: &str) -> Self {
        Self { settings, hello: ClientId::Domain(host.to_owned()), idle: Mutex::default() }
    }

    /// Sends one letter. `ready` is awaited after the server has accepted the recipient.
    ///
    /// # Errors
    /// The `NotSent` variant says how to proceed.
    pub async fn send(
        &self,
        letter: &Letter,
        ready: impl Future<Output = Result<()>> + Send,
    ) -> Result<Delivery, NotSent> {
        let message = letter.to_message()?;
        let (to, bytes) = (message::address(&letter.to)?, message.formatted());
        let mut patience = Patience::new(self.settings.before_dot);
        let timed_out = || NotSent::Retry("smtp_timeout");
        let mut connection =
            patience.wait(self.address_letter(&letter.from.email, to)).await.ok_or_else(timed_out)??;
        ready.await.map_err(NotSent::NotNoted)?;
        match self.transmit(&mut connection, &bytes, patience).await {
            Ok(response) => {
                self.keep(connection);
                Ok(delivery(&response))
            }
            Err(error) => {
                // A server that did not answer will not answer QUIT either.
                if matches!(error, NotSent::Bounced(_) | NotSent::Park(_) | NotSent::Retry(REFUSED_FOR_NOW)) {
                    part(connection).await;
                }
                Err(error)
            }
        }
    }

    /// A connection on which the server has accepted sender and recipient.
    async fn address_letter(&self, from: &Address, to: Address) -> Result<AsyncSmtpConnection, NotSent> {
        let mut connection = None;
        while let Some(mut idle) = self.take_idle() {
            // If the server has closed an idle connection, MAIL fails, before any of the letter was sent.
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
        if let Err(error) = connection.command(Rcpt::new(to, vec![])).await {
            part(connection).await;
            return Err(judge(&error, Step::Recipient));
        }
        Ok(connection)
    }

    /// Sends the content and the final dot, and waits for the answer. After the dot, only an answer proves
    /// that the server did not accept the mail.
    async fn transmit(
        &self,
        connection: &mut AsyncSmtpConnection,
        message: &[u8],
        mut patience: Patience,
    ) -> Result<Response, NotSent> {
        let timed_out = || NotSent::Retry("smtp_timeout");
        patience
            .wait(connection.command(Data))
            .await
            .ok_or_else(timed_out)?
            .map_err(|error| judge(&error, Step::Other))?;
        let at_dot = AtomicBool::new(false);
        let content = Content { message: Some(message), at_dot: &at_dot };
        let mut answer = pin!(connection.message_iter(content));
        let mut past_dot = false;
        while !patience.is_over() {
            match patience.wait_a_step(answer.as_mut()).await {
                Some(Ok(response)) => return Ok(response),
                Some(Err(error)) if error.status().is_none() && at_dot.load(Ordering::Relaxed) => {
                    return Err(NotSent::Unanswered("smtp_lost_after_the_dot"));
                }
                Some(Err(error)) => return Err(judge(&error, Step::Other)),
                None => {}
            }
            if !past_dot && at_dot.load(Ordering::Relaxed) {
                past_dot = true;
                patience = Patience::new(self.settings.after_dot);
            }
        }
        Err(if past_dot { NotSent::Unanswered("smtp_no_answer_to_the_dot") } else { timed_out() })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, NotSent> {
        let settings = &self.settings;
        let parameters =
            || TlsParameters::new(settings.host.clone()).map_err(|_| NotSent::Park("smtp_tls_setup"));
        let wrapped = if settings.tls == Tls::Wrapped { Some(parameters()?) } else { None };
        let timeout = Some(Duration::from_secs(15));
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            (settings.host.as_str(), settings.port),
            timeout,
            &self.hello,
            wrapped,
            None,
        )
        .await
        .map_err(|error| judge(&error, Step::Other))?;
        if settings.tls == Tls::Required {
            if !connection.can_starttls() {
                return Err(NotSent::Park("smtp_no_starttls"));
            }
            connection
                .starttls(parameters()?, &self.hello)
                .await
                .map_err(|error| judge(&error, Step::Other))?;
        }
        if let Some(credentials) = &settings.credentials {
            connection
                .auth(DEFAULT_MECHANISMS, credentials)
                .await
                .map_err(|error| judge(&error, Step::Other))?;
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

/// The letter's bytes as an iterator for lettre: when it asks for more than there are, it has written them
/// all, and the dot is next.
struct Content<'a> {
    message: Option<&'a [u8]>,
    at_dot: &'a AtomicBool,
}

impl<'a> Iterator for Content<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let message = self.message.take();
        if message.is_none() {
            self.at_dot.store(true, Ordering::Relaxed);
        }
        message
    }
}

/// Closes a connection after an error.
async fn part(mut connection: AsyncSmtpConnection) {
    let _ = tokio::time::timeout(FAREWELL, connection.abort()).await;
}

async fn mail_from(
    connection: &mut AsyncSmtpConnection,
    from: &Address,
    to: &Address,
) -> Result<(), NotSent> {
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
    connection
        .command(Mail::new(Some(from.clone()), parameters))
        .await
        .map_err(|error| judge(&error, Step::Other))?;
    Ok(())
}

/// The address has characters that our server does not support. A retry would not change that, so it is as
/// final as a 550; the code is the one that servers use for this (RFC 6531).
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

/// Enhanced status codes (RFC 3463) about the mailbox itself; a full mailbox (5.2.2) or policy (5.7.x) is not
/// one of them.
const ABOUT_THE_MAILBOX: [&str; 7] = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", NO_UTF8];
/// A later server does not accept non-ASCII addresses (RFC 6531).
const NO_UTF8: &str = "5.6.7";

fn judge(error: &Error, step: Step) -> NotSent {
    if !error.is_permanent() {
        return NotSent::Retry(if error.is_timeout() {
            "smtp_timeout"
        } else if error.is_transient() {
            REFUSED_FOR_NOW
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
    parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit()))
}
