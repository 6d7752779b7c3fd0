//! Somebody typed an address to choose what it receives. The same work and answer for every address: whether
//! it is known is only looked up by the job behind it.

use entity::{EmailAddress, MailboxProofKind, WorkspaceId};

use crate::{
    app::App,
    error::Result,
    platform::actor::Actor,
    privacy::{
        mailbox_proof::{Question, ask_mailbox},
        my_data::Asked,
    },
};

/// Stores the question of a mailbox for the link to its preferences.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was stored.
pub async fn ask_for_preferences(
    app: &App,
    workspace: WorkspaceId,
    typed: &str,
    language: &str,
) -> Result<Asked> {
    let Ok(email) = EmailAddress::parse(typed) else { return Ok(Asked::NoAddress) };
    let mut work = app.begin(workspace, Actor::Visitor).await?;
    let question = Question {
        kind: MailboxProofKind::Preferences,
        email,
        language: language.to_owned(),
        contact: None,
        extra: serde_json::Value::Null,
    };
    ask_mailbox(&mut work, &app.vault, question).await?;
    work.commit().await?;
    Ok(Asked::Done)
}
