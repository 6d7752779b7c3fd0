//! Publishes a new text of a purpose.

use std::collections::BTreeMap;

use entity::{PurposeId, WorkspaceId, purpose, purpose_version};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::{
    load_purposes::lock_purpose,
    purpose_text::{PurposeText, check_texts, names, store_version, version_row, wordings},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result, gather},
    fields::art9::{SpecialCategoryGround, guard, load_own_words, with_override},
    platform::{actor::Actor, work::Entry},
};

/// Publishes a new text. Existing consents keep referring to the text that was shown.
///
/// # Errors
/// `Rejected` when a text is incomplete, or the purpose is archived.
pub async fn publish_purpose_version(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PurposeId,
    texts: BTreeMap<String, PurposeText>,
) -> Result<(purpose::Model, purpose_version::Model)> {
    publish_purpose_version_on_ground(app, workspace, actor, id, texts, None).await
}

/// As `publish_purpose_version`, for a text that names a special category of data under an exception of GDPR
/// Art. 9(2) that the owner or the data protection officer states.
///
/// # Errors
/// As `publish_purpose_version`.
pub async fn publish_purpose_version_on_ground(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PurposeId,
    texts: BTreeMap<String, PurposeText>,
    ground: Option<SpecialCategoryGround>,
) -> Result<(purpose::Model, purpose_version::Model)> {
    allow(actor, Right::ManagePurposes)?;
    let mut problems = check_texts(&texts);
    let own = load_own_words(app.db(), workspace).await?;
    let named = guard(actor, &own, ground, &names(None, &texts));
    let overridden = gather(&mut problems, named)?.unwrap_or_default();
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_purpose(&work, id).await?;
    if row.archived_at.is_some() {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            "purposeId",
            "This purpose has ended: restore it first.",
        ));
    }
    let last = purpose_version::Entity::find_by_id((workspace, row.current_version_id))
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    let version = version_row(&work, id, last.number + 1, texts)?;
    store_version(&work, &version).await?;
    let mut changed = row.clone().into_active_model();
    changed.current_version_id = Set(version.id);
    purpose::Entity::update(changed).exec(work.db()).await?;
    let entry = Entry::new("purpose.version_published")
        .on(id)
        .with("version", version.id)
        .with("number", version.number);
    let entry = entry.with("wordings", wordings(&version)?);
    work.record(with_override(entry, &overridden, ground));
    work.commit().await?;
    Ok((purpose::Model { current_version_id: version.id, ..row }, version))
}
