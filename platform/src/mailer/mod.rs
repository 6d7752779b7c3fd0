//! Sends mail: over SMTP, into a folder (the mailbox preview), or into memory (tests). lettre builds the
//! message.
//!
//! Only replies about the mailbox, and addresses that cannot be written, count as bounces; every other
//! permanent error parks the job. `deliver.rs` connects a job with the record of its mail.

mod deliver;
mod message;
mod patience;
mod settings;
mod smtp;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use entity::{EmailAddress, JobId};

use crate::error::{Error, Result};

pub use deliver::{Mailing, Outgoing, deliver, give_up, note_unanswered};
pub use message::Letter;
pub use settings::SmtpSettings;
pub use smtp::Smtp;

/// Where mails are sent.
#[derive(Clone)]
pub enum Mailer {
    /// To an SMTP server.
    Smtp(Arc<Smtp>),
    /// To a folder of `.eml` files that the mailbox preview shows.
    Preview(PathBuf),
    /// To memory, for tests.
    Memory(Arc<Mutex<Vec<(EmailAddress, String)>>>),
}

/// The server's reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Reply code, such as 250.
    pub code: i32,
    /// Reply text. It often holds the queue ID, sometimes the address, so it is stored encrypted.
    pub reply: String,
    /// The reason of a bounce, as one word; none when the mail was accepted.
    pub bounce: Option<&'static str>,
}

/// Why a mail was not sent, or may not have been.
#[derive(Debug)]
pub enum NotSent {
    /// The mailbox does not exist or accepts no mail, or its address cannot be written.
    Bounced(Delivery),
    /// Not sent; a retry may succeed.
    Retry(&'static str),
    /// Sent completely, but the server's answer never came: it may have arrived. It is sent again.
    Unanswered(&'static str),
    /// Needs an operator: wrong password, policy, a server that lacks a required extension.
    Park(&'static str),
    /// Not sent, because the row that records it could not be stored.
    NotNoted(Error),
}

impl NotSent {
    /// The attempt's result as a metrics label (`Metrics::mail`).
    fn in_a_word(&self) -> &'static str {
        match self {
            Self::Bounced(_) => "bounced",
            Self::Retry(_) | Self::Unanswered(_) | Self::NotNoted(_) => "retried",
            Self::Park(_) => "refused",
        }
    }
}

impl Mailer {
    /// Sends a mail. `ready` is awaited once the server would accept it, before any of its content is sent;
    /// if `ready` fails, nothing is sent. The timeouts are 45 seconds for the conversation up to the end of
    /// the content, and 10 minutes for the server's answer to the whole message (RFC 5321 §4.5.3.2.6).
    ///
    /// # Errors
    /// The `NotSent` variant says how to proceed.
    pub async fn send(
        &self,
        letter: &Letter,
        ready: impl Future<Output = Result<()>> + Send,
    ) -> Result<Delivery, NotSent> {
        match self {
            Self::Smtp(smtp) => smtp.send(letter, ready).await,
            Self::Preview(folder) => {
                let message = letter.to_message()?.formatted();
                ready.await.map_err(NotSent::NotNoted)?;
                write_preview(folder, letter.job, message).await
            }
            Self::Memory(mails) => {
                let message = letter.to_message()?.formatted();
                ready.await.map_err(NotSent::NotNoted)?;
                mails
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((letter.to.clone(), String::from_utf8_lossy(&message).into_owned()));
                Ok(Delivery { code: 250, reply: "kept in memory".to_owned(), bounce: None })
            }
        }
    }
}

/// Written under a temporary name first, so that the preview never shows half a mail, and synced to disk,
/// because it counts as sent.
async fn write_preview(folder: &Path, job: JobId, message: Vec<u8>) -> Result<Delivery, NotSent> {
    let (folder, name) = (folder.to_owned(), format!("{job}.eml"));
    let written = tokio::task::spawn_blocking(move || -> std::io::Result<()> {
        use std::{io::Write, os::unix::fs::OpenOptionsExt};
        let half = folder.join(format!(".{name}"));
        let mut file =
            std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
        file.write_all(&message)?;
        file.sync_all()?;
        std::fs::rename(half, folder.join(name))
    })
    .await;
    match written {
        Ok(Ok(())) => {
            Ok(Delivery { code: 250, reply: "kept in the mailbox preview".to_owned(), bounce: None })
        }
        _ => Err(NotSent::Retry("preview_not_writable")),
    }
}
