//! Mail goes out here: over SMTP, into a folder (the mailbox preview), or into memory (tests). lettre writes the message.
//!
//! What is retried, what is a bounce and what needs a person follows product.md §5: only replies that are about the mailbox
//! are bounces, and an address that our server cannot write; everything else permanent parks the job.

mod message;
mod smtp;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use entity::{EmailAddress, JobId};

pub use message::Letter;
pub use smtp::{Smtp, SmtpSettings};

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

/// Why a mail did not go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSent {
    /// The mailbox does not exist or takes nothing, or our server cannot write its address (`SMTPUTF8`).
    Bounced(Delivery),
    /// It may work later.
    Retry(&'static str),
    /// Somebody must look: wrong password, policy, a server that cannot do what the mail needs.
    Park(&'static str),
}

impl Mailer {
    /// Hands the letter over. At most 45 seconds.
    ///
    /// # Errors
    /// `NotSent` says what to do.
    pub async fn send(&self, letter: &Letter) -> Result<Delivery, NotSent> {
        match self {
            Self::Smtp(smtp) => smtp.send(letter).await,
            Self::Preview(folder) => write_preview(folder, letter.job, letter.to_message()?.formatted()).await,
            Self::Memory(mails) => {
                let message = letter.to_message()?.formatted();
                mails.lock().unwrap_or_else(PoisonError::into_inner).push((letter.to.clone(), String::from_utf8_lossy(&message).into_owned()));
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
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
        file.write_all(&message)?;
        file.sync_all()?;
        std::fs::rename(half, folder.join(name))
    })
    .await;
    match written {
        Ok(Ok(())) => Ok(Delivery { code: 250, reply: "kept in the mailbox preview".to_owned(), bounce: None }),
        _ => Err(NotSent::Retry("preview_not_writable")),
    }
}
