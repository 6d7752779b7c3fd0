//! Somebody typed an address to see what is held under it. The same work and answer for every address:
//! whether it is known is only looked up by the job behind it.

use entity::{EmailAddress, MailboxProofKind, WorkspaceId, workspace};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    app::App,
    error::Result,
    platform::actor::Actor,
    privacy::mailbox_proof::{Question, ask_mailbox},
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Stored; if there is something to say, a mail follows.
    Done,
    /// What was typed is no e-mail address.
    NoAddress,
}

/// The workspace that a page is about: the one named, or the only one of this instance.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn whose_page(app: &App, slug: Option<&str>) -> Result<Option<workspace::Model>> {
    if let Some(slug) = slug.filter(|slug| !slug.is_empty()) {
        return Ok(workspace::Entity::find().filter(workspace::Column::Slug.eq(slug)).one(app.db()).await?);
    }
    let mut all = workspace::Entity::find().limit(2).all(app.db()).await?;
    Ok(all.pop().filter(|_| all.is_empty()))
}

/// Stores the question of a mailbox for its link.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was stored.
pub async fn ask_for_my_data(
    app: &App,
    workspace: WorkspaceId,
    typed: &str,
    language: &str,
) -> Result<Asked> {
    let Ok(email) = EmailAddress::parse(typed) else { return Ok(Asked::NoAddress) };
    let mut work = app.begin(workspace, Actor::Visitor).await?;
    let question = Question {
        kind: MailboxProofKind::MyData,
        email,
        language: language.to_owned(),
        contact: None,
        extra: serde_json::Value::Null,
    };
    ask_mailbox(&mut work, &app.vault, question).await?;
    work.commit().await?;
    Ok(Asked::Done)
}
