//! Somebody typed an address to get a link to their data or their preferences. The same work and answer for
//! every address: whether it is known is only looked up by the job behind it.

use entity::{EmailAddress, MailboxProofKind, WorkspaceId, workspace};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{Question, ask_mailbox};
use crate::{app::App, error::Result, platform::actor::Actor};

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

/// Stores the question of a mailbox for its link of this kind.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was stored.
pub async fn ask_for_link(
    app: &App,
    workspace: WorkspaceId,
    kind: MailboxProofKind,
    typed: &str,
    language: &str,
) -> Result<Asked> {
    let Ok(email) = EmailAddress::parse(typed) else { return Ok(Asked::NoAddress) };
    let mut work = app.begin(workspace, Actor::Visitor).await?;
    let question = Question {
        kind,
        email,
        language: language.to_owned(),
        contact: None,
        extra: serde_json::Value::Null,
    };
    ask_mailbox(&mut work, &app.vault, question).await?;
    work.commit().await?;
    Ok(Asked::Done)
}
