//! A fresh answer of a mailbox: before a page shows what is held about somebody, or a mail's address
//! becomes theirs, a link is sent there and has to be opened. Nobody is asked for an identity document
//! (GDPR Art. 12(6)).
//!
//! How it is used:
//! 1. `ask_mailbox` stores the question and queues one job: the same work for every mailbox. The job decides
//!    whether a mail goes out (`decide.rs`), and another one sends it (`send.rs`), with a link:
//!    `MY_DATA` to `/my-data/{token}`, `PREFERENCES` to `/preferences/{token}`, `SUBSCRIBE` to
//!    `/preferences/confirm/{token}`, `CHANGE_ADDRESS` to `/my-data/address/{token}`.
//! 2. A page (GET) calls `find_proof` and looks at its `kind`; `open_proof` gives the address and what was
//!    asked.
//! 3. An act (POST) calls `answer_proof` in its unit of work, which locks mailboxes, contact and proof in the
//!    house's order, marks the proof as proven, and gives all it locked. Twice is as once: `first` tells.
//! 4. It ends by its time (`expire.rs`), by "this was not me" (`decline_proof`), by an erasure
//!    (`end_proofs`) or by its caller (`end_proof`).

mod answer;
mod ask;
mod ask_for_link;
mod content;
mod contexts;
mod decide;
mod decline;
mod end;
mod expire;
mod find;
mod send;

pub use answer::{Answered, answer_proof};
pub use ask::{Question, ask_mailbox};
pub use ask_for_link::{Asked, ask_for_link, whose_page};
pub use content::{Content, open_proof};
pub use decide::{AskMailbox, decide_question};
pub use decline::{Declined, allow_mailbox, decline_proof};
pub use end::{end_proof, end_proofs};
pub use expire::expire_mailbox_proofs;
pub use find::{find_proof, link_of};
pub use send::{SendMailboxProof, send_mailbox_proof};

use chrono::TimeDelta;
use entity::MailboxProofKind;

/// How long a question may wait for its mail, for example while the mail server is away.
const PATIENCE: TimeDelta = TimeDelta::hours(72);
/// How long a row without data is kept after it has ended, to explain an old link.
const KEPT: TimeDelta = TimeDelta::days(30);

/// How long a link works, counted from its mail.
#[must_use]
pub fn life_of(kind: MailboxProofKind) -> TimeDelta {
    match kind {
        MailboxProofKind::MyData | MailboxProofKind::Preferences => TimeDelta::hours(1),
        MailboxProofKind::Subscribe | MailboxProofKind::ChangeAddress => TimeDelta::hours(72),
    }
}
