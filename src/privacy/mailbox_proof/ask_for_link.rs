//! Somebody typed an address to get a link to their data or their preferences. The same work and answer for
//! every address: whether it is known is only looked up by the job behind it.

use entity::{EmailAddress, MailboxProofKind, WorkspaceId, workspace};
use sea_orm::{EntityTrait, QuerySelect};

use super::{Question, ask_mailbox};
use crate::{accounts::find_by_slug, app::App, error::Result, platform::actor::Actor};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Stored; if there is something to say, a mail follows.
    Done,
    /// What was typed is no e-mail address.
    NoAddress,
}

/// The workspace that a page is about: the one whose host it is on, else the one named, else the only one of
/// this instance. A page on a workspace's host is never another's, whatever its address asks for.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn whose_page(app: &App, host: &str, slug: Option<&str>) -> Result<Option<workspace::Model>> {
    if let Some(slug) = slug_in(host, &app.config.public_host())
        && let Some(found) = find_by_slug(app, &slug).await?
    {
        return Ok(Some(found));
    }
    if let Some(slug) = slug.filter(|slug| !slug.is_empty()) {
        return find_by_slug(app, slug).await;
    }
    let mut all = workspace::Entity::find().limit(2).all(app.db()).await?;
    Ok(all.pop().filter(|_| all.is_empty()))
}

/// The workspace that a host names: `lumen` in `lumen.crm.example.org`, if `crm.example.org` is our own.
fn slug_in(host: &str, own: &str) -> Option<String> {
    let host = host.to_ascii_lowercase();
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
    let slug = name.strip_suffix('.').unwrap_or(name).strip_suffix(own)?.strip_suffix('.')?;
    (!slug.is_empty() && !slug.contains('.')).then(|| slug.to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_name_before_our_own_host_is_a_workspace() {
        for host in ["lumen.crm.example.org", "LUMEN.crm.Example.org:8443", "lumen.crm.example.org."] {
            assert_eq!(slug_in(host, "crm.example.org").as_deref(), Some("lumen"), "{host}");
        }
        for host in [
            "crm.example.org",
            ".crm.example.org",
            "lumencrm.example.org",
            "a.lumen.crm.example.org",
            "lumen.crm.example.org.evil.example",
            "lumen.example.org",
            "[2001:db8::1]:443",
            "",
        ] {
            assert_eq!(slug_in(host, "crm.example.org"), None, "{host}");
        }
    }
}
