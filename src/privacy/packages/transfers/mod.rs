//! Passing data on to a company that the person named or agreed to (GDPR Art. 20(2)).
//!
//! Staff ask (`ask_transfer`); the person answers behind the link of a mail, and may take it back there or on
//! "My data" (`answer_transfer`, `withdraw_transfer`); staff order the transfer (`send_transfer`), a job
//! makes the file, and the recipient pulls it once (`pull_transfer`). Each step is a journal entry; the
//! answer has sealed evidence, as a consent has.

mod answer_transfer;
mod ask_transfer;
mod end_transfers;
pub mod loads;
mod mails;
mod pull_transfer;
mod send_transfer;

use serde::{Deserialize, Serialize};

pub use answer_transfer::{Answer, answer_transfer, find_authorisation, withdraw_transfer};
pub use ask_transfer::{AskTransfer, ask_transfer};
pub use end_transfers::expire_transfers;
pub use mails::{
    SendTransferQuestion, SendTransferReceipt, send_transfer_link, send_transfer_question,
    send_transfer_receipt,
};
pub use pull_transfer::{Pull, find_transfer, pull_transfer};
pub use send_transfer::send_transfer;

/// What the person reads about a transfer; sealed with their key, as the proof of what they answered to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The company's legal name.
    pub recipient: String,
    /// Where the link goes.
    pub email: String,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: String,
    /// What it will use the data for.
    pub purpose: String,
}
