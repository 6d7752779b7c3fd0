//! "My data": a person sees what is held about them, corrects it, and exercises their rights, after a fresh
//! answer of their mailbox (`mailbox_proof`). What is held is read by `packages::collect`, as for the
//! access package.
//!
//! Every act takes the link's token and asks for the proof first: no other credential opens anything here.

mod change_address;
mod correct;
mod exercise;
mod held;
mod identity;
mod notices;
mod waiting;

pub use change_address::{AddressAsked, AddressConfirmed, ask_address, confirm_address};
pub use correct::{Corrected, Field, contest_value, correct_value};
pub use exercise::{Exercised, Wish, exercise_right, take_back, withdraw_authorisation};
pub use held::{Held, HeldBasis, HeldValue, Summary, held};
pub use identity::{confirm_request, request_to_confirm};
pub use notices::{SendAddressNotice, send_address_notice};
pub use waiting::{Waiting, waiting_for};

use entity::{MailboxProofKind, contact, mailbox_proof};

use super::mailbox_proof::{Answered, answer_proof, find_proof};
use crate::{
    app::App,
    error::Result,
    platform::{actor::Actor, work::Work},
};

/// The good proof behind a link to this page.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn proof_of(app: &App, token: &str) -> Result<Option<mailbox_proof::Model>> {
    let kinds = [MailboxProofKind::MyData, MailboxProofKind::Preferences];
    let proof = find_proof(app, token).await?;
    // A question about preferences by a mailbox without a contact leads here, because there is nothing to
    // choose.
    Ok(proof.filter(|row| {
        row.kind == MailboxProofKind::MyData || (kinds.contains(&row.kind) && row.contact_id.is_none())
    }))
}

/// Begins a unit of work for the person whose mailbox answered: their contact and mailboxes are locked.
/// `None`: the link opens nothing (any more).
async fn begin(app: &App, token: &str) -> Result<Option<(Work, Answered, contact::Model)>> {
    let Some(proof) = proof_of(app, token).await? else { return Ok(None) };
    let mut work = app.begin(proof.workspace_id, Actor::Mailbox).await?;
    let Some(mut answered) = answer_proof(&mut work, &app.vault, token).await? else { return Ok(None) };
    let Some(contact) = answered.contact.take() else { return Ok(None) };
    Ok(Some((work, answered, contact)))
}
