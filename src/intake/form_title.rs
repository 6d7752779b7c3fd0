//! The title of the form that a visitor filled in: e-mails and pages name it beside the company, so that
//! readers know what they are about.

use std::collections::BTreeMap;

use entity::{FormVersionId, WorkspaceId, form_version};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde::Deserialize;

use crate::error::Result;

/// Only the part of a published version that is needed here; versions never change.
#[derive(Deserialize)]
struct Version {
    definition: Titled,
}

#[derive(Deserialize)]
struct Titled {
    #[serde(default)]
    title: BTreeMap<String, String>,
}

/// The title in this language, or in another; empty when there is none.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub(super) async fn form_title(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    version: FormVersionId,
    language: &str,
) -> Result<String> {
    let Some(row) = form_version::Entity::find_by_id((workspace, version)).one(db).await? else {
        return Ok(String::new());
    };
    let titles = serde_json::from_str::<Version>(&row.definition)?.definition.title;
    Ok(titles.get(language).or_else(|| titles.values().next()).cloned().unwrap_or_default())
}
