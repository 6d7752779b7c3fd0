//! Mail goes out here: over SMTP, into a folder (the mailbox preview), or into memory (tests). lettre writes the message.
//!
//! Only replies that are about the mailbox are bounces, and an address that cannot be written; everything else permanent parks the job.
//! `deliver.rs` is the way from a job to what is noted of its mail.

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

/// Sends letters.
#[derive(Clone)]
pub enum Mailer {
    /// To a server.
    Smtp(Arc<Smtp>),
    /// To a folder of `.eml` files that the mailbox preview shows.
    Preview(PathBuf),
    /// To a list, for tests.
    Memory(Arc<Mutex<Vec<(EmailAddress, String)>>>),
}

/// What the server said when it took the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Reply code, 250.
    pub code: i32,
    /// Reply text: often holds the queue id, sometimes the address, so it is kept sealed.
    pub reply: String,
    /// Why it bounced, as one word; none when the mail was taken.
    pub bounce: Option<&'static str>,
}

/// Why a mail did not go out, or may not have.
#[derive(Debug)]
pub enum NotSent {
    /// The mailbox does not exist or takes nothing, or its address cannot be written.
    Bounced(Delivery),
    /// It did not go out, and it may work later.
    Retry(&'static str),
    /// It went out as a whole, and the server's answer never came: it may have arrived. It goes out again.
    Unanswered(&'static str),
    /// Somebody must look: wrong password, policy, a server that cannot do what the mail needs.
    Park(&'static str),
    /// It did not go out, because it could not be noted that it does.
    NotNoted(Error),
}

impl NotSent {
    /// What became of the attempt, as it is counted (`Metrics::mail`).
    fn in_a_word(&self) -> &'static str {
        match self {
            Self::Bounced(_) => "bounced",
            Self::Retry(_) | Self::Unanswered(_) | Self::NotNoted(_) => "retried",
            Self::Park(_) => "refused",
        }
    }
}

impl Mailer {
    /// Hands the letter over. `ready` is awaited once the server would take it, before anything of the letter leaves us; if it fails,
    /// nothing does. Up to there and for the letter's bytes a server has 45 seconds, for its answer to the whole 10 minutes (RFC 5321
    /// §4.5.3.2.6).
    ///
    /// # Errors
    /// `NotSent` says what to do.
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

/// Written under another name first, so that the preview never shows half a mail, and synced: it is accepted.
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
